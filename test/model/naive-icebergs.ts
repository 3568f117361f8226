// What an iceberg shows, slice after slice, and the "displayed" events that tell it.

import { EVENT_DISPLAYED } from "../../src/codec/event.ts";
import { noteTop } from "./naive-allocation.ts";
import { isIceberg, type TwinOrder } from "./naive-order.ts";
import { report, type TwinState } from "./naive-state.ts";

const SLICES_MAX = 1000n;

/** Whether it would take more slices to show all of the order than an iceberg may have. */
export function hasTooManySlices({ orderQtyLots, terms }: TwinOrder): boolean {
  const { displayQtyLots = 0 } = terms;
  if (displayQtyLots === 0) return false;
  const [shown, all] = [BigInt(displayQtyLots), BigInt(orderQtyLots)];
  return (all + shown - 1n) / shown > SLICES_MAX;
}

/** Whether what works could show as many slices as there may be, or more. */
export function isFullOfSlices({ working, limits }: TwinState): boolean {
  return working.reduce((sum, order) => sum + slicesOf(order), 0) >= limits.slicesMax;
}

/** How many slices it takes to show all of the order, one lot as well as all of it counting. */
export function slicesOf({ orderQtyLots, terms }: TwinOrder): number {
  const { displayQtyLots = 0 } = terms;
  return displayQtyLots === 0 ? 0 : Math.ceil(orderQtyLots / displayQtyLots);
}

/** Slice `n` of an order: its size is a pure function of order and number. */
export function sliceLots({ orderId, terms }: TwinOrder, n: number): number {
  const { displayQtyLots = 0, displayRandomLots = 0 } = terms;
  if (displayRandomLots === 0) return displayQtyLots;
  return displayQtyLots + (mix(orderId, n) % (displayRandomLots + 1));
}

function mix(orderId: number, n: number): number {
  let hash = Math.imul((orderId | 0) ^ Math.imul(n + 1, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 0;
}

/** A slice at the tail: the first one under the order's own id, all others under new ones. */
export function showNextSlice(state: TwinState, order: TwinOrder): void {
  order.sliceNumber++;
  order.publicId = order.sliceNumber === 0 ? order.orderId : ++state.lastOrderId;
  order.shownLots = Math.min(order.leavesQtyLots, sliceLots(order, order.sliceNumber));
  order.arrival = ++state.lastArrival;
}

/** After so many shown lots were traded or prevented. A slice used up makes room for the next. */
export function takeShown(state: TwinState, order: TwinOrder, lots: number): void {
  if (!isIceberg(order)) return;
  const beforeLots = order.shownLots;
  order.shownLots -= lots;
  if (order.shownLots === 0 && order.leavesQtyLots > 0) {
    showNextSlice(state, order);
    noteTop(state, order);
  }
  reportDisplayed(state, order, beforeLots, order.priceTicks);
}

/** After a reduction that keeps the place: the reserve gives first, then the slice. */
export function keepShownWithinLeaves(state: TwinState, order: TwinOrder): void {
  if (!isIceberg(order) || order.place !== "displayed") return;
  const beforeLots = order.shownLots;
  order.shownLots = Math.min(beforeLots, order.leavesQtyLots);
  if (order.shownLots !== beforeLots) {
    reportDisplayed(state, order, beforeLots, order.priceTicks);
  }
}

/** The order leaves the place where it showed something. */
export function hide(state: TwinState, order: TwinOrder, priceTicksBefore: number): void {
  const beforeLots = order.shownLots;
  order.shownLots = 0;
  reportDisplayed(state, order, beforeLots, priceTicksBefore);
}

export function reportDisplayed(
  state: TwinState,
  order: TwinOrder,
  beforeLots: number,
  beforeTicks: number,
): void {
  report(state, EVENT_DISPLAYED, order, {
    lastQtyLots: beforeLots,
    lastPxTicks: beforeLots === 0 ? 0 : beforeTicks,
    contraOrderId: order.shownLots,
    tradeId: order.publicId,
  });
}
