// What the exchange has told its subscribers, over all its lives: each command once, in order, and
// for ever the same.

import { readU64 } from "../../src/base/record-buffer.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_WORDS,
  eventIndexOf,
  eventKindOf,
} from "../../src/codec/event.ts";
import { execTypeWord } from "../../src/gateway/json/report-writer.ts";
import { placeOf } from "./stream-record.ts";
import { batchHash, type Truth } from "./truth.ts";
import { promise } from "./violation.ts";

export class Chronicle {
  /** Hash of the events of each command that was told of. */
  readonly #told = new Map<number, number>();
  readonly #lastPlaces = new Map<number, number>();
  #lastSequence = 0;

  /** The newest command that anybody heard of. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** An exchange has started that knows everything up to `sequence`. */
  begin(sequence: number): void {
    const last = this.#lastSequence;
    promise(sequence >= last, `what was told is in the log: told up to ${last}, found ${sequence}`);
    this.#lastSequence = sequence;
  }

  onBatch(words: Int32Array, startWord: number, endWord: number): void {
    const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
    const last = this.#lastSequence;
    promise(sequence === last + 1, `sequences are told in turn, found ${sequence} after ${last}`);
    this.#told.set(sequence, batchHash(words, startWord, endWord));
    this.#lastSequence = sequence;
    for (let at = startWord; at < endWord; at += EVENT_WORDS) {
      if (execTypeWord(eventKindOf(words, at)) === "") continue;
      const accountId = words[at + EVENT_ACCOUNT_ID_WORD] >>> 0;
      this.#lastPlaces.set(accountId, placeOf(sequence, eventIndexOf(words, at)));
    }
  }

  /** Of the newest event of an account that was told of; 0 when none was. */
  lastPlaceOf(accountId: number): number {
    return this.#lastPlaces.get(accountId) ?? 0;
  }

  /** Whatever was told is in the log, unchanged. */
  compare({ batchHashes }: Truth): void {
    for (const [sequence, hash] of this.#told) {
      const found = batchHashes[sequence];
      const what = found === undefined ? `a log that ends at ${batchHashes.length - 1}` : "another";
      promise(found === hash, `what was told of sequence ${sequence} stays so, found ${what}`);
    }
  }
}
