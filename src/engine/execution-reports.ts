// hot path
// Execution reports: events about one order, written from where the order stands now, be it the
// incoming one or a resting one. Field by field as docs/protocols/journal.md lists them.

import { isTriggerKind } from "../book/ladder-kinds.ts";
import { CL_ORD_ID_WORDS } from "../codec/cl-ord-id.ts";
import { EVENT_TRADED, FLAG_AGGRESSOR, OTHER_CL_ORD_ID_WORD } from "../codec/event.ts";
import { hasTerms } from "../model/order-codes.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { type EventFields, setU64 } from "./event-fields.ts";
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
    const at = events.addReport(kind);
    const { fields } = events;
    fields.instrumentId[at] = incoming.instrumentId;
    fields.accountId[at] = incoming.accountId;
    fields.sessionId[at] = incoming.sessionId;
    setU64(fields.orderIdLow, fields.orderIdHigh, at, incoming.orderId);
    copyClOrdId(fields, at, incoming.idWords, 0);
    fields.priceTicks[at] = incoming.priceTicks;
    fields.orderCodes[at] = incoming.orderCodes;
    setU64(fields.orderQtyLotsLow, fields.orderQtyLotsHigh, at, incoming.orderQtyLots);
    setU64(fields.cumQtyLotsLow, fields.cumQtyLotsHigh, at, incoming.cumQtyLots);
    setU64(fields.leavesQtyLotsLow, fields.leavesQtyLotsHigh, at, incoming.leavesQtyLots);
    fields.reason[at] = reason | (flags << 16);
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
    const at = events.addReport(kind);
    const { fields } = events;
    const orderQtyLots = columns.orderQtyLotsOf(slot);
    const executedLots = orderQtyLots - books.leavesQtyLotsOf(slot);
    fields.instrumentId[at] = columns.instrumentIdOf(slot);
    fields.accountId[at] = columns.accountIdOf(slot);
    fields.sessionId[at] = columns.sessionIdOf(slot);
    setU64(fields.orderIdLow, fields.orderIdHigh, at, books.orderIdOf(slot));
    copyClOrdId(fields, at, columns.words, columns.idWordOf(slot));
    const orderCodes = books.orderCodesOf(slot);
    fields.priceTicks[at] = hasTerms(orderCodes) ? limitTicksOf(slot) : books.priceTicksOf(slot);
    fields.orderCodes[at] = orderCodes;
    setU64(fields.orderQtyLotsLow, fields.orderQtyLotsHigh, at, orderQtyLots);
    setU64(fields.cumQtyLotsLow, fields.cumQtyLotsHigh, at, executedLots);
    setU64(fields.leavesQtyLotsLow, fields.leavesQtyLotsHigh, at, leavesQtyLots);
    fields.reason[at] = reason | (flags << 16);
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
    const { fields } = events;
    setU64(fields.cumQtyLotsLow, fields.cumQtyLotsHigh, maker, executedLots);
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
    events.fields.reason[at] |= kind << 24;
  }

  /** The quantity that this event ended, or for an amend the open quantity before it. */
  function setLastQty(at: number, lastQtyLots: number): void {
    const { fields } = events;
    setU64(fields.lastQtyLotsLow, fields.lastQtyLotsHigh, at, lastQtyLots);
  }

  function setLastPx(at: number, lastPxTicks: number): void {
    events.fields.lastPxTicks[at] = lastPxTicks;
  }

  /** Of an amend: four words from `from[fromAt]`. */
  function setOtherClOrdId(at: number, from: Int32Array, fromAt: number): void {
    const { words } = events;
    const idAt = at + OTHER_CL_ORD_ID_WORD;
    for (let i = 0; i < CL_ORD_ID_WORDS; i++) words[idAt + i] = from[fromAt + i];
  }

  function setTrade(at: number, lastPxTicks: number, lastQtyLots: number, tradeId: number): void {
    const { fields } = events;
    setLastQty(at, lastQtyLots);
    setLastPx(at, lastPxTicks);
    setU64(fields.tradeIdLow, fields.tradeIdHigh, at, tradeId);
  }

  function setContra(at: number, orderId: number, accountId: number): void {
    const { fields } = events;
    setU64(fields.contraOrderIdLow, fields.contraOrderIdHigh, at, orderId);
    fields.contraAccountId[at] = accountId;
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

function copyClOrdId(fields: EventFields, at: number, from: Int32Array, fromAt: number): void {
  fields.clOrdIdFirst[at] = from[fromAt];
  fields.clOrdIdSecond[at] = from[fromAt + 1];
  fields.clOrdIdThird[at] = from[fromAt + 2];
  fields.clOrdIdFourth[at] = from[fromAt + 3];
}
