import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instrument } from "../model/instrument.ts";
import { ItchInstrument, itchPriceUnit } from "./itch-instrument.ts";

const LISTED: Instrument = {
  ...{ instrumentId: 1, symbol: "ACME", currency: "USD" },
  ...{ priceDecimals: 2, tickUnits: 1, qtyDecimals: 0, lotUnits: 1 },
  ...{ priceTicksMin: 1, priceTicksMax: 100, orderQtyLotsMin: 1, orderQtyLotsMax: 100 },
};

/** The unit of prices, and the highest price in it. */
function unitOf(terms: Partial<Instrument>): [string, number] {
  const instrument = { ...LISTED, ...terms };
  const { priceTicksMax } = instrument;
  return [itchPriceUnit(instrument), new ItchInstrument(instrument, 1).priceOf(priceTicksMax)];
}

test("the unit of prices is ITCH's, else the finest in which all prices of it fit", () => {
  const cents = { priceDecimals: 2, tickUnits: 1 };
  assert.deepEqual(unitOf({ ...cents, priceTicksMax: 21_474_836 }), ["0.0001", 2_147_483_600]);
  assert.deepEqual(unitOf({ ...cents, priceTicksMax: 21_474_837 }), ["0.001", 214_748_370]);
  assert.deepEqual(unitOf({ ...cents, priceTicksMax: 2_000_000_000 }), ["0.01", 2_000_000_000]);
  const below = { priceTicksMin: -21_474_837, priceTicksMax: 1 };
  assert.deepEqual(unitOf({ ...cents, ...below }), ["0.001", 10]);
  const halves = { priceDecimals: 2, tickUnits: 50 };
  assert.deepEqual(unitOf({ ...halves, priceTicksMax: 2_000_000 }), ["0.001", 1_000_000_000]);
  assert.deepEqual(unitOf({ ...halves, priceTicksMax: 50_000_000 }), ["0.50", 50_000_000]);
  const fine = { priceDecimals: 6, tickUnits: 1 };
  assert.deepEqual(unitOf({ ...fine, priceTicksMax: 200_000_000 }), ["0.000001", 200_000_000]);
  const whole = { priceDecimals: 0, tickUnits: 1 };
  assert.deepEqual(unitOf({ ...whole, priceTicksMax: 2_000_000_000 }), ["1", 2_000_000_000]);
});
