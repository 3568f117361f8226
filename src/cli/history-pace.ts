// How the history steps back in a burst: when commands come faster than it can write them it lags
// anyway, and each moment it leaves to trading is an answer that goes out earlier. It rests as long
// as the burst lasts, but only so much a burst, so it never starves; and it rests no more once it
// keeps up, or once trading is quiet and it has only to catch up.

/** Below this lag, a second or two of its work, it is as good as up to date and does not rest. */
export const LAG_COMMANDS_MIN = 50_000;
/** A rest is in parts of this: a burst that ends costs the history no more than one. */
export const REST_MILLIS_MAX = 1000;
/**
 * All rests of one burst. What lasts longer is no burst but the load, and gets the whole history.
 */
export const BURST_REST_MILLIS_MAX = 60_000;

/** One transaction of the history. */
export type HistoryRound = {
  readonly workMillis: number;
  /** Commands that it wrote, and commands that became durable meanwhile. */
  readonly writtenCommands: number;
  readonly arrivedCommands: number;
  /** Durable commands that are still to be written. */
  readonly lagCommands: number;
};

export class HistoryPace {
  /** Of this burst. */
  #restedMillis = 0;
  #writtenPerMilli = 0;

  /** How long to rest after a round: 0 to REST_MILLIS_MAX; onRested() says how to go on. */
  restMillis(round: HistoryRound): number {
    if (round.lagCommands < LAG_COMMANDS_MIN) {
      this.#restedMillis = 0; // Caught up: the burst is over.
      return 0;
    }
    if (round.arrivedCommands <= round.writtenCommands) return 0;
    this.#writtenPerMilli = round.writtenCommands / round.workMillis;
    return this.#nextMillis();
  }

  /** After a rest in which so many commands became durable: how much longer, 0 when it is over. */
  onRested(restMillis: number, arrivedCommands: number): number {
    const isBurst = arrivedCommands > restMillis * this.#writtenPerMilli;
    return isBurst ? this.#nextMillis() : 0;
  }

  #nextMillis(): number {
    const millis = Math.min(REST_MILLIS_MAX, BURST_REST_MILLIS_MAX - this.#restedMillis);
    this.#restedMillis += millis;
    return millis;
  }
}
