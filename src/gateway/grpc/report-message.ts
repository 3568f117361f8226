// hot path
// Event records as the messages of proto/outcry/v1/orders.proto, byte by byte, no objects in
// between.

import { NONE } from "../../base/none.ts";
import { readU64 } from "../../base/record-buffer.ts";
import { CL_ORD_ID_BYTES, clOrdIdTextLength, decodeClOrdId } from "../../codec/cl-ord-id.ts";
import * as event from "../../codec/event.ts";
import { readTerms } from "../../codec/order-command.ts";
import type { Instrument } from "../../model/instrument.ts";
import {
  execInstOf,
  hasNoPrice,
  ordTypeOf,
  sideOf,
  timeInForceOf,
  worksAsMarket,
} from "../../model/order-codes.ts";
import { type InstrumentsById, instrumentOf } from "../json/report-writer.ts";
import { EXEC_FIELDS, TERM_FIELDS, termText } from "../json/term-fields.ts";
import { lastOfOrder, ordStatusAt, termsOfOrder } from "../order-batch.ts";
import { enumNumber, ORD_STATUSES, ORD_TYPES, SIDES, TIMES_IN_FORCE } from "./enum-codes.ts";
import { lengthKey, MessageWriter, varintKey } from "./message-writer.ts";

const SEQUENCE = varintKey(1);
const TRANSACT_TIME = varintKey(2);
const ORDER_ID = varintKey(3);
const CL_ORD_ID = lengthKey(4);
const SYMBOL = lengthKey(5);
const SIDE = varintKey(6);
const ORD_TYPE = varintKey(7);
const TIME_IN_FORCE = varintKey(8);
const ORD_STATUS = varintKey(10);
const PRICE = lengthKey(11);
const ORDER_QTY = lengthKey(12);
const CUM_QTY = lengthKey(13);
const LEAVES_QTY = lengthKey(14);
const REASON = varintKey(15);
const FILLS = lengthKey(16);
const TERMS = lengthKey(17);
/** By execution instruction, as term-fields.ts names them. */
const EXEC_KEYS: ReadonlyMap<string, number> = new Map([
  ["postOnly", varintKey(9)],
  ["slide", varintKey(18)],
  ["hidden", varintKey(19)],
  ["allOrNone", varintKey(20)],
  ["reduceOnly", varintKey(21)],
]);

const LIST_SEQUENCE = varintKey(1);
const LIST_ORDERS = lengthKey(2);

const FILL_TRADE_ID = varintKey(1);
const FILL_LAST_PX = lengthKey(2);
const FILL_LAST_QTY = lengthKey(3);

/** Kinds of orders remembered an instrument: made-up codes do not pile up. */
const KINDS_MAX = 256;
/** Above every OrdStatus: packs one behind the order's codes. */
const STATUSES_MAX = 16;
const KINDS = new WeakMap<Instrument, Map<number, Uint8Array>>();

/**
 * The report on the order that a command was about: its state after the last of its events from
 * `startWord` to `endWord` (end mark included), with its own fills. The first event is about it.
 */
export function writeReportMessage(
  out: MessageWriter,
  words: Int32Array,
  startWord: number,
  endWord: number,
  instruments: InstrumentsById,
): void {
  const instrument = instrumentOf(words, startWord, instruments);
  const orderId = readU64(words, startWord + event.EVENT_ORDER_ID_WORD);
  const last = lastOfOrder(words, startWord, endWord);
  writeStateMessage(out, words, last, instrument);
  const termsAt = termsOfOrder(words, startWord, endWord);
  if (termsAt !== NONE) writeTermsMessage(out, words, termsAt, instrument);
  for (let at = startWord; at <= last; at += event.EVENT_WORDS) {
    if (event.eventKindOf(words, at) !== event.EVENT_TRADED) continue;
    if (readU64(words, at + event.EVENT_ORDER_ID_WORD) !== orderId) continue;
    const from = out.open(FILLS);
    writeFillMessage(out, words, at, instrument);
    out.close(from);
  }
}

/** A report on each order that a list's command accepted or rejected. */
export function writeListReportMessage(
  out: MessageWriter,
  words: Int32Array,
  startWord: number,
  endWord: number,
  instruments: InstrumentsById,
): void {
  const isRejected = event.eventKindOf(words, startWord) === event.EVENT_REJECTED;
  out.uint(LIST_SEQUENCE, readU64(words, startWord + event.EVENT_SEQUENCE_WORD));
  for (let at = startWord; at < endWord - event.EVENT_WORDS; at += event.EVENT_WORDS) {
    const kind = event.eventKindOf(words, at);
    if (kind !== event.EVENT_ACCEPTED && kind !== event.EVENT_REJECTED) continue;
    // Orders that never were have no number to tell them apart, and no event but this one.
    const end = isRejected ? at + 2 * event.EVENT_WORDS : endWord;
    const from = out.open(LIST_ORDERS);
    writeReportMessage(out, words, at, end, instruments);
    out.close(from);
  }
}

/** The report on a working order from its status record, behind which its terms stand. */
export function writeStatusMessage(
  out: MessageWriter,
  words: Int32Array,
  at: number,
  instruments: InstrumentsById,
): void {
  const instrument = instrumentOf(words, at, instruments);
  writeStateMessage(out, words, at, instrument);
  const next = at + event.EVENT_WORDS;
  if (event.eventKindOf(words, next) === event.EVENT_TERMS) {
    writeTermsMessage(out, words, next, instrument);
  }
}

/** Terms have the numbers of their places in TERM_FIELDS, words those in their lists. */
function writeTermsMessage(
  out: MessageWriter,
  words: Int32Array,
  at: number,
  instrument: Instrument,
): void {
  const terms = readTerms(words, at);
  const from = out.open(TERMS);
  for (const [index, { form, tell }] of TERM_FIELDS.entries()) {
    const value = tell(terms);
    if (value === undefined) continue;
    if (form === "integer") out.uint(varintKey(index + 1), value);
    else if (typeof form === "string") {
      out.shortText(lengthKey(index + 1), termText(value, form, instrument));
    } else out.uint(varintKey(index + 1), form.words.indexOf(form.wordOf(value)) + 1);
  }
  out.close(from);
}

/** A report without fills: the order as the event at `at` left it. */
function writeStateMessage(
  out: MessageWriter,
  words: Int32Array,
  at: number,
  instrument: Instrument,
): void {
  const { priceDecimals, tickUnits, qtyDecimals, lotUnits } = instrument;
  const cumQtyLots = readU64(words, at + event.EVENT_CUM_QTY_LOTS_WORD);
  const leavesQtyLots = readU64(words, at + event.EVENT_LEAVES_QTY_LOTS_WORD);
  const orderQtyLots = readU64(words, at + event.EVENT_ORDER_QTY_LOTS_WORD);
  const ordStatus = ordStatusAt(words, at, cumQtyLots, leavesQtyLots);
  const codes = words[at + event.EVENT_SIDE_WORD];
  out.uint(SEQUENCE, readU64(words, at + event.EVENT_SEQUENCE_WORD));
  out.uint(TRANSACT_TIME, readU64(words, at + event.EVENT_TIME_MICROS_WORD));
  out.uint(ORDER_ID, readU64(words, at + event.EVENT_ORDER_ID_WORD));
  writeClOrdId(out, words, at);
  out.fragment(kindFragment(instrument, codes, ordStatus));
  if (!worksAsMarket(codes) && !hasNoPrice(codes)) {
    out.decimal(PRICE, words[at + event.EVENT_PRICE_TICKS_WORD], priceDecimals, tickUnits);
  }
  out.decimal(ORDER_QTY, orderQtyLots, qtyDecimals, lotUnits);
  out.decimal(CUM_QTY, cumQtyLots, qtyDecimals, lotUnits);
  out.decimal(LEAVES_QTY, leavesQtyLots, qtyDecimals, lotUnits);
  out.uint(REASON, event.reasonOf(words, at));
}

/** The trade in the event at `at`. */
export function writeFillMessage(
  out: MessageWriter,
  words: Int32Array,
  at: number,
  { priceDecimals, tickUnits, qtyDecimals, lotUnits }: Instrument,
): void {
  const lastQtyLots = readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD);
  out.uint(FILL_TRADE_ID, readU64(words, at + event.EVENT_TRADE_ID_WORD));
  out.decimal(FILL_LAST_PX, words[at + event.EVENT_LAST_PX_TICKS_WORD], priceDecimals, tickUnits);
  out.decimal(FILL_LAST_QTY, lastQtyLots, qtyDecimals, lotUnits);
}

let viewedWords: Int32Array = new Int32Array(0);
let viewedBytes: Uint8Array = new Uint8Array(0);

function writeClOrdId(out: MessageWriter, words: Int32Array, at: number): void {
  if (words !== viewedWords) {
    viewedWords = words;
    viewedBytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  }
  const offsetBytes = (at + event.EVENT_CL_ORD_ID_WORD) * 4;
  const length = clOrdIdTextLength(viewedBytes, offsetBytes);
  if (length > CL_ORD_ID_BYTES) out.shortText(CL_ORD_ID, decodeClOrdId(viewedBytes, offsetBytes));
  else out.shortBytes(CL_ORD_ID, viewedBytes, offsetBytes, length);
}

let kindsInstrument: Instrument | undefined;
let kindsKnown = new Map<number, Uint8Array>();

/** From symbol to status: the same bytes for all orders of one instrument, kind and status. */
function kindFragment(instrument: Instrument, codes: number, ordStatus: number): Uint8Array {
  if (instrument !== kindsInstrument) {
    kindsKnown = KINDS.get(instrument) ?? new Map();
    KINDS.set(instrument, kindsKnown);
    kindsInstrument = instrument;
  }
  const key = codes * STATUSES_MAX + ordStatus;
  const known = kindsKnown.get(key);
  if (known !== undefined) return known;
  const out = new MessageWriter();
  out.shortText(SYMBOL, instrument.symbol);
  out.uint(SIDE, enumNumber(SIDES, sideOf(codes)));
  out.uint(ORD_TYPE, enumNumber(ORD_TYPES, ordTypeOf(codes)));
  out.uint(TIME_IN_FORCE, enumNumber(TIMES_IN_FORCE, timeInForceOf(codes)));
  out.uint(ORD_STATUS, enumNumber(ORD_STATUSES, ordStatus));
  for (const [name, [bit]] of EXEC_FIELDS) {
    out.uint(EXEC_KEYS.get(name) ?? 0, (execInstOf(codes) & bit) === 0 ? 0 : 1);
  }
  const fragment = out.takeBytes();
  if (kindsKnown.size < KINDS_MAX) kindsKnown.set(key, fragment);
  return fragment;
}
