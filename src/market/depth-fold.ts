// The displayed book of one instrument as a fold over its events: total lots and number of
// orders at each price. It follows the rule of docs/protocols/journal.md ("Depth is a fold ...")
// and nothing else, so that a book rebuilt here proves that the events say everything.

import { assert } from "../base/assert.ts";
import { readU64 } from "../base/record-buffer.ts";
import {
  EVENT_ACCEPTED,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCELED,
  EVENT_CONTRA_ORDER_ID_WORD,
  EVENT_DISPLAYED,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_SIDE_WORD,
  EVENT_TRADED,
  EVENT_WORDS,
  eventFlagsOf,
  eventKindOf,
  FLAG_ON_BOOK,
} from "../codec/event.ts";
import { sideOf } from "../model/order-codes.ts";
import { SIDE_BUY } from "../model/side.ts";
import type { DepthLevel } from "../model/venue.ts";

export class DepthFold {
  readonly bids = new DepthSide(1);
  readonly asks = new DepthSide(-1);

  /** Folds in the events from `startWord` to `endWord`. */
  apply(words: Int32Array, startWord: number, endWord: number): void {
    for (let at = startWord; at < endWord; at += EVENT_WORDS) this.#applyEvent(words, at);
  }

  #applyEvent(words: Int32Array, at: number): void {
    const isOnBook = (eventFlagsOf(words, at) & FLAG_ON_BOOK) !== 0;
    const side = sideOf(words[at + EVENT_SIDE_WORD]) === SIDE_BUY ? this.bids : this.asks;
    const priceTicks = words[at + EVENT_PRICE_TICKS_WORD];
    const leavesQtyLots = readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD);
    const lastQtyLots = readU64(words, at + EVENT_LAST_QTY_LOTS_WORD);
    switch (eventKindOf(words, at)) {
      case EVENT_ACCEPTED:
      case EVENT_BOOKED:
        if (isOnBook) side.add(priceTicks, leavesQtyLots);
        return;
      case EVENT_TRADED:
      case EVENT_CANCELED:
        if (isOnBook) side.take(priceTicks, lastQtyLots, leavesQtyLots === 0);
        return;
      case EVENT_AMENDED:
        side.take(words[at + EVENT_LAST_PX_TICKS_WORD], lastQtyLots, true);
        if (isOnBook) side.add(priceTicks, leavesQtyLots);
        return;
      case EVENT_DISPLAYED: {
        const shownLots = readU64(words, at + EVENT_CONTRA_ORDER_ID_WORD);
        if (lastQtyLots > 0) side.take(words[at + EVENT_LAST_PX_TICKS_WORD], lastQtyLots, true);
        if (shownLots > 0) side.add(priceTicks, shownLots);
        return;
      }
      default:
        return;
    }
  }
}

type Level = { qtyLots: number; orderCount: number };

/** One side. Prices are kept sorted with the best one last, where most of the changes happen. */
export class DepthSide {
  readonly #levels = new Map<number, Level>();
  readonly #prices: number[] = [];
  /** +1 where higher prices are better, else -1. */
  readonly #sign: 1 | -1;
  orderCount = 0;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  get levelCount(): number {
    return this.#prices.length;
  }

  /** The level at `index` from the best, 0, on; undefined beyond the last. */
  level(index: number): DepthLevel | undefined {
    const priceTicks = this.#prices.at(-1 - index);
    const level = priceTicks === undefined ? undefined : this.#levels.get(priceTicks);
    if (priceTicks === undefined || level === undefined || index < 0) return undefined;
    return [priceTicks, level.qtyLots, level.orderCount];
  }

  add(priceTicks: number, qtyLots: number): void {
    let level = this.#levels.get(priceTicks);
    if (level === undefined) {
      level = { qtyLots: 0, orderCount: 0 };
      this.#levels.set(priceTicks, level);
      this.#prices.splice(this.#placeOf(priceTicks), 0, priceTicks);
    }
    level.qtyLots += qtyLots;
    level.orderCount++;
    this.orderCount++;
  }

  take(priceTicks: number, qtyLots: number, isOrderGone: boolean): void {
    const level = this.#levels.get(priceTicks);
    assert(level !== undefined, "an event takes lots from a level that is there");
    level.qtyLots -= qtyLots;
    assert(level.qtyLots >= 0, "an event takes no more lots than the level has");
    if (!isOrderGone) return;
    level.orderCount--;
    this.orderCount--;
    if (level.orderCount > 0) return;
    assert(level.qtyLots === 0, "a level without orders has no lots");
    this.#levels.delete(priceTicks);
    this.#prices.splice(this.#placeOf(priceTicks), 1);
  }

  /** Where the price stands, or would stand, in the sorted prices. */
  #placeOf(priceTicks: number): number {
    let low = 0;
    let high = this.#prices.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#prices[middle] - priceTicks) * this.#sign < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
