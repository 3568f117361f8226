// New orders and lists of them: refused whole, or accepted and set to work.

import { COMMAND_NEW_LIST } from "../../src/codec/command.ts";
import {
  EVENT_ACCEPTED,
  EVENT_COMMAND_REJECTED,
  EVENT_REJECTED,
  FLAG_ON_BOOK,
} from "../../src/codec/event.ts";
import type { NewOrderList, NewOrderWithTerms } from "../../src/codec/record-for-test.ts";
import {
  EXEC_INST_HAS_TERMS,
  EXEC_INST_ICEBERG,
  EXEC_INST_NO_PRICE,
} from "../../src/model/exec-inst.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET } from "../../src/model/ord-type.ts";
import { LIST_OCO, LIST_OTO, LIST_OTOCO, TERM_HAS_PRICE } from "../../src/model/order-terms.ts";
import * as reasons from "../../src/model/reasons.ts";
import { TIF_DAY, TIF_FOK, TIF_GTC, TIF_GTD, TIF_IOC } from "../../src/model/time-in-force.ts";
import {
  act,
  afterMakingWay,
  fillsWhole,
  limitOf,
  mustWait,
  park,
  setPrice,
  workingType,
} from "./naive-acting.ts";
import {
  type Entered,
  hasLimit,
  isByAmount,
  isSupported,
  takesPrice,
  takesQty,
  termsAgree,
} from "./naive-checks.ts";
import { end, withoutAlternatives } from "./naive-ends.ts";
import { comesToItsCall, needsOthers, waitsForUncross } from "./naive-gathering.ts";
import { hasTooManySlices, isFullOfSlices } from "./naive-icebergs.ts";
import { guardReason } from "./naive-kill-switches.ts";
import { reasonToReject } from "./naive-limits.ts";
import { tryOut } from "./naive-matching.ts";
import { takesNotional } from "./naive-notional.ts";
import {
  isBuy,
  isIceberg,
  isMarketOrder,
  isPegged,
  isPostOnlyOrder,
  slides,
  type TwinOrder,
} from "./naive-order.ts";
import { pegTarget } from "./naive-peg-prices.ts";
import { gathers, phaseReasonToReject } from "./naive-phases.ts";
import { firstMaker } from "./naive-queues.ts";
import { isFullOfSpecials } from "./naive-specials.ts";
import {
  addFlags,
  eventOf,
  idOf,
  newList,
  report,
  reportTerms,
  type TwinList,
  type TwinState,
  tapeOf,
  toFrontOfAccount,
} from "./naive-state.ts";
import { lacksReference } from "./naive-trailing.ts";
import { wouldTrigger } from "./naive-triggers.ts";

export type Asked = { accountId: number; sessionId: number; instrumentId: number };
/** The fields that a simple order leaves out are written out here. */
export type NewAsked = Omit<NewOrderWithTerms, "terms"> &
  Asked & {
    readonly terms?: NewOrderWithTerms["terms"];
  };

/** Places in the pool that the command needs, and what of it enters later. */
type Context = {
  readonly places: number;
  readonly isChild: boolean;
  readonly isLeg: boolean;
  readonly isReleased: boolean;
};

const ALONE: Context = { places: 1, isChild: false, isLeg: false, isReleased: false };

export function enter(state: TwinState, asked: NewAsked, commandKind: number): void {
  const entered = enteredOf(asked);
  const order = orderOf(entered, 0);
  const reason = reasonToRefuse(state, order, entered, ALONE);
  if (reason === reasons.REASON_NONE) accept(state, order);
  else refuse(state, order, entered, reason, commandKind);
}

export function enterList(state: TwinState, list: NewOrderList & Asked): void {
  const { listType, legs, legsCount = legs.length, accountId, sessionId, instrumentId } = list;
  const { isProRata = false } = list;
  const legsWanted = new Map([
    [LIST_OCO, 2],
    [LIST_OTO, 2],
    [LIST_OTOCO, 3],
  ]).get(listType);
  const commandKind = COMMAND_NEW_LIST;
  const lacksParent = isProRata && listType === LIST_OCO;
  if (legsWanted !== legsCount || lacksParent) {
    const reason = reasons.REASON_TERMS;
    const fields = { accountId, instrumentId, reason, commandKind };
    state.events.push(eventOf(EVENT_COMMAND_REJECTED, fields));
    return;
  }
  const listId = state.lists.length + 1;
  const entered = legs.map((leg) => enteredOf({ ...leg, accountId, sessionId, instrumentId }));
  const orders = entered.map((leg) => orderOf(leg, listId));
  const reasonOf = (order: TwinOrder, i: number) => {
    const context = {
      places: i === 0 ? legsCount : 0,
      isChild: listType !== LIST_OCO && i > 0,
      isLeg: true,
      isReleased: isProRata && i > 0,
    };
    const isTwice = orders.slice(0, i).some(({ clOrdId }) => clOrdId === order.clOrdId);
    return reasonToRefuse(state, order, entered[i], context, isTwice);
  };
  // The first leg at fault decides; those after it are not asked.
  for (const [atFault, order] of orders.entries()) {
    const reason = reasonOf(order, atFault);
    if (reason === reasons.REASON_NONE) continue;
    for (const [i, leg] of orders.entries()) {
      const linked = i === atFault ? reason : reasons.REASON_LINKED;
      refuse(state, leg, entered[i], linked, commandKind);
    }
    return;
  }
  const working = newList(state, listType, isProRata);
  for (const [i, order] of orders.entries()) acceptLeg(state, working, order, i);
}

function acceptLeg(state: TwinState, list: TwinList, order: TwinOrder, place: number): void {
  const isChild = list.listType !== LIST_OCO && place > 0;
  list.legIds.push(state.lastOrderId + 1);
  const isRefused = list.isDecided;
  if (!isChild && !isRefused) {
    const reason = reasonNotToBegin(state, order);
    if (reason === reasons.REASON_NONE) {
      accept(state, order);
    } else {
      introduce(state, order);
      end(state, order, reason);
    }
    if (place > 0 || list.listType !== LIST_OCO) return;
    // The other one has not entered: a fill or an end of the first decides before it does.
    if (order.cumQtyLots > 0 || order.place === "ended") list.isDecided = true;
    return;
  }
  order.isInactive = isChild;
  if (isPegged(order)) order.priceTicks = 0;
  introduce(state, order);
  if (isRefused) end(state, order, reasons.REASON_LINKED);
  else park(state, order);
}

/**
 * What the first leg did may have reached the second one, or changed what it would pay. Of its
 * account it is asked as if the first one held nothing, as an order that sleeps.
 */
function reasonNotToBegin(state: TwinState, order: TwinOrder): number {
  const working = { ...order, ordType: workingType(state, order) };
  const there = afterMakingWay(state, working);
  order.priceTicks = there.priceTicks;
  if (there.priceTicks !== working.priceTicks && !takesNotional(state, there)) {
    return reasons.REASON_NOTIONAL_OUT_OF_RANGE;
  }
  const reason = withoutAlternatives(state, order, () => reasonToReject(state, there, false, 0));
  if (reason !== reasons.REASON_NONE) return reason;
  return wouldTrigger(state, order) ? reasons.REASON_WOULD_TRIGGER : reasons.REASON_NONE;
}

/** Enters and acts. */
function accept(state: TwinState, order: TwinOrder): void {
  order.ordType = workingType(state, order);
  setPrice(state, order);
  const index = introduce(state, order);
  const restsAtOnce = act(state, order, true);
  if (restsAtOnce) addFlags(state, index, FLAG_ON_BOOK);
}

/** Enters; returns the place of its first event. */
export function introduce(state: TwinState, order: TwinOrder): number {
  Object.assign(order, { orderId: ++state.lastOrderId, turn: ++state.lastArrival });
  state.working.push(order);
  toFrontOfAccount(state, order);
  state.ids.set(idOf(order), order);
  const index = report(state, EVENT_ACCEPTED, order);
  if ((order.execInst & EXEC_INST_HAS_TERMS) !== 0) reportTerms(state, order);
  return index;
}

function refuse(
  state: TwinState,
  order: TwinOrder,
  { execInst, priceTicks, orderQtyLots, ...entered }: Entered,
  reason: number,
  commandKind: number,
): void {
  const isPriced = hasLimit({ ...entered, execInst, priceTicks, orderQtyLots });
  const { ordType } = entered;
  const sentTicks = isPriced ? (priceTicks ?? 0) : 0;
  const asSent = { ordType, execInst, orderQtyLots, priceTicks: sentTicks };
  report(state, EVENT_REJECTED, order, {
    ...asSent,
    leavesQtyLots: 0,
    reason,
    commandKind,
  });
}

function enteredOf(asked: NewAsked): Entered {
  const { postOnly = false, execInst = 0, ordType = ORD_TYPE_LIMIT } = asked;
  const { timeInForce = TIF_GTC, priceTicks, terms, ...rest } = asked;
  // A flow may say that there is a price and give none: then it is 0.
  const isCapped = ((terms?.extraFlags ?? 0) & TERM_HAS_PRICE) !== 0;
  return {
    ...rest,
    ordType,
    timeInForce,
    priceTicks: isPegged({ ordType }) && !isCapped ? priceTicks : (priceTicks ?? 0),
    execInst: execInst | (postOnly ? 1 : 0),
    terms: terms ?? {},
    hasTerms: terms !== undefined,
  };
}

function orderOf(entered: Entered, listId: number): TwinOrder {
  const { accountId, sessionId, instrumentId, side, ordType, timeInForce, terms } = entered;
  const { clOrdId, orderQtyLots, priceTicks = 0, hasTerms } = entered;
  const showsPart = (terms.displayQtyLots ?? 0) > 0;
  const setByExchange = (showsPart ? EXEC_INST_ICEBERG : 0) | (hasTerms ? EXEC_INST_HAS_TERMS : 0);
  return {
    ...{ orderId: 0, accountId, sessionId, instrumentId, side, ordType, timeInForce, clOrdId },
    execInst: entered.execInst | setByExchange,
    listId,
    priceTicks: hasLimit(entered) && !isPegged(entered) ? priceTicks : 0,
    orderQtyLots,
    cumQtyLots: 0,
    leavesQtyLots: orderQtyLots,
    terms,
    place: "nowhere",
    arrival: 0,
    turn: 0,
    isInactive: false,
    isTriggered: false,
    triggerTicks: undefined,
    seen: undefined,
    isMet: false,
    reached: undefined,
    extremeTicks: undefined,
    worstTicks: isPegged(entered) ? entered.priceTicks : undefined,
    shownLots: 0,
    sliceNumber: -1,
    publicId: 0,
    leftoverTicks: undefined,
  };
}

/** The first reason in the order of the rulebook. An amount is turned into lots on the way. */
function reasonToRefuse(
  state: TwinState,
  order: TwinOrder,
  entered: Entered,
  context: Context,
  isIdTwice = false,
): number {
  const reason = reasonOfItself(state, order, entered, context);
  if (reason !== reasons.REASON_NONE) return reason;
  const { accounts, limits } = state;
  if (!accounts.has(order.accountId) && accounts.size === limits.accountsMax) {
    return reasons.REASON_ACCOUNTS_FULL;
  }
  accounts.add(order.accountId);
  if (state.ids.has(idOf(order))) return reasons.REASON_DUPLICATE_CL_ORD_ID;
  const guarded = guardReason(state, order);
  if (guarded !== reasons.REASON_NONE) return guarded;
  if (isIdTwice) return reasons.REASON_DUPLICATE_CL_ORD_ID;
  // An amount becomes lots of the order itself, so that is no copy.
  const ordType = context.isChild ? order.ordType : workingType(state, order);
  const working = ordType === order.ordType ? order : { ...order, ordType };
  return reasonToKeepOut(state, working, entered, context);
}

/** For what its account and the market say of the order as it would work. */
function reasonToKeepOut(
  state: TwinState,
  order: TwinOrder,
  entered: Entered,
  context: Context,
): number {
  // Of an order by its amount the account is asked once that is lots.
  const isAmount = isByAmount(entered);
  // What makes way is measured where it comes to.
  const there = context.isChild ? order : afterMakingWay(state, order);
  if (there.priceTicks !== order.priceTicks && !takesNotional(state, there)) {
    return reasons.REASON_NOTIONAL_OUT_OF_RANGE;
  }
  const accountReason = () => {
    const asked = isAmount ? order : there;
    return reasonToReject(state, asked, context.isChild, context.places);
  };
  let next = isAmount ? reasons.REASON_NONE : accountReason();
  if (next === reasons.REASON_NONE && !context.isChild)
    next = reasonOfMarket(state, order, entered);
  if (next === reasons.REASON_NONE && isAmount) next = accountReason();
  if (next !== reasons.REASON_NONE) return next;
  return hasRoom(state, order, context) ? reasons.REASON_NONE : reasons.REASON_BOOK_FULL;
}

function reasonOfItself(
  state: TwinState,
  order: TwinOrder,
  entered: Entered,
  { isLeg, isReleased }: Context,
): number {
  const { terms, timeInForce, ordType } = entered;
  const instrument = state.instruments.get(order.instrumentId);
  if (instrument === undefined) return reasons.REASON_UNKNOWN_INSTRUMENT;
  // A gateway that has no ticks for a price writes 0 where it is between two of them.
  if ((entered.execInst & EXEC_INST_NO_PRICE) !== 0) {
    const hasSent = hasLimit(entered) && (!isPegged(entered) || entered.hasTerms);
    const isBetween = !hasSent || (entered.priceTicks ?? 0) === 0;
    return isBetween ? reasons.REASON_OFF_GRID : reasons.REASON_PRICE_OUT_OF_RANGE;
  }
  if (!isSupported(entered)) return reasons.REASON_UNSUPPORTED_ORDER;
  if (order.clOrdId === "") return reasons.REASON_CL_ORD_ID_MISSING;
  const hasAmount = (terms.quoteAmount ?? 0) > 0;
  // Of parts none may be too small for what it asks for.
  const asksForSome = isReleased && (terms.minQtyLots ?? 0) > 0;
  if (!termsAgree(entered) || (isLeg && hasAmount) || asksForSome) return reasons.REASON_TERMS;
  if (!isByAmount(entered) && !takesQty(instrument, order.orderQtyLots)) {
    return reasons.REASON_QTY_OUT_OF_RANGE;
  }
  const isOff = (ticks: number | undefined) =>
    ticks !== undefined && !takesPrice(instrument, ticks);
  const sentTicks = hasLimit(entered) ? (entered.priceTicks ?? 0) : undefined;
  if (!isPegged(entered) && isOff(sentTicks)) return reasons.REASON_PRICE_OUT_OF_RANGE;
  if (!takesNotional(state, order)) return reasons.REASON_NOTIONAL_OUT_OF_RANGE;
  if (isOff(sentTicks) || isOff(terms.stopPxTicks)) return reasons.REASON_PRICE_OUT_OF_RANGE;
  const isAllShown = isIceberg(order) && terms.displayQtyLots! >= order.orderQtyLots;
  if (isAllShown || hasTooManySlices(order)) return reasons.REASON_DISPLAY_QTY;
  if (isIceberg(order) && isFullOfSlices(state)) return reasons.REASON_SPECIALS_FULL;
  if (timeInForce === TIF_GTD && (terms.expireTimeMicros ?? 0) <= state.timeMicros) {
    return reasons.REASON_EXPIRE_TIME;
  }
  const hasCalendar = tapeOf(state, order).calendar !== undefined;
  if (timeInForce === TIF_DAY && ordType !== ORD_TYPE_MARKET && !hasCalendar) {
    return reasons.REASON_NO_CALENDAR;
  }
  if (!comesToItsCall(state, order)) return reasons.REASON_PHASE;
  const reason = phaseReasonToReject(state, order);
  if (reason !== reasons.REASON_NONE) return reason;
  const mustMeet = gathers(state, order) && needsOthers(order);
  return mustMeet ? reasons.REASON_PHASE : reasons.REASON_NONE;
}

function reasonOfMarket(state: TwinState, order: TwinOrder, entered: Entered): number {
  if (lacksReference(state, order)) return reasons.REASON_NO_REFERENCE;
  if (wouldTrigger(state, order)) return reasons.REASON_WOULD_TRIGGER;
  if (isFullOfSpecials(state, order)) return reasons.REASON_SPECIALS_FULL;
  if (mustWait(order)) return reasons.REASON_NONE;
  if (waitsForUncross(state, order)) {
    return needsOthers(order) ? reasons.REASON_PHASE : reasons.REASON_NONE;
  }
  const priced = { ...order };
  setPrice(state, priced);
  const isParked = isPegged(order) && pegTarget(state, order) === undefined;
  const wouldMeet = !isParked && firstMaker(state, priced, limitOf(state, priced)) !== undefined;
  if (isPostOnlyOrder(order) && wouldMeet) return reasons.REASON_POST_ONLY_WOULD_TRADE;
  if (isByAmount(entered)) {
    const lots = lotsForAmount(state, order);
    if (lots === 0) return reasons.REASON_QUOTE_AMOUNT;
    order.orderQtyLots = lots;
    order.leavesQtyLots = lots;
    return reasons.REASON_NONE;
  }
  if (order.timeInForce !== TIF_FOK) return reasons.REASON_NONE;
  if (!fillsWhole(state, order)) return reasons.REASON_FOK_UNFILLABLE;
  return isWithinAmount(state, order) ? reasons.REASON_NONE : reasons.REASON_QUOTE_AMOUNT;
}

/** What an amount buys or raises, transfers too, maker by maker until one is not taken whole. */
function lotsForAmount(state: TwinState, order: TwinOrder): number {
  const greedy = { ...order, leavesQtyLots: Number.MAX_SAFE_INTEGER };
  let amountLeft = order.terms.quoteAmount!;
  let lots = 0;
  for (const fill of tryOut(state, greedy, limitOf(state, greedy)).paid) {
    if (fill.priceTicks <= 0) break;
    const taken = Math.min(fill.lots, Math.floor(amountLeft / fill.priceTicks));
    if (fill.isAon && taken < fill.lots) break;
    lots += taken;
    amountLeft -= taken * fill.priceTicks;
    if (taken < fill.lots) break;
  }
  return lots;
}

function isWithinAmount(state: TwinState, order: TwinOrder): boolean {
  const { quoteAmount = 0 } = order.terms;
  if (quoteAmount === 0) return true;
  const { fills } = tryOut(state, order, limitOf(state, order));
  const amount = fills.reduce((sum, { priceTicks, lots }) => sum + priceTicks * lots, 0);
  return isBuy(order) ? amount <= quoteAmount : amount >= quoteAmount;
}

/** Only what may have to wait, park or rest needs room; a list needs it for all its legs. */
export function hasRoom(
  state: TwinState,
  order: TwinOrder,
  { places, isLeg }: Pick<Context, "places" | "isLeg">,
): boolean {
  if (state.working.length + places <= state.limits.ordersMax) return true;
  if (isLeg || mustWait(order) || waitsForUncross(state, order)) return false;
  const isBrief = order.timeInForce === TIF_IOC || order.timeInForce === TIF_FOK;
  if (isMarketOrder(order) || isBrief) return true;
  if (isPegged(order) && pegTarget(state, order) === undefined) return false;
  const priced = { ...order };
  setPrice(state, priced);
  return !slides(order) && fillsWhole(state, priced);
}
