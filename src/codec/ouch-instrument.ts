// hot path
// An instrument as OUCH and ITCH see it: a symbol of 8 characters, prices as whole numbers of
// 10^-4, or of 10^-priceDecimals where the instrument has more decimals. Quantities are lots.

import { type Instrument, WIRE_PRICE_DECIMALS } from "../model/instrument.ts";

export const WIRE_SYMBOL_BYTES = 8;

/** A price that is between two ticks, or beyond what ticks can be. */
export const OFF_TICKS = Number.NaN;

const SPACE = 0x20;

export class OuchInstrument {
  readonly instrument: Instrument;
  readonly instrumentId: number;
  /** The symbol padded with spaces; of a longer one its first 8 characters. */
  readonly symbolBytes = new Uint8Array(WIRE_SYMBOL_BYTES).fill(SPACE);
  /** A tick in units of a price on the wire. */
  #tickUnits: number;

  constructor(instrument: Instrument) {
    const { symbol, tickUnits, priceDecimals } = instrument;
    this.instrument = instrument;
    this.instrumentId = instrument.instrumentId;
    const shown = Math.min(symbol.length, WIRE_SYMBOL_BYTES);
    for (let i = 0; i < shown; i++) this.symbolBytes[i] = symbol.charCodeAt(i);
    this.#tickUnits = tickUnits;
    for (let i = priceDecimals; i < WIRE_PRICE_DECIMALS; i++) this.#tickUnits *= 10;
  }

  priceOf(priceTicks: number): number {
    return priceTicks * this.#tickUnits;
  }

  /** The inverse of priceOf; OFF_TICKS for a price off the grid. */
  ticksOf(price: number): number {
    const ticks = price / this.#tickUnits;
    return ticks === (ticks | 0) ? ticks : OFF_TICKS;
  }

  /** Whether the price is between two ticks, wherever that is. */
  isBetween(price: number): boolean {
    return price % this.#tickUnits !== 0;
  }
}
