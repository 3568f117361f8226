// The numbers that decisions rest on, read off a run. Pure: the same run gives the same evidence.

import type { RunFile } from "../campaign/run-file.ts";
import { ratesOf } from "../capability/perf-stat.ts";
import { heldBackShareOf } from "../load/load-result.ts";
import { FoldedStacks } from "../profile/folded-stacks.ts";
import { shareOfKind } from "../profile/hotspots.ts";
import { type HistogramRecord, LatencyHistogram } from "../statistics/latency-histogram.ts";
import { utilizationOf, waitShareOf } from "../watch/process-usage.ts";
import { cpuNanosPerOperation, type WatchedLoad } from "../watch/watched-load.ts";
import { THRESHOLDS } from "./thresholds.ts";

export type Evidence = {
  readonly ceilingPerSecond: number | undefined;
  /** Mean lag of the mean response time, and what of the plan the generator kept back. */
  readonly generatorLagShare: number | undefined;
  readonly heldBackShare: number | undefined;
  /** At the highest rate achieved: the busiest thread of the target. */
  readonly utilization: number | undefined;
  /** Neither running nor wanting to run, of the busiest thread. */
  readonly offCpuShare: number | undefined;
  readonly kernelShare: number | undefined;
  readonly collectorShare: number | undefined;
  readonly voluntaryPerOrder: number | undefined;
  readonly futexShare: number | undefined;
  readonly uninterruptibleShare: number | undefined;
  readonly transportShare: RunFile["layers"][number]["transportShare"];
  /** Rate of the engine alone, of the ceiling through the transport. */
  readonly lowerLayerGain: number | undefined;
  readonly bookGrowth: number | undefined;
  readonly backEndShare: number | undefined;
  readonly lastLevelMissesPerKilo: number | undefined;
  readonly derivedIpc: number | undefined;
  /** Undefined also where the model does not explain the program. */
  readonly modelledMemoryShare: number | undefined;
  readonly modelledMispredictShare: number | undefined;
  readonly quotaElasticity: number | undefined;
  /** Two wake-ups, of the median with one order in flight. */
  readonly wakeUpsOfMedian: number | undefined;
};

/** /proc counts the kernel's share in ticks of 10 ms: of less processor time it knows nothing. */
const RUN_NANOS_MIN = 0.3e9;

export function evidenceOf(run: RunFile): Evidence {
  const busiest = busiestLoad(run);
  const usage = busiest?.usage;
  const layer = run.layers.find((each) => each.layer === run.target) ?? mainLayer(run);
  const folded = run.profile && FoldedStacks.parse(run.profile.folded);
  const rates = ratesOf(run.counters);
  const ceiling = run.ceilingMax?.heldPerSecond;
  const utilization = usage && utilizationOf(usage);
  const modelled = modelOf(run);
  const orders = busiest && busiest.load.achievedPerSecond * busiest.load.options.seconds;
  return {
    ceilingPerSecond: ceiling,
    generatorLagShare: busiest && meanOf(busiest.load.lag) / meanOf(busiest.load.response),
    heldBackShare: busiest && heldBackShareOf(busiest.load),
    utilization,
    offCpuShare: usage && Math.max(0, 1 - busyShare(usage)),
    kernelShare: usage && usage.runNanos >= RUN_NANOS_MIN ? usage.systemShare : undefined,
    collectorShare: folded && shareOfKind(folded, "gc"),
    voluntaryPerOrder: usage && orders ? usage.voluntary / orders : undefined,
    futexShare: run.offCpu?.futexShare,
    uninterruptibleShare: run.offCpu && (run.offCpu.byState["D"] ?? 0) / run.offCpu.switches,
    transportShare: layer?.transportShare,
    lowerLayerGain: run.engineAlone && ceiling ? 1e9 / run.engineAlone.value / ceiling : undefined,
    bookGrowth: bookGrowth(run),
    backEndShare: rates.backEnd,
    lastLevelMissesPerKilo: rates.lastLevelMissesPerKilo,
    derivedIpc: modelled?.ipc,
    modelledMemoryShare: modelled && explains(modelled) ? modelled.memoryShare : undefined,
    modelledMispredictShare: modelled?.mispredictShare,
    quotaElasticity: run.quotaElasticity,
    wakeUpsOfMedian:
      run.calibration && layer?.medianNanos
        ? run.calibration.wakeUpPairNanos.value / layer.medianNanos.value
        : undefined,
  };
}

/** The layer that the campaign drove: an "engine" without a layer is the Unix socket. */
export function mainLayer(run: RunFile): RunFile["layers"][number] | undefined {
  const name = run.target === "engine" ? "engine:unix" : run.target;
  return run.layers.find(({ layer }) => layer === name);
}

function busyShare(usage: NonNullable<WatchedLoad["usage"]>): number {
  const [busiest] = usage.threads;
  return busiest === undefined ? 0 : (busiest.runNanos + busiest.waitNanos) / usage.wallNanos;
}

function busiestLoad(run: RunFile): WatchedLoad | undefined {
  return run.sweep.reduce<WatchedLoad | undefined>(
    (best, each) =>
      best === undefined || each.load.achievedPerSecond > best.load.achievedPerSecond ? each : best,
    run.sustained,
  );
}

function meanOf(record: HistogramRecord): number {
  return LatencyHistogram.fromRecord(record).mean;
}

function bookGrowth({ books }: RunFile): number | undefined {
  const sorted = books.toSorted((a, b) => a.restingOrders - b.restingOrders);
  const [first] = sorted;
  const last = sorted.at(-1);
  return first && last && first !== last
    ? last.nanosPerOrder.value / first.nanosPerOrder.value
    : undefined;
}

/** Issue width that the model assumes: four instructions a cycle when nothing stalls. */
const WIDTH = 4;

export type CostModel = {
  readonly nanos: number;
  readonly memoryShare: number;
  readonly mispredictShare: number;
  readonly ipc: number;
  /** Modelled of measured. */
  readonly closure: number;
};

export function explains({ closure }: CostModel): boolean {
  return closure >= THRESHOLDS.closureMin && closure <= THRESHOLDS.closureMax;
}

/** Our engine alone; of other targets what an order takes outside of the kernel near saturation. */
function nanosAlone(run: RunFile): number | undefined {
  if (run.engineAlone !== undefined) return run.engineAlone.value;
  const busiest = busiestLoad(run);
  if (busiest?.usage === undefined || busiest.usage.runNanos < RUN_NANOS_MIN) return undefined;
  const cpuNanos = cpuNanosPerOperation(busiest);
  return cpuNanos && cpuNanos * (1 - busiest.usage.systemShare);
}

/** Simulated events times calibrated costs; undefined without a simulation. */
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
  const base = (simulation.instructionsPerOrder / WIDTH) * calibration.addNanos;
  const memory =
    simulation.firstLevelMissesPerOrder * (middle - nearest) +
    simulation.lastLevelMissesPerOrder * (farthest - middle);
  const branches = simulation.mispredictsPerOrder * calibration.mispredictNanos;
  const nanos = base + memory + branches;
  const cycles = alone / calibration.addNanos;
  return {
    nanos,
    memoryShare: memory / nanos,
    mispredictShare: branches / nanos,
    ipc: simulation.instructionsPerOrder / cycles,
    closure: nanos / alone,
  };
}

export function waitOfTarget({ usage }: WatchedLoad): number | undefined {
  return usage && waitShareOf(usage);
}
