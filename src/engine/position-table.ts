// hot path
// What accounts hold of each instrument, at average cost: one row for each (account, book) that was
// ever needed, 64 bytes of exact integers in doubles. At any moment realized P&L less cost is all
// the money that the account's fills moved.
//
//   0 lots (+ long)   1 cost (what they were bought for; of a short position negative)
//   2 realized P&L   3 fees   4 open buy lots   5 open sell lots   of working orders
//   words 12 how many working orders are reduce-only   13 the row of its fees, plus one
//         14 the row of its currency's balance   15 that of its base asset's, or NONE

import { partOf } from "../base/exact-ratio.ts";
import { PairIndex } from "../base/pair-index.ts";
import { createRegisters } from "../base/registers.ts";
import { createRows } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { WideSums } from "../base/wide-sums.ts";
import { ACCOUNT_SUM_MAX } from "../model/account.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";

const ROW_REALS = 8;
const LOTS = 0;
const COST = 1;
const REALIZED = 2;
const FEES = 3;
const OPEN_BUY = 4;
const OPEN_SELL = 5;
const ROW_WORDS = 16;
const REDUCE_ONLY = 12;
const FEE_ROW = 13;
const CURRENCY_ROW = 14;
const BASE_ROW = 15;

const REDUCE_ONLY_COUNT = 0;
const REGISTERS = 1;

export type PositionTable = ReturnType<typeof createPositionTable>;

/** Memory for `rowsMax` rows is touched only when used. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createPositionTable(rowsMax: number, booksMax: number) {
  const index = new PairIndex(rowsMax);
  const { words, reals } = createRows(rowsMax * ROW_REALS * 8);
  const registers = createRegisters(REGISTERS);
  /** By book: lots of all accounts that nobody configured, taken together. */
  const outsideLots = new WideSums(booksMax);

  /** Rows are numbered from 0 to here. */
  function count(): number {
    return index.count;
  }

  function find(accountRow: number, book: number): number {
    return index.find(accountRow, book);
  }

  /** Whether there is room for a row that is not there yet. */
  function hasRoom(): boolean {
    return index.hasRoom(1);
  }

  /**
   * Adds the row of an account and a book whose money stands in these balances: of the currency,
   * and of the base asset or NONE. Ask find and hasRoom first.
   */
  function add(accountRow: number, book: number, currencyRow: number, baseRow: number): number {
    const row = index.add(accountRow, book);
    words[row * ROW_WORDS + CURRENCY_ROW] = currencyRow;
    words[row * ROW_WORDS + BASE_ROW] = baseRow;
    return row;
  }

  function accountRowOf(row: number): number {
    return index.firstOf(row);
  }

  function bookOf(row: number): number {
    return index.secondOf(row);
  }

  /** The row of the balance that its money is of. */
  function currencyRowOf(row: number): number {
    return words[row * ROW_WORDS + CURRENCY_ROW];
  }

  /** The same of what its lots are of, NONE where accounts hold no such thing. */
  function baseRowOf(row: number): number {
    return words[row * ROW_WORDS + BASE_ROW];
  }

  function lotsOf(row: number): number {
    return reals[row * ROW_REALS + LOTS];
  }

  function costOf(row: number): number {
    return reals[row * ROW_REALS + COST];
  }

  /** Whether nothing was ever traded or works here. */
  function isEmpty(row: number): boolean {
    const at = row * ROW_REALS;
    return (
      reals[at + LOTS] === 0 &&
      reals[at + COST] === 0 &&
      reals[at + REALIZED] === 0 &&
      reals[at + FEES] === 0 &&
      openLotsOf(row, SIDE_BUY) === 0 &&
      openLotsOf(row, SIDE_SELL) === 0
    );
  }

  function realizedPnlOf(row: number): number {
    return reals[row * ROW_REALS + REALIZED];
  }

  function feesOf(row: number): number {
    return reals[row * ROW_REALS + FEES];
  }

  function addFee(row: number, fee: number): void {
    reals[row * ROW_REALS + FEES] += fee;
  }

  /** Lots that a trade of this side could take off the position. */
  function reducibleLotsOf(row: number, side: number): number {
    const lots = reals[row * ROW_REALS + LOTS];
    const against = side === SIDE_BUY ? -lots : lots;
    return against > 0 ? against : 0;
  }

  /**
   * A fill of `lots` (+ bought, - sold) for `money` (+ paid, - received): what closes is realized
   * at average cost, what opens adds to the cost.
   */
  function fill(row: number, lots: number, money: number): void {
    const at = row * ROW_REALS;
    const before = reals[at + LOTS];
    const size = Math.abs(before);
    const closing = before * lots < 0 ? Math.min(size, Math.abs(lots)) : 0;
    reals[at + LOTS] = before + lots;
    outsideLots.add(bookOf(row), -lots);
    if (closing === 0) {
      reals[at + COST] += money;
      return;
    }
    const part = partOf(reals[at + COST], closing, size);
    const closingMoney = partOf(money, closing, Math.abs(lots));
    reals[at + REALIZED] -= closingMoney + part;
    reals[at + COST] += money - closingMoney - part;
  }

  /** Takes back what a fill changed; nothing is left over where no lots are. */
  function reverse(row: number, lots: number, cost: number, realizedPnl: number): void {
    const at = row * ROW_REALS;
    reals[at + LOTS] -= lots;
    outsideLots.add(bookOf(row), lots);
    reals[at + COST] -= cost;
    reals[at + REALIZED] -= realizedPnl;
    if (reals[at + LOTS] !== 0) return;
    reals[at + REALIZED] -= reals[at + COST];
    reals[at + COST] = 0;
  }

  function openLotsOf(row: number, side: number): number {
    return reals[row * ROW_REALS + (side === SIDE_BUY ? OPEN_BUY : OPEN_SELL)];
  }

  /** Lots that the position would be of, counted this side's way, if all of its orders filled. */
  function lotsIfFilled(row: number, side: number): number {
    const at = row * ROW_REALS;
    const isBuy = side === SIDE_BUY;
    return isBuy
      ? reals[at + LOTS] + reals[at + OPEN_BUY]
      : reals[at + OPEN_SELL] - reals[at + LOTS];
  }

  /** Orders of this side begin to work with so many lots, or (negative) no longer do. */
  function addOpenLots(row: number, side: number, lots: number): void {
    reals[row * ROW_REALS + (side === SIDE_BUY ? OPEN_BUY : OPEN_SELL)] += lots;
  }

  /** Working orders that are reduce-only, of all accounts. */
  function reduceOnlyCount(): number {
    return registers[REDUCE_ONLY_COUNT];
  }

  function reduceOnlyCountOf(row: number): number {
    return words[row * ROW_WORDS + REDUCE_ONLY];
  }

  function addReduceOnly(row: number, change: number): void {
    words[row * ROW_WORDS + REDUCE_ONLY] += change;
    registers[REDUCE_ONLY_COUNT] += change;
  }

  /** The row of the fees that hold for this account and instrument only, or NONE. */
  function feeRowOf(row: number): number {
    return words[row * ROW_WORDS + FEE_ROW] - 1;
  }

  function setFeeRow(row: number, feeRow: number): void {
    words[row * ROW_WORDS + FEE_ROW] = feeRow + 1;
  }

  /** Whether lots and every sum stay exact if another `lots` work, each worth `money` at most. */
  function canRisk(row: number, lots: number, money: number): boolean {
    const at = row * ROW_REALS;
    const atRisk = reals[at + OPEN_BUY] + reals[at + OPEN_SELL] + lots;
    if (Math.abs(reals[at + LOTS]) + atRisk > ACCOUNT_SUM_MAX) return false;
    const cost = Math.abs(reals[at + COST]);
    const realized = Math.abs(reals[at + REALIZED]);
    const fees = Math.abs(reals[at + FEES]);
    const moneyAtRisk = atRisk * money;
    // Nearly always even the sum is far from the bound, and adding costs less than comparing.
    if (cost + realized + fees + moneyAtRisk <= ACCOUNT_SUM_MAX) return true;
    return Math.max(cost, realized, fees) + moneyAtRisk <= ACCOUNT_SUM_MAX;
  }

  function save(snapshot: SnapshotWriter, booksCount: number): void {
    index.save(snapshot);
    snapshot.array(registers);
    snapshot.array(reals, count() * ROW_REALS);
    outsideLots.save(snapshot, booksCount);
  }

  function load(snapshot: SnapshotReader): void {
    index.load(snapshot);
    snapshot.into(registers);
    snapshot.into(reals);
    outsideLots.load(snapshot);
  }

  return {
    outsideLots,
    count,
    find,
    hasRoom,
    add,
    accountRowOf,
    bookOf,
    currencyRowOf,
    baseRowOf,
    lotsOf,
    costOf,
    isEmpty,
    realizedPnlOf,
    feesOf,
    addFee,
    reducibleLotsOf,
    fill,
    reverse,
    openLotsOf,
    lotsIfFilled,
    addOpenLots,
    reduceOnlyCount,
    reduceOnlyCountOf,
    addReduceOnly,
    feeRowOf,
    setFeeRow,
    canRisk,
    save,
    load,
  };
}
