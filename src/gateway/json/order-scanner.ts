// hot path
// The usual requests of new orders read straight from bytes into command records, at a fifth of the
// cost of JSON.parse and its objects: a batch, `{"orders":[{"new":{...}},...]}`, and over WebSocket
// `{"id":1,"op":"new","order":{...}}` and `{"id":1,"op":"batch","orders":[...]}`. "Usual" is narrow
// on purpose: known fields, each once, all values plain strings, limit orders on the grid. Anything
// else, faults included, is left to the strict way, which explains; a test holds the two against
// each other.

import { RecordBuffer, writeU64 } from "../../base/record-buffer.ts";
import { CL_ORD_ID_BYTES, encodeClOrdId } from "../../codec/cl-ord-id.ts";
import type { Asker } from "../../codec/command.ts";
import {
  BLOCK_BYTES,
  BLOCK_WORDS,
  COMMAND_NEW,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
  writeCommandHeader,
} from "../../codec/command.ts";
import type { Instrument } from "../../model/instrument.ts";
import { ORD_TYPE_LIMIT } from "../../model/ord-type.ts";
import { packOrderCodes } from "../../model/order-codes.ts";
import {
  type CodeWords,
  ORD_TYPE_WORDS,
  SIDE_WORDS,
  TIME_IN_FORCE_WORDS,
} from "../../model/order-words.ts";
import { SIDE_BUY, SIDE_SELL } from "../../model/side.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../../model/time-in-force.ts";
import { BATCH_ORDERS_MAX } from "../limits.ts";
import type { Symbols } from "./command-reader.ts";
import { NO_STEPS, stepsOfBytes } from "./decimal.ts";
import { writeRandomClOrdId } from "./random-cl-ord-id.ts";

/** Not the usual shape: read it the strict way. */
export const NOT_USUAL = 0;

const OPEN = Buffer.from("{");
const ORDERS = Buffer.from('"orders":[');
const ID = Buffer.from('{"id":');
const OP_NEW = Buffer.from('"op":"new",');
const OP_BATCH = Buffer.from('"op":"batch",');
const ORDER = Buffer.from('"order":{');
const ENTRY = Buffer.from('{"new":{');
const OUCH_PREFIX = Buffer.from("ouch:");
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const CLOSE_BRACE = 0x7d;
const DELETE = 0x7f;
const ZERO = 0x30;
const NINE = 0x39;
/** Numbers of so many digits are written as they are read. */
const ID_DIGITS_MAX = 15;

/** The longest text we know: a UUID. */
const TEXT_MAX = 36;

const FIELDS = ["symbol", "side", "ordType", "price", "orderQty", "timeInForce", "clOrdId"];
const FIELD_BYTES = FIELDS.map((name) => Buffer.from(name));
const SYMBOL = 0;
const SIDE = 1;
const ORD_TYPE = 2;
const PRICE = 3;
const ORDER_QTY = 4;
const TIME_IN_FORCE = 5;
const CL_ORD_ID = 6;

/** 1 for what stands in a plain text as itself; 0 for what ends it or needs a closer look. */
const IS_PLAIN = Uint8Array.from({ length: 256 }, (_, character) => {
  const isPrintable = character >= SPACE && character < DELETE;
  return isPrintable && character !== QUOTE && character !== BACKSLASH ? 1 : 0;
});

type Word = { readonly bytes: Uint8Array; readonly code: number };

const SIDES = wordsOf([SIDE_BUY, SIDE_SELL], SIDE_WORDS);
const ORD_TYPES = wordsOf([ORD_TYPE_LIMIT], ORD_TYPE_WORDS);
const LIFETIMES = wordsOf([TIF_GTC, TIF_IOC, TIF_FOK], TIME_IN_FORCE_WORDS);

function wordsOf(codes: readonly number[], words: CodeWords): readonly Word[] {
  return codes.map((code) => ({ bytes: Buffer.from(words.wordOf(code)), code }));
}

/** Entered as soon as they are scanned, so one table serves all scanners. */
const scanned = RecordBuffer.ofBytes(BATCH_ORDERS_MAX * BLOCK_BYTES);

export class OrderScanner {
  /** The orders of the last scan, 64 bytes each. */
  readonly records = scanned;
  /** Of the last request over WebSocket. */
  requestId = 0;
  isBatch = false;
  readonly #symbols: Symbols;
  /** Where each field's text starts and ends in the body; starts are 0 for fields left out. */
  readonly #starts = new Int32Array(FIELDS.length);
  readonly #ends = new Int32Array(FIELDS.length);
  /** The field that came after each one, the last time: programs write them in one order. */
  readonly #followers = new Uint8Array(FIELDS.length + 1);
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #instrument: Instrument | undefined;

  constructor(symbols: Symbols) {
    this.#symbols = symbols;
  }

  /** Writes the orders of a body into `records`; how many, or NOT_USUAL and nothing to enter. */
  scan(bytes: Uint8Array, asker: Asker): number {
    this.#bytes = bytes;
    this.#at = 0;
    return this.#take(OPEN) ? this.#takeOrders(asker) : NOT_USUAL;
  }

  /** The same for a request over WebSocket, whose `requestId` and `isBatch` are there then, too. */
  scanRequest(bytes: Uint8Array, asker: Asker): number {
    this.#bytes = bytes;
    this.#at = 0;
    if (!this.#take(ID) || !this.#takeRequestId()) return NOT_USUAL;
    this.#skipSpaces();
    const opAt = this.#at;
    this.isBatch = !this.#take(OP_NEW);
    if (this.isBatch) {
      this.#at = opAt;
      if (!this.#take(OP_BATCH)) return NOT_USUAL;
    }
    this.#skipSpaces();
    return this.isBatch ? this.#takeOrders(asker) : this.#takeOrder(asker);
  }

  /** A number without sign, point and leading zero, and the comma behind it. */
  #takeRequestId(): boolean {
    if (this.#bytes[this.#at] === SPACE) this.#at++;
    const start = this.#at;
    let requestId = 0;
    for (let digit = this.#digit(); digit >= 0; digit = this.#digit()) {
      requestId = requestId * 10 + digit;
      this.#at++;
    }
    const digits = this.#at - start;
    const isPadded = digits > 1 && this.#bytes[start] === ZERO;
    this.requestId = requestId;
    return digits >= 1 && digits <= ID_DIGITS_MAX && !isPadded && this.#takeByte(COMMA);
  }

  /** -1: none. */
  #digit(): number {
    const byte = this.#bytes[this.#at];
    return byte >= ZERO && byte <= NINE ? byte - ZERO : -1;
  }

  #takeOrder(asker: Asker): number {
    if (!this.#take(ORDER) || !this.#takeFields() || !this.#takeByte(CLOSE_BRACE)) return NOT_USUAL;
    return this.#at === this.#bytes.length && this.#writeOrder(0, asker) ? 1 : NOT_USUAL;
  }

  /** Up to the end of the bytes. */
  #takeOrders(asker: Asker): number {
    if (!this.#take(ORDERS)) return NOT_USUAL;
    for (let count = 0; count < BATCH_ORDERS_MAX; ) {
      if (!this.#take(ENTRY) || !this.#takeFields()) return NOT_USUAL;
      if (!this.#takeByte(CLOSE_BRACE) || !this.#writeOrder(count, asker)) return NOT_USUAL;
      count++;
      this.#skipSpaces();
      if (this.#takeByte(COMMA)) {
        this.#skipSpaces();
        continue;
      }
      const isWhole = this.#takeByte(CLOSE_BRACKET) && this.#takeByte(CLOSE_BRACE);
      return isWhole && this.#at === this.#bytes.length ? count : NOT_USUAL;
    }
    return NOT_USUAL;
  }

  /** Fields up to and with the closing brace. */
  #takeFields(): boolean {
    for (let field = 0; field < FIELDS.length; field++) this.#starts[field] = 0;
    let previous = FIELDS.length; // The opening brace stands before the first field.
    for (;;) {
      this.#skipSpaces();
      if (!this.#takeByte(QUOTE)) return false;
      const nameAt = this.#at;
      const nameEnd = this.#skipText();
      const field = this.#fieldAt(nameAt, nameEnd, this.#followers[previous]);
      if (field < 0 || this.#starts[field] !== 0) return false;
      this.#followers[previous] = field;
      previous = field;
      if (!this.#takeByte(COLON)) return false;
      this.#skipSpaces();
      if (!this.#takeByte(QUOTE)) return false;
      this.#starts[field] = this.#at;
      this.#ends[field] = this.#skipText();
      if (this.#ends[field] < 0) return false;
      if (this.#takeByte(CLOSE_BRACE)) return true;
      if (!this.#takeByte(COMMA)) return false;
    }
  }

  #writeOrder(index: number, asker: Asker): boolean {
    const instrument = this.#readInstrument();
    if (instrument === undefined) return false;
    const side = this.#code(SIDE, SIDES);
    const ordType = this.#code(ORD_TYPE, ORD_TYPES);
    const hasLifetime = this.#starts[TIME_IN_FORCE] !== 0;
    const timeInForce = hasLifetime ? this.#code(TIME_IN_FORCE, LIFETIMES) : TIF_GTC;
    if (side === 0 || ordType === 0 || timeInForce === 0) return false;
    const priceTicks = this.#steps(PRICE, instrument.priceDecimals, instrument.tickUnits);
    const orderQtyLots = this.#steps(ORDER_QTY, instrument.qtyDecimals, instrument.lotUnits);
    if (priceTicks < 0 || priceTicks !== (priceTicks | 0) || orderQtyLots < 0) return false;

    const { words, bytes } = this.records;
    const at = index * BLOCK_WORDS;
    const { accountId, sessionId } = asker;
    writeCommandHeader(words, at, COMMAND_NEW, accountId, instrument.instrumentId, sessionId);
    writeU64(words, at + NEW_ORDER_QTY_LOTS_WORD, orderQtyLots);
    words[at + NEW_PRICE_TICKS_WORD] = priceTicks;
    words[at + NEW_SIDE_WORD] = packOrderCodes(side, ordType, timeInForce, 0);
    return this.#writeClOrdId(bytes, (at + NEW_CL_ORD_ID_WORD) * 4);
  }

  /** Orders of one batch are mostly of one instrument: its symbol is compared, not looked up. */
  #readInstrument(): Instrument | undefined {
    const start = this.#starts[SYMBOL];
    const length = this.#ends[SYMBOL] - start;
    const known = this.#instrument?.symbol ?? "";
    let isSame = start !== 0 && known.length === length;
    for (let i = 0; isSame && i < length; i++) {
      isSame = this.#bytes[start + i] === known.charCodeAt(i);
    }
    if (!isSame) this.#instrument = this.#symbols.instrumentBySymbol(this.#text(SYMBOL));
    return this.#instrument;
  }

  #writeClOrdId(target: Uint8Array, offsetBytes: number): boolean {
    if (this.#starts[CL_ORD_ID] === 0) {
      writeRandomClOrdId(target, offsetBytes);
      return true;
    }
    const start = this.#starts[CL_ORD_ID];
    const length = this.#ends[CL_ORD_ID] - start;
    if (length === 0 || length > CL_ORD_ID_BYTES || this.#matches(OUCH_PREFIX, start)) {
      return encodeClOrdId(this.#text(CL_ORD_ID), target, offsetBytes);
    }
    for (let i = 0; i < CL_ORD_ID_BYTES; i++) {
      const character = i < length ? this.#bytes[start + i] : 0;
      if (character === SPACE) return false;
      target[offsetBytes + i] = character;
    }
    return true;
  }

  /** NO_STEPS for a field that is left out, too. */
  #steps(field: number, decimals: number, stepUnits: number): number {
    const start = this.#starts[field];
    if (start === 0) return NO_STEPS;
    return stepsOfBytes(this.#bytes, start, this.#ends[field], decimals, stepUnits);
  }

  /** The field of this name, the likely one first; -1: unknown. */
  #fieldAt(start: number, end: number, likely: number): number {
    if (this.#isName(likely, start, end)) return likely;
    for (let field = 0; field < FIELD_BYTES.length; field++) {
      if (this.#isName(field, start, end)) return field;
    }
    return -1;
  }

  #isName(field: number, start: number, end: number): boolean {
    const name = FIELD_BYTES[field];
    return name.length === end - start && this.#matches(name, start);
  }

  #matches(expected: Uint8Array, at: number): boolean {
    for (let i = 0; i < expected.length; i++) {
      if (this.#bytes[at + i] !== expected[i]) return false;
    }
    return true;
  }

  /** The code of one of these words; 0 for any other text and for a field left out. */
  #code(field: number, words: readonly Word[]): number {
    const start = this.#starts[field];
    const length = this.#ends[field] - start;
    if (start === 0) return 0;
    for (let i = 0; i < words.length; i++) {
      const { bytes, code } = words[i];
      if (bytes.length === length && this.#matches(bytes, start)) return code;
    }
    return 0;
  }

  /** "" for what is left out or longer than anything we know. */
  #text(field: number): string {
    const length = this.#ends[field] - this.#starts[field];
    if (this.#starts[field] === 0 || length > TEXT_MAX) return "";
    return String.fromCharCode(...this.#bytes.subarray(this.#starts[field], this.#ends[field]));
  }

  /**
   * Moves behind the quote that ends a plain text and returns where the text ends; -1: not plain.
   */
  #skipText(): number {
    const bytes = this.#bytes;
    const { length } = bytes;
    let at = this.#at;
    while (at < length && IS_PLAIN[bytes[at]] !== 0) at++;
    if (at === length || bytes[at] !== QUOTE) return -1;
    this.#at = at + 1;
    return at;
  }

  /** Takes `expected` with spaces allowed before each of its marks, as JSON writers put them. */
  #take(expected: Uint8Array): boolean {
    for (let i = 0; i < expected.length; i++) {
      if (this.#bytes[this.#at] === SPACE && this.#bytes[this.#at - 1] === COLON) this.#at++;
      if (this.#bytes[this.#at++] !== expected[i]) return false;
    }
    return true;
  }

  #takeByte(expected: number): boolean {
    if (this.#bytes[this.#at] !== expected) return false;
    this.#at++;
    return true;
  }

  #skipSpaces(): void {
    while (this.#bytes[this.#at] === SPACE) this.#at++;
  }
}
