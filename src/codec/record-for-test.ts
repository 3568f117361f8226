// Records as plain values: what tests write as commands and read as events. Fields left out of a
// command are what a simple order has: account 1, session 1, instrument 1, a GTC limit order.

import { assert } from "../base/assert.ts";
import { RecordBuffer, readU64, writeU64 } from "../base/record-buffer.ts";
import { EXEC_INST_POST_ONLY } from "../model/exec-inst.ts";
import type { Instrument } from "../model/instrument.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_PEGGED } from "../model/ord-type.ts";
import {
  execInstOf,
  ordTypeOf,
  packOrderCodes,
  sideOf,
  timeInForceOf,
} from "../model/order-codes.ts";
import {
  TERM_HAS_PRICE,
  TERM_HAS_PROTECTION,
  TERM_HAS_STOP_PX,
  TERM_OFFSET_IS_BASIS_POINTS,
  TERM_TRAILING,
} from "../model/order-terms.ts";
import { TIF_GTC } from "../model/time-in-force.ts";
import { type PlainAccountFields, readAccountFields } from "./account-record-for-test.ts";
import { decodeClOrdId, encodeClOrdId, hasClOrdId } from "./cl-ord-id.ts";
import {
  AMEND_AMEND_FLAGS_WORD,
  AMEND_CL_ORD_ID_WORD,
  AMEND_DISPLAY_QTY_LOTS_WORD,
  AMEND_EXPIRE_TIME_MICROS_WORD,
  AMEND_HAS_DISPLAY_QTY,
  AMEND_HAS_EXPIRE_TIME,
  AMEND_HAS_PRICE,
  AMEND_HAS_QTY,
  AMEND_HAS_STOP_PX,
  AMEND_JOINS_TAIL,
  AMEND_NEW_CL_ORD_ID_WORD,
  AMEND_ORDER_ID_WORD,
  AMEND_ORDER_QTY_LOTS_WORD,
  AMEND_PRICE_TICKS_WORD,
  AMEND_QTY_IS_LEAVES,
  AMEND_STOP_PX_TICKS_WORD,
  BLOCK_WORDS,
  CANCEL_ALL_BY_PRICE,
  CANCEL_ALL_BY_SESSION,
  CANCEL_ALL_OF_ACCOUNT,
  CANCEL_ALL_PRICE_TICKS_MAX_WORD,
  CANCEL_ALL_PRICE_TICKS_MIN_WORD,
  CANCEL_ALL_SIDE_WORD,
  CANCEL_ALL_TARGET_ACCOUNT_ID_WORD,
  CANCEL_ALL_TARGET_SESSION_ID_WORD,
  CANCEL_CL_ORD_ID_WORD,
  CANCEL_ORDER_ID_WORD,
  CANCEL_REDUCE_BY_LOTS_WORD,
  CLOCK_RANDOM_WORD,
  COMMAND_AMEND,
  COMMAND_BYTES_MAX,
  COMMAND_CANCEL,
  COMMAND_CANCEL_ALL,
  COMMAND_CLOCK,
  COMMAND_NEW,
  COMMAND_NEW_LIST,
  COMMAND_NEW_WITH_TERMS,
  COMMAND_REDUCE_TO,
  LIST_LEG_WORDS,
  LIST_LEG1_WORD,
  LIST_LIST_TYPE_WORD,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
  REDUCE_TO_CL_ORD_ID_WORD,
  REDUCE_TO_ORDER_ID_WORD,
  REDUCE_TO_ORDER_QTY_LOTS_WORD,
  TERMS_DISPLAY_QTY_LOTS_WORD,
  TERMS_DISPLAY_RANDOM_LOTS_WORD,
  TERMS_EXPIRE_TIME_MICROS_WORD,
  TERMS_MIN_QTY_LOTS_WORD,
  TERMS_OFFSET_TICKS_WORD,
  TERMS_PROTECTION_TICKS_WORD,
  TERMS_QUOTE_AMOUNT_WORD,
  TERMS_STEP_TICKS_WORD,
  TERMS_STOP_PX_TICKS_WORD,
  TERMS_TRIGGER_SOURCE_WORD,
  TERMS_WORDS,
  writeCommandHeader,
  writeCreateInstrument,
} from "./command.ts";
import {
  commandKindOfEvent,
  EVENT_ACCOUNT_ID_WORD,
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_CL_ORD_ID_WORD,
  EVENT_CONTRA_ACCOUNT_ID_WORD,
  EVENT_CONTRA_ORDER_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_HISTORY_HASH_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_RESTATED,
  EVENT_SEQUENCE_WORD,
  EVENT_SESSION_ID_WORD,
  EVENT_SIDE_WORD,
  EVENT_TERMS,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADE_ID_WORD,
  EVENT_WORDS,
  eventFlagsOf,
  eventIndexOf,
  eventKindOf,
  OTHER_CL_ORD_ID_WORD,
  reasonOf,
} from "./event.ts";
import { type PlainMarketFields, readMarketFields } from "./market-record-for-test.ts";

/** Who asks, from where, about which instrument. */
export type Asker = {
  readonly accountId?: number;
  readonly sessionId?: number;
  readonly instrumentId?: number;
};

export type NewOrder = Asker & {
  readonly clOrdId: string;
  readonly side: number;
  readonly orderQtyLots: number;
  readonly priceTicks?: number;
  readonly ordType?: number;
  readonly timeInForce?: number;
  readonly postOnly?: boolean;
  /** Further bits of FIX 18, beside post-only. */
  readonly execInst?: number;
};

/** What an order asks for beyond kind 1. Left out: not asked for, and no flag says otherwise. */
export type PlainTerms = {
  readonly stopPxTicks?: number;
  readonly triggerSource?: number;
  readonly pegPriceType?: number;
  readonly stpMode?: number;
  readonly trailing?: boolean;
  readonly offsetIsBasisPoints?: boolean;
  readonly displayQtyLots?: number;
  readonly minQtyLots?: number;
  readonly expireTimeMicros?: number;
  readonly offsetTicks?: number;
  readonly stepTicks?: number;
  readonly protectionTicks?: number;
  readonly displayRandomLots?: number;
  readonly quoteAmount?: number;
  /** Flags that contradict the fields, for what must be refused. */
  readonly extraFlags?: number;
};

/** A pegged order's price, where it gives one, is the worst that it may go to. */
export type NewOrderWithTerms = NewOrder & { readonly terms: PlainTerms };

/** Asker from the list; each leg's own is not looked at. */
export type NewOrderList = Asker & {
  readonly listType: number;
  readonly legs: readonly NewOrderWithTerms[];
  /** Where the record should say another number than there are. */
  readonly legsCount?: number;
};

export type Clock = { readonly accountId?: number; readonly random?: number };

/** By client order id or, where that is left out, by order id. */
export type OrderName = { readonly clOrdId?: string; readonly orderId?: number };

export type CancelOrder = Asker & OrderName & { readonly reduceByLots?: number };

export type ReduceOrder = Asker & OrderName & { readonly orderQtyLots: number };

export type AmendOrder = Asker &
  OrderName & {
    readonly priceTicks?: number;
    readonly orderQtyLots?: number;
    readonly leavesQtyLots?: number;
    readonly newClOrdId?: string;
    readonly joinsTail?: boolean;
    readonly stopPxTicks?: number;
    readonly displayQtyLots?: number;
    readonly expireTimeMicros?: number;
  };

/** Each of the last three only where it is given. */
export type CancelAll = Asker & {
  readonly side?: number;
  readonly priceRange?: readonly [minTicks: number, maxTicks: number];
  readonly targetSessionId?: number;
  readonly targetAccountId?: number;
};

export function commandRecord(): RecordBuffer {
  return RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
}

export function newRecord(order: NewOrder): RecordBuffer {
  const record = begin(COMMAND_NEW, order);
  putOrder(record, 0, order);
  return record;
}

export function newWithTermsRecord(order: NewOrderWithTerms): RecordBuffer {
  const record = begin(COMMAND_NEW_WITH_TERMS, order);
  putOrder(record, 0, order);
  putTerms(record, 0, order);
  return record;
}

export function newListRecord(list: NewOrderList): RecordBuffer {
  const record = begin(COMMAND_NEW_LIST, list);
  const { listType, legs, legsCount = legs.length } = list;
  record.words[LIST_LIST_TYPE_WORD] = listType | (legsCount << 8);
  for (const [i, leg] of legs.entries()) {
    // A leg lies in the list as an order with terms does behind its header.
    const at = LIST_LEG1_WORD + i * LIST_LEG_WORDS - NEW_CL_ORD_ID_WORD;
    putOrder(record, at, leg);
    putTerms(record, at, leg);
  }
  return record;
}

/** The account is the operator's. */
export function clockRecord(clock: Clock = {}): RecordBuffer {
  const record = begin(COMMAND_CLOCK, { accountId: 0, ...clock, instrumentId: 0, sessionId: 0 });
  record.words[CLOCK_RANDOM_WORD] = clock.random ?? 0;
  return record;
}

export function cancelRecord(cancel: CancelOrder): RecordBuffer {
  const record = begin(COMMAND_CANCEL, cancel);
  putClOrdId(record, CANCEL_CL_ORD_ID_WORD, cancel.clOrdId ?? "");
  writeU64(record.words, CANCEL_ORDER_ID_WORD, cancel.orderId ?? 0);
  writeU64(record.words, CANCEL_REDUCE_BY_LOTS_WORD, cancel.reduceByLots ?? 0);
  return record;
}

export function reduceToRecord(order: ReduceOrder): RecordBuffer {
  const record = begin(COMMAND_REDUCE_TO, order);
  putClOrdId(record, REDUCE_TO_CL_ORD_ID_WORD, order.clOrdId ?? "");
  writeU64(record.words, REDUCE_TO_ORDER_ID_WORD, order.orderId ?? 0);
  writeU64(record.words, REDUCE_TO_ORDER_QTY_LOTS_WORD, order.orderQtyLots);
  return record;
}

export function amendRecord(amend: AmendOrder): RecordBuffer {
  const record = begin(COMMAND_AMEND, amend);
  const { words } = record;
  const qtyLots = amend.leavesQtyLots ?? amend.orderQtyLots;
  let flags = amend.priceTicks === undefined ? 0 : AMEND_HAS_PRICE;
  if (qtyLots !== undefined) flags |= AMEND_HAS_QTY;
  if (amend.leavesQtyLots !== undefined) flags |= AMEND_QTY_IS_LEAVES;
  if (amend.joinsTail === true) flags |= AMEND_JOINS_TAIL;
  if (amend.stopPxTicks !== undefined) flags |= AMEND_HAS_STOP_PX;
  if (amend.displayQtyLots !== undefined) flags |= AMEND_HAS_DISPLAY_QTY;
  if (amend.expireTimeMicros !== undefined) flags |= AMEND_HAS_EXPIRE_TIME;
  putClOrdId(record, AMEND_CL_ORD_ID_WORD, amend.clOrdId ?? "");
  putClOrdId(record, AMEND_NEW_CL_ORD_ID_WORD, amend.newClOrdId ?? "");
  writeU64(words, AMEND_ORDER_ID_WORD, amend.orderId ?? 0);
  writeU64(words, AMEND_ORDER_QTY_LOTS_WORD, qtyLots ?? 0);
  words[AMEND_PRICE_TICKS_WORD] = amend.priceTicks ?? 0;
  words[AMEND_AMEND_FLAGS_WORD] = flags;
  words[AMEND_STOP_PX_TICKS_WORD] = amend.stopPxTicks ?? 0;
  writeU64(words, AMEND_DISPLAY_QTY_LOTS_WORD, amend.displayQtyLots ?? 0);
  writeU64(words, AMEND_EXPIRE_TIME_MICROS_WORD, amend.expireTimeMicros ?? 0);
  return record;
}

export function cancelAllRecord(cancelAll: CancelAll): RecordBuffer {
  const record = begin(COMMAND_CANCEL_ALL, { instrumentId: 0, ...cancelAll });
  const { words } = record;
  const { side = 0, priceRange, targetSessionId, targetAccountId } = cancelAll;
  let flags = priceRange === undefined ? 0 : CANCEL_ALL_BY_PRICE;
  if (targetSessionId !== undefined) flags |= CANCEL_ALL_BY_SESSION;
  if (targetAccountId !== undefined) flags |= CANCEL_ALL_OF_ACCOUNT;
  words[CANCEL_ALL_SIDE_WORD] = side | (flags << 8);
  words[CANCEL_ALL_PRICE_TICKS_MIN_WORD] = priceRange?.[0] ?? 0;
  words[CANCEL_ALL_PRICE_TICKS_MAX_WORD] = priceRange?.[1] ?? 0;
  words[CANCEL_ALL_TARGET_SESSION_ID_WORD] = targetSessionId ?? 0;
  words[CANCEL_ALL_TARGET_ACCOUNT_ID_WORD] = targetAccountId ?? 0;
  return record;
}

export function createInstrumentRecord(instrument: Instrument): RecordBuffer {
  const record = commandRecord();
  writeCreateInstrument(record, 0, 1, instrument);
  return record;
}

/** An event with every field that is not filler. */
export type PlainEvent = {
  readonly kind: number;
  readonly index: number;
  readonly instrumentId: number;
  readonly sequence: number;
  readonly timeMicros: number;
  readonly accountId: number;
  readonly sessionId: number;
  readonly orderId: number;
  readonly clOrdId: string;
  readonly priceTicks: number;
  readonly side: number;
  readonly ordType: number;
  readonly timeInForce: number;
  readonly execInst: number;
  readonly orderQtyLots: number;
  readonly cumQtyLots: number;
  readonly leavesQtyLots: number;
  readonly lastQtyLots: number;
  readonly lastPxTicks: number;
  readonly reason: number;
  readonly flags: number;
  readonly commandKind: number;
  readonly contraOrderId: number;
  readonly tradeId: number;
  readonly contraAccountId: number;
  readonly historyHash: number;
  /** Only of "terms" events, whose fields from orderQtyLots on are 0 here: bytes 64 to 127. */
  readonly termsWords?: readonly number[];
  /** Only of amends that give a client order id; the contra order's fields are 0 there. */
  readonly otherClOrdId?: string;
} & PlainAccountFields &
  PlainMarketFields;

/** The events from `startWord` to `endWord`, the end mark included. */
export function readEvents(words: Int32Array, startWord: number, endWord: number): PlainEvent[] {
  const events: PlainEvent[] = [];
  for (let at = startWord; at < endWord; at += EVENT_WORDS) events.push(readEvent(words, at));
  return events;
}

const OF_AMENDS: readonly number[] = [EVENT_AMENDED, EVENT_RESTATED, EVENT_AMEND_REJECTED];

function readEvent(words: Int32Array, at: number): PlainEvent {
  const kind = eventKindOf(words, at);
  if (kind !== EVENT_TERMS) {
    const fields = { ...readAccountFields(words, at), ...readMarketFields(words, at) };
    const event = { ...readEventHead(words, at), ...readEventTail(words, at), ...fields };
    const hasOther = OF_AMENDS.includes(kind) && hasClOrdId(words, at + OTHER_CL_ORD_ID_WORD);
    if (!hasOther) return event;
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    const otherClOrdId = decodeClOrdId(bytes, (at + OTHER_CL_ORD_ID_WORD) * 4);
    return { ...event, contraOrderId: 0, tradeId: 0, otherClOrdId };
  }
  const termsAt = at + BLOCK_WORDS;
  const termsWords = [...words.subarray(termsAt, termsAt + TERMS_WORDS)];
  const noTail = readEventTail(new Int32Array(EVENT_WORDS), 0);
  return { ...readEventHead(words, at), ...noTail, termsWords };
}

/** Bytes 0 to 63. */
function readEventHead(words: Int32Array, at: number) {
  const codes = words[at + EVENT_SIDE_WORD];
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return {
    kind: eventKindOf(words, at),
    index: eventIndexOf(words, at),
    instrumentId: words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0,
    sequence: readU64(words, at + EVENT_SEQUENCE_WORD),
    timeMicros: readU64(words, at + EVENT_TIME_MICROS_WORD),
    accountId: words[at + EVENT_ACCOUNT_ID_WORD] >>> 0,
    sessionId: words[at + EVENT_SESSION_ID_WORD] >>> 0,
    orderId: readU64(words, at + EVENT_ORDER_ID_WORD),
    clOrdId: decodeClOrdId(bytes, (at + EVENT_CL_ORD_ID_WORD) * 4),
    priceTicks: words[at + EVENT_PRICE_TICKS_WORD],
    side: sideOf(codes),
    ordType: ordTypeOf(codes),
    timeInForce: timeInForceOf(codes),
    execInst: execInstOf(codes),
  };
}

/** Bytes 64 to 127. */
function readEventTail(words: Int32Array, at: number) {
  return {
    orderQtyLots: readU64(words, at + EVENT_ORDER_QTY_LOTS_WORD),
    cumQtyLots: readU64(words, at + EVENT_CUM_QTY_LOTS_WORD),
    leavesQtyLots: readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD),
    lastQtyLots: readU64(words, at + EVENT_LAST_QTY_LOTS_WORD),
    lastPxTicks: words[at + EVENT_LAST_PX_TICKS_WORD],
    reason: reasonOf(words, at),
    flags: eventFlagsOf(words, at),
    commandKind: commandKindOfEvent(words, at),
    contraOrderId: readU64(words, at + EVENT_CONTRA_ORDER_ID_WORD),
    tradeId: readU64(words, at + EVENT_TRADE_ID_WORD),
    contraAccountId: words[at + EVENT_CONTRA_ACCOUNT_ID_WORD] >>> 0,
    historyHash: words[at + EVENT_HISTORY_HASH_WORD] >>> 0,
  };
}

/** `at` is where the record of a kind 1 or 6 would begin. */
function putOrder(record: RecordBuffer, at: number, order: NewOrder): void {
  const { words } = record;
  const { ordType = ORD_TYPE_LIMIT, timeInForce = TIF_GTC, postOnly = false } = order;
  const execInst = (order.execInst ?? 0) | (postOnly ? EXEC_INST_POST_ONLY : 0);
  putClOrdId(record, at + NEW_CL_ORD_ID_WORD, order.clOrdId);
  writeU64(words, at + NEW_ORDER_QTY_LOTS_WORD, order.orderQtyLots);
  words[at + NEW_PRICE_TICKS_WORD] = order.priceTicks ?? 0;
  words[at + NEW_SIDE_WORD] = packOrderCodes(order.side, ordType, timeInForce, execInst);
}

function putTerms(record: RecordBuffer, at: number, order: NewOrderWithTerms): void {
  const { words } = record;
  const { terms } = order;
  const { triggerSource = 0, pegPriceType = 0, stpMode = 0 } = terms;
  const codes = triggerSource | (pegPriceType << 8) | (stpMode << 16);
  words[at + TERMS_STOP_PX_TICKS_WORD] = terms.stopPxTicks ?? 0;
  words[at + TERMS_TRIGGER_SOURCE_WORD] = codes | (termFlagsOf(order) << 24);
  writeU64(words, at + TERMS_DISPLAY_QTY_LOTS_WORD, terms.displayQtyLots ?? 0);
  writeU64(words, at + TERMS_MIN_QTY_LOTS_WORD, terms.minQtyLots ?? 0);
  writeU64(words, at + TERMS_EXPIRE_TIME_MICROS_WORD, terms.expireTimeMicros ?? 0);
  words[at + TERMS_OFFSET_TICKS_WORD] = terms.offsetTicks ?? 0;
  words[at + TERMS_STEP_TICKS_WORD] = terms.stepTicks ?? 0;
  words[at + TERMS_PROTECTION_TICKS_WORD] = terms.protectionTicks ?? 0;
  words[at + TERMS_DISPLAY_RANDOM_LOTS_WORD] = terms.displayRandomLots ?? 0;
  writeU64(words, at + TERMS_QUOTE_AMOUNT_WORD, terms.quoteAmount ?? 0);
}

/** The flags that follow from what is given. */
function termFlagsOf({ terms, ordType, priceTicks }: NewOrderWithTerms): number {
  let flags = terms.extraFlags ?? 0;
  if (terms.trailing === true) flags |= TERM_TRAILING;
  if (terms.offsetIsBasisPoints === true) flags |= TERM_OFFSET_IS_BASIS_POINTS;
  if (terms.stopPxTicks !== undefined) flags |= TERM_HAS_STOP_PX;
  if (terms.protectionTicks !== undefined) flags |= TERM_HAS_PROTECTION;
  if (ordType === ORD_TYPE_PEGGED && priceTicks !== undefined) flags |= TERM_HAS_PRICE;
  return flags;
}

/** Bytes 64 to 127 of the order's command, as its "terms" event has them. */
export function termsWordsOf(order: NewOrderWithTerms): number[] {
  return [...newWithTermsRecord(order).words.subarray(BLOCK_WORDS, BLOCK_WORDS + TERMS_WORDS)];
}

function begin(kind: number, asker: Asker): RecordBuffer {
  const { accountId = 1, sessionId = 1, instrumentId = 1 } = asker;
  const record = commandRecord();
  writeCommandHeader(record.words, 0, kind, accountId, instrumentId, sessionId);
  return record;
}

function putClOrdId(record: RecordBuffer, word: number, clOrdId: string): void {
  if (clOrdId === "") return;
  const isWritten = encodeClOrdId(clOrdId, record.bytes, word * 4);
  assert(isWritten, "a test's client order id is in one of the two forms");
}
