// How much an iceberg shows: the same on every replay, not to be guessed from outside.

import type { OrderTerms } from "./order-terms.ts";

/** Lots of the slice that the order shows now: its display quantity and up to the random part. */
export function sliceLots(terms: OrderTerms, termsRow: number, orderId: number): number {
  const displayQtyLots = terms.displayQtyLotsOf(termsRow);
  const randomLots = terms.displayRandomLotsOf(termsRow);
  if (randomLots === 0) return displayQtyLots;
  const refillCount = terms.refillCountOf(termsRow);
  return displayQtyLots + (mixed(orderId, refillCount) % (randomLots + 1));
}

/** 32 bits that order id and refill number decide. */
function mixed(orderId: number, refillCount: number): number {
  const refill = Math.imul(refillCount + 1, 0x9e37_79b1);
  let hash = Math.imul((orderId | 0) ^ refill, 0x85eb_ca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2_ae35);
  hash ^= hash >>> 16;
  return hash >>> 0;
}
