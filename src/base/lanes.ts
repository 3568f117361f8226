// hot path
// Words seen two at a time. What is copied often, and is too short for a view and set(), is copied
// by lanes: a quarter of the time that a loop over its words takes (docs/decisions/0011).

/** All of `words` two at a time; its memory begins at a multiple of eight bytes. */
export function lanesOf(words: Int32Array): BigInt64Array {
  return new BigInt64Array(words.buffer, words.byteOffset, words.length >> 1);
}

/** Copies an even number of words from an even word to an even word. */
export function copyLanes(
  to: BigInt64Array,
  toWord: number,
  from: BigInt64Array,
  fromWord: number,
  lengthWords: number,
): void {
  const target = toWord >> 1;
  const source = fromWord >> 1;
  const lanes = lengthWords >> 1;
  for (let i = 0; i < lanes; i++) to[target + i] = from[source + i];
}

/** The lanes of whatever array comes, which is mostly the one that came last. */
export class LastLanes {
  #words: Int32Array = new Int32Array(0);
  #lanes = lanesOf(this.#words);

  /** The same as lanesOf(), made only where `words` is another array than the last time. */
  of(words: Int32Array): BigInt64Array {
    if (words !== this.#words) {
      this.#lanes = lanesOf(words);
      this.#words = words;
    }
    return this.#lanes;
  }
}
