// hot path
// The appendage of an OUCH 5.0 message: options, each a length, a tag and a value. Tags and
// lengths: docs/protocols/ouch.md, "Options".

import { i32At, putU32, putU64, u32At } from "./big-endian.ts";

export const OUCH_SECONDARY_ORD_REF_NUM = 1;
export const OUCH_FIRM = 2;
export const OUCH_MIN_QTY = 3;
export const OUCH_CUSTOMER_TYPE = 4;
export const OUCH_MAX_FLOOR = 5;
export const OUCH_PRICE_TYPE = 6;
export const OUCH_PEG_OFFSET = 7;
export const OUCH_DISCRETION_PRICE = 9;
export const OUCH_DISCRETION_PRICE_TYPE = 10;
export const OUCH_DISCRETION_PEG_OFFSET = 11;
export const OUCH_POST_ONLY = 12;
export const OUCH_RANDOM_RESERVES = 13;
export const OUCH_ROUTE = 14;
export const OUCH_EXPIRE_TIME = 15;
export const OUCH_TRADE_NOW = 16;
export const OUCH_HANDLE_INST = 17;
export const OUCH_BBO_WEIGHT_INDICATOR = 18;
export const OUCH_DISPLAY_QUANTITY = 22;
export const OUCH_DISPLAY_PRICE = 23;
export const OUCH_GROUP_ID = 24;
export const OUCH_SHARES_LOCATED = 25;
export const OUCH_LOCATE_BROKER = 26;
export const OUCH_SIDE = 27;
export const OUCH_USER_REF_IDX = 28;

/** Ours, far from the protocol's: of an account query, and of the reports that follow from it. */
export const OUCH_WANTS_RECEIPTS = 240;
export const OUCH_RECEIPT = 241;
/** Five times of eight bytes. */
export const OUCH_RECEIPT_BYTES = 40;

/** Bytes of the values by tag; 0: nobody knows the tag. */
const VALUE_BYTES = new Uint8Array(256);
VALUE_BYTES.set([
  0, 8, 4, 4, 1, 4, 1, 4, 0, 8, 1, 4, 1, 4, 4, 4, 1, 1, 1, 0, 0, 0, 4, 8, 2, 1, 4, 1, 1,
]);
VALUE_BYTES[OUCH_WANTS_RECEIPTS] = 1;
VALUE_BYTES[OUCH_RECEIPT] = OUCH_RECEIPT_BYTES;

const POST_ONLY = 0x50; // P
const NO = 0x4e; // N
const LIMIT = 0x4c; // L

/** Length of an option's value; 0 for a tag that nobody knows. */
export function ouchOptionBytes(tag: number): number {
  return VALUE_BYTES[tag];
}

/** Whether the bytes from `at` to `end` are whole options of known tags and lengths. */
export function areOuchOptionsSound(bytes: Uint8Array, at: number, end: number): boolean {
  while (at < end) {
    const length = bytes[at];
    if (length < 2 || at + 1 + length > end) return false;
    if (ouchOptionBytes(bytes[at + 1]) !== length - 1) return false;
    at += 1 + length;
  }
  return true;
}

/** The first of the options that is not as areOuchOptionsSound() wants them, in words. */
export function ouchOptionFault(bytes: Uint8Array, at: number, end: number): string {
  for (; at < end; at += 1 + bytes[at]) {
    const length = bytes[at];
    if (length < 2) return `option: expected a length of 2 or more, found ${length}`;
    if (at + 1 + length > end) {
      return `option: expected ${length} bytes behind its length, found ${end - at - 1}`;
    }
    const tag = bytes[at + 1];
    const valueBytes = ouchOptionBytes(tag);
    if (valueBytes === 0) return `option: expected a tag of docs/protocols/ouch.md, found ${tag}`;
    if (valueBytes !== length - 1) {
      return `option ${tag}: expected a value of ${valueBytes} bytes, found ${length - 1}`;
    }
  }
  return "option: expected whole ones, found another";
}

/** What an order's options ask for: one object, filled anew for each order. */
export class OuchOptions {
  minQtyLots = 0;
  maxFloorLots = 0;
  randomReservesLots = 0;
  expireSeconds = 0;
  pegOffsetUnits = 0;
  /** FIX-like letter: L limit, P market peg, M midpoint peg, R primary peg. */
  priceType = LIMIT;
  isPostOnly = false;
  /** Whether the type, or the lifetime, is asked for at all. */
  hasPriceType = false;
  hasExpireTime = false;
  /** Something is asked for that an order has from its entry on, or never. */
  isOfEntry = false;
  /** Of a mass cancel: only this side; 0 both. */
  side = 0;
  /** Of a mass cancel: only the orders of a group. */
  hasGroup = false;
  /** Something is asked for that the exchange does not do. */
  isUnsupported = false;

  clear(): void {
    this.minQtyLots = 0;
    this.maxFloorLots = 0;
    this.randomReservesLots = 0;
    this.expireSeconds = 0;
    this.pegOffsetUnits = 0;
    this.priceType = LIMIT;
    this.isPostOnly = false;
    this.hasPriceType = false;
    this.hasExpireTime = false;
    this.isOfEntry = false;
    this.side = 0;
    this.hasGroup = false;
    this.isUnsupported = false;
  }

  /** Reads the sound options from `at` to `end`. Of one that comes twice the last counts. */
  read(bytes: Uint8Array, at: number, end: number): void {
    this.clear();
    while (at < end) {
      this.#readOne(bytes[at + 1], bytes, at + 2);
      at += 1 + bytes[at];
    }
  }

  #readOne(tag: number, bytes: Uint8Array, at: number): void {
    switch (tag) {
      case OUCH_MIN_QTY:
        this.minQtyLots = u32At(bytes, at);
        if (this.minQtyLots > 0) this.isOfEntry = true;
        return;
      case OUCH_MAX_FLOOR:
        this.maxFloorLots = u32At(bytes, at);
        return;
      case OUCH_RANDOM_RESERVES:
        this.randomReservesLots = u32At(bytes, at);
        if (this.randomReservesLots > 0) this.isOfEntry = true;
        return;
      case OUCH_EXPIRE_TIME:
        this.expireSeconds = u32At(bytes, at);
        this.hasExpireTime = true;
        return;
      case OUCH_PRICE_TYPE:
        this.priceType = bytes[at];
        this.hasPriceType = true;
        if (this.priceType !== LIMIT) this.isOfEntry = true;
        return;
      case OUCH_PEG_OFFSET:
        this.pegOffsetUnits = i32At(bytes, at);
        this.isOfEntry = true;
        return;
      case OUCH_POST_ONLY:
        this.isPostOnly = bytes[at] === POST_ONLY;
        this.isOfEntry = true;
        if (!this.isPostOnly && bytes[at] !== NO) this.isUnsupported = true;
        return;
      case OUCH_SIDE:
        this.side = bytes[at];
        return;
      case OUCH_GROUP_ID:
        this.hasGroup = (bytes[at] | bytes[at + 1]) !== 0;
        return;
      case OUCH_USER_REF_IDX:
        if (bytes[at] !== 0) this.isUnsupported = true; // One row of UserRefNums an account.
        return;
      case OUCH_DISCRETION_PRICE:
      case OUCH_DISCRETION_PRICE_TYPE:
      case OUCH_DISCRETION_PEG_OFFSET:
        this.isUnsupported = true;
        return;
      default: // Says something of the client or of other markets.
    }
  }
}

/** Writes an option with a value of one byte at `at`; returns where the next one goes. */
export function putOuchByte(bytes: Uint8Array, at: number, tag: number, value: number): number {
  bytes[at] = 2;
  bytes[at + 1] = tag;
  bytes[at + 2] = value;
  return at + 3;
}

/** The same with a value of four bytes. */
export function putOuchU32(bytes: Uint8Array, at: number, tag: number, value: number): number {
  bytes[at] = 5;
  bytes[at + 1] = tag;
  putU32(bytes, at + 2, value);
  return at + 6;
}

/** The same with a value of eight bytes. */
export function putOuchU64(bytes: Uint8Array, at: number, tag: number, value: number): number {
  bytes[at] = 9;
  bytes[at + 1] = tag;
  putU64(bytes, at + 2, value);
  return at + 10;
}
