import assert from "node:assert/strict";
import { test } from "node:test";
import { benchAdversarial } from "./adversarial-bench.ts";

test("each hostile load does what it is about, at smoke size", async () => {
  const results = await benchAdversarial(1, 0.01);
  assert.deepEqual(
    results.map(({ load, unit, units }) => [load, unit, units]),
    [
      ["normal", "command", 3000],
      ["price-a-order", "command", 10_000],
      ["cancel-from-the-middle", "command", 10_000],
      ["sweep-of-levels", "fill", 1000],
      ["stop-cascade", "triggered order", 100],
      ["cascade-beside-trailing", "triggered order", 10],
      ["waiting-all-or-none", "command", 10],
      ["all-or-none-decoy", "command", 200],
      ["many-instruments", "command", 3000],
    ],
  );
  for (const { nanosPerUnit } of results) assert.ok(nanosPerUnit > 0);
});
