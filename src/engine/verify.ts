// Walks the whole state and asserts what must hold between any two commands. Costs O(state): only
// tests and simulations call it.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { ORD_TYPE_LIMIT } from "../model/ord-type.ts";
import { ordTypeOf, sideOf, timeInForceOf } from "../model/order-codes.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_GTC } from "../model/time-in-force.ts";
import type { EngineTables } from "./execution-reports.ts";

/**
 * Throws AssertionError at the first fact that does not hold; returns the number of orders seen.
 */
export function verify(tables: EngineTables): number {
  const slots = new Set<number>();
  for (let book = 0; book < tables.instruments.count; book++) verifyBook(tables, book, slots);
  const { books, clOrdIds } = tables;
  assert(slots.size === books.ordersCount(), "every order in the pool rests in one queue");
  assert(slots.size <= books.usedSlots(), "orders rest in slots that were acquired");
  verifyAccounts(tables, slots);
  const idsCount = slots.size + clOrdIds.closedCount();
  assert(clOrdIds.count() === idsCount, "the ids known are those of resting and of ended orders");
  const rowsCount = clOrdIds.count() + clOrdIds.countFreeRows();
  assert(rowsCount === clOrdIds.usedRows(), "a row holds a known id or is free");
  return slots.size;
}

function verifyBook(tables: EngineTables, book: number, slots: Set<number>): void {
  const { books, instruments } = tables;
  const instrumentId = instruments.instrumentIdOf(book);
  assert(instruments.find(instrumentId) === book, "an instrument's id leads to its book");
  verifyLadder(tables, book, SIDE_BUY, slots);
  verifyLadder(tables, book, SIDE_SELL, slots);
  const bid = books.bestLevel(book, SIDE_BUY);
  const ask = books.bestLevel(book, SIDE_SELL);
  assert(books.hasOpposite(book, SIDE_SELL) === (bid !== NONE), "sellers meet bids or none");
  assert(books.hasOpposite(book, SIDE_BUY) === (ask !== NONE), "buyers meet asks or none");
  if (bid === NONE || ask === NONE) return;
  assert(books.levelPriceTicks(bid) < books.levelPriceTicks(ask), "a book is not crossed");
}

function verifyLadder(tables: EngineTables, book: number, side: number, slots: Set<number>): void {
  const { books, instruments } = tables;
  const betterSign = side === SIDE_BUY ? 1 : -1;
  let level = books.bestLevel(book, side);
  let previous = NONE;
  while (level !== NONE) {
    const priceTicks = books.levelPriceTicks(level);
    assert(instruments.takesPrice(book, priceTicks), "a level stands on a legal price");
    if (previous !== NONE) {
      const worseBy = (books.levelPriceTicks(previous) - priceTicks) * betterSign;
      assert(worseBy > 0, "levels are sorted from best to worst");
    }
    verifyQueue(tables, book, side, level, slots);
    previous = level;
    level = books.nextLevel(level);
  }
}

function verifyQueue(
  tables: EngineTables,
  book: number,
  side: number,
  level: number,
  slots: Set<number>,
): void {
  const { books } = tables;
  let ordersCount = 0;
  let qtyLots = 0;
  let previous = NONE;
  let slot = books.firstInQueue(level);
  while (slot !== NONE) {
    assert(!slots.has(slot), "an order stands in one place of one queue");
    slots.add(slot);
    assert(books.prevInQueue(slot) === previous, "a queue is linked both ways");
    assert(books.bookOf(slot) === book, "an order knows its book");
    assert(sideOf(books.orderCodesOf(slot)) === side, "an order rests on its own side");
    assert(
      books.priceTicksOf(slot) === books.levelPriceTicks(level),
      "an order rests at its own price",
    );
    verifyOrder(tables, slot);
    ordersCount++;
    qtyLots += books.leavesQtyLotsOf(slot);
    previous = slot;
    slot = books.nextInQueue(slot);
  }
  assert(previous === books.lastInQueue(level), "a level's tail is the last order of its queue");
  assert(ordersCount > 0, "a level holds at least one order");
  assert(ordersCount === books.levelOrderCount(level), "a level counts its orders");
  assert(qtyLots === books.levelQtyLots(level), "a level sums its orders");
  assert(Number.isSafeInteger(qtyLots), "a level's quantity is exact");
}

function verifyOrder(tables: EngineTables, slot: number): void {
  const { accounts, books, clOrdIds, columns } = tables;
  const orderCodes = books.orderCodesOf(slot);
  assert(ordTypeOf(orderCodes) === ORD_TYPE_LIMIT, "only limit orders rest");
  assert(timeInForceOf(orderCodes) === TIF_GTC, "only lasting orders rest");
  assert(books.find(books.orderIdOf(slot)) === slot, "an order is found by its id");

  const leavesQtyLots = books.leavesQtyLotsOf(slot);
  const orderQtyLots = columns.orderQtyLotsOf(slot);
  assert(Number.isSafeInteger(leavesQtyLots) && leavesQtyLots > 0, "an order rests with lots");
  assert(Number.isSafeInteger(orderQtyLots), "an order's total is exact");
  assert(leavesQtyLots <= orderQtyLots, "leaves stay within the order");

  const accountRow = columns.accountRowOf(slot);
  const clOrdRow = columns.clOrdRowOf(slot);
  const accountId = accounts.accountIdOf(accountRow);
  assert(accounts.find(accountId) === accountRow, "an order's account is found by its id");
  assert(clOrdIds.accountRowOf(clOrdRow) === accountRow, "an id belongs to the order's account");
  assert(clOrdIds.slotOf(clOrdRow) === slot, "a client order id leads to its order");
  assert(
    clOrdIds.find(accountRow, clOrdIds.rows, clOrdIds.idWordOf(clOrdRow)) === clOrdRow,
    "an order is found by account and client order id",
  );
}

/** Every order stands in exactly its own account's list. */
function verifyAccounts(tables: EngineTables, slots: ReadonlySet<number>): void {
  const { accounts, columns } = tables;
  const listed = new Set<number>();
  for (let row = 0; row < accounts.count; row++) {
    let previous = NONE;
    let slot = accounts.firstOrderOf(row);
    while (slot !== NONE) {
      assert(slots.has(slot), "an account lists resting orders only");
      assert(!listed.has(slot), "an order stands in one account's list once");
      listed.add(slot);
      assert(columns.accountRowOf(slot) === row, "an account lists its own orders");
      assert(columns.prevOfAccount(slot) === previous, "an account's list is linked both ways");
      previous = slot;
      slot = columns.nextOfAccount(slot);
    }
  }
  assert(listed.size === slots.size, "every resting order is in an account's list");
}
