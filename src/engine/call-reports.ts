// Events of calls: trades at the one price, where neither side took from the other, and what would
// trade if the call ended now. Field by field as docs/protocols/journal.md lists them.

import { writeU64 } from "../base/record-buffer.ts";
import {
  EVENT_CONTRA_ACCOUNT_ID_WORD,
  EVENT_CONTRA_ORDER_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_INDICATIVE,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_TRADE_ID_WORD,
  EVENT_TRADED,
  FLAG_AGGRESSOR,
  FLAG_AUCTION,
} from "../codec/event.ts";
import {
  INDICATIVE_IMBALANCE_LOTS_WORD,
  INDICATIVE_PAIRED_LOTS_WORD,
  INDICATIVE_PRICE_TICKS_WORD,
  INDICATIVE_SIDE_WORD,
} from "../codec/market-event.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { CallPrice } from "./call-price.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import type { WorkingOrders } from "./working-orders.ts";

/** Whose surplus an imbalance is. */
const NOBODY = 0;

export class CallReports {
  readonly #tables: EngineTables;
  readonly #events: EventBuffer;
  readonly #reports: ExecutionReports;
  readonly #working: WorkingOrders;

  constructor(
    tables: EngineTables,
    events: EventBuffer,
    reports: ExecutionReports,
    working: WorkingOrders,
  ) {
    this.#tables = tables;
    this.#events = events;
    this.#reports = reports;
    this.#working = working;
  }

  /** One trade, before either order changes: the older order's report, then the younger one's. */
  ofTrade(older: number, younger: number, priceTicks: number, lots: number, tradeId: number): void {
    this.#ofParty(older, younger, priceTicks, lots, tradeId, 0);
    this.#ofParty(younger, older, priceTicks, lots, tradeId, FLAG_AGGRESSOR);
  }

  indicative(book: number, price: CallPrice): void {
    const at = this.#events.add(EVENT_INDICATIVE);
    const { words } = this.#events;
    const { imbalanceLots } = price;
    words[at + EVENT_INSTRUMENT_ID_WORD] = this.#tables.instruments.instrumentIdOf(book);
    words[at + INDICATIVE_PRICE_TICKS_WORD] = price.priceTicks;
    writeU64(words, at + INDICATIVE_PAIRED_LOTS_WORD, price.pairedLots);
    writeU64(words, at + INDICATIVE_IMBALANCE_LOTS_WORD, Math.abs(imbalanceLots));
    const surplusSide = imbalanceLots > 0 ? SIDE_BUY : SIDE_SELL;
    words[at + INDICATIVE_SIDE_WORD] = imbalanceLots === 0 ? NOBODY : surplusSide;
  }

  #ofParty(
    slot: number,
    contra: number,
    priceTicks: number,
    lots: number,
    tradeId: number,
    role: number,
  ): void {
    const { books, columns } = this.#tables;
    const leavesQtyLots = books.leavesQtyLotsOf(slot) - lots;
    const flags = role | FLAG_AUCTION | this.#working.onBookFlag(slot);
    const at = this.#reports.ofResting(EVENT_TRADED, slot, leavesQtyLots, flags, 0);
    const { words } = this.#events;
    writeU64(words, at + EVENT_CUM_QTY_LOTS_WORD, columns.orderQtyLotsOf(slot) - leavesQtyLots);
    writeU64(words, at + EVENT_LAST_QTY_LOTS_WORD, lots);
    words[at + EVENT_LAST_PX_TICKS_WORD] = priceTicks;
    writeU64(words, at + EVENT_TRADE_ID_WORD, tradeId);
    writeU64(words, at + EVENT_CONTRA_ORDER_ID_WORD, books.orderIdOf(contra));
    words[at + EVENT_CONTRA_ACCOUNT_ID_WORD] = columns.accountIdOf(contra);
  }
}
