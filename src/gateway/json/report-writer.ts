// hot path
// Event records to the JSON of docs/protocols/json.md, byte by byte, no objects in between.
// Every text that a client chose is either of a closed form or escaped.

import { NONE } from "../../base/none.ts";
import { readU64 } from "../../base/record-buffer.ts";
import { CL_ORD_ID_BYTES, clOrdIdTextLength, decodeClOrdId } from "../../codec/cl-ord-id.ts";
import {
  EVENT_ACCEPTED,
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_CL_ORD_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PREVENTED,
  EVENT_PRICE_TICKS_WORD,
  EVENT_REJECTED,
  EVENT_RESTATED,
  EVENT_SEQUENCE_WORD,
  EVENT_SIDE_WORD,
  EVENT_TERMS,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADE_BUSTED,
  EVENT_TRADE_CORRECTED,
  EVENT_TRADE_ID_WORD,
  EVENT_TRADED,
  EVENT_TRIGGERED,
  EVENT_WORDS,
  eventKindOf,
  isTradeChange,
  reasonOf,
} from "../../codec/event.ts";
import { readTerms } from "../../codec/order-command.ts";
import type { Instrument } from "../../model/instrument.ts";
import {
  ORD_STATUS_CANCELED,
  ORD_STATUS_FILLED,
  ORD_STATUS_NEW,
  ORD_STATUS_PARTIALLY_FILLED,
  ORD_STATUS_REJECTED,
  type OrdStatus,
} from "../../model/ord-status.ts";
import {
  execInstOf,
  hasNoPrice,
  ordTypeOf,
  sideOf,
  timeInForceOf,
  worksAsMarket,
} from "../../model/order-codes.ts";
import { ORD_TYPE_WORDS, SIDE_WORDS, TIME_IN_FORCE_WORDS } from "../../model/order-words.ts";
import { REASON_NONE, reasonName } from "../../model/reasons.ts";
import type { Venue } from "../../model/venue.ts";
import { fragmentOf } from "../bytes-writer.ts";
import { lastOfOrder, ordStatusAt, termsOfOrder } from "../order-batch.ts";
import { AsciiWriter } from "./ascii-writer.ts";
import { execFieldsJson, termFieldsJson } from "./term-fields.ts";

const OPEN = fragmentOf("{");
const CLOSE = fragmentOf("}");
const COMMA = fragmentOf(",");
const QUOTE = fragmentOf('"');
const SEQUENCE = fragmentOf('"sequence":');
const CL_ORD_ID = fragmentOf(',"clOrdId":"');
const ORDER_QTY = fragmentOf('","orderQty":"');
const CUM_QTY = fragmentOf('","cumQty":"');
const LEAVES_QTY = fragmentOf('","leavesQty":"');
const REASON = fragmentOf('","reason":"');
const NO_FILLS = fragmentOf(',"fills":[]}');
const FIRST_FILL = fragmentOf(',"fills":[{"tradeId":');
const NEXT_FILL = fragmentOf(',{"tradeId":');
const LAST_PX = fragmentOf(',"lastPx":"');
const LAST_QTY = fragmentOf('","lastQty":"');
const FILL_END = fragmentOf('"}');
const FILLS_END = fragmentOf("]}");

/** Kinds of orders remembered an instrument: made-up codes do not pile up. */
const TERMS_MAX = 256;
/** Above every OrdStatus: packs one behind the order's codes. */
const STATUSES_MAX = 16;
const TERMS = new WeakMap<Instrument, Map<number, Uint8Array>>();

/** For texts that are taken at once. */
const scratch = new AsciiWriter();

export type InstrumentsById = Pick<Venue, "instrumentById">;

/** Stands in where a refused order named no instrument: numbers as plain ticks and lots. */
export const NO_INSTRUMENT: Instrument = {
  instrumentId: 0,
  symbol: "",
  currency: "",
  priceDecimals: 0,
  tickUnits: 1,
  qtyDecimals: 0,
  lotUnits: 1,
  priceTicksMin: 0,
  priceTicksMax: 0,
  orderQtyLotsMin: 1,
  orderQtyLotsMax: 1,
};

export function instrumentOf(
  words: Int32Array,
  at: number,
  instruments: InstrumentsById,
): Instrument {
  return instruments.instrumentById(words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0) ?? NO_INSTRUMENT;
}

/**
 * The report on the order that a command was about: its state after the last of its events from
 * `startWord` to `endWord` (end mark included), with its own fills. The first event is about it.
 */
export function reportJson(
  words: Int32Array,
  startWord: number,
  endWord: number,
  instruments: InstrumentsById,
): string {
  writeReport(scratch, words, startWord, endWord, instruments);
  return scratch.take();
}

/** The same, behind what `out` holds already. */
export function writeReport(
  out: AsciiWriter,
  words: Int32Array,
  startWord: number,
  endWord: number,
  instruments: InstrumentsById,
): void {
  const instrument = instrumentOf(words, startWord, instruments);
  const orderId = readU64(words, startWord + EVENT_ORDER_ID_WORD);
  const last = lastOfOrder(words, startWord, endWord);
  const termsAt = termsOfOrder(words, startWord, endWord);
  out.fragment(OPEN);
  writeState(out, words, last, instrument);
  if (termsAt !== NONE) writeTerms(out, words, termsAt, instrument);
  let fillCount = 0;
  for (let at = startWord; at <= last; at += EVENT_WORDS) {
    if (eventKindOf(words, at) !== EVENT_TRADED) continue;
    if (readU64(words, at + EVENT_ORDER_ID_WORD) !== orderId) continue;
    out.fragment(fillCount++ === 0 ? FIRST_FILL : NEXT_FILL);
    writeFill(out, words, at, instrument);
  }
  out.fragment(fillCount === 0 ? NO_FILLS : FILLS_END);
}

/** `{"sequence", "orders"}`: a report on each order that its command accepted or rejected. */
export function listReportJson(
  words: Int32Array,
  startWord: number,
  endWord: number,
  instruments: InstrumentsById,
): string {
  const reports: string[] = [];
  const isRejected = eventKindOf(words, startWord) === EVENT_REJECTED;
  for (let at = startWord; at < endWord - EVENT_WORDS; at += EVENT_WORDS) {
    const kind = eventKindOf(words, at);
    if (kind !== EVENT_ACCEPTED && kind !== EVENT_REJECTED) continue;
    // Orders that never were have no number to tell them apart, and no event but this one.
    const end = isRejected ? at + 2 * EVENT_WORDS : endWord;
    reports.push(reportJson(words, at, end, instruments));
  }
  const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
  return `{"sequence":${sequence},"orders":[${reports.join(",")}]}`;
}

/** The report on a working order from its status record: no fills, and no time of a command. */
export function statusJson(words: Int32Array, at: number, instruments: InstrumentsById): string {
  const instrument = instrumentOf(words, at, instruments);
  scratch.fragment(OPEN);
  writeState(scratch, words, at, instrument);
  writeTermsBehind(scratch, words, at, instrument);
  scratch.fragment(CLOSE);
  return scratch.take();
}

/** One event of the account's order for the `orders` stream; "" for events that it leaves out. */
export function executionJson(
  words: Int32Array,
  at: number,
  index: number,
  instruments: InstrumentsById,
): string {
  const kind = eventKindOf(words, at);
  const execType = execTypeWord(kind);
  if (execType === "") return "";
  if (isTradeChange(kind)) return tradeChangeJson(words, at, index, instruments);
  const instrument = instrumentOf(words, at, instruments);
  const out = scratch;
  out.text(`{"stream":"orders","type":"execution","execType":"${execType}","index":`);
  out.integer(index);
  out.fragment(COMMA);
  writeState(out, words, at, instrument);
  writeTermsBehind(out, words, at, instrument);
  const isTrade = execType === "trade";
  if (isTrade || execType === "prevented") {
    out.text(',"lastPx":"');
    writePrice(out, words[at + EVENT_LAST_PX_TICKS_WORD], instrument);
    out.text('","lastQty":"');
    writeQty(out, readU64(words, at + EVENT_LAST_QTY_LOTS_WORD), instrument);
    out.text('"');
  } else {
    out.text(',"lastPx":null,"lastQty":null');
  }
  out.text(',"tradeId":');
  if (isTrade) out.integer(readU64(words, at + EVENT_TRADE_ID_WORD));
  else out.text("null");
  out.fragment(CLOSE);
  return out.take();
}

/** A past trade that does not count any more, or otherwise: its event says nothing of the order. */
function tradeChangeJson(
  words: Int32Array,
  at: number,
  index: number,
  instruments: InstrumentsById,
): string {
  const instrument = instrumentOf(words, at, instruments);
  const out = scratch;
  const execType = execTypeWord(eventKindOf(words, at));
  out.text(`{"stream":"orders","type":"tradeChange","execType":"${execType}","index":`);
  out.integer(index);
  out.fragment(COMMA);
  out.fragment(SEQUENCE);
  out.integer(readU64(words, at + EVENT_SEQUENCE_WORD));
  out.fragment(timeFragment(readU64(words, at + EVENT_TIME_MICROS_WORD)));
  out.integer(readU64(words, at + EVENT_ORDER_ID_WORD));
  const side = SIDE_WORDS.wordOf(sideOf(words[at + EVENT_SIDE_WORD]));
  out.text(`,"symbol":"${instrument.symbol}","side":"${side}","tradeId":`);
  writeFill(out, words, at, instrument);
  return out.take();
}

/** Name of an event kind as an execution; "" where it is none. */
export function execTypeWord(kind: number): string {
  switch (kind) {
    case EVENT_ACCEPTED:
      return "new";
    case EVENT_TRADED:
      return "trade";
    case EVENT_BOOKED:
      return "booked";
    case EVENT_CANCELED:
      return "canceled";
    case EVENT_AMENDED:
      return "replaced";
    case EVENT_REJECTED:
      return "rejected";
    case EVENT_CANCEL_REJECTED:
      return "cancelRejected";
    case EVENT_AMEND_REJECTED:
      return "amendRejected";
    case EVENT_TRIGGERED:
      return "triggered";
    case EVENT_RESTATED:
      return "restated";
    case EVENT_PREVENTED:
      return "prevented";
    case EVENT_TRADE_BUSTED:
      return "tradeBusted";
    case EVENT_TRADE_CORRECTED:
      return "tradeCorrected";
    default:
      return "";
  }
}

export function ordStatusWord(ordStatus: OrdStatus): string {
  switch (ordStatus) {
    case ORD_STATUS_NEW:
      return "new";
    case ORD_STATUS_PARTIALLY_FILLED:
      return "partiallyFilled";
    case ORD_STATUS_FILLED:
      return "filled";
    case ORD_STATUS_CANCELED:
      return "canceled";
    case ORD_STATUS_REJECTED:
      return "rejected";
  }
}

/** The fields that every report and execution has, without the braces. */
function writeState(out: AsciiWriter, words: Int32Array, at: number, instrument: Instrument): void {
  const cumQtyLots = readU64(words, at + EVENT_CUM_QTY_LOTS_WORD);
  const leavesQtyLots = readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD);
  const ordStatus = ordStatusAt(words, at, cumQtyLots, leavesQtyLots);
  const codes = words[at + EVENT_SIDE_WORD];
  const reason = reasonOf(words, at);
  out.fragment(SEQUENCE);
  out.integer(readU64(words, at + EVENT_SEQUENCE_WORD));
  out.fragment(timeFragment(readU64(words, at + EVENT_TIME_MICROS_WORD)));
  out.integer(readU64(words, at + EVENT_ORDER_ID_WORD));
  out.fragment(CL_ORD_ID);
  writeClOrdId(out, words, at);
  out.fragment(termsFragment(instrument, codes, ordStatus));
  if (!worksAsMarket(codes)) {
    writePrice(out, words[at + EVENT_PRICE_TICKS_WORD], instrument);
    out.fragment(ORDER_QTY);
  }
  writeQty(out, readU64(words, at + EVENT_ORDER_QTY_LOTS_WORD), instrument);
  out.fragment(CUM_QTY);
  writeQty(out, cumQtyLots, instrument);
  out.fragment(LEAVES_QTY);
  writeQty(out, leavesQtyLots, instrument);
  out.fragment(REASON);
  if (reason !== REASON_NONE) out.text(reasonName(reason));
  out.fragment(QUOTE);
}

/** The terms that are told in the event after the one at `at`; an end mark ends every batch. */
function writeTermsBehind(
  out: AsciiWriter,
  words: Int32Array,
  at: number,
  instrument: Instrument,
): void {
  const next = at + EVENT_WORDS;
  if (eventKindOf(words, next) === EVENT_TERMS) writeTerms(out, words, next, instrument);
}

function writeTerms(out: AsciiWriter, words: Int32Array, at: number, instrument: Instrument): void {
  out.text(termFieldsJson(readTerms(words, at), instrument));
}

function writeFill(out: AsciiWriter, words: Int32Array, at: number, instrument: Instrument): void {
  out.integer(readU64(words, at + EVENT_TRADE_ID_WORD));
  out.fragment(LAST_PX);
  writePrice(out, words[at + EVENT_LAST_PX_TICKS_WORD], instrument);
  out.fragment(LAST_QTY);
  writeQty(out, readU64(words, at + EVENT_LAST_QTY_LOTS_WORD), instrument);
  out.fragment(FILL_END);
}

function writePrice(
  out: AsciiWriter,
  priceTicks: number,
  { priceDecimals, tickUnits }: Instrument,
): void {
  out.steps(priceTicks, priceDecimals, tickUnits);
}

function writeQty(out: AsciiWriter, qtyLots: number, { qtyDecimals, lotUnits }: Instrument): void {
  out.steps(qtyLots, qtyDecimals, lotUnits);
}

let writtenTimeMicros = -1;
let writtenTime = fragmentOf("");

/** From transactTime to orderId: commands of one turn have one time. */
function timeFragment(timeMicros: number): Uint8Array {
  if (timeMicros === writtenTimeMicros) return writtenTime;
  const time = timeMicros === 0 ? null : timeMicros; // A status record has no time of its own.
  writtenTimeMicros = timeMicros;
  writtenTime = fragmentOf(`,"transactTime":${time},"orderId":`);
  return writtenTime;
}

let termsInstrument = NO_INSTRUMENT;
let termsKnown = new Map<number, Uint8Array>();

/** From symbol to price: the same bytes for all orders of one instrument, kind and status. */
function termsFragment(instrument: Instrument, codes: number, ordStatus: OrdStatus): Uint8Array {
  if (instrument !== termsInstrument) {
    termsKnown = TERMS.get(instrument) ?? new Map();
    TERMS.set(instrument, termsKnown);
    termsInstrument = instrument;
  }
  const key = codes * STATUSES_MAX + ordStatus;
  const known = termsKnown.get(key);
  if (known !== undefined) return known;
  const isPriced = !worksAsMarket(codes) && !hasNoPrice(codes);
  const price = isPriced ? '"' : 'null,"orderQty":"';
  const fragment = fragmentOf(
    `","symbol":"${instrument.symbol}","side":"${SIDE_WORDS.wordOf(sideOf(codes))}",` +
      `"ordType":"${ORD_TYPE_WORDS.wordOf(ordTypeOf(codes))}",` +
      `"timeInForce":"${TIME_IN_FORCE_WORDS.wordOf(timeInForceOf(codes))}",` +
      `${execFieldsJson(execInstOf(codes))},` +
      `"ordStatus":"${ordStatusWord(ordStatus)}","price":${price}`,
  );
  if (termsKnown.size < TERMS_MAX) termsKnown.set(key, fragment);
  return fragment;
}

let viewedWords: Int32Array = new Int32Array(0);
let viewedBytes: Uint8Array = new Uint8Array(0);

/** The client order id without its quotes. */
function writeClOrdId(out: AsciiWriter, words: Int32Array, at: number): void {
  if (words !== viewedWords) {
    viewedWords = words;
    viewedBytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  }
  const offsetBytes = (at + EVENT_CL_ORD_ID_WORD) * 4;
  const length = clOrdIdTextLength(viewedBytes, offsetBytes);
  if (length <= CL_ORD_ID_BYTES) out.escaped(viewedBytes, offsetBytes, length);
  else out.text(escaped(decodeClOrdId(viewedBytes, offsetBytes)));
}

/** A JSON string of printable ASCII, where only a quote and a backslash need escaping. */
export function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  const isPlain = !text.includes('"') && !text.includes("\\");
  return isPlain ? text : JSON.stringify(text).slice(1, -1);
}
