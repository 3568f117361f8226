// An intervention: a thread of the lab streams through memory beside the target, in turn with one
// that only spins. Both take a core as much, so that what an order's processor time differs by is
// the memory that the neighbor takes: its bandwidth and the shared cache.

import { once } from "node:events";
import { cpus } from "node:os";
import { Worker } from "node:worker_threads";
import { workerUrl } from "../../../ops/worker-url.ts";
import { medianEstimate } from "../../statistics/order-interval.ts";
import { cpuNanosPerOperation, runWatchedLoad } from "../../watch/watched-load.ts";
import { abba } from "../abba.ts";
import type { Bench } from "../bench-of-target.ts";
import { BUSY_IN_FLIGHT, pairedLoad } from "../busy-load.ts";
import type { NeighborRecord } from "../run-file.ts";
import type { NeighborTask } from "./neighbor-thread.ts";

type Side = { readonly cpuNanos: number[]; readonly perSecond: number[] };

export async function measureBesideStream(bench: Bench): Promise<NeighborRecord> {
  const { pid, isOurs } = bench.target;
  if (pid === undefined) throw new Error("the target's process is out of sight");
  if (!isOurs) throw new Error("the target is not the lab's to disturb");
  bench.tell("neighbor: one that streams through memory against one that spins");
  const spinning: Side = { cpuNanos: [], perSecond: [] };
  const streaming: Side = { cpuNanos: [], perSecond: [] };
  await abba(
    bench.plan.interventionPairs,
    bench.signal,
    () => measureBeside(bench, false, spinning),
    () => measureBeside(bench, true, streaming),
  );
  const ratio = (of: (side: Side) => number[]) =>
    medianEstimate(of(spinning).map((value, i) => of(streaming)[i] / value));
  return {
    costRatio: ratio(({ cpuNanos }) => cpuNanos),
    rateRatio: ratio(({ perSecond }) => perSecond),
    spinningNanos: medianEstimate(spinning.cpuNanos),
    cores: cpus().length,
  };
}

async function measureBeside(bench: Bench, isStreaming: boolean, side: Side): Promise<void> {
  const task: NeighborTask = { isStreaming, stop: new SharedArrayBuffer(4) };
  const worker = new Worker(workerUrl(import.meta.url, "neighbor-thread"), { workerData: task });
  await once(worker, "message");
  try {
    const watched = await runWatchedLoad(pairedLoad(bench, BUSY_IN_FLIGHT), bench.target.pid);
    const cpuNanos = cpuNanosPerOperation(watched);
    if (cpuNanos === undefined)
      throw new Error("nothing was answered beside a neighbor, or nobody tells processor time");
    side.cpuNanos.push(cpuNanos);
    side.perSecond.push(watched.load.achievedPerSecond);
  } finally {
    Atomics.store(new Int32Array(task.stop), 0, 1);
    await once(worker, "exit");
  }
}
