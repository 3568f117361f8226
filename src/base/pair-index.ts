// hot path
// Pairs of 32-bit integers -> rows numbered from 0 in order of their first mention: open addressing
// over a table of rows, at most half full. Rows stay for good. The pair that was found last is
// remembered, because one command asks for the same one many times.

import { assert } from "./assert.ts";
import { NONE } from "./none.ts";
import type { SnapshotReader, SnapshotWriter } from "./snapshot.ts";

const SPREAD = 0x9e37_79b1 | 0;
const SECOND_SPREAD = 0x85eb_ca6b | 0;
const ROWS_EXPECTED = 16;

export class PairIndex {
  readonly rowsMax: number;
  #keys = new Int32Array(ROWS_EXPECTED * 2);
  #places = new Int32Array(ROWS_EXPECTED * 2).fill(NONE);
  #count = 0;
  #lastFirst = 0;
  #lastSecond = 0;
  /** NONE: the last two say nothing. */
  #lastRow = NONE;

  constructor(rowsMax: number) {
    this.rowsMax = rowsMax;
  }

  get count(): number {
    return this.#count;
  }

  /** Whether so many further pairs fit. */
  hasRoom(rows: number): boolean {
    return this.#count + rows <= this.rowsMax;
  }

  find(first: number, second: number): number {
    const firstWord = first | 0; // Else a caller with doubles makes doubles of the fields.
    const secondWord = second | 0;
    const isLast = firstWord === this.#lastFirst && secondWord === this.#lastSecond;
    const lastRow = this.#lastRow;
    if (isLast && lastRow !== NONE) return lastRow;
    const row = this.#places[this.#placeOf(firstWord, secondWord)];
    this.#lastFirst = firstWord;
    this.#lastSecond = secondWord;
    this.#lastRow = row;
    return row;
  }

  /** Adds a pair that is not there and returns its row. Ask hasRoom first. */
  add(first: number, second: number): number {
    assert(this.#count < this.rowsMax, "a pair is added only where there is room");
    if (this.#count * 2 === this.#keys.length) this.#grow();
    const row = this.#count++;
    this.#keys[row * 2] = first;
    this.#keys[row * 2 + 1] = second;
    this.#places[this.#placeOf(first | 0, second | 0)] = row;
    return row;
  }

  firstOf(row: number): number {
    return this.#keys[row * 2];
  }

  secondOf(row: number): number {
    return this.#keys[row * 2 + 1];
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.number(this.#count);
    snapshot.array(this.#keys, this.#count * 2);
  }

  load(snapshot: SnapshotReader): void {
    const count = snapshot.number();
    const keys = snapshot.int32s();
    for (let row = 0; row < count; row++) this.add(keys[row * 2], keys[row * 2 + 1]);
  }

  #placeOf(first: number, second: number): number {
    const mask = this.#places.length - 1;
    let mixed = Math.imul(first, SPREAD) ^ Math.imul(second, SECOND_SPREAD);
    mixed = Math.imul(mixed ^ (mixed >>> 15), SPREAD);
    let place = (mixed ^ (mixed >>> 13)) & mask;
    for (;;) {
      const row = this.#places[place];
      if (row === NONE) return place;
      if (this.#keys[row * 2] === first && this.#keys[row * 2 + 1] === second) return place;
      place = (place + 1) & mask;
    }
  }

  #grow(): void {
    const keys = new Int32Array(this.#keys.length * 2);
    keys.set(this.#keys);
    this.#keys = keys;
    this.#places = new Int32Array(keys.length).fill(NONE);
    for (let row = 0; row < this.#count; row++) {
      this.#places[this.#placeOf(keys[row * 2], keys[row * 2 + 1])] = row;
    }
  }
}
