// What a walk over reachable orders (reach.ts) has taken from each position so far: reduce-only
// orders give no more than what would be left to reduce.

import { NONE } from "../base/none.ts";
import { isReduceOnly, sideOf } from "../model/order-codes.ts";
import type { EngineTables } from "./engine-tables.ts";

const ROWS_EXPECTED = 16;

export class ReachFills {
  readonly #tables: EngineTables;
  /** By position row: the walk that took something of it last, and how many lots. */
  #walks = new Float64Array(ROWS_EXPECTED);
  #takenLots = new Float64Array(ROWS_EXPECTED);
  #walk = 0;

  constructor(tables: EngineTables) {
    this.#tables = tables;
  }

  begin(): void {
    this.#walk++;
  }

  /** The most that a maker could still give. */
  lotsLeft(slot: number, takerRow: number): number {
    const { books, risk } = this.#tables;
    const orderCodes = books.orderCodesOf(slot);
    if (!isReduceOnly(orderCodes)) return Number.MAX_VALUE;
    const row = this.#positionOf(slot, takerRow);
    if (row === NONE) return Number.MAX_VALUE;
    const reducible = risk.positions.reducibleLotsOf(row, sideOf(orderCodes));
    return Math.max(0, reducible - this.#takenOf(row));
  }

  /** The walk would trade so many lots with this maker. */
  add(slot: number, takerRow: number, lots: number): void {
    if (this.#tables.risk.positions.reduceOnlyCount() === 0) return;
    const row = this.#positionOf(slot, takerRow);
    if (row === NONE) return;
    if (row >= this.#walks.length) this.#grow(row);
    this.#takenLots[row] = this.#takenOf(row) + lots;
    this.#walks[row] = this.#walk;
  }

  /** The maker's position, or NONE where it has none or trades with itself. */
  #positionOf(slot: number, takerRow: number): number {
    const { books, columns, risk } = this.#tables;
    const accountRow = columns.accountRowOf(slot);
    if (accountRow === takerRow || !risk.terms.isConfigured(accountRow)) return NONE;
    return risk.positions.find(accountRow, books.bookOf(slot));
  }

  #takenOf(row: number): number {
    const isOfThisWalk = row < this.#walks.length && this.#walks[row] === this.#walk;
    return isOfThisWalk ? this.#takenLots[row] : 0;
  }

  #grow(row: number): void {
    const [walks, takenLots] = [new Float64Array(row * 2), new Float64Array(row * 2)];
    walks.set(this.#walks);
    takenLots.set(this.#takenLots);
    this.#walks = walks;
    this.#takenLots = takenLots;
  }
}
