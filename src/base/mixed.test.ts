import assert from "node:assert/strict";
import { test } from "node:test";
import { mixed } from "./mixed.ts";

test("two numbers decide 32 bits, for ever the same", () => {
  const pairs = [
    [0, 0],
    [1, 0],
    [0, 1],
    [7, 3],
    [2 ** 32 + 7, 3],
    [4_294_967_295, 4_294_967_295],
  ] as const;
  const found = pairs.map(([first, second]) => mixed(first, second));
  assert.deepEqual(
    found,
    [0, 1_364_076_727, 3_328_472_367, 3_586_184_302, 3_586_184_302, 229_898_442],
  );
});

test("the lowest bit of either changes about half of all bits", () => {
  let changed = 0;
  for (let i = 0; i < 1_000; i++) {
    for (const other of [mixed(i ^ 1, i), mixed(i, i ^ 1)]) {
      for (let bits = (mixed(i, i) ^ other) >>> 0; bits > 0; bits = (bits & (bits - 1)) >>> 0) {
        changed++;
      }
    }
  }
  const perPair = changed / 2_000;
  assert.ok(perPair > 14 && perPair < 18, `${perPair} of 32 bits`);
});
