// The difference of two readings of a process: what it used in between.

import type { ProcessReading, ThreadReading } from "./process-reading.ts";

const TICK_NANOS = 10e6;
const ENDED_NANOS_MIN = 5 * TICK_NANOS;
const ENDED_SHARE_MIN = 0.1;

export type ThreadUsage = ThreadReading;

export type ProcessUsage = {
  readonly wallNanos: number;
  /** Those that ran at all, the busiest first. */
  readonly threads: readonly ThreadUsage[];
  /** With what threads and children ran that ended meanwhile. */
  readonly runNanos: number;
  /** Of those alone; not in files of before. */
  readonly endedNanos?: number;
  readonly waitNanos: number;
  readonly voluntary: number;
  readonly systemShare: number;
  readonly residentBytesBefore: number;
  readonly residentBytesAfter: number;
  readonly majorFaults: number;
};

export function usageBetween(before: ProcessReading, after: ProcessReading): ProcessUsage {
  const earlier = new Map(before.threads.map((thread) => [thread.tid, thread]));
  const threads = after.threads
    .map((thread) => threadBetween(earlier.get(thread.tid), thread))
    .filter(({ runNanos, waitNanos }) => runNanos + waitNanos > 0)
    .toSorted((a, b) => b.runNanos - a.runNanos);
  const sum = (of: (thread: ThreadUsage) => number) =>
    threads.reduce((total, thread) => total + of(thread), 0);
  const userTicks = after.userTicks - before.userTicks;
  const systemTicks = after.systemTicks - before.systemTicks;
  const livingNanos = sum(({ runNanos }) => runNanos);
  const endedNanos = endedNanosOf((userTicks + systemTicks) * TICK_NANOS, livingNanos);
  return {
    wallNanos: after.atNanos - before.atNanos,
    threads,
    runNanos: livingNanos + endedNanos,
    endedNanos,
    waitNanos: sum(({ waitNanos }) => waitNanos),
    voluntary: sum(({ voluntary }) => voluntary),
    systemShare: systemTicks / Math.max(1, userTicks + systemTicks),
    residentBytesBefore: before.residentBytes,
    residentBytesAfter: after.residentBytes,
    majorFaults: after.majorFaults - before.majorFaults,
  };
}

/** Ticks are coarse: a small difference is theirs. */
function endedNanosOf(ofAllNanos: number, livingNanos: number): number {
  const nanos = ofAllNanos - livingNanos;
  return nanos > Math.max(ENDED_NANOS_MIN, ENDED_SHARE_MIN * ofAllNanos) ? nanos : 0;
}

function threadBetween(before: ThreadReading | undefined, after: ThreadReading): ThreadUsage {
  if (before === undefined) return after;
  return {
    ...after,
    runNanos: after.runNanos - before.runNanos,
    waitNanos: after.waitNanos - before.waitNanos,
    voluntary: after.voluntary - before.voluntary,
    involuntary: after.involuntary - before.involuntary,
  };
}

/** Of the busiest thread: which part of the time it ran. */
export function utilizationOf({ threads, wallNanos }: ProcessUsage): number {
  return (threads[0]?.runNanos ?? 0) / wallNanos;
}

/** Of the busiest thread: which part of the time it ran or waited for a core. */
export function wantedShareOf({ threads, wallNanos }: ProcessUsage): number {
  const [busiest] = threads;
  return busiest === undefined ? 0 : (busiest.runNanos + busiest.waitNanos) / wallNanos;
}

/** The share of waiting for a core in all time that the threads wanted one. */
export function waitShareOf({ runNanos, waitNanos }: { runNanos: number; waitNanos: number }) {
  return waitNanos / Math.max(1, runNanos + waitNanos);
}
