// Every order of one instrument, alive or ended, and both queues, as a fold over events. Obvious
// rather than fast: for behaviour cases and tests, where books are small.

import { assert } from "../base/assert.ts";
import { type RecordBuffer, readU64 } from "../base/record-buffer.ts";
import { decodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  EVENT_ACCEPTED,
  EVENT_ACCOUNT_ID_WORD,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCELED,
  EVENT_CL_ORD_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_SIDE_WORD,
  EVENT_TRADED,
  EVENT_WORDS,
  eventFlagsOf,
  eventKindOf,
  FLAG_AGGRESSOR,
  FLAG_KEPT_PLACE,
  FLAG_ON_BOOK,
  reasonOf,
} from "../codec/event.ts";
import { sideOf } from "../model/order-codes.ts";
import { REASON_BELOW_EXECUTED } from "../model/reasons.ts";
import { SIDE_BUY } from "../model/side.ts";

export type FoldedOrder = {
  readonly orderId: number;
  readonly accountId: number;
  readonly side: number;
  clOrdId: string;
  priceTicks: number;
  orderQtyLots: number;
  cumQtyLots: number;
  leavesQtyLots: number;
  /** Ended by anything but trading its last lot. */
  isCanceled: boolean;
};

export type FoldedTrade = {
  readonly maker: FoldedOrder;
  readonly taker: FoldedOrder;
  readonly priceTicks: number;
  readonly qtyLots: number;
};

export class OrderFold {
  /** The trades of the batch folded in last, in order. */
  trades: FoldedTrade[] = [];
  lastPxTicks = 0;
  readonly #orders = new Map<number, FoldedOrder>();
  /** Best first, then oldest first. */
  readonly #bids: FoldedOrder[] = [];
  readonly #asks: FoldedOrder[] = [];
  #maker: FoldedOrder | undefined;

  /** Folds in one batch. */
  apply(events: RecordBuffer, startWord: number, endWord: number): void {
    this.trades = [];
    for (let at = startWord; at < endWord; at += EVENT_WORDS) this.#applyEvent(events, at);
  }

  /** The newest order of the account with this client order id. */
  find(accountId: number, clOrdId: string): FoldedOrder | undefined {
    return [...this.#orders.values()].findLast(
      (order) => order.accountId === accountId && order.clOrdId === clOrdId,
    );
  }

  /** Resting orders of a side in the order in which they would trade. */
  queue(side: number): readonly FoldedOrder[] {
    return side === SIDE_BUY ? this.#bids : this.#asks;
  }

  /** [priceTicks, lots, orders] of each level of a side, best first. */
  levels(side: number): [number, number, number][] {
    const levels: [number, number, number][] = [];
    for (const { priceTicks, leavesQtyLots } of this.queue(side)) {
      const last = levels.at(-1);
      if (last === undefined || last[0] !== priceTicks) {
        levels.push([priceTicks, leavesQtyLots, 1]);
      } else {
        last[1] += leavesQtyLots;
        last[2]++;
      }
    }
    return levels;
  }

  #applyEvent(events: RecordBuffer, at: number): void {
    const { words } = events;
    const kind = eventKindOf(words, at);
    if (kind === EVENT_ACCEPTED) this.#add(events, at);
    const order = this.#orders.get(readU64(words, at + EVENT_ORDER_ID_WORD));
    if (order === undefined || !CHANGES_ORDER.has(kind)) return;
    const keepsPlace = (eventFlagsOf(words, at) & FLAG_KEPT_PLACE) !== 0;
    if (kind === EVENT_AMENDED && !keepsPlace) this.#unlink(order);
    order.clOrdId = decodeClOrdId(events.bytes, (at + EVENT_CL_ORD_ID_WORD) * 4);
    order.priceTicks = words[at + EVENT_PRICE_TICKS_WORD];
    order.orderQtyLots = readU64(words, at + EVENT_ORDER_QTY_LOTS_WORD);
    order.cumQtyLots = readU64(words, at + EVENT_CUM_QTY_LOTS_WORD);
    order.leavesQtyLots = readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD);
    if (kind === EVENT_TRADED) this.#trade(order, words, at);
    if (kind === EVENT_CANCELED) this.#cancel(order, words, at);
    if (order.leavesQtyLots === 0) this.#unlink(order);
    const rests = (eventFlagsOf(words, at) & FLAG_ON_BOOK) !== 0;
    if (rests && !keepsPlace && RESTS_ORDER.has(kind)) this.#link(order);
  }

  #add(events: RecordBuffer, at: number): void {
    const { words } = events;
    const orderId = readU64(words, at + EVENT_ORDER_ID_WORD);
    assert(!this.#orders.has(orderId), "an order is accepted once");
    this.#orders.set(orderId, {
      orderId,
      accountId: words[at + EVENT_ACCOUNT_ID_WORD] >>> 0,
      side: sideOf(words[at + EVENT_SIDE_WORD]),
      clOrdId: "",
      priceTicks: 0,
      orderQtyLots: 0,
      cumQtyLots: 0,
      leavesQtyLots: 0,
      isCanceled: false,
    });
  }

  /** A trade is two events, the maker's first. */
  #trade(order: FoldedOrder, words: Int32Array, at: number): void {
    if ((eventFlagsOf(words, at) & FLAG_AGGRESSOR) === 0) {
      this.#maker = order;
      return;
    }
    assert(this.#maker !== undefined, "the maker's event comes before the aggressor's");
    const priceTicks = words[at + EVENT_LAST_PX_TICKS_WORD];
    const qtyLots = readU64(words, at + EVENT_LAST_QTY_LOTS_WORD);
    this.trades.push({ maker: this.#maker, taker: order, priceTicks, qtyLots });
    this.lastPxTicks = priceTicks;
    this.#maker = undefined;
  }

  #cancel(order: FoldedOrder, words: Int32Array, at: number): void {
    if (order.leavesQtyLots === 0) order.isCanceled = true;
    // An amend to what has executed, or less, leaves a total of what has executed (rulebook, 3).
    if (reasonOf(words, at) === REASON_BELOW_EXECUTED) order.orderQtyLots = order.cumQtyLots;
  }

  #link(order: FoldedOrder): void {
    const queue = order.side === SIDE_BUY ? this.#bids : this.#asks;
    const behind = queue.findIndex((other) => isBetter(order, other));
    queue.splice(behind === -1 ? queue.length : behind, 0, order);
  }

  #unlink(order: FoldedOrder): void {
    const queue = order.side === SIDE_BUY ? this.#bids : this.#asks;
    const index = queue.indexOf(order);
    if (index !== -1) queue.splice(index, 1);
  }
}

const CHANGES_ORDER = new Set([
  EVENT_ACCEPTED,
  EVENT_TRADED,
  EVENT_BOOKED,
  EVENT_CANCELED,
  EVENT_AMENDED,
]);
const RESTS_ORDER = new Set([EVENT_ACCEPTED, EVENT_BOOKED, EVENT_AMENDED]);

function isBetter(order: FoldedOrder, other: FoldedOrder): boolean {
  return order.side === SIDE_BUY
    ? order.priceTicks > other.priceTicks
    : order.priceTicks < other.priceTicks;
}
