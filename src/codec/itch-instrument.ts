// An instrument as ITCH names it: a locate code, a symbol of 8 characters, and prices of 4 bytes.
// They are whole numbers of the instrument's price unit on the wire, which its range of prices
// decides; they are signed, because prices may be negative.

import { NONE } from "../base/none.ts";
import { formatSteps, type Instrument, WIRE_PRICE_DECIMALS } from "../model/instrument.ts";
import { WIRE_SYMBOL_BYTES } from "./ouch-instrument.ts";

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

/** What 1 is worth on the wire, as a decimal text: "0.0001" where ITCH's four decimals fit. */
export function itchPriceUnit(instrument: Instrument): string {
  const decimals = wireDecimals(instrument);
  if (decimals !== NONE) return formatSteps(1, decimals, 1);
  return formatSteps(1, instrument.priceDecimals, instrument.tickUnits);
}

function tickUnitsOf(instrument: Instrument): number {
  const decimals = wireDecimals(instrument);
  return decimals === NONE ? 1 : unitsAt(decimals, instrument);
}

/**
 * The most decimals, not fewer than the instrument's own and not more than ITCH's four unless its
 * own are more, at which its highest and its lowest price fit; NONE: prices are in ticks.
 */
function wireDecimals(instrument: Instrument): number {
  const { priceDecimals, priceTicksMin, priceTicksMax } = instrument;
  const ticksMax = Math.max(Math.abs(priceTicksMin), Math.abs(priceTicksMax));
  let decimals = Math.max(priceDecimals, WIRE_PRICE_DECIMALS);
  while (unitsAt(decimals, instrument) * ticksMax > PRICE_MAX) {
    if (decimals === priceDecimals) return NONE;
    decimals--;
  }
  return decimals;
}

/** A tick with so many decimals, at least its own. */
function unitsAt(decimals: number, { priceDecimals, tickUnits }: Instrument): number {
  let units = tickUnits;
  for (let i = priceDecimals; i < decimals; i++) units *= 10;
  return units;
}
