// One preview, in a thread of its own that ends with the answer.

import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { type PreviewQuestion, previewOf } from "../engine/preview.ts";

/** Trading goes first. On Linux this is this thread alone. */
if (process.platform === "linux") setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

parentPort?.postMessage(previewOf(workerData as PreviewQuestion));
