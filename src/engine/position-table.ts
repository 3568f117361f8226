// hot path
// What accounts hold of each instrument, at average cost: one row for each (account, book) that was
// ever needed, 64 bytes of exact integers in doubles. At any moment realized P&L less cost is all
// the money that the account's fills moved.
//
//   0 lots (+ long)   1 cost (what they were bought for; of a short position negative)
//   2 realized P&L   3 fees   4 open buy lots   5 open sell lots   of working orders
//   6 how many working orders are reduce-only   7 the row of its fees, plus one

import { partOf } from "../base/exact-ratio.ts";
import { NONE } from "../base/none.ts";
import { PairIndex } from "../base/pair-index.ts";
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
const REDUCE_ONLY = 6;
const FEE_ROW = 7;
const ROWS_EXPECTED = 16;

export class PositionTable {
  readonly #index: PairIndex;
  #reals = new Float64Array(ROWS_EXPECTED * ROW_REALS);
  #reduceOnlyCount = 0;
  /** By book: lots of all accounts that nobody configured, taken together. */
  readonly outsideLots: WideSums;

  constructor(rowsMax: number, booksMax: number) {
    this.#index = new PairIndex(rowsMax);
    this.outsideLots = new WideSums(booksMax);
  }

  get count(): number {
    return this.#index.count;
  }

  hasRoom(rows: number): boolean {
    return this.#index.hasRoom(rows);
  }

  find(accountRow: number, book: number): number {
    return this.#index.find(accountRow, book);
  }

  /** The row, made now if need be; NONE when the table is full. */
  findOrAdd(accountRow: number, book: number): number {
    const known = this.#index.find(accountRow, book);
    if (known !== NONE || !this.#index.hasRoom(1)) return known;
    if ((this.count + 1) * ROW_REALS > this.#reals.length) this.#grow();
    return this.#index.add(accountRow, book);
  }

  accountRowOf(row: number): number {
    return this.#index.firstOf(row);
  }

  bookOf(row: number): number {
    return this.#index.secondOf(row);
  }

  lotsOf(row: number): number {
    return this.#reals[row * ROW_REALS + LOTS];
  }

  costOf(row: number): number {
    return this.#reals[row * ROW_REALS + COST];
  }

  /** Whether nothing was ever traded or works here. */
  isEmpty(row: number): boolean {
    const at = row * ROW_REALS;
    const reals = this.#reals;
    return (
      reals[at + LOTS] === 0 &&
      reals[at + COST] === 0 &&
      reals[at + REALIZED] === 0 &&
      reals[at + FEES] === 0 &&
      this.openLotsOf(row, SIDE_BUY) === 0 &&
      this.openLotsOf(row, SIDE_SELL) === 0
    );
  }

  realizedPnlOf(row: number): number {
    return this.#reals[row * ROW_REALS + REALIZED];
  }

  feesOf(row: number): number {
    return this.#reals[row * ROW_REALS + FEES];
  }

  addFee(row: number, fee: number): void {
    this.#reals[row * ROW_REALS + FEES] += fee;
  }

  /** Lots that a trade of this side could take off the position. */
  reducibleLotsOf(row: number, side: number): number {
    const lots = this.#reals[row * ROW_REALS + LOTS];
    const against = side === SIDE_BUY ? -lots : lots;
    return against > 0 ? against : 0;
  }

  /**
   * A fill of `lots` (+ bought, - sold) for `money` (+ paid, - received): what closes is realized
   * at average cost, what opens adds to the cost.
   */
  fill(row: number, lots: number, money: number): void {
    const at = row * ROW_REALS;
    const reals = this.#reals;
    const before = reals[at + LOTS];
    const size = Math.abs(before);
    const closing = before * lots < 0 ? Math.min(size, Math.abs(lots)) : 0;
    reals[at + LOTS] = before + lots;
    this.outsideLots.add(this.bookOf(row), -lots);
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
  reverse(row: number, lots: number, cost: number, realizedPnl: number): void {
    const at = row * ROW_REALS;
    const reals = this.#reals;
    reals[at + LOTS] -= lots;
    this.outsideLots.add(this.bookOf(row), lots);
    reals[at + COST] -= cost;
    reals[at + REALIZED] -= realizedPnl;
    if (reals[at + LOTS] !== 0) return;
    reals[at + REALIZED] -= reals[at + COST];
    reals[at + COST] = 0;
  }

  openLotsOf(row: number, side: number): number {
    return this.#reals[row * ROW_REALS + (side === SIDE_BUY ? OPEN_BUY : OPEN_SELL)];
  }

  /** Orders of this side begin to work with so many lots, or (negative) no longer do. */
  addOpenLots(row: number, side: number, lots: number): void {
    this.#reals[row * ROW_REALS + (side === SIDE_BUY ? OPEN_BUY : OPEN_SELL)] += lots;
  }

  /** Working orders that are reduce-only, of all accounts. */
  get reduceOnlyCount(): number {
    return this.#reduceOnlyCount;
  }

  reduceOnlyCountOf(row: number): number {
    return this.#reals[row * ROW_REALS + REDUCE_ONLY];
  }

  addReduceOnly(row: number, count: number): void {
    this.#reals[row * ROW_REALS + REDUCE_ONLY] += count;
    this.#reduceOnlyCount += count;
  }

  /** The row of the fees that hold for this account and instrument only, or NONE. */
  feeRowOf(row: number): number {
    return this.#reals[row * ROW_REALS + FEE_ROW] - 1;
  }

  setFeeRow(row: number, feeRow: number): void {
    this.#reals[row * ROW_REALS + FEE_ROW] = feeRow + 1;
  }

  /** Whether lots and every sum stay exact if another `lots` work, each worth `money` at most. */
  canRisk(row: number, lots: number, money: number): boolean {
    const at = row * ROW_REALS;
    const reals = this.#reals;
    const atRisk = reals[at + OPEN_BUY] + reals[at + OPEN_SELL] + lots;
    const largest = Math.max(
      Math.abs(reals[at + COST]),
      Math.abs(reals[at + REALIZED]),
      Math.abs(reals[at + FEES]),
    );
    return (
      Math.abs(reals[at + LOTS]) + atRisk <= ACCOUNT_SUM_MAX &&
      largest + atRisk * money <= ACCOUNT_SUM_MAX
    );
  }

  save(snapshot: SnapshotWriter, booksCount: number): void {
    this.#index.save(snapshot);
    snapshot.array(this.#reals, this.count * ROW_REALS);
    this.outsideLots.save(snapshot, booksCount);
  }

  load(snapshot: SnapshotReader): void {
    this.#index.load(snapshot);
    while (this.count * ROW_REALS > this.#reals.length) this.#grow();
    snapshot.into(this.#reals);
    this.#reduceOnlyCount = 0;
    for (let row = 0; row < this.count; row++) this.#reduceOnlyCount += this.reduceOnlyCountOf(row);
    this.outsideLots.load(snapshot);
  }

  #grow(): void {
    const reals = new Float64Array(this.#reals.length * 2);
    reals.set(this.#reals);
    this.#reals = reals;
  }
}
