// hot path
// The usual RequestBatch, plain new limit orders, read straight from its bytes into command
// records. "Usual" is narrow on purpose: every field once at most, known, and in its usual form,
// prices and quantities on the grid. Anything else, faults included, is left to the library's
// reader and the strict way behind it, which explains; a test holds the two against each other.

import { RecordBuffer, writeU64 } from "../../base/record-buffer.ts";
import { CL_ORD_ID_BYTES, encodeClOrdId } from "../../codec/cl-ord-id.ts";
import {
  type Asker,
  BLOCK_BYTES,
  BLOCK_WORDS,
  COMMAND_NEW,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
  writeCommandHeader,
} from "../../codec/command.ts";
import { EXEC_INST_POST_ONLY } from "../../model/exec-inst.ts";
import type { Instrument } from "../../model/instrument.ts";
import { ORD_TYPE_LIMIT } from "../../model/ord-type.ts";
import { packOrderCodes } from "../../model/order-codes.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../../model/time-in-force.ts";
import type { Symbols } from "../json/command-reader.ts";
import { NO_STEPS, stepsOfBytes } from "../json/decimal.ts";
import { writeRandomClOrdId } from "../json/random-cl-ord-id.ts";
import { BATCH_ORDERS_MAX } from "../limits.ts";
import { ORD_TYPES, SIDES, TIMES_IN_FORCE } from "./enum-codes.ts";
import { MessageReader, NO_VARINT } from "./message-reader.ts";
import { lengthKey, varintKey } from "./message-writer.ts";

/** Not the usual shape: read it the strict way. */
export const NOT_USUAL = 0;

const BATCH_ID = varintKey(1);
const REQUESTS = lengthKey(2);
const REQUEST_NEW = lengthKey(1);

const SYMBOL = 1;
const SIDE = 2;
const ORD_TYPE = 3;
const PRICE = 4;
const ORDER_QTY = 5;
const TIME_IN_FORCE = 6;
const POST_ONLY = 7;
const CL_ORD_ID = 8;
/** One bit a field number: which fields are texts, and which may be there at all. */
const TEXTS = (1 << SYMBOL) | (1 << PRICE) | (1 << ORDER_QTY) | (1 << CL_ORD_ID);
const KNOWN = TEXTS | (1 << SIDE) | (1 << ORD_TYPE) | (1 << TIME_IN_FORCE) | (1 << POST_ONLY);

const SPACE = 0x20;
const DELETE = 0x7f;
/** Begins the ids of OUCH orders, which have a form of their own, and perhaps others. */
const OUCH_LETTER = 0x6f;

export class RequestScanner {
  /** The orders of the last scan, 64 bytes each. */
  readonly records = RecordBuffer.ofBytes(BATCH_ORDERS_MAX * BLOCK_BYTES);
  readonly #symbols: Symbols;
  readonly #reader = new MessageReader();
  /** By field number: where a text starts and ends, or the value. Starts are 0 for nothing. */
  readonly #starts = new Int32Array(CL_ORD_ID + 1);
  readonly #ends = new Int32Array(CL_ORD_ID + 1);
  readonly #values = new Uint32Array(CL_ORD_ID + 1);
  #instrument: Instrument | undefined;
  #batchId = 0;

  constructor(symbols: Symbols) {
    this.#symbols = symbols;
  }

  /** Of the last scan. */
  get batchId(): number {
    return this.#batchId;
  }

  /** Writes the orders of a batch into `records`; how many, or NOT_USUAL and nothing to enter. */
  scan(bytes: Buffer, asker: Asker): number {
    const reader = this.#reader;
    const end = bytes.length;
    let count = 0;
    reader.begin(bytes);
    this.#batchId = 0;
    while (reader.at < end) {
      const key = reader.varint(end);
      if (key === BATCH_ID) {
        if (reader.at > 1 || count > 0) return NOT_USUAL;
        this.#batchId = reader.varint(end);
        if (this.#batchId === NO_VARINT) return NOT_USUAL;
        continue;
      }
      if (key !== REQUESTS || count === BATCH_ORDERS_MAX) return NOT_USUAL;
      if (!this.#takeRequest(end) || !this.#writeOrder(count, asker)) return NOT_USUAL;
      count++;
    }
    return count;
  }

  /** A request that is one new order and nothing else. */
  #takeRequest(batchEnd: number): boolean {
    const reader = this.#reader;
    const requestEnd = reader.fieldEnd(batchEnd);
    if (requestEnd === NO_VARINT || reader.varint(requestEnd) !== REQUEST_NEW) return false;
    const end = reader.fieldEnd(requestEnd);
    if (end !== requestEnd) return false;
    for (let field = 1; field <= CL_ORD_ID; field++) {
      this.#starts[field] = 0;
      this.#values[field] = 0;
    }
    let seen = 0;
    while (reader.at < end) {
      const key = reader.varint(end);
      const field = key >>> 3;
      const bit = field <= CL_ORD_ID ? 1 << field : 0;
      if ((bit & KNOWN) === 0 || (bit & seen) !== 0) return false;
      seen |= bit;
      if (!this.#takeField(key, field, (bit & TEXTS) !== 0, end)) return false;
    }
    return true;
  }

  #takeField(key: number, field: number, isText: boolean, end: number): boolean {
    const reader = this.#reader;
    if (isText) {
      if (key !== lengthKey(field)) return false;
      const textEnd = reader.fieldEnd(end);
      if (textEnd === NO_VARINT) return false;
      this.#starts[field] = reader.at;
      this.#ends[field] = textEnd;
      reader.at = textEnd;
      return true;
    }
    if (key !== varintKey(field)) return false;
    const value = reader.varint(end);
    this.#values[field] = value;
    return value !== NO_VARINT;
  }

  #writeOrder(index: number, asker: Asker): boolean {
    const instrument = this.#readInstrument();
    if (instrument === undefined) return false;
    const codes = this.#orderCodes();
    if (codes === NOT_USUAL) return false;
    const { priceDecimals, tickUnits, qtyDecimals, lotUnits } = instrument;
    const priceTicks = this.#steps(PRICE, priceDecimals, tickUnits);
    const orderQtyLots = this.#steps(ORDER_QTY, qtyDecimals, lotUnits);
    if (priceTicks === NO_STEPS || priceTicks !== (priceTicks | 0)) return false;
    if (orderQtyLots === NO_STEPS) return false;

    const { words, bytes } = this.records;
    const at = index * BLOCK_WORDS;
    const { accountId, sessionId } = asker;
    writeCommandHeader(words, at, COMMAND_NEW, accountId, instrument.instrumentId, sessionId);
    writeU64(words, at + NEW_ORDER_QTY_LOTS_WORD, orderQtyLots);
    words[at + NEW_PRICE_TICKS_WORD] = priceTicks;
    words[at + NEW_SIDE_WORD] = codes;
    return this.#writeClOrdId(bytes, (at + NEW_CL_ORD_ID_WORD) * 4);
  }

  #orderCodes(): number {
    const side = this.#values[SIDE];
    const lifetime = this.#values[TIME_IN_FORCE];
    const postOnly = this.#values[POST_ONLY];
    if (side === 0 || side >= SIDES.length || postOnly > 1) return NOT_USUAL;
    if (ORD_TYPES[this.#values[ORD_TYPE]] !== ORD_TYPE_LIMIT) return NOT_USUAL;
    const timeInForce = lifetime === 0 ? TIF_GTC : TIMES_IN_FORCE[lifetime];
    if (timeInForce !== TIF_GTC && timeInForce !== TIF_IOC && timeInForce !== TIF_FOK) {
      return NOT_USUAL;
    }
    const execInst = postOnly === 1 ? EXEC_INST_POST_ONLY : 0;
    return packOrderCodes(SIDES[side], ORD_TYPE_LIMIT, timeInForce, execInst);
  }

  /** Orders of one batch are mostly of one instrument: its symbol is compared, not looked up. */
  #readInstrument(): Instrument | undefined {
    if (!this.#isText(SYMBOL, this.#instrument?.symbol ?? "")) {
      this.#instrument = this.#symbols.instrumentBySymbol(this.#text(SYMBOL));
    }
    return this.#instrument;
  }

  #writeClOrdId(target: Uint8Array, offsetBytes: number): boolean {
    const start = this.#starts[CL_ORD_ID];
    const length = this.#ends[CL_ORD_ID] - start;
    if (start === 0 || length === 0) {
      writeRandomClOrdId(target, offsetBytes);
      return true;
    }
    const { bytes } = this.#reader;
    if (length > CL_ORD_ID_BYTES || bytes[start] === OUCH_LETTER) {
      return encodeClOrdId(this.#text(CL_ORD_ID), target, offsetBytes);
    }
    for (let i = 0; i < length; i++) {
      const character = bytes[start + i];
      if (character <= SPACE || character >= DELETE) return false;
      target[offsetBytes + i] = character; // The rest of the record is zero.
    }
    return true;
  }

  #steps(field: number, decimals: number, stepUnits: number): number {
    const start = this.#starts[field];
    if (start === 0) return NO_STEPS;
    return stepsOfBytes(this.#reader.bytes, start, this.#ends[field], decimals, stepUnits);
  }

  #isText(field: number, expected: string): boolean {
    const start = this.#starts[field];
    const { length } = expected;
    if (start === 0 || this.#ends[field] - start !== length || length === 0) return false;
    for (let i = 0; i < length; i++) {
      if (this.#reader.bytes[start + i] !== expected.charCodeAt(i)) return false;
    }
    return true;
  }

  #text(field: number): string {
    return this.#reader.bytes.toString("latin1", this.#starts[field], this.#ends[field]);
  }
}
