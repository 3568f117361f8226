// A core for the trading thread alone. The writers of the log share the others with what computes
// there, which gives way at once to who wakes (SCHED_IDLE): the kernel lets a thread of the usual
// kind compute for up to 4 ms first, while an order waits behind it. V8's helpers do not give way:
// the trading thread waits for what they have begun, up to 0.9 s for one that found no core
// (docs/decisions/0031). Node has no calls for it; taskset and chrt of util-linux have.

import { readFileSync, readlinkSync } from "node:fs";
import { stat } from "node:fs/promises";
import { ownThreads, runOnHost } from "./own-threads.ts";

const NEEDED = "taskset and chrt (util-linux)";
const IDLE = ["--idle", "--pid", "0"];
const ALLOWED_CORES = /^Cpus_allowed_list:\s*(\S+)$/m;
/** By the names that Node gives its threads: V8's helpers, and those that write files. */
const MOVED: ReadonlySet<string> = new Set(["V8Worker", "libuv-worker"]);

/** The cores that a process, or `PID/task/TID`, may run on; none where Linux does not tell. */
export function coresOf(pid: number | string): number[] {
  try {
    const list = ALLOWED_CORES.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return list === undefined ? [] : coresIn(list);
  } catch {
    return [];
  }
}

/** Of a list like `0-2,5`. */
export function coresIn(list: string): number[] {
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/**
 * Gives `core`, one of several, to the main thread, and the writers and V8's helpers the others,
 * which it returns. Ask while memory is small: a fork of much stops the process. Rejects with what
 * the host lacks.
 */
export async function takeTradingCore(core: number): Promise<readonly number[]> {
  const others = otherCores(core);
  // Asked of a program first: a host that gives only a part leaves everything as it was.
  runOnHost("taskset", ["--cpu-list", String(core), "chrt", "--idle", "0", "true"], NEEDED);
  await stat("/proc/self"); // With the first such call all writers start, where this thread runs.
  for (const { tid, name } of ownThreads()) if (MOVED.has(name)) bind(tid, others);
  bind(String(process.pid), [core]);
  return others;
}

/** This process leaves the core to a venue beside it. */
export function leaveTradingCore(core: number): void {
  const others = otherCores(core);
  for (const { tid } of ownThreads()) bind(tid, others);
}

/** The calling thread, and what it starts, computes on these cores where nobody else does. */
export function computeBeside(cores: readonly number[]): void {
  giveWay(readlinkSync("/proc/thread-self").split("/").at(-1) ?? "", cores);
}

/** The cores of this process beside `core`. */
function otherCores(core: number): number[] {
  return coresOf("self").filter((other) => other !== core);
}

function giveWay(tid: string, cores: readonly number[]): void {
  bind(tid, cores);
  runOnHost("chrt", [...IDLE, tid], NEEDED);
}

function bind(tid: string, cores: readonly number[]): void {
  runOnHost("taskset", ["--cpu-list", "--pid", cores.join(","), tid], NEEDED);
}
