import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatSteps, parseSteps } from "../../model/instrument.ts";
import { stepsOfText, textOfNumber, textOfSteps } from "./decimal.ts";

const decimals = fc.integer({ min: 0, max: 9 });
const stepUnits = fc.oneof(fc.constantFrom(1, 5, 25, 50, 100), fc.integer({ min: 1, max: 1e6 }));
const digits = fc.stringMatching(/^\d{0,20}$/);
const almostDecimal = fc.oneof(
  fc
    .tuple(fc.constantFrom("", "-"), digits, fc.constantFrom("", "."), digits)
    .map((parts) => parts.join("")),
  fc.stringMatching(/^[-+.0-9eE ]{0,12}$/),
  fc.string(),
);

test("a decimal text means the same steps as the model says", () => {
  fc.assert(
    fc.property(almostDecimal, decimals, stepUnits, (text, places, units) => {
      const found = stepsOfText(text, places, units);
      assert.equal(found, parseSteps(text, places, units));
      assert.ok(!Object.is(found, -0), "zero has no sign");
    }),
    { numRuns: 5000 },
  );
});

test("steps are written as the model writes them, and read back as they were", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
      decimals,
      stepUnits,
      (steps, places, units) => {
        const text = textOfSteps(steps, places, units);
        assert.equal(text, formatSteps(steps, places, units));
        assert.equal(stepsOfText(text, places, units), steps);
      },
    ),
    { numRuns: 5000 },
  );
});

test("steps beyond exact units, as a refused binary order may carry, are still written", () => {
  assert.equal(textOfSteps(-2147483648, 2, 4294967295), "-92233720347072921.60");
  assert.equal(textOfSteps(9007199254740991, 0, 10), "90071992547409910");
});

test("a JSON number reads as its shortest decimal text", () => {
  const cases: [number, string][] = [
    [0.1, "0.1"],
    [1e-7, "0.0000001"],
    [-2.5e-9, "-0.0000000025"],
    [64000.5, "64000.5"],
    [1e21, "1e+21"],
  ];
  for (const [value, text] of cases) assert.equal(textOfNumber(value), text);
});
