// Every order of one instrument, alive or ended, and both queues, as a fold over events. Obvious
// rather than fast: for behavior cases and tests, where books are small. The queues hold whatever
// could trade, what the public does not see included.

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
  EVENT_CONTRA_ORDER_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_DISPLAYED,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_RESTATED,
  EVENT_SIDE_WORD,
  EVENT_TRADE_ID_WORD,
  EVENT_TRADED,
  EVENT_TRIGGERED,
  EVENT_WORDS,
  eventFlagsOf,
  eventKindOf,
  FLAG_AGGRESSOR,
  FLAG_KEPT_PLACE,
  FLAG_ON_BOOK,
  reasonOf,
} from "../codec/event.ts";
import { isDark, isTriggerType, sideOf } from "../model/order-codes.ts";
import { REASON_BELOW_EXECUTED, REASON_SELF_TRADE } from "../model/reasons.ts";
import { SIDE_BUY } from "../model/side.ts";

export type FoldedOrder = {
  readonly orderId: number;
  readonly accountId: number;
  readonly side: number;
  readonly isDark: boolean;
  clOrdId: string;
  priceTicks: number;
  orderQtyLots: number;
  cumQtyLots: number;
  leavesQtyLots: number;
  /** What the public sees of it. */
  shownQtyLots: number;
  /** Under which number the public sees it. */
  publicOrderId: number;
  /** A stop that has not triggered. */
  isWaiting: boolean;
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
  /** Of the batch folded in last, in order: the trades, ... */
  trades: FoldedTrade[] = [];
  /** ... the orders that triggered, ... */
  triggers: FoldedOrder[] = [];
  /** ... and those that self-trade prevention ended. */
  prevented: FoldedOrder[] = [];
  lastPxTicks = 0;
  readonly #orders = new Map<number, FoldedOrder>();
  /** Best first, at one price the displayed ones first, then oldest first. */
  readonly #bids: FoldedOrder[] = [];
  readonly #asks: FoldedOrder[] = [];
  #maker: FoldedOrder | undefined;

  /** Folds in one batch. */
  apply(events: RecordBuffer, startWord: number, endWord: number): void {
    this.trades = [];
    this.triggers = [];
    this.prevented = [];
    for (let at = startWord; at < endWord; at += EVENT_WORDS) this.#applyEvent(events, at);
  }

  /** The newest order of the account with this client order id. */
  find(accountId: number, clOrdId: string): FoldedOrder | undefined {
    return [...this.#orders.values()].findLast(
      (order) => order.accountId === accountId && order.clOrdId === clOrdId,
    );
  }

  /** Orders of a side that could trade, in the order in which they would. */
  queue(side: number): readonly FoldedOrder[] {
    return side === SIDE_BUY ? this.#bids : this.#asks;
  }

  /** Stops of a side that wait for their price, oldest first. */
  waiting(side: number): readonly FoldedOrder[] {
    return [...this.#orders.values()].filter((order) => order.side === side && order.isWaiting);
  }

  workingCount(): number {
    return [...this.#orders.values()].filter((order) => order.leavesQtyLots > 0).length;
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
    if (order === undefined) return;
    if (kind === EVENT_DISPLAYED) this.#show(order, words, at);
    if (!CHANGES_ORDER.has(kind)) return;
    const keepsPlace = (eventFlagsOf(words, at) & FLAG_KEPT_PLACE) !== 0;
    const wasLinked = this.queue(order.side).includes(order);
    if (MOVES_ORDER.has(kind) && !keepsPlace) this.#unlink(order);
    copyFields(order, events, at);
    if (kind === EVENT_TRADED) this.#trade(order, words, at);
    if (kind === EVENT_CANCELED) this.#cancel(order, words, at);
    if (kind === EVENT_TRIGGERED) this.#trigger(order);
    if (order.leavesQtyLots === 0) this.#end(order);
    // A dark order's move is told without "on the book"; one that crosses is booked once more.
    const movesInTheDark = kind === EVENT_RESTATED && order.isDark && wasLinked;
    const restsInTheDark = kind === EVENT_BOOKED && order.isDark;
    const rests = (eventFlagsOf(words, at) & FLAG_ON_BOOK) !== 0 && RESTS_ORDER.has(kind);
    if (rests) order.shownQtyLots = order.leavesQtyLots;
    if ((rests || restsInTheDark || movesInTheDark) && !keepsPlace) this.#link(order);
  }

  #add(events: RecordBuffer, at: number): void {
    const { words } = events;
    const orderId = readU64(words, at + EVENT_ORDER_ID_WORD);
    assert(!this.#orders.has(orderId), "an order is accepted once");
    const orderCodes = words[at + EVENT_SIDE_WORD];
    this.#orders.set(orderId, {
      orderId,
      accountId: words[at + EVENT_ACCOUNT_ID_WORD] >>> 0,
      side: sideOf(orderCodes),
      isDark: isDark(orderCodes),
      clOrdId: "",
      priceTicks: 0,
      orderQtyLots: 0,
      cumQtyLots: 0,
      leavesQtyLots: 0,
      shownQtyLots: 0,
      publicOrderId: orderId,
      isWaiting: isTriggerType(orderCodes),
      isCanceled: false,
    });
  }

  /** A trade is two events, the maker's first. */
  #trade(order: FoldedOrder, words: Int32Array, at: number): void {
    if (order.shownQtyLots > order.leavesQtyLots) order.shownQtyLots = order.leavesQtyLots;
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

  /** A new public id stands at the tail; the same one where it stood. */
  #show(order: FoldedOrder, words: Int32Array, at: number): void {
    const publicOrderId = readU64(words, at + EVENT_TRADE_ID_WORD);
    const isNew = order.shownQtyLots === 0 || publicOrderId !== order.publicOrderId;
    order.shownQtyLots = readU64(words, at + EVENT_CONTRA_ORDER_ID_WORD);
    order.publicOrderId = publicOrderId;
    if (!isNew && order.shownQtyLots > 0) return;
    this.#unlink(order);
    if (order.shownQtyLots > 0) this.#link(order);
  }

  #cancel(order: FoldedOrder, words: Int32Array, at: number): void {
    const reason = reasonOf(words, at);
    if (order.leavesQtyLots === 0) order.isCanceled = true;
    if (order.isCanceled && reason === REASON_SELF_TRADE) this.prevented.push(order);
    // An amend to what has executed, or less, leaves a total of what has executed (rulebook, 3).
    if (reason === REASON_BELOW_EXECUTED) order.orderQtyLots = order.cumQtyLots;
  }

  #trigger(order: FoldedOrder): void {
    order.isWaiting = false;
    this.triggers.push(order);
  }

  #end(order: FoldedOrder): void {
    order.isWaiting = false;
    this.#unlink(order);
  }

  #link(order: FoldedOrder): void {
    this.#unlink(order);
    const queue = order.side === SIDE_BUY ? this.#bids : this.#asks;
    const behind = queue.findIndex((other) => isBefore(order, other));
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
  EVENT_RESTATED,
  EVENT_TRIGGERED,
]);
const MOVES_ORDER = new Set([EVENT_AMENDED, EVENT_RESTATED]);
const RESTS_ORDER = new Set([EVENT_ACCEPTED, EVENT_BOOKED, EVENT_AMENDED]);

function copyFields(order: FoldedOrder, events: RecordBuffer, at: number): void {
  const { words } = events;
  order.clOrdId = decodeClOrdId(events.bytes, (at + EVENT_CL_ORD_ID_WORD) * 4);
  order.priceTicks = words[at + EVENT_PRICE_TICKS_WORD];
  order.orderQtyLots = readU64(words, at + EVENT_ORDER_QTY_LOTS_WORD);
  order.cumQtyLots = readU64(words, at + EVENT_CUM_QTY_LOTS_WORD);
  order.leavesQtyLots = readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD);
}

/** Whether the order, though newer, trades before the other. */
function isBefore(order: FoldedOrder, other: FoldedOrder): boolean {
  if (order.priceTicks === other.priceTicks) return other.isDark && !order.isDark;
  return order.side === SIDE_BUY
    ? order.priceTicks > other.priceTicks
    : order.priceTicks < other.priceTicks;
}
