// What was told last of each book's call: one row a book, zeros while nothing would trade.

import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";

const ROW_REALS = 4;
const PRICE = 0;
const PAIRED = 1;
const IMBALANCE = 2;
/** Prices that were looked at to know it, not counting those since forgiven. */
const LOOKS = 3;

export class CallTable {
  readonly #rows: Float64Array;

  constructor(booksMax: number) {
    this.#rows = new Float64Array(booksMax * ROW_REALS);
  }

  /** Whether exactly this was told. */
  isTold(book: number, priceTicks: number, pairedLots: number, imbalanceLots: number): boolean {
    const at = book * ROW_REALS;
    return (
      this.#rows[at + PRICE] === priceTicks &&
      this.#rows[at + PAIRED] === pairedLots &&
      this.#rows[at + IMBALANCE] === imbalanceLots
    );
  }

  tell(book: number, priceTicks: number, pairedLots: number, imbalanceLots: number): void {
    const at = book * ROW_REALS;
    this.#rows[at + PRICE] = priceTicks;
    this.#rows[at + PAIRED] = pairedLots;
    this.#rows[at + IMBALANCE] = imbalanceLots;
  }

  looksOf(book: number): number {
    return this.#rows[book * ROW_REALS + LOOKS];
  }

  setLooks(book: number, count: number): void {
    this.#rows[book * ROW_REALS + LOOKS] = count;
  }

  /** The call is over. */
  forget(book: number): void {
    this.#rows.fill(0, book * ROW_REALS, (book + 1) * ROW_REALS);
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.array(this.#rows);
  }

  load(snapshot: SnapshotReader): void {
    snapshot.into(this.#rows);
  }
}
