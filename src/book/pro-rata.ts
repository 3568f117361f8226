// hot path
// Pro-rata matching of a displayed level: each order gets its part of the incoming quantity,
// rounded down to whole lots, and what is left over goes to the oldest first. With a top order, the
// one that made the best price is served before the others. A level is shared as it stood when the
// incoming order came to it; slices that icebergs show afterwards are shared in a round of their
// own.

import { partOf, RATIO_MAX } from "../base/exact-ratio.ts";
import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { ALLOCATION_PRICE_TIME, ALLOCATION_PRO_RATA_TOP } from "../model/allocation.ts";
import { LADDER_BITS, LADDER_KIND_MASK } from "./ladder-kinds.ts";

/** What sharing needs of the books. */
export type SharedLevels = {
  /**
   * Lets the incoming order meet a maker for at most so many lots; returns the lots that moved, or
   * a negative outcome of books.ts.
   */
  meet(slot: number, lotsMax: number): number;
  find(orderId: number): number;
  levelOf(slot: number): number;
  levelOrderCount(level: number): number;
  firstInQueue(level: number): number;
  nextInQueue(slot: number): number;
  shownLotsOf(slot: number): number;
  orderIdOf(slot: number): number;
};

const SIDES = 2;
const MEMBERS_EXPECTED = 64;
/** The maker left without trading: the sharing goes on. */
const MAKER_OUT = -1;

/** For `booksMax` books, all price-time at first. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createProRata(booksMax: number, levels: SharedLevels) {
  const allocations = new Int32Array(booksMax);
  /** The order that made the best price of each side, while it is alone or first there. */
  const topOrderIds = new Float64Array(booksMax * SIDES);
  /** The level as it stood: its orders, and what each showed. */
  let orderIds = new Float64Array(MEMBERS_EXPECTED);
  let shownLots = new Float64Array(MEMBERS_EXPECTED);
  let hasStopped = false;

  function setAllocation(book: number, allocation: number): void {
    allocations[book] = allocation;
  }

  /** Whether the orders of a level are served in another order than by time. */
  function shares(book: number): boolean {
    return allocations[book] !== ALLOCATION_PRICE_TIME;
  }

  /** An order opened a level that is the best of its ladder. */
  function noteTop(ladder: number, orderId: number): void {
    if ((ladder & LADDER_KIND_MASK) >= SIDES) return;
    topOrderIds[(ladder >> LADDER_BITS) * SIDES + (ladder & 1)] = orderId;
  }

  /** An order stands behind others: if it was the top order, it is none any more. */
  function noteBehind(ladder: number, orderId: number): void {
    if ((ladder & LADDER_KIND_MASK) >= SIDES) return;
    const at = (ladder >> LADDER_BITS) * SIDES + (ladder & 1);
    if (topOrderIds[at] === orderId) topOrderIds[at] = 0;
  }

  /** Whether the last share() ended because the incoming order meets nobody further. */
  function stopped(): boolean {
    return hasStopped;
  }

  /**
   * Shares `qtyLots`, less than the displayed `level` holds, among its orders; returns the lots
   * left. A level beyond 2^51 lots is served by time, for parts of it would not be exact.
   */
  function share(ladder: number, level: number, qtyLots: number): number {
    hasStopped = false;
    let leavesQtyLots = qtyLots;
    if (allocations[ladder >> LADDER_BITS] === ALLOCATION_PRO_RATA_TOP) {
      leavesQtyLots -= serveTop(ladder, level, leavesQtyLots);
    }
    if (leavesQtyLots === 0 || hasStopped) return leavesQtyLots;
    const membersCount = collect(level);
    const levelLots = sum(membersCount);
    const sharedLots = Math.min(leavesQtyLots, levelLots);
    if (levelLots <= RATIO_MAX) {
      for (let i = 0; i < membersCount && !hasStopped; i++) {
        leavesQtyLots -= serve(level, i, partOf(sharedLots, shownLots[i], levelLots));
      }
    }
    for (let i = 0; i < membersCount && leavesQtyLots > 0 && !hasStopped; i++) {
      leavesQtyLots -= serve(level, i, Math.min(leavesQtyLots, shownLots[i]));
    }
    return leavesQtyLots;
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.array(allocations);
    snapshot.array(topOrderIds);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(allocations);
    snapshot.into(topOrderIds);
  }

  function serveTop(ladder: number, level: number, qtyLots: number): number {
    const first = levels.firstInQueue(level);
    const topOrderId = topOrderIds[(ladder >> LADDER_BITS) * SIDES + (ladder & 1)];
    if (levels.orderIdOf(first) !== topOrderId) return 0;
    return moved(levels.meet(first, qtyLots));
  }

  /** Lets a member meet the incoming order, if it still stands on the level. */
  function serve(level: number, index: number, lots: number): number {
    if (lots === 0) return 0;
    const slot = levels.find(orderIds[index]);
    if (slot === NONE || levels.levelOf(slot) !== level) return 0;
    const servedLots = moved(levels.meet(slot, lots));
    shownLots[index] -= servedLots; // What it shows after that is of the next round.
    return servedLots;
  }

  function moved(lots: number): number {
    if (lots >= 0) return lots;
    if (lots !== MAKER_OUT) hasStopped = true;
    return 0;
  }

  function collect(level: number): number {
    const membersCount = levels.levelOrderCount(level);
    if (membersCount > orderIds.length) grow(membersCount);
    let slot = levels.firstInQueue(level);
    for (let i = 0; i < membersCount; i++) {
      orderIds[i] = levels.orderIdOf(slot);
      shownLots[i] = levels.shownLotsOf(slot);
      slot = levels.nextInQueue(slot);
    }
    return membersCount;
  }

  function sum(membersCount: number): number {
    let lots = 0;
    for (let i = 0; i < membersCount; i++) lots += shownLots[i];
    return lots;
  }

  function grow(membersCount: number): void {
    orderIds = new Float64Array(membersCount * 2);
    shownLots = new Float64Array(membersCount * 2);
  }

  return { setAllocation, shares, noteTop, noteBehind, stopped, share, save, load };
}
