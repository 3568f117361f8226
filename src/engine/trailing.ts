// Orders whose trigger price follows the market at a distance: it moves in the order's favor, in
// whole steps, and never back. One that waits for its activation price is parked until then.

import { NONE } from "../base/none.ts";
import { ladderOfKind } from "../book/ladder-kinds.ts";
import { EVENT_RESTATED } from "../codec/event.ts";
import { isTouchedType, ordTypeOf, sideOf } from "../model/order-codes.ts";
import { TERM_HAS_STOP_PX, TERM_OFFSET_IS_BASIS_POINTS } from "../model/order-terms.ts";
import { REASON_REPRICED } from "../model/reasons.ts";
import { SIDE_BUY } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import type { Following } from "./following.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { TriggerPrices } from "./trigger-prices.ts";
import type { WorkingOrders } from "./working-orders.ts";

const BASIS_POINTS = 10_000;

export class Trailing {
  readonly #tables: EngineTables;
  readonly #reports: ExecutionReports;
  readonly #working: WorkingOrders;
  readonly #triggerPrices: TriggerPrices;
  readonly #following: Following;
  /** Whether follow() came past orders that do not track anything yet. */
  #hasIdle = false;

  constructor(
    tables: EngineTables,
    reports: ExecutionReports,
    working: WorkingOrders,
    triggerPrices: TriggerPrices,
    following: Following,
  ) {
    this.#tables = tables;
    this.#reports = reports;
    this.#working = working;
    this.#triggerPrices = triggerPrices;
    this.#following = following;
  }

  /** Whether it would fire as it begins: only where the instrument has no price far enough off. */
  firesAtOnce({ book, orderCodes, termsRow }: IncomingOrder): boolean {
    const { states } = this.#tables;
    if (!states.hasLastPx(book)) return false;
    const lastPxTicks = states.lastPxTicksOf(book);
    if (!this.#isActivatedBy(orderCodes, termsRow, lastPxTicks)) return false;
    const stopPxTicks = this.#stopPxTicks(book, orderCodes, termsRow, lastPxTicks);
    return this.#triggerPrices.isThroughAt(book, orderCodes, termsRow, stopPxTicks);
  }

  /** A trailing order begins to wait: for its trigger price, or to be activated. */
  begin(incoming: IncomingOrder): void {
    const { states, terms } = this.#tables;
    const { book, orderCodes, termsRow } = incoming;
    const isActivated =
      states.hasLastPx(book) &&
      this.#isActivatedBy(orderCodes, termsRow, states.lastPxTicksOf(book));
    if (!isActivated) {
      this.#working.park(incoming);
      return;
    }
    const extremeTicks = states.lastPxTicksOf(book);
    terms.track(termsRow, extremeTicks);
    const stopPxTicks = this.#stopPxTicks(book, orderCodes, termsRow, extremeTicks);
    terms.setStopPxTicks(termsRow, stopPxTicks);
    this.#working.place(incoming, this.#ladder(book, orderCodes, termsRow), stopPxTicks);
  }

  /** Those that waited with it move to where they have followed to. */
  catchUp(book: number): void {
    const { books, terms, trailing } = this.#tables;
    for (let row = trailing.firstOf(book); row !== NONE; row = terms.nextOf(row)) {
      const slot = terms.slotOf(row);
      if (slot === NONE || !terms.isTracking(row)) continue;
      const stopPxTicks = terms.stopPxTicksOf(row);
      if (stopPxTicks !== books.priceTicksOf(slot)) this.#place(book, row, stopPxTicks);
    }
  }

  /** Follows what traded since the last round, which makes some due; says whether any moved. */
  follow(book: number): boolean {
    const { states, terms, trailing } = this.#tables;
    this.#hasIdle = false;
    if (!states.hasRound(book)) return false;
    let hasMoved = false;
    for (let row = trailing.firstOf(book); row !== NONE; row = terms.nextOf(row)) {
      if (!terms.isTracking(row)) this.#hasIdle = true;
      else if (terms.slotOf(row) !== NONE && this.#move(book, row)) hasMoved = true;
    }
    return hasMoved;
  }

  /** After that: begins to track where that is what an order waited for; says whether any did. */
  activate(book: number): boolean {
    const { terms, trailing } = this.#tables;
    if (!this.#hasIdle) return false;
    let hasBegun = false;
    for (let row = trailing.firstOf(book); row !== NONE; row = terms.nextOf(row)) {
      if (terms.slotOf(row) === NONE || terms.isTracking(row)) continue;
      if (this.#begin(book, row)) hasBegun = true;
    }
    return hasBegun;
  }

  #begin(book: number, row: number): boolean {
    const { books, states, terms } = this.#tables;
    const slot = terms.slotOf(row);
    const orderCodes = books.orderCodesOf(slot);
    const isMet =
      this.#isActivatedBy(orderCodes, row, states.roundHighTicksOf(book)) ||
      this.#isActivatedBy(orderCodes, row, states.roundLowTicksOf(book));
    if (!isMet) return false;
    const extremeTicks = states.lastPxTicksOf(book);
    terms.track(row, extremeTicks);
    this.#place(book, row, this.#stopPxTicks(book, orderCodes, row, extremeTicks));
    return true;
  }

  /**
   * Follows the prices in the order in which they traded, until one of them fires it. Where orders
   * have moved too often it moves only to fire, and else when the command is over.
   */
  #move(book: number, row: number): boolean {
    const { books, states, terms } = this.#tables;
    const slot = terms.slotOf(row);
    const orderCodes = books.orderCodesOf(slot);
    const favor = sideOf(orderCodes) === SIDE_BUY ? -1 : 1;
    let stopPxTicks = terms.stopPxTicksOf(row);
    for (let i = 0; i < states.roundPricesCount() && !terms.isDue(row); i++) {
      if (states.roundBookAt(i) !== book) continue;
      const priceTicks = states.roundPxTicksAt(i);
      if ((priceTicks - terms.extremeTicksOf(row)) * favor > 0) {
        terms.track(row, priceTicks);
        const candidateTicks = this.#stopPxTicks(book, orderCodes, row, priceTicks);
        stopPxTicks += favor * this.#wholeSteps(row, (candidateTicks - stopPxTicks) * favor);
      }
      if ((priceTicks - stopPxTicks) * favor <= 0) terms.setDue(row);
    }
    if (stopPxTicks === books.priceTicksOf(slot)) return false;
    terms.setStopPxTicks(row, stopPxTicks);
    if (this.#following.isOver() && !terms.isDue(row)) return false;
    this.#place(book, row, stopPxTicks);
    return true;
  }

  #wholeSteps(row: number, gainTicks: number): number {
    const stepTicks = Math.max(1, this.#tables.terms.stepTicksOf(row));
    return Math.max(0, Math.floor(gainTicks / stepTicks)) * stepTicks;
  }

  #place(book: number, row: number, stopPxTicks: number): void {
    const { books, terms } = this.#tables;
    const slot = terms.slotOf(row);
    this.#following.note();
    const limitTicks = this.#working.limitTicksOf(slot);
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    const ladder = this.#ladder(book, books.orderCodesOf(slot), row);
    terms.setStopPxTicks(row, stopPxTicks);
    this.#working.move(slot, ladder, stopPxTicks, leavesQtyLots);
    terms.setLimitTicks(row, limitTicks);
    const reason = REASON_REPRICED;
    const report = this.#reports.ofResting(EVENT_RESTATED, slot, leavesQtyLots, 0, reason);
    this.#reports.setLastQty(report, leavesQtyLots);
    this.#reports.setLastPx(report, stopPxTicks);
  }

  #ladder(book: number, orderCodes: number, row: number): number {
    return ladderOfKind(book, this.#triggerPrices.kindOf(orderCodes, row));
  }

  /** Without an activation price every price activates; a touched type waits for a better one. */
  #isActivatedBy(orderCodes: number, row: number, priceTicks: number): boolean {
    const { terms } = this.#tables;
    if ((terms.flagsOf(row) & TERM_HAS_STOP_PX) === 0) return true;
    const isBuy = sideOf(orderCodes) === SIDE_BUY;
    const waitsForRise = isBuy !== isTouchedType(ordTypeOf(orderCodes));
    const activationTicks = terms.stopPxTicksOf(row);
    return waitsForRise ? priceTicks >= activationTicks : priceTicks <= activationTicks;
  }

  /** The trigger price at the order's distance from an extreme, away from the market. */
  #stopPxTicks(book: number, orderCodes: number, row: number, extremeTicks: number): number {
    const { instruments, terms } = this.#tables;
    const offset = terms.offsetTicksOf(row);
    const inBasisPoints = (terms.flagsOf(row) & TERM_OFFSET_IS_BASIS_POINTS) !== 0;
    const distanceTicks = inBasisPoints
      ? Math.ceil((Math.abs(extremeTicks) * offset) / BASIS_POINTS)
      : offset;
    const away = sideOf(orderCodes) === SIDE_BUY ? 1 : -1;
    return instruments.clampPrice(book, extremeTicks + away * distanceTicks);
  }
}
