// Previews of a running exchange, one thread a question: another engine in the exchange's own
// thread would stop the trading while it is made, and cost it the code compiled for one engine.

import { Worker } from "node:worker_threads";
import type { PreviewAnswer, PreviewQuestion, Previews } from "../exchange/previews.ts";
import { workerUrl } from "../ops/worker-url.ts";

export class ThreadPreviews implements Previews {
  ask(question: PreviewQuestion, onAnswer: (answer: PreviewAnswer) => void): void {
    const workerData = question;
    const worker = new Worker(workerUrl(import.meta.url, "preview-thread"), { workerData });
    worker.on("message", onAnswer);
    worker.on("error", onAnswer);
  }
}
