// What a walk over reachable orders (reach.ts) has taken from each position so far: reduce-only
// orders give no more than what would be left to reduce.

import { NONE } from "../base/none.ts";
import { isReduceOnly, sideOf } from "../model/order-codes.ts";
import type { EngineTables } from "./engine-tables.ts";
import { WalkSums } from "./walk-sums.ts";

export class ReachFills {
  readonly #tables: EngineTables;
  /** By position row. */
  readonly #takenLots = new WalkSums();

  constructor(tables: EngineTables) {
    this.#tables = tables;
  }

  begin(): void {
    this.#takenLots.begin();
  }

  /** The most that a maker could still give. */
  lotsLeft(slot: number, takerRow: number): number {
    const { books, risk } = this.#tables;
    const orderCodes = books.orderCodesOf(slot);
    if (!isReduceOnly(orderCodes)) return Number.MAX_VALUE;
    const row = this.#positionOf(slot, takerRow);
    if (row === NONE) return Number.MAX_VALUE;
    const reducible = risk.positions.reducibleLotsOf(row, sideOf(orderCodes));
    return Math.max(0, reducible - this.#takenLots.sumOf(row));
  }

  /** The walk would trade so many lots with this maker. */
  add(slot: number, takerRow: number, lots: number): void {
    if (this.#tables.risk.positions.reduceOnlyCount() === 0) return;
    const row = this.#positionOf(slot, takerRow);
    if (row !== NONE) this.#takenLots.add(row, lots);
  }

  /** The maker's position, or NONE where it has none or trades with itself. */
  #positionOf(slot: number, takerRow: number): number {
    const { books, columns, risk } = this.#tables;
    const accountRow = columns.accountRowOf(slot);
    if (accountRow === takerRow || !risk.terms.isConfigured(accountRow)) return NONE;
    return risk.positions.find(accountRow, books.bookOf(slot));
  }
}
