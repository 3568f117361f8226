import assert from "node:assert/strict";
import { test } from "node:test";
import { benchMemory } from "./memory-bench.ts";

test("few and many resting orders keep their number while commands are timed", async () => {
  const results = await benchMemory({ sizes: [100, 20_000], commands: 10_000, runs: 1 });
  assert.deepEqual(
    results.map(({ orders }) => orders),
    [100, 20_000],
  );
  for (const { nanosPerCommand, timesFew, stateHash } of results) {
    assert.ok(nanosPerCommand > 0 && timesFew > 0);
    assert.match(stateHash, /^[0-9a-f]{16}$/);
  }
  const [few, many] = results;
  assert.ok(few !== undefined && many !== undefined);
  assert.ok(many.bytesPerOrder < few.bytesPerOrder, "what the engine is by itself is shared");
});
