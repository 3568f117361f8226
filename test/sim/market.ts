// What is traded in the simulation, and how much the exchange holds there: small tables, because a
// run starts many exchanges.

import { ENGINE_LIMITS, type EngineLimits } from "../../src/engine/engine-limits.ts";
import type { Instrument } from "../../src/model/instrument.ts";

export const LIMITS: EngineLimits = {
  ...ENGINE_LIMITS,
  instrumentsMax: 4,
  accountsMax: 64,
  ordersMax: 1024,
  closedIdsMax: 8192,
  balancesMax: 64,
  positionsMax: 64,
  tradesMax: 64,
};

const APPLES: Instrument = {
  instrumentId: 1,
  symbol: "APPLES",
  currency: "USD",
  priceDecimals: 2,
  tickUnits: 1,
  qtyDecimals: 0,
  lotUnits: 1,
  priceTicksMin: 1,
  priceTicksMax: 1000,
  orderQtyLotsMin: 1,
  orderQtyLotsMax: 100,
};

export const INSTRUMENTS: readonly Instrument[] = [
  APPLES,
  { ...APPLES, instrumentId: 2, symbol: "PEARS" },
];

export function instrumentOf(instrumentId: number): Instrument {
  const found = INSTRUMENTS.find((instrument) => instrument.instrumentId === instrumentId);
  if (found === undefined) throw new Error(`expected an instrument, found ${instrumentId}`);
  return found;
}

export const LOG_DIRECTORY = "/exchange/log";
/** Of the numbers of FIX sessions. */
export const FIX_DIRECTORY = "/exchange/fix";
