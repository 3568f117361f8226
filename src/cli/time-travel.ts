// The past of a running exchange, for its gateway: one thread a question, one question at a time.

import { Worker } from "node:worker_threads";
import type { LogMoment, PastDepth, PastOrder, TimeTravel } from "../model/time-travel.ts";
import { workerUrl } from "../ops/worker-url.ts";
import type { PastQuestion, TimeTravelTask } from "./time-travel-thread.ts";

export class LogTimeTravel implements TimeTravel {
  readonly #logDirectory: string;
  readonly #durableSequence: () => number;
  #isBusy = false;

  /** `durableSequence`: how far the log may be read now. */
  constructor(logDirectory: string, durableSequence: () => number) {
    this.#logDirectory = logDirectory;
    this.#durableSequence = durableSequence;
  }

  askDepth(
    instrumentId: number,
    moment: LogMoment,
    levelsMax: number,
    onAnswer: (answer: PastDepth | Error) => void,
  ): boolean {
    return this.#ask({ what: "depth", instrumentId, moment, levelsMax }, onAnswer);
  }

  askStory(
    accountId: number,
    orderId: number,
    linesMax: number,
    onAnswer: (answer: PastOrder | Error) => void,
  ): boolean {
    return this.#ask({ what: "story", accountId, orderId, linesMax }, onAnswer);
  }

  #ask<Answer>(question: PastQuestion, onAnswer: (answer: Answer | Error) => void): boolean {
    if (this.#isBusy) return false;
    this.#isBusy = true;
    const logDirectory = this.#logDirectory;
    const durableSequence = this.#durableSequence();
    const workerData: TimeTravelTask = { logDirectory, durableSequence, question };
    const worker = new Worker(workerUrl(import.meta.url, "time-travel-thread"), { workerData });
    const answer = (found: Answer | Error): void => {
      this.#isBusy = false;
      onAnswer(found);
    };
    worker.on("message", answer);
    worker.on("error", answer);
    return true;
  }
}
