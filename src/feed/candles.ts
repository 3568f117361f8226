// One-minute candles of one instrument, folded from its trades; the newest CANDLES_MAX are kept.

import type { Candle } from "../model/venue.ts";

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** A day of minutes. */
export const CANDLES_MAX = 1440;
const MINUTE_MICROS = 60_000_000;

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
}
