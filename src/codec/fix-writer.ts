// hot path
// FIX messages, field by field into bytes that are used again. The body is written first, at a
// fixed place; what goes before it (version, length) and behind it (checksum) when it is whole.

import { formatSteps } from "../model/instrument.ts";
import { checksumOf } from "./fix-reader.ts";
import {
  FIX_BEGIN_STRING,
  SOH,
  TAG_MSG_SEQ_NUM,
  TAG_MSG_TYPE,
  TAG_ORIG_SENDING_TIME,
  TAG_POSS_DUP_FLAG,
  TAG_POSS_RESEND,
  TAG_SENDER_COMP_ID,
  TAG_SENDING_TIME,
  TAG_TARGET_COMP_ID,
} from "./fix-tags.ts";
import { fixTimeText } from "./fix-time.ts";

/** Before the body: "8=FIX.4.4", "9=" and up to 9 digits. */
const BODY_AT = 24;
const TRAILER_BYTES = 7;
const FIRST_BYTES = 4096;
const EQUALS = 0x3d;
const ZERO = 0x30;
const SPACE = 0x20;
const DELETE = 0x7f;
const QUESTION = 0x3f;
const INTEGER_MAX = 2_147_483_647;

/** What the header says beside type and comp ids. */
export type FixHeader = {
  readonly msgSeqNum: number;
  readonly sendingTimeMicros: number;
  /** The message was sent under this number before, at that time. */
  readonly origSendingTimeMicros?: number | undefined;
  /** What it says may have been said under another number. */
  readonly isPossResend?: boolean | undefined;
};

export class FixWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #end = BODY_AT;
  readonly #senderCompId: string;
  readonly #targetCompId: string;

  constructor(senderCompId: string, targetCompId: string) {
    this.#senderCompId = senderCompId;
    this.#targetCompId = targetCompId;
  }

  begin(msgType: string, header: FixHeader): void {
    this.#end = BODY_AT;
    this.text(TAG_MSG_TYPE, msgType);
    this.integer(TAG_MSG_SEQ_NUM, header.msgSeqNum);
    this.text(TAG_SENDER_COMP_ID, this.#senderCompId);
    this.text(TAG_TARGET_COMP_ID, this.#targetCompId);
    this.time(TAG_SENDING_TIME, header.sendingTimeMicros);
    if (header.isPossResend === true) this.text(TAG_POSS_RESEND, "Y");
    if (header.origSendingTimeMicros === undefined) return;
    this.text(TAG_POSS_DUP_FLAG, "Y");
    this.time(TAG_ORIG_SENDING_TIME, header.origSendingTimeMicros);
  }

  /** Printable ASCII; another character is a question mark. */
  text(tag: number, value: string): void {
    this.#tag(tag, value.length);
    const bytes = this.#bytes;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      bytes[this.#end++] = code >= SPACE && code < DELETE ? code : QUESTION;
    }
    bytes[this.#end++] = SOH;
  }

  integer(tag: number, value: number): void {
    if (value < 0 || value > INTEGER_MAX) {
      this.text(tag, String(value));
      return;
    }
    this.#tag(tag, 10);
    this.#digits(value);
    this.#bytes[this.#end++] = SOH;
  }

  /** A code of one character. */
  char(tag: number, code: number): void {
    this.#tag(tag, 1);
    this.#bytes[this.#end++] = code;
    this.#bytes[this.#end++] = SOH;
  }

  time(tag: number, timeMicros: number): void {
    this.text(tag, fixTimeText(timeMicros));
  }

  /** Whole ticks or lots as their decimal text. */
  steps(tag: number, steps: number, decimals: number, stepUnits: number): void {
    if (decimals === 0 && stepUnits === 1) this.integer(tag, steps);
    else this.text(tag, formatSteps(steps, decimals, stepUnits));
  }

  /** The whole message, valid until the next one begins. */
  finish(): Uint8Array {
    const bodyBytes = this.#end - BODY_AT;
    const before = `8=${FIX_BEGIN_STRING}\u00019=${bodyBytes}\u0001`;
    const start = BODY_AT - before.length;
    const bytes = this.#bytes;
    for (let i = 0; i < before.length; i++) bytes[start + i] = before.charCodeAt(i);
    const checksum = checksumOf(bytes, start, this.#end);
    this.text(10, `${1000 + checksum}`.slice(1));
    return this.#bytes.subarray(start, this.#end);
  }

  /** Makes room for the field, and for the trailer behind it. */
  #tag(tag: number, valueBytes: number): void {
    const needed = this.#end + valueBytes + 2 * TRAILER_BYTES + 1;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#digits(tag);
    this.#bytes[this.#end++] = EQUALS;
  }

  #digits(value: number): void {
    let scale = 1;
    while (scale * 10 <= value) scale *= 10;
    for (; scale >= 1; scale /= 10) {
      this.#bytes[this.#end++] = ZERO + (((value / scale) | 0) % 10);
    }
  }

  #grow(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
