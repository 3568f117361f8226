// hot path
// What the operator said of an account: one row a row of the account table, its first 24 words
// those of the set-account command from the target on, so there is one layout for the wire, the log
// and the state. An account nobody configured has a row of zeros, which nobody touches.
//
//   24 state: bit 0 configured, bit 1 has balances   25 row of its fees everywhere, plus one
//   26-31 unused

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
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

const ROW_WORDS = 32;
const FIRST = SET_ACCOUNT_TARGET_ACCOUNT_ID_WORD;
const TERMS_WORDS = 24;
const STATE = 24;
const FEE_ROW = 25;

const CONFIGURED = 1 << 0;
const HAS_BALANCES = 1 << 1;

export class AccountTerms {
  readonly #rows: Int32Array;
  /** Rows below this may be configured. */
  #usedRows = 0;

  constructor(accountsMax: number) {
    this.#rows = new Int32Array(accountsMax * ROW_WORDS);
  }

  /** Whether any account is configured: while none is, nothing here is ever asked. */
  get isUsed(): boolean {
    return this.#usedRows !== 0;
  }

  get usedRows(): number {
    return this.#usedRows;
  }

  /** The terms of a set-account command that starts at `words[at]`. */
  set(row: number, words: Int32Array, at: number): void {
    const rowAt = row * ROW_WORDS;
    for (let i = 0; i < TERMS_WORDS; i++) this.#rows[rowAt + i] = words[at + FIRST + i];
    this.#rows[rowAt + STATE] |= CONFIGURED;
    if (row >= this.#usedRows) this.#usedRows = row + 1;
    if (this.riskModeOf(row) !== RISK_NONE) this.startBalances(row);
  }

  isConfigured(row: number): boolean {
    return (this.#rows[row * ROW_WORDS + STATE] & CONFIGURED) !== 0;
  }

  hasBalances(row: number): boolean {
    return (this.#rows[row * ROW_WORDS + STATE] & HAS_BALANCES) !== 0;
  }

  startBalances(row: number): void {
    this.#rows[row * ROW_WORDS + STATE] |= HAS_BALANCES;
  }

  /** 0 is no firm. */
  firmIdOf(row: number): number {
    return this.#word(row, SET_ACCOUNT_FIRM_ID_WORD);
  }

  /** 0 is no group. */
  tradeGroupIdOf(row: number): number {
    return this.#word(row, SET_ACCOUNT_TRADE_GROUP_ID_WORD);
  }

  /** Whether two accounts count as one for self-trade prevention. */
  isSameIdentity(row: number, otherRow: number): boolean {
    if (row === otherRow) return true;
    const group = this.tradeGroupIdOf(row);
    return group !== 0 && group === this.tradeGroupIdOf(otherRow);
  }

  isEnabled(row: number): boolean {
    return (this.#word(row, SET_ACCOUNT_ACCOUNT_FLAGS_WORD) & ACCOUNT_ENABLED) !== 0;
  }

  stpModeOf(row: number): number {
    return (this.#word(row, SET_ACCOUNT_ACCOUNT_FLAGS_WORD) >>> 8) & 0xff;
  }

  riskModeOf(row: number): number {
    return (this.#word(row, SET_ACCOUNT_ACCOUNT_FLAGS_WORD) >>> 16) & 0xff;
  }

  orderQtyLotsMaxOf(row: number): number {
    return this.#u64(row, SET_ACCOUNT_ORDER_QTY_LOTS_MAX_WORD);
  }

  notionalMaxOf(row: number): number {
    return this.#u64(row, SET_ACCOUNT_NOTIONAL_MAX_WORD);
  }

  positionLotsMaxOf(row: number): number {
    return this.#u64(row, SET_ACCOUNT_POSITION_LOTS_MAX_WORD);
  }

  dayLossMaxOf(row: number): number {
    return this.#u64(row, SET_ACCOUNT_DAY_LOSS_MAX_WORD);
  }

  creditLimitOf(row: number): number {
    return this.#u64(row, SET_ACCOUNT_CREDIT_LIMIT_WORD);
  }

  openOrdersMaxOf(row: number): number {
    return this.#word(row, SET_ACCOUNT_OPEN_ORDERS_MAX_WORD) >>> 0;
  }

  priceDistanceBasisPointsOf(row: number): number {
    return this.#word(row, SET_ACCOUNT_PRICE_DISTANCE_BASIS_POINTS_WORD) >>> 0;
  }

  /** The row of the fees that hold for this account wherever it trades, or NONE. */
  feeRowOf(row: number): number {
    return this.#rows[row * ROW_WORDS + FEE_ROW] - 1;
  }

  /** NONE: no fees of its own. */
  setFeeRow(row: number, feeRow: number): void {
    this.#rows[row * ROW_WORDS + FEE_ROW] = feeRow - NONE;
  }

  /** The row's words: `ROW_WORDS` of them, for the state hash. */
  wordOf(row: number, index: number): number {
    return this.#rows[row * ROW_WORDS + index];
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.number(this.#usedRows);
    snapshot.array(this.#rows, this.#usedRows * ROW_WORDS);
  }

  load(snapshot: SnapshotReader): void {
    this.#usedRows = snapshot.number();
    snapshot.into(this.#rows);
  }

  #word(row: number, word: number): number {
    return this.#rows[row * ROW_WORDS + word - FIRST];
  }

  #u64(row: number, word: number): number {
    return readU64(this.#rows, row * ROW_WORDS + word - FIRST);
  }
}

/** How many words of a row the state hash folds: all that are used. */
export const ACCOUNT_TERMS_HASHED_WORDS = FEE_ROW;
