// A core for the threads that an order waits for: the trading thread and the writers of the log.
// Whatever else computes does so on the others, and gives way at once to who wakes there
// (SCHED_IDLE): the kernel lets a thread of the usual kind compute for up to 4 ms first, while an
// order waits behind it (docs/decisions/0031). Node has no calls for it; taskset and chrt of
// util-linux have.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const OWN_TASKS = "/proc/self/task";
const ALLOWED_CORES = /^Cpus_allowed_list:\s*(\S+)$/m;
const HELPER_NAME = "V8Worker";

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
 * Gives `core`, one of several, to the main thread and what it starts from now on, and V8's helpers
 * the others, which it returns. Ask while memory is small: a fork of much stops the process. Throws
 * what the host lacks.
 */
export function takeTradingCore(core: number): readonly number[] {
  const others = otherCores(core);
  bindAll([core]);
  for (const tid of helpers()) giveWay(tid, others);
  return others;
}

/** This process leaves the core to a venue beside it. */
export function leaveTradingCore(core: number): void {
  const others = otherCores(core);
  bindAll(others);
  for (const tid of helpers()) giveWay(tid, others);
}

/** The calling thread, and what it starts, computes on these cores where nobody else does. */
export function computeBeside(cores: readonly number[]): void {
  giveWay(readlinkSync("/proc/thread-self").split("/").at(-1) ?? "", cores);
}

/** The cores of this process beside `core`. */
function otherCores(core: number): number[] {
  return coresOf("self").filter((other) => other !== core);
}

function bindAll(cores: readonly number[]): void {
  run("taskset", "--all-tasks", "--cpu-list", "--pid", cores.join(","), String(process.pid));
}

function giveWay(tid: string, cores: readonly number[]): void {
  run("taskset", "--cpu-list", "--pid", cores.join(","), tid);
  run("chrt", "--idle", "--pid", "0", tid);
}

/** V8's threads that compile and collect garbage. */
function helpers(): string[] {
  return readdirSync(OWN_TASKS).filter((tid) => {
    return readFileSync(`${OWN_TASKS}/${tid}/comm`, "latin1").trim() === HELPER_NAME;
  });
}

function run(program: string, ...args: string[]): void {
  try {
    execFileSync(program, args, { stdio: "pipe" });
  } catch (cause) {
    const { code, stderr } = cause as { code?: string; stderr?: Buffer };
    const found = code ?? stderr?.toString().trim();
    throw new Error(`expected taskset and chrt (util-linux), found ${found}`, { cause });
  }
}
