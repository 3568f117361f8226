// Walks the whole state and asserts what must hold between any two commands. Costs O(state): only
// tests and simulations call it.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import {
  DARK,
  isCallKind,
  isParkedKind,
  isTriggerKind,
  LADDER_ASKS,
  LADDER_CALL,
  LADDER_CALL_MARKET,
  LADDER_KIND_MASK,
  ladderOf,
  ladderOfKind,
} from "../book/ladder-kinds.ts";
import {
  hasTerms,
  isAllOrNone,
  isDark,
  isPegged,
  isSpecial,
  isTriggerType,
  mayRest,
  sideOf,
  timeInForceOf,
  worksAsMarket,
} from "../model/order-codes.ts";
import { isCall, PHASE_CLOSED, PHASE_CONTINUOUS, PHASE_MAX } from "../model/phase.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_GTD } from "../model/time-in-force.ts";
import type { EngineTables } from "./engine-tables.ts";
import { mayGather } from "./gathering.ts";
import { sliceCount } from "./iceberg-slice.ts";
import { LIST_CLOSING } from "./list-table.ts";
import { verifyGuards } from "./verify-guards.ts";
import { verifyRisk } from "./verify-risk.ts";

/**
 * Throws AssertionError at the first fact that does not hold; returns the number of orders seen.
 */
export function verify(tables: EngineTables): number {
  const slots = new Set<number>();
  for (let book = 0; book < tables.instruments.count(); book++) verifyBook(tables, book, slots);
  const { books, clOrdIds } = tables;
  assert(slots.size === books.ordersCount(), "every order in the pool rests in one queue");
  assert(slots.size <= books.usedSlots(), "orders rest in slots that were acquired");
  verifyAccounts(tables, slots);
  const { columns, expiries, terms } = tables;
  const withTerms = [...slots].filter((slot) => columns.termsRowOf(slot) !== NONE);
  assert(terms.count === withTerms.length, "terms are kept of working orders only");
  const slices = withTerms.reduce((sum, slot) => sum + terms.slicesOf(columns.termsRowOf(slot)), 0);
  assert(terms.slicesCount === slices, "slices are those of working orders");
  assert(expiries.count <= terms.count, "no ended order is waited for");
  const idsCount = slots.size + clOrdIds.closedCount();
  assert(clOrdIds.count() === idsCount, "the ids known are those of resting and of ended orders");
  verifyCalendars(tables);
  verifyRisk(tables);
  verifyGuards(tables);
  return slots.size;
}

function verifyBook(tables: EngineTables, book: number, slots: Set<number>): void {
  const { books, instruments, states } = tables;
  const instrumentId = instruments.instrumentIdOf(book);
  assert(instruments.find(instrumentId) === book, "an instrument's id leads to its book");
  verifyPhase(tables, book);
  let specialsCount = 0;
  for (let kind = 0; kind <= LADDER_KIND_MASK; kind++) {
    specialsCount += verifyLadder(tables, book, kind, slots);
  }
  const callCount = isCall(states.phaseOf(book)) ? 1 : 0;
  assert(
    specialsCount + callCount === states.specialsCountOf(book),
    "a book counts its special orders, and its call",
  );
  verifyReached(tables, book);
  for (const side of [SIDE_BUY, SIDE_SELL]) verifyWholes(tables, book, side);
  const bid = books.bestLevel(book, SIDE_BUY);
  const ask = books.bestLevel(book, SIDE_SELL);
  if (bid === NONE || ask === NONE) return;
  assert(books.levelPriceTicks(bid) < books.levelPriceTicks(ask), "a book is not crossed");
}

/** What rests all or none is tried in the order in which it stands in the dark. */
function verifyWholes({ books, wholes }: EngineTables, book: number, side: number): void {
  let awakeCount = 0;
  let whole = wholes.firstOf(book, side);
  let level = books.firstLevel(ladderOf(book, side) + DARK);
  for (; level !== NONE; level = books.nextLevel(level)) {
    for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
      if (!isAllOrNone(books.orderCodesOf(slot))) continue;
      assert(slot === whole, "all-or-none orders are in their order");
      if (wholes.isAwake(slot)) awakeCount++;
      whole = wholes.nextOf(slot);
    }
  }
  assert(whole === NONE, "all-or-none orders rest in the dark");
  assert(awakeCount === wholes.awakeCountOf(book, side), "those to be tried are counted");
}

/** Of what has traded every order that waited was told in the command that traded it. */
function verifyReached({ books, reached, states, terms }: EngineTables, book: number): void {
  assert(!states.hasRound(book), "no price is left that waiting orders were not asked by");
  let count = 0;
  for (let row = reached.firstOf(book); row !== NONE; row = terms.nextOf(row)) {
    assert(reached.has(row), "a reached order stands in that chain");
    const slot = terms.slotOf(row);
    assert(books.bookOf(slot) === book, "a reached order fires in its own book");
    assert(isTriggerKind(books.ladderKindOf(slot)), "a reached order waits until it fires");
    count++;
  }
  assert(count === reached.countOf(book), "the reached orders are counted");
}

function verifyCalendars({ calendars, instruments, states }: EngineTables): void {
  let openCount = 0;
  let count = 0;
  for (let book = 0; book < instruments.count(); book++) {
    if (!calendars.has(book)) continue;
    count++;
    if (states.phaseOf(book) !== PHASE_CLOSED) openCount++;
  }
  assert(count === calendars.count, "the markets with a calendar are counted");
  assert(openCount === calendars.openCount, "the open markets with a calendar are counted");
}

function verifyPhase({ books, phases, states }: EngineTables, book: number): void {
  assert(states.phaseOf(book) <= PHASE_MAX, "a phase is one that we know");
  assert(phases.nextPhaseOf(book) <= PHASE_MAX, "so is what follows it");
  const hasEnd = phases.endTimeMicrosOf(book) !== 0;
  assert(phases.isTimed(book) === hasEnd, "a phase with an end is waited for, no other");
  if (states.phaseOf(book) !== PHASE_CONTINUOUS) return;
  for (const kind of [LADDER_CALL, LADDER_CALL + 1, LADDER_CALL_MARKET, LADDER_CALL_MARKET + 1]) {
    const level = books.firstLevel(ladderOfKind(book, kind));
    assert(level === NONE, "nothing gathers while trading is continuous");
  }
}

/** Returns how many of the ladder's orders must be looked at when something changes. */
function verifyLadder(
  tables: EngineTables,
  book: number,
  kind: number,
  slots: Set<number>,
): number {
  const { books, instruments } = tables;
  const betterSign = (kind & 1) === 0 ? 1 : -1;
  let level = books.firstLevel(ladderOfKind(book, kind));
  let previous = NONE;
  let specialsCount = 0;
  while (level !== NONE) {
    const priceTicks = books.levelPriceTicks(level);
    const isLegal = instruments.takesPrice(book, priceTicks);
    const needsPrice = !isParkedKind(kind) && kind < LADDER_CALL_MARKET;
    assert(isLegal || !needsPrice, "a level stands on a legal price");
    if (previous !== NONE) {
      const worseBy = (books.levelPriceTicks(previous) - priceTicks) * betterSign;
      assert(worseBy > 0, "levels are sorted from best to worst");
    }
    specialsCount += verifyQueue(tables, book, kind, level, slots);
    previous = level;
    level = books.nextLevel(level);
  }
  return specialsCount;
}

function verifyQueue(
  tables: EngineTables,
  book: number,
  kind: number,
  level: number,
  slots: Set<number>,
): number {
  const { books } = tables;
  let ordersCount = 0;
  let qtyLots = 0;
  let wholeLots = 0;
  let specialsCount = 0;
  let previous = NONE;
  let slot = books.firstInQueue(level);
  while (slot !== NONE) {
    assert(!slots.has(slot), "an order stands in one place of one queue");
    slots.add(slot);
    assert(books.prevInQueue(slot) === previous, "a queue is linked both ways");
    assert(books.bookOf(slot) === book, "an order knows its book");
    assert(books.ladderKindOf(slot) === kind, "an order knows its ladder");
    assert(
      books.priceTicksOf(slot) === books.levelPriceTicks(level),
      "an order rests at its own price",
    );
    verifyOrder(tables, slot);
    if (verifyPlace(books.orderCodesOf(slot), kind)) specialsCount++;
    ordersCount++;
    qtyLots += books.shownLotsOf(slot);
    wholeLots += books.leavesQtyLotsOf(slot);
    previous = slot;
    slot = books.nextInQueue(slot);
  }
  assert(previous === books.lastInQueue(level), "a level's tail is the last order of its queue");
  assert(ordersCount > 0, "a level holds at least one order");
  assert(ordersCount === books.levelOrderCount(level), "a level counts its orders");
  // Of orders that only wait the sum says nothing to anybody.
  if (isParkedKind(kind) || isTriggerKind(kind)) return specialsCount;
  assert(qtyLots === books.levelQtyLots(level), "a level sums its orders");
  assert(wholeLots === books.levelWholeLots(level), "a level sums its orders' reserves");
  assert(Number.isSafeInteger(qtyLots), "a level's quantity is exact");
  return specialsCount;
}

/** Each order on a ladder for its kind; returns whether it is a special one. */
function verifyPlace(orderCodes: number, kind: number): boolean {
  const waits = isTriggerKind(kind) || isParkedKind(kind);
  if (isTriggerKind(kind)) {
    assert(isTriggerType(orderCodes), "only stops and if-touched orders wait for a price");
    return true;
  }
  assert(
    ((kind & 1) === 0) === (sideOf(orderCodes) === SIDE_BUY),
    "an order rests on its own side",
  );
  if (waits) return isSpecial(orderCodes); // A plain order waits for the closing call alone.
  if (isCallKind(kind)) {
    assert(mayGather(orderCodes), "only orders that may wait for an uncross do");
    const isMarket = kind >= LADDER_CALL_MARKET;
    assert(isMarket === worksAsMarket(orderCodes), "orders without a limit gather apart");
    return false;
  }
  assert(mayRest(orderCodes), "only lasting orders with a limit rest");
  assert(isDark(orderCodes) === kind > LADDER_ASKS, "hidden orders rest in the dark, no others");
  return isAllOrNone(orderCodes) || isPegged(orderCodes);
}

function verifyOrder(tables: EngineTables, slot: number): void {
  const { accounts, books, clOrdIds, columns } = tables;
  assert(books.find(books.orderIdOf(slot)) === slot, "an order is found by its id");

  const leavesQtyLots = books.leavesQtyLotsOf(slot);
  const orderQtyLots = columns.orderQtyLotsOf(slot);
  assert(Number.isSafeInteger(leavesQtyLots) && leavesQtyLots > 0, "an order rests with lots");
  assert(Number.isSafeInteger(orderQtyLots), "an order's total is exact");
  assert(leavesQtyLots <= orderQtyLots, "leaves stay within the order");
  verifyTerms(tables, slot);

  const accountRow = columns.accountRowOf(slot);
  const accountId = columns.accountIdOf(slot);
  const { words } = columns;
  const idAt = columns.idWordOf(slot);
  const hash = clOrdIds.hashOf(accountId, words, idAt);
  assert(accounts.accountIdOf(accountRow) === accountId, "an order's account has its id");
  assert(accounts.find(accountId) === accountRow, "an order's account is found by its id");
  assert(columns.idHashOf(slot) === hash, "an order's id has its hash");
  assert(
    clOrdIds.find(hash, accountId, words, idAt) === slot,
    "an order is found by account and client order id",
  );
}

function verifyTerms(tables: EngineTables, slot: number): void {
  const { books, columns, expiries, lists, terms } = tables;
  const orderCodes = books.orderCodesOf(slot);
  const termsRow = columns.termsRowOf(slot);
  assert(hasTerms(orderCodes) === (termsRow !== NONE), "an order says whether it has terms");
  if (termsRow === NONE) return;
  assert(terms.isLive(termsRow) && terms.slotOf(termsRow) === slot, "terms lead to their order");
  const isGtd = timeInForceOf(orderCodes) === TIF_GTD;
  assert(expiries.has(termsRow) === isGtd, "an order with an end is waited for, no other");
  const isIceberg = terms.displayQtyLotsOf(termsRow) > 0;
  assert(isIceberg === books.isIceberg(slot), "an order says whether it shows a part");
  const slices = sliceCount(terms.displayQtyLotsOf(termsRow), columns.orderQtyLotsOf(slot));
  assert(terms.slicesOf(termsRow) === slices, "an iceberg has the slices of its total");
  const listRow = terms.listRowOf(termsRow);
  if (listRow === NONE) return;
  assert(lists.legOf(listRow, terms.legIndexOf(termsRow)) === termsRow, "a list knows its legs");
  assert(lists.stateOf(listRow) !== LIST_CLOSING, "what a parent's end made due is released");
}

/** Every order stands in exactly its own account's list. */
function verifyAccounts(tables: EngineTables, slots: ReadonlySet<number>): void {
  const { accounts, columns } = tables;
  const listed = new Set<number>();
  for (let row = 0; row < accounts.count(); row++) {
    const listedBefore = listed.size;
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
    const count = listed.size - listedBefore;
    assert(count === accounts.ordersCountOf(row), "an account counts its working orders");
  }
  assert(listed.size === slots.size, "every resting order is in an account's list");
}
