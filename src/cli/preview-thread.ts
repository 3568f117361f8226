// One preview, in a thread of its own that ends with the answer.

import { parentPort, workerData } from "node:worker_threads";
import { type PreviewQuestion, previewOf } from "../engine/preview.ts";

parentPort?.postMessage(previewOf(workerData as PreviewQuestion));
