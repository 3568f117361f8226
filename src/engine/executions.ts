// hot path
// What happens when the book lets the incoming order meet a maker: a trade, or what self-trade
// prevention makes of it. Everything is told before the book changes either order.

import { NONE } from "../base/none.ts";
import { MATCH_BOTH_OUT, MATCH_DONE, MATCH_MAKER_OUT, MATCH_TAKER_OUT } from "../book/books.ts";
import { EVENT_CANCELED, FLAG_TRANSFER } from "../codec/event.ts";
import { isAllOrNone, isSpecial } from "../model/order-codes.ts";
import {
  STP_CANCEL_BOTH,
  STP_CANCEL_NEWEST,
  STP_CANCEL_OLDEST,
  STP_MEETS_NOBODY,
  STP_NONE,
  STP_TRANSFER,
} from "../model/order-terms.ts";
import { REASON_SELF_TRADE } from "../model/reasons.ts";
import type { AccountRisk } from "./account-risk.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import { sliceLots } from "./iceberg-slice.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderIds } from "./order-ids.ts";
import type { OrderLists } from "./order-lists.ts";
import type { ReduceOnlyCuts } from "./reduce-only-cuts.ts";
import type { SpecialReports } from "./special-reports.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type ExecutionsParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly reports: ExecutionReports;
  readonly special: SpecialReports;
  readonly working: WorkingOrders;
  readonly lists: OrderLists;
  readonly ids: OrderIds;
  readonly risk: AccountRisk;
  readonly cuts: ReduceOnlyCuts;
};

export class Executions {
  readonly #tables: EngineTables;
  readonly #incoming: IncomingOrder;
  readonly #reports: ExecutionReports;
  readonly #special: SpecialReports;
  readonly #working: WorkingOrders;
  readonly #lists: OrderLists;
  readonly #ids: OrderIds;
  readonly #risk: AccountRisk;
  readonly #cuts: ReduceOnlyCuts;

  constructor(parts: ExecutionsParts) {
    this.#tables = parts.tables;
    this.#incoming = parts.incoming;
    this.#reports = parts.reports;
    this.#special = parts.special;
    this.#working = parts.working;
    this.#lists = parts.lists;
    this.#ids = parts.ids;
    this.#risk = parts.risk;
    this.#cuts = parts.cuts;
  }

  /** The book's match listener (book/books.ts): returns the outcome. */
  onMatch(makerSlot: number, lastPxTicks: number, lastQtyLots: number): number {
    const incoming = this.#incoming;
    if (incoming.stpMode > STP_NONE) {
      if (incoming.stpMode === STP_MEETS_NOBODY) return MATCH_TAKER_OUT;
      if (this.#isSelf(makerSlot)) return this.#prevent(makerSlot, lastPxTicks, lastQtyLots);
    }
    const flags = this.#working.onBookFlag(makerSlot);
    const tradeId = ++this.#ids.lastTradeId;
    this.#reports.ofTrade(incoming, makerSlot, lastPxTicks, lastQtyLots, tradeId, flags);
    this.#tables.states.onTrade(incoming.book, lastPxTicks);
    if (!this.#risk.isOn) return this.#fillMaker(makerSlot, lastQtyLots);
    this.#risk.onFill(makerSlot, incoming, lastPxTicks, lastQtyLots, tradeId);
    const outcome = this.#fillMaker(makerSlot, lastQtyLots);
    this.#cuts.afterFill(makerSlot, incoming);
    return outcome;
  }

  /** The maker's slice, list and end follow from its fill. */
  #fillMaker(makerSlot: number, lastQtyLots: number): number {
    const { books } = this.#tables;
    if (isSpecial(books.orderCodesOf(makerSlot))) {
      const nextSliceLots = this.#useSlice(makerSlot, lastQtyLots, MATCH_DONE);
      this.#lists.onMakerFilled(makerSlot, lastQtyLots);
      this.#closeIfFilled(makerSlot, lastQtyLots);
      return nextSliceLots;
    }
    if (books.leavesQtyLotsOf(makerSlot) === lastQtyLots) this.#working.detachFilled(makerSlot);
    return MATCH_DONE;
  }

  #isSelf(makerSlot: number): boolean {
    const { accounts, columns } = this.#tables;
    return accounts.isSamePerson(this.#incoming.accountRow, columns.accountRowOf(makerSlot));
  }

  #prevent(makerSlot: number, lastPxTicks: number, lastQtyLots: number): number {
    const { books } = this.#tables;
    const incoming = this.#incoming;
    const { stpMode } = incoming;
    const makerEnds =
      stpMode === STP_CANCEL_OLDEST ||
      stpMode === STP_CANCEL_BOTH ||
      (stpMode !== STP_CANCEL_NEWEST && isAllOrNone(books.orderCodesOf(makerSlot)));
    const hasTransfer = !makerEnds && this.#transfers(makerSlot);
    const flags = hasTransfer ? FLAG_TRANSFER : 0;
    this.#special.prevented(incoming, makerSlot, lastPxTicks, lastQtyLots, flags);
    if (makerEnds) this.#working.endMaker(makerSlot, REASON_SELF_TRADE);
    if (stpMode === STP_CANCEL_NEWEST || stpMode === STP_CANCEL_BOTH) {
      incoming.endReason = REASON_SELF_TRADE;
      return makerEnds ? MATCH_BOTH_OUT : MATCH_TAKER_OUT;
    }
    if (makerEnds) return MATCH_MAKER_OUT;
    if (hasTransfer) this.#risk.onTransfer(makerSlot, incoming, lastPxTicks, lastQtyLots);
    const nextSliceLots = this.#decrementMaker(makerSlot, lastQtyLots);
    this.#decrementTaker(lastQtyLots);
    if (hasTransfer) this.#cuts.afterFill(makerSlot, incoming);
    return nextSliceLots;
  }

  /** Whether the quantity changes hands outside the tape: both ask for it, and are not one. */
  #transfers(makerSlot: number): boolean {
    const { accounts, columns, terms } = this.#tables;
    const makerRow = columns.accountRowOf(makerSlot);
    if (this.#incoming.stpMode !== STP_TRANSFER || makerRow === this.#incoming.accountRow) {
      return false;
    }
    const termsRow = columns.termsRowOf(makerSlot);
    const asked = termsRow === NONE ? 0 : terms.stpModeOf(termsRow);
    return accounts.stpModeOf(makerRow, asked) === STP_TRANSFER;
  }

  /** The maker's part of a decrement; returns the lots of its next slice, or MATCH_DONE. */
  #decrementMaker(makerSlot: number, lots: number): number {
    const { books, columns } = this.#tables;
    const leavesQtyLots = books.leavesQtyLotsOf(makerSlot) - lots;
    if (leavesQtyLots === 0) {
      this.#working.endMaker(makerSlot, REASON_SELF_TRADE);
      return MATCH_DONE;
    }
    if (this.#risk.isOn) this.#risk.release(makerSlot, lots);
    const orderQtyLots = columns.orderQtyLotsOf(makerSlot) - lots;
    const flags = this.#working.onBookFlag(makerSlot);
    const reason = REASON_SELF_TRADE;
    const report = this.#reports.ofResting(EVENT_CANCELED, makerSlot, leavesQtyLots, flags, reason);
    this.#special.setOrderQty(report, orderQtyLots);
    this.#reports.setLastQty(report, lots);
    columns.setOrderQtyLots(makerSlot, orderQtyLots);
    return this.#useSlice(makerSlot, lots, MATCH_DONE);
  }

  #decrementTaker(lots: number): void {
    const incoming = this.#incoming;
    incoming.leavesQtyLots -= lots;
    if (incoming.isTracked) this.#risk.onDecrement(incoming);
    if (incoming.leavesQtyLots > 0) incoming.orderQtyLots -= lots;
    const report = this.#reports.ofIncoming(EVENT_CANCELED, incoming, 0, REASON_SELF_TRADE);
    this.#reports.setLastQty(report, lots);
  }

  /**
   * An iceberg's slice gave `lots`: tells what it shows now, and returns its next slice where this
   * one is used up. Any other order: `otherwise`.
   */
  #useSlice(slot: number, lots: number, otherwise: number): number {
    const { books, columns, terms } = this.#tables;
    if (!books.isIceberg(slot)) return otherwise;
    const shownLots = books.shownLotsOf(slot);
    const leavesQtyLots = books.leavesQtyLotsOf(slot) - lots;
    const reserveLots = leavesQtyLots - (shownLots - lots);
    let nextSliceLots = 0;
    if (shownLots === lots && reserveLots > 0) {
      const termsRow = columns.termsRowOf(slot);
      terms.refill(termsRow, ++this.#ids.lastOrderId);
      const sliceNow = sliceLots(terms, termsRow, books.orderIdOf(slot));
      nextSliceLots = Math.min(reserveLots, sliceNow);
    }
    const shownNow = shownLots - lots + nextSliceLots;
    const cumQtyLots = columns.orderQtyLotsOf(slot) - leavesQtyLots;
    const priceTicks = books.priceTicksOf(slot);
    this.#special.displayed(slot, leavesQtyLots, cumQtyLots, shownLots, priceTicks, shownNow);
    return nextSliceLots > 0 ? nextSliceLots : otherwise;
  }

  #closeIfFilled(makerSlot: number, lastQtyLots: number): void {
    const { books } = this.#tables;
    if (books.leavesQtyLotsOf(makerSlot) !== lastQtyLots) return;
    const book = books.bookOf(makerSlot);
    const termsRow = this.#working.detachFilled(makerSlot);
    if (termsRow !== NONE) this.#working.closeTerms(termsRow, book);
  }
}
