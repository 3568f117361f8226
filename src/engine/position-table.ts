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
import { createPairIndex } from "../base/pair-index.ts";
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
  const index = createPairIndex(rowsMax);
  const rows = createRows(rowsMax, ROW_REALS * 8);
  const { mask, reals } = rows;
  const lotsHeld = rows.realColumn(LOTS);
  const costs = rows.realColumn(COST);
  const realizedPnls = rows.realColumn(REALIZED);
  const feesPaid = rows.realColumn(FEES);
  const openBuyLots = rows.realColumn(OPEN_BUY);
  const openSellLots = rows.realColumn(OPEN_SELL);
  const reduceOnlyCounts = rows.wordColumn(REDUCE_ONLY);
  const feeRows = rows.wordColumn(FEE_ROW);
  const currencyRows = rows.wordColumn(CURRENCY_ROW);
  const baseRows = rows.wordColumn(BASE_ROW);
  const registers = createRegisters(REGISTERS);
  /** By book: lots of all accounts that nobody configured, taken together. */
  const outsideLots = new WideSums(booksMax);

  /** Rows are numbered from 0 to here. */
  function count(): number {
    return index.count();
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
    currencyRows[(row & mask) * ROW_WORDS] = currencyRow;
    baseRows[(row & mask) * ROW_WORDS] = baseRow;
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
    return currencyRows[(row & mask) * ROW_WORDS];
  }

  /** The same of what its lots are of, NONE where accounts hold no such thing. */
  function baseRowOf(row: number): number {
    return baseRows[(row & mask) * ROW_WORDS];
  }

  function lotsOf(row: number): number {
    return lotsHeld[(row & mask) * ROW_REALS];
  }

  function costOf(row: number): number {
    return costs[(row & mask) * ROW_REALS];
  }

  /** Whether nothing was ever traded or works here. */
  function isEmpty(row: number): boolean {
    const at = (row & mask) * ROW_REALS;
    return (
      lotsHeld[at] === 0 &&
      costs[at] === 0 &&
      realizedPnls[at] === 0 &&
      feesPaid[at] === 0 &&
      openLotsOf(row, SIDE_BUY) === 0 &&
      openLotsOf(row, SIDE_SELL) === 0
    );
  }

  function realizedPnlOf(row: number): number {
    return realizedPnls[(row & mask) * ROW_REALS];
  }

  function feesOf(row: number): number {
    return feesPaid[(row & mask) * ROW_REALS];
  }

  function addFee(row: number, fee: number): void {
    feesPaid[(row & mask) * ROW_REALS] += fee;
  }

  /** Lots that a trade of this side could take off the position. */
  function reducibleLotsOf(row: number, side: number): number {
    const lots = lotsHeld[(row & mask) * ROW_REALS];
    const against = side === SIDE_BUY ? -lots : lots;
    return against > 0 ? against : 0;
  }

  /**
   * A fill of `lots` (+ bought, - sold) for `money` (+ paid, - received): what closes is realized
   * at average cost, what opens adds to the cost.
   */
  function fill(row: number, lots: number, money: number): void {
    const at = (row & mask) * ROW_REALS;
    const before = lotsHeld[at];
    const size = Math.abs(before);
    const closing = before * lots < 0 ? Math.min(size, Math.abs(lots)) : 0;
    lotsHeld[at] = before + lots;
    outsideLots.add(bookOf(row), -lots);
    if (closing === 0) {
      costs[at] += money;
      return;
    }
    const part = partOf(costs[at], closing, size);
    const closingMoney = partOf(money, closing, Math.abs(lots));
    realizedPnls[at] -= closingMoney + part;
    costs[at] += money - closingMoney - part;
  }

  /** Takes back what a fill changed; nothing is left over where no lots are. */
  function reverse(row: number, lots: number, cost: number, realizedPnl: number): void {
    const at = (row & mask) * ROW_REALS;
    lotsHeld[at] -= lots;
    outsideLots.add(bookOf(row), lots);
    costs[at] -= cost;
    realizedPnls[at] -= realizedPnl;
    if (lotsHeld[at] !== 0) return;
    realizedPnls[at] -= costs[at];
    costs[at] = 0;
  }

  function openLotsOf(row: number, side: number): number {
    const at = (row & mask) * ROW_REALS;
    return side === SIDE_BUY ? openBuyLots[at] : openSellLots[at];
  }

  /** Lots that the position would be of, counted this side's way, if all of its orders filled. */
  function lotsIfFilled(row: number, side: number): number {
    const at = (row & mask) * ROW_REALS;
    const isBuy = side === SIDE_BUY;
    return isBuy ? lotsHeld[at] + openBuyLots[at] : openSellLots[at] - lotsHeld[at];
  }

  /** Orders of this side begin to work with so many lots, or (negative) no longer do. */
  function addOpenLots(row: number, side: number, lots: number): void {
    const at = (row & mask) * ROW_REALS;
    if (side === SIDE_BUY) openBuyLots[at] += lots;
    else openSellLots[at] += lots;
  }

  function clearOpenLots(row: number): void {
    const at = (row & mask) * ROW_REALS;
    openBuyLots[at] = 0;
    openSellLots[at] = 0;
  }

  /** Working orders that are reduce-only, of all accounts. */
  function reduceOnlyCount(): number {
    return registers[REDUCE_ONLY_COUNT];
  }

  function reduceOnlyCountOf(row: number): number {
    return reduceOnlyCounts[(row & mask) * ROW_WORDS];
  }

  function addReduceOnly(row: number, change: number): void {
    reduceOnlyCounts[(row & mask) * ROW_WORDS] += change;
    registers[REDUCE_ONLY_COUNT] += change;
  }

  /** The row of the fees that hold for this account and instrument only, or NONE. */
  function feeRowOf(row: number): number {
    return feeRows[(row & mask) * ROW_WORDS] - 1;
  }

  function setFeeRow(row: number, feeRow: number): void {
    feeRows[(row & mask) * ROW_WORDS] = feeRow + 1;
  }

  /** Whether lots and every sum stay exact if another `lots` work, each worth `money` at most. */
  function canRisk(row: number, lots: number, money: number): boolean {
    const at = (row & mask) * ROW_REALS;
    const atRisk = openBuyLots[at] + openSellLots[at] + lots;
    if (Math.abs(lotsHeld[at]) + atRisk > ACCOUNT_SUM_MAX) return false;
    const cost = Math.abs(costs[at]);
    const realized = Math.abs(realizedPnls[at]);
    const fees = Math.abs(feesPaid[at]);
    const moneyAtRisk = atRisk * money;
    // Nearly always even the sum is far from the bound, and adding costs less than comparing. What
    // is no small integer comes first, else V8 tries the others as such.
    if (moneyAtRisk + cost + realized + fees <= ACCOUNT_SUM_MAX) return true;
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
    clearOpenLots,
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
