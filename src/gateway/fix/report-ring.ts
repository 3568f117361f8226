// hot path
// The newest reports on the orders of one account (or of all), as the events that they are made
// from, and readers of them. A report with terms is two records side by side.

import { copyLanes, LastLanes, lanesOf } from "../../base/lanes.ts";
import { readU64 } from "../../base/record-buffer.ts";
import { EVENT_SEQUENCE_WORD, EVENT_TERMS, EVENT_WORDS, eventKindOf } from "../../codec/event.ts";
import type { OrderThen } from "../../codec/fix-reports.ts";
import type { HistoryExecuted } from "../../model/history.ts";
import { isBefore, type ReportPlace } from "../../model/past-reports.ts";

const CHUNK_EVENTS = 512;
/** 8 MiB. */
export const RING_EVENTS_MAX = 65_536;

class Chunk {
  readonly words = new Int32Array(CHUNK_EVENTS * EVENT_WORDS);
  readonly lanes = lanesOf(this.words);
  readonly indexes = new Int32Array(CHUNK_EVENTS);
  count = 0;
  next: Chunk | undefined;

  placeOf(slot: number): ReportPlace {
    const sequence = readU64(this.words, slot * EVENT_WORDS + EVENT_SEQUENCE_WORD);
    return { sequence, index: this.indexes[slot] };
  }
}

export class ReportRing {
  /** Every report behind this place is in the ring. */
  #after: ReportPlace;
  readonly #eventsMax: number;
  #oldest = new Chunk();
  #newest = this.#oldest;
  #chunkCount = 1;
  readonly #source = new LastLanes();

  constructor(after: ReportPlace, eventsMax: number) {
    this.#after = after;
    this.#eventsMax = eventsMax;
  }

  /** Copies the record at `words[at]`, the `index`th of its batch. */
  push(words: Int32Array, at: number, index: number): void {
    // Terms stand in the chunk of their report: a report begins no chunk's last place.
    const isTerms = eventKindOf(words, at) === EVENT_TERMS;
    if (this.#newest.count >= (isTerms ? CHUNK_EVENTS : CHUNK_EVENTS - 1)) this.#addChunk();
    const newest = this.#newest;
    const to = newest.count * EVENT_WORDS;
    copyLanes(newest.lanes, to, this.#source.of(words), at, EVENT_WORDS);
    newest.indexes[newest.count++] = index;
  }

  /** A reader of what is behind `place`; undefined where some of that is no longer here. */
  readerAfter(place: ReportPlace): RingReader | undefined {
    if (isBefore(place, this.#after)) return undefined;
    let chunk = this.#oldest;
    while (chunk.next !== undefined && !isBefore(place, lastOf(chunk))) chunk = chunk.next;
    let slot = 0;
    while (slot < chunk.count && !isBefore(place, chunk.placeOf(slot))) slot++;
    return new RingReader(this, chunk, slot);
  }

  /** Where what is kept begins. */
  get after(): ReportPlace {
    return this.#after;
  }

  /** Whether a reader that has read up to `place` has missed something. */
  hasPassed(place: ReportPlace): boolean {
    return isBefore(place, this.#after);
  }

  #addChunk(): void {
    const chunk = new Chunk();
    this.#newest.next = chunk;
    this.#newest = chunk;
    if (++this.#chunkCount * CHUNK_EVENTS <= this.#eventsMax) return;
    this.#after = lastOf(this.#oldest);
    this.#oldest = this.#oldest.next ?? chunk;
    this.#chunkCount--;
  }
}

function lastOf(chunk: Chunk): ReportPlace {
  return chunk.placeOf(Math.max(chunk.count - 1, 0));
}

export class RingReader {
  readonly ring: ReportRing;
  #chunk: Chunk;
  #slot: number;

  constructor(ring: ReportRing, chunk: Chunk, slot: number) {
    this.ring = ring;
    this.#chunk = chunk;
    this.#slot = slot;
  }

  /** The record of the report that next() found. */
  words: Int32Array = new Int32Array(0);
  at = 0;
  index = 0;
  /** Where its terms are in `words`; -1 for none. */
  termsAt = -1;
  /** Of a changed trade, where it is known; else undefined. */
  orderThen: OrderThen | undefined;
  /** What the order has executed by then, where it is known; else undefined. */
  executed: HistoryExecuted | undefined;

  get sequence(): number {
    return readU64(this.words, this.at + EVENT_SEQUENCE_WORD);
  }

  /** False: there is nothing more now. */
  next(): boolean {
    while (this.#slot === this.#chunk.count) {
      if (this.#chunk.next === undefined) return false;
      this.#chunk = this.#chunk.next;
      this.#slot = 0;
    }
    const { words, indexes, count } = this.#chunk;
    this.words = words;
    this.at = this.#slot * EVENT_WORDS;
    this.index = indexes[this.#slot++];
    this.orderThen = undefined;
    this.executed = undefined;
    const hasTerms =
      this.#slot < count && eventKindOf(words, this.#slot * EVENT_WORDS) === EVENT_TERMS;
    this.termsAt = hasTerms ? this.#slot++ * EVENT_WORDS : -1;
    return true;
  }
}
