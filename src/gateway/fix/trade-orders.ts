// What an order was when one of its trades was busted or corrected: the event says only which order
// it is, and the order may have ended long before. The history knows.

import { readU64 } from "../../base/record-buffer.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_AMEND_REJECTED,
  EVENT_CANCEL_REJECTED,
  EVENT_ORDER_ID_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_TRADED,
} from "../../codec/event.ts";
import type { OrderThen } from "../../codec/fix-reports.ts";
import type { HistoryExecution, HistoryOrder, HistoryQueries } from "../../model/history.ts";
import { ordStatusOf } from "../../model/ord-status.ts";
import type { OrderStatus } from "../order-status.ts";
import type { RingReader } from "./report-ring.ts";

/** Refusals of requests about the order, which say nothing of it, are looked past. */
const EXECUTIONS_MAX = 100;

export class TradeOrders {
  readonly #status: OrderStatus;
  readonly #history: Pick<HistoryQueries, "executions">;

  constructor(status: OrderStatus, history: Pick<HistoryQueries, "executions">) {
    this.#status = status;
    this.#history = history;
  }

  /** The order of a changed trade, just before that; undefined where it cannot be had. */
  find({ words, at, index }: RingReader, onFound: (then: OrderThen | undefined) => void): void {
    const accountId = words[at + EVENT_ACCOUNT_ID_WORD] >>> 0;
    const sequence = readU64(words, at + EVENT_SEQUENCE_WORD);
    const order = { orderId: readU64(words, at + EVENT_ORDER_ID_WORD), clOrdId: "" };
    this.#status.findAt(accountId, order, sequence, (found) => {
      if ("code" in found) onFound(undefined);
      else if (found.lastSequence < sequence) onFound({ ...found, order: found });
      else
        this.#findBefore(accountId, found, { sequence, index }).then(onFound, () =>
          onFound(undefined),
        );
    });
  }

  /** Of an order that has changed since: as its last event before that left it. */
  async #findBefore(
    accountId: number,
    { orderId, instrumentId }: HistoryOrder,
    place: { readonly sequence: number; readonly index: number },
  ): Promise<OrderThen | undefined> {
    const { rows } = await this.#history.executions({
      ...{ accountId, instrumentId, orderId, rowsMax: EXECUTIONS_MAX },
      ...{ beforeSequence: place.sequence, beforeIndex: place.index },
    });
    const last = rows.find((each) => !isRefusal(each));
    if (last === undefined) return undefined;
    const { cumQtyLots, leavesQtyLots, eventKind } = last;
    const ordStatus = ordStatusOf(cumQtyLots, leavesQtyLots, eventKind !== EVENT_TRADED);
    return { ...last, ordStatus, order: undefined };
  }
}

function isRefusal({ eventKind }: HistoryExecution): boolean {
  return eventKind === EVENT_CANCEL_REJECTED || eventKind === EVENT_AMEND_REJECTED;
}
