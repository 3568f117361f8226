// hot path
// The answers to one RequestBatch, written one behind the other in the order of its requests. One
// object and one listener serve the whole batch: its commands are answered in the order of
// submission. What the venue did not take is answered at its place too.

import { readU64 } from "../../base/record-buffer.ts";
import {
  COMMAND_AMEND,
  COMMAND_ARM_DEAD_MAN,
  COMMAND_CANCEL,
  COMMAND_CANCEL_ALL,
  COMMAND_NEW_LIST,
  COMMAND_REDUCE_TO,
  COMMAND_SET_DISCONNECT,
} from "../../codec/command.ts";
import {
  canceledCountOf,
  commandKindOfEvent,
  EVENT_REJECTED,
  EVENT_SEQUENCE_WORD,
  EVENT_WORDS,
  eventKindOf,
  reasonOf,
} from "../../codec/event.ts";
import { REASONS } from "../../model/reasons.ts";
import type { BatchListener } from "../../model/venue.ts";
import { type Refusal, refuseForReason } from "../error-codes.ts";
import type { GatewayCounts, RequestKind } from "../gateway-counts.ts";
import { wasRefused } from "../json/answer-writer.ts";
import type { InstrumentsById } from "../json/report-writer.ts";
import type { LatencyReceipts } from "../latency-receipts.ts";
import { lengthKey, MessageWriter, varintKey } from "./message-writer.ts";
import { writeReceipt } from "./receipt-message.ts";
import { writeListReportMessage, writeReportMessage } from "./report-message.ts";
import { contractText } from "./request-fields.ts";

const BATCH_ID = varintKey(1);
const ANSWERS = lengthKey(2);

const REPORT = lengthKey(1);
const REFUSAL = lengthKey(2);
const MASS_CANCELED = lengthKey(3);
const DONE = lengthKey(4);
const LIST = lengthKey(5);
const RECEIPT = lengthKey(6);

const REFUSAL_CODE = lengthKey(1);
const REFUSAL_REASON = varintKey(2);
const REFUSAL_MESSAGE = lengthKey(3);
const CANCELED_COUNT = varintKey(1);
const CANCELED_SEQUENCE = varintKey(2);
const DONE_SEQUENCE = varintKey(1);

const NUMBERS = new Map(REASONS.map(({ name, code }) => [name, code]));

/**
 * The writer of the last batch that was done. Batches are answered one after the other, as a rule,
 * so one writer serves them all; where two overlap, the second makes its own.
 */
let spare: MessageWriter | undefined;

export type AnswerBatchParts = {
  readonly instruments: InstrumentsById;
  readonly counts: GatewayCounts;
  /** Undefined: nobody asked for any. */
  readonly receipts?: LatencyReceipts | undefined;
};

export class AnswerBatch {
  /** Gets the answer of each command that the venue took, in order. */
  readonly onAnswer: BatchListener;
  readonly #batchId: number;
  readonly #count: number;
  readonly #parts: AnswerBatchParts;
  readonly #onAll: (message: Buffer) => void;
  /** By request, until its place is reached. */
  readonly #refusals = new Map<number, Refusal>();
  #out: MessageWriter | undefined;
  #writtenCount = 0;

  /** `onAll` gets the AnswerBatch when all `count` (1 or more) requests are answered. */
  constructor(
    batchId: number,
    count: number,
    parts: AnswerBatchParts,
    onAll: (message: Buffer) => void,
  ) {
    this.#batchId = batchId;
    this.#count = count;
    this.#parts = parts;
    this.#onAll = onAll;
    this.onAnswer = (words, startWord, endWord) => {
      const out = this.#writer();
      const from = out.open(ANSWERS);
      writeAnswer(out, words, startWord, endWord, this.#parts);
      out.close(from);
      this.#afterAnswer(out);
    };
  }

  /** Request `index` was not taken: no answer of the venue comes for it. */
  refuse(index: number, refusal: Refusal): void {
    this.#refusals.set(index, refusal);
    if (index === this.#writtenCount) this.#writeRefusal(refusal);
  }

  #writer(): MessageWriter {
    if (this.#out === undefined) {
      this.#out = spare ?? new MessageWriter();
      spare = undefined;
      this.#out.uint(BATCH_ID, this.#batchId);
    }
    return this.#out;
  }

  #writeRefusal(refusal: Refusal): void {
    const out = this.#writer();
    const from = out.open(ANSWERS);
    writeRefusalAnswer(out, refusal);
    out.close(from);
    this.#afterAnswer(out);
  }

  #afterAnswer(out: MessageWriter): void {
    this.#writtenCount++;
    if (this.#writtenCount === this.#count) {
      const message = out.takeBytes();
      spare = out;
      this.#onAll(message);
    } else if (this.#refusals.size > 0) {
      const refusal = this.#refusals.get(this.#writtenCount);
      if (refusal !== undefined) this.#writeRefusal(refusal);
    }
  }
}

/** The Answer to a command: its batch of events as a report, a count, a sequence or a refusal. */
export function writeAnswer(
  out: MessageWriter,
  words: Int32Array,
  startWord: number,
  endWord: number,
  { instruments, counts, receipts }: AnswerBatchParts,
): void {
  const markAt = endWord - EVENT_WORDS;
  const isRefused = wasRefused(words, startWord);
  const commandKind = commandKindOfEvent(words, markAt);
  const kind = requestKindOf(commandKind);
  const sequence = readU64(words, markAt + EVENT_SEQUENCE_WORD);
  if (kind !== undefined) counts.count(kind, isRefused ? "rejected" : "accepted");
  if (receipts !== undefined) writeReceipt(out, RECEIPT, receipts.of(sequence));
  if (isRefused && eventKindOf(words, startWord) !== EVENT_REJECTED) {
    writeRefusalAnswer(out, refuseForReason(reasonOf(words, startWord)));
    return;
  }
  if (commandKind === COMMAND_CANCEL_ALL) {
    const from = out.open(MASS_CANCELED);
    out.uint(CANCELED_COUNT, canceledCountOf(words, startWord, endWord));
    out.uint(CANCELED_SEQUENCE, sequence);
    out.close(from);
  } else if (commandKind === COMMAND_NEW_LIST) {
    const from = out.open(LIST);
    writeListReportMessage(out, words, startWord, endWord, instruments);
    out.close(from);
  } else if (kind === undefined) {
    const from = out.open(DONE);
    out.uint(DONE_SEQUENCE, sequence);
    out.close(from);
  } else {
    const from = out.open(REPORT);
    writeReportMessage(out, words, startWord, endWord, instruments);
    out.close(from);
  }
}

/** An Answer that says no. */
export function writeRefusalAnswer(out: MessageWriter, { code, message }: Refusal): void {
  const from = out.open(REFUSAL);
  out.shortText(REFUSAL_CODE, code);
  out.uint(REFUSAL_REASON, NUMBERS.get(code) ?? 0);
  out.utf8(REFUSAL_MESSAGE, contractText(message));
  out.close(from);
}

/** Undefined for what guards an account and is no order request. */
function requestKindOf(commandKind: number): RequestKind | undefined {
  switch (commandKind) {
    case COMMAND_CANCEL:
    case COMMAND_REDUCE_TO:
      return "cancel";
    case COMMAND_NEW_LIST:
      return "list";
    case COMMAND_AMEND:
      return "amend";
    case COMMAND_CANCEL_ALL:
      return "cancelAll";
    case COMMAND_SET_DISCONNECT:
    case COMMAND_ARM_DEAD_MAN:
      return undefined;
    default:
      return "new";
  }
}
