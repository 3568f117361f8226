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
import {
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_SESSION_ID_WORD,
  NEW_CL_ORD_ID_WORD,
} from "../codec/command.ts";
import type { AccountTable } from "./account-table.ts";
import type { CommandFrame } from "./command-frame.ts";
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
export function createOrderColumns(
  accounts: AccountTable,
  { words: command }: CommandFrame,
  ordersMax: number,
) {
  const rows = createRows(ordersMax, ROW_WORDS * 4);
  const { mask, words } = rows;
  const accountRows = rows.wordColumn(ACCOUNT_ROW);
  const instrumentIds = rows.wordColumn(INSTRUMENT_ID);
  const sessionIds = rows.wordColumn(SESSION_ID);
  const termsRows = rows.wordColumn(TERMS_ROW);
  const idHashes = rows.wordColumn(ID_HASH);
  const positionRows = rows.wordColumn(POSITION_ROW);
  const firstIdWords = rows.wordColumn(CL_ORD_ID);
  const secondIdWords = rows.wordColumn(CL_ORD_ID + 1);
  const thirdIdWords = rows.wordColumn(CL_ORD_ID + 2);
  const fourthIdWords = rows.wordColumn(CL_ORD_ID + 3);
  const orderLots = rows.realColumn(ORDER_QTY);
  const links = new Int32Array((mask + 1) * LINK_WORDS);

  /** Writes the row of a slot where the order now works and links it to its account. */
  function link(slot: number, incoming: IncomingOrder): void {
    const { accountRow, idHash, idWords, instrumentId, orderQtyLots, positionRow } = incoming;
    const { sessionId, termsRow } = incoming;
    setClOrdId(slot, idWords, 0, idHash);
    termsRows[(slot & mask) * ROW_WORDS] = termsRow;
    enlist(slot, accountRow, instrumentId, sessionId, positionRow, orderQtyLots);
  }

  /** The same of an order without terms that is all as the command at work says. */
  function linkCommand(
    slot: number,
    idHash: number,
    accountRow: number,
    positionRow: number,
    orderQtyLots: number,
  ): void {
    const instrumentId = command[COMMAND_INSTRUMENT_ID_WORD];
    const sessionId = command[COMMAND_SESSION_ID_WORD];
    setClOrdId(slot, command, NEW_CL_ORD_ID_WORD, idHash);
    termsRows[(slot & mask) * ROW_WORDS] = NONE;
    enlist(slot, accountRow, instrumentId, sessionId, positionRow, orderQtyLots);
  }

  function enlist(
    slot: number,
    accountRow: number,
    instrumentId: number,
    sessionId: number,
    positionRow: number,
    orderQtyLots: number,
  ): void {
    const at = (slot & mask) * ROW_WORDS;
    const first = accounts.firstOrderOf(accountRow);
    accountRows[at] = accountRow;
    instrumentIds[at] = instrumentId;
    sessionIds[at] = sessionId;
    positionRows[at] = positionRow;
    orderLots[(slot & mask) * ROW_REALS] = orderQtyLots;
    links[(slot & mask) * LINK_WORDS + PREV] = NONE;
    links[(slot & mask) * LINK_WORDS + NEXT] = first;
    if (first !== NONE) links[(first & mask) * LINK_WORDS + PREV] = slot;
    accounts.setFirstOrder(accountRow, slot);
    accounts.addOrders(accountRow, 1);
  }

  /** Takes the slot out of its account's list; the row's other fields stay readable. */
  function unlink(slot: number): void {
    const prev = prevOfAccount(slot);
    const next = nextOfAccount(slot);
    accounts.addOrders(accountRowOf(slot), -1);
    if (prev === NONE) accounts.setFirstOrder(accountRowOf(slot), next);
    else links[(prev & mask) * LINK_WORDS + NEXT] = next;
    if (next !== NONE) links[(next & mask) * LINK_WORDS + PREV] = prev;
  }

  function accountRowOf(slot: number): number {
    return accountRows[(slot & mask) * ROW_WORDS];
  }

  function accountIdOf(slot: number): number {
    return accounts.accountIdOf(accountRowOf(slot));
  }

  function instrumentIdOf(slot: number): number {
    return instrumentIds[(slot & mask) * ROW_WORDS] >>> 0;
  }

  function sessionIdOf(slot: number): number {
    return sessionIds[(slot & mask) * ROW_WORDS];
  }

  /** The first of the four words of the order's client order id in `words`. */
  function idWordOf(slot: number): number {
    return (slot & mask) * ROW_WORDS + CL_ORD_ID;
  }

  function idHashOf(slot: number): number {
    return idHashes[(slot & mask) * ROW_WORDS];
  }

  /** Names the order as the four words from `from[fromAt]` say. */
  function setClOrdId(slot: number, from: Int32Array, fromAt: number, idHash: number): void {
    const at = (slot & mask) * ROW_WORDS;
    firstIdWords[at] = from[fromAt];
    secondIdWords[at] = from[fromAt + 1];
    thirdIdWords[at] = from[fromAt + 2];
    fourthIdWords[at] = from[fromAt + 3];
    idHashes[at] = idHash;
  }

  /** The four words of its name, from `to[toAt]`. */
  function copyClOrdId(slot: number, to: Int32Array, toAt: number): void {
    const at = (slot & mask) * ROW_WORDS;
    to[toAt] = firstIdWords[at];
    to[toAt + 1] = secondIdWords[at];
    to[toAt + 2] = thirdIdWords[at];
    to[toAt + 3] = fourthIdWords[at];
  }

  /** The row of the order's terms, or NONE. */
  function termsRowOf(slot: number): number {
    return termsRows[(slot & mask) * ROW_WORDS];
  }

  /** The row of the position that the order is held against, or NONE. */
  function positionRowOf(slot: number): number {
    return positionRows[(slot & mask) * ROW_WORDS];
  }

  function setPositionRow(slot: number, positionRow: number): void {
    positionRows[(slot & mask) * ROW_WORDS] = positionRow;
  }

  function orderQtyLotsOf(slot: number): number {
    return orderLots[(slot & mask) * ROW_REALS];
  }

  function setOrderQtyLots(slot: number, orderQtyLots: number): void {
    orderLots[(slot & mask) * ROW_REALS] = orderQtyLots;
  }

  /** The next older working order of the same account, or NONE. */
  function nextOfAccount(slot: number): number {
    return links[(slot & mask) * LINK_WORDS + NEXT];
  }

  /** The next newer one, or NONE. */
  function prevOfAccount(slot: number): number {
    return links[(slot & mask) * LINK_WORDS + PREV];
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
    linkCommand,
    unlink,
    accountRowOf,
    accountIdOf,
    instrumentIdOf,
    sessionIdOf,
    idWordOf,
    idHashOf,
    setClOrdId,
    copyClOrdId,
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
