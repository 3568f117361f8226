// hot path
// OUCH requests as the commands they ask for, written into one record. Nothing is refused here:
// what the exchange does not do becomes a command that the engine refuses, so that the answer is in
// the log and comes again when the client asks for it again.

import { type RecordBuffer, writeU64 } from "../base/record-buffer.ts";
import { EXEC_INST_HIDDEN, EXEC_INST_NO_PRICE, EXEC_INST_POST_ONLY } from "../model/exec-inst.ts";
import { PRICE_TICKS_MAX } from "../model/instrument.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET, ORD_TYPE_PEGGED } from "../model/ord-type.ts";
import { packOrderCodes } from "../model/order-codes.ts";
import { PEG_MARKET, PEG_MID, PEG_PRIMARY, TERM_HAS_PRICE } from "../model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_ATC, TIF_GTD, TIF_OPG } from "../model/time-in-force.ts";
import { i64At, u32At } from "./big-endian.ts";
import * as command from "./command.ts";
import { packOuchClOrdId, writeOuchId } from "./ouch-id.ts";
import type { OuchInstrument } from "./ouch-instrument.ts";
import { OuchOptions } from "./ouch-options.ts";
import * as request from "./ouch-request.ts";

/** The price that says: at any price. */
export const OUCH_MARKET_PRICE = 0x7fff_ffff;

const MICROS_A_SECOND = 1_000_000;
/** No side, type or lifetime: the engine answers UNSUPPORTED_ORDER. */
const NO_CODES = 0;
const NO_INSTRUMENT = 0;

const BUY = 0x42; // B
const SELL = 0x53; // S
const SELL_SHORT = 0x54; // T
const SELL_SHORT_EXEMPT = 0x45; // E
const VISIBLE = 0x59; // Y
const ATTRIBUTABLE = 0x41; // A
const HIDDEN = 0x4e; // N
const CONTINUOUS = 0x4e; // N
const OPENING = 0x4f; // O
const CLOSING = 0x43; // C
const ZERO = 0x30;
const NINE = 0x39;
const PRICE_TYPE_LIMIT = 0x4c; // L
const PRICE_TYPE_MARKET_PEG = 0x50; // P
const PRICE_TYPE_MIDPOINT_PEG = 0x4d; // M
const PRICE_TYPE_PRIMARY_PEG = 0x52; // R

export class OuchCommands {
  readonly #record: RecordBuffer;
  readonly #options = new OuchOptions();

  /** `record` has room for a command with terms; each write begins at its start. */
  constructor(record: RecordBuffer) {
    this.#record = record;
  }

  /** The order of the request at `at`, `length` bytes; `instrument` undefined: nobody knows it. */
  writeEnter(
    bytes: Uint8Array,
    at: number,
    length: number,
    asker: command.Asker,
    instrument: OuchInstrument | undefined,
    nowMicros: number,
  ): void {
    const { words } = this.#record;
    const hasOptions = length > request.ENTER_ORDER_BYTES;
    if (hasOptions) this.#options.read(bytes, at + request.ENTER_ORDER_BYTES, at + length);
    else this.#options.clear();
    const kind = hasOptions ? command.COMMAND_NEW_WITH_TERMS : command.COMMAND_NEW;
    const instrumentId = instrument?.instrumentId ?? NO_INSTRUMENT;
    command.writeCommandHeader(words, 0, kind, asker.accountId, instrumentId, asker.sessionId);
    const isNamed = this.#putId(
      bytes,
      at + request.ENTER_ORDER_USER_REF_NUM_BYTE,
      at + request.ENTER_ORDER_CL_ORD_ID_BYTE,
      command.NEW_CL_ORD_ID_WORD,
    );
    const orderQtyLots = u32At(bytes, at + request.ENTER_ORDER_QUANTITY_BYTE);
    writeU64(words, command.NEW_ORDER_QTY_LOTS_WORD, orderQtyLots);
    const price = i64At(bytes, at + request.ENTER_ORDER_PRICE_BYTE);
    const isMarket = price === OUCH_MARKET_PRICE;
    if (!isMarket) words[command.NEW_PRICE_TICKS_WORD] = ticksOf(price, instrument);
    const ordType = ordTypeOf(this.#options.priceType, isMarket);
    const codes = isNamed ? this.#codesOf(bytes, at, ordType) : NO_CODES;
    const isNoPrice = codes !== NO_CODES && !isMarket && isOff(price, instrument);
    words[command.NEW_SIDE_WORD] = isNoPrice ? codes | (EXEC_INST_NO_PRICE << 24) : codes;
    if (hasOptions) this.#putTerms(instrument, isMarket || price === 0, nowMicros);
  }

  /** An amend; `instrument` is the order's, undefined: there is no such order. */
  writeReplace(
    bytes: Uint8Array,
    at: number,
    length: number,
    asker: command.Asker,
    instrument: OuchInstrument | undefined,
    nowMicros: number,
  ): void {
    const { words } = this.#record;
    const { accountId, sessionId } = asker;
    const instrumentId = instrument?.instrumentId ?? NO_INSTRUMENT;
    command.writeCommandHeader(words, 0, command.COMMAND_AMEND, accountId, instrumentId, sessionId);
    const origUserRefNum = u32At(bytes, at + request.REPLACE_ORDER_ORIG_USER_REF_NUM_BYTE);
    writeOuchId(words, command.AMEND_CL_ORD_ID_WORD, origUserRefNum);
    this.#putId(
      bytes,
      at + request.REPLACE_ORDER_USER_REF_NUM_BYTE,
      at + request.REPLACE_ORDER_CL_ORD_ID_BYTE,
      command.AMEND_NEW_CL_ORD_ID_WORD,
    );
    const orderQtyLots = u32At(bytes, at + request.REPLACE_ORDER_QUANTITY_BYTE);
    writeU64(words, command.AMEND_ORDER_QTY_LOTS_WORD, orderQtyLots);
    const price = i64At(bytes, at + request.REPLACE_ORDER_PRICE_BYTE);
    words[command.AMEND_PRICE_TICKS_WORD] = ticksOf(price, instrument);
    this.#options.read(bytes, at + request.REPLACE_ORDER_BYTES, at + length);
    const flags = command.AMEND_HAS_PRICE | command.AMEND_HAS_QTY;
    const options = this.#putAmendOptions(nowMicros);
    const noPrice = command.AMEND_HAS_TYPE | (command.AMEND_NO_PRICE << 8);
    words[command.AMEND_AMEND_FLAGS_WORD] = flags | (isOff(price, instrument) ? noPrice : options);
  }

  /** What the options change, as flags with their type; of what no amend changes, no type. */
  #putAmendOptions(nowMicros: number): number {
    const { words } = this.#record;
    const { maxFloorLots, expireSeconds, hasExpireTime, hasPriceType } = this.#options;
    let flags = 0;
    if (maxFloorLots > 0) flags |= command.AMEND_HAS_DISPLAY_QTY;
    writeU64(words, command.AMEND_DISPLAY_QTY_LOTS_WORD, maxFloorLots);
    if (hasExpireTime) {
      flags |= command.AMEND_HAS_EXPIRE_TIME;
      const expireTimeMicros = nowMicros + expireSeconds * MICROS_A_SECOND;
      writeU64(words, command.AMEND_EXPIRE_TIME_MICROS_WORD, expireTimeMicros);
    }
    if (this.#options.isOfEntry || this.#options.isUnsupported) {
      return flags | command.AMEND_HAS_TYPE | NO_CODES;
    }
    return hasPriceType ? flags | command.AMEND_HAS_TYPE | (ORD_TYPE_LIMIT << 8) : flags;
  }

  /** A cancel, or with a quantity a reduction to that total. */
  writeCancel(bytes: Uint8Array, at: number, asker: command.Asker): void {
    const { words } = this.#record;
    const { accountId, sessionId } = asker;
    const totalLots = u32At(bytes, at + request.CANCEL_ORDER_QUANTITY_BYTE);
    const userRefNum = u32At(bytes, at + request.CANCEL_ORDER_USER_REF_NUM_BYTE);
    const kind = totalLots === 0 ? command.COMMAND_CANCEL : command.COMMAND_REDUCE_TO;
    command.writeCommandHeader(words, 0, kind, accountId, NO_INSTRUMENT, sessionId);
    writeOuchId(words, command.CANCEL_CL_ORD_ID_WORD, userRefNum);
    if (totalLots > 0) writeU64(words, command.REDUCE_TO_ORDER_QTY_LOTS_WORD, totalLots);
  }

  /** An amend of the total. */
  writeModify(bytes: Uint8Array, at: number, asker: command.Asker): void {
    const { words } = this.#record;
    const { accountId, sessionId } = asker;
    command.writeCommandHeader(
      words,
      0,
      command.COMMAND_AMEND,
      accountId,
      NO_INSTRUMENT,
      sessionId,
    );
    const userRefNum = u32At(bytes, at + request.MODIFY_ORDER_USER_REF_NUM_BYTE);
    writeOuchId(words, command.AMEND_CL_ORD_ID_WORD, userRefNum);
    const orderQtyLots = u32At(bytes, at + request.MODIFY_ORDER_QUANTITY_BYTE);
    writeU64(words, command.AMEND_ORDER_QTY_LOTS_WORD, orderQtyLots);
    words[command.AMEND_AMEND_FLAGS_WORD] = command.AMEND_HAS_QTY;
  }

  /**
   * A cancel of all orders, or of one side's; instrument 0: of all. False: it names neither side,
   * or orders that nobody can tell from others.
   */
  writeMassCancel(
    bytes: Uint8Array,
    at: number,
    length: number,
    asker: command.Asker,
    instrumentId: number,
  ): boolean {
    const { words } = this.#record;
    const optionsAt = at + request.MASS_CANCEL_BYTES;
    this.#options.read(bytes, optionsAt, at + length);
    const { hasGroup, isUnsupported } = this.#options;
    const side = sideOf(this.#options.side);
    if (isUnsupported || hasGroup || (side === 0 && this.#options.side !== 0)) return false;
    command.writeCommandHeader(
      words,
      0,
      command.COMMAND_CANCEL_ALL,
      asker.accountId,
      instrumentId,
      asker.sessionId,
    );
    words[command.CANCEL_ALL_SIDE_WORD] = side;
    return true;
  }

  /** The order's id at `word`; false: its ClOrdID is not text, and the id is without it. */
  #putId(bytes: Uint8Array, userRefNumAt: number, clOrdIdAt: number, word: number): boolean {
    const { words } = this.#record;
    writeOuchId(words, word, u32At(bytes, userRefNumAt));
    return packOuchClOrdId(bytes, clOrdIdAt, words, word);
  }

  #codesOf(bytes: Uint8Array, at: number, ordType: number): number {
    const side = sideOf(bytes[at + request.ENTER_ORDER_SIDE_BYTE]);
    const display = bytes[at + request.ENTER_ORDER_DISPLAY_BYTE];
    const isShown = display === VISIBLE || display === ATTRIBUTABLE;
    const crossType = bytes[at + request.ENTER_ORDER_CROSS_TYPE_BYTE];
    const timeInForce = lifetimeOf(bytes[at + request.ENTER_ORDER_TIME_IN_FORCE_BYTE], crossType);
    const isKnown = side !== 0 && ordType !== 0 && timeInForce >= 0;
    if (!isKnown || (!isShown && display !== HIDDEN)) return NO_CODES;
    if (this.#options.isUnsupported) return NO_CODES;
    let execInst = isShown ? 0 : EXEC_INST_HIDDEN;
    if (this.#options.isPostOnly) execInst |= EXEC_INST_POST_ONLY;
    return packOrderCodes(side, ordType, timeInForce, execInst);
  }

  #putTerms(instrument: OuchInstrument | undefined, isUncapped: boolean, nowMicros: number): void {
    const { words } = this.#record;
    const options = this.#options;
    const pegPriceType = pegPriceTypeOf(options.priceType);
    writeU64(words, command.TERMS_DISPLAY_QTY_LOTS_WORD, options.maxFloorLots);
    writeU64(words, command.TERMS_MIN_QTY_LOTS_WORD, options.minQtyLots);
    words[command.TERMS_DISPLAY_RANDOM_LOTS_WORD] = options.randomReservesLots;
    if (((words[command.NEW_SIDE_WORD] >>> 16) & 0xff) === TIF_GTD) {
      const expireTimeMicros = nowMicros + options.expireSeconds * MICROS_A_SECOND;
      writeU64(words, command.TERMS_EXPIRE_TIME_MICROS_WORD, expireTimeMicros);
    }
    if (pegPriceType === 0) return;
    const flags = isUncapped ? 0 : TERM_HAS_PRICE;
    words[command.TERMS_TRIGGER_SOURCE_WORD] = (pegPriceType << 8) | (flags << 24);
    const offset = options.pegOffsetUnits;
    words[command.TERMS_OFFSET_TICKS_WORD] = ticksOf(offset, instrument);
    if (!isOff(offset, instrument)) return;
    words[command.NEW_SIDE_WORD] |= EXEC_INST_NO_PRICE << 24;
    words[command.NEW_PRICE_TICKS_WORD] = ticksOf(offset, instrument);
  }
}

/** Sell short and its exempt kind are sells: whoever borrows has done so before. */
function sideOf(side: number): number {
  switch (side) {
    case BUY:
      return SIDE_BUY;
    case SELL:
    case SELL_SHORT:
    case SELL_SHORT_EXEMPT:
      return SIDE_SELL;
    default:
      return 0;
  }
}

/** OUCH's digits are FIX's; -1 for a lifetime or a cross that the exchange does not have. */
function lifetimeOf(timeInForce: number, crossType: number): number {
  if (crossType === OPENING) return TIF_OPG;
  if (crossType === CLOSING) return TIF_ATC;
  if (crossType !== CONTINUOUS || timeInForce < ZERO || timeInForce > NINE) return -1;
  return timeInForce - ZERO;
}

function ordTypeOf(priceType: number, isMarket: boolean): number {
  if (priceType !== PRICE_TYPE_LIMIT) return pegPriceTypeOf(priceType) === 0 ? 0 : ORD_TYPE_PEGGED;
  return isMarket ? ORD_TYPE_MARKET : ORD_TYPE_LIMIT;
}

function pegPriceTypeOf(priceType: number): number {
  switch (priceType) {
    case PRICE_TYPE_MARKET_PEG:
      return PEG_MARKET;
    case PRICE_TYPE_MIDPOINT_PEG:
      return PEG_MID;
    case PRICE_TYPE_PRIMARY_PEG:
      return PEG_PRIMARY;
    default:
      return 0;
  }
}

function isOff(price: number, instrument: OuchInstrument | undefined): boolean {
  return instrument !== undefined && Number.isNaN(instrument.ticksOf(price));
}

/** Whole ticks; 0 for a price between two, and the last one for a price beyond it. */
function ticksOf(price: number, instrument: OuchInstrument | undefined): number {
  if (instrument === undefined) return 0;
  const ticks = instrument.ticksOf(price);
  if (!Number.isNaN(ticks)) return ticks;
  return instrument.isBetween(price) ? 0 : PRICE_TICKS_MAX;
}
