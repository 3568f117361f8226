// hot path
// What accounts have: one row for each (account, asset) that was ever needed, 64 bytes of exact
// integers in doubles.
//
//   0 balance   1 held     what working orders need of it
//   2 at risk   the most by which fills of the working orders could move it, either way
//   of a currency also, over the account's positions in it:
//   3 net cost  sum of cost   4 gross cost  sum of |cost|
//   5 day P&L   realized less fees   6 day  the day that this is of   7 unused

import { NONE } from "../base/none.ts";
import { createPairIndex } from "../base/pair-index.ts";
import { createRows } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { ACCOUNT_SUM_MAX } from "../model/account.ts";

const ROW_REALS = 8;
const BALANCE = 0;
const HELD = 1;
const AT_RISK = 2;
const NET_COST = 3;
const GROSS_COST = 4;
const DAY_PNL = 5;
const DAY = 6;

export type BalanceTable = ReturnType<typeof createBalanceTable>;

/** Memory for `rowsMax` rows is touched only when used. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createBalanceTable(rowsMax: number) {
  const index = createPairIndex(rowsMax);
  const rows = createRows(rowsMax, ROW_REALS * 8);
  const { mask, reals } = rows;
  const balances = rows.realColumn(BALANCE);
  const heldSums = rows.realColumn(HELD);
  const riskSums = rows.realColumn(AT_RISK);
  const netCosts = rows.realColumn(NET_COST);
  const grossCosts = rows.realColumn(GROSS_COST);
  const dayPnls = rows.realColumn(DAY_PNL);
  const days = rows.realColumn(DAY);

  /** Rows are numbered from 0 to here. */
  function count(): number {
    return index.count();
  }

  function find(accountRow: number, asset: number): number {
    return index.find(accountRow, asset);
  }

  /** The row, made now if need be; NONE when the table is full. */
  function findOrAdd(accountRow: number, asset: number): number {
    const known = index.find(accountRow, asset);
    if (known !== NONE || !index.hasRoom(1)) return known;
    return index.add(accountRow, asset);
  }

  function accountRowOf(row: number): number {
    return index.firstOf(row);
  }

  function assetOf(row: number): number {
    return index.secondOf(row);
  }

  function balanceOf(row: number): number {
    return balances[(row & mask) * ROW_REALS];
  }

  function addBalance(row: number, amount: number): void {
    balances[(row & mask) * ROW_REALS] += amount;
  }

  function heldOf(row: number): number {
    return heldSums[(row & mask) * ROW_REALS];
  }

  function atRiskOf(row: number): number {
    return riskSums[(row & mask) * ROW_REALS];
  }

  /** Working orders begin to need so much, and may move the balance by so much, or no longer do. */
  function hold(row: number, held: number, atRisk: number): void {
    heldSums[(row & mask) * ROW_REALS] += held;
    riskSums[(row & mask) * ROW_REALS] += atRisk;
  }

  function clearHolds(row: number): void {
    heldSums[(row & mask) * ROW_REALS] = 0;
    riskSums[(row & mask) * ROW_REALS] = 0;
  }

  function netCostOf(row: number): number {
    return netCosts[(row & mask) * ROW_REALS];
  }

  function grossCostOf(row: number): number {
    return grossCosts[(row & mask) * ROW_REALS];
  }

  /** One position's cost changed from one number to another. */
  function moveCost(row: number, from: number, to: number): void {
    netCosts[(row & mask) * ROW_REALS] += to - from;
    grossCosts[(row & mask) * ROW_REALS] += Math.abs(to) - Math.abs(from);
  }

  /** What was realized, less fees, on this day. */
  function dayPnlOf(row: number, day: number): number {
    const at = (row & mask) * ROW_REALS;
    return days[at] === day ? dayPnls[at] : 0;
  }

  function addDayPnl(row: number, day: number, amount: number): void {
    const at = (row & mask) * ROW_REALS;
    dayPnls[at] = dayPnlOf(row, day) + amount;
    days[at] = day;
  }

  /** Whether every sum stays exact if fills move it by another `more` at most. */
  function canRisk(row: number, more: number): boolean {
    const at = (row & mask) * ROW_REALS;
    const balance = Math.abs(balances[at]);
    const cost = grossCosts[at];
    const dayPnl = Math.abs(dayPnls[at]);
    const atRisk = riskSums[at] + more;
    // Nearly always even the sum is far from the bound, and adding costs less than comparing.
    if (balance + cost + dayPnl + atRisk <= ACCOUNT_SUM_MAX) return true;
    return Math.max(balance, cost, dayPnl) + atRisk <= ACCOUNT_SUM_MAX;
  }

  function save(snapshot: SnapshotWriter): void {
    index.save(snapshot);
    snapshot.array(reals, count() * ROW_REALS);
  }

  function load(snapshot: SnapshotReader): void {
    index.load(snapshot);
    snapshot.into(reals);
  }

  return {
    count,
    find,
    findOrAdd,
    accountRowOf,
    assetOf,
    balanceOf,
    addBalance,
    heldOf,
    atRiskOf,
    hold,
    clearHolds,
    netCostOf,
    grossCostOf,
    moveCost,
    dayPnlOf,
    addDayPnl,
    canRisk,
    save,
    load,
  };
}
