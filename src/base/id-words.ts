// hot path
// 32-bit ids with a word each: open addressing over dense rows, at most half full, removed by
// shifting back. An id whose word is 0 is not there. The last row takes the place of one that goes,
// so that the rows are a function of the calls alone.

import { assert } from "./assert.ts";
import { NONE } from "./none.ts";
import type { SnapshotReader, SnapshotWriter } from "./snapshot.ts";

const SPREAD = 0x9e37_79b1 | 0;
const ROWS_EXPECTED = 16;

export class IdWords {
  readonly idsMax: number;
  #ids = new Int32Array(ROWS_EXPECTED);
  #words = new Int32Array(ROWS_EXPECTED);
  #places = new Int32Array(ROWS_EXPECTED * 2).fill(NONE);
  #count = 0;

  constructor(idsMax: number) {
    this.idsMax = idsMax;
  }

  get count(): number {
    return this.#count;
  }

  /** Whether a word can be set: the id is there or fits. */
  hasRoom(id: number): boolean {
    return this.#count < this.idsMax || this.wordOf(id) !== 0;
  }

  /** 0 where the id is not there. */
  wordOf(id: number): number {
    const row = this.#places[this.#placeOf(id | 0)];
    return row === NONE ? 0 : this.#words[row];
  }

  /** Rows are numbered from 0 to count. */
  idAt(row: number): number {
    return this.#ids[row] >>> 0;
  }

  wordAt(row: number): number {
    return this.#words[row];
  }

  /** Sets the id's word; 0 takes the id out. Ask hasRoom first. */
  set(id: number, word: number): void {
    const place = this.#placeOf(id | 0);
    const row = this.#places[place];
    if (word === 0) {
      if (row !== NONE) this.#remove(place, row);
    } else if (row === NONE) {
      this.#add(id | 0, word);
    } else {
      this.#words[row] = word;
    }
  }

  clear(): void {
    this.#count = 0;
    this.#places.fill(NONE);
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.number(this.#count);
    snapshot.array(this.#ids, this.#count);
    snapshot.array(this.#words, this.#count);
  }

  load(snapshot: SnapshotReader): void {
    const count = snapshot.number();
    const ids = snapshot.int32s();
    const words = snapshot.int32s();
    for (let row = 0; row < count; row++) this.#add(ids[row], words[row]);
  }

  #add(id: number, word: number): void {
    assert(this.#count < this.idsMax, "an id is added only where there is room");
    if (this.#count === this.#ids.length) this.#grow();
    const row = this.#count++;
    this.#ids[row] = id;
    this.#words[row] = word;
    this.#places[this.#placeOf(id)] = row;
  }

  #remove(place: number, row: number): void {
    const last = this.#count - 1;
    const lastPlace = this.#placeOf(this.#ids[last]);
    this.#ids[row] = this.#ids[last];
    this.#words[row] = this.#words[last];
    this.#places[lastPlace] = row;
    this.#closeHole(place);
    this.#count = last;
  }

  /** Whoever stands behind a freed place and would rather stand before it moves up. */
  #closeHole(freed: number): void {
    const places = this.#places;
    const mask = places.length - 1;
    let hole = freed;
    for (let place = (hole + 1) & mask; places[place] !== NONE; place = (place + 1) & mask) {
      const home = this.#homeOf(this.#ids[places[place]]);
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      places[hole] = places[place];
      hole = place;
    }
    places[hole] = NONE;
  }

  #homeOf(id: number): number {
    const mixed = Math.imul(id, SPREAD);
    return (mixed ^ (mixed >>> 15)) & (this.#places.length - 1);
  }

  #placeOf(id: number): number {
    const mask = this.#places.length - 1;
    for (let place = this.#homeOf(id); ; place = (place + 1) & mask) {
      const row = this.#places[place];
      if (row === NONE || this.#ids[row] === id) return place;
    }
  }

  #grow(): void {
    const ids = new Int32Array(this.#ids.length * 2);
    const words = new Int32Array(ids.length);
    ids.set(this.#ids);
    words.set(this.#words);
    this.#ids = ids;
    this.#words = words;
    this.#places = new Int32Array(ids.length * 2).fill(NONE);
    for (let row = 0; row < this.#count; row++) this.#places[this.#placeOf(ids[row])] = row;
  }
}
