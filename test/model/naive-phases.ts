// The phases of an instrument's trading: set by the operator, ended by time and chance.

import {
  PHASE_CANCEL_ONLY,
  PHASE_CLOSED,
  PHASE_CLOSING_CALL,
  PHASE_CONTINUOUS,
  PHASE_HALT,
  PHASE_OPENING_CALL,
  PHASE_POST_ONLY,
  PHASE_PRE_OPEN,
  PHASE_VOLATILITY_CALL,
} from "../../src/model/phase.ts";
import * as reasons from "../../src/model/reasons.ts";
import { isPostOnlyOrder, type TwinOrder } from "./naive-order.ts";
import { type TwinState, tapeOf } from "./naive-state.ts";

/** What refuses new orders and amends. */
const REFUSALS = new Map([
  [PHASE_HALT, reasons.REASON_MARKET_HALTED],
  [PHASE_CANCEL_ONLY, reasons.REASON_CANCEL_ONLY],
  [PHASE_CLOSED, reasons.REASON_MARKET_CLOSED],
]);

const CALLS = [PHASE_OPENING_CALL, PHASE_VOLATILITY_CALL, PHASE_CLOSING_CALL];
/** Phases in which orders meet nobody before an uncross. */
const GATHERING = [PHASE_PRE_OPEN, ...CALLS, PHASE_HALT, PHASE_CANCEL_ONLY, PHASE_CLOSED];

export function gathers(state: TwinState, of: { instrumentId: number }): boolean {
  return GATHERING.includes(tapeOf(state, of).phase);
}

export function isInCall(state: TwinState, of: { instrumentId: number }): boolean {
  return CALLS.includes(tapeOf(state, of).phase);
}

export function isBeforeOpening(state: TwinState, of: { instrumentId: number }): boolean {
  return [PHASE_PRE_OPEN, PHASE_OPENING_CALL].includes(tapeOf(state, of).phase);
}

export function isClosingCall(state: TwinState, of: { instrumentId: number }): boolean {
  return tapeOf(state, of).phase === PHASE_CLOSING_CALL;
}

export function isContinuous(state: TwinState, of: { instrumentId: number }): boolean {
  return tapeOf(state, of).phase === PHASE_CONTINUOUS;
}

export function isPostOnlyPhase(state: TwinState, of: { instrumentId: number }): boolean {
  return tapeOf(state, of).phase === PHASE_POST_ONLY;
}

export function isClosed(state: TwinState, of: { instrumentId: number }): boolean {
  return tapeOf(state, of).phase === PHASE_CLOSED;
}

export function phaseReasonToReject(state: TwinState, order: TwinOrder): number {
  const refused = phaseReasonNotToAmend(state, order);
  if (refused !== reasons.REASON_NONE) return refused;
  if (isPostOnlyPhase(state, order)) {
    return isPostOnlyOrder(order) ? reasons.REASON_NONE : reasons.REASON_POST_ONLY_PHASE;
  }
  return reasons.REASON_NONE;
}

export function phaseReasonNotToAmend(state: TwinState, order: TwinOrder): number {
  return REFUSALS.get(tapeOf(state, order).phase) ?? reasons.REASON_NONE;
}
