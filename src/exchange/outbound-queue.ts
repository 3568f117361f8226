// hot path
// Batches of events that wait for their commands to be durable: matching may run ahead of the disk,
// publishing may not. One run of words, batch after batch; emptied from the front, moved down when
// the end is reached.

import { assert } from "../base/assert.ts";
import { readU64 } from "../base/record-buffer.ts";
import { EVENT_LAST_QTY_LOTS_WORD, EVENT_SEQUENCE_WORD, EVENT_WORDS } from "../codec/event.ts";
import type { BatchListener } from "../model/venue.ts";

/** At first; it grows to what a disk that lags needs, and stays. */
const BATCHES_EXPECTED = 512;
/** Up to here a loop beats making a view for a block copy. */
const LOOP_WORDS_MAX = 512;

export class OutboundQueue {
  #words = new Int32Array(BATCHES_EXPECTED * 4 * EVENT_WORDS);
  #lengths = new Int32Array(BATCHES_EXPECTED);
  #headWord = 0;
  #endWord = 0;
  #headBatch = 0;
  #endBatch = 0;
  /** While a batch is read, nothing moves: its reader may enter the next command. */
  #isDelivering = false;

  /** Words waiting: what the exchange bounds. */
  get waitingWords(): number {
    return this.#endWord - this.#headWord;
  }

  /** Copies the batch `words[0..lengthWords)`. */
  push(words: Int32Array, lengthWords: number): void {
    if (this.#endWord + lengthWords > this.#words.length) this.#makeRoom(lengthWords);
    if (this.#endBatch === this.#lengths.length) this.#makeRoomForLengths();
    this.#copy(words, lengthWords);
    this.#endWord += lengthWords;
    this.#lengths[this.#endBatch++] = lengthWords;
  }

  /** Hands over, in order, every batch of a command up to `durableSequence`. */
  release(durableSequence: number, deliver: BatchListener): void {
    while (this.#headBatch < this.#endBatch) {
      const lengthWords = this.#lengths[this.#headBatch] ?? 0;
      const start = this.#headWord;
      const end = start + lengthWords;
      const mark = end - EVENT_WORDS;
      if (readU64(this.#words, mark + EVENT_SEQUENCE_WORD) > durableSequence) break;
      assert(
        readU64(this.#words, mark + EVENT_LAST_QTY_LOTS_WORD) === lengthWords / EVENT_WORDS - 1,
        "an end mark counts the events before it",
      );
      this.#headWord = end;
      this.#headBatch++;
      this.#isDelivering = true;
      deliver(this.#words, start, end);
      this.#isDelivering = false;
    }
    if (this.#headBatch === this.#endBatch) {
      this.#headWord = 0;
      this.#endWord = 0;
      this.#headBatch = 0;
      this.#endBatch = 0;
    }
  }

  #copy(words: Int32Array, lengthWords: number): void {
    if (lengthWords > LOOP_WORDS_MAX) {
      this.#words.set(words.subarray(0, lengthWords), this.#endWord);
      return;
    }
    for (let i = 0; i < lengthWords; i++) this.#words[this.#endWord + i] = words[i] ?? 0;
  }

  #makeRoom(lengthWords: number): void {
    const waiting = this.waitingWords;
    const needed = waiting + lengthWords;
    // Moving down is worth it only when at least half of the run is free; else it doubles.
    let capacity = this.#words.length;
    while (needed > capacity / 2) capacity *= 2;
    const movesDown = capacity === this.#words.length && !this.#isDelivering;
    const target = movesDown ? this.#words : new Int32Array(capacity);
    if (target === this.#words) target.copyWithin(0, this.#headWord, this.#endWord);
    else target.set(this.#words.subarray(this.#headWord, this.#endWord));
    this.#words = target;
    this.#headWord = 0;
    this.#endWord = waiting;
  }

  #makeRoomForLengths(): void {
    const waiting = this.#endBatch - this.#headBatch;
    const isHalfFree = waiting <= this.#lengths.length / 2;
    const target = isHalfFree ? this.#lengths : new Int32Array(this.#lengths.length * 2);
    target.set(this.#lengths.subarray(this.#headBatch, this.#endBatch));
    this.#lengths = target;
    this.#headBatch = 0;
    this.#endBatch = waiting;
  }
}
