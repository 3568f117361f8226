// What /proc tells of a process without touching it: processor time and run-queue wait of every
// thread, context switches, memory, I/O. Undefined fields: the kernel does not tell.

import { readdirSync, readFileSync } from "node:fs";
import { nowNanos } from "../load/monotonic.ts";
import { workersOf } from "../target/process-family.ts";
import { readSchedStat } from "./sched-stat.ts";

export type ThreadReading = {
  readonly tid: number;
  readonly name: string;
  readonly runNanos: number;
  readonly waitNanos: number;
  /** Context switches: it waited for something; it was preempted. */
  readonly voluntary: number;
  readonly involuntary: number;
};

export type ProcessReading = {
  readonly atNanos: number;
  readonly threads: readonly ThreadReading[];
  /** In ticks of 10 ms, also of threads that have ended, and of children that were awaited. */
  readonly userTicks: number;
  readonly systemTicks: number;
  /** Of its main thread; 0: an ordinary one. */
  readonly realTimePriority: number;
  readonly residentBytes: number;
  readonly majorFaults: number;
};

const PAGE_BYTES = 4096;

/** The process and those that work together with it, as one. */
export function readFamily(pid: number): ProcessReading | undefined {
  const own = readProcess(pid);
  if (own === undefined) return undefined;
  const others = workersOf(pid).flatMap((each) => (each === pid ? [] : (readProcess(each) ?? [])));
  const all = [own, ...others];
  const sum = (of: (each: ProcessReading) => number) =>
    all.reduce((total, each) => total + of(each), 0);
  return {
    ...own,
    threads: all.flatMap(({ threads }) => threads),
    userTicks: sum(({ userTicks }) => userTicks),
    systemTicks: sum(({ systemTicks }) => systemTicks),
    residentBytes: sum(({ residentBytes }) => residentBytes),
    majorFaults: sum(({ majorFaults }) => majorFaults),
  };
}

/** Of those that work together, the one that ran the most: itself where it is alone. */
export function busiestOf(pid: number): number {
  const ticksOf = (each: number): number => {
    const reading = readProcess(each);
    return reading === undefined ? -1 : reading.userTicks + reading.systemTicks;
  };
  return workersOf(pid).reduce((most, each) => (ticksOf(each) > ticksOf(most) ? each : most), pid);
}

/** Of the processor time of those that work together, of this one; 1 where it cannot be seen. */
export function ownShareOf(pid: number): number {
  const ticksOf = (reading: ProcessReading | undefined) =>
    reading === undefined ? 0 : reading.userTicks + reading.systemTicks;
  const all = ticksOf(readFamily(pid));
  return all === 0 ? 1 : ticksOf(readProcess(pid)) / all;
}

/** Undefined when the process is not there, or /proc is not. */
export function readProcess(pid: number): ProcessReading | undefined {
  try {
    const stat = statFields(readFileSync(`/proc/${pid}/stat`, "latin1"));
    const threads = readdirSync(`/proc/${pid}/task`).flatMap((tid) => readThread(pid, Number(tid)));
    return {
      atNanos: nowNanos(),
      threads,
      userTicks: stat.userTicks,
      systemTicks: stat.systemTicks,
      realTimePriority: stat.realTimePriority,
      residentBytes: stat.residentPages * PAGE_BYTES,
      majorFaults: stat.majorFaults,
    };
  } catch {
    return undefined;
  }
}

/** A thread that ends meanwhile is left out. */
function readThread(pid: number, tid: number): ThreadReading[] {
  const folder = `/proc/${pid}/task/${tid}`;
  const sched = readSchedStat(`${folder}/schedstat`);
  if (sched === undefined) return [];
  try {
    const status = readFileSync(`${folder}/status`, "latin1");
    return [{ tid, ...statusFields(status), runNanos: sched.runNanos, waitNanos: sched.waitNanos }];
  } catch {
    return [];
  }
}

export function statusFields(status: string): {
  name: string;
  voluntary: number;
  involuntary: number;
} {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "";
  return {
    name: field("Name"),
    voluntary: Number(field("voluntary_ctxt_switches")),
    involuntary: Number(field("nonvoluntary_ctxt_switches")),
  };
}

/** Fields of /proc/PID/stat after the name, which stands in parentheses and may hold anything. */
export function statFields(stat: string) {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const number = (place: number) => Number(fields[place - 3]); // proc(5) counts from 1; 3 is first.
  return {
    majorFaults: number(12),
    userTicks: number(14) + number(16),
    systemTicks: number(15) + number(17),
    residentPages: number(24),
    realTimePriority: number(40),
  };
}
