// A working order becomes one of another type, or is fired by something else from now on: it leaves
// where it stands and begins again.

import { EVENT_AMENDED, EVENT_RESTATED } from "../../src/codec/event.ts";
import type { AmendOrder, PlainTerms } from "../../src/codec/record-for-test.ts";
import {
  EXEC_INST_HAS_TERMS,
  EXEC_INST_HIDDEN,
  EXEC_INST_ICEBERG,
  EXEC_INST_KNOWN,
} from "../../src/model/exec-inst.ts";
import {
  ORD_TYPE_LIMIT,
  ORD_TYPE_LIMIT_IF_TOUCHED,
  ORD_TYPE_MARKET_WITH_LEFTOVER,
  ORD_TYPE_STOP_LIMIT,
} from "../../src/model/ord-type.ts";
import { STP_DECREMENT, TRIGGER_LAST } from "../../src/model/order-terms.ts";
import * as reasons from "../../src/model/reasons.ts";
import { TIF_FOK } from "../../src/model/time-in-force.ts";
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
import { isSupported, termsAgree } from "./naive-checks.ts";
import { withoutAlternatives } from "./naive-ends.ts";
import { gather, needsOthers, waitsForUncross } from "./naive-gathering.ts";
import { hide } from "./naive-icebergs.ts";
import { reasonNotToBeginAgain } from "./naive-limits.ts";
import { takesNotional } from "./naive-notional.ts";
import {
  hasTerms,
  hasTrigger,
  isIceberg,
  isMarketOrder,
  isOnBook,
  isPegged,
  isPostOnlyOrder,
  isTrailing,
  type TwinOrder,
} from "./naive-order.ts";
import { gathers, phaseReasonToReject } from "./naive-phases.ts";
import { firstMaker } from "./naive-queues.ts";
import { report, type TwinState, toFrontOfAccount } from "./naive-state.ts";
import { modeOf } from "./naive-stp.ts";
import { wouldTrigger } from "./naive-triggers.ts";

const HOW_IT_RESTS = EXEC_INST_HIDDEN | EXEC_INST_ICEBERG;
const WITH_LIMIT: readonly number[] = [
  ORD_TYPE_LIMIT,
  ORD_TYPE_STOP_LIMIT,
  ORD_TYPE_LIMIT_IF_TOUCHED,
];

/** Whether it asks for another type, another source, or an end to the trailing. */
export function changesType(order: TwinOrder, asked: AmendOrder): boolean {
  const { ordType, stopPxTicks, triggerSource } = asked;
  if (ordType === undefined) return false;
  if (ordType !== order.ordType) return true;
  if (!isToFire(order)) return false;
  if (isTrailing(order) && stopPxTicks !== undefined) return true;
  return triggerSource !== undefined && triggerSource !== sourceOf(order);
}

function sourceOf({ terms }: TwinOrder): number {
  return terms.triggerSource ?? TRIGGER_LAST;
}

/** Nothing has fired it so far. */
function isToFire(order: TwinOrder): boolean {
  return order.place === "waiting" || (order.place === "parked" && hasTrigger(order));
}

/** The order as one of the type that is asked for; what that has no use for is gone. */
export function asOtherType(order: TwinOrder, wanted: TwinOrder, asked: AmendOrder): TwinOrder {
  const isLimited = WITH_LIMIT.includes(asked.ordType!);
  const other: TwinOrder = {
    ...wanted,
    ordType: asked.ordType!,
    execInst: isLimited ? wanted.execInst : wanted.execInst & ~HOW_IT_RESTS,
    priceTicks: isLimited ? (asked.priceTicks ?? limitBefore(order) ?? 0) : 0,
    isTriggered: false,
    triggerTicks: undefined,
    leftoverTicks: undefined,
    extremeTicks: undefined,
    worstTicks: undefined,
  };
  const { stopPxTicks, triggerSource, protectionTicks, minQtyLots, ...terms } = withoutReference(
    isLimited ? order : withoutSlices(order),
  );
  const waits = hasTrigger(other);
  const keeps = waits && isToFire(order) && !isTrailing(order);
  const stop = asked.stopPxTicks ?? (keeps ? stopPxTicks : undefined);
  const source = asked.triggerSource ?? (keeps ? triggerSource : undefined);
  other.terms = {
    ...terms,
    // Who works has had his minimum.
    ...(minQtyLots === undefined || !order.isInactive ? {} : { minQtyLots }),
    ...(stop === undefined ? {} : { stopPxTicks: stop }),
    ...(source === undefined ? {} : { triggerSource: source }),
    ...(protectionTicks === undefined || !isMarketOrder(other) ? {} : { protectionTicks }),
    ...(asked.expireTimeMicros === undefined ? {} : { expireTimeMicros: asked.expireTimeMicros }),
    ...(asked.displayQtyLots === undefined ? {} : { displayQtyLots: asked.displayQtyLots }),
  };
  if (waits) Object.assign(other, { execInst: other.execInst | EXEC_INST_HAS_TERMS });
  return other;
}

/** The limit that the order has by itself: a peg's is its worst price. */
function limitBefore(order: TwinOrder): number | undefined {
  if (isPegged(order)) return order.worstTicks;
  const hasLimit = WITH_LIMIT.includes(order.ordType) || (isLeftover(order) && !order.isInactive);
  return hasLimit ? order.priceTicks : undefined;
}

/** It follows no price any more. */
function withoutReference({ terms }: TwinOrder): PlainTerms {
  const { trailing, offsetTicks, offsetIsBasisPoints, stepTicks, ...others } = terms;
  const { pegPriceType, extraFlags, ...fixed } = others;
  return fixed;
}

/** It has no reserve behind what it shows. */
function withoutSlices(order: TwinOrder): TwinOrder {
  const { displayQtyLots, displayRandomLots, ...terms } = order.terms;
  return { ...order, terms };
}

/** Why it cannot become that, whatever the market is like. */
export function reasonOfType(order: TwinOrder, other: TwinOrder, asked: AmendOrder): number {
  const { ordType } = other;
  const isLimited = WITH_LIMIT.includes(ordType);
  const givesTrigger = asked.stopPxTicks !== undefined || asked.triggerSource !== undefined;
  const asNew = {
    ...other,
    execInst: other.execInst & EXEC_INST_KNOWN,
    // A new slice is looked at by itself.
    terms: isLimited ? { ...other.terms, displayQtyLots: order.terms.displayQtyLots } : other.terms,
    hasTerms: hasTerms(other),
  };
  const isUnsupported =
    (asked.priceTicks !== undefined && !isLimited) ||
    (asked.displayQtyLots !== undefined && !isLimited) ||
    (givesTrigger && !hasTrigger(other)) ||
    ordType === ORD_TYPE_MARKET_WITH_LEFTOVER ||
    isPegged(other) ||
    !isSupported(asNew);
  if (isUnsupported) return reasons.REASON_UNSUPPORTED_ORDER;
  const lacksLimit = isLimited && (asked.priceTicks ?? limitBefore(order)) === undefined;
  if (lacksLimit) return reasons.REASON_TERMS;
  return termsAgree(asNew) ? reasons.REASON_NONE : reasons.REASON_TERMS;
}

/** As the market is now, and its account. */
export function reasonToBegin(state: TwinState, order: TwinOrder, other: TwinOrder): number {
  const reason = order.isInactive ? reasons.REASON_NONE : reasonOfMarket(state, other);
  if (reason !== reasons.REASON_NONE) return reason;
  const ordType = order.isInactive ? other.ordType : workingType(state, other);
  const there = order.isInactive ? other : afterMakingWay(state, other);
  if (there.priceTicks !== other.priceTicks && !takesNotional(state, there)) {
    return reasons.REASON_NOTIONAL_OUT_OF_RANGE;
  }
  return withoutAlternatives(state, order, () =>
    reasonNotToBeginAgain(state, order, { ...there, ordType }),
  );
}

/** It is told, and begins again. */
export function beginAgain(
  state: TwinState,
  order: TwinOrder,
  other: TwinOrder,
  told: { readonly otherClOrdId?: string },
): void {
  const before = { ...order };
  const { clOrdId: _, ...fields } = other;
  Object.assign(order, fields, { place: "nowhere", reached: undefined, seen: undefined });
  if (!order.isInactive) {
    order.ordType = workingType(state, order);
    setPrice(state, order);
  }
  const stopTicks = hasTrigger(order) ? order.terms.stopPxTicks! : 0;
  const wasOnBook = isOnBook(before);
  report(state, wasOnBook ? EVENT_AMENDED : EVENT_RESTATED, order, {
    flags: 0,
    lastQtyLots: before.leavesQtyLots,
    lastPxTicks: wasOnBook ? before.priceTicks : stopTicks,
    ...told,
  });
  if (wasOnBook && hasTrigger(order)) {
    const { leavesQtyLots } = order;
    report(state, EVENT_RESTATED, order, { lastQtyLots: leavesQtyLots, lastPxTicks: stopTicks });
  }
  if (isIceberg(before) && before.place === "displayed") hide(state, order, before.priceTicks);
  toFrontOfAccount(state, order);
  if (order.isInactive) {
    park(state, order);
    return;
  }
  // It has come to its call, though that may be over by now.
  if (!mustWait(order) && waitsForUncross(state, order)) gather(state, order);
  else act(state, order, false);
}

function isLeftover({ ordType }: TwinOrder): boolean {
  return ordType === ORD_TYPE_MARKET_WITH_LEFTOVER;
}

function reasonOfMarket(state: TwinState, other: TwinOrder): number {
  const phaseReason = phaseReasonToReject(state, other);
  if (phaseReason !== reasons.REASON_NONE) return phaseReason;
  if (gathers(state, other) && needsOthers(other)) return reasons.REASON_PHASE;
  if (mustWait(other)) {
    return wouldTrigger(state, other) ? reasons.REASON_WOULD_TRIGGER : reasons.REASON_NONE;
  }
  if (waitsForUncross(state, other)) return reasons.REASON_NONE;
  const priced = { ...other, ordType: workingType(state, other) };
  setPrice(state, priced);
  const wouldMeet = firstMaker(state, priced, limitOf(state, priced)) !== undefined;
  if (isPostOnlyOrder(other) && wouldMeet) return reasons.REASON_POST_ONLY_WOULD_TRADE;
  const isWhole = modeOf(state, other) < STP_DECREMENT && fillsWhole(state, priced);
  const isShort = other.timeInForce === TIF_FOK && !isWhole;
  return isShort ? reasons.REASON_FOK_UNFILLABLE : reasons.REASON_NONE;
}
