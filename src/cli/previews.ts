// Previews of a running exchange, one thread a question: another engine in the exchange's own
// thread would stop the trading while it is made, and cost it the code compiled for one engine.

import { Worker } from "node:worker_threads";
import type { PreviewQuestion } from "../engine/preview.ts";
import type { PreviewAnswer, Previews } from "../exchange/previews.ts";
import { workerUrl } from "../ops/worker-url.ts";

export class ThreadPreviews implements Previews {
  ask(question: PreviewQuestion, onAnswer: (answer: PreviewAnswer) => void): void {
    const url = workerUrl(import.meta.url, "preview-thread");
    const worker = new Worker(url, { workerData: question });
    worker.on("message", onAnswer);
    worker.on("error", onAnswer);
  }
}
