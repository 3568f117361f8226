// An intervention: a thread of the lab streams through memory beside the target, in turn with only
// spinning. Both take a core as much, so that what an order's processor time differs by is the
// memory that the neighbor takes: its bandwidth and the shared cache.

import { once } from "node:events";
import { cpus } from "node:os";
import { Worker } from "node:worker_threads";
import { workerUrl } from "../../../ops/worker-url.ts";
import { medianEstimate } from "../../statistics/order-interval.ts";
import { ratioEstimate } from "../../statistics/paired-ratio.ts";
import type { Bench } from "../bench-of-target.ts";
import { type Block, measureInBlocks } from "../blocks.ts";
import { BUSY_IN_FLIGHT } from "../busy-load.ts";
import type { NeighborRecord } from "../run-file.ts";
import { NEIGHBOR_ENDS, NEIGHBOR_SPINS, NEIGHBOR_STREAMS } from "./neighbor-task.ts";

export async function measureBesideStream(bench: Bench): Promise<NeighborRecord> {
  const { target } = bench;
  if (target.pid === undefined) throw new Error("the target's process is out of sight");
  if (!target.isOurs) throw new Error("the target is not the lab's to disturb");
  bench.tell("neighbor: one that streams through memory against one that spins");
  const task = new SharedArrayBuffer(4);
  const words = new Int32Array(task);
  const worker = new Worker(workerUrl(import.meta.url, "neighbor-thread"), { workerData: task });
  await once(worker, "message");
  try {
    const rounds = await measureInBlocks(bench, target, {
      count: 2,
      inFlight: BUSY_IN_FLIGHT,
      async switchTo(place) {
        Atomics.store(words, 0, place === 0 ? NEIGHBOR_SPINS : NEIGHBOR_STREAMS);
      },
    });
    return recordOf(rounds);
  } finally {
    Atomics.store(words, 0, NEIGHBOR_ENDS);
    await once(worker, "exit");
  }
}

function recordOf(rounds: readonly Block[][]): NeighborRecord {
  const ratio = (of: (block: Block) => number) =>
    ratioEstimate(
      rounds.map(([spinning]) => of(spinning)),
      rounds.map(([, streaming]) => of(streaming)),
    );
  return {
    costRatio: ratio(({ cpuNanos }) => cpuNanos),
    rateRatio: ratio(({ perSecond }) => perSecond),
    spinningNanos: medianEstimate(rounds.map(([spinning]) => spinning.cpuNanos)),
    cores: cpus().length,
  };
}
