// Calendars: the operator gives an instrument its sessions, and from then on time alone opens and
// closes it. A trading day ends when its market closes, whoever closed it.

import { NONE } from "../base/none.ts";
import { LADDER_KIND_MASK, ladderOfKind } from "../book/ladder-kinds.ts";
import {
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_SET_DAY,
  commandKindOf,
} from "../codec/command.ts";
import { EVENT_CALENDAR_SET } from "../codec/event.ts";
import {
  SET_CALENDAR_CALENDAR_FLAGS_WORD,
  SET_CALENDAR_CLOSE_SECONDS_WORD,
  SET_CALENDAR_PRE_OPEN_SECONDS_WORD,
  SET_CALENDAR_UTC_OFFSET_SECONDS_WORD,
  SET_DAY_DAY_FLAGS_WORD,
  SET_DAY_DAY_WORD,
} from "../codec/market-command.ts";
import {
  CALENDAR_REMOVED,
  CLOSE_SECONDS_MAX,
  DAY_CLOSED,
  DAY_MAX,
  DAY_SECONDS,
  DAY_USUAL,
  UTC_OFFSET_SECONDS_MAX,
  WEEKDAYS_MASK,
} from "../model/calendar.ts";
import { isForCalls, timeInForceOf } from "../model/order-codes.ts";
import {
  isCall,
  PHASE_CANCEL_ONLY,
  PHASE_CLOSED,
  PHASE_CLOSING_CALL,
  PHASE_CONTINUOUS,
  PHASE_HALT,
} from "../model/phase.ts";
import {
  REASON_CALENDAR,
  REASON_CALENDAR_FULL,
  REASON_CALENDAR_TERMS,
  REASON_EXPIRED,
  REASON_NONE,
  REASON_NOT_PERMITTED,
  REASON_UNKNOWN_INSTRUMENT,
} from "../model/reasons.ts";
import { TIF_DAY } from "../model/time-in-force.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { OrderSet } from "./order-set.ts";
import { PhasePlan, type Phases } from "./phases.ts";
import { SessionTimes } from "./session-times.ts";
import { reportMarketSetting } from "./setting-reports.ts";
import { NEVER_MICROS } from "./timer-heap.ts";
import type { WorkingOrders } from "./working-orders.ts";

const OPERATOR_ID = 0;

export class Calendars {
  readonly #tables: EngineTables;
  readonly #events: EventBuffer;
  readonly #phases: Phases;
  readonly #working: WorkingOrders;
  readonly #times: SessionTimes;
  readonly #ending: OrderSet;
  readonly #plan = new PhasePlan();

  constructor(tables: EngineTables, events: EventBuffer, phases: Phases, working: WorkingOrders) {
    this.#tables = tables;
    this.#events = events;
    this.#phases = phases;
    this.#working = working;
    this.#times = new SessionTimes(tables.calendars);
    this.#ending = new OrderSet(tables.books);
    phases.onChange((book, phaseBefore, phase) => this.#onChange(book, phaseBefore, phase));
  }

  /** When a calendar does something next. */
  get nextMicros(): number {
    return this.#tables.calendars.nextMicros;
  }

  /** A command of kind 31 or 32; answers with the reason to refuse. */
  set(words: Int32Array, at: number): number {
    const { instruments } = this.#tables;
    if (words[at + COMMAND_ACCOUNT_ID_WORD] !== OPERATOR_ID) return REASON_NOT_PERMITTED;
    const instrumentId = words[at + COMMAND_INSTRUMENT_ID_WORD];
    const book = instrumentId === 0 ? NONE : instruments.find(instrumentId);
    if (instrumentId !== 0 && book === NONE) return REASON_UNKNOWN_INSTRUMENT;
    return commandKindOf(words, at) === COMMAND_SET_DAY
      ? this.#setDay(book, words, at)
      : this.#setCalendar(book, words, at);
  }

  /** Does what the earliest calendar has to do. */
  actNext(): void {
    const { calendars } = this.#tables;
    const book = calendars.nextBook;
    this.#follow(book, calendars.nextMicros);
  }

  #setCalendar(book: number, words: Int32Array, at: number): number {
    if (!isSoundCalendar(words, at)) return REASON_CALENDAR_TERMS;
    reportMarketSetting(this.#events, EVENT_CALENDAR_SET, words, at);
    this.#each(book, (each) => this.#setOne(each, words, at));
    return REASON_NONE;
  }

  #setDay(book: number, words: Int32Array, at: number): number {
    const { calendars } = this.#tables;
    if (!isSoundDay(words, at)) return REASON_CALENDAR_TERMS;
    const isUsual = (words[at + SET_DAY_DAY_FLAGS_WORD] & DAY_USUAL) !== 0;
    if (isUsual) {
      const row = calendars.findDay(book, words[at + SET_DAY_DAY_WORD]);
      if (row !== NONE) calendars.removeDay(row);
    } else if (!calendars.setDay(book, words, at)) {
      return REASON_CALENDAR_FULL;
    }
    reportMarketSetting(this.#events, EVENT_CALENDAR_SET, words, at);
    this.#each(book, (each) => {
      if (calendars.has(each)) this.#follow(each, this.#tables.time.micros);
    });
    return REASON_NONE;
  }

  /** The book, or for NONE each of them. */
  #each(book: number, act: (book: number) => void): void {
    if (book !== NONE) {
      act(book);
      return;
    }
    const { instruments } = this.#tables;
    for (let each = 0; each < instruments.count(); each++) act(each);
  }

  #setOne(book: number, words: Int32Array, at: number): void {
    const { calendars, clOrdIds, states, time } = this.#tables;
    const isOpen = states.phaseOf(book) !== PHASE_CLOSED;
    const isRemoved = (words[at + SET_CALENDAR_CALENDAR_FLAGS_WORD] & CALENDAR_REMOVED) !== 0;
    if (isRemoved && !calendars.has(book)) return;
    if (calendars.has(book) && isOpen) calendars.countOpen(-1);
    if (isRemoved) {
      calendars.remove(book);
      clOrdIds.setHasDays(calendars.count > 0);
      calendars.removeChange(book);
      this.#endDayOrders(book);
      return;
    }
    calendars.set(book, words, at);
    clOrdIds.setHasDays(true);
    if (isOpen) calendars.countOpen(1);
    this.#follow(book, time.micros);
  }

  /** The book's phase becomes what the calendar has at this time, and the next change is due. */
  #follow(book: number, timeMicros: number): void {
    const { calendars, states } = this.#tables;
    const phase = this.#times.phaseAt(book, timeMicros);
    if (this.#isToChange(book, phase)) {
      const hasEnd = isCall(phase);
      this.#plan.endTimeMicros = hasEnd ? this.#times.endMicros : 0;
      this.#plan.randomMicros = hasEnd ? this.#times.randomMicros : 0;
      this.#plan.nextPhase = phase === PHASE_CLOSING_CALL ? PHASE_CLOSED : PHASE_CONTINUOUS;
      this.#plan.nextDurationMicros = 0;
      this.#phases.change(book, phase, REASON_CALENDAR, this.#plan);
    }
    states.touch(book);
    const next = this.#times.nextChangeAfter(book, timeMicros);
    if (next === NEVER_MICROS) calendars.removeChange(book);
    else calendars.setChange(book, next);
  }

  /**
   * A halt, and cancel-only, hold against all but the close. A call that has an end of its own is
   * not cut short by the trading, nor the closing call by the close: chance may have it go on.
   */
  #isToChange(book: number, phase: number): boolean {
    const { phases, states } = this.#tables;
    const present = states.phaseOf(book);
    if (present === phase) return false;
    if (present === PHASE_HALT || present === PHASE_CANCEL_ONLY) return phase === PHASE_CLOSED;
    if (!isCall(present) || !phases.isTimed(book)) return true;
    if (phase === PHASE_CONTINUOUS) return false;
    return present !== PHASE_CLOSING_CALL || phase !== PHASE_CLOSED;
  }

  /** When a market closes its day ends; when the last one with a calendar does, the exchange's. */
  #onChange(book: number, phaseBefore: number, phase: number): void {
    const { calendars, clOrdIds } = this.#tables;
    if (phaseBefore === phase) return;
    const hasCalendar = calendars.has(book);
    if (hasCalendar && phaseBefore === PHASE_CLOSED) calendars.countOpen(1);
    if (phase !== PHASE_CLOSED) return;
    this.#endDayOrders(book);
    if (!hasCalendar) return;
    calendars.countOpen(-1);
    if (calendars.openCount === 0) clOrdIds.forgetAll();
  }

  #endDayOrders(book: number): void {
    const { books } = this.#tables;
    this.#ending.clear();
    for (let kind = 0; kind <= LADDER_KIND_MASK; kind++) {
      let level = books.firstLevel(ladderOfKind(book, kind));
      for (; level !== NONE; level = books.nextLevel(level)) {
        for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
          if (isOfTheDay(books.orderCodesOf(slot))) this.#ending.add(slot);
        }
      }
    }
    for (let i = 0; i < this.#ending.count; i++) {
      const slot = this.#ending.slotAt(i);
      if (slot !== NONE) this.#working.end(slot, REASON_EXPIRED);
    }
  }
}

function isOfTheDay(orderCodes: number): boolean {
  const timeInForce = timeInForceOf(orderCodes);
  return timeInForce === TIF_DAY || isForCalls(timeInForce);
}

function isSoundCalendar(words: Int32Array, at: number): boolean {
  const flags = words[at + SET_CALENDAR_CALENDAR_FLAGS_WORD];
  if ((flags & 0xff) === CALENDAR_REMOVED) return true;
  const offset = words[at + SET_CALENDAR_UTC_OFFSET_SECONDS_WORD];
  return (
    (flags & 0xff) === 0 &&
    ((flags >>> 8) & 0xff & ~WEEKDAYS_MASK) === 0 &&
    Math.abs(offset) <= UTC_OFFSET_SECONDS_MAX &&
    isSoundSession(words, at)
  );
}

function isSoundDay(words: Int32Array, at: number): boolean {
  const flags = words[at + SET_DAY_DAY_FLAGS_WORD] & 0xff;
  if (words[at + SET_DAY_DAY_WORD] >>> 0 > DAY_MAX) return false;
  if (flags === DAY_CLOSED || flags === DAY_USUAL) return true;
  return flags === 0 && isSoundSession(words, at);
}

/** Times do not fall, the market trades for a while, and ends before it could begin anew. */
function isSoundSession(words: Int32Array, at: number): boolean {
  const first = words[at + SET_CALENDAR_PRE_OPEN_SECONDS_WORD] >>> 0;
  const last = words[at + SET_CALENDAR_CLOSE_SECONDS_WORD] >>> 0;
  let before = first;
  for (let word = SET_CALENDAR_PRE_OPEN_SECONDS_WORD; word <= SET_CALENDAR_CLOSE_SECONDS_WORD; ) {
    const seconds = words[at + word++] >>> 0;
    if (seconds < before) return false;
    before = seconds;
  }
  return first < last && last - first <= DAY_SECONDS && last <= CLOSE_SECONDS_MAX;
}
