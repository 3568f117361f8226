// One-minute candles of one instrument: a history, then live trades on top. Longer intervals are
// gathered from the minutes. In ticks and lots.

export type Candle = {
  readonly startSeconds: number;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  readonly volumeLots: number;
};

/** A day of minutes: what the page keeps and the header sums up. */
export const CANDLES_MAX = 1440;
const MINUTE_SECONDS = 60;

export class CandleState {
  #candles: Candle[] = [];

  get minutes(): readonly Candle[] {
    return this.#candles;
  }

  clear(): void {
    this.#candles = [];
  }

  /**
   * Takes the exchange's candles (oldest first) as the truth for the minutes they cover; our own
   * later minutes stay. Calling it at each turn of the minute mends what a lost message spoiled.
   */
  merge(candles: readonly Candle[]): void {
    const first = candles[0];
    const last = candles.at(-1);
    if (first === undefined || last === undefined) return;
    const before = this.#candles.filter((candle) => candle.startSeconds < first.startSeconds);
    const after = this.#candles.filter((candle) => candle.startSeconds > last.startSeconds);
    this.#candles = [...before, ...candles, ...after].slice(-CANDLES_MAX);
  }

  /** True when the trade opened a new minute. One older than the last minute changes nothing. */
  addTrade(timeMicros: number, lastPxTicks: number, lastQtyLots: number): boolean {
    const seconds = Math.floor(timeMicros / 1_000_000);
    const startSeconds = seconds - (seconds % MINUTE_SECONDS);
    const last = this.#candles.at(-1);
    if (last !== undefined && startSeconds < last.startSeconds) return false;
    const trade = candleOfTrade(startSeconds, lastPxTicks, lastQtyLots);
    if (last !== undefined && startSeconds === last.startSeconds) {
      this.#candles[this.#candles.length - 1] = joined(last, trade);
      return false;
    }
    this.#candles.push(trade);
    if (this.#candles.length > CANDLES_MAX) this.#candles.shift();
    return true;
  }
}

/** The same candles in intervals of `intervalSeconds` (a multiple of a minute), oldest first. */
export function gather(minutes: readonly Candle[], intervalSeconds: number): Candle[] {
  const gathered: Candle[] = [];
  for (const minute of minutes) {
    const startSeconds = minute.startSeconds - (minute.startSeconds % intervalSeconds);
    const last = gathered.at(-1);
    if (last !== undefined && last.startSeconds === startSeconds) {
      gathered[gathered.length - 1] = joined(last, minute);
    } else {
      gathered.push({ ...minute, startSeconds });
    }
  }
  return gathered;
}

function candleOfTrade(startSeconds: number, lastPxTicks: number, lastQtyLots: number): Candle {
  return {
    startSeconds,
    openTicks: lastPxTicks,
    highTicks: lastPxTicks,
    lowTicks: lastPxTicks,
    closeTicks: lastPxTicks,
    volumeLots: lastQtyLots,
  };
}

function joined(first: Candle, next: Candle): Candle {
  return {
    startSeconds: first.startSeconds,
    openTicks: first.openTicks,
    highTicks: Math.max(first.highTicks, next.highTicks),
    lowTicks: Math.min(first.lowTicks, next.lowTicks),
    closeTicks: next.closeTicks,
    volumeLots: first.volumeLots + next.volumeLots,
  };
}
