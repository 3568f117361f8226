// hot path
// Orders are changed: price, quantity, trigger price, what they show, lifetime, client order id.
// Every check comes before any effect: a refused amend leaves the order exactly as it was.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import { isParkedKind, isTriggerKind, LADDER_ASKS, ladderOfKind } from "../book/ladder-kinds.ts";
import { CL_ORD_ID_WORDS, hasClOrdId } from "../codec/cl-ord-id.ts";
import {
  AMEND_AMEND_FLAGS_WORD,
  AMEND_DISPLAY_QTY_LOTS_WORD,
  AMEND_EXPIRE_TIME_MICROS_WORD,
  AMEND_HAS_DISPLAY_QTY,
  AMEND_HAS_EXPIRE_TIME,
  AMEND_HAS_PRICE,
  AMEND_HAS_QTY,
  AMEND_HAS_STOP_PX,
  AMEND_HAS_TYPE,
  AMEND_JOINS_TAIL,
  AMEND_NEW_CL_ORD_ID_WORD,
  AMEND_NO_PRICE,
  AMEND_ORDER_ID_WORD,
  AMEND_ORDER_QTY_LOTS_WORD,
  AMEND_PRICE_TICKS_WORD,
  AMEND_QTY_IS_LEAVES,
  AMEND_STOP_PX_TICKS_WORD,
  COMMAND_AMEND,
} from "../codec/command.ts";
import {
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_RESTATED,
  FLAG_KEPT_PLACE,
  FLAG_ON_BOOK,
} from "../codec/event.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../model/ord-type.ts";
import {
  hasLimitPrice,
  isAllOrNone,
  isPegged,
  isPostOnly,
  ordTypeOf,
  timeInForceOf,
  withOrdType,
  worksAsMarket,
} from "../model/order-codes.ts";
import { TERM_HAS_PRICE, TERM_TRAILING } from "../model/order-terms.ts";
import { gathers, PHASE_POST_ONLY } from "../model/phase.ts";
import {
  REASON_BELOW_EXECUTED,
  REASON_BOOK_FULL,
  REASON_DISPLAY_QTY,
  REASON_DUPLICATE_CL_ORD_ID,
  REASON_EXPIRE_TIME,
  REASON_NONE,
  REASON_NOTHING_TO_AMEND,
  REASON_PRICE_OUT_OF_RANGE,
  REASON_QTY_OUT_OF_RANGE,
  REASON_SPECIALS_FULL,
  REASON_UNSUPPORTED_ORDER,
  REASON_WOULD_TRIGGER,
} from "../model/reasons.ts";
import { TIF_GTD } from "../model/time-in-force.ts";
import type { AccountRisk } from "./account-risk.ts";
import type { Cancels } from "./cancels.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import { callLadderOf } from "./gathering.ts";
import type { Guards } from "./guards.ts";
import { countSlices, hasTooManySlices, mayShow, sliceCount, sliceLots } from "./iceberg-slice.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { overflowsLevel } from "./level-sums.ts";
import { reasonInNotional } from "./notional-checks.ts";
import { type OrderChecks, reasonOfNoPrice } from "./order-checks.ts";
import type { OrderEntry } from "./order-entry.ts";
import type { OrderIds } from "./order-ids.ts";
import type { OrderLists } from "./order-lists.ts";
import type { OrderNames } from "./order-names.ts";
import { isAsleep } from "./order-sleep.ts";
import type { Pegs } from "./pegs.ts";
import { phaseReasonNotToAmend, phaseReasonNotToCancel } from "./phase-checks.ts";
import type { Pricing } from "./pricing.ts";
import type { Reach } from "./reach.ts";
import type { SpecialReports } from "./special-reports.ts";
import type { TriggerPrices } from "./trigger-prices.ts";
import { TypeChanges } from "./type-changes.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type AmendsParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly ids: OrderIds;
  readonly names: OrderNames;
  readonly reports: ExecutionReports;
  readonly special: SpecialReports;
  readonly working: WorkingOrders;
  readonly pricing: Pricing;
  readonly reach: Reach;
  readonly checks: OrderChecks;
  readonly risk: AccountRisk;
  readonly lists: OrderLists;
  readonly guards: Guards;
  readonly entry: OrderEntry;
  readonly cancels: Cancels;
  readonly pegs: Pegs;
  readonly triggerPrices: TriggerPrices;
};

const CHANGES =
  AMEND_HAS_PRICE |
  AMEND_HAS_QTY |
  AMEND_HAS_STOP_PX |
  AMEND_HAS_DISPLAY_QTY |
  AMEND_HAS_EXPIRE_TIME |
  AMEND_HAS_TYPE;

export type Amends = ReturnType<typeof createAmends>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createAmends(parts: AmendsParts) {
  const { tables, incoming, ids, names, reports, special, working, pricing, reach, checks } = parts;
  const { risk, guards, entry, cancels, lists, pegs, triggerPrices } = parts;
  const types = new TypeChanges(parts);
  const { books, clOrdIds, columns, expiries, instruments, pegged, reached, states, terms, time } =
    tables;
  /** The client order id before the amend; all zero where it gives none. */
  const idBefore = new Int32Array(CL_ORD_ID_WORDS);
  /** The command at work. */
  let words: Int32Array = new Int32Array(0);
  let at = 0;
  let flags = 0;
  /** Whether it is to be another type, or to be fired by another source. */
  let changesType = false;

  /** The amend whose command starts at `commandWords[commandAt]`. */
  function amend(commandWords: Int32Array, commandAt: number): void {
    words = commandWords;
    at = commandAt;
    const slot = names.find(AMEND_ORDER_ID_WORD);
    if (slot === NONE) {
      const report = cancels.refuseUnknown(EVENT_AMEND_REJECTED, words, at, AMEND_ORDER_ID_WORD);
      reports.setOtherClOrdId(report, words, at + AMEND_NEW_CL_ORD_ID_WORD);
      return;
    }
    flags = words[at + AMEND_AMEND_FLAGS_WORD] & 0xff;
    changesType =
      has(AMEND_HAS_TYPE) && types.isAsked(slot, ordType(), source(), has(AMEND_HAS_STOP_PX));
    const executedLots = columns.orderQtyLotsOf(slot) - books.leavesQtyLotsOf(slot);
    const orderQtyLots = amendedTotal(slot, executedLots);
    // What leaves nothing open is a cancel, and taken wherever one is.
    const isCancel = orderQtyLots <= executedLots;
    const phase = states.phaseOf(books.bookOf(slot));
    const phaseReason = isCancel ? phaseReasonNotToCancel(phase) : phaseReasonNotToAmend(phase);
    if (phaseReason !== REASON_NONE) {
      refuse(slot, phaseReason);
      return;
    }
    if (isCancel) {
      working.end(slot, REASON_BELOW_EXECUTED);
      return;
    }
    describe(slot, orderQtyLots, executedLots);
    const reason = reasonToRefuse(slot);
    if (reason !== REASON_NONE) {
      types.forget();
      refuse(slot, reason);
      return;
    }
    states.touch(incoming.book);
    rename(slot);
    if (changesType) {
      types.adopt(slot);
      changeTerms();
      types.begin(slot, idBefore);
      return;
    }
    if (risk.isOn()) risk.release(slot, books.leavesQtyLotsOf(slot));
    changeTerms();
    if (risk.isOn()) risk.onAmend(incoming);
    apply(slot);
  }

  /** The order is exactly as it was. */
  function refuse(slot: number, reason: number): void {
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    const report = reports.ofResting(EVENT_AMEND_REJECTED, slot, leavesQtyLots, 0, reason);
    reports.setCommandKind(report, COMMAND_AMEND);
    reports.setOtherClOrdId(report, words, at + AMEND_NEW_CL_ORD_ID_WORD);
  }

  /** The order as it would be after the amend; the order itself stays for now. */
  function describe(slot: number, orderQtyLots: number, executedLots: number): void {
    working.lift(slot, incoming);
    if (has(AMEND_HAS_PRICE) && (changesType || !isPegged(incoming.orderCodes))) {
      incoming.priceTicks = words[at + AMEND_PRICE_TICKS_WORD];
      incoming.limitTicks = incoming.priceTicks;
    }
    incoming.orderQtyLots = orderQtyLots;
    incoming.leavesQtyLots = orderQtyLots - executedLots;
  }

  function has(flag: number): boolean {
    return (flags & flag) !== 0;
  }

  /** The new total that the amend asks for. */
  function amendedTotal(slot: number, executedLots: number): number {
    if (!has(AMEND_HAS_QTY)) return columns.orderQtyLotsOf(slot);
    const qtyLots = readU64(words, at + AMEND_ORDER_QTY_LOTS_WORD);
    return has(AMEND_QTY_IS_LEAVES) ? executedLots + qtyLots : qtyLots;
  }

  function reasonToRefuse(slot: number): number {
    const { book, orderCodes, orderQtyLots } = incoming;
    const guardReason = guards.isOn
      ? guards.reasonToRefuse(incoming.accountRow, incoming.book)
      : REASON_NONE;
    if (guardReason !== REASON_NONE) return guardReason;
    const newIdAt = at + AMEND_NEW_CL_ORD_ID_WORD;
    const renames = hasClOrdId(words, newIdAt);
    if ((flags & CHANGES) === 0 && !renames) return REASON_NOTHING_TO_AMEND;
    if (has(AMEND_HAS_TYPE) && ordType() === AMEND_NO_PRICE) {
      return reasonOfNoPrice(words[at + AMEND_PRICE_TICKS_WORD]);
    }
    if (!applies(slot)) return REASON_UNSUPPORTED_ORDER;
    if (changesType) {
      const reason = reasonInType(slot);
      if (reason !== REASON_NONE) return reason;
    }
    // A reduced order may be below the minimum, so only a quantity that is given is looked at.
    const changesQty = has(AMEND_HAS_QTY);
    if (changesQty && !instruments.takesQty(book, orderQtyLots)) return REASON_QTY_OUT_OF_RANGE;
    const priceTicks = words[at + AMEND_PRICE_TICKS_WORD];
    if (has(AMEND_HAS_PRICE) && !instruments.takesPrice(book, priceTicks)) {
      return REASON_PRICE_OUT_OF_RANGE;
    }
    const stopPxTicks = words[at + AMEND_STOP_PX_TICKS_WORD];
    const movesStop = has(AMEND_HAS_STOP_PX);
    if (movesStop && !instruments.takesPrice(book, stopPxTicks)) return REASON_PRICE_OUT_OF_RANGE;
    const changesWorth = changesQty || movesStop || changesType || has(AMEND_HAS_PRICE);
    if (instruments.limitsNotional() && changesWorth) {
      const reason = reasonInNotional(tables, incoming, limitAfter(slot), givenStopPx());
      if (reason !== REASON_NONE) return reason;
    }
    const reasonInSlices = reasonToShow(slot);
    if (reasonInSlices !== REASON_NONE) return reasonInSlices;
    if (renames && isKnown(newIdAt)) return REASON_DUPLICATE_CL_ORD_ID;
    if (has(AMEND_HAS_EXPIRE_TIME) && expireTimeMicros() <= time.micros) {
      return REASON_EXPIRE_TIME;
    }
    if (changesType) return types.reasonToBegin(slot);
    if (movesStop && triggerPrices.isThroughAt(book, orderCodes, incoming.termsRow, stopPxTicks)) {
      return REASON_WOULD_TRIGGER;
    }
    return reasonToKeepOut(slot);
  }

  function isKnown(idAt: number): boolean {
    const { accountId } = incoming;
    return clOrdIds.find(clOrdIds.hashOf(accountId, words, idAt), accountId, words, idAt) !== NONE;
  }

  /** Whether the order has what the amend wants to change. */
  function applies(slot: number): boolean {
    const { orderCodes, termsRow } = incoming;
    const isWaiting = isTriggerKind(books.ladderKindOf(slot));
    if (has(AMEND_HAS_DISPLAY_QTY) && !books.isIceberg(slot)) return false;
    if (has(AMEND_HAS_EXPIRE_TIME) && timeInForceOf(orderCodes) !== TIF_GTD) return false;
    if (changesType)
      return !has(AMEND_HAS_DISPLAY_QTY) || hasLimitPrice(withOrdType(orderCodes, ordType()));
    if (has(AMEND_HAS_PRICE) && !mayHaveLimit(slot)) return false;
    if (!has(AMEND_HAS_STOP_PX)) return true;
    return isWaiting && (terms.flagsOf(termsRow) & TERM_TRAILING) === 0;
  }

  function reasonInType(slot: number): number {
    const hasPrice = has(AMEND_HAS_PRICE);
    return types.reasonToRefuse(slot, ordType(), source(), hasPrice, givenStopPx());
  }

  /** What is to fire it; NaN where the amend does not say. */
  function givenStopPx(): number {
    return given(AMEND_HAS_STOP_PX, AMEND_STOP_PX_TICKS_WORD);
  }

  function ordType(): number {
    return (words[at + AMEND_AMEND_FLAGS_WORD] >>> 8) & 0xff;
  }

  /** Which price is to fire it; NaN where the amend does not say. */
  function source(): number {
    const sourceAfter = (words[at + AMEND_AMEND_FLAGS_WORD] >>> 16) & 0xff;
    return sourceAfter === 0 ? Number.NaN : sourceAfter - 1;
  }

  /** A limit now: none while it sleeps has what takes its limit from the market later. */
  function mayHaveLimit(slot: number): boolean {
    const { orderCodes } = incoming;
    if (worksAsMarket(orderCodes)) return false;
    const isLeftover = ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER;
    return !isLeftover || !isParkedKind(books.ladderKindOf(slot));
  }

  /** The limit of the order that was described; NaN where it takes its price from the market. */
  function limitAfter(slot: number): number {
    const isOwn = mayHaveLimit(slot) && !isPegged(incoming.orderCodes);
    return isOwn ? incoming.priceTicks : Number.NaN;
  }

  /** Post-only and room, of an order that rests and loses its place; its account, of any. */
  function reasonToKeepOut(slot: number): number {
    const kind = books.ladderKindOf(slot);
    if (isTriggerKind(kind) || isParkedKind(kind)) return reasonToWaitOn(slot);
    if (!keepsPlace(slot) && mustPost() && pricing.meets(incoming)) {
      const reason = checks.reasonNotToMakeWay(incoming);
      if (reason !== REASON_NONE) return reason;
    }
    const reason = reasonOfAccount(slot);
    if (reason !== REASON_NONE) return reason;
    const { book, limitTicks, leavesQtyLots } = incoming;
    const ladder = ladderAfter(slot);
    const movesPrice = limitTicks !== books.priceTicksOf(slot);
    const movesLevel = movesPrice || ladder !== ladderOfKind(book, kind);
    const leavingLots = movesLevel ? 0 : books.leavesQtyLotsOf(slot);
    const isTooLarge =
      !keepsPlace(slot) && overflowsLevel(books, ladder, limitTicks, leavesQtyLots, leavingLots);
    if (isTooLarge) return REASON_BOOK_FULL;
    if (!movesLevel || books.hasLevelRoom()) return REASON_NONE;
    const isGone = mayTrade() && reach.fillsWhole(incoming);
    return isGone ? REASON_NONE : REASON_BOOK_FULL;
  }

  /** Who waits to be fired rests unasked then; all others are asked. */
  function reasonToWaitOn(slot: number): number {
    const reason = reasonOfAccount(slot);
    if (reason !== REASON_NONE || !isTriggerKind(books.ladderKindOf(slot))) return reason;
    const isMore = incoming.leavesQtyLots > books.leavesQtyLotsOf(slot);
    return isMore && checks.isTooLargeToWait(incoming) ? REASON_BOOK_FULL : REASON_NONE;
  }

  /** Whether the order, or the phase, lets it make liquidity only. */
  function mustPost(): boolean {
    const phase = states.phaseOf(incoming.book);
    return phase === PHASE_POST_ONLY || (isPostOnly(incoming.orderCodes) && !gathers(phase));
  }

  /** Whether the amended order could meet somebody now; all or none is tried in the aftermath. */
  function mayTrade(): boolean {
    const { book, orderCodes } = incoming;
    return !isAllOrNone(orderCodes) && !gathers(states.phaseOf(book));
  }

  /** Where an order that loses its place goes: while orders gather, out of sight. */
  function ladderAfter(slot: number): number {
    const { book, orderCodes } = incoming;
    const kind = books.ladderKindOf(slot);
    const leavesSight = kind <= LADDER_ASKS && !keepsPlace(slot);
    return leavesSight && gathers(states.phaseOf(book))
      ? callLadderOf(book, orderCodes)
      : ladderOfKind(book, kind);
  }

  function reasonOfAccount(slot: number): number {
    if (!risk.isOn()) return REASON_NONE;
    return risk.reasonToRefuseAmend(
      slot,
      incoming,
      has(AMEND_HAS_QTY),
      given(AMEND_HAS_PRICE, AMEND_PRICE_TICKS_WORD),
      givenStopPx(),
      lists.alternativeOf(columns.termsRowOf(slot)),
    );
  }

  function given(flag: number, word: number): number {
    return has(flag) ? words[at + word] : Number.NaN;
  }

  /** A new total may come down to what a slice shows, and below it: then all of it is shown. */
  function reasonToShow(slot: number): number {
    const { orderQtyLots, termsRow } = incoming;
    const showsAnew = has(AMEND_HAS_DISPLAY_QTY);
    if (termsRow === NONE || !(showsAnew || has(AMEND_HAS_QTY))) return REASON_NONE;
    const displayQtyLots = showsAnew
      ? readU64(words, at + AMEND_DISPLAY_QTY_LOTS_WORD)
      : terms.displayQtyLotsOf(termsRow);
    if (showsAnew && !mayShow(displayQtyLots, orderQtyLots)) return REASON_DISPLAY_QTY;
    if (hasTooManySlices(displayQtyLots, orderQtyLots)) return REASON_DISPLAY_QTY;
    if (displayQtyLots === 0 || !terms.isFullOfSlices()) return REASON_NONE;
    const isMore =
      sliceCount(displayQtyLots, orderQtyLots) > terms.slicesOf(columns.termsRowOf(slot));
    return isMore ? REASON_SPECIALS_FULL : REASON_NONE;
  }

  function expireTimeMicros(): number {
    return readU64(words, at + AMEND_EXPIRE_TIME_MICROS_WORD);
  }

  /** No more at the same limit and trigger price, and no wish for the tail. */
  function keepsPlace(slot: number): boolean {
    if (has(AMEND_JOINS_TAIL)) return false;
    if (incoming.orderQtyLots > columns.orderQtyLotsOf(slot)) return false;
    const stopPxTicks = words[at + AMEND_STOP_PX_TICKS_WORD];
    if (has(AMEND_HAS_STOP_PX) && stopPxTicks !== books.priceTicksOf(slot)) return false;
    return isPegged(incoming.orderCodes) || incoming.priceTicks === working.limitTicksOf(slot);
  }

  function rename(slot: number): void {
    const newIdAt = at + AMEND_NEW_CL_ORD_ID_WORD;
    idBefore.fill(0);
    if (!hasClOrdId(words, newIdAt)) return;
    idBefore.set(incoming.idWords);
    const hash = clOrdIds.hashOf(incoming.accountId, words, newIdAt);
    clOrdIds.rename(slot, words, newIdAt, hash);
    incoming.setClOrdId(words, newIdAt, hash);
  }

  /** Display quantity, lifetime, trigger price and a peg's worst price: they act later. */
  function changeTerms(): void {
    const { orderCodes, orderId, termsRow } = incoming;
    if (termsRow === NONE) return;
    if (has(AMEND_HAS_DISPLAY_QTY)) {
      const displayQtyLots = readU64(words, at + AMEND_DISPLAY_QTY_LOTS_WORD);
      terms.setDisplayQtyLots(termsRow, displayQtyLots);
    }
    if (has(AMEND_HAS_EXPIRE_TIME)) {
      terms.setExpireTimeMicros(termsRow, expireTimeMicros());
      expiries.set(termsRow, expireTimeMicros(), orderId);
    }
    if (has(AMEND_HAS_STOP_PX)) {
      terms.setStopPxTicks(termsRow, words[at + AMEND_STOP_PX_TICKS_WORD]);
    }
    if (has(AMEND_HAS_PRICE) && isPegged(orderCodes)) {
      terms.setWorstPxTicks(termsRow, words[at + AMEND_PRICE_TICKS_WORD]);
      terms.setFlag(termsRow, TERM_HAS_PRICE);
    }
    countSlices(terms, termsRow, incoming.orderQtyLots);
  }

  function apply(slot: number): void {
    const kind = books.ladderKindOf(slot);
    const { book, orderCodes, termsRow } = incoming;
    if (termsRow !== NONE && !keepsPlace(slot)) working.joinChainAnew(termsRow, book);
    if (isTriggerKind(kind)) amendWaiting(slot);
    else if (isParkedKind(kind)) amendParked(slot);
    else if (keepsPlace(slot)) amendInPlace(slot);
    else reenter(slot);
    const isCapped = isPegged(orderCodes) && has(AMEND_HAS_PRICE);
    // A leg that sleeps follows nothing yet.
    if (isCapped && pegged.has(termsRow)) pegs.followNow(book, termsRow);
  }

  function amendWaiting(slot: number): void {
    const { book, leavesQtyLots, orderQtyLots, priceTicks, termsRow } = incoming;
    const openBeforeLots = books.leavesQtyLotsOf(slot);
    const staysInPlace = keepsPlace(slot);
    columns.setOrderQtyLots(slot, orderQtyLots);
    if (staysInPlace) {
      books.resize(slot, leavesQtyLots);
    } else {
      const ladder = ladderOfKind(book, books.ladderKindOf(slot));
      const stopPxTicks = terms.stopPxTicksOf(termsRow);
      if (reached.has(termsRow)) requeueReached(slot, stopPxTicks);
      working.move(slot, ladder, stopPxTicks, leavesQtyLots);
      terms.setLimitTicks(termsRow, priceTicks);
    }
    restate(slot, openBeforeLots, staysInPlace ? FLAG_KEPT_PLACE : 0);
  }

  /** What was reached fires after the others, or with a new trigger price waits anew. */
  function requeueReached(slot: number, stopPxTicks: number): void {
    const { book, termsRow } = incoming;
    reached.removeIfIn(book, termsRow);
    if (stopPxTicks === books.priceTicksOf(slot)) reached.add(book, termsRow);
    else terms.reach(termsRow, 0);
  }

  /** A leg that sleeps stands in no queue, so it loses no place. */
  function amendParked(slot: number): void {
    const { book, leavesQtyLots, orderQtyLots, priceTicks } = incoming;
    const openBeforeLots = books.leavesQtyLotsOf(slot);
    const staysInPlace = keepsPlace(slot) || isAsleep(tables, slot);
    const staysAtPrice = priceTicks === books.priceTicksOf(slot);
    columns.setOrderQtyLots(slot, orderQtyLots);
    if (staysInPlace && staysAtPrice) books.resize(slot, leavesQtyLots);
    else
      working.move(slot, ladderOfKind(book, books.ladderKindOf(slot)), priceTicks, leavesQtyLots);
    restate(slot, openBeforeLots, staysInPlace ? FLAG_KEPT_PLACE : 0);
  }

  function amendInPlace(slot: number): void {
    const { cumQtyLots, leavesQtyLots, orderQtyLots } = incoming;
    const openBeforeLots = books.leavesQtyLotsOf(slot);
    const shownBefore = books.shownLotsOf(slot);
    columns.setOrderQtyLots(slot, orderQtyLots);
    books.reduceTo(slot, leavesQtyLots);
    working.onReduced(slot);
    if (working.onBookFlag(slot) === 0) {
      restate(slot, openBeforeLots, FLAG_KEPT_PLACE);
      const shownNow = books.shownLotsOf(slot);
      const isSlice = books.isIceberg(slot) && books.ladderKindOf(slot) <= LADDER_ASKS;
      if (!isSlice || shownNow === shownBefore) return;
      const priceTicks = books.priceTicksOf(slot);
      special.displayed(slot, leavesQtyLots, cumQtyLots, shownBefore, priceTicks, shownNow);
      return;
    }
    const flags = FLAG_ON_BOOK | FLAG_KEPT_PLACE;
    const report = reports.ofResting(EVENT_AMENDED, slot, leavesQtyLots, flags, 0);
    reports.setLastQty(report, openBeforeLots);
    reports.setLastPx(report, books.priceTicksOf(slot));
    reports.setOtherClOrdId(report, idBefore, 0);
  }

  /** An amend that loses its place: at the tail of its new level, or trading at once. */
  function reenter(slot: number): void {
    // All or none is retried in the aftermath, where its turn is that of its new place.
    const meets = mayTrade() && entry.wouldTrade();
    const wasSeen = working.onBookFlag(slot) !== 0;
    const ladder = ladderAfter(slot);
    const staysInSight = !meets && ladder === ladderOfKind(incoming.book, books.ladderKindOf(slot));
    const kind = wasSeen ? EVENT_AMENDED : EVENT_RESTATED;
    const flags = wasSeen && staysInSight ? FLAG_ON_BOOK : 0;
    const report = reports.ofIncoming(kind, incoming, flags, 0);
    reports.setLastQty(report, books.leavesQtyLotsOf(slot));
    reports.setOtherClOrdId(report, idBefore, 0);
    if (wasSeen) reports.setLastPx(report, books.priceTicksOf(slot));
    if (meets) {
      if (books.isIceberg(slot)) {
        special.hidden(incoming, books.shownLotsOf(slot), books.priceTicksOf(slot));
      }
      working.withdraw(slot);
      entry.work(true);
      return;
    }
    columns.setOrderQtyLots(slot, incoming.orderQtyLots);
    const isSlice = books.isIceberg(slot) && books.ladderKindOf(slot) <= LADDER_ASKS;
    if (isSlice && staysInSight) {
      showFreshSlice(slot);
      return;
    }
    if (isSlice) hideSlice(slot);
    working.move(slot, ladder, incoming.priceTicks, incoming.leavesQtyLots);
  }

  /** An iceberg that leaves its place in sight to gather; a later slice has an id of its own. */
  function hideSlice(slot: number): void {
    special.hidden(incoming, books.shownLotsOf(slot), books.priceTicksOf(slot));
    terms.forgetPublicOrderId(incoming.termsRow);
    books.setReserveLots(slot, 0);
  }

  function showFreshSlice(slot: number): void {
    const { cumQtyLots, leavesQtyLots, orderId, termsRow } = incoming;
    const shownBefore = books.shownLotsOf(slot);
    const priceBeforeTicks = books.priceTicksOf(slot);
    terms.refill(termsRow, ++ids.lastOrderId);
    const shownNow = Math.min(leavesQtyLots, sliceLots(terms, termsRow, orderId));
    const ladder = ladderOfKind(incoming.book, books.ladderKindOf(slot));
    working.move(slot, ladder, incoming.priceTicks, shownNow);
    books.setReserveLots(slot, leavesQtyLots - shownNow);
    special.displayed(slot, leavesQtyLots, cumQtyLots, shownBefore, priceBeforeTicks, shownNow);
  }

  /** Says what changed of an order that the public does not see whole. */
  function restate(slot: number, openBeforeLots: number, flags: number): void {
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    const report = reports.ofResting(EVENT_RESTATED, slot, leavesQtyLots, flags, 0);
    reports.setLastQty(report, openBeforeLots);
    reports.setLastPx(report, triggerTicks(slot));
    reports.setOtherClOrdId(report, idBefore, 0);
  }

  /** What fires a waiting order; 0 for an order that nothing fires now. */
  function triggerTicks(slot: number): number {
    const { termsRow } = incoming;
    const kind = books.ladderKindOf(slot);
    if (kind <= LADDER_ASKS || termsRow === NONE) return 0;
    const isTrailing = (terms.flagsOf(termsRow) & TERM_TRAILING) !== 0;
    if (isTriggerKind(kind)) return terms.stopPxTicksOf(termsRow);
    return isParkedKind(kind) && !isTrailing ? terms.stopPxTicksOf(termsRow) : 0;
  }

  return { amend };
}
