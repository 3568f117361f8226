// All-or-none orders that rest are tried again after every command that may have brought what they
// lacked: bids, then asks, best price first, then oldest. Those that sleep cost nothing
// (whole-orders.ts).

import { NONE } from "../base/none.ts";
import { PHASE_CONTINUOUS } from "../model/phase.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { OpenSupply } from "./open-supply.ts";
import type { OrderEntry } from "./order-entry.ts";
import { OrderSet } from "./order-set.ts";
import type { Reach } from "./reach.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type WholeRetriesParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly working: WorkingOrders;
  readonly entry: OrderEntry;
  readonly reach: Reach;
};

export class WholeRetries {
  readonly #parts: WholeRetriesParts;
  readonly #tables: EngineTables;
  readonly #set: OrderSet;
  readonly #supply: OpenSupply;
  /** Whether the supply was gathered for this pass, which is worth it for more than one order. */
  #isGathered = false;

  constructor(parts: WholeRetriesParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
    this.#set = new OrderSet(parts.tables.books);
    this.#supply = new OpenSupply(parts.tables);
  }

  /** Those that can trade whole now do; says whether any did. */
  run(book: number): boolean {
    const haveBidsTraded = this.#runSide(book, SIDE_BUY);
    return this.#runSide(book, SIDE_SELL) || haveBidsTraded;
  }

  #runSide(book: number, side: number): boolean {
    const { states, wholes } = this.#tables;
    const awakeCount = wholes.awakeCountOf(book, side);
    if (awakeCount === 0) return false;
    this.#collect(book, side);
    this.#isGathered = awakeCount > 1;
    if (this.#isGathered) this.#gatherFor(book, side);
    let hasTraded = false;
    for (let i = 0; i < this.#set.count; i++) {
      const slot = this.#set.slotAt(i);
      if (slot === NONE || !wholes.isAwake(slot)) continue;
      if (states.phaseOf(book) !== PHASE_CONTINUOUS) return hasTraded;
      if (this.#retry(slot, book, side)) hasTraded = true;
    }
    return hasTraded;
  }

  /** From the first one that is awake on; a trade may wake others behind it. */
  #collect(book: number, side: number): void {
    const { wholes } = this.#tables;
    this.#set.clear();
    let slot = wholes.firstOf(book, side);
    while (!wholes.isAwake(slot)) slot = wholes.nextOf(slot);
    for (; slot !== NONE; slot = wholes.nextOf(slot)) this.#set.add(slot);
  }

  /** Within the limit of the first, which is the best: one walk instead of one an order. */
  #gatherFor(book: number, side: number): void {
    this.#supply.gather(book, 3 - side, this.#tables.books.priceTicksOf(this.#set.slotAt(0)));
  }

  #retry(slot: number, book: number, side: number): boolean {
    const { entry, incoming, reach, working } = this.#parts;
    const { wholes } = this.#tables;
    const shortLots = this.#shortLots(slot, book, side);
    if (shortLots > 0) {
      wholes.sleepShort(slot, shortLots);
      return false;
    }
    working.lift(slot, incoming);
    if (entry.wouldTrade()) {
      working.withdraw(slot);
      entry.work(true);
      return true;
    }
    const missingLots = reach.missingLots(incoming);
    if (missingLots > 0) wholes.sleepUnmet(slot, missingLots, reach.endTicks, reach.isStopped);
    return false;
  }

  /** How much less stands against the order than it wants, whoever's it is. */
  #shortLots(slot: number, book: number, side: number): number {
    const { books } = this.#tables;
    const limitTicks = books.priceTicksOf(slot);
    const lots = books.leavesQtyLotsOf(slot);
    return this.#isGathered
      ? this.#supply.lotsMissing(limitTicks, lots)
      : this.#supply.lotsMissingNow(book, 3 - side, limitTicks, lots);
  }
}
