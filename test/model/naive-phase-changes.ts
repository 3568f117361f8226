// Phases change: the operator sets them, time and chance end them.

import { EVENT_PHASE_CHANGED } from "../../src/codec/event.ts";
import type { PhaseOrder } from "../../src/codec/market-command.ts";
import {
  PHASE_CLOSED,
  PHASE_CLOSING_CALL,
  PHASE_CONTINUOUS,
  PHASE_HALT,
  PHASE_MAX,
  PHASE_OPENING_CALL,
  PHASE_PRE_OPEN,
  PHASE_VOLATILITY_CALL,
} from "../../src/model/phase.ts";
import * as reasons from "../../src/model/reasons.ts";
import { collarOf, reasonToExtend } from "./naive-call-terms.ts";
import { close } from "./naive-days.ts";
import { isContinuous, isInCall } from "./naive-phases.ts";
import {
  eventOf,
  NOTHING_PAIRED,
  type PhasePlan,
  type Tape,
  type TwinState,
  tapeOf,
} from "./naive-state.ts";
import { joinClosingCall, uncross } from "./naive-uncross.ts";

const DURATION_MICROS_MAX = 1_000_000_000_000_000;

export const UNTIL_TOLD: PhasePlan = {
  endTimeMicros: 0,
  randomMicros: 0,
  nextPhase: PHASE_CONTINUOUS,
  nextMicros: 0,
};

/** What follows where nobody said more; continuous trading anything else. */
const FOLLOWERS = new Map([
  [PHASE_PRE_OPEN, PHASE_OPENING_CALL],
  [PHASE_HALT, PHASE_VOLATILITY_CALL],
  [PHASE_CLOSING_CALL, PHASE_CLOSED],
  [PHASE_CLOSED, PHASE_CLOSED],
]);

/** The operator's command; returns the reason to refuse. */
export function setPhase(state: TwinState, asked: PhaseOrder): number {
  const { instrumentId, phase } = asked;
  const isOfAll = instrumentId === 0;
  if (!isOfAll && !state.instruments.has(instrumentId)) return reasons.REASON_UNKNOWN_INSTRUMENT;
  if (!isSound(state, asked)) return reasons.REASON_PHASE_TERMS;
  for (const each of isOfAll ? state.instruments.keys() : [instrumentId]) {
    change(state, each, phase, asked, reasons.REASON_PHASE_SET);
  }
  return reasons.REASON_NONE;
}

/** Trading stops being continuous now, whatever is being done. */
export function interrupt(
  state: TwinState,
  { instrumentId }: { instrumentId: number },
  phase: number,
  reason: number,
  plan: PhasePlan,
): void {
  if (isContinuous(state, { instrumentId })) change(state, instrumentId, phase, plan, reason);
}

function isSound(state: TwinState, asked: PhaseOrder): boolean {
  const { phase, nextPhase, endTimeMicros, randomMicros, nextMicros } = asked;
  if (phase > PHASE_MAX || nextPhase > PHASE_MAX || nextMicros > DURATION_MICROS_MAX) return false;
  if (endTimeMicros === 0) return randomMicros === 0 && nextMicros === 0;
  const durationMicros = endTimeMicros - state.timeMicros;
  return durationMicros > 0 && durationMicros <= DURATION_MICROS_MAX;
}

export function change(
  state: TwinState,
  instrumentId: number,
  phase: number,
  { endTimeMicros, randomMicros, nextPhase, nextMicros }: PhasePlan,
  reason: number,
): void {
  const tape = tapeOf(state, { instrumentId });
  const phaseBefore = tape.phase;
  if (endsByUncross(phaseBefore, phase)) uncross(state, instrumentId);
  tape.phase = phase;
  if (!isInCall(state, { instrumentId })) tape.told = NOTHING_PAIRED;
  tape.plan = { endTimeMicros, randomMicros, nextPhase, nextMicros };
  tape.extensions = 0;
  tell(state, instrumentId, phaseBefore, reason);
  if (phase === PHASE_CLOSING_CALL) joinClosingCall(state, instrumentId);
  if (phase === PHASE_CLOSED && phaseBefore !== PHASE_CLOSED) close(state, instrumentId);
}

function tell(state: TwinState, instrumentId: number, phaseBefore: number, reason: number): void {
  const { phase, plan, extensions } = tapeOf(state, { instrumentId });
  const { nextPhase, endTimeMicros } = plan;
  const isCall = isInCall(state, { instrumentId });
  const collar = isCall ? collarOf(state, { instrumentId }) : undefined;
  const told = { phase, phaseBefore, nextPhase, endTimeMicros, extensions, collar };
  state.events.push(eventOf(EVENT_PHASE_CHANGED, { instrumentId, reason, phase: told }));
}

/** Continuous trading begins with an uncross, and the closing call ends with one. */
function endsByUncross(phaseBefore: number, phase: number): boolean {
  if (phase === PHASE_CONTINUOUS) return phaseBefore !== PHASE_CONTINUOUS;
  return phase === PHASE_CLOSED && phaseBefore === PHASE_CLOSING_CALL;
}

/** When the next phase ends, and whose it is; of several the one listed first. */
export function nextEnd(state: TwinState): readonly [number, Tape, number] | undefined {
  const ends = [...state.tapes]
    .filter(([, { plan }]) => plan.endTimeMicros !== 0)
    .map(([instrumentId, tape]) => [instrumentId, tape, tape.plan.endTimeMicros] as const);
  return ends.sort((a, b) => a[2] - b[2])[0];
}

/** Ends the phase that is over first, or lets chance say when it does. */
export function endNext(state: TwinState, random: number): void {
  const [instrumentId, tape, endTimeMicros] = nextEnd(state)!;
  const { randomMicros, nextPhase, nextMicros } = tape.plan;
  if (randomMicros > 0) {
    const laterMicros = mixed(random, instrumentId) % (randomMicros + 1);
    tape.plan = { ...tape.plan, endTimeMicros: endTimeMicros + laterMicros, randomMicros: 0 };
    return;
  }
  if (extend(state, instrumentId, tape)) return;
  const plan = {
    endTimeMicros: nextMicros === 0 ? 0 : endTimeMicros + nextMicros,
    randomMicros: 0,
    nextPhase: FOLLOWERS.get(nextPhase) ?? PHASE_CONTINUOUS,
    nextMicros: 0,
  };
  change(state, instrumentId, nextPhase, plan, reasons.REASON_PHASE_OVER);
}

/** A call that its instrument does not let end goes on; says whether it does. */
function extend(state: TwinState, instrumentId: number, tape: Tape): boolean {
  const { phase, plan, callTerms } = tape;
  const isCall = isInCall(state, { instrumentId });
  if (!isCall || !endsByUncross(phase, plan.nextPhase)) return false;
  const reason = reasonToExtend(state, { instrumentId });
  if (reason === reasons.REASON_NONE || callTerms === undefined) return false;
  tape.extensions++;
  const endTimeMicros = plan.endTimeMicros + callTerms.extensionMicros;
  tape.plan = { ...plan, endTimeMicros, randomMicros: callTerms.randomMicros };
  tell(state, instrumentId, phase, reason);
  return true;
}

function mixed(random: number, instrumentId: number): number {
  let hash = Math.imul(random ^ Math.imul(instrumentId, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 0;
}
