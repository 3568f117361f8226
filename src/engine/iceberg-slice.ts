// How much an iceberg shows: the same on every replay, not to be guessed from outside.

import { mixed } from "../base/mixed.ts";
import { NONE } from "../base/none.ts";
import type { OrderTerms } from "./order-terms.ts";

/**
 * One command may use up every slice of an order, a microsecond and three events each: an order
 * of a million slices would stop everybody else for a second.
 */
const SLICES_MAX = 1_000;

/** Whether so much may be shown of an order at a time: a part of it, and not too small a part. */
export function mayShow(displayQtyLots: number, orderQtyLots: number): boolean {
  const isPart = displayQtyLots > 0 && displayQtyLots < orderQtyLots;
  return isPart && !hasTooManySlices(displayQtyLots, orderQtyLots);
}

/** A random part only makes them fewer. Beyond 2^53 the product is rounded, but larger anyway. */
export function hasTooManySlices(displayQtyLots: number, orderQtyLots: number): boolean {
  return displayQtyLots > 0 && orderQtyLots > displayQtyLots * SLICES_MAX;
}

/** How many slices of at least so much an order has: none where it is not shown in parts. */
export function sliceCount(displayQtyLots: number, orderQtyLots: number): number {
  if (displayQtyLots === 0) return 0;
  const lastLots = orderQtyLots % displayQtyLots;
  const count = (orderQtyLots - lastLots) / displayQtyLots + (lastLots > 0 ? 1 : 0);
  return Math.min(count, SLICES_MAX);
}

/** The order's total, or what it shows, is another one now. */
export function countSlices(terms: OrderTerms, termsRow: number, orderQtyLots: number): void {
  if (termsRow === NONE) return;
  terms.setSlices(termsRow, sliceCount(terms.displayQtyLotsOf(termsRow), orderQtyLots));
}

/** Lots of the slice that the order shows now: its display quantity and up to the random part. */
export function sliceLots(terms: OrderTerms, termsRow: number, orderId: number): number {
  const displayQtyLots = terms.displayQtyLotsOf(termsRow);
  const randomLots = terms.displayRandomLotsOf(termsRow);
  if (randomLots === 0) return displayQtyLots;
  const refillCount = terms.refillCountOf(termsRow);
  return displayQtyLots + (mixed(orderId, refillCount + 1) % (randomLots + 1));
}
