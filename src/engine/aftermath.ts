// What follows from a command after its own effects, until nothing follows any more: children of
// filled orders wake, all-or-none orders that can trade whole do, pegged orders follow, stops fire.
// Costs nothing where an instrument has no such order.

import { NONE } from "../base/none.ts";
import { DARK, ladderOf } from "../book/ladder-kinds.ts";
import { isAllOrNone } from "../model/order-codes.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { ListEntry } from "./list-entry.ts";
import { CHAIN_ORDERS_MAX } from "./order-chains.ts";
import type { OrderEntry } from "./order-entry.ts";
import type { Pegs } from "./pegs.ts";
import type { Triggers } from "./triggers.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type AftermathParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly working: WorkingOrders;
  readonly entry: OrderEntry;
  readonly listEntry: ListEntry;
  readonly pegs: Pegs;
  readonly triggers: Triggers;
};

export class Aftermath {
  readonly #parts: AftermathParts;
  readonly #tables: EngineTables;
  readonly #wholeSlots = new Int32Array(2 * CHAIN_ORDERS_MAX);
  readonly #wholeIds = new Float64Array(2 * CHAIN_ORDERS_MAX);

  constructor(parts: AftermathParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
  }

  /** Instruments in the order in which the command first touched them. */
  run(): void {
    const { states } = this.#tables;
    this.#parts.triggers.begin();
    for (let i = 0; i < states.touchedCount(); i++) this.#settle(states.touchedBook(i));
    states.clearTouched();
  }

  #settle(book: number): void {
    const { listEntry, pegs, triggers } = this.#parts;
    let isMoving = true;
    while (isMoving) {
      isMoving = listEntry.activateFilled();
      if (this.#retryAllOrNone(book)) isMoving = true;
      if (pegs.reprice(book)) isMoving = true;
      if (triggers.round(book)) isMoving = true;
    }
  }

  /** Those that can trade whole now do: bids, then asks, best price first, then oldest. */
  #retryAllOrNone(book: number): boolean {
    const { books, states } = this.#tables;
    if (states.allOrNoneCountOf(book) === 0) return false;
    const buysCount = this.#collect(book, SIDE_BUY, 0);
    const count = this.#collect(book, SIDE_SELL, buysCount);
    let hasTraded = false;
    for (let i = 0; i < count; i++) {
      const slot = this.#wholeSlots[i];
      if (books.find(this.#wholeIds[i]) === slot && this.#retry(slot)) hasTraded = true;
    }
    return hasTraded;
  }

  #collect(book: number, side: number, from: number): number {
    const { books } = this.#tables;
    let count = from;
    let level = books.firstLevel(ladderOf(book, side) + DARK);
    for (; level !== NONE; level = books.nextLevel(level)) {
      for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
        if (!isAllOrNone(books.orderCodesOf(slot))) continue;
        this.#wholeSlots[count] = slot;
        this.#wholeIds[count++] = books.orderIdOf(slot);
      }
    }
    return count;
  }

  #retry(slot: number): boolean {
    const { entry, incoming, working } = this.#parts;
    working.lift(slot, incoming);
    if (!entry.wouldTrade()) return false;
    working.withdraw(slot);
    entry.work(true);
    return true;
  }
}
