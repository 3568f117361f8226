// The phases of instruments: the operator sets them, time ends them, and whatever in the engine
// finds that trading must stop says so with interrupt(). Chance comes from the log: a clock
// command carries a number, and when a call ends is a function of that and of the instrument.

import { mixed } from "../base/mixed.ts";
import { NONE } from "../base/none.ts";
import { readU64, writeU64 } from "../base/record-buffer.ts";
import { COMMAND_ACCOUNT_ID_WORD, COMMAND_INSTRUMENT_ID_WORD } from "../codec/command.ts";
import {
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_PHASE_CHANGED,
  EVENT_REASON_WORD,
} from "../codec/event.ts";
import {
  SET_PHASE_END_TIME_MICROS_WORD,
  SET_PHASE_NEXT_MICROS_WORD,
  SET_PHASE_PHASE_WORD,
  SET_PHASE_RANDOM_MICROS_WORD,
} from "../codec/market-command.ts";
import {
  PHASE_CHANGED_END_TIME_MICROS_WORD,
  PHASE_CHANGED_HAS_COLLAR_WORD,
  PHASE_CHANGED_HIGH_TICKS_WORD,
  PHASE_CHANGED_LOW_TICKS_WORD,
  PHASE_CHANGED_PHASE_WORD,
  PHASE_CHANGED_REFERENCE_TICKS_WORD,
} from "../codec/market-event.ts";
import {
  isCall,
  PHASE_CLOSED,
  PHASE_CLOSING_CALL,
  PHASE_CONTINUOUS,
  PHASE_MAX,
  phaseAfter,
} from "../model/phase.ts";
import {
  REASON_NONE,
  REASON_NOT_PERMITTED,
  REASON_PHASE_OVER,
  REASON_PHASE_SET,
  REASON_PHASE_TERMS,
  REASON_UNKNOWN_INSTRUMENT,
} from "../model/reasons.ts";
import type { CallExtensions } from "./call-extensions.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import type { Uncross } from "./uncross.ts";

const OPERATOR_ID = 0;
/** A phase and the one after it last less than so long, so that all times stay exact. */
const DURATION_MICROS_MAX = 1_000_000_000_000_000;

/** How a phase ends; nothing of it: when it is told to. */
export class PhasePlan {
  /** The earliest end; 0 when it is told to. */
  endTimeMicros = 0;
  /** Chance has it end up to so much later. */
  randomMicros = 0;
  nextPhase = PHASE_CONTINUOUS;
  /** How long the next phase lasts; 0 until it is told to end. */
  nextDurationMicros = 0;
}

/** Hears of every change of a phase, once it is told. */
export type PhaseListener = (book: number, phaseBefore: number, phase: number) => void;

export class Phases {
  readonly #tables: EngineTables;
  readonly #events: EventBuffer;
  readonly #extensions: CallExtensions;
  #uncross: Uncross | undefined = undefined;
  #tellChange: PhaseListener = () => {};
  /** Described anew for each change. */
  readonly #plan = new PhasePlan();

  constructor(tables: EngineTables, events: EventBuffer, extensions: CallExtensions) {
    this.#tables = tables;
    this.#events = events;
    this.#extensions = extensions;
  }

  /** Who trades what has gathered. Phases are built before it: trading itself may interrupt. */
  connect(uncross: Uncross): void {
    this.#uncross = uncross;
  }

  onChange(listener: PhaseListener): void {
    this.#tellChange = listener;
  }

  /** When the next phase ends, NEVER_MICROS (timer-heap.ts) when none does by itself. */
  get nextMicros(): number {
    return this.#tables.phases.nextMicros;
  }

  /** The operator's command; answers with the reason to refuse. */
  set(words: Int32Array, at: number): number {
    const { instruments } = this.#tables;
    if (words[at + COMMAND_ACCOUNT_ID_WORD] !== OPERATOR_ID) return REASON_NOT_PERMITTED;
    const instrumentId = words[at + COMMAND_INSTRUMENT_ID_WORD];
    const book = instrumentId === 0 ? NONE : instruments.find(instrumentId);
    if (instrumentId !== 0 && book === NONE) return REASON_UNKNOWN_INSTRUMENT;
    const phase = words[at + SET_PHASE_PHASE_WORD] & 0xff;
    if (!this.#readPlan(words, at, phase)) return REASON_PHASE_TERMS;
    if (book !== NONE) this.change(book, phase, REASON_PHASE_SET, this.#plan);
    else {
      for (let each = 0; each < instruments.count(); each++) {
        this.change(each, phase, REASON_PHASE_SET, this.#plan);
      }
    }
    return REASON_NONE;
  }

  /**
   * Trading stops being continuous now, whatever is being done: a halt or a volatility call because
   * of `reason`. What the order at work has left gathers or ends as in the new phase. A halt of
   * `durationMicros` is followed by a volatility call of `callMicros`, a call by continuous
   * trading; 0 is until the operator says otherwise. Does nothing where trading is not continuous.
   */
  interrupt(
    book: number,
    phase: number,
    reason: number,
    durationMicros: number,
    callMicros: number,
    randomMicros = 0,
  ): void {
    const { states, time } = this.#tables;
    if (states.phaseOf(book) !== PHASE_CONTINUOUS) return;
    this.#plan.endTimeMicros = durationMicros === 0 ? 0 : time.micros + durationMicros;
    this.#plan.randomMicros = randomMicros;
    this.#plan.nextPhase = phaseAfter(phase);
    this.#plan.nextDurationMicros = this.#plan.nextPhase === PHASE_CONTINUOUS ? 0 : callMicros;
    this.change(book, phase, reason, this.#plan);
  }

  /** Ends the phase that is over first, or extends it, or lets chance say when it does. */
  endNext(random: number): void {
    const { instruments, phases } = this.#tables;
    const book = phases.nextBook;
    const endTimeMicros = phases.endTimeMicrosOf(book);
    const randomMicros = phases.randomMicrosOf(book);
    if (randomMicros > 0) {
      const later = mixed(random, instruments.instrumentIdOf(book)) % (randomMicros + 1);
      phases.setEnd(book, endTimeMicros + later, 0);
      return;
    }
    const phase = phases.nextPhaseOf(book);
    if (this.#extend(book, phase, endTimeMicros)) return;
    const durationMicros = phases.nextDurationMicrosOf(book);
    this.#plan.endTimeMicros = durationMicros === 0 ? 0 : endTimeMicros + durationMicros;
    this.#plan.randomMicros = 0;
    this.#plan.nextPhase = phaseAfter(phase);
    this.#plan.nextDurationMicros = 0;
    this.change(book, phase, REASON_PHASE_OVER, this.#plan);
  }

  /** A call that its instrument's terms do not let end goes on, and everybody is told why. */
  #extend(book: number, nextPhase: number, endTimeMicros: number): boolean {
    const { callTerms, phases, states } = this.#tables;
    const phase = states.phaseOf(book);
    if (!isCall(phase) || !endsByUncross(phase, nextPhase)) return false;
    const reason = this.#extensions.reasonToExtend(book);
    if (reason === REASON_NONE) return false;
    phases.setExtensions(book, phases.extensionsOf(book) + 1);
    const plan = this.#plan;
    plan.endTimeMicros = endTimeMicros + callTerms.extensionMicrosOf(book);
    plan.nextPhase = nextPhase;
    phases.setEnd(book, plan.endTimeMicros, callTerms.randomMicrosOf(book));
    this.#report(book, phase, reason, plan);
    return true;
  }

  /** The book is in this phase from now on, and it is told why. What gathered may trade first. */
  change(book: number, phase: number, reason: number, plan: PhasePlan): void {
    const { calls, phases, states } = this.#tables;
    const phaseBefore = states.phaseOf(book);
    if (endsByUncross(phaseBefore, phase)) this.#uncross?.run(book);
    if (!isCall(phase)) calls.forget(book);
    states.setPhase(book, phase);
    phases.setEnd(book, plan.endTimeMicros, plan.randomMicros);
    phases.setNext(book, plan.nextPhase, plan.nextDurationMicros);
    phases.setExtensions(book, 0);
    this.#report(book, phaseBefore, reason, plan);
    if (phase === PHASE_CLOSING_CALL) this.#uncross?.joinClosingCall(book);
    this.#tellChange(book, phaseBefore, phase);
    states.touch(book);
  }

  #report(book: number, phaseBefore: number, reason: number, plan: PhasePlan): void {
    const { instruments, phases, states } = this.#tables;
    const at = this.#events.add(EVENT_PHASE_CHANGED);
    const { words } = this.#events;
    const phase = states.phaseOf(book);
    words[at + EVENT_INSTRUMENT_ID_WORD] = instruments.instrumentIdOf(book);
    words[at + PHASE_CHANGED_PHASE_WORD] =
      phase | (phaseBefore << 8) | (plan.nextPhase << 16) | (phases.extensionsOf(book) << 24);
    writeU64(words, at + PHASE_CHANGED_END_TIME_MICROS_WORD, plan.endTimeMicros);
    words[at + EVENT_REASON_WORD] = reason;
    if (!isCall(phase) || !this.#extensions.look(book)) return;
    words[at + PHASE_CHANGED_HAS_COLLAR_WORD] = 1;
    words[at + PHASE_CHANGED_REFERENCE_TICKS_WORD] = this.#extensions.referenceTicks;
    words[at + PHASE_CHANGED_LOW_TICKS_WORD] = this.#extensions.lowTicks;
    words[at + PHASE_CHANGED_HIGH_TICKS_WORD] = this.#extensions.highTicks;
  }

  /** Whether the command's phases and times make sense; they stand in the plan then. */
  #readPlan(words: Int32Array, at: number, phase: number): boolean {
    const plan = this.#plan;
    const { micros } = this.#tables.time;
    plan.nextPhase = (words[at + SET_PHASE_PHASE_WORD] >>> 8) & 0xff;
    plan.endTimeMicros = readU64(words, at + SET_PHASE_END_TIME_MICROS_WORD);
    plan.randomMicros = words[at + SET_PHASE_RANDOM_MICROS_WORD] >>> 0;
    plan.nextDurationMicros = readU64(words, at + SET_PHASE_NEXT_MICROS_WORD);
    if (phase > PHASE_MAX || plan.nextPhase > PHASE_MAX) return false;
    if (plan.nextDurationMicros > DURATION_MICROS_MAX) return false;
    if (plan.endTimeMicros !== 0) {
      return plan.endTimeMicros > micros && plan.endTimeMicros - micros <= DURATION_MICROS_MAX;
    }
    return plan.randomMicros === 0 && plan.nextDurationMicros === 0;
  }
}

/** Continuous trading begins with an uncross, and the closing call ends with one. */
function endsByUncross(phaseBefore: number, phase: number): boolean {
  if (phase === PHASE_CONTINUOUS) return phaseBefore !== PHASE_CONTINUOUS;
  return phase === PHASE_CLOSED && phaseBefore === PHASE_CLOSING_CALL;
}
