// The numbers that decisions rest on, read off a run. Pure: the same run gives the same evidence.

import { ECHO, OWN_NULL } from "../campaign/null-kinds.ts";
import type { RunFile } from "../campaign/run-file.ts";
import { ratesOf } from "../capability/perf-stat.ts";
import { heldBackShareOf, type LoadResult } from "../load/load-result.ts";
import { timeText } from "../load/load-text.ts";
import { FoldedStacks } from "../profile/folded-stacks.ts";
import { shareOfKind } from "../profile/hotspots.ts";
import type { Estimate, Interval } from "../statistics/estimate.ts";
import { type HistogramRecord, LatencyHistogram } from "../statistics/latency-histogram.ts";
import { medianEstimate } from "../statistics/order-interval.ts";
import { utilizationOf, wantedShareOf } from "../watch/process-usage.ts";
import { busiestLoad, RUN_NANOS_MIN } from "./busiest-load.ts";
import { isCapped, isLimitHeld, isSaturated } from "./capped-rate.ts";
import { type CostModel, modelOf } from "./cost-model.ts";
import { isGeneratorLate } from "./validity.ts";

/** So many of the largest doublings of connections, which of those up to 24 are from 3 to 6 on. */
const DOUBLINGS = 5;

/** Of the processor time: above, the threads that are there do not tell who is busy. */
const ENDED_MAX = 0.05;

export type Evidence = {
  readonly ceilingPerSecond: number | undefined;
  /** Mean lag of the mean response time, and what of the plan the generator kept back. */
  readonly generatorLagShare: number | undefined;
  /** V2 of the sustained run has failed: the generator did not keep its plan. */
  readonly isGeneratorLate: boolean;
  readonly heldBackShare: number | undefined;
  /** The highest rate achieved left a backlog, or a thread no time: else it bounds nothing. */
  readonly isSaturated: boolean;
  /** At the highest rate achieved: the busiest thread of the target. */
  readonly utilization: number | undefined;
  /** Neither running nor wanting to run, of the busiest thread. */
  readonly offCpuShare: number | undefined;
  /** Of the time of the busiest thread: it waited for a core. */
  readonly coreWaitShare: number | undefined;
  /** The same of a thread of the generator: what it does not send cannot be worked on. */
  readonly generatorWaitShare?: number | undefined;
  readonly kernelShare: number | undefined;
  readonly collectorShare: number | undefined;
  readonly voluntaryPerOrder: number | undefined;
  /** Of the threads' time where the host tells it, else of their switches. */
  readonly futexShare: number | undefined;
  readonly uninterruptibleShare: number | undefined;
  readonly isOffCpuTimed: boolean;
  /** Sync and write, of the response time with one order in flight. */
  readonly storageShare: Interval | undefined;
  /** Rate with the data on tmpfs, of that on disk. */
  readonly tmpfsGain: Interval | undefined;
  readonly transportShare: RunFile["layers"][number]["transportShare"];
  /** By the lab's echo server, whose way may cost more than the target's own. */
  readonly isTransportBound: boolean;
  /** Rate by the next lower layer, of the target's own. */
  readonly lowerLayerGain: Interval | undefined;
  /** "engine:ring", or "the engine alone" where that is what was measured. */
  readonly lowerLayer: string;
  /** Rate of the target's own null operation, of that of orders. */
  readonly nullGain: Interval | undefined;
  readonly bookGrowth: number | undefined;
  /** An order's processor time beside a neighbor that streams, of that beside one that spins. */
  readonly neighborRatio: Interval | undefined;
  /** Of all slots by counters: what waits for memory, or all that the back end holds up. */
  readonly memoryStallShare: number | undefined;
  /** Of all slots: held up by the back end, and not by memory. */
  readonly coreStallShare: number | undefined;
  readonly frontEndShare: number | undefined;
  readonly badSpeculationShare: number | undefined;
  readonly lastLevelMissesPerKilo: number | undefined;
  readonly model: CostModel | undefined;
  /** Rate of the most connections, of that of half of them, less 1. */
  readonly connectionsGain: Interval | undefined;
  /** Of the rate, under half of a core. */
  readonly quotaElasticity: Interval | undefined;
  /** Two wake-ups, of the median with one order in flight. */
  readonly wakeUpsOfMedian: number | undefined;
  /** Why what was calibrated cannot be it; "": it can. */
  readonly wakeUpsWhy: string;
};

export function evidenceOf(run: RunFile): Evidence {
  const busiest = busiestLoad(run);
  const usage = busiest?.usage;
  const layer = mainLayer(run);
  const folded = run.profile && FoldedStacks.parse(run.profile.folded);
  const rates = ratesOf(run.counters);
  const ceiling = run.ceilingMax?.heldPerSecond;
  // What threads ran that ended meanwhile is no single one's.
  const isWhole = usage !== undefined && (usage.endedNanos ?? 0) <= ENDED_MAX * usage.runNanos;
  const orders = busiest && busiest.load.achievedPerSecond * busiest.load.options.seconds;
  return {
    ceilingPerSecond: ceiling,
    generatorLagShare: busiest && meanOf(busiest.load.lag) / meanOf(busiest.load.response),
    isGeneratorLate: run.sustained !== undefined && isGeneratorLate(run.sustained),
    heldBackShare: busiest && heldBackShareOf(busiest.load),
    isSaturated: busiest !== undefined && isSaturated(busiest),
    utilization: isWhole ? utilizationOf(usage) : undefined,
    offCpuShare: isWhole ? Math.max(0, 1 - wantedShareOf(usage)) : undefined,
    coreWaitShare: usage && wantedShareOf(usage) - utilizationOf(usage),
    generatorWaitShare: busiest && generatorWaitShareOf(busiest.load.generator),
    kernelShare: usage && usage.runNanos >= RUN_NANOS_MIN ? usage.systemShare : undefined,
    collectorShare: folded && shareOfKind(folded, "gc"),
    voluntaryPerOrder: usage && orders && !isLimitHeld(run) ? usage.voluntary / orders : undefined,
    ...offCpuEvidence(run),
    storageShare: run.storage?.shareOfResponse,
    tmpfsGain: uncapped(run, run.tmpfs?.diskPerSecond, run.tmpfs?.rateGain),
    transportShare: layer?.transportShare,
    isTransportBound: layer?.nullKind === ECHO,
    ...lowerLayerEvidence(run),
    nullGain: layer?.nullKind === OWN_NULL ? layer.nullGain : undefined,
    bookGrowth: bookGrowth(run),
    neighborRatio: run.neighbor?.costRatio,
    memoryStallShare: rates.memoryBound ?? rates.backEnd,
    coreStallShare:
      rates.backEnd === undefined || rates.memoryBound === undefined
        ? undefined
        : rates.backEnd - rates.memoryBound,
    frontEndShare: rates.frontEnd,
    badSpeculationShare: rates.badSpeculation,
    lastLevelMissesPerKilo: rates.lastLevelMissesPerKilo,
    model: isLimitHeld(run) ? undefined : modelOf(run),
    connectionsGain: connectionsGain(run),
    quotaElasticity: quotaElasticityOf(run),
    ...wakeUpEvidence(run, layer),
  };
}

function generatorWaitShareOf({ usage, threads, wallNanos }: LoadResult["generator"]) {
  return usage && usage.waitNanos / (threads * wallNanos);
}

/**
 * What was calibrated are threads of the lab's that wake each other. Whatever wakes whom on the way
 * that was driven is within a round trip of nothing: more than that did not happen there.
 */
function wakeUpEvidence({ calibration }: RunFile, layer: RunFile["layers"][number] | undefined) {
  if (calibration === undefined || layer?.medianNanos === undefined) {
    return { wakeUpsOfMedian: undefined, wakeUpsWhy: "" };
  }
  const pair = calibration.wakeUpPairNanos.value;
  const { medianNanos, nullMedianNanos } = layer;
  const trip = Math.min(medianNanos.value, nullMedianNanos?.value ?? Number.POSITIVE_INFINITY);
  if (pair <= trip) return { wakeUpsOfMedian: pair / medianNanos.value, wakeUpsWhy: "" };
  const wakeUpsWhy =
    `: the calibrated two take ${timeText(pair)} and a whole round trip ` +
    `${timeText(trip)}, so they are not those of this way`;
  return { wakeUpsOfMedian: undefined, wakeUpsWhy };
}

/** A gain on a rate, or its loss, shows only where the limit of the campaign held none of both. */
function uncapped(
  run: RunFile,
  perSecond: Estimate | undefined,
  gain: Interval | undefined,
): Interval | undefined {
  if (perSecond === undefined || gain === undefined) return gain;
  const highest = perSecond.value * Math.max(1, gain.high);
  return isCapped(run, highest) ? undefined : gain;
}

function quotaElasticityOf(run: RunFile): Interval | undefined {
  const { quota, quotaElasticity: point } = run;
  if (quota !== undefined) {
    const isTold = quota.isStarved !== true && !isCapped(run, quota.freePerSecond.value);
    return isTold ? quota.elasticity : undefined;
  }
  return point === undefined ? undefined : { low: point, high: point };
}

/** Runs without the pass of it have the engine alone beside their ceiling. */
function lowerLayerEvidence(run: RunFile) {
  const { lowerLayer, engineAlone, ceilingMax } = run;
  if (lowerLayer !== undefined) {
    const lowerLayerGain = uncapped(run, lowerLayer.perSecond, lowerLayer.gain);
    return { lowerLayerGain, lowerLayer: lowerLayer.layer };
  }
  const ceiling = ceilingMax?.heldPerSecond;
  const nanos = engineAlone;
  const lowerLayerGain =
    nanos && ceiling && !isLimitHeld(run)
      ? { low: 1e9 / nanos.high / ceiling, high: 1e9 / nanos.low / ceiling }
      : undefined;
  return { lowerLayerGain, lowerLayer: "the engine alone" };
}

function offCpuEvidence({ offCpu }: RunFile) {
  if (offCpu === undefined) {
    return { futexShare: undefined, uninterruptibleShare: undefined, isOffCpuTimed: false };
  }
  const { timed, futexShare, byState, switches } = offCpu;
  if (timed !== undefined) {
    const { deviceShare } = timed;
    const { futexShare: ofTime } = timed;
    return { futexShare: ofTime, uninterruptibleShare: deviceShare, isOffCpuTimed: true };
  }
  const uninterruptibleShare = (byState["D"] ?? 0) / switches;
  return { futexShare, uninterruptibleShare, isOffCpuTimed: false };
}

/**
 * The layer that the campaign drove: an "engine" without a layer is the Unix socket. What a share
 * of the processor time is near saturation no rate tells that a limit held.
 */
export function mainLayer(run: RunFile): RunFile["layers"][number] | undefined {
  const name = run.target === "engine" ? "engine:unix" : run.target;
  const found = run.layers.find(({ layer }) => layer === name);
  if (found === undefined || !isCapped(run, found.achievedPerSecond)) return found;
  return { ...found, transportShare: undefined, nullGain: undefined };
}

function meanOf(record: HistogramRecord): number {
  return LatencyHistogram.fromRecord(record).mean;
}

/** Of the last doublings of connections: a short run of one of them says little. */
function connectionsGain(run: RunFile): Interval | undefined {
  const { scaling } = run;
  const rates = new Map(scaling.map(({ n, perSecond }) => [n, perSecond]));
  const gains = [...rates]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([n, rate]) => {
      const doubled = rates.get(2 * n);
      const isTold = doubled !== undefined && rate > 0 && !isCapped(run, doubled);
      return isTold ? [doubled / rate - 1] : [];
    });
  return gains.length === 0 ? undefined : medianEstimate(gains.slice(-DOUBLINGS));
}

function bookGrowth({ books }: RunFile): number | undefined {
  const sorted = books.toSorted((a, b) => a.restingOrders - b.restingOrders);
  const [first] = sorted;
  const last = sorted.at(-1);
  return first && last && first !== last
    ? last.nanosPerOrder.value / first.nanosPerOrder.value
    : undefined;
}
