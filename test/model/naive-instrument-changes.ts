// The operator says anew how large an instrument's orders are, and what they are worth. Working
// orders stay as they are.

import { COMMAND_CHANGE_INSTRUMENT } from "../../src/codec/command.ts";
import { EVENT_INSTRUMENT_CHANGED } from "../../src/codec/event.ts";
import type { Instrument, InstrumentChange } from "../../src/model/instrument.ts";
import * as reasons from "../../src/model/reasons.ts";
import { eventOf, type TwinState } from "./naive-state.ts";

const EXACT_MAX = 2n ** 53n - 1n;

/** Returns the reason to refuse. */
export function changeInstrument(
  state: TwinState,
  instrumentId: number,
  change: InstrumentChange,
): number {
  const instrument = state.instruments.get(instrumentId);
  if (instrument === undefined) return reasons.REASON_UNKNOWN_INSTRUMENT;
  const { orderQtyLotsMin, orderQtyLotsMax, notionalMin, notionalMax } = change;
  const isRange = orderQtyLotsMin >= 1 && orderQtyLotsMin <= orderQtyLotsMax;
  const isWorthRange = notionalMax === 0 || notionalMin <= notionalMax;
  if (!isRange || !isWorthRange || !isExact(instrument, orderQtyLotsMax)) {
    return reasons.REASON_INSTRUMENT_TERMS;
  }
  state.instruments.set(instrumentId, { ...instrument, ...change });
  const commandKind = COMMAND_CHANGE_INSTRUMENT;
  state.events.push(eventOf(EVENT_INSTRUMENT_CHANGED, { instrumentId, commandKind }));
  return reasons.REASON_NONE;
}

/** The highest price times the largest quantity, in money and in assets. */
function isExact(instrument: Instrument, orderQtyLotsMax: number): boolean {
  const { priceTicksMin, priceTicksMax, moneyUnits = 1, assetUnits = 1 } = instrument;
  const highestTicks = Math.max(Math.abs(priceTicksMin), Math.abs(priceTicksMax), 1);
  const money = BigInt(highestTicks) * BigInt(moneyUnits) * BigInt(orderQtyLotsMax);
  return money <= EXACT_MAX && BigInt(assetUnits) * BigInt(orderQtyLotsMax) <= EXACT_MAX;
}
