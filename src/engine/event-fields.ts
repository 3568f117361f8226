// hot path
// The words of a batch as columns: field f of the event that starts at word `at` is `fields.f[at]`.
// Every column is as long as any other, so one look at the bounds is enough for a whole event
// (base/rows.ts). Of a 64-bit number the low and the high word are columns of their own.

import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_CL_ORD_ID_WORD,
  EVENT_CONTRA_ACCOUNT_ID_WORD,
  EVENT_CONTRA_ORDER_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_REASON_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_SESSION_ID_WORD,
  EVENT_SIDE_WORD,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADE_ID_WORD,
  EVENT_WORDS,
} from "../codec/event.ts";

const TWO_POW_32 = 4_294_967_296;

export type EventFields = ReturnType<typeof eventFieldsOf>;

export function eventFieldsOf({ buffer, length }: Int32Array<ArrayBuffer>) {
  const column = (word: number) => {
    return new Int32Array(buffer, word * Int32Array.BYTES_PER_ELEMENT, length - EVENT_WORDS + 1);
  };
  /** Two words as a double, which one store clears. Of the event at `at`: `[at >> 1]`. */
  const pair = (word: number) => {
    const offset = word * Int32Array.BYTES_PER_ELEMENT;
    return new Float64Array(buffer, offset, (length - EVENT_WORDS) / 2 + 1);
  };
  return {
    whoPair: pair(EVENT_ACCOUNT_ID_WORD),
    orderIdPair: pair(EVENT_ORDER_ID_WORD),
    clOrdIdFirstPair: pair(EVENT_CL_ORD_ID_WORD),
    clOrdIdSecondPair: pair(EVENT_CL_ORD_ID_WORD + 2),
    pricePair: pair(EVENT_PRICE_TICKS_WORD),
    orderQtyPair: pair(EVENT_ORDER_QTY_LOTS_WORD),
    cumQtyPair: pair(EVENT_CUM_QTY_LOTS_WORD),
    leavesQtyPair: pair(EVENT_LEAVES_QTY_LOTS_WORD),
    lastQtyPair: pair(EVENT_LAST_QTY_LOTS_WORD),
    lastPxPair: pair(EVENT_LAST_PX_TICKS_WORD),
    contraOrderIdPair: pair(EVENT_CONTRA_ORDER_ID_WORD),
    tradeIdPair: pair(EVENT_TRADE_ID_WORD),
    contraAccountPair: pair(EVENT_CONTRA_ACCOUNT_ID_WORD),
    header: column(0),
    sequenceLow: column(EVENT_SEQUENCE_WORD),
    sequenceHigh: column(EVENT_SEQUENCE_WORD + 1),
    timeMicrosLow: column(EVENT_TIME_MICROS_WORD),
    timeMicrosHigh: column(EVENT_TIME_MICROS_WORD + 1),
    instrumentId: column(EVENT_INSTRUMENT_ID_WORD),
    accountId: column(EVENT_ACCOUNT_ID_WORD),
    sessionId: column(EVENT_SESSION_ID_WORD),
    orderIdLow: column(EVENT_ORDER_ID_WORD),
    orderIdHigh: column(EVENT_ORDER_ID_WORD + 1),
    clOrdIdFirst: column(EVENT_CL_ORD_ID_WORD),
    clOrdIdSecond: column(EVENT_CL_ORD_ID_WORD + 1),
    clOrdIdThird: column(EVENT_CL_ORD_ID_WORD + 2),
    clOrdIdFourth: column(EVENT_CL_ORD_ID_WORD + 3),
    priceTicks: column(EVENT_PRICE_TICKS_WORD),
    orderCodes: column(EVENT_SIDE_WORD),
    orderQtyLotsLow: column(EVENT_ORDER_QTY_LOTS_WORD),
    orderQtyLotsHigh: column(EVENT_ORDER_QTY_LOTS_WORD + 1),
    cumQtyLotsLow: column(EVENT_CUM_QTY_LOTS_WORD),
    cumQtyLotsHigh: column(EVENT_CUM_QTY_LOTS_WORD + 1),
    leavesQtyLotsLow: column(EVENT_LEAVES_QTY_LOTS_WORD),
    leavesQtyLotsHigh: column(EVENT_LEAVES_QTY_LOTS_WORD + 1),
    lastQtyLotsLow: column(EVENT_LAST_QTY_LOTS_WORD),
    lastQtyLotsHigh: column(EVENT_LAST_QTY_LOTS_WORD + 1),
    lastPxTicks: column(EVENT_LAST_PX_TICKS_WORD),
    reason: column(EVENT_REASON_WORD),
    contraOrderIdLow: column(EVENT_CONTRA_ORDER_ID_WORD),
    contraOrderIdHigh: column(EVENT_CONTRA_ORDER_ID_WORD + 1),
    tradeIdLow: column(EVENT_TRADE_ID_WORD),
    tradeIdHigh: column(EVENT_TRADE_ID_WORD + 1),
    contraAccountId: column(EVENT_CONTRA_ACCOUNT_ID_WORD),
  };
}

/** Sets an unsigned 64-bit number, 0 to 2^53 - 1. */
export function setU64(lows: Int32Array, highs: Int32Array, at: number, value: number): void {
  lows[at] = value | 0;
  highs[at] = value < TWO_POW_32 ? 0 : (value / TWO_POW_32) | 0;
}

/** Makes zeros of all that is not in the head of every event. */
export function clearEvent(fields: EventFields, at: number): void {
  const pairAt = at >> 1;
  fields.instrumentId[at] = 0;
  fields.whoPair[pairAt] = 0;
  fields.orderIdPair[pairAt] = 0;
  fields.clOrdIdFirstPair[pairAt] = 0;
  fields.clOrdIdSecondPair[pairAt] = 0;
  fields.pricePair[pairAt] = 0;
  fields.orderQtyPair[pairAt] = 0;
  fields.cumQtyPair[pairAt] = 0;
  fields.leavesQtyPair[pairAt] = 0;
  clearMatch(fields, at);
}

/** Makes zeros of what only some reports on an order say: what was matched, and with whom. */
export function clearMatch(fields: EventFields, at: number): void {
  const pairAt = at >> 1;
  fields.lastQtyPair[pairAt] = 0;
  fields.lastPxPair[pairAt] = 0;
  fields.contraOrderIdPair[pairAt] = 0;
  fields.tradeIdPair[pairAt] = 0;
  fields.contraAccountPair[pairAt] = 0;
}
