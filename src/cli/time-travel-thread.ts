// One look at the past, in a thread of its own that ends with the answer.

import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { foldAt } from "../exchange/time-travel.ts";
import { nodeDisk } from "../log/node-disk.ts";
import type { LogMoment, PastDepth } from "../model/time-travel.ts";

export type TimeTravelTask = {
  readonly logDirectory: string;
  readonly durableSequence: number;
  readonly instrumentId: number;
  readonly moment: LogMoment;
  readonly levelsMax: number;
};

/** Trading goes first. On Linux this is this thread alone. */
if (process.platform === "linux") setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const task = workerData as TimeTravelTask;
const { logDirectory, moment, durableSequence, instrumentId, levelsMax } = task;
const { engine, feed } = foldAt(logDirectory, nodeDisk, ENGINE_LIMITS, moment, durableSequence);
const answer: PastDepth = {
  ...feed.depth(instrumentId, levelsMax),
  atSequence: engine.sequence,
  atMicros: engine.timeMicros,
};
parentPort?.postMessage(answer);
