// How long a process was in system calls that write to files or wait for storage, from perf's
// records of their entries and exits. Sockets and pipes are written too: whoever calls says which
// descriptors are files.

import { bootstrapEstimate } from "../statistics/bootstrap.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { meanOf } from "../statistics/mean.ts";
import { readPerfHead } from "./perf-head.ts";

/** By the names that tracepoints have for them. */
export const STORAGE_CALLS = [
  ...["fsync", "fdatasync", "sync_file_range", "msync", "ftruncate", "fallocate"],
  ...["write", "writev", "pwrite64", "pwritev", "pwritev2"],
] as const;

export type StorageCalls = {
  /** Those that began and ended in the window, by name. */
  readonly calls: Readonly<Record<string, { readonly count: number; readonly nanos: number }>>;
  /** Of the window's time: some thread was in such a call. The interval is over its parts. */
  readonly share: Estimate;
};

export type Window = { readonly fromNanos: number; readonly toNanos: number };

type Call = { readonly name: string; readonly fromNanos: number; readonly toNanos: number };

const ENTER = /^syscalls:sys_enter_(\w+):(?:\s+fd: 0x([0-9a-f]+))?/;
const EXIT = /^syscalls:sys_exit_(\w+):/;
const PARTS = 20;
const SEED = 1;

export function foldStorageCalls(
  script: string,
  { fromNanos, toNanos }: Window,
  isFile: (descriptor: number, pid: number) => boolean,
): StorageCalls {
  const inside = callsIn(script, isFile).flatMap((call): Call[] => {
    const from = Math.max(call.fromNanos, fromNanos);
    const to = Math.min(call.toNanos, toNanos);
    return from < to ? [{ name: call.name, fromNanos: from, toNanos: to }] : [];
  });
  const calls: Record<string, { count: number; nanos: number }> = {};
  for (const call of inside) {
    const { count, nanos } = calls[call.name] ?? { count: 0, nanos: 0 };
    calls[call.name] = { count: count + 1, nanos: nanos + call.toNanos - call.fromNanos };
  }
  const partNanos = (toNanos - fromNanos) / PARTS;
  const shares = Array.from({ length: PARTS }, (_, part) => {
    const from = fromNanos + part * partNanos;
    return coveredNanos(inside, from, from + partNanos) / partNanos;
  });
  return { calls, share: bootstrapEstimate(shares, meanOf, SEED) };
}

/** A call without a descriptor (msync) is of storage; one that never ends is left out. */
function callsIn(script: string, isFile: (descriptor: number, pid: number) => boolean): Call[] {
  const entered = new Map<number, { name: string; atNanos: number }>();
  const calls: Call[] = [];
  for (const line of script.split("\n")) {
    const head = readPerfHead(line);
    if (head === undefined) continue;
    const { pid, tid, atNanos, text } = head;
    const [, name, descriptor] = ENTER.exec(text) ?? [];
    if (name !== undefined) {
      const isOfStorage = descriptor === undefined || isFile(Number.parseInt(descriptor, 16), pid);
      if (isOfStorage) entered.set(tid, { name, atNanos });
    } else if (EXIT.test(text)) {
      const began = entered.get(tid);
      entered.delete(tid);
      if (began !== undefined) {
        calls.push({ name: began.name, fromNanos: began.atNanos, toNanos: atNanos });
      }
    }
  }
  return calls.toSorted((a, b) => a.fromNanos - b.fromNanos);
}

/** Of the time between the two, some call goes on; `calls` by their beginnings. */
function coveredNanos(calls: readonly Call[], fromNanos: number, toNanos: number): number {
  let covered = 0;
  let reached = fromNanos;
  for (const call of calls) {
    const from = Math.max(call.fromNanos, reached);
    const to = Math.min(call.toNanos, toNanos);
    if (to <= from) continue;
    covered += to - from;
    reached = to;
  }
  return covered;
}
