// An instrument as ITCH names it: a locate code, a symbol of 8 characters, and prices of 4 bytes.
// They are whole numbers of 10^-4, or of fewer decimals where the instrument's highest price would
// not fit; they are signed, because prices may be negative.

import type { Instrument } from "../model/instrument.ts";
import { WIRE_PRICE_DECIMALS, WIRE_SYMBOL_BYTES } from "./ouch-instrument.ts";

const PRICE_MAX = 0x7fff_ffff;
const SPACE = 0x20;

export class ItchInstrument {
  readonly instrument: Instrument;
  /** From 1, in the order of listing. */
  readonly locate: number;
  readonly symbolBytes = new Uint8Array(WIRE_SYMBOL_BYTES).fill(SPACE);
  /** A tick in units of a price on the wire. */
  readonly tickUnits: number;

  constructor(instrument: Instrument, locate: number) {
    const { symbol } = instrument;
    this.instrument = instrument;
    this.locate = locate;
    const shown = Math.min(symbol.length, WIRE_SYMBOL_BYTES);
    for (let i = 0; i < shown; i++) this.symbolBytes[i] = symbol.charCodeAt(i);
    this.tickUnits = tickUnitsOf(instrument);
  }

  priceOf(priceTicks: number): number {
    return priceTicks * this.tickUnits;
  }
}

/** As many decimals as fit, at most ITCH's four; where none fit, ticks. */
function tickUnitsOf(instrument: Instrument): number {
  const { priceDecimals, priceTicksMin, priceTicksMax, tickUnits } = instrument;
  const ticksMax = Math.max(Math.abs(priceTicksMin), Math.abs(priceTicksMax));
  let units = tickUnits;
  let fitting = units * ticksMax <= PRICE_MAX ? units : 1;
  for (let decimals = priceDecimals; decimals < WIRE_PRICE_DECIMALS; decimals++) {
    units *= 10;
    if (units * ticksMax <= PRICE_MAX) fitting = units;
  }
  return fitting;
}
