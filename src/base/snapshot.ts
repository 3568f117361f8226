// A state as a list of sections: numbers and byte copies of typed arrays, written and read in one
// order. Each table saves and loads itself with a mirror-image pair of methods.

import { assert } from "./assert.ts";

type TypedArray = Int32Array | Uint32Array | Uint8Array | Float64Array;

export class SnapshotWriter {
  readonly #sections: Uint8Array[] = [];
  #bytes = 0;

  number(value: number): void {
    this.array(Float64Array.of(value));
  }

  /** Copies `array`, or its first `length` elements. */
  array(array: TypedArray, length = array.length): void {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, length * array.BYTES_PER_ELEMENT);
    this.#sections.push(bytes.slice());
    this.#bytes += 8 + padded(bytes.length);
  }

  /** Every section as one run of bytes: a length (f64), then its bytes padded to eight. */
  finish(): Uint8Array {
    const whole = new Uint8Array(this.#bytes);
    const lengths = new DataView(whole.buffer);
    let at = 0;
    for (const section of this.#sections) {
      lengths.setFloat64(at, section.length, true);
      whole.set(section, at + 8);
      at += 8 + padded(section.length);
    }
    return whole;
  }
}

export class SnapshotReader {
  readonly #bytes: Uint8Array;
  readonly #lengths: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#lengths = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  number(): number {
    const value = Float64Array.of(0);
    this.#copyTo(value);
    return value[0] ?? 0;
  }

  int32s(lengthMin = 0): Int32Array {
    const array = new Int32Array(Math.max(this.#nextBytes() / 4, lengthMin));
    this.#copyTo(array);
    return array;
  }

  /** Fills the start of `array` with the next section, which must fit. */
  into(array: TypedArray): void {
    this.#copyTo(array);
  }

  finish(): void {
    assert(this.#at === this.#bytes.length, "a snapshot is read to its end");
  }

  #nextBytes(): number {
    assert(this.#at + 8 <= this.#bytes.length, "a snapshot has the section asked for");
    return this.#lengths.getFloat64(this.#at, true);
  }

  #copyTo(array: TypedArray): void {
    const length = this.#nextBytes();
    assert(length <= array.byteLength, "a section fits its table");
    const target = new Uint8Array(array.buffer, array.byteOffset, length);
    target.set(this.#bytes.subarray(this.#at + 8, this.#at + 8 + length));
    this.#at += 8 + padded(length);
  }
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}
