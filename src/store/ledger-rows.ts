// One row of the ledger table for each change of a balance, and for each fee.

import { readI64, readU64 } from "../base/record-buffer.ts";
import {
  LEDGER_AMOUNT_WORD,
  LEDGER_ASSET_WORD,
  LEDGER_BALANCE_WORD,
  LEDGER_HELD_WORD,
  LEDGER_LEDGER_TYPE_WORD,
} from "../codec/account-event.ts";
import { readAscii } from "../codec/ascii.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADE_ID_WORD,
  eventKindOf,
} from "../codec/event.ts";
import type { RowSink } from "./row-sink.ts";

export const LEDGER_COLUMNS = [
  "sequence",
  "time_micros",
  "account_id",
  "instrument_id",
  "order_id",
  "trade_id",
  "amount",
  "balance",
  "held",
  "event_index",
  "event_kind",
  "ledger_type",
  "asset",
] as const;

const ASSET_BYTES = 8;

/** Appends the ledger or fee event at `words[at]`, whose bytes are `bytes`. */
export function appendLedger(
  rows: RowSink,
  words: Int32Array,
  bytes: Uint8Array,
  at: number,
  eventIndex: number,
): void {
  rows.startRow();
  rows.bigint(readU64(words, at + EVENT_SEQUENCE_WORD));
  rows.bigint(readU64(words, at + EVENT_TIME_MICROS_WORD));
  rows.bigint(words[at + EVENT_ACCOUNT_ID_WORD] >>> 0);
  rows.bigint(words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0);
  rows.bigint(readU64(words, at + EVENT_ORDER_ID_WORD));
  rows.bigint(readU64(words, at + EVENT_TRADE_ID_WORD));
  rows.bigint(readI64(words, at + LEDGER_AMOUNT_WORD));
  rows.bigint(readI64(words, at + LEDGER_BALANCE_WORD));
  rows.bigint(readU64(words, at + LEDGER_HELD_WORD));
  rows.integer(eventIndex);
  rows.smallint(eventKindOf(words, at));
  rows.smallint(words[at + LEDGER_LEDGER_TYPE_WORD] & 0xff);
  rows.text(readAscii(bytes, (at + LEDGER_ASSET_WORD) * 4, ASSET_BYTES));
}
