// Orders of one FIX session: from messages to commands at the venue. What becomes of an order is in
// the account's reports; what only the gateway can say is answered from here.

import { RecordBuffer, readU64 } from "../../base/record-buffer.ts";
import { encodeClOrdId } from "../../codec/cl-ord-id.ts";
import { COMMAND_BYTES_MAX } from "../../codec/command.ts";
import {
  canceledCountOf,
  EVENT_COMMAND_REJECTED,
  EVENT_ORDER_ID_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_WORDS,
  eventKindOf,
  reasonOf,
} from "../../codec/event.ts";
import { expectedText } from "../../codec/fix-dictionary.ts";
import type { FixMessage } from "../../codec/fix-message.ts";
import {
  badClOrdId,
  isBookSide,
  readFixAmend,
  readFixOrder,
  readFixRefused,
  sideOfFix,
} from "../../codec/fix-orders.ts";
import { isEndedByRequest, putFixMisfit, putFixUnknownSymbol } from "../../codec/fix-reports.ts";
import * as tag from "../../codec/fix-tags.ts";
import {
  writeAmend,
  writeCancel,
  writeCancelAll,
  writeNewOrder,
} from "../../codec/order-command.ts";
import type { Instrument } from "../../model/instrument.ts";
import { REASON_NONE } from "../../model/reasons.ts";
import type { BatchListener, Venue } from "../../model/venue.ts";
import { CommandSession } from "../command-session.ts";
import { TOO_FAST } from "../error-codes.ts";
import { FIX_COMMANDS_PENDING_MAX } from "../limits.ts";
import type { OrderStatus } from "../order-status.ts";
import type { Throttle } from "../throttle.ts";
import type { FixNumbers } from "./fix-numbers.ts";
import type { FixFill, FixOutbox } from "./fix-outbox.ts";
import { FixQuestions } from "./fix-questions.ts";
import type { FixReceiptWriter } from "./fix-receipts.ts";
import { FixRefusals, type FixRequest } from "./fix-refusals.ts";

const EVERY_INSTRUMENT = 0;
/** An instrument that does not exist: what names it finds nothing, and is answered so. */
const NO_INSTRUMENT = 0xffff_ffff;

/** MassCancelRequestType (530) and MassCancelResponse (531). */
const MASS_CANCEL_REFUSED = 0;
const CANCEL_OF_INSTRUMENT = 1;
const CANCEL_OF_ALL = 7;
/** MassCancelRejectReason (532). */
const MASS_CANCEL_UNSUPPORTED = 0;
const MASS_CANCEL_UNKNOWN_SECURITY = 1;

const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
const idRecord = RecordBuffer.ofBytes(64);

export type FixDeskParts = {
  readonly venue: Venue;
  readonly accountId: number;
  /** How orders ended. */
  readonly status: OrderStatus;
  readonly numbers: FixNumbers;
  readonly outbox: FixOutbox;
  /** Called when every command is answered. */
  readonly onSettled: () => void;
  /** Undefined: orders may come as fast as they do. */
  readonly throttle: Throttle | undefined;
  readonly putReceipt: FixReceiptWriter;
};

export class FixDesk {
  readonly #venue: Venue;
  readonly #accountId: number;
  readonly #numbers: FixNumbers;
  readonly #outbox: FixOutbox;
  readonly #refusals: FixRefusals;
  readonly #questions: FixQuestions;
  readonly #session: CommandSession;
  readonly #onSettled: () => void;
  readonly #throttle: Throttle | undefined;
  readonly #putReceipt: FixReceiptWriter;
  /** Messages whose commands are not durable, oldest first, and their numbers. */
  readonly #pending = new Map<FixRequest, number>();

  constructor(parts: FixDeskParts) {
    const { venue, accountId, numbers, outbox, onSettled, throttle } = parts;
    this.#putReceipt = parts.putReceipt;
    this.#throttle = throttle;
    this.#venue = venue;
    this.#accountId = accountId;
    this.#numbers = numbers;
    this.#outbox = outbox;
    this.#refusals = new FixRefusals(outbox);
    this.#questions = new FixQuestions({ ...parts, refusals: this.#refusals });
    this.#onSettled = onSettled;
    this.#session = new CommandSession(venue, FIX_COMMANDS_PENDING_MAX);
  }

  /** Infinity for none. */
  get oldestPending(): number {
    for (const msgSeqNum of this.#pending.values()) return msgSeqNum;
    return Number.POSITIVE_INFINITY;
  }

  /** Of the new numbers none is known to be durable before what is under way. */
  onRestart(): void {
    for (const request of this.#pending.keys()) this.#pending.set(request, 1);
  }

  close(): void {
    this.#session.close();
    this.#pending.clear();
  }

  /** False: it is no message about orders. */
  onMessage(message: FixMessage, msgSeqNum: number): boolean {
    const clOrdId = message.text(tag.TAG_CL_ORD_ID);
    const request = { msgType: message.msgType, msgSeqNum, clOrdId };
    const { stages } = this.#venue;
    stages.ingressNanos = stages.arrival();
    switch (message.msgType) {
      case tag.MSG_NEW_ORDER_SINGLE:
        if (this.#isTimely(request)) this.#onNewOrder(message, request);
        return true;
      case tag.MSG_ORDER_CANCEL_REQUEST:
        this.#onCancel(message, request);
        return true;
      case tag.MSG_ORDER_CANCEL_REPLACE_REQUEST:
        if (this.#isTimely(request)) this.#onReplace(message, request);
        return true;
      case tag.MSG_ORDER_STATUS_REQUEST:
        this.#questions.onRequest(message, request);
        return true;
      case tag.MSG_ORDER_MASS_CANCEL_REQUEST:
        this.#onMassCancel(message, request);
        return true;
      default:
        return false;
    }
  }

  get #asker(): { readonly accountId: number; readonly sessionId: number } {
    return { accountId: this.#accountId, sessionId: this.#session.sessionId };
  }

  #onNewOrder(message: FixMessage, request: FixRequest): void {
    const instrument = this.#instrumentOf(message);
    if (instrument === undefined) {
      this.#refuseSymbol(message);
      return;
    }
    const order = readFixOrder(message, instrument);
    if ("kind" in order) {
      this.#refusals.ofFault(request, order);
      return;
    }
    if (!writeNewOrder(record, 0, this.#asker, instrument.instrumentId, order)) {
      this.#refusals.ofFault(request, badClOrdId(tag.TAG_CL_ORD_ID, request.clOrdId));
    } else if (isRepeated(message) && this.#sideOf(request.clOrdId) !== 0) {
      this.#questions.tellWorking(request);
    } else {
      this.#submit(request);
    }
  }

  /** An order of an instrument that nobody knows is none: it is said again, and not entered. */
  #refuseSymbol(message: FixMessage): void {
    const order = readFixRefused(message);
    // No other report has it: numbers of the log and of the session only grow, or begin anew.
    const execId = `N${this.#venue.health().sequence}-${message.integer(tag.TAG_MSG_SEQ_NUM)}`;
    this.#outbox.answer(tag.MSG_EXECUTION_REPORT, (writer) =>
      putFixUnknownSymbol(writer, order, execId),
    );
  }

  /** Of the account's working order of this name; 0 where there is none. */
  #sideOf(clOrdId: string): number {
    if (!isClOrdId(clOrdId)) return 0;
    return this.#venue.sideOf(this.#accountId, idRecord.words.subarray(0, 4));
  }

  /** Whether the order of the request is on the other side than it says; then that is answered. */
  #isMisfit(message: FixMessage, request: FixRequest): boolean {
    const origClOrdId = message.text(tag.TAG_ORIG_CL_ORD_ID);
    const side = this.#sideOf(origClOrdId);
    if (side === 0 || side === sideOfFix(message)) return false;
    const expected = `the order's Side, which is ${side},`;
    const text = expectedText(tag.TAG_SIDE, expected, message.text(tag.TAG_SIDE));
    this.#questions.ask(request, origClOrdId, (report) => {
      if (typeof report === "number") return;
      this.#outbox.answer(tag.MSG_ORDER_CANCEL_REJECT, (writer) =>
        putFixMisfit(writer, report, request, text),
      );
    });
    return true;
  }

  #onCancel(message: FixMessage, request: FixRequest): void {
    const origClOrdId = message.text(tag.TAG_ORIG_CL_ORD_ID);
    const name = { orderId: 0, clOrdId: origClOrdId };
    const instrumentId = this.#instrumentOf(message)?.instrumentId ?? NO_INSTRUMENT;
    if (!isClOrdId(request.clOrdId)) {
      this.#refusals.ofFault(request, badClOrdId(tag.TAG_CL_ORD_ID, request.clOrdId));
    } else if (!writeCancel(record, 0, this.#asker, instrumentId, name)) {
      this.#refusals.ofFault(request, badClOrdId(tag.TAG_ORIG_CL_ORD_ID, origClOrdId));
    } else if (!this.#isMisfit(message, request)) {
      this.#submit(request, (words, startWord, endWord) => {
        const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
        const orderId = endedBy(words, startWord, endWord);
        this.#numbers.noteCancel(sequence, request.clOrdId, orderId);
      });
    }
  }

  #onReplace(message: FixMessage, request: FixRequest): void {
    const instrument = this.#instrumentOf(message);
    const amend = readFixAmend(message, instrument);
    if ("kind" in amend) {
      this.#refusals.ofFault(request, amend);
      return;
    }
    const origClOrdId = message.text(tag.TAG_ORIG_CL_ORD_ID);
    const name = { orderId: 0, clOrdId: origClOrdId };
    const instrumentId = instrument?.instrumentId ?? NO_INSTRUMENT;
    if (!writeAmend(record, 0, this.#asker, instrumentId, name, amend)) {
      const isOwnWrong = isClOrdId(origClOrdId);
      const wrong = isOwnWrong ? tag.TAG_CL_ORD_ID : tag.TAG_ORIG_CL_ORD_ID;
      this.#refusals.ofFault(request, badClOrdId(wrong, message.text(wrong)));
    } else if (!this.#isMisfit(message, request)) {
      this.#submit(request, (words, startWord, endWord) => {
        const orderId = endedBy(words, startWord, endWord);
        const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
        if (orderId !== 0) this.#numbers.noteCancel(sequence, request.clOrdId, orderId);
      });
    }
  }

  #onMassCancel(message: FixMessage, request: FixRequest): void {
    const type = message.integer(tag.TAG_MASS_CANCEL_REQUEST_TYPE);
    const hasSide = message.has(tag.TAG_SIDE);
    const side = hasSide ? sideOfFix(message) : undefined;
    const isKnown = type === CANCEL_OF_ALL || type === CANCEL_OF_INSTRUMENT;
    if (!isKnown || (side !== undefined && !isBookSide(side))) {
      this.#refuseMassCancel(request, type, MASS_CANCEL_UNSUPPORTED);
      return;
    }
    if (type === CANCEL_OF_INSTRUMENT && !message.has(tag.TAG_SYMBOL)) {
      this.#refusals.ofFault(request, { kind: "missing", tag: tag.TAG_SYMBOL });
      return;
    }
    const instrument = type === CANCEL_OF_ALL ? undefined : this.#instrumentOf(message);
    if (type === CANCEL_OF_INSTRUMENT && instrument === undefined) {
      this.#refuseMassCancel(request, type, MASS_CANCEL_UNKNOWN_SECURITY);
      return;
    }
    const instrumentId = instrument?.instrumentId ?? EVERY_INSTRUMENT;
    writeCancelAll(record, 0, this.#asker, { instrumentId, side });
    this.#submit(request, (words, startWord, endWord) => {
      const canceled = canceledCountOf(words, startWord, endWord);
      const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
      this.#answerMassCancel(request, type, canceled, sequence);
    });
  }

  #answerMassCancel(request: FixRequest, type: number, canceled: number, sequence: number): void {
    this.#tellMassCancel(request, type, (writer) => {
      writer.integer(tag.TAG_MASS_CANCEL_RESPONSE, type);
      writer.integer(tag.TAG_TOTAL_AFFECTED_ORDERS, canceled);
      this.#putReceipt(writer, sequence);
    });
  }

  #refuseMassCancel(request: FixRequest, type: number, reason: number): void {
    this.#tellMassCancel(request, type, (writer) => {
      writer.integer(tag.TAG_MASS_CANCEL_RESPONSE, MASS_CANCEL_REFUSED);
      writer.integer(tag.TAG_MASS_CANCEL_REJECT_REASON, reason);
    });
  }

  #tellMassCancel({ clOrdId }: FixRequest, type: number, fill: FixFill): void {
    this.#outbox.answer(tag.MSG_ORDER_MASS_CANCEL_REPORT, (writer) => {
      writer.text(tag.TAG_CL_ORD_ID, clOrdId);
      writer.text(tag.TAG_ORDER_ID, clOrdId);
      writer.integer(tag.TAG_MASS_CANCEL_REQUEST_TYPE, type);
      fill(writer);
    });
  }

  /** Enters the command; `onDone` gets its batch before the reports of it are told. */
  #submit(request: FixRequest, onDone: BatchListener = () => {}): void {
    this.#pending.set(request, request.msgSeqNum);
    const reason = this.#session.submit(record, (words, startWord, endWord) => {
      this.#pending.delete(request);
      if (eventKindOf(words, startWord) === EVENT_COMMAND_REJECTED) {
        this.#refusals.ofReason(request, reasonOf(words, startWord));
      } else onDone(words, startWord, endWord);
      if (this.#pending.size === 0) this.#onSettled();
    });
    if (reason === REASON_NONE) return;
    this.#pending.delete(request);
    this.#refusals.ofReason(request, reason);
  }

  /** What is too fast is refused; whoever takes risk away is never too fast. */
  #isTimely(request: FixRequest): boolean {
    if (this.#throttle?.tryTake(1) !== false) return true;
    this.#refusals.withText(request, TOO_FAST.name);
    return false;
  }

  #instrumentOf(message: FixMessage): Instrument | undefined {
    return this.#venue.instrumentBySymbol(message.text(tag.TAG_SYMBOL));
  }
}

/** Whether the client says that it may have sent it before. */
function isRepeated(message: FixMessage): boolean {
  return message.isYes(tag.TAG_POSS_DUP_FLAG) || message.isYes(tag.TAG_POSS_RESEND);
}

function isClOrdId(text: string): boolean {
  return text !== "" && encodeClOrdId(text, idRecord.bytes, 0);
}

/** The order that the request itself has ended; 0 for none. */
function endedBy(words: Int32Array, startWord: number, endWord: number): number {
  for (let at = startWord; at < endWord; at += EVENT_WORDS) {
    if (isEndedByRequest(words, at)) return readU64(words, at + EVENT_ORDER_ID_WORD);
  }
  return 0;
}
