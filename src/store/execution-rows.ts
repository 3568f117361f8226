// One row of the executions table for each event of an order.

import { readU64 } from "../base/record-buffer.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_SIDE_WORD,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADE_ID_WORD,
  eventFlagsOf,
  eventKindOf,
  reasonOf,
} from "../codec/event.ts";
import { sideOf } from "../model/order-codes.ts";
import type { RowSink } from "./row-sink.ts";

export const EXECUTION_COLUMNS = [
  "sequence",
  "time_micros",
  "account_id",
  "instrument_id",
  "order_id",
  "order_qty_lots",
  "cum_qty_lots",
  "leaves_qty_lots",
  "last_qty_lots",
  "trade_id",
  "event_index",
  "price_ticks",
  "last_px_ticks",
  "reason",
  "event_kind",
  "event_flags",
  "side",
  "cl_ord_id",
] as const;

/**
 * Appends the event at `words[at]`, the columns in the order of EXECUTION_COLUMNS. `eventIndex` is
 * the true place in the batch: the record holds only the low 16 bits of it.
 */
export function appendExecution(
  rows: RowSink,
  words: Int32Array,
  at: number,
  eventIndex: number,
  clOrdId: string,
): void {
  rows.startRow();
  rows.bigint(readU64(words, at + EVENT_SEQUENCE_WORD));
  rows.bigint(readU64(words, at + EVENT_TIME_MICROS_WORD));
  rows.bigint(words[at + EVENT_ACCOUNT_ID_WORD] >>> 0);
  rows.bigint(words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0);
  rows.bigint(readU64(words, at + EVENT_ORDER_ID_WORD));
  rows.bigint(readU64(words, at + EVENT_ORDER_QTY_LOTS_WORD));
  rows.bigint(readU64(words, at + EVENT_CUM_QTY_LOTS_WORD));
  rows.bigint(readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD));
  rows.bigint(readU64(words, at + EVENT_LAST_QTY_LOTS_WORD));
  rows.bigint(readU64(words, at + EVENT_TRADE_ID_WORD));
  rows.integer(eventIndex);
  rows.integer(words[at + EVENT_PRICE_TICKS_WORD]);
  rows.integer(words[at + EVENT_LAST_PX_TICKS_WORD]);
  rows.integer(reasonOf(words, at));
  rows.smallint(eventKindOf(words, at));
  rows.smallint(eventFlagsOf(words, at));
  rows.smallint(sideOf(words[at + EVENT_SIDE_WORD]));
  rows.text(clOrdId);
}
