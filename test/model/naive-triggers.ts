// Waiting orders fire: those that a price has reached, each in its turn.

import { EVENT_TRIGGERED } from "../../src/codec/event.ts";
import { PHASE_HALT, PHASE_VOLATILITY_CALL } from "../../src/model/phase.ts";
import {
  REASON_CASCADE,
  REASON_CREDIT_LIMIT,
  REASON_NOTIONAL_OUT_OF_RANGE,
  REASON_ORDER_EXCEEDS_LIMIT,
} from "../../src/model/reasons.ts";
import { act, letFiredRest, mustWait, reasonToEndAtOnce, setPrice } from "./naive-acting.ts";
import { end, endAlternatives } from "./naive-ends.ts";
import { isTooLarge, lacksCreditToTrade } from "./naive-limits.ts";
import { takesNotional } from "./naive-notional.ts";
import { isTrailing, seenOnly, type TwinOrder } from "./naive-order.ts";
import { interrupt } from "./naive-phase-changes.ts";
import { isContinuous } from "./naive-phases.ts";
import { ask, reachedOf, sourceThrough } from "./naive-reached.ts";
import { report, type TwinState, tapeOf } from "./naive-state.ts";
import { beginTracking, tracksNow } from "./naive-trailing.ts";

/** Trailing orders move, then what is reached fires, each in turn. Says whether anything did. */
export function triggerRound(state: TwinState, instrumentId: number): boolean {
  const tape = tapeOf(state, { instrumentId });
  const hasMoved = ask(state, instrumentId);
  const firedBefore = tape.firedCount;
  for (const order of reachedOf(state, instrumentId)) {
    if (order.place === "waiting" && mayFire(state, order)) fire(state, order);
  }
  return hasMoved || tape.firedCount > firedBefore;
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

function fire(state: TwinState, order: TwinOrder): void {
  const { byTicks } = order.reached!;
  order.place = "nowhere";
  order.isTriggered = true;
  order.reached = undefined;
  tapeOf(state, order).firedCount++;
  report(state, EVENT_TRIGGERED, order, { lastPxTicks: byTicks });
  endAlternatives(state, order);
  const waited = { ...order };
  letFiredRest(state, order);
  setPrice(state, order);
  const reason = reasonAfterFiring(state, waited, order);
  if (reason !== undefined) {
    end(state, order, reason);
    return;
  }
  act(state, order, false);
}

/** What makes way, or trades at other prices than it waited by, may be too much now. */
function reasonAfterFiring(
  state: TwinState,
  waited: TwinOrder,
  order: TwinOrder,
): number | undefined {
  if (reasonToEndAtOnce(state, order) !== undefined) return undefined;
  if (order.priceTicks !== waited.priceTicks) {
    if (!takesNotional(state, order)) return REASON_NOTIONAL_OUT_OF_RANGE;
    if (isTooLarge(state, order)) return REASON_ORDER_EXCEEDS_LIMIT;
  }
  return lacksCreditToTrade(state, waited, order) ? REASON_CREDIT_LIMIT : undefined;
}

/** Whether an order that is about to wait would fire at once, by the present price. */
export function wouldTrigger(state: TwinState, order: TwinOrder): boolean {
  if (!mustWait(order)) return false;
  const { lastTicks } = tapeOf(state, order);
  const probe = { ...order, seen: lastTicks === undefined ? undefined : seenOnly(lastTicks) };
  if (!isTrailing(order)) probe.triggerTicks = order.terms.stopPxTicks;
  else if (tracksNow(state, order)) beginTracking(state, probe);
  return sourceThrough(state, probe) !== undefined;
}
