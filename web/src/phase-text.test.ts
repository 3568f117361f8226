import assert from "node:assert/strict";
import { test } from "node:test";
import { indicationText, phaseName, surplusText } from "./phase-text.ts";

const indication = {
  price: "64000.50",
  matchedQty: "0.250",
  surplusQty: "1.000",
  surplusSide: "buy",
} as const;

test("a phase is named, and in a call what would trade", () => {
  assert.equal(phaseName({ sequence: 1, phase: "continuous", indication: null }), "");
  assert.equal(phaseName({ sequence: 1, phase: "halt", indication: null }), "Halted");
  const call = { sequence: 1, phase: "openingCall", indication } as const;
  assert.equal(phaseName(call), "Opening call");
  assert.equal(indicationText(call), "64,000.50 × 0.250");
  assert.equal(surplusText(call), "1.000 to buy would be left over");
});

test("a call in which both sides are equal says so", () => {
  const even = { ...indication, surplusQty: "0.000", surplusSide: null };
  const call = { sequence: 1, phase: "closingCall", indication: even } as const;
  assert.equal(surplusText(call), "Nothing would be left over");
});
