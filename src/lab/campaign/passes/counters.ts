// Pass 6: hardware counters of the target where the host has them; else, for our own engine, a
// second instance under callgrind with the cache that calibration found.

import { fileURLToPath } from "node:url";
import { effectiveCacheBytes } from "../../calibration/calibration.ts";
import { type PerfCounter, parsePerfStat } from "../../capability/perf-stat.ts";
import { simulateVersion } from "../../compare/simulated-version.ts";
import { runLoad } from "../../load/run-load.ts";
import { runProgram } from "../../run-program.ts";
import type { Bench } from "../bench-of-target.ts";
import type { RunFile, SimulationRecord } from "../run-file.ts";

const EVENTS = [
  "cycles",
  "instructions",
  "branches",
  "branch-misses",
  "L1-dcache-load-misses",
  "LLC-load-misses",
  "dTLB-load-misses",
];
const IN_FLIGHT = 512;
const LINE_BYTES = 64;
const FIRST_LEVEL = `32768,8,${LINE_BYTES}`;
const LAST_LEVEL_WAYS = 16;
/** The folder of the running build. */
const DIST = fileURLToPath(new URL("../../..", import.meta.url));

/** Near saturation, beside a load of its own. */
export async function countTarget(bench: Bench): Promise<PerfCounter[]> {
  const { pid } = bench.target;
  if (pid === undefined) throw new Error("the target's process is out of sight");
  const seconds = bench.plan.sweepSeconds;
  bench.tell(`counters: ${seconds} s of perf stat`);
  const args = ["stat", "-x,", "-e", EVENTS.join(","), "-p", String(pid), "--", "sleep"];
  const load = runLoad({
    ...bench.load,
    pace: { kind: "closed", inFlight: IN_FLIGHT },
    warmUpSeconds: bench.plan.warmUpSeconds,
    seconds: seconds * 2,
  });
  const { stderr } = await runProgram("perf", [...args, String(seconds)], seconds * 10_000);
  await load;
  return parsePerfStat(stderr);
}

export async function simulateEngine(
  bench: Bench,
  calibration: NonNullable<RunFile["calibration"]>,
): Promise<SimulationRecord> {
  bench.tell("simulating a second instance under callgrind");
  const bytes = powerOfTwo(effectiveCacheBytes(calibration.loads));
  const caches = [
    `--I1=${FIRST_LEVEL}`,
    `--D1=${FIRST_LEVEL}`,
    `--LL=${bytes},${LAST_LEVEL_WAYS},${LINE_BYTES}`,
  ];
  const { command, perOrder } = await simulateVersion(DIST, caches);
  return {
    command,
    instructionsPerOrder: perOrder.instructions,
    firstLevelMissesPerOrder: perOrder.firstLevelMisses,
    lastLevelMissesPerOrder: perOrder.lastLevelMisses,
    mispredictsPerOrder: perOrder.mispredicts,
  };
}

/** Callgrind's caches have a power of two of sets. */
function powerOfTwo(bytes: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(bytes, 1 << 20)));
}
