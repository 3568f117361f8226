// hot path
// Protobuf messages as bytes: fields one behind the other, and messages inside of messages. A field
// that has its default value (0, "", false) is left out, as proto3 has it.

import { BytesWriter } from "../bytes-writer.ts";

const VARINT = 0;
const LENGTH_DELIMITED = 2;
/** Below this a varint is one byte; each further byte holds 7 more bits. */
const CONTINUES = 0x80;
/** Bytes of a varint of 2^53 - 1, and of the longest key or length. */
const VARINT_BYTES_MAX = 8;
const INT32_MAX = 0x7fff_ffff;

/** What stands before the value of an integer, an enum or a bool. */
export function varintKey(field: number): number {
  return (field << 3) | VARINT;
}

/** What stands before the length of a text or a message. */
export function lengthKey(field: number): number {
  return (field << 3) | LENGTH_DELIMITED;
}

export class MessageWriter extends BytesWriter {
  /** An integer, 0 to 2^53 - 1; 0 is left out. */
  uint(key: number, value: number): void {
    if (value === 0) return;
    this.varint(key);
    this.varint(value);
  }

  /** A short ASCII text: its length is one byte. */
  shortText(key: number, text: string): void {
    if (text === "") return;
    this.varint(key);
    this.varint(text.length);
    this.text(text);
  }

  /** The same from `length` bytes of ASCII at `from`. */
  shortBytes(key: number, bytes: Uint8Array, from: number, length: number): void {
    if (length === 0) return;
    this.varint(key);
    this.varint(length);
    if (this.at + length > this.buffer.length) this.grow(length);
    for (let i = 0; i < length; i++) this.buffer[this.at + i] = bytes[from + i];
    this.at += length;
  }

  /** Any text. */
  utf8(key: number, text: string): void {
    if (text === "") return;
    const bytes = Buffer.from(text);
    this.varint(key);
    this.varint(bytes.length);
    this.fragment(bytes);
  }

  /** Whole steps on their grid as a decimal text. */
  decimal(key: number, steps: number, decimals: number, stepUnits: number): void {
    const from = this.open(key);
    this.steps(steps, decimals, stepUnits);
    this.close(from);
  }

  /** Begins a message inside of this one; close() wants what it returns. */
  open(key: number): number {
    this.varint(key);
    if (this.at === this.buffer.length) this.grow(1);
    return ++this.at;
  }

  /** Ends the message that began at `from`: its length goes before it. */
  close(from: number): void {
    const length = this.at - from;
    if (length < CONTINUES) {
      this.buffer[from - 1] = length;
      return;
    }
    const moreBytes = varintBytes(length) - 1;
    if (this.at + moreBytes > this.buffer.length) this.grow(moreBytes);
    this.buffer.copyWithin(from + moreBytes, from, this.at);
    const end = this.at + moreBytes;
    this.at = from - 1;
    this.varint(length);
    this.at = end;
  }

  varint(value: number): void {
    if (this.at + VARINT_BYTES_MAX > this.buffer.length) this.grow(VARINT_BYTES_MAX);
    const buffer = this.buffer;
    let at = this.at;
    let rest = value;
    while (rest > INT32_MAX) {
      buffer[at++] = (rest & 0x7f) | CONTINUES;
      rest = Math.floor(rest / CONTINUES);
    }
    while (rest >= CONTINUES) {
      buffer[at++] = (rest & 0x7f) | CONTINUES;
      rest >>>= 7;
    }
    buffer[at++] = rest;
    this.at = at;
  }
}

/** Of a length, which is below 2^28. */
function varintBytes(length: number): number {
  let bytes = 1;
  for (let rest = length; rest >= CONTINUES; rest >>>= 7) bytes++;
  return bytes;
}
