// hot path
// Execution reports: events about one order, written from where the order stands now, be it the
// incoming one or a resting one. Field by field as docs/protocols/journal.md lists them.

import { writeU64 } from "../base/record-buffer.ts";
import { isTriggerKind } from "../book/ladder-kinds.ts";
import { CL_ORD_ID_WORDS } from "../codec/cl-ord-id.ts";
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
  EVENT_SESSION_ID_WORD,
  EVENT_SIDE_WORD,
  EVENT_TRADE_ID_WORD,
  EVENT_TRADED,
  FLAG_AGGRESSOR,
  OTHER_CL_ORD_ID_WORD,
} from "../codec/event.ts";
import { hasTerms } from "../model/order-codes.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import type { IncomingOrder } from "./incoming-order.ts";

export type ExecutionReports = ReturnType<typeof createExecutionReports>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createExecutionReports(events: EventBuffer, tables: EngineTables) {
  const { books, columns, terms } = tables;

  /** A report on the incoming order; returns its first word. */
  function ofIncoming(
    kind: number,
    incoming: IncomingOrder,
    flags: number,
    reason: number,
  ): number {
    const at = events.add(kind);
    const { words } = events;
    words[at + EVENT_INSTRUMENT_ID_WORD] = incoming.instrumentId;
    words[at + EVENT_ACCOUNT_ID_WORD] = incoming.accountId;
    words[at + EVENT_SESSION_ID_WORD] = incoming.sessionId;
    writeU64(words, at + EVENT_ORDER_ID_WORD, incoming.orderId);
    copyClOrdId(words, at, incoming.idWords, 0);
    words[at + EVENT_PRICE_TICKS_WORD] = incoming.priceTicks;
    words[at + EVENT_SIDE_WORD] = incoming.orderCodes;
    writeU64(words, at + EVENT_ORDER_QTY_LOTS_WORD, incoming.orderQtyLots);
    writeU64(words, at + EVENT_CUM_QTY_LOTS_WORD, incoming.cumQtyLots);
    writeU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD, incoming.leavesQtyLots);
    words[at + EVENT_REASON_WORD] = reason | (flags << 16);
    return at;
  }

  /** A report on a resting order as it stands, with `leavesQtyLots` after the event. */
  function ofResting(
    kind: number,
    slot: number,
    leavesQtyLots: number,
    flags: number,
    reason: number,
  ): number {
    const at = events.add(kind);
    const { words } = events;
    const orderQtyLots = columns.orderQtyLotsOf(slot);
    const executedLots = orderQtyLots - books.leavesQtyLotsOf(slot);
    words[at + EVENT_INSTRUMENT_ID_WORD] = columns.instrumentIdOf(slot);
    words[at + EVENT_ACCOUNT_ID_WORD] = columns.accountIdOf(slot);
    words[at + EVENT_SESSION_ID_WORD] = columns.sessionIdOf(slot);
    writeU64(words, at + EVENT_ORDER_ID_WORD, books.orderIdOf(slot));
    copyClOrdId(words, at, columns.words, columns.idWordOf(slot));
    const orderCodes = books.orderCodesOf(slot);
    words[at + EVENT_PRICE_TICKS_WORD] = hasTerms(orderCodes)
      ? limitTicksOf(slot)
      : books.priceTicksOf(slot);
    words[at + EVENT_SIDE_WORD] = orderCodes;
    writeU64(words, at + EVENT_ORDER_QTY_LOTS_WORD, orderQtyLots);
    writeU64(words, at + EVENT_CUM_QTY_LOTS_WORD, executedLots);
    writeU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD, leavesQtyLots);
    words[at + EVENT_REASON_WORD] = reason | (flags << 16);
    return at;
  }

  /** The order's own limit: one that waits stands at the price that fires it. */
  function limitTicksOf(slot: number): number {
    return isTriggerKind(books.ladderKindOf(slot))
      ? terms.limitTicksOf(columns.termsRowOf(slot))
      : books.priceTicksOf(slot);
  }

  /** One trade: the maker's report, then the taker's, before either order changes. */
  function ofTrade(
    incoming: IncomingOrder,
    makerSlot: number,
    lastPxTicks: number,
    lastQtyLots: number,
    tradeId: number,
    makerFlags: number,
  ): void {
    const makerLeavesLots = books.leavesQtyLotsOf(makerSlot) - lastQtyLots;
    const maker = ofResting(EVENT_TRADED, makerSlot, makerLeavesLots, makerFlags, 0);
    const executedLots = columns.orderQtyLotsOf(makerSlot) - makerLeavesLots;
    writeU64(events.words, maker + EVENT_CUM_QTY_LOTS_WORD, executedLots);
    setTrade(maker, lastPxTicks, lastQtyLots, tradeId);
    setContra(maker, incoming.orderId, incoming.accountId);

    incoming.cumQtyLots += lastQtyLots;
    incoming.leavesQtyLots -= lastQtyLots;
    const taker = ofIncoming(EVENT_TRADED, incoming, FLAG_AGGRESSOR, 0);
    setTrade(taker, lastPxTicks, lastQtyLots, tradeId);
    const makerAccountId = columns.accountIdOf(makerSlot);
    setContra(taker, books.orderIdOf(makerSlot), makerAccountId);
  }

  /** A refusal says which kind of command it refuses. */
  function setCommandKind(at: number, kind: number): void {
    events.words[at + EVENT_REASON_WORD] |= kind << 24;
  }

  /** The quantity that this event ended, or for an amend the open quantity before it. */
  function setLastQty(at: number, lastQtyLots: number): void {
    writeU64(events.words, at + EVENT_LAST_QTY_LOTS_WORD, lastQtyLots);
  }

  function setLastPx(at: number, lastPxTicks: number): void {
    events.words[at + EVENT_LAST_PX_TICKS_WORD] = lastPxTicks;
  }

  /** Of an amend: four words from `from[fromAt]`. */
  function setOtherClOrdId(at: number, from: Int32Array, fromAt: number): void {
    const { words } = events;
    const idAt = at + OTHER_CL_ORD_ID_WORD;
    for (let i = 0; i < CL_ORD_ID_WORDS; i++) words[idAt + i] = from[fromAt + i];
  }

  function setTrade(at: number, lastPxTicks: number, lastQtyLots: number, tradeId: number): void {
    setLastQty(at, lastQtyLots);
    setLastPx(at, lastPxTicks);
    writeU64(events.words, at + EVENT_TRADE_ID_WORD, tradeId);
  }

  function setContra(at: number, orderId: number, accountId: number): void {
    writeU64(events.words, at + EVENT_CONTRA_ORDER_ID_WORD, orderId);
    events.words[at + EVENT_CONTRA_ACCOUNT_ID_WORD] = accountId;
  }

  return {
    limitTicksOf,
    ofIncoming,
    ofResting,
    ofTrade,
    setCommandKind,
    setLastQty,
    setLastPx,
    setOtherClOrdId,
  };
}

function copyClOrdId(words: Int32Array, at: number, from: Int32Array, fromAt: number): void {
  const idAt = at + EVENT_CL_ORD_ID_WORD;
  words[idAt] = from[fromAt];
  words[idAt + 1] = from[fromAt + 1];
  words[idAt + 2] = from[fromAt + 2];
  words[idAt + 3] = from[fromAt + 3];
}
