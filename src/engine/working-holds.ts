// hot path
// What the working orders of an account hold, taken together or one by one: the same arithmetic
// when an order comes to work, when it ends and when the operator changes what it is measured by.

import { NONE } from "../base/none.ts";
import { isReduceOnly, sideOf } from "../model/order-codes.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { OrderHolds } from "./order-holds.ts";
import type { OrderReserves } from "./order-reserves.ts";
import { isAsleep } from "./order-sleep.ts";

export type WorkingHolds = ReturnType<typeof createWorkingHolds>;

export function createWorkingHolds(
  tables: EngineTables,
  holds: OrderHolds,
  reserves: OrderReserves,
) {
  const { accounts, books, columns, risk } = tables;
  const { positions } = risk;

  /**
   * Every working order of the account knows the position that it belongs to, made now if need be;
   * false where there is no room.
   */
  function makeRows(accountRow: number): boolean {
    let slot = accounts.firstOrderOf(accountRow);
    for (; slot !== NONE; slot = columns.nextOfAccount(slot)) {
      const positionRow = holds.makeRows(accountRow, books.bookOf(slot));
      if (positionRow === NONE) return false;
      columns.setPositionRow(slot, positionRow);
    }
    return true;
  }

  /**
   * The account is not configured after all, and holds nothing: sums that are too large to be exact
   * are not what they were once everything is taken off them again.
   */
  function forgetRows(accountRow: number): void {
    let slot = accounts.firstOrderOf(accountRow);
    for (; slot !== NONE; slot = columns.nextOfAccount(slot)) {
      const positionRow = columns.positionRowOf(slot);
      if (positionRow !== NONE) holds.clear(positionRow);
      columns.setPositionRow(slot, NONE);
    }
  }

  /** Whether every sum of the account stays exact with what works now. */
  function areExact(accountRow: number): boolean {
    let slot = accounts.firstOrderOf(accountRow);
    for (; slot !== NONE; slot = columns.nextOfAccount(slot)) {
      if (!holds.canRisk(columns.positionRowOf(slot), books.bookOf(slot), 0)) return false;
    }
    return true;
  }

  /** All working orders of the account hold what they need (`sign` 1), or no longer do (-1). */
  function holdAll(accountRow: number, sign: number): void {
    let slot = accounts.firstOrderOf(accountRow);
    for (; slot !== NONE; slot = columns.nextOfAccount(slot)) {
      if (isAsleep(tables, slot)) continue;
      if (isReduceOnly(books.orderCodesOf(slot))) {
        positions.addReduceOnly(columns.positionRowOf(slot), sign);
      }
      hold(slot, sign * books.leavesQtyLotsOf(slot));
    }
  }

  /** A working order holds for so many lots more, or (negative) fewer. */
  function hold(slot: number, lots: number): void {
    const positionRow = columns.positionRowOf(slot);
    const side = sideOf(books.orderCodesOf(slot));
    const moneyNeed = reserves.moneyNeedOf(slot);
    const assetNeed = reserves.assetNeedOf(slot);
    holds.hold(positionRow, books.bookOf(slot), side, moneyNeed, assetNeed, lots);
  }

  return { makeRows, forgetRows, areExact, holdAll, hold };
}
