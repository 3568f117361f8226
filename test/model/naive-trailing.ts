// Trigger prices that follow the market at a distance.

import { EVENT_RESTATED } from "../../src/codec/event.ts";
import { REASON_REPRICED } from "../../src/model/reasons.ts";
import {
  firesRising,
  isBuy,
  isStop,
  isTrailing,
  type Place,
  type SeenPrices,
  seenOnly,
  type TwinOrder,
  ticksBehind,
} from "./naive-order.ts";
import { instrumentOf, report, type TwinState, tapeOf } from "./naive-state.ts";

/** Whether the present last price lets a trailing order begin to track. */
export function tracksNow(state: TwinState, order: TwinOrder): boolean {
  const { lastTicks } = tapeOf(state, order);
  if (lastTicks === undefined) return false;
  return meetsStart(order, seenOnly(lastTicks));
}

export function beginTracking(state: TwinState, order: TwinOrder): void {
  const { lastTicks } = tapeOf(state, order);
  order.extremeTicks = lastTicks!;
  order.triggerTicks = stopFrom(state, order, lastTicks!);
}

/** Trailing orders of an instrument follow what they have seen; says whether any moved. */
export function trail(state: TwinState, instrumentId: number): boolean {
  const moved = trailingOf(state, instrumentId, "waiting")
    .filter(({ reached }) => reached === undefined)
    .filter((order) => order.seen !== undefined && follow(state, order, order.seen));
  for (const order of moved) reportMove(state, order);
  return moved.length > 0;
}

/** One price after the other, until one meets it. Whether its trigger price changed. */
function follow(state: TwinState, order: TwinOrder, { prices }: SeenPrices): boolean {
  const before = order.triggerTicks;
  for (const priceTicks of prices) {
    if (order.isMet) break;
    followOne(state, order, priceTicks);
    const stop = order.triggerTicks!;
    order.isMet = isBuy(order) ? priceTicks >= stop : priceTicks <= stop;
  }
  return order.triggerTicks !== before;
}

function followOne(state: TwinState, order: TwinOrder, priceTicks: number): void {
  const before = order.extremeTicks!;
  const isBetter = isBuy(order) ? priceTicks < before : priceTicks > before;
  if (!isBetter) return;
  order.extremeTicks = priceTicks;
  const present = order.triggerTicks!;
  const wanted = stopFrom(state, order, priceTicks);
  const step = order.terms.stepTicks || 1;
  const improvement = isBuy(order) ? present - wanted : wanted - present;
  if (improvement < step) return;
  order.triggerTicks = ticksBehind(order.side, present, Math.floor(improvement / step) * step);
}

/** Those that have seen their start price begin to track; says whether any did. */
export function startTracking(state: TwinState, instrumentId: number): boolean {
  const begun = trailingOf(state, instrumentId, "parked")
    .filter((order) => !order.isInactive)
    .filter((order) => order.seen !== undefined && meetsStart(order, order.seen));
  for (const order of begun) {
    beginTracking(state, order);
    reportMove(state, order);
  }
  return begun.length > 0;
}

function trailingOf(state: TwinState, instrumentId: number, place: Place): TwinOrder[] {
  return state.working
    .filter((order) => order.instrumentId === instrumentId && order.place === place)
    .filter(isTrailing)
    .sort((a, b) => a.turn - b.turn);
}

function reportMove(state: TwinState, order: TwinOrder): void {
  order.place = "waiting";
  order.arrival = ++state.lastArrival;
  report(state, EVENT_RESTATED, order, {
    lastQtyLots: order.leavesQtyLots,
    lastPxTicks: order.triggerTicks!,
    reason: REASON_REPRICED,
  });
}

function meetsStart(order: TwinOrder, { highTicks, lowTicks }: SeenPrices): boolean {
  const { stopPxTicks } = order.terms;
  if (stopPxTicks === undefined) return true;
  const startsRising = isStop(order) ? firesRising(order) : !firesRising(order);
  return startsRising ? highTicks >= stopPxTicks : lowTicks <= stopPxTicks;
}

function stopFrom(state: TwinState, order: TwinOrder, extreme: number): number {
  const { offsetTicks = 0, offsetIsBasisPoints = false } = order.terms;
  // Away from the market: whole ticks, upward. BigInt because the product may pass 2^53.
  const basisPoints = BigInt(Math.abs(extreme)) * BigInt(offsetTicks);
  const distance = offsetIsBasisPoints ? Number((basisPoints + 9_999n) / 10_000n) : offsetTicks;
  const stop = ticksBehind(order.side, extreme, -distance);
  const { priceTicksMin, priceTicksMax } = instrumentOf(state, order);
  return Math.min(Math.max(stop, priceTicksMin), priceTicksMax);
}

/** Without a start price it begins with the last trade's, which there must be. */
export function lacksReference(state: TwinState, order: TwinOrder): boolean {
  const { lastTicks } = tapeOf(state, order);
  return isTrailing(order) && order.terms.stopPxTicks === undefined && lastTicks === undefined;
}
