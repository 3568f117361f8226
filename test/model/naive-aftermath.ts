// What follows from a command by itself, until nothing more does.

import {
  EVENT_ACCEPTED,
  EVENT_AMENDED,
  EVENT_CANCELED,
  EVENT_PHASE_CHANGED,
  EVENT_RESTATED,
  EVENT_TRIGGERED,
} from "../../src/codec/event.ts";
import { REASON_CREDIT_LIMIT } from "../../src/model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { fillsWhole, meetAndRest } from "./naive-acting.ts";
import { end, legsOf } from "./naive-ends.ts";
import { lacksCreditToTrade } from "./naive-limits.ts";
import { isAllOrNone } from "./naive-order.ts";
import { movePegs } from "./naive-pegs.ts";
import { isContinuous, isInCall } from "./naive-phases.ts";
import { protect } from "./naive-protections.ts";
import { queueOf } from "./naive-queues.ts";
import { ask } from "./naive-reached.ts";
import { release } from "./naive-releases.ts";
import { report, type TwinList, type TwinState, tapeOf } from "./naive-state.ts";
import { triggerRound } from "./naive-triggers.ts";
import { tellCall } from "./naive-uncross.ts";
import { wake } from "./naive-waking.ts";

/** Events after which others may follow in their instrument. */
const TOUCHING: readonly number[] = [
  EVENT_ACCEPTED,
  EVENT_AMENDED,
  EVENT_RESTATED,
  EVENT_CANCELED,
  EVENT_PHASE_CHANGED,
];

/** What follows from the command's events from this one on, instrument by instrument. */
export function settle(state: TwinState, fromEvent: number): void {
  protect(state);
  const told = state.events.slice(fromEvent).filter(({ kind }) => TOUCHING.includes(kind));
  const touched = new Set(told.map(({ instrumentId }) => instrumentId));
  for (const instrumentId of touched) {
    aftermath(state, instrumentId);
    // What stopped the trading may have reached orders, which fire when it goes on.
    if (!isContinuous(state, { instrumentId })) ask(state, instrumentId);
    if (isInCall(state, { instrumentId })) tellCall(state, instrumentId);
  }
}

/** Of one instrument, to its end. While trading is not continuous nothing is tried and fires. */
function aftermath(state: TwinState, instrumentId: number): void {
  tapeOf(state, { instrumentId }).firedCount = 0;
  for (;;) {
    while (state.listsToActivate.length > 0) activate(state, state.listsToActivate.shift()!);
    const retried = isContinuous(state, { instrumentId }) && retryAllOrNone(state, instrumentId);
    const moved = movePegs(state, instrumentId);
    const fired = isContinuous(state, { instrumentId }) && triggerRound(state, instrumentId);
    const protects = protect(state);
    if (!retried && !moved && !fired && !protects) return;
  }
}

/** The parent has been filled: the other legs begin to work, or so much of them as is due. */
function activate(state: TwinState, list: TwinList): void {
  if (list.isProRata) {
    release(state, list);
    return;
  }
  for (const leg of legsOf(state, list)) {
    if (leg.place === "ended") continue;
    leg.place = "nowhere";
    report(state, EVENT_TRIGGERED, leg, { lastPxTicks: tapeOf(state, leg).lastTicks ?? 0 });
    wake(state, leg);
  }
}

/** Passes over the resting all-or-none orders until a pass trades nothing. */
function retryAllOrNone(state: TwinState, instrumentId: number): boolean {
  let hasTraded = false;
  for (;;) {
    const waiting = [SIDE_BUY, SIDE_SELL].flatMap((side) =>
      queueOf(state, instrumentId, side).filter(isAllOrNone),
    );
    let passTraded = false;
    for (const order of waiting) {
      if (order.place === "ended" || !fillsWhole(state, order)) continue;
      passTraded = true;
      if (lacksCreditToTrade(state, order, order)) {
        end(state, order, REASON_CREDIT_LIMIT);
        continue;
      }
      order.place = "nowhere";
      meetAndRest(state, order, order.priceTicks, false);
    }
    if (!passTraded) return hasTraded;
    hasTraded = true;
  }
}
