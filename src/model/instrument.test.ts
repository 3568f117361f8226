import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  DECIMALS_MAX,
  formatSteps,
  hasSoundAsset,
  hasSoundTerms,
  parseSteps,
} from "./instrument.ts";

const decimals = fc.integer({ min: 0, max: DECIMALS_MAX });
const stepUnits = fc.oneof(
  fc.constantFrom(1, 2, 5, 25, 125),
  fc.integer({ min: 1, max: 4_294_967_295 }),
);
/** [steps, decimals, stepUnits] on any grid, as far as units stay exact. */
const onGrid = fc
  .tuple(decimals, stepUnits, fc.double({ min: -1, max: 1, noNaN: true }))
  .map(([places, units, share]) => {
    const stepsMax = Math.floor(Number.MAX_SAFE_INTEGER / units);
    return [Math.trunc(share * stepsMax) + 0, places, units] as const;
  });

test("steps written as text are read back as the same steps", () => {
  fc.assert(
    fc.property(onGrid, ([steps, places, units]) => {
      const text = formatSteps(steps, places, units);
      assert.match(text, places === 0 ? /^-?\d+$/ : /^-?\d+\.\d+$/);
      assert.equal((text.split(".")[1] ?? "").length, places, "always with all its decimals");
      assert.equal(parseSteps(text, places, units), steps === 0 ? 0 : steps);
    }),
    { numRuns: 3000 },
  );
});

test("a value between two steps is refused, never rounded", () => {
  fc.assert(
    fc.property(onGrid, fc.integer({ min: 1, max: 4_294_967_294 }), ([steps, places, units], n) => {
      const offset = n % units;
      fc.pre(offset !== 0);
      const unitsBetween = steps * units + (steps < 0 ? -offset : offset);
      fc.pre(Number.isSafeInteger(unitsBetween));
      const text = formatSteps(unitsBetween, places, 1);
      assert.equal(parseSteps(text, places, units), "off the grid");
    }),
    { numRuns: 3000 },
  );
});

test("one decimal more than the grid has is refused unless it is a zero", () => {
  assert.equal(parseSteps("101.25", 2, 25), 405);
  assert.equal(parseSteps("101.250", 2, 25), 405);
  assert.equal(parseSteps("101.251", 2, 25), "off the grid");
  assert.equal(parseSteps("101.26", 2, 25), "off the grid");
  assert.equal(parseSteps("0.000000001", 9, 1), 1);
  assert.equal(parseSteps("0.0000000001", 9, 1), "off the grid");
  assert.equal(parseSteps("5", 0, 1), 5);
  assert.equal(parseSteps("5.0", 0, 1), 5);
  assert.equal(parseSteps("5.5", 0, 1), "off the grid");
});

test("the numbers at the edge of exactness are read, those beyond are refused", () => {
  assert.equal(parseSteps("9007199254740991", 0, 1), Number.MAX_SAFE_INTEGER);
  assert.equal(parseSteps("9007199254740992", 0, 1), "too large");
  assert.equal(parseSteps("9999999999999999", 0, 1), "too large");
  assert.equal(parseSteps("9007199.254740991", 9, 1), Number.MAX_SAFE_INTEGER);
  assert.equal(parseSteps("9007199.254740992", 9, 1), "too large");
  assert.equal(parseSteps("-9007199254740991", 0, 1), -Number.MAX_SAFE_INTEGER);
});

test("minus zero is zero", () => {
  assert.ok(Object.is(parseSteps("-0.00", 2, 25), 0));
  assert.equal(formatSteps(0, 2, 25), "0.00");
});

test("only plain decimal texts are numbers", () => {
  for (const text of ["", " 1", "1 ", "+1", "1.", ".5", "1e3", "0x1", "1,5", "--1", "NaN", "１"]) {
    assert.equal(parseSteps(text, 2, 1), "not a decimal number", JSON.stringify(text));
  }
  assert.equal(parseSteps("1".repeat(17), 0, 1), "too large");
  assert.equal(parseSteps(`0.${"0".repeat(18)}`, 0, 1), 0);
  assert.equal(parseSteps(`0.${"0".repeat(19)}`, 0, 1), "too large");
});

test("whatever the text, it is steps or a fault", () => {
  const faults = ["not a decimal number", "off the grid", "too large"];
  const nearly = fc.string({ unit: fc.constantFrom(..."0123456789.-+e "), maxLength: 40 });
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), decimals, stepUnits, (text, places, units) => {
      const steps = parseSteps(text, places, units);
      assert.ok(typeof steps === "number" ? Number.isSafeInteger(steps) : faults.includes(steps));
    }),
    { numRuns: 3000 },
  );
});

test("a sum of many quantities is written exactly though its units pass 2^53", () => {
  const lots = 9_007_199_254_740_991;
  assert.equal(formatSteps(lots, 2, 1000), "90071992547409910.00");
  assert.equal(formatSteps(-lots, 0, 10), "-90071992547409910");
});

test("terms are sound when every product stays an exact integer", () => {
  const sound = {
    instrumentId: 1,
    priceDecimals: 2,
    tickUnits: 1,
    qtyDecimals: 3,
    lotUnits: 1,
    priceTicksMin: -2_147_483_648,
    priceTicksMax: 1,
    orderQtyLotsMin: 1,
    orderQtyLotsMax: 4_194_303,
  };
  assert.equal(hasSoundTerms(sound), true);
  assert.equal(hasSoundTerms({ ...sound, orderQtyLotsMax: 4_194_304 }), false);
  assert.equal(hasSoundTerms({ ...sound, priceTicksMin: 0, priceTicksMax: 0 }), true);
  assert.equal(hasSoundTerms({ ...sound, priceTicksMin: 2 }), false);
  assert.equal(hasSoundTerms({ ...sound, orderQtyLotsMin: 0 }), false);
  assert.equal(hasSoundTerms({ ...sound, instrumentId: 0 }), false);
  assert.equal(hasSoundTerms({ ...sound, priceDecimals: DECIMALS_MAX + 1 }), false);
});

test("money and assets of the largest order stay exact, or the instrument is not listed", () => {
  const terms = {
    instrumentId: 1,
    priceDecimals: 0,
    tickUnits: 1,
    qtyDecimals: 0,
    lotUnits: 1,
    priceTicksMin: -(2 ** 10),
    priceTicksMax: 1,
    orderQtyLotsMin: 1,
    orderQtyLotsMax: 2 ** 13,
  };
  assert.ok(hasSoundTerms({ ...terms, moneyUnits: 2 ** 30 - 1, assetUnits: 2 ** 32 - 1 }));
  assert.ok(!hasSoundTerms({ ...terms, moneyUnits: 2 ** 30 }));
  assert.ok(!hasSoundTerms({ ...terms, orderQtyLotsMax: 2 ** 22, assetUnits: 2 ** 31 }));
});

test("prices and quantities stay exact in the units of their texts, or nothing is listed", () => {
  const terms = {
    instrumentId: 1,
    priceDecimals: 4,
    tickUnits: 2 ** 22 - 1,
    qtyDecimals: 0,
    lotUnits: 2 ** 31 - 1,
    priceTicksMin: -(2 ** 31),
    priceTicksMax: 1,
    orderQtyLotsMin: 1,
    orderQtyLotsMax: 2 ** 22,
  };
  const { orderQtyLotsMax: _, ...prices } = { ...terms, lotUnits: 1, orderQtyLotsMax: 0 };
  assert.ok(hasSoundTerms({ ...prices, orderQtyLotsMax: 9 }));
  assert.ok(!hasSoundTerms({ ...prices, orderQtyLotsMax: 9, tickUnits: 2 ** 22 }));
  // OUCH writes four decimals whatever the instrument has.
  assert.ok(!hasSoundTerms({ ...prices, orderQtyLotsMax: 9, priceDecimals: 3 }));
  const quantities = { ...terms, priceTicksMin: -1 };
  assert.ok(hasSoundTerms(quantities));
  assert.ok(!hasSoundTerms({ ...quantities, lotUnits: 2 ** 31 }));
  const amounts = { ...terms, priceTicksMin: -1, orderQtyLotsMax: 1, lotUnits: 2 ** 31 };
  assert.ok(hasSoundTerms(amounts));
  assert.ok(!hasSoundTerms({ ...amounts, tickUnits: 2 ** 22 }));
});

test("a base asset is named like a currency and is not the currency", () => {
  const named = (baseAsset: string) =>
    hasSoundAsset({ currency: "USD", baseAsset } as Parameters<typeof hasSoundAsset>[0]);
  assert.deepEqual(["", "BTC", "USD", "b"].map(named), [true, true, false, false]);
});
