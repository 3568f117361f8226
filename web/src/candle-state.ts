// One-minute candles of one instrument: a history, then live trades on top, each once. Longer
// intervals are gathered from the minutes. In ticks and lots.

import type { Trade } from "./trade-state.ts";

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
/** Live trades remembered for a history that is on its way: more than a slow answer misses. */
export const LIVE_TRADES_MAX = 8192;
const MINUTE_SECONDS = 60;

export class CandleState {
  #candles: Candle[] = [];
  /** The newest trade in them. */
  #tradeId = 0;
  /** Newest last. */
  #live: Trade[] = [];

  get minutes(): readonly Candle[] {
    return this.#candles;
  }

  clear(): void {
    this.#candles = [];
    this.#tradeId = 0;
    this.#live = [];
  }

  /**
   * Takes the exchange's candles (oldest first) with all trades up to `tradeId` as the truth, and
   * puts on top of them the live trades that were told since they were written.
   */
  merge(candles: readonly Candle[], tradeId: number): void {
    const first = candles[0];
    if (first === undefined) return;
    const before = this.#candles.filter((candle) => candle.startSeconds < first.startSeconds);
    this.#candles = [...before, ...candles].slice(-CANDLES_MAX);
    this.#tradeId = tradeId;
    for (const trade of this.#live) this.#join(trade);
  }

  /**
   * True when the trade opened a new minute. One that is known, or older than the last minute,
   * changes nothing.
   */
  addTrade(trade: Trade): boolean {
    this.#live.push(trade);
    if (this.#live.length > LIVE_TRADES_MAX) this.#live.splice(0, LIVE_TRADES_MAX / 2);
    return this.#join(trade);
  }

  #join({ tradeId, timeMicros, lastPxTicks, lastQtyLots }: Trade): boolean {
    if (tradeId <= this.#tradeId) return false;
    this.#tradeId = tradeId;
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
