// The state as traders could see it, folded into one number: every instrument's queues from best to
// worst, those in sight, in the dark, of orders that wait for a price, a call or a waking, every
// order from oldest to newest with all that it asks for. Slots and table places do not count, so an
// engine that was restored, replayed or never stopped gives the same hash.

import { NONE } from "../base/none.ts";
import { DARK, LADDER_KIND_MASK, ladderOf, ladderOfKind } from "../book/ladder-kinds.ts";
import { MARKET_SETTING_END_WORD, MARKET_SETTING_FIRST_WORD } from "../codec/market-event.ts";
import { PHASE_CONTINUOUS } from "../model/phase.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { CalendarTable } from "./calendar-table.ts";
import { CALL_TERMS_REALS } from "./call-terms-table.ts";
import type { EngineTables } from "./engine-tables.ts";
import { foldGuards } from "./guard-hash.ts";
import { foldChain, foldTerms } from "./order-hash.ts";
import { foldRisk } from "./risk-hash.ts";

/** 64 bits in hexadecimal, from two independent 32-bit folds. O(resting orders). */
export function stateHashOf(tables: EngineTables, sequence: number): string {
  const fold = new StateFold();
  fold.number(sequence);
  for (let book = 0; book < tables.instruments.count(); book++) {
    fold.number(tables.instruments.instrumentIdOf(book));
    foldRanges(fold, tables, book);
    foldPhase(fold, tables, book);
    foldLastPx(fold, tables, book);
    for (const side of [SIDE_BUY, SIDE_SELL]) foldLadder(fold, tables, ladderOf(book, side), side);
    foldUnseen(fold, tables, book);
    const { pegged, reached, trailing } = tables;
    for (const chain of [pegged, trailing, reached]) foldChain(fold, tables, chain, book);
    foldCalendar(fold, tables.calendars, book);
    foldCallTerms(fold, tables, book);
  }
  foldDays(fold, tables.calendars);
  foldRisk(fold, tables);
  foldGuards(fold, tables);
  return fold.hex();
}

/** What may change of an instrument. */
function foldRanges(fold: StateFold, { instruments }: EngineTables, book: number): void {
  fold.number(instruments.orderQtyLotsMinOf(book));
  fold.number(instruments.orderQtyLotsMaxOf(book));
  fold.number(instruments.notionalMinOf(book));
  fold.number(instruments.notionalMaxOf(book));
}

/** Nothing of a market that was never told to do anything but trade. */
function foldPhase(fold: StateFold, tables: EngineTables, book: number): void {
  const { phases, states } = tables;
  if (states.phaseOf(book) === PHASE_CONTINUOUS && !phases.isTimed(book)) return;
  fold.number(states.phaseOf(book));
  fold.number(phases.endTimeMicrosOf(book));
  fold.number(phases.randomMicrosOf(book));
  fold.number(phases.nextPhaseOf(book));
  fold.number(phases.nextDurationMicrosOf(book));
  fold.number(phases.extensionsOf(book));
}

/** Nothing where nobody said how calls go. */
function foldCallTerms(fold: StateFold, { callTerms }: EngineTables, book: number): void {
  let isSet = false;
  for (let i = 0; i < CALL_TERMS_REALS; i++) if (callTerms.realOf(book, i) !== 0) isSet = true;
  if (!isSet) return;
  for (let i = 0; i < CALL_TERMS_REALS; i++) fold.number(callTerms.realOf(book, i));
}

/** The last price. What traded since orders were asked is of a command alone (verify.ts). */
function foldLastPx(fold: StateFold, { states }: EngineTables, book: number): void {
  if (!states.hasLastPx(book)) return;
  fold.number(states.lastPxTicksOf(book));
}

/** Nothing where there is none. */
function foldCalendar(fold: StateFold, calendars: CalendarTable, book: number): void {
  if (!calendars.has(book)) return;
  for (let word = MARKET_SETTING_FIRST_WORD; word < MARKET_SETTING_END_WORD; word++) {
    fold.number(calendars.termOf(book, word));
  }
}

function foldDays(fold: StateFold, calendars: CalendarTable): void {
  for (let row = 0; row < calendars.daysCount; row++) {
    fold.number(calendars.bookOfDay(row));
    for (let word = MARKET_SETTING_FIRST_WORD; word < MARKET_SETTING_END_WORD; word++) {
      fold.number(calendars.dayTermOf(row, word));
    }
  }
}

/** What is not in sight; nothing where nothing is. */
function foldUnseen(fold: StateFold, tables: EngineTables, book: number): void {
  for (let kind = DARK; kind <= LADDER_KIND_MASK; kind++) {
    const ladder = ladderOfKind(book, kind);
    if (tables.books.firstLevel(ladder) !== NONE) foldLadder(fold, tables, ladder, kind);
  }
}

function foldLadder(fold: StateFold, tables: EngineTables, ladder: number, name: number): void {
  const { books, columns } = tables;
  fold.number(name);
  let level = books.firstLevel(ladder);
  while (level !== NONE) {
    fold.number(books.levelPriceTicks(level));
    let slot = books.firstInQueue(level);
    while (slot !== NONE) {
      fold.number(books.orderIdOf(slot));
      fold.number(books.leavesQtyLotsOf(slot));
      fold.number(books.orderCodesOf(slot));
      fold.number(columns.orderQtyLotsOf(slot));
      fold.number(columns.sessionIdOf(slot));
      fold.number(columns.accountIdOf(slot));
      const idAt = columns.idWordOf(slot);
      for (let i = 0; i < 4; i++) fold.number(columns.words[idAt + i]);
      foldTerms(fold, tables, slot);
      slot = books.nextInQueue(slot);
    }
    level = books.nextLevel(level);
  }
}

const TWO_POW_32 = 4_294_967_296;

class StateFold {
  #first = 0x243f_6a88;
  #second = 0x85a3_08d3 | 0;

  number(value: number): void {
    this.#word(value | 0);
    if (value > 0x7fff_ffff || value < -0x8000_0000) this.#word((value / TWO_POW_32) | 0);
  }

  hex(): string {
    const half = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
    return half(this.#first) + half(this.#second);
  }

  #word(word: number): void {
    const first = Math.imul(this.#first ^ word, 0x85eb_ca6b);
    const second = Math.imul(this.#second ^ word, 0xc2b2_ae35) + 0x165667b1;
    this.#first = first ^ (first >>> 13);
    this.#second = second ^ (second >>> 16);
  }
}
