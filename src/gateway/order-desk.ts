// hot path
// Order requests of one session, from parsed JSON to JSON answers: REST and WebSocket alike.
// Requests that come together are entered together, in order, and each is answered by itself.
//
// An amend, and a cancel with reduceBy, speak in prices and quantities without naming the
// instrument. So the desk first asks for the instruments of such orders and then enters all
// requests of the list at once: a list is never torn apart by the asking.

import { RecordBuffer } from "../base/record-buffer.ts";
import { type Asker, BLOCK_BYTES, COMMAND_BYTES_MAX } from "../codec/command.ts";
import { REASON_NONE } from "../model/reasons.ts";
import type { BatchListener, Venue } from "../model/venue.ts";
import { BatchAnswers } from "./batch-answers.ts";
import type { CommandSession } from "./command-session.ts";
import { type Refusal, refusalJson, refuseForReason } from "./error-codes.ts";
import type { GatewayCounts, RequestKind } from "./gateway-counts.ts";
import { InstrumentLookups } from "./instrument-lookups.ts";
import { answerJson, wasRefused } from "./json/answer-writer.ts";
import {
  type OrderRef,
  readAmend,
  readCancel,
  readCancelAll,
  readNew,
} from "./json/command-reader.ts";
import type { JsonObject } from "./json/fields.ts";
import { OrderScanner } from "./json/order-scanner.ts";

/**
 * `order` names the order of a cancel or amend; `fields` is the rest, of a new order everything.
 */
export type OrderRequest =
  | { readonly kind: "new"; readonly fields: unknown }
  | { readonly kind: "cancel"; readonly order: OrderRef; readonly fields: JsonObject }
  | { readonly kind: "amend"; readonly order: OrderRef; readonly fields: JsonObject }
  | { readonly kind: "cancelAll"; readonly fields: JsonObject }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Gets the HTTP status and the JSON of the request at `index`: once each, in any order. */
export type ResultListener = (index: number, status: number, json: string) => void;

const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);

export class OrderDesk {
  readonly #venue: Venue;
  readonly #session: CommandSession;
  readonly #counts: GatewayCounts;
  readonly #scanner: OrderScanner;

  constructor(venue: Venue, session: CommandSession, counts: GatewayCounts) {
    this.#venue = venue;
    this.#session = session;
    this.#counts = counts;
    this.#scanner = new OrderScanner(venue);
  }

  /** Commands that wait for their answer. */
  get pendingCount(): number {
    return this.#session.pendingCount;
  }

  /**
   * Enters `requests` in order. `onEntered` is called once all of them are, at once unless an
   * instrument has to be asked for; only then may the next list come, where order matters.
   */
  enter(
    accountId: number,
    requests: readonly OrderRequest[],
    onResult: ResultListener,
    onEntered: () => void,
  ): void {
    const lookups = new InstrumentLookups(this.#venue, accountId);
    lookups.find(requests, () => {
      for (let i = 0; i < requests.length; i++) {
        this.#enterOne(accountId, requests[i], i, lookups, onResult);
      }
      onEntered();
    });
  }

  /**
   * Reads a body as the usual batch of new orders, to be entered by enterScanned(): how many there
   * are, or NOT_USUAL.
   */
  scan(accountId: number, bytes: Uint8Array): number {
    return this.#scanner.scan(bytes, { accountId, sessionId: this.#session.sessionId });
  }

  /** Enters the `count` orders of the last scan; `onAll` gets `{"results":[...]}`. */
  enterScanned(count: number, onAll: (json: Buffer) => void): void {
    const { records } = this.#scanner;
    const answers = new BatchAnswers(count, this.#venue, this.#counts, onAll);
    for (let i = 0; i < count; i++) {
      const reason = this.#session.submit(records, answers.onAnswer, i * BLOCK_BYTES);
      if (reason !== REASON_NONE) answers.refuse(i, refuseForReason(reason));
    }
  }

  #enterOne(
    accountId: number,
    request: OrderRequest,
    index: number,
    lookups: InstrumentLookups,
    onResult: ResultListener,
  ): void {
    if (request.kind === "refused") {
      onResult(index, request.refusal.status, refusalJson(request.refusal));
      return;
    }
    const { kind } = request;
    const asker = { accountId, sessionId: this.#session.sessionId };
    const refusal = this.#read(request, asker, lookups) ?? this.#submit(kind, index, onResult);
    if (refusal !== undefined) this.#refuse(kind, index, refusal, onResult);
  }

  #refuse(kind: RequestKind, index: number, refusal: Refusal, onResult: ResultListener): void {
    this.#counts.count(kind, "refused");
    onResult(index, refusal.status, refusalJson(refusal));
  }

  /** Writes the request into `record`. */
  #read(
    request: Exclude<OrderRequest, { kind: "refused" }>,
    asker: Asker,
    lookups: InstrumentLookups,
  ): Refusal | undefined {
    switch (request.kind) {
      case "new":
        return readNew(request.fields, asker, this.#venue, record);
      case "cancelAll":
        return readCancelAll(request.fields, asker, this.#venue, record);
      case "cancel": {
        if (request.fields["reduceBy"] === undefined) {
          return readCancel(request.fields, request.order, asker, undefined, record);
        }
        const instrument = lookups.instrumentOf(request.order);
        if ("code" in instrument) return instrument;
        return readCancel(request.fields, request.order, asker, instrument, record);
      }
      case "amend": {
        const instrument = lookups.instrumentOf(request.order);
        if ("code" in instrument) return instrument;
        return readAmend(request.fields, request.order, asker, instrument, record);
      }
    }
  }

  /** Enters `record`. */
  #submit(kind: RequestKind, index: number, onResult: ResultListener): Refusal | undefined {
    const onAnswer: BatchListener = (words, startWord, endWord) => {
      this.#counts.count(kind, wasRefused(words, startWord) ? "rejected" : "accepted");
      const { status, json } = answerJson(words, startWord, endWord, this.#venue);
      onResult(index, status, json);
    };
    const reason = this.#session.submit(record, onAnswer);
    return reason === REASON_NONE ? undefined : refuseForReason(reason);
  }
}
