// Order entry and questions, one a call.

import type { sendUnaryData } from "@grpc/grpc-js";
import { RecordBuffer } from "../../base/record-buffer.ts";
import { COMMAND_BYTES_MAX } from "../../codec/command.ts";
import { REASON_NONE } from "../../model/reasons.ts";
import type { BatchListener, Venue } from "../../model/venue.ts";
import type { CommandSession } from "../command-session.ts";
import { type Refusal, refuseForReason } from "../error-codes.ts";
import type { GatewayCounts } from "../gateway-counts.ts";
import { readInstrument, readOrderRef } from "../json/command-reader.ts";
import type { LatencyReceipts } from "../latency-receipts.ts";
import type { OrderStatus } from "../order-status.ts";
import { type OrderRequest, RequestedCommands } from "../requested-commands.ts";
import { type AccountThrottles, slowDown } from "../throttle.ts";
import { writeAnswer, writeRefusalAnswer } from "./answer-batch.ts";
import { callFailureOf } from "./call-status.ts";
import type { Contract } from "./contract.ts";
import { historyReport } from "./history-report.ts";
import { lengthKey, MessageWriter } from "./message-writer.ts";
import { writeStatusMessage } from "./report-message.ts";
import { fieldsOf } from "./request-fields.ts";

const REPORT = lengthKey(1);
const ORDERS = lengthKey(1);

export type OrderCallsParts = {
  readonly venue: Venue;
  /** Of all single orders together. */
  readonly session: CommandSession;
  readonly status: OrderStatus;
  readonly counts: GatewayCounts;
  readonly contract: Contract;
  readonly throttles: AccountThrottles;
};

/** For messages that are taken at once; each is written in one go. */
const out = new MessageWriter();
const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);

export class OrderCalls {
  readonly #parts: OrderCallsParts;

  constructor(parts: OrderCallsParts) {
    this.#parts = parts;
  }

  enter(
    accountId: number,
    request: OrderRequest,
    reply: sendUnaryData<Buffer>,
    receipts: LatencyReceipts | undefined,
  ): void {
    const { venue, session, throttles } = this.#parts;
    const ingressNanos = venue.stages.arrival();
    const commands = new RequestedCommands(venue, { accountId, sessionId: session.sessionId });
    const [slowed = request] = slowDown([request], throttles.of(accountId));
    commands.find([slowed], () => {
      venue.stages.ingressNanos = ingressNanos;
      const refusal =
        slowed.kind === "refused"
          ? slowed.refusal
          : (commands.write(slowed, record) ?? this.#submit(reply, receipts));
      if (refusal !== undefined) replyRefusal(reply, refusal);
    });
  }

  getOrder(accountId: number, message: unknown, reply: sendUnaryData<Buffer>): void {
    const order = readOrderRef(fieldsOf(message));
    if ("code" in order) {
      replyRefusal(reply, order);
      return;
    }
    const { venue, status, contract } = this.#parts;
    status.find(accountId, order, (found) => {
      if ("refusal" in found) replyRefusal(reply, found.refusal);
      else if ("ended" in found) {
        reply(null, contract.write("Answer", { report: historyReport(found.ended, venue) }));
      } else {
        writeState(REPORT, found.words, found.at, venue);
        reply(null, out.takeBytes());
      }
    });
  }

  listOpenOrders(accountId: number, message: unknown, reply: sendUnaryData<Buffer>): void {
    const { venue, status } = this.#parts;
    const { symbol } = fieldsOf(message);
    const instrument = symbol === undefined ? undefined : readInstrument(symbol, venue);
    if (instrument !== undefined && "code" in instrument) {
      reply(callFailureOf(instrument));
      return;
    }
    status.findOpen(accountId, instrument?.instrumentId ?? 0, (found) => {
      if ("refusal" in found) {
        reply(callFailureOf(found.refusal));
        return;
      }
      for (const at of found.places) writeState(ORDERS, found.words, at, venue);
      reply(null, out.takeBytes());
    });
  }

  #submit(
    reply: sendUnaryData<Buffer>,
    receipts: LatencyReceipts | undefined,
  ): Refusal | undefined {
    const { venue, counts, session } = this.#parts;
    const onAnswer: BatchListener = (words, startWord, endWord) => {
      writeAnswer(out, words, startWord, endWord, { instruments: venue, counts, receipts });
      reply(null, out.takeBytes());
    };
    const reason = session.submit(record, onAnswer);
    return reason === REASON_NONE ? undefined : refuseForReason(reason);
  }
}

function writeState(key: number, words: Int32Array, at: number, venue: Venue): void {
  const from = out.open(key);
  writeStatusMessage(out, words, at, venue);
  out.close(from);
}

function replyRefusal(reply: sendUnaryData<Buffer>, refusal: Refusal): void {
  writeRefusalAnswer(out, refusal);
  reply(null, out.takeBytes());
}
