// hot path
// All-or-none orders that rest, of each side of each book in the order in which they are tried: the
// best price first, then the oldest. One that was tried in vain sleeps until what it lacked may
// have come: whatever comes to the other side, or goes from there, is told here.
//
// What is known of those that sleep is not saved: it says only when another try is worth it.

import { NONE } from "../base/none.ts";
import { createRegisters } from "../base/registers.ts";
import type { Books } from "../book/books.ts";
import { DARK, LADDER_ASKS, ladderOf } from "../book/ladder-kinds.ts";
import { isAllOrNone, isReduceOnly, isSpecial } from "../model/order-codes.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { AccountTable } from "./account-table.ts";
import type { OrderColumns } from "./order-columns.ts";
import type { OrderTerms } from "./order-terms.ts";
import { isWithin } from "./price-steps.ts";

/** To be tried: nothing is known of it. */
const AWAKE = 0;
/** What stands within its limit, whoever's it is, is too little. */
const SHORT = 1;
/** What would have traded with it is; all of that trades whatever happens. */
const UNMET = 2;
/** The same, where an own order let it trade no further. */
const STOPPED = 3;

const COUNT = 0;
const REGISTERS = 1;

type WholeOrdersTables = {
  readonly accounts: AccountTable;
  readonly books: Books;
  readonly columns: OrderColumns;
  readonly terms: OrderTerms;
};

export type WholeOrders = ReturnType<typeof createWholeOrders>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createWholeOrders(
  { accounts, books, columns, terms }: WholeOrdersTables,
  booksMax: number,
  ordersMax: number,
) {
  const firsts = new Int32Array(booksMax * 2).fill(NONE);
  const lasts = new Int32Array(booksMax * 2).fill(NONE);
  const awakeCounts = new Int32Array(booksMax * 2);
  // By slot; other orders' stay untouched.
  const prevs = new Int32Array(ordersMax);
  const nexts = new Int32Array(ordersMax);
  const statuses = new Uint8Array(ordersMax);
  const missingLots = new Float64Array(ordersMax);
  const watchTicks = new Int32Array(ordersMax);
  const registers = createRegisters(REGISTERS);

  /** Whether any order of the exchange rests all or none. */
  function hasAny(): boolean {
    return registers[COUNT] > 0;
  }

  /** The order has come to its place in the dark, behind all of its price. */
  function add(slot: number): void {
    const chain = chainOf(slot);
    let prev = lasts[chain];
    while (prev !== NONE && isBehind(prev, slot)) prev = prevs[prev];
    const next = prev === NONE ? firsts[chain] : nexts[prev];
    prevs[slot] = prev;
    nexts[slot] = next;
    if (prev === NONE) firsts[chain] = slot;
    else nexts[prev] = slot;
    if (next === NONE) lasts[chain] = slot;
    else prevs[next] = slot;
    statuses[slot] = AWAKE;
    awakeCounts[chain]++;
    registers[COUNT]++;
  }

  /** It is about to leave that place. */
  function remove(slot: number): void {
    const chain = chainOf(slot);
    const prev = prevs[slot];
    const next = nexts[slot];
    if (prev === NONE) firsts[chain] = next;
    else nexts[prev] = next;
    if (next === NONE) lasts[chain] = prev;
    else prevs[next] = prev;
    if (statuses[slot] === AWAKE) awakeCounts[chain]--;
    registers[COUNT]--;
  }

  /** The one that is tried first, or NONE; nextOf() goes on. */
  function firstOf(book: number, side: number): number {
    return firsts[book * 2 + side - SIDE_BUY];
  }

  function nextOf(slot: number): number {
    return nexts[slot];
  }

  /** How many of a side are to be tried. */
  function awakeCountOf(book: number, side: number): number {
    return awakeCounts[book * 2 + side - SIDE_BUY];
  }

  function isAwake(slot: number): boolean {
    return statuses[slot] === AWAKE;
  }

  /** Something of the order itself has changed. */
  function wake(slot: number): void {
    if (statuses[slot] === AWAKE) return;
    statuses[slot] = AWAKE;
    awakeCounts[chainOf(slot)]++;
  }

  /** So many lots are missing within its limit of all that stands there. */
  function sleepShort(slot: number, lots: number): void {
    sleep(slot, SHORT, lots, books.priceTicksOf(slot));
  }

  /**
   * The same of what would have traded: within its limit, or `isStopped` by an own order within a
   * price where no other order comes after that one.
   */
  function sleepUnmet(slot: number, lots: number, priceTicks: number, isStopped: boolean): void {
    sleep(slot, isStopped ? STOPPED : UNMET, lots, priceTicks);
  }

  function sleep(slot: number, status: number, lots: number, priceTicks: number): void {
    statuses[slot] = status;
    missingLots[slot] = lots;
    watchTicks[slot] = priceTicks;
    awakeCounts[chainOf(slot)]--;
  }

  /** Who counts as one person, or what else lets orders meet, may have changed. */
  function wakeAll(): void {
    for (let chain = 0; hasAny() && chain < firsts.length; chain++) {
      for (let slot = firsts[chain]; slot !== NONE; slot = nexts[slot]) wake(slot);
    }
  }

  /** An order stands on its ladder now, with at most so many lots. */
  function onMore(slot: number, lots: number): void {
    if (books.ladderKindOf(slot) > LADDER_ASKS + DARK) return;
    const side = sideOfChain(chainOf(slot));
    const priceTicks = books.priceTicksOf(slot);
    const isDoubtful = mayGo(slot);
    let whole = firsts[chainOf(slot) ^ 1];
    for (; whole !== NONE && reaches(whole, side, priceTicks); whole = nexts[whole]) {
      if (statuses[whole] === AWAKE || !isWithin(side, priceTicks, watchTicks[whole])) continue;
      missingLots[whole] -= lots;
      if (missingLots[whole] <= 0 || (isDoubtful && statuses[whole] !== SHORT)) wake(whole);
    }
  }

  /** So many lots of an order are about to leave: all, or it goes elsewhere with the others. */
  function onLess(slot: number, lots: number): void {
    if (books.ladderKindOf(slot) > LADDER_ASKS + DARK) return;
    const side = sideOfChain(chainOf(slot));
    const priceTicks = books.priceTicksOf(slot);
    let whole = firsts[chainOf(slot) ^ 1];
    for (; whole !== NONE && reaches(whole, side, priceTicks); whole = nexts[whole]) {
      const status = statuses[whole];
      if (status === AWAKE) continue;
      if (accounts.isSamePerson(columns.accountRowOf(whole), columns.accountRowOf(slot))) {
        if (status === STOPPED) wake(whole);
      } else if (!isSpecial(books.orderCodesOf(slot)) && countsFor(whole, side, priceTicks)) {
        missingLots[whole] += lots;
      }
    }
  }

  /** Whether what leaves at this price was counted for one that sleeps. */
  function countsFor(whole: number, side: number, priceTicks: number): boolean {
    const isStopped = statuses[whole] === STOPPED;
    if (isStopped && priceTicks === watchTicks[whole]) return false;
    return isWithin(side, priceTicks, watchTicks[whole]);
  }

  /** What such orders of `side` have within a limit that want more than so many lots each. */
  function lotsTooLarge(book: number, side: number, limitTicks: number, lots: number): number {
    let sumLots = 0;
    let slot = firstOf(book, side);
    for (; slot !== NONE; slot = nexts[slot]) {
      if (!isWithin(side, books.priceTicksOf(slot), limitTicks)) break;
      const leavesQtyLots = books.leavesQtyLotsOf(slot);
      if (leavesQtyLots > lots) sumLots += leavesQtyLots;
    }
    return sumLots;
  }

  /** Finds those of a book that was just loaded; all of them are to be tried. */
  function find(book: number): void {
    for (const side of [SIDE_BUY, SIDE_SELL]) {
      let level = books.firstLevel(ladderOf(book, side) + DARK);
      for (; level !== NONE; level = books.nextLevel(level)) {
        for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
          if (isAllOrNone(books.orderCodesOf(slot))) add(slot);
        }
      }
    }
  }

  /** Whether it may be met without trading its part: then less is certain than stands there. */
  function mayGo(slot: number): boolean {
    const orderCodes = books.orderCodesOf(slot);
    if (isAllOrNone(orderCodes) || isReduceOnly(orderCodes)) return true;
    const termsRow = columns.termsRowOf(slot);
    return termsRow !== NONE && terms.listRowOf(termsRow) !== NONE;
  }

  function reaches(whole: number, side: number, priceTicks: number): boolean {
    return isWithin(side, priceTicks, books.priceTicksOf(whole));
  }

  /** Whether the first of two of one side has the worse price. */
  function isBehind(slot: number, other: number): boolean {
    const side = sideOfChain(chainOf(slot));
    return !isWithin(side, books.priceTicksOf(slot), books.priceTicksOf(other));
  }

  /** Bids and asks of a book in turn. */
  function chainOf(slot: number): number {
    return books.bookOf(slot) * 2 + (books.ladderKindOf(slot) & 1);
  }

  function sideOfChain(chain: number): number {
    return SIDE_BUY + (chain & 1);
  }

  return {
    hasAny,
    add,
    remove,
    firstOf,
    nextOf,
    awakeCountOf,
    isAwake,
    wake,
    sleepShort,
    sleepUnmet,
    wakeAll,
    onMore,
    onLess,
    lotsTooLarge,
    find,
  };
}
