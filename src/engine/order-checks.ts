// hot path
// Why a new order is refused: first for what it says, then for what the market and the tables say.
// Every check comes before any effect. docs/rulebook.md has the order of the reasons.

import { NONE } from "../base/none.ts";
import { restingLadderOf } from "../book/ladder-kinds.ts";
import { hasClOrdId } from "../codec/cl-ord-id.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../model/ord-type.ts";
import {
  hasLimitPrice,
  hasNoPrice,
  isAllOrNone,
  isForCalls,
  isPegged,
  isPostOnly,
  isTriggerType,
  mayRest,
  ordTypeOf,
  sideOf,
  slides,
  timeInForceOf,
} from "../model/order-codes.ts";
import {
  STP_DECREMENT,
  STP_TRANSFER,
  TERM_HAS_PRICE,
  TERM_HAS_STOP_PX,
  TERM_TRAILING,
} from "../model/order-terms.ts";
import { gathers, isBeforeOpening, PHASE_CLOSING_CALL, PHASE_CONTINUOUS } from "../model/phase.ts";
import {
  REASON_ACCOUNTS_FULL,
  REASON_BOOK_FULL,
  REASON_CL_ORD_ID_MISSING,
  REASON_DISPLAY_QTY,
  REASON_DUPLICATE_CL_ORD_ID,
  REASON_EXPIRE_TIME,
  REASON_FOK_UNFILLABLE,
  REASON_NO_CALENDAR,
  REASON_NO_REFERENCE,
  REASON_NONE,
  REASON_OFF_GRID,
  REASON_PHASE,
  REASON_POST_ONLY_WOULD_TRADE,
  REASON_PRICE_OUT_OF_RANGE,
  REASON_QTY_OUT_OF_RANGE,
  REASON_QUOTE_AMOUNT,
  REASON_SPECIALS_FULL,
  REASON_TERMS,
  REASON_UNKNOWN_INSTRUMENT,
  REASON_UNSUPPORTED_ORDER,
  REASON_WOULD_TRIGGER,
} from "../model/reasons.ts";
import { SIDE_BUY } from "../model/side.ts";
import { TIF_ATC, TIF_DAY, TIF_FOK, TIF_GTD, TIF_OPG } from "../model/time-in-force.ts";
import type { EngineTables } from "./engine-tables.ts";
import { gatherLadderOf, mayGather, waitsForUncross } from "./gathering.ts";
import type { Guards } from "./guards.ts";
import { mayShow } from "./iceberg-slice.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { LARGE_QTY_LOTS, overflowsLevel } from "./level-sums.ts";
import { PARENT_LEG } from "./list-table.ts";
import { reasonInNotional } from "./notional-checks.ts";
import { CHAIN_ORDERS_MAX } from "./order-chains.ts";
import { isKnownCombination } from "./order-combinations.ts";
import { phaseReasonToReject } from "./phase-checks.ts";
import type { Pricing } from "./pricing.ts";
import type { Reach } from "./reach.ts";
import { areTermsSound, isAmountOnly, termsFitOrder } from "./term-checks.ts";
import type { Trailing } from "./trailing.ts";
import type { TriggerPrices } from "./trigger-prices.ts";

export type OrderChecks = ReturnType<typeof createOrderChecks>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createOrderChecks(
  tables: EngineTables,
  pricing: Pricing,
  reach: Reach,
  triggerPrices: TriggerPrices,
  trailer: Trailing,
  guards: Guards,
) {
  const {
    accounts,
    books,
    calendars,
    clOrdIds,
    instruments,
    lists,
    pegged,
    states,
    terms,
    trailing,
    time,
  } = tables;

  /** For what the order says and who says it. Finds the account's row on the way. */
  function reasonInOrder(incoming: IncomingOrder): number {
    const { book, orderCodes, orderQtyLots, priceTicks, termsRow } = incoming;
    const hasTerms = termsRow !== NONE;
    if (book === NONE) return REASON_UNKNOWN_INSTRUMENT;
    if (!isKnownCombination(orderCodes, hasTerms)) {
      if (!hasNoPrice(orderCodes)) return REASON_UNSUPPORTED_ORDER;
      const isWorst = hasTerms && isPegged(orderCodes);
      return reasonOfNoPrice(isWorst ? terms.worstPxTicksOf(termsRow) : priceTicks);
    }
    if (hasTerms && !termsFitOrder(terms, termsRow, orderCodes)) return REASON_UNSUPPORTED_ORDER;
    if (!hasClOrdId(incoming.idWords, 0)) return REASON_CL_ORD_ID_MISSING;
    if (hasTerms && !areTermsSound(terms, termsRow, orderCodes, orderQtyLots)) return REASON_TERMS;
    if (hasTerms && asksPartsForSome(termsRow)) return REASON_TERMS;
    const isAmount = isAmountOnly(terms, termsRow, orderQtyLots);
    if (!isAmount && !instruments.takesQty(book, orderQtyLots)) return REASON_QTY_OUT_OF_RANGE;
    if (hasLimitPrice(orderCodes) && !instruments.takesPrice(book, priceTicks)) {
      return REASON_PRICE_OUT_OF_RANGE;
    }
    let reason = REASON_NONE as number;
    if (instruments.limitsNotional()) {
      const limitTicks = hasLimitPrice(orderCodes) ? priceTicks : Number.NaN;
      reason = reasonInNotional(tables, incoming, limitTicks, Number.NaN);
    }
    if (reason === REASON_NONE) reason = reasonInLifetime(incoming);
    if (reason === REASON_NONE) reason = reasonInPhase(incoming);
    if (reason !== REASON_NONE) return reason;
    incoming.accountRow = accounts.findOrAdd(incoming.accountId);
    if (incoming.accountRow === NONE) return REASON_ACCOUNTS_FULL;
    const asked = hasTerms ? terms.stpModeOf(termsRow) : 0;
    incoming.stpMode = accounts.stpModeOf(incoming.accountRow, asked);
    const { accountId, idHash, idWords } = incoming;
    const isKnown = clOrdIds.find(idHash, accountId, idWords, 0) !== NONE;
    if (isKnown) return REASON_DUPLICATE_CL_ORD_ID;
    return guards.isOn ? guards.reasonToRefuse(incoming.accountRow, book) : REASON_NONE;
  }

  /**
   * For what the market says to an order that is about to work or to wait, and for what there is no
   * room for. Sets its limit, and the quantity of one that came with an amount alone.
   */
  function reasonInMarket(incoming: IncomingOrder): number {
    const { orderCodes, termsRow } = incoming;
    if (termsRow !== NONE) {
      const reason = reasonInTerms(incoming);
      if (reason !== REASON_NONE) return reason;
      if (waits(incoming)) return reasonToKeepOut(incoming);
    }
    if (isAllOrNone(orderCodes)) {
      const isFull = states.allOrNoneCountOf(incoming.book) === CHAIN_ORDERS_MAX;
      if (isFull) return REASON_SPECIALS_FULL;
    }
    const phase = states.phaseOf(incoming.book);
    if (waitsForUncross(phase, orderCodes)) return reasonNotToGather(phase, incoming);
    pricing.setLimit(incoming);
    const reason = reasonNotToTake(incoming);
    if (reason !== REASON_NONE) return reason;
    return mayRest(orderCodes) ? reasonNotToRest(incoming) : REASON_NONE;
  }

  /** Post-only, fill-or-kill and amounts: whether the order may trade as it asks to. */
  function reasonNotToTake(incoming: IncomingOrder): number {
    const { orderCodes, termsRow } = incoming;
    if (isPostOnly(orderCodes) && pricing.meets(incoming)) {
      const reason = reasonNotToMakeWay(incoming);
      if (reason !== REASON_NONE) return reason;
    }
    if (timeInForceOf(orderCodes) === TIF_FOK) {
      // Its account may have come to a mode that takes lots off while it waited.
      const endsInParts = incoming.stpMode === STP_DECREMENT || incoming.stpMode === STP_TRANSFER;
      if (endsInParts || !reach.fillsWhole(incoming)) return REASON_FOK_UNFILLABLE;
    }
    const amount = termsRow === NONE ? 0 : terms.quoteAmountOf(termsRow);
    return amount > 0 && !isWorth(incoming, amount) ? REASON_QUOTE_AMOUNT : REASON_NONE;
  }

  /** Of an order that meets somebody and may not: out of the way it may be worth too much. */
  function reasonNotToMakeWay(incoming: IncomingOrder): number {
    if (!pricing.makesWay(incoming)) return REASON_POST_ONLY_WOULD_TRADE;
    if (!instruments.limitsNotional()) return REASON_NONE;
    return reasonInNotional(tables, incoming, incoming.priceTicks, Number.NaN);
  }

  /** An order that makes way does so before its account is asked, who measures it there. */
  function reasonAfterMakingWay(incoming: IncomingOrder): number {
    const { book, orderCodes } = incoming;
    if (!slides(orderCodes) || isTriggerType(orderCodes)) return REASON_NONE;
    if (waitsForUncross(states.phaseOf(book), orderCodes)) return REASON_NONE;
    pricing.setLimit(incoming);
    if (!pricing.meets(incoming)) return REASON_NONE;
    const reason = reasonNotToMakeWay(incoming);
    // Whoever cannot make way is told so after what his account says.
    return reason === REASON_POST_ONLY_WOULD_TRADE ? REASON_NONE : reason;
  }

  /** Of the parts that a list releases of a leg none may be too small for what it asks for. */
  function asksPartsForSome(termsRow: number): boolean {
    if (terms.minQtyLotsOf(termsRow) === 0) return false;
    const listRow = terms.listRowOf(termsRow);
    if (listRow === NONE || !lists.isProRata(listRow)) return false;
    return terms.legIndexOf(termsRow) !== PARENT_LEG;
  }

  function reasonInLifetime(incoming: IncomingOrder): number {
    const { book, orderCodes, orderQtyLots, termsRow } = incoming;
    if (termsRow !== NONE) {
      const flags = terms.flagsOf(termsRow);
      const isCapped = (flags & TERM_HAS_PRICE) !== 0;
      if (isCapped && !instruments.takesPrice(book, terms.worstPxTicksOf(termsRow))) {
        return REASON_PRICE_OUT_OF_RANGE;
      }
      const hasStopPx = (flags & TERM_HAS_STOP_PX) !== 0;
      if (hasStopPx && !instruments.takesPrice(book, terms.stopPxTicksOf(termsRow))) {
        return REASON_PRICE_OUT_OF_RANGE;
      }
      const displayQtyLots = terms.displayQtyLotsOf(termsRow);
      if (displayQtyLots > 0) {
        if (!mayShow(displayQtyLots, orderQtyLots)) return REASON_DISPLAY_QTY;
        if (terms.isFullOfSlices()) return REASON_SPECIALS_FULL;
      }
    }
    switch (timeInForceOf(orderCodes)) {
      case TIF_GTD:
        return terms.expireTimeMicrosOf(termsRow) > time.micros ? REASON_NONE : REASON_EXPIRE_TIME;
      case TIF_DAY:
        if (!mayRest(orderCodes) && !isTriggerType(orderCodes)) return REASON_NONE;
        return calendars.has(book) ? REASON_NONE : REASON_NO_CALENDAR;
      case TIF_OPG:
      case TIF_ATC:
        return comesToItsCall(incoming) ? REASON_NONE : REASON_PHASE;
      default:
        return REASON_NONE;
    }
  }

  /** Whether the call that an order is for is going on, or will come by the calendar. */
  function comesToItsCall({ book, orderCodes }: IncomingOrder): boolean {
    const phase = states.phaseOf(book);
    if (timeInForceOf(orderCodes) === TIF_OPG) return isBeforeOpening(phase);
    return phase === PHASE_CLOSING_CALL || calendars.hasClosingCall(book);
  }

  function reasonInPhase(incoming: IncomingOrder): number {
    const phase = states.phaseOf(incoming.book);
    if (phase === PHASE_CONTINUOUS) return REASON_NONE;
    const reason = phaseReasonToReject(phase, incoming.orderCodes);
    if (reason !== REASON_NONE || !gathers(phase)) return reason;
    return mayWait(incoming) ? REASON_NONE : REASON_PHASE;
  }

  /** In a call there is nobody to meet yet, so what must be met at once cannot wait for one. */
  function mayWait({ orderCodes, termsRow }: IncomingOrder): boolean {
    const needsBest = ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER;
    if (needsBest || !mayGather(orderCodes)) return false;
    if (termsRow === NONE) return true;
    return terms.minQtyLotsOf(termsRow) === 0 && terms.quoteAmountOf(termsRow) === 0;
  }

  function reasonInTerms(incoming: IncomingOrder): number {
    const { book, orderCodes, termsRow } = incoming;
    const flags = terms.flagsOf(termsRow);
    if ((flags & TERM_TRAILING) !== 0) {
      const startsNow = (flags & TERM_HAS_STOP_PX) === 0;
      if (startsNow && !states.hasLastPx(book)) return REASON_NO_REFERENCE;
      if (trailer.firesAtOnce(incoming)) return REASON_WOULD_TRIGGER;
      return trailing.isFull(book) ? REASON_SPECIALS_FULL : REASON_NONE;
    }
    if (isTriggerType(orderCodes)) {
      return triggerPrices.isThrough(book, orderCodes, termsRow)
        ? REASON_WOULD_TRIGGER
        : REASON_NONE;
    }
    if (!isPegged(orderCodes)) return REASON_NONE;
    if (pegged.isFull(book)) return REASON_SPECIALS_FULL;
    const side = sideOf(orderCodes);
    incoming.priceTicks = pricing.hasPegPrice(book, side, termsRow)
      ? pricing.pegPriceTicks(book, side, termsRow)
      : 0;
    return REASON_NONE;
  }

  /** For a trigger or, pegged, for something to follow: it meets nobody yet. */
  function waits({ book, orderCodes, termsRow }: IncomingOrder): boolean {
    if (!isPegged(orderCodes)) return isTriggerType(orderCodes);
    return !pricing.hasPegPrice(book, sideOf(orderCodes), termsRow);
  }

  /** Whoever is fired is not asked again when it comes to rest; a peg is, wherever it comes to. */
  function isTooLargeToWait(incoming: IncomingOrder): boolean {
    const { leavesQtyLots, orderCodes } = incoming;
    if (leavesQtyLots <= LARGE_QTY_LOTS || !isTriggerType(orderCodes)) return false;
    return pricing.mayRestFired(incoming);
  }

  /** A waiting order takes a place like a resting one. */
  function reasonToKeepOut(incoming: IncomingOrder): number {
    return isTooLargeToWait(incoming) || books.isFull() ? REASON_BOOK_FULL : REASON_NONE;
  }

  function reasonNotToGather(phase: number, incoming: IncomingOrder): number {
    const { book, leavesQtyLots, orderCodes, priceTicks } = incoming;
    const isForNone = isForCalls(timeInForceOf(orderCodes)) && !comesToItsCall(incoming);
    if (isForNone || !mayWait(incoming)) return REASON_PHASE;
    incoming.limitTicks = priceTicks;
    const ladder = gatherLadderOf(phase, book, orderCodes);
    const isTooLarge = overflowsLevel(books, ladder, priceTicks, leavesQtyLots, 0);
    return isTooLarge || books.isFull() ? REASON_BOOK_FULL : REASON_NONE;
  }

  function reasonNotToRest(incoming: IncomingOrder): number {
    const { book, limitTicks, leavesQtyLots, orderCodes } = incoming;
    const ladder = restingLadderOf(book, orderCodes);
    if (overflowsLevel(books, ladder, limitTicks, leavesQtyLots, 0)) return REASON_BOOK_FULL;
    return books.isFull() && !reach.fillsWhole(incoming) ? REASON_BOOK_FULL : REASON_NONE;
  }

  /** Turns an amount into lots, or compares the cost of the lots with it. */
  function isWorth(incoming: IncomingOrder, amount: number): boolean {
    if (incoming.orderQtyLots === 0) {
      const lots = reach.lotsFor(incoming, amount);
      incoming.orderQtyLots = lots;
      incoming.leavesQtyLots = lots;
      return lots > 0;
    }
    reach.lotsWithin(incoming);
    const isBuy = sideOf(incoming.orderCodes) === SIDE_BUY;
    return isBuy ? reach.cost <= amount : reach.cost >= amount;
  }

  return {
    reasonInOrder,
    reasonInPhase,
    reasonInMarket,
    reasonNotToTake,
    reasonNotToMakeWay,
    reasonAfterMakingWay,
    isTooLargeToWait,
  };
}

/** Why what a gateway could not write as a price is none: the word that it wrote says so. */
export function reasonOfNoPrice(priceTicks: number): number {
  return priceTicks === 0 ? REASON_OFF_GRID : REASON_PRICE_OUT_OF_RANGE;
}
