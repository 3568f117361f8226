// What a FIX session asks of an order's state: the exchange knows those that work, the history
// those that have ended.

import { RecordBuffer, readU64 } from "../../base/record-buffer.ts";
import { decodeClOrdId, encodeClOrdId } from "../../codec/cl-ord-id.ts";
import {
  EVENT_COMMAND_REJECTED,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_TERMS,
  EVENT_WORDS,
  eventKindOf,
  reasonOf,
} from "../../codec/event.ts";
import type { FixMessage } from "../../codec/fix-message.ts";
import { badClOrdId, sideOfFix } from "../../codec/fix-orders.ts";
import {
  type FixReport,
  type FixStatusRequest,
  putFixEndedOrder,
  putFixOrderStatus,
  putFixUnknownOrder,
} from "../../codec/fix-reports.ts";
import * as tag from "../../codec/fix-tags.ts";
import type { HistoryExecuted, HistoryOrder } from "../../model/history.ts";
import { REASON_BUSY, REASON_NONE, REASON_UNKNOWN_ORDER, reasonName } from "../../model/reasons.ts";
import type { Venue } from "../../model/venue.ts";
import { FIX_QUESTIONS_WAITING_MAX } from "../limits.ts";
import type { OrderStatus } from "../order-status.ts";
import { INDEX_MAX } from "./account-reports.ts";
import type { FixNumbers } from "./fix-numbers.ts";
import type { FixFill, FixOutbox } from "./fix-outbox.ts";
import type { FixRefusals, FixRequest } from "./fix-refusals.ts";

const idRecord = RecordBuffer.ofBytes(64);

export type FixQuestionsParts = {
  readonly venue: Venue;
  readonly accountId: number;
  /** How orders ended. */
  readonly status: OrderStatus;
  readonly numbers: FixNumbers;
  readonly outbox: FixOutbox;
  readonly refusals: FixRefusals;
};

export class FixQuestions {
  readonly #parts: FixQuestionsParts;
  /** Questions that the history has not answered. */
  #waitingCount = 0;

  constructor(parts: FixQuestionsParts) {
    this.#parts = parts;
  }

  /** An OrderStatusRequest. */
  onRequest(message: FixMessage, request: FixRequest): void {
    const asked = {
      clOrdId: request.clOrdId,
      ordStatusReqId: message.text(tag.TAG_ORD_STATUS_REQ_ID),
      ...{ symbol: message.text(tag.TAG_SYMBOL), side: sideOfFix(message) },
    };
    this.ask(request, request.clOrdId, (report) => {
      if (typeof report === "number") this.#askEnded(request, asked, report, 0);
      else this.#tellReport(request, report, asked);
    });
  }

  /** The order of the request works already: its state is the answer. */
  tellWorking(request: FixRequest): void {
    this.ask(request, request.clOrdId, (report) => {
      if (typeof report !== "number") this.#tellReport(request, report, undefined);
    });
  }

  /** What the order has executed may be the history's to know. */
  #tellReport(request: FixRequest, report: FixReport, asked: FixStatusRequest | undefined): void {
    const { words, at } = report;
    const orderId = readU64(words, at + EVENT_ORDER_ID_WORD);
    const cumQtyLots = readU64(words, at + EVENT_CUM_QTY_LOTS_WORD);
    const sequence = readU64(words, at + EVENT_SEQUENCE_WORD);
    const tell = (executed: HistoryExecuted | undefined): void =>
      this.#tell((writer) => putFixOrderStatus(writer, { ...report, executed }, asked));
    const known = this.#parts.outbox.executedOf(orderId, cumQtyLots);
    if (known !== undefined) tell(known);
    else if (this.#hasRoom(request)) {
      this.#askExecuted(orderId, cumQtyLots, sequence, tell);
    }
  }

  /** With all that has come to the order up to `sequence`. */
  #askExecuted(
    orderId: number,
    cumQtyLots: number,
    sequence: number,
    onFound: (executed: HistoryExecuted | undefined) => void,
  ): void {
    const { accountId, status } = this.#parts;
    const order = { accountId, orderId, cumQtyLots };
    this.#waitingCount++;
    status.findExecuted(order, { sequence, index: INDEX_MAX - 1 }, (found) => {
      this.#waitingCount--;
      onFound(found === undefined || "code" in found ? undefined : found);
    });
  }

  /** Whether one more question may wait for the history; if not, the client hears so. */
  #hasRoom(request: FixRequest): boolean {
    const hasRoom = this.#waitingCount < FIX_QUESTIONS_WAITING_MAX;
    if (!hasRoom) this.#parts.refusals.ofReason(request, REASON_BUSY);
    return hasRoom;
  }

  /** The state of the order of this name, or at which sequence there is no such one. */
  ask(request: FixRequest, clOrdId: string, onAnswer: (report: FixReport | number) => void): void {
    const { venue, accountId, refusals } = this.#parts;
    if (clOrdId === "" || !encodeClOrdId(clOrdId, idRecord.bytes, 0)) {
      refusals.ofFault(request, badClOrdId(tag.TAG_CL_ORD_ID, clOrdId));
      return;
    }
    const idWords = idRecord.words.slice(0, 4);
    const reason = venue.queryOrderByClOrdId(accountId, idWords, (words, start, end) => {
      if (eventKindOf(words, start) === EVENT_COMMAND_REJECTED) {
        refusals.ofReason(request, reasonOf(words, start));
      } else if (end - start > EVENT_WORDS) onAnswer(this.#reportOf(words.slice(start, end)));
      else onAnswer(readU64(words, start + EVENT_SEQUENCE_WORD));
    });
    if (reason !== REASON_NONE) refusals.ofReason(request, reason);
  }

  /** The order is the first event of `words`. */
  #reportOf(words: Int32Array): FixReport {
    const hasTerms = eventKindOf(words, EVENT_WORDS) === EVENT_TERMS;
    const instrumentId = words[EVENT_INSTRUMENT_ID_WORD] >>> 0;
    return {
      ...{ words, at: 0, index: 0, termsAt: hasTerms ? EVENT_WORDS : -1 },
      instrument: this.#parts.venue.instrumentById(instrumentId),
    };
  }

  /**
   * Of an order that did not work at `sequence`, by its name where `orderId` is 0; the session goes
   * on meanwhile.
   */
  #askEnded(request: FixRequest, asked: FixStatusRequest, sequence: number, orderId: number): void {
    const { accountId, status, numbers, refusals } = this.#parts;
    if (!this.#hasRoom(request)) return;
    this.#waitingCount++;
    encodeClOrdId(request.clOrdId, idRecord.bytes, 0);
    const clOrdId = orderId === 0 ? decodeClOrdId(idRecord.bytes, 0) : "";
    status.findEnded(accountId, { orderId, clOrdId }, sequence, (found) => {
      this.#waitingCount--;
      // The name of a request that has ended an order is not the order's, but names it.
      const canceledId = orderId === 0 ? numbers.canceledBy(request.clOrdId) : 0;
      if (!("code" in found)) this.#tellEnded(found, asked, sequence);
      else if (found.code !== reasonName(REASON_UNKNOWN_ORDER)) {
        refusals.withText(request, found.code);
      } else if (canceledId !== 0) this.#askEnded(request, asked, sequence, canceledId);
      else this.#tell((writer) => putFixUnknownOrder(writer, asked));
    });
  }

  #tellEnded(order: HistoryOrder, asked: FixStatusRequest, sequence: number): void {
    const instrument = this.#parts.venue.instrumentById(order.instrumentId);
    const tell = (executed: HistoryExecuted | undefined): void =>
      this.#tell((writer) => putFixEndedOrder(writer, order, instrument, executed, asked));
    if (order.cumQtyLots === 0) tell(undefined);
    else this.#askExecuted(order.orderId, order.cumQtyLots, sequence, tell);
  }

  #tell(fill: FixFill): void {
    this.#parts.outbox.answer(tag.MSG_EXECUTION_REPORT, fill);
  }
}
