// What an instrument's phase, other than continuous trading, says to a new order, an amend or a
// cancel.

import { isPostOnly } from "../model/order-codes.ts";
import {
  PHASE_CANCEL_ONLY,
  PHASE_CLOSED,
  PHASE_HALT,
  PHASE_POST_ONLY,
  takesCancels,
} from "../model/phase.ts";
import {
  REASON_CANCEL_ONLY,
  REASON_MARKET_CLOSED,
  REASON_MARKET_HALTED,
  REASON_NONE,
  REASON_POST_ONLY_PHASE,
} from "../model/reasons.ts";

/** Why the phase refuses a new order. */
export function phaseReasonToReject(phase: number, orderCodes: number): number {
  const reason = phaseReasonNotToAmend(phase);
  if (reason !== REASON_NONE) return reason;
  const isTaken = phase !== PHASE_POST_ONLY || isPostOnly(orderCodes);
  return isTaken ? REASON_NONE : REASON_POST_ONLY_PHASE;
}

/** Why the phase refuses an amend. */
export function phaseReasonNotToAmend(phase: number): number {
  switch (phase) {
    case PHASE_HALT:
      return REASON_MARKET_HALTED;
    case PHASE_CANCEL_ONLY:
      return REASON_CANCEL_ONLY;
    case PHASE_CLOSED:
      return REASON_MARKET_CLOSED;
    default:
      return REASON_NONE;
  }
}

/** Why the phase refuses a cancel. */
export function phaseReasonNotToCancel(phase: number): number {
  return takesCancels(phase) ? REASON_NONE : REASON_MARKET_CLOSED;
}
