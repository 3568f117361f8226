// hot path
// Client order ids, the identity of an order everywhere: (account, clOrdId) -> the order's slot.
// Ids of ended orders stay known, so that a repeated one is refused before it can trade: the last
// `closedMax` of them, a bound that is part of the rules (docs/rulebook.md).
//
// Row, 32 bytes: word 0 accountRow, 1-4 clOrdId, 5 slot (NONE once the order has ended), 6 next
// younger closed row (threads the free list while free), 7 unused.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";

const ROW_WORDS = 8;
const ACCOUNT_ROW = 0;
export const CL_ORD_ROW_ID = 1;
const SLOT = 5;
const NEXT = 6;

export class ClOrdIds {
  rows: Int32Array;
  #places: Int32Array;
  #mask: number;
  #capacity: number;
  #usedRows = 0;
  #freeRow = NONE;
  #count = 0;
  #oldestClosed = NONE;
  #newestClosed = NONE;
  #closedCount = 0;
  readonly #closedMax: number;
  #salt: number;

  constructor(idsExpected: number, closedMax: number, salt: number) {
    assert(idsExpected >= 1 && closedMax >= 1, "at least one id of each kind is remembered");
    const places = 1 << (32 - Math.clz32(idsExpected * 2 - 1));
    this.#capacity = idsExpected;
    this.rows = new Int32Array(idsExpected * ROW_WORDS);
    this.#places = new Int32Array(places).fill(NONE);
    this.#mask = places - 1;
    this.#closedMax = closedMax;
    this.#salt = salt | 0;
  }

  /** Ids known: of resting orders and of ended ones. */
  get count(): number {
    return this.#count;
  }

  get closedCount(): number {
    return this.#closedCount;
  }

  /** Rows that hold no id but did once. Walks them: for verify.ts. */
  countFreeRows(): number {
    let count = 0;
    for (let row = this.#freeRow; row !== NONE; row = this.rows[row * ROW_WORDS + NEXT]) count++;
    return count;
  }

  get usedRows(): number {
    return this.#usedRows;
  }

  /** The row of this id, of a resting or an ended order, or NONE. `words[at]` starts the id. */
  find(accountRow: number, words: Int32Array, at: number): number {
    let place = this.#home(accountRow, words, at);
    for (;;) {
      const row = this.#places[place];
      if (row === NONE || this.#equals(row, accountRow, words, at)) return row;
      place = (place + 1) & this.#mask;
    }
  }

  /** Remembers an id that find() does not know; its order is not resting yet. */
  add(accountRow: number, words: Int32Array, at: number): number {
    if (this.#count * 2 > this.#mask) this.#growPlaces();
    this.#count++;
    const row = this.#acquireRow();
    const rowAt = row * ROW_WORDS;
    this.rows[rowAt + ACCOUNT_ROW] = accountRow;
    for (let i = 0; i < 4; i++) this.rows[rowAt + CL_ORD_ROW_ID + i] = words[at + i];
    this.rows[rowAt + SLOT] = NONE;
    this.#place(row);
    return row;
  }

  slotOf(row: number): number {
    return this.rows[row * ROW_WORDS + SLOT];
  }

  setSlot(row: number, slot: number): void {
    this.rows[row * ROW_WORDS + SLOT] = slot;
  }

  accountRowOf(row: number): number {
    return this.rows[row * ROW_WORDS + ACCOUNT_ROW];
  }

  /** The first word of the row's id in `rows`. */
  idWordOf(row: number): number {
    return row * ROW_WORDS + CL_ORD_ROW_ID;
  }

  /** The order has ended: its id stays known until `closedMax` others have ended after it. */
  close(row: number): void {
    this.rows[row * ROW_WORDS + SLOT] = NONE;
    this.rows[row * ROW_WORDS + NEXT] = NONE;
    if (this.#newestClosed === NONE) this.#oldestClosed = row;
    else this.rows[this.#newestClosed * ROW_WORDS + NEXT] = row;
    this.#newestClosed = row;
    if (++this.#closedCount > this.#closedMax) this.#forgetOldest();
  }

  save(snapshot: SnapshotWriter): void {
    for (const number of [
      this.#salt,
      this.#usedRows,
      this.#freeRow,
      this.#count,
      this.#oldestClosed,
      this.#newestClosed,
      this.#closedCount,
    ]) {
      snapshot.number(number);
    }
    snapshot.array(this.rows, this.#usedRows * ROW_WORDS);
    snapshot.array(this.#places);
  }

  load(snapshot: SnapshotReader): void {
    this.#salt = snapshot.number();
    this.#usedRows = snapshot.number();
    this.#freeRow = snapshot.number();
    this.#count = snapshot.number();
    this.#oldestClosed = snapshot.number();
    this.#newestClosed = snapshot.number();
    this.#closedCount = snapshot.number();
    this.rows = snapshot.int32s(this.#capacity * ROW_WORDS);
    this.#capacity = this.rows.length / ROW_WORDS;
    this.#places = snapshot.int32s();
    this.#mask = this.#places.length - 1;
  }

  #forgetOldest(): void {
    const row = this.#oldestClosed;
    this.#oldestClosed = this.rows[row * ROW_WORDS + NEXT];
    this.#closedCount--;
    this.#count--;
    this.#unplace(row);
    this.rows[row * ROW_WORDS + NEXT] = this.#freeRow;
    this.#freeRow = row;
  }

  #place(row: number): void {
    let place = this.#homeOfRow(row);
    while (this.#places[place] !== NONE) place = (place + 1) & this.#mask;
    this.#places[place] = row;
  }

  /** Takes a row out by shifting its followers back, so no tombstones gather. */
  #unplace(row: number): void {
    const places = this.#places;
    const mask = this.#mask;
    let hole = this.#homeOfRow(row);
    while (places[hole] !== row) {
      assert(places[hole] !== NONE, "a forgotten id was known");
      hole = (hole + 1) & mask;
    }
    for (let place = (hole + 1) & mask; places[place] !== NONE; place = (place + 1) & mask) {
      const home = this.#homeOfRow(places[place]);
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      places[hole] = places[place];
      hole = place;
    }
    places[hole] = NONE;
  }

  #homeOfRow(row: number): number {
    return this.#home(this.accountRowOf(row), this.rows, this.idWordOf(row));
  }

  #home(accountRow: number, words: Int32Array, at: number): number {
    let hash = this.#salt ^ accountRow;
    for (let i = 0; i < 4; i++) {
      hash = Math.imul(hash ^ words[at + i], 0x85eb_ca6b);
      hash ^= hash >>> 15;
    }
    return Math.imul(hash, 0xc2b2_ae35) & this.#mask;
  }

  #equals(row: number, accountRow: number, words: Int32Array, at: number): boolean {
    const { rows } = this;
    const idAt = row * ROW_WORDS + CL_ORD_ROW_ID;
    return (
      rows[idAt] === words[at] &&
      rows[idAt + 1] === words[at + 1] &&
      rows[idAt + 2] === words[at + 2] &&
      rows[idAt + 3] === words[at + 3] &&
      rows[row * ROW_WORDS + ACCOUNT_ROW] === accountRow
    );
  }

  #acquireRow(): number {
    const row = this.#freeRow;
    if (row !== NONE) {
      this.#freeRow = this.rows[row * ROW_WORDS + NEXT];
      return row;
    }
    if (this.#usedRows === this.#capacity) this.#growRows();
    return this.#usedRows++;
  }

  #growRows(): void {
    this.#capacity *= 2;
    const rows = new Int32Array(this.#capacity * ROW_WORDS);
    rows.set(this.rows);
    this.rows = rows;
  }

  #growPlaces(): void {
    const old = this.#places;
    this.#places = new Int32Array(old.length * 2).fill(NONE);
    this.#mask = this.#places.length - 1;
    for (let i = 0; i < old.length; i++) if (old[i] !== NONE) this.#place(old[i]);
  }
}
