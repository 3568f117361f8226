// hot path
// Parsed JSON to command records (docs/protocols/json.md to docs/protocols/journal.md). Strict: an
// unknown field, a wrong type or a value off the grid is a refusal and nothing is written that
// anybody enters. What the record can hold, the exchange judges.

import type { RecordBuffer } from "../../base/record-buffer.ts";
import { CL_ORD_ID_EXPECTED, encodeClOrdId } from "../../codec/cl-ord-id.ts";
import { type Asker, NEW_CL_ORD_ID_WORD } from "../../codec/command.ts";
import {
  type AmendValues,
  type CancelAllValues,
  type OrderName,
  type OrderValues,
  writeAmend,
  writeCancel,
  writeCancelAll,
  writeNewList,
  writeNewOrder,
  writeReduceTo,
} from "../../codec/order-command.ts";
import type { Instrument } from "../../model/instrument.ts";
import { ORD_TYPE_MARKET, ORD_TYPE_PEGGED } from "../../model/ord-type.ts";
import { hasLimitPrice } from "../../model/order-codes.ts";
import { LIST_OTOCO } from "../../model/order-terms.ts";
import {
  type CodeWords,
  LIST_WORDS,
  ORD_TYPE_WORDS,
  SIDE_WORDS,
  TIME_IN_FORCE_WORDS,
  TRIGGER_WORDS,
} from "../../model/order-words.ts";
import { REASON_UNKNOWN_INSTRUMENT } from "../../model/reasons.ts";
import { TIF_GTC, TIF_IOC } from "../../model/time-in-force.ts";
import type { Venue } from "../../model/venue.ts";
import { INVALID_FIELD, type Refusal, refuse, refuseForReason } from "../error-codes.ts";
import { OPERATOR_ACCOUNT_ID } from "../keys.ts";
import { foundText, isId, isObject, type JsonObject, refuseUnknown, unexpected } from "./fields.ts";
import { readPriceTicks, readQtyLots, refuseQtyRange } from "./order-fields.ts";
import { randomClOrdId, writeRandomClOrdId } from "./random-cl-ord-id.ts";
import { EXEC_FIELDS, isTermField, readTermFields, readWord, TERM_FIELDS } from "./term-fields.ts";

export type Symbols = Pick<Venue, "instrumentBySymbol">;

/** One order by exactly one of its ids: orderId 0 or clOrdId "" is the other. */
export type OrderRef = OrderName;

/** Those that an order has as a rule. */
const PLAIN_FIELDS = new Set([
  ...["symbol", "side", "ordType", "price", "orderQty", "timeInForce", "clOrdId"],
]);
const LEG_FIELDS = new Set([...PLAIN_FIELDS].filter((name) => name !== "symbol"));
const NEW_FIELDS = new Set([
  ...[...PLAIN_FIELDS, ...EXEC_FIELDS.keys()],
  ...TERM_FIELDS.map(({ name }) => name),
]);
const LIST_FIELDS = new Set(["listType", "proRata", "symbol", "orders"]);
const CANCEL_FIELDS = new Set(["reduceBy", "reduceTo"]);
const AMEND_FIELDS = new Set([
  ...["price", "orderQty", "leavesQty", "stopPx", "displayQty", "expireTime", "joinTail"],
  ...["newClOrdId", "ordType", "triggerBy"],
]);
const CANCEL_ALL_FIELDS = new Set([
  ...["symbol", "side", "priceMin", "priceMax", "sessionId", "accountId"],
]);
const U32_MAX = 2 ** 32 - 1;

/** What an order has beside the usual fields. */
const ASKS_NOTHING = 0;
const ASKS_EXEC_INST = 1;
const ASKS_TERMS = 2;

/**
 * Writes a new order, 64 bytes or with terms 128, at the start of `record`. Makes a client order id
 * if none is given.
 */
export function readNew(
  order: unknown,
  asker: Asker,
  symbols: Symbols,
  record: RecordBuffer,
): Refusal | undefined {
  if (!isObject(order)) return unexpected("order", "an object", order);
  const asked = readFieldNames(order, PLAIN_FIELDS);
  if (typeof asked !== "number") return asked;
  const instrument = readInstrument(order["symbol"], symbols);
  if ("code" in instrument) return instrument;
  const values = readOrder(order, instrument, asked);
  if ("code" in values) return values;
  const isWritten = writeNewOrder(record, 0, asker, instrument.instrumentId, values);
  if (!isWritten) return refuseClOrdId("clOrdId", values.clOrdId);
  if (values.clOrdId === "") writeRandomClOrdId(record.bytes, NEW_CL_ORD_ID_WORD * 4);
  return undefined;
}

/** Writes a list of two or three orders of one instrument, 384 bytes. */
export function readList(
  list: unknown,
  asker: Asker,
  symbols: Symbols,
  record: RecordBuffer,
): Refusal | undefined {
  if (!isObject(list)) return unexpected("list", "an object", list);
  const unknown = refuseUnknown(list, LIST_FIELDS);
  if (unknown !== undefined) return unknown;
  const listType = readWord("listType", list["listType"], LIST_WORDS);
  if (typeof listType !== "number") return listType;
  const { orders, proRata: isProRata = false } = list;
  if (typeof isProRata !== "boolean") return unexpected("proRata", "true or false", isProRata);
  const instrument = readInstrument(list["symbol"], symbols);
  if ("code" in instrument) return instrument;
  const legsCount = listType === LIST_OTOCO ? 3 : 2;
  if (!Array.isArray(orders) || orders.length !== legsCount) {
    const found = Array.isArray(orders) ? orders.length : orders;
    return unexpected("orders", `an array of ${legsCount} orders`, found);
  }
  const legs: OrderValues[] = [];
  for (const [i, order] of orders.entries()) {
    const leg = readLeg(order, instrument);
    if ("code" in leg) return { ...leg, message: `orders[${i}]: ${leg.message}` };
    legs.push(leg);
  }
  const { instrumentId } = instrument;
  const values = { listType, isProRata, legs };
  if (writeNewList(record, 0, asker, instrumentId, values)) return undefined;
  return refuse(INVALID_FIELD, `orders: clOrdId: expected ${CL_ORD_ID_EXPECTED}, found another`);
}

/**
 * Writes a cancel, 64 bytes. `fields` is what stands beside the order's id; `instrument` is the
 * order's and is needed only for reduceBy and reduceTo, whose lots are the instrument's.
 */
export function readCancel(
  fields: JsonObject,
  order: OrderRef,
  asker: Asker,
  instrument: Instrument | undefined,
  record: RecordBuffer,
): Refusal | undefined {
  const unknown = refuseUnknown(fields, CANCEL_FIELDS);
  if (unknown !== undefined) return unknown;
  const { reduceBy, reduceTo } = fields;
  if (instrument === undefined) {
    writeCancel(record, 0, asker, 0, order);
    return undefined;
  }
  if (reduceBy !== undefined && reduceTo !== undefined) {
    return refuse(INVALID_FIELD, "reduceBy, reduceTo: expected one of them, found both");
  }
  const field = reduceTo === undefined ? "reduceBy" : "reduceTo";
  const lots = readQtyLots(field, fields[field], instrument);
  if (typeof lots !== "number") return lots;
  if (lots === 0) return refuseQtyRange(field, "0", instrument);
  const { instrumentId } = instrument;
  if (reduceTo === undefined) writeCancel(record, 0, asker, instrumentId, order, lots);
  else writeReduceTo(record, 0, asker, instrumentId, order, lots);
  return undefined;
}

/** Writes an amend, 128 bytes; orderQty is the new total, leavesQty the new rest. */
export function readAmend(
  fields: JsonObject,
  order: OrderRef,
  asker: Asker,
  instrument: Instrument,
  record: RecordBuffer,
): Refusal | undefined {
  const unknown = refuseUnknown(fields, AMEND_FIELDS);
  if (unknown !== undefined) return unknown;
  const values = readAmendValues(fields, instrument);
  if ("code" in values) return values;
  const isWritten = writeAmend(record, 0, asker, instrument.instrumentId, order, values);
  return isWritten ? undefined : refuseClOrdId("newClOrdId", fields["newClOrdId"]);
}

/** Writes a cancel of all orders, or of those that fit every filter, 64 bytes. */
export function readCancelAll(
  fields: JsonObject,
  asker: Asker,
  symbols: Symbols,
  record: RecordBuffer,
): Refusal | undefined {
  const unknown = refuseUnknown(fields, CANCEL_ALL_FIELDS);
  if (unknown !== undefined) return unknown;
  const values = readCancelAllValues(fields, symbols);
  if ("code" in values) return values;
  if (asker.accountId === OPERATOR_ACCOUNT_ID && values.targetAccountId === undefined) {
    const expected = "whose orders, for an operator has none";
    return unexpected("accountId", expected, undefined);
  }
  writeCancelAll(record, 0, asker, values);
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
  const message = `symbol: expected one that /instruments has, found ${foundText(symbol)}`;
  return refuseForReason(REASON_UNKNOWN_INSTRUMENT, message);
}

const scratchBytes = new Uint8Array(16);

/** What there is beside the usual fields, ASKS_*, or the first field that nobody knows. */
function readFieldNames(order: JsonObject, plain: ReadonlySet<string>): number | Refusal {
  let asked = ASKS_NOTHING;
  for (const name in order) {
    if (plain.has(name)) continue;
    if (EXEC_FIELDS.has(name)) asked |= ASKS_EXEC_INST;
    else if (isTermField(name)) asked |= ASKS_TERMS;
    else return refuseUnknown(order, NEW_FIELDS) ?? legSymbol(order);
  }
  return asked;
}

/** The one field of an order that a leg has not. */
function legSymbol(order: JsonObject): Refusal {
  return unexpected("symbol", "none in a leg: the list has it", order["symbol"]);
}

function readLeg(order: unknown, instrument: Instrument): OrderValues | Refusal {
  if (!isObject(order)) return unexpected("order", "an object", order);
  const asked = readFieldNames(order, LEG_FIELDS);
  if (typeof asked !== "number") return asked;
  const values = readOrder(order, instrument, asked);
  if ("code" in values || values.clOrdId !== "") return values;
  return { ...values, clOrdId: randomClOrdId() };
}

/** Everything but symbol; clOrdId "" where none is given. */
function readOrder(
  order: JsonObject,
  instrument: Instrument,
  asked: number,
): OrderValues | Refusal {
  const side = readWord("side", order["side"], SIDE_WORDS);
  if (typeof side !== "number") return side;
  const ordType = readWord("ordType", order["ordType"], ORD_TYPE_WORDS);
  if (typeof ordType !== "number") return ordType;
  const timeInForce = readLifetime(order["timeInForce"], ordType);
  if (typeof timeInForce !== "number") return timeInForce;
  const execInst = (asked & ASKS_EXEC_INST) === 0 ? 0 : readExecInst(order);
  if (typeof execInst !== "number") return execInst;
  const priceTicks = readNewPrice(order["price"], ordType, instrument);
  if (typeof priceTicks === "object") return priceTicks;
  const orderQtyLots = readOrderQty(order, instrument);
  if (typeof orderQtyLots !== "number") return orderQtyLots;
  const { clOrdId = "" } = order;
  if (typeof clOrdId !== "string" || order["clOrdId"] === "") {
    return refuseClOrdId("clOrdId", order["clOrdId"]);
  }
  const codes = { clOrdId, side, ordType, timeInForce, execInst, orderQtyLots, priceTicks };
  if ((asked & ASKS_TERMS) === 0) return codes;
  const terms = readTermFields(order, instrument);
  return "code" in terms ? terms : { ...codes, terms };
}

function readLifetime(timeInForce: unknown, ordType: number): number | Refusal {
  if (timeInForce === undefined) return ordType === ORD_TYPE_MARKET ? TIF_IOC : TIF_GTC;
  return readWord("timeInForce", timeInForce, TIME_IN_FORCE_WORDS);
}

function readExecInst(order: JsonObject): number | Refusal {
  let execInst = 0;
  for (const [name, [bit]] of EXEC_FIELDS) {
    const value = order[name];
    if (value === undefined) continue;
    if (typeof value !== "boolean") return unexpected(name, "true or false", value);
    if (value) execInst |= bit;
  }
  return execInst;
}

function readNewPrice(
  price: unknown,
  ordType: number,
  instrument: Instrument,
): number | undefined | Refusal {
  if (hasLimitPrice(ordType << 8)) return readPriceTicks("price", price, instrument);
  if (price === undefined) return undefined;
  if (ordType === ORD_TYPE_PEGGED) return readPriceTicks("price", price, instrument);
  const expected = `none for a ${ORD_TYPE_WORDS.wordOf(ordType)} order`;
  return unexpected("price", expected, price);
}

/** An order for an amount of money may say no quantity. */
function readOrderQty(order: JsonObject, instrument: Instrument): number | Refusal {
  const { orderQty, quoteAmount } = order;
  if (orderQty === undefined && quoteAmount !== undefined) return 0;
  return readQtyLots("orderQty", orderQty, instrument);
}

function readAmendValues(fields: JsonObject, instrument: Instrument): AmendValues | Refusal {
  const { orderQty, leavesQty, expireTime, joinTail, newClOrdId, ordType, triggerBy } = fields;
  if (orderQty !== undefined && leavesQty !== undefined) {
    return refuse(INVALID_FIELD, "orderQty, leavesQty: expected one of them, found both");
  }
  if (joinTail !== undefined && typeof joinTail !== "boolean") {
    return unexpected("joinTail", "true or false", joinTail);
  }
  if (expireTime !== undefined && !isId(expireTime)) {
    return unexpected("expireTime", "microseconds since the Unix epoch", expireTime);
  }
  if (newClOrdId !== undefined && (typeof newClOrdId !== "string" || newClOrdId === "")) {
    return refuseClOrdId("newClOrdId", newClOrdId);
  }
  if (triggerBy !== undefined && ordType === undefined) {
    return refuse(INVALID_FIELD, "triggerBy: expected with ordType, found it alone");
  }
  const typeCode = ifWord("ordType", ordType, ORD_TYPE_WORDS);
  if (typeof typeCode === "object") return typeCode;
  const triggerSource = ifWord("triggerBy", triggerBy, TRIGGER_WORDS);
  if (typeof triggerSource === "object") return triggerSource;
  const priceTicks = ifGiven(fields, "price", instrument, readPriceTicks);
  if (typeof priceTicks === "object") return priceTicks;
  const stopPxTicks = ifGiven(fields, "stopPx", instrument, readPriceTicks);
  if (typeof stopPxTicks === "object") return stopPxTicks;
  const orderQtyLots = ifGiven(fields, "orderQty", instrument, readQtyLots);
  if (typeof orderQtyLots === "object") return orderQtyLots;
  const leavesQtyLots = ifGiven(fields, "leavesQty", instrument, readQtyLots);
  if (typeof leavesQtyLots === "object") return leavesQtyLots;
  const displayQtyLots = ifGiven(fields, "displayQty", instrument, readQtyLots);
  if (typeof displayQtyLots === "object") return displayQtyLots;
  return {
    ...{ priceTicks, stopPxTicks, orderQtyLots, leavesQtyLots, displayQtyLots },
    ...{ expireTimeMicros: expireTime, joinsTail: joinTail, newClOrdId },
    ...{ ordType: typeCode, triggerSource },
  };
}

function ifWord(name: string, word: unknown, words: CodeWords): number | undefined | Refusal {
  return word === undefined ? undefined : readWord(name, word, words);
}

function readCancelAllValues(fields: JsonObject, symbols: Symbols): CancelAllValues | Refusal {
  const { symbol, priceMin, priceMax } = fields;
  const instrument = symbol === undefined ? undefined : readInstrument(symbol, symbols);
  if (instrument !== undefined && "code" in instrument) return instrument;
  const side = fields["side"] === undefined ? 0 : readWord("side", fields["side"], SIDE_WORDS);
  if (typeof side !== "number") return side;
  const targetSessionId = readTarget(fields, "sessionId");
  if (typeof targetSessionId === "object") return targetSessionId;
  const targetAccountId = readTarget(fields, "accountId");
  if (typeof targetAccountId === "object") return targetAccountId;
  const ids = { instrumentId: instrument?.instrumentId ?? 0, targetSessionId, targetAccountId };
  if (priceMin === undefined && priceMax === undefined) return { ...ids, side };
  if (instrument === undefined) {
    return unexpected("symbol", "one, whose prices are meant", symbol);
  }
  const minTicks = ifGiven(fields, "priceMin", instrument, readPriceTicks);
  if (typeof minTicks === "object") return minTicks;
  const maxTicks = ifGiven(fields, "priceMax", instrument, readPriceTicks);
  if (typeof maxTicks === "object") return maxTicks;
  const { priceTicksMin, priceTicksMax } = instrument;
  return { ...ids, side, priceRange: [minTicks ?? priceTicksMin, maxTicks ?? priceTicksMax] };
}

/** An id of a query or of JSON: a whole number, or its text. */
function readTarget(fields: JsonObject, name: string): number | undefined | Refusal {
  const value = fields[name];
  if (value === undefined) return undefined;
  const id = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : value;
  return isId(id) && id <= U32_MAX ? id : unexpected(name, "a whole number from 1", value);
}

function ifGiven(
  fields: JsonObject,
  name: string,
  instrument: Instrument,
  read: (name: string, value: unknown, instrument: Instrument) => number | Refusal,
): number | undefined | Refusal {
  return fields[name] === undefined ? undefined : read(name, fields[name], instrument);
}

function refuseClOrdId(field: string, value: unknown): Refusal {
  return unexpected(field, CL_ORD_ID_EXPECTED, value);
}
