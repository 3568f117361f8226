// The state of an order, working or ended: the exchange knows the one, the history the other. An
// order that has just ended is in neither for a moment, so the question waits for the history.

import { readU64 } from "../base/record-buffer.ts";
import { clOrdIdKey } from "../codec/cl-ord-id.ts";
import {
  EVENT_COMMAND_REJECTED,
  EVENT_ORDER_STATUS,
  EVENT_SEQUENCE_WORD,
  EVENT_WORDS,
  eventKindOf,
  reasonOf,
} from "../codec/event.ts";
import type {
  HistoryExecuted,
  HistoryOrder,
  HistoryPage,
  HistoryQueries,
} from "../model/history.ts";
import type { ReportPlace } from "../model/past-reports.ts";
import { REASON_NONE, REASON_UNKNOWN_ORDER } from "../model/reasons.ts";
import type { BatchListener, Venue } from "../model/venue.ts";
import type { Clock } from "../ops/clock.ts";
import type { Log } from "../ops/logging.ts";
import {
  HISTORY_BEHIND,
  HISTORY_UNAVAILABLE,
  type Refusal,
  refusalJson,
  refuse,
  refuseForReason,
} from "./error-codes.ts";
import { queryOrder } from "./instrument-lookups.ts";
import type { OrderRef } from "./json/command-reader.ts";
import { historyReportJson } from "./json/history-writer.ts";
import { statusJson } from "./json/report-writer.ts";
import { HISTORY_WAIT_MILLIS_MAX, OPEN_ORDERS_MAX } from "./limits.ts";

const HISTORY_ASK_AGAIN_MILLIS = 20;
const HISTORY_ASK_AGAIN_MILLIS_MAX = 320;

/** What it asks the history. */
export type OrderHistory = Pick<HistoryQueries, "executedOf" | "orderById" | "orderByClOrdId">;

export type JsonListener = (status: number, json: string) => void;

/** A working order, which the event at `at` describes; an ended one; or why neither. */
export type FoundOrder =
  | { readonly words: Int32Array; readonly at: number }
  | { readonly ended: HistoryOrder }
  | { readonly refusal: Refusal };
/** Whose order it is, and what it had executed as it was told then. */
export type ExecutedOrder = {
  readonly accountId: number;
  readonly orderId: number;
  readonly cumQtyLots: number;
};
export type FoundOpenOrders =
  | { readonly words: Int32Array; readonly places: readonly number[] }
  | { readonly refusal: Refusal };

export class OrderStatus {
  readonly #venue: Venue;
  readonly #history: OrderHistory;
  readonly #log: Log;
  readonly #clock: Clock;

  constructor(venue: Venue, history: OrderHistory, log: Log, clock: Clock) {
    this.#venue = venue;
    this.#history = history;
    this.#log = log;
    this.#clock = clock;
  }

  /** The report on one order; 404, or 503 while the venue or the history cannot say. */
  ask(accountId: number, order: OrderRef, onJson: JsonListener): void {
    this.find(accountId, order, (found) => {
      if ("refusal" in found) onJson(found.refusal.status, refusalJson(found.refusal));
      else if ("ended" in found) onJson(200, historyReportJson(found.ended, this.#venue));
      else onJson(200, statusJson(found.words, found.at, this.#venue));
    });
  }

  /** The account's working orders, newest first: `{"orders": [...]}`; instrument 0 means all. */
  askOpen(accountId: number, instrumentId: number, onJson: JsonListener): void {
    this.findOpen(accountId, instrumentId, (found) => {
      if ("refusal" in found) {
        onJson(found.refusal.status, refusalJson(found.refusal));
        return;
      }
      const orders = found.places.map((at) => statusJson(found.words, at, this.#venue));
      onJson(200, `{"orders":[${orders.join(",")}]}`);
    });
  }

  /** What ask() reports; the words are valid during the call. */
  find(accountId: number, order: OrderRef, onFound: (found: FoundOrder) => void): void {
    const onAnswer: BatchListener = (words, startWord, endWord) => {
      if (eventKindOf(words, startWord) === EVENT_ORDER_STATUS) {
        onFound({ words, at: startWord });
        return;
      }
      if (eventKindOf(words, startWord) === EVENT_COMMAND_REJECTED) {
        onFound({ refusal: refuseForReason(reasonOf(words, startWord)) });
        return;
      }
      const sequence = readU64(words, endWord - EVENT_WORDS + EVENT_SEQUENCE_WORD);
      this.findEnded(accountId, order, sequence, (found) =>
        onFound("code" in found ? { refusal: found } : { ended: found }),
      );
    };
    const reason = queryOrder(this.#venue, accountId, order, onAnswer);
    if (reason !== REASON_NONE) onFound({ refusal: refuseForReason(reason) });
  }

  /** What the history has of an order that did not work at `sequence`. */
  findEnded(
    accountId: number,
    order: OrderRef,
    sequence: number,
    onFound: (found: HistoryOrder | Refusal) => void,
  ): void {
    // A row that still works there has ended since: its last event is on its way.
    const hasEnded = ({ leavesQtyLots }: HistoryOrder): boolean => leavesQtyLots === 0;
    this.#askHistory(() => this.#readOrder(accountId, order), sequence, hasEnded, onFound);
  }

  /** What the history has of an order, working or ended, once it has got to `sequence`. */
  findAt(
    accountId: number,
    order: OrderRef,
    sequence: number,
    onFound: (found: HistoryOrder | Refusal) => void,
  ): void {
    const isThere = (_order: HistoryOrder, upTo: number): boolean => upTo >= sequence;
    this.#askHistory(() => this.#readOrder(accountId, order), sequence, isThere, onFound);
  }

  /** What the order has executed up to this event, with it; undefined: the history has lost it. */
  findExecuted(
    { accountId, orderId, cumQtyLots }: ExecutedOrder,
    { sequence, index }: ReportPlace,
    onFound: (found: HistoryExecuted | Refusal | undefined) => void,
  ): void {
    const place = { beforeSequence: sequence, beforeIndex: index + 1 };
    const read = (): Promise<HistoryPage<HistoryExecuted>> =>
      this.#history.executedOf({ accountId, orderId, ...place });
    const isThere = (_executed: HistoryExecuted, upTo: number): boolean => upTo >= sequence;
    this.#askHistory(read, sequence, isThere, (found) => {
      const isKnown = "code" in found || found.cumQtyLots === cumQtyLots;
      onFound(isKnown ? found : undefined);
    });
  }

  /** What askOpen() reports. */
  findOpen(
    accountId: number,
    instrumentId: number,
    onFound: (found: FoundOpenOrders) => void,
  ): void {
    const onAnswer: BatchListener = (words, start, end) => {
      if (eventKindOf(words, start) === EVENT_COMMAND_REJECTED) {
        onFound({ refusal: refuseForReason(reasonOf(words, start)) });
        return;
      }
      const places: number[] = [];
      for (let at = start; at < end - EVENT_WORDS; at += EVENT_WORDS) {
        // What else there is are the terms of the one before.
        if (eventKindOf(words, at) === EVENT_ORDER_STATUS) places.push(at);
      }
      onFound({ words, places });
    };
    const ordersMax = OPEN_ORDERS_MAX;
    const reason = this.#venue.queryOpenOrders(accountId, instrumentId, ordersMax, onAnswer);
    if (reason !== REASON_NONE) onFound({ refusal: refuseForReason(reason) });
  }

  /**
   * Asks until the order is there or the history has passed `sequence`, after twice the wait each
   * time: the history that is behind has the questions to answer too.
   */
  #askHistory<Row>(
    read: () => Promise<HistoryPage<Row>>,
    sequence: number,
    isAnswer: (row: Row, upTo: number) => boolean,
    onFound: (found: Row | Refusal) => void,
  ): void {
    this.#readUntil(read, sequence, isAnswer).then(onFound, (error: Error) =>
      onFound(refuseHistory(error, this.#log)),
    );
  }

  async #readUntil<Row>(
    read: () => Promise<HistoryPage<Row>>,
    sequence: number,
    isAnswer: (row: Row, upTo: number) => boolean,
  ): Promise<Row | Refusal> {
    const untilMicros = this.#clock.nowMicros() + HISTORY_WAIT_MILLIS_MAX * 1000;
    let againMillis = HISTORY_ASK_AGAIN_MILLIS;
    for (;;) {
      const page = await read();
      const found = page.rows[0];
      if (found !== undefined && isAnswer(found, page.sequence)) return found;
      if (page.sequence >= sequence) return refuseForReason(REASON_UNKNOWN_ORDER);
      if (this.#clock.nowMicros() > untilMicros) {
        const message = `expected the history up to sequence ${sequence}, found ${page.sequence}`;
        return refuse(HISTORY_BEHIND, message);
      }
      const waitMillis = againMillis;
      await new Promise<void>((resolve) => {
        this.#clock.after(waitMillis, resolve);
      });
      againMillis = Math.min(againMillis * 2, HISTORY_ASK_AGAIN_MILLIS_MAX);
    }
  }

  #readOrder(
    accountId: number,
    { orderId, clOrdId }: OrderRef,
  ): Promise<HistoryPage<HistoryOrder>> {
    if (clOrdId === "") return this.#history.orderById(accountId, orderId);
    return this.#history.orderByClOrdId(accountId, clOrdIdKey(clOrdId));
  }
}

/** A store that does not answer is told to the operator in full and to the client in short. */
export function refuseHistory(error: Error, log: Log): Refusal {
  log("error", "history does not answer", { message: error.message });
  return refuse(HISTORY_UNAVAILABLE, "expected an answer of the history store, found none");
}
