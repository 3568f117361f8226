// hot path
// What the operator said of an account: one 64-byte row a row of the account table, the words of
// the set-account command from the target on. Two of them are the table's own: for the target
// stands the row of the account's fees everywhere, plus one, and the highest byte of the flags is
// the state (bit 0 configured, bit 1 has balances). The 64-bit limits stand as doubles, because
// every order compares with them. An account nobody configured has a row of zeros, which nobody
// touches.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import { createRegisters } from "../base/registers.ts";
import { createRows } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  SET_ACCOUNT_ACCOUNT_FLAGS_WORD,
  SET_ACCOUNT_CREDIT_LIMIT_WORD,
  SET_ACCOUNT_DAY_LOSS_MAX_WORD,
  SET_ACCOUNT_FIRM_ID_WORD,
  SET_ACCOUNT_NOTIONAL_MAX_WORD,
  SET_ACCOUNT_OPEN_ORDERS_MAX_WORD,
  SET_ACCOUNT_ORDER_QTY_LOTS_MAX_WORD,
  SET_ACCOUNT_POSITION_LOTS_MAX_WORD,
  SET_ACCOUNT_PRICE_DISTANCE_BASIS_POINTS_WORD,
  SET_ACCOUNT_TARGET_ACCOUNT_ID_WORD,
  SET_ACCOUNT_TRADE_GROUP_ID_WORD,
} from "../codec/account-command.ts";
import { ACCOUNT_ENABLED, RISK_NONE } from "../model/account.ts";

const ROW_WORDS = 16;
const FIRST = SET_ACCOUNT_TARGET_ACCOUNT_ID_WORD;
const FEE_ROW = 0;
const FLAGS = SET_ACCOUNT_ACCOUNT_FLAGS_WORD - FIRST;
/** Doubles from here to there. */
const LIMITS = SET_ACCOUNT_ORDER_QTY_LOTS_MAX_WORD - FIRST;
const LIMITS_END = SET_ACCOUNT_OPEN_ORDERS_MAX_WORD - FIRST;
const ROW_REALS = ROW_WORDS / 2;
const TWO_POW_32 = 4_294_967_296;

const CONFIGURED = 1 << 24;
const HAS_BALANCES = 1 << 25;
const STATE = CONFIGURED | HAS_BALANCES;

/** Rows below this may be configured. */
const USED_ROWS = 0;
const REGISTERS = 1;

/** The words of a row that the state hash folds begin here and end with the row. */
export const ACCOUNT_TERMS_HASHED_FROM = FEE_ROW + 1;
export const ACCOUNT_TERMS_WORDS = ROW_WORDS;

export type AccountTerms = ReturnType<typeof createAccountTerms>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createAccountTerms(accountsMax: number) {
  const table = createRows(accountsMax, ROW_WORDS * 4);
  const { mask, reals, words: rows } = table;
  const feeRows = table.wordColumn(FEE_ROW);
  const flags = table.wordColumn(FLAGS);
  const firmIds = table.wordColumn(SET_ACCOUNT_FIRM_ID_WORD - FIRST);
  const tradeGroupIds = table.wordColumn(SET_ACCOUNT_TRADE_GROUP_ID_WORD - FIRST);
  const openOrdersMax = table.wordColumn(SET_ACCOUNT_OPEN_ORDERS_MAX_WORD - FIRST);
  const priceDistances = table.wordColumn(SET_ACCOUNT_PRICE_DISTANCE_BASIS_POINTS_WORD - FIRST);
  const orderQtyLotsMax = limitColumn(SET_ACCOUNT_ORDER_QTY_LOTS_MAX_WORD);
  const notionalMax = limitColumn(SET_ACCOUNT_NOTIONAL_MAX_WORD);
  const positionLotsMax = limitColumn(SET_ACCOUNT_POSITION_LOTS_MAX_WORD);
  const dayLossMax = limitColumn(SET_ACCOUNT_DAY_LOSS_MAX_WORD);
  const creditLimits = limitColumn(SET_ACCOUNT_CREDIT_LIMIT_WORD);
  const registers = createRegisters(REGISTERS);

  /** Whether any account is configured: while none is, nothing here is ever asked. */
  function isUsed(): boolean {
    return registers[USED_ROWS] !== 0;
  }

  function usedRows(): number {
    return registers[USED_ROWS];
  }

  /** The terms of a set-account command that starts at `words[at]`. */
  function set(row: number, words: Int32Array, at: number): void {
    const rowAt = (row & mask) * ROW_WORDS;
    const state = (rows[rowAt + FLAGS] & STATE) | CONFIGURED;
    for (let i = FEE_ROW + 1; i < ROW_WORDS; i++) rows[rowAt + i] = words[at + FIRST + i];
    for (let i = LIMITS; i < LIMITS_END; i += 2) {
      reals[(rowAt + i) / 2] = readU64(words, at + FIRST + i);
    }
    rows[rowAt + FLAGS] |= state;
    if (row >= registers[USED_ROWS]) registers[USED_ROWS] = row + 1;
    if (riskModeOf(row) !== RISK_NONE) startBalances(row);
  }

  function isConfigured(row: number): boolean {
    return (flags[(row & mask) * ROW_WORDS] & CONFIGURED) !== 0;
  }

  function hasBalances(row: number): boolean {
    return (flags[(row & mask) * ROW_WORDS] & HAS_BALANCES) !== 0;
  }

  function startBalances(row: number): void {
    flags[(row & mask) * ROW_WORDS] |= HAS_BALANCES;
  }

  /** 0 is no firm. */
  function firmIdOf(row: number): number {
    return firmIds[(row & mask) * ROW_WORDS];
  }

  /** 0 is no group. */
  function tradeGroupIdOf(row: number): number {
    return tradeGroupIds[(row & mask) * ROW_WORDS];
  }

  /** Whether two accounts count as one for self-trade prevention. */
  function isSameIdentity(row: number, otherRow: number): boolean {
    if (row === otherRow) return true;
    const group = tradeGroupIdOf(row);
    return group !== 0 && group === tradeGroupIdOf(otherRow);
  }

  function isEnabled(row: number): boolean {
    return (flags[(row & mask) * ROW_WORDS] & ACCOUNT_ENABLED) !== 0;
  }

  function stpModeOf(row: number): number {
    return (flags[(row & mask) * ROW_WORDS] >>> 8) & 0xff;
  }

  function riskModeOf(row: number): number {
    return (flags[(row & mask) * ROW_WORDS] >>> 16) & 0xff;
  }

  function orderQtyLotsMaxOf(row: number): number {
    return orderQtyLotsMax[(row & mask) * ROW_REALS];
  }

  function notionalMaxOf(row: number): number {
    return notionalMax[(row & mask) * ROW_REALS];
  }

  function positionLotsMaxOf(row: number): number {
    return positionLotsMax[(row & mask) * ROW_REALS];
  }

  function dayLossMaxOf(row: number): number {
    return dayLossMax[(row & mask) * ROW_REALS];
  }

  function creditLimitOf(row: number): number {
    return creditLimits[(row & mask) * ROW_REALS];
  }

  function openOrdersMaxOf(row: number): number {
    return openOrdersMax[(row & mask) * ROW_WORDS] >>> 0;
  }

  function priceDistanceBasisPointsOf(row: number): number {
    return priceDistances[(row & mask) * ROW_WORDS] >>> 0;
  }

  /** The row of the fees that hold for this account wherever it trades, or NONE. */
  function feeRowOf(row: number): number {
    return feeRows[(row & mask) * ROW_WORDS] - 1;
  }

  /** NONE: no fees of its own. */
  function setFeeRow(row: number, feeRow: number): void {
    feeRows[(row & mask) * ROW_WORDS] = feeRow - NONE;
  }

  /** The row's words as the command had them: `ROW_WORDS` of them, for the state hash. */
  function wordOf(row: number, index: number): number {
    const rowAt = (row & mask) * ROW_WORDS;
    if (index < LIMITS || index >= LIMITS_END) return rows[rowAt + index];
    const limit = reals[(rowAt + index) >> 1];
    return index % 2 === 0 ? limit | 0 : (limit / TWO_POW_32) | 0;
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.array(registers);
    snapshot.array(rows, registers[USED_ROWS] * ROW_WORDS);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(rows);
  }

  /** The limit that begins at this word of the command. */
  function limitColumn(word: number): Float64Array {
    return table.realColumn((word - FIRST) / 2);
  }

  return {
    isUsed,
    usedRows,
    set,
    isConfigured,
    hasBalances,
    startBalances,
    firmIdOf,
    tradeGroupIdOf,
    isSameIdentity,
    isEnabled,
    stpModeOf,
    riskModeOf,
    orderQtyLotsMaxOf,
    notionalMaxOf,
    positionLotsMaxOf,
    dayLossMaxOf,
    creditLimitOf,
    openOrdersMaxOf,
    priceDistanceBasisPointsOf,
    feeRowOf,
    setFeeRow,
    wordOf,
    save,
    load,
  };
}
