import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { millionthsUp, partOf, RATIO_MAX } from "./exact-ratio.ts";

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 1000 }),
  fc.maxSafeNat().map((n) => n % (RATIO_MAX + 1)),
  fc.constantFrom(RATIO_MAX, RATIO_MAX - 1, 1, 2 ** 32, 2 ** 26),
);

test("a part of an amount is what integers of any size say, towards zero", () => {
  const property = fc.property(sizes, sizes, sizes, fc.boolean(), (size, a, b, isNegative) => {
    const [part, whole] = a < b ? [a, b] : [b, a];
    fc.pre(whole > 0);
    const amount = isNegative ? 0 - size : size;
    const expected = (BigInt(amount) * BigInt(part)) / BigInt(whole);
    assert.equal(partOf(amount, part, whole), Number(expected));
  });
  fc.assert(property, { numRuns: 2000 });
});

test("millionths are rounded up, whoever pays", () => {
  const rates = fc.integer({ min: -1_000_000, max: 1_000_000 });
  const property = fc.property(fc.maxSafeNat(), rates, (amount, rate) => {
    const product = BigInt(amount) * BigInt(rate);
    const down = product / 1_000_000n;
    const expected = product > 0n && product % 1_000_000n !== 0n ? down + 1n : down;
    assert.equal(millionthsUp(amount, rate), Number(expected));
  });
  fc.assert(property, { numRuns: 2000 });
});

test("a rebate of less than one unit is nothing, a fee of less than one unit is one", () => {
  assert.equal(millionthsUp(999, -1000), 0);
  assert.equal(millionthsUp(999, 1000), 1);
  assert.ok(Object.is(millionthsUp(0, -5), 0), "and never minus zero");
});
