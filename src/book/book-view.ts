// The resting side of a book as plain objects, for whoever looks at it. Copies: what happens to the
// book afterwards does not change them.

import { NONE } from "../base/none.ts";
import { isPostOnly, sideOf } from "../model/order-codes.ts";
import type { Books } from "./books.ts";
import { type BookLevel, type RestingOrder, sideNameOf } from "./order-request.ts";

/** The best `levelsMax` levels of a side, best first. */
export function levelsOf(books: Books, book: number, side: number, levelsMax: number): BookLevel[] {
  const levels: BookLevel[] = [];
  let level = books.bestLevel(book, side);
  for (; level !== NONE && levels.length < levelsMax; level = books.nextLevel(level)) {
    levels.push({
      priceTicks: books.levelPriceTicks(level),
      qtyLots: books.levelQtyLots(level),
      orderCount: books.levelOrderCount(level),
    });
  }
  return levels;
}

/** Slots of a side in the order in which they would trade, at most `ordersMax`. */
export function slotsOf(books: Books, book: number, side: number, ordersMax: number): number[] {
  const slots: number[] = [];
  let level = books.bestLevel(book, side);
  for (; level !== NONE; level = books.nextLevel(level)) {
    let slot = books.firstInQueue(level);
    for (; slot !== NONE; slot = books.nextInQueue(slot)) {
      if (slots.length >= ordersMax) return slots;
      slots.push(slot);
    }
  }
  return slots;
}

export function restingOrderOf(books: Books, slot: number, orderQtyLots: number): RestingOrder {
  const orderCodes = books.orderCodesOf(slot);
  const leavesQtyLots = books.leavesQtyLotsOf(slot);
  return {
    orderId: books.orderIdOf(slot),
    side: sideNameOf(sideOf(orderCodes)),
    priceTicks: books.priceTicksOf(slot),
    orderQtyLots,
    cumQtyLots: orderQtyLots - leavesQtyLots,
    leavesQtyLots,
    postOnly: isPostOnly(orderCodes),
  };
}
