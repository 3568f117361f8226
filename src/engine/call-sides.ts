// The two sides of a call: who takes part and in what order. Market orders come first; then the
// better price, at one price the older, in sight or gathered, and what is hidden after them.
// All-or-none orders, and what waits for a price, take no part.

import { NONE } from "../base/none.ts";
import {
  DARK,
  isCallKind,
  LADDER_ASKS,
  LADDER_CALL,
  LADDER_CALL_MARKET,
  LADDER_KIND_MASK,
  ladderOf,
} from "../book/ladder-kinds.ts";
import { isAllOrNone } from "../model/order-codes.ts";
import { SIDE_BUY } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";

/** Ladders of orders with a limit, in the order in which they come at one price, but for age. */
const LADDERS = [0, LADDER_CALL, DARK] as const;

export class CallSides {
  readonly #tables: EngineTables;
  /** Where the walk over a side's prices stands on each ladder. */
  readonly #levels = new Int32Array(LADDERS.length);
  #book = 0;
  #side = 0;
  /** The first of each ladder that comes at one price, and of the market orders. */
  readonly #heads = new Int32Array(LADDERS.length);
  #marketHead = NONE;
  /** Of each side the all-or-none order that firstAt() passed over last, and its id. */
  readonly #passedSlots = new Int32Array(2);
  readonly #passedIds = new Float64Array(2);
  /** The price that the walk came to, and all that takes part there. */
  priceTicks = 0;
  lots = 0;
  /** Prices and orders of walks so far. */
  looks = 0;

  constructor(tables: EngineTables) {
    this.#tables = tables;
  }

  /** Lots of a side's market orders. */
  marketLotsOf(book: number, side: number): number {
    const { books } = this.#tables;
    const level = books.firstLevel(ladderOf(book, side) + LADDER_CALL_MARKET);
    return level === NONE ? 0 : books.levelQtyLots(level);
  }

  /** Begins a walk over a side's prices, the best first. */
  beginWalk(book: number, side: number): void {
    this.#book = book;
    this.#side = side;
    for (let i = 0; i < LADDERS.length; i++) {
      this.#levels[i] = this.#tables.books.firstLevel(ladderOf(book, side) + LADDERS[i]);
    }
  }

  /** Goes to the next price where anything takes part; says whether there is one. */
  nextPrice(): boolean {
    do {
      if (!this.#findBest()) return false;
      this.looks++;
      this.lots = 0;
      for (let i = 0; i < LADDERS.length; i++) this.#takeLevel(i);
    } while (this.lots === 0);
    return true;
  }

  /** Before firstAt() is asked again and again while orders only leave. */
  beginPairs(): void {
    this.#passedIds.fill(0);
  }

  /** The order that comes first of those that trade at `priceTicks`, or NONE. */
  firstAt(book: number, side: number, priceTicks: number): number {
    const { books } = this.#tables;
    const market = books.firstLevel(ladderOf(book, side) + LADDER_CALL_MARKET);
    if (market !== NONE) return books.firstInQueue(market);
    for (let i = 0; i < LADDERS.length; i++) {
      this.#heads[i] = this.#firstOn(ladderOf(book, side) + LADDERS[i]);
    }
    const first = this.#firstHead(side, priceTicks);
    return first === NONE ? NONE : this.#heads[first];
  }

  /** Before nextOrderAt() is asked for the orders of a side, which stay as they are meanwhile. */
  beginOrders(book: number, side: number): void {
    const { books } = this.#tables;
    const ladder = ladderOf(book, side);
    this.#side = side;
    this.#marketHead = this.#headOf(books.firstLevel(ladder + LADDER_CALL_MARKET));
    for (let i = 0; i < LADDERS.length; i++) {
      this.#heads[i] = this.#takingPart(this.#headOf(books.firstLevel(ladder + LADDERS[i])));
    }
  }

  /** The next of those that trade at `priceTicks`, in the order in which they do, or NONE. */
  nextOrderAt(priceTicks: number): number {
    const market = this.#marketHead;
    if (market !== NONE) {
      this.#marketHead = this.#after(market);
      return market;
    }
    const first = this.#firstHead(this.#side, priceTicks);
    if (first === NONE) return NONE;
    const slot = this.#heads[first];
    this.#heads[first] = this.#takingPart(this.#after(slot));
    return slot;
  }

  /** This order, or the first after it that takes part. */
  #takingPart(slot: number): number {
    const { books } = this.#tables;
    let found = slot;
    while (found !== NONE && isAllOrNone(books.orderCodesOf(found))) found = this.#after(found);
    return found;
  }

  /** Which of the heads comes first of those that trade at `priceTicks`, or NONE. */
  #firstHead(side: number, priceTicks: number): number {
    const { books } = this.#tables;
    const sign = side === SIDE_BUY ? 1 : -1;
    let first = NONE;
    for (let i = 0; i < LADDERS.length; i++) {
      const slot = this.#heads[i];
      if (slot === NONE || (books.priceTicksOf(slot) - priceTicks) * sign < 0) continue;
      if (first === NONE || this.#isBefore(slot, this.#heads[first], sign)) first = i;
    }
    return first;
  }

  /** What gathers may be older than what came into sight since. */
  #isBefore(slot: number, other: number, sign: number): boolean {
    const { arrivals, books } = this.#tables;
    const betterTicks = (books.priceTicksOf(slot) - books.priceTicksOf(other)) * sign;
    if (betterTicks !== 0) return betterTicks > 0;
    const isOtherInSight = books.ladderKindOf(other) <= LADDER_ASKS;
    return isOtherInSight && isCallKind(books.ladderKindOf(slot)) && arrivals.isBefore(slot, other);
  }

  #firstOn(ladder: number): number {
    const { books } = this.#tables;
    const side = ladder & 1;
    const passedId = this.#passedIds[side];
    const isPassed = passedId > 0 && (ladder & LADDER_KIND_MASK) >> 1 === DARK >> 1;
    const passedSlot = this.#passedSlots[side];
    // What stands before the one that was passed over last was passed over too.
    const goesOn = isPassed && books.find(passedId) === passedSlot;
    let slot = goesOn ? this.#after(passedSlot) : this.#headOf(books.firstLevel(ladder));
    for (; slot !== NONE; slot = this.#after(slot)) {
      if (!isAllOrNone(books.orderCodesOf(slot))) return slot;
      this.#passedSlots[side] = slot;
      this.#passedIds[side] = books.orderIdOf(slot);
    }
    return NONE;
  }

  #headOf(level: number): number {
    return level === NONE ? NONE : this.#tables.books.firstInQueue(level);
  }

  /** The next order of the same ladder. */
  #after(slot: number): number {
    const { books } = this.#tables;
    const next = books.nextInQueue(slot);
    return next === NONE ? this.#headOf(books.nextLevel(books.levelOf(slot))) : next;
  }

  #findBest(): boolean {
    const { books } = this.#tables;
    const sign = this.#side === SIDE_BUY ? 1 : -1;
    let isFound = false;
    for (const level of this.#levels) {
      if (level === NONE) continue;
      const priceTicks = books.levelPriceTicks(level);
      if (isFound && (priceTicks - this.priceTicks) * sign <= 0) continue;
      this.priceTicks = priceTicks;
      isFound = true;
    }
    return isFound;
  }

  #takeLevel(index: number): void {
    const { books } = this.#tables;
    const level = this.#levels[index];
    if (level === NONE || books.levelPriceTicks(level) !== this.priceTicks) return;
    this.lots += this.#lotsOf(level, LADDERS[index]);
    this.#levels[index] = books.nextLevel(level);
  }

  /** Icebergs count in full, all-or-none orders, which stand in the dark, do not count. */
  #lotsOf(level: number, ladderKind: number): number {
    const { books, wholes } = this.#tables;
    const hasWholes = ladderKind === DARK && wholes.firstOf(this.#book, this.#side) !== NONE;
    if (!hasWholes) return books.levelWholeLots(level);
    let lots = 0;
    let slot = books.firstInQueue(level);
    for (; slot !== NONE; slot = books.nextInQueue(slot)) {
      this.looks++;
      if (!isAllOrNone(books.orderCodesOf(slot))) lots += books.leavesQtyLotsOf(slot);
    }
    return lots;
  }
}
