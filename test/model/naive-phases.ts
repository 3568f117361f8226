// The phases of an instrument's trading in which nothing gathers for a call: set by the operator,
// ended by time and chance.

import { EVENT_PHASE_CHANGED } from "../../src/codec/event.ts";
import type { PhaseOrder } from "../../src/codec/market-command.ts";
import {
  PHASE_CANCEL_ONLY,
  PHASE_CLOSED,
  PHASE_CONTINUOUS,
  PHASE_HALT,
  PHASE_MAX,
  PHASE_POST_ONLY,
} from "../../src/model/phase.ts";
import * as reasons from "../../src/model/reasons.ts";
import { isPostOnlyOrder, type TwinOrder } from "./naive-order.ts";
import { eventOf, type Tape, type TwinState, tapeOf } from "./naive-state.ts";

/** How a phase ends; with an end of 0 when it is told to. */
export type PhasePlan = Pick<
  PhaseOrder,
  "endTimeMicros" | "randomMicros" | "nextPhase" | "nextMicros"
>;

const DURATION_MICROS_MAX = 1_000_000_000_000_000;

export const UNTIL_TOLD: PhasePlan = {
  endTimeMicros: 0,
  randomMicros: 0,
  nextPhase: PHASE_CONTINUOUS,
  nextMicros: 0,
};

/** What refuses new orders and amends. */
const REFUSALS = new Map([
  [PHASE_HALT, reasons.REASON_MARKET_HALTED],
  [PHASE_CANCEL_ONLY, reasons.REASON_CANCEL_ONLY],
  [PHASE_CLOSED, reasons.REASON_MARKET_CLOSED],
]);

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
  const isRefused = isPostOnlyPhase(state, order) && !isPostOnlyOrder(order);
  return isRefused ? reasons.REASON_POST_ONLY_PHASE : phaseReasonNotToAmend(state, order);
}

export function phaseReasonNotToAmend(state: TwinState, order: TwinOrder): number {
  return REFUSALS.get(tapeOf(state, order).phase) ?? reasons.REASON_NONE;
}

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

function isSound(state: TwinState, asked: PhaseOrder): boolean {
  const { phase, nextPhase, endTimeMicros, randomMicros, nextMicros } = asked;
  if (phase > PHASE_MAX || nextPhase > PHASE_MAX || nextMicros > DURATION_MICROS_MAX) return false;
  if (endTimeMicros === 0) return randomMicros === 0 && nextMicros === 0;
  const durationMicros = endTimeMicros - state.timeMicros;
  return durationMicros > 0 && durationMicros <= DURATION_MICROS_MAX;
}

function change(
  state: TwinState,
  instrumentId: number,
  phase: number,
  { endTimeMicros, randomMicros, nextPhase, nextMicros }: PhasePlan,
  reason: number,
): void {
  const tape = tapeOf(state, { instrumentId });
  const phaseBefore = tape.phase;
  tape.phase = phase;
  tape.plan = { endTimeMicros, randomMicros, nextPhase, nextMicros };
  const told = { phase, phaseBefore, nextPhase, endTimeMicros, extensions: 0, collar: undefined };
  state.events.push(eventOf(EVENT_PHASE_CHANGED, { instrumentId, reason, phase: told }));
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
  const plan = {
    endTimeMicros: nextMicros === 0 ? 0 : endTimeMicros + nextMicros,
    randomMicros: 0,
    // A closed market stays closed; anything else goes on.
    nextPhase: nextPhase === PHASE_CLOSED ? PHASE_CLOSED : PHASE_CONTINUOUS,
    nextMicros: 0,
  };
  change(state, instrumentId, nextPhase, plan, reasons.REASON_PHASE_OVER);
}

function mixed(random: number, instrumentId: number): number {
  let hash = Math.imul(random ^ Math.imul(instrumentId, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 0;
}
