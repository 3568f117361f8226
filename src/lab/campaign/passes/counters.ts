// Pass 6: hardware counters of the target, where the host has them (else simulation.ts).

import { type PerfCounter, parsePerfStat } from "../../capability/perf-stat.ts";
import { runProgram } from "../../run-program.ts";
import { workersOf } from "../../target/process-family.ts";
import { loadOnBench } from "../bench-load.ts";
import type { Bench } from "../bench-of-target.ts";

const EVENTS = [
  "cycles",
  "instructions",
  "branches",
  "branch-misses",
  "stalled-cycles-frontend",
  "stalled-cycles-backend",
  "L1-dcache-load-misses",
  "LLC-load-misses",
  "dTLB-load-misses",
];
/** Asked for apart: perf refuses all events of a call for one that it does not know. */
const SLOTS = ["retiring", "bad-spec", "fe-bound", "be-bound", "mem-bound"];
const TOP_DOWN = ["slots", ...SLOTS.map((name) => `topdown-${name}`)];
const IN_FLIGHT = 512;

/** Near saturation, beside a load of its own. */
export async function countTarget(bench: Bench): Promise<PerfCounter[]> {
  const { pid } = bench.target;
  if (pid === undefined) throw new Error("the target's process is out of sight");
  const seconds = bench.plan.sweepSeconds;
  bench.tell(`counters: ${seconds} s of perf stat`);
  const load = loadOnBench(bench, {
    ...bench.load,
    pace: { kind: "closed", inFlight: IN_FLIGHT },
    warmUpSeconds: bench.plan.warmUpSeconds,
    seconds: seconds * 3,
  });
  load.catch(() => undefined); // Awaited below.
  const counters = [];
  for (const events of [EVENTS, TOP_DOWN]) {
    const args = ["stat", "-x,", "-e", events.join(","), "-p", workersOf(pid).join(",")];
    const run = [...args, "--", "sleep", String(seconds)];
    const { stderr } = await runProgram("perf", run, seconds * 10_000);
    counters.push(...parsePerfStat(stderr));
  }
  await load;
  return counters;
}
