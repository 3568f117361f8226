// The calendar of each book, and the days that are otherwise: rows are words of the commands that
// set them, so there is one layout for the wire, the log and the state.

import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  SET_CALENDAR_CALENDAR_FLAGS_WORD,
  SET_CALENDAR_CLOSE_SECONDS_WORD,
  SET_CALENDAR_CLOSING_CALL_SECONDS_WORD,
  SET_CALENDAR_UTC_OFFSET_SECONDS_WORD,
  SET_DAY_DAY_FLAGS_WORD,
  SET_DAY_DAY_WORD,
} from "../codec/market-command.ts";
import { DAY_CLOSED, DAYS_MAX, WEEKDAYS_MASK } from "../model/calendar.ts";
import { TimerHeap } from "./timer-heap.ts";

/** Words 8 to 15 of the command. */
const FIRST_WORD = SET_CALENDAR_CALENDAR_FLAGS_WORD;
const ROW_WORDS = 8;
const FLAGS = 0;
/** Beside flags and weekdays, which take the low half. */
const IS_SET = 1 << 16;
const UTC_OFFSET = SET_CALENDAR_UTC_OFFSET_SECONDS_WORD - FIRST_WORD;
const CLOSING_CALL = SET_CALENDAR_CLOSING_CALL_SECONDS_WORD - FIRST_WORD;
const CLOSE = SET_CALENDAR_CLOSE_SECONDS_WORD - FIRST_WORD;
const DAY_FLAGS = SET_DAY_DAY_FLAGS_WORD - FIRST_WORD;
const DAY = SET_DAY_DAY_WORD - FIRST_WORD;

/** A day's row, then the book it is of: NONE for all. */
const DAY_ROW_WORDS = ROW_WORDS + 1;
const DAY_BOOK = ROW_WORDS;

const OPEN_COUNT = 0;
const DAYS_COUNT = 1;
const SET_COUNT = 2;
const REGISTERS = 3;
const TIMERS_EXPECTED = 16;

export class CalendarTable {
  readonly #rows: Int32Array;
  readonly #days = new Int32Array(DAYS_MAX * DAY_ROW_WORDS);
  readonly #registers = new Int32Array(REGISTERS);
  /** What each calendar does next, by book. */
  readonly #changes = new TimerHeap(TIMERS_EXPECTED);

  constructor(booksMax: number) {
    this.#rows = new Int32Array(booksMax * ROW_WORDS);
  }

  /** When a calendar does something next; NEVER_MICROS (timer-heap.ts) when none does. */
  get nextMicros(): number {
    return this.#changes.nextMicros;
  }

  get nextBook(): number {
    return this.#changes.nextRef;
  }

  /** How many books have a calendar. */
  get count(): number {
    return this.#registers[SET_COUNT];
  }

  setChange(book: number, timeMicros: number): void {
    this.#changes.set(book, timeMicros, book);
  }

  removeChange(book: number): void {
    this.#changes.remove(book);
  }

  has(book: number): boolean {
    return (this.#rows[book * ROW_WORDS + FLAGS] & IS_SET) !== 0;
  }

  hasClosingCall(book: number): boolean {
    const at = book * ROW_WORDS;
    return this.has(book) && this.#rows[at + CLOSING_CALL] < this.#rows[at + CLOSE];
  }

  set(book: number, words: Int32Array, at: number): void {
    const rowAt = book * ROW_WORDS;
    if (!this.has(book)) this.#registers[SET_COUNT]++;
    for (let i = 0; i < ROW_WORDS; i++) this.#rows[rowAt + i] = words[at + FIRST_WORD + i];
    this.#rows[rowAt + FLAGS] |= IS_SET;
  }

  remove(book: number): void {
    if (this.has(book)) this.#registers[SET_COUNT]--;
    this.#rows.fill(0, book * ROW_WORDS, (book + 1) * ROW_WORDS);
  }

  utcOffsetSecondsOf(book: number): number {
    return this.#rows[book * ROW_WORDS + UTC_OFFSET];
  }

  /** Whether the weekday, 0 Monday to 6 Sunday, has a session. */
  hasSessionOn(book: number, weekday: number): boolean {
    const weekdays = (this.#rows[book * ROW_WORDS + FLAGS] >>> 8) & WEEKDAYS_MASK;
    return (weekdays & (1 << weekday)) !== 0;
  }

  /** Sets a day of a book, or of NONE for all; false where there is no room. */
  setDay(book: number, words: Int32Array, at: number): boolean {
    const day = words[at + SET_DAY_DAY_WORD];
    let row = this.findDay(book, day);
    if (row === NONE) {
      if (this.#registers[DAYS_COUNT] === DAYS_MAX) return false;
      row = this.#registers[DAYS_COUNT]++;
    }
    const rowAt = row * DAY_ROW_WORDS;
    for (let i = 0; i < ROW_WORDS; i++) this.#days[rowAt + i] = words[at + FIRST_WORD + i];
    this.#days[rowAt + DAY_BOOK] = book;
    return true;
  }

  /** The last row takes its place: rows have no order. */
  removeDay(row: number): void {
    const last = --this.#registers[DAYS_COUNT] * DAY_ROW_WORDS;
    this.#days.copyWithin(row * DAY_ROW_WORDS, last, last + DAY_ROW_WORDS);
  }

  /** Exactly this book's day, or NONE's; O(days that are otherwise). */
  findDay(book: number, day: number): number {
    for (let row = 0; row < this.#registers[DAYS_COUNT]; row++) {
      const at = row * DAY_ROW_WORDS;
      if (this.#days[at + DAY] === day && this.#days[at + DAY_BOOK] === book) return row;
    }
    return NONE;
  }

  /** NONE: it is a day of all. */
  bookOfDay(row: number): number {
    return this.#days[row * DAY_ROW_WORDS + DAY_BOOK];
  }

  isClosedDay(row: number): boolean {
    return (this.#days[row * DAY_ROW_WORDS + DAY_FLAGS] & DAY_CLOSED) !== 0;
  }

  /** A time or the chance of a day's session by its word in the command. */
  dayTermOf(row: number, word: number): number {
    return this.#days[row * DAY_ROW_WORDS + word - FIRST_WORD] >>> 0;
  }

  /** The same of a calendar's usual session. */
  termOf(book: number, word: number): number {
    return this.#rows[book * ROW_WORDS + word - FIRST_WORD] >>> 0;
  }

  /** How many books with a calendar are not closed. */
  get openCount(): number {
    return this.#registers[OPEN_COUNT];
  }

  countOpen(change: number): void {
    this.#registers[OPEN_COUNT] += change;
  }

  get daysCount(): number {
    return this.#registers[DAYS_COUNT];
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.array(this.#rows);
    snapshot.array(this.#registers);
    snapshot.array(this.#days, this.#registers[DAYS_COUNT] * DAY_ROW_WORDS);
    this.#changes.save(snapshot);
  }

  load(snapshot: SnapshotReader): void {
    snapshot.into(this.#rows);
    snapshot.into(this.#registers);
    snapshot.into(this.#days);
    this.#changes.load(snapshot);
  }
}
