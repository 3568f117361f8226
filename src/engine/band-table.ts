// Price bands and cascade limits of instruments: one row of doubles a book.
//
//   0 bandFlags  1 staticWidth  2 dynamicWidth  3 static reference  4 whether there is one
//   5 callMicros  6 callRandomMicros   7 cascade: orders at most  8 haltMicros  9 callMicros

import { readU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  SET_BANDS_BAND_FLAGS_WORD,
  SET_BANDS_CALL_MICROS_WORD,
  SET_BANDS_CALL_RANDOM_MICROS_WORD,
  SET_BANDS_DYNAMIC_WIDTH_WORD,
  SET_BANDS_STATIC_REFERENCE_TICKS_WORD,
  SET_BANDS_STATIC_WIDTH_WORD,
  SET_CASCADE_LIMIT_CALL_MICROS_WORD,
  SET_CASCADE_LIMIT_HALT_MICROS_WORD,
  SET_CASCADE_LIMIT_ORDERS_MAX_WORD,
} from "../codec/guard-command.ts";
import { BAND_HAS_REFERENCE } from "../model/guard.ts";
import type { MarketStates } from "./market-states.ts";

export const BAND_REALS = 10;
const FLAGS = 0;
const STATIC_WIDTH = 1;
const DYNAMIC_WIDTH = 2;
const REFERENCE = 3;
const HAS_REFERENCE = 4;
const CALL = 5;
const CALL_RANDOM = 6;
const CASCADE_MAX = 7;
const CASCADE_HALT = 8;
const CASCADE_CALL = 9;

export class BandTable {
  readonly #reals: Float64Array;
  /** Whether any instrument ever had bands. */
  readonly #isUsed = new Int32Array(1);

  constructor(booksMax: number) {
    this.#reals = new Float64Array(booksMax * BAND_REALS);
  }

  get isUsed(): boolean {
    return this.#isUsed[0] !== 0;
  }

  /** The bands of a set-bands command at `words[at]`. */
  set(book: number, words: Int32Array, at: number): void {
    const reals = this.#reals;
    const base = book * BAND_REALS;
    const flags = words[at + SET_BANDS_BAND_FLAGS_WORD] & 0xff;
    reals[base + FLAGS] = flags;
    reals[base + STATIC_WIDTH] = words[at + SET_BANDS_STATIC_WIDTH_WORD] >>> 0;
    reals[base + DYNAMIC_WIDTH] = words[at + SET_BANDS_DYNAMIC_WIDTH_WORD] >>> 0;
    reals[base + REFERENCE] = words[at + SET_BANDS_STATIC_REFERENCE_TICKS_WORD];
    reals[base + HAS_REFERENCE] = (flags & BAND_HAS_REFERENCE) === 0 ? 0 : 1;
    reals[base + CALL] = readU64(words, at + SET_BANDS_CALL_MICROS_WORD);
    reals[base + CALL_RANDOM] = words[at + SET_BANDS_CALL_RANDOM_MICROS_WORD] >>> 0;
    this.#isUsed[0] = 1;
  }

  setCascadeLimit(book: number, words: Int32Array, at: number): void {
    const base = book * BAND_REALS;
    this.#reals[base + CASCADE_MAX] = words[at + SET_CASCADE_LIMIT_ORDERS_MAX_WORD] >>> 0;
    this.#reals[base + CASCADE_HALT] = readU64(words, at + SET_CASCADE_LIMIT_HALT_MICROS_WORD);
    this.#reals[base + CASCADE_CALL] = readU64(words, at + SET_CASCADE_LIMIT_CALL_MICROS_WORD);
  }

  flagsOf(book: number): number {
    return this.#reals[book * BAND_REALS + FLAGS];
  }

  /** 0 is no band. */
  staticWidthOf(book: number): number {
    return this.#reals[book * BAND_REALS + STATIC_WIDTH];
  }

  dynamicWidthOf(book: number): number {
    return this.#reals[book * BAND_REALS + DYNAMIC_WIDTH];
  }

  hasReference(book: number): boolean {
    return this.#reals[book * BAND_REALS + HAS_REFERENCE] !== 0;
  }

  referenceTicksOf(book: number): number {
    return this.#reals[book * BAND_REALS + REFERENCE];
  }

  setReference(book: number, referenceTicks: number): void {
    this.#reals[book * BAND_REALS + REFERENCE] = referenceTicks;
    this.#reals[book * BAND_REALS + HAS_REFERENCE] = 1;
  }

  /** A static band that was told no reference has the last price, as soon as there is one. */
  haveReference(book: number, states: MarketStates): void {
    if (this.staticWidthOf(book) === 0 || this.hasReference(book)) return;
    if (states.hasLastPx(book)) this.setReference(book, states.lastPxTicksOf(book));
  }

  callMicrosOf(book: number): number {
    return this.#reals[book * BAND_REALS + CALL];
  }

  callRandomMicrosOf(book: number): number {
    return this.#reals[book * BAND_REALS + CALL_RANDOM];
  }

  /** How many orders one command may fire before the instrument halts; 0 is no limit. */
  cascadeMaxOf(book: number): number {
    return this.#reals[book * BAND_REALS + CASCADE_MAX];
  }

  cascadeHaltMicrosOf(book: number): number {
    return this.#reals[book * BAND_REALS + CASCADE_HALT];
  }

  cascadeCallMicrosOf(book: number): number {
    return this.#reals[book * BAND_REALS + CASCADE_CALL];
  }

  /** The row's numbers, for the state hash. */
  realOf(book: number, index: number): number {
    return this.#reals[book * BAND_REALS + index];
  }

  save(snapshot: SnapshotWriter, booksCount: number): void {
    snapshot.array(this.#isUsed);
    snapshot.array(this.#reals, booksCount * BAND_REALS);
  }

  load(snapshot: SnapshotReader): void {
    snapshot.into(this.#isUsed);
    snapshot.into(this.#reals);
  }
}
