import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatSteps, type Grid, gridOf, grouped, moneyText, parseSteps, stepsOf } from "./grid.ts";

const QUARTERS: Grid = { decimals: 2, stepUnits: 25 };
const TENTHS: Grid = { decimals: 1, stepUnits: 5 };
const MILLIS: Grid = { decimals: 3, stepUnits: 1 };

test("a tick size as text gives its decimals and units", () => {
  assert.deepEqual(gridOf("0.25"), QUARTERS);
  assert.deepEqual(gridOf("0.5"), TENTHS);
  assert.deepEqual(gridOf("1"), { decimals: 0, stepUnits: 1 });
  assert.throws(() => gridOf("0.00"), /positive decimal, found "0.00"/);
  assert.throws(() => gridOf("fast"), RangeError);
});

test("prices are read exactly and never rounded", () => {
  assert.equal(parseSteps("101.25", QUARTERS), 405);
  assert.equal(parseSteps("-0.50", QUARTERS), -2);
  assert.equal(parseSteps("101.3", QUARTERS), "off the grid");
  assert.equal(parseSteps("101.255", QUARTERS), "off the grid");
  assert.equal(parseSteps("1e3", QUARTERS), "not a decimal number");
  assert.equal(parseSteps("", QUARTERS), "not a decimal number");
  assert.equal(parseSteps("9999999999999999.25", QUARTERS), "too large");
});

test("an update's plain zero is zero lots", () => {
  assert.equal(stepsOf("0", MILLIS), 0);
});

test("a price off its own grid is the exchange's fault and says so", () => {
  assert.throws(() => stepsOf("0.10", QUARTERS), /the exchange sent "0.10": off the grid.*0\.25/);
});

test("text and steps are inverses on every grid", () => {
  const grids = fc.record({
    decimals: fc.integer({ min: 0, max: 9 }),
    stepUnits: fc.integer({ min: 1, max: 1000 }),
  });
  const steps = fc.integer({ min: -2_147_483_648, max: 2_147_483_647 });
  fc.assert(
    fc.property(grids, steps, (grid, whole) => {
      assert.equal(parseSteps(formatSteps(whole, grid), grid), whole);
    }),
  );
});

test("an order's worth is exact beyond 2^53 and cut to the cent", () => {
  assert.equal(moneyText(128_001n * 250n, TENTHS, MILLIS), "16,000.12"); // 64000.5 x 0.250
  assert.equal(
    moneyText(2n ** 60n, { decimals: 2, stepUnits: 1 }, MILLIS).slice(0, 9),
    "11,529,21",
  );
});

test("thousands are set apart in the whole part only", () => {
  assert.equal(grouped("1234567.12345"), "1,234,567.12345");
  assert.equal(grouped("-999.5"), "-999.5");
  assert.equal(grouped("-1000"), "-1,000");
});
