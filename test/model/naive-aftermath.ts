// What follows from a command by itself, until nothing more does.

import {
  EVENT_ACCEPTED,
  EVENT_AMENDED,
  EVENT_CANCELED,
  EVENT_PHASE_CHANGED,
  EVENT_RESTATED,
  EVENT_TRIGGERED,
} from "../../src/codec/event.ts";
import {
  REASON_NO_REFERENCE,
  REASON_SPECIALS_FULL,
  REASON_WOULD_TRIGGER,
} from "../../src/model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { act, fillsWhole, meetAndRest, setPrice } from "./naive-acting.ts";
import { end, legsOf } from "./naive-ends.ts";
import { reasonNotToWake } from "./naive-limits.ts";
import { isAllOrNone, type TwinOrder } from "./naive-order.ts";
import { movePegs } from "./naive-pegs.ts";
import { isContinuous, isInCall } from "./naive-phases.ts";
import { protect } from "./naive-protections.ts";
import { queueOf } from "./naive-queues.ts";
import { isFullOfSpecials } from "./naive-specials.ts";
import { report, type TwinList, type TwinState, tapeOf, toFrontOfAccount } from "./naive-state.ts";
import { lacksReference } from "./naive-trailing.ts";
import { triggerRound, wouldTrigger } from "./naive-triggers.ts";
import { tellCall } from "./naive-uncross.ts";

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

/** The parent has been filled: the other legs begin to work. */
function activate(state: TwinState, list: TwinList): void {
  for (const leg of legsOf(state, list)) {
    if (leg.place === "ended") continue;
    leg.place = "nowhere";
    report(state, EVENT_TRIGGERED, leg, { lastPxTicks: tapeOf(state, leg).lastTicks ?? 0 });
    const accountReason = reasonNotToWake(state, leg);
    leg.isInactive = false;
    const reason = accountReason || reasonToEndActivated(state, leg);
    if (reason !== undefined) {
      end(state, leg, reason);
      continue;
    }
    // From now on it is like a new order.
    state.working = [...state.working.filter((other) => other !== leg), leg];
    toFrontOfAccount(state, leg);
    setPrice(state, leg);
    act(state, leg, false);
  }
}

function reasonToEndActivated(state: TwinState, leg: TwinOrder): number | undefined {
  if (lacksReference(state, leg)) return REASON_NO_REFERENCE;
  if (wouldTrigger(state, leg)) return REASON_WOULD_TRIGGER;
  return isFullOfSpecials(state, leg) ? REASON_SPECIALS_FULL : undefined;
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
      order.place = "nowhere";
      meetAndRest(state, order, order.priceTicks, false);
      passTraded = true;
    }
    if (!passTraded) return hasTraded;
    hasTraded = true;
  }
}
