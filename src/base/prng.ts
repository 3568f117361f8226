// Chance that can be repeated: xoshiro128** 1.1 (Blackman and Vigna, public domain), 32-bit
// integers only, so that one seed gives one sequence on every machine. Not for secrets.

import { assert } from "./assert.ts";

const TWO_POW_32 = 4_294_967_296;
const GOLDEN_GAMMA = 0x9e3779b9; // 2^32 divided by the golden ratio: SplitMix's step.

export class Prng {
  readonly #state = new Uint32Array(4);

  /** Any integer is a seed; its low 32 bits count. */
  constructor(seed: number) {
    let mixed = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + GOLDEN_GAMMA) >>> 0;
      this.#state[i] = mix32(mixed);
    }
  }

  /** A generator in a given state of four words, not all zero: the published vectors start so. */
  static ofState(words: readonly [number, number, number, number]): Prng {
    assert(
      words.some((word) => word !== 0),
      "a xoshiro state is not all zero",
    );
    const prng = new Prng(0);
    prng.#state.set(words);
    return prng;
  }

  /** The next of 2^32 equally likely integers from 0. */
  nextUint32(): number {
    const state = this.#state;
    const result = Math.imul(rotateLeft(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotateLeft(state[3], 11);
    return result;
  }

  /**
   * An integer from 0 to `bound` - 1, all equally likely: draws above the largest multiple of
   * `bound` are thrown away. `bound` is 1 to 2^32.
   */
  nextBelow(bound: number): number {
    assert(Number.isInteger(bound) && bound >= 1 && bound <= TWO_POW_32, "a bound is 1 to 2^32");
    const drawsEnd = TWO_POW_32 - (TWO_POW_32 % bound);
    let draw = this.nextUint32();
    while (draw >= drawsEnd) draw = this.nextUint32();
    return draw % bound;
  }

  /** An integer from `first` to `last`, both included. */
  nextBetween(first: number, last: number): number {
    return first + this.nextBelow(last - first + 1);
  }

  /** True `numerator` times in `denominator`: probabilities are ratios, never floats. */
  nextChance(numerator: number, denominator: number): boolean {
    return this.nextBelow(denominator) < numerator;
  }
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** MurmurHash3's 32-bit finalizer: neighboring seeds give unrelated words. */
function mix32(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
