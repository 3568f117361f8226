// Past reports of a running exchange, for its gateways: one thread a question, one question at a
// time; the others wait in order.

import type { PastReports, PastReportsAnswer, PastReportsQuestion } from "../model/past-reports.ts";
import { workerUrl } from "../ops/worker-url.ts";
import type { BackgroundThreads } from "./background-threads.ts";
import type { PastReportsTask } from "./past-reports-thread.ts";

type Waiting = {
  readonly question: PastReportsQuestion;
  readonly onAnswer: (answer: PastReportsAnswer) => void;
};

export class LogReports implements PastReports {
  readonly #threads: BackgroundThreads;
  readonly #logDirectory: string;
  readonly #durableSequence: () => number;
  /** The first of them is being asked. As many as there are FIX connections at most, twice. */
  readonly #waiting: Waiting[] = [];

  /** `durableSequence`: how far the log may be read now. */
  constructor(threads: BackgroundThreads, logDirectory: string, durableSequence: () => number) {
    this.#threads = threads;
    this.#logDirectory = logDirectory;
    this.#durableSequence = durableSequence;
  }

  ask(question: PastReportsQuestion, onAnswer: (answer: PastReportsAnswer) => void): void {
    this.#waiting.push({ question, onAnswer });
    if (this.#waiting.length === 1) this.#askFirst();
  }

  #askFirst(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const task: PastReportsTask = {
      logDirectory: this.#logDirectory,
      durableSequence: this.#durableSequence(),
      question: first.question,
    };
    const thread = this.#threads.start(workerUrl(import.meta.url, "past-reports-thread"), task);
    const answer = (found: PastReportsAnswer): void => {
      this.#waiting.shift();
      first.onAnswer(found);
      this.#askFirst();
    };
    thread.on("message", (found) => answer(found as PastReportsAnswer));
    thread.on("error", answer);
  }
}
