// What a builder asks of an OrderBook and what it answers, as plain objects; and the checks of the
// numbers in them. A number that no market could mean is the caller's bug: RangeError, before any
// effect.

import { PRICE_TICKS_MAX, PRICE_TICKS_MIN } from "../model/instrument.ts";
import {
  ORD_STATUS_CANCELED,
  ORD_STATUS_FILLED,
  ORD_STATUS_NEW,
  ORD_STATUS_PARTIALLY_FILLED,
  ORD_STATUS_REJECTED,
  type OrdStatus,
} from "../model/ord-status.ts";
import { reasonName } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL, type Side } from "../model/side.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC, type TimeInForce } from "../model/time-in-force.ts";

export type SideName = "buy" | "sell";
/** Rest until canceled; trade now and cancel what is left; trade whole now or not at all. */
export type Lifetime = "gtc" | "ioc" | "fok";

export type LimitOrder = {
  readonly side: SideName;
  /** Whole ticks, -2^31 to 2^31 - 1. */
  readonly priceTicks: number;
  /** Whole lots, 1 to 2^53 - 1. */
  readonly orderQtyLots: number;
  /** 1 to 2^53 - 1; left out: one more than the largest so far. */
  readonly orderId?: number | undefined;
  /** "gtc" when left out. */
  readonly timeInForce?: Lifetime | undefined;
  /** Refused where it would trade at once. */
  readonly postOnly?: boolean | undefined;
};

export type MarketOrder = {
  readonly side: SideName;
  readonly orderQtyLots: number;
  readonly orderId?: number | undefined;
  /** "ioc" when left out. */
  readonly timeInForce?: "ioc" | "fok" | undefined;
};

/** What changes; at least one of the two. */
export type Amendment = {
  readonly priceTicks?: number | undefined;
  /** The new total, what has traded included (FIX OrderQty). */
  readonly orderQtyLots?: number | undefined;
};

export type Trade = {
  readonly makerOrderId: number;
  readonly takerOrderId: number;
  /** The maker's price. */
  readonly lastPxTicks: number;
  readonly lastQtyLots: number;
};

/**
 * Why an order was refused or ended: names of model/reasons.ts, "" where there is nothing to say.
 */
export type BookReason =
  | ""
  | "BELOW_EXECUTED"
  | "BOOK_FULL"
  | "DUPLICATE_CL_ORD_ID"
  | "FOK_UNFILLABLE"
  | "IOC_REMAINDER"
  | "NOTHING_TO_AMEND"
  | "NO_LIQUIDITY"
  | "POST_ONLY_WOULD_TRADE"
  | "QTY_OUT_OF_RANGE"
  | "REQUESTED"
  | "UNKNOWN_ORDER"
  | "UNSUPPORTED_ORDER";

export type OrderStatus = "new" | "partiallyFilled" | "filled" | "canceled" | "rejected";

/** The order as the command left it. Rejected: the command did nothing at all. */
export type OrderResult = {
  readonly orderId: number;
  readonly ordStatus: OrderStatus;
  readonly reason: BookReason;
  /** Executed since the order was entered. */
  readonly cumQtyLots: number;
  /** Resting now. */
  readonly leavesQtyLots: number;
  /** Of this command, in the order in which they happened. */
  readonly trades: readonly Trade[];
};

export type RestingOrder = {
  readonly orderId: number;
  readonly side: SideName;
  readonly priceTicks: number;
  readonly orderQtyLots: number;
  readonly cumQtyLots: number;
  readonly leavesQtyLots: number;
  readonly postOnly: boolean;
};

export type BookLevel = {
  readonly priceTicks: number;
  /** Sum of the open lots of its orders. */
  readonly qtyLots: number;
  readonly orderCount: number;
};

/** Best level first on either side. */
export type BookDepth = {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
};

const SIDES: Readonly<Record<SideName, Side>> = { buy: SIDE_BUY, sell: SIDE_SELL };
const LIFETIMES: Readonly<Record<Lifetime, TimeInForce>> = {
  gtc: TIF_GTC,
  ioc: TIF_IOC,
  fok: TIF_FOK,
};
const STATUSES: Readonly<Record<OrdStatus, OrderStatus>> = {
  [ORD_STATUS_NEW]: "new",
  [ORD_STATUS_PARTIALLY_FILLED]: "partiallyFilled",
  [ORD_STATUS_FILLED]: "filled",
  [ORD_STATUS_CANCELED]: "canceled",
  [ORD_STATUS_REJECTED]: "rejected",
};

export function sideOf(name: SideName): Side {
  if (!Object.hasOwn(SIDES, name)) throw unexpected('side "buy" or "sell"', name);
  return SIDES[name];
}

export function sideNameOf(side: number): SideName {
  return side === SIDE_BUY ? "buy" : "sell";
}

export function timeInForceOf(name: Lifetime): TimeInForce {
  if (!Object.hasOwn(LIFETIMES, name)) throw unexpected('timeInForce "gtc", "ioc" or "fok"', name);
  return LIFETIMES[name];
}

export function checkSide(side: number): void {
  if (side !== SIDE_BUY && side !== SIDE_SELL) throw unexpected("side SIDE_BUY or SIDE_SELL", side);
}

export function checkTimeInForce(code: number): void {
  if (code !== TIF_GTC && code !== TIF_IOC && code !== TIF_FOK) {
    throw unexpected("timeInForce TIF_GTC, TIF_IOC or TIF_FOK", code);
  }
}

export function checkPriceTicks(priceTicks: number): void {
  if ((priceTicks | 0) !== priceTicks) {
    throw unexpected(`priceTicks, an integer ${PRICE_TICKS_MIN} to ${PRICE_TICKS_MAX}`, priceTicks);
  }
}

export function checkOrderQtyLots(orderQtyLots: number): void {
  if (!(Number.isSafeInteger(orderQtyLots) && orderQtyLots >= 1)) {
    throw unexpected("orderQtyLots, an integer 1 to 2^53 - 1", orderQtyLots);
  }
}

/** An amended total may be 0: it is at or below what has executed, so it ends the order. */
export function checkAmendedQtyLots(orderQtyLots: number): void {
  if (orderQtyLots !== 0) checkOrderQtyLots(orderQtyLots);
}

export function checkOrderId(orderId: number): void {
  if (!(Number.isSafeInteger(orderId) && orderId >= 1)) {
    throw unexpected("orderId, an integer 1 to 2^53 - 1", orderId);
  }
}

/** The error for an argument; `expected` says what it is and what it may be. */
export function unexpected(expected: string, found: unknown): RangeError {
  const text = typeof found === "string" ? `"${found}"` : String(found);
  return new RangeError(`expected ${expected}; found ${text}`);
}

export function statusNameOf(ordStatus: OrdStatus): OrderStatus {
  return STATUSES[ordStatus];
}

export function reasonNameOf(reason: number): BookReason {
  return reasonName(reason) as BookReason;
}
