// Times at which something is due, the earliest first; at one time by the tie number, the smaller
// first. Each thing has a number of its own (a row of its table) and at most one time. A binary
// heap over typed arrays that grow by doubling; setting and removing cost O(log timers).

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";

/** No timer runs. */
export const NEVER_MICROS = Number.MAX_SAFE_INTEGER;

export class TimerHeap {
  #refs: Int32Array;
  #timesMicros: Float64Array;
  #ties: Float64Array;
  /** Place in the heap by thing; NONE where it has no timer. */
  #places: Int32Array;
  #count = 0;

  constructor(expected: number) {
    this.#refs = new Int32Array(expected);
    this.#timesMicros = new Float64Array(expected);
    this.#ties = new Float64Array(expected);
    this.#places = new Int32Array(expected).fill(NONE);
  }

  get count(): number {
    return this.#count;
  }

  /** When the earliest timer is due; NEVER_MICROS when there is none. */
  get nextMicros(): number {
    return this.#count === 0 ? NEVER_MICROS : this.#timesMicros[0];
  }

  /** The thing whose timer is the earliest. */
  get nextRef(): number {
    assert(this.#count > 0, "somebody waits");
    return this.#refs[0];
  }

  has(ref: number): boolean {
    return ref < this.#places.length && this.#places[ref] !== NONE;
  }

  /** When the timer of `ref`, which has one, is due. */
  timeMicrosOf(ref: number): number {
    return this.#timesMicros[this.#places[ref]];
  }

  /** Sets or moves the timer of `ref`. */
  set(ref: number, timeMicros: number, tie: number): void {
    this.remove(ref);
    while (ref >= this.#places.length) this.#growPlaces();
    if (this.#count === this.#refs.length) this.#growHeap();
    const place = this.#count++;
    this.#put(place, ref, timeMicros, tie);
    this.#rise(place);
  }

  /** Does nothing where `ref` has no timer. */
  remove(ref: number): void {
    if (!this.has(ref)) return;
    const place = this.#places[ref];
    const last = --this.#count;
    this.#places[ref] = NONE;
    if (place === last) return;
    this.#put(place, this.#refs[last], this.#timesMicros[last], this.#ties[last]);
    this.#rise(place);
    this.#sink(place);
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.number(this.#count);
    snapshot.array(this.#refs, this.#count);
    snapshot.array(this.#timesMicros, this.#count);
    snapshot.array(this.#ties, this.#count);
  }

  load(snapshot: SnapshotReader): void {
    this.#count = snapshot.number();
    while (this.#count > this.#refs.length) this.#growHeap();
    snapshot.into(this.#refs);
    snapshot.into(this.#timesMicros);
    snapshot.into(this.#ties);
    for (let place = 0; place < this.#count; place++) {
      const ref = this.#refs[place];
      while (ref >= this.#places.length) this.#growPlaces();
      this.#places[ref] = place;
    }
  }

  #put(place: number, ref: number, timeMicros: number, tie: number): void {
    this.#refs[place] = ref;
    this.#timesMicros[place] = timeMicros;
    this.#ties[place] = tie;
    this.#places[ref] = place;
  }

  #isBefore(place: number, other: number): boolean {
    const difference = this.#timesMicros[place] - this.#timesMicros[other];
    return difference === 0 ? this.#ties[place] < this.#ties[other] : difference < 0;
  }

  #swap(place: number, other: number): void {
    const ref = this.#refs[place];
    const timeMicros = this.#timesMicros[place];
    const tie = this.#ties[place];
    this.#put(place, this.#refs[other], this.#timesMicros[other], this.#ties[other]);
    this.#put(other, ref, timeMicros, tie);
  }

  #rise(from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(place, parent)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #sink(from: number): void {
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      const right = left + 1;
      if (left >= this.#count) return;
      const child = right < this.#count && this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(child, place)) return;
      this.#swap(place, child);
      place = child;
    }
  }

  #growPlaces(): void {
    const places = new Int32Array(this.#places.length * 2).fill(NONE);
    places.set(this.#places);
    this.#places = places;
  }

  #growHeap(): void {
    const refs = new Int32Array(this.#refs.length * 2);
    const timesMicros = new Float64Array(refs.length);
    const ties = new Float64Array(refs.length);
    refs.set(this.#refs);
    timesMicros.set(this.#timesMicros);
    ties.set(this.#ties);
    this.#refs = refs;
    this.#timesMicros = timesMicros;
    this.#ties = ties;
  }
}
