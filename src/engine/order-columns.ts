// hot path
// What the engine knows of a working order beyond what the book needs: whose it is and how it was
// entered. One 48-byte row a slot of the order pool.
//
//   word 0 accountRow (account-table.ts)  1 instrumentId  2 sessionId
//        3 termsRow (order-terms.ts), NONE for most
//        4-7 clOrdId  8 its hash (cl-ord-ids.ts)
//        9 positionRow (position-table.ts), NONE of an account nobody configured
//        10-11 orderQtyLots (f64)
//
// The orders of one account are linked, newest first, so that "all my orders" never looks at
// anybody else's. An order's neighbors are rows that nothing else of the command needs, so the
// links stand apart, eight to a cache line: word 0 prevOfAccount, 1 nextOfAccount.

import { NONE } from "../base/none.ts";
import { createRows } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import type { AccountTable } from "./account-table.ts";
import type { IncomingOrder } from "./incoming-order.ts";

const ROW_WORDS = 12;
const ACCOUNT_ROW = 0;
const INSTRUMENT_ID = 1;
const SESSION_ID = 2;
const TERMS_ROW = 3;
const CL_ORD_ID = 4;
const ID_HASH = 8;
const POSITION_ROW = 9;
const ROW_REALS = 6;
const ORDER_QTY = 5;

const LINK_WORDS = 2;
const PREV = 0;
const NEXT = 1;

export type OrderColumns = ReturnType<typeof createOrderColumns>;

/** A row for each of `ordersMax` slots; memory is touched only when used. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createOrderColumns(accounts: AccountTable, ordersMax: number) {
  const { words, reals } = createRows(ordersMax * ROW_WORDS * 4);
  const links = new Int32Array(ordersMax * LINK_WORDS);

  /** Writes the row of a slot where the order now works and links it to its account. */
  function link(slot: number, incoming: IncomingOrder): void {
    const at = slot * ROW_WORDS;
    const { accountRow, idWords } = incoming;
    const first = accounts.firstOrderOf(accountRow);
    words[at + ACCOUNT_ROW] = accountRow;
    words[at + INSTRUMENT_ID] = incoming.instrumentId;
    words[at + SESSION_ID] = incoming.sessionId;
    setClOrdId(slot, idWords, 0, incoming.idHash);
    words[at + TERMS_ROW] = incoming.termsRow;
    words[at + POSITION_ROW] = incoming.positionRow;
    reals[slot * ROW_REALS + ORDER_QTY] = incoming.orderQtyLots;
    links[slot * LINK_WORDS + PREV] = NONE;
    links[slot * LINK_WORDS + NEXT] = first;
    if (first !== NONE) links[first * LINK_WORDS + PREV] = slot;
    accounts.setFirstOrder(accountRow, slot);
    accounts.addOrders(accountRow, 1);
  }

  /** Takes the slot out of its account's list; the row's other fields stay readable. */
  function unlink(slot: number): void {
    const prev = prevOfAccount(slot);
    const next = nextOfAccount(slot);
    accounts.addOrders(accountRowOf(slot), -1);
    if (prev === NONE) accounts.setFirstOrder(accountRowOf(slot), next);
    else links[prev * LINK_WORDS + NEXT] = next;
    if (next !== NONE) links[next * LINK_WORDS + PREV] = prev;
  }

  function accountRowOf(slot: number): number {
    return words[slot * ROW_WORDS + ACCOUNT_ROW];
  }

  function accountIdOf(slot: number): number {
    return accounts.accountIdOf(accountRowOf(slot));
  }

  function instrumentIdOf(slot: number): number {
    return words[slot * ROW_WORDS + INSTRUMENT_ID] >>> 0;
  }

  function sessionIdOf(slot: number): number {
    return words[slot * ROW_WORDS + SESSION_ID];
  }

  /** The first of the four words of the order's client order id in `words`. */
  function idWordOf(slot: number): number {
    return slot * ROW_WORDS + CL_ORD_ID;
  }

  function idHashOf(slot: number): number {
    return words[slot * ROW_WORDS + ID_HASH];
  }

  /** Names the order as the four words from `from[fromAt]` say. */
  function setClOrdId(slot: number, from: Int32Array, fromAt: number, idHash: number): void {
    const at = slot * ROW_WORDS;
    words[at + CL_ORD_ID] = from[fromAt];
    words[at + CL_ORD_ID + 1] = from[fromAt + 1];
    words[at + CL_ORD_ID + 2] = from[fromAt + 2];
    words[at + CL_ORD_ID + 3] = from[fromAt + 3];
    words[at + ID_HASH] = idHash;
  }

  /** The row of the order's terms, or NONE. */
  function termsRowOf(slot: number): number {
    return words[slot * ROW_WORDS + TERMS_ROW];
  }

  /** The row of the position that the order is held against, or NONE. */
  function positionRowOf(slot: number): number {
    return words[slot * ROW_WORDS + POSITION_ROW];
  }

  function setPositionRow(slot: number, positionRow: number): void {
    words[slot * ROW_WORDS + POSITION_ROW] = positionRow;
  }

  function orderQtyLotsOf(slot: number): number {
    return reals[slot * ROW_REALS + ORDER_QTY];
  }

  function setOrderQtyLots(slot: number, orderQtyLots: number): void {
    reals[slot * ROW_REALS + ORDER_QTY] = orderQtyLots;
  }

  /** The next older working order of the same account, or NONE. */
  function nextOfAccount(slot: number): number {
    return links[slot * LINK_WORDS + NEXT];
  }

  /** The next newer one, or NONE. */
  function prevOfAccount(slot: number): number {
    return links[slot * LINK_WORDS + PREV];
  }

  function save(snapshot: SnapshotWriter, usedSlots: number): void {
    snapshot.array(words, usedSlots * ROW_WORDS);
    snapshot.array(links, usedSlots * LINK_WORDS);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(words);
    snapshot.into(links);
  }

  return {
    /** Four words of each client order id from idWordOf(). */
    words,
    link,
    unlink,
    accountRowOf,
    accountIdOf,
    instrumentIdOf,
    sessionIdOf,
    idWordOf,
    idHashOf,
    setClOrdId,
    termsRowOf,
    positionRowOf,
    setPositionRow,
    orderQtyLotsOf,
    setOrderQtyLots,
    nextOfAccount,
    prevOfAccount,
    save,
    load,
  };
}
