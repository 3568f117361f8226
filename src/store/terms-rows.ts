// One row of the order_terms table for each order that asks for more than a price and a quantity.

import { readU64 } from "../base/record-buffer.ts";
import * as command from "../codec/command.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_SEQUENCE_WORD,
} from "../codec/event.ts";
import type { RowSink } from "./row-sink.ts";

export const TERMS_COLUMNS = [
  "sequence",
  "account_id",
  "order_id",
  "display_qty_lots",
  "display_random_lots",
  "min_qty_lots",
  "expire_time_micros",
  "quote_amount",
  "step_ticks",
  "protection_ticks",
  "event_index",
  "stop_px_ticks",
  "offset_ticks",
  "trigger_source",
  "peg_price_type",
  "stp_mode",
  "term_flags",
] as const;

/** Appends the terms event at `words[at]`: from the quantity on it is the terms of its command. */
export function appendTerms(
  rows: RowSink,
  words: Int32Array,
  at: number,
  eventIndex: number,
): void {
  const termsAt = at + EVENT_ORDER_QTY_LOTS_WORD - command.TERMS_STOP_PX_TICKS_WORD;
  const modes = words[termsAt + command.TERMS_TRIGGER_SOURCE_WORD];
  rows.startRow();
  rows.bigint(readU64(words, at + EVENT_SEQUENCE_WORD));
  rows.bigint(words[at + EVENT_ACCOUNT_ID_WORD] >>> 0);
  rows.bigint(readU64(words, at + EVENT_ORDER_ID_WORD));
  rows.bigint(readU64(words, termsAt + command.TERMS_DISPLAY_QTY_LOTS_WORD));
  rows.bigint(words[termsAt + command.TERMS_DISPLAY_RANDOM_LOTS_WORD] >>> 0);
  rows.bigint(readU64(words, termsAt + command.TERMS_MIN_QTY_LOTS_WORD));
  rows.bigint(readU64(words, termsAt + command.TERMS_EXPIRE_TIME_MICROS_WORD));
  rows.bigint(readU64(words, termsAt + command.TERMS_QUOTE_AMOUNT_WORD));
  rows.bigint(words[termsAt + command.TERMS_STEP_TICKS_WORD] >>> 0);
  rows.bigint(words[termsAt + command.TERMS_PROTECTION_TICKS_WORD] >>> 0);
  rows.integer(eventIndex);
  rows.integer(words[termsAt + command.TERMS_STOP_PX_TICKS_WORD]);
  rows.integer(words[termsAt + command.TERMS_OFFSET_TICKS_WORD]);
  rows.smallint(modes & 0xff);
  rows.smallint((modes >>> 8) & 0xff);
  rows.smallint((modes >>> 16) & 0xff);
  rows.smallint(modes >>> 24);
}
