// Calendars in words. The calendar's clock is one by which the scenario starts at midnight, on a
// Wednesday: "9h" is nine hours after the start, "day 1" the day after it.

import type { RecordBuffer } from "../../src/base/record-buffer.ts";
import { COMMAND_SET_DAY } from "../../src/codec/command.ts";
import { EVENT_CALENDAR_SET } from "../../src/codec/event.ts";
import { setCalendarRecord, setDayRecord } from "../../src/codec/market-record-for-test.ts";
import type { PlainEvent } from "../../src/codec/record-for-test.ts";
import type { SessionTerms } from "../../src/model/calendar.ts";
import { EVERY_INSTRUMENT } from "./phase-words.ts";
import { type ScenarioNames, START_MICROS } from "./scenario-names.ts";

const SECOND_MICROS = 1_000_000;
const DAY_SECONDS = 86_400;
const START_SECONDS = START_MICROS / SECOND_MICROS;
const START_DAY = Math.floor(START_SECONDS / DAY_SECONDS);
const UTC_OFFSET_SECONDS = START_DAY * DAY_SECONDS - START_SECONDS;
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const SESSION =
  /pre-open (\S+) opening-call (\S+) open (\S+) closing-call (\S+) close (\S+)(?: random (\S+))?/
    .source;
const CALENDAR = new RegExp(`^(?:(\\S+): )?calendar (?:(gone)|(\\S+) ${SESSION})(?: on (\\S+))?$`);
const DAY = new RegExp(`^(?:(\\S+): )?day (\\d+) (?:(closed|usual)|${SESSION})(?: on (\\S+))?$`);

/** The record of a line about calendars; undefined for any other. */
export function readCalendar(line: string, names: ScenarioNames): RecordBuffer | undefined {
  return readWhole(line, names) ?? readDay(line, names);
}

function readWhole(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const match = CALENDAR.exec(line);
  if (match === null) return undefined;
  const [, account, gone, weekdays, ...session] = match;
  const asker = askerOf(account, session[6], names);
  if (gone !== undefined) return setCalendarRecord(asker, undefined);
  return setCalendarRecord(asker, {
    ...sessionOf(session, names),
    weekdays: weekdaysOf(weekdays),
    utcOffsetSeconds: UTC_OFFSET_SECONDS,
  });
}

function readDay(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const match = DAY.exec(line);
  if (match === null) return undefined;
  const [, account, day, word, ...session] = match;
  const terms = word === "closed" || word === "usual" ? word : sessionOf(session, names);
  const asker = askerOf(account, session[6], names);
  return setDayRecord({ ...asker, day: START_DAY + Number(day) }, terms);
}

/** The line of an event about calendars; undefined for any other. */
export function calendarEventLine(event: PlainEvent, names: ScenarioNames): string | undefined {
  if (event.kind !== EVENT_CALENDAR_SET) return undefined;
  const { commandKind, instrumentId } = event;
  const what = commandKind === COMMAND_SET_DAY ? "day" : "calendar";
  return instrumentId === 0 ? `every ${what} set` : `${names.symbolName(instrumentId)} ${what} set`;
}

function askerOf(account = "operator", symbol: string | undefined, names: ScenarioNames) {
  const instrumentId = symbol === EVERY_INSTRUMENT ? 0 : names.instrumentId(symbol);
  return { accountId: names.askerOf(account).accountId, instrumentId };
}

function sessionOf(words: readonly string[], names: ScenarioNames): SessionTerms {
  const microsOf = (word = "0s") => names.timeOf(word) - START_MICROS;
  const [preOpenSeconds, openingCallSeconds, openSeconds, closingCallSeconds, closeSeconds] = words
    .slice(0, 5)
    .map((word) => microsOf(word) / SECOND_MICROS);
  return {
    preOpenSeconds,
    openingCallSeconds,
    openSeconds,
    closingCallSeconds,
    closeSeconds,
    randomMicros: microsOf(words[5]),
  };
}

/** "mon-fri", "wed", "wed,fri"; a number is the bits themselves. */
function weekdaysOf(word: string): number {
  if (/^\d+$/.test(word)) return Number(word);
  let weekdays = 0;
  for (const range of word.split(",")) {
    const [first, last = first] = range.split("-").map((name) => WEEKDAYS.indexOf(name));
    for (let weekday = first; weekday <= last; weekday++) weekdays |= 1 << weekday;
  }
  return weekdays;
}
