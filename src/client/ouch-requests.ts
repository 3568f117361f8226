// OUCH 5.0 requests from plain objects, as a client sends them: docs/protocols/ouch.md.

import { putU16, putU32, putU64 } from "../codec/big-endian.ts";
import { OUCH_CL_ORD_ID_BYTES } from "../codec/ouch-id.ts";
import { WIRE_SYMBOL_BYTES } from "../codec/ouch-instrument.ts";
import * as options from "../codec/ouch-options.ts";
import * as request from "../codec/ouch-request.ts";

/** Prices are whole numbers of 10^-4; quantities are lots. Letters are OUCH's own. */
export type OuchEnter = {
  readonly userRefNum: number;
  readonly side: string;
  readonly quantity: number;
  readonly symbol: string;
  readonly price: number;
  /** "0" day, "1" good till canceled, "3" IOC, "4" FOK, "6" good till time; GTC if left out. */
  readonly timeInForce?: string;
  /** "Y" shown, "N" hidden. */
  readonly display?: string;
  readonly capacity?: string;
  readonly interMarketSweep?: string;
  readonly crossType?: string;
  readonly clOrdId?: string;
  readonly options?: OuchOrderOptions;
};

export type OuchOrderOptions = {
  readonly minQty?: number;
  readonly maxFloor?: number;
  readonly priceType?: string;
  readonly pegOffset?: number;
  readonly postOnly?: boolean;
  readonly randomReserves?: number;
  readonly expireTime?: number;
};

export type OuchReplace = {
  readonly origUserRefNum: number;
  readonly userRefNum: number;
  readonly quantity: number;
  readonly price: number;
  readonly clOrdId?: string;
  readonly options?: OuchOrderOptions;
};

const OPTIONS_BYTES_MAX = 64;

export function enterRequest(order: OuchEnter): Uint8Array {
  const optionBytes = optionsOf(order.options);
  const bytes = new Uint8Array(request.ENTER_ORDER_BYTES + optionBytes.length);
  bytes[0] = request.OUCH_ENTER_ORDER;
  putU32(bytes, request.ENTER_ORDER_USER_REF_NUM_BYTE, order.userRefNum);
  putText(bytes, request.ENTER_ORDER_SIDE_BYTE, 1, order.side);
  putU32(bytes, request.ENTER_ORDER_QUANTITY_BYTE, order.quantity);
  putText(bytes, request.ENTER_ORDER_SYMBOL_BYTE, WIRE_SYMBOL_BYTES, order.symbol);
  putU64(bytes, request.ENTER_ORDER_PRICE_BYTE, order.price);
  putText(bytes, request.ENTER_ORDER_TIME_IN_FORCE_BYTE, 1, order.timeInForce ?? "1");
  putText(bytes, request.ENTER_ORDER_DISPLAY_BYTE, 1, order.display ?? "Y");
  putText(bytes, request.ENTER_ORDER_CAPACITY_BYTE, 1, order.capacity ?? "A");
  putText(bytes, request.ENTER_ORDER_INTER_MARKET_SWEEP_BYTE, 1, order.interMarketSweep ?? "N");
  putText(bytes, request.ENTER_ORDER_CROSS_TYPE_BYTE, 1, order.crossType ?? "N");
  putText(bytes, request.ENTER_ORDER_CL_ORD_ID_BYTE, OUCH_CL_ORD_ID_BYTES, order.clOrdId ?? "");
  putU16(bytes, request.ENTER_ORDER_APPENDAGE_LENGTH_BYTE, optionBytes.length);
  bytes.set(optionBytes, request.ENTER_ORDER_BYTES);
  return bytes;
}

export function replaceRequest(order: OuchReplace): Uint8Array {
  const optionBytes = optionsOf(order.options);
  const bytes = new Uint8Array(request.REPLACE_ORDER_BYTES + optionBytes.length);
  bytes[0] = request.OUCH_REPLACE_ORDER;
  putU32(bytes, request.REPLACE_ORDER_ORIG_USER_REF_NUM_BYTE, order.origUserRefNum);
  putU32(bytes, request.REPLACE_ORDER_USER_REF_NUM_BYTE, order.userRefNum);
  putU32(bytes, request.REPLACE_ORDER_QUANTITY_BYTE, order.quantity);
  putU64(bytes, request.REPLACE_ORDER_PRICE_BYTE, order.price);
  putText(bytes, request.REPLACE_ORDER_TIME_IN_FORCE_BYTE, 1, "1");
  putText(bytes, request.REPLACE_ORDER_DISPLAY_BYTE, 1, "Y");
  putText(bytes, request.REPLACE_ORDER_INTER_MARKET_SWEEP_BYTE, 1, "N");
  putText(bytes, request.REPLACE_ORDER_CL_ORD_ID_BYTE, OUCH_CL_ORD_ID_BYTES, order.clOrdId ?? "");
  putU16(bytes, request.REPLACE_ORDER_APPENDAGE_LENGTH_BYTE, optionBytes.length);
  bytes.set(optionBytes, request.REPLACE_ORDER_BYTES);
  return bytes;
}

/** `quantity` 0 cancels the order; else it goes down to that total. */
export function cancelRequest(userRefNum: number, quantity = 0): Uint8Array {
  const bytes = new Uint8Array(request.CANCEL_ORDER_BYTES);
  bytes[0] = request.OUCH_CANCEL_ORDER;
  putU32(bytes, request.CANCEL_ORDER_USER_REF_NUM_BYTE, userRefNum);
  putU32(bytes, request.CANCEL_ORDER_QUANTITY_BYTE, quantity);
  return bytes;
}

export function modifyRequest(userRefNum: number, side: string, quantity: number): Uint8Array {
  const bytes = new Uint8Array(request.MODIFY_ORDER_BYTES);
  bytes[0] = request.OUCH_MODIFY_ORDER;
  putU32(bytes, request.MODIFY_ORDER_USER_REF_NUM_BYTE, userRefNum);
  putText(bytes, request.MODIFY_ORDER_SIDE_BYTE, 1, side);
  putU32(bytes, request.MODIFY_ORDER_QUANTITY_BYTE, quantity);
  return bytes;
}

/** Symbol "": every instrument; side "": both. */
export function massCancelRequest(userRefNum: number, symbol = "", side = ""): Uint8Array {
  const optionBytes = side === "" ? 0 : 3;
  const bytes = new Uint8Array(request.MASS_CANCEL_BYTES + optionBytes);
  bytes[0] = request.OUCH_MASS_CANCEL;
  putU32(bytes, request.MASS_CANCEL_USER_REF_NUM_BYTE, userRefNum);
  putText(bytes, request.MASS_CANCEL_FIRM_BYTE, 4, "");
  putText(bytes, request.MASS_CANCEL_SYMBOL_BYTE, WIRE_SYMBOL_BYTES, symbol);
  putU16(bytes, request.MASS_CANCEL_APPENDAGE_LENGTH_BYTE, optionBytes);
  if (side === "") return bytes;
  const code = side.charCodeAt(0);
  options.putOuchByte(bytes, request.MASS_CANCEL_BYTES, options.OUCH_SIDE, code);
  return bytes;
}

export function entrySwitchRequest(userRefNum: number, enables: boolean): Uint8Array {
  const bytes = new Uint8Array(request.DISABLE_ORDER_ENTRY_BYTES);
  bytes[0] = enables ? request.OUCH_ENABLE_ORDER_ENTRY : request.OUCH_DISABLE_ORDER_ENTRY;
  putU32(bytes, request.DISABLE_ORDER_ENTRY_USER_REF_NUM_BYTE, userRefNum);
  putText(bytes, request.DISABLE_ORDER_ENTRY_FIRM_BYTE, 4, "");
  return bytes;
}

/** `receipts`: whether reports are to say from now on when their command passed each stage. */
export function accountQueryRequest(receipts?: boolean): Uint8Array {
  if (receipts === undefined) return Uint8Array.of(request.OUCH_ACCOUNT_QUERY);
  const value = (receipts ? "Y" : "N").charCodeAt(0);
  const option = [2, options.OUCH_WANTS_RECEIPTS, value];
  return Uint8Array.of(request.OUCH_ACCOUNT_QUERY, 0, option.length, ...option);
}

function optionsOf(asked: OuchOrderOptions = {}): Uint8Array {
  const bytes = new Uint8Array(OPTIONS_BYTES_MAX);
  let end = 0;
  const putNumber = (tag: number, value: number | undefined): void => {
    if (value !== undefined) end = options.putOuchU32(bytes, end, tag, value);
  };
  putNumber(options.OUCH_MIN_QTY, asked.minQty);
  putNumber(options.OUCH_MAX_FLOOR, asked.maxFloor);
  if (asked.priceType !== undefined) {
    const code = asked.priceType.charCodeAt(0);
    end = options.putOuchByte(bytes, end, options.OUCH_PRICE_TYPE, code);
  }
  putNumber(options.OUCH_PEG_OFFSET, asked.pegOffset);
  if (asked.postOnly !== undefined) {
    const code = (asked.postOnly ? "P" : "N").charCodeAt(0);
    end = options.putOuchByte(bytes, end, options.OUCH_POST_ONLY, code);
  }
  putNumber(options.OUCH_RANDOM_RESERVES, asked.randomReserves);
  putNumber(options.OUCH_EXPIRE_TIME, asked.expireTime);
  return bytes.subarray(0, end);
}

/** Left-aligned and padded with spaces; what is too long is cut. */
function putText(bytes: Uint8Array, at: number, width: number, text: string): void {
  for (let i = 0; i < width; i++) bytes[at + i] = i < text.length ? text.charCodeAt(i) : 0x20;
}
