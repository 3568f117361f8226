// hot path
// What the engine knows of a resting order beyond what the book needs: whose it is and how it was
// entered. One 32-byte row a slot of the order pool; the orders of one account are linked, newest
// first, so that "all my orders" never looks at anybody else's.
//
//   word 0 accountRow (account-table.ts)  1 clOrdRow (cl-ord-ids.ts)  2 sessionId
//        3 prevOfAccount  4 nextOfAccount
//        5 termsRow (order-terms.ts), NONE for most  6-7 orderQtyLots (f64)

import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import type { AccountTable } from "./account-table.ts";

const ROW_WORDS = 8;
const ACCOUNT_ROW = 0;
const CL_ORD_ROW = 1;
const SESSION_ID = 2;
const PREV = 3;
const NEXT = 4;
const TERMS_ROW = 5;
const ROW_REALS = 4;
const ORDER_QTY = 3;

export class OrderColumns {
  readonly #accounts: AccountTable;
  #words: Int32Array;
  #reals: Float64Array;
  #capacity: number;

  constructor(accounts: AccountTable, ordersExpected: number) {
    const buffer = new ArrayBuffer(ordersExpected * ROW_WORDS * 4);
    this.#accounts = accounts;
    this.#words = new Int32Array(buffer);
    this.#reals = new Float64Array(buffer);
    this.#capacity = ordersExpected;
  }

  /** Writes the row of a slot that now rests and links it to its account. */
  link(
    slot: number,
    accountRow: number,
    clOrdRow: number,
    sessionId: number,
    orderQtyLots: number,
    termsRow: number,
  ): void {
    while (slot >= this.#capacity) this.#grow();
    const at = slot * ROW_WORDS;
    const first = this.#accounts.firstOrderOf(accountRow);
    this.#words[at + ACCOUNT_ROW] = accountRow;
    this.#words[at + CL_ORD_ROW] = clOrdRow;
    this.#words[at + SESSION_ID] = sessionId;
    this.#words[at + PREV] = NONE;
    this.#words[at + NEXT] = first;
    this.#words[at + TERMS_ROW] = termsRow;
    this.#reals[slot * ROW_REALS + ORDER_QTY] = orderQtyLots;
    if (first !== NONE) this.#words[first * ROW_WORDS + PREV] = slot;
    this.#accounts.setFirstOrder(accountRow, slot);
  }

  /** Takes the slot out of its account's list; the row's other fields stay readable. */
  unlink(slot: number): void {
    const at = slot * ROW_WORDS;
    const prev = this.#words[at + PREV];
    const next = this.#words[at + NEXT];
    if (prev === NONE) this.#accounts.setFirstOrder(this.#words[at + ACCOUNT_ROW], next);
    else this.#words[prev * ROW_WORDS + NEXT] = next;
    if (next !== NONE) this.#words[next * ROW_WORDS + PREV] = prev;
  }

  accountRowOf(slot: number): number {
    return this.#words[slot * ROW_WORDS + ACCOUNT_ROW];
  }

  clOrdRowOf(slot: number): number {
    return this.#words[slot * ROW_WORDS + CL_ORD_ROW];
  }

  setClOrdRow(slot: number, clOrdRow: number): void {
    this.#words[slot * ROW_WORDS + CL_ORD_ROW] = clOrdRow;
  }

  /** The row of the order's terms, or NONE. */
  termsRowOf(slot: number): number {
    return this.#words[slot * ROW_WORDS + TERMS_ROW];
  }

  sessionIdOf(slot: number): number {
    return this.#words[slot * ROW_WORDS + SESSION_ID];
  }

  orderQtyLotsOf(slot: number): number {
    return this.#reals[slot * ROW_REALS + ORDER_QTY];
  }

  setOrderQtyLots(slot: number, orderQtyLots: number): void {
    this.#reals[slot * ROW_REALS + ORDER_QTY] = orderQtyLots;
  }

  /** The next older resting order of the same account, or NONE. */
  nextOfAccount(slot: number): number {
    return this.#words[slot * ROW_WORDS + NEXT];
  }

  /** The next newer one, or NONE. */
  prevOfAccount(slot: number): number {
    return this.#words[slot * ROW_WORDS + PREV];
  }

  save(snapshot: SnapshotWriter, usedSlots: number): void {
    snapshot.array(this.#words, Math.min(usedSlots, this.#capacity) * ROW_WORDS);
  }

  load(snapshot: SnapshotReader, usedSlots: number): void {
    while (this.#capacity < usedSlots) this.#grow();
    snapshot.into(this.#words);
  }

  #grow(): void {
    this.#capacity *= 2;
    const buffer = new ArrayBuffer(this.#capacity * ROW_WORDS * 4);
    const words = new Int32Array(buffer);
    words.set(this.#words);
    this.#words = words;
    this.#reals = new Float64Array(buffer);
  }
}
