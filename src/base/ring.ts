// hot path
// A bounded queue of 32-byte records between two threads: one producer, one consumer, on shared
// memory. Positions count records ever written and ever read, modulo 2^32, so size and lag are
// subtractions of 32-bit integers. An end opened on a used ring goes on where the ring stands. The
// producer publishes every PUBLISH_EVERY records and on flush(): handing over each single record
// would cost a cache miss a record on both sides.

import { assert } from "./assert.ts";

export const RING_RECORD_WORDS = 8;
const RECORD_SHIFT = 3;
const PUBLISH_EVERY = 64;
const PUBLISH_MASK = PUBLISH_EVERY - 1;

/** Positions in the header, each on a cache line of its own: one side writes, the other watches. */
const HEAD = 0;
const TAIL = 16;
const HEADER_WORDS = 32;

export function ringBytes(recordsMax: number): number {
  return (HEADER_WORDS + recordsMax * RING_RECORD_WORDS) * 4;
}

export type RingProducer = ReturnType<typeof createRingProducer>;

/** The writing end of the ring in `shared` (ringBytes of a power of two). */
export function createRingProducer(shared: SharedArrayBuffer) {
  const control = new Int32Array(shared, 0, HEADER_WORDS);
  const words = new Int32Array(shared, HEADER_WORDS * 4);
  const recordsMax = words.length >> RECORD_SHIFT;
  const mask = recordsMax - 1;
  assert((recordsMax & mask) === 0, "a ring holds a power of two of records");
  let head = Atomics.load(control, HEAD);
  let roomUntil = (Atomics.load(control, TAIL) + recordsMax) | 0;

  /**
   * The first word in `words` of the next record, to be filled now; spins while the ring is full.
   */
  function claim(): number {
    if ((head & PUBLISH_MASK) === 0) flush();
    if (head === roomUntil) awaitRoom();
    const at = (head & mask) << RECORD_SHIFT;
    head = (head + 1) | 0;
    return at;
  }

  /** Shows the consumer every record claimed so far and returns the position after them. */
  function flush(): number {
    Atomics.store(control, HEAD, head);
    return head;
  }

  function awaitRoom(): void {
    flush();
    while (((head - Atomics.load(control, TAIL)) | 0) === recordsMax) {
      // The consumer is on another core and never waits for us: it will move on.
    }
    roomUntil = (Atomics.load(control, TAIL) + recordsMax) | 0;
  }

  return { words, claim, flush };
}

/** The reading end. */
export class RingConsumer {
  readonly #words: Int32Array;
  readonly #control: Int32Array;
  readonly #recordsMax: number;
  #tail: number;

  constructor(shared: SharedArrayBuffer) {
    this.#control = new Int32Array(shared, 0, HEADER_WORDS);
    this.#words = new Int32Array(shared, HEADER_WORDS * 4);
    this.#recordsMax = this.#words.length >> RECORD_SHIFT;
    this.#tail = Atomics.load(this.#control, TAIL);
  }

  /** Copies the published records, at most to the ring's end, to `target[at]`; returns how many. */
  drainTo(target: Int32Array, at: number): number {
    const head = Atomics.load(this.#control, HEAD);
    const first = this.#tail & (this.#recordsMax - 1);
    const records = Math.min((head - this.#tail) | 0, this.#recordsMax - first);
    if (records === 0) return 0;
    const from = first << RECORD_SHIFT;
    target.set(this.#words.subarray(from, from + (records << RECORD_SHIFT)), at);
    this.#tail = (this.#tail + records) | 0;
    Atomics.store(this.#control, TAIL, this.#tail);
    return records;
  }
}
