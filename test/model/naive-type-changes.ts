// A working order becomes one of another type, or is fired by something else from now on: it leaves
// where it stands and begins again.

import { EVENT_AMENDED, EVENT_RESTATED } from "../../src/codec/event.ts";
import type { AmendOrder } from "../../src/codec/record-for-test.ts";
import { EXEC_INST_HAS_TERMS, EXEC_INST_KNOWN } from "../../src/model/exec-inst.ts";
import {
  ORD_TYPE_LIMIT,
  ORD_TYPE_LIMIT_IF_TOUCHED,
  ORD_TYPE_MARKET_WITH_LEFTOVER,
  ORD_TYPE_STOP_LIMIT,
} from "../../src/model/ord-type.ts";
import { TRIGGER_LAST } from "../../src/model/order-terms.ts";
import * as reasons from "../../src/model/reasons.ts";
import { TIF_FOK } from "../../src/model/time-in-force.ts";
import { act, fillsWhole, limitOf, mustWait, setPrice, workingType } from "./naive-acting.ts";
import { isSupported, termsAgree } from "./naive-checks.ts";
import { gather, needsOthers, waitsForUncross } from "./naive-gathering.ts";
import { reasonNotToBeginAgain } from "./naive-limits.ts";
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
import { wouldTrigger } from "./naive-triggers.ts";

const WITH_LIMIT: readonly number[] = [
  ORD_TYPE_LIMIT,
  ORD_TYPE_STOP_LIMIT,
  ORD_TYPE_LIMIT_IF_TOUCHED,
];

/** Whether the amend asks for another type than the order has, or for another source. */
export function changesType(order: TwinOrder, asked: AmendOrder): boolean {
  const { ordType, triggerSource } = asked;
  if (ordType === undefined) return false;
  if (ordType !== order.ordType) return true;
  if (triggerSource === undefined || order.place !== "waiting") return false;
  return triggerSource !== (order.terms.triggerSource ?? TRIGGER_LAST);
}

/** The order as one of the type that is asked for; what that has no use for is gone. */
export function asOtherType(order: TwinOrder, wanted: TwinOrder, asked: AmendOrder): TwinOrder {
  const other: TwinOrder = {
    ...wanted,
    ordType: asked.ordType!,
    isTriggered: false,
    triggerTicks: undefined,
    leftoverTicks: undefined,
  };
  const { stopPxTicks, triggerSource, protectionTicks, ...terms } = order.terms;
  const waits = hasTrigger(other);
  const keeps = waits && order.place === "waiting";
  const stop = asked.stopPxTicks ?? (keeps ? stopPxTicks : undefined);
  const source = asked.triggerSource ?? (keeps ? triggerSource : undefined);
  other.terms = {
    ...terms,
    ...(stop === undefined ? {} : { stopPxTicks: stop }),
    ...(source === undefined ? {} : { triggerSource: source }),
    ...(protectionTicks === undefined || !isMarketOrder(other) ? {} : { protectionTicks }),
    ...(asked.expireTimeMicros === undefined ? {} : { expireTimeMicros: asked.expireTimeMicros }),
    ...(asked.displayQtyLots === undefined ? {} : { displayQtyLots: asked.displayQtyLots }),
  };
  if (waits) Object.assign(other, { execInst: other.execInst | EXEC_INST_HAS_TERMS });
  if (!WITH_LIMIT.includes(other.ordType)) other.priceTicks = 0;
  return other;
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
    terms: { ...other.terms, displayQtyLots: order.terms.displayQtyLots },
    hasTerms: hasTerms(other),
  };
  const isUnsupported =
    !mayChange(order) ||
    (asked.priceTicks !== undefined && !isLimited) ||
    (givesTrigger && !hasTrigger(other)) ||
    ordType === ORD_TYPE_MARKET_WITH_LEFTOVER ||
    isPegged(other) ||
    !isSupported(asNew);
  if (isUnsupported) return reasons.REASON_UNSUPPORTED_ORDER;
  const hadLimit = WITH_LIMIT.includes(order.ordType) || isLeftover(order);
  if (isLimited && !hadLimit && asked.priceTicks === undefined) return reasons.REASON_TERMS;
  return termsAgree(asNew) ? reasons.REASON_NONE : reasons.REASON_TERMS;
}

/** As the market is now, and its account. */
export function reasonToBegin(state: TwinState, order: TwinOrder, other: TwinOrder): number {
  const reason = reasonOfMarket(state, other);
  if (reason !== reasons.REASON_NONE) return reason;
  const working = { ...other, ordType: workingType(state, other) };
  return reasonNotToBeginAgain(state, order, working);
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
  order.ordType = workingType(state, order);
  setPrice(state, order);
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
  toFrontOfAccount(state, order);
  // It has come to its call, though that may be over by now.
  if (!mustWait(order) && waitsForUncross(state, order)) gather(state, order);
  else act(state, order, false);
}

function mayChange(order: TwinOrder): boolean {
  if (isPegged(order) || order.place === "parked" || isTrailing(order)) return false;
  if (order.listId !== 0 || (order.terms.minQtyLots ?? 0) > 0) return false;
  return !isIceberg(order) || order.place === "waiting";
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
  const isShort = other.timeInForce === TIF_FOK && !fillsWhole(state, priced);
  return isShort ? reasons.REASON_FOK_UNFILLABLE : reasons.REASON_NONE;
}
