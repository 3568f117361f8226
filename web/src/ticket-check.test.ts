import assert from "node:assert/strict";
import { test } from "node:test";
import type { Grid } from "./grid.ts";
import { checkField, fieldOfError, stepped } from "./ticket-check.ts";

const HALVES: Grid = { decimals: 1, stepUnits: 5 };
const LIMITS = { stepsMin: 1, stepsMax: 2000, fallbackSteps: 200 };

test("a good price becomes ticks", () => {
  assert.deepEqual(checkField("Price", " 100.5 ", HALVES, 1, 2000), { steps: 201, fault: "" });
});

test("a fault says what was expected", () => {
  const faultOf = (text: string) => checkField("Price", text, HALVES, 1, 2000).fault;
  assert.equal(faultOf(""), "Price is missing");
  assert.equal(faultOf("100.3"), "Price steps by 0.5");
  assert.equal(faultOf("cheap"), "Price: expected a number such as 12.5");
  assert.equal(faultOf("0"), "Price: expected 0.5 to 1000.0");
  assert.equal(faultOf("1000.5"), "Price: expected 0.5 to 1000.0");
});

test("a comma is no number, whatever it was meant to be", () => {
  const fault = "Price: no commas, the decimal mark is a point";
  for (const text of ["1,000", "1,5", "1,000.5", "1.000,5", ",5", "64,000.00"]) {
    assert.deepEqual(checkField("Price", text, HALVES, 1, 2000), { steps: undefined, fault });
  }
});

test("stepping moves by ticks and stops at the limits", () => {
  assert.equal(stepped("100.0", HALVES, 1, LIMITS), "100.5");
  assert.equal(stepped("100.0", HALVES, -10, LIMITS), "95.0");
  assert.equal(stepped("0.5", HALVES, -1, LIMITS), "0.5");
  assert.equal(stepped("1000", HALVES, 100, LIMITS), "1000.0");
});

test("stepping from an empty or odd text starts at the market", () => {
  assert.equal(stepped("", HALVES, 1, LIMITS), "100.0");
  assert.equal(stepped("0.3", HALVES, -1, LIMITS), "100.0");
});

test("an error of the exchange finds its field", () => {
  assert.equal(fieldOfError("PRICE_OUT_OF_RANGE", ""), "price");
  assert.equal(fieldOfError("QTY_OUT_OF_RANGE", ""), "qty");
  assert.equal(fieldOfError("MALFORMED", "orderQty: expected a decimal, found true"), "qty");
  assert.equal(fieldOfError("POST_ONLY_WOULD_TRADE", "a post-only order may not take"), "form");
});
