// hot path
// Command records: docs/protocols/journal.md, "Commands". Constants named ..._WORD are 32-bit word
// indexes from the record's first word, ..._BYTE byte offsets from its first byte.

import { assert } from "../base/assert.ts";
import { type RecordBuffer, readU64, writeU64 } from "../base/record-buffer.ts";
import { ALLOCATION_PRICE_TIME } from "../model/allocation.ts";
import type { Instrument } from "../model/instrument.ts";
import { readAscii, writeAscii } from "./ascii.ts";

/** Who asks, and where the exchange answers. */
export type Asker = { readonly accountId: number; readonly sessionId: number };

export const COMMAND_VERSION = 1;
export const BLOCK_BYTES = 64;
export const BLOCK_WORDS = BLOCK_BYTES / 4;
export const COMMAND_BYTES_MAX = 384;

export const COMMAND_NEW = 1;
export const COMMAND_CANCEL = 2;
export const COMMAND_AMEND = 3;
export const COMMAND_CANCEL_ALL = 4;
export const COMMAND_CREATE_INSTRUMENT = 5;
export const COMMAND_NEW_WITH_TERMS = 6;
export const COMMAND_NEW_LIST = 7;
export const COMMAND_CLOCK = 8;
export const COMMAND_REDUCE_TO = 9;
/** Accounts, money and past trades: codec/account-command.ts. */
export const COMMAND_SET_ACCOUNT = 20;
export const COMMAND_DEPOSIT = 21;
export const COMMAND_WITHDRAW = 22;
export const COMMAND_SET_FEES = 23;
export const COMMAND_BUST_TRADE = 24;
export const COMMAND_CORRECT_TRADE = 25;
/** The trading day: codec/market-command.ts. */
export const COMMAND_SET_PHASE = 30;
export const COMMAND_SET_CALENDAR = 31;
export const COMMAND_SET_DAY = 32;
export const COMMAND_SET_CALL = 33;
export const COMMAND_CHANGE_INSTRUMENT = 34;
/** Market integrity: codec/guard-command.ts. */
export const COMMAND_SET_KILL_SWITCH = 40;
export const COMMAND_SET_DISCONNECT = 41;
export const COMMAND_SESSION_ENDED = 42;
export const COMMAND_ARM_DEAD_MAN = 43;
export const COMMAND_SET_MESSAGE_LIMITS = 44;
export const COMMAND_SET_PROTECTION = 45;
export const COMMAND_RESET_PROTECTION = 46;
export const COMMAND_SET_BANDS = 47;
export const COMMAND_SET_CASCADE_LIMIT = 48;
export const COMMAND_SET_ENDED_IDS = 49;

export const COMMAND_ACCOUNT_ID_WORD = 1;
export const COMMAND_SEQUENCE_WORD = 2;
export const COMMAND_TIME_MICROS_WORD = 4;
export const COMMAND_INSTRUMENT_ID_WORD = 6;
export const COMMAND_SESSION_ID_WORD = 7;

export const NEW_CL_ORD_ID_WORD = 8;
export const NEW_ORDER_QTY_LOTS_WORD = 12;
export const NEW_PRICE_TICKS_WORD = 14;
export const NEW_SIDE_WORD = 15; // The four codes: model/order-codes.ts.

export const CANCEL_CL_ORD_ID_WORD = 8;
export const CANCEL_ORDER_ID_WORD = 12;
export const CANCEL_REDUCE_BY_LOTS_WORD = 14;

export const AMEND_CL_ORD_ID_WORD = 8;
export const AMEND_ORDER_QTY_LOTS_WORD = 12;
export const AMEND_PRICE_TICKS_WORD = 14;
export const AMEND_AMEND_FLAGS_WORD = 15; // Then ordType, triggerSource plus one.
export const AMEND_ORDER_ID_WORD = 16;
export const AMEND_NEW_CL_ORD_ID_WORD = 18;
export const AMEND_STOP_PX_TICKS_WORD = 22;
export const AMEND_DISPLAY_QTY_LOTS_WORD = 24;
export const AMEND_EXPIRE_TIME_MICROS_WORD = 26;

export const AMEND_HAS_PRICE = 1 << 0;
export const AMEND_HAS_QTY = 1 << 1;
export const AMEND_QTY_IS_LEAVES = 1 << 2;
export const AMEND_JOINS_TAIL = 1 << 3;
export const AMEND_HAS_STOP_PX = 1 << 4;
export const AMEND_HAS_DISPLAY_QTY = 1 << 5;
export const AMEND_HAS_EXPIRE_TIME = 1 << 6;
export const AMEND_HAS_TYPE = 1 << 7;
/** In place of a type: the price is none in whole ticks, as EXEC_INST_NO_PRICE says of orders. */
export const AMEND_NO_PRICE = 0xff;

export const CANCEL_ALL_SIDE_WORD = 8; // Side, then cancelFlags.
export const CANCEL_ALL_PRICE_TICKS_MIN_WORD = 9;
export const CANCEL_ALL_PRICE_TICKS_MAX_WORD = 10;
export const CANCEL_ALL_TARGET_SESSION_ID_WORD = 11;
export const CANCEL_ALL_TARGET_ACCOUNT_ID_WORD = 12;

export const CANCEL_ALL_BY_PRICE = 1 << 0;
export const CANCEL_ALL_BY_SESSION = 1 << 1;
export const CANCEL_ALL_OF_ACCOUNT = 1 << 2;

/** The terms of an order: the second block of kind 6, the last 64 bytes of a leg of kind 7. */
export const TERMS_STOP_PX_TICKS_WORD = 16;
export const TERMS_TRIGGER_SOURCE_WORD = 17; // Then pegPriceType, stpMode, termFlags.
export const TERMS_DISPLAY_QTY_LOTS_WORD = 18;
export const TERMS_MIN_QTY_LOTS_WORD = 20;
export const TERMS_EXPIRE_TIME_MICROS_WORD = 22;
export const TERMS_OFFSET_TICKS_WORD = 24;
export const TERMS_STEP_TICKS_WORD = 25;
export const TERMS_PROTECTION_TICKS_WORD = 26;
export const TERMS_DISPLAY_RANDOM_LOTS_WORD = 27;
export const TERMS_QUOTE_AMOUNT_WORD = 28;
/** The terms fill these words of the record. */
export const TERMS_WORDS = 16;

export const LIST_LIST_TYPE_WORD = 8; // Then legsCount, listFlags.
export const LIST_LEG1_WORD = 16;
export const LIST_LEG_WORDS = 24;
export const LIST_LEGS_MAX = 3;

export const CLOCK_RANDOM_WORD = 8;

export const REDUCE_TO_CL_ORD_ID_WORD = 8;
export const REDUCE_TO_ORDER_ID_WORD = 12;
export const REDUCE_TO_ORDER_QTY_LOTS_WORD = 14;

export const CREATE_SYMBOL_WORD = 8;
export const CREATE_CURRENCY_WORD = 12;
export const CREATE_PRICE_TICKS_MIN_WORD = 14;
export const CREATE_PRICE_TICKS_MAX_WORD = 15;
export const CREATE_TICK_UNITS_WORD = 16;
export const CREATE_LOT_UNITS_WORD = 17;
export const CREATE_ORDER_QTY_LOTS_MIN_WORD = 18;
export const CREATE_ORDER_QTY_LOTS_MAX_WORD = 20;
export const CREATE_PRICE_DECIMALS_BYTE = 88;
export const CREATE_QTY_DECIMALS_BYTE = 89;
export const CREATE_ALLOCATION_BYTE = 90;
export const CREATE_RESTS_AT_PROTECTION_BYTE = 91;
export const CREATE_BASE_ASSET_WORD = 24;
export const CREATE_MONEY_UNITS_WORD = 26;
export const CREATE_ASSET_UNITS_WORD = 27;
export const CREATE_NOTIONAL_MIN_WORD = 28;
export const CREATE_NOTIONAL_MAX_WORD = 30;

const SYMBOL_BYTES = 16;
const CURRENCY_BYTES = 8;

/** Kind of the command whose first word is `words[at]`. */
export function commandKindOf(words: Int32Array, at: number): number {
  return (words[at] >>> 8) & 0xff;
}

export function commandVersionOf(words: Int32Array, at: number): number {
  return words[at] & 0xff;
}

/** Length in 64-byte blocks, as the record says. */
export function commandBlocksOf(words: Int32Array, at: number): number {
  return (words[at] >>> 16) & 0xff;
}

/** Length in blocks that a kind must have; 0 for an unknown kind. */
export function blocksOfKind(kind: number): number {
  switch (kind) {
    case COMMAND_NEW:
    case COMMAND_CANCEL:
    case COMMAND_CANCEL_ALL:
    case COMMAND_CLOCK:
    case COMMAND_REDUCE_TO:
    case COMMAND_DEPOSIT:
    case COMMAND_WITHDRAW:
    case COMMAND_BUST_TRADE:
    case COMMAND_CORRECT_TRADE:
    case COMMAND_SET_PHASE:
    case COMMAND_SET_CALENDAR:
    case COMMAND_SET_DAY:
    case COMMAND_SET_CALL:
    case COMMAND_CHANGE_INSTRUMENT:
    case COMMAND_SET_KILL_SWITCH:
    case COMMAND_SET_DISCONNECT:
    case COMMAND_SESSION_ENDED:
    case COMMAND_ARM_DEAD_MAN:
    case COMMAND_SET_PROTECTION:
    case COMMAND_RESET_PROTECTION:
    case COMMAND_SET_BANDS:
    case COMMAND_SET_CASCADE_LIMIT:
    case COMMAND_SET_ENDED_IDS:
      return 1;
    case COMMAND_AMEND:
    case COMMAND_CREATE_INSTRUMENT:
    case COMMAND_NEW_WITH_TERMS:
    case COMMAND_SET_ACCOUNT:
    case COMMAND_SET_FEES:
    case COMMAND_SET_MESSAGE_LIMITS:
      return 2;
    case COMMAND_NEW_LIST:
      return 6;
    default:
      return 0;
  }
}

/** Zeroes the record and writes its header. Sequence and time stay 0: the sequencer sets them. */
export function writeCommandHeader(
  words: Int32Array,
  at: number,
  kind: number,
  accountId: number,
  instrumentId: number,
  sessionId: number,
): void {
  const blocks = blocksOfKind(kind);
  assert(blocks > 0, "a command of a known kind is written");
  words.fill(0, at, at + blocks * BLOCK_WORDS);
  words[at] = COMMAND_VERSION | (kind << 8) | (blocks << 16);
  words[at + COMMAND_ACCOUNT_ID_WORD] = accountId;
  words[at + COMMAND_INSTRUMENT_ID_WORD] = instrumentId;
  words[at + COMMAND_SESSION_ID_WORD] = sessionId;
}

/** Writes a create-instrument command, 128 bytes, at `offsetBytes`. Operator's account. */
export function writeCreateInstrument(
  record: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  instrument: Instrument,
): void {
  const { words, bytes } = record;
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_CREATE_INSTRUMENT, 0, instrument.instrumentId, sessionId);
  writeAscii(bytes, offsetBytes + CREATE_SYMBOL_WORD * 4, SYMBOL_BYTES, instrument.symbol);
  writeAscii(bytes, offsetBytes + CREATE_CURRENCY_WORD * 4, CURRENCY_BYTES, instrument.currency);
  words[at + CREATE_PRICE_TICKS_MIN_WORD] = instrument.priceTicksMin;
  words[at + CREATE_PRICE_TICKS_MAX_WORD] = instrument.priceTicksMax;
  words[at + CREATE_TICK_UNITS_WORD] = instrument.tickUnits;
  words[at + CREATE_LOT_UNITS_WORD] = instrument.lotUnits;
  writeU64(words, at + CREATE_ORDER_QTY_LOTS_MIN_WORD, instrument.orderQtyLotsMin);
  writeU64(words, at + CREATE_ORDER_QTY_LOTS_MAX_WORD, instrument.orderQtyLotsMax);
  bytes[offsetBytes + CREATE_PRICE_DECIMALS_BYTE] = instrument.priceDecimals;
  bytes[offsetBytes + CREATE_QTY_DECIMALS_BYTE] = instrument.qtyDecimals;
  bytes[offsetBytes + CREATE_ALLOCATION_BYTE] = instrument.allocation ?? ALLOCATION_PRICE_TIME;
  bytes[offsetBytes + CREATE_RESTS_AT_PROTECTION_BYTE] = Number(
    instrument.restsAtProtection ?? false,
  );
  const { baseAsset = "", moneyUnits = 1, assetUnits = 1 } = instrument;
  writeAscii(bytes, offsetBytes + CREATE_BASE_ASSET_WORD * 4, CURRENCY_BYTES, baseAsset);
  words[at + CREATE_MONEY_UNITS_WORD] = moneyUnits;
  words[at + CREATE_ASSET_UNITS_WORD] = assetUnits;
  writeU64(words, at + CREATE_NOTIONAL_MIN_WORD, instrument.notionalMin ?? 0);
  writeU64(words, at + CREATE_NOTIONAL_MAX_WORD, instrument.notionalMax ?? 0);
}

/** The inverse of writeCreateInstrument. */
export function readCreateInstrument(record: RecordBuffer, offsetBytes: number): Instrument {
  const { words, bytes } = record;
  const at = offsetBytes / 4;
  const allocation = bytes[offsetBytes + CREATE_ALLOCATION_BYTE];
  const restsAtProtection = bytes[offsetBytes + CREATE_RESTS_AT_PROTECTION_BYTE] !== 0;
  const notionalMin = readU64(words, at + CREATE_NOTIONAL_MIN_WORD);
  const notionalMax = readU64(words, at + CREATE_NOTIONAL_MAX_WORD);
  const limitsNotional = notionalMin !== 0 || notionalMax !== 0;
  const terms: Instrument = {
    ...(allocation === ALLOCATION_PRICE_TIME ? {} : { allocation }),
    ...(restsAtProtection ? { restsAtProtection } : {}),
    ...(limitsNotional ? { notionalMin, notionalMax } : {}),
    instrumentId: words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0,
    symbol: readAscii(bytes, offsetBytes + CREATE_SYMBOL_WORD * 4, SYMBOL_BYTES),
    currency: readAscii(bytes, offsetBytes + CREATE_CURRENCY_WORD * 4, CURRENCY_BYTES),
    priceDecimals: bytes[offsetBytes + CREATE_PRICE_DECIMALS_BYTE],
    tickUnits: words[at + CREATE_TICK_UNITS_WORD] >>> 0,
    qtyDecimals: bytes[offsetBytes + CREATE_QTY_DECIMALS_BYTE],
    lotUnits: words[at + CREATE_LOT_UNITS_WORD] >>> 0,
    priceTicksMin: words[at + CREATE_PRICE_TICKS_MIN_WORD],
    priceTicksMax: words[at + CREATE_PRICE_TICKS_MAX_WORD],
    orderQtyLotsMin: readU64(words, at + CREATE_ORDER_QTY_LOTS_MIN_WORD),
    orderQtyLotsMax: readU64(words, at + CREATE_ORDER_QTY_LOTS_MAX_WORD),
  };
  const baseAsset = readAscii(bytes, offsetBytes + CREATE_BASE_ASSET_WORD * 4, CURRENCY_BYTES);
  const moneyUnits = words[at + CREATE_MONEY_UNITS_WORD] >>> 0 || 1;
  const assetUnits = words[at + CREATE_ASSET_UNITS_WORD] >>> 0 || 1;
  const isPlain = baseAsset === "" && moneyUnits === 1 && assetUnits === 1;
  return isPlain ? terms : { ...terms, baseAsset, moneyUnits, assetUnits };
}
