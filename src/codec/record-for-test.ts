// Records as plain values: what tests write as commands and read as events. Fields left out of a
// command are what a simple order has: account 1, session 1, instrument 1, a GTC limit order.

import { assert } from "../base/assert.ts";
import { RecordBuffer, readU64 } from "../base/record-buffer.ts";
import { EXEC_INST_POST_ONLY } from "../model/exec-inst.ts";
import type { Instrument } from "../model/instrument.ts";
import { ORD_TYPE_LIMIT } from "../model/ord-type.ts";
import { execInstOf, ordTypeOf, sideOf, timeInForceOf } from "../model/order-codes.ts";
import { TIF_GTC } from "../model/time-in-force.ts";
import { type PlainAccountFields, readAccountFields } from "./account-record-for-test.ts";
import { decodeClOrdId, hasClOrdId } from "./cl-ord-id.ts";
import {
  BLOCK_WORDS,
  CLOCK_RANDOM_WORD,
  COMMAND_BYTES_MAX,
  COMMAND_CLOCK,
  type Asker as CommandAsker,
  LIST_LEG_WORDS,
  LIST_LEG1_WORD,
  LIST_LIST_TYPE_WORD,
  NEW_CL_ORD_ID_WORD,
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
import {
  type OrderValues,
  type TermValues,
  writeAmend,
  writeCancel,
  writeCancelAll,
  writeNewList,
  writeNewOrder,
  writeReduceTo,
} from "./order-command.ts";

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

/** What an order asks for beyond kind 1. */
export type PlainTerms = TermValues & {
  /** Flags that contradict the fields, for what must be refused. */
  readonly extraFlags?: number;
};

/** A pegged order's price, where it gives one, is the worst that it may go to. */
export type NewOrderWithTerms = NewOrder & { readonly terms: PlainTerms };

/** Asker from the list; each leg's own is not looked at. */
export type NewOrderList = Asker & {
  readonly listType: number;
  readonly legs: readonly NewOrderWithTerms[];
  readonly isProRata?: boolean;
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
    readonly ordType?: number;
    readonly triggerSource?: number;
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
  return written((record) => writeNewOrder(record, 0, ...begin(order), valuesOf(order)));
}

export function newWithTermsRecord(order: NewOrderWithTerms): RecordBuffer {
  const values = { ...valuesOf(order), terms: order.terms };
  const record = written((each) => writeNewOrder(each, 0, ...begin(order), values));
  putExtraFlags(record, 0, order.terms);
  return record;
}

export function newListRecord(list: NewOrderList): RecordBuffer {
  const { isProRata, listType, legs, legsCount = legs.length } = list;
  const values = {
    isProRata,
    listType,
    legs: legs.map((leg) => ({ ...valuesOf(leg), terms: leg.terms })),
  };
  const record = written((each) => writeNewList(each, 0, ...begin(list), values));
  record.bytes[LIST_LIST_TYPE_WORD * 4 + 1] = legsCount;
  for (const [i, { terms }] of legs.entries()) {
    putExtraFlags(record, LIST_LEG1_WORD + i * LIST_LEG_WORDS - NEW_CL_ORD_ID_WORD, terms);
  }
  return record;
}

/** The account is the operator's. */
export function clockRecord(clock: Clock = {}): RecordBuffer {
  const record = commandRecord();
  writeCommandHeader(record.words, 0, COMMAND_CLOCK, clock.accountId ?? 0, 0, 0);
  record.words[CLOCK_RANDOM_WORD] = clock.random ?? 0;
  return record;
}

export function cancelRecord(cancel: CancelOrder): RecordBuffer {
  const { reduceByLots } = cancel;
  return written((each) => writeCancel(each, 0, ...begin(cancel), nameOf(cancel), reduceByLots));
}

export function reduceToRecord(order: ReduceOrder): RecordBuffer {
  const { orderQtyLots } = order;
  return written((each) => writeReduceTo(each, 0, ...begin(order), nameOf(order), orderQtyLots));
}

export function amendRecord(amend: AmendOrder): RecordBuffer {
  return written((each) => writeAmend(each, 0, ...begin(amend), nameOf(amend), amend));
}

export function cancelAllRecord(cancelAll: CancelAll): RecordBuffer {
  const record = commandRecord();
  const [asker] = begin(cancelAll);
  writeCancelAll(record, 0, asker, { instrumentId: 0, ...cancelAll });
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

function valuesOf(order: NewOrder): OrderValues {
  const { ordType = ORD_TYPE_LIMIT, timeInForce = TIF_GTC, postOnly = false } = order;
  const execInst = (order.execInst ?? 0) | (postOnly ? EXEC_INST_POST_ONLY : 0);
  const { clOrdId, side, orderQtyLots, priceTicks } = order;
  return { clOrdId, side, orderQtyLots, priceTicks, ordType, timeInForce, execInst };
}

/** `at` is where the record of a kind 6 would begin. */
function putExtraFlags({ words }: RecordBuffer, at: number, { extraFlags = 0 }: PlainTerms): void {
  words[at + TERMS_TRIGGER_SOURCE_WORD] |= extraFlags << 24;
}

/** Bytes 64 to 127 of the order's command, as its "terms" event has them. */
export function termsWordsOf(order: NewOrderWithTerms): number[] {
  return [...newWithTermsRecord(order).words.subarray(BLOCK_WORDS, BLOCK_WORDS + TERMS_WORDS)];
}

function begin(asker: Asker): [asker: CommandAsker, instrumentId: number] {
  const { accountId = 1, sessionId = 1, instrumentId = 1 } = asker;
  return [{ accountId, sessionId }, instrumentId];
}

function nameOf({ clOrdId = "", orderId = 0 }: OrderName): { clOrdId: string; orderId: number } {
  return { clOrdId, orderId };
}

function written(write: (record: RecordBuffer) => boolean): RecordBuffer {
  const record = commandRecord();
  assert(write(record), "a test's client order id is in one of its forms");
  return record;
}
