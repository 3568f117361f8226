// Pegged orders go where their reference goes.

import { EVENT_AMENDED, EVENT_RESTATED, FLAG_ON_BOOK } from "../../src/codec/event.ts";
import { REASON_REPRICED } from "../../src/model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { meetAndRest, park } from "./naive-acting.ts";
import {
  isDarkOrder,
  isOnBook,
  isPegged,
  isPostOnlyOrder,
  type TwinOrder,
  ticksBehind,
} from "./naive-order.ts";
import { pegTarget } from "./naive-peg-prices.ts";
import { bestReference, firstMaker } from "./naive-queues.ts";
import { addFlags, instrumentOf, report, type TwinState, tapeOf } from "./naive-state.ts";

/** If best prices have changed, each peg in its turn; says whether any moved. */
export function movePegs(state: TwinState, instrumentId: number): boolean {
  const tape = tapeOf(state, { instrumentId });
  const bidTicks = bestReference(state, instrumentId, SIDE_BUY);
  const askTicks = bestReference(state, instrumentId, SIDE_SELL);
  if (bidTicks === tape.pegBidTicks && askTicks === tape.pegAskTicks) return false;
  tape.pegBidTicks = bidTicks;
  tape.pegAskTicks = askTicks;
  const pegs = state.working
    .filter((order) => order.instrumentId === instrumentId && isPegged(order) && !order.isInactive)
    .sort((a, b) => a.turn - b.turn);
  const moved = pegs.filter((order) => order.place !== "ended" && movePeg(state, order));
  return moved.length > 0;
}

/** To where it wants to stand now; says whether it moved. */
export function movePeg(state: TwinState, order: TwinOrder): boolean {
  const target = passiveTarget(state, order);
  const wasParked = order.place === "parked";
  if (wasParked ? target === undefined : target === order.priceTicks) return false;
  const lastPxTicks = isOnBook(order) ? order.priceTicks : 0;
  const kind = isOnBook(order) ? EVENT_AMENDED : EVENT_RESTATED;
  order.place = "nowhere";
  if (target === undefined) park(state, order);
  order.priceTicks = target ?? 0;
  const { leavesQtyLots: lastQtyLots } = order;
  const index = report(state, kind, order, { lastQtyLots, lastPxTicks, reason: REASON_REPRICED });
  if (target === undefined) return true;
  if (isDarkOrder(order) && !wasParked && firstMaker(state, order, target) === undefined) {
    order.place = "dark";
    order.arrival = ++state.lastArrival;
    return true;
  }
  const accountOrders = state.ofAccount.get(order.accountId)!;
  const restsAtOnce = meetAndRest(state, order, target, !wasParked);
  if (!restsAtOnce) return true;
  addFlags(state, index, FLAG_ON_BOOK);
  // It moved without meeting anybody: it has not come to work anew.
  state.ofAccount.set(order.accountId, accountOrders);
  return true;
}

/** A post-only peg that would trade stands one tick behind whom it would meet. */
function passiveTarget(state: TwinState, order: TwinOrder): number | undefined {
  const target = pegTarget(state, order);
  if (target === undefined || !isPostOnlyOrder(order)) return target;
  const maker = firstMaker(state, order, target);
  if (maker === undefined) return target;
  const behind = ticksBehind(order.side, maker.priceTicks, 1);
  const { priceTicksMin, priceTicksMax } = instrumentOf(state, order);
  return priceTicksMin <= behind && behind <= priceTicksMax ? behind : undefined;
}
