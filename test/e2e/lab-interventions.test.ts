// What the laboratory changes on purpose, on processes whose answer is known. Effects are large, so
// that a machine with others on its cores does not hide them.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Bench } from "../../src/lab/campaign/bench-of-target.ts";
import { delayEngine } from "../../src/lab/campaign/passes/cause.ts";
import { measureOnTmpfs } from "../../src/lab/campaign/passes/tmpfs.ts";
import { QUICK, SLO_NANOS } from "../../src/lab/campaign/plan.ts";
import type { LoadOptions } from "../../src/lab/load/load-options.ts";
import { startTarget } from "../../src/lab/target/target.ts";
import type { TargetSpec } from "../../src/lab/target/target-spec.ts";
import { THRESHOLDS } from "../../src/lab/verdict/thresholds.ts";
import { INTERVENTION_PAIRS } from "../dose.ts";
import { compiledEngine, NO_COMPILER } from "./compiled-for-test.ts";
import { specOf } from "./lab-campaign-for-test.ts";

const folder = mkdtempSync(join(tmpdir(), "outcry-interventions-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Effects are large: few pairs find them. */
const SHORT = {
  interventionPairs: INTERVENTION_PAIRS,
  pairWarmUpSeconds: 1,
  pairSeconds: 0.3,
  blockWarmUpSeconds: 0.5,
  blockRounds: 2 * INTERVENTION_PAIRS,
  blockSeconds: 0.4,
};

/** Null operations: an order of them costs what the fixture does. */
async function withBench<T>(
  spec: TargetSpec,
  load: Partial<LoadOptions>,
  use: (bench: Bench) => Promise<T>,
): Promise<T> {
  const target = await startTarget(spec);
  const bench: Bench = {
    spec,
    target,
    load: {
      drive: target.drive,
      lap: { kind: "null", commands: 2000 },
      pace: { kind: "closed", inFlight: 1 },
      connections: 1,
      threads: 1,
      warmUpSeconds: 0.1,
      seconds: 0.3,
      seed: 1,
      ...load,
    },
    plan: { ...QUICK, ...SHORT },
    sloNanos: SLO_NANOS,
    limitPerSecond: undefined,
    signal: new AbortController().signal,
    tell: () => undefined,
  };
  try {
    return await use(bench);
  } finally {
    await target.stop();
  }
}

/** 512 in flight are answered together: 20 ms, and the window holds many of them. */
const FULL_DELAYS_NANOS = [0, 20_000, 40_000];
/** Of the 500 us between two orders. */
const IDLE_DELAYS_NANOS = [0, 50_000, 100_000];
const IDLE_PER_SECOND = 2000;
/** A queue that a busy machine makes is no large part of the next block. */
const IDLE_IN_FLIGHT = 64;

test("a delayed engine is on the critical path under full load, beside it under little", {
  timeout: 120_000,
}, async () => {
  const full = await withBench(specOf("engine:unix"), {}, (bench) =>
    delayEngine(bench, FULL_DELAYS_NANOS),
  );
  assert.ok(full.slope.value >= THRESHOLDS.causeSlopeMin, JSON.stringify(full));
  const capPerSecond = IDLE_PER_SECOND;
  const idle = await withBench(specOf("engine:unix"), { capPerSecond }, (bench) =>
    delayEngine(bench, IDLE_DELAYS_NANOS, IDLE_IN_FLIGHT),
  );
  // A busy machine has no such time to spare as a quiet one: half is far enough from all of it.
  assert.ok(idle.slope.value <= full.slope.value / 2, JSON.stringify({ full, idle }));
});

const SHM = "/dev/shm";

const SKIP = existsSync(SHM) ? NO_COMPILER : `${SHM} is missing: Linux has it`;

test("a file synced for each order is faster on tmpfs, and its directories are removed", {
  skip: SKIP,
  timeout: 120_000,
}, async () => {
  const path = join(folder, "fsync.sock");
  const command = `${compiledEngine("work-server")} fsync-each {dataDir} ${path}`;
  const spec = specOf(`unix:${path}`, command);
  const before = directories();
  const found = await withBench(spec, {}, measureOnTmpfs);
  // A hundred times faster: a fast disk or a busy machine does not hide it.
  assert.ok(found.rateGain.value >= THRESHOLDS.tmpfsGainMin, JSON.stringify(found));
  assert.ok(found.responseBought.low > 0, JSON.stringify(found));
  assert.deepEqual(directories(), before);
});

function directories(): string[] {
  return [SHM, tmpdir()].flatMap((root) =>
    readdirSync(root).filter((name) => name.startsWith("outcry-data-")),
  );
}
