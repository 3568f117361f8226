// hot path
// Reports on orders as FIX messages: ExecutionReport, and OrderCancelReject where a cancel or an
// amend was refused. Everything in them follows from the event.

import { readU64 } from "../base/record-buffer.ts";
import {
  EXEC_INST_ALL_OR_NONE,
  EXEC_INST_HIDDEN,
  EXEC_INST_POST_ONLY,
  EXEC_INST_REDUCE_ONLY,
} from "../model/exec-inst.ts";
import type { HistoryExecuted, HistoryOrder } from "../model/history.ts";
import type { Instrument } from "../model/instrument.ts";
import { ORD_STATUS_CANCELED, ORD_STATUS_REJECTED } from "../model/ord-status.ts";
import {
  execInstOf,
  hasLimitPrice,
  hasNoPrice,
  isPegged,
  ordTypeOf,
  packOrderCodes,
  sideOf,
  timeInForceOf,
} from "../model/order-codes.ts";
import { PEG_MARKET, PEG_MID, PEG_PRIMARY } from "../model/order-terms.ts";
import * as reasons from "../model/reasons.ts";
import { decodeClOrdId, hasClOrdId } from "./cl-ord-id.ts";
import * as event from "./event.ts";
import { expectedText } from "./fix-dictionary.ts";
import type { FixField } from "./fix-orders.ts";
import * as tag from "./fix-tags.ts";
import type { FixWriter } from "./fix-writer.ts";
import { readTerms } from "./order-command.ts";
import { isChangedTrade } from "./order-report.ts";

const ZERO = 0x30;

// OrdStatus (39) and ExecType (150).
const NEW = "0";
const PARTIALLY_FILLED = "1";
const FILLED = "2";
const CANCELED = "4";
const REPLACED = "5";
const REJECTED = "8";
const EXPIRED = "C";
const RESTATED = "D";
const TRADE = "F";
const TRADE_CORRECT = "G";
const TRADE_CANCEL = "H";
const ORDER_STATUS = "I";

/** ExecRestatementReason (378). */
const REPRICED = 3;
const PARTIAL_DECLINE = 5;
const RESTATED_OTHERWISE = 99;

/** CxlRejReason (102) and OrdRejReason (103). */
const CXL_UNKNOWN_ORDER = 1;
const CXL_DUPLICATE_CL_ORD_ID = 6;
const REJ_EXCHANGE_CLOSED = 2;
const REJ_UNKNOWN_ORDER = 5;
const OTHER = 99;
/** Below it reasons are FIX's own numbers. */
const OWN_REASONS_FROM = 1000;

/** LastLiquidityInd (851). */
const ADDED = 1;
const REMOVED = 2;
const AUCTION = 4;

/** Digits of an average price behind those of a price, where it is not one itself. */
const AVERAGE_DECIMALS = 4;
const AVERAGE_PARTS = 10_000n;

const UNDISCLOSED_SIDE = 7;
/** What FIX says for an instrument that has no symbol. */
const NO_SYMBOL = "[N/A]";
const NO_ORDER_ID = "NONE";

/** Lifetime over, or nobody there: FIX calls that the end of an order, not its cancel. */
const EXPIRES: ReadonlySet<number> = new Set([
  ...[reasons.REASON_NO_LIQUIDITY, reasons.REASON_IOC_REMAINDER, reasons.REASON_EXPIRED],
  ...[reasons.REASON_PROTECTION, reasons.REASON_MIN_QTY],
]);
/** Why a request ends the order that it names. */
const ASKED: ReadonlySet<number> = new Set([
  ...[reasons.REASON_REQUESTED, reasons.REASON_BELOW_EXECUTED],
]);
const CLOSED: ReadonlySet<number> = new Set([
  ...[reasons.REASON_MARKET_CLOSED, reasons.REASON_MARKET_HALTED, reasons.REASON_CANCEL_ONLY],
]);

/** An event and what belongs to it. */
export type FixReport = {
  readonly words: Int32Array;
  readonly at: number;
  /** Its place in the batch. */
  readonly index: number;
  /** Where its terms are; -1 for none. */
  readonly termsAt: number;
  /** Undefined: the order named no instrument that there is. */
  readonly instrument: Instrument | undefined;
  /** What the request is called that the report answers, where that is not the order's name. */
  readonly requestId?: string | undefined;
  /** Whether the report says whose the order is. */
  readonly showsAccount?: boolean;
  /** Of a changed trade; undefined: nobody knows. */
  readonly orderThen?: OrderThen | undefined;
  /** What its order has executed by then; undefined: nobody knows. */
  readonly executed?: HistoryExecuted | undefined;
};

/** What an order was when one of its trades was changed; `order` where all of it is known. */
export type OrderThen = Pick<
  HistoryOrder,
  "clOrdId" | "cumQtyLots" | "leavesQtyLots" | "ordStatus" | "reason"
> & { readonly order: HistoryOrder | undefined };

export function fixReportType(words: Int32Array, at: number): string {
  const kind = event.eventKindOf(words, at);
  const isRefused = kind === event.EVENT_CANCEL_REJECTED || kind === event.EVENT_AMEND_REJECTED;
  return isRefused ? tag.MSG_ORDER_CANCEL_REJECT : tag.MSG_EXECUTION_REPORT;
}

/** Fields behind the header. */
export function putFixReport(writer: FixWriter, report: FixReport): void {
  const isRefused = fixReportType(report.words, report.at) === tag.MSG_ORDER_CANCEL_REJECT;
  if (isChangedTrade(report.words, report.at)) putChangedTrade(writer, report);
  else if (isRefused) putCancelReject(writer, report);
  else putExecution(writer, report);
}

/** What an OrderStatusRequest says; `ordStatusReqId` "": it has no name of its own. */
export type FixStatusRequest = {
  readonly clOrdId: string;
  readonly ordStatusReqId: string;
  readonly symbol: string;
  /** 0: neither side of the book. */
  readonly side: number;
};

/** The answer to a question for an order's state; undefined: nobody asked in so many words. */
export function putFixOrderStatus(
  writer: FixWriter,
  report: FixReport,
  asked?: FixStatusRequest,
): void {
  const { words, at } = report;
  putIds(writer, report);
  putStatusReqId(writer, asked);
  writer.text(tag.TAG_EXEC_ID, "0");
  writer.text(tag.TAG_EXEC_TYPE, ORDER_STATUS);
  writer.text(tag.TAG_ORD_STATUS, workingStatus(words, at, report.executed));
  putOrder(writer, report);
}

/** The answer to a question for an order that works no more, as the history keeps it. */
export function putFixEndedOrder(
  writer: FixWriter,
  order: HistoryOrder,
  instrument: Instrument | undefined,
  executed: HistoryExecuted | undefined,
  asked: FixStatusRequest,
): void {
  const { orderId, side, reason } = order;
  const { qtyDecimals = 0, lotUnits = 1 } = instrument ?? {};
  writer.text(tag.TAG_ORDER_ID, orderId === 0 ? NO_ORDER_ID : String(orderId));
  writer.text(tag.TAG_CL_ORD_ID, asked.clOrdId);
  if (!isSameId(asked.clOrdId, order.clOrdId)) {
    writer.text(tag.TAG_ORIG_CL_ORD_ID, order.clOrdId);
  }
  putStatusReqId(writer, asked);
  writer.text(tag.TAG_EXEC_ID, "0");
  writer.text(tag.TAG_EXEC_TYPE, ORDER_STATUS);
  writer.text(tag.TAG_ORD_STATUS, statusOf(order));
  if (order.ordStatus === ORD_STATUS_REJECTED) {
    writer.integer(tag.TAG_ORD_REJ_REASON, ordRejReasonOf(reason));
  }
  if (reason !== reasons.REASON_NONE) writer.text(tag.TAG_TEXT, reasonText(reason));
  writer.text(tag.TAG_SYMBOL, instrument?.symbol ?? NO_SYMBOL);
  writer.integer(tag.TAG_SIDE, side === 0 ? UNDISCLOSED_SIDE : side);
  putHistoryTerms(writer, order, instrument);
  writer.steps(tag.TAG_LEAVES_QTY, order.leavesQtyLots, qtyDecimals, lotUnits);
  putExecuted(writer, instrument, executed, order.cumQtyLots);
  writer.time(tag.TAG_TRANSACT_TIME, order.lastTimeMicros);
}

/** The answer where there is no such order; the side and symbol are the question's. */
export function putFixUnknownOrder(writer: FixWriter, asked: FixStatusRequest): void {
  const { clOrdId, symbol, side } = asked;
  writer.text(tag.TAG_ORDER_ID, NO_ORDER_ID);
  writer.text(tag.TAG_CL_ORD_ID, clOrdId);
  putStatusReqId(writer, asked);
  writer.text(tag.TAG_EXEC_ID, "0");
  writer.text(tag.TAG_EXEC_TYPE, ORDER_STATUS);
  writer.text(tag.TAG_ORD_STATUS, REJECTED);
  writer.integer(tag.TAG_ORD_REJ_REASON, REJ_UNKNOWN_ORDER);
  writer.text(tag.TAG_TEXT, reasonText(reasons.REASON_UNKNOWN_ORDER));
  writer.text(tag.TAG_SYMBOL, symbol);
  writer.integer(tag.TAG_SIDE, side === 0 ? UNDISCLOSED_SIDE : side);
  for (const each of [tag.TAG_LEAVES_QTY, tag.TAG_CUM_QTY, tag.TAG_AVG_PX]) writer.integer(each, 0);
}

/** Whether the event is the end of the order that its command names, because the command asked. */
export function isEndedByRequest(words: Int32Array, at: number): boolean {
  if (event.eventKindOf(words, at) !== event.EVENT_CANCELED) return false;
  const isOver = readU64(words, at + event.EVENT_LEAVES_QTY_LOTS_WORD) === 0;
  return isOver && ASKED.has(event.reasonOf(words, at));
}

/** The answer to an order of no instrument: what it says, as it says it. */
export function putFixUnknownSymbol(
  writer: FixWriter,
  order: readonly FixField[],
  execId: string,
): void {
  writer.text(tag.TAG_ORDER_ID, NO_ORDER_ID);
  writer.text(tag.TAG_EXEC_ID, execId);
  writer.text(tag.TAG_EXEC_TYPE, REJECTED);
  writer.text(tag.TAG_ORD_STATUS, REJECTED);
  writer.integer(tag.TAG_ORD_REJ_REASON, reasons.REASON_UNKNOWN_INSTRUMENT);
  const symbol = order.find(({ field }) => field === tag.TAG_SYMBOL)?.value ?? "";
  const text = expectedText(tag.TAG_SYMBOL, "the symbol of an instrument", symbol);
  writer.text(tag.TAG_TEXT, `${reasonText(reasons.REASON_UNKNOWN_INSTRUMENT)}: ${text}`);
  for (const { field, value } of order) writer.text(field, value);
  for (const each of [tag.TAG_LEAVES_QTY, tag.TAG_CUM_QTY, tag.TAG_AVG_PX]) writer.integer(each, 0);
}

/** The answer to a cancel or replace that does not fit the order, which is as `report` says. */
export function putFixMisfit(
  writer: FixWriter,
  { words, at }: FixReport,
  request: { readonly msgType: string; readonly clOrdId: string },
  text: string,
): void {
  const isReplace = request.msgType === tag.MSG_ORDER_CANCEL_REPLACE_REQUEST;
  putOrderId(writer, words, at);
  writer.text(tag.TAG_CL_ORD_ID, request.clOrdId);
  writer.text(tag.TAG_ORIG_CL_ORD_ID, clOrdIdAt(words, at + event.EVENT_CL_ORD_ID_WORD));
  writer.text(tag.TAG_ORD_STATUS, workingStatus(words, at));
  writer.text(tag.TAG_CXL_REJ_RESPONSE_TO, isReplace ? "2" : "1");
  writer.integer(tag.TAG_CXL_REJ_REASON, OTHER);
  writer.text(tag.TAG_TEXT, text);
}

/** "1004 FOK_UNFILLABLE": the number and the name of docs/protocols/reasons.md. */
export function reasonText(reason: number): string {
  return `${reason} ${reasons.reasonName(reason)}`;
}

function putExecution(writer: FixWriter, report: FixReport): void {
  const { words, at } = report;
  const reason = event.reasonOf(words, at);
  const execType = execTypeOf(words, at);
  putIds(writer, report);
  writer.text(tag.TAG_EXEC_ID, execIdOf(report));
  writer.text(tag.TAG_EXEC_TYPE, execType);
  writer.text(tag.TAG_ORD_STATUS, ordStatusOf(report, execType));
  if (event.eventKindOf(words, at) === event.EVENT_REJECTED) {
    writer.integer(tag.TAG_ORD_REJ_REASON, ordRejReasonOf(reason));
  }
  if (execType === RESTATED) {
    writer.integer(tag.TAG_EXEC_RESTATEMENT_REASON, restatementOf(words, at));
  }
  if (reason !== reasons.REASON_NONE) writer.text(tag.TAG_TEXT, reasonText(reason));
  putOrder(writer, report);
  if (execType === TRADE) putTrade(writer, report);
  writer.time(tag.TAG_TRANSACT_TIME, readU64(words, at + event.EVENT_TIME_MICROS_WORD));
}

/** A past trade is busted or corrected: its order is as it was, and may have ended. */
function putChangedTrade(writer: FixWriter, report: FixReport): void {
  const { words, at, instrument, orderThen, executed } = report;
  const { qtyDecimals = 0, lotUnits = 1 } = instrument ?? {};
  putOrderId(writer, words, at);
  if (orderThen !== undefined) writer.text(tag.TAG_CL_ORD_ID, orderThen.clOrdId);
  if (report.showsAccount === true) putAccount(writer, words, at);
  writer.text(tag.TAG_EXEC_ID, execIdOf(report));
  writer.text(tag.TAG_EXEC_TYPE, execTypeOf(words, at));
  writer.text(tag.TAG_EXEC_REF_ID, tradeExecId(words, at));
  if (orderThen !== undefined) {
    const { cumQtyLots, leavesQtyLots } = orderThen;
    const isOpen = leavesQtyLots > 0;
    const status = isOpen
      ? openStatus(executed?.countedQtyLots ?? cumQtyLots)
      : statusOf(orderThen);
    writer.text(tag.TAG_ORD_STATUS, status);
  }
  writer.text(tag.TAG_SYMBOL, instrument?.symbol ?? NO_SYMBOL);
  writer.integer(tag.TAG_SIDE, sideOf(words[at + event.EVENT_SIDE_WORD]));
  if (orderThen?.order !== undefined) putHistoryTerms(writer, orderThen.order, instrument);
  if (orderThen !== undefined) {
    writer.steps(tag.TAG_LEAVES_QTY, orderThen.leavesQtyLots, qtyDecimals, lotUnits);
    putExecuted(writer, instrument, executed, orderThen.cumQtyLots);
  }
  putTrade(writer, report);
  writer.time(tag.TAG_TRANSACT_TIME, readU64(words, at + event.EVENT_TIME_MICROS_WORD));
}

/** Type, lifetime, price and quantity of an order as the history keeps it. */
function putHistoryTerms(
  writer: FixWriter,
  order: HistoryOrder,
  instrument: Instrument | undefined,
): void {
  const { side, ordType, timeInForce, execInst } = order;
  const { qtyDecimals = 0, lotUnits = 1 } = instrument ?? {};
  const codes = packOrderCodes(side, ordType, timeInForce, execInst);
  putCodes(writer, codes, order.priceTicks, instrument);
  writer.steps(tag.TAG_ORDER_QTY, order.orderQtyLots, qtyDecimals, lotUnits);
}

function putCancelReject(writer: FixWriter, report: FixReport): void {
  const { words, at } = report;
  const kind = event.eventKindOf(words, at);
  const reason = event.reasonOf(words, at);
  const isUnknown = reason === reasons.REASON_UNKNOWN_ORDER;
  const isAmend = kind === event.EVENT_AMEND_REJECTED;
  const orderId = clOrdIdAt(words, at + event.EVENT_CL_ORD_ID_WORD);
  const asked = isAmend ? clOrdIdAt(words, at + event.OTHER_CL_ORD_ID_WORD) : report.requestId;
  putOrderId(writer, words, at);
  writer.text(tag.TAG_CL_ORD_ID, asked || orderId);
  writer.text(tag.TAG_ORIG_CL_ORD_ID, orderId);
  writer.text(tag.TAG_ORD_STATUS, isUnknown ? REJECTED : workingStatus(words, at));
  writer.text(tag.TAG_CXL_REJ_RESPONSE_TO, isAmend ? "2" : "1");
  writer.integer(tag.TAG_CXL_REJ_REASON, cxlRejReasonOf(reason));
  writer.text(tag.TAG_TEXT, reasonText(reason));
  if (report.showsAccount === true) putAccount(writer, words, at);
  writer.time(tag.TAG_TRANSACT_TIME, readU64(words, at + event.EVENT_TIME_MICROS_WORD));
}

function putStatusReqId(writer: FixWriter, asked: FixStatusRequest | undefined): void {
  const { ordStatusReqId = "" } = asked ?? {};
  if (ordStatusReqId !== "") writer.text(tag.TAG_ORD_STATUS_REQ_ID, ordStatusReqId);
}

/** A UUID is one, however its letters are written. */
function isSameId(left: string, right: string): boolean {
  return left === right || (left.length === 36 && left.toLowerCase() === right);
}

/** Who the order is: of a request that has a name of its own both names. */
function putIds(writer: FixWriter, report: FixReport): void {
  const { words, at, requestId, showsAccount } = report;
  const kind = event.eventKindOf(words, at);
  const orderId = clOrdIdAt(words, at + event.EVENT_CL_ORD_ID_WORD);
  const isAmended = kind === event.EVENT_AMENDED || kind === event.EVENT_RESTATED;
  const before = isAmended ? clOrdIdAt(words, at + event.OTHER_CL_ORD_ID_WORD) : "";
  const isAsked = requestId !== undefined && ASKED.has(event.reasonOf(words, at));
  putOrderId(writer, words, at);
  if (orderId !== "") writer.text(tag.TAG_CL_ORD_ID, isAsked ? requestId : orderId);
  if (isAsked) writer.text(tag.TAG_ORIG_CL_ORD_ID, orderId);
  else if (before !== "") writer.text(tag.TAG_ORIG_CL_ORD_ID, before);
  if (showsAccount === true) putAccount(writer, words, at);
}

function putOrderId(writer: FixWriter, words: Int32Array, at: number): void {
  const orderId = readU64(words, at + event.EVENT_ORDER_ID_WORD);
  if (orderId === 0) writer.text(tag.TAG_ORDER_ID, NO_ORDER_ID);
  else writer.integer(tag.TAG_ORDER_ID, orderId);
}

function putAccount(writer: FixWriter, words: Int32Array, at: number): void {
  writer.integer(tag.TAG_ACCOUNT, words[at + event.EVENT_ACCOUNT_ID_WORD] >>> 0);
}

/** Instrument, kind and quantities. */
function putOrder(writer: FixWriter, report: FixReport): void {
  const { words, at, instrument } = report;
  const { qtyDecimals = 0, lotUnits = 1 } = instrument ?? {};
  const codes = words[at + event.EVENT_SIDE_WORD];
  const side = sideOf(codes);
  writer.text(tag.TAG_SYMBOL, instrument?.symbol ?? NO_SYMBOL);
  writer.integer(tag.TAG_SIDE, side === 0 ? UNDISCLOSED_SIDE : side);
  const putLots = (field: number, word: number): void =>
    writer.steps(field, readU64(words, at + word), qtyDecimals, lotUnits);
  putKind(writer, report, codes);
  putLots(tag.TAG_ORDER_QTY, event.EVENT_ORDER_QTY_LOTS_WORD);
  putLots(tag.TAG_LEAVES_QTY, event.EVENT_LEAVES_QTY_LOTS_WORD);
  const cumQtyLots = readU64(words, at + event.EVENT_CUM_QTY_LOTS_WORD);
  putExecuted(writer, instrument, report.executed, cumQtyLots);
}

/** What counts of `cumQtyLots`, and its average price; 0 where nobody knows it. */
function putExecuted(
  writer: FixWriter,
  instrument: Instrument | undefined,
  executed: HistoryExecuted | undefined,
  cumQtyLots: number,
): void {
  const { priceDecimals = 0, tickUnits = 1, qtyDecimals = 0, lotUnits = 1 } = instrument ?? {};
  const { countedQtyLots = cumQtyLots, valueTickLots = 0n } = executed ?? {};
  writer.steps(tag.TAG_CUM_QTY, countedQtyLots, qtyDecimals, lotUnits);
  const lots = BigInt(countedQtyLots);
  if (executed === undefined || lots === 0n) writer.integer(tag.TAG_AVG_PX, 0);
  else if (valueTickLots % lots === 0n) {
    writer.steps(tag.TAG_AVG_PX, Number(valueTickLots / lots), priceDecimals, tickUnits);
  } else {
    const scaled = rounded(valueTickLots * AVERAGE_PARTS, lots);
    writer.steps(tag.TAG_AVG_PX, Number(scaled), priceDecimals + AVERAGE_DECIMALS, tickUnits);
  }
}

/** Half of one goes away from zero, so that buys and sells, and prices below 0, are alike. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  const half = dividend < 0n ? -divisor : divisor;
  return (2n * dividend + half) / (2n * divisor);
}

function putKind(writer: FixWriter, report: FixReport, codes: number): void {
  const { words, at, instrument, termsAt } = report;
  const pegPriceType = termsAt < 0 ? 0 : pegPriceTypeAt(words, termsAt);
  putCodes(writer, codes, words[at + event.EVENT_PRICE_TICKS_WORD], instrument, pegPriceType);
  if (termsAt >= 0) putTerms(writer, words, termsAt, instrument);
}

function putCodes(
  writer: FixWriter,
  codes: number,
  priceTicks: number,
  instrument: Instrument | undefined,
  pegPriceType = 0,
): void {
  const ordType = ordTypeOf(codes);
  if (ordType > 0) writer.char(tag.TAG_ORD_TYPE, ordType <= 9 ? ZERO + ordType : ordType);
  writer.integer(tag.TAG_TIME_IN_FORCE, timeInForceOf(codes));
  const { priceDecimals = 0, tickUnits = 1 } = instrument ?? {};
  if (!hasNoPrice(codes) && (hasLimitPrice(codes) || priceTicks !== 0)) {
    writer.steps(tag.TAG_PRICE, priceTicks, priceDecimals, tickUnits);
  }
  const execInst = execInstText(codes, pegPriceType);
  if (execInst !== "") writer.text(tag.TAG_EXEC_INST, execInst);
  if ((execInstOf(codes) & EXEC_INST_HIDDEN) !== 0) writer.integer(tag.TAG_MAX_FLOOR, 0);
}

function putTerms(
  writer: FixWriter,
  words: Int32Array,
  termsAt: number,
  instrument: Instrument | undefined,
): void {
  const { priceDecimals = 0, tickUnits = 1, qtyDecimals = 0, lotUnits = 1 } = instrument ?? {};
  const terms = readTerms(words, termsAt);
  const putLots = (field: number, lots: number): void => {
    if (lots > 0) writer.steps(field, lots, qtyDecimals, lotUnits);
  };
  if (terms.stopPxTicks !== undefined) {
    writer.steps(tag.TAG_STOP_PX, terms.stopPxTicks, priceDecimals, tickUnits);
  }
  putLots(tag.TAG_MIN_QTY, terms.minQtyLots);
  putLots(tag.TAG_MAX_FLOOR, terms.displayQtyLots);
  if (terms.expireTimeMicros > 0) writer.time(tag.TAG_EXPIRE_TIME, terms.expireTimeMicros);
  if (terms.offsetTicks === 0) return;
  if (terms.offsetIsBasisPoints) {
    writer.integer(tag.TAG_PEG_OFFSET_VALUE, terms.offsetTicks);
    writer.integer(tag.TAG_PEG_OFFSET_TYPE, 1);
  } else {
    writer.steps(tag.TAG_PEG_OFFSET_VALUE, terms.offsetTicks, priceDecimals, tickUnits);
  }
}

function putTrade(writer: FixWriter, { words, at, instrument }: FixReport): void {
  const { priceDecimals = 0, tickUnits = 1, qtyDecimals = 0, lotUnits = 1 } = instrument ?? {};
  const lastQtyLots = readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD);
  const lastPxTicks = words[at + event.EVENT_LAST_PX_TICKS_WORD];
  writer.steps(tag.TAG_LAST_QTY, lastQtyLots, qtyDecimals, lotUnits);
  writer.steps(tag.TAG_LAST_PX, lastPxTicks, priceDecimals, tickUnits);
  const tradeId = readU64(words, at + event.EVENT_TRADE_ID_WORD);
  writer.integer(tag.TAG_SECONDARY_EXEC_ID, tradeId);
  if (event.eventKindOf(words, at) === event.EVENT_TRADED) {
    writer.integer(tag.TAG_LAST_LIQUIDITY_IND, liquidityOf(words, at));
  }
}

function liquidityOf(words: Int32Array, at: number): number {
  const flags = event.eventFlagsOf(words, at);
  if ((flags & event.FLAG_AUCTION) !== 0) return AUCTION;
  return (flags & event.FLAG_AGGRESSOR) !== 0 ? REMOVED : ADDED;
}

function execTypeOf(words: Int32Array, at: number): string {
  switch (event.eventKindOf(words, at)) {
    case event.EVENT_ACCEPTED:
      return NEW;
    case event.EVENT_TRADED:
      return TRADE;
    case event.EVENT_TRADE_BUSTED:
      return TRADE_CANCEL;
    case event.EVENT_TRADE_CORRECTED:
      return TRADE_CORRECT;
    case event.EVENT_CANCELED:
      if (readU64(words, at + event.EVENT_LEAVES_QTY_LOTS_WORD) > 0) return RESTATED;
      return EXPIRES.has(event.reasonOf(words, at)) ? EXPIRED : CANCELED;
    case event.EVENT_AMENDED:
      return event.reasonOf(words, at) === reasons.REASON_REPRICED ? RESTATED : REPLACED;
    case event.EVENT_RESTATED:
      return hasClOrdId(words, at + event.OTHER_CL_ORD_ID_WORD) ? REPLACED : RESTATED;
    case event.EVENT_TRIGGERED:
      return RESTATED;
    default:
      return REJECTED;
  }
}

function ordStatusOf({ words, at, executed }: FixReport, execType: string): string {
  const isFinal = execType === CANCELED || execType === EXPIRED || execType === REJECTED;
  return isFinal ? execType : workingStatus(words, at, executed);
}

/** Of an order that has ended as the report on its end had it. */
function statusOf({ ordStatus, reason }: Pick<HistoryOrder, "ordStatus" | "reason">): string {
  const isExpired = ordStatus === ORD_STATUS_CANCELED && EXPIRES.has(reason);
  return isExpired ? EXPIRED : String(ordStatus);
}

function workingStatus(words: Int32Array, at: number, executed?: HistoryExecuted): string {
  const cumQtyLots = readU64(words, at + event.EVENT_CUM_QTY_LOTS_WORD);
  const leavesQtyLots = readU64(words, at + event.EVENT_LEAVES_QTY_LOTS_WORD);
  if (cumQtyLots > 0 && leavesQtyLots === 0) return FILLED;
  return openStatus(executed?.countedQtyLots ?? cumQtyLots);
}

function openStatus(countedQtyLots: number): string {
  return countedQtyLots === 0 ? NEW : PARTIALLY_FILLED;
}

function restatementOf(words: Int32Array, at: number): number {
  switch (event.eventKindOf(words, at)) {
    case event.EVENT_CANCELED:
      return PARTIAL_DECLINE;
    case event.EVENT_AMENDED:
    case event.EVENT_RESTATED:
      return event.reasonOf(words, at) === reasons.REASON_REPRICED ? REPRICED : RESTATED_OTHERWISE;
    default:
      return RESTATED_OTHERWISE;
  }
}

function cxlRejReasonOf(reason: number): number {
  if (reason === reasons.REASON_UNKNOWN_ORDER) return CXL_UNKNOWN_ORDER;
  return reason === reasons.REASON_DUPLICATE_CL_ORD_ID ? CXL_DUPLICATE_CL_ORD_ID : OTHER;
}

function ordRejReasonOf(reason: number): number {
  if (reason < OWN_REASONS_FROM) return reason;
  return CLOSED.has(reason) ? REJ_EXCHANGE_CLOSED : OTHER;
}

/** Never the same for two reports: of a trade so that its bust can name it. */
function execIdOf({ words, at, index }: FixReport): string {
  if (event.eventKindOf(words, at) === event.EVENT_TRADED) return tradeExecId(words, at);
  return `${readU64(words, at + event.EVENT_SEQUENCE_WORD)}-${index}`;
}

function tradeExecId(words: Int32Array, at: number): string {
  const side = sideOf(words[at + event.EVENT_SIDE_WORD]);
  return `T${readU64(words, at + event.EVENT_TRADE_ID_WORD)}-${side}`;
}

function execInstText(codes: number, pegPriceType: number): string {
  const bits = execInstOf(codes);
  const letters: string[] = [];
  if ((bits & EXEC_INST_POST_ONLY) !== 0) letters.push("6");
  if ((bits & EXEC_INST_ALL_OR_NONE) !== 0) letters.push("G");
  if ((bits & EXEC_INST_REDUCE_ONLY) !== 0) letters.push("E");
  if (isPegged(codes)) letters.push(pegLetterOf(pegPriceType));
  return letters.filter((letter) => letter !== "").join(" ");
}

function pegLetterOf(pegPriceType: number): string {
  switch (pegPriceType) {
    case PEG_PRIMARY:
      return "R";
    case PEG_MARKET:
      return "P";
    case PEG_MID:
      return "M";
    default:
      return "";
  }
}

function pegPriceTypeAt(words: Int32Array, termsAt: number): number {
  return readTerms(words, termsAt).pegPriceType;
}

let viewedWords = new Int32Array(0);
let viewedBytes = new Uint8Array(0);

/** "" for none. */
function clOrdIdAt(words: Int32Array, word: number): string {
  if (words !== viewedWords) {
    viewedWords = words as Int32Array<ArrayBuffer>;
    viewedBytes = new Uint8Array(viewedWords.buffer, words.byteOffset, words.byteLength);
  }
  return decodeClOrdId(viewedBytes, word * 4);
}
