import assert from "node:assert/strict";
import { test } from "node:test";
import { benchLibraries } from "./library-bench.ts";

test("our library and one from npm trade the same and leave the same book", async () => {
  const results = await benchLibraries(3000, 1);
  assert.deepEqual(
    results.map(({ library, commands }) => [library, commands]),
    [
      ["outcry", 3000],
      ["outcry-core", 3000],
      ["nodejs-order-book", 3000],
    ],
  );
  assert.ok(results.every(({ tradedLots }) => tradedLots > 0));
});
