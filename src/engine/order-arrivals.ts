// hot path
// How old orders are at their price while trading is not continuous: then some gather and others
// come into sight, and both trade by time in one call. Whoever takes a place then gets a number; a
// slot without one, or with that of an order from before, is older than all that gather now.

import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";

export class OrderArrivals {
  /** By slot; untouched, and so without memory, where no market ever stops. */
  readonly #arrivals: Float64Array;
  #isUsed = false;

  constructor(ordersMax: number) {
    this.#arrivals = new Float64Array(ordersMax);
  }

  /** The order took its place after all that have a lower number. */
  note(slot: number, arrival: number): void {
    this.#arrivals[slot] = arrival;
    this.#isUsed = true;
  }

  /** Whether the first of two orders, of which at least one gathers, took its place earlier. */
  isBefore(slot: number, other: number): boolean {
    return this.#arrivals[slot] < this.#arrivals[other];
  }

  save(snapshot: SnapshotWriter, usedSlots: number): void {
    snapshot.number(Number(this.#isUsed));
    snapshot.array(this.#arrivals, this.#isUsed ? usedSlots : 0);
  }

  load(snapshot: SnapshotReader): void {
    this.#isUsed = snapshot.number() === 1;
    snapshot.into(this.#arrivals);
  }
}
