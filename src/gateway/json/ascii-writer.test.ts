import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fragmentOf } from "../bytes-writer.ts";
import { AsciiWriter } from "./ascii-writer.ts";
import { textOfSteps } from "./decimal.ts";

const writer = new AsciiWriter();
const anyInteger = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(2000),
  fc.nat(15).map((e) => 10 ** e - (e % 2)),
);

test("an integer is written as JavaScript writes it", () => {
  fc.assert(
    fc.property(anyInteger, (value) => {
      writer.integer(value);
      assert.equal(writer.take(), String(value));
    }),
  );
});

test("steps are written as textOfSteps writes them, negative and huge ones too", () => {
  const steps = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -200, max: 200 }));
  const unit = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 4_294_967_295 }));
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 9 }), unit, (value, decimals, stepUnits) => {
      writer.steps(value, decimals, stepUnits);
      assert.equal(writer.take(), textOfSteps(value, decimals, stepUnits));
    }),
  );
});

test("texts and fragments of any length follow each other, also beyond the first buffer", () => {
  const part = fc.record({
    isFragment: fc.boolean(),
    text: fc.string({ unit: "grapheme-ascii", maxLength: 60 }),
    times: fc.oneof(fc.constant(1), fc.constant(1000)),
  });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      let expected = "";
      for (const { isFragment, text, times } of parts) {
        const whole = text.repeat(times);
        if (isFragment) writer.fragment(fragmentOf(whole));
        else writer.text(whole);
        expected += whole;
      }
      assert.equal(writer.take(), expected);
    }),
  );
});
