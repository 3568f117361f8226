// hot path
// Bytes that hold fixed-layout little-endian records, seen at once as bytes, as 32-bit words and,
// for copies, two words at a time.
// Records are 64-byte multiples, so every field is reached by its word index from the record's
// first word. 64-bit fields hold unsigned integers up to 2^53 - 1, which a double holds exactly.

import { assert } from "./assert.ts";
import { lanesOf } from "./lanes.ts";

const TWO_POW_32 = 4_294_967_296;

assert(
  new Uint8Array(new Uint32Array([1]).buffer)[0] === 1,
  "this machine is little-endian, as the records are",
);

export class RecordBuffer {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly lanes: BigInt64Array;

  /** `buffer` may be shared; its length is a multiple of 64 bytes. */
  constructor(buffer: ArrayBufferLike) {
    assert(buffer.byteLength % 64 === 0, "a record buffer holds whole 64-byte blocks");
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.lanes = lanesOf(this.words);
  }

  static ofBytes(capacityBytes: number): RecordBuffer {
    return new RecordBuffer(new ArrayBuffer(capacityBytes));
  }
}

/** Reads the unsigned 64-bit integer whose low word is `words[at]`. Exact below 2^53. */
export function readU64(words: Int32Array, at: number): number {
  return (words[at] >>> 0) + (words[at + 1] >>> 0) * TWO_POW_32;
}

/** Writes `value` (an integer, 0 to 2^53 - 1) as an unsigned 64-bit integer at `words[at]`. */
export function writeU64(words: Int32Array, at: number, value: number): void {
  words[at] = value | 0;
  words[at + 1] = value < TWO_POW_32 ? 0 : (value / TWO_POW_32) | 0;
}

/** Reads the signed 64-bit integer whose low word is `words[at]`. Exact within +/- 2^53. */
export function readI64(words: Int32Array, at: number): number {
  return (words[at] >>> 0) + words[at + 1] * TWO_POW_32;
}

/** Writes `value` (an integer within +/- 2^53) as a two's complement integer at `words[at]`. */
export function writeI64(words: Int32Array, at: number, value: number): void {
  words[at] = value | 0;
  words[at + 1] = Math.floor(value / TWO_POW_32);
}
