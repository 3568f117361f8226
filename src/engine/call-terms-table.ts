// How each book's calls go: one row of numbers a book, zeros where nobody said anything.

import { readU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  SET_CALL_CALL_FLAGS_WORD,
  SET_CALL_COLLAR_WIDTH_WORD,
  SET_CALL_EXTENSION_MICROS_WORD,
  SET_CALL_RANDOM_MICROS_WORD,
  SET_CALL_SURPLUS_LOTS_MAX_WORD,
} from "../codec/market-command.ts";
import { CALL_COLLAR_IS_BASIS_POINTS, CALL_PREVENTS_SELF_TRADES } from "../model/call-terms.ts";

export const CALL_TERMS_REALS = 6;
const FLAGS = 0;
const EXTENSIONS_MAX = 1;
const COLLAR_WIDTH = 2;
const EXTENSION = 3;
const SURPLUS_MAX = 4;
const RANDOM = 5;

export class CallTermsTable {
  readonly #rows: Float64Array;

  constructor(booksMax: number) {
    this.#rows = new Float64Array(booksMax * CALL_TERMS_REALS);
  }

  /** The terms of a set-call command at `words[at]`. */
  set(book: number, words: Int32Array, at: number): void {
    const rows = this.#rows;
    const base = book * CALL_TERMS_REALS;
    rows[base + FLAGS] = words[at + SET_CALL_CALL_FLAGS_WORD] & 0xff;
    rows[base + EXTENSIONS_MAX] = (words[at + SET_CALL_CALL_FLAGS_WORD] >>> 8) & 0xff;
    rows[base + COLLAR_WIDTH] = words[at + SET_CALL_COLLAR_WIDTH_WORD] >>> 0;
    rows[base + EXTENSION] = readU64(words, at + SET_CALL_EXTENSION_MICROS_WORD);
    rows[base + SURPLUS_MAX] = readU64(words, at + SET_CALL_SURPLUS_LOTS_MAX_WORD);
    rows[base + RANDOM] = words[at + SET_CALL_RANDOM_MICROS_WORD] >>> 0;
  }

  preventsSelfTrades(book: number): boolean {
    return (this.realOf(book, FLAGS) & CALL_PREVENTS_SELF_TRADES) !== 0;
  }

  isBasisPoints(book: number): boolean {
    return (this.realOf(book, FLAGS) & CALL_COLLAR_IS_BASIS_POINTS) !== 0;
  }

  extensionsMaxOf(book: number): number {
    return this.realOf(book, EXTENSIONS_MAX);
  }

  /** 0 is no collar. */
  collarWidthOf(book: number): number {
    return this.realOf(book, COLLAR_WIDTH);
  }

  extensionMicrosOf(book: number): number {
    return this.realOf(book, EXTENSION);
  }

  /** 0 is no limit. */
  surplusLotsMaxOf(book: number): number {
    return this.realOf(book, SURPLUS_MAX);
  }

  randomMicrosOf(book: number): number {
    return this.realOf(book, RANDOM);
  }

  /** The row's numbers, for the state hash. */
  realOf(book: number, index: number): number {
    return this.#rows[book * CALL_TERMS_REALS + index];
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.array(this.#rows);
  }

  load(snapshot: SnapshotReader): void {
    snapshot.into(this.#rows);
  }
}
