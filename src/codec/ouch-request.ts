// hot path
// What an OUCH 5.0 client sends: docs/protocols/ouch.md, "Requests". Constants named ..._BYTE are
// byte offsets from the message's first byte, its type.

import { u16At } from "./big-endian.ts";
import { areOuchOptionsSound, ouchOptionFault } from "./ouch-options.ts";

export const OUCH_ENTER_ORDER = 0x4f; // O
export const OUCH_REPLACE_ORDER = 0x55; // U
export const OUCH_CANCEL_ORDER = 0x58; // X
export const OUCH_MODIFY_ORDER = 0x4d; // M
export const OUCH_MASS_CANCEL = 0x43; // C
export const OUCH_DISABLE_ORDER_ENTRY = 0x44; // D
export const OUCH_ENABLE_ORDER_ENTRY = 0x45; // E
export const OUCH_ACCOUNT_QUERY = 0x51; // Q

export const ENTER_ORDER_USER_REF_NUM_BYTE = 1;
export const ENTER_ORDER_SIDE_BYTE = 5;
export const ENTER_ORDER_QUANTITY_BYTE = 6;
export const ENTER_ORDER_SYMBOL_BYTE = 10;
export const ENTER_ORDER_PRICE_BYTE = 18;
export const ENTER_ORDER_TIME_IN_FORCE_BYTE = 26;
export const ENTER_ORDER_DISPLAY_BYTE = 27;
export const ENTER_ORDER_CAPACITY_BYTE = 28;
export const ENTER_ORDER_INTER_MARKET_SWEEP_BYTE = 29;
export const ENTER_ORDER_CROSS_TYPE_BYTE = 30;
export const ENTER_ORDER_CL_ORD_ID_BYTE = 31;
export const ENTER_ORDER_APPENDAGE_LENGTH_BYTE = 45;
export const ENTER_ORDER_BYTES = 47;

export const REPLACE_ORDER_ORIG_USER_REF_NUM_BYTE = 1;
export const REPLACE_ORDER_USER_REF_NUM_BYTE = 5;
export const REPLACE_ORDER_QUANTITY_BYTE = 9;
export const REPLACE_ORDER_PRICE_BYTE = 13;
export const REPLACE_ORDER_TIME_IN_FORCE_BYTE = 21;
export const REPLACE_ORDER_DISPLAY_BYTE = 22;
export const REPLACE_ORDER_INTER_MARKET_SWEEP_BYTE = 23;
export const REPLACE_ORDER_CL_ORD_ID_BYTE = 24;
export const REPLACE_ORDER_APPENDAGE_LENGTH_BYTE = 38;
export const REPLACE_ORDER_BYTES = 40;

export const CANCEL_ORDER_USER_REF_NUM_BYTE = 1;
export const CANCEL_ORDER_QUANTITY_BYTE = 5;
export const CANCEL_ORDER_BYTES = 9;

export const MODIFY_ORDER_USER_REF_NUM_BYTE = 1;
export const MODIFY_ORDER_SIDE_BYTE = 5;
export const MODIFY_ORDER_QUANTITY_BYTE = 6;
export const MODIFY_ORDER_BYTES = 10;

export const MASS_CANCEL_USER_REF_NUM_BYTE = 1;
export const MASS_CANCEL_FIRM_BYTE = 5;
export const MASS_CANCEL_SYMBOL_BYTE = 9;
export const MASS_CANCEL_APPENDAGE_LENGTH_BYTE = 17;
export const MASS_CANCEL_BYTES = 19;

/** Enable order entry has the same layout. */
export const DISABLE_ORDER_ENTRY_USER_REF_NUM_BYTE = 1;
export const DISABLE_ORDER_ENTRY_FIRM_BYTE = 5;
export const DISABLE_ORDER_ENTRY_APPENDAGE_LENGTH_BYTE = 9;
export const DISABLE_ORDER_ENTRY_BYTES = 11;

export const ACCOUNT_QUERY_BYTES = 1;

/** Length of a request without its appendage; 0 for a type that nobody knows. */
export function ouchRequestBytes(type: number): number {
  switch (type) {
    case OUCH_ENTER_ORDER:
      return ENTER_ORDER_BYTES;
    case OUCH_REPLACE_ORDER:
      return REPLACE_ORDER_BYTES;
    case OUCH_CANCEL_ORDER:
      return CANCEL_ORDER_BYTES;
    case OUCH_MODIFY_ORDER:
      return MODIFY_ORDER_BYTES;
    case OUCH_MASS_CANCEL:
      return MASS_CANCEL_BYTES;
    case OUCH_DISABLE_ORDER_ENTRY:
    case OUCH_ENABLE_ORDER_ENTRY:
      return DISABLE_ORDER_ENTRY_BYTES;
    case OUCH_ACCOUNT_QUERY:
      return ACCOUNT_QUERY_BYTES;
    default:
      return 0;
  }
}

/**
 * Whether `length` bytes from `bytes[at]` are a request: a known type, its length, an appendage
 * that ends with it and whose options have their lengths.
 */
export function isOuchRequest(bytes: Uint8Array, at: number, length: number): boolean {
  if (length === 0) return false;
  const fixedBytes = ouchRequestBytes(bytes[at]);
  if (fixedBytes === 0 || length < fixedBytes) return false;
  const mayEndShort = hasFixedEnd(bytes[at]);
  if (mayEndShort && length === fixedBytes) return true;
  const optionsAt = mayEndShort ? fixedBytes + 2 : fixedBytes;
  if (length < optionsAt) return false;
  const optionsBytes = u16At(bytes, at + optionsAt - 2);
  if (optionsBytes !== length - optionsAt) return false;
  return optionsBytes === 0 || areOuchOptionsSound(bytes, at + optionsAt, at + length);
}

/** What was expected of bytes that isOuchRequest() does not know, and what was found. */
export function ouchRequestFault(bytes: Uint8Array, at: number, length: number): string {
  if (length === 0) return "expected a request, found no byte of one";
  const type = letterText(bytes[at]);
  const fixedBytes = ouchRequestBytes(bytes[at]);
  if (fixedBytes === 0) return `expected a request (O U X M C D E Q), found type ${type}`;
  if (length < fixedBytes) {
    return `request ${type}: expected ${fixedBytes} bytes or more, found ${length}`;
  }
  const optionsAt = hasFixedEnd(bytes[at]) ? fixedBytes + 2 : fixedBytes;
  if (length < optionsAt) {
    return `request ${type}: expected ${fixedBytes} bytes, or an appendage's length behind them`;
  }
  const optionsBytes = u16At(bytes, at + optionsAt - 2);
  if (optionsBytes !== length - optionsAt) {
    const found = `${length - optionsAt} bytes of it`;
    return `request ${type}: expected an appendage of ${optionsBytes} bytes, found ${found}`;
  }
  return `request ${type}: ${ouchOptionFault(bytes, at + optionsAt, at + length)}`;
}

function letterText(byte: number): string {
  const isPrintable = byte > 0x20 && byte < 0x7f;
  return isPrintable ? String.fromCharCode(byte) : `0x${byte.toString(16).padStart(2, "0")}`;
}

/** The older requests end without an appendage's length, and may go on with one. */
function hasFixedEnd(type: number): boolean {
  return type === OUCH_CANCEL_ORDER || type === OUCH_MODIFY_ORDER || type === OUCH_ACCOUNT_QUERY;
}
