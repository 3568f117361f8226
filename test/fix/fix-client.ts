// The client's side of a FIX session over all its connections and all lives of the exchange: it
// numbers what it says and can say it again, asks for what it missed, and hears each message once
// and in order.

import assert from "node:assert/strict";
import { FixReader } from "../../src/codec/fix-reader.ts";
import { fixTimeText } from "../../src/codec/fix-time.ts";
import { type FixFields, fieldsOf, framed } from "../../src/gateway/fix/fix-for-test.ts";

export type FixClientParts = {
  readonly username: string;
  readonly password: string;
  readonly send: (bytes: Buffer) => void;
  readonly nowMicros: () => number;
  readonly onLoggedOn: () => void;
  /** There is no session now; why. The text of whatever comes instead of a logon. */
  readonly onRefused?: (text: string) => void;
  /** 30 where left out. */
  readonly heartBtIntSeconds?: number;
  /** What is no part of the session itself, in the order of its numbers. */
  readonly onMessage: (fields: FixFields) => void;
};

type Said = { readonly msgType: string; readonly body: string; readonly time: string };

const MESSAGE_BYTES_MAX = 65_536;
const HEARTBEAT = "0";
const TEST_REQUEST = "1";
const RESEND_REQUEST = "2";
const SEQUENCE_RESET = "4";
const LOGOUT = "5";
const LOGON = "A";
const BUSINESS_MESSAGE_REJECT = "j";

export class FixClient {
  readonly #parts: FixClientParts;
  #reader = this.#newReader();
  #nextOut = 1;
  #nextIn = 1;
  /** What may be asked for again, by number; the session's own messages are not. */
  readonly #said = new Map<number, Said>();
  /** Came before what they follow. */
  readonly #early = new Map<number, FixFields>();
  /** A gap up to here was asked for. */
  #askedUpTo = 0;
  #isLoggedOn = false;

  constructor(parts: FixClientParts) {
    this.#parts = parts;
  }

  get isLoggedOn(): boolean {
    return this.#isLoggedOn;
  }

  /** The number that the exchange's next message has. */
  get nextIn(): number {
    return this.#nextIn;
  }

  /** On a connection that is new. */
  logOn(): void {
    const { username, password, heartBtIntSeconds = 30 } = this.#parts;
    this.#reader = this.#newReader();
    this.#early.clear();
    this.#askedUpTo = 0;
    this.#sayNow(LOGON, `98=0|108=${heartBtIntSeconds}|553=${username}|554=${password}`);
  }

  lose(): void {
    this.#isLoggedOn = false;
  }

  /** A message about orders, its fields parted by "|"; where nobody hears it, it is asked for. */
  say(msgType: string, body: string): void {
    const time = this.#now();
    this.#said.set(this.#nextOut, { msgType, body, time });
    this.#write(msgType, this.#nextOut++, time, body);
  }

  beat(): void {
    this.#sayNow(HEARTBEAT, "");
  }

  /** Whoever is there says so. */
  askWhoIsThere(): void {
    this.#sayNow(TEST_REQUEST, "112=WHO IS THERE");
  }

  take(bytes: Buffer): void {
    this.#reader.read(bytes);
  }

  #newReader(): FixReader {
    return new FixReader(MESSAGE_BYTES_MAX, (message) => this.#onMessage(fieldsOf(message)));
  }

  #onMessage(fields: FixFields): void {
    const number = Number(fields[34]);
    if (fields[35] === LOGON) this.#onLoggedOn();
    if (!this.#isLoggedOn)
      this.#parts.onRefused?.(fields[58]); // Its number may be no session's.
    else if (number > this.#nextIn) this.#onGap(number, fields);
    else if (number === this.#nextIn) this.#onNext(fields);
    else assert.equal(fields[43], "Y", `number ${number} is used once, found ${saying(fields)}`);
  }

  #onLoggedOn(): void {
    this.#isLoggedOn = true;
    this.#parts.onLoggedOn();
  }

  /** Asks for all that is missing, once. What the other side misses is said before that. */
  #onGap(number: number, fields: FixFields): void {
    const isAsking = fields[35] === RESEND_REQUEST;
    if (isAsking) this.#dispatch(fields);
    this.#early.set(number, isAsking ? { ...fields, 35: HEARTBEAT } : fields);
    if (this.#nextIn <= this.#askedUpTo) return;
    this.#askedUpTo = number - 1;
    this.#sayNow(RESEND_REQUEST, `7=${this.#nextIn}|16=0`);
  }

  #onNext(fields: FixFields): void {
    this.#early.set(this.#nextIn, fields);
    const isGapFill = fields[35] === SEQUENCE_RESET;
    if (!isGapFill) this.#takeEarly(this.#nextIn);
    else {
      const newSeqNo = Number(fields[36]);
      assert.ok(newSeqNo > this.#nextIn, `a gap is filled forwards, found ${saying(fields)}`);
      while (this.#nextIn < newSeqNo) this.#takeEarly(this.#nextIn);
    }
    while (this.#early.has(this.#nextIn)) this.#takeEarly(this.#nextIn);
  }

  /** What came before a gap that it is in was told, whatever the gap is filled with. */
  #takeEarly(number: number): void {
    const fields = this.#early.get(number);
    this.#early.delete(number);
    this.#nextIn = number + 1;
    if (fields !== undefined) this.#dispatch(fields);
  }

  #dispatch(fields: FixFields): void {
    switch (fields[35]) {
      case LOGON:
      case HEARTBEAT:
      case SEQUENCE_RESET:
      case LOGOUT:
        return;
      case TEST_REQUEST:
        this.#sayNow(HEARTBEAT, `112=${fields[112]}`);
        return;
      case RESEND_REQUEST:
        this.#sayAgain(Number(fields[7]), Number(fields[16]));
        return;
      case BUSINESS_MESSAGE_REJECT:
        this.#said.delete(Number(fields[45])); // What was refused is not said again.
        this.#parts.onMessage(fields);
        return;
      default:
        this.#parts.onMessage(fields);
    }
  }

  #sayAgain(begin: number, end: number): void {
    const last = end === 0 ? this.#nextOut - 1 : end;
    for (let number = begin; number <= last; number++) {
      const said = this.#said.get(number);
      const time = this.#now();
      if (said === undefined) {
        this.#write(SEQUENCE_RESET, number, time, `123=Y|36=${number + 1}`, time);
      } else this.#write(said.msgType, number, time, said.body, said.time);
    }
  }

  #sayNow(msgType: string, body: string): void {
    this.#write(msgType, this.#nextOut++, this.#now(), body);
  }

  /** `origTime` is given where it was said before. */
  #write(msgType: string, number: number, time: string, body: string, origTime = ""): void {
    const again = origTime === "" ? "" : `|43=Y|122=${origTime}`;
    const header = `35=${msgType}|34=${number}|49=TRADER|56=OUTCRY|52=${time}${again}`;
    this.#parts.send(framed(body === "" ? header : `${header}|${body}`));
  }

  #now(): string {
    return fixTimeText(this.#parts.nowMicros());
  }
}

function saying(fields: FixFields): string {
  return Object.entries(fields)
    .map(([tag, value]) => `${tag}=${value}`)
    .join("|");
}
