// Reports on an account's orders out of the log: the newest snapshot before them, and replay from
// there. An engine of its own reads from disk; a running exchange beside it does not notice.

import { readU64 } from "../base/record-buffer.ts";
import { COMMAND_SEQUENCE_WORD } from "../codec/command.ts";
import { EVENT_ACCOUNT_ID_WORD, EVENT_SEQUENCE_WORD, EVENT_WORDS } from "../codec/event.ts";
import { isOrderReport, isTermsOfReport } from "../codec/order-report.ts";
import type { EngineLimits } from "../engine/engine-limits.ts";
import type { Disk } from "../log/disk.ts";
import { LOG_DAMAGED, LogFailure } from "../log/log-failure.ts";
import { LogReader } from "../log/log-reader.ts";
import {
  EVERY_ACCOUNT,
  PAST_GONE,
  type PastReportsPage,
  type PastReportsQuestion,
} from "../model/past-reports.ts";
import { applyBlockUntil } from "./follower.ts";
import { restoreEngine, startAfter, unreadSnapshot } from "./restore-fold.ts";

/** Events of a page, but for those of its last command: 8 MiB. */
export const PAST_REPORTS_MAX = 65_536;

/** Throws LOG_READ_FAILED where the disk cannot read them just now. */
export function readPastReports(
  directory: string,
  disk: Disk,
  limits: EngineLimits,
  { accountId, fromSequence }: PastReportsQuestion,
  durableSequence: number,
): PastReportsPage | typeof PAST_GONE {
  const page = new Page(accountId, fromSequence);
  const { engine, header, skipped } = restoreEngine(directory, disk, limits, fromSequence - 1);
  const { fromSequence: next, after } = startAfter(header);
  const reader = new LogReader(directory, next, disk, after);
  const isBeyond = (words: Int32Array, at: number): boolean =>
    page.isFull || readU64(words, at + COMMAND_SEQUENCE_WORD) > durableSequence;
  try {
    for (;;) {
      const block = reader.next(durableSequence);
      if (block === undefined) return page.finish(durableSequence);
      const isOver = applyBlockUntil(engine, block, isBeyond, (words, start, end) =>
        page.onBatch(words, start, end),
      );
      if (isOver) return page.finish(engine.sequence);
    }
  } catch (found) {
    const failure = unreadSnapshot(found, skipped) ?? found;
    if (failure instanceof LogFailure && failure.code === LOG_DAMAGED) return PAST_GONE;
    throw failure;
  } finally {
    reader.close();
  }
}

class Page {
  readonly #accountId: number;
  readonly #fromSequence: number;
  readonly #words: number[] = [];
  readonly #indexes: number[] = [];

  constructor(accountId: number, fromSequence: number) {
    this.#accountId = accountId;
    this.#fromSequence = fromSequence;
  }

  get isFull(): boolean {
    return this.#indexes.length >= PAST_REPORTS_MAX;
  }

  onBatch(words: Int32Array, start: number, end: number): void {
    if (readU64(words, start + EVENT_SEQUENCE_WORD) < this.#fromSequence) return;
    for (let at = start; at < end; at += EVENT_WORDS) {
      if (!isOrderReport(words, at) && !isTermsOfReport(words, at, start)) continue;
      const owner = words[at + EVENT_ACCOUNT_ID_WORD] >>> 0;
      if (this.#accountId !== EVERY_ACCOUNT && owner !== this.#accountId) continue;
      this.#indexes.push((at - start) / EVENT_WORDS);
      for (let i = 0; i < EVENT_WORDS; i++) this.#words.push(words[at + i]);
    }
  }

  finish(throughSequence: number): PastReportsPage {
    const words = Int32Array.from(this.#words);
    return { words, indexes: Int32Array.from(this.#indexes), throughSequence };
  }
}
