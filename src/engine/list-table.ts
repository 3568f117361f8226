// hot path
// Order lists: two or three linked orders each. A row lives while a leg of it works or waits.
//
//   word 0 listType, FREED while free   1 how far it has come: LIST_PENDING, ...
//        2, 3, 4 the rows of the legs' terms, NONE once a leg has ended; 2 threads the free rows
//        5 the walk (reach.ts) that met a leg of it last, and 6 which leg that was
//        7 whether it releases pro rata: then how much of its parent is filled (4) and of how much
//          (5), both in doubles from the row's first

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { LIST_LEGS_MAX } from "../codec/command.ts";

const ROW_WORDS = 12;
const ROW_REALS = ROW_WORDS / 2;
const LIST_TYPE = 0;
const STATE = 1;
const LEGS = 2;
const WALK = 5;
const WALK_LEG = 6;
const PRO_RATA = 7;
const FILLED_LOTS = 4;
const TOTAL_LOTS = 5;
const FREED = -7_777_777;

/** The leg that the others wait for, where they wait. */
export const PARENT_LEG = 0;

/** Nothing has happened yet. */
export const LIST_PENDING = 0;
/** The first leg was filled: the others work, or are about to. */
export const LIST_ACTIVE = 1;
/** One leg has ended the others: whatever happens now ends nobody. */
export const LIST_DECIDED = 2;
/** Pro rata: the parent ended, filled in part; what is due is released yet, then the rest ends. */
export const LIST_CLOSING = 3;

export class ListTable {
  #rows: Int32Array;
  #reals: Float64Array;
  #usedRows = 0;
  #freeRow = NONE;
  #count = 0;

  constructor(rowsExpected: number) {
    this.#rows = new Int32Array(rowsExpected * ROW_WORDS);
    this.#reals = new Float64Array(this.#rows.buffer);
  }

  get count(): number {
    return this.#count;
  }

  acquire(listType: number, isProRata: boolean): number {
    const row = this.#freeRow === NONE ? this.#newRow() : this.#freeRow;
    const at = row * ROW_WORDS;
    if (row === this.#freeRow) this.#freeRow = this.#rows[at + LEGS];
    this.#count++;
    this.#rows[at + LIST_TYPE] = listType;
    this.#rows[at + STATE] = 0;
    this.#rows[at + WALK] = 0;
    this.#rows[at + PRO_RATA] = Number(isProRata);
    this.noteFilled(row, 0, 0);
    this.#rows.fill(NONE, at + LEGS, at + LEGS + LIST_LEGS_MAX);
    return row;
  }

  /** Gives the row back once no leg is left. */
  releaseIfEmpty(row: number): void {
    for (let leg = 0; leg < LIST_LEGS_MAX; leg++) if (this.legOf(row, leg) !== NONE) return;
    const at = row * ROW_WORDS;
    assert(this.#rows[at + LIST_TYPE] !== FREED, "only a list in use is released");
    this.#rows[at + LIST_TYPE] = FREED;
    this.#rows[at + LEGS] = this.#freeRow;
    this.#freeRow = row;
    this.#count--;
  }

  typeOf(row: number): number {
    return this.#rows[row * ROW_WORDS + LIST_TYPE];
  }

  stateOf(row: number): number {
    return this.#rows[row * ROW_WORDS + STATE];
  }

  setState(row: number, state: number): void {
    this.#rows[row * ROW_WORDS + STATE] = state;
  }

  /** Whether children come part by part, as the parent is filled. */
  isProRata(row: number): boolean {
    return this.#rows[row * ROW_WORDS + PRO_RATA] !== 0;
  }

  /** How much of the parent is filled, and of how much. */
  noteFilled(row: number, filledLots: number, totalLots: number): void {
    this.#reals[row * ROW_REALS + FILLED_LOTS] = filledLots;
    this.#reals[row * ROW_REALS + TOTAL_LOTS] = totalLots;
  }

  filledLotsOf(row: number): number {
    return this.#reals[row * ROW_REALS + FILLED_LOTS];
  }

  totalLotsOf(row: number): number {
    return this.#reals[row * ROW_REALS + TOTAL_LOTS];
  }

  /** The row of a leg's terms, or NONE when it has ended. */
  legOf(row: number, legIndex: number): number {
    return this.#rows[row * ROW_WORDS + LEGS + legIndex];
  }

  setLeg(row: number, legIndex: number, termsRow: number): void {
    this.#rows[row * ROW_WORDS + LEGS + legIndex] = termsRow;
  }

  /** Whether the walk met another leg of the list before this one. */
  metAnother(row: number, legIndex: number, walk: number): boolean {
    const at = row * ROW_WORDS;
    return this.#rows[at + WALK] === walk && this.#rows[at + WALK_LEG] !== legIndex;
  }

  noteMet(row: number, legIndex: number, walk: number): void {
    const at = row * ROW_WORDS;
    this.#rows[at + WALK] = walk;
    this.#rows[at + WALK_LEG] = legIndex;
  }

  save(snapshot: SnapshotWriter): void {
    for (const number of [this.#usedRows, this.#freeRow, this.#count]) snapshot.number(number);
    snapshot.array(this.#rows, this.#usedRows * ROW_WORDS);
  }

  load(snapshot: SnapshotReader): void {
    this.#usedRows = snapshot.number();
    this.#freeRow = snapshot.number();
    this.#count = snapshot.number();
    while (this.#rows.length < this.#usedRows * ROW_WORDS) this.#grow();
    snapshot.into(this.#rows);
    // Walks are counted anew in this engine.
    for (let row = 0; row < this.#usedRows; row++) this.#rows[row * ROW_WORDS + WALK] = 0;
  }

  #newRow(): number {
    if (this.#usedRows * ROW_WORDS === this.#rows.length) this.#grow();
    return this.#usedRows++;
  }

  #grow(): void {
    const rows = new Int32Array(this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
    this.#reals = new Float64Array(rows.buffer);
  }
}
