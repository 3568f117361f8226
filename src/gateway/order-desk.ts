// hot path
// Order requests of one session, from parsed JSON to JSON answers: REST and WebSocket alike.
// Requests that come together are entered together, in order, and each is answered by itself.

import { RecordBuffer, readU64 } from "../base/record-buffer.ts";
import { BLOCK_BYTES, COMMAND_BYTES_MAX } from "../codec/command.ts";
import { EVENT_SEQUENCE_WORD } from "../codec/event.ts";
import { REASON_NONE } from "../model/reasons.ts";
import type { BatchListener, Venue } from "../model/venue.ts";
import { BatchAnswers } from "./batch-answers.ts";
import type { CommandSession } from "./command-session.ts";
import { type Refusal, refusalJson, refuseForReason } from "./error-codes.ts";
import type { GatewayCounts, RequestKind } from "./gateway-counts.ts";
import { answerJson, wasRefused } from "./json/answer-writer.ts";
import type { AsciiWriter } from "./json/ascii-writer.ts";
import { OrderScanner } from "./json/order-scanner.ts";
import { type LatencyReceipts, withReceipt } from "./latency-receipts.ts";
import { type OrderRequest, RequestedCommands } from "./requested-commands.ts";

/** Gets the HTTP status and the JSON of the request at `index`: once each, in any order. */
export type ResultListener = (index: number, status: number, json: string) => void;

/** When a request was read, as StageTimes has it, and whose receipts go with its answers. */
export type Arrival = {
  readonly ingressNanos: number;
  /** Undefined: nobody asked for any. */
  readonly receipts: LatencyReceipts | undefined;
};

const UNTOLD: Arrival = { ingressNanos: 0, receipts: undefined };

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
    arrival: Arrival = UNTOLD,
  ): void {
    const asker = { accountId, sessionId: this.#session.sessionId };
    const commands = new RequestedCommands(this.#venue, asker);
    commands.find(requests, () => {
      this.#venue.stages.ingressNanos = arrival.ingressNanos;
      for (let i = 0; i < requests.length; i++) {
        this.#enterOne(requests[i], i, commands, onResult, arrival.receipts);
      }
      onEntered();
    });
  }

  /** What the answer to `request` would be, were it entered now: `{"status", "answer"}`. */
  preview(accountId: number, request: OrderRequest, onResult: ResultListener): void {
    const onRefusal = (refusal: Refusal): void => {
      onResult(0, refusal.status, refusalJson(refusal));
    };
    if (request.kind === "refused") {
      onRefusal(request.refusal);
      return;
    }
    const asker = { accountId, sessionId: this.#session.sessionId };
    const commands = new RequestedCommands(this.#venue, asker);
    commands.find([request], () => {
      const refusal = commands.write(request, record) ?? this.#askPreview(onResult);
      if (refusal !== undefined) onRefusal(refusal);
    });
  }

  #askPreview(onResult: ResultListener): Refusal | undefined {
    const reason = this.#venue.preview(record, 0, (words, startWord, endWord) => {
      const { status, json } = answerJson(words, startWord, endWord, this.#venue);
      onResult(0, 200, `{"status":${status},"answer":${json}}`);
    });
    return reason === REASON_NONE ? undefined : refuseForReason(reason);
  }

  /**
   * Reads a body as the usual batch of new orders, to be entered by enterScanned(): how many there
   * are, or NOT_USUAL.
   */
  scan(accountId: number, bytes: Uint8Array): number {
    return this.#scanner.scan(bytes, { accountId, sessionId: this.#session.sessionId });
  }

  /** The same for a request over WebSocket; its id and whether it is a batch: `scanned`. */
  scanRequest(accountId: number, bytes: Uint8Array): number {
    return this.#scanner.scanRequest(bytes, { accountId, sessionId: this.#session.sessionId });
  }

  /** What the last scan read. */
  get scanned(): { readonly requestId: number; readonly isBatch: boolean } {
    return this.#scanner;
  }

  /** Enters the one order of the last scan; `onAnswer` gets its batch unless it is refused. */
  enterScannedOne(onAnswer: BatchListener): number {
    return this.#session.submit(this.#scanner.records, onAnswer);
  }

  /**
   * Enters the `count` orders of the last scan; `onAll` gets a writer that holds
   * `{"results":[...]}` behind what `begin` wrote.
   */
  enterScanned(
    count: number,
    onAll: (json: AsciiWriter) => void,
    begin?: (json: AsciiWriter) => void,
  ): void {
    const { records } = this.#scanner;
    const answers = new BatchAnswers(count, this.#venue, this.#counts, onAll, begin);
    for (let i = 0; i < count; i++) {
      const reason = this.#session.submit(records, answers.onAnswer, i * BLOCK_BYTES);
      if (reason !== REASON_NONE) answers.refuse(i, refuseForReason(reason));
    }
  }

  #enterOne(
    request: OrderRequest,
    index: number,
    commands: RequestedCommands,
    onResult: ResultListener,
    receipts: LatencyReceipts | undefined,
  ): void {
    if (request.kind === "refused") {
      onResult(index, request.refusal.status, refusalJson(request.refusal));
      return;
    }
    const { kind } = request;
    const refusal =
      commands.write(request, record) ?? this.#submit(kind, index, onResult, receipts);
    if (refusal !== undefined) this.#refuse(kind, index, refusal, onResult);
  }

  #refuse(kind: RequestKind, index: number, refusal: Refusal, onResult: ResultListener): void {
    this.#counts.count(kind, "refused");
    onResult(index, refusal.status, refusalJson(refusal));
  }

  /** Enters `record`. */
  #submit(
    kind: RequestKind,
    index: number,
    onResult: ResultListener,
    receipts: LatencyReceipts | undefined,
  ): Refusal | undefined {
    const onAnswer: BatchListener = (words, startWord, endWord) => {
      this.#counts.count(kind, wasRefused(words, startWord) ? "rejected" : "accepted");
      const { status, json } = answerJson(words, startWord, endWord, this.#venue);
      const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
      onResult(index, status, withReceipt(json, receipts?.of(sequence)));
    };
    const reason = this.#session.submit(record, onAnswer);
    return reason === REASON_NONE ? undefined : refuseForReason(reason);
  }
}
