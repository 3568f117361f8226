// What the history knows of the orders of reports: what an order was when one of its trades was
// busted or corrected (the event says only which order it is, and that may have ended long before),
// and what an order had executed.

import { readU64 } from "../../base/record-buffer.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_AMEND_REJECTED,
  EVENT_CANCEL_REJECTED,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_TRADED,
} from "../../codec/event.ts";
import type { OrderThen } from "../../codec/fix-reports.ts";
import type {
  HistoryExecuted,
  HistoryExecution,
  HistoryOrder,
  HistoryQueries,
} from "../../model/history.ts";
import { ordStatusOf } from "../../model/ord-status.ts";
import type { ReportPlace } from "../../model/past-reports.ts";
import type { Clock } from "../../ops/clock.ts";
import type { OrderStatus } from "../order-status.ts";
import type { RingReader } from "./report-ring.ts";

/** Refusals of requests about the order, which say nothing of it, are looked past. */
const EXECUTIONS_MAX = 100;
/** A history that could not say what was executed is not waited for again before that. */
const SILENT_MICROS = 10_000_000;

export class TradeOrders {
  readonly #status: OrderStatus;
  readonly #history: Pick<HistoryQueries, "executions">;
  readonly #clock: Clock;
  #silentUntilMicros = 0;

  constructor(status: OrderStatus, history: Pick<HistoryQueries, "executions">, clock: Clock) {
    this.#status = status;
    this.#history = history;
    this.#clock = clock;
  }

  /** Whether findExecuted() is worth its wait. */
  get isAnswered(): boolean {
    return this.#silentUntilMicros === 0 || this.#clock.nowMicros() >= this.#silentUntilMicros;
  }

  /** The order of a changed trade, just before that, and what it has executed with the change. */
  find(
    report: RingReader,
    onFound: (then: OrderThen | undefined, executed: HistoryExecuted | undefined) => void,
  ): void {
    this.#findThen(report, (then) => {
      if (then === undefined) onFound(undefined, undefined);
      else this.#executed(report, then.cumQtyLots, (executed) => onFound(then, executed));
    });
  }

  /** What the report's order has executed, its own trade included. */
  findExecuted(report: RingReader, onFound: (executed: HistoryExecuted | undefined) => void): void {
    const cumQtyLots = readU64(report.words, report.at + EVENT_CUM_QTY_LOTS_WORD);
    this.#executed(report, cumQtyLots, onFound);
  }

  #executed(
    { words, at, index, sequence }: RingReader,
    cumQtyLots: number,
    onFound: (executed: HistoryExecuted | undefined) => void,
  ): void {
    const accountId = words[at + EVENT_ACCOUNT_ID_WORD] >>> 0;
    const orderId = readU64(words, at + EVENT_ORDER_ID_WORD);
    this.#status.findExecuted({ accountId, orderId, cumQtyLots }, { sequence, index }, (found) => {
      const isSilent = found !== undefined && "code" in found;
      this.#silentUntilMicros = isSilent ? this.#clock.nowMicros() + SILENT_MICROS : 0;
      onFound(isSilent ? undefined : found);
    });
  }

  #findThen(
    { words, at, index, sequence }: RingReader,
    onFound: (then: OrderThen | undefined) => void,
  ): void {
    const accountId = words[at + EVENT_ACCOUNT_ID_WORD] >>> 0;
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
    place: ReportPlace,
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
  return eventKind === EVENT_AMEND_REJECTED || eventKind === EVENT_CANCEL_REJECTED;
}
