// hot path
// The books of all instruments: price ladders, queues and price-time matching over shared pools.
// What ladders a book has, ladder-kinds.ts says. The code below is written once for both sides: a
// ladder's keys sort its best price first (asks keep their ticks, bids are inverted bit by bit).
//
// This room knows orders, prices and quantities. Who owns an order and what the rulebook says about
// it is the engine's business, which keeps its own columns beside the slots.

import { assert } from "../base/assert.ts";
import { createKeyTrees, KEY_MAX } from "../base/key-trees.ts";
import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { EXEC_INST_ALL_OR_NONE, EXEC_INST_ICEBERG } from "../model/exec-inst.ts";
import { createIdIndex } from "./id-index.ts";
import { DARK, LADDER_BITS, LADDER_KIND_MASK, ladderOf } from "./ladder-kinds.ts";
import { createLevelPool, LEVEL_REALS, LEVEL_WORDS } from "./level-pool.ts";
import { createOrderPool, ORDER_REALS, ORDER_WORDS } from "./order-pool.ts";
import { createProRata } from "./pro-rata.ts";

export type BookLimits = {
  readonly booksMax: number;
  readonly ordersMax: number;
  /** Makes the order-id index unpredictable from outside; part of the instance's data. */
  readonly salt: number;
};

/**
 * Hears of each match while both orders still stand as they were before it: `makerSlot` meets the
 * incoming order for `lastQtyLots` at `lastPxTicks`. It may take other orders off the books, and
 * returns one of the outcomes below or, where the maker's shown slice is used up and it has a
 * reserve, the lots of its next slice.
 */
export type MatchListener = (makerSlot: number, lastPxTicks: number, lastQtyLots: number) => number;

/** The lots leave both orders. */
export const MATCH_DONE = 0;
/** The maker leaves the book without trading; the next one is met. */
export const MATCH_MAKER_OUT = -1;
/** Nothing moves, and the incoming order meets nobody further. */
export const MATCH_TAKER_OUT = -2;
export const MATCH_BOTH_OUT = -3;
/** MATCH_LESS - n: both orders have n lots less; the listener has taken the maker's off. */
export const MATCH_LESS = -4;

const ICEBERG = EXEC_INST_ICEBERG << 24;
const ALL_OR_NONE = EXEC_INST_ALL_OR_NONE << 24;
/** Room for small books at hostile prices. */
const LADDER_NODES_MIN = 1024;

export type Books = ReturnType<typeof createBooks>;

/**
 * Nodes of all ladders: one an order is far more than ordinary books need and enough for most
 * hostile ones; when it is not, isFull() says so before an order is accepted.
 */
export function ladderNodesMax(ordersMax: number): number {
  return Math.max(ordersMax, LADDER_NODES_MIN);
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createBooks(limits: BookLimits, onMatch: MatchListener) {
  const orders = createOrderPool(limits.ordersMax);
  const levels = createLevelPool(limits.ordersMax);
  const ids = createIdIndex(orders, limits.salt);
  const trees = limits.booksMax << LADDER_BITS;
  const ladders = createKeyTrees(trees, ladderNodesMax(limits.ordersMax));
  /** What an iceberg has left beyond the slice it shows, by slot; other slots stay untouched. */
  const reserveLots = new Float64Array(limits.ordersMax);
  /** The sum of them at each level, so that nobody has to walk a level for it. */
  const levelReserves = new Float64Array(limits.ordersMax);
  const icebergCounts = new Int32Array(limits.booksMax);
  const proRata = createProRata(limits.booksMax, {
    meet,
    find,
    levelOf,
    levelOrderCount,
    firstInQueue,
    nextInQueue,
    shownLotsOf,
    orderIdOf,
  });
  const { mask, orderCodeWords, orderIds, orderLevels, orderLots, orderNexts, orderPrevs } = orders;
  const { levelCounts, levelHeads, levelKeys, levelLadders, levelLeaves, levelLots, levelTails } =
    levels;
  const { mask: levelMask } = levels;

  /** Whether no further order can rest. */
  function isFull(): boolean {
    return orders.isFull() || !ladders.hasRoom();
  }

  /** Whether `count` further orders can rest. */
  function hasRoomFor(count: number): boolean {
    return orders.ordersCount() + count <= orders.ordersMax && ladders.hasRoomFor(count);
  }

  /** Whether any one price more can open a level: ask before requeue() to another price. */
  function hasLevelRoom(): boolean {
    return ladders.hasRoom();
  }

  /** The slot of the resting order with this id, or NONE. */
  function find(orderId: number): number {
    return ids.find(orderId);
  }

  /** Whether an order of `side` with this limit and quantity would meet anybody now. */
  function crosses(book: number, side: number, priceTicks: number, qtyLots: number): boolean {
    const opposite = ladderOf(book, 3 - side);
    const key = keyOf(opposite, priceTicks);
    if (reaches(opposite, key)) return true;
    return reaches(opposite + DARK, key) && firstMaker(opposite, key, qtyLots) !== NONE;
  }

  /** The order that one of `side` with `qtyLots` and no limit would meet first, or NONE. */
  function firstAgainst(book: number, side: number, qtyLots: number): number {
    return firstMaker(ladderOf(book, 3 - side), KEY_MAX, qtyLots);
  }

  /** Whether all that rests against `side` is displayed whole: level sums then say everything. */
  function isPlain(book: number, side: number): boolean {
    const opposite = ladderOf(book, 3 - side);
    return ladders.first(opposite + DARK) === NONE && icebergCounts[opposite >> LADDER_BITS] === 0;
  }

  /**
   * Whether so much rests against `side` within the limit, in reserve and in the dark too: never
   * more can trade at once, and where the other side isPlain() as much. O(levels touched).
   */
  function canFill(book: number, side: number, priceTicks: number, qtyLots: number): boolean {
    const opposite = ladderOf(book, 3 - side);
    const missingLots = lotsMissing(opposite, priceTicks, qtyLots);
    return missingLots <= 0 || lotsMissing(opposite + DARK, priceTicks, missingLots) <= 0;
  }

  /** How many of so many lots a ladder lacks within the limit; 0 or less where it has them. */
  function lotsMissing(ladder: number, priceTicks: number, qtyLots: number): number {
    const limitKey = keyOf(ladder, priceTicks);
    let missingLots = qtyLots;
    let level = ladders.first(ladder);
    while (level !== NONE && levelKeys[(level & levelMask) * LEVEL_WORDS] <= limitKey) {
      missingLots -= levelWholeLots(level);
      if (missingLots <= 0) break;
      level = nextLevel(level);
    }
    return missingLots;
  }

  /**
   * Lets `qtyLots` of an incoming order of `side` meet what rests within its limit: best price
   * first, at one price displayed orders before dark ones, then oldest first, at the maker's price.
   * All-or-none makers that are larger than what is left are passed over. Returns the lots left.
   */
  function match(book: number, side: number, priceTicks: number, qtyLots: number): number {
    const opposite = ladderOf(book, 3 - side);
    const limitKey = keyOf(opposite, priceTicks);
    const hasDark = reaches(opposite + DARK, limitKey);
    let leavesQtyLots = qtyLots;
    while (leavesQtyLots > 0) {
      const maker = hasDark
        ? firstMaker(opposite, limitKey, leavesQtyLots)
        : firstDisplayed(opposite, limitKey);
      if (maker === NONE) break;
      if (proRata.shares(book) && isShared(maker, leavesQtyLots)) {
        leavesQtyLots = proRata.share(opposite, levelOf(maker), leavesQtyLots);
        if (proRata.stopped()) break;
        continue;
      }
      const lots = meet(maker, leavesQtyLots);
      if (lots >= 0) leavesQtyLots -= lots;
      else if (lots !== MATCH_MAKER_OUT) break;
    }
    assert(leavesQtyLots >= 0, "an order is never overfilled");
    return leavesQtyLots;
  }

  /**
   * Lets the incoming order meet a maker for at most `lotsMax`; returns the lots that moved, or
   * MATCH_MAKER_OUT, MATCH_TAKER_OUT or MATCH_BOTH_OUT, done to the maker already.
   */
  function meet(maker: number, lotsMax: number): number {
    const makerLots = orderLots[(maker & mask) * ORDER_REALS];
    const lots = makerLots < lotsMax ? makerLots : lotsMax;
    const outcome = onMatch(maker, priceTicksOf(maker), lots);
    if (outcome >= MATCH_DONE) {
      takeOff(maker, lots, outcome);
      return lots;
    }
    if (outcome <= MATCH_LESS) return MATCH_LESS - outcome;
    if (outcome !== MATCH_TAKER_OUT) remove(maker);
    return outcome;
  }

  /** Whether a displayed level is to be shared: it holds more than the incoming order wants. */
  function isShared(maker: number, qtyLots: number): boolean {
    return ladderKindOf(maker) < DARK && levelQtyLots(levelOf(maker)) > qtyLots;
  }

  /** The level that an order stands in. */
  function levelOf(slot: number): number {
    return orderLevels[(slot & mask) * ORDER_WORDS];
  }

  /** Rests an order, displayed, at the tail of its level; returns its slot. Ask isFull first. */
  function rest(
    book: number,
    orderCodes: number,
    priceTicks: number,
    leavesQtyLots: number,
    orderId: number,
  ): number {
    return place(ladderOf(book, orderCodes & 0xff), orderCodes, priceTicks, leavesQtyLots, orderId);
  }

  /** The same on any ladder. */
  function place(
    ladder: number,
    orderCodes: number,
    priceTicks: number,
    leavesQtyLots: number,
    orderId: number,
  ): number {
    assert(leavesQtyLots > 0, "an order rests with quantity");
    const slot = orders.acquire();
    orderCodeWords[(slot & mask) * ORDER_WORDS] = orderCodes;
    orderLots[(slot & mask) * ORDER_REALS] = leavesQtyLots;
    orderIds[(slot & mask) * ORDER_REALS] = orderId;
    ids.insert(orderId, slot);
    link(slot, ladder, priceTicks, leavesQtyLots);
    if ((orderCodes & ICEBERG) !== 0) icebergCounts[ladder >> LADDER_BITS]++;
    return slot;
  }

  /** Makes a resting iceberg show `shownLots` and keep the rest of what it has left in reserve. */
  function hideAllBut(slot: number, shownLots: number): void {
    const leavesQtyLots = orderLots[(slot & mask) * ORDER_REALS];
    assert(shownLots > 0 && shownLots <= leavesQtyLots, "an iceberg shows a part of what it has");
    assert(isIceberg(slot), "only an iceberg hides a part");
    setShownLots(slot, shownLots);
    keepInReserve(slot, leavesQtyLots - shownLots);
  }

  /** Takes a resting order off the book; its slot is free afterwards. */
  function remove(slot: number): void {
    assert(orders.isLive(slot), "only a resting order is removed");
    if (isIceberg(slot)) {
      icebergCounts[bookOf(slot)]--;
      keepInReserve(slot, 0);
    }
    unlink(slot);
    release(slot);
  }

  /** Lowers a resting order's open quantity; it keeps its place. A reserve is used up first. */
  function reduceTo(slot: number, leavesQtyLots: number): void {
    const before = leavesQtyLotsOf(slot);
    assert(leavesQtyLots > 0 && leavesQtyLots <= before, "a reduced order keeps some quantity");
    if (!isIceberg(slot)) {
      setShownLots(slot, leavesQtyLots);
      return;
    }
    const shownLots = Math.min(orderLots[(slot & mask) * ORDER_REALS], leavesQtyLots);
    setShownLots(slot, shownLots);
    keepInReserve(slot, leavesQtyLots - shownLots);
  }

  /** Gives an order that shows all it has another quantity; it keeps its place. */
  function resize(slot: number, leavesQtyLots: number): void {
    assert(leavesQtyLots > 0 && reserveLots[slot] === 0, "an order rests with quantity");
    setShownLots(slot, leavesQtyLots);
  }

  /**
   * Moves an order that shows all it has to the tail of the level at `priceTicks` with a new
   * quantity. Ask hasLevelRoom first.
   */
  function requeue(slot: number, priceTicks: number, qtyLots: number): void {
    relink(slot, ladderOfOrder(slot), priceTicks, qtyLots);
  }

  /** The same of any order, an iceberg's reserve with it, to any ladder of its book. */
  function move(slot: number, ladder: number, priceTicks: number, shownLots: number): void {
    const lots = isIceberg(slot) ? reserveLots[slot] : 0;
    if (lots > 0) keepInReserve(slot, 0);
    relink(slot, ladder, priceTicks, shownLots);
    if (lots > 0) keepInReserve(slot, lots);
  }

  function relink(slot: number, ladder: number, priceTicks: number, shownLots: number): void {
    assert(shownLots > 0, "an order rests with quantity");
    unlink(slot);
    orderLots[(slot & mask) * ORDER_REALS] = shownLots;
    link(slot, ladder, priceTicks, shownLots);
  }

  function setReserveLots(slot: number, lots: number): void {
    assert(isIceberg(slot) && lots >= 0, "only an iceberg has a reserve");
    keepInReserve(slot, lots);
  }

  function keepInReserve(slot: number, lots: number): void {
    levelReserves[levelOf(slot)] += lots - reserveLots[slot];
    reserveLots[slot] = lots;
  }

  function priceTicksOf(slot: number): number {
    return levelPriceTicks(orderLevels[(slot & mask) * ORDER_WORDS]);
  }

  function bookOf(slot: number): number {
    return ladderOfOrder(slot) >> LADDER_BITS;
  }

  /** Which of its book's ladders the order stands on. */
  function ladderKindOf(slot: number): number {
    return ladderOfOrder(slot) & LADDER_KIND_MASK;
  }

  /** What still works, an iceberg's reserve included. */
  function leavesQtyLotsOf(slot: number): number {
    const shownLots = orderLots[(slot & mask) * ORDER_REALS];
    return isIceberg(slot) ? shownLots + reserveLots[slot] : shownLots;
  }

  /** What stands in the queue: all of an order, or an iceberg's slice. */
  function shownLotsOf(slot: number): number {
    return orderLots[(slot & mask) * ORDER_REALS];
  }

  function isIceberg(slot: number): boolean {
    return (orderCodeWords[(slot & mask) * ORDER_WORDS] & ICEBERG) !== 0;
  }

  function orderIdOf(slot: number): number {
    return orderIds[(slot & mask) * ORDER_REALS];
  }

  function orderCodesOf(slot: number): number {
    return orderCodeWords[(slot & mask) * ORDER_WORDS];
  }

  /** Best displayed level of a side, NONE when it is empty; nextLevel() goes on from there. */
  function bestLevel(book: number, side: number): number {
    return ladders.first(ladderOf(book, side));
  }

  /** The first level of any ladder, or NONE. */
  function firstLevel(ladder: number): number {
    return ladders.first(ladder);
  }

  /** The level of a ladder at this price, or NONE. */
  function levelAt(ladder: number, priceTicks: number): number {
    return ladders.find(ladder, keyOf(ladder, priceTicks));
  }

  /** The next worse level of the same side, or NONE. */
  function nextLevel(level: number): number {
    const at = (level & levelMask) * LEVEL_WORDS;
    return ladders.next(levelLeaves[at], levelKeys[at]);
  }

  function levelPriceTicks(level: number): number {
    const at = (level & levelMask) * LEVEL_WORDS;
    return keyOf(levelLadders[at], levelKeys[at]);
  }

  function levelQtyLots(level: number): number {
    return levelLots[(level & levelMask) * LEVEL_REALS];
  }

  /** With what icebergs keep in reserve, for it will be shown there. */
  function levelWholeLots(level: number): number {
    return levelQtyLots(level) + levelReserves[level];
  }

  function levelOrderCount(level: number): number {
    return levelCounts[(level & levelMask) * LEVEL_WORDS];
  }

  /** The oldest order of a level; nextInQueue() goes on from there. */
  function firstInQueue(level: number): number {
    return levelHeads[(level & levelMask) * LEVEL_WORDS];
  }

  function nextInQueue(slot: number): number {
    return orderNexts[(slot & mask) * ORDER_WORDS];
  }

  function prevInQueue(slot: number): number {
    return orderPrevs[(slot & mask) * ORDER_WORDS];
  }

  /** The newest order of a level. */
  function lastInQueue(level: number): number {
    return levelTails[(level & levelMask) * LEVEL_WORDS];
  }

  function save(snapshot: SnapshotWriter): void {
    orders.save(snapshot);
    levels.save(snapshot);
    ladders.save(snapshot);
    ids.save(snapshot);
    proRata.save(snapshot);
    snapshot.array(icebergCounts);
    snapshot.array(reserveLots, icebergCounts.some((count) => count > 0) ? orders.usedSlots() : 0);
  }

  function load(snapshot: SnapshotReader): void {
    orders.load(snapshot);
    levels.load(snapshot);
    ladders.load(snapshot);
    ids.load(snapshot);
    proRata.load(snapshot);
    snapshot.into(icebergCounts);
    snapshot.into(reserveLots);
    if (icebergCounts.some((count) => count > 0)) sumReserves();
  }

  /** Of books that were just loaded. */
  function sumReserves(): void {
    for (let slot = 0; slot < orders.usedSlots(); slot++) {
      if (reserveLots[slot] > 0) levelReserves[levelOf(slot)] += reserveLots[slot];
    }
  }

  /** Whether a ladder has a level within the limit. */
  function reaches(ladder: number, limitKey: number): boolean {
    return ladders.firstKey(ladder) <= limitKey && ladders.first(ladder) !== NONE;
  }

  /** The order that an incoming one meets first among the displayed ones within its limit. */
  function firstDisplayed(ladder: number, limitKey: number): number {
    const level = ladders.first(ladder);
    if (level === NONE || levelKeys[(level & levelMask) * LEVEL_WORDS] > limitKey) return NONE;
    return levelHeads[(level & levelMask) * LEVEL_WORDS];
  }

  /** The same among displayed and dark ones, for an incoming order of `qtyLots`. */
  function firstMaker(ladder: number, limitKey: number, qtyLots: number): number {
    const displayed = firstDisplayed(ladder, limitKey);
    const displayedKey = displayed === NONE ? KEY_MAX : keyOf(ladder, priceTicksOf(displayed));
    let level = ladders.first(ladder + DARK);
    for (; level !== NONE; level = nextLevel(level)) {
      const key = levelKeys[(level & levelMask) * LEVEL_WORDS];
      if (key > limitKey || (displayed !== NONE && key >= displayedKey)) break;
      const dark = firstThatFits(level, qtyLots);
      if (dark !== NONE) return dark;
    }
    return displayed;
  }

  /** The first order of a dark level that may trade with `qtyLots`. */
  function firstThatFits(level: number, qtyLots: number): number {
    let slot = firstInQueue(level);
    while (slot !== NONE) {
      const isWhole = (orderCodeWords[(slot & mask) * ORDER_WORDS] & ALL_OR_NONE) !== 0;
      if (!isWhole || orderLots[(slot & mask) * ORDER_REALS] <= qtyLots) return slot;
      slot = orderNexts[(slot & mask) * ORDER_WORDS];
    }
    return NONE;
  }

  /** The maker's part of a match: less of it, its next slice, or nothing. */
  function takeOff(slot: number, lots: number, nextSliceLots: number): void {
    const shownLots = orderLots[(slot & mask) * ORDER_REALS];
    if (lots < shownLots) {
      setShownLots(slot, shownLots - lots);
    } else if (nextSliceLots > 0) {
      assert(nextSliceLots <= reserveLots[slot], "a slice comes out of the reserve");
      keepInReserve(slot, reserveLots[slot] - nextSliceLots);
      move(slot, ladderOfOrder(slot), priceTicksOf(slot), nextSliceLots);
    } else {
      remove(slot);
    }
  }

  function setShownLots(slot: number, lots: number): void {
    const at = (slot & mask) * ORDER_REALS;
    const level = orderLevels[(slot & mask) * ORDER_WORDS];
    levelLots[(level & levelMask) * LEVEL_REALS] += lots - orderLots[at];
    orderLots[at] = lots;
  }

  function ladderOfOrder(slot: number): number {
    return levelLadders[(levelOf(slot) & levelMask) * LEVEL_WORDS];
  }

  function link(slot: number, ladder: number, priceTicks: number, leavesQtyLots: number): void {
    const key = keyOf(ladder, priceTicks);
    let level = ladders.find(ladder, key);
    const isFirst = level === NONE;
    if (isFirst) level = openLevel(ladder, key);
    if (isFirst && ladders.first(ladder) === level) proRata.noteTop(ladder, orderIdOf(slot));
    else if (proRata.shares(ladder >> LADDER_BITS)) proRata.noteBehind(ladder, orderIdOf(slot));

    const at = (level & levelMask) * LEVEL_WORDS;
    const orderAt = (slot & mask) * ORDER_WORDS;
    const tail = levelTails[at];
    orderLevels[orderAt] = level;
    orderPrevs[orderAt] = tail;
    orderNexts[orderAt] = NONE;
    if (tail === NONE) levelHeads[at] = slot;
    else orderNexts[(tail & mask) * ORDER_WORDS] = slot;
    levelTails[at] = slot;
    levelCounts[at]++;
    levelLots[(level & levelMask) * LEVEL_REALS] += leavesQtyLots;
  }

  function unlink(slot: number): void {
    const orderAt = (slot & mask) * ORDER_WORDS;
    const level = orderLevels[orderAt];
    const levelAt = (level & levelMask) * LEVEL_WORDS;
    const prev = orderPrevs[orderAt];
    const next = orderNexts[orderAt];
    if (prev === NONE) levelHeads[levelAt] = next;
    else orderNexts[(prev & mask) * ORDER_WORDS] = next;
    if (next === NONE) levelTails[levelAt] = prev;
    else orderPrevs[(next & mask) * ORDER_WORDS] = prev;
    levelLots[(level & levelMask) * LEVEL_REALS] -= orderLots[(slot & mask) * ORDER_REALS];
    if (--levelCounts[levelAt] === 0) closeLevel(level);
  }

  function release(slot: number): void {
    ids.remove(orderIds[(slot & mask) * ORDER_REALS], slot);
    orders.release(slot);
  }

  function openLevel(ladder: number, key: number): number {
    const level = levels.acquire(ladder, key);
    levelLeaves[(level & levelMask) * LEVEL_WORDS] = ladders.insert(ladder, key, level);
    return level;
  }

  function closeLevel(level: number): void {
    const at = (level & levelMask) * LEVEL_WORDS;
    ladders.remove(levelLeaves[at], levelKeys[at]);
    levels.release(level);
  }

  return {
    isFull,
    hasRoomFor,
    hasLevelRoom,
    find,
    crosses,
    firstAgainst,
    setAllocation: proRata.setAllocation,
    shares: proRata.shares,
    isPlain,
    canFill,
    lotsMissing,
    match,
    takeOff,
    rest,
    place,
    hideAllBut,
    remove,
    reduceTo,
    resize,
    requeue,
    move,
    setReserveLots,
    priceTicksOf,
    bookOf,
    ladderKindOf,
    leavesQtyLotsOf,
    shownLotsOf,
    isIceberg,
    orderIdOf,
    orderCodesOf,
    bestLevel,
    firstLevel,
    levelOf,
    levelAt,
    nextLevel,
    levelPriceTicks,
    levelQtyLots,
    levelWholeLots,
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

/** Price to key and key to price: bids are inverted, asks stay. Its own inverse. */
function keyOf(ladder: number, ticks: number): number {
  return ticks ^ ((ladder & 1) - 1);
}
