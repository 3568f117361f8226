// Events that only orders with more than a limit price and a lifetime have, written from where the
// order stands now. Field by field as docs/protocols/journal.md lists them.

import { NONE } from "../base/none.ts";
import { writeU64 } from "../base/record-buffer.ts";
import { TERMS_WORDS } from "../codec/command.ts";
import {
  EVENT_CONTRA_ACCOUNT_ID_WORD,
  EVENT_CONTRA_ORDER_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_DISPLAYED,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PREVENTED,
  EVENT_TERMS,
  EVENT_TRADE_ID_WORD,
  EVENT_TRIGGERED,
  FLAG_AGGRESSOR,
} from "../codec/event.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import type { IncomingOrder } from "./incoming-order.ts";

export class SpecialReports {
  readonly #events: EventBuffer;
  readonly #tables: EngineTables;
  readonly #reports: ExecutionReports;

  constructor(events: EventBuffer, tables: EngineTables, reports: ExecutionReports) {
    this.#events = events;
    this.#tables = tables;
    this.#reports = reports;
  }

  /** What the incoming order asks for; nothing where it has no terms. */
  termsOfIncoming(incoming: IncomingOrder): void {
    if (incoming.termsRow === NONE) return;
    const at = this.#reports.ofIncoming(EVENT_TERMS, incoming, 0, 0);
    this.#copyTerms(at, incoming.termsRow);
  }

  /** The same of a working order. */
  termsOfResting(slot: number): void {
    const { books, columns } = this.#tables;
    const termsRow = columns.termsRowOf(slot);
    if (termsRow === NONE) return;
    const at = this.#reports.ofResting(EVENT_TERMS, slot, books.leavesQtyLotsOf(slot), 0, 0);
    this.#copyTerms(at, termsRow);
  }

  /** The order begins to work, at `firingPxTicks`. */
  triggered(incoming: IncomingOrder, firingPxTicks: number): void {
    const at = this.#reports.ofIncoming(EVENT_TRIGGERED, incoming, 0, 0);
    this.#reports.setLastPx(at, firingPxTicks);
  }

  /**
   * What an iceberg shows went from `shownBefore` lots at `pxBeforeTicks` to `shownNow` at its
   * price under its public id. `leavesQtyLots` and `cumQtyLots` are the order's after it.
   */
  displayed(
    slot: number,
    leavesQtyLots: number,
    cumQtyLots: number,
    shownBefore: number,
    pxBeforeTicks: number,
    shownNow: number,
  ): void {
    const { columns, terms } = this.#tables;
    const at = this.#reports.ofResting(EVENT_DISPLAYED, slot, leavesQtyLots, 0, 0);
    const { words } = this.#events;
    writeU64(words, at + EVENT_CUM_QTY_LOTS_WORD, cumQtyLots);
    writeU64(words, at + EVENT_LAST_QTY_LOTS_WORD, shownBefore);
    words[at + EVENT_LAST_PX_TICKS_WORD] = shownBefore === 0 ? 0 : pxBeforeTicks;
    writeU64(words, at + EVENT_CONTRA_ORDER_ID_WORD, shownNow);
    const publicOrderId = terms.publicOrderIdOf(columns.termsRowOf(slot));
    writeU64(words, at + EVENT_TRADE_ID_WORD, publicOrderId);
  }

  /** An iceberg that showed `shownBefore` lots at `pxBeforeTicks` leaves that price to trade. */
  hidden(incoming: IncomingOrder, shownBefore: number, pxBeforeTicks: number): void {
    const at = this.#reports.ofIncoming(EVENT_DISPLAYED, incoming, 0, 0);
    this.#reports.setLastQty(at, shownBefore);
    this.#reports.setLastPx(at, pxBeforeTicks);
    const publicOrderId = this.#tables.terms.publicOrderIdOf(incoming.termsRow);
    writeU64(this.#events.words, at + EVENT_TRADE_ID_WORD, publicOrderId);
  }

  /** A match that did not happen, seen from the maker, then from the taker. */
  prevented(
    incoming: IncomingOrder,
    makerSlot: number,
    lastPxTicks: number,
    lastQtyLots: number,
    flags: number,
  ): void {
    const { books, columns } = this.#tables;
    const leavesQtyLots = books.leavesQtyLotsOf(makerSlot);
    const maker = this.#reports.ofResting(EVENT_PREVENTED, makerSlot, leavesQtyLots, flags, 0);
    this.#setMatch(maker, lastPxTicks, lastQtyLots, incoming.orderId, incoming.accountId);
    const takerFlags = flags | FLAG_AGGRESSOR;
    const taker = this.#reports.ofIncoming(EVENT_PREVENTED, incoming, takerFlags, 0);
    const makerAccountId = columns.accountIdOf(makerSlot);
    const makerOrderId = books.orderIdOf(makerSlot);
    this.#setMatch(taker, lastPxTicks, lastQtyLots, makerOrderId, makerAccountId);
  }

  /** The event's order has a new total. */
  setOrderQty(at: number, orderQtyLots: number): void {
    writeU64(this.#events.words, at + EVENT_ORDER_QTY_LOTS_WORD, orderQtyLots);
  }

  #setMatch(
    at: number,
    lastPxTicks: number,
    lastQtyLots: number,
    contraOrderId: number,
    contraAccountId: number,
  ): void {
    const { words } = this.#events;
    this.#reports.setLastQty(at, lastQtyLots);
    this.#reports.setLastPx(at, lastPxTicks);
    writeU64(words, at + EVENT_CONTRA_ORDER_ID_WORD, contraOrderId);
    words[at + EVENT_CONTRA_ACCOUNT_ID_WORD] = contraAccountId;
  }

  #copyTerms(at: number, termsRow: number): void {
    const { terms } = this.#tables;
    const { words } = this.#events;
    const from = terms.firstWordOf(termsRow);
    for (let i = 0; i < TERMS_WORDS; i++) {
      words[at + EVENT_ORDER_QTY_LOTS_WORD + i] = terms.words[from + i];
    }
  }
}
