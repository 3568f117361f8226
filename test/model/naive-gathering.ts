// Orders that work while nothing trades: they wait for an uncross, out of sight.

import { EVENT_BOOKED } from "../../src/codec/event.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../../src/model/ord-type.ts";
import { TIF_ATC, TIF_FOK, TIF_IOC, TIF_OPG } from "../../src/model/time-in-force.ts";
import { isDarkOrder, isPegged, type TwinOrder } from "./naive-order.ts";
import { gathers, isBeforeOpening, isClosingCall } from "./naive-phases.ts";
import { report, type TwinState, tapeOf, toFrontOfAccount } from "./naive-state.ts";

/** Whether it would meet nobody before an uncross. */
export function waitsForUncross(state: TwinState, order: TwinOrder): boolean {
  return gathers(state, order) || isForCall(order);
}

export function isForCall({ timeInForce }: TwinOrder): boolean {
  return timeInForce === TIF_OPG || timeInForce === TIF_ATC;
}

/** Whether the call that an order is for, if it is for one, is going on or will come. */
export function comesToItsCall(state: TwinState, order: TwinOrder): boolean {
  if (order.timeInForce === TIF_OPG) return isBeforeOpening(state, order);
  if (order.timeInForce !== TIF_ATC || isClosingCall(state, order)) return true;
  const { calendar } = tapeOf(state, order);
  return calendar !== undefined && calendar.closingCallSeconds < calendar.closeSeconds;
}

/** Whether it has to be met at once, so that it cannot wait for an uncross. */
export function needsOthers({ ordType, timeInForce, terms }: TwinOrder): boolean {
  const isBrief = timeInForce === TIF_IOC || timeInForce === TIF_FOK;
  const asksForSome = (terms.minQtyLots ?? 0) > 0 || (terms.quoteAmount ?? 0) > 0;
  return isBrief || asksForSome || ordType === ORD_TYPE_MARKET_WITH_LEFTOVER;
}

/** The order waits, out of sight, for an uncross. */
export function gather(state: TwinState, order: TwinOrder): void {
  report(state, EVENT_BOOKED, order, { flags: 0 });
  order.place = placeToGather(state, order);
  order.arrival = ++state.lastArrival;
  toFrontOfAccount(state, order);
}

function placeToGather(state: TwinState, order: TwinOrder): "parked" | "dark" | "gathering" {
  const isTooEarly = order.timeInForce === TIF_ATC && !isClosingCall(state, order);
  if (isTooEarly || isPegged(order)) return "parked";
  return isDarkOrder(order) ? "dark" : "gathering";
}
