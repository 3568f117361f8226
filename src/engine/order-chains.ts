// hot path
// A chain of working orders for each book, in the order in which they joined it: all of one kind
// that must be looked at one by one (pegged ones, trailing ones, those that a price has reached).
// Linked through the rows of their terms, so an order stands in one chain at most. Where others
// ask isFull() it is bounded, because looking at a chain costs its length.

import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import type { OrderTerms } from "./order-terms.ts";

/** Orders of one kind an instrument: looking at all of them takes some tens of microseconds. */
export const CHAIN_ORDERS_MAX = 1024;

const ROW_WORDS = 3;
const FIRST = 0;
const LAST = 1;
const COUNT = 2;

export class OrderChains {
  readonly #terms: OrderTerms;
  readonly #chain: number;
  readonly #rows: Int32Array;

  /** `chain`: its number, from 1, by which a row knows where it stands. */
  constructor(terms: OrderTerms, booksMax: number, chain: number) {
    this.#terms = terms;
    this.#chain = chain;
    this.#rows = new Int32Array(booksMax * ROW_WORDS);
    for (let book = 0; book < booksMax; book++) {
      this.#rows.fill(NONE, book * ROW_WORDS, book * ROW_WORDS + COUNT);
    }
  }

  isFull(book: number): boolean {
    return this.countOf(book) === CHAIN_ORDERS_MAX;
  }

  countOf(book: number): number {
    return this.#rows[book * ROW_WORDS + COUNT];
  }

  /** The terms of the order that joined first, or NONE; OrderTerms.nextOf goes on. */
  firstOf(book: number): number {
    return this.#rows[book * ROW_WORDS + FIRST];
  }

  has(row: number): boolean {
    return this.#terms.chainOf(row) === this.#chain;
  }

  add(book: number, row: number): void {
    const at = book * ROW_WORDS;
    this.#terms.setChain(row, this.#chain);
    const last = this.#rows[at + LAST];
    this.#terms.setPrev(row, last);
    this.#terms.setNext(row, NONE);
    if (last === NONE) this.#rows[at + FIRST] = row;
    else this.#terms.setNext(last, row);
    this.#rows[at + LAST] = row;
    this.#rows[at + COUNT]++;
  }

  /** Takes the order out; nothing happens where it stands in no chain, or in another one. */
  removeIfIn(book: number, row: number): void {
    if (!this.has(row)) return;
    const at = book * ROW_WORDS;
    this.#terms.setChain(row, 0);
    const prev = this.#terms.prevOf(row);
    const next = this.#terms.nextOf(row);
    if (prev === NONE) this.#rows[at + FIRST] = next;
    else this.#terms.setNext(prev, next);
    if (next === NONE) this.#rows[at + LAST] = prev;
    else this.#terms.setPrev(next, prev);
    this.#rows[at + COUNT]--;
  }

  /** The order is the last of its chain, where it stands in this one. */
  toTailIfIn(book: number, row: number): void {
    if (!this.has(row)) return;
    this.removeIfIn(book, row);
    this.add(book, row);
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.array(this.#rows);
  }

  load(snapshot: SnapshotReader): void {
    snapshot.into(this.#rows);
  }
}
