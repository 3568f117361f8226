// hot path
// FIX messages out of a stream of bytes that may be cut anywhere. What is garbled (its length or
// its checksum is wrong, or it is no list of fields) is passed over without a word, as the protocol
// says: the reader goes on at the next place where a message may begin.

import { FixMessage } from "./fix-message.ts";
import { SOH } from "./fix-tags.ts";

const ZERO = 0x30;
const NINE = 0x39;
const EQUALS = 0x3d;
const EIGHT = 0x38;
const ONE = 0x31;
/** "8=FIX.4.4" and "9=8192" with room for other versions and zeros in front. */
const BEGIN_STRING_BYTES_MAX = 16;
const LENGTH_DIGITS_MAX = 9;
/** "10=123" and its end. */
const TRAILER_BYTES = 7;

const UNFINISHED = -1;
const GARBLED = -2;

export class FixReader {
  /** Places where a message seemed to begin and was none. */
  garbledCount = 0;
  readonly #bytesMax: number;
  readonly #message: FixMessage;
  readonly #onMessage: (message: FixMessage) => void;
  readonly #onTooLong: (bytes: number) => void;
  #kept: Uint8Array;
  #keptBytes = 0;
  /** Body of the message that #lengthAt() looked at. */
  #bodyAt = 0;

  /** No message is longer than `bytesMax`; one that says it is is told, and no message. */
  constructor(
    bytesMax: number,
    onMessage: (message: FixMessage) => void,
    onTooLong: (bytes: number) => void = () => {},
  ) {
    this.#bytesMax = bytesMax;
    this.#message = new FixMessage(bytesMax);
    this.#onMessage = onMessage;
    this.#onTooLong = onTooLong;
    this.#kept = new Uint8Array(bytesMax);
  }

  /** Bytes of a message that has not come whole; never more than one may have. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Tells each message that is whole by now. */
  read(chunk: Uint8Array): void {
    let from = 0;
    // What is kept is completed with no more of the chunk than one message may have.
    while (this.#keptBytes > 0 && from < chunk.length) {
      const taken = Math.min(chunk.length - from, this.#bytesMax - this.#keptBytes);
      this.#kept.set(chunk.subarray(from, from + taken), this.#keptBytes);
      from += taken;
      this.#keep(this.#kept, 0, this.#keptBytes + taken);
    }
    if (from < chunk.length) this.#keep(chunk, from, chunk.length);
  }

  /** Tells the messages from `at` to `end` and keeps the beginning of one that is cut off. */
  #keep(bytes: Uint8Array, at: number, end: number): void {
    this.#keptBytes = 0; // A listener that fails leaves nothing half read.
    const next = this.#tell(bytes, at, end);
    if (next < end) this.#kept.set(bytes.subarray(next, end), 0);
    this.#keptBytes = end - next;
  }

  /** Returns where the first message begins that is not whole. */
  #tell(bytes: Uint8Array, at: number, end: number): number {
    let next = nextBegin(bytes, at, end);
    while (next < end) {
      const length = this.#lengthAt(bytes, next, end);
      if (length === UNFINISHED) return next;
      if (length !== GARBLED && this.#isSound(bytes, next, length)) {
        this.#onMessage(this.#message);
        next = nextBegin(bytes, next + length, end);
      } else {
        this.garbledCount++;
        next = nextBegin(bytes, next + 1, end);
      }
    }
    return end;
  }

  /** Bytes of the message at `at`, if all of them are there. */
  #lengthAt(bytes: Uint8Array, at: number, end: number): number {
    let i = at + 2;
    while (i < end && bytes[i] !== SOH) i++;
    if (i - at > BEGIN_STRING_BYTES_MAX) return GARBLED;
    if (i + 2 >= end) return UNFINISHED;
    if (bytes[i + 1] !== NINE || bytes[i + 2] !== EQUALS) return GARBLED;
    let bodyBytes = 0;
    const digitsAt = i + 3;
    for (i = digitsAt; i < end && bytes[i] !== SOH; i++) {
      const digit = bytes[i] - ZERO;
      if (digit < 0 || digit > 9 || i - digitsAt >= LENGTH_DIGITS_MAX) return GARBLED;
      bodyBytes = bodyBytes * 10 + digit;
    }
    if (i === end) return UNFINISHED;
    if (i === digitsAt) return GARBLED;
    this.#bodyAt = i + 1;
    const length = this.#bodyAt - at + bodyBytes + TRAILER_BYTES;
    const isTooLong = length > this.#bytesMax;
    if (at + length <= end && !isTooLong) return length;
    if (isOvertaken(bytes, this.#bodyAt, Math.min(end, at + length))) return GARBLED;
    if (isTooLong) this.#onTooLong(length);
    return isTooLong ? GARBLED : UNFINISHED;
  }

  /** Whether length, checksum and fields of the message are as they say. */
  #isSound(bytes: Uint8Array, at: number, length: number): boolean {
    const trailerAt = at + length - TRAILER_BYTES;
    if (trailerAt < this.#bodyAt || bytes[trailerAt - 1] !== SOH) return false;
    const isTrailer =
      bytes[trailerAt] === ONE &&
      bytes[trailerAt + 1] === ZERO &&
      bytes[trailerAt + 2] === EQUALS &&
      bytes[trailerAt + 6] === SOH;
    if (!isTrailer || checksumOf(bytes, at, trailerAt) !== numberAt(bytes, trailerAt + 3)) {
      return false;
    }
    return this.#message.parse(bytes, at, at + length);
  }
}

/**
 * Whether another message begins before this one is whole: its length was too large. (Data
 * that holds a FIX message and comes in pieces is taken for that too.)
 */
function isOvertaken(bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = bytes.indexOf(EIGHT, at); i >= 0 && i + 4 < end; i = bytes.indexOf(EIGHT, i + 1)) {
    const isBegin = bytes[i + 1] === EQUALS && bytes[i + 2] === 0x46 && bytes[i + 3] === 0x49; // FI
    if (isBegin && bytes[i - 1] === SOH) return true;
  }
  return false;
}

/** The sum of the bytes from `at` to `end`, modulo 256. */
export function checksumOf(bytes: Uint8Array, at: number, end: number): number {
  let sum = 0;
  for (let i = at; i < end; i++) sum += bytes[i];
  return sum & 0xff;
}

/** Three digits; -1 where there are others. */
function numberAt(bytes: Uint8Array, at: number): number {
  let number = 0;
  for (let i = at; i < at + 3; i++) {
    const digit = bytes[i] - ZERO;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** Where "8=" stands next, or could with the bytes that come. */
function nextBegin(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i++) {
    if (bytes[i] === EIGHT && (i + 1 === end || bytes[i + 1] === EQUALS)) return i;
  }
  return end;
}
