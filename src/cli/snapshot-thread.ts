// The snapshots' thread: asleep until it is asked for one.

import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { AssertionError } from "../base/assert.ts";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { SnapshotTaker } from "../exchange/snapshot-taker.ts";
import { messageOf } from "../log/log-failure.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { systemClock } from "../ops/clock.ts";
import type { SnapshotReply, SnapshotRequest, SnapshotTask } from "./snapshot-task.ts";

const { logDirectory, retention } = workerData as SnapshotTask;
let taker: SnapshotTaker | undefined;

/** Trading goes first. On Linux this is this thread alone. */
if (process.platform === "linux") setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

async function take(request: SnapshotRequest): Promise<SnapshotReply> {
  const { durableSequence, readersSequence } = request;
  taker ??= new SnapshotTaker({
    directory: logDirectory,
    disk: nodeDisk,
    limits: ENGINE_LIMITS,
    retention,
    clock: systemClock,
  });
  try {
    return await taker.take(durableSequence, readersSequence);
  } catch (cause) {
    if (cause instanceof AssertionError) throw cause; // A bug is not the disk's.
    return { failure: messageOf(cause) };
  }
}

parentPort?.on("message", (request: SnapshotRequest) => {
  void take(request).then((reply) => parentPort?.postMessage(reply)); // A bug ends the thread.
});
