// The past of a running exchange, for its gateway: one thread a question, one question at a time.

import type { LogMoment, PastDepth, PastOrder, TimeTravel } from "../model/time-travel.ts";
import { workerUrl } from "../ops/worker-url.ts";
import type { BackgroundThreads } from "./background-threads.ts";
import type { PastQuestion, TimeTravelTask } from "./time-travel-thread.ts";

export class LogTimeTravel implements TimeTravel {
  readonly #threads: BackgroundThreads;
  readonly #logDirectory: string;
  readonly #durableSequence: () => number;
  #isBusy = false;

  /** `durableSequence`: how far the log may be read now. */
  constructor(threads: BackgroundThreads, logDirectory: string, durableSequence: () => number) {
    this.#threads = threads;
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
    const task: TimeTravelTask = { logDirectory, durableSequence, question };
    const thread = this.#threads.start(workerUrl(import.meta.url, "time-travel-thread"), task);
    const answer = (found: Answer | Error): void => {
      this.#isBusy = false;
      onAnswer(found);
    };
    thread.on("message", (found) => answer(found as Answer));
    thread.on("error", answer);
    return true;
  }
}
