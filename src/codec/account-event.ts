// hot path
// The fields of events about money and positions: docs/protocols/journal.md, "Ledger and fee" and
// "Position". They lie in the 128 bytes of every event, where an order's quantities stand in
// others. Constants named ..._WORD are 32-bit word indexes from the record's first word.

export const LEDGER_ASSET_WORD = 10;
export const LEDGER_LEDGER_TYPE_WORD = 14; // model/account.ts, LEDGER_...
export const LEDGER_AMOUNT_WORD = 16;
export const LEDGER_BALANCE_WORD = 18;
export const LEDGER_HELD_WORD = 20;

export const POSITION_LOTS_WORD = 16;
export const POSITION_COST_WORD = 18;
export const POSITION_REALIZED_PNL_WORD = 20;
export const POSITION_FEES_WORD = 22;
export const POSITION_OPEN_BUY_LOTS_WORD = 26;
export const POSITION_OPEN_SELL_LOTS_WORD = 28;

/** An account changed event has these words of its command, the first to the last. */
export const ACCOUNT_CHANGED_FIRST_WORD = 8;
export const ACCOUNT_CHANGED_END_WORD = 25;
