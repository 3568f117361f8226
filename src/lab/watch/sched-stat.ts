// /proc/.../schedstat: how long a thread ran and how long it waited for a core, in nanoseconds. The
// one exact signal that needs no rights: run is CPU time, wait is what neighbors took.

import { readFileSync } from "node:fs";

export type SchedStat = {
  readonly runNanos: number;
  readonly waitNanos: number;
  readonly slices: number;
};

/** Undefined where the kernel does not tell (not Linux, or without schedstats). */
export function readSchedStat(path: string): SchedStat | undefined {
  try {
    return parseSchedStat(readFileSync(path, "latin1"));
  } catch {
    return undefined; // Gone, or never there: the report says "not available".
  }
}

/** Of the thread that asks. */
export function readOwnSchedStat(): SchedStat | undefined {
  return readSchedStat("/proc/thread-self/schedstat");
}

export function parseSchedStat(text: string): SchedStat | undefined {
  const [runNanos, waitNanos, slices] = text.trim().split(/\s+/).map(Number);
  if (slices === undefined || [runNanos, waitNanos, slices].some(Number.isNaN)) return undefined;
  return { runNanos, waitNanos, slices };
}

export function schedStatBetween(before: SchedStat, after: SchedStat): SchedStat {
  return {
    runNanos: after.runNanos - before.runNanos,
    waitNanos: after.waitNanos - before.waitNanos,
    slices: after.slices - before.slices,
  };
}
