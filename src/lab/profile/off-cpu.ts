// Where threads waited, and for how long: perf's sched_switch samples, each a thread that leaves
// its core with the state in which it leaves, and beside them the records of when it comes back
// (`perf record --switch-events`). Without those the switches are counted and no time is told.

import { FoldedStacks } from "./folded-stacks.ts";
import { readPerfHead } from "./perf-head.ts";

export type OffCpu = {
  /** Weighed by microseconds where times are told, else by switches. */
  readonly stacks: FoldedStacks;
  readonly switches: number;
  /** Switches by the state: R preempted, S waits (lock, socket, timer), D waits for a device. */
  readonly byState: Readonly<Record<string, number>>;
  /** Of those that wait: in a futex. */
  readonly futex: number;
  /** Undefined: perf did not tell when threads came back. */
  readonly timed: OffCpuTimes | undefined;
};

export type OffCpuTimes = {
  readonly nanosByState: Readonly<Record<string, number>>;
  /** Of the threads' time, each thread weighed by what it ran: one that idles says nothing. */
  readonly futexShare: number;
  readonly deviceShare: number;
};

type Leave = { readonly atNanos: number; readonly state: string; readonly frames: string[] };

/** Only whole stretches are counted: what began before the first record has no length. */
type Thread = {
  runNanos: number;
  awayNanos: number;
  futexNanos: number;
  deviceNanos: number;
  cameNanos: number | undefined;
  left: Leave | undefined;
};

const STATE = /prev_state=([A-Z])/;
const CAME_BACK = /^PERF_RECORD_SWITCH IN/;
const FRAME = /^\s+[0-9a-f]+\s+(.*?)\s+\((.*?)\)$/;
/** Frames of the switch itself say nothing. */
const SWITCH_FRAMES = /^(__traceiter_sched_switch|__schedule|schedule|perf_)/;
const FOR_A_DEVICE = "D";

export function foldOffCpu(script: string): OffCpu {
  const threads = new Map<number, Thread>();
  const counted = new FoldedStacks();
  const timed = new FoldedStacks();
  const byState: Record<string, number> = {};
  const nanosByState: Record<string, number> = {};
  let futex = 0;

  /** When all of its frames are read. */
  function count(leave: Leave): void {
    byState[leave.state] = (byState[leave.state] ?? 0) + 1;
    if (isInFutex(leave)) futex++;
    counted.add(stackOf(leave), 1);
  }

  function comeBack(thread: Thread, atNanos: number): void {
    const { left } = thread;
    thread.cameNanos = atNanos;
    thread.left = undefined;
    if (left === undefined) return;
    const nanos = atNanos - left.atNanos;
    thread.awayNanos += nanos;
    if (isInFutex(left)) thread.futexNanos += nanos;
    if (left.state === FOR_A_DEVICE) thread.deviceNanos += nanos;
    nanosByState[left.state] = (nanosByState[left.state] ?? 0) + nanos;
    timed.add(stackOf(left), nanos / 1000);
  }

  let last: Leave | undefined;
  for (const line of script.split("\n")) {
    const head = readPerfHead(line);
    if (head === undefined) {
      last?.frames.push(...framesIn(line));
      continue;
    }
    if (last !== undefined) count(last);
    last = undefined;
    const thread = threadOf(threads, head.tid);
    if (CAME_BACK.test(head.text)) comeBack(thread, head.atNanos);
    const state = STATE.exec(head.text)?.[1];
    if (state !== undefined) {
      last = { atNanos: head.atNanos, state, frames: [] };
      leave(thread, last);
    }
  }
  if (last !== undefined) count(last);
  const all = [...threads.values()];
  const isTimed = all.some(({ awayNanos }) => awayNanos > 0);
  return {
    stacks: isTimed ? timed : counted,
    switches: Object.values(byState).reduce((sum, each) => sum + each, 0),
    byState,
    futex,
    timed: isTimed
      ? {
          nanosByState,
          futexShare: shareOfThreads(all, ({ futexNanos }) => futexNanos),
          deviceShare: shareOfThreads(all, ({ deviceNanos }) => deviceNanos),
        }
      : undefined,
  };
}

function threadOf(threads: Map<number, Thread>, tid: number): Thread {
  const known = threads.get(tid);
  if (known !== undefined) return known;
  const nothing = { runNanos: 0, awayNanos: 0, futexNanos: 0, deviceNanos: 0 };
  const thread: Thread = { ...nothing, cameNanos: undefined, left: undefined };
  threads.set(tid, thread);
  return thread;
}

function leave(thread: Thread, left: Leave): void {
  if (thread.cameNanos !== undefined) thread.runNanos += left.atNanos - thread.cameNanos;
  thread.cameNanos = undefined;
  thread.left = left;
}

function shareOfThreads(threads: readonly Thread[], of: (thread: Thread) => number): number {
  let weighed = 0;
  let ran = 0;
  for (const thread of threads) {
    const { runNanos, awayNanos } = thread;
    if (runNanos === 0) continue;
    weighed += (runNanos * of(thread)) / (runNanos + awayNanos);
    ran += runNanos;
  }
  return ran === 0 ? 0 : weighed / ran;
}

function framesIn(line: string): string[] {
  const [, symbol = "", module = ""] = FRAME.exec(line) ?? [];
  if (symbol === "" || SWITCH_FRAMES.test(symbol)) return [];
  return [module.startsWith("[kernel") ? `${symbol}_[k]` : symbol];
}

function isInFutex({ frames }: Leave): boolean {
  return frames.some((frame) => frame.includes("futex"));
}

/** Root first. */
function stackOf({ frames, state }: Leave): string[] {
  return [...frames.toReversed(), `state ${state}`];
}
