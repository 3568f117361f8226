// hot path
// One session at the venue: commands go in, and each is answered by one batch, in the order of
// submission. Who waits for which batch is a queue of listeners, bounded; the same listener many
// times in a row, as the orders of one request have it, is one place of the queue and a count.

import { assert } from "../base/assert.ts";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { ACK_DURABLE, type AckLevel } from "../model/ack-level.ts";
import { REASON_BUSY, REASON_NONE } from "../model/reasons.ts";
import type { BatchListener, Venue } from "../model/venue.ts";

export class CommandSession {
  readonly sessionId: number;
  readonly #venue: Venue;
  readonly #pendingMax: number;
  #listeners: BatchListener[] = [];
  /** How many answers each listener waits for. */
  #waiting: number[] = [];
  #headAt = 0; // Places before it have had all their answers.
  #pendingCount = 0;

  /** `ack`: how sure its answers are. */
  constructor(venue: Venue, pendingMax: number, ack: AckLevel = ACK_DURABLE) {
    this.#venue = venue;
    this.#pendingMax = pendingMax;
    this.sessionId = venue.openSession(
      (words, start, end) => this.#onAnswer(words, start, end),
      ack,
    );
  }

  /** Commands that wait for their answer. */
  get pendingCount(): number {
    return this.#pendingCount;
  }

  /** As Venue.submit; `onAnswer` gets the batch of this command and is not called when refused. */
  submit(record: RecordBuffer, onAnswer: BatchListener, offsetBytes = 0): number {
    if (this.#pendingCount >= this.#pendingMax) return REASON_BUSY;
    this.#push(onAnswer);
    const reason = this.#venue.submit(record, offsetBytes);
    if (reason !== REASON_NONE) this.#takeBack();
    return reason;
  }

  /** Answers still under way are dropped; the commands stay entered. */
  close(): void {
    this.#venue.closeSession(this.sessionId);
    this.#listeners = [];
    this.#waiting = [];
    this.#headAt = 0;
    this.#pendingCount = 0;
  }

  #push(listener: BatchListener): void {
    const lastAt = this.#listeners.length - 1;
    this.#pendingCount++;
    if (lastAt >= this.#headAt && this.#listeners[lastAt] === listener) {
      this.#waiting[lastAt]++;
      return;
    }
    this.#listeners.push(listener);
    this.#waiting.push(1);
  }

  #takeBack(): void {
    const lastAt = this.#listeners.length - 1;
    this.#pendingCount--;
    if (--this.#waiting[lastAt] > 0) return;
    this.#listeners.pop();
    this.#waiting.pop();
  }

  #onAnswer(words: Int32Array, startWord: number, endWord: number): void {
    assert(this.#pendingCount > 0, "an answer has somebody who waits for it");
    const listener = this.#listeners[this.#headAt];
    this.#pendingCount--;
    if (--this.#waiting[this.#headAt] === 0) this.#leaveHead();
    listener(words, startWord, endWord);
  }

  /** Moved down when half is answered: an answer costs a constant, and memory follows the load. */
  #leaveHead(): void {
    this.#headAt++;
    if (this.#headAt * 2 < this.#listeners.length) return;
    this.#listeners.splice(0, this.#headAt);
    this.#waiting.splice(0, this.#headAt);
    this.#headAt = 0;
  }
}
