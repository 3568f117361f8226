// One book to embed, in plain objects: limit and market orders, amend, cancel, depth, snapshot. The
// rules are in book-core.ts, which `core` offers in numbers to those who count nanoseconds.

import { ordStatusOf } from "../model/ord-status.ts";
import {
  REASON_BELOW_EXECUTED,
  REASON_IOC_REMAINDER,
  REASON_NO_LIQUIDITY,
  REASON_NONE,
  REASON_NOTHING_TO_AMEND,
  REASON_REQUESTED,
  REASON_UNKNOWN_ORDER,
  REASON_UNSUPPORTED_ORDER,
} from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_GTC } from "../model/time-in-force.ts";
import { BookCore, type OrderBookOptions } from "./book-core.ts";
import {
  type Amendment,
  type BookDepth,
  type BookLevel,
  type LimitOrder,
  type MarketOrder,
  type OrderResult,
  type RestingOrder,
  reasonNameOf,
  type SideName,
  sideOf,
  statusNameOf,
  type Trade,
  timeInForceOf,
} from "./order-request.ts";

export class OrderBook {
  /** The same book in numbers: numbers in, a number out, nothing allocated. */
  readonly core: BookCore;

  /** Throws RangeError for options out of range. */
  constructor(options: OrderBookOptions = {}) {
    this.core = new BookCore(options);
  }

  /**
   * Trades what it can at once, at the makers' prices, best price first, then oldest first; the
   * rest rests ("gtc") or is canceled ("ioc"). "fok" fills whole or is refused whole.
   *
   * Refused: DUPLICATE_CL_ORD_ID while an order with this id rests, POST_ONLY_WOULD_TRADE,
   * FOK_UNFILLABLE, BOOK_FULL, UNSUPPORTED_ORDER (post-only and not "gtc"), QTY_OUT_OF_RANGE where
   * its side would hold more than 2^53 - 1 lots. Throws RangeError for anything but the values that
   * LimitOrder names. O(orders traded with); "fok" also O(levels traded with).
   */
  limit(order: LimitOrder): OrderResult {
    const { priceTicks, orderQtyLots, timeInForce = "gtc", postOnly = false } = order;
    const side = sideOf(order.side);
    const lifetime = timeInForceOf(timeInForce);
    if (postOnly && lifetime !== TIF_GTC) {
      return refusal(order.orderId ?? 0, REASON_UNSUPPORTED_ORDER);
    }
    const orderId = order.orderId ?? this.#nextOrderId();
    const untradedLots = postOnly
      ? this.core.enterPostOnly(side, priceTicks, orderQtyLots, orderId)
      : this.core.enterLimit(side, priceTicks, orderQtyLots, orderId, lifetime);
    if (untradedLots < 0) return refusal(order.orderId ?? 0, -untradedLots);

    const cumQtyLots = orderQtyLots - untradedLots;
    const rests = lifetime === TIF_GTC || untradedLots === 0;
    return rests
      ? this.#answer(orderId, cumQtyLots, untradedLots, REASON_NONE)
      : this.#answer(orderId, cumQtyLots, 0, REASON_IOC_REMAINDER);
  }

  /**
   * Trades at any price; what finds nothing to trade with is canceled with NO_LIQUIDITY. Refusals,
   * errors and cost as in limit().
   */
  market(order: MarketOrder): OrderResult {
    const { orderQtyLots, timeInForce = "ioc" } = order;
    const orderId = order.orderId ?? this.#nextOrderId();
    const lifetime = timeInForceOf(timeInForce);
    const untradedLots = this.core.enterMarket(sideOf(order.side), orderQtyLots, orderId, lifetime);
    if (untradedLots < 0) return refusal(order.orderId ?? 0, -untradedLots);
    const reason = untradedLots === 0 ? REASON_NONE : REASON_NO_LIQUIDITY;
    return this.#answer(orderId, orderQtyLots - untradedLots, 0, reason);
  }

  /**
   * Changes a resting order. Fewer lots at the same price keep its place; more lots or another
   * price put it at the tail, and a price that crosses trades at once. A new total at or below what
   * has executed cancels it with BELOW_EXECUTED.
   *
   * Refused, and the order stays as it was: UNKNOWN_ORDER, NOTHING_TO_AMEND,
   * POST_ONLY_WOULD_TRADE, QTY_OUT_OF_RANGE. Throws RangeError as limit() does. O(1) and O(orders
   * traded with).
   */
  amend(orderId: number, amendment: Amendment): OrderResult {
    const order = this.core.order(orderId);
    if (order === undefined) return refusal(orderId, REASON_UNKNOWN_ORDER);
    if (amendment.priceTicks === undefined && amendment.orderQtyLots === undefined) {
      return refusal(orderId, REASON_NOTHING_TO_AMEND);
    }
    const { priceTicks = order.priceTicks, orderQtyLots = order.orderQtyLots } = amendment;
    const leavesQtyLots = this.core.amend(orderId, priceTicks, orderQtyLots);
    if (leavesQtyLots < 0) return refusal(orderId, -leavesQtyLots);
    return orderQtyLots <= order.cumQtyLots
      ? this.#answer(orderId, order.cumQtyLots, 0, REASON_BELOW_EXECUTED)
      : this.#answer(orderId, orderQtyLots - leavesQtyLots, leavesQtyLots, REASON_NONE);
  }

  /** Takes a resting order off the book. Refused with UNKNOWN_ORDER. O(1). */
  cancel(orderId: number): OrderResult {
    const order = this.core.order(orderId);
    if (order === undefined) return refusal(orderId, REASON_UNKNOWN_ORDER);
    this.core.cancel(orderId);
    return this.#answer(orderId, order.cumQtyLots, 0, REASON_REQUESTED);
  }

  get bestBid(): BookLevel | undefined {
    return this.core.levels(SIDE_BUY, 1)[0];
  }

  get bestAsk(): BookLevel | undefined {
    return this.core.levels(SIDE_SELL, 1)[0];
  }

  /** Orders resting on both sides. */
  get ordersCount(): number {
    return this.core.ordersCount;
  }

  /** The best `levelsMax` levels of each side. O(levels returned). */
  depth(levelsMax = 10): BookDepth {
    const { core } = this;
    return { bids: core.levels(SIDE_BUY, levelsMax), asks: core.levels(SIDE_SELL, levelsMax) };
  }

  /** The resting order with this id. O(1). */
  order(orderId: number): RestingOrder | undefined {
    return this.core.order(orderId);
  }

  /**
   * Resting orders of a side in the order in which they would trade, at most `ordersMax` of them. A
   * copy: what happens to the book afterwards does not change it. O(orders returned).
   */
  orders(side: SideName, ordersMax = Number.POSITIVE_INFINITY): RestingOrder[] {
    return this.core.orders(sideOf(side), ordersMax);
  }

  /** The whole state as bytes, about 50 an order where orders share prices. O(state). */
  snapshot(): Uint8Array {
    return this.core.snapshot();
  }

  /**
   * A book that goes on exactly as the one that was saved. Throws RangeError for bytes that are not
   * a whole snapshot of this version, or that hold more orders than `ordersMax`. Changed bytes are
   * not noticed: keep a checksum with what leaves the process.
   */
  static restore(bytes: Uint8Array, options: OrderBookOptions = {}): OrderBook {
    const book = new OrderBook(options);
    book.core.load(bytes);
    return book;
  }

  #nextOrderId(): number {
    return this.core.lastOrderId + 1;
  }

  #answer(orderId: number, cumQtyLots: number, leavesQtyLots: number, reason: number): OrderResult {
    const ordStatus = ordStatusOf(cumQtyLots, leavesQtyLots, reason !== REASON_NONE);
    return {
      orderId,
      ordStatus: statusNameOf(ordStatus),
      reason: reasonNameOf(reason),
      cumQtyLots,
      leavesQtyLots,
      trades: this.#tradesOf(orderId),
    };
  }

  #tradesOf(takerOrderId: number): Trade[] {
    const { trades } = this.core;
    return Array.from({ length: trades.count }, (_, index) => ({
      makerOrderId: trades.makerOrderIdOf(index),
      takerOrderId,
      lastPxTicks: trades.lastPxTicksOf(index),
      lastQtyLots: trades.lastQtyLotsOf(index),
    }));
  }
}

function refusal(orderId: number, reason: number): OrderResult {
  return {
    orderId,
    ordStatus: "rejected",
    reason: reasonNameOf(reason),
    cumQtyLots: 0,
    leavesQtyLots: 0,
    trades: [],
  };
}
