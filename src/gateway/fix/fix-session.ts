// One logged-on FIX 4.4 session: its rules, from the number of a message to its answer. What a
// message asks of the exchange is the application's.

import * as dictionary from "../../codec/fix-dictionary.ts";
import type { FixMessage } from "../../codec/fix-message.ts";
import * as tag from "../../codec/fix-tags.ts";
import { fixTimeMicros } from "../../codec/fix-time.ts";
import type { FixWriter } from "../../codec/fix-writer.ts";
import type { Clock } from "../../ops/clock.ts";
import { FIX_SENDING_TIME_MICROS_MAX } from "../limits.ts";
import type { FixCounts } from "./fix-counts.ts";
import type { FixLogon } from "./fix-logon.ts";
import type { FixNumbers } from "./fix-numbers.ts";
import type { FixOutbox } from "./fix-outbox.ts";

/** BusinessRejectReason (380). */
const BUSINESS_UNSUPPORTED_TYPE = 3;
/** Silence of so many HeartBtInts is asked about, and then taken for the end. */
const SILENCE_ASKED = 1.2;
const SILENCE_MAX = 2.4;

/** What the messages of a session's client do. */
export interface FixApplication {
  /** False: nothing is done for this type of message. */
  onMessage(message: FixMessage, msgSeqNum: number): boolean;
  /** Of the oldest message whose command is not durable; Infinity for none. */
  readonly oldestPending: number;
  /** Numbers begin anew: what is under way had one of before. */
  onRestart(): void;
  /** The exchange is about to stop; nothing more is asked. */
  onStop(): void;
  close(): void;
}

export type FixSessionParts = {
  readonly numbers: FixNumbers;
  readonly outbox: FixOutbox;
  readonly application: FixApplication;
  readonly senderCompId: string;
  readonly targetCompId: string;
  readonly logon: Pick<FixLogon, "heartBtIntSeconds" | "wantsReceipts">;
  readonly counts: FixCounts;
  readonly clock: Clock;
  /** Ends the connection behind what was said. */
  readonly end: () => void;
  readonly destroy: () => void;
};

export class FixSession {
  readonly #parts: FixSessionParts;
  /** Seconds since something was said, either way. */
  #silentOut = 0;
  #silentIn = 0;
  #isAsked = false;
  /** The client's messages up to this number have been asked for again. */
  #askedUpTo = 0;
  #isOver = false;

  constructor(parts: FixSessionParts) {
    this.#parts = parts;
  }

  /** After the logon, which had this number. */
  begin(msgSeqNum: number): void {
    const { numbers, outbox } = this.#parts;
    if (msgSeqNum > numbers.nextIn) this.#askAgain(msgSeqNum);
    else numbers.nextIn = msgSeqNum + 1;
    outbox.pump();
  }

  /** Something was said. */
  onSaid(): void {
    this.#silentOut = 0;
  }

  /** Once a second. */
  beat(): void {
    const { outbox, destroy } = this.#parts;
    const { heartBtIntSeconds } = this.#parts.logon;
    this.#silentIn++;
    if (this.#silentIn > heartBtIntSeconds * SILENCE_MAX) {
      this.#isOver = true;
      destroy();
    } else if (this.#silentIn > heartBtIntSeconds * SILENCE_ASKED && !this.#isAsked) {
      this.#isAsked = true;
      outbox.say(tag.MSG_TEST_REQUEST, (w) => w.text(tag.TAG_TEST_REQ_ID, "ARE YOU THERE"));
    } else if (++this.#silentOut >= heartBtIntSeconds) {
      outbox.say(tag.MSG_HEARTBEAT);
    }
  }

  /** Says goodbye, and why; the connection ends. */
  logout(text: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.outbox.say(tag.MSG_LOGOUT, (writer) => writer.text(tag.TAG_TEXT, text));
    this.#parts.end();
  }

  onMessage(message: FixMessage): void {
    if (this.#isOver) return;
    this.#silentIn = 0;
    this.#isAsked = false;
    if (!this.#isOurs(message)) return;
    const msgSeqNum = message.integer(tag.TAG_MSG_SEQ_NUM);
    if (!(msgSeqNum > 0)) {
      this.logout("expected a MsgSeqNum (34)");
      return;
    }
    if (!this.#isTimely(message, msgSeqNum)) return;
    if (message.msgType === tag.MSG_SEQUENCE_RESET && !message.isYes(tag.TAG_GAP_FILL_FLAG)) {
      this.#onReset(message, msgSeqNum);
      return;
    }
    if (beginsAnew(message, msgSeqNum)) {
      this.#onBeginAnew(message);
      return;
    }
    const { nextIn } = this.#parts.numbers;
    if (msgSeqNum < nextIn) this.#onLow(message, msgSeqNum);
    else if (msgSeqNum > nextIn) this.#onHigh(message, msgSeqNum);
    else this.#onNext(message, msgSeqNum);
  }

  /** Version and comp ids: a message for somebody else ends the session. */
  #isOurs(message: FixMessage): boolean {
    const { senderCompId, targetCompId } = this.#parts;
    if (message.textAt(0) !== tag.FIX_BEGIN_STRING) {
      this.logout(`expected BeginString (8) ${tag.FIX_BEGIN_STRING}`);
      return false;
    }
    const isSender = message.text(tag.TAG_SENDER_COMP_ID) === targetCompId;
    if (isSender && message.text(tag.TAG_TARGET_COMP_ID) === senderCompId) return true;
    const wrong = isSender ? tag.TAG_TARGET_COMP_ID : tag.TAG_SENDER_COMP_ID;
    const text = "expected the comp ids of the logon";
    this.#reject(message, { reason: dictionary.REJECT_COMP_ID, tag: wrong, text });
    this.logout(text);
    return false;
  }

  #isTimely(message: FixMessage, msgSeqNum: number): boolean {
    if (!message.has(tag.TAG_SENDING_TIME)) {
      const { numbers } = this.#parts;
      this.#reject(message, dictionary.missingTag(tag.TAG_SENDING_TIME));
      if (msgSeqNum === numbers.nextIn) numbers.nextIn++;
      return false;
    }
    const sendingTime = fixTimeMicros(message.text(tag.TAG_SENDING_TIME));
    const off = Math.abs(sendingTime - this.#parts.clock.nowMicros());
    if (off <= FIX_SENDING_TIME_MICROS_MAX) return true;
    const text = "expected a SendingTime (52) within two minutes of ours";
    const reason = dictionary.REJECT_SENDING_TIME;
    this.#reject(message, { reason, tag: tag.TAG_SENDING_TIME, text });
    this.logout(text);
    return false;
  }

  /** What came before, and says that it may have. Anything else means that numbers are lost. */
  #onLow(message: FixMessage, msgSeqNum: number): void {
    if (!message.isYes(tag.TAG_POSS_DUP_FLAG)) {
      const { nextIn } = this.#parts.numbers;
      this.logout(`MsgSeqNum too low, expecting ${nextIn} but received ${msgSeqNum}`);
      return;
    }
    this.#isSoundDuplicate(message);
  }

  /** A duplicate says when it was sent first, and that was before it was sent again. */
  #isSoundDuplicate(message: FixMessage): boolean {
    if (!message.isYes(tag.TAG_POSS_DUP_FLAG)) return true;
    const first = message.text(tag.TAG_ORIG_SENDING_TIME);
    const at = tag.TAG_ORIG_SENDING_TIME;
    if (first === "") {
      this.#reject(message, dictionary.missingTag(at));
      return false;
    }
    if (fixTimeMicros(first) <= fixTimeMicros(message.text(tag.TAG_SENDING_TIME))) return true;
    const text = "expected an OrigSendingTime (122) no later than SendingTime (52)";
    this.#reject(message, { reason: dictionary.REJECT_SENDING_TIME, tag: at, text });
    this.logout(text);
    return false;
  }

  /** Something is missing: all from there on is asked for again, once, and this comes with it. */
  #onHigh(message: FixMessage, msgSeqNum: number): void {
    if (message.msgType === tag.MSG_LOGOUT) {
      this.logout("goodbye");
      return;
    }
    // Both sides may miss something: whoever only asks, and waits, waits for ever.
    if (message.msgType === tag.MSG_RESEND_REQUEST) this.#onResendRequest(message);
    this.#askAgain(msgSeqNum);
  }

  #askAgain(msgSeqNum: number): void {
    const { nextIn } = this.#parts.numbers;
    if (nextIn <= this.#askedUpTo) return;
    this.#askedUpTo = msgSeqNum;
    this.#parts.outbox.say(tag.MSG_RESEND_REQUEST, (writer) => {
      writer.integer(tag.TAG_BEGIN_SEQ_NO, nextIn);
      writer.integer(tag.TAG_END_SEQ_NO, 0);
    });
  }

  #onNext(message: FixMessage, msgSeqNum: number): void {
    const { numbers } = this.#parts;
    const fault = dictionary.fixFaultOf(message);
    const isGapFill = message.msgType === tag.MSG_SEQUENCE_RESET;
    if (!isGapFill || fault !== undefined) numbers.nextIn = msgSeqNum + 1;
    if (fault !== undefined) this.#reject(message, fault);
    else if (this.#isSoundDuplicate(message)) this.#dispatch(message, msgSeqNum);
  }

  #dispatch(message: FixMessage, msgSeqNum: number): void {
    const { outbox, application, counts } = this.#parts;
    counts.message(message.msgType);
    switch (message.msgType) {
      case tag.MSG_HEARTBEAT:
      case tag.MSG_REJECT:
      case tag.MSG_BUSINESS_MESSAGE_REJECT:
        return;
      case tag.MSG_TEST_REQUEST: {
        const testReqId = message.text(tag.TAG_TEST_REQ_ID);
        outbox.say(tag.MSG_HEARTBEAT, (writer) => writer.text(tag.TAG_TEST_REQ_ID, testReqId));
        return;
      }
      case tag.MSG_RESEND_REQUEST:
        this.#onResendRequest(message);
        return;
      case tag.MSG_SEQUENCE_RESET:
        this.#onGapFill(message, msgSeqNum);
        return;
      case tag.MSG_LOGOUT:
        this.logout("goodbye");
        return;
      case tag.MSG_LOGON:
        this.#reject(message, {
          ...{ reason: dictionary.REJECT_OTHER, tag: tag.TAG_MSG_TYPE },
          text: "expected no Logon within a session, or one with ResetSeqNumFlag (141)",
        });
        return;
      default:
        if (!application.onMessage(message, msgSeqNum)) this.#refuseType(message, msgSeqNum);
    }
  }

  /** Within a session a logon may only begin the numbers anew. */
  #onBeginAnew(message: FixMessage): void {
    const { numbers, outbox, application, logon, counts } = this.#parts;
    const fault = dictionary.fixFaultOf(message);
    if (fault !== undefined) {
      this.#reject(message, fault);
      return;
    }
    counts.message(message.msgType);
    outbox.restart();
    application.onRestart();
    numbers.reset();
    numbers.nextIn = 2;
    this.#askedUpTo = 0;
    outbox.say(tag.MSG_LOGON, (writer) => putLogon(writer, { ...logon, isReset: true }));
  }

  #onResendRequest(message: FixMessage): void {
    const { numbers, outbox } = this.#parts;
    const begin = message.integer(tag.TAG_BEGIN_SEQ_NO);
    const asked = message.integer(tag.TAG_END_SEQ_NO);
    const last = numbers.nextOut - 1;
    const end = asked === 0 ? last : Math.min(asked, last);
    if (!(begin > 0) || !(end >= begin)) {
      this.#rejectValue(message, tag.TAG_BEGIN_SEQ_NO, `a number from 1 to ${end}`);
    } else if (!outbox.resend(begin, end)) {
      this.logout("expected fewer ResendRequests at once");
    }
  }

  #onGapFill(message: FixMessage, msgSeqNum: number): void {
    const { numbers } = this.#parts;
    const newSeqNo = message.integer(tag.TAG_NEW_SEQ_NO);
    if (newSeqNo > msgSeqNum) {
      numbers.nextIn = newSeqNo;
      return;
    }
    numbers.nextIn = msgSeqNum + 1;
    this.#rejectValue(message, tag.TAG_NEW_SEQ_NO, `a number from ${msgSeqNum + 1}`);
  }

  /** The client gives up what is missing, whatever number its message has. */
  #onReset(message: FixMessage, msgSeqNum: number): void {
    const { numbers } = this.#parts;
    const fault = dictionary.fixFaultOf(message);
    const newSeqNo = message.integer(tag.TAG_NEW_SEQ_NO);
    if (fault !== undefined) {
      if (msgSeqNum === numbers.nextIn) numbers.nextIn++;
      this.#reject(message, fault);
    } else if (newSeqNo < numbers.nextIn) {
      this.#rejectValue(message, tag.TAG_NEW_SEQ_NO, `a number from ${numbers.nextIn}`);
    } else {
      numbers.nextIn = newSeqNo;
      this.#askedUpTo = 0;
    }
  }

  #rejectValue(message: FixMessage, field: number, expected: string): void {
    const text = dictionary.expectedText(field, expected, message.text(field));
    this.#reject(message, { reason: dictionary.REJECT_VALUE_INCORRECT, tag: field, text });
  }

  #reject(message: FixMessage, fault: dictionary.FixFault): void {
    const { outbox, counts } = this.#parts;
    const refSeqNum = message.integer(tag.TAG_MSG_SEQ_NUM);
    const { msgType } = message;
    counts.rejected++;
    outbox.say(tag.MSG_REJECT, (writer) => {
      writer.integer(tag.TAG_REF_SEQ_NUM, Number.isNaN(refSeqNum) ? 0 : refSeqNum);
      writer.integer(tag.TAG_REF_TAG_ID, fault.tag);
      writer.text(tag.TAG_REF_MSG_TYPE, msgType);
      writer.integer(tag.TAG_SESSION_REJECT_REASON, fault.reason);
      writer.text(tag.TAG_TEXT, fault.text);
    });
  }

  #refuseType(message: FixMessage, msgSeqNum: number): void {
    const { outbox, counts } = this.#parts;
    const { msgType } = message;
    counts.rejected++;
    outbox.say(tag.MSG_BUSINESS_MESSAGE_REJECT, (writer) => {
      writer.integer(tag.TAG_REF_SEQ_NUM, msgSeqNum);
      writer.text(tag.TAG_REF_MSG_TYPE, msgType);
      writer.integer(tag.TAG_BUSINESS_REJECT_REASON, BUSINESS_UNSUPPORTED_TYPE);
    });
  }
}

/** A logon that is repeated begins nothing: it did when it came first. */
function beginsAnew(message: FixMessage, msgSeqNum: number): boolean {
  return (
    message.msgType === tag.MSG_LOGON &&
    msgSeqNum === 1 &&
    message.isYes(tag.TAG_RESET_SEQ_NUM_FLAG) &&
    !message.isYes(tag.TAG_POSS_DUP_FLAG)
  );
}

/** The body of our logon. */
export function putLogon(
  writer: FixWriter,
  logon: Pick<FixLogon, "heartBtIntSeconds" | "isReset" | "wantsReceipts">,
): void {
  const { heartBtIntSeconds, isReset, wantsReceipts } = logon;
  writer.integer(tag.TAG_ENCRYPT_METHOD, 0);
  writer.integer(tag.TAG_HEART_BT_INT, heartBtIntSeconds);
  if (isReset) writer.text(tag.TAG_RESET_SEQ_NUM_FLAG, "Y");
  if (wantsReceipts) writer.text(tag.TAG_WANTS_RECEIPTS, "Y");
}
