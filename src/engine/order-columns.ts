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

export type OrderColumns = ReturnType<typeof createOrderColumns>;

/** A row for each of `ordersMax` slots; memory is touched only when used. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createOrderColumns(accounts: AccountTable, ordersMax: number) {
  const buffer = new ArrayBuffer(ordersMax * ROW_WORDS * 4);
  const words = new Int32Array(buffer);
  const reals = new Float64Array(buffer);

  /** Writes the row of a slot that now rests and links it to its account. */
  function link(
    slot: number,
    accountRow: number,
    clOrdRow: number,
    sessionId: number,
    orderQtyLots: number,
    termsRow: number,
  ): void {
    const at = slot * ROW_WORDS;
    const first = accounts.firstOrderOf(accountRow);
    words[at + ACCOUNT_ROW] = accountRow;
    words[at + CL_ORD_ROW] = clOrdRow;
    words[at + SESSION_ID] = sessionId;
    words[at + PREV] = NONE;
    words[at + NEXT] = first;
    words[at + TERMS_ROW] = termsRow;
    reals[slot * ROW_REALS + ORDER_QTY] = orderQtyLots;
    if (first !== NONE) words[first * ROW_WORDS + PREV] = slot;
    accounts.setFirstOrder(accountRow, slot);
  }

  /** Takes the slot out of its account's list; the row's other fields stay readable. */
  function unlink(slot: number): void {
    const at = slot * ROW_WORDS;
    const prev = words[at + PREV];
    const next = words[at + NEXT];
    if (prev === NONE) accounts.setFirstOrder(words[at + ACCOUNT_ROW], next);
    else words[prev * ROW_WORDS + NEXT] = next;
    if (next !== NONE) words[next * ROW_WORDS + PREV] = prev;
  }

  function accountRowOf(slot: number): number {
    return words[slot * ROW_WORDS + ACCOUNT_ROW];
  }

  function clOrdRowOf(slot: number): number {
    return words[slot * ROW_WORDS + CL_ORD_ROW];
  }

  function setClOrdRow(slot: number, clOrdRow: number): void {
    words[slot * ROW_WORDS + CL_ORD_ROW] = clOrdRow;
  }

  /** The row of the order's terms, or NONE. */
  function termsRowOf(slot: number): number {
    return words[slot * ROW_WORDS + TERMS_ROW];
  }

  function sessionIdOf(slot: number): number {
    return words[slot * ROW_WORDS + SESSION_ID];
  }

  function orderQtyLotsOf(slot: number): number {
    return reals[slot * ROW_REALS + ORDER_QTY];
  }

  function setOrderQtyLots(slot: number, orderQtyLots: number): void {
    reals[slot * ROW_REALS + ORDER_QTY] = orderQtyLots;
  }

  /** The next older resting order of the same account, or NONE. */
  function nextOfAccount(slot: number): number {
    return words[slot * ROW_WORDS + NEXT];
  }

  /** The next newer one, or NONE. */
  function prevOfAccount(slot: number): number {
    return words[slot * ROW_WORDS + PREV];
  }

  function save(snapshot: SnapshotWriter, usedSlots: number): void {
    snapshot.array(words, usedSlots * ROW_WORDS);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(words);
  }

  return {
    link,
    unlink,
    accountRowOf,
    clOrdRowOf,
    setClOrdRow,
    termsRowOf,
    sessionIdOf,
    orderQtyLotsOf,
    setOrderQtyLots,
    nextOfAccount,
    prevOfAccount,
    save,
    load,
  };
}
