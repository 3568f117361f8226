// hot path
// Bytes written one behind the other into one buffer that is used again and again: decimal texts,
// integers and what stands between them, in JSON and in protobuf alike. A report built by template
// strings is a tree of some forty pieces which the socket then has to walk: 1.5 us a report against
// 0.4 here (`docs/performance.md`, "What lost").

import { textOfSteps } from "./json/decimal.ts";

const CAPACITY_BYTES = 16_384;
const ZERO = 0x30;
const POINT = 0x2e;
const BILLION = 1_000_000_000;
/** Up to here a loop beats the call of a block copy. */
const LOOP_BYTES_MAX = 24;
/** Digits of 2^53 - 1. */
const DIGITS_MAX = 16;

/** ASCII text that is written often, as bytes. */
export function fragmentOf(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

export class BytesWriter {
  protected buffer = Buffer.allocUnsafe(CAPACITY_BYTES);
  /** Where the next byte goes. */
  protected at = 0;

  /** What was written since the last take, as bytes of the taker's own. */
  takeBytes(): Buffer {
    const bytes = Buffer.allocUnsafe(this.at);
    this.buffer.copy(bytes, 0, 0, this.at);
    this.at = 0;
    return bytes;
  }

  /** Bytes written since the last take. */
  get length(): number {
    return this.at;
  }

  /** Takes what was written to where `target` has room for it; how many bytes. */
  moveTo(target: Buffer, targetAt: number): number {
    const moved = this.buffer.copy(target, targetAt, 0, this.at);
    this.at = 0;
    return moved;
  }

  fragment(bytes: Uint8Array): void {
    const { length } = bytes;
    if (this.at + length > this.buffer.length) this.grow(length);
    const buffer = this.buffer;
    const at = this.at;
    if (length > LOOP_BYTES_MAX) buffer.set(bytes, at);
    else for (let i = 0; i < length; i++) buffer[at + i] = bytes[i];
    this.at = at + length;
  }

  /** `text` is ASCII. */
  text(text: string): void {
    const { length } = text;
    if (this.at + length > this.buffer.length) this.grow(length);
    const buffer = this.buffer;
    const at = this.at;
    for (let i = 0; i < length; i++) buffer[at + i] = text.charCodeAt(i);
    this.at = at + length;
  }

  /** An integer, 0 to 2^53 - 1, in decimal. */
  integer(value: number): void {
    this.#digits(value, 1, -1);
  }

  /** Whole steps on their grid, as textOfSteps writes them. */
  steps(steps: number, decimals: number, stepUnits: number): void {
    const units = steps * stepUnits;
    if (units < 0 || !Number.isSafeInteger(units)) {
      this.text(textOfSteps(steps, decimals, stepUnits));
    } else if (decimals === 0) {
      this.#digits(units, 1, -1);
    } else {
      this.#digits(units, decimals + 1, decimals);
    }
  }

  /** At least `digitsMin` digits, with a point before the last `decimals` (-1: no point). */
  #digits(value: number, digitsMin: number, decimals: number): void {
    if (this.at + DIGITS_MAX + digitsMin + 1 > this.buffer.length) {
      this.grow(DIGITS_MAX + digitsMin + 1);
    }
    const buffer = this.buffer;
    // At most 9,007,199: the digits above a billion. What is left below it is a small integer.
    let high = value < BILLION ? 0 : Math.floor(value / BILLION) | 0;
    let low = (value - high * BILLION) | 0;
    const used = high === 0 ? digitCount(low) : 9 + digitCount(high);
    const digits = used > digitsMin ? used : digitsMin;
    let at = this.at + digits + (decimals > 0 ? 1 : 0);
    this.at = at;
    for (let written = 0; written < digits; written++) {
      if (written === decimals) buffer[--at] = POINT;
      if (written === 9) {
        low = high;
        high = 0;
      }
      const rest = (low / 10) | 0;
      buffer[--at] = ZERO + low - rest * 10;
      low = rest;
    }
  }

  protected grow(bytes: number): void {
    const buffer = Buffer.allocUnsafe(2 * (this.buffer.length + bytes));
    buffer.set(this.buffer.subarray(0, this.at));
    this.buffer = buffer;
  }
}

/** Of an integer below a billion. */
function digitCount(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound && digits < 9; bound *= 10) digits++;
  return digits;
}
