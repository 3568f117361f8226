// Waiting orders: when they fire, and in which order.

import { EVENT_TRIGGERED } from "../../src/codec/event.ts";
import { TRIGGER_LAST, TRIGGER_QUOTE } from "../../src/model/order-terms.ts";
import { PHASE_HALT, PHASE_VOLATILITY_CALL } from "../../src/model/phase.ts";
import { REASON_CASCADE } from "../../src/model/reasons.ts";
import { act, mustWait, setPrice } from "./naive-acting.ts";
import { endAlternatives } from "./naive-ends.ts";
import { firesRising, isBuy, isTrailing, type TwinOrder } from "./naive-order.ts";
import { interrupt } from "./naive-phase-changes.ts";
import { isContinuous } from "./naive-phases.ts";
import { bidAndAsk } from "./naive-queues.ts";
import { report, type TwinState, tapeOf } from "./naive-state.ts";
import { beginTracking, type Round, startTracking, tracksNow, trail } from "./naive-trailing.ts";

type Fired = { readonly order: TwinOrder; readonly sourceTicks: number };

/** Trailing orders move, then what is through fires, each in turn. Says whether anything did. */
export function triggerRound(state: TwinState, instrumentId: number): boolean {
  const tape = tapeOf(state, { instrumentId });
  const { highTicks, lowTicks } = tape;
  tape.highTicks = undefined;
  tape.lowTicks = undefined;
  const round =
    highTicks === undefined || lowTicks === undefined ? undefined : { highTicks, lowTicks };
  const hasMoved = round !== undefined && trail(state, instrumentId, round);
  const fired = state.working
    .filter((order) => order.instrumentId === instrumentId && order.place === "waiting")
    .flatMap((order): Fired[] => {
      const sourceTicks = sourceThrough(state, order, round);
      return sourceTicks === undefined ? [] : [{ order, sourceTicks }];
    })
    .sort((a, b) => inFiringOrder(a.order, b.order));
  // What begins to track in this round can fire from the next one on.
  const hasBegun = round !== undefined && startTracking(state, instrumentId, round);
  const firedBefore = tape.firedCount;
  for (const { order, sourceTicks } of fired) {
    if (order.place === "waiting" && mayFire(state, order)) fire(state, order, sourceTicks);
  }
  // Where that stopped the trading, what was reached as well fires when it goes on.
  if (!isContinuous(state, { instrumentId }) && round !== undefined) {
    tape.highTicks = Math.max(tape.highTicks ?? round.highTicks, round.highTicks);
    tape.lowTicks = Math.min(tape.lowTicks ?? round.lowTicks, round.lowTicks);
  }
  return hasMoved || hasBegun || tape.firedCount > firedBefore;
}

/** Trading may have stopped by then, or stops because so many have fired already. */
function mayFire(state: TwinState, order: TwinOrder): boolean {
  const tape = tapeOf(state, order);
  const { ordersMax = 0, haltMicros = 0, callMicros = 0 } = tape.cascade ?? {};
  if (!isContinuous(state, order)) return false;
  if (ordersMax === 0 || tape.firedCount < ordersMax) return true;
  interrupt(state, order, PHASE_HALT, REASON_CASCADE, {
    endTimeMicros: haltMicros === 0 ? 0 : state.timeMicros + haltMicros,
    randomMicros: 0,
    nextPhase: PHASE_VOLATILITY_CALL,
    nextMicros: callMicros,
  });
  return false;
}

/** The source price that has reached the order's trigger price; undefined if it has not. */
function sourceThrough(
  state: TwinState,
  order: TwinOrder,
  round: Round | undefined,
): number | undefined {
  const { triggerTicks, instrumentId, terms } = order;
  if (triggerTicks === undefined) return undefined;
  const isRising = firesRising(order);
  const isThrough = (ticks: number | undefined): ticks is number =>
    ticks !== undefined && (isRising ? ticks >= triggerTicks : ticks <= triggerTicks);
  const { triggerSource = TRIGGER_LAST } = terms;
  if (triggerSource === TRIGGER_LAST) {
    const ticks = isRising ? round?.highTicks : round?.lowTicks;
    return isThrough(ticks) ? ticks : undefined;
  }
  const { bidTicks, askTicks } = bidAndAsk(state, instrumentId);
  if (triggerSource === TRIGGER_QUOTE) {
    const ticks = isBuy(order) ? askTicks : bidTicks;
    return isThrough(ticks) ? ticks : undefined;
  }
  if (bidTicks === undefined || askTicks === undefined) return undefined;
  const middle = (bidTicks + askTicks) / 2;
  return isThrough(middle) ? Math.floor(middle) : undefined;
}

/** As at entry: the present last price instead of a round's. */
function isThroughNow(state: TwinState, order: TwinOrder): boolean {
  const { lastTicks } = tapeOf(state, order);
  const round = lastTicks === undefined ? undefined : { highTicks: lastTicks, lowTicks: lastTicks };
  return sourceThrough(state, order, round) !== undefined;
}

/**
 * Rising by ascending trigger price, then falling by descending; then by source, of the quote those
 * of buyers before those of sellers; then by arrival.
 */
export function inFiringOrder(a: TwinOrder, b: TwinOrder): number {
  const isRising = firesRising(a);
  if (isRising !== firesRising(b)) return isRising ? -1 : 1;
  const ticks = a.triggerTicks! - b.triggerTicks!;
  if (ticks !== 0) return isRising ? ticks : -ticks;
  const source = (a.terms.triggerSource ?? 0) - (b.terms.triggerSource ?? 0);
  if (source !== 0) return source;
  if (a.terms.triggerSource === TRIGGER_QUOTE && a.side !== b.side) return a.side - b.side;
  return a.arrival - b.arrival;
}

function fire(state: TwinState, order: TwinOrder, sourceTicks: number): void {
  order.place = "nowhere";
  order.isTriggered = true;
  tapeOf(state, order).firedCount++;
  report(state, EVENT_TRIGGERED, order, { lastPxTicks: sourceTicks });
  endAlternatives(state, order);
  setPrice(state, order);
  act(state, order, false);
}

/** Whether an order that is about to wait would fire at once. */
export function wouldTrigger(state: TwinState, order: TwinOrder): boolean {
  if (!mustWait(order)) return false;
  const probe = { ...order };
  if (!isTrailing(order)) probe.triggerTicks = order.terms.stopPxTicks;
  else if (tracksNow(state, order)) beginTracking(state, probe);
  return isThroughNow(state, probe);
}
