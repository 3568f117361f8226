// Which price fires a waiting order, and where it waits for it.

import { NONE } from "../base/none.ts";
import {
  LADDER_FALLING_ASK,
  LADDER_FALLING_BID,
  LADDER_FALLING_LAST,
  LADDER_FALLING_MID,
  RISING,
} from "../book/ladder-kinds.ts";
import { isStopType, ordTypeOf, sideOf } from "../model/order-codes.ts";
import { TERM_TRAILING, TRIGGER_LAST, TRIGGER_MID } from "../model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";

export class TriggerPrices {
  readonly #tables: EngineTables;

  constructor(tables: EngineTables) {
    this.#tables = tables;
  }

  /** The kind of the ladder on which the order waits. */
  kindOf(orderCodes: number, termsRow: number): number {
    const { terms } = this.#tables;
    const rising = this.#isRising(orderCodes, termsRow) ? RISING : 0;
    const source = terms.triggerSourceOf(termsRow);
    if (source === TRIGGER_LAST) return LADDER_FALLING_LAST + rising;
    if (source === TRIGGER_MID) return LADDER_FALLING_MID + rising;
    const isBuy = sideOf(orderCodes) === SIDE_BUY;
    return (isBuy ? LADDER_FALLING_ASK : LADDER_FALLING_BID) + rising;
  }

  /** Whether the price that fires the order is reached now. */
  isThrough(book: number, orderCodes: number, termsRow: number): boolean {
    const stopPxTicks = this.#tables.terms.stopPxTicksOf(termsRow);
    return this.isThroughAt(book, orderCodes, termsRow, stopPxTicks);
  }

  /** The same with another trigger price than the order has. */
  isThroughAt(book: number, orderCodes: number, termsRow: number, stopPxTicks: number): boolean {
    const { states } = this.#tables;
    const kind = this.kindOf(orderCodes, termsRow);
    if (kind >> 1 === LADDER_FALLING_LAST >> 1) {
      const lastPxTicks = states.lastPxTicksOf(book);
      return states.hasLastPx(book) && isReached(kind, stopPxTicks, lastPxTicks);
    }
    return this.isReachedByQuote(book, kind, stopPxTicks);
  }

  /** The same for a ladder that waits for quotes. */
  isReachedByQuote(book: number, kind: number, stopPxTicks: number): boolean {
    if (!this.hasQuote(book, kind)) return false;
    return isReached(kind, stopPxTicks, this.quoteTicks(book, kind));
  }

  /** Whether there is the quote that a ladder of this kind waits for. */
  hasQuote(book: number, kind: number): boolean {
    const { books } = this.#tables;
    const source = kind & ~RISING;
    const needsBid = source !== LADDER_FALLING_ASK;
    const needsAsk = source !== LADDER_FALLING_BID;
    if (needsBid && books.bestLevel(book, SIDE_BUY) === NONE) return false;
    return !needsAsk || books.bestLevel(book, SIDE_SELL) !== NONE;
  }

  /** That quote in ticks; a middle may end in a half. */
  quoteTicks(book: number, kind: number): number {
    const { books } = this.#tables;
    const source = kind & ~RISING;
    const bestTicks = (side: number) => books.levelPriceTicks(books.bestLevel(book, side));
    if (source === LADDER_FALLING_BID) return bestTicks(SIDE_BUY);
    if (source === LADDER_FALLING_ASK) return bestTicks(SIDE_SELL);
    return (bestTicks(SIDE_BUY) + bestTicks(SIDE_SELL)) / 2;
  }

  /** A trailing order fires against its side, whatever its type. */
  #isRising(orderCodes: number, termsRow: number): boolean {
    const isTrailing = (this.#tables.terms.flagsOf(termsRow) & TERM_TRAILING) !== 0;
    const isStop = isTrailing || isStopType(ordTypeOf(orderCodes));
    return isStop === (sideOf(orderCodes) === SIDE_BUY);
  }
}

/** Whether `priceTicks` fires orders at `stopPxTicks` on a ladder of this kind. */
export function isReached(kind: number, stopPxTicks: number, priceTicks: number): boolean {
  return (kind & RISING) !== 0 ? priceTicks >= stopPxTicks : priceTicks <= stopPxTicks;
}
