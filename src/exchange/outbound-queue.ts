// hot path
// Batches of events that wait for their commands to be durable: matching may run ahead of the disk,
// publishing may not. They lie whole in a chain of chunks, written at its end, read at its front.
// What waits never moves: the queue grows when the disk or a core was late, and one that doubled
// took 37 ms for it just then (docs/decisions/0031).

import { assert } from "../base/assert.ts";
import { copyLanes, LastLanes, lanesOf } from "../base/lanes.ts";
import { readU64 } from "../base/record-buffer.ts";
import { EVENT_LAST_QTY_LOTS_WORD, EVENT_SEQUENCE_WORD, EVENT_WORDS } from "../codec/event.ts";
import type { BatchListener } from "../model/venue.ts";

/** 256 KiB: some 500 orders. */
const CHUNK_WORDS = 2048 * EVENT_WORDS;

class Chunk {
  readonly words: Int32Array;
  readonly lanes: BigInt64Array;
  /** Of its batches, each of which has an end mark at least. */
  readonly lengths: Int32Array;
  next: Chunk | undefined;
  headWord = 0;
  endWord = 0;
  headBatch = 0;
  endBatch = 0;

  constructor(lengthWords: number) {
    this.words = new Int32Array(lengthWords);
    this.lanes = lanesOf(this.words);
    this.lengths = new Int32Array(lengthWords / EVENT_WORDS);
  }

  /** There is nothing in it any more. */
  clear(): void {
    this.headWord = 0;
    this.endWord = 0;
    this.headBatch = 0;
    this.endBatch = 0;
  }
}

export class OutboundQueue {
  #oldest = new Chunk(CHUNK_WORDS);
  #newest = this.#oldest;
  /** Read to their ends: it grows to what a disk that lags needs, and stays. */
  readonly #spares: Chunk[] = [];
  #waitingWords = 0;
  readonly #source = new LastLanes();

  /** Words waiting: what the exchange bounds. */
  get waitingWords(): number {
    return this.#waitingWords;
  }

  /** Copies the batch `words[0..lengthWords)`. */
  push(words: Int32Array, lengthWords: number): void {
    if (this.#newest.endWord + lengthWords > this.#newest.words.length) this.#grow(lengthWords);
    const chunk = this.#newest;
    const to = chunk.endWord;
    copyLanes(chunk.lanes, to, this.#source.of(words), 0, lengthWords);
    chunk.endWord += lengthWords;
    chunk.lengths[chunk.endBatch++] = lengthWords;
    this.#waitingWords += lengthWords;
  }

  /**
   * Hands over, in order, every batch of a command up to `durableSequence`. Who hears of one may
   * push the next.
   */
  release(durableSequence: number, deliver: BatchListener): void {
    for (;;) {
      const chunk = this.#oldest;
      while (chunk.headBatch < chunk.endBatch) {
        const lengthWords = chunk.lengths[chunk.headBatch] ?? 0;
        const start = chunk.headWord;
        const end = start + lengthWords;
        const mark = end - EVENT_WORDS;
        if (readU64(chunk.words, mark + EVENT_SEQUENCE_WORD) > durableSequence) return;
        assert(
          readU64(chunk.words, mark + EVENT_LAST_QTY_LOTS_WORD) === lengthWords / EVENT_WORDS - 1,
          "an end mark counts the events before it",
        );
        chunk.headWord = end;
        chunk.headBatch++;
        this.#waitingWords -= lengthWords;
        deliver(chunk.words, start, end);
      }
      const { next } = chunk;
      chunk.clear();
      if (next === undefined) return;
      this.#oldest = next;
      // One made for a batch that fits into no other was for that batch.
      if (chunk.words.length === CHUNK_WORDS) this.#spares.push(chunk);
    }
  }

  #grow(lengthWords: number): void {
    const isUsual = lengthWords <= CHUNK_WORDS;
    const spare = isUsual ? this.#spares.pop() : undefined;
    const chunk = spare ?? new Chunk(Math.max(CHUNK_WORDS, lengthWords));
    chunk.next = undefined;
    this.#newest.next = chunk;
    this.#newest = chunk;
  }
}
