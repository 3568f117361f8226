// Previews of a running exchange, one thread a question: another engine in the exchange's own
// thread would stop the trading while it is made, and cost it the code compiled for one engine.

import type { PreviewQuestion } from "../engine/preview.ts";
import type { PreviewAnswer, Previews } from "../exchange/previews.ts";
import { workerUrl } from "../ops/worker-url.ts";
import type { BackgroundThreads } from "./background-threads.ts";

export class ThreadPreviews implements Previews {
  readonly #threads: BackgroundThreads;

  constructor(threads: BackgroundThreads) {
    this.#threads = threads;
  }

  ask(question: PreviewQuestion, onAnswer: (answer: PreviewAnswer) => void): void {
    const url = workerUrl(import.meta.url, "preview-thread");
    const thread = this.#threads.start(url, question);
    thread.on("message", (answer) => onAnswer(answer as PreviewAnswer));
    thread.on("error", onAnswer);
  }
}
