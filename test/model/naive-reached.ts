// Which waiting orders a price has reached. Each is asked by the trades that it has seen, once by
// all that it has seen since it was asked last, and by the quotes while trading is continuous.
// What is reached keeps its turn until it fires.

import { TRIGGER_LAST, TRIGGER_QUOTE } from "../../src/model/order-terms.ts";
import { firesRising, isBuy, isTrailing, type TwinOrder } from "./naive-order.ts";
import { isContinuous } from "./naive-phases.ts";
import { bidAndAsk } from "./naive-queues.ts";
import type { TwinState } from "./naive-state.ts";
import { startTracking, trail } from "./naive-trailing.ts";

/** A trade at this price is seen by every order that waits for one just now. */
export function show(
  state: TwinState,
  { instrumentId }: { instrumentId: number },
  priceTicks: number,
): void {
  for (const order of state.working) {
    if (order.instrumentId !== instrumentId || !watchesTrades(order)) continue;
    const prices = [...(order.seen?.prices ?? []), priceTicks];
    order.seen = { prices, highTicks: Math.max(...prices), lowTicks: Math.min(...prices) };
  }
}

/** It waits to be fired or to begin to track; a leg that sleeps does not. */
function watchesTrades(order: TwinOrder): boolean {
  return order.place === "waiting" || (isTrailing(order) && isParkedAwake(order));
}

function isParkedAwake({ place, isInactive }: TwinOrder): boolean {
  return place === "parked" && !isInactive;
}

/** Trailing orders move first; says whether any did. What is reached gets its turn. */
export function ask(state: TwinState, instrumentId: number): boolean {
  const hasMoved = trail(state, instrumentId);
  const isTrading = isContinuous(state, { instrumentId });
  const reached = ofInstrument(state, instrumentId)
    .filter(({ place, reached: before }) => place === "waiting" && before === undefined)
    .filter((order) => isTrading || sourceOf(order) === TRIGGER_LAST)
    .filter((order) => !isTrailing(order) || order.isMet)
    .filter((order) => sourceThrough(state, order) !== undefined)
    .sort(inFiringOrder);
  for (const order of reached) {
    order.reached = { byTicks: sourceThrough(state, order)!, turn: ++state.lastArrival };
  }
  // What begins to track now can be reached from now on.
  const hasBegun = startTracking(state, instrumentId);
  for (const order of ofInstrument(state, instrumentId)) order.seen = undefined;
  return hasMoved || hasBegun;
}

/** Before another order begins to wait: what was traded is older than it. */
export function askWhoHasSeen(state: TwinState, instrumentId: number): void {
  const hasSeen = ofInstrument(state, instrumentId).some(({ seen }) => seen !== undefined);
  if (hasSeen) ask(state, instrumentId);
}

/** Those that fire next, in their turn. */
export function reachedOf(state: TwinState, instrumentId: number): TwinOrder[] {
  return ofInstrument(state, instrumentId)
    .filter(({ reached }) => reached !== undefined)
    .sort((a, b) => a.reached!.turn - b.reached!.turn);
}

function ofInstrument(state: TwinState, instrumentId: number): TwinOrder[] {
  return state.working.filter((order) => order.instrumentId === instrumentId);
}

function sourceOf({ terms }: TwinOrder): number {
  return terms.triggerSource ?? TRIGGER_LAST;
}

/** The source price that has reached the order's trigger price; undefined if it has not. */
export function sourceThrough(state: TwinState, order: TwinOrder): number | undefined {
  const { triggerTicks, instrumentId, seen } = order;
  if (triggerTicks === undefined) return undefined;
  const isRising = firesRising(order);
  const isThrough = (ticks: number | undefined): ticks is number =>
    ticks !== undefined && (isRising ? ticks >= triggerTicks : ticks <= triggerTicks);
  if (sourceOf(order) === TRIGGER_LAST) {
    const ticks = isRising ? seen?.highTicks : seen?.lowTicks;
    return isThrough(ticks) ? ticks : undefined;
  }
  const { bidTicks, askTicks } = bidAndAsk(state, instrumentId);
  if (sourceOf(order) === TRIGGER_QUOTE) {
    const ticks = isBuy(order) ? askTicks : bidTicks;
    return isThrough(ticks) ? ticks : undefined;
  }
  if (bidTicks === undefined || askTicks === undefined) return undefined;
  const middle = (bidTicks + askTicks) / 2;
  return isThrough(middle) ? Math.floor(middle) : undefined;
}

/** Rising by ascending trigger price, then falling by descending; at one price by arrival. */
export function inFiringOrder(a: TwinOrder, b: TwinOrder): number {
  const isRising = firesRising(a);
  if (isRising !== firesRising(b)) return isRising ? -1 : 1;
  const ticks = a.triggerTicks! - b.triggerTicks!;
  if (ticks !== 0) return isRising ? ticks : -ticks;
  return a.arrival - b.arrival;
}
