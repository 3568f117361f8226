// One-minute candles of one instrument, folded from its trades; the newest CANDLES_MAX are kept.

import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import type { Candle } from "../model/venue.ts";

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** A day of minutes. */
export const CANDLES_MAX = 1440;
const MINUTE_MICROS = 60_000_000;
const CANDLE_REALS = 6; // In a snapshot.

export class Candles {
  /** The last one changes in place: a trade is no reason to make an object. */
  readonly #newestLast: Mutable<Candle>[] = [];

  add(timeMicros: number, lastPxTicks: number, lastQtyLots: number): void {
    const startMicros = Math.floor(timeMicros / MINUTE_MICROS) * MINUTE_MICROS;
    const last = this.#newestLast.at(-1);
    if (last === undefined || last.startMicros < startMicros) {
      this.#newestLast.push({
        startMicros,
        openTicks: lastPxTicks,
        highTicks: lastPxTicks,
        lowTicks: lastPxTicks,
        closeTicks: lastPxTicks,
        volumeLots: lastQtyLots,
      });
      if (this.#newestLast.length > CANDLES_MAX) this.#newestLast.shift();
      return;
    }
    last.highTicks = Math.max(last.highTicks, lastPxTicks);
    last.lowTicks = Math.min(last.lowTicks, lastPxTicks);
    last.closeTicks = lastPxTicks;
    last.volumeLots += lastQtyLots;
  }

  newest(candlesMax: number): readonly Candle[] {
    const first = Math.max(0, this.#newestLast.length - candlesMax);
    return this.#newestLast.slice(first).map((candle) => ({ ...candle }));
  }

  save(snapshot: SnapshotWriter): void {
    const candles = this.#newestLast;
    const reals = new Float64Array(candles.length * CANDLE_REALS);
    candles.forEach((candle, index) => {
      reals.set(
        [
          candle.startMicros,
          candle.openTicks,
          candle.highTicks,
          candle.lowTicks,
          candle.closeTicks,
          candle.volumeLots,
        ],
        index * CANDLE_REALS,
      );
    });
    snapshot.array(reals);
  }

  load(snapshot: SnapshotReader): void {
    const reals = snapshot.float64s();
    for (let at = 0; at < reals.length; at += CANDLE_REALS) {
      const [startMicros, openTicks, highTicks, lowTicks, closeTicks, volumeLots] = reals.subarray(
        at,
        at + CANDLE_REALS,
      );
      const prices = { openTicks, highTicks, lowTicks, closeTicks };
      this.#newestLast.push({ startMicros, ...prices, volumeLots });
    }
  }
}
