// hot path
// One FIX message that came whole: where each of its fields lies in the reader's bytes. The same
// object is filled again for the next message: copy what you keep.

import { SOH, TAG_MSG_TYPE } from "./fix-tags.ts";

const EQUALS = 0x3d;
const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
/** A tag of more digits is none. */
const TAG_MAX = 99_999;
/** Digits of an integer that stay exact without looking. */
const DIGITS_MAX = 15;
/** The third field of every message. */
const MSG_TYPE_AT = 2;

/** A field whose value may hold any byte is as long as the field before it says. */
const LENGTH_TAGS = new Set([90, 93, 95, 212, 348, 350, 352, 354, 356, 358, 360, 362, 364, 445]);

export class FixMessage {
  bytes: Uint8Array = new Uint8Array(0);
  /** How many fields there are. */
  count = 0;
  readonly tags: Int32Array;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;

  /** `bytesMax`: of a whole message. */
  constructor(bytesMax: number) {
    const fieldsMax = Math.ceil(bytesMax / 3); // "1=" and its end.
    this.tags = new Int32Array(fieldsMax);
    this.#starts = new Int32Array(fieldsMax);
    this.#ends = new Int32Array(fieldsMax);
  }

  /** Finds the fields from `at` to `end`; false where there is something else than fields. */
  parse(bytes: Uint8Array, at: number, end: number): boolean {
    this.bytes = bytes;
    this.count = 0;
    let dataBytes = -1;
    for (let next = at; next < end; ) {
      const tag = this.#tagAt(next, end);
      if (tag === 0) return false;
      const start = next + digitsOf(tag) + 1;
      const stop = dataBytes < 0 ? this.#endFrom(start, end) : start + dataBytes;
      if (stop >= end || bytes[stop] !== SOH) return false;
      this.tags[this.count] = tag;
      this.#starts[this.count] = start;
      this.#ends[this.count] = stop;
      dataBytes = LENGTH_TAGS.has(tag) ? this.#integerAt(this.count) : -1;
      this.count++;
      next = stop + 1;
    }
    return this.count > MSG_TYPE_AT && this.tags[MSG_TYPE_AT] === TAG_MSG_TYPE;
  }

  get msgType(): string {
    return this.textAt(MSG_TYPE_AT);
  }

  /** Place of the first field of this tag at or behind `from`; -1 where there is none. */
  find(tag: number, from = 0): number {
    for (let i = from; i < this.count; i++) if (this.tags[i] === tag) return i;
    return -1;
  }

  has(tag: number): boolean {
    return this.find(tag) >= 0;
  }

  /** "" where there is none. */
  text(tag: number): string {
    const place = this.find(tag);
    return place < 0 ? "" : this.textAt(place);
  }

  textAt(place: number): string {
    let text = "";
    const end = this.#ends[place];
    for (let i = this.#starts[place]; i < end; i++) text += String.fromCharCode(this.bytes[i]);
    return text;
  }

  isEmptyAt(place: number): boolean {
    return this.#starts[place] === this.#ends[place];
  }

  /** NaN where there is none, or where it is no whole number that is exact. */
  integer(tag: number): number {
    const place = this.find(tag);
    return place < 0 ? Number.NaN : this.#integerAt(place);
  }

  /** The one character of the field as its code; 0 where there is none or another length. */
  char(tag: number): number {
    const place = this.find(tag);
    const isOne = place >= 0 && this.#ends[place] === this.#starts[place] + 1;
    return isOne ? this.bytes[this.#starts[place]] : 0;
  }

  isYes(tag: number): boolean {
    return this.char(tag) === 0x59; // Y
  }

  #integerAt(place: number): number {
    const start = this.#starts[place];
    const end = this.#ends[place];
    const first = this.bytes[start] === MINUS ? start + 1 : start;
    if (first === end || end - first > DIGITS_MAX) return Number.NaN;
    let value = 0;
    for (let i = first; i < end; i++) {
      const digit = this.bytes[i] - ZERO;
      if (digit < 0 || digit > 9) return Number.NaN;
      value = value * 10 + digit;
    }
    return first === start ? value : 0 - value;
  }

  /** 0 where no tag begins: without leading zeros and followed by an equals sign. */
  #tagAt(at: number, end: number): number {
    let tag = 0;
    for (let i = at; i < end; i++) {
      const byte = this.bytes[i];
      if (byte === EQUALS) return tag;
      if (byte < ZERO || byte > NINE || (tag === 0 && byte === ZERO)) return 0;
      tag = tag * 10 + byte - ZERO;
      if (tag > TAG_MAX) return 0;
    }
    return 0;
  }

  #endFrom(start: number, end: number): number {
    let i = start;
    while (i < end && this.bytes[i] !== SOH) i++;
    return i;
  }
}

function digitsOf(tag: number): number {
  if (tag < 100) return tag < 10 ? 1 : 2;
  if (tag < 1000) return 3;
  return tag < 10_000 ? 4 : 5;
}
