// hot path
// What the working orders of an account hold, taken together or one by one: the same arithmetic
// when an order comes to work, when it ends and when the operator changes what it is measured by.

import { NONE } from "../base/none.ts";
import { isReduceOnly, sideOf } from "../model/order-codes.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { OrderHolds } from "./order-holds.ts";
import type { OrderReserves } from "./order-reserves.ts";
import { isAsleep } from "./order-sleep.ts";

export class WorkingHolds {
  readonly #tables: EngineTables;
  readonly #holds: OrderHolds;
  readonly #reserves: OrderReserves;

  constructor(tables: EngineTables, holds: OrderHolds, reserves: OrderReserves) {
    this.#tables = tables;
    this.#holds = holds;
    this.#reserves = reserves;
  }

  /** Makes the rows that the account's working orders need; false where there is no room. */
  makeRows(accountRow: number): boolean {
    const { accounts, books, columns } = this.#tables;
    let slot = accounts.firstOrderOf(accountRow);
    for (; slot !== NONE; slot = columns.nextOfAccount(slot)) {
      if (!this.#holds.makeRows(accountRow, books.bookOf(slot))) return false;
    }
    return true;
  }

  /** Whether every sum of the account stays exact with what works now. */
  areExact(accountRow: number): boolean {
    const { accounts, books, columns } = this.#tables;
    let slot = accounts.firstOrderOf(accountRow);
    for (; slot !== NONE; slot = columns.nextOfAccount(slot)) {
      if (!this.#holds.canRisk(accountRow, books.bookOf(slot), 0)) return false;
    }
    return true;
  }

  /** All working orders of the account hold what they need (`sign` 1), or no longer do (-1). */
  holdAll(accountRow: number, sign: number): void {
    const { accounts, books, columns, risk } = this.#tables;
    let slot = accounts.firstOrderOf(accountRow);
    for (; slot !== NONE; slot = columns.nextOfAccount(slot)) {
      if (isAsleep(this.#tables, slot)) continue;
      if (isReduceOnly(books.orderCodesOf(slot))) {
        const positionRow = risk.positions.find(accountRow, books.bookOf(slot));
        risk.positions.addReduceOnly(positionRow, sign);
      }
      this.hold(slot, sign * books.leavesQtyLotsOf(slot));
    }
  }

  /** A working order holds for so many lots more, or (negative) fewer. */
  hold(slot: number, lots: number): void {
    const { books, columns } = this.#tables;
    this.#holds.hold(
      columns.accountRowOf(slot),
      books.bookOf(slot),
      sideOf(books.orderCodesOf(slot)),
      this.#reserves.moneyNeedOf(slot),
      this.#reserves.assetNeedOf(slot),
      lots,
    );
  }
}
