// hot path
// Event records: docs/protocols/journal.md, "Events". Each is 128 bytes and shaped like a FIX
// ExecutionReport. Constants named ..._WORD are 32-bit word indexes from the record's first word.

export const EVENT_VERSION = 1;
export const EVENT_BYTES = 128;
export const EVENT_WORDS = EVENT_BYTES / 4;

export const EVENT_ACCEPTED = 1;
export const EVENT_REJECTED = 2;
export const EVENT_TRADED = 3;
export const EVENT_BOOKED = 4;
export const EVENT_CANCELED = 5;
export const EVENT_CANCEL_REJECTED = 6;
export const EVENT_AMENDED = 7;
export const EVENT_AMEND_REJECTED = 8;
export const EVENT_INSTRUMENT_CREATED = 9;
export const EVENT_COMMAND_REJECTED = 10;
export const EVENT_ORDER_STATUS = 11;
export const EVENT_TRIGGERED = 12;
export const EVENT_DISPLAYED = 13;
export const EVENT_PREVENTED = 14;
export const EVENT_END = 15;
export const EVENT_TERMS = 16;
export const EVENT_RESTATED = 17;
/** Accounts and money: codec/account-event.ts. */
export const EVENT_ACCOUNT_CHANGED = 26;
export const EVENT_LEDGER = 27;
export const EVENT_FEE = 28;
export const EVENT_POSITION = 29;
export const EVENT_TRADE_BUSTED = 30;
export const EVENT_TRADE_CORRECTED = 31;
/** The trading day: codec/market-event.ts. */
export const EVENT_PHASE_CHANGED = 40;
export const EVENT_INDICATIVE = 41;
export const EVENT_CALENDAR_SET = 42;
export const EVENT_CALL_SET = 45;
export const EVENT_INSTRUMENT_CHANGED = 46;
/** Market integrity. */
export const EVENT_GUARD_SET = 50;
export const EVENT_GUARD_TRIPPED = 51;

export const EVENT_INSTRUMENT_ID_WORD = 1;
export const EVENT_SEQUENCE_WORD = 2;
export const EVENT_TIME_MICROS_WORD = 4;
export const EVENT_ACCOUNT_ID_WORD = 6;
export const EVENT_SESSION_ID_WORD = 7;
export const EVENT_ORDER_ID_WORD = 8;
export const EVENT_CL_ORD_ID_WORD = 10;
export const EVENT_PRICE_TICKS_WORD = 14;
export const EVENT_SIDE_WORD = 15; // The four codes: model/order-codes.ts.
export const EVENT_ORDER_QTY_LOTS_WORD = 16;
export const EVENT_CUM_QTY_LOTS_WORD = 18;
export const EVENT_LEAVES_QTY_LOTS_WORD = 20;
export const EVENT_LAST_QTY_LOTS_WORD = 22;
export const EVENT_LAST_PX_TICKS_WORD = 24;
export const EVENT_REASON_WORD = 25; // Low half reason, then eventFlags, then commandKind.
export const EVENT_CONTRA_ORDER_ID_WORD = 26;
export const EVENT_TRADE_ID_WORD = 28;
export const EVENT_CONTRA_ACCOUNT_ID_WORD = 30;
export const EVENT_HISTORY_HASH_WORD = 31;
/** Of amended, restated and amend rejected: four words where others have the contra order. */
export const OTHER_CL_ORD_ID_WORD = 26;

export const FLAG_ON_BOOK = 1 << 0;
export const FLAG_AGGRESSOR = 1 << 1;
export const FLAG_KEPT_PLACE = 1 << 2;
/** A prevented match whose quantity changed hands outside the tape. */
export const FLAG_TRANSFER = 1 << 3;
/** A trade of a call, where nobody took from anybody (LastLiquidityInd 4). */
export const FLAG_AUCTION = 1 << 4;

export function eventKindOf(words: Int32Array, at: number): number {
  return (words[at] >>> 8) & 0xff;
}

/**
 * Whether a kind tells of accounts, money, past trades, phases or guards and not of what an order
 * is now: all from the first of them on.
 */
export function isAccountKind(kind: number): boolean {
  return kind >= EVENT_ACCOUNT_CHANGED;
}

/** Of those, whether it takes a past trade of an order back or lets it count otherwise. */
export function isTradeChange(kind: number): boolean {
  return kind === EVENT_TRADE_BUSTED || kind === EVENT_TRADE_CORRECTED;
}

/** How many orders the batch ended; icebergs' and accounts' events among them are no orders. */
export function canceledCountOf(words: Int32Array, startWord: number, endWord: number): number {
  let count = 0;
  for (let at = startWord; at < endWord; at += EVENT_WORDS) {
    if (eventKindOf(words, at) === EVENT_CANCELED) count++;
  }
  return count;
}

/** The low 16 bits of the event's place in its batch. */
export function eventIndexOf(words: Int32Array, at: number): number {
  return words[at] >>> 16;
}

export function reasonOf(words: Int32Array, at: number): number {
  return words[at + EVENT_REASON_WORD] & 0xffff;
}

export function eventFlagsOf(words: Int32Array, at: number): number {
  return (words[at + EVENT_REASON_WORD] >>> 16) & 0xff;
}

export function commandKindOfEvent(words: Int32Array, at: number): number {
  return words[at + EVENT_REASON_WORD] >>> 24;
}
