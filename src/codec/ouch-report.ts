// hot path
// What the exchange sends an OUCH 5.0 client: docs/protocols/ouch.md, "Reports". Constants named
// ..._BYTE are byte offsets from the message's first byte, its type. All reports have their time
// and, but for the system event, a UserRefNum in one place.

export const OUCH_SYSTEM_EVENT = 0x53; // S
export const OUCH_ACCEPTED = 0x41; // A
export const OUCH_REPLACED = 0x55; // U
export const OUCH_CANCELED = 0x43; // C
export const OUCH_AIQ_CANCELED = 0x44; // D
export const OUCH_EXECUTED = 0x45; // E
export const OUCH_BROKEN_TRADE = 0x42; // B
export const OUCH_REJECTED = 0x4a; // J
export const OUCH_CANCEL_PENDING = 0x50; // P
export const OUCH_CANCEL_REJECT = 0x49; // I
export const OUCH_PRIORITY_UPDATE = 0x54; // T
export const OUCH_MODIFIED = 0x4d; // M
export const OUCH_RESTATED = 0x52; // R
export const OUCH_MASS_CANCEL_RESPONSE = 0x58; // X
export const OUCH_DISABLE_RESPONSE = 0x47; // G
export const OUCH_ENABLE_RESPONSE = 0x4b; // K
export const OUCH_ACCOUNT_QUERY_RESPONSE = 0x51; // Q

export const OUCH_TIMESTAMP_BYTE = 1;
export const OUCH_USER_REF_NUM_BYTE = 9;

export const SYSTEM_EVENT_EVENT_CODE_BYTE = 9;
export const SYSTEM_EVENT_BYTES = 10;

export const ACCEPTED_SIDE_BYTE = 13;
export const ACCEPTED_QUANTITY_BYTE = 14;
export const ACCEPTED_SYMBOL_BYTE = 18;
export const ACCEPTED_PRICE_BYTE = 26;
export const ACCEPTED_TIME_IN_FORCE_BYTE = 34;
export const ACCEPTED_DISPLAY_BYTE = 35;
export const ACCEPTED_ORDER_REFERENCE_NUMBER_BYTE = 36;
export const ACCEPTED_CAPACITY_BYTE = 44;
export const ACCEPTED_INTER_MARKET_SWEEP_BYTE = 45;
export const ACCEPTED_CROSS_TYPE_BYTE = 46;
export const ACCEPTED_ORDER_STATE_BYTE = 47;
export const ACCEPTED_CL_ORD_ID_BYTE = 48;
export const ACCEPTED_APPENDAGE_LENGTH_BYTE = 62;
export const ACCEPTED_BYTES = 64;

/** Replaced has two UserRefNums, and behind them Accepted's fields: 4 bytes further on. */
export const REPLACED_ORIG_USER_REF_NUM_BYTE = 9;
export const REPLACED_USER_REF_NUM_BYTE = 13;
export const REPLACED_SHIFT_BYTES = 4;
export const REPLACED_BYTES = 68;

export const CANCELED_QUANTITY_BYTE = 13;
export const CANCELED_REASON_BYTE = 17;
export const CANCELED_BYTES = 18;

export const AIQ_CANCELED_DECREMENT_SHARES_BYTE = 13;
export const AIQ_CANCELED_REASON_BYTE = 17;
export const AIQ_CANCELED_QUANTITY_PREVENTED_BYTE = 18;
export const AIQ_CANCELED_EXECUTION_PRICE_BYTE = 22;
export const AIQ_CANCELED_LIQUIDITY_FLAG_BYTE = 30;
export const AIQ_CANCELED_BYTES = 31;

export const EXECUTED_QUANTITY_BYTE = 13;
export const EXECUTED_PRICE_BYTE = 17;
export const EXECUTED_LIQUIDITY_FLAG_BYTE = 25;
export const EXECUTED_MATCH_NUMBER_BYTE = 26;
export const EXECUTED_APPENDAGE_LENGTH_BYTE = 34;
export const EXECUTED_BYTES = 36;

export const BROKEN_TRADE_MATCH_NUMBER_BYTE = 13;
export const BROKEN_TRADE_REASON_BYTE = 21;
export const BROKEN_TRADE_CL_ORD_ID_BYTE = 22;
export const BROKEN_TRADE_BYTES = 36;

export const REJECTED_REASON_BYTE = 13;
export const REJECTED_CL_ORD_ID_BYTE = 15;
export const REJECTED_BYTES = 29;

/** Cancel pending and cancel reject. */
export const CANCEL_PENDING_BYTES = 13;
export const CANCEL_REJECT_BYTES = 13;

export const PRIORITY_UPDATE_PRICE_BYTE = 13;
export const PRIORITY_UPDATE_DISPLAY_BYTE = 21;
export const PRIORITY_UPDATE_ORDER_REFERENCE_NUMBER_BYTE = 22;
export const PRIORITY_UPDATE_BYTES = 30;

export const MODIFIED_SIDE_BYTE = 13;
export const MODIFIED_QUANTITY_BYTE = 14;
export const MODIFIED_BYTES = 18;

export const RESTATED_REASON_BYTE = 13;
export const RESTATED_APPENDAGE_LENGTH_BYTE = 14;
export const RESTATED_BYTES = 16;

export const MASS_CANCEL_RESPONSE_FIRM_BYTE = 13;
export const MASS_CANCEL_RESPONSE_SYMBOL_BYTE = 17;
export const MASS_CANCEL_RESPONSE_APPENDAGE_LENGTH_BYTE = 25;
export const MASS_CANCEL_RESPONSE_BYTES = 27;

/** Enable response has the same layout. */
export const DISABLE_RESPONSE_FIRM_BYTE = 13;
export const DISABLE_RESPONSE_APPENDAGE_LENGTH_BYTE = 17;
export const DISABLE_RESPONSE_BYTES = 19;

/** Its UserRefNum is the next that the account may use. */
export const ACCOUNT_QUERY_RESPONSE_BYTES = 13;

/** No report is longer: a replaced order with every option that the exchange tells. */
export const OUCH_REPORT_BYTES_MAX = 160;

/** Length of a report without its appendage; 0 for a type that nobody knows. */
export function ouchReportBytes(type: number): number {
  return REPORT_BYTES.get(type) ?? 0;
}

/** Whether the protocol itself gives the report an appendage; its length is then its last field. */
export function hasOuchAppendage(type: number): boolean {
  return WITH_APPENDAGE.includes(type);
}

const WITH_APPENDAGE: readonly number[] = [
  OUCH_ACCEPTED,
  OUCH_REPLACED,
  OUCH_EXECUTED,
  OUCH_RESTATED,
  OUCH_MASS_CANCEL_RESPONSE,
  OUCH_DISABLE_RESPONSE,
  OUCH_ENABLE_RESPONSE,
];

/** Of an appendage's length. */
export const APPENDAGE_LENGTH_BYTES = 2;

/** Where the length of a report's appendage lies, whether the protocol gives it one or we do. */
export function ouchAppendageByte(type: number): number {
  return ouchReportBytes(type) - (hasOuchAppendage(type) ? APPENDAGE_LENGTH_BYTES : 0);
}

const REPORT_BYTES: ReadonlyMap<number, number> = new Map([
  [OUCH_SYSTEM_EVENT, SYSTEM_EVENT_BYTES],
  [OUCH_ACCEPTED, ACCEPTED_BYTES],
  [OUCH_REPLACED, REPLACED_BYTES],
  [OUCH_CANCELED, CANCELED_BYTES],
  [OUCH_AIQ_CANCELED, AIQ_CANCELED_BYTES],
  [OUCH_EXECUTED, EXECUTED_BYTES],
  [OUCH_BROKEN_TRADE, BROKEN_TRADE_BYTES],
  [OUCH_REJECTED, REJECTED_BYTES],
  [OUCH_CANCEL_PENDING, CANCEL_PENDING_BYTES],
  [OUCH_CANCEL_REJECT, CANCEL_REJECT_BYTES],
  [OUCH_PRIORITY_UPDATE, PRIORITY_UPDATE_BYTES],
  [OUCH_MODIFIED, MODIFIED_BYTES],
  [OUCH_RESTATED, RESTATED_BYTES],
  [OUCH_MASS_CANCEL_RESPONSE, MASS_CANCEL_RESPONSE_BYTES],
  [OUCH_DISABLE_RESPONSE, DISABLE_RESPONSE_BYTES],
  [OUCH_ENABLE_RESPONSE, DISABLE_RESPONSE_BYTES],
  [OUCH_ACCOUNT_QUERY_RESPONSE, ACCOUNT_QUERY_RESPONSE_BYTES],
]);
