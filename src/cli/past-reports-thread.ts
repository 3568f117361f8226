// One page of past reports, in a thread of its own that ends with the answer.

import { parentPort, workerData } from "node:worker_threads";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { readPastReports } from "../exchange/past-reports.ts";
import { nodeDisk } from "../log/node-disk.ts";
import type { PastReportsQuestion } from "../model/past-reports.ts";

export type PastReportsTask = {
  readonly logDirectory: string;
  readonly durableSequence: number;
  readonly question: PastReportsQuestion;
};

const { logDirectory, durableSequence, question } = workerData as PastReportsTask;
const page = readPastReports(logDirectory, nodeDisk, ENGINE_LIMITS, question, durableSequence);
parentPort?.postMessage(page);
