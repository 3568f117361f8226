// Orders of one FIX session: from messages to commands at the venue. What becomes of an order is in
// the account's reports; what only the gateway can say is answered from here.

import { RecordBuffer, readU64 } from "../../base/record-buffer.ts";
import { decodeClOrdId, encodeClOrdId } from "../../codec/cl-ord-id.ts";
import { COMMAND_BYTES_MAX } from "../../codec/command.ts";
import {
  EVENT_CANCELED,
  EVENT_COMMAND_REJECTED,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_TERMS,
  EVENT_WORDS,
  eventKindOf,
  reasonOf,
} from "../../codec/event.ts";
import { REJECT_VALUE_INCORRECT } from "../../codec/fix-dictionary.ts";
import type { FixMessage } from "../../codec/fix-message.ts";
import {
  type FixOrderFault,
  isBookSide,
  readFixAmend,
  readFixOrder,
  sideOfFix,
} from "../../codec/fix-orders.ts";
import {
  putFixEndedOrder,
  putFixOrderStatus,
  putFixUnknownOrder,
  reasonText,
} from "../../codec/fix-reports.ts";
import * as tag from "../../codec/fix-tags.ts";
import {
  writeAmend,
  writeCancel,
  writeCancelAll,
  writeNewOrder,
} from "../../codec/order-command.ts";
import type { HistoryOrder } from "../../model/history.ts";
import type { Instrument } from "../../model/instrument.ts";
import { REASON_BUSY, REASON_NONE, REASON_UNKNOWN_ORDER, reasonName } from "../../model/reasons.ts";
import type { BatchListener, Venue } from "../../model/venue.ts";
import { CommandSession } from "../command-session.ts";
import { TOO_FAST } from "../error-codes.ts";
import { FIX_COMMANDS_PENDING_MAX, FIX_QUESTIONS_WAITING_MAX } from "../limits.ts";
import type { OrderStatus } from "../order-status.ts";
import type { Throttle } from "../throttle.ts";
import type { FixNumbers } from "./fix-numbers.ts";
import type { FixFill, FixOutbox } from "./fix-outbox.ts";
import type { FixReceiptWriter } from "./fix-receipts.ts";

const EVERY_INSTRUMENT = 0;
/** An instrument that does not exist: what names it finds nothing, and is answered so. */
const NO_INSTRUMENT = 0xffff_ffff;

/** BusinessRejectReason (380). */
const APPLICATION_NOT_AVAILABLE = 4;
const FIELD_MISSING = 5;
/** MassCancelRequestType (530) and MassCancelResponse (531). */
const MASS_CANCEL_REFUSED = 0;
const CANCEL_OF_INSTRUMENT = 1;
const CANCEL_OF_ALL = 7;

const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
const idRecord = RecordBuffer.ofBytes(64);

/** Message type and number of a request, for what is answered when the message is gone. */
type Request = { readonly msgType: string; readonly msgSeqNum: number; readonly clOrdId: string };

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
  readonly #status: OrderStatus;
  readonly #numbers: FixNumbers;
  readonly #outbox: FixOutbox;
  readonly #session: CommandSession;
  readonly #onSettled: () => void;
  readonly #throttle: Throttle | undefined;
  readonly #putReceipt: FixReceiptWriter;
  /** Messages whose commands are not durable, oldest first, and their numbers. */
  readonly #pending = new Map<Request, number>();
  /** Questions that the history has not answered. */
  #waitingCount = 0;

  constructor(parts: FixDeskParts) {
    const { venue, accountId, numbers, outbox, onSettled, throttle } = parts;
    this.#putReceipt = parts.putReceipt;
    this.#throttle = throttle;
    this.#venue = venue;
    this.#accountId = accountId;
    this.#status = parts.status;
    this.#numbers = numbers;
    this.#outbox = outbox;
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
        this.#onStatusRequest(message, request);
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

  #onNewOrder(message: FixMessage, request: Request): void {
    const instrument = this.#instrumentOf(message);
    const order = readFixOrder(message, instrument);
    if ("kind" in order) {
      this.#refuse(request, order);
      return;
    }
    const instrumentId = instrument?.instrumentId ?? EVERY_INSTRUMENT;
    if (!writeNewOrder(record, 0, this.#asker, instrumentId, order)) {
      this.#refuse(request, badValue(tag.TAG_CL_ORD_ID));
    } else if (isRepeated(message) && this.#isWorking(request)) {
      this.#askStatus(request, (words) => this.#tellStatus(words));
    } else {
      this.#submit(request);
    }
  }

  /** Whether the account has a working order of this name. */
  #isWorking({ clOrdId }: Request): boolean {
    encodeClOrdId(clOrdId, idRecord.bytes, 0);
    return this.#venue.instrumentIdOf(this.#accountId, idRecord.words.subarray(0, 4)) !== 0;
  }

  #onCancel(message: FixMessage, request: Request): void {
    const origClOrdId = message.text(tag.TAG_ORIG_CL_ORD_ID);
    const name = { orderId: 0, clOrdId: origClOrdId };
    const instrumentId = this.#instrumentOf(message)?.instrumentId ?? NO_INSTRUMENT;
    if (!isClOrdId(request.clOrdId)) this.#refuse(request, badValue(tag.TAG_CL_ORD_ID));
    else if (writeCancel(record, 0, this.#asker, instrumentId, name)) {
      this.#submit(request, (words, startWord) => {
        const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
        this.#numbers.noteCancel(sequence, request.clOrdId);
      });
    } else this.#refuse(request, badValue(tag.TAG_ORIG_CL_ORD_ID));
  }

  #onReplace(message: FixMessage, request: Request): void {
    const instrument = this.#instrumentOf(message);
    const amend = readFixAmend(message, instrument);
    if ("kind" in amend) {
      this.#refuse(request, amend);
      return;
    }
    const origClOrdId = message.text(tag.TAG_ORIG_CL_ORD_ID);
    const name = { orderId: 0, clOrdId: origClOrdId };
    const instrumentId = instrument?.instrumentId ?? NO_INSTRUMENT;
    if (writeAmend(record, 0, this.#asker, instrumentId, name, amend)) {
      this.#submit(request);
      return;
    }
    const wrong = isClOrdId(origClOrdId) ? tag.TAG_CL_ORD_ID : tag.TAG_ORIG_CL_ORD_ID;
    this.#refuse(request, badValue(wrong));
  }

  #onMassCancel(message: FixMessage, request: Request): void {
    const type = message.integer(tag.TAG_MASS_CANCEL_REQUEST_TYPE);
    const hasSide = message.has(tag.TAG_SIDE);
    const side = hasSide ? sideOfFix(message) : undefined;
    const isKnown = type === CANCEL_OF_ALL || type === CANCEL_OF_INSTRUMENT;
    if (!isKnown || (side !== undefined && !isBookSide(side))) {
      this.#refuseMassCancel(request, type);
      return;
    }
    if (type === CANCEL_OF_INSTRUMENT && !message.has(tag.TAG_SYMBOL)) {
      this.#refuse(request, { kind: "missing", tag: tag.TAG_SYMBOL });
      return;
    }
    const instrumentId =
      type === CANCEL_OF_ALL
        ? EVERY_INSTRUMENT
        : (this.#instrumentOf(message)?.instrumentId ?? NO_INSTRUMENT);
    writeCancelAll(record, 0, this.#asker, { instrumentId, side });
    this.#submit(request, (words, startWord, endWord) => {
      let canceled = 0;
      for (let at = startWord; at < endWord; at += EVENT_WORDS) {
        if (eventKindOf(words, at) === EVENT_CANCELED) canceled++;
      }
      const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
      this.#answerMassCancel(request, type, canceled, sequence);
    });
  }

  #answerMassCancel(request: Request, type: number, canceled: number, sequence: number): void {
    this.#tellMassCancel(request, type, (writer) => {
      writer.integer(tag.TAG_MASS_CANCEL_RESPONSE, type);
      writer.integer(tag.TAG_TOTAL_AFFECTED_ORDERS, canceled);
      this.#putReceipt(writer, sequence);
    });
  }

  #refuseMassCancel(request: Request, type: number): void {
    this.#tellMassCancel(request, type, (writer) => {
      writer.integer(tag.TAG_MASS_CANCEL_RESPONSE, MASS_CANCEL_REFUSED);
      writer.integer(tag.TAG_MASS_CANCEL_REJECT_REASON, 0);
    });
  }

  #tellMassCancel({ clOrdId }: Request, type: number, fill: FixFill): void {
    this.#outbox.answer(tag.MSG_ORDER_MASS_CANCEL_REPORT, (writer) => {
      writer.text(tag.TAG_CL_ORD_ID, clOrdId);
      writer.text(tag.TAG_ORDER_ID, clOrdId);
      writer.integer(tag.TAG_MASS_CANCEL_REQUEST_TYPE, type);
      fill(writer);
    });
  }

  #onStatusRequest(message: FixMessage, request: Request): void {
    const symbol = message.text(tag.TAG_SYMBOL);
    const side = sideOfFix(message);
    const tellUnknown = (): void =>
      this.#outbox.answer(tag.MSG_EXECUTION_REPORT, (writer) =>
        putFixUnknownOrder(writer, request.clOrdId, symbol, side),
      );
    this.#askStatus(request, (words) => {
      if (words.length > EVENT_WORDS) this.#tellStatus(words);
      else this.#askEnded(request, readU64(words, EVENT_SEQUENCE_WORD), tellUnknown);
    });
  }

  /** Of an order that did not work at `sequence`; the session goes on meanwhile. */
  #askEnded(request: Request, sequence: number, tellUnknown: () => void): void {
    if (this.#waitingCount === FIX_QUESTIONS_WAITING_MAX) {
      this.#refuseForReason(request, REASON_BUSY);
      return;
    }
    this.#waitingCount++;
    encodeClOrdId(request.clOrdId, idRecord.bytes, 0);
    const order = { orderId: 0, clOrdId: decodeClOrdId(idRecord.bytes, 0) };
    this.#status.findEnded(this.#accountId, order, sequence, (found) => {
      this.#waitingCount--;
      if (!("code" in found)) this.#tellEnded(found);
      else if (found.code === reasonName(REASON_UNKNOWN_ORDER)) tellUnknown();
      else this.#refuseAs(request, found.code);
    });
  }

  #tellEnded(order: HistoryOrder): void {
    const instrument = this.#venue.instrumentById(order.instrumentId);
    this.#outbox.answer(tag.MSG_EXECUTION_REPORT, (writer) =>
      putFixEndedOrder(writer, order, instrument),
    );
  }

  /** `onAnswer` gets a copy of the batch. */
  #askStatus(request: Request, onAnswer: (words: Int32Array) => void): void {
    if (!isClOrdId(request.clOrdId)) {
      this.#refuse(request, badValue(tag.TAG_CL_ORD_ID));
      return;
    }
    const idWords = idRecord.words.slice(0, 4);
    const reason = this.#venue.queryOrderByClOrdId(
      this.#accountId,
      idWords,
      (words, start, end) => {
        if (eventKindOf(words, start) !== EVENT_COMMAND_REJECTED) onAnswer(words.slice(start, end));
        else this.#refuseForReason(request, reasonOf(words, start));
      },
    );
    if (reason !== REASON_NONE) this.#refuseForReason(request, reason);
  }

  /** The order is the first event of `words`. */
  #tellStatus(words: Int32Array): void {
    const hasTerms = eventKindOf(words, EVENT_WORDS) === EVENT_TERMS;
    const instrumentId = words[EVENT_INSTRUMENT_ID_WORD] >>> 0;
    const report = {
      ...{ words, at: 0, index: 0, termsAt: hasTerms ? EVENT_WORDS : -1 },
      instrument: this.#venue.instrumentById(instrumentId),
    };
    this.#outbox.answer(tag.MSG_EXECUTION_REPORT, (writer) => putFixOrderStatus(writer, report));
  }

  /** Enters the command; `onDone` gets its batch before the reports of it are told. */
  #submit(request: Request, onDone: BatchListener = () => {}): void {
    this.#pending.set(request, request.msgSeqNum);
    const reason = this.#session.submit(record, (words, startWord, endWord) => {
      this.#pending.delete(request);
      if (eventKindOf(words, startWord) === EVENT_COMMAND_REJECTED) {
        this.#refuseForReason(request, reasonOf(words, startWord));
      } else onDone(words, startWord, endWord);
      if (this.#pending.size === 0) this.#onSettled();
    });
    if (reason === REASON_NONE) return;
    this.#pending.delete(request);
    this.#refuseForReason(request, reason);
  }

  /** Nothing was entered. */
  #refuse({ msgType, msgSeqNum, clOrdId }: Request, fault: FixOrderFault): void {
    if (fault.kind === "value") {
      this.#outbox.say(tag.MSG_REJECT, (writer) => {
        writer.integer(tag.TAG_REF_SEQ_NUM, msgSeqNum);
        writer.integer(tag.TAG_REF_TAG_ID, fault.tag);
        writer.text(tag.TAG_REF_MSG_TYPE, msgType);
        writer.integer(tag.TAG_SESSION_REJECT_REASON, fault.reason);
      });
      return;
    }
    this.#outbox.say(tag.MSG_BUSINESS_MESSAGE_REJECT, (writer) => {
      writer.integer(tag.TAG_REF_SEQ_NUM, msgSeqNum);
      writer.text(tag.TAG_REF_MSG_TYPE, msgType);
      writer.text(tag.TAG_BUSINESS_REJECT_REF_ID, clOrdId);
      writer.integer(tag.TAG_BUSINESS_REJECT_REASON, FIELD_MISSING);
      writer.text(tag.TAG_TEXT, `expected tag ${fault.tag}`);
    });
  }

  /** What is too fast is refused; whoever takes risk away is never too fast. */
  #isTimely(request: Request): boolean {
    if (this.#throttle?.tryTake(1) !== false) return true;
    this.#refuseAs(request, TOO_FAST.name);
    return false;
  }

  /** BUSY, STOPPED, or an outcome that only the next start knows. */
  #refuseForReason(request: Request, reason: number): void {
    this.#refuseAs(request, reasonText(reason));
  }

  #refuseAs({ msgType, msgSeqNum, clOrdId }: Request, text: string): void {
    this.#outbox.answer(tag.MSG_BUSINESS_MESSAGE_REJECT, (writer) => {
      writer.integer(tag.TAG_REF_SEQ_NUM, msgSeqNum);
      writer.text(tag.TAG_REF_MSG_TYPE, msgType);
      writer.text(tag.TAG_BUSINESS_REJECT_REF_ID, clOrdId);
      writer.integer(tag.TAG_BUSINESS_REJECT_REASON, APPLICATION_NOT_AVAILABLE);
      writer.text(tag.TAG_TEXT, text);
    });
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

function badValue(field: number): FixOrderFault {
  return { kind: "value", tag: field, reason: REJECT_VALUE_INCORRECT };
}
