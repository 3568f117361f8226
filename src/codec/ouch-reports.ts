// hot path
// Events of an order as the OUCH reports that tell them. An event is written straight into the
// bytes that a client will read; docs/protocols/ouch.md, "From events to reports".

import { readU64 } from "../base/record-buffer.ts";
import { EXEC_INST_HIDDEN } from "../model/exec-inst.ts";
import {
  execInstOf,
  isPostOnly,
  sideOf,
  timeInForceOf,
  worksAsMarket,
} from "../model/order-codes.ts";
import { PEG_MARKET, PEG_MID, PEG_PRIMARY } from "../model/order-terms.ts";
import {
  REASON_BELOW_EXECUTED,
  REASON_EXPIRED,
  REASON_FOK_UNFILLABLE,
  REASON_IOC_REMAINDER,
  REASON_MIN_QTY,
  REASON_NO_LIQUIDITY,
  REASON_PHASE,
  REASON_POST_ONLY_WOULD_TRADE,
  REASON_PROTECTION,
  REASON_REQUESTED,
  REASON_SELF_TRADE,
} from "../model/reasons.ts";
import { SIDE_BUY } from "../model/side.ts";
import { TIF_ATC, TIF_OPG } from "../model/time-in-force.ts";
import { putU16, putU32, putU64 } from "./big-endian.ts";
import * as command from "./command.ts";
import * as event from "./event.ts";
import { OUCH_MARKET_PRICE } from "./ouch-commands.ts";
import { OUCH_CL_ORD_ID_BYTES, unpackOuchClOrdId } from "./ouch-id.ts";
import type { OuchInstrument } from "./ouch-instrument.ts";
import * as options from "./ouch-options.ts";
import * as report from "./ouch-report.ts";

const QUANTITY_MAX = 4_294_967_295;
const MICROS_A_DAY = 86_400_000_000;
const MICROS_A_SECOND = 1_000_000;
const SPACE = 0x20;
const ZERO = 0x30;
const letter = (text: string): number => text.charCodeAt(0);
const BUY = letter("B");
const SELL = letter("S");
const VISIBLE = letter("Y");
const HIDDEN = letter("N");
const OTHER_CAPACITY = letter("O");
const NO = letter("N");
const LIVE = letter("L");
const ADDED = letter("A");
const REMOVED = letter("R");
const POST_ONLY = letter("P");
const SUPERVISORY = letter("S");
const SELF_MATCH = letter("Q");
const START_OF_DAY = letter("S");
const REFRESH = letter("R");

/** Why an order ended, in OUCH's letters; everything else is a cancel by the system, Z. */
const CANCEL_REASONS: ReadonlyMap<number, number> = new Map([
  [REASON_REQUESTED, letter("U")],
  [REASON_BELOW_EXECUTED, letter("U")],
  [REASON_IOC_REMAINDER, letter("I")],
  [REASON_NO_LIQUIDITY, letter("I")],
  [REASON_MIN_QTY, letter("I")],
  [REASON_FOK_UNFILLABLE, letter("I")],
  [REASON_EXPIRED, letter("T")],
  [REASON_PROTECTION, letter("K")],
  [REASON_POST_ONLY_WOULD_TRADE, letter("F")],
  [REASON_PHASE, letter("H")],
  [REASON_SELF_TRADE, SELF_MATCH],
]);
const CANCELED_BY_SYSTEM = letter("Z");

/** Nanoseconds since midnight UTC, as OUCH and ITCH have them. */
export class WireClock {
  #midnightMicros = 0;

  nanosOf(timeMicros: number): number {
    const sinceMicros = timeMicros - this.#midnightMicros;
    if (sinceMicros >= 0 && sinceMicros < MICROS_A_DAY) return sinceMicros * 1000;
    this.#midnightMicros = Math.floor(timeMicros / MICROS_A_DAY) * MICROS_A_DAY;
    return (timeMicros - this.#midnightMicros) * 1000;
  }
}

/**
 * Each method writes one report at `to` and returns its length. `words[at]` starts the event,
 * `idAt` the client order id that the report is about.
 */
export class OuchReports {
  readonly #clock = new WireClock();

  systemStart(bytes: Uint8Array, to: number, words: Int32Array, at: number): number {
    this.#begin(bytes, to, report.OUCH_SYSTEM_EVENT, words, at);
    bytes[to + report.SYSTEM_EVENT_EVENT_CODE_BYTE] = START_OF_DAY;
    return report.SYSTEM_EVENT_BYTES;
  }

  /** `termsAt`: the event with the order's terms; below 0 where it has none. */
  accepted(
    bytes: Uint8Array,
    to: number,
    words: Int32Array,
    at: number,
    instrument: OuchInstrument,
    termsAt: number,
  ): number {
    this.#beginOf(bytes, to, report.OUCH_ACCEPTED, words, at, at + event.EVENT_CL_ORD_ID_WORD);
    const orderQtyLots = readU64(words, at + event.EVENT_ORDER_QTY_LOTS_WORD);
    const end = this.#order(bytes, to, words, at, instrument, termsAt, orderQtyLots);
    return end - to;
  }

  /** `origUserRefNum` 0: the order was not OUCH's before. */
  replaced(
    bytes: Uint8Array,
    to: number,
    words: Int32Array,
    at: number,
    instrument: OuchInstrument,
    origUserRefNum: number,
  ): number {
    this.#begin(bytes, to, report.OUCH_REPLACED, words, at);
    const userRefNum = words[at + event.EVENT_CL_ORD_ID_WORD];
    putU32(bytes, to + report.REPLACED_ORIG_USER_REF_NUM_BYTE, origUserRefNum);
    putU32(bytes, to + report.REPLACED_USER_REF_NUM_BYTE, userRefNum);
    const shifted = to + report.REPLACED_SHIFT_BYTES;
    const orderQtyLots = readU64(words, at + event.EVENT_ORDER_QTY_LOTS_WORD);
    const end = this.#order(bytes, shifted, words, at, instrument, -1, orderQtyLots);
    return end - to;
  }

  canceled(bytes: Uint8Array, to: number, words: Int32Array, at: number): number {
    this.#beginOf(bytes, to, report.OUCH_CANCELED, words, at, at + event.EVENT_CL_ORD_ID_WORD);
    const endedLots = readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD);
    putU32(bytes, to + report.CANCELED_QUANTITY_BYTE, quantityOf(endedLots));
    const reason = CANCEL_REASONS.get(event.reasonOf(words, at)) ?? CANCELED_BY_SYSTEM;
    bytes[to + report.CANCELED_REASON_BYTE] = reason;
    return report.CANCELED_BYTES;
  }

  /** The order goes on under another protocol's id, named in `words[at]`; `idAt` is the old one. */
  givenAway(bytes: Uint8Array, to: number, words: Int32Array, at: number, idAt: number): number {
    this.#beginOf(bytes, to, report.OUCH_CANCELED, words, at, idAt);
    const openLots = readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD);
    putU32(bytes, to + report.CANCELED_QUANTITY_BYTE, quantityOf(openLots));
    bytes[to + report.CANCELED_REASON_BYTE] = SUPERVISORY;
    return report.CANCELED_BYTES;
  }

  /** `words[at]` says what ended, `words[preventedAt]` which match it was that did not happen. */
  aiqCanceled(
    bytes: Uint8Array,
    to: number,
    words: Int32Array,
    at: number,
    preventedAt: number,
    instrument: OuchInstrument,
  ): number {
    this.#beginOf(bytes, to, report.OUCH_AIQ_CANCELED, words, at, at + event.EVENT_CL_ORD_ID_WORD);
    const endedLots = readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD);
    const preventedLots = readU64(words, preventedAt + event.EVENT_LAST_QTY_LOTS_WORD);
    const price = instrument.priceOf(words[preventedAt + event.EVENT_LAST_PX_TICKS_WORD]);
    putU32(bytes, to + report.AIQ_CANCELED_DECREMENT_SHARES_BYTE, quantityOf(endedLots));
    bytes[to + report.AIQ_CANCELED_REASON_BYTE] = SELF_MATCH;
    putU32(bytes, to + report.AIQ_CANCELED_QUANTITY_PREVENTED_BYTE, quantityOf(preventedLots));
    putU64(bytes, to + report.AIQ_CANCELED_EXECUTION_PRICE_BYTE, price);
    bytes[to + report.AIQ_CANCELED_LIQUIDITY_FLAG_BYTE] = liquidityOf(words, preventedAt);
    return report.AIQ_CANCELED_BYTES;
  }

  executed(
    bytes: Uint8Array,
    to: number,
    words: Int32Array,
    at: number,
    instrument: OuchInstrument,
    liquidity: number,
  ): number {
    this.#beginOf(bytes, to, report.OUCH_EXECUTED, words, at, at + event.EVENT_CL_ORD_ID_WORD);
    const lastQtyLots = readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD);
    const tradeId = readU64(words, at + event.EVENT_TRADE_ID_WORD);
    const price = instrument.priceOf(words[at + event.EVENT_LAST_PX_TICKS_WORD]);
    putU32(bytes, to + report.EXECUTED_QUANTITY_BYTE, quantityOf(lastQtyLots));
    putU64(bytes, to + report.EXECUTED_PRICE_BYTE, price);
    bytes[to + report.EXECUTED_LIQUIDITY_FLAG_BYTE] = liquidity;
    putU64(bytes, to + report.EXECUTED_MATCH_NUMBER_BYTE, tradeId);
    putU16(bytes, to + report.EXECUTED_APPENDAGE_LENGTH_BYTE, 0);
    return report.EXECUTED_BYTES;
  }

  brokenTrade(bytes: Uint8Array, to: number, words: Int32Array, at: number): number {
    const idAt = at + event.EVENT_CL_ORD_ID_WORD;
    this.#beginOf(bytes, to, report.OUCH_BROKEN_TRADE, words, at, idAt);
    const tradeId = readU64(words, at + event.EVENT_TRADE_ID_WORD);
    putU64(bytes, to + report.BROKEN_TRADE_MATCH_NUMBER_BYTE, tradeId);
    bytes[to + report.BROKEN_TRADE_REASON_BYTE] = SUPERVISORY;
    unpackOuchClOrdId(words, idAt, bytes, to + report.BROKEN_TRADE_CL_ORD_ID_BYTE);
    return report.BROKEN_TRADE_BYTES;
  }

  rejected(bytes: Uint8Array, to: number, words: Int32Array, at: number, idAt: number): number {
    this.#beginOf(bytes, to, report.OUCH_REJECTED, words, at, idAt);
    putU16(bytes, to + report.REJECTED_REASON_BYTE, event.reasonOf(words, at));
    unpackOuchClOrdId(words, idAt, bytes, to + report.REJECTED_CL_ORD_ID_BYTE);
    return report.REJECTED_BYTES;
  }

  cancelReject(bytes: Uint8Array, to: number, words: Int32Array, at: number): number {
    this.#beginOf(bytes, to, report.OUCH_CANCEL_REJECT, words, at, at + event.EVENT_CL_ORD_ID_WORD);
    return report.CANCEL_REJECT_BYTES;
  }

  priorityUpdate(
    bytes: Uint8Array,
    to: number,
    words: Int32Array,
    at: number,
    instrument: OuchInstrument,
  ): number {
    const idAt = at + event.EVENT_CL_ORD_ID_WORD;
    this.#beginOf(bytes, to, report.OUCH_PRIORITY_UPDATE, words, at, idAt);
    const price = instrument.priceOf(words[at + event.EVENT_PRICE_TICKS_WORD]);
    const orderId = readU64(words, at + event.EVENT_ORDER_ID_WORD);
    putU64(bytes, to + report.PRIORITY_UPDATE_PRICE_BYTE, price);
    bytes[to + report.PRIORITY_UPDATE_DISPLAY_BYTE] = displayOf(words, at);
    putU64(bytes, to + report.PRIORITY_UPDATE_ORDER_REFERENCE_NUMBER_BYTE, orderId);
    return report.PRIORITY_UPDATE_BYTES;
  }

  /** The open quantity after an amend. */
  modified(bytes: Uint8Array, to: number, words: Int32Array, at: number): number {
    this.#beginOf(bytes, to, report.OUCH_MODIFIED, words, at, at + event.EVENT_CL_ORD_ID_WORD);
    const leavesQtyLots = readU64(words, at + event.EVENT_LEAVES_QTY_LOTS_WORD);
    bytes[to + report.MODIFIED_SIDE_BYTE] = sideLetter(words, at);
    putU32(bytes, to + report.MODIFIED_QUANTITY_BYTE, quantityOf(leavesQtyLots));
    return report.MODIFIED_BYTES;
  }

  /** What an iceberg shows now, and under which public id. */
  restated(bytes: Uint8Array, to: number, words: Int32Array, at: number): number {
    this.#beginOf(bytes, to, report.OUCH_RESTATED, words, at, at + event.EVENT_CL_ORD_ID_WORD);
    bytes[to + report.RESTATED_REASON_BYTE] = REFRESH;
    const shownLots = readU64(words, at + event.EVENT_CONTRA_ORDER_ID_WORD);
    const publicId = readU64(words, at + event.EVENT_TRADE_ID_WORD);
    const optionsAt = to + report.RESTATED_BYTES;
    const quantity = quantityOf(shownLots);
    let end = options.putOuchU32(bytes, optionsAt, options.OUCH_DISPLAY_QUANTITY, quantity);
    end = options.putOuchU64(bytes, end, options.OUCH_SECONDARY_ORD_REF_NUM, publicId);
    putU16(bytes, to + report.RESTATED_APPENDAGE_LENGTH_BYTE, end - optionsAt);
    return end - to;
  }

  #begin(bytes: Uint8Array, to: number, type: number, words: Int32Array, at: number): void {
    const timeMicros = readU64(words, at + event.EVENT_TIME_MICROS_WORD);
    bytes[to] = type;
    putU64(bytes, to + report.OUCH_TIMESTAMP_BYTE, this.#clock.nanosOf(timeMicros));
  }

  #beginOf(
    bytes: Uint8Array,
    to: number,
    type: number,
    words: Int32Array,
    at: number,
    idAt: number,
  ): void {
    this.#begin(bytes, to, type, words, at);
    putU32(bytes, to + report.OUCH_USER_REF_NUM_BYTE, words[idAt]);
  }

  /** What accepted and replaced say of the order, from its side on; returns where it ends. */
  #order(
    bytes: Uint8Array,
    to: number,
    words: Int32Array,
    at: number,
    instrument: OuchInstrument,
    termsAt: number,
    orderQtyLots: number,
  ): number {
    const codes = words[at + event.EVENT_SIDE_WORD];
    const timeInForce = timeInForceOf(codes);
    const { symbolBytes } = instrument;
    const price = instrument.priceOf(words[at + event.EVENT_PRICE_TICKS_WORD]);
    bytes[to + report.ACCEPTED_SIDE_BYTE] = sideLetter(words, at);
    putU32(bytes, to + report.ACCEPTED_QUANTITY_BYTE, quantityOf(orderQtyLots));
    for (let i = 0; i < symbolBytes.length; i++) {
      bytes[to + report.ACCEPTED_SYMBOL_BYTE + i] = symbolBytes[i];
    }
    putU64(
      bytes,
      to + report.ACCEPTED_PRICE_BYTE,
      worksAsMarket(codes) ? OUCH_MARKET_PRICE : price,
    );
    bytes[to + report.ACCEPTED_TIME_IN_FORCE_BYTE] = ZERO + timeInForce;
    bytes[to + report.ACCEPTED_DISPLAY_BYTE] = displayOf(words, at);
    const orderId = readU64(words, at + event.EVENT_ORDER_ID_WORD);
    putU64(bytes, to + report.ACCEPTED_ORDER_REFERENCE_NUMBER_BYTE, orderId);
    bytes[to + report.ACCEPTED_CAPACITY_BYTE] = OTHER_CAPACITY;
    bytes[to + report.ACCEPTED_INTER_MARKET_SWEEP_BYTE] = NO;
    bytes[to + report.ACCEPTED_CROSS_TYPE_BYTE] = crossTypeOf(timeInForce);
    bytes[to + report.ACCEPTED_ORDER_STATE_BYTE] = LIVE;
    const idAt = at + event.EVENT_CL_ORD_ID_WORD;
    unpackOuchClOrdId(words, idAt, bytes, to + report.ACCEPTED_CL_ORD_ID_BYTE);
    const optionsAt = to + report.ACCEPTED_BYTES;
    const end =
      termsAt < 0 ? optionsAt : putTerms(bytes, optionsAt, words, termsAt, codes, instrument);
    putU16(bytes, to + report.ACCEPTED_APPENDAGE_LENGTH_BYTE, end - optionsAt);
    return end;
  }
}

/** A blank ClOrdID, for reports of the gateway on a request without one. */
export function putBlankClOrdId(bytes: Uint8Array, to: number): void {
  for (let i = 0; i < OUCH_CL_ORD_ID_BYTES; i++) bytes[to + i] = SPACE;
}

/** The options that an order was entered with, at `to`; returns where they end. */
function putTerms(
  bytes: Uint8Array,
  to: number,
  words: Int32Array,
  termsAt: number,
  codes: number,
  instrument: OuchInstrument,
): number {
  let end = to;
  const minQtyLots = readU64(words, termsAt + command.TERMS_MIN_QTY_LOTS_WORD);
  if (minQtyLots > 0) {
    end = options.putOuchU32(bytes, end, options.OUCH_MIN_QTY, quantityOf(minQtyLots));
  }
  const displayQtyLots = readU64(words, termsAt + command.TERMS_DISPLAY_QTY_LOTS_WORD);
  if (displayQtyLots > 0) {
    end = options.putOuchU32(bytes, end, options.OUCH_MAX_FLOOR, quantityOf(displayQtyLots));
  }
  const randomLots = words[termsAt + command.TERMS_DISPLAY_RANDOM_LOTS_WORD] >>> 0;
  if (randomLots > 0) {
    end = options.putOuchU32(bytes, end, options.OUCH_RANDOM_RESERVES, randomLots);
  }
  const pegPriceType = (words[termsAt + command.TERMS_TRIGGER_SOURCE_WORD] >>> 8) & 0xff;
  const priceType = priceTypeOf(pegPriceType);
  if (priceType !== 0) {
    const offset = instrument.priceOf(words[termsAt + command.TERMS_OFFSET_TICKS_WORD]);
    end = options.putOuchByte(bytes, end, options.OUCH_PRICE_TYPE, priceType);
    end = options.putOuchU32(bytes, end, options.OUCH_PEG_OFFSET, offset);
  }
  const expireTimeMicros = readU64(words, termsAt + command.TERMS_EXPIRE_TIME_MICROS_WORD);
  if (expireTimeMicros > 0) {
    const acceptedMicros = readU64(words, termsAt + event.EVENT_TIME_MICROS_WORD);
    const seconds = Math.round((expireTimeMicros - acceptedMicros) / MICROS_A_SECOND);
    end = options.putOuchU32(bytes, end, options.OUCH_EXPIRE_TIME, quantityOf(seconds));
  }
  if (isPostOnly(codes)) {
    end = options.putOuchByte(bytes, end, options.OUCH_POST_ONLY, POST_ONLY);
  }
  return end;
}

function priceTypeOf(pegPriceType: number): number {
  switch (pegPriceType) {
    case PEG_MARKET:
      return letter("P");
    case PEG_MID:
      return letter("M");
    case PEG_PRIMARY:
      return letter("R");
    default:
      return 0;
  }
}

/** An order of more lots than OUCH can say, entered elsewhere, shows as many as it can. */
function quantityOf(lots: number): number {
  return lots < QUANTITY_MAX ? lots : QUANTITY_MAX;
}

function sideLetter(words: Int32Array, at: number): number {
  return sideOf(words[at + event.EVENT_SIDE_WORD]) === SIDE_BUY ? BUY : SELL;
}

function displayOf(words: Int32Array, at: number): number {
  const execInst = execInstOf(words[at + event.EVENT_SIDE_WORD]);
  return (execInst & EXEC_INST_HIDDEN) === 0 ? VISIBLE : HIDDEN;
}

/** Whether the order added liquidity or removed it. */
export function liquidityOf(words: Int32Array, at: number): number {
  const isAggressor = (event.eventFlagsOf(words, at) & event.FLAG_AGGRESSOR) !== 0;
  return isAggressor ? REMOVED : ADDED;
}

function crossTypeOf(timeInForce: number): number {
  if (timeInForce === TIF_OPG) return letter("O");
  return timeInForce === TIF_ATC ? letter("C") : NO;
}
