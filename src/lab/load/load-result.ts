// What a load showed: plain data for run.json, merged from its threads, and the numbers read off
// it.

import { type HistogramRecord, LatencyHistogram } from "../statistics/latency-histogram.ts";
import type { SchedStat } from "../watch/sched-stat.ts";
import type { GeneratorReport } from "./generator-task.ts";
import type { MeterRecord } from "./load-meter.ts";
import type { LoadOptions } from "./load-options.ts";

export type LoadResult = {
  readonly options: LoadOptions;
  /** With the requests that nobody answered, by the time they had waited at least. */
  readonly response: HistogramRecord;
  readonly service: HistogramRecord;
  readonly lag: HistogramRecord;
  /** Requests planned inside the window, and those of them that were answered. */
  readonly planned: number;
  readonly answered: number;
  readonly unanswered: number;
  /** Of those in the window the shortest wait: from it on a response time is a lower bound. */
  readonly waitedNanosMin?: number | undefined;
  /** Of the planned window, what came to pass; rates are of it. */
  readonly measuredSeconds?: number;
  /** Of the planned: unsent when the window ended, though the target would have taken them. */
  readonly heldBack: number;
  readonly wrong: number;
  readonly firstWrong: string;
  /** "" or what ended the load. */
  readonly failure: string;
  readonly offeredPerSecond: number;
  /** Answers that came inside the window, a second. */
  readonly achievedPerSecond: number;
  readonly inFlightMean: number;
  readonly meanStepNanos: number;
  readonly plannedBySlice: readonly number[];
  /** By when they were planned. */
  readonly answeredBySlice: readonly number[];
  /** By when they came; not in files of before. */
  readonly arrivedBySlice?: readonly number[];
  readonly responseNanosBySlice: readonly number[];
  readonly heat: readonly number[];
  readonly generator: {
    readonly threads: number;
    /** Over all threads; undefined where the kernel does not tell. */
    readonly usage: SchedStat | undefined;
    readonly wallNanos: number;
  };
};

export function mergeReports(
  options: LoadOptions,
  reports: readonly GeneratorReport[],
): LoadResult {
  const meters = reports.map(({ meter }) => meter);
  const sum = (of: (meter: MeterRecord) => number) =>
    meters.reduce((total, meter) => total + of(meter), 0);
  const addColumns = (of: (meter: MeterRecord) => readonly number[]) =>
    of(meters[0]).map((_, i) => sum((meter) => of(meter)[i]));
  const planned = sum((meter) => meter.planned);
  const answered = sum((meter) => meter.answered);
  return {
    options: withoutKey(options),
    response: mergeHistograms(meters.map(({ response }) => response)),
    service: mergeHistograms(meters.map(({ service }) => service)),
    lag: mergeHistograms(meters.map(({ lag }) => lag)),
    planned,
    answered,
    heldBack: sum((meter) => meter.heldBack),
    unanswered: reports.reduce((total, each) => total + each.unanswered, 0),
    waitedNanosMin: least(meters.map(({ waitedNanosMin }) => waitedNanosMin)),
    measuredSeconds: Math.max(...meters.map(({ windowNanos }) => windowNanos)) / 1e9,
    wrong: sum((meter) => meter.wrong),
    firstWrong: meters.find(({ firstWrong }) => firstWrong !== "")?.firstWrong ?? "",
    failure: reports.find(({ failure }) => failure !== "")?.failure ?? "",
    // A load that ended early is told by the time that there was, each thread by its own.
    offeredPerSecond: sum((meter) => perSecond(meter.planned, meter)),
    achievedPerSecond: sum((meter) => perSecond(meter.answeredInWindow, meter)),
    inFlightMean: sum((meter) => perSecond(meter.inFlightNanos / 1e9, meter)),
    meanStepNanos: sum((meter) => meter.stepNanosSum) / Math.max(1, answered - meters.length),
    plannedBySlice: addColumns((meter) => meter.plannedBySlice),
    answeredBySlice: addColumns((meter) => meter.answeredBySlice),
    arrivedBySlice: addColumns((meter) => meter.arrivedBySlice),
    responseNanosBySlice: addColumns((meter) => meter.responseNanosBySlice),
    heat: addColumns((meter) => meter.heat),
    generator: {
      threads: reports.length,
      usage: addUsages(reports.map(({ usage }) => usage)),
      wallNanos: Math.max(...reports.map(({ wallNanos }) => wallNanos)),
    },
  };
}

/** A run is shown to others, and the key that it was made with is not. */
function withoutKey(options: LoadOptions): LoadOptions {
  const { drive } = options;
  return "key" in drive ? { ...options, drive: { ...drive, key: "" } } : options;
}

/** Nothing, where no time of the window came to pass. */
function perSecond(count: number, { windowNanos }: MeterRecord): number {
  return windowNanos > 0 ? count / (windowNanos / 1e9) : 0;
}

function least(values: readonly (number | undefined)[]): number | undefined {
  const told = values.filter((value) => value !== undefined);
  return told.length === 0 ? undefined : Math.min(...told);
}

/** Of the plan. */
export function heldBackShareOf({ heldBack, planned }: LoadResult): number {
  return heldBack / Math.max(1, planned);
}

function mergeHistograms(records: readonly HistogramRecord[]): HistogramRecord {
  const merged = new LatencyHistogram();
  for (const record of records) merged.merge(LatencyHistogram.fromRecord(record));
  return merged.toRecord();
}

function addUsages(usages: readonly (SchedStat | undefined)[]): SchedStat | undefined {
  let total: SchedStat = { runNanos: 0, waitNanos: 0, slices: 0 };
  for (const usage of usages) {
    if (usage === undefined) return undefined;
    total = {
      runNanos: total.runNanos + usage.runNanos,
      waitNanos: total.waitNanos + usage.waitNanos,
      slices: total.slices + usage.slices,
    };
  }
  return total;
}
