// Orders that follow the best price of a side, or the middle: moved when their reference did. They
// never follow each other.

import { NONE } from "../base/none.ts";
import { DARK, isParkedKind, LADDER_ASKS, ladderOf } from "../book/ladder-kinds.ts";
import { EVENT_AMENDED, EVENT_RESTATED } from "../codec/event.ts";
import { isDark, isPostOnly, sideOf } from "../model/order-codes.ts";
import { REASON_REPRICED } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import type { IncomingOrder } from "./incoming-order.ts";
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
};

export class Pegs {
  readonly #parts: PegsParts;
  readonly #tables: EngineTables;
  readonly #rows = new Int32Array(CHAIN_ORDERS_MAX);

  constructor(parts: PegsParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
  }

  /** Moves those whose reference moved, in order of entry; says whether any did. */
  reprice(book: number): boolean {
    const { pegged, terms } = this.#tables;
    if (pegged.countOf(book) === 0 || !this.#haveReferencesChanged(book)) return false;
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
    this.#follow(book, row);
  }

  #haveReferencesChanged(book: number): boolean {
    const { books, states } = this.#tables;
    const bid = this.#parts.pricing.referenceLevel(book, SIDE_BUY);
    const ask = this.#parts.pricing.referenceLevel(book, SIDE_SELL);
    const bidTicks = bid === NONE ? 0 : books.levelPriceTicks(bid);
    const askTicks = ask === NONE ? 0 : books.levelPriceTicks(ask);
    return states.changeReferences(book, bid !== NONE, bidTicks, ask !== NONE, askTicks);
  }

  #follow(book: number, row: number): boolean {
    const { books, terms } = this.#tables;
    const { incoming, pricing, working } = this.#parts;
    const slot = terms.slotOf(row);
    const side = sideOf(books.orderCodesOf(slot));
    const isParked = isParkedKind(books.ladderKindOf(slot));
    if (!pricing.hasPegPrice(book, side, row)) {
      if (!isParked) this.#park(slot);
      return !isParked;
    }
    working.lift(slot, incoming);
    incoming.priceTicks = pricing.pegPriceTicks(book, side, row);
    incoming.limitTicks = incoming.priceTicks;
    if (isPostOnly(incoming.orderCodes) && pricing.meets(incoming)) pricing.stepBack(incoming);
    if (!isParked && incoming.priceTicks === books.priceTicksOf(slot)) return false;
    if (isParked || pricing.meets(incoming)) this.#leave(slot);
    else this.#move(slot);
    return true;
  }

  /** Moves in sight, or in the dark, without trading. */
  #move(slot: number): void {
    const { books } = this.#tables;
    const { incoming, working } = this.#parts;
    const flags = working.onBookFlag(slot);
    this.#report(slot, flags);
    const side = sideOf(incoming.orderCodes);
    const ladder = ladderOf(incoming.book, side) + (isDark(incoming.orderCodes) ? DARK : 0);
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
    working.lift(slot, incoming);
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
