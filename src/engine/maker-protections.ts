// hot path
// Market-maker protection: what an account has had filled in an instrument since its window opened,
// and how much that may be. Beyond it the row trips: somebody takes it, cancels, and it stays
// tripped until it is reset. One row of doubles a pair of account and book.
//
//   0 fillsMax  1 lotsMax  2 valueMax  3 windowMicros   4 opened at  5 fills  6 lots  7 value
//   8 whether it has tripped

import { NONE } from "../base/none.ts";
import { createPairIndex } from "../base/pair-index.ts";
import { readU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  SET_PROTECTION_FILLS_MAX_WORD,
  SET_PROTECTION_LOTS_MAX_WORD,
  SET_PROTECTION_VALUE_MAX_WORD,
  SET_PROTECTION_WINDOW_MICROS_WORD,
} from "../codec/guard-command.ts";
import { isOpen, LONG_AGO_MICROS } from "./guard-window.ts";

/** Pairs of account and instrument that were ever protected. */
const PROTECTIONS_MAX = 65_536;
/** Sums stop growing here, so that they stay exact. */
const SUM_MAX = Number.MAX_SAFE_INTEGER;

export const PROTECTION_REALS = 9;
const FILLS_MAX = 0;
const LOTS_MAX = 1;
const VALUE_MAX = 2;
const WINDOW = 3;
const SINCE = 4;
const FILLS = 5;
const LOTS = 6;
const VALUE = 7;
const HAS_TRIPPED = 8;

const ROWS_EXPECTED = 16;

export class MakerProtections {
  readonly #pairs = createPairIndex(PROTECTIONS_MAX);
  #reals = new Float64Array(ROWS_EXPECTED * PROTECTION_REALS);
  /** Rows that tripped and were not taken yet. */
  #tripped = new Int32Array(ROWS_EXPECTED);
  #trippedCount = 0;

  get count(): number {
    return this.#pairs.count();
  }

  /** Rows that wait to be acted on. */
  get trippedCount(): number {
    return this.#trippedCount;
  }

  /** The row of this account and book, or NONE. */
  find(accountRow: number, book: number): number {
    return this.#pairs.find(accountRow, book);
  }

  /** The row, made now if need be; NONE when there are as many as there may be. */
  findOrAdd(accountRow: number, book: number): number {
    const row = this.#pairs.find(accountRow, book);
    if (row !== NONE || !this.#pairs.hasRoom(1)) return row;
    while (this.#pairs.count() >= this.#tripped.length) this.#grow();
    return this.#pairs.add(accountRow, book);
  }

  accountRowOf(row: number): number {
    return this.#pairs.firstOf(row);
  }

  bookOf(row: number): number {
    return this.#pairs.secondOf(row);
  }

  /** The protection of a set-protection command at `words[at]`; nothing was filled yet. */
  set(row: number, words: Int32Array, at: number): void {
    const base = row * PROTECTION_REALS;
    this.#reals[base + FILLS_MAX] = words[at + SET_PROTECTION_FILLS_MAX_WORD] >>> 0;
    this.#reals[base + LOTS_MAX] = readU64(words, at + SET_PROTECTION_LOTS_MAX_WORD);
    this.#reals[base + VALUE_MAX] = readU64(words, at + SET_PROTECTION_VALUE_MAX_WORD);
    this.#reals[base + WINDOW] = readU64(words, at + SET_PROTECTION_WINDOW_MICROS_WORD);
    this.reset(row);
  }

  /** The account may go on, with an empty window. */
  reset(row: number): void {
    const base = row * PROTECTION_REALS;
    this.#reals.fill(0, base + SINCE, base + PROTECTION_REALS);
    this.#reals[base + SINCE] = LONG_AGO_MICROS;
  }

  hasTripped(row: number): boolean {
    return this.#reals[row * PROTECTION_REALS + HAS_TRIPPED] !== 0;
  }

  /** A fill of the row's account in its book. */
  onFill(row: number, lots: number, value: number, micros: number): void {
    const reals = this.#reals;
    const base = row * PROTECTION_REALS;
    if (reals[base + WINDOW] === 0 || reals[base + HAS_TRIPPED] !== 0) return;
    if (!isOpen(reals[base + SINCE], reals[base + WINDOW], micros)) {
      reals.fill(0, base + FILLS, base + HAS_TRIPPED);
      reals[base + SINCE] = micros;
    }
    reals[base + FILLS]++;
    reals[base + LOTS] = Math.min(reals[base + LOTS] + lots, SUM_MAX);
    reals[base + VALUE] = Math.min(reals[base + VALUE] + value, SUM_MAX);
    if (!this.#isExceeded(base)) return;
    reals[base + HAS_TRIPPED] = 1;
    this.#tripped[this.#trippedCount++] = row;
  }

  /** The tripped row at `index` of those that wait. */
  trippedAt(index: number): number {
    return this.#tripped[index];
  }

  clearTripped(): void {
    this.#trippedCount = 0;
  }

  /** The row's numbers, for the state hash. */
  realOf(row: number, index: number): number {
    return this.#reals[row * PROTECTION_REALS + index];
  }

  save(snapshot: SnapshotWriter): void {
    this.#pairs.save(snapshot);
    snapshot.array(this.#reals, this.#pairs.count() * PROTECTION_REALS);
  }

  load(snapshot: SnapshotReader): void {
    this.#pairs.load(snapshot);
    while (this.#pairs.count() > this.#tripped.length) this.#grow();
    snapshot.into(this.#reals);
  }

  #isExceeded(base: number): boolean {
    return (
      this.#exceeds(base + FILLS, base + FILLS_MAX) ||
      this.#exceeds(base + LOTS, base + LOTS_MAX) ||
      this.#exceeds(base + VALUE, base + VALUE_MAX)
    );
  }

  #exceeds(at: number, maxAt: number): boolean {
    return this.#reals[maxAt] !== 0 && this.#reals[at] > this.#reals[maxAt];
  }

  #grow(): void {
    const reals = new Float64Array(this.#reals.length * 2);
    const tripped = new Int32Array(this.#tripped.length * 2);
    reals.set(this.#reals);
    tripped.set(this.#tripped);
    this.#reals = reals;
    this.#tripped = tripped;
  }
}
