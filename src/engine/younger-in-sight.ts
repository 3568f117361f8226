// After an uncross: orders that came into sight while others gathered go behind those of them that
// are older. At each price both are merged by age, and whoever goes behind is told so: a receiver
// of every order takes what is added last for the last of its price.

import { NONE } from "../base/none.ts";
import { restingLadderOf } from "../book/ladder-kinds.ts";
import { EVENT_AMENDED } from "../codec/event.ts";
import { REASON_REPRICED } from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import { OrderSet } from "./order-set.ts";
import type { SpecialReports } from "./special-reports.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type YoungerInSightParts = {
  readonly tables: EngineTables;
  readonly reports: ExecutionReports;
  readonly special: SpecialReports;
  readonly working: WorkingOrders;
};

export class YoungerInSight {
  readonly #parts: YoungerInSightParts;
  readonly #tables: EngineTables;
  /** At one price, the oldest first; those before the next have gone behind. */
  readonly #orders: OrderSet;
  #next = 0;
  /** The price at which the last order came into sight; NaN before any did. */
  #priceTicks = Number.NaN;

  constructor(parts: YoungerInSightParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
    this.#orders = new OrderSet(parts.tables.books);
  }

  /** Of a side nobody has come into sight so far. */
  begin(): void {
    this.#orders.clear();
    this.#next = 0;
    this.#priceTicks = Number.NaN;
  }

  /** Goes on to a price, which may be the same one. */
  leave(priceTicks: number): void {
    if (priceTicks !== this.#priceTicks) this.end();
  }

  /** All that came into sight at the last price stand before those that are younger. */
  end(): void {
    for (; this.#next < this.#orders.count; this.#next++) this.#goBehind(this.#next);
  }

  /** The order is about to come into sight as the last of its price. */
  makeWayFor(slot: number): void {
    const { arrivals, books } = this.#tables;
    if (books.priceTicksOf(slot) !== this.#priceTicks) this.#find(slot);
    for (; this.#next < this.#orders.count; this.#next++) {
      const other = this.#orders.slotAt(this.#next);
      if (other !== NONE && arrivals.isBefore(slot, other)) return;
      this.#goBehind(this.#next);
    }
  }

  /** All in sight that are younger than the first that comes there. */
  #find(slot: number): void {
    const { arrivals, books } = this.#tables;
    this.begin();
    this.#priceTicks = books.priceTicksOf(slot);
    const ladder = restingLadderOf(books.bookOf(slot), books.orderCodesOf(slot));
    const level = books.levelAt(ladder, this.#priceTicks);
    let first = NONE;
    let other = level === NONE ? NONE : books.lastInQueue(level);
    for (; other !== NONE && arrivals.isBefore(slot, other); other = books.prevInQueue(other)) {
      first = other;
    }
    for (; first !== NONE; first = books.nextInQueue(first)) this.#orders.add(first);
  }

  #goBehind(index: number): void {
    const slot = this.#orders.slotAt(index);
    if (slot === NONE) return;
    const { books, columns } = this.#tables;
    const { reports, special, working } = this.#parts;
    const priceTicks = books.priceTicksOf(slot);
    const shownLots = books.shownLotsOf(slot);
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    const cumQtyLots = columns.orderQtyLotsOf(slot) - leavesQtyLots;
    const ladder = restingLadderOf(books.bookOf(slot), books.orderCodesOf(slot));
    working.move(slot, ladder, priceTicks, shownLots);
    if (books.isIceberg(slot)) {
      special.displayed(slot, leavesQtyLots, cumQtyLots, shownLots, priceTicks, 0);
      special.displayed(slot, leavesQtyLots, cumQtyLots, 0, 0, shownLots);
      return;
    }
    const flags = working.onBookFlag(slot);
    const report = reports.ofResting(EVENT_AMENDED, slot, leavesQtyLots, flags, REASON_REPRICED);
    reports.setLastQty(report, leavesQtyLots);
    reports.setLastPx(report, priceTicks);
  }
}
