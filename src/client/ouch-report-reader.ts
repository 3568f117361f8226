// OUCH 5.0 reports as plain objects, as a client reads them: docs/protocols/ouch.md.

import { readPadded } from "../codec/ascii.ts";
import { i64At, u16At, u32At, u64At } from "../codec/big-endian.ts";
import { OUCH_CL_ORD_ID_BYTES } from "../codec/ouch-id.ts";
import { WIRE_SYMBOL_BYTES } from "../codec/ouch-instrument.ts";
import { OUCH_RECEIPT, OUCH_RECEIPT_BYTES } from "../codec/ouch-options.ts";
import * as report from "../codec/ouch-report.ts";

/** Fields that a kind of report does not have are left out. */
export type OuchReport = {
  readonly type: string;
  /** Nanoseconds since midnight UTC. */
  readonly timestamp: number;
  readonly userRefNum?: number;
  readonly origUserRefNum?: number;
  readonly eventCode?: string;
  readonly side?: string;
  readonly quantity?: number;
  readonly symbol?: string;
  /** In 10^-4. */
  readonly price?: number;
  readonly timeInForce?: string;
  readonly display?: string;
  readonly orderReferenceNumber?: number;
  readonly clOrdId?: string;
  /** Rejected: a number of docs/protocols/reasons.md; else a letter. */
  readonly reason?: string | number;
  readonly liquidityFlag?: string;
  readonly matchNumber?: number;
  readonly decrementShares?: number;
  readonly quantityPrevented?: number;
  readonly firm?: string;
  /** Values of the appendage by tag. */
  readonly options?: ReadonlyMap<number, number>;
  /** When the command passed each stage, where that was asked for: in nanoseconds. */
  readonly receipt?: OuchReceipt;
};

export type OuchReceipt = {
  readonly ingress: number;
  readonly sequenced: number;
  readonly matched: number;
  readonly durable: number;
  readonly egress: number;
};

/** Undefined: no report, or one that is cut or too long. */
export function readOuchReport(
  bytes: Uint8Array,
  at: number,
  length: number,
): OuchReport | undefined {
  const fixedBytes = length === 0 ? 0 : report.ouchReportBytes(bytes[at]);
  if (fixedBytes === 0 || length < fixedBytes) return undefined;
  const type = String.fromCharCode(bytes[at]);
  const timestamp = u64At(bytes, at + report.OUCH_TIMESTAMP_BYTE);
  const fields = fieldsOf(bytes, at);
  if (fields === undefined) return undefined;
  const hasAppendage = report.hasOuchAppendage(bytes[at]);
  if (length === fixedBytes && !hasAppendage) return { type, timestamp, ...fields };
  const appendageAt = at + report.ouchAppendageByte(bytes[at]);
  const optionsAt = appendageAt + report.APPENDAGE_LENGTH_BYTES;
  const end = at + length;
  if (optionsAt > end || optionsAt + u16At(bytes, appendageAt) !== end) return undefined;
  const options = optionsOf(bytes, optionsAt, end);
  if (options === undefined) return undefined;
  const receipt = receiptOf(bytes, optionsAt, end);
  return {
    ...{ type, timestamp, ...fields },
    ...(hasAppendage ? { options } : {}),
    ...(receipt === undefined ? {} : { receipt }),
  };
}

type Fields = Omit<OuchReport, "type" | "timestamp" | "options">;

function fieldsOf(bytes: Uint8Array, at: number): Fields | undefined {
  const userRefNum = u32At(bytes, at + report.OUCH_USER_REF_NUM_BYTE);
  switch (bytes[at]) {
    case report.OUCH_SYSTEM_EVENT:
      return { eventCode: letterAt(bytes, at + report.SYSTEM_EVENT_EVENT_CODE_BYTE) };
    case report.OUCH_ACCEPTED:
      return { userRefNum, ...orderAt(bytes, at) };
    case report.OUCH_REPLACED:
      return {
        origUserRefNum: userRefNum,
        userRefNum: u32At(bytes, at + report.REPLACED_USER_REF_NUM_BYTE),
        ...orderAt(bytes, at + report.REPLACED_SHIFT_BYTES),
      };
    case report.OUCH_CANCELED:
      return {
        userRefNum,
        quantity: u32At(bytes, at + report.CANCELED_QUANTITY_BYTE),
        reason: letterAt(bytes, at + report.CANCELED_REASON_BYTE),
      };
    case report.OUCH_AIQ_CANCELED:
      return {
        userRefNum,
        decrementShares: u32At(bytes, at + report.AIQ_CANCELED_DECREMENT_SHARES_BYTE),
        reason: letterAt(bytes, at + report.AIQ_CANCELED_REASON_BYTE),
        quantityPrevented: u32At(bytes, at + report.AIQ_CANCELED_QUANTITY_PREVENTED_BYTE),
        price: i64At(bytes, at + report.AIQ_CANCELED_EXECUTION_PRICE_BYTE),
        liquidityFlag: letterAt(bytes, at + report.AIQ_CANCELED_LIQUIDITY_FLAG_BYTE),
      };
    case report.OUCH_EXECUTED:
      return {
        userRefNum,
        quantity: u32At(bytes, at + report.EXECUTED_QUANTITY_BYTE),
        price: i64At(bytes, at + report.EXECUTED_PRICE_BYTE),
        liquidityFlag: letterAt(bytes, at + report.EXECUTED_LIQUIDITY_FLAG_BYTE),
        matchNumber: u64At(bytes, at + report.EXECUTED_MATCH_NUMBER_BYTE),
      };
    case report.OUCH_BROKEN_TRADE:
      return {
        userRefNum,
        matchNumber: u64At(bytes, at + report.BROKEN_TRADE_MATCH_NUMBER_BYTE),
        reason: letterAt(bytes, at + report.BROKEN_TRADE_REASON_BYTE),
        clOrdId: readPadded(bytes, at + report.BROKEN_TRADE_CL_ORD_ID_BYTE, OUCH_CL_ORD_ID_BYTES),
      };
    case report.OUCH_REJECTED:
      return {
        userRefNum,
        reason: u16At(bytes, at + report.REJECTED_REASON_BYTE),
        clOrdId: readPadded(bytes, at + report.REJECTED_CL_ORD_ID_BYTE, OUCH_CL_ORD_ID_BYTES),
      };
    default:
      return otherFieldsOf(bytes, at, userRefNum);
  }
}

function otherFieldsOf(bytes: Uint8Array, at: number, userRefNum: number): Fields | undefined {
  switch (bytes[at]) {
    case report.OUCH_CANCEL_PENDING:
    case report.OUCH_CANCEL_REJECT:
    case report.OUCH_ACCOUNT_QUERY_RESPONSE:
      return { userRefNum };
    case report.OUCH_PRIORITY_UPDATE:
      return {
        userRefNum,
        price: i64At(bytes, at + report.PRIORITY_UPDATE_PRICE_BYTE),
        display: letterAt(bytes, at + report.PRIORITY_UPDATE_DISPLAY_BYTE),
        orderReferenceNumber: u64At(bytes, at + report.PRIORITY_UPDATE_ORDER_REFERENCE_NUMBER_BYTE),
      };
    case report.OUCH_MODIFIED:
      return {
        userRefNum,
        side: letterAt(bytes, at + report.MODIFIED_SIDE_BYTE),
        quantity: u32At(bytes, at + report.MODIFIED_QUANTITY_BYTE),
      };
    case report.OUCH_RESTATED:
      return { userRefNum, reason: letterAt(bytes, at + report.RESTATED_REASON_BYTE) };
    case report.OUCH_MASS_CANCEL_RESPONSE:
      return {
        userRefNum,
        firm: readPadded(bytes, at + report.MASS_CANCEL_RESPONSE_FIRM_BYTE, 4),
        symbol: readPadded(bytes, at + report.MASS_CANCEL_RESPONSE_SYMBOL_BYTE, WIRE_SYMBOL_BYTES),
      };
    case report.OUCH_DISABLE_RESPONSE:
    case report.OUCH_ENABLE_RESPONSE:
      return { userRefNum, firm: readPadded(bytes, at + report.DISABLE_RESPONSE_FIRM_BYTE, 4) };
    default:
      return undefined;
  }
}

/** What accepted and replaced say of the order. */
function orderAt(bytes: Uint8Array, at: number): Fields {
  return {
    side: letterAt(bytes, at + report.ACCEPTED_SIDE_BYTE),
    quantity: u32At(bytes, at + report.ACCEPTED_QUANTITY_BYTE),
    symbol: readPadded(bytes, at + report.ACCEPTED_SYMBOL_BYTE, WIRE_SYMBOL_BYTES),
    price: i64At(bytes, at + report.ACCEPTED_PRICE_BYTE),
    timeInForce: letterAt(bytes, at + report.ACCEPTED_TIME_IN_FORCE_BYTE),
    display: letterAt(bytes, at + report.ACCEPTED_DISPLAY_BYTE),
    orderReferenceNumber: u64At(bytes, at + report.ACCEPTED_ORDER_REFERENCE_NUMBER_BYTE),
    clOrdId: readPadded(bytes, at + report.ACCEPTED_CL_ORD_ID_BYTE, OUCH_CL_ORD_ID_BYTES),
  };
}

/** Undefined where an option is cut. */
function optionsOf(bytes: Uint8Array, from: number, end: number): Map<number, number> | undefined {
  const found = new Map<number, number>();
  let at = from;
  while (at < end) {
    const next = at + 1 + bytes[at];
    if (bytes[at] < 2 || next > end) return undefined;
    let value = 0;
    for (let i = at + 2; i < next; i++) value = value * 256 + bytes[i];
    if (bytes[at + 1] !== OUCH_RECEIPT) found.set(bytes[at + 1], value);
    at = next;
  }
  return found;
}

/** Of whole options. */
function receiptOf(bytes: Uint8Array, from: number, end: number): OuchReceipt | undefined {
  for (let at = from; at < end; at += 1 + bytes[at]) {
    if (bytes[at + 1] !== OUCH_RECEIPT || bytes[at] !== OUCH_RECEIPT_BYTES + 1) continue;
    return {
      ingress: u64At(bytes, at + 2),
      sequenced: u64At(bytes, at + 10),
      matched: u64At(bytes, at + 18),
      durable: u64At(bytes, at + 26),
      egress: u64At(bytes, at + 34),
    };
  }
  return undefined;
}

function letterAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at]);
}
