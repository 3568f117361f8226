// Pass 6: hardware counters of the target, where the host has them (else simulation.ts).

import { type PerfCounter, parsePerfStat } from "../../capability/perf-stat.ts";
import { runLoad } from "../../load/run-load.ts";
import { runProgram } from "../../run-program.ts";
import type { Bench } from "../bench-of-target.ts";

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
