// The laboratory on a compiled order-matching server that it must neither change nor disturb.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { LoadOptions } from "../../src/lab/load/load-options.ts";
import { USUAL_MIX } from "../../src/lab/load/mix.ts";
import { startTarget, type Target } from "../../src/lab/target/target.ts";
import type { TargetSpec } from "../../src/lab/target/target-spec.ts";
import { runWatchedLoad } from "../../src/lab/watch/watched-load.ts";
import { compiledEngine, NO_COMPILER } from "./compiled-for-test.ts";
import { specOf } from "./lab-campaign-for-test.ts";
import { lookOf } from "./untouched-for-test.ts";

const LOAD: Omit<LoadOptions, "drive"> = {
  lap: { kind: "mix", mix: { ...USUAL_MIX, commands: 2000 } },
  pace: { kind: "open", shape: "poisson", perSecond: 1000, burstSize: 1 },
  connections: 1,
  threads: 1,
  warmUpSeconds: 0.3,
  seconds: 0.5,
  seed: 1,
  drainSeconds: 60,
};

const folder = mkdtempSync(join(tmpdir(), "outcry-lab-e2e-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function withTarget(spec: TargetSpec, use: (target: Target) => Promise<void>): Promise<void> {
  const target = await startTarget(spec);
  try {
    await use(target);
  } finally {
    await target.stop();
  }
}

test("a compiled engine is driven and watched as it is, and is the same afterwards", {
  skip: NO_COMPILER,
}, async () => {
  const path = join(folder, "engine.sock");
  const command = `${compiledEngine("order-server")} unix ${path}`;
  await withTarget(specOf(`unix:${path}`, command), async (target) => {
    const { pid } = target;
    assert.ok(pid !== undefined);
    const look = lookOf(pid);
    const watched = await runWatchedLoad({ ...LOAD, drive: target.drive }, pid);
    assert.equal(watched.load.wrong, 0, watched.load.firstWrong);
    assert.ok(watched.usage !== undefined && watched.usage.runNanos > 0);
    assert.deepEqual(lookOf(pid), look);
  });
});
