// hot path
// How an order begins: it is read, checked, accepted and set to work. Every check comes before any
// effect: a refusal leaves everything as it was.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import { ladderOfKind } from "../book/ladder-kinds.ts";
import {
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_SESSION_ID_WORD,
  commandKindOf,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
} from "../codec/command.ts";
import {
  EVENT_ACCEPTED,
  EVENT_BOOKED,
  EVENT_CANCELED,
  EVENT_REJECTED,
  FLAG_ON_BOOK,
} from "../codec/event.ts";
import { EXEC_INST_HAS_TERMS, EXEC_INST_ICEBERG } from "../model/exec-inst.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../model/ord-type.ts";
import {
  isAllOrNone,
  isPegged,
  isShownWhole,
  isTriggerType,
  mayRest,
  ordTypeOf,
  sideOf,
  worksAsMarket,
} from "../model/order-codes.ts";
import { STP_NONE, TERM_HAS_PRICE } from "../model/order-terms.ts";
import { gathers } from "../model/phase.ts";
import {
  REASON_IOC_REMAINDER,
  REASON_MIN_QTY,
  REASON_NO_LIQUIDITY,
  REASON_NONE,
  REASON_PROTECTION,
} from "../model/reasons.ts";
import type { AccountRisk } from "./account-risk.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import { gatherLadderOf, waitsForUncross } from "./gathering.ts";
import { countSlices } from "./iceberg-slice.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { Interruptions } from "./interruptions.ts";
import type { OrderChecks } from "./order-checks.ts";
import type { OrderIds } from "./order-ids.ts";
import type { OrderLists } from "./order-lists.ts";
import type { PriceBands } from "./price-bands.ts";
import type { Pricing } from "./pricing.ts";
import type { Reach } from "./reach.ts";
import type { ReachedOrders } from "./reached-orders.ts";
import type { SpecialReports } from "./special-reports.ts";
import type { Trailing } from "./trailing.ts";
import type { TriggerPrices } from "./trigger-prices.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type OrderEntryParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly ids: OrderIds;
  readonly reports: ExecutionReports;
  readonly special: SpecialReports;
  readonly working: WorkingOrders;
  readonly bands: PriceBands;
  readonly interruptions: Interruptions;
  readonly pricing: Pricing;
  readonly reach: Reach;
  readonly checks: OrderChecks;
  readonly risk: AccountRisk;
  readonly lists: OrderLists;
  readonly triggerPrices: TriggerPrices;
  readonly trailing: Trailing;
  readonly reachedOrders: ReachedOrders;
};

export type OrderEntry = ReturnType<typeof createOrderEntry>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createOrderEntry(parts: OrderEntryParts) {
  const { tables, incoming, ids, reports, special, working, pricing, reach, checks } = parts;
  const { bands, interruptions, lists, risk, reachedOrders, triggerPrices, trailing } = parts;
  const { books, clOrdIds, instruments, states, terms } = tables;

  /** A new order: `words[at]` starts the command. */
  function enter(words: Int32Array, at: number, hasTerms: boolean): void {
    read(words, at, at);
    if (hasTerms) giveTerms(takeTerms(words, at));
    let reason = checks.reasonInOrder(incoming);
    if (reason === REASON_NONE) {
      if (hasTerms) pricing.letRest(incoming);
      reason = reasonWithAccount();
    }
    if (reason !== REASON_NONE) {
      reject(reason, commandKindOf(words, at));
      if (incoming.termsRow !== NONE) terms.release(incoming.termsRow);
      return;
    }
    accept();
    begin();
  }

  /** Describes the order whose words are counted from `bodyAt`, in the command at `headAt`. */
  function read(words: Int32Array, headAt: number, bodyAt: number): void {
    const instrumentId = words[headAt + COMMAND_INSTRUMENT_ID_WORD] >>> 0;
    incoming.instrumentId = instrumentId;
    incoming.book = instruments.find(instrumentId);
    incoming.accountId = words[headAt + COMMAND_ACCOUNT_ID_WORD] >>> 0;
    incoming.accountRow = NONE;
    incoming.positionRow = NONE;
    incoming.sessionId = words[headAt + COMMAND_SESSION_ID_WORD];
    incoming.orderId = 0;
    const idAt = bodyAt + NEW_CL_ORD_ID_WORD;
    incoming.setClOrdId(words, idAt, clOrdIds.hashOf(incoming.accountId, words, idAt));
    incoming.idSlot = NONE;
    incoming.orderCodes = words[bodyAt + NEW_SIDE_WORD];
    const { orderCodes } = incoming;
    incoming.sentCodes = orderCodes;
    const ordType = ordTypeOf(orderCodes);
    const takesAny = worksAsMarket(orderCodes) || ordType === ORD_TYPE_MARKET_WITH_LEFTOVER;
    const hasNoPrice = takesAny || isPegged(orderCodes);
    incoming.priceTicks = hasNoPrice ? 0 : words[bodyAt + NEW_PRICE_TICKS_WORD];
    incoming.sentPxTicks = incoming.priceTicks;
    incoming.limitTicks = incoming.priceTicks;
    incoming.orderQtyLots = readU64(words, bodyAt + NEW_ORDER_QTY_LOTS_WORD);
    incoming.sentQtyLots = incoming.orderQtyLots;
    incoming.cumQtyLots = 0;
    incoming.leavesQtyLots = incoming.orderQtyLots;
    incoming.termsRow = NONE;
    incoming.hasShown = false;
    incoming.stpMode = 0;
    incoming.lacksLimit = false;
    incoming.endReason = REASON_NONE;
    incoming.isTracked = false;
  }

  /** Says what was asked for, not what the checks made of it. */
  function reject(reason: number, commandKind: number): void {
    incoming.priceTicks = incoming.sentPxTicks;
    incoming.orderQtyLots = incoming.sentQtyLots;
    incoming.orderCodes = incoming.sentCodes;
    incoming.leavesQtyLots = 0;
    const report = reports.ofIncoming(EVENT_REJECTED, incoming, 0, reason);
    reports.setCommandKind(report, commandKind);
  }

  /** The order has an id from now on. */
  function accept(): void {
    incoming.orderId = ++ids.lastOrderId;
    const { termsRow } = incoming;
    if (termsRow === NONE) return;
    const isIceberg = terms.displayQtyLotsOf(termsRow) > 0;
    incoming.orderCodes |= EXEC_INST_HAS_TERMS << 24;
    if (isIceberg) incoming.orderCodes |= EXEC_INST_ICEBERG << 24;
    countSlices(terms, termsRow, incoming.orderQtyLots);
    terms.setPublicOrderId(termsRow, incoming.orderId);
    working.openTerms(incoming);
  }

  /** An accepted order is announced and does what it does: waits, or works. */
  function begin(): void {
    const { orderCodes, termsRow } = incoming;
    states.touch(incoming.book);
    if (risk.isOn()) risk.begin(incoming);
    if (termsRow !== NONE) {
      joinChain();
      if (isTriggerType(orderCodes)) {
        announce(0);
        wait();
        return;
      }
      if (parks()) {
        announce(0);
        working.park(incoming);
        return;
      }
      if (!tradesMinimum()) {
        announce(0);
        cancel(REASON_MIN_QTY);
        return;
      }
    }
    work(false);
  }

  /** The order is accepted: with FLAG_ON_BOOK it rests whole, in sight, at once. */
  function announce(flags: number): void {
    reports.ofIncoming(EVENT_ACCEPTED, incoming, flags, 0);
    special.termsOfIncoming(incoming);
  }

  /**
   * A waiting order begins to work: it was fired, or the list it is in woke it. One that is woken
   * may have to wait for a price of its own.
   */
  function wake(isFired: boolean): void {
    if (!isFired) pricing.letRest(incoming);
    pricing.setLimit(incoming);
    const reason = isFired ? reasonNotToFire() : reasonNotToActivate();
    if (reason !== REASON_NONE) {
      cancel(reason);
      return;
    }
    if (!isFired) {
      joinChain();
      if (risk.isOn()) risk.begin(incoming);
    }
    if (!isFired && isTriggerType(incoming.orderCodes)) wait();
    else if (parks()) working.park(incoming);
    else if (!tradesMinimum()) cancel(REASON_MIN_QTY);
    else work(true);
  }

  /** Account and market; of an order by its amount the account is asked once that is lots. */
  function reasonWithAccount(): number {
    const slideReason = checks.reasonAfterMakingWay(incoming);
    if (slideReason !== REASON_NONE) return slideReason;
    if (!risk.concerns(incoming)) return checks.reasonInMarket(incoming);
    const isAmount = incoming.orderQtyLots === 0;
    let reason = isAmount ? REASON_NONE : risk.reasonToReject(incoming, false, 1);
    if (reason === REASON_NONE) reason = checks.reasonInMarket(incoming);
    return isAmount && reason === REASON_NONE ? risk.reasonToReject(incoming, false, 1) : reason;
  }

  function reasonNotToFire(): number {
    if (risk.isOn()) risk.capLimit(incoming);
    const rests = pricing.letFiredRest(incoming);
    const waitedAtTicks = incoming.priceTicks;
    let reason = checks.reasonNotToTake(incoming);
    const makesWay = reason === REASON_NONE && incoming.priceTicks !== waitedAtTicks;
    if (risk.isOn() && makesWay) reason = risk.reasonToMakeWay(incoming);
    if (reason === REASON_NONE) reason = reasonToTake();
    const isOtherPrice = rests || incoming.priceTicks !== waitedAtTicks;
    if (risk.isOn() && isOtherPrice) risk.onSlide(incoming);
    return reason;
  }

  /** Of an order that waited for its price, or for somebody to trade with. */
  function reasonToTake(): number {
    return risk.isOn() ? risk.reasonToTake(incoming) : REASON_NONE;
  }

  /** A leg that slept is asked now what it was not asked when it came. */
  function reasonNotToActivate(): number {
    terms.wake(incoming.termsRow);
    let reason = checks.reasonAfterMakingWay(incoming);
    if (reason === REASON_NONE && risk.isOn()) {
      reason = risk.reasonToActivate(incoming, lists.alternativeOf(incoming.termsRow));
    }
    return reason === REASON_NONE ? checks.reasonInMarket(incoming) : reason;
  }

  /** Trades as far as the limit goes, then rests or ends. Its limit is set. */
  function work(isAnnounced: boolean): void {
    const { book, orderCodes } = incoming;
    if (waitsForUncross(states.phaseOf(book), orderCodes)) {
      if (!isAnnounced) announce(0);
      gather();
      return;
    }
    const meets = wouldTrade();
    if (!isAnnounced) {
      const restsAtOnce = !meets && mayRest(orderCodes) && isShownWhole(orderCodes);
      if (restsAtOnce && ordTypeOf(orderCodes) !== ORD_TYPE_MARKET_WITH_LEFTOVER) {
        announce(FLAG_ON_BOOK);
        working.rest(incoming);
        return;
      }
      announce(0);
    }
    if (meets) trade();
    settleRemainder();
  }

  /** Whether the order would meet anybody; an all-or-none order, whether it would trade whole. */
  function wouldTrade(): boolean {
    if (!pricing.meets(incoming)) return false;
    return !isAllOrNone(incoming.orderCodes) || reach.fillsWhole(incoming);
  }

  /** Terms stand in their row before the checks, which read them there. */
  function takeTerms(words: Int32Array, bodyAt: number): number {
    const termsRow = terms.acquire(words, bodyAt);
    terms.setWorstPxTicks(termsRow, words[bodyAt + NEW_PRICE_TICKS_WORD]);
    return termsRow;
  }

  /** The order that was read has these terms; the price that a peg was sent with is its worst. */
  function giveTerms(termsRow: number): void {
    incoming.termsRow = termsRow;
    const isCapped = (terms.flagsOf(termsRow) & TERM_HAS_PRICE) !== 0;
    if (isCapped && isPegged(incoming.orderCodes)) {
      incoming.sentPxTicks = terms.worstPxTicksOf(termsRow);
    }
  }

  /** An order that follows a price joins those that are looked at when it moves. */
  function joinChain(): void {
    const { book, orderCodes } = incoming;
    // The first one's own trades may move what it follows.
    const isFirst = isPegged(orderCodes) && tables.pegged.countOf(book) === 0;
    if (isFirst) pricing.followReferences(book);
    working.joinChain(incoming);
  }

  function wait(): void {
    const { orderCodes, termsRow, book } = incoming;
    reachedOrders.askBeforeNext(book);
    if (tables.trailing.has(termsRow)) {
      trailing.begin(incoming);
      return;
    }
    const kind = triggerPrices.kindOf(orderCodes, termsRow);
    const stopPxTicks = terms.stopPxTicksOf(termsRow);
    working.place(incoming, ladderOfKind(book, kind), stopPxTicks);
  }

  /** Whether a pegged order has nothing to follow. */
  function parks(): boolean {
    const { book, orderCodes, termsRow } = incoming;
    return isPegged(orderCodes) && !pricing.hasPegPrice(book, sideOf(orderCodes), termsRow);
  }

  function tradesMinimum(): boolean {
    if (incoming.termsRow === NONE) return true;
    const minQtyLots = terms.minQtyLotsOf(incoming.termsRow);
    return minQtyLots === 0 || reach.reaches(incoming, minQtyLots);
  }

  /** The book matches; Executions hears of each match and keeps the order's quantities. */
  function trade(): void {
    if (bands.isOn) matchWithinBands();
    else matchTo(incoming.limitTicks);
    if (incoming.termsRow !== NONE) lists.onTakerTraded();
    if (bands.isOn) interruptions.afterTrade(incoming);
  }

  function matchTo(limitTicks: number): void {
    const { book, leavesQtyLots, orderCodes } = incoming;
    const leftLots = books.match(book, sideOf(orderCodes), limitTicks, leavesQtyLots);
    assert(leftLots === incoming.leavesQtyLots, "the reports and the book agree on what is left");
  }

  /** Beyond the bands it meets own orders as long as they come first: nothing trades there. */
  function matchWithinBands(): void {
    let limitTicks = bands.limitOf(incoming);
    while (Number.isNaN(limitTicks) && meetsOwn()) limitTicks = bands.limitOf(incoming);
    if (Number.isNaN(limitTicks) || incoming.endReason !== REASON_NONE) return;
    matchTo(limitTicks);
    meetsOwn();
  }

  /** Whether it was an own order that came first. */
  function meetsOwn(): boolean {
    const { book, endReason, limitTicks, stpMode } = incoming;
    if (stpMode <= STP_NONE || endReason !== REASON_NONE || books.shares(book)) return false;
    incoming.meetsOwnOnly = true;
    incoming.hasMetOwn = false;
    matchTo(limitTicks);
    incoming.meetsOwnOnly = false;
    return incoming.hasMetOwn;
  }

  /** What is left after trading rests or ends, as type and lifetime say. */
  function settleRemainder(): void {
    const { orderCodes } = incoming;
    if (incoming.leavesQtyLots === 0) {
      working.closeIncoming(incoming);
      return;
    }
    const isLeftover = ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER;
    if (incoming.endReason !== REASON_NONE) {
      cancel(incoming.endReason);
    } else if (mayRest(orderCodes) && !incoming.lacksLimit) {
      if (isLeftover) incoming.priceTicks = incoming.limitTicks;
      if (gathers(states.phaseOf(incoming.book))) {
        gather(); // Its own trades stopped the trading.
        return;
      }
      const flags = isShownWhole(orderCodes) ? FLAG_ON_BOOK : 0;
      reports.ofIncoming(EVENT_BOOKED, incoming, flags, 0);
      working.rest(incoming);
    } else {
      cancel(reasonNothingRests());
    }
  }

  /** The order waits, out of sight, for an uncross. */
  function gather(): void {
    const { book, orderCodes, priceTicks } = incoming;
    reports.ofIncoming(EVENT_BOOKED, incoming, 0, 0);
    if (incoming.hasShown) terms.forgetPublicOrderId(incoming.termsRow);
    working.place(incoming, gatherLadderOf(states.phaseOf(book), book, orderCodes), priceTicks);
  }

  function reasonNothingRests(): number {
    const { orderCodes } = incoming;
    if (mayRest(orderCodes)) return REASON_NO_LIQUIDITY;
    if (!worksAsMarket(orderCodes)) return REASON_IOC_REMAINDER;
    const isProtected = pricing.isProtected(incoming) && !pricing.isAlone(incoming);
    return isProtected ? REASON_PROTECTION : REASON_NO_LIQUIDITY;
  }

  /** Ends the incoming order with all it has left. */
  function cancel(reason: number): void {
    const canceledLots = incoming.leavesQtyLots;
    incoming.leavesQtyLots = 0;
    const report = reports.ofIncoming(EVENT_CANCELED, incoming, 0, reason);
    reports.setLastQty(report, canceledLots);
    working.closeIncoming(incoming);
  }

  return {
    enter,
    read,
    reject,
    accept,
    begin,
    announce,
    wake,
    wait,
    work,
    wouldTrade,
    reasonToTake,
    takeTerms,
    giveTerms,
    cancel,
  };
}
