// outcry/book: the order book as a plain library (docs/book.md).

export { formatSteps, type GridFault, parseSteps } from "../model/instrument.ts";
export { reasonName } from "../model/reasons.ts";
export { SIDE_BUY, SIDE_SELL, type Side } from "../model/side.ts";
export { TIF_FOK, TIF_GTC, TIF_IOC, type TimeInForce } from "../model/time-in-force.ts";
export { BookCore, type OrderBookOptions, type TradeListener } from "./book-core.ts";
export { OrderBook } from "./order-book.ts";
export type {
  Amendment,
  BookDepth,
  BookLevel,
  BookReason,
  Lifetime,
  LimitOrder,
  MarketOrder,
  OrderResult,
  OrderStatus,
  RestingOrder,
  SideName,
  Trade,
} from "./order-request.ts";
