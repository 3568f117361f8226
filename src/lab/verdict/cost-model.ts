// Where the host hides its counters: what an order should cost by what it was simulated to do and
// by what each of that costs on this machine, beside what it was measured to cost. An interval, as
// a simulated cache is not the real one: `low` has the misses where the simulation has them, `high`
// has every miss of the first level in memory.

import type { RunFile } from "../campaign/run-file.ts";
import type { Interval } from "../statistics/estimate.ts";
import { cpuNanosPerOperation } from "../watch/watched-load.ts";
import { busiestLoad, RUN_NANOS_MIN } from "./busiest-load.ts";
import { THRESHOLDS } from "./thresholds.ts";

/** Issue width that the model assumes: four instructions a cycle when nothing stalls. */
const WIDTH = 4;

export type CostModel = {
  readonly nanos: Interval;
  /** Caches and memory, of the modelled time. */
  readonly memoryShare: Interval;
  /** Of the measured time. */
  readonly mispredictShare: number;
  /** Of the measured time: what width, memory and mispredictions leave, waits for results. */
  readonly dependencyShare: Interval;
  /** Simulated instructions by measured cycles. */
  readonly ipc: number;
  /** Modelled of measured. */
  readonly closure: Interval;
};

/** The measured time lies where the model may be wrong by no more than it is allowed to. */
export function explains({ closure }: CostModel): boolean {
  return closure.low * THRESHOLDS.closureMin <= 1 && closure.high * THRESHOLDS.closureMax >= 1;
}

/** Undefined without a simulation, a calibration or a measured time to hold against them. */
export function modelOf(run: RunFile): CostModel | undefined {
  const { simulation, calibration } = run;
  const alone = nanosAlone(run);
  if (simulation === undefined || calibration === undefined || alone === undefined) {
    return undefined;
  }
  const loads = calibration.loads.map(({ nanos }) => nanos);
  const [nearest] = loads;
  const farthest = Math.max(...loads);
  const middle = loads[Math.floor(loads.length / 2)];
  const { firstLevelMissesPerOrder, lastLevelMissesPerOrder } = simulation;
  const memory = {
    low:
      firstLevelMissesPerOrder * (middle - nearest) + lastLevelMissesPerOrder * (farthest - middle),
    high: firstLevelMissesPerOrder * (farthest - nearest),
  };
  const issue = (simulation.instructionsPerOrder / WIDTH) * calibration.addNanos;
  const branches = simulation.mispredictsPerOrder * calibration.mispredictNanos;
  const nanos = { low: issue + memory.low + branches, high: issue + memory.high + branches };
  return {
    nanos,
    memoryShare: { low: memory.low / nanos.low, high: memory.high / nanos.high },
    mispredictShare: Math.min(1, branches / alone),
    dependencyShare: {
      low: Math.max(0, 1 - nanos.high / alone),
      high: Math.max(0, 1 - nanos.low / alone),
    },
    ipc: (simulation.instructionsPerOrder * calibration.addNanos) / alone,
    closure: { low: nanos.low / alone, high: nanos.high / alone },
  };
}

/** Our engine alone; of other targets what an order takes outside of the kernel near saturation. */
function nanosAlone(run: RunFile): number | undefined {
  if (run.engineAlone !== undefined) return run.engineAlone.value;
  const busiest = busiestLoad(run);
  if (busiest?.usage === undefined || busiest.usage.runNanos < RUN_NANOS_MIN) return undefined;
  const cpuNanos = cpuNanosPerOperation(busiest);
  return cpuNanos && cpuNanos * (1 - busiest.usage.systemShare);
}
