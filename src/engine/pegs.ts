// Orders that follow the best price of a side, or the middle: moved when their reference did. They
// never follow each other.

import { NONE } from "../base/none.ts";
import { isParkedKind, LADDER_ASKS, restingLadderOf } from "../book/ladder-kinds.ts";
import { EVENT_AMENDED, EVENT_RESTATED } from "../codec/event.ts";
import { isPostOnly, sideOf } from "../model/order-codes.ts";
import { PHASE_CONTINUOUS } from "../model/phase.ts";
import { REASON_BOOK_FULL, REASON_REPRICED } from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import type { Following } from "./following.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { overflowsLevel } from "./level-sums.ts";
import { CHAIN_ORDERS_MAX } from "./order-chains.ts";
import type { OrderEntry } from "./order-entry.ts";
import type { Pricing } from "./pricing.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type PegsParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly reports: ExecutionReports;
  readonly working: WorkingOrders;
  readonly pricing: Pricing;
  readonly entry: OrderEntry;
  readonly following: Following;
};

export class Pegs {
  readonly #parts: PegsParts;
  readonly #tables: EngineTables;
  readonly #rows = new Int32Array(CHAIN_ORDERS_MAX);
  /** Whether what they follow may have changed since it was looked for. */
  #isStale = true;

  constructor(parts: PegsParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
  }

  /**
   * Moves those whose reference moved, in order of entry; says whether any did. Where orders have
   * moved too often they stand until the command is over, as long as anybody could trade with them.
   */
  reprice(book: number): boolean {
    const isTrading = this.#tables.states.phaseOf(book) === PHASE_CONTINUOUS;
    return isTrading && this.#parts.following.isOver() ? false : this.catchUp(book);
  }

  /** The same of those that stood meanwhile. */
  catchUp(book: number): boolean {
    const { pegged, terms } = this.#tables;
    if (pegged.countOf(book) === 0 || !this.#parts.pricing.followReferences(book)) return false;
    this.#isStale = false;
    // One that trades may end others, whose rows then lead nowhere.
    let count = 0;
    for (let row = pegged.firstOf(book); row !== NONE; row = terms.nextOf(row)) {
      this.#rows[count++] = row;
    }
    let hasMoved = false;
    for (let i = 0; i < count; i++) {
      const row = this.#rows[i];
      if (!terms.isLive(row) || terms.slotOf(row) === NONE) continue;
      if (this.#follow(book, row)) hasMoved = true;
    }
    return hasMoved;
  }

  /** A pegged order whose own worst price changed is looked at in any case. */
  followNow(book: number, row: number): void {
    this.#isStale = true;
    this.#follow(book, row);
  }

  #follow(book: number, row: number): boolean {
    const { books, terms } = this.#tables;
    const { incoming, pricing, working } = this.#parts;
    const slot = terms.slotOf(row);
    const side = sideOf(books.orderCodesOf(slot));
    const isParked = isParkedKind(books.ladderKindOf(slot));
    working.lift(slot, incoming);
    if (!this.#findPrice(book, side, row)) {
      if (!isParked) this.#park(slot);
      return !isParked;
    }
    if (!isParked && incoming.priceTicks === books.priceTicksOf(slot)) return false;
    if (this.#overflowsLevel()) {
      this.#isStale = true; // The other legs of its list end with it.
      working.end(slot, REASON_BOOK_FULL);
      return true;
    }
    const meets = pricing.meets(incoming);
    if (meets) this.#isStale = true;
    this.#parts.following.note();
    if (isParked || meets) this.#leave(slot);
    else this.#move(slot);
    return true;
  }

  /**
   * Gives the lifted order its price. There is none without a reference, nor for a post-only order
   * that the instrument leaves no price behind the one it would trade with.
   */
  #findPrice(book: number, side: number, row: number): boolean {
    const { incoming, pricing } = this.#parts;
    const hasPrice = this.#isStale
      ? pricing.hasPegPrice(book, side, row)
      : pricing.hasKnownPegPrice(side, row);
    this.#isStale = false;
    if (!hasPrice) return false;
    incoming.priceTicks = pricing.pegPriceTicks(book, side, row);
    incoming.limitTicks = incoming.priceTicks;
    const mustStepBack = isPostOnly(incoming.orderCodes) && pricing.meets(incoming);
    return !mustStepBack || pricing.stepBack(incoming);
  }

  #overflowsLevel(): boolean {
    const { book, leavesQtyLots, orderCodes, priceTicks } = this.#parts.incoming;
    const ladder = restingLadderOf(book, orderCodes);
    return overflowsLevel(this.#tables.books, ladder, priceTicks, leavesQtyLots, 0);
  }

  /** Moves in sight, or in the dark, without trading. */
  #move(slot: number): void {
    const { books } = this.#tables;
    const { incoming, working } = this.#parts;
    const flags = working.onBookFlag(slot);
    this.#report(slot, flags);
    const ladder = restingLadderOf(incoming.book, incoming.orderCodes);
    working.move(slot, ladder, incoming.priceTicks, books.leavesQtyLotsOf(slot));
  }

  /** Comes out of the parked ladder, or trades at its new price. */
  #leave(slot: number): void {
    const { entry, working } = this.#parts;
    this.#report(slot, 0);
    working.withdraw(slot);
    entry.work(true);
  }

  #park(slot: number): void {
    const { incoming, working } = this.#parts;
    incoming.priceTicks = 0;
    this.#report(slot, 0);
    working.moveToParked(slot);
  }

  /** `flags` of an amended event where the public saw the order; else it is restated. */
  #report(slot: number, flags: number): void {
    const { books } = this.#tables;
    const { incoming, reports } = this.#parts;
    const kind = books.ladderKindOf(slot);
    const wasSeen = kind <= LADDER_ASKS;
    const eventKind = wasSeen ? EVENT_AMENDED : EVENT_RESTATED;
    const report = reports.ofIncoming(eventKind, incoming, flags, REASON_REPRICED);
    reports.setLastQty(report, books.leavesQtyLotsOf(slot));
    if (wasSeen) reports.setLastPx(report, books.priceTicksOf(slot));
  }
}
