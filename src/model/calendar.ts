// When an instrument trades: a session on some days of the week, and days that are otherwise.

/** Of a calendar: it goes away. */
export const CALENDAR_REMOVED = 1 << 0;

/** Of a day: it has no session. */
export const DAY_CLOSED = 1 << 0;
/** Of a day: it is as the calendar has it. */
export const DAY_USUAL = 1 << 1;

/** Bits 0 Monday to 6 Sunday. */
export const WEEKDAYS_MASK = 0x7f;

export const DAY_SECONDS = 86_400;
/** A day's clock never differs more from UTC. */
export const UTC_OFFSET_SECONDS_MAX = DAY_SECONDS;
/** A session ends before the next one could begin, at the latest with the day after its own. */
export const CLOSE_SECONDS_MAX = 2 * DAY_SECONDS;
/** Days since 1970 that a calendar can name: up to the year 2255, where times stop being exact. */
export const DAY_MAX = 104_000;
/** Days that are otherwise than calendars have them, of all instruments together. */
export const DAYS_MAX = 4096;

/** Seconds from the day's midnight by the calendar's clock; equal times leave a phase out. */
export type SessionTerms = {
  readonly preOpenSeconds: number;
  readonly openingCallSeconds: number;
  readonly openSeconds: number;
  readonly closingCallSeconds: number;
  readonly closeSeconds: number;
  /** Both calls end up to so much later. */
  readonly randomMicros: number;
};

export type CalendarTerms = SessionTerms & {
  /** Bits 0 Monday to 6 Sunday: the days that have a session. */
  readonly weekdays: number;
  /** The calendar's clock is so much ahead of UTC. */
  readonly utcOffsetSeconds: number;
};
