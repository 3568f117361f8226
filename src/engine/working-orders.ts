// hot path
// Orders that work or wait: the one place where an order joins a ladder or leaves it, and where it
// ends. Keeps what must agree with that: the account's list, the client order id, the terms, the
// counts of special orders.

import { NONE } from "../base/none.ts";
import {
  DARK,
  isParkedKind,
  isTriggerKind,
  LADDER_ASKS,
  LADDER_PARKED,
  ladderOf,
  restingLadderOf,
} from "../book/ladder-kinds.ts";
import { EVENT_CANCELED, FLAG_ON_BOOK } from "../codec/event.ts";
import { isAllOrNone, isPegged, isSpecial, sideOf, timeInForceOf } from "../model/order-codes.ts";
import { TERM_TRAILING } from "../model/order-terms.ts";
import { PHASE_CONTINUOUS } from "../model/phase.ts";
import { TIF_GTD } from "../model/time-in-force.ts";
import type { AccountRisk } from "./account-risk.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import { countSlices, sliceLots } from "./iceberg-slice.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderIds } from "./order-ids.ts";
import type { SpecialReports } from "./special-reports.ts";

/** Hears that a leg of an order list has ended without being filled. */
export type LegEndListener = (termsRow: number) => void;

export type WorkingOrders = ReturnType<typeof createWorkingOrders>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createWorkingOrders(
  tables: EngineTables,
  ids: OrderIds,
  reports: ExecutionReports,
  special: SpecialReports,
  risk: AccountRisk,
) {
  const { accounts, arrivals, books, clOrdIds, columns, expiries, lists, states, terms } = tables;
  const { pegged, reached, trailing, wholes } = tables;
  let tellLegEnd: LegEndListener = () => {};
  /** Where the order stood that reportEnd() saw last. */
  let endedBook = NONE;

  function onLegEnd(listener: LegEndListener): void {
    tellLegEnd = listener;
  }

  /** The order rests at its limit, in sight or dark; an iceberg shows its slice and says so. */
  function rest(incoming: IncomingOrder): void {
    const { book, orderCodes, priceTicks, termsRow } = incoming;
    const slot = place(incoming, restingLadderOf(book, orderCodes), priceTicks);
    if (termsRow === NONE) return;
    if (terms.displayQtyLotsOf(termsRow) > 0) showSlice(slot, incoming);
  }

  /** The order joins any ladder of its book, at `ladderPxTicks`; returns its slot. */
  function place(incoming: IncomingOrder, ladder: number, ladderPxTicks: number): number {
    const { orderCodes, leavesQtyLots, orderId, termsRow } = incoming;
    const slot = books.place(ladder, orderCodes, ladderPxTicks, leavesQtyLots, orderId);
    columns.link(slot, incoming);
    noteAge(slot);
    clOrdIds.settle(incoming, slot);
    if (isSpecial(orderCodes)) {
      if (termsRow !== NONE) {
        terms.setSlot(termsRow, slot);
        terms.setLimitTicks(termsRow, incoming.priceTicks);
        noteArrival(slot, termsRow);
      }
      count(slot, 1);
    }
    if (wholes.hasAny()) wholes.onMore(slot, leavesQtyLots);
    if (incoming.isTracked) risk.onRest(incoming);
    return slot;
  }

  /** The order waits on its book's parked ladder. */
  function park(incoming: IncomingOrder): number {
    const side = sideOf(incoming.orderCodes);
    const ladder = ladderOf(incoming.book, side) + LADDER_PARKED;
    return place(incoming, ladder, incoming.priceTicks);
  }

  /** A working order without a price to stand at leaves its ladder for the parked one. */
  function moveToParked(slot: number): void {
    const side = sideOf(books.orderCodesOf(slot));
    const ladder = ladderOf(books.bookOf(slot), side) + LADDER_PARKED;
    move(slot, ladder, 0, books.shownLotsOf(slot));
  }

  /** Moves a working order to the tail of a price on any ladder of its book. */
  function move(slot: number, ladder: number, ladderPxTicks: number, shownLots: number): void {
    noteAge(slot);
    const isOne = isSpecial(books.orderCodesOf(slot));
    if (wholes.hasAny()) wholes.onLess(slot, books.leavesQtyLotsOf(slot));
    if (isOne) count(slot, -1);
    books.move(slot, ladder, ladderPxTicks, shownLots);
    if (isOne) {
      noteArrival(slot, columns.termsRowOf(slot));
      count(slot, 1);
    }
    // What an iceberg keeps in reserve may follow.
    if (wholes.hasAny()) wholes.onMore(slot, columns.orderQtyLotsOf(slot));
  }

  /** Describes a working order as the incoming one it becomes; the order itself stays for now. */
  function lift(slot: number, incoming: IncomingOrder): void {
    incoming.book = books.bookOf(slot);
    incoming.instrumentId = columns.instrumentIdOf(slot);
    incoming.accountRow = columns.accountRowOf(slot);
    incoming.positionRow = columns.positionRowOf(slot);
    incoming.accountId = columns.accountIdOf(slot);
    incoming.sessionId = columns.sessionIdOf(slot);
    incoming.orderId = books.orderIdOf(slot);
    incoming.setClOrdId(columns.words, columns.idWordOf(slot), columns.idHashOf(slot));
    incoming.idSlot = slot;
    incoming.orderCodes = books.orderCodesOf(slot);
    incoming.priceTicks = limitTicksOf(slot);
    incoming.limitTicks = incoming.priceTicks;
    incoming.orderQtyLots = columns.orderQtyLotsOf(slot);
    incoming.leavesQtyLots = books.leavesQtyLotsOf(slot);
    incoming.cumQtyLots = incoming.orderQtyLots - incoming.leavesQtyLots;
    incoming.termsRow = columns.termsRowOf(slot);
    incoming.hasShown = books.isIceberg(slot) && books.ladderKindOf(slot) <= LADDER_ASKS;
    incoming.stpMode = accounts.stpModeOf(
      incoming.accountRow,
      incoming.termsRow === NONE ? 0 : terms.stpModeOf(incoming.termsRow),
    );
    incoming.lacksLimit = false;
    incoming.endReason = 0;
    if (risk.isOn()) risk.onLift(slot, incoming);
  }

  /** Takes a lifted order off its ladder; it lives on as the incoming one. */
  function withdraw(slot: number): void {
    if (wholes.hasAny()) wholes.onLess(slot, books.leavesQtyLotsOf(slot));
    if (isSpecial(books.orderCodesOf(slot))) count(slot, -1);
    const termsRow = columns.termsRowOf(slot);
    if (termsRow !== NONE) terms.setSlot(termsRow, NONE);
    columns.unlink(slot);
    books.remove(slot);
  }

  /** Ends a working order with a canceled event. */
  function end(slot: number, reason: number): void {
    const termsRow = reportEnd(slot, reason);
    books.remove(slot);
    if (termsRow !== NONE) endTerms(termsRow);
  }

  /** The same while the book matches: it takes the maker off by itself. */
  function endMaker(slot: number, reason: number): void {
    const termsRow = reportEnd(slot, reason);
    if (termsRow !== NONE) endTerms(termsRow);
  }

  /** A part of an order goes; the rest keeps its place. An iceberg gives its reserve first. */
  function reduce(slot: number, keptLots: number, reason: number): void {
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    const reduceByLots = leavesQtyLots - keptLots;
    const shownBefore = books.shownLotsOf(slot);
    const cumQtyLots = columns.orderQtyLotsOf(slot) - leavesQtyLots;
    if (risk.isOn()) risk.release(slot, reduceByLots);
    const orderQtyLots = columns.orderQtyLotsOf(slot) - reduceByLots;
    columns.setOrderQtyLots(slot, orderQtyLots);
    countSlices(terms, columns.termsRowOf(slot), orderQtyLots);
    books.reduceTo(slot, keptLots);
    onReduced(slot);
    const flags = onBookFlag(slot);
    const report = reports.ofResting(EVENT_CANCELED, slot, keptLots, flags, reason);
    reports.setLastQty(report, reduceByLots);
    states.touch(books.bookOf(slot));
    const shownNow = books.shownLotsOf(slot);
    const isDisplayed = books.isIceberg(slot) && books.ladderKindOf(slot) <= LADDER_ASKS;
    if (!isDisplayed || shownNow === shownBefore) return;
    const priceTicks = books.priceTicksOf(slot);
    special.displayed(slot, keptLots, cumQtyLots, shownBefore, priceTicks, shownNow);
  }

  /** One that trades whole only may find others now that were too few, or too small, before. */
  function onReduced(slot: number): void {
    if (!isRestingWhole(slot)) return;
    wholes.wake(slot);
    wholes.onMore(slot, books.leavesQtyLotsOf(slot));
  }

  function isRestingWhole(slot: number): boolean {
    const kind = books.ladderKindOf(slot);
    return isAllOrNone(books.orderCodesOf(slot)) && kind >> 1 === DARK >> 1;
  }

  /** A maker was filled whole: the book takes it off. Returns its terms' row, to be closed. */
  function detachFilled(slot: number): number {
    if (wholes.hasAny()) wholes.onLess(slot, books.leavesQtyLotsOf(slot));
    if (isSpecial(books.orderCodesOf(slot))) count(slot, -1);
    columns.unlink(slot);
    clOrdIds.close(slot);
    const termsRow = columns.termsRowOf(slot);
    if (termsRow !== NONE) terms.setSlot(termsRow, NONE);
    return termsRow;
  }

  /** The incoming order has ended, filled or not. */
  function closeIncoming(incoming: IncomingOrder): void {
    clOrdIds.closeIncoming(incoming);
    if (incoming.isTracked) risk.onClose(incoming);
    const { termsRow } = incoming;
    if (termsRow === NONE) return;
    if (incoming.cumQtyLots < incoming.orderQtyLots) tellLegEnd(termsRow);
    closeTerms(termsRow, incoming.book);
  }

  /** An accepted order's lifetime begins. */
  function openTerms(incoming: IncomingOrder): void {
    if (timeInForceOf(incoming.orderCodes) !== TIF_GTD) return;
    const { termsRow, orderId } = incoming;
    expiries.set(termsRow, terms.expireTimeMicrosOf(termsRow), orderId);
  }

  /** An order that follows a price joins those that are looked at when it moves. */
  function joinChain(incoming: IncomingOrder): void {
    const { termsRow, book, orderCodes } = incoming;
    if (isPegged(orderCodes)) pegged.add(book, termsRow);
    else if ((terms.flagsOf(termsRow) & TERM_TRAILING) !== 0) trailing.add(book, termsRow);
  }

  /** To those that are looked at in turn an amend that loses its place is an entry anew. */
  function joinChainAnew(termsRow: number, book: number): void {
    pegged.toTailIfIn(book, termsRow);
    trailing.toTailIfIn(book, termsRow);
  }

  /** The order is no longer looked at when a price moves. */
  function leaveChains(termsRow: number, book: number): void {
    pegged.removeIfIn(book, termsRow);
    trailing.removeIfIn(book, termsRow);
    reached.removeIfIn(book, termsRow);
  }

  /** Forgets the terms of an order that has ended. */
  function closeTerms(termsRow: number, book: number): void {
    leaveChains(termsRow, book);
    expiries.remove(termsRow);
    const listRow = terms.listRowOf(termsRow);
    if (listRow !== NONE) {
      lists.setLeg(listRow, terms.legIndexOf(termsRow), NONE);
      lists.releaseIfEmpty(listRow);
    }
    terms.release(termsRow);
  }

  /** The order's own limit, wherever it stands; 0 where it has none. */
  function limitTicksOf(slot: number): number {
    return reports.limitTicksOf(slot);
  }

  /** FLAG_ON_BOOK where the public sees all of the order. */
  function onBookFlag(slot: number): number {
    return books.ladderKindOf(slot) <= LADDER_ASKS && !books.isIceberg(slot) ? FLAG_ON_BOOK : 0;
  }

  /**
   * Writes the canceled event and takes the order out of everything but the book; returns the row
   * of its terms.
   */
  function reportEnd(slot: number, reason: number): number {
    if (risk.isOn()) risk.onEnd(slot);
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    const flags = onBookFlag(slot);
    const report = reports.ofResting(EVENT_CANCELED, slot, 0, flags, reason);
    reports.setLastQty(report, leavesQtyLots);
    if (books.isIceberg(slot) && books.ladderKindOf(slot) <= LADDER_ASKS) hideSlice(slot);
    states.touch(books.bookOf(slot));
    if (wholes.hasAny()) wholes.onLess(slot, leavesQtyLots);
    if (isSpecial(books.orderCodesOf(slot))) count(slot, -1);
    columns.unlink(slot);
    clOrdIds.close(slot);
    const termsRow = columns.termsRowOf(slot);
    if (termsRow !== NONE) {
      terms.setSlot(termsRow, NONE);
      endedBook = books.bookOf(slot);
    }
    return termsRow;
  }

  function endTerms(termsRow: number): void {
    const book = endedBook;
    tellLegEnd(termsRow);
    closeTerms(termsRow, book);
  }

  function showSlice(slot: number, incoming: IncomingOrder): void {
    const { termsRow, orderId, leavesQtyLots, cumQtyLots } = incoming;
    const isNew = incoming.hasShown || !terms.hasPublicOrderId(termsRow);
    if (isNew) terms.refill(termsRow, ++ids.lastOrderId);
    const shownLots = Math.min(leavesQtyLots, sliceLots(terms, termsRow, orderId));
    books.hideAllBut(slot, shownLots);
    special.displayed(slot, leavesQtyLots, cumQtyLots, 0, 0, shownLots);
  }

  function hideSlice(slot: number): void {
    const cumQtyLots = columns.orderQtyLotsOf(slot) - books.leavesQtyLotsOf(slot);
    const priceTicks = books.priceTicksOf(slot);
    special.displayed(slot, 0, cumQtyLots, books.shownLotsOf(slot), priceTicks, 0);
  }

  /** While trading is not continuous whoever takes a place is the youngest there. */
  function noteAge(slot: number): void {
    const isTrading = states.phaseOf(books.bookOf(slot)) === PHASE_CONTINUOUS;
    if (!isTrading) arrivals.note(slot, ++ids.lastArrival);
  }

  /** Orders that wait for different sources fire at one price in the order in which they came. */
  function noteArrival(slot: number, termsRow: number): void {
    if (isTriggerKind(books.ladderKindOf(slot))) terms.setArrival(termsRow, ++ids.lastArrival);
  }

  /** Keeps the count of orders that must be looked at when their instrument changes. */
  function count(slot: number, change: number): void {
    const book = books.bookOf(slot);
    const kind = books.ladderKindOf(slot);
    const orderCodes = books.orderCodesOf(slot);
    const waits = isTriggerKind(kind) || isParkedKind(kind);
    if (isAllOrNone(orderCodes)) {
      states.addAllOrNone(book, change);
      if (isRestingWhole(slot) && change > 0) wholes.add(slot);
      else if (isRestingWhole(slot)) wholes.remove(slot);
    }
    if (!(waits || isAllOrNone(orderCodes) || isPegged(orderCodes))) return;
    if (change > 0) states.addSpecial(book);
    else states.removeSpecial(book);
  }

  return {
    onLegEnd,
    rest,
    place,
    park,
    moveToParked,
    move,
    noteAge,
    lift,
    withdraw,
    end,
    endMaker,
    reduce,
    onReduced,
    detachFilled,
    closeIncoming,
    openTerms,
    joinChain,
    joinChainAnew,
    leaveChains,
    closeTerms,
    limitTicksOf,
    onBookFlag,
  };
}
