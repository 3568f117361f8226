// Orders that slept begin to work, like new ones: children of a filled parent, and what a list
// releases of them.

import {
  REASON_BOOK_FULL,
  REASON_NO_REFERENCE,
  REASON_NONE,
  REASON_NOTIONAL_OUT_OF_RANGE,
  REASON_SPECIALS_FULL,
  REASON_WOULD_TRIGGER,
} from "../../src/model/reasons.ts";
import { act, afterMakingWay, mustWait, setPrice, workingType } from "./naive-acting.ts";
import { end, withoutAlternatives } from "./naive-ends.ts";
import { hasRoom } from "./naive-entry.ts";
import { comesToItsCall, needsOthers, waitsForUncross } from "./naive-gathering.ts";
import { reasonNotToWake } from "./naive-limits.ts";
import { takesNotional } from "./naive-notional.ts";
import { isPegged, isPostOnlyOrder, type TwinOrder } from "./naive-order.ts";
import { pegTarget } from "./naive-peg-prices.ts";
import { firstMaker } from "./naive-queues.ts";
import { isFullOfSpecials } from "./naive-specials.ts";
import { type TwinState, toFrontOfAccount } from "./naive-state.ts";
import { lacksReference } from "./naive-trailing.ts";
import { wouldTrigger } from "./naive-triggers.ts";

/** It is asked now what it was not asked when it came, and works or ends. */
export function wake(state: TwinState, order: TwinOrder): void {
  order.ordType = workingType(state, order);
  const priceBefore = order.priceTicks;
  order.priceTicks = afterMakingWay(state, order).priceTicks;
  const isWorth = order.priceTicks === priceBefore || takesNotional(state, order);
  const accountReason = isWorth
    ? withoutAlternatives(state, order, () => reasonNotToWake(state, order))
    : REASON_NOTIONAL_OUT_OF_RANGE;
  order.isInactive = false;
  order.turn = ++state.lastArrival;
  const reason = accountReason || reasonOfMarket(state, order);
  if (reason !== REASON_NONE) {
    end(state, order, reason);
    return;
  }
  // From now on it is like a new order.
  state.working = [...state.working.filter((other) => other !== order), order];
  toFrontOfAccount(state, order);
  setPrice(state, order);
  act(state, order, false);
}

function reasonOfMarket(state: TwinState, order: TwinOrder): number {
  if (lacksReference(state, order)) return REASON_NO_REFERENCE;
  if (wouldTrigger(state, order)) return REASON_WOULD_TRIGGER;
  if (isFullOfSpecials(state, order)) return REASON_SPECIALS_FULL;
  if (!lacksRoom(state, order)) return REASON_NONE;
  // It ends with the price that it would have had.
  setPrice(state, order);
  return REASON_BOOK_FULL;
}

/** A child has a place already; what is released of one needs another, unless it ends at once. */
function lacksRoom(state: TwinState, order: TwinOrder): boolean {
  if (state.working.length <= state.limits.ordersMax) return false;
  const priced = { ...order };
  setPrice(state, priced);
  const isRefused = !waitsAlone(state, order) && mayNotWork(state, priced);
  return !isRefused && !hasRoom(state, order, { places: 0, isLeg: false });
}

/** For a price of its own. */
function waitsAlone(state: TwinState, order: TwinOrder): boolean {
  return mustWait(order) || (isPegged(order) && pegTarget(state, order) === undefined);
}

function mayNotWork(state: TwinState, order: TwinOrder): boolean {
  if (waitsForUncross(state, order)) return needsOthers(order) || !comesToItsCall(state, order);
  return isPostOnlyOrder(order) && firstMaker(state, order, order.priceTicks) !== undefined;
}
