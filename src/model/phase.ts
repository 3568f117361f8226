// The phase of an instrument's trading. An instrument that was never told otherwise trades
// continuously. The numbers are sorted so that one comparison says what a phase takes.

/** Orders match as they come. */
export const PHASE_CONTINUOUS = 0;
/** Post-only orders that meet nobody are taken; nothing trades. */
export const PHASE_POST_ONLY = 1;
/** Orders gather for the opening call. */
export const PHASE_PRE_OPEN = 2;
/** Orders gather, and what price they would trade at is told. */
export const PHASE_OPENING_CALL = 3;
export const PHASE_VOLATILITY_CALL = 4;
export const PHASE_CLOSING_CALL = 5;
/** Nothing is taken but cancels: for the market's sake, and (cancel-only) for the venue's. */
export const PHASE_HALT = 6;
export const PHASE_CANCEL_ONLY = 7;
/** Nothing is taken. */
export const PHASE_CLOSED = 8;

export const PHASE_MAX = PHASE_CLOSED;

/** Names of the phases in the JSON interfaces, by number. */
export const PHASE_NAMES = [
  "continuous",
  "postOnly",
  "preOpen",
  "openingCall",
  "volatilityCall",
  "closingCall",
  "halt",
  "cancelOnly",
  "closed",
] as const;

export type PhaseName = (typeof PHASE_NAMES)[number];

export function phaseName(phase: number): PhaseName {
  return PHASE_NAMES[phase];
}

/** Whether orders that enter or work wait for the next uncross instead of meeting anybody. */
export function gathers(phase: number): boolean {
  return phase > PHASE_POST_ONLY;
}

export function takesCancels(phase: number): boolean {
  return phase !== PHASE_CLOSED;
}

/** Whether orders gather for the opening call. */
export function isBeforeOpening(phase: number): boolean {
  return phase === PHASE_PRE_OPEN || phase === PHASE_OPENING_CALL;
}

/** Whether orders gather for a price that is told while they do. */
export function isCall(phase: number): boolean {
  return phase >= PHASE_OPENING_CALL && phase <= PHASE_CLOSING_CALL;
}

/** What follows a phase whose time is over where nobody said more. */
export function phaseAfter(phase: number): number {
  if (phase === PHASE_PRE_OPEN) return PHASE_OPENING_CALL;
  if (phase === PHASE_HALT) return PHASE_VOLATILITY_CALL;
  return phase === PHASE_CLOSING_CALL || phase === PHASE_CLOSED ? PHASE_CLOSED : PHASE_CONTINUOUS;
}
