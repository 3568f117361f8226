// Records as plain values: what tests write as commands and read as events. Fields left out of a
// command are what a simple order has: account 1, session 1, instrument 1, a GTC limit order.

import { assert } from "../base/assert.ts";
import { RecordBuffer, readU64, writeU64 } from "../base/record-buffer.ts";
import { EXEC_INST_POST_ONLY } from "../model/exec-inst.ts";
import type { Instrument } from "../model/instrument.ts";
import { ORD_TYPE_LIMIT } from "../model/ord-type.ts";
import {
  execInstOf,
  ordTypeOf,
  packOrderCodes,
  sideOf,
  timeInForceOf,
} from "../model/order-codes.ts";
import { TIF_GTC } from "../model/time-in-force.ts";
import { decodeClOrdId, encodeClOrdId } from "./cl-ord-id.ts";
import {
  AMEND_AMEND_FLAGS_WORD,
  AMEND_CL_ORD_ID_WORD,
  AMEND_HAS_PRICE,
  AMEND_HAS_QTY,
  AMEND_JOINS_TAIL,
  AMEND_NEW_CL_ORD_ID_WORD,
  AMEND_ORDER_ID_WORD,
  AMEND_ORDER_QTY_LOTS_WORD,
  AMEND_PRICE_TICKS_WORD,
  AMEND_QTY_IS_LEAVES,
  CANCEL_ALL_SIDE_WORD,
  CANCEL_CL_ORD_ID_WORD,
  CANCEL_ORDER_ID_WORD,
  CANCEL_REDUCE_BY_LOTS_WORD,
  COMMAND_AMEND,
  COMMAND_BYTES_MAX,
  COMMAND_CANCEL,
  COMMAND_CANCEL_ALL,
  COMMAND_NEW,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
  writeCommandHeader,
  writeCreateInstrument,
} from "./command.ts";
import {
  commandKindOfEvent,
  EVENT_ACCOUNT_ID_WORD,
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
  EVENT_SEQUENCE_WORD,
  EVENT_SESSION_ID_WORD,
  EVENT_SIDE_WORD,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADE_ID_WORD,
  EVENT_WORDS,
  eventFlagsOf,
  eventIndexOf,
  eventKindOf,
  reasonOf,
} from "./event.ts";

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
};

/** By client order id or, where that is left out, by order id. */
export type OrderName = { readonly clOrdId?: string; readonly orderId?: number };

export type CancelOrder = Asker & OrderName & { readonly reduceByLots?: number };

export type AmendOrder = Asker &
  OrderName & {
    readonly priceTicks?: number;
    readonly orderQtyLots?: number;
    readonly leavesQtyLots?: number;
    readonly newClOrdId?: string;
    readonly joinsTail?: boolean;
  };

export type CancelAll = Asker & { readonly side?: number };

export function commandRecord(): RecordBuffer {
  return RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
}

export function newRecord(order: NewOrder): RecordBuffer {
  const record = begin(COMMAND_NEW, order);
  const { ordType = ORD_TYPE_LIMIT, timeInForce = TIF_GTC, postOnly = false } = order;
  const execInst = postOnly ? EXEC_INST_POST_ONLY : 0;
  putClOrdId(record, NEW_CL_ORD_ID_WORD, order.clOrdId);
  writeU64(record.words, NEW_ORDER_QTY_LOTS_WORD, order.orderQtyLots);
  record.words[NEW_PRICE_TICKS_WORD] = order.priceTicks ?? 0;
  record.words[NEW_SIDE_WORD] = packOrderCodes(order.side, ordType, timeInForce, execInst);
  return record;
}

export function cancelRecord(cancel: CancelOrder): RecordBuffer {
  const record = begin(COMMAND_CANCEL, cancel);
  putClOrdId(record, CANCEL_CL_ORD_ID_WORD, cancel.clOrdId ?? "");
  writeU64(record.words, CANCEL_ORDER_ID_WORD, cancel.orderId ?? 0);
  writeU64(record.words, CANCEL_REDUCE_BY_LOTS_WORD, cancel.reduceByLots ?? 0);
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
  putClOrdId(record, AMEND_CL_ORD_ID_WORD, amend.clOrdId ?? "");
  putClOrdId(record, AMEND_NEW_CL_ORD_ID_WORD, amend.newClOrdId ?? "");
  writeU64(words, AMEND_ORDER_ID_WORD, amend.orderId ?? 0);
  writeU64(words, AMEND_ORDER_QTY_LOTS_WORD, qtyLots ?? 0);
  words[AMEND_PRICE_TICKS_WORD] = amend.priceTicks ?? 0;
  words[AMEND_AMEND_FLAGS_WORD] = flags;
  return record;
}

export function cancelAllRecord(cancelAll: CancelAll): RecordBuffer {
  const record = begin(COMMAND_CANCEL_ALL, { instrumentId: 0, ...cancelAll });
  record.words[CANCEL_ALL_SIDE_WORD] = cancelAll.side ?? 0;
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
};

/** The events from `startWord` to `endWord`, the end mark included. */
export function readEvents(words: Int32Array, startWord: number, endWord: number): PlainEvent[] {
  const events: PlainEvent[] = [];
  for (let at = startWord; at < endWord; at += EVENT_WORDS) events.push(readEvent(words, at));
  return events;
}

function readEvent(words: Int32Array, at: number): PlainEvent {
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
