// One stream of order entry: batches of requests in, a batch of answers for each, in order. It is a
// session of its own at the venue. A client that sends more than the exchange can take at once, or
// does not read its answers, is not read from: HTTP/2 holds it up, and nothing gathers here.

import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import { RecordBuffer } from "../../base/record-buffer.ts";
import { type Asker, BLOCK_BYTES, COMMAND_BYTES_MAX } from "../../codec/command.ts";
import { REASON_NONE } from "../../model/reasons.ts";
import type { Venue } from "../../model/venue.ts";
import type { Clock } from "../../ops/clock.ts";
import { CommandSession } from "../command-session.ts";
import { type Refusal, refuseForReason } from "../error-codes.ts";
import type { GatewayCounts } from "../gateway-counts.ts";
import { readDeadMan, readDisconnect } from "../json/guard-reader.ts";
import type { ApiKey, KeyRing } from "../keys.ts";
import type { LatencyReceipts } from "../latency-receipts.ts";
import {
  BATCH_ORDERS_MAX,
  COMMANDS_PENDING_MAX,
  GRPC_ANSWERS_UNREAD_BYTES_MAX,
  GRPC_BATCHES_PENDING_MAX,
  GRPC_COMMANDS_PENDING_MAX,
} from "../limits.ts";
import { RequestedCommands } from "../requested-commands.ts";
import { slowDown, type Throttle, throttleOf } from "../throttle.ts";
import { EntryLine } from "../websocket/entry-line.ts";
import { AnswerBatch } from "./answer-batch.ts";
import {
  type CallFailure,
  callFailure,
  keyRevoked,
  slowConsumer,
  stopping,
} from "./call-status.ts";
import type { Contract } from "./contract.ts";
import { Outbox } from "./outbox.ts";
import { type CallReceipts, callReceipts } from "./receipt-message.ts";
import {
  type GuardRequest,
  isOrderRequest,
  type StreamRequest,
  streamRequest,
} from "./request-fields.ts";
import { NOT_USUAL, type RequestScanner } from "./request-scanner.ts";
import type { OpenStream, Streams } from "./streams.ts";

export type TradeStreamParts = {
  readonly venue: Venue;
  readonly keys: KeyRing;
  readonly contract: Contract;
  readonly counts: GatewayCounts;
  readonly clock: Clock;
  readonly streams: Streams;
  readonly receipts: LatencyReceipts;
  /** Of all streams: a batch is entered as soon as it is read. */
  readonly scanner: RequestScanner;
  /** Of each stream; undefined: as many as come. */
  readonly ordersPerSecondMax: number | undefined;
};

/** Copied by the venue as soon as it is written. */
const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);

export class TradeStream implements OpenStream {
  readonly #call: ServerDuplexStream<Buffer, Buffer>;
  readonly #parts: TradeStreamParts;
  readonly #session: CommandSession;
  readonly #asker: Asker;
  readonly #outbox: Outbox;
  readonly #line = new EntryLine();
  readonly #receipts: CallReceipts;
  readonly #throttle: Throttle | undefined;
  readonly #unwatchKey: () => void;
  /** Batches without their answers. */
  #batchCount = 0;
  /** Nothing more is entered. */
  #isEnding = false;
  /** Why the exchange ends it, and not the client. */
  #failure: CallFailure | undefined;

  /** By a batch that is none: nothing behind it is entered, what came before it is answered. */
  #isBroken = false;

  constructor(call: ServerDuplexStream<Buffer, Buffer>, key: ApiKey, parts: TradeStreamParts) {
    this.#call = call;
    this.#parts = parts;
    this.#session = new CommandSession(parts.venue, COMMANDS_PENDING_MAX);
    this.#asker = { accountId: key.accountId, sessionId: this.#session.sessionId };
    this.#throttle = throttleOf(parts);
    this.#receipts = callReceipts(call.metadata, parts.receipts);
    const sink = {
      write: (message: Buffer, onTaken: () => void) => call.write(message, onTaken),
      end: () => this.#finish(),
    };
    this.#outbox = new Outbox(sink, {
      clock: parts.clock,
      joins: false,
      onSlow: (unreadBytes) => this.#endSlow(unreadBytes),
      onTaken: () => this.#readOn(),
    });
    this.#unwatchKey = parts.keys.watch(key, () => this.#fail(keyRevoked()));
    parts.streams.add(this, key.accountId);
    call.on("data", (bytes: Buffer) => this.#onMessage(bytes));
    call.on("end", () => this.#endWhenAnswered());
    call.on("cancelled", () => this.#close());
    call.on("close", () => this.#close());
  }

  get unreadBytes(): number {
    return this.#outbox.unreadBytes;
  }

  stop(): void {
    this.#failAnswered(stopping());
  }

  #failAnswered(failure: CallFailure): void {
    this.#failure ??= failure;
    this.#endWhenAnswered();
  }

  cut(): void {
    this.#endSlow(this.unreadBytes);
  }

  #endWhenAnswered(): void {
    this.#isEnding = true;
    if (this.#batchCount === 0) this.#end();
  }

  #onMessage(bytes: Buffer): void {
    if (this.#isEnding) return;
    this.#batchCount++;
    const ingressNanos = this.#parts.venue.stages.arrival();
    this.#line.push((onEntered) => this.#enter(bytes, ingressNanos, onEntered));
    if (this.#hasEnough()) this.#call.pause();
  }

  #hasEnough(): boolean {
    return (
      this.#batchCount >= GRPC_BATCHES_PENDING_MAX ||
      this.#session.pendingCount >= GRPC_COMMANDS_PENDING_MAX ||
      this.#outbox.unreadBytes >= GRPC_ANSWERS_UNREAD_BYTES_MAX
    );
  }

  #readOn(): void {
    if (this.#call.isPaused() && !this.#hasEnough()) this.#call.resume();
  }

  #enter(bytes: Buffer, ingressNanos: number, onEntered: () => void): void {
    if (this.#isBroken) {
      this.#batchCount--;
      onEntered();
      return;
    }
    const { scanner } = this.#parts;
    const count = scanner.scan(bytes, this.#asker);
    // Where not all of a batch may come now, some of it does, one by one.
    if (count === NOT_USUAL || this.#throttle?.tryTake(count) === false) {
      this.#enterStrictly(bytes, ingressNanos, onEntered);
      return;
    }
    this.#parts.venue.stages.ingressNanos = ingressNanos;
    const { records, batchId } = scanner;
    const answers = this.#answersTo(batchId, count);
    for (let i = 0; i < count; i++) {
      const reason = this.#session.submit(records, answers.onAnswer, i * BLOCK_BYTES);
      if (reason !== REASON_NONE) answers.refuse(i, refuseForReason(reason));
    }
    onEntered();
  }

  #enterStrictly(bytes: Buffer, ingressNanos: number, onEntered: () => void): void {
    const batch = this.#readBatch(bytes);
    if ("details" in batch) {
      this.#isBroken = true;
      this.#batchCount--;
      this.#failAnswered(batch);
      onEntered();
      return;
    }
    const { batchId } = batch;
    const requests = slowDown(batch.requests, this.#throttle);
    const answers = this.#answersTo(batchId, requests.length);
    const commands = new RequestedCommands(this.#parts.venue, this.#asker);
    commands.find(requests.filter(isOrderRequest), () => {
      this.#parts.venue.stages.ingressNanos = ingressNanos;
      for (let i = 0; i < requests.length; i++) {
        const refusal = this.#enterOne(requests[i], commands, answers);
        if (refusal !== undefined) answers.refuse(i, refusal);
      }
      onEntered();
    });
  }

  #readBatch(bytes: Buffer): { batchId: number; requests: StreamRequest[] } | CallFailure {
    let message: Readonly<Record<string, unknown>>;
    try {
      message = this.#parts.contract.readRequestBatch(bytes);
    } catch {
      return callFailure(status.INVALID_ARGUMENT, "message: expected a RequestBatch");
    }
    const { batchId = 0, requests = [] } = message as { batchId?: number; requests?: unknown[] };
    if (requests.length >= 1 && requests.length <= BATCH_ORDERS_MAX) {
      return { batchId, requests: requests.map(streamRequest) };
    }
    const details = `requests: expected 1 to ${BATCH_ORDERS_MAX}, found ${requests.length}`;
    return callFailure(status.INVALID_ARGUMENT, details);
  }

  #enterOne(
    request: StreamRequest,
    commands: RequestedCommands,
    answers: AnswerBatch,
  ): Refusal | undefined {
    if (request.kind === "refused") return request.refusal;
    const refusal = isOrderRequest(request)
      ? commands.write(request, record)
      : this.#writeGuard(request);
    if (refusal !== undefined) return refusal;
    const reason = this.#session.submit(record, answers.onAnswer);
    return reason === REASON_NONE ? undefined : refuseForReason(reason);
  }

  #writeGuard({ kind, fields }: GuardRequest): Refusal | undefined {
    const read = kind === "deadMan" ? readDeadMan : readDisconnect;
    return read(fields, this.#asker, record);
  }

  #answersTo(batchId: number, count: number): AnswerBatch {
    const { venue, counts } = this.#parts;
    const { receipts } = this.#receipts;
    return new AnswerBatch(batchId, count, { instruments: venue, counts, receipts }, (message) => {
      this.#batchCount--;
      this.#outbox.send(message);
      if (this.#isEnding && this.#batchCount === 0) this.#end();
      else this.#readOn();
    });
  }

  #endSlow(unreadBytes: number): void {
    this.#parts.streams.slowCount++;
    this.#fail(slowConsumer(unreadBytes));
  }

  #fail(failure: CallFailure): void {
    this.#close();
    this.#call.emit("error", failure);
  }

  #end(): void {
    this.#outbox.end();
    this.#release();
  }

  /** Everything is written. */
  #finish(): void {
    if (this.#failure !== undefined) this.#call.emit("error", this.#failure);
    else this.#call.end();
  }

  /** Answers under way have nobody to go to; what was entered stays entered. */
  #close(): void {
    this.#outbox.close();
    this.#release();
  }

  #release(): void {
    this.#isEnding = true;
    if (!this.#parts.streams.delete(this)) return;
    this.#receipts.unwant();
    this.#unwatchKey();
    // Behind all that came before: what is entered later would outlive its session.
    this.#line.push((onEntered) => {
      this.#session.close();
      onEntered();
    });
  }
}
