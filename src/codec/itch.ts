// hot path
// ITCH 5.0 messages: docs/protocols/itch.md. Constants named ..._BYTE are byte offsets from the
// message's first byte, its type. All begin with type, locate, tracking number and time.

import { putU16, putU32, putU48, putU64 } from "./big-endian.ts";

export const ITCH_SYSTEM_EVENT = 0x53; // S
export const ITCH_STOCK_DIRECTORY = 0x52; // R
export const ITCH_TRADING_ACTION = 0x48; // H
export const ITCH_ADD_ORDER = 0x41; // A
export const ITCH_ORDER_EXECUTED = 0x45; // E
export const ITCH_EXECUTED_WITH_PRICE = 0x43; // C
export const ITCH_ORDER_CANCEL = 0x58; // X
export const ITCH_ORDER_DELETE = 0x44; // D
export const ITCH_TRADE = 0x50; // P
export const ITCH_CROSS_TRADE = 0x51; // Q
export const ITCH_BROKEN_TRADE = 0x42; // B
export const ITCH_NOII = 0x49; // I
export const ITCH_AUCTION_COLLAR = 0x4a; // J
/** GLIMPSE's, the end of a snapshot. */
export const ITCH_END_OF_SNAPSHOT = 0x47; // G

export const ITCH_LOCATE_BYTE = 1;
export const ITCH_TRACKING_NUMBER_BYTE = 3;
export const ITCH_TIMESTAMP_BYTE = 5;

export const SYSTEM_EVENT_EVENT_CODE_BYTE = 11;
export const SYSTEM_EVENT_BYTES = 12;

export const STOCK_DIRECTORY_STOCK_BYTE = 11;
export const STOCK_DIRECTORY_MARKET_CATEGORY_BYTE = 19;
export const STOCK_DIRECTORY_FINANCIAL_STATUS_BYTE = 20;
export const STOCK_DIRECTORY_ROUND_LOT_SIZE_BYTE = 21;
export const STOCK_DIRECTORY_ROUND_LOTS_ONLY_BYTE = 25;
export const STOCK_DIRECTORY_ISSUE_CLASSIFICATION_BYTE = 26;
export const STOCK_DIRECTORY_ISSUE_SUB_TYPE_BYTE = 27;
export const STOCK_DIRECTORY_AUTHENTICITY_BYTE = 29;
export const STOCK_DIRECTORY_SHORT_SALE_THRESHOLD_BYTE = 30;
export const STOCK_DIRECTORY_IPO_FLAG_BYTE = 31;
export const STOCK_DIRECTORY_LULD_TIER_BYTE = 32;
export const STOCK_DIRECTORY_ETP_FLAG_BYTE = 33;
export const STOCK_DIRECTORY_ETP_LEVERAGE_BYTE = 34;
export const STOCK_DIRECTORY_INVERSE_BYTE = 38;
export const STOCK_DIRECTORY_BYTES = 39;

export const TRADING_ACTION_STOCK_BYTE = 11;
export const TRADING_ACTION_TRADING_STATE_BYTE = 19;
export const TRADING_ACTION_RESERVED_BYTE = 20;
export const TRADING_ACTION_REASON_BYTE = 21;
export const TRADING_ACTION_BYTES = 25;

export const ADD_ORDER_ORDER_REFERENCE_BYTE = 11;
export const ADD_ORDER_SIDE_BYTE = 19;
export const ADD_ORDER_SHARES_BYTE = 20;
export const ADD_ORDER_STOCK_BYTE = 24;
export const ADD_ORDER_PRICE_BYTE = 32;
export const ADD_ORDER_BYTES = 36;

export const ORDER_EXECUTED_ORDER_REFERENCE_BYTE = 11;
export const ORDER_EXECUTED_SHARES_BYTE = 19;
export const ORDER_EXECUTED_MATCH_NUMBER_BYTE = 23;
export const ORDER_EXECUTED_BYTES = 31;

/** Behind the fields of order executed. */
export const EXECUTED_WITH_PRICE_PRINTABLE_BYTE = 31;
export const EXECUTED_WITH_PRICE_PRICE_BYTE = 32;
export const EXECUTED_WITH_PRICE_BYTES = 36;

export const ORDER_CANCEL_ORDER_REFERENCE_BYTE = 11;
export const ORDER_CANCEL_SHARES_BYTE = 19;
export const ORDER_CANCEL_BYTES = 23;

export const ORDER_DELETE_ORDER_REFERENCE_BYTE = 11;
export const ORDER_DELETE_BYTES = 19;

/** Add order's fields, then the match number. */
export const TRADE_MATCH_NUMBER_BYTE = 36;
export const TRADE_BYTES = 44;

export const CROSS_TRADE_SHARES_BYTE = 11;
export const CROSS_TRADE_STOCK_BYTE = 19;
export const CROSS_TRADE_CROSS_PRICE_BYTE = 27;
export const CROSS_TRADE_MATCH_NUMBER_BYTE = 31;
export const CROSS_TRADE_CROSS_TYPE_BYTE = 39;
export const CROSS_TRADE_BYTES = 40;

export const NOII_PAIRED_SHARES_BYTE = 11;
export const NOII_IMBALANCE_SHARES_BYTE = 19;
export const NOII_IMBALANCE_DIRECTION_BYTE = 27;
export const NOII_STOCK_BYTE = 28;
export const NOII_FAR_PRICE_BYTE = 36;
export const NOII_NEAR_PRICE_BYTE = 40;
export const NOII_CURRENT_REFERENCE_PRICE_BYTE = 44;
export const NOII_CROSS_TYPE_BYTE = 48;
export const NOII_PRICE_VARIATION_BYTE = 49;
export const NOII_BYTES = 50;

export const AUCTION_COLLAR_STOCK_BYTE = 11;
export const AUCTION_COLLAR_REFERENCE_PRICE_BYTE = 19;
export const AUCTION_COLLAR_UPPER_PRICE_BYTE = 23;
export const AUCTION_COLLAR_LOWER_PRICE_BYTE = 27;
export const AUCTION_COLLAR_EXTENSION_BYTE = 31;
export const AUCTION_COLLAR_BYTES = 35;

export const BROKEN_TRADE_MATCH_NUMBER_BYTE = 11;
export const BROKEN_TRADE_BYTES = 19;

export const END_OF_SNAPSHOT_SEQUENCE_BYTE = 1;
export const END_OF_SNAPSHOT_BYTES = 21;

/** No message that the exchange sends is longer. */
export const ITCH_BYTES_MAX = 50;

/** Lengths of all messages of ITCH 5.0, ours and those that the exchange never sends. */
const LENGTHS: ReadonlyMap<string, number> = new Map([
  ["S", 12],
  ["R", 39],
  ["H", 25],
  ["Y", 20],
  ["L", 26],
  ["V", 35],
  ["W", 12],
  ["K", 28],
  ["J", 35],
  ["h", 21],
  ["A", 36],
  ["F", 40],
  ["E", 31],
  ["C", 36],
  ["X", 23],
  ["D", 19],
  ["U", 35],
  ["P", 44],
  ["Q", 40],
  ["B", 19],
  ["I", 50],
  ["N", 20],
  ["O", 48],
  ["G", 21],
]);

/** Length of a message by its type; 0 for a type that nobody knows. */
export function itchBytes(type: number): number {
  return LENGTHS.get(String.fromCharCode(type)) ?? 0;
}

/** Writes what all messages begin with. */
export function putItchHeader(
  bytes: Uint8Array,
  at: number,
  type: number,
  locate: number,
  nanos: number,
): void {
  bytes[at] = type;
  putU16(bytes, at + ITCH_LOCATE_BYTE, locate);
  putU16(bytes, at + ITCH_TRACKING_NUMBER_BYTE, 0);
  putU48(bytes, at + ITCH_TIMESTAMP_BYTE, nanos);
}

/** Writes an add order behind its header; its length is ADD_ORDER_BYTES. */
export function putAddOrder(
  bytes: Uint8Array,
  at: number,
  orderReference: number,
  sideLetter: number,
  shares: number,
  symbolBytes: Uint8Array,
  price: number,
): void {
  putU64(bytes, at + ADD_ORDER_ORDER_REFERENCE_BYTE, orderReference);
  bytes[at + ADD_ORDER_SIDE_BYTE] = sideLetter;
  putU32(bytes, at + ADD_ORDER_SHARES_BYTE, shares);
  for (let i = 0; i < symbolBytes.length; i++) {
    bytes[at + ADD_ORDER_STOCK_BYTE + i] = symbolBytes[i];
  }
  putU32(bytes, at + ADD_ORDER_PRICE_BYTE, price);
}
