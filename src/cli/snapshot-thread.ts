// The thread of snapshots and seals: asleep until it is asked for one.

import { createPrivateKey } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { AssertionError } from "../base/assert.ts";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { SnapshotTaker } from "../exchange/snapshot-taker.ts";
import { LogFailure } from "../log/log-failure.ts";
import { sealSignerOf } from "../log/seal.ts";
import { waitedForDisk } from "../log/waited-for-disk.ts";
import { systemClock } from "../ops/clock.ts";
import { messageOf } from "../ops/thrown.ts";
import type { SnapshotReply, SnapshotRequest, SnapshotTask } from "./snapshot-task.ts";

const { logDirectory, retention, sealKeyPem } = workerData as SnapshotTask;
let taker: SnapshotTaker | undefined;

function newTaker(): SnapshotTaker {
  return new SnapshotTaker({
    directory: logDirectory,
    disk: waitedForDisk,
    limits: ENGINE_LIMITS,
    retention,
    clock: systemClock,
    signer: sealKeyPem === "" ? undefined : sealSignerOf(createPrivateKey(sealKeyPem)),
  });
}

async function take(request: SnapshotRequest): Promise<SnapshotReply> {
  const { what, durableSequence, readersSequence } = request;
  try {
    taker ??= newTaker();
    if (what === "snapshot") return { taken: await taker.take(durableSequence, readersSequence) };
    const seal = await taker.seal(durableSequence);
    return { sealedSequence: seal?.lastSequence ?? 0 };
  } catch (cause) {
    if (cause instanceof AssertionError) throw cause; // A bug is not the disk's.
    const code = cause instanceof LogFailure ? ` (${cause.code})` : "";
    return { failure: `${messageOf(cause)}${code}` };
  }
}

/** One after the other: while a snapshot is written its tables may not change. */
let last: Promise<void> = Promise.resolve();

parentPort?.on("message", (request: SnapshotRequest) => {
  last = last.then(async () => parentPort?.postMessage(await take(request))); // A bug ends it all.
});
