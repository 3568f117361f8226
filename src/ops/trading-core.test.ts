import assert from "node:assert/strict";
import { test } from "node:test";
import { coresIn } from "./trading-core.ts";

test("a list of cores is ranges and single ones", () => {
  assert.deepEqual(coresIn("0"), [0]);
  assert.deepEqual(coresIn("0-3"), [0, 1, 2, 3]);
  assert.deepEqual(coresIn("1,4-6,9"), [1, 4, 5, 6, 9]);
});
