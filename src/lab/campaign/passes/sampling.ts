// Pass 5: where the time goes, at a rate below the ceiling, with the sampler's own cost told: the
// same load runs without it first.

import type { LoadOptions } from "../../load/load-options.ts";
import { timeText } from "../../load/load-text.ts";
import { CODE_KIND_FIELDS, type CodeKindCounts, countCodeKinds } from "../../profile/code-kinds.ts";
import type { FoldedProfile } from "../../profile/cpu-profile.ts";
import { isNodeProcess } from "../../profile/node-inspector.ts";
import { INTERVAL_MICROS, sampleNode } from "../../profile/node-sampler.ts";
import { foldOffCpu } from "../../profile/off-cpu.ts";
import {
  CODE_KIND_EVENTS,
  COMING_BACK,
  NoSamples,
  OFF_CPU_EVENTS,
  OFF_CPU_FIELDS,
  ON_CPU_FIELDS,
  onCpuEvents,
  samplePerf,
} from "../../profile/perf-sampler.ts";
import { foldPerfScript } from "../../profile/perf-script.ts";
import type { ProfileRecord } from "../../profile/profile-record.ts";
import { workersOf } from "../../target/process-family.ts";
import { busiestOf, type ProcessReading, readFamily } from "../../watch/process-reading.ts";
import { usageBetween } from "../../watch/process-usage.ts";
import { loadOnBench, watchedLoadOnBench } from "../bench-load.ts";
import type { Bench } from "../bench-of-target.ts";
import type { Plan } from "../plan.ts";
import type { OffCpuRecord } from "../run-file.ts";
import { openLoad, START_PER_SECOND } from "./timing.ts";

const IN_FLIGHT = 512;
/** A few of perf's intervals: chance may miss so much. */
const NO_SAMPLE_NANOS_MAX = 50e6;
export const OFF_CPU_SECONDS = 2;
/** Unobserved, to know what observing costs. */
const CLEAN_SECONDS_MAX = 15;
/** sched_switch costs a busy server: only a part of the rate is driven meanwhile. */
const OFF_CPU_IN_FLIGHT = 8;

/**
 * As many orders as the target takes: what limits it is what is then on its processor. With a p99
 * budget `carefulPerSecond`, or where no rate is known to hold, the one with which searches begin.
 */
function busyLoad(
  bench: Bench,
  seconds: number,
  inFlight: number,
  carefulPerSecond: number,
): LoadOptions {
  const { warmUpSeconds } = bench.plan;
  if (bench.load.p99NanosMax === undefined) {
    return { ...bench.load, pace: { kind: "closed", inFlight }, warmUpSeconds, seconds };
  }
  const known = carefulPerSecond > 0 ? carefulPerSecond : START_PER_SECOND;
  return openLoad(bench, Math.min(known, bench.limitPerSecond ?? known), seconds);
}

export function cleanSecondsOf({ sampleSeconds }: Plan): number {
  return Math.min(sampleSeconds / 2, CLEAN_SECONDS_MAX);
}

/** Rejects where nothing can sample the target. */
export async function sampleTarget(
  bench: Bench,
  hasPerf: boolean,
  carefulPerSecond: number,
): Promise<ProfileRecord> {
  const { pid } = bench.target;
  if (pid === undefined) throw new Error("the target's process is out of sight");
  const isNode = isNodeProcess(pid);
  if (!isNode && !hasPerf) throw new Error("perf is not on this host");
  const { sampleSeconds } = bench.plan;
  bench.tell(`sampling: ${sampleSeconds} s with ${isNode ? "V8's profiler" : "perf at 99 Hz"}`);
  const clean = await loadOnBench(
    bench,
    busyLoad(bench, cleanSecondsOf(bench.plan), IN_FLIGHT, carefulPerSecond),
  );
  let observedPerSecond = 0;
  const work = async (): Promise<void> => {
    const options = busyLoad(bench, sampleSeconds, IN_FLIGHT, carefulPerSecond);
    const load = await loadOnBench(bench, options);
    observedPerSecond = load.achievedPerSecond;
  };
  const sampled = await sampleWhile(pid, hasPerf, work);
  return { ...sampled, observedPerSecond, cleanPerSecond: clean.achievedPerSecond };
}

type Sampled = Omit<ProfileRecord, "observedPerSecond" | "cleanPerSecond">;

/** Of several processes that work together perf sees all, V8's profiler the busiest. */
async function sampleWhile(
  pid: number,
  hasPerf: boolean,
  work: () => Promise<void>,
): Promise<Sampled> {
  const busiest = busiestOf(pid);
  if (isNodeProcess(busiest)) {
    return await withInspector(busiest, workersOf(pid).length - 1, hasPerf, work);
  }
  if (!hasPerf) throw new Error("perf is not on this host");
  return await withPerf(pid, work);
}

/** Names by V8's profiler; beside it perf, where it is there, for what V8 cannot see. */
async function withInspector(
  pid: number,
  others: number,
  hasPerf: boolean,
  work: () => Promise<void>,
): Promise<Sampled> {
  let folded: FoldedProfile | undefined;
  const sample = async (): Promise<void> => {
    folded = await sampleNode(pid, work);
  };
  const beside = await codeKindsBeside(pid, hasPerf, sample);
  if (folded === undefined) throw new Error(beside.note);
  const { stacks, samples, named } = folded;
  return {
    source: `V8's sampling profiler through the inspector, ${INTERVAL_MICROS} us`,
    unit: "us",
    samples,
    named,
    folded: stacks.text(),
    codeKinds: beside.counts,
    notes: [
      "SIGUSR1 opened the inspector of the target on a port; it was closed again.",
      "Time in the kernel and in Node's own C++ is under the function that called, or (program).",
      ...(others > 0 ? [`Of ${others + 1} processes it is of the busiest one, ${pid}.`] : []),
      ...(beside.note === "" ? [] : [beside.note]),
    ],
  };
}

type Beside = { readonly counts: CodeKindCounts | undefined; readonly note: string };

/** perf that fails takes nothing away from the profile that it goes beside. */
async function codeKindsBeside(
  pid: number,
  hasPerf: boolean,
  sample: () => Promise<void>,
): Promise<Beside> {
  if (!hasPerf) {
    await sample();
    return { counts: undefined, note: "Kinds of code: not available, perf is not on this host." };
  }
  try {
    const { script } = await samplePerf(pid, CODE_KIND_EVENTS, CODE_KIND_FIELDS, sample);
    return { counts: countCodeKinds(script), note: "" };
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { counts: undefined, note: `Kinds of code: not available, ${why}.` };
  }
}

async function withPerf(pid: number, work: () => Promise<void>): Promise<Sampled> {
  const { command, script } = await told(pid, () =>
    samplePerf(pid, onCpuEvents(), ON_CPU_FIELDS, work),
  );
  const { stacks, samples, named, whole, rooted } = foldPerfScript(script);
  return {
    source: command,
    unit: "samples",
    samples,
    named,
    folded: stacks.text(),
    notes: [
      `${whole} of ${samples} samples have a name in every frame.`,
      `${rooted} of ${samples} samples reach the thread's first function.`,
      "cpu-clock is a timer: kernel code with interrupts off shows where it lets them in again.",
    ],
  };
}

/** Why there are no samples: a process that is gone, one that did nothing, or something else. */
async function told<T>(pid: number, sample: () => Promise<T>): Promise<T> {
  const before = readFamily(pid);
  try {
    return await sample();
  } catch (error) {
    if (!(error instanceof NoSamples)) throw error;
    throw new Error(noSamplesText(error.message, pid, before, readFamily(pid)), { cause: error });
  }
}

export function noSamplesText(
  found: string,
  pid: number,
  before: ProcessReading | undefined,
  after: ProcessReading | undefined,
): string {
  if (before === undefined || after === undefined) {
    return `perf gave no samples: process ${pid} is ${before === undefined ? "not there" : "gone"}`;
  }
  const { runNanos, wallNanos } = usageBetween(before, after);
  if (runNanos > NO_SAMPLE_NANOS_MAX) {
    return `${found}; process ${pid} ran for ${timeText(runNanos)} meanwhile`;
  }
  return (
    `perf gave no samples: process ${pid} ran for ${timeText(runNanos)} of ` +
    `${timeText(wallNanos)}, so it is idle, or another process does the work (--pid)`
  );
}

/** Rejects where tracepoints cannot be had. */
export async function traceOffCpu(bench: Bench, carefulPerSecond: number): Promise<OffCpuRecord> {
  const { pid } = bench.target;
  if (pid === undefined) throw new Error("the target's process is out of sight");
  bench.tell(`off-CPU: ${OFF_CPU_SECONDS} s of sched_switch`);
  let coreWaitNanos: number | undefined;
  const work = async (): Promise<void> => {
    const load = busyLoad(bench, OFF_CPU_SECONDS, OFF_CPU_IN_FLIGHT, carefulPerSecond);
    coreWaitNanos = (await watchedLoadOnBench(bench, load, pid)).usage?.waitNanos;
  };
  const { command, script, untimedWhy } = await switchesOf(pid, work);
  const { stacks, switches, byState, futex, timed } = foldOffCpu(script);
  return {
    command,
    switches,
    byState,
    futexShare: futex / switches,
    timed,
    untimedWhy,
    coreWaitNanos,
    folded: stacks.text(),
  };
}

/** With the times at which threads come back, where this perf and kernel record them. */
async function switchesOf(pid: number, work: () => Promise<void>) {
  try {
    const events = [...OFF_CPU_EVENTS, COMING_BACK];
    return { ...(await samplePerf(pid, events, OFF_CPU_FIELDS, work)), untimedWhy: "" };
  } catch (error) {
    const untimedWhy = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { ...(await samplePerf(pid, OFF_CPU_EVENTS, OFF_CPU_FIELDS, work)), untimedWhy };
  }
}
