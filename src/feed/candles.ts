// One-minute candles of one instrument, folded from its trades; the newest CANDLES_MAX are kept.

import type { Candle } from "../model/venue.ts";

/** A day of minutes. */
export const CANDLES_MAX = 1440;
const MINUTE_MICROS = 60_000_000;

export class Candles {
  #newestLast: Candle[] = [];

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
    this.#newestLast[this.#newestLast.length - 1] = {
      ...last,
      highTicks: Math.max(last.highTicks, lastPxTicks),
      lowTicks: Math.min(last.lowTicks, lastPxTicks),
      closeTicks: lastPxTicks,
      volumeLots: last.volumeLots + lastQtyLots,
    };
  }

  newest(candlesMax: number): readonly Candle[] {
    return this.#newestLast.slice(Math.max(0, this.#newestLast.length - candlesMax));
  }
}
