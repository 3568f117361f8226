import assert from "node:assert/strict";
import { test } from "node:test";
import { benchIdle, benchSustained } from "./log-bench.ts";

test("the log's benchmarks measure what became durable, at smoke size", async () => {
  const idle = await benchIdle(20);
  assert.equal(idle.commits, 20);
  assert.ok(idle.bareMicrosP50 > 0 && idle.logMicrosP50 > 0);
  const sustained = await benchSustained(10_000, 1);
  assert.ok(sustained.durablePerSecond > 0 && sustained.commits > 0);
  assert.ok(sustained.rssMibMax >= sustained.rssMibAtStart);
});
