// hot path
// One session at the venue: commands go in, and each is answered by one batch, in the order of
// submission. Who waits for which batch is a queue of listeners, bounded.

import { assert } from "../base/assert.ts";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { REASON_BUSY, REASON_NONE } from "../model/reasons.ts";
import type { BatchListener, Venue } from "../model/venue.ts";

export class CommandSession {
  readonly sessionId: number;
  readonly #venue: Venue;
  readonly #pendingMax: number;
  #listeners: BatchListener[] = [];
  #answeredCount = 0; // Listeners at the front of the queue that have had their answer.

  constructor(venue: Venue, pendingMax: number) {
    this.#venue = venue;
    this.#pendingMax = pendingMax;
    this.sessionId = venue.openSession((words, start, end) => this.#onAnswer(words, start, end));
  }

  /** Commands that wait for their answer. */
  get pendingCount(): number {
    return this.#listeners.length - this.#answeredCount;
  }

  /** As Venue.submit; `onAnswer` gets the batch of this command and is not called when refused. */
  submit(record: RecordBuffer, onAnswer: BatchListener, offsetBytes = 0): number {
    if (this.pendingCount >= this.#pendingMax) return REASON_BUSY;
    this.#listeners.push(onAnswer);
    const reason = this.#venue.submit(record, offsetBytes);
    if (reason !== REASON_NONE) this.#listeners.pop();
    return reason;
  }

  /** Answers still under way are dropped; the commands stay entered. */
  close(): void {
    this.#venue.closeSession(this.sessionId);
    this.#listeners = [];
    this.#answeredCount = 0;
  }

  #onAnswer(words: Int32Array, startWord: number, endWord: number): void {
    assert(this.pendingCount > 0, "an answer has somebody who waits for it");
    const listener = this.#listeners[this.#answeredCount++];
    // Moved down when half is answered: an answer costs a constant, and memory follows the load.
    if (this.#answeredCount * 2 >= this.#listeners.length) {
      this.#listeners.splice(0, this.#answeredCount);
      this.#answeredCount = 0;
    }
    listener(words, startWord, endWord);
  }
}
