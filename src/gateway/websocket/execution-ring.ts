// hot path
// The newest events of all accounts' orders, kept so that an account stream can go on from where a
// client has it. One run of words, oldest overwritten first.

import { copyLanes, LastLanes, lanesOf } from "../../base/lanes.ts";
import { readU64 } from "../../base/record-buffer.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_TERMS,
  EVENT_WORDS,
  eventKindOf,
  isAccountKind,
  isTradeChange,
} from "../../codec/event.ts";

export class ExecutionRing {
  readonly #words: Int32Array;
  readonly #lanes: BigInt64Array;
  readonly #source = new LastLanes();
  readonly #eventsMax: number;
  /** Events ever kept. */
  #count = 0;
  /** Everything after this sequence is here. */
  #sinceSequence: number;

  constructor(eventsMax: number, sinceSequence: number) {
    this.#words = new Int32Array(eventsMax * EVENT_WORDS);
    this.#lanes = lanesOf(this.#words);
    this.#eventsMax = eventsMax;
    this.#sinceSequence = sinceSequence;
  }

  get sinceSequence(): number {
    return this.#sinceSequence;
  }

  /** Keeps the orders' events of a batch. */
  keep(words: Int32Array, startWord: number, endWord: number): void {
    const ring = this.#words;
    const lanes = this.#source.of(words);
    for (let at = startWord; at < endWord - EVENT_WORDS; at += EVENT_WORDS) {
      const kind = eventKindOf(words, at);
      if (words[at + EVENT_ACCOUNT_ID_WORD] === 0) continue;
      if (isAccountKind(kind) && !isTradeChange(kind)) continue;
      const to = (this.#count % this.#eventsMax) * EVENT_WORDS;
      if (this.#count >= this.#eventsMax) {
        this.#sinceSequence = readU64(ring, to + EVENT_SEQUENCE_WORD);
      }
      copyLanes(this.#lanes, to, lanes, at, EVENT_WORDS);
      this.#count++;
    }
  }

  /**
   * The account's events after `sequence`, oldest first, each at word 0 of `words` with its terms
   * behind it where it has some; valid during the call.
   */
  forEachAfter(accountId: number, sequence: number, visit: (words: Int32Array) => void): void {
    const event = new Int32Array(3 * EVENT_WORDS);
    for (let i = Math.max(0, this.#count - this.#eventsMax); i < this.#count; i++) {
      const at = this.#placeOf(i);
      if (this.#words[at + EVENT_ACCOUNT_ID_WORD] >>> 0 !== accountId) continue;
      if (readU64(this.#words, at + EVENT_SEQUENCE_WORD) <= sequence) continue;
      const next = this.#placeOf(i + 1);
      event.fill(0);
      event.set(this.#words.subarray(at, at + EVENT_WORDS));
      const hasTerms = i + 1 < this.#count && eventKindOf(this.#words, next) === EVENT_TERMS;
      if (hasTerms) event.set(this.#words.subarray(next, next + EVENT_WORDS), EVENT_WORDS);
      visit(event);
    }
  }

  #placeOf(index: number): number {
    return (index % this.#eventsMax) * EVENT_WORDS;
  }
}
