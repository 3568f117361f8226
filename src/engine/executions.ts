// hot path
// What happens when the book lets the incoming order meet a maker: a trade, or what self-trade
// prevention makes of it. Everything is told before the book changes either order.

import { NONE } from "../base/none.ts";
import {
  MATCH_BOTH_OUT,
  MATCH_DONE,
  MATCH_LESS,
  MATCH_MAKER_OUT,
  MATCH_TAKER_OUT,
} from "../book/books.ts";
import { EVENT_CANCELED, FLAG_TRANSFER } from "../codec/event.ts";
import { isAllOrNone, isSpecial } from "../model/order-codes.ts";
import {
  STP_CANCEL_BOTH,
  STP_CANCEL_NEWEST,
  STP_CANCEL_OLDEST,
  STP_MEETS_NOBODY,
  STP_NONE,
} from "../model/order-terms.ts";
import { REASON_SELF_TRADE } from "../model/reasons.ts";
import type { AccountRisk } from "./account-risk.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import type { Guards } from "./guards.ts";
import { countSlices, sliceLots } from "./iceberg-slice.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderIds } from "./order-ids.ts";
import type { OrderLists } from "./order-lists.ts";
import type { ReduceOnlyCuts } from "./reduce-only-cuts.ts";
import type { SpecialReports } from "./special-reports.ts";
import { decrementsWhole, isTransfer } from "./transfers.ts";
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
  readonly guards: Guards;
  readonly cuts: ReduceOnlyCuts;
};

export type Executions = ReturnType<typeof createExecutions>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createExecutions(parts: ExecutionsParts) {
  const { tables, incoming, reports, special, working, lists, ids, risk, guards, cuts } = parts;
  const { accounts, books, columns, states, terms, wholes } = tables;

  /** The book's match listener (book/books.ts): returns the outcome. */
  function onMatch(makerSlot: number, lastPxTicks: number, lastQtyLots: number): number {
    if (incoming.stpMode > STP_NONE) {
      if (incoming.stpMode === STP_MEETS_NOBODY) return MATCH_TAKER_OUT;
      const isOwn = isSelf(makerSlot);
      if (incoming.meetsOwnOnly && !(isOwn && staysOwn(makerSlot))) return MATCH_TAKER_OUT;
      if (isOwn) return prevent(makerSlot, lastPxTicks, lastQtyLots);
    }
    const flags = working.onBookFlag(makerSlot);
    const tradeId = ++ids.lastTradeId;
    reports.ofTrade(incoming, makerSlot, lastPxTicks, lastQtyLots, tradeId, flags);
    states.onTrade(incoming.book, lastPxTicks);
    if (guards.watchesFills) countFill(makerSlot, lastPxTicks, lastQtyLots);
    if (risk.isOn()) risk.onFill(makerSlot, incoming, lastPxTicks, lastQtyLots, tradeId);
    const outcome = fillMaker(makerSlot, lastQtyLots);
    if (incoming.termsRow !== NONE) lists.onTakerFilled();
    if (risk.isOn()) cuts.afterFill(makerSlot, incoming);
    return outcome;
  }

  function countFill(makerSlot: number, lastPxTicks: number, lastQtyLots: number): void {
    const makerRow = columns.accountRowOf(makerSlot);
    const { accountRow, book } = incoming;
    guards.onFill(makerRow, accountRow, book, lastPxTicks, lastQtyLots);
  }

  /** The maker's slice, list and end follow from its fill. */
  function fillMaker(makerSlot: number, lastQtyLots: number): number {
    if (isSpecial(books.orderCodesOf(makerSlot))) {
      const nextSliceLots = useSlice(makerSlot, lastQtyLots, MATCH_DONE);
      const isFilled = books.leavesQtyLotsOf(makerSlot) === lastQtyLots;
      // It has ended before what its fill ends, so its id does.
      const termsRow = isFilled ? working.detachFilled(makerSlot) : NONE;
      lists.onMakerFilled(makerSlot, lastQtyLots);
      if (termsRow !== NONE) working.closeTerms(termsRow, books.bookOf(makerSlot));
      return nextSliceLots;
    }
    if (books.leavesQtyLotsOf(makerSlot) === lastQtyLots) working.detachFilled(makerSlot);
    else if (wholes.hasAny()) wholes.onLess(makerSlot, lastQtyLots);
    return MATCH_DONE;
  }

  function isSelf(makerSlot: number): boolean {
    return accounts.isSamePerson(incoming.accountRow, columns.accountRowOf(makerSlot));
  }

  /** Whether nothing changes hands where the two are kept from trading. */
  function staysOwn(makerSlot: number): boolean {
    return !isTransfer(tables, makerSlot, incoming);
  }

  function prevent(makerSlot: number, lastPxTicks: number, metLots: number): number {
    const { stpMode } = incoming;
    incoming.hasMetOwn = true;
    const makerEnds =
      stpMode === STP_CANCEL_OLDEST ||
      stpMode === STP_CANCEL_BOTH ||
      (stpMode !== STP_CANCEL_NEWEST && isAllOrNone(books.orderCodesOf(makerSlot)));
    const countsReserve = decrementsWhole(tables, makerSlot, stpMode);
    const lastQtyLots = countsReserve
      ? Math.min(books.leavesQtyLotsOf(makerSlot), incoming.leavesQtyLots)
      : metLots;
    const hasTransfer = isTransfer(tables, makerSlot, incoming);
    const flags = hasTransfer ? FLAG_TRANSFER : 0;
    special.prevented(incoming, makerSlot, lastPxTicks, lastQtyLots, flags);
    if (makerEnds) working.endMaker(makerSlot, REASON_SELF_TRADE);
    if (stpMode === STP_CANCEL_NEWEST || stpMode === STP_CANCEL_BOTH) {
      incoming.endReason = REASON_SELF_TRADE;
      return makerEnds ? MATCH_BOTH_OUT : MATCH_TAKER_OUT;
    }
    if (makerEnds) return MATCH_MAKER_OUT;
    if (hasTransfer) risk.onTransfer(makerSlot, incoming, lastPxTicks, lastQtyLots);
    const outcome = countsReserve
      ? decrementIceberg(makerSlot, lastQtyLots, hasTransfer)
      : decrementMaker(makerSlot, lastQtyLots, hasTransfer);
    decrementTaker(lastQtyLots);
    if (!hasTransfer) return outcome;
    lists.onTransfer(incoming.termsRow);
    cuts.afterFill(makerSlot, incoming);
    return outcome;
  }

  /** Lots come off its reserve first, as off one that is reduced. */
  function decrementIceberg(makerSlot: number, lots: number, hasTransfer: boolean): number {
    const termsRow = columns.termsRowOf(makerSlot);
    const keptLots = books.leavesQtyLotsOf(makerSlot) - lots;
    if (keptLots === 0) working.end(makerSlot, REASON_SELF_TRADE);
    else working.reduce(makerSlot, keptLots, REASON_SELF_TRADE);
    if (hasTransfer && keptLots > 0) lists.onTransfer(termsRow);
    return MATCH_LESS - lots;
  }

  /** The maker's part of a decrement; returns the lots of its next slice, or MATCH_DONE. */
  function decrementMaker(makerSlot: number, lots: number, hasTransfer: boolean): number {
    const leavesQtyLots = books.leavesQtyLotsOf(makerSlot) - lots;
    if (leavesQtyLots === 0) {
      working.endMaker(makerSlot, REASON_SELF_TRADE);
      return MATCH_DONE;
    }
    if (risk.isOn()) risk.release(makerSlot, lots);
    const orderQtyLots = columns.orderQtyLotsOf(makerSlot) - lots;
    const flags = working.onBookFlag(makerSlot);
    const reason = REASON_SELF_TRADE;
    const report = reports.ofResting(EVENT_CANCELED, makerSlot, leavesQtyLots, flags, reason);
    special.setOrderQty(report, orderQtyLots);
    reports.setLastQty(report, lots);
    columns.setOrderQtyLots(makerSlot, orderQtyLots);
    const termsRow = columns.termsRowOf(makerSlot);
    countSlices(terms, termsRow, orderQtyLots);
    const nextSliceLots = useSlice(makerSlot, lots, MATCH_DONE);
    if (hasTransfer) lists.onTransfer(termsRow);
    return nextSliceLots;
  }

  function decrementTaker(lots: number): void {
    incoming.leavesQtyLots -= lots;
    if (incoming.isTracked) risk.onDecrement(incoming);
    if (incoming.leavesQtyLots > 0) {
      incoming.orderQtyLots -= lots;
      countSlices(terms, incoming.termsRow, incoming.orderQtyLots);
    }
    const report = reports.ofIncoming(EVENT_CANCELED, incoming, 0, REASON_SELF_TRADE);
    reports.setLastQty(report, lots);
  }

  /**
   * An iceberg's slice gave `lots`: tells what it shows now, and returns its next slice where this
   * one is used up. Any other order: `otherwise`.
   */
  function useSlice(slot: number, lots: number, otherwise: number): number {
    if (!books.isIceberg(slot)) return otherwise;
    const shownLots = books.shownLotsOf(slot);
    const leavesQtyLots = books.leavesQtyLotsOf(slot) - lots;
    const reserveLots = leavesQtyLots - (shownLots - lots);
    let nextSliceLots = 0;
    if (shownLots === lots && reserveLots > 0) {
      const termsRow = columns.termsRowOf(slot);
      terms.refill(termsRow, ++ids.lastOrderId);
      const sliceNow = sliceLots(terms, termsRow, books.orderIdOf(slot));
      nextSliceLots = Math.min(reserveLots, sliceNow);
      // It goes behind others, who may be met before it now.
      if (wholes.hasAny()) wholes.onLess(slot, lots);
    }
    const shownNow = shownLots - lots + nextSliceLots;
    const cumQtyLots = columns.orderQtyLotsOf(slot) - leavesQtyLots;
    const priceTicks = books.priceTicksOf(slot);
    special.displayed(slot, leavesQtyLots, cumQtyLots, shownLots, priceTicks, shownNow);
    return nextSliceLots > 0 ? nextSliceLots : otherwise;
  }

  return { onMatch, useSlice };
}
