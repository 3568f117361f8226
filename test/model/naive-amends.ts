// A working order gets other terms: it keeps its place, joins the tail, or trades.

import { AMEND_NO_PRICE, COMMAND_AMEND } from "../../src/codec/command.ts";
import {
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_RESTATED,
  FLAG_KEPT_PLACE,
  FLAG_ON_BOOK,
} from "../../src/codec/event.ts";
import type { AmendOrder } from "../../src/codec/record-for-test.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../../src/model/ord-type.ts";
import * as reasons from "../../src/model/reasons.ts";
import { TIF_GTD } from "../../src/model/time-in-force.ts";
import { meetAndRest, slidPrice } from "./naive-acting.ts";
import { noteTop } from "./naive-allocation.ts";
import { takesPrice, takesQty } from "./naive-checks.ts";
import { end, endId, withoutAlternatives } from "./naive-ends.ts";
import type { Asked } from "./naive-entry.ts";
import {
  hasTooManySlices,
  hide,
  isFullOfSlices,
  keepShownWithinLeaves,
  reportDisplayed,
  showNextSlice,
  slicesOf,
} from "./naive-icebergs.ts";
import { guardReason } from "./naive-kill-switches.ts";
import { reasonNotToAmend } from "./naive-limits.ts";
import { findOrder } from "./naive-names.ts";
import { takesNotional } from "./naive-notional.ts";
import {
  hasTrigger,
  isAllOrNone,
  isIceberg,
  isMarketOrder,
  isOnBook,
  isPegged,
  isPostOnlyOrder,
  isTrailing,
  slides,
  type TwinOrder,
} from "./naive-order.ts";
import { movePeg } from "./naive-pegs.ts";
import { gathers, isClosed, isPostOnlyPhase, phaseReasonNotToAmend } from "./naive-phases.ts";
import { firstMaker } from "./naive-queues.ts";
import { addFlags, eventOf, idOf, instrumentOf, report, type TwinState } from "./naive-state.ts";
import { wouldTrigger } from "./naive-triggers.ts";
import {
  asOtherType,
  beginAgain,
  changesType,
  reasonOfType,
  reasonToBegin,
} from "./naive-type-changes.ts";

type Amend = AmendOrder & Asked;

export function amend(state: TwinState, asked: Amend): void {
  const order = findOrder(state, asked);
  if (order === undefined) {
    const { accountId, sessionId, instrumentId, orderId = 0, clOrdId = "" } = asked;
    const reason = reasons.REASON_UNKNOWN_ORDER;
    const fields = { accountId, sessionId, instrumentId, orderId, clOrdId, reason };
    const commandKind = COMMAND_AMEND;
    const rejected = { ...fields, commandKind, ...otherIdOf(asked.newClOrdId) };
    state.events.push(eventOf(EVENT_AMEND_REJECTED, rejected));
    return;
  }
  const leavesNothing = totalOf(order, asked) <= order.cumQtyLots;
  const phaseReason = phaseReasonNotToAmend(state, order);
  const stays = leavesNothing ? isClosed(state, order) : phaseReason !== reasons.REASON_NONE;
  if (stays) {
    refuse(state, order, phaseReason, asked);
    return;
  }
  if (leavesNothing) {
    end(state, order, reasons.REASON_BELOW_EXECUTED);
    return;
  }
  const wanted = wantedOf(state, order, asked);
  const reason = reasonToRefuse(state, order, asked, wanted);
  if (reason !== reasons.REASON_NONE) refuse(state, order, reason, asked);
  else if (changesType(order, asked)) changeType(state, order, asked, wanted);
  else change(state, order, asked, wanted);
}

function changeType(state: TwinState, order: TwinOrder, asked: Amend, wanted: TwinOrder): void {
  const isRenamed = (asked.newClOrdId ?? "") !== "";
  const told = otherIdOf(isRenamed ? order.clOrdId : "");
  if (isRenamed) rename(state, order, wanted.clOrdId);
  beginAgain(state, order, wanted, told);
}

function refuse(state: TwinState, order: TwinOrder, reason: number, asked: Amend): void {
  const told = { reason, commandKind: COMMAND_AMEND, ...otherIdOf(asked.newClOrdId) };
  report(state, EVENT_AMEND_REJECTED, order, told);
}

/** An amend's events say the other client order id where the amend gives one. */
function otherIdOf(clOrdId = ""): { otherClOrdId?: string } {
  return clOrdId === "" ? {} : { otherClOrdId: clOrdId };
}

function totalOf({ orderQtyLots, cumQtyLots }: TwinOrder, asked: Amend): number {
  const { leavesQtyLots } = asked;
  if (leavesQtyLots !== undefined) return cumQtyLots + leavesQtyLots;
  return asked.orderQtyLots ?? orderQtyLots;
}

/** The order as the amend would leave it before it moves anywhere. */
function wantedOf(state: TwinState, order: TwinOrder, asked: Amend): TwinOrder {
  const wanted = { ...order, terms: { ...order.terms } };
  const { priceTicks, stopPxTicks, displayQtyLots, expireTimeMicros, newClOrdId = "" } = asked;
  wanted.orderQtyLots = totalOf(order, asked);
  wanted.leavesQtyLots = wanted.orderQtyLots - order.cumQtyLots;
  if (newClOrdId !== "") wanted.clOrdId = newClOrdId;
  if (displayQtyLots !== undefined) Object.assign(wanted.terms, { displayQtyLots });
  if (expireTimeMicros !== undefined) Object.assign(wanted.terms, { expireTimeMicros });
  if (stopPxTicks !== undefined) {
    Object.assign(wanted.terms, { stopPxTicks });
    wanted.triggerTicks = stopPxTicks;
  }
  if (priceTicks !== undefined && isPegged(order)) wanted.worstTicks = priceTicks;
  else if (priceTicks !== undefined) wanted.priceTicks = priceTicks;
  if (changesType(order, asked)) return asOtherType(order, wanted, asked);
  const isTested = !gathers(state, order) && isInBook(order);
  if (slides(order) && isTested && !keepsPlace(order, wanted, asked)) {
    wanted.priceTicks = slidPrice(state, wanted, wanted.priceTicks);
  }
  return wanted;
}

function isInBook({ place }: TwinOrder): boolean {
  return place === "displayed" || place === "dark" || place === "gathering";
}

function keepsPlace(order: TwinOrder, wanted: TwinOrder, { joinsTail = false }: Amend): boolean {
  // It has no turn before it wakes.
  if (order.isInactive) return true;
  if (joinsTail || wanted.orderQtyLots > order.orderQtyLots) return false;
  if (order.place === "waiting" && wanted.triggerTicks !== order.triggerTicks) return false;
  return wanted.priceTicks === order.priceTicks;
}

function reasonToRefuse(
  state: TwinState,
  order: TwinOrder,
  asked: Amend,
  wanted: TwinOrder,
): number {
  const guarded = guardReason(state, order);
  if (guarded !== reasons.REASON_NONE) return guarded;
  const reason = reasonOfItself(state, order, asked, wanted);
  if (reason !== reasons.REASON_NONE) return reason;
  const { newClOrdId = "", expireTimeMicros, stopPxTicks } = asked;
  if (newClOrdId !== "" && state.ids.has(idOf(wanted))) {
    return reasons.REASON_DUPLICATE_CL_ORD_ID;
  }
  if (expireTimeMicros !== undefined && expireTimeMicros <= state.timeMicros) {
    return reasons.REASON_EXPIRE_TIME;
  }
  if (changesType(order, asked)) return reasonToBegin(state, order, wanted);
  if (stopPxTicks !== undefined && wouldTrigger(state, wanted)) {
    return reasons.REASON_WOULD_TRIGGER;
  }
  const isLiable = isPostOnlyOrder(order) && !gathers(state, order);
  const mustPost = isLiable || isPostOnlyPhase(state, order);
  const isTested = mustPost && isInBook(order) && !keepsPlace(order, wanted, asked);
  const wouldTrade = isTested && firstMaker(state, wanted, wanted.priceTicks) !== undefined;
  if (wouldTrade) return reasons.REASON_POST_ONLY_WOULD_TRADE;
  const hasMadeWay =
    !isPegged(order) && wanted.priceTicks !== (asked.priceTicks ?? order.priceTicks);
  if (hasMadeWay && !takesNotional(state, wanted)) return reasons.REASON_NOTIONAL_OUT_OF_RANGE;
  const gives = {
    price: asked.priceTicks !== undefined || stopPxTicks !== undefined,
    qty: (asked.leavesQtyLots ?? asked.orderQtyLots) !== undefined,
  };
  return withoutAlternatives(state, order, () => reasonNotToAmend(state, order, wanted, gives));
}

function reasonOfItself(
  state: TwinState,
  order: TwinOrder,
  asked: Amend,
  wanted: TwinOrder,
): number {
  const { priceTicks, stopPxTicks, displayQtyLots, expireTimeMicros, newClOrdId = "" } = asked;
  const qtyLots = asked.leavesQtyLots ?? asked.orderQtyLots;
  const instrument = instrumentOf(state, order);
  const fields = [priceTicks, qtyLots, stopPxTicks, displayQtyLots, expireTimeMicros];
  if ([...fields, asked.ordType].every((field) => field === undefined) && newClOrdId === "") {
    return reasons.REASON_NOTHING_TO_AMEND;
  }
  if (asked.ordType === AMEND_NO_PRICE) {
    return (priceTicks ?? 0) === 0 ? reasons.REASON_OFF_GRID : reasons.REASON_PRICE_OUT_OF_RANGE;
  }
  const isOther = changesType(order, asked);
  const isUnsupported =
    (!isOther && priceTicks !== undefined && !hasAmendablePrice(order)) ||
    (!isOther && stopPxTicks !== undefined && !hasAmendableStop(order)) ||
    (displayQtyLots !== undefined && !isIceberg(order)) ||
    (expireTimeMicros !== undefined && order.timeInForce !== TIF_GTD);
  if (isUnsupported) return reasons.REASON_UNSUPPORTED_ORDER;
  const typeReason = isOther ? reasonOfType(order, wanted, asked) : reasons.REASON_NONE;
  if (typeReason !== reasons.REASON_NONE) return typeReason;
  if (qtyLots !== undefined && !takesQty(instrument, wanted.orderQtyLots)) {
    return reasons.REASON_QTY_OUT_OF_RANGE;
  }
  for (const ticks of [priceTicks, stopPxTicks]) {
    if (ticks !== undefined && !takesPrice(instrument, ticks)) {
      return reasons.REASON_PRICE_OUT_OF_RANGE;
    }
  }
  const given = [priceTicks, qtyLots, stopPxTicks];
  const isMeasured = isOther || given.some((field) => field !== undefined);
  const asSent =
    isOther || isPegged(order) ? wanted : { ...wanted, priceTicks: priceTicks ?? order.priceTicks };
  if (isMeasured && !takesNotional(state, asSent)) return reasons.REASON_NOTIONAL_OUT_OF_RANGE;
  const isDisplayOff =
    displayQtyLots !== undefined && (displayQtyLots === 0 || displayQtyLots >= wanted.orderQtyLots);
  const isShownAnew = displayQtyLots !== undefined || qtyLots !== undefined;
  if (isDisplayOff || (isShownAnew && hasTooManySlices(wanted))) return reasons.REASON_DISPLAY_QTY;
  const needsRoom = isShownAnew && slicesOf(wanted) > slicesOf(order);
  return needsRoom && isFullOfSlices(state) ? reasons.REASON_SPECIALS_FULL : reasons.REASON_NONE;
}

function hasAmendableStop(order: TwinOrder): boolean {
  return order.place === "waiting" && !isTrailing(order);
}

/** A limit that it has now: not what is priced by the market, or will be. */
function hasAmendablePrice(order: TwinOrder): boolean {
  if (isMarketOrder(order)) return false;
  return order.ordType !== ORD_TYPE_MARKET_WITH_LEFTOVER || order.place !== "parked";
}

function change(state: TwinState, order: TwinOrder, asked: Amend, wanted: TwinOrder): void {
  const before = { ...order };
  const keeps = keepsPlace(order, wanted, asked);
  if ((asked.newClOrdId ?? "") !== "") rename(state, order, wanted.clOrdId);
  const { priceTicks, orderQtyLots, leavesQtyLots, terms, triggerTicks, worstTicks } = wanted;
  Object.assign(order, {
    priceTicks,
    orderQtyLots,
    leavesQtyLots,
    terms,
    triggerTicks,
    worstTicks,
  });
  if (!keeps) order.turn = ++state.lastArrival;
  const wasOnBook = isOnBook(before);
  const isRenamed = (asked.newClOrdId ?? "") !== "";
  const onBook = wasOnBook && keeps ? FLAG_ON_BOOK : 0;
  const index = report(state, wasOnBook ? EVENT_AMENDED : EVENT_RESTATED, order, {
    flags: onBook | (keeps ? FLAG_KEPT_PLACE : 0),
    lastQtyLots: before.leavesQtyLots,
    lastPxTicks: wasOnBook ? before.priceTicks : triggerTicksOf(order),
    ...otherIdOf(isRenamed ? before.clOrdId : ""),
  });
  const isMoved = order.place === "parked" && order.priceTicks !== before.priceTicks;
  if (isMoved) order.arrival = ++state.lastArrival;
  if (keeps) keepShownWithinLeaves(state, order);
  else if (isInBook(order)) joinTail(state, order, before, index);
  else order.arrival = ++state.lastArrival;
  if (!keeps) takeNewTurn(state, order, before);
  // It need not wait for its reference to move.
  const isFreed = isPegged(order) && asked.priceTicks !== undefined && !order.isInactive;
  if (isFreed && order.place !== "ended") movePeg(state, order);
}

/** What was reached fires after the others, or waits anew for another price. */
function takeNewTurn(state: TwinState, order: TwinOrder, before: TwinOrder): void {
  if (order.reached === undefined) return;
  const isSame = order.triggerTicks === before.triggerTicks;
  order.reached = isSame ? { ...order.reached, turn: ++state.lastArrival } : undefined;
}

/** What fires it; 0 once it has fired, and for what nothing fires. */
function triggerTicksOf({ place, terms, triggerTicks, ...order }: TwinOrder): number {
  if (place === "waiting") return triggerTicks ?? 0;
  const sleeps = place === "parked" && hasTrigger(order) && terms.trailing !== true;
  return sleeps ? (terms.stopPxTicks ?? 0) : 0;
}

/** `index` is the place of the event that told the change. */
function joinTail(state: TwinState, order: TwinOrder, before: TwinOrder, index: number): void {
  if (order.place === "gathering" || gathers(state, order)) {
    if (order.place === "displayed" && isIceberg(order)) hide(state, order, before.priceTicks);
    if (order.place === "displayed") order.place = "gathering";
    order.arrival = ++state.lastArrival;
    return;
  }
  const meetsNobody = firstMaker(state, order, order.priceTicks) === undefined;
  // All or none is tried in the aftermath.
  if (meetsNobody || isAllOrNone(order)) {
    if (isOnBook(order)) addFlags(state, index, FLAG_ON_BOOK);
    order.arrival = ++state.lastArrival;
    if (order.place === "displayed") noteTop(state, order);
    if (!isIceberg(order)) return;
    showNextSlice(state, order);
    reportDisplayed(state, order, before.shownLots, before.priceTicks);
    return;
  }
  if (isIceberg(order)) hide(state, order, before.priceTicks);
  order.place = "nowhere";
  meetAndRest(state, order, order.priceTicks, false);
}

function rename(state: TwinState, order: TwinOrder, clOrdId: string): void {
  state.ids.set(idOf({ accountId: order.accountId, clOrdId }), order);
  endId(state, order);
  order.clOrdId = clOrdId;
}
