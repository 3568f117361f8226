// hot path
// What the engine knows of each instrument's market beyond its books: the last price, what a
// command has traded since stops were asked by it, and how many of its orders need looking after
// when something changes. One 64-byte row a book.

import { createRegisters } from "../base/registers.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { isCall } from "../model/phase.ts";

const ROW_WORDS = 16;
const LAST_PX = 0;
const HAS_LAST = 1;
/** Orders that wait, follow a price or trade whole only: while there are none, nothing follows. */
const SPECIALS = 2;
const HAS_ROUND = 3;
const ROUND_HIGH = 4;
const ROUND_LOW = 5;
const IS_TOUCHED = 6;
const ALL_OR_NONE = 7;
/** What pegged orders followed last: best bid and offer, and which of them there were. */
const REFERENCE_BID = 8;
const REFERENCE_ASK = 9;
const REFERENCES = 10;
/** model/phase.ts */
const PHASE = 11;
const HAS_BID = 1;
const HAS_ASK = 2;

const TOUCHED_COUNT = 0;
const REGISTERS = 1;

export type MarketStates = ReturnType<typeof createMarketStates>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createMarketStates(booksMax: number) {
  const rows = new Int32Array(booksMax * ROW_WORDS);
  /** Books with special orders that the present command touched, in that order. */
  const touched = new Int32Array(booksMax);
  const registers = createRegisters(REGISTERS);

  function hasLastPx(book: number): boolean {
    return rows[book * ROW_WORDS + HAS_LAST] !== 0;
  }

  /** Meaningful once hasLastPx. */
  function lastPxTicksOf(book: number): number {
    return rows[book * ROW_WORDS + LAST_PX];
  }

  /** A trade: notes its price, and the range of prices where orders wait for one. */
  function onTrade(book: number, lastPxTicks: number): void {
    const at = book * ROW_WORDS;
    rows[at + LAST_PX] = lastPxTicks;
    rows[at + HAS_LAST] = 1;
    if (rows[at + SPECIALS] !== 0) widenRound(at, lastPxTicks);
  }

  /** Whether anything traded since clearRound. */
  function hasRound(book: number): boolean {
    return rows[book * ROW_WORDS + HAS_ROUND] !== 0;
  }

  function roundHighTicksOf(book: number): number {
    return rows[book * ROW_WORDS + ROUND_HIGH];
  }

  function roundLowTicksOf(book: number): number {
    return rows[book * ROW_WORDS + ROUND_LOW];
  }

  function clearRound(book: number): void {
    rows[book * ROW_WORDS + HAS_ROUND] = 0;
  }

  /** Something of this book changed: its special orders are to be looked at. */
  function touch(book: number): void {
    const at = book * ROW_WORDS;
    if (rows[at + SPECIALS] === 0 || rows[at + IS_TOUCHED] !== 0) return;
    rows[at + IS_TOUCHED] = 1;
    touched[registers[TOUCHED_COUNT]++] = book;
  }

  function touchedCount(): number {
    return registers[TOUCHED_COUNT];
  }

  function touchedBook(index: number): number {
    return touched[index];
  }

  function clearTouched(): void {
    for (let i = 0; i < registers[TOUCHED_COUNT]; i++) {
      rows[touched[i] * ROW_WORDS + IS_TOUCHED] = 0;
    }
    registers[TOUCHED_COUNT] = 0;
  }

  function specialsCountOf(book: number): number {
    return rows[book * ROW_WORDS + SPECIALS];
  }

  function addSpecial(book: number): void {
    rows[book * ROW_WORDS + SPECIALS]++;
    touch(book);
  }

  function removeSpecial(book: number): void {
    rows[book * ROW_WORDS + SPECIALS]--;
  }

  function allOrNoneCountOf(book: number): number {
    return rows[book * ROW_WORDS + ALL_OR_NONE];
  }

  function addAllOrNone(book: number, count: number): void {
    rows[book * ROW_WORDS + ALL_OR_NONE] += count;
  }

  /** Notes the references of pegged orders; says whether they are other ones than before. */
  function changeReferences(
    book: number,
    hasBid: boolean,
    bidTicks: number,
    hasAsk: boolean,
    askTicks: number,
  ): boolean {
    const at = book * ROW_WORDS;
    const references = (hasBid ? HAS_BID : 0) | (hasAsk ? HAS_ASK : 0);
    const isSame =
      rows[at + REFERENCES] === references &&
      (!hasBid || rows[at + REFERENCE_BID] === bidTicks) &&
      (!hasAsk || rows[at + REFERENCE_ASK] === askTicks);
    rows[at + REFERENCES] = references;
    rows[at + REFERENCE_BID] = bidTicks;
    rows[at + REFERENCE_ASK] = askTicks;
    return !isSame;
  }

  function phaseOf(book: number): number {
    return rows[book * ROW_WORDS + PHASE];
  }

  /** A call counts as special: what would trade is looked at after each command that touched it. */
  function setPhase(book: number, phase: number): void {
    const at = book * ROW_WORDS;
    rows[at + SPECIALS] += Number(isCall(phase)) - Number(isCall(rows[at + PHASE]));
    rows[at + PHASE] = phase;
    // Nobody waited while its uncross traded, so nobody who comes later is fired by that.
    if (rows[at + SPECIALS] === 0) clearRound(book);
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.array(rows);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(rows);
  }

  function widenRound(at: number, lastPxTicks: number): void {
    const isFirst = rows[at + HAS_ROUND] === 0;
    if (isFirst || lastPxTicks > rows[at + ROUND_HIGH]) rows[at + ROUND_HIGH] = lastPxTicks;
    if (isFirst || lastPxTicks < rows[at + ROUND_LOW]) rows[at + ROUND_LOW] = lastPxTicks;
    rows[at + HAS_ROUND] = 1;
  }

  return {
    hasLastPx,
    lastPxTicksOf,
    onTrade,
    hasRound,
    roundHighTicksOf,
    roundLowTicksOf,
    clearRound,
    touch,
    touchedCount,
    touchedBook,
    clearTouched,
    specialsCountOf,
    addSpecial,
    removeSpecial,
    allOrNoneCountOf,
    addAllOrNone,
    changeReferences,
    phaseOf,
    setPhase,
    save,
    load,
  };
}
