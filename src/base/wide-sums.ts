// hot path
// Sums of many exact integers that may together pass 2^53, one a row: whole 2^52s and the rest,
// which is never negative, so that equal sums are equal numbers.

import type { SnapshotReader, SnapshotWriter } from "./snapshot.ts";

const TWO_POW_52 = 4_503_599_627_370_496;

export class WideSums {
  #highs: Float64Array;
  #lows: Float64Array;

  constructor(rows: number) {
    this.#highs = new Float64Array(rows);
    this.#lows = new Float64Array(rows);
  }

  /** Adds a safe integer of either sign. */
  add(row: number, amount: number): void {
    const sum = this.#lows[row] + amount;
    if (sum >= 0 && sum < TWO_POW_52) {
      this.#lows[row] = sum;
      return;
    }
    const high = Math.floor(amount / TWO_POW_52);
    const low = this.#lows[row] + (amount - high * TWO_POW_52);
    const carries = low >= TWO_POW_52;
    this.#lows[row] = carries ? low - TWO_POW_52 : low;
    this.#highs[row] += carries ? high + 1 : high;
  }

  /** Adds a row of other sums. */
  addRow(row: number, other: WideSums, otherRow: number): void {
    this.add(row, other.#lows[otherRow]);
    this.#highs[row] += other.#highs[otherRow];
  }

  isZero(row: number): boolean {
    return this.#highs[row] === 0 && this.#lows[row] === 0;
  }

  /** The sum; exact where it is a safe integer. */
  numberOf(row: number): number {
    return this.#highs[row] * TWO_POW_52 + this.#lows[row];
  }

  save(snapshot: SnapshotWriter, rows: number): void {
    snapshot.array(this.#highs, rows);
    snapshot.array(this.#lows, rows);
  }

  load(snapshot: SnapshotReader): void {
    snapshot.into(this.#highs);
    snapshot.into(this.#lows);
  }
}
