// hot path
// Execution reports on plain orders (plain-orders.ts). Each is the first of its batch, so it stands
// where compiled code knows, and is written word by word instead of by column (decision 0014).

import { writeU64 } from "../base/record-buffer.ts";
import {
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_SESSION_ID_WORD,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
} from "../codec/command.ts";
import {
  EVENT_ACCEPTED,
  EVENT_ACCOUNT_ID_WORD,
  EVENT_CANCELED,
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
  EVENT_REASON_WORD,
  EVENT_SESSION_ID_WORD,
  EVENT_SIDE_WORD,
  EVENT_TRADE_ID_WORD,
} from "../codec/event.ts";
import { REASON_IOC_REMAINDER } from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { setU64 } from "./event-fields.ts";

export type PlainReports = ReturnType<typeof createPlainReports>;

export function createPlainReports(events: EventBuffer, tables: EngineTables) {
  const { books, columns, frame } = tables;
  const { words: command } = frame;

  /** The order that the command at work enters is accepted, all as the command says. */
  function accepted(orderId: number, leavesQtyLots: number, flags: number): void {
    events.addFirst(EVENT_ACCEPTED);
    const { words } = events;
    words[EVENT_INSTRUMENT_ID_WORD] = command[COMMAND_INSTRUMENT_ID_WORD];
    words[EVENT_ACCOUNT_ID_WORD] = command[COMMAND_ACCOUNT_ID_WORD];
    words[EVENT_SESSION_ID_WORD] = command[COMMAND_SESSION_ID_WORD];
    writeU64(words, EVENT_ORDER_ID_WORD, orderId);
    words[EVENT_CL_ORD_ID_WORD] = command[NEW_CL_ORD_ID_WORD];
    words[EVENT_CL_ORD_ID_WORD + 1] = command[NEW_CL_ORD_ID_WORD + 1];
    words[EVENT_CL_ORD_ID_WORD + 2] = command[NEW_CL_ORD_ID_WORD + 2];
    words[EVENT_CL_ORD_ID_WORD + 3] = command[NEW_CL_ORD_ID_WORD + 3];
    words[EVENT_PRICE_TICKS_WORD] = command[NEW_PRICE_TICKS_WORD];
    words[EVENT_SIDE_WORD] = command[NEW_SIDE_WORD];
    words[EVENT_ORDER_QTY_LOTS_WORD] = command[NEW_ORDER_QTY_LOTS_WORD];
    words[EVENT_ORDER_QTY_LOTS_WORD + 1] = command[NEW_ORDER_QTY_LOTS_WORD + 1];
    writeU64(words, EVENT_CUM_QTY_LOTS_WORD, 0);
    writeU64(words, EVENT_LEAVES_QTY_LOTS_WORD, leavesQtyLots);
    writeLast(words, 0, 0, flags, 0);
  }

  /** The order just accepted ends at once with all its lots. */
  function endedAtOnce(lots: number): void {
    const at = events.addCopy(EVENT_CANCELED);
    const { fields } = events;
    setU64(fields.lastQtyLotsLow, fields.lastQtyLotsHigh, at, lots);
    setU64(fields.leavesQtyLotsLow, fields.leavesQtyLotsHigh, at, 0);
    fields.reason[at] = REASON_IOC_REMAINDER;
  }

  /** An order that rests in sight as it stands, with `leavesQtyLots` after the event. */
  function resting(
    kind: number,
    slot: number,
    leavesQtyLots: number,
    lastQtyLots: number,
    lastPxTicks: number,
    flags: number,
    reason: number,
  ): void {
    events.addFirst(kind);
    const { words } = events;
    const orderQtyLots = columns.orderQtyLotsOf(slot);
    words[EVENT_INSTRUMENT_ID_WORD] = columns.instrumentIdOf(slot);
    words[EVENT_ACCOUNT_ID_WORD] = columns.accountIdOf(slot);
    words[EVENT_SESSION_ID_WORD] = columns.sessionIdOf(slot);
    writeU64(words, EVENT_ORDER_ID_WORD, books.orderIdOf(slot));
    columns.copyClOrdId(slot, words, EVENT_CL_ORD_ID_WORD);
    words[EVENT_PRICE_TICKS_WORD] = books.priceTicksOf(slot);
    words[EVENT_SIDE_WORD] = books.orderCodesOf(slot);
    writeU64(words, EVENT_ORDER_QTY_LOTS_WORD, orderQtyLots);
    writeU64(words, EVENT_CUM_QTY_LOTS_WORD, orderQtyLots - books.shownLotsOf(slot));
    writeU64(words, EVENT_LEAVES_QTY_LOTS_WORD, leavesQtyLots);
    writeLast(words, lastQtyLots, lastPxTicks, flags, reason);
  }

  return { accepted, endedAtOnce, resting };
}

/** The end of such a report: nobody trades. */
function writeLast(
  words: Int32Array,
  lastQtyLots: number,
  lastPxTicks: number,
  flags: number,
  reason: number,
): void {
  writeU64(words, EVENT_LAST_QTY_LOTS_WORD, lastQtyLots);
  words[EVENT_LAST_PX_TICKS_WORD] = lastPxTicks;
  words[EVENT_REASON_WORD] = reason | (flags << 16);
  writeU64(words, EVENT_CONTRA_ORDER_ID_WORD, 0);
  writeU64(words, EVENT_TRADE_ID_WORD, 0);
  words[EVENT_CONTRA_ACCOUNT_ID_WORD] = 0;
  words[EVENT_HISTORY_HASH_WORD] = 0;
}
