// What follows from a command after its own effects, until nothing follows any more: children of
// filled orders wake, all-or-none orders that can trade whole do, pegged orders follow, stops fire.
// Costs nothing where an instrument has no such order.

import { NONE } from "../base/none.ts";
import { DARK, ladderOf } from "../book/ladder-kinds.ts";
import { isAllOrNone } from "../model/order-codes.ts";
import { isCall, PHASE_CONTINUOUS } from "../model/phase.ts";
import { REASON_NONE } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { Indications } from "./indications.ts";
import type { ListEntry } from "./list-entry.ts";
import { OpenSupply } from "./open-supply.ts";
import type { OrderEntry } from "./order-entry.ts";
import { OrderSet } from "./order-set.ts";
import type { Pegs } from "./pegs.ts";
import type { Protector } from "./protector.ts";
import type { ReachedOrders } from "./reached-orders.ts";
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
  readonly reachedOrders: ReachedOrders;
  readonly indications: Indications;
  readonly protector: Protector;
};

export class Aftermath {
  readonly #parts: AftermathParts;
  readonly #tables: EngineTables;
  readonly #whole: OrderSet;
  readonly #supply: OpenSupply;

  constructor(parts: AftermathParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
    this.#whole = new OrderSet(parts.tables.books);
    this.#supply = new OpenSupply(parts.tables.books);
  }

  /** Instruments in the order in which the command first touched them. */
  run(): void {
    const { states } = this.#tables;
    this.#parts.triggers.begin();
    for (let i = 0; i < states.touchedCount(); i++) this.#settle(states.touchedBook(i));
    states.clearTouched();
  }

  #settle(book: number): void {
    const { listEntry, pegs, protector, reachedOrders, triggers } = this.#parts;
    let isMoving = true;
    while (isMoving) {
      isMoving = listEntry.activateFilled();
      while (this.#trades(book) && this.#retryAllOrNone(book)) isMoving = true;
      if (pegs.reprice(book)) isMoving = true;
      if (this.#trades(book) && triggers.round(book)) isMoving = true;
      if (protector.act()) isMoving = true;
    }
    // What stopped the trading may have reached orders: they fire when it goes on.
    if (!this.#trades(book)) reachedOrders.ask(book);
    if (isCall(this.#tables.states.phaseOf(book))) this.#parts.indications.update(book);
  }

  /** In other phases nothing trades, so nothing is tried; pegged orders are parked. */
  #trades(book: number): boolean {
    return this.#tables.states.phaseOf(book) === PHASE_CONTINUOUS;
  }

  /** Those that can trade whole now do: bids, then asks, best price first, then oldest. */
  #retryAllOrNone(book: number): boolean {
    if (this.#tables.states.allOrNoneCountOf(book) === 0) return false;
    const haveBidsTraded = this.#retrySide(book, SIDE_BUY);
    return this.#retrySide(book, SIDE_SELL) || haveBidsTraded;
  }

  #retrySide(book: number, side: number): boolean {
    this.#whole.clear();
    this.#collect(book, side);
    if (this.#whole.count > 1) this.#gatherFor(book, side);
    let hasTraded = false;
    for (let i = 0; i < this.#whole.count; i++) {
      const slot = this.#whole.slotAt(i);
      if (slot !== NONE && this.#trades(book) && this.#retry(slot)) hasTraded = true;
    }
    return hasTraded;
  }

  /** Within the limit of the first, which is the best: one walk instead of one an order. */
  #gatherFor(book: number, side: number): void {
    this.#supply.gather(book, 3 - side, this.#tables.books.priceTicksOf(this.#whole.slotAt(0)));
  }

  #collect(book: number, side: number): void {
    const { books } = this.#tables;
    let level = books.firstLevel(ladderOf(book, side) + DARK);
    for (; level !== NONE; level = books.nextLevel(level)) {
      for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
        if (isAllOrNone(books.orderCodesOf(slot))) this.#whole.add(slot);
      }
    }
  }

  #retry(slot: number): boolean {
    const { entry, incoming, working } = this.#parts;
    if (this.#whole.count > 1 && !this.#hasEnough(slot)) return false;
    working.lift(slot, incoming);
    if (!entry.wouldTrade()) return false;
    const reason = entry.reasonToTake();
    if (reason !== REASON_NONE) {
      working.end(slot, reason);
      return true;
    }
    working.withdraw(slot);
    entry.work(true);
    return true;
  }

  /** Whether as much stands against the order as it wants, whoever's it is. */
  #hasEnough(slot: number): boolean {
    const { books } = this.#tables;
    return books.leavesQtyLotsOf(slot) <= this.#supply.lotsWithin(books.priceTicksOf(slot));
  }
}
