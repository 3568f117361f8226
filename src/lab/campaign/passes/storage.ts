// Part of pass 5: how much of a response time the target is in system calls that write files or
// wait for storage. One order in flight, so that the time of the calls is time of that order's
// response: with more of them one order's write goes on while another's answer is made.

import { readdirSync, statSync } from "node:fs";
import type { LoadOptions } from "../../load/load-options.ts";
import { nowNanos } from "../../load/monotonic.ts";
import { recordPerf } from "../../profile/perf-sampler.ts";
import { foldStorageCalls, STORAGE_CALLS } from "../../profile/storage-calls.ts";
import { type HistogramRecord, LatencyHistogram } from "../../statistics/latency-histogram.ts";
import { workersOf } from "../../target/process-family.ts";
import { loadOnBench } from "../bench-load.ts";
import type { Bench } from "../bench-of-target.ts";
import type { StorageRecord } from "../run-file.ts";

const FIELDS = "comm,pid,tid,time,event,trace";
/** The clock of `nowNanos`, so that the window of the load is known in the record. */
const CLOCK = ["-k", "CLOCK_MONOTONIC"];

/** Rejects where tracepoints cannot be had. */
export async function traceStorage(bench: Bench): Promise<StorageRecord> {
  const { pid } = bench.target;
  if (pid === undefined) throw new Error("the target's process is out of sight");
  const { sweepSeconds } = bench.plan;
  bench.tell(`sync and write: ${sweepSeconds} s of their system calls`);
  const clean = await loadOnBench(bench, oneInFlight(bench));
  const files = openFiles(pid);
  let fromNanos = 0;
  let response = clean.response;
  const work = async (): Promise<void> => {
    const onWindowStart = (): void => {
      fromNanos = nowNanos();
    };
    response = (await loadOnBench(bench, oneInFlight(bench), { onWindowStart })).response;
  };
  const { command, script } = await recordPerf(pid, [...CLOCK, ...eventsOf()], FIELDS, work);
  for (const file of openFiles(pid)) files.add(file);
  const window = { fromNanos, toNanos: fromNanos + sweepSeconds * 1e9 };
  const { calls, share } = foldStorageCalls(script, window, (descriptor, of) =>
    files.has(`${of} ${descriptor}`),
  );
  return {
    command,
    calls,
    shareOfResponse: share,
    tracedMedianNanos: medianOf(response),
    cleanMedianNanos: medianOf(clean.response),
  };
}

function oneInFlight(bench: Bench): LoadOptions {
  return {
    ...bench.load,
    pace: { kind: "closed", inFlight: 1 },
    connections: 1,
    threads: 1,
    warmUpSeconds: bench.plan.warmUpSeconds,
    seconds: bench.plan.sweepSeconds,
  };
}

function eventsOf(): string[] {
  const names = STORAGE_CALLS.flatMap((call) => [
    `syscalls:sys_enter_${call}`,
    `syscalls:sys_exit_${call}`,
  ]);
  return ["-e", names.join(",")];
}

/** "PID DESCRIPTOR" of all that are files or disks, not sockets or pipes. */
function openFiles(pid: number): Set<string> {
  return new Set(
    workersOf(pid).flatMap((each) => {
      const folder = `/proc/${each}/fd`;
      return namesIn(folder)
        .filter((name) => isFile(`${folder}/${name}`))
        .map((name) => `${each} ${name}`);
    }),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Gone meanwhile.
  }
}

function isFile(path: string): boolean {
  try {
    const found = statSync(path);
    return found.isFile() || found.isBlockDevice();
  } catch {
    return false; // Closed meanwhile.
  }
}

function medianOf(record: HistogramRecord): number {
  return LatencyHistogram.fromRecord(record).percentile(0.5);
}
