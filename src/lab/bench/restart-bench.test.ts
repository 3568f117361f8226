import assert from "node:assert/strict";
import { test } from "node:test";
import { benchRestart, type PauseResult, type RestartResult } from "./restart-bench.ts";

test("a restart recovers the snapshot and the commands after it, at smoke size", async () => {
  const results: (RestartResult | PauseResult)[] = [];
  const options = { restingOrders: 2000, commands: 8000, runs: 1, watchMillis: 100 };
  await benchRestart(options, (result) => results.push(result));
  assert.deepEqual(
    results.map(({ benchmark, restingOrders }) => [benchmark, restingOrders]),
    [
      ["snapshot beside trading", 2000],
      ["restart from a snapshot alone", 2000],
      ["restart with commands since the snapshot", 2000],
    ],
  );
});
