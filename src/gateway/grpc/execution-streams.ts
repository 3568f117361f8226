// The private stream: executions of an account's orders, whichever interface caused them, to every
// client that listens; before them, for who asks, those that it missed, from the history. The
// history runs behind, so a stream that resumes waits until it has caught up, and what happens
// meanwhile waits for its turn.

import { type ServerWritableStream, status } from "@grpc/grpc-js";
import { readU64 } from "../../base/record-buffer.ts";
import { decodeClOrdId } from "../../codec/cl-ord-id.ts";
import * as event from "../../codec/event.ts";
import type { HistoryExecution, HistoryQueries } from "../../model/history.ts";
import { sideOf } from "../../model/order-codes.ts";
import type { Venue } from "../../model/venue.ts";
import type { Clock } from "../../ops/clock.ts";
import type { JsonObject } from "../json/fields.ts";
import type { ApiKey, KeyRing } from "../keys.ts";
import type { LatencyReceipts } from "../latency-receipts.ts";
import {
  GRPC_RESUMED_EXECUTIONS_MAX,
  GRPC_RESUMES_OF_ACCOUNT_MAX,
  GRPC_UNREAD_BYTES_MAX,
  HISTORY_WAIT_MILLIS_MAX,
  ROWS_MAX,
} from "../limits.ts";
import {
  type CallFailure,
  callFailure,
  keyRevoked,
  slowConsumer,
  tooManyResumes,
} from "./call-status.ts";
import type { Contract } from "./contract.ts";
import { executionFields, isExecution } from "./history-report.ts";
import { OutgoingStream } from "./outgoing-stream.ts";
import { callReceipts } from "./receipt-message.ts";
import type { Streams } from "./streams.ts";

const HISTORY_ASK_AGAIN_MILLIS = 20;

export type ExecutionStreamsParts = {
  readonly venue: Venue;
  readonly keys: KeyRing;
  readonly history: Pick<HistoryQueries, "executions">;
  readonly contract: Contract;
  readonly clock: Clock;
  readonly streams: Streams;
  readonly receipts: LatencyReceipts;
};

type Listener = {
  readonly stream: OutgoingStream;
  readonly wantsReceipts: boolean;
  /** What waits until the past is told; undefined once it is. */
  waiting: Buffer[] | undefined;
};

export class ExecutionStreams {
  readonly #parts: ExecutionStreamsParts;
  readonly #listeners = new Map<number, Set<Listener>>();
  readonly #unsubscribe: () => void;

  constructor(parts: ExecutionStreamsParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.venue.subscribe((words, start, end) => {
      if (this.#listeners.size > 0) this.#onBatch(words, start, end);
    });
  }

  /** `afterSequence` undefined: only what comes from now on. */
  begin(
    call: ServerWritableStream<unknown, Buffer>,
    key: ApiKey,
    afterSequence: number | undefined,
  ): void {
    const { clock, streams, venue, keys } = this.#parts;
    const { accountId } = key;
    const { receipts, unwant } = callReceipts(call.metadata, this.#parts.receipts);
    const stream = new OutgoingStream(call, accountId, { clock, streams }, () => {
      unwant();
      unwatchKey();
      this.#delete(accountId, listener);
    });
    const unwatchKey = keys.watch(key, () => stream.fail(keyRevoked()));
    const listener: Listener = {
      ...{ stream, wantsReceipts: receipts !== undefined },
      waiting: afterSequence === undefined ? undefined : [],
    };
    const listeners = this.#listeners.get(accountId) ?? new Set();
    const resumeCount = [...listeners].filter(({ waiting }) => waiting !== undefined).length;
    this.#listeners.set(accountId, listeners.add(listener));
    if (afterSequence === undefined) return;
    if (resumeCount >= GRPC_RESUMES_OF_ACCOUNT_MAX) {
      stream.fail(tooManyResumes());
      return;
    }
    const untilSequence = venue.health().durableSequence;
    this.#tellPast(listener, accountId, afterSequence, untilSequence).then(
      (failure) => {
        if (failure !== undefined) stream.fail(failure);
      },
      () => stream.fail(callFailure(status.UNAVAILABLE, "HISTORY_UNAVAILABLE")),
    );
  }

  close(): void {
    this.#unsubscribe();
    this.#listeners.clear();
  }

  #delete(accountId: number, listener: Listener): void {
    const listeners = this.#listeners.get(accountId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(accountId);
  }

  #onBatch(words: Int32Array, startWord: number, endWord: number): void {
    for (let at = startWord; at < endWord - event.EVENT_WORDS; at += event.EVENT_WORDS) {
      const listeners = this.#listeners.get(words[at + event.EVENT_ACCOUNT_ID_WORD] >>> 0);
      if (listeners === undefined || !isExecution(event.eventKindOf(words, at))) continue;
      const index = (at - startWord) / event.EVENT_WORDS;
      this.#tell(listeners, executionAt(words, at, index));
    }
  }

  /** Each message is written once, however many hear it. */
  #tell(listeners: ReadonlySet<Listener>, execution: HistoryExecution): void {
    const plain = this.#messageOf([execution]);
    const isAsked = [...listeners].some(({ wantsReceipts }) => wantsReceipts);
    const stamped = isAsked ? this.#stampedMessageOf(execution) : plain;
    for (const { stream, waiting, wantsReceipts } of listeners) {
      const message = wantsReceipts ? stamped : plain;
      if (waiting === undefined) stream.send(message);
      else this.#keep(stream, waiting, message);
    }
  }

  #keep(stream: OutgoingStream, waiting: Buffer[], message: Buffer): void {
    waiting.push(message);
    stream.waitingBytes += message.length;
    if (stream.waitingBytes > GRPC_UNREAD_BYTES_MAX) stream.fail(slowConsumer(stream.unreadBytes));
  }

  #stampedMessageOf(execution: HistoryExecution): Buffer {
    const { contract, venue, receipts } = this.#parts;
    const fields = executionFields(execution, venue);
    const receipt = receipts.of(execution.sequence);
    const stamps = receipt === undefined ? {} : { receipt };
    return contract.write("ExecutionBatch", { executions: [{ ...fields, ...stamps }] });
  }

  /** Everything after `afterSequence` up to and with `untilSequence`, then what came meanwhile. */
  async #tellPast(
    listener: Listener,
    accountId: number,
    afterSequence: number,
    untilSequence: number,
  ): Promise<CallFailure | undefined> {
    const { stream, waiting = [] } = listener;
    const past = await this.#readPast(stream, accountId, afterSequence, untilSequence);
    if (!Array.isArray(past)) return past;
    listener.waiting = undefined;
    stream.waitingBytes = 0;
    for (const message of past) stream.send(message);
    for (const message of waiting) stream.send(message);
    return undefined;
  }

  /** Messages, oldest first; some of them once nobody waits for them. */
  async #readPast(
    stream: OutgoingStream,
    accountId: number,
    afterSequence: number,
    untilSequence: number,
  ): Promise<Buffer[] | CallFailure> {
    if (!(await this.#isComplete(stream, accountId, untilSequence))) {
      return callFailure(status.UNAVAILABLE, "HISTORY_BEHIND: the history has not got there yet");
    }
    const newestFirst: Buffer[] = [];
    let count = 0;
    let beforeSequence = untilSequence + 1;
    let beforeIndex = 0;
    while (stream.isOpen) {
      const place = { beforeSequence, beforeIndex, rowsMax: ROWS_MAX };
      const { rows } = await this.#ask(accountId, place);
      const wanted = rows.filter(({ sequence }) => sequence > afterSequence);
      const executions = wanted.filter(({ eventKind }) => isExecution(eventKind)).reverse();
      count += executions.length;
      if (executions.length > 0) this.#keep(stream, newestFirst, this.#messageOf(executions));
      const last = wanted.at(-1);
      if (wanted.length < ROWS_MAX || last === undefined) break;
      beforeSequence = last.sequence;
      beforeIndex = last.index;
      if (count <= GRPC_RESUMED_EXECUTIONS_MAX) continue;
      const expected = `at most ${GRPC_RESUMED_EXECUTIONS_MAX} executions since`;
      const details = `after_sequence: expected ${expected}, found more`;
      return callFailure(status.OUT_OF_RANGE, details);
    }
    return newestFirst.reverse();
  }

  /** Waits for the history to have all up to `sequence`. */
  async #isComplete(stream: OutgoingStream, accountId: number, sequence: number): Promise<boolean> {
    const { clock } = this.#parts;
    const untilMicros = clock.nowMicros() + HISTORY_WAIT_MILLIS_MAX * 1000;
    const newest = { beforeSequence: sequence + 1, beforeIndex: 0, rowsMax: 1 };
    for (;;) {
      const page = await this.#ask(accountId, newest);
      if (page.sequence >= sequence || !stream.isOpen) return true;
      if (clock.nowMicros() > untilMicros) return false;
      await new Promise<void>((resolve) => clock.after(HISTORY_ASK_AGAIN_MILLIS, resolve));
    }
  }

  #ask(
    accountId: number,
    place: { beforeSequence: number; beforeIndex: number; rowsMax: number },
  ): ReturnType<HistoryQueries["executions"]> {
    return this.#parts.history.executions({ accountId, instrumentId: 0, orderId: 0, ...place });
  }

  #messageOf(rows: readonly HistoryExecution[]): Buffer {
    const { contract, venue } = this.#parts;
    const executions: JsonObject[] = rows.map((row) => executionFields(row, venue));
    return contract.write("ExecutionBatch", { executions });
  }
}

/** The event at `at` as the history has it; of `index` it has 16 bits itself. */
function executionAt(words: Int32Array, at: number, index: number): HistoryExecution {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return {
    sequence: readU64(words, at + event.EVENT_SEQUENCE_WORD),
    index,
    timeMicros: readU64(words, at + event.EVENT_TIME_MICROS_WORD),
    eventKind: event.eventKindOf(words, at),
    instrumentId: words[at + event.EVENT_INSTRUMENT_ID_WORD] >>> 0,
    orderId: readU64(words, at + event.EVENT_ORDER_ID_WORD),
    clOrdId: decodeClOrdId(bytes, (at + event.EVENT_CL_ORD_ID_WORD) * 4),
    side: sideOf(words[at + event.EVENT_SIDE_WORD]),
    lastPxTicks: words[at + event.EVENT_LAST_PX_TICKS_WORD],
    lastQtyLots: readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD),
    cumQtyLots: readU64(words, at + event.EVENT_CUM_QTY_LOTS_WORD),
    leavesQtyLots: readU64(words, at + event.EVENT_LEAVES_QTY_LOTS_WORD),
    tradeId: readU64(words, at + event.EVENT_TRADE_ID_WORD),
    reason: event.reasonOf(words, at),
  };
}
