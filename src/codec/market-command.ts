// Commands about an instrument's trading day: docs/protocols/journal.md, kinds 30 to 39. Only the
// operator's count. Constants named ..._WORD are 32-bit word indexes from the record's first word.

import { type RecordBuffer, readU64, writeU64 } from "../base/record-buffer.ts";
import {
  CALENDAR_REMOVED,
  type CalendarTerms,
  DAY_CLOSED,
  DAY_USUAL,
  type SessionTerms,
} from "../model/calendar.ts";
import {
  CALL_COLLAR_IS_BASIS_POINTS,
  CALL_PREVENTS_SELF_TRADES,
  type CallTerms,
} from "../model/call-terms.ts";
import type { InstrumentChange } from "../model/instrument.ts";
import {
  COMMAND_CHANGE_INSTRUMENT,
  COMMAND_SET_CALENDAR,
  COMMAND_SET_CALL,
  COMMAND_SET_DAY,
  COMMAND_SET_PHASE,
  writeCommandHeader,
} from "./command.ts";

export const SET_PHASE_PHASE_WORD = 8; // Then nextPhase.
export const SET_PHASE_RANDOM_MICROS_WORD = 9;
export const SET_PHASE_END_TIME_MICROS_WORD = 10;
export const SET_PHASE_NEXT_MICROS_WORD = 12;

export const SET_CALENDAR_CALENDAR_FLAGS_WORD = 8; // Then weekdays.
export const SET_CALENDAR_UTC_OFFSET_SECONDS_WORD = 9;
/** A calendar and a day have one layout from here on: five times, and how much chance adds. */
export const SET_CALENDAR_PRE_OPEN_SECONDS_WORD = 10;
export const SET_CALENDAR_OPENING_CALL_SECONDS_WORD = 11;
export const SET_CALENDAR_OPEN_SECONDS_WORD = 12;
export const SET_CALENDAR_CLOSING_CALL_SECONDS_WORD = 13;
export const SET_CALENDAR_CLOSE_SECONDS_WORD = 14;
export const SET_CALENDAR_RANDOM_MICROS_WORD = 15;

export const SET_DAY_DAY_FLAGS_WORD = 8;
export const SET_DAY_DAY_WORD = 9;
export const SET_DAY_PRE_OPEN_SECONDS_WORD = SET_CALENDAR_PRE_OPEN_SECONDS_WORD;
export const SET_DAY_OPENING_CALL_SECONDS_WORD = SET_CALENDAR_OPENING_CALL_SECONDS_WORD;
export const SET_DAY_OPEN_SECONDS_WORD = SET_CALENDAR_OPEN_SECONDS_WORD;
export const SET_DAY_CLOSING_CALL_SECONDS_WORD = SET_CALENDAR_CLOSING_CALL_SECONDS_WORD;
export const SET_DAY_CLOSE_SECONDS_WORD = SET_CALENDAR_CLOSE_SECONDS_WORD;
export const SET_DAY_RANDOM_MICROS_WORD = SET_CALENDAR_RANDOM_MICROS_WORD;

export const SET_CALL_CALL_FLAGS_WORD = 8; // Then extensionsMax.
export const SET_CALL_COLLAR_WIDTH_WORD = 9;
export const SET_CALL_EXTENSION_MICROS_WORD = 10;
export const SET_CALL_SURPLUS_LOTS_MAX_WORD = 12;
export const SET_CALL_RANDOM_MICROS_WORD = 14;

export const CHANGE_INSTRUMENT_ORDER_QTY_LOTS_MIN_WORD = 8;
export const CHANGE_INSTRUMENT_ORDER_QTY_LOTS_MAX_WORD = 10;
export const CHANGE_INSTRUMENT_NOTIONAL_MIN_WORD = 12;
export const CHANGE_INSTRUMENT_NOTIONAL_MAX_WORD = 14;

const OPERATOR_ID = 0;

export type PhaseOrder = {
  /** 0 is every instrument. */
  readonly instrumentId: number;
  /** model/phase.ts */
  readonly phase: number;
  /** What follows when its time is over. */
  readonly nextPhase: number;
  /** When it ends, microseconds since the Unix epoch; 0 when it is told to. */
  readonly endTimeMicros: number;
  /** It ends up to so much later, as chance has it. */
  readonly randomMicros: number;
  /** How long the next phase lasts; 0 until it is told to end. */
  readonly nextMicros: number;
};

export function writeSetPhase(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  order: PhaseOrder,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_SET_PHASE, OPERATOR_ID, order.instrumentId, sessionId);
  words[at + SET_PHASE_PHASE_WORD] = order.phase | (order.nextPhase << 8);
  words[at + SET_PHASE_RANDOM_MICROS_WORD] = order.randomMicros;
  writeU64(words, at + SET_PHASE_END_TIME_MICROS_WORD, order.endTimeMicros);
  writeU64(words, at + SET_PHASE_NEXT_MICROS_WORD, order.nextMicros);
}

/** Without terms the calendar goes away. Instrument 0 is every one. */
export function writeSetCalendar(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  instrumentId: number,
  calendar: CalendarTerms | undefined,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_SET_CALENDAR, OPERATOR_ID, instrumentId, sessionId);
  const flags = calendar === undefined ? CALENDAR_REMOVED : calendar.weekdays << 8;
  words[at + SET_CALENDAR_CALENDAR_FLAGS_WORD] = flags;
  if (calendar === undefined) return;
  words[at + SET_CALENDAR_UTC_OFFSET_SECONDS_WORD] = calendar.utcOffsetSeconds;
  writeSession(words, at, calendar);
}

export type CalendarDay = {
  /** 0 is every instrument that has a calendar. */
  readonly instrumentId: number;
  /** Days since 1970, by the calendar's clock. */
  readonly day: number;
};

/** "closed": no session on this day; "usual": as the calendar has it. */
export function writeSetDay(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  { day, instrumentId }: CalendarDay,
  session: SessionTerms | "closed" | "usual",
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_SET_DAY, OPERATOR_ID, instrumentId, sessionId);
  words[at + SET_DAY_DAY_WORD] = day;
  if (session === "closed") words[at + SET_DAY_DAY_FLAGS_WORD] = DAY_CLOSED;
  else if (session === "usual") words[at + SET_DAY_DAY_FLAGS_WORD] = DAY_USUAL;
  else writeSession(words, at, session);
}

export function writeSetCall(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  instrumentId: number,
  terms: CallTerms,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_SET_CALL, OPERATOR_ID, instrumentId, sessionId);
  const flags =
    (terms.isBasisPoints ? CALL_COLLAR_IS_BASIS_POINTS : 0) |
    (terms.preventsSelfTrades ? CALL_PREVENTS_SELF_TRADES : 0);
  words[at + SET_CALL_CALL_FLAGS_WORD] = flags | (terms.extensionsMax << 8);
  words[at + SET_CALL_COLLAR_WIDTH_WORD] = terms.collarWidth;
  writeU64(words, at + SET_CALL_EXTENSION_MICROS_WORD, terms.extensionMicros);
  writeU64(words, at + SET_CALL_SURPLUS_LOTS_MAX_WORD, terms.surplusLotsMax);
  words[at + SET_CALL_RANDOM_MICROS_WORD] = terms.randomMicros;
}

export function writeChangeInstrument(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  instrumentId: number,
  change: InstrumentChange,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_CHANGE_INSTRUMENT, OPERATOR_ID, instrumentId, sessionId);
  writeU64(words, at + CHANGE_INSTRUMENT_ORDER_QTY_LOTS_MIN_WORD, change.orderQtyLotsMin);
  writeU64(words, at + CHANGE_INSTRUMENT_ORDER_QTY_LOTS_MAX_WORD, change.orderQtyLotsMax);
  writeU64(words, at + CHANGE_INSTRUMENT_NOTIONAL_MIN_WORD, change.notionalMin);
  writeU64(words, at + CHANGE_INSTRUMENT_NOTIONAL_MAX_WORD, change.notionalMax);
}

/** The inverse. */
export function readChangeInstrument(words: Int32Array, at: number): InstrumentChange {
  return {
    orderQtyLotsMin: readU64(words, at + CHANGE_INSTRUMENT_ORDER_QTY_LOTS_MIN_WORD),
    orderQtyLotsMax: readU64(words, at + CHANGE_INSTRUMENT_ORDER_QTY_LOTS_MAX_WORD),
    notionalMin: readU64(words, at + CHANGE_INSTRUMENT_NOTIONAL_MIN_WORD),
    notionalMax: readU64(words, at + CHANGE_INSTRUMENT_NOTIONAL_MAX_WORD),
  };
}

function writeSession(words: Int32Array, at: number, session: SessionTerms): void {
  words[at + SET_CALENDAR_PRE_OPEN_SECONDS_WORD] = session.preOpenSeconds;
  words[at + SET_CALENDAR_OPENING_CALL_SECONDS_WORD] = session.openingCallSeconds;
  words[at + SET_CALENDAR_OPEN_SECONDS_WORD] = session.openSeconds;
  words[at + SET_CALENDAR_CLOSING_CALL_SECONDS_WORD] = session.closingCallSeconds;
  words[at + SET_CALENDAR_CLOSE_SECONDS_WORD] = session.closeSeconds;
  words[at + SET_CALENDAR_RANDOM_MICROS_WORD] = session.randomMicros;
}
