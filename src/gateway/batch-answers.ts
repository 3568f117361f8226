// hot path
// The answers to one scanned batch as bytes, `{"results":[...]}`, written one behind the other in
// the order of its entries. One object and one listener serve the whole batch: its commands are
// answered in the order of submission. What the venue did not take is answered at its place too.

import type { BatchListener, Venue } from "../model/venue.ts";
import { fragmentOf } from "./bytes-writer.ts";
import { type Refusal, refusalJson } from "./error-codes.ts";
import type { GatewayCounts } from "./gateway-counts.ts";
import { wasRefused, writeNewAnswer } from "./json/answer-writer.ts";
import { AsciiWriter } from "./json/ascii-writer.ts";

const HEAD = fragmentOf('{"results":[');
const COMMA = fragmentOf(",");
const TAIL = fragmentOf("]}");

/**
 * The writer of the last batch that was done. Batches are answered one after the other, as a rule,
 * so one writer serves them all; where two overlap, the second makes its own.
 */
let spare: AsciiWriter | undefined;

export class BatchAnswers {
  /** Gets the answer of each command that the venue took, in order. */
  readonly onAnswer: BatchListener;
  readonly #venue: Venue;
  readonly #counts: GatewayCounts;
  readonly #count: number;
  readonly #onAll: (json: AsciiWriter) => void;
  readonly #begin: ((json: AsciiWriter) => void) | undefined;
  /** By entry, until its place is reached. */
  readonly #refusals = new Map<number, Refusal>();
  #out: AsciiWriter | undefined;
  #writtenCount = 0;
  #rejectedCount = 0;
  #refusedCount = 0;

  /**
   * `onAll` gets a writer that holds the JSON, behind what `begin` wrote, when all `count` (1 or
   * more) entries are answered; it takes all of it.
   */
  constructor(
    count: number,
    venue: Venue,
    counts: GatewayCounts,
    onAll: (json: AsciiWriter) => void,
    begin?: (json: AsciiWriter) => void,
  ) {
    this.#count = count;
    this.#venue = venue;
    this.#counts = counts;
    this.#onAll = onAll;
    this.#begin = begin;
    this.onAnswer = (words, startWord, endWord) => {
      const out = this.#nextEntry();
      writeNewAnswer(out, words, startWord, endWord, this.#venue);
      if (wasRefused(words, startWord)) this.#rejectedCount++;
      this.#afterEntry(out);
    };
  }

  /** Entry `index` was not taken: no answer of the venue comes for it. */
  refuse(index: number, refusal: Refusal): void {
    this.#refusals.set(index, refusal);
    if (index === this.#writtenCount) this.#writeRefusal(this.#nextEntry(), refusal);
  }

  #nextEntry(): AsciiWriter {
    if (this.#out === undefined) {
      this.#out = spare ?? new AsciiWriter();
      spare = undefined;
      this.#begin?.(this.#out);
      this.#out.fragment(HEAD);
    } else {
      this.#out.fragment(COMMA);
    }
    return this.#out;
  }

  #writeRefusal(out: AsciiWriter, refusal: Refusal): void {
    this.#refusedCount++;
    out.text(refusalJson(refusal));
    this.#afterEntry(out);
  }

  #afterEntry(out: AsciiWriter): void {
    this.#writtenCount++;
    if (this.#writtenCount === this.#count) {
      this.#finish(out);
    } else if (this.#refusals.size > 0) {
      const refusal = this.#refusals.get(this.#writtenCount);
      if (refusal !== undefined) this.#writeRefusal(this.#nextEntry(), refusal);
    }
  }

  #finish(out: AsciiWriter): void {
    const acceptedCount = this.#count - this.#rejectedCount - this.#refusedCount;
    this.#counts.count("new", "accepted", acceptedCount);
    this.#counts.count("new", "rejected", this.#rejectedCount);
    this.#counts.count("new", "refused", this.#refusedCount);
    out.fragment(TAIL);
    this.#onAll(out);
    spare = out;
  }
}
