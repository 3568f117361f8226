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
import { PairIndex } from "../base/pair-index.ts";
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
const ROWS_EXPECTED = 16;

export class BalanceTable {
  readonly #index: PairIndex;
  #reals = new Float64Array(ROWS_EXPECTED * ROW_REALS);

  constructor(rowsMax: number) {
    this.#index = new PairIndex(rowsMax);
  }

  get count(): number {
    return this.#index.count;
  }

  hasRoom(rows: number): boolean {
    return this.#index.hasRoom(rows);
  }

  find(accountRow: number, asset: number): number {
    return this.#index.find(accountRow, asset);
  }

  /** The row, made now if need be; NONE when the table is full. */
  findOrAdd(accountRow: number, asset: number): number {
    const known = this.#index.find(accountRow, asset);
    if (known !== NONE || !this.#index.hasRoom(1)) return known;
    if ((this.count + 1) * ROW_REALS > this.#reals.length) this.#grow();
    return this.#index.add(accountRow, asset);
  }

  accountRowOf(row: number): number {
    return this.#index.firstOf(row);
  }

  assetOf(row: number): number {
    return this.#index.secondOf(row);
  }

  balanceOf(row: number): number {
    return this.#reals[row * ROW_REALS + BALANCE];
  }

  addBalance(row: number, amount: number): void {
    this.#reals[row * ROW_REALS + BALANCE] += amount;
  }

  heldOf(row: number): number {
    return this.#reals[row * ROW_REALS + HELD];
  }

  atRiskOf(row: number): number {
    return this.#reals[row * ROW_REALS + AT_RISK];
  }

  /** Working orders begin to need so much, and may move the balance by so much, or no longer do. */
  hold(row: number, held: number, atRisk: number): void {
    this.#reals[row * ROW_REALS + HELD] += held;
    this.#reals[row * ROW_REALS + AT_RISK] += atRisk;
  }

  netCostOf(row: number): number {
    return this.#reals[row * ROW_REALS + NET_COST];
  }

  grossCostOf(row: number): number {
    return this.#reals[row * ROW_REALS + GROSS_COST];
  }

  /** One position's cost changed from one number to another. */
  moveCost(row: number, from: number, to: number): void {
    this.#reals[row * ROW_REALS + NET_COST] += to - from;
    this.#reals[row * ROW_REALS + GROSS_COST] += Math.abs(to) - Math.abs(from);
  }

  /** What was realized, less fees, on this day. */
  dayPnlOf(row: number, day: number): number {
    const at = row * ROW_REALS;
    return this.#reals[at + DAY] === day ? this.#reals[at + DAY_PNL] : 0;
  }

  addDayPnl(row: number, day: number, amount: number): void {
    const at = row * ROW_REALS;
    this.#reals[at + DAY_PNL] = this.dayPnlOf(row, day) + amount;
    this.#reals[at + DAY] = day;
  }

  /** Whether every sum stays exact if fills move it by another `more` at most. */
  canRisk(row: number, more: number): boolean {
    const at = row * ROW_REALS;
    const reals = this.#reals;
    const largest = Math.max(
      Math.abs(reals[at + BALANCE]),
      reals[at + GROSS_COST],
      Math.abs(reals[at + DAY_PNL]),
    );
    return largest + reals[at + AT_RISK] + more <= ACCOUNT_SUM_MAX;
  }

  save(snapshot: SnapshotWriter): void {
    this.#index.save(snapshot);
    snapshot.array(this.#reals, this.count * ROW_REALS);
  }

  load(snapshot: SnapshotReader): void {
    this.#index.load(snapshot);
    while (this.count * ROW_REALS > this.#reals.length) this.#grow();
    snapshot.into(this.#reals);
  }

  #grow(): void {
    const reals = new Float64Array(this.#reals.length * 2);
    reals.set(this.#reals);
    this.#reals = reals;
  }
}
