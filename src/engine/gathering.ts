// Orders that work while nothing trades: they wait for an uncross, out of sight.

import {
  DARK,
  LADDER_CALL,
  LADDER_CALL_MARKET,
  LADDER_PARKED,
  ladderOf,
} from "../book/ladder-kinds.ts";
import {
  isDark,
  isForCalls,
  isLasting,
  isPegged,
  sideOf,
  timeInForceOf,
  worksAsMarket,
} from "../model/order-codes.ts";
import { gathers, PHASE_CLOSING_CALL } from "../model/phase.ts";
import { TIF_ATC } from "../model/time-in-force.ts";

/** Whether an order that begins to work in this phase waits for an uncross. */
export function waitsForUncross(phase: number, orderCodes: number): boolean {
  return gathers(phase) || isForCalls(timeInForceOf(orderCodes));
}

/** Whether the order can wait for an uncross: it lasts, and does not need to be met at once. */
export function mayGather(orderCodes: number): boolean {
  const timeInForce = timeInForceOf(orderCodes);
  return isLasting(timeInForce) || isForCalls(timeInForce);
}

/** Where it waits: at-the-close orders parked until their call begins, pegged ones to its end. */
export function gatherLadderOf(phase: number, book: number, orderCodes: number): number {
  const isTooEarly = timeInForceOf(orderCodes) === TIF_ATC && phase !== PHASE_CLOSING_CALL;
  if (!isTooEarly && !isPegged(orderCodes)) return callLadderOf(book, orderCodes);
  return ladderOf(book, sideOf(orderCodes)) + LADDER_PARKED;
}

/** The ladder on which an order of this kind gathers. */
export function callLadderOf(book: number, orderCodes: number): number {
  const displayed = ladderOf(book, sideOf(orderCodes));
  if (worksAsMarket(orderCodes)) return displayed + LADDER_CALL_MARKET;
  return displayed + (isDark(orderCodes) ? DARK : LADDER_CALL);
}
