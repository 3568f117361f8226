// hot path
// One book with its rules, in numbers: numbers in, a number out, nothing allocated per command. It
// grows by moving into a core twice as large. order-book.ts puts plain objects around it.
//
// A refusal is the negative code of its reason (model/reasons.ts) and changes nothing. A number
// that no market could mean throws RangeError, also before any effect.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { EXEC_INST_POST_ONLY } from "../model/exec-inst.ts";
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN } from "../model/instrument.ts";
import { isPostOnly, packOrderCodes, sideOf } from "../model/order-codes.ts";
import {
  REASON_BOOK_FULL,
  REASON_DUPLICATE_CL_ORD_ID,
  REASON_FOK_UNFILLABLE,
  REASON_NONE,
  REASON_POST_ONLY_WOULD_TRADE,
  REASON_QTY_OUT_OF_RANGE,
  REASON_UNKNOWN_ORDER,
} from "../model/reasons.ts";
import { SIDE_BUY, type Side } from "../model/side.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC, type TimeInForce } from "../model/time-in-force.ts";
import { levelsOf, restingOrderOf, slotsOf } from "./book-view.ts";
import { type Books, createBooks, MATCH_DONE } from "./books.ts";
import {
  type BookLevel,
  checkAmendedQtyLots,
  checkOrderId,
  checkOrderQtyLots,
  checkPriceTicks,
  checkSide,
  checkTimeInForce,
  type RestingOrder,
  unexpected,
} from "./order-request.ts";
import { TradeList } from "./trade-list.ts";

export type OrderBookOptions = {
  /** Resting orders at most; one more is refused with BOOK_FULL. At most 8,388,608. */
  readonly ordersMax?: number | undefined;
  /**
   * Room made at once. The book doubles it when it is used up, which stops the book for a moment.
   */
  readonly ordersExpected?: number | undefined;
  /** Hears of each trade when its command is complete; may look at the book, may not command it. */
  readonly onTrade?: TradeListener | undefined;
};

export type TradeListener = (
  makerOrderId: number,
  takerOrderId: number,
  lastPxTicks: number,
  lastQtyLots: number,
) => void;

/** Beyond this a node and a position in it no longer fit 32 bits (base/key-trees.ts). */
const ORDERS_MAX = 1 << 23;
const ORDERS_MAX_DEFAULT = 1 << 20;
const ORDERS_EXPECTED_DEFAULT = 4096;
/** A price far from all others takes seven nodes at most, and the core has one an order. */
const SPARSE_FACTOR = 8;

const BOOK = 0;

/** Begins and ends a snapshot; its last digits are the version of the layout. */
const SNAPSHOT_MARK = 0x4f42_0002;
const SNAPSHOT_MARK_BYTES = 16;

/** Places in the registers; open lots stand under the code of their side. */
const LAST_ORDER_ID = 0;
const REGISTERS = 3;

export class BookCore {
  readonly #ordersMax: number;
  readonly #onTrade: TradeListener | undefined;
  /** Trades of the last command. */
  readonly trades = new TradeList();
  readonly #registers = new Float64Array(REGISTERS);
  #books: Books;
  /** OrderQty of the order in each slot: open and executed lots. */
  #orderQtyLots: Float64Array;
  #capacity: number;
  #isDelivering = false;

  /** Throws RangeError for options out of range. */
  constructor(options: OrderBookOptions = {}) {
    const { ordersMax = ORDERS_MAX_DEFAULT, ordersExpected = ORDERS_EXPECTED_DEFAULT } = options;
    checkOrders("ordersMax", ordersMax);
    checkOrders("ordersExpected", ordersExpected);
    this.#ordersMax = ordersMax;
    this.#onTrade = options.onTrade;
    this.#capacity = Math.min(ordersExpected, ordersMax);
    this.#books = this.#createBooks();
    this.#orderQtyLots = new Float64Array(this.#capacity);
  }

  /**
   * OrderBook.limit() in numbers. Returns the lots that did not trade, which now rest (TIF_GTC) or
   * are canceled (TIF_IOC), or, when refused, the reason's code with a minus sign.
   */
  enterLimit(
    side: Side,
    priceTicks: number,
    orderQtyLots: number,
    orderId: number,
    timeInForce: TimeInForce = TIF_GTC,
  ): number {
    checkPriceTicks(priceTicks);
    checkTimeInForce(timeInForce);
    return this.#enter(side, priceTicks, orderQtyLots, orderId, timeInForce, 0);
  }

  /** A limit order that never takes. Returns `orderQtyLots`, or minus a reason. */
  enterPostOnly(side: Side, priceTicks: number, orderQtyLots: number, orderId: number): number {
    checkPriceTicks(priceTicks);
    return this.#enter(side, priceTicks, orderQtyLots, orderId, TIF_GTC, EXEC_INST_POST_ONLY);
  }

  /** OrderBook.market(), TIF_IOC or TIF_FOK. Returns the lots canceled, or minus a reason. */
  enterMarket(
    side: Side,
    orderQtyLots: number,
    orderId: number,
    timeInForce: TimeInForce = TIF_IOC,
  ): number {
    if (timeInForce !== TIF_IOC && timeInForce !== TIF_FOK) {
      throw unexpected('timeInForce "ioc" or "fok" of a market order', timeInForce);
    }
    // The worst price there is excludes nobody, and an order that never rests shows it to nobody.
    const limitTicks = side === SIDE_BUY ? PRICE_TICKS_MAX : PRICE_TICKS_MIN;
    return this.#enter(side, limitTicks, orderQtyLots, orderId, timeInForce, 0);
  }

  /**
   * OrderBook.amend() with both numbers given. Returns the lots that rest afterwards (0: filled, or
   * ended because the new total had executed already), or minus a reason.
   */
  amend(orderId: number, priceTicks: number, orderQtyLots: number): number {
    this.#begin();
    checkPriceTicks(priceTicks);
    checkAmendedQtyLots(orderQtyLots);
    const slot = this.#books.find(orderId);
    if (slot === NONE) return -REASON_UNKNOWN_ORDER;
    const executedLots = this.#executedLotsOf(slot);
    if (orderQtyLots <= executedLots) {
      this.#remove(slot);
      return 0;
    }
    const openLots = orderQtyLots - executedLots;
    const reason = this.#reasonToRefuseAmend(slot, priceTicks, openLots);
    if (reason !== REASON_NONE) return -reason;

    const keepsPlace =
      priceTicks === this.#books.priceTicksOf(slot) && orderQtyLots <= this.#orderQtyLots[slot];
    if (!keepsPlace) return this.#reenter(slot, priceTicks, orderQtyLots, openLots);
    this.#addOpenLots(slot, openLots - this.#books.leavesQtyLotsOf(slot));
    this.#books.reduceTo(slot, openLots);
    this.#orderQtyLots[slot] = orderQtyLots;
    return openLots;
  }

  /** Takes a resting order off the book. Returns its open lots, or -REASON_UNKNOWN_ORDER. */
  cancel(orderId: number): number {
    this.#begin();
    const slot = this.#books.find(orderId);
    if (slot === NONE) return -REASON_UNKNOWN_ORDER;
    const leavesQtyLots = this.#books.leavesQtyLotsOf(slot);
    this.#remove(slot);
    return leavesQtyLots;
  }

  /** Orders resting on both sides. */
  get ordersCount(): number {
    return this.#books.ordersCount();
  }

  /** The largest id that ever entered; 0 when none did. */
  get lastOrderId(): number {
    return this.#registers[LAST_ORDER_ID];
  }

  /** The best `levelsMax` levels of a side, best first. O(levels returned). */
  levels(side: Side, levelsMax: number): BookLevel[] {
    return levelsOf(this.#books, BOOK, side, levelsMax);
  }

  /** The resting order with this id. O(1). */
  order(orderId: number): RestingOrder | undefined {
    const slot = this.#books.find(orderId);
    if (slot === NONE) return undefined;
    return restingOrderOf(this.#books, slot, this.#orderQtyLots[slot]);
  }

  /** Resting orders of a side in the order in which they would trade. O(orders returned). */
  orders(side: Side, ordersMax: number): RestingOrder[] {
    return slotsOf(this.#books, BOOK, side, ordersMax).map((slot) =>
      restingOrderOf(this.#books, slot, this.#orderQtyLots[slot]),
    );
  }

  /** The whole state as bytes, about 50 an order where orders share prices. O(state). */
  snapshot(): Uint8Array {
    const snapshot = new SnapshotWriter();
    snapshot.number(SNAPSHOT_MARK);
    snapshot.number(this.#capacity);
    snapshot.array(this.#registers);
    this.#books.save(snapshot);
    snapshot.array(this.#orderQtyLots, this.#books.usedSlots());
    snapshot.number(SNAPSHOT_MARK);
    return snapshot.finish();
  }

  /**
   * Takes over the state of the book that was saved. Throws RangeError for bytes that are not a
   * whole snapshot of this version, or that hold more orders than `ordersMax`; use a new book then.
   */
  load(bytes: Uint8Array): void {
    if (!hasMarks(bytes)) {
      throw unexpected("a whole snapshot of version 2", `${bytes.length} bytes of something else`);
    }
    const snapshot = new SnapshotReader(bytes);
    snapshot.number();
    this.#capacity = Math.max(this.#capacity, snapshot.number());
    this.#books = this.#createBooks();
    this.#orderQtyLots = new Float64Array(this.#capacity);
    snapshot.into(this.#registers);
    this.#books.load(snapshot);
    snapshot.into(this.#orderQtyLots);
    snapshot.number();
    snapshot.finish();
    if (this.ordersCount > this.#ordersMax) {
      throw unexpected(`at most ordersMax ${this.#ordersMax} resting orders`, this.ordersCount);
    }
  }

  /** Every check comes before any effect. */
  #enter(
    side: number,
    priceTicks: number,
    orderQtyLots: number,
    orderId: number,
    timeInForce: number,
    execInst: number,
  ): number {
    this.#begin();
    checkSide(side);
    checkOrderQtyLots(orderQtyLots);
    checkOrderId(orderId);
    const books = this.#books;
    if (books.find(orderId) !== NONE) return -REASON_DUPLICATE_CL_ORD_ID;
    const orderCodes = packOrderCodes(side, 0, 0, execInst);
    if (isPostOnly(orderCodes) && books.crosses(BOOK, side, priceTicks, orderQtyLots)) {
      return -REASON_POST_ONLY_WOULD_TRADE;
    }
    if (timeInForce === TIF_FOK && !books.canFill(BOOK, side, priceTicks, orderQtyLots)) {
      return -REASON_FOK_UNFILLABLE;
    }
    const rests = timeInForce === TIF_GTC;
    if (rests && !canHold(this.#registers[side] + orderQtyLots)) return -REASON_QTY_OUT_OF_RANGE;
    if (rests && !this.#hasRoom() && !books.canFill(BOOK, side, priceTicks, orderQtyLots)) {
      return -REASON_BOOK_FULL;
    }

    if (orderId > this.#registers[LAST_ORDER_ID]) this.#registers[LAST_ORDER_ID] = orderId;
    const leavesQtyLots = this.#trade(side, priceTicks, orderQtyLots);
    if (rests && leavesQtyLots > 0) {
      this.#rest(orderCodes, priceTicks, orderQtyLots, leavesQtyLots, orderId);
    }
    this.#deliver(orderId);
    return leavesQtyLots;
  }

  #reasonToRefuseAmend(slot: number, priceTicks: number, openLots: number): number {
    const orderCodes = this.#books.orderCodesOf(slot);
    const side = sideOf(orderCodes);
    if (isPostOnly(orderCodes) && this.#books.crosses(BOOK, side, priceTicks, openLots)) {
      return REASON_POST_ONLY_WOULD_TRADE;
    }
    const otherLots = this.#registers[side] - this.#books.leavesQtyLotsOf(slot);
    return canHold(otherLots + openLots) ? REASON_NONE : REASON_QTY_OUT_OF_RANGE;
  }

  /** An amend that loses its place: at the tail of its new level, or trading at once. */
  #reenter(slot: number, priceTicks: number, orderQtyLots: number, openLots: number): number {
    while (!this.#books.hasLevelRoom()) this.#grow();
    const books = this.#books;
    const orderCodes = books.orderCodesOf(slot);
    const side = sideOf(orderCodes);
    if (!books.crosses(BOOK, side, priceTicks, openLots)) {
      this.#addOpenLots(slot, openLots - books.leavesQtyLotsOf(slot));
      books.requeue(slot, priceTicks, openLots);
      this.#orderQtyLots[slot] = orderQtyLots;
      return openLots;
    }
    const orderId = books.orderIdOf(slot);
    this.#remove(slot);
    const leavesQtyLots = this.#trade(side, priceTicks, openLots);
    if (leavesQtyLots > 0) {
      this.#rest(orderCodes, priceTicks, orderQtyLots, leavesQtyLots, orderId);
    }
    this.#deliver(orderId);
    return leavesQtyLots;
  }

  /** Trades within the limit; returns the lots left over. */
  #trade(side: number, priceTicks: number, qtyLots: number): number {
    if (!this.#books.crosses(BOOK, side, priceTicks, qtyLots)) return qtyLots;
    const leavesQtyLots = this.#books.match(BOOK, side, priceTicks, qtyLots);
    this.#registers[3 - side] -= qtyLots - leavesQtyLots;
    return leavesQtyLots;
  }

  #rest(
    orderCodes: number,
    priceTicks: number,
    orderQtyLots: number,
    leavesQtyLots: number,
    orderId: number,
  ): void {
    const slot = this.#books.rest(BOOK, orderCodes, priceTicks, leavesQtyLots, orderId);
    this.#orderQtyLots[slot] = orderQtyLots;
    this.#addOpenLots(slot, leavesQtyLots);
  }

  #remove(slot: number): void {
    this.#addOpenLots(slot, -this.#books.leavesQtyLotsOf(slot));
    this.#books.remove(slot);
  }

  /** Keeps the sum of a side, so that sums of its levels stay exact. */
  #addOpenLots(slot: number, lots: number): void {
    this.#registers[sideOf(this.#books.orderCodesOf(slot))] += lots;
  }

  #executedLotsOf(slot: number): number {
    return this.#orderQtyLots[slot] - this.#books.leavesQtyLotsOf(slot);
  }

  /** Whether one more order may rest, after growing where that helps. */
  #hasRoom(): boolean {
    if (this.#books.ordersCount() >= this.#ordersMax) return false;
    while (this.#books.isFull()) this.#grow();
    return true;
  }

  /** A core twice as large takes over the state; slots keep their numbers. O(state). */
  #grow(): void {
    const capacityMax = this.#ordersMax * SPARSE_FACTOR;
    assert(this.#capacity < capacityMax, "a core of the greatest size has room for every order");
    const state = new SnapshotWriter();
    this.#books.save(state);
    const orderQtyLots = this.#orderQtyLots;
    this.#capacity = Math.min(this.#capacity * 2, capacityMax);
    this.#books = this.#createBooks();
    this.#books.load(new SnapshotReader(state.finish()));
    this.#orderQtyLots = new Float64Array(this.#capacity);
    this.#orderQtyLots.set(orderQtyLots);
  }

  #createBooks(): Books {
    const limits = { booksMax: 1, ordersMax: this.#capacity, salt: 0 };
    return createBooks(limits, (makerSlot, lastPxTicks, lastQtyLots) => {
      this.trades.add(this.#books.orderIdOf(makerSlot), lastPxTicks, lastQtyLots);
      return MATCH_DONE;
    });
  }

  #begin(): void {
    if (this.#isDelivering) {
      throw new Error("expected onTrade only to look at the book, found a command from inside it");
    }
    this.trades.clear();
  }

  /** Tells the listener, who finds the book as the whole command left it. */
  #deliver(takerOrderId: number): void {
    const trades = this.trades;
    const onTrade = this.#onTrade;
    if (onTrade === undefined || trades.count === 0) return;
    this.#isDelivering = true;
    try {
      for (let i = 0; i < trades.count; i++) {
        const makerOrderId = trades.makerOrderIdOf(i);
        onTrade(makerOrderId, takerOrderId, trades.lastPxTicksOf(i), trades.lastQtyLotsOf(i));
      }
    } finally {
      this.#isDelivering = false;
    }
  }
}

function canHold(lots: number): boolean {
  return lots <= Number.MAX_SAFE_INTEGER;
}

function checkOrders(name: string, orders: number): void {
  if (!(Number.isInteger(orders) && orders >= 1 && orders <= ORDERS_MAX)) {
    throw unexpected(`${name}, an integer 1 to ${ORDERS_MAX}`, orders);
  }
}

/** Whether the first and the last section are the mark: bytes cut short fail this. */
function hasMarks(bytes: Uint8Array): boolean {
  if (bytes.length < 2 * SNAPSHOT_MARK_BYTES) return false;
  const ends = [0, bytes.length - SNAPSHOT_MARK_BYTES];
  return ends.every((at) => {
    const end = bytes.subarray(at, at + SNAPSHOT_MARK_BYTES);
    const view = new DataView(end.buffer, end.byteOffset, SNAPSHOT_MARK_BYTES);
    return view.getFloat64(0, true) === 8 && view.getFloat64(8, true) === SNAPSHOT_MARK;
  });
}
