// What became of orders before anybody was there to be told: the product's reader of the log,
// without its thread.

import type { Exchange } from "../../src/exchange/exchange.ts";
import { readPastReports } from "../../src/exchange/past-reports.ts";
import { LogFailure } from "../../src/log/log-failure.ts";
import {
  PAST_GONE,
  type PastReports,
  type PastReportsAnswer,
  type PastReportsQuestion,
} from "../../src/model/past-reports.ts";
import type { LogDamage } from "./log-damage.ts";
import { LIMITS, LOG_DIRECTORY } from "./market.ts";
import type { SimulatedDisk } from "./simulated-disk.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import { promise } from "./violation.ts";

export type SimulatedPastParts = {
  readonly exchange: Exchange;
  readonly process: SimulatedProcess;
  readonly disk: SimulatedDisk;
  readonly damage: LogDamage;
  readonly forgotten: ForgottenReports;
};

const READ_MICROS = 20_000;

type Gap = {
  readonly accountId: number;
  readonly fromSequence: number;
  readonly throughSequence: number;
};

/** Commands whose reports the log could no longer tell when they were asked for. */
export class ForgottenReports {
  readonly #gaps: Gap[] = [];

  add(gap: Gap): void {
    this.#gaps.push(gap);
  }

  has(accountId: number, sequence: number): boolean {
    return this.#gaps.some(
      (gap) =>
        gap.accountId === accountId &&
        gap.fromSequence <= sequence &&
        gap.throughSequence >= sequence,
    );
  }
}

export class SimulatedPast implements PastReports {
  readonly #parts: SimulatedPastParts;

  constructor(parts: SimulatedPastParts) {
    this.#parts = parts;
  }

  ask(question: PastReportsQuestion, onAnswer: (answer: PastReportsAnswer) => void): void {
    this.#parts.process.after(READ_MICROS, () => onAnswer(this.#read(question)));
  }

  #read(question: PastReportsQuestion): PastReportsAnswer {
    const { exchange, process, disk } = this.#parts;
    const { durableSequence } = exchange.health();
    const mount = disk.mount(process);
    try {
      const page = readPastReports(LOG_DIRECTORY, mount, LIMITS, question, durableSequence);
      if (page === PAST_GONE) this.#noteGone(question, durableSequence);
      return page;
    } catch (failure) {
      if (failure instanceof LogFailure) return failure;
      throw failure;
    }
  }

  #noteGone({ accountId, fromSequence }: PastReportsQuestion, throughSequence: number): void {
    const { disk, damage, forgotten } = this.#parts;
    promise(disk.hasForgotten || damage.isThere, "the past of a whole log is told");
    forgotten.add({ accountId, fromSequence, throughSequence });
  }
}
