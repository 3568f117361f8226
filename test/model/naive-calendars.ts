// Calendars: when an instrument trades, and what the end of its day does.

import { COMMAND_SET_CALENDAR, COMMAND_SET_DAY } from "../../src/codec/command.ts";
import { EVENT_CALENDAR_SET } from "../../src/codec/event.ts";
import type { CalendarDay } from "../../src/codec/market-command.ts";
import {
  type CalendarTerms,
  CLOSE_SECONDS_MAX,
  DAY_MAX,
  DAY_SECONDS,
  type SessionTerms,
  UTC_OFFSET_SECONDS_MAX,
  WEEKDAYS_MASK,
} from "../../src/model/calendar.ts";
import {
  PHASE_CANCEL_ONLY,
  PHASE_CLOSED,
  PHASE_CLOSING_CALL,
  PHASE_CONTINUOUS,
  PHASE_HALT,
  PHASE_OPENING_CALL,
  PHASE_PRE_OPEN,
} from "../../src/model/phase.ts";
import * as reasons from "../../src/model/reasons.ts";
import { endDay } from "./naive-days.ts";
import { forgetEndedIds } from "./naive-ends.ts";
import { change } from "./naive-phase-changes.ts";
import { isInCall } from "./naive-phases.ts";
import { eventOf, type Tape, type TwinState, tapeOf } from "./naive-state.ts";

const SECOND_MICROS = 1_000_000;
/** Day 0 was a Thursday; Monday is 0. */
const WEEKDAY_OF_DAY_0 = 3;
const DAYS_AHEAD = 400;

/** What a session has before its close, in the order of its times. */
const PHASES = [PHASE_PRE_OPEN, PHASE_OPENING_CALL, PHASE_CONTINUOUS, PHASE_CLOSING_CALL] as const;

export type DayTerms = SessionTerms | "closed" | "usual";

/** Beginnings of the four phases and the close. */
type Session = { readonly times: readonly number[]; readonly randomMicros: number };

/** Without terms the calendar goes away. Returns the reason to refuse. */
export function setCalendar(
  state: TwinState,
  instrumentId: number,
  terms: CalendarTerms | undefined,
): number {
  const { instruments } = state;
  if (instrumentId !== 0 && !instruments.has(instrumentId)) {
    return reasons.REASON_UNKNOWN_INSTRUMENT;
  }
  const isSound =
    terms === undefined ||
    ((terms.weekdays & ~WEEKDAYS_MASK) === 0 &&
      Math.abs(terms.utcOffsetSeconds) <= UTC_OFFSET_SECONDS_MAX &&
      isSoundSession(terms));
  if (!isSound) return reasons.REASON_CALENDAR_TERMS;
  const commandKind = COMMAND_SET_CALENDAR;
  state.events.push(eventOf(EVENT_CALENDAR_SET, { instrumentId, commandKind }));
  for (const each of instrumentId === 0 ? instruments.keys() : [instrumentId]) {
    const tape = tapeOf(state, { instrumentId: each });
    const had = tape.calendar !== undefined;
    tape.calendar = terms;
    tape.calendarMicros = undefined;
    if (terms !== undefined) follow(state, each, state.timeMicros);
    else if (had) endDay(state, each);
    forgetEndedIds(state);
  }
  return reasons.REASON_NONE;
}

/** One day of an instrument, or with instrument 0 of all, is otherwise. */
export function setDay(
  state: TwinState,
  { instrumentId, day }: CalendarDay,
  session: DayTerms,
): number {
  const { instruments } = state;
  if (instrumentId !== 0 && !instruments.has(instrumentId)) {
    return reasons.REASON_UNKNOWN_INSTRUMENT;
  }
  const isSound = typeof session === "string" || isSoundSession(session);
  if (day > DAY_MAX || !isSound) return reasons.REASON_CALENDAR_TERMS;
  state.days.set(`${instrumentId} ${day}`, session);
  const commandKind = COMMAND_SET_DAY;
  state.events.push(eventOf(EVENT_CALENDAR_SET, { instrumentId, commandKind }));
  for (const each of instrumentId === 0 ? instruments.keys() : [instrumentId]) {
    const { calendar } = tapeOf(state, { instrumentId: each });
    if (calendar !== undefined) follow(state, each, state.timeMicros);
  }
  return reasons.REASON_NONE;
}

/** Times do not fall, the market trades for a while, and ends before it could begin anew. */
function isSoundSession(session: SessionTerms): boolean {
  const times = secondsOf(session);
  const [first, last] = [times[0], times[times.length - 1]];
  const rises = times.every((seconds, i) => i === 0 || times[i - 1] <= seconds);
  return rises && first < last && last - first <= DAY_SECONDS && last <= CLOSE_SECONDS_MAX;
}

function secondsOf(session: SessionTerms): readonly number[] {
  const { preOpenSeconds, openingCallSeconds, openSeconds } = session;
  return [
    preOpenSeconds,
    openingCallSeconds,
    openSeconds,
    session.closingCallSeconds,
    session.closeSeconds,
  ];
}

/** When the next calendar does something, and whose it is; of several the one listed first. */
export function nextOfCalendars(state: TwinState): readonly [number, number] | undefined {
  const due = [...state.tapes].flatMap(([instrumentId, { calendarMicros }]) =>
    calendarMicros === undefined ? [] : [[instrumentId, calendarMicros] as const],
  );
  return due.sort((a, b) => a[1] - b[1])[0];
}

/** The instrument's phase becomes what its calendar has at this time. */
export function follow(state: TwinState, instrumentId: number, timeMicros: number): void {
  const tape = tapeOf(state, { instrumentId });
  const { phase, endMicros, randomMicros } = phaseAt(state, instrumentId, timeMicros);
  if (isToChange(state, instrumentId, phase)) {
    const isCall = phase === PHASE_OPENING_CALL || phase === PHASE_CLOSING_CALL;
    const plan = {
      endTimeMicros: isCall ? endMicros : 0,
      randomMicros: isCall ? randomMicros : 0,
      nextPhase: phase === PHASE_CLOSING_CALL ? PHASE_CLOSED : PHASE_CONTINUOUS,
      nextMicros: 0,
    };
    change(state, instrumentId, phase, plan, reasons.REASON_CALENDAR);
  }
  tape.calendarMicros = nextChangeAfter(state, instrumentId, timeMicros);
}

/**
 * A halt, and cancel-only, hold against all but the close. A call with an end of its own is not cut
 * short by the trading, nor the closing call by the close.
 */
function isToChange(state: TwinState, instrumentId: number, phase: number): boolean {
  const { phase: present, plan } = tapeOf(state, { instrumentId });
  if (present === phase) return false;
  if (present === PHASE_HALT || present === PHASE_CANCEL_ONLY) return phase === PHASE_CLOSED;
  if (!isInCall(state, { instrumentId }) || plan.endTimeMicros === 0) return true;
  if (phase === PHASE_CONTINUOUS) return false;
  return present !== PHASE_CLOSING_CALL || phase !== PHASE_CLOSED;
}

/** Of two sessions that overlap the later one counts. A phase that ends as it begins is none. */
function phaseAt(state: TwinState, instrumentId: number, timeMicros: number) {
  const today = dayAt(tapeOf(state, { instrumentId }), timeMicros);
  for (const day of [today, today - 1]) {
    const session = sessionOf(state, instrumentId, day);
    if (session === undefined) continue;
    const { times, randomMicros } = session;
    const found = PHASES.map((phase, i) => ({ phase, begin: times[i], endMicros: times[i + 1] }))
      .filter(({ begin, endMicros }) => begin <= timeMicros && timeMicros < endMicros)
      .at(-1);
    if (found !== undefined) return { ...found, randomMicros };
  }
  return { phase: PHASE_CLOSED, endMicros: 0, randomMicros: 0 };
}

function nextChangeAfter(
  state: TwinState,
  instrumentId: number,
  timeMicros: number,
): number | undefined {
  const today = dayAt(tapeOf(state, { instrumentId }), timeMicros);
  for (let day = today - 1; day <= today + DAYS_AHEAD; day++) {
    // Sessions of days beside each other may overlap.
    const sessions = [day, day + 1].map((each) => sessionOf(state, instrumentId, each));
    const times = sessions.flatMap((session) => session?.times ?? []);
    const ahead = times.filter((time) => time > timeMicros);
    if (ahead.length > 0) return Math.min(...ahead);
  }
  return undefined;
}

function dayAt({ calendar }: Tape, timeMicros: number): number {
  const seconds = timeMicros / SECOND_MICROS + (calendar?.utcOffsetSeconds ?? 0);
  return Math.floor(seconds / DAY_SECONDS);
}

function sessionOf(state: TwinState, instrumentId: number, day: number): Session | undefined {
  const calendar = tapeOf(state, { instrumentId }).calendar!;
  const own = state.days.get(`${instrumentId} ${day}`) ?? "usual";
  const ofAll = state.days.get(`0 ${day}`) ?? "usual";
  const said = own === "usual" ? ofAll : own;
  const weekday = (((day + WEEKDAY_OF_DAY_0) % 7) + 7) % 7;
  if (said === "closed") return undefined;
  if (said === "usual" && (calendar.weekdays & (1 << weekday)) === 0) return undefined;
  const session = said === "usual" ? calendar : said;
  const midnight = day * DAY_SECONDS - calendar.utcOffsetSeconds;
  const times = secondsOf(session).map((seconds) => (midnight + seconds) * SECOND_MICROS);
  return { times, randomMicros: session.randomMicros };
}
