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
  /** Of each event its place in its batch, of which the event itself has 16 bits. */
  readonly #indexes: Int32Array;
  readonly #eventsMax: number;
  readonly #event = new Int32Array(3 * EVENT_WORDS);
  /** Events ever kept. */
  #count = 0;
  /** Everything after this sequence is here. */
  #sinceSequence: number;

  constructor(eventsMax: number, sinceSequence: number) {
    this.#words = new Int32Array(eventsMax * EVENT_WORDS);
    this.#lanes = lanesOf(this.#words);
    this.#indexes = new Int32Array(eventsMax);
    this.#eventsMax = eventsMax;
    this.#sinceSequence = sinceSequence;
  }

  get sinceSequence(): number {
    return this.#sinceSequence;
  }

  /** Nothing up to this sequence was ever kept here. */
  beginAfter(sequence: number): void {
    this.#sinceSequence = Math.max(this.#sinceSequence, sequence);
  }

  /** The place behind the newest event; places go up by one with each. */
  get end(): number {
    return this.#count;
  }

  /** The place of the oldest event that is still here. */
  get begin(): number {
    return Math.max(0, this.#count - this.#eventsMax);
  }

  /** The first place whose event came after `sequence`. */
  placeAfter(sequence: number): number {
    let low = this.begin;
    let high = this.#count;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = readU64(this.#words, this.#wordOf(middle) + EVENT_SEQUENCE_WORD);
      if (found <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Keeps the orders' events of a batch. */
  keep(words: Int32Array, startWord: number, endWord: number): void {
    const ring = this.#words;
    const lanes = this.#source.of(words);
    for (let at = startWord; at < endWord - EVENT_WORDS; at += EVENT_WORDS) {
      if (!isKept(words, at)) continue;
      const slot = this.#count % this.#eventsMax;
      const to = slot * EVENT_WORDS;
      if (this.#count >= this.#eventsMax) {
        this.#sinceSequence = readU64(ring, to + EVENT_SEQUENCE_WORD);
      }
      copyLanes(this.#lanes, to, lanes, at, EVENT_WORDS);
      this.#indexes[slot] = (at - startWord) / EVENT_WORDS;
      this.#count++;
    }
  }

  /**
   * The account's events from place `from` to before `to`, oldest first, each at word 0 of `words`
   * with its terms behind it where it has some, and its place in its batch; valid during the call.
   * Until `visit` says that it is enough. The place behind what was looked at.
   */
  scan(
    accountId: number,
    from: number,
    to: number,
    visit: (words: Int32Array, index: number) => boolean,
  ): number {
    const event = this.#event;
    for (let place = from; place < to; place++) {
      const at = this.#wordOf(place);
      if (this.#words[at + EVENT_ACCOUNT_ID_WORD] >>> 0 !== accountId) continue;
      const next = this.#wordOf(place + 1);
      event.fill(0);
      event.set(this.#words.subarray(at, at + EVENT_WORDS));
      const hasTerms = place + 1 < this.#count && eventKindOf(this.#words, next) === EVENT_TERMS;
      if (hasTerms) event.set(this.#words.subarray(next, next + EVENT_WORDS), EVENT_WORDS);
      if (!visit(event, this.#indexes[place % this.#eventsMax])) return place + 1;
    }
    return to;
  }

  #wordOf(place: number): number {
    return (place % this.#eventsMax) * EVENT_WORDS;
  }
}

/** Whether an event is of an order of an account. */
export function isKept(words: Int32Array, at: number): boolean {
  const kind = eventKindOf(words, at);
  if (words[at + EVENT_ACCOUNT_ID_WORD] === 0) return false;
  return !isAccountKind(kind) || isTradeChange(kind);
}
