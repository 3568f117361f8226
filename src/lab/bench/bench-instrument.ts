// What made-up loads trade: two million prices, any usual quantity.

import type { Instrument } from "../../model/instrument.ts";

export const BENCH_INSTRUMENT: Instrument = {
  instrumentId: 1,
  symbol: "I1",
  currency: "USD",
  priceDecimals: 2,
  tickUnits: 1,
  qtyDecimals: 0,
  lotUnits: 1,
  priceTicksMin: 1,
  priceTicksMax: 2_000_000,
  orderQtyLotsMin: 1,
  orderQtyLotsMax: 1_000_000_000,
};
