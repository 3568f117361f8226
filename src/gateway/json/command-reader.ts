// hot path
// Parsed JSON to command records (docs/protocols/json.md to docs/protocols/journal.md). Strict: an
// unknown field, a wrong type or a value off the grid is a refusal and nothing is written that
// anybody enters. What the record can hold, the exchange judges.

import type { RecordBuffer } from "../../base/record-buffer.ts";
import { writeU64 } from "../../base/record-buffer.ts";
import { CL_ORD_ID_EXPECTED, encodeClOrdId } from "../../codec/cl-ord-id.ts";
import {
  AMEND_AMEND_FLAGS_WORD,
  AMEND_CL_ORD_ID_WORD,
  AMEND_HAS_PRICE,
  AMEND_HAS_QTY,
  AMEND_NEW_CL_ORD_ID_WORD,
  AMEND_ORDER_ID_WORD,
  AMEND_ORDER_QTY_LOTS_WORD,
  AMEND_PRICE_TICKS_WORD,
  type Asker,
  CANCEL_ALL_SIDE_WORD,
  CANCEL_CL_ORD_ID_WORD,
  CANCEL_ORDER_ID_WORD,
  CANCEL_REDUCE_BY_LOTS_WORD,
  COMMAND_AMEND,
  COMMAND_CANCEL,
  COMMAND_CANCEL_ALL,
  COMMAND_NEW,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
  writeCommandHeader,
} from "../../codec/command.ts";
import { EXEC_INST_POST_ONLY } from "../../model/exec-inst.ts";
import type { Instrument } from "../../model/instrument.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET } from "../../model/ord-type.ts";
import { packOrderCodes } from "../../model/order-codes.ts";
import { ORD_TYPE_WORDS, SIDE_WORDS, TIME_IN_FORCE_WORDS } from "../../model/order-words.ts";
import { REASON_UNKNOWN_INSTRUMENT } from "../../model/reasons.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../../model/time-in-force.ts";
import type { Venue } from "../../model/venue.ts";
import { INVALID_FIELD, type Refusal, refuse, refuseForReason } from "../error-codes.ts";
import { foundText, isId, isObject, type JsonObject, refuseUnknown, unexpected } from "./fields.ts";
import { readPriceTicks, readQtyLots, refuseQtyRange } from "./order-fields.ts";
import { writeRandomClOrdId } from "./random-cl-ord-id.ts";

export type Symbols = Pick<Venue, "instrumentBySymbol">;

/** One order by exactly one of its ids: orderId 0 or clOrdId "" is the other. */
export type OrderRef = { readonly orderId: number; readonly clOrdId: string };

const NEW_FIELDS = new Set([
  "symbol",
  "side",
  "ordType",
  "price",
  "orderQty",
  "timeInForce",
  "postOnly",
  "clOrdId",
]);
const CANCEL_FIELDS = new Set(["reduceBy"]);
const AMEND_FIELDS = new Set(["price", "orderQty", "newClOrdId"]);
const CANCEL_ALL_FIELDS = new Set(["symbol", "side"]);

/**
 * Writes a new order, 64 bytes, at the start of `record`. Makes a client order id if none is given.
 */
export function readNew(
  order: unknown,
  asker: Asker,
  symbols: Symbols,
  record: RecordBuffer,
): Refusal | undefined {
  if (!isObject(order)) return unexpected("order", "an object", order);
  const unknown = refuseUnknown(order, NEW_FIELDS);
  if (unknown !== undefined) return unknown;
  const instrument = readInstrument(order["symbol"], symbols);
  if ("code" in instrument) return instrument;
  const codes = readOrderCodes(order);
  if (typeof codes !== "number") return codes;
  const priceTicks = readNewPrice(order, instrument);
  if (typeof priceTicks !== "number") return priceTicks;
  const orderQtyLots = readQtyLots("orderQty", order["orderQty"], instrument);
  if (typeof orderQtyLots !== "number") return orderQtyLots;

  const { words, bytes } = record;
  const { accountId, sessionId } = asker;
  writeCommandHeader(words, 0, COMMAND_NEW, accountId, instrument.instrumentId, sessionId);
  writeU64(words, NEW_ORDER_QTY_LOTS_WORD, orderQtyLots);
  words[NEW_PRICE_TICKS_WORD] = priceTicks;
  words[NEW_SIDE_WORD] = codes;
  if (order["clOrdId"] === undefined) {
    writeRandomClOrdId(bytes, NEW_CL_ORD_ID_WORD * 4);
    return undefined;
  }
  return readClOrdId("clOrdId", order["clOrdId"], bytes, NEW_CL_ORD_ID_WORD * 4);
}

/**
 * Writes a cancel, 64 bytes. `fields` is what stands beside the order's id; `instrument` is the
 * order's and is needed only for reduceBy, whose lots are the instrument's.
 */
export function readCancel(
  fields: JsonObject,
  order: OrderRef,
  asker: Asker,
  instrument: Instrument | undefined,
  record: RecordBuffer,
): Refusal | undefined {
  const { words } = record;
  const unknown = refuseUnknown(fields, CANCEL_FIELDS);
  if (unknown !== undefined) return unknown;
  let reduceByLots = 0;
  if (instrument !== undefined && fields["reduceBy"] !== undefined) {
    const lots = readQtyLots("reduceBy", fields["reduceBy"], instrument);
    if (typeof lots !== "number") return lots;
    if (lots === 0) return refuseQtyRange("reduceBy", "0", instrument);
    reduceByLots = lots;
  }
  const instrumentId = instrument?.instrumentId ?? 0;
  writeCommandHeader(words, 0, COMMAND_CANCEL, asker.accountId, instrumentId, asker.sessionId);
  writeU64(words, CANCEL_REDUCE_BY_LOTS_WORD, reduceByLots);
  writeOrderRef(order, record, CANCEL_CL_ORD_ID_WORD, CANCEL_ORDER_ID_WORD);
  return undefined;
}

/** Writes an amend, 128 bytes; orderQty is the new total. */
export function readAmend(
  fields: JsonObject,
  order: OrderRef,
  asker: Asker,
  instrument: Instrument,
  record: RecordBuffer,
): Refusal | undefined {
  const { words, bytes } = record;
  const { accountId, sessionId } = asker;
  const unknown = refuseUnknown(fields, AMEND_FIELDS);
  if (unknown !== undefined) return unknown;
  writeCommandHeader(words, 0, COMMAND_AMEND, accountId, instrument.instrumentId, sessionId);
  let flags = 0;
  if (fields["price"] !== undefined) {
    const priceTicks = readPriceTicks(fields["price"], instrument);
    if (typeof priceTicks !== "number") return priceTicks;
    words[AMEND_PRICE_TICKS_WORD] = priceTicks;
    flags |= AMEND_HAS_PRICE;
  }
  if (fields["orderQty"] !== undefined) {
    const orderQtyLots = readQtyLots("orderQty", fields["orderQty"], instrument);
    if (typeof orderQtyLots !== "number") return orderQtyLots;
    writeU64(words, AMEND_ORDER_QTY_LOTS_WORD, orderQtyLots);
    flags |= AMEND_HAS_QTY;
  }
  words[AMEND_AMEND_FLAGS_WORD] = flags;
  writeOrderRef(order, record, AMEND_CL_ORD_ID_WORD, AMEND_ORDER_ID_WORD);
  if (fields["newClOrdId"] === undefined) return undefined;
  return readClOrdId("newClOrdId", fields["newClOrdId"], bytes, AMEND_NEW_CL_ORD_ID_WORD * 4);
}

/** Writes a cancel of all orders, or of one symbol's or one side's, 64 bytes. */
export function readCancelAll(
  fields: JsonObject,
  asker: Asker,
  symbols: Symbols,
  record: RecordBuffer,
): Refusal | undefined {
  const unknown = refuseUnknown(fields, CANCEL_ALL_FIELDS);
  if (unknown !== undefined) return unknown;
  const { symbol, side } = fields;
  let instrumentId = 0;
  if (symbol !== undefined) {
    const instrument = readInstrument(symbol, symbols);
    if ("code" in instrument) return instrument;
    instrumentId = instrument.instrumentId;
  }
  const code = SIDE_WORDS.codeOf(side) ?? 0;
  if (side !== undefined && code === 0) return unexpected("side", '"buy" or "sell"', side);
  const { accountId, sessionId } = asker;
  writeCommandHeader(record.words, 0, COMMAND_CANCEL_ALL, accountId, instrumentId, sessionId);
  record.words[CANCEL_ALL_SIDE_WORD] = code;
  return undefined;
}

/** The order that `orderId` or `clOrdId` names: exactly one of them. */
export function readOrderRef(fields: JsonObject): OrderRef | Refusal {
  const { orderId, clOrdId } = fields;
  if (orderId !== undefined && clOrdId !== undefined) {
    return refuse(INVALID_FIELD, "orderId, clOrdId: expected one of them, found both");
  }
  if (clOrdId !== undefined) {
    const isKnownForm = typeof clOrdId === "string" && encodeClOrdId(clOrdId, scratchBytes, 0);
    return isKnownForm
      ? { orderId: 0, clOrdId }
      : unexpected("clOrdId", CL_ORD_ID_EXPECTED, clOrdId);
  }
  if (!isId(orderId)) return unexpected("orderId", "a whole number from 1", orderId);
  return { orderId, clOrdId: "" };
}

export function readInstrument(symbol: unknown, symbols: Symbols): Instrument | Refusal {
  if (typeof symbol !== "string") return unexpected("symbol", "a string", symbol);
  const instrument = symbols.instrumentBySymbol(symbol);
  if (instrument !== undefined) return instrument;
  const message = `symbol: expected one of /instruments, found ${foundText(symbol)}`;
  return refuseForReason(REASON_UNKNOWN_INSTRUMENT, message);
}

const scratchBytes = new Uint8Array(16);

function readOrderCodes(order: JsonObject): number | Refusal {
  const { side, ordType, timeInForce, postOnly } = order;
  const sideDigit = SIDE_WORDS.codeOf(side);
  if (sideDigit === undefined) return unexpected("side", '"buy" or "sell"', side);
  const ordTypeDigit = ORD_TYPE_WORDS.codeOf(ordType);
  if (ordTypeDigit !== ORD_TYPE_LIMIT && ordTypeDigit !== ORD_TYPE_MARKET)
    return unexpected("ordType", '"limit" or "market"', ordType);
  const usual = ordTypeDigit === ORD_TYPE_LIMIT ? TIF_GTC : TIF_IOC;
  const lifetime = timeInForce === undefined ? usual : TIME_IN_FORCE_WORDS.codeOf(timeInForce);
  if (lifetime !== TIF_GTC && lifetime !== TIF_IOC && lifetime !== TIF_FOK) {
    return unexpected("timeInForce", '"gtc", "ioc" or "fok"', timeInForce);
  }
  if (postOnly !== undefined && typeof postOnly !== "boolean") {
    return unexpected("postOnly", "true or false", postOnly);
  }
  const execInst = postOnly === true ? EXEC_INST_POST_ONLY : 0;
  return packOrderCodes(sideDigit, ordTypeDigit, lifetime, execInst);
}

function readNewPrice(order: JsonObject, instrument: Instrument): number | Refusal {
  if (order["ordType"] === "limit") return readPriceTicks(order["price"], instrument);
  if (order["price"] === undefined) return 0;
  return unexpected("price", "none for a market order", order["price"]);
}

function readClOrdId(
  field: string,
  value: unknown,
  bytes: Uint8Array,
  offsetBytes: number,
): Refusal | undefined {
  const isWritten = typeof value === "string" && encodeClOrdId(value, bytes, offsetBytes);
  return isWritten ? undefined : unexpected(field, CL_ORD_ID_EXPECTED, value);
}

function writeOrderRef(
  order: OrderRef,
  record: RecordBuffer,
  clOrdIdWord: number,
  orderIdWord: number,
): void {
  if (order.clOrdId === "") writeU64(record.words, orderIdWord, order.orderId);
  else encodeClOrdId(order.clOrdId, record.bytes, clOrdIdWord * 4);
}
