// hot path
// The events of one command, written in order and closed by an end mark. The buffer grows by
// doubling when a command makes more events than any before it; the bound is two a resting order
// and a few.

import { RecordBuffer, writeU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  EVENT_BYTES,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_END,
  EVENT_HISTORY_HASH_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_REASON_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_SIDE_WORD,
  EVENT_TIME_MICROS_WORD,
  EVENT_VERSION,
  EVENT_WORDS,
} from "../codec/event.ts";

const EVENTS_EXPECTED = 1024;
/** Every so many commands the end mark carries the hash of all events so far. */
const HASH_EVERY = 4096;

export class EventBuffer {
  words: Int32Array;
  /** Words written: the batch is `words` from 0 to here. */
  endWord = 0;
  historyHash = 0;
  #sequence = 0;
  #timeMicros = 0;
  #capacityWords: number;

  constructor() {
    this.#capacityWords = EVENTS_EXPECTED * EVENT_WORDS;
    this.words = RecordBuffer.ofBytes(EVENTS_EXPECTED * EVENT_BYTES).words;
  }

  begin(sequence: number, timeMicros: number): void {
    this.endWord = 0;
    this.#sequence = sequence;
    this.#timeMicros = timeMicros;
  }

  /** Adds a zeroed event of `kind` with its header and returns its first word. */
  add(kind: number): number {
    if (this.endWord === this.#capacityWords) this.#grow();
    const at = this.endWord;
    const { words } = this;
    words.fill(0, at, at + EVENT_WORDS);
    words[at] = EVENT_VERSION | (kind << 8) | ((at / EVENT_WORDS) << 16);
    writeU64(words, at + EVENT_SEQUENCE_WORD, this.#sequence);
    writeU64(words, at + EVENT_TIME_MICROS_WORD, this.#timeMicros);
    this.endWord = at + EVENT_WORDS;
    return at;
  }

  /** Closes a command's batch with its end mark and returns the mark's first word. */
  end(): number {
    for (let at = 0; at < this.endWord; at += EVENT_WORDS) this.#fold(at);
    const at = this.endQuery();
    if (this.#sequence % HASH_EVERY === 0) {
      this.words[at + EVENT_HISTORY_HASH_WORD] = this.historyHash;
    }
    return at;
  }

  /** The same for the answer to a query, which is no part of the history. */
  endQuery(): number {
    const eventCount = this.endWord / EVENT_WORDS;
    const at = this.add(EVENT_END);
    writeU64(this.words, at + EVENT_LAST_QTY_LOTS_WORD, eventCount);
    return at;
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.number(this.historyHash);
  }

  load(snapshot: SnapshotReader): void {
    this.historyHash = snapshot.number();
  }

  /** Everything of an event that a different state would change, into the running hash. */
  #fold(at: number): void {
    const { words } = this;
    const mixed =
      words[at] ^
      rotated(words[at + EVENT_ORDER_ID_WORD], 5) ^
      rotated(words[at + EVENT_PRICE_TICKS_WORD], 9) ^
      rotated(words[at + EVENT_SIDE_WORD], 13) ^
      rotated(words[at + EVENT_ORDER_QTY_LOTS_WORD], 17) ^
      rotated(words[at + EVENT_CUM_QTY_LOTS_WORD], 21) ^
      rotated(words[at + EVENT_LEAVES_QTY_LOTS_WORD], 25) ^
      rotated(words[at + EVENT_LAST_QTY_LOTS_WORD], 29) ^
      rotated(words[at + EVENT_REASON_WORD], 3);
    const hash = Math.imul(this.historyHash ^ mixed, 0x85eb_ca6b);
    this.historyHash = hash ^ (hash >>> 15);
  }

  #grow(): void {
    this.#capacityWords *= 2;
    const words = new Int32Array(this.#capacityWords);
    words.set(this.words);
    this.words = words;
  }
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
