// What orders have executed so far, as the reports of one reader go by: an event knows no trade but
// its own, and every report says the average of all. The history knows what was before.

import { readU64 } from "../../base/record-buffer.ts";
import {
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_TRADED,
  eventKindOf,
} from "../../codec/event.ts";
import type { HistoryExecuted } from "../../model/history.ts";
import type { RingReader } from "./report-ring.ts";

/** Orders that have traded and work; of more the history is asked again. A few MiB a reader. */
const ORDERS_MAX = 16_384;

export const NOTHING_EXECUTED: HistoryExecuted = {
  ...{ cumQtyLots: 0, countedQtyLots: 0, valueTickLots: 0n },
};

export class ExecutedOrders {
  readonly #orders = new Map<number, HistoryExecuted>();

  /** With the report's own trade; undefined: there are trades that were not seen here. */
  pass(report: RingReader): HistoryExecuted | undefined {
    const { words, at } = report;
    const cumQtyLots = readU64(words, at + EVENT_CUM_QTY_LOTS_WORD);
    if (cumQtyLots === 0) return NOTHING_EXECUTED;
    const orderId = readU64(words, at + EVENT_ORDER_ID_WORD);
    if (eventKindOf(words, at) !== EVENT_TRADED) {
      const known = this.find(orderId, cumQtyLots);
      if (known !== undefined) this.#keep(report, known);
      return known;
    }
    const lastQtyLots = readU64(words, at + EVENT_LAST_QTY_LOTS_WORD);
    const before = this.find(orderId, cumQtyLots - lastQtyLots);
    if (before === undefined) return undefined;
    const lastPxTicks = words[at + EVENT_LAST_PX_TICKS_WORD];
    const executed = {
      cumQtyLots,
      countedQtyLots: before.countedQtyLots + lastQtyLots,
      valueTickLots: before.valueTickLots + BigInt(lastPxTicks) * BigInt(lastQtyLots),
    };
    this.#keep(report, executed);
    return executed;
  }

  /** What the history said of the report's order; where it could not say, nothing is known. */
  learn(report: RingReader): void {
    const { words, at, executed } = report;
    if (executed === undefined) this.#orders.delete(readU64(words, at + EVENT_ORDER_ID_WORD));
    else this.#keep(report, executed);
  }

  find(orderId: number, cumQtyLots: number): HistoryExecuted | undefined {
    if (cumQtyLots === 0) return NOTHING_EXECUTED;
    const known = this.#orders.get(orderId);
    return known?.cumQtyLots === cumQtyLots ? known : undefined;
  }

  #keep({ words, at, orderThen }: RingReader, executed: HistoryExecuted): void {
    const orderId = readU64(words, at + EVENT_ORDER_ID_WORD);
    const leavesQtyLots =
      orderThen?.leavesQtyLots ?? readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD);
    if (leavesQtyLots === 0) {
      this.#orders.delete(orderId);
      return;
    }
    this.#orders.set(orderId, executed);
    if (this.#orders.size <= ORDERS_MAX) return;
    for (const oldest of this.#orders.keys()) {
      this.#orders.delete(oldest);
      return;
    }
  }
}
