// Leaves of the sealed history: the bytes of 64 commands, each followed by its events.

import type { RecordBuffer } from "../base/record-buffer.ts";
import { BLOCK_BYTES, commandBlocksOf } from "../codec/command.ts";
import { EVENT_BYTES, EVENT_WORDS } from "../codec/event.ts";
import { LEAF_COMMANDS } from "../log/seal.ts";

const BYTES_EXPECTED = 64 * 1024;

export class LeafBuilder {
  readonly #onLeaf: (bytes: Uint8Array, firstSequence: number) => void;
  #bytes = new Uint8Array(BYTES_EXPECTED);
  #lengthBytes = 0;
  #count = 0;
  #firstSequence: number;

  /** `onLeaf` gets each full leaf, valid during the call; the first begins at `firstSequence`. */
  constructor(firstSequence: number, onLeaf: (bytes: Uint8Array, firstSequence: number) => void) {
    this.#firstSequence = firstSequence;
    this.#onLeaf = onLeaf;
  }

  /** The last command added, or the one before the first. */
  get lastSequence(): number {
    return this.#firstSequence + this.#count - 1;
  }

  /** The next command and the batch that it had, from word 0 of `words`. */
  add(records: RecordBuffer, offsetBytes: number, words: Int32Array, endWord: number): void {
    const recordBytes = commandBlocksOf(records.words, offsetBytes / 4) * BLOCK_BYTES;
    this.#push(records.bytes.subarray(offsetBytes, offsetBytes + recordBytes));
    const batchBytes = (endWord / EVENT_WORDS) * EVENT_BYTES;
    this.#push(new Uint8Array(words.buffer, words.byteOffset, batchBytes));
    this.#count++;
    if (this.#count === LEAF_COMMANDS) this.flush();
  }

  /** Ends a leaf that is not full, if one is begun. */
  flush(): void {
    if (this.#count === 0) return;
    this.#onLeaf(this.#bytes.subarray(0, this.#lengthBytes), this.#firstSequence);
    this.#firstSequence += this.#count;
    this.#count = 0;
    this.#lengthBytes = 0;
  }

  #push(part: Uint8Array): void {
    const needed = this.#lengthBytes + part.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#lengthBytes));
      this.#bytes = grown;
    }
    this.#bytes.set(part, this.#lengthBytes);
    this.#lengthBytes += part.length;
  }
}
