// When each book's present phase ends and what follows: one row a book. The phase itself stands
// with the rest of what every order asks of its market (market-states.ts).

import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { TimerHeap } from "./timer-heap.ts";

const ROW_REALS = 5;
/** Until chance has decided: the earliest end. 0: it ends when it is told to. */
const END_TIME = 0;
/** How much later chance may have it end; nothing once it has decided. */
const RANDOM = 1;
const NEXT_PHASE = 2;
const NEXT_DURATION = 3;
/** How often this call was extended. */
const EXTENSIONS = 4;

const TIMERS_EXPECTED = 16;

export class PhaseTable {
  readonly #rows: Float64Array;
  /** Ends of phases, by book. */
  readonly #ends = new TimerHeap(TIMERS_EXPECTED);

  constructor(booksMax: number) {
    this.#rows = new Float64Array(booksMax * ROW_REALS);
  }

  /** When the next phase ends; NEVER_MICROS (timer-heap.ts) when none does by itself. */
  get nextMicros(): number {
    return this.#ends.nextMicros;
  }

  /** The book whose phase ends then. */
  get nextBook(): number {
    return this.#ends.nextRef;
  }

  isTimed(book: number): boolean {
    return this.#ends.has(book);
  }

  endTimeMicrosOf(book: number): number {
    return this.#rows[book * ROW_REALS + END_TIME];
  }

  randomMicrosOf(book: number): number {
    return this.#rows[book * ROW_REALS + RANDOM];
  }

  nextPhaseOf(book: number): number {
    return this.#rows[book * ROW_REALS + NEXT_PHASE];
  }

  nextDurationMicrosOf(book: number): number {
    return this.#rows[book * ROW_REALS + NEXT_DURATION];
  }

  extensionsOf(book: number): number {
    return this.#rows[book * ROW_REALS + EXTENSIONS];
  }

  setExtensions(book: number, extensions: number): void {
    this.#rows[book * ROW_REALS + EXTENSIONS] = extensions;
  }

  setEnd(book: number, endTimeMicros: number, randomMicros: number): void {
    const at = book * ROW_REALS;
    this.#rows[at + END_TIME] = endTimeMicros;
    this.#rows[at + RANDOM] = randomMicros;
    if (endTimeMicros === 0) this.#ends.remove(book);
    else this.#ends.set(book, endTimeMicros, book);
  }

  setNext(book: number, nextPhase: number, nextDurationMicros: number): void {
    const at = book * ROW_REALS;
    this.#rows[at + NEXT_PHASE] = nextPhase;
    this.#rows[at + NEXT_DURATION] = nextDurationMicros;
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.array(this.#rows);
    this.#ends.save(snapshot);
  }

  load(snapshot: SnapshotReader): void {
    snapshot.into(this.#rows);
    this.#ends.load(snapshot);
  }
}
