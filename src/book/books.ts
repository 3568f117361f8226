// hot path
// The books of all instruments: price ladders, queues and price-time matching over shared pools.
// A ladder is one side of one book: 2 x book + (0 bids, 1 asks). The code below is written once for
// both sides: a ladder's keys sort its best price first (asks keep their ticks, bids are inverted
// bit by bit).
//
// This room knows orders, prices and quantities. Who owns an order and what the rulebook says about
// it is the engine's business, which keeps its own columns beside the slots.

import { assert } from "../base/assert.ts";
import { createKeyTrees, KEY_MAX } from "../base/key-trees.ts";
import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { SIDE_BUY } from "../model/side.ts";
import { createIdIndex } from "./id-index.ts";
import {
  createLevelPool,
  LEVEL_COUNT,
  LEVEL_HEAD,
  LEVEL_KEY,
  LEVEL_LADDER,
  LEVEL_LEAF,
  LEVEL_QTY,
  LEVEL_REALS,
  LEVEL_TAIL,
  LEVEL_WORDS,
} from "./level-pool.ts";
import {
  createOrderPool,
  ORDER_CODES,
  ORDER_ID,
  ORDER_LEAVES,
  ORDER_LEVEL,
  ORDER_NEXT,
  ORDER_PREV,
  ORDER_REALS,
  ORDER_WORDS,
} from "./order-pool.ts";

export type BookLimits = {
  readonly booksMax: number;
  readonly ordersMax: number;
  /** Makes the order-id index unpredictable from outside; part of the instance's data. */
  readonly salt: number;
};

/**
 * Hears of each match while both orders still stand as they were before it: `makerSlot` trades
 * `lastQtyLots` at `lastPxTicks`.
 */
export type MatchListener = (makerSlot: number, lastPxTicks: number, lastQtyLots: number) => void;

export type Books = ReturnType<typeof createBooks>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createBooks(limits: BookLimits, onMatch: MatchListener) {
  const orders = createOrderPool(limits.ordersMax);
  const levels = createLevelPool(limits.ordersMax);
  const ids = createIdIndex(orders, limits.salt);
  // A node an order is far more than ordinary books need and enough for most hostile ones; when it
  // is not, isFull() says so before an order is accepted.
  const ladders = createKeyTrees(limits.booksMax * 2, Math.max(limits.ordersMax, 4096));
  const { words, reals } = orders;
  const levelWords = levels.words;
  const levelReals = levels.reals;

  /** Whether no further order can rest. */
  function isFull(): boolean {
    return orders.isFull() || !ladders.hasRoom();
  }

  /** Whether any one price more can open a level: ask before requeue() to another price. */
  function hasLevelRoom(): boolean {
    return ladders.hasRoom();
  }

  /** The slot of the resting order with this id, or NONE. */
  function find(orderId: number): number {
    return ids.find(orderId);
  }

  /** Whether an order of `side` with this limit would trade now. */
  function crosses(book: number, side: number, priceTicks: number): boolean {
    const opposite = ladderOf(book, 3 - side);
    return (
      ladders.firstKey(opposite) <= keyOf(opposite, priceTicks) && ladders.first(opposite) !== NONE
    );
  }

  /** Whether anything rests against `side`. */
  function hasOpposite(book: number, side: number): boolean {
    return ladders.first(ladderOf(book, 3 - side)) !== NONE;
  }

  /** Whether `qtyLots` could trade at once within the limit. No side effect. O(levels touched). */
  function canFill(book: number, side: number, priceTicks: number, qtyLots: number): boolean {
    const opposite = ladderOf(book, 3 - side);
    return canFillTo(opposite, keyOf(opposite, priceTicks), qtyLots);
  }

  /** The same without a limit. */
  function canFillAtAnyPrice(book: number, side: number, qtyLots: number): boolean {
    return canFillTo(ladderOf(book, 3 - side), KEY_MAX, qtyLots);
  }

  /**
   * Trades up to `qtyLots` of an incoming order of `side` with what rests within its limit: best
   * price first, then oldest first, at the maker's price. Returns the lots left over.
   */
  function match(book: number, side: number, priceTicks: number, qtyLots: number): number {
    const opposite = ladderOf(book, 3 - side);
    return matchTo(opposite, keyOf(opposite, priceTicks), qtyLots);
  }

  /** The same without a limit. */
  function matchAtAnyPrice(book: number, side: number, qtyLots: number): number {
    return matchTo(ladderOf(book, 3 - side), KEY_MAX, qtyLots);
  }

  /** Rests an order at the tail of its level and returns its slot. Ask isFull first. */
  function rest(
    book: number,
    orderCodes: number,
    priceTicks: number,
    leavesQtyLots: number,
    orderId: number,
  ): number {
    assert(leavesQtyLots > 0, "an order rests with quantity");
    const slot = orders.acquire();
    words[slot * ORDER_WORDS + ORDER_CODES] = orderCodes;
    reals[slot * ORDER_REALS + ORDER_LEAVES] = leavesQtyLots;
    reals[slot * ORDER_REALS + ORDER_ID] = orderId;
    ids.insert(orderId, slot);
    link(slot, ladderOf(book, orderCodes & 0xff), priceTicks, leavesQtyLots);
    return slot;
  }

  /** Takes a resting order off the book; its slot is free afterwards. */
  function remove(slot: number): void {
    assert(orders.isLive(slot), "only a resting order is removed");
    unlink(slot);
    release(slot);
  }

  /** Lowers a resting order's open quantity; it keeps its place. */
  function reduceTo(slot: number, leavesQtyLots: number): void {
    const at = slot * ORDER_REALS + ORDER_LEAVES;
    const before = reals[at];
    assert(leavesQtyLots > 0 && leavesQtyLots <= before, "a reduced order keeps some quantity");
    const level = words[slot * ORDER_WORDS + ORDER_LEVEL];
    levelReals[level * LEVEL_REALS + LEVEL_QTY] -= before - leavesQtyLots;
    reals[at] = leavesQtyLots;
  }

  /**
   * Moves a resting order to the tail of the level at `priceTicks` with a new open quantity. Ask
   * hasLevelRoom first.
   */
  function requeue(slot: number, priceTicks: number, leavesQtyLots: number): void {
    assert(leavesQtyLots > 0, "an order rests with quantity");
    const ladder = ladderOfOrder(slot);
    unlink(slot);
    reals[slot * ORDER_REALS + ORDER_LEAVES] = leavesQtyLots;
    link(slot, ladder, priceTicks, leavesQtyLots);
  }

  function priceTicksOf(slot: number): number {
    return levelPriceTicks(words[slot * ORDER_WORDS + ORDER_LEVEL]);
  }

  function bookOf(slot: number): number {
    return ladderOfOrder(slot) >> 1;
  }

  function leavesQtyLotsOf(slot: number): number {
    return reals[slot * ORDER_REALS + ORDER_LEAVES];
  }

  function orderIdOf(slot: number): number {
    return reals[slot * ORDER_REALS + ORDER_ID];
  }

  function orderCodesOf(slot: number): number {
    return words[slot * ORDER_WORDS + ORDER_CODES];
  }

  /** Best level of a side, NONE when it is empty; nextLevel() goes on from there. */
  function bestLevel(book: number, side: number): number {
    return ladders.first(ladderOf(book, side));
  }

  /** The level of a side at this price, or NONE. */
  function levelAt(book: number, side: number, priceTicks: number): number {
    const ladder = ladderOf(book, side);
    return ladders.find(ladder, keyOf(ladder, priceTicks));
  }

  /** The next worse level of the same side, or NONE. */
  function nextLevel(level: number): number {
    const at = level * LEVEL_WORDS;
    return ladders.next(levelWords[at + LEVEL_LEAF], levelWords[at + LEVEL_KEY]);
  }

  function levelPriceTicks(level: number): number {
    const at = level * LEVEL_WORDS;
    return keyOf(levelWords[at + LEVEL_LADDER], levelWords[at + LEVEL_KEY]);
  }

  function levelQtyLots(level: number): number {
    return levelReals[level * LEVEL_REALS + LEVEL_QTY];
  }

  function levelOrderCount(level: number): number {
    return levelWords[level * LEVEL_WORDS + LEVEL_COUNT];
  }

  /** The oldest order of a level; nextInQueue() goes on from there. */
  function firstInQueue(level: number): number {
    return levelWords[level * LEVEL_WORDS + LEVEL_HEAD];
  }

  function nextInQueue(slot: number): number {
    return words[slot * ORDER_WORDS + ORDER_NEXT];
  }

  function prevInQueue(slot: number): number {
    return words[slot * ORDER_WORDS + ORDER_PREV];
  }

  /** The newest order of a level. */
  function lastInQueue(level: number): number {
    return levelWords[level * LEVEL_WORDS + LEVEL_TAIL];
  }

  function save(snapshot: SnapshotWriter): void {
    orders.save(snapshot);
    levels.save(snapshot);
    ladders.save(snapshot);
    ids.save(snapshot);
  }

  function load(snapshot: SnapshotReader): void {
    orders.load(snapshot);
    levels.load(snapshot);
    ladders.load(snapshot);
    ids.load(snapshot);
  }

  function canFillTo(ladder: number, limitKey: number, qtyLots: number): boolean {
    let missingLots = qtyLots;
    let level = ladders.first(ladder);
    while (level !== NONE && levelWords[level * LEVEL_WORDS + LEVEL_KEY] <= limitKey) {
      missingLots -= levelQtyLots(level);
      if (missingLots <= 0) return true;
      level = nextLevel(level);
    }
    return false;
  }

  function matchTo(ladder: number, limitKey: number, qtyLots: number): number {
    let leavesQtyLots = qtyLots;
    while (leavesQtyLots > 0) {
      const level = ladders.first(ladder);
      if (level === NONE) break;
      const key = levelWords[level * LEVEL_WORDS + LEVEL_KEY];
      if (key > limitKey) break;

      const maker = levelWords[level * LEVEL_WORDS + LEVEL_HEAD];
      const makerLots = reals[maker * ORDER_REALS + ORDER_LEAVES];
      const lastQtyLots = makerLots < leavesQtyLots ? makerLots : leavesQtyLots;
      leavesQtyLots -= lastQtyLots;
      onMatch(maker, keyOf(ladder, key), lastQtyLots);
      if (lastQtyLots === makerLots) {
        unlink(maker);
        release(maker);
      } else {
        reals[maker * ORDER_REALS + ORDER_LEAVES] = makerLots - lastQtyLots;
        levelReals[level * LEVEL_REALS + LEVEL_QTY] -= lastQtyLots;
      }
    }
    assert(leavesQtyLots >= 0, "an order is never overfilled");
    return leavesQtyLots;
  }

  function ladderOfOrder(slot: number): number {
    return levelWords[words[slot * ORDER_WORDS + ORDER_LEVEL] * LEVEL_WORDS + LEVEL_LADDER];
  }

  function link(slot: number, ladder: number, priceTicks: number, leavesQtyLots: number): void {
    const key = keyOf(ladder, priceTicks);
    let level = ladders.find(ladder, key);
    if (level === NONE) level = openLevel(ladder, key);

    const at = level * LEVEL_WORDS;
    const orderAt = slot * ORDER_WORDS;
    const tail = levelWords[at + LEVEL_TAIL];
    words[orderAt + ORDER_LEVEL] = level;
    words[orderAt + ORDER_PREV] = tail;
    words[orderAt + ORDER_NEXT] = NONE;
    if (tail === NONE) levelWords[at + LEVEL_HEAD] = slot;
    else words[tail * ORDER_WORDS + ORDER_NEXT] = slot;
    levelWords[at + LEVEL_TAIL] = slot;
    levelWords[at + LEVEL_COUNT]++;
    levelReals[level * LEVEL_REALS + LEVEL_QTY] += leavesQtyLots;
  }

  function unlink(slot: number): void {
    const orderAt = slot * ORDER_WORDS;
    const level = words[orderAt + ORDER_LEVEL];
    const levelAt = level * LEVEL_WORDS;
    const prev = words[orderAt + ORDER_PREV];
    const next = words[orderAt + ORDER_NEXT];
    if (prev === NONE) levelWords[levelAt + LEVEL_HEAD] = next;
    else words[prev * ORDER_WORDS + ORDER_NEXT] = next;
    if (next === NONE) levelWords[levelAt + LEVEL_TAIL] = prev;
    else words[next * ORDER_WORDS + ORDER_PREV] = prev;
    levelReals[level * LEVEL_REALS + LEVEL_QTY] -= reals[slot * ORDER_REALS + ORDER_LEAVES];
    if (--levelWords[levelAt + LEVEL_COUNT] === 0) closeLevel(level);
  }

  function release(slot: number): void {
    ids.remove(reals[slot * ORDER_REALS + ORDER_ID], slot);
    orders.release(slot);
  }

  function openLevel(ladder: number, key: number): number {
    const level = levels.acquire(ladder, key);
    levelWords[level * LEVEL_WORDS + LEVEL_LEAF] = ladders.insert(ladder, key, level);
    return level;
  }

  function closeLevel(level: number): void {
    const at = level * LEVEL_WORDS;
    ladders.remove(levelWords[at + LEVEL_LEAF], levelWords[at + LEVEL_KEY]);
    levels.release(level);
  }

  return {
    isFull,
    hasLevelRoom,
    find,
    crosses,
    hasOpposite,
    canFill,
    canFillAtAnyPrice,
    match,
    matchAtAnyPrice,
    rest,
    remove,
    reduceTo,
    requeue,
    priceTicksOf,
    bookOf,
    leavesQtyLotsOf,
    orderIdOf,
    orderCodesOf,
    bestLevel,
    levelAt,
    nextLevel,
    levelPriceTicks,
    levelQtyLots,
    levelOrderCount,
    firstInQueue,
    nextInQueue,
    prevInQueue,
    lastInQueue,
    ordersCount: orders.ordersCount,
    usedSlots: orders.usedSlots,
    save,
    load,
  };
}

/** The ladder of one side of one book. */
export function ladderOf(book: number, side: number): number {
  return book * 2 + side - SIDE_BUY;
}

/** Price to key and key to price: bids are inverted, asks stay. Its own inverse. */
function keyOf(ladder: number, ticks: number): number {
  return ticks ^ ((ladder & 1) - 1);
}
