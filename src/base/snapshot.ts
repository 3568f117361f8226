// A state as a list of sections: numbers and byte copies of typed arrays, written and read in one
// order. Each table saves and loads itself with a mirror-image pair of methods.
//
// A state of a million orders is 120 MB. So a writer points at the tables and copies nothing until
// it is asked to, and a reader fills the tables straight from where the bytes come from.

import { assert } from "./assert.ts";

type TypedArray = Int32Array | Uint32Array | Uint8Array | Float64Array;

/** Where the bytes of a snapshot come from, in order. */
export type SnapshotSource = {
  readonly byteLength: number;
  /** Fills all of `target` with the next bytes. */
  read(target: Uint8Array): void;
};

const ALIGNMENT_BYTES = 8;
const PADDING = new Uint8Array(ALIGNMENT_BYTES);

export class SnapshotWriter {
  readonly #parts: Uint8Array[] = [];
  #byteLength = 0;

  get byteLength(): number {
    return this.#byteLength;
  }

  number(value: number): void {
    this.array(Float64Array.of(value));
  }

  /** `array`, or its first `length` elements, which may not change until the bytes were taken. */
  array(array: TypedArray, length = array.length): void {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, length * array.BYTES_PER_ELEMENT);
    this.#push(new Uint8Array(Float64Array.of(bytes.length).buffer));
    this.#push(bytes);
    this.#push(PADDING.subarray(0, padded(bytes.length) - bytes.length));
  }

  /**
   * Every section as a length (f64), then its bytes padded to eight: to be written one after the
   * other before any table changes, for they are the tables' own memory.
   */
  parts(): readonly Uint8Array[] {
    return this.#parts;
  }

  /** The parts one after the other, which is how a reader asks: tables are copied once. */
  source(): SnapshotSource {
    let next = 0;
    return {
      byteLength: this.#byteLength,
      read: (target) => {
        const part = this.#parts[next++];
        assert(part?.length === target.length, "a snapshot is read as it was written");
        target.set(part);
      },
    };
  }

  /** All of it as one run of bytes, copied. */
  finish(): Uint8Array {
    const whole = new Uint8Array(this.#byteLength);
    this.copyTo(whole);
    return whole;
  }

  /** The same into the first `byteLength` bytes of `target`. */
  copyTo(target: Uint8Array): void {
    let at = 0;
    for (const part of this.#parts) {
      target.set(part, at);
      at += part.length;
    }
  }

  #push(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#byteLength += part.length;
  }
}

export class SnapshotReader {
  readonly #source: SnapshotSource;
  readonly #length = new Float64Array(1);
  readonly #padding = new Uint8Array(ALIGNMENT_BYTES);
  #leftBytes: number;
  /** Whether the next section's length has been read already. */
  #isOpen = false;

  constructor(bytes: Uint8Array | SnapshotSource) {
    this.#source = bytes instanceof Uint8Array ? sourceOf(bytes) : bytes;
    this.#leftBytes = bytes.byteLength;
  }

  number(): number {
    const value = Float64Array.of(0);
    this.into(value);
    return value[0] ?? 0;
  }

  int32s(lengthMin = 0): Int32Array {
    const array = new Int32Array(Math.max(this.#nextBytes() / 4, lengthMin));
    this.into(array);
    return array;
  }

  float64s(): Float64Array<ArrayBuffer> {
    const array = new Float64Array(this.#nextBytes() / 8);
    this.into(array);
    return array;
  }

  /** Fills the start of `array` with the next section, which must fit. */
  into(array: TypedArray): void {
    const length = this.#nextBytes();
    assert(length <= array.byteLength, "a section fits its table");
    this.#take(new Uint8Array(array.buffer, array.byteOffset, length));
    this.#take(this.#padding.subarray(0, padded(length) - length));
    this.#isOpen = false;
  }

  finish(): void {
    assert(this.#leftBytes === 0, "a snapshot is read to its end");
  }

  #nextBytes(): number {
    if (!this.#isOpen) this.#take(new Uint8Array(this.#length.buffer));
    this.#isOpen = true;
    return this.#length[0] ?? 0;
  }

  #take(target: Uint8Array): void {
    assert(target.length <= this.#leftBytes, "a snapshot has the section asked for");
    this.#leftBytes -= target.length;
    if (target.length > 0) this.#source.read(target);
  }
}

function sourceOf(bytes: Uint8Array): SnapshotSource {
  let at = 0;
  return {
    byteLength: bytes.byteLength,
    read(target) {
      target.set(bytes.subarray(at, at + target.length));
      at += target.length;
    },
  };
}

function padded(bytes: number): number {
  return (bytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
}
