// What a calendar says of a time: which phase it is, and when the next change is due. All in
// microseconds since the Unix epoch; days are those of the calendar's own clock.

import { NONE } from "../base/none.ts";
import {
  SET_CALENDAR_PRE_OPEN_SECONDS_WORD,
  SET_CALENDAR_RANDOM_MICROS_WORD,
} from "../codec/market-command.ts";
import { DAY_SECONDS } from "../model/calendar.ts";
import {
  PHASE_CLOSED,
  PHASE_CLOSING_CALL,
  PHASE_CONTINUOUS,
  PHASE_OPENING_CALL,
  PHASE_PRE_OPEN,
} from "../model/phase.ts";
import type { CalendarTable } from "./calendar-table.ts";
import { NEVER_MICROS } from "./timer-heap.ts";

const SECOND_MICROS = 1_000_000;
/** Day 0 was a Thursday; Monday is 0. */
const WEEKDAY_OF_DAY_0 = 3;
const WEEK_DAYS = 7;
/** The phases of a session, in the order of the command's times; the last one is after it. */
const PHASES = [
  PHASE_PRE_OPEN,
  PHASE_OPENING_CALL,
  PHASE_CONTINUOUS,
  PHASE_CLOSING_CALL,
  PHASE_CLOSED,
] as const;
const LAST = PHASES.length - 1;
/** So far ahead a session is looked for: a year and a little. */
const DAYS_AHEAD_MAX = 400;

export class SessionTimes {
  readonly #calendars: CalendarTable;
  /** Beginnings of the phases of the session that find() found last. */
  readonly #times = new Float64Array(PHASES.length);
  /** Of the phase that phaseAt() found: its end, and how much later chance may have it. */
  endMicros = 0;
  randomMicros = 0;

  constructor(calendars: CalendarTable) {
    this.#calendars = calendars;
  }

  /** The phase at a time. Of two sessions that overlap the later one counts. */
  phaseAt(book: number, timeMicros: number): number {
    const today = this.#dayOf(book, timeMicros);
    for (let day = today; day >= today - 1; day--) {
      if (!this.#find(book, day)) continue;
      if (timeMicros < this.#times[0] || timeMicros >= this.#times[LAST]) continue;
      // The last one that has begun: one that ends as it begins has another behind it.
      let index = LAST - 1;
      while (this.#times[index] > timeMicros) index--;
      this.endMicros = this.#times[index + 1];
      return PHASES[index];
    }
    return PHASE_CLOSED;
  }

  /** When the phase may change next; NEVER_MICROS where the calendar has no session any more. */
  nextChangeAfter(book: number, timeMicros: number): number {
    const today = this.#dayOf(book, timeMicros);
    let next = NEVER_MICROS;
    for (let day = today - 1; day <= today + DAYS_AHEAD_MAX; day++) {
      // A session may begin before the one of the day before has ended, none two days before.
      if (day > today + 1 && next !== NEVER_MICROS) return next;
      if (!this.#find(book, day)) continue;
      for (const time of this.#times) if (time > timeMicros && time < next) next = time;
    }
    return next;
  }

  #dayOf(book: number, timeMicros: number): number {
    const seconds = timeMicros / SECOND_MICROS + this.#calendars.utcOffsetSecondsOf(book);
    return Math.floor(seconds / DAY_SECONDS);
  }

  /** The times of a day's session; false where it has none. */
  #find(book: number, day: number): boolean {
    const calendars = this.#calendars;
    let row = calendars.findDay(book, day);
    if (row === NONE) row = calendars.findDay(NONE, day);
    if (row === NONE && !calendars.hasSessionOn(book, weekdayOf(day))) return false;
    if (row !== NONE && calendars.isClosedDay(row)) return false;
    const midnight = day * DAY_SECONDS - calendars.utcOffsetSecondsOf(book);
    for (let i = 0; i < PHASES.length; i++) {
      const seconds = this.#termOf(book, row, SET_CALENDAR_PRE_OPEN_SECONDS_WORD + i);
      this.#times[i] = (midnight + seconds) * SECOND_MICROS;
    }
    this.randomMicros = this.#termOf(book, row, SET_CALENDAR_RANDOM_MICROS_WORD);
    return true;
  }

  #termOf(book: number, dayRow: number, word: number): number {
    return dayRow === NONE
      ? this.#calendars.termOf(book, word)
      : this.#calendars.dayTermOf(dayRow, word);
  }
}

/** 0 Monday to 6 Sunday. */
function weekdayOf(day: number): number {
  return (((day + WEEKDAY_OF_DAY_0) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS;
}
