// What an order does when it begins to work: at its entry, when it is triggered or activated, when
// a new price lets it meet others.

import { EVENT_BOOKED, FLAG_ON_BOOK } from "../../src/codec/event.ts";
import { RISK_NONE } from "../../src/model/account.ts";
import { ORD_TYPE_MARKET, ORD_TYPE_MARKET_WITH_LEFTOVER } from "../../src/model/ord-type.ts";
import { STP_DECREMENT } from "../../src/model/order-terms.ts";
import { PHASE_CONTINUOUS, PHASE_VOLATILITY_CALL } from "../../src/model/phase.ts";
import {
  REASON_FOK_UNFILLABLE,
  REASON_IOC_REMAINDER,
  REASON_MIN_QTY,
  REASON_NO_LIQUIDITY,
  REASON_PHASE,
  REASON_POST_ONLY_WOULD_TRADE,
  REASON_PRICE_BAND,
  REASON_PROTECTION,
} from "../../src/model/reasons.ts";
import { TIF_DAY, TIF_FOK, TIF_GTC, TIF_IOC } from "../../src/model/time-in-force.ts";
import { noteTop } from "./naive-allocation.ts";
import { takeReference, withinBands } from "./naive-bands.ts";
import { end, finish } from "./naive-ends.ts";
import { comesToItsCall, gather, needsOthers, waitsForUncross } from "./naive-gathering.ts";
import { reserveTicks } from "./naive-holds.ts";
import { reportDisplayed, showNextSlice } from "./naive-icebergs.ts";
import { meetOwn, trade, tryOut } from "./naive-matching.ts";
import {
  hasTrigger,
  isAllOrNone,
  isBuy,
  isDarkOrder,
  isIceberg,
  isMarketOrder,
  isPegged,
  isPostOnlyOrder,
  isProtected,
  isTrailing,
  slides,
  type TwinOrder,
  ticksBehind,
} from "./naive-order.ts";
import { pegTarget } from "./naive-peg-prices.ts";
import { interrupt } from "./naive-phase-changes.ts";
import { isContinuous } from "./naive-phases.ts";
import { firstMaker } from "./naive-queues.ts";
import { askWhoHasSeen } from "./naive-reached.ts";
import { instrumentOf, report, type TwinState, tapeOf, toFrontOfAccount } from "./naive-state.ts";
import { modeOf } from "./naive-stp.ts";
import { beginTracking, tracksNow } from "./naive-trailing.ts";

/** Gives an order that is about to act the price that the market sets for it. */
export function setPrice(state: TwinState, order: TwinOrder): void {
  if (mustWait(order) || waitsForUncross(state, order)) return;
  if (isPegged(order)) order.priceTicks = pegTarget(state, order) ?? 0;
  if (slides(order)) order.priceTicks = slidPrice(state, order, order.priceTicks);
  const isLeftover = order.ordType === ORD_TYPE_MARKET_WITH_LEFTOVER;
  if (isLeftover) order.leftoverTicks = limitOf(state, order) ?? 0;
}

/** The order where it would make way to, if it begins to work now; nothing else of it is set. */
export function afterMakingWay(state: TwinState, order: TwinOrder): TwinOrder {
  if (!slides(order) || mustWait(order) || waitsForUncross(state, order)) return order;
  return { ...order, priceTicks: slidPrice(state, order, order.priceTicks) };
}

/** One tick behind what a sliding order would meet; its price if it would meet nobody. */
export function slidPrice(state: TwinState, order: TwinOrder, priceTicks: number): number {
  const maker = firstMaker(state, order, priceTicks);
  if (maker === undefined) return priceTicks;
  const slid = ticksBehind(order.side, maker.priceTicks, 1);
  // Nothing is slid outside the instrument's prices: it stays, and is refused as it would trade.
  const { priceTicksMin, priceTicksMax } = instrumentOf(state, order);
  return priceTicksMin <= slid && slid <= priceTicksMax ? slid : priceTicks;
}

/**
 * Waits, parks, trades, rests or ends. True if nobody was met and it rests at once, on display with
 * all it has: then the event that announced it says so, and no other one does, unless `isTold` is
 * false because that event could not.
 */
export function act(state: TwinState, order: TwinOrder, isTold: boolean): boolean {
  if (mustWait(order)) {
    wait(state, order);
    return false;
  }
  if (isPegged(order) && pegTarget(state, order) === undefined) {
    park(state, order);
    return false;
  }
  if (waitsForUncross(state, order)) {
    if (needsOthers(order) || !comesToItsCall(state, order)) end(state, order, REASON_PHASE);
    else gather(state, order);
    return false;
  }
  const reason = reasonToEndAtOnce(state, order);
  if (reason !== undefined) {
    end(state, order, reason);
    return false;
  }
  if (isAllOrNone(order) && !fillsWhole(state, order)) {
    rest(state, order);
    return false;
  }
  return meetAndRest(state, order, limitOf(state, order), isTold);
}

/** The order acts as an aggressor; what is left rests or ends. Returns as `act` does. */
export function meetAndRest(
  state: TwinState,
  order: TwinOrder,
  limitTicks: number | undefined,
  isTold: boolean,
): boolean {
  const wouldMeet = firstMaker(state, order, limitTicks) !== undefined;
  let reached = withinBands(state, order, limitTicks);
  let hasMet = false;
  // What is beyond the bands and its own comes to no trade.
  while (reached.meetsNobody && meetOwn(state, order, limitTicks)) {
    hasMet = true;
    reached = withinBands(state, order, limitTicks);
  }
  if (!reached.meetsNobody) {
    if (trade(state, order, reached.limitTicks)) hasMet = true;
    while (meetOwn(state, order, limitTicks)) hasMet = true;
  }
  if (wouldMeet) takeReference(state, order);
  if (order.place === "ended") return false;
  if (order.leavesQtyLots === 0) {
    finish(state, order);
    return false;
  }
  if (wouldMeet && firstMaker(state, order, limitTicks) !== undefined) {
    breach(state, order);
    return false;
  }
  const reason = reasonToEndRest(state, order);
  if (reason !== undefined) {
    end(state, order, reason);
    return false;
  }
  if (order.ordType === ORD_TYPE_MARKET_WITH_LEFTOVER) {
    order.priceTicks = limitTicks!;
    order.leftoverTicks = undefined;
  }
  if (!hasMet && isTold && !isDarkOrder(order) && !isIceberg(order)) {
    stand(state, order, "displayed");
    return true;
  }
  rest(state, order);
  return false;
}

/** The order would go on beyond the bands: trading stops, and what is left gathers or ends. */
function breach(state: TwinState, order: TwinOrder): void {
  const { callMicros = 0, callRandomMicros = 0 } = tapeOf(state, order).bands ?? {};
  interrupt(state, order, PHASE_VOLATILITY_CALL, REASON_PRICE_BAND, {
    endTimeMicros: callMicros === 0 ? 0 : state.timeMicros + callMicros,
    randomMicros: callMicros === 0 ? 0 : callRandomMicros,
    nextPhase: PHASE_CONTINUOUS,
    nextMicros: 0,
  });
  const lasts = !isMarketOrder(order) && order.timeInForce !== TIF_IOC;
  const isLeftover = order.ordType === ORD_TYPE_MARKET_WITH_LEFTOVER;
  if (lasts && !isLeftover) gather(state, order);
  else end(state, order, REASON_PRICE_BAND);
}

/** At the tail of its price, where it may be among the first of its account's list again. */
export function stand(state: TwinState, order: TwinOrder, place: "displayed" | "dark"): void {
  order.place = place;
  order.arrival = ++state.lastArrival;
  if (place === "displayed") noteTop(state, order);
  toFrontOfAccount(state, order);
}

/** How far it may go while it trades; no limit for a market order without protection. */
export function limitOf(state: TwinState, order: TwinOrder): number | undefined {
  const best = firstMaker(state, order, undefined)?.priceTicks;
  const { protectionTicks } = order.terms;
  const isWithin = isProtected(order) && best !== undefined;
  const beyond = isWithin ? ticksBehind(order.side, best, -protectionTicks!) : undefined;
  if (order.ordType === ORD_TYPE_MARKET_WITH_LEFTOVER) {
    // One that rests has its limit, and one that was fired has had it since then.
    if (order.place === "displayed" || order.place === "dark") return order.priceTicks;
    if (order.isTriggered) return best === undefined ? undefined : order.leftoverTicks;
    return beyond === undefined ? best : withinPrices(state, order, beyond);
  }
  return isMarketOrder(order) ? capped(state, order, beyond) : order.priceTicks;
}

/**
 * The type by which an order works: where its instrument lets what a protected market order that
 * lasts has left rest, it is one with leftover as limit while there is trading.
 */
export function workingType(state: TwinState, order: TwinOrder): number {
  const { ordType, terms, timeInForce } = order;
  const hasDay = tapeOf(state, order).calendar !== undefined;
  const lasts = timeInForce === TIF_GTC || (timeInForce === TIF_DAY && hasDay);
  const mayRest =
    ordType === ORD_TYPE_MARKET &&
    isProtected(order) &&
    lasts &&
    (terms.quoteAmount ?? 0) === 0 &&
    restsAtProtection(state, order) &&
    isContinuous(state, order);
  return mayRest ? ORD_TYPE_MARKET_WITH_LEFTOVER : ordType;
}

/** The same of one that was fired. */
export function letFiredRest(state: TwinState, order: TwinOrder): void {
  if (!isMarketOrder(order) || !isProtected(order) || !restsAtProtection(state, order)) return;
  const isAlone = firstMaker(state, order, undefined) === undefined;
  order.leftoverTicks = isAlone ? 0 : withinPrices(state, order, limitOf(state, order)!);
  order.ordType = ORD_TYPE_MARKET_WITH_LEFTOVER;
}

function restsAtProtection(state: TwinState, order: TwinOrder): boolean {
  return instrumentOf(state, order).restsAtProtection ?? false;
}

function withinPrices(state: TwinState, order: TwinOrder, ticks: number): number {
  const { priceTicksMin, priceTicksMax } = instrumentOf(state, order);
  return Math.min(Math.max(ticks, priceTicksMin), priceTicksMax);
}

/** One that was fired goes no further than what its account holds for it. */
function capped(
  state: TwinState,
  order: TwinOrder,
  limitTicks: number | undefined,
): number | undefined {
  const riskMode = state.money.accounts.get(order.accountId)?.terms.riskMode ?? RISK_NONE;
  if (!order.isTriggered || riskMode === RISK_NONE) return limitTicks;
  const reserve = reserveTicks(state, order);
  if (limitTicks === undefined) return reserve;
  return isBuy(order) ? Math.min(limitTicks, reserve) : Math.max(limitTicks, reserve);
}

/** Whether nothing of it would be left open if it traded now. */
export function fillsWhole(state: TwinState, order: TwinOrder): boolean {
  return tryOut(state, order, limitOf(state, order)).openLots === 0;
}

/** Whether it is one that still has to be triggered. */
export function mustWait(order: TwinOrder): boolean {
  return hasTrigger(order) && !order.isTriggered;
}

/** Until something wakes it or gives it a price. */
export function park(state: TwinState, order: TwinOrder): void {
  order.place = "parked";
  order.arrival = ++state.lastArrival;
}

function wait(state: TwinState, order: TwinOrder): void {
  askWhoHasSeen(state, order.instrumentId);
  if (isTrailing(order)) {
    if (tracksNow(state, order)) {
      beginTracking(state, order);
    } else {
      park(state, order);
      return;
    }
  } else {
    order.triggerTicks = order.terms.stopPxTicks;
  }
  order.place = "waiting";
  order.arrival = ++state.lastArrival;
}

function rest(state: TwinState, order: TwinOrder): void {
  const flags = isDarkOrder(order) || isIceberg(order) ? 0 : FLAG_ON_BOOK;
  stand(state, order, isDarkOrder(order) ? "dark" : "displayed");
  report(state, EVENT_BOOKED, order, { flags });
  if (!isIceberg(order)) return;
  showNextSlice(state, order);
  reportDisplayed(state, order, 0, 0);
}

export function reasonToEndAtOnce(state: TwinState, order: TwinOrder): number | undefined {
  const { terms, timeInForce, ordType, priceTicks } = order;
  const isK = ordType === ORD_TYPE_MARKET_WITH_LEFTOVER;
  if (isPostOnlyOrder(order) && firstMaker(state, order, priceTicks) !== undefined) {
    return REASON_POST_ONLY_WOULD_TRADE;
  }
  const isWhole = modeOf(state, order) < STP_DECREMENT && fillsWhole(state, order);
  if (timeInForce === TIF_FOK && !isWhole) return REASON_FOK_UNFILLABLE;
  if ((terms.minQtyLots ?? 0) > tryOut(state, order, limitOf(state, order)).filledLots) {
    return REASON_MIN_QTY;
  }
  if (isK && firstMaker(state, order, undefined) === undefined) return REASON_NO_LIQUIDITY;
  return undefined;
}

/** Undefined if what is left of an order rests. */
function reasonToEndRest(state: TwinState, order: TwinOrder): number | undefined {
  if (isMarketOrder(order)) {
    const isEmpty = firstMaker(state, order, undefined) === undefined;
    return !isProtected(order) || isEmpty ? REASON_NO_LIQUIDITY : REASON_PROTECTION;
  }
  return order.timeInForce === TIF_IOC ? REASON_IOC_REMAINDER : undefined;
}
