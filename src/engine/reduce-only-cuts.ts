// Reduce-only orders only ever make a position smaller: whenever the position becomes smaller than
// one of them, the order is cut to it, or ends where nothing is left to reduce.

import { NONE } from "../base/none.ts";
import { isReduceOnly, sideOf } from "../model/order-codes.ts";
import { REASON_REDUCE_ONLY } from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { isAsleep } from "./order-sleep.ts";
import type { WorkingOrders } from "./working-orders.ts";

export class ReduceOnlyCuts {
  readonly #tables: EngineTables;
  readonly #working: WorkingOrders;

  constructor(tables: EngineTables, working: WorkingOrders) {
    this.#tables = tables;
    this.#working = working;
  }

  /**
   * Cuts the account's reduce-only orders of this book, newest first. `matchedSlot` is a maker that
   * the book is filling: it gives what it reduces, and stays as it is.
   */
  cut(accountRow: number, book: number, matchedSlot = NONE): void {
    const { positions } = this.#tables.risk;
    const positionRow = positions.find(accountRow, book);
    if (positionRow === NONE || positions.reduceOnlyCountOf(positionRow) === 0) return;
    // What ends may end others of its list: after each the walk begins anew.
    let slot = this.#nextTooLarge(accountRow, book, positionRow, matchedSlot);
    while (slot !== NONE) {
      this.#cutOne(slot, positionRow);
      slot = this.#nextTooLarge(accountRow, book, positionRow, matchedSlot);
    }
  }

  /** After a match and what it did to order lists. */
  afterFill(makerSlot: number, incoming: IncomingOrder): void {
    if (this.#tables.risk.positions.reduceOnlyCount() === 0) return;
    const makerRow = this.#tables.columns.accountRowOf(makerSlot);
    this.cut(makerRow, incoming.book, makerSlot);
    if (incoming.accountRow === makerRow) return;
    this.cut(incoming.accountRow, incoming.book, makerSlot);
  }

  #nextTooLarge(
    accountRow: number,
    book: number,
    positionRow: number,
    matchedSlot: number,
  ): number {
    const { accounts, books, columns, risk } = this.#tables;
    let slot = accounts.firstOrderOf(accountRow);
    for (; slot !== NONE; slot = columns.nextOfAccount(slot)) {
      const orderCodes = books.orderCodesOf(slot);
      if (!isReduceOnly(orderCodes) || books.bookOf(slot) !== book || slot === matchedSlot)
        continue;
      const reducible = risk.positions.reducibleLotsOf(positionRow, sideOf(orderCodes));
      if (books.leavesQtyLotsOf(slot) > reducible && !isAsleep(this.#tables, slot)) return slot;
    }
    return NONE;
  }

  #cutOne(slot: number, positionRow: number): void {
    const { books, risk } = this.#tables;
    const side = sideOf(books.orderCodesOf(slot));
    const keptLots = risk.positions.reducibleLotsOf(positionRow, side);
    if (keptLots === 0) this.#working.end(slot, REASON_REDUCE_ONLY);
    else this.#working.reduce(slot, keptLots, REASON_REDUCE_ONLY);
  }
}
