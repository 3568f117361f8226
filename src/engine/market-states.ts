// hot path
// What the engine knows of each instrument's market beyond its books: the last price, what a
// command has traded since stops were asked by it, and how many of its orders need looking after
// when something changes. One 64-byte row a book.

import { createRegisters } from "../base/registers.ts";
import { createRows } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { isCall, PHASE_CONTINUOUS } from "../model/phase.ts";

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
/** Orders that were met in vain for all-or-none ones, not counting those since forgiven. */
const LOOKS = 12;
const HAS_BID = 1;
const HAS_ASK = 2;

const TOUCHED_COUNT = 0;
const ROUND_PRICES_COUNT = 1;
const REGISTERS = 2;

/** A command rarely trades at more prices. */
const ROUND_PRICES_EXPECTED = 64;

export type MarketStates = ReturnType<typeof createMarketStates>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createMarketStates(booksMax: number) {
  const rows = createRows(booksMax, ROW_WORDS * 4);
  const { mask, words } = rows;
  const lastPrices = rows.wordColumn(LAST_PX);
  const hasLast = rows.wordColumn(HAS_LAST);
  const specials = rows.wordColumn(SPECIALS);
  const hasRounds = rows.wordColumn(HAS_ROUND);
  const roundHighs = rows.wordColumn(ROUND_HIGH);
  const roundLows = rows.wordColumn(ROUND_LOW);
  const isTouched = rows.wordColumn(IS_TOUCHED);
  const allOrNones = rows.wordColumn(ALL_OR_NONE);
  const referenceBids = rows.wordColumn(REFERENCE_BID);
  const referenceAsks = rows.wordColumn(REFERENCE_ASK);
  const referenceSets = rows.wordColumn(REFERENCES);
  const phases = rows.wordColumn(PHASE);
  const looks = rows.wordColumn(LOOKS);
  /** Books with special orders that the present command touched, in that order. */
  const touched = new Int32Array(booksMax);
  const registers = createRegisters(REGISTERS);
  /**
   * Books and prices of what has traded since clearRound, in turn: a pair each, and one for trades
   * at the same price one after the other. Between two commands there are none.
   */
  let roundPrices = new Int32Array(ROUND_PRICES_EXPECTED * 2);

  function hasLastPx(book: number): boolean {
    return hasLast[(book & mask) * ROW_WORDS] !== 0;
  }

  /** Meaningful once hasLastPx. */
  function lastPxTicksOf(book: number): number {
    return lastPrices[(book & mask) * ROW_WORDS];
  }

  /** A trade: notes its price, and the range of prices where orders wait for one. */
  function onTrade(book: number, lastPxTicks: number): void {
    const at = (book & mask) * ROW_WORDS;
    lastPrices[at] = lastPxTicks;
    hasLast[at] = 1;
    if (specials[at] === 0) return;
    widenRound(at, lastPxTicks);
    noteRoundPrice(book, lastPxTicks);
  }

  /** Whether anything traded since clearRound. */
  function hasRound(book: number): boolean {
    return hasRounds[(book & mask) * ROW_WORDS] !== 0;
  }

  function roundHighTicksOf(book: number): number {
    return roundHighs[(book & mask) * ROW_WORDS];
  }

  function roundLowTicksOf(book: number): number {
    return roundLows[(book & mask) * ROW_WORDS];
  }

  /**
   * Pairs of a book and a price at which it has traded, oldest first; several books' perhaps. Those
   * on the way from one turn of the price to the next are left out.
   */
  function roundPricesCount(): number {
    return registers[ROUND_PRICES_COUNT];
  }

  function roundBookAt(index: number): number {
    return roundPrices[index * 2];
  }

  function roundPxTicksAt(index: number): number {
    return roundPrices[index * 2 + 1];
  }

  function clearRound(book: number): void {
    hasRounds[(book & mask) * ROW_WORDS] = 0;
    let kept = 0;
    for (let i = 0; i < registers[ROUND_PRICES_COUNT]; i++) {
      if (roundPrices[i * 2] === book) continue;
      roundPrices[kept * 2] = roundPrices[i * 2];
      roundPrices[kept * 2 + 1] = roundPrices[i * 2 + 1];
      kept++;
    }
    registers[ROUND_PRICES_COUNT] = kept;
  }

  /** Whether it trades continuously, and nothing there has to be looked at when it changes. */
  function isQuiet(book: number): boolean {
    const at = (book & mask) * ROW_WORDS;
    return phases[at] === PHASE_CONTINUOUS && specials[at] === 0;
  }

  /** Something of this book changed: its special orders are to be looked at. */
  function touch(book: number): void {
    const at = (book & mask) * ROW_WORDS;
    if (specials[at] === 0 || isTouched[at] !== 0) return;
    isTouched[at] = 1;
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
      isTouched[(touched[i] & mask) * ROW_WORDS] = 0;
    }
    registers[TOUCHED_COUNT] = 0;
  }

  function specialsCountOf(book: number): number {
    return specials[(book & mask) * ROW_WORDS];
  }

  function addSpecial(book: number): void {
    specials[(book & mask) * ROW_WORDS]++;
    touch(book);
  }

  function removeSpecial(book: number): void {
    specials[(book & mask) * ROW_WORDS]--;
  }

  function allOrNoneCountOf(book: number): number {
    return allOrNones[(book & mask) * ROW_WORDS];
  }

  function addAllOrNone(book: number, count: number): void {
    allOrNones[(book & mask) * ROW_WORDS] += count;
  }

  function looksOf(book: number): number {
    return looks[(book & mask) * ROW_WORDS];
  }

  function setLooks(book: number, count: number): void {
    looks[(book & mask) * ROW_WORDS] = count;
  }

  /** Notes the references of pegged orders; says whether they are other ones than before. */
  function changeReferences(
    book: number,
    hasBid: boolean,
    bidTicks: number,
    hasAsk: boolean,
    askTicks: number,
  ): boolean {
    const at = (book & mask) * ROW_WORDS;
    const references = (hasBid ? HAS_BID : 0) | (hasAsk ? HAS_ASK : 0);
    const isSame =
      referenceSets[at] === references &&
      (!hasBid || referenceBids[at] === bidTicks) &&
      (!hasAsk || referenceAsks[at] === askTicks);
    referenceSets[at] = references;
    referenceBids[at] = bidTicks;
    referenceAsks[at] = askTicks;
    return !isSame;
  }

  function phaseOf(book: number): number {
    return phases[(book & mask) * ROW_WORDS];
  }

  /** A call counts as special: what would trade is looked at after each command that touched it. */
  function setPhase(book: number, phase: number): void {
    const at = (book & mask) * ROW_WORDS;
    specials[at] += Number(isCall(phase)) - Number(isCall(phases[at]));
    phases[at] = phase;
    // Nobody waited while its uncross traded, so nobody who comes later is fired by that.
    if (specials[at] === 0) clearRound(book);
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.array(words);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(words);
  }

  function widenRound(at: number, lastPxTicks: number): void {
    const isFirst = hasRounds[at] === 0;
    if (isFirst || lastPxTicks > roundHighs[at]) roundHighs[at] = lastPxTicks;
    if (isFirst || lastPxTicks < roundLows[at]) roundLows[at] = lastPxTicks;
    hasRounds[at] = 1;
  }

  /**
   * Whether the last two prices of a round lead on to this one. Then the middle one decides nothing
   * for anybody who follows them: it is no better than this one, or no worse than the one before.
   * So a sweep is two prices, however many it takes.
   */
  function goesOn(book: number, count: number, lastPxTicks: number): boolean {
    const last = count * 2 - 2;
    if (count < 2 || roundPrices[last] !== book || roundPrices[last - 2] !== book) return false;
    // A distance in basis points is nothing at 0, so a price on the way fires an order there.
    if (roundPrices[last + 1] === 0) return false;
    const wayTicks = roundPrices[last + 1] - roundPrices[last - 1];
    return lastPxTicks - roundPrices[last + 1] > 0 === wayTicks > 0;
  }

  function noteRoundPrice(book: number, lastPxTicks: number): void {
    const count = registers[ROUND_PRICES_COUNT];
    const before = count * 2 - 2;
    const isSame =
      count > 0 && roundPrices[before] === book && roundPrices[before + 1] === lastPxTicks;
    if (isSame) return;
    if (goesOn(book, count, lastPxTicks)) {
      roundPrices[before + 1] = lastPxTicks;
      return;
    }
    if (count * 2 === roundPrices.length) {
      const prices = new Int32Array(count * 4);
      prices.set(roundPrices);
      roundPrices = prices;
    }
    roundPrices[count * 2] = book;
    roundPrices[count * 2 + 1] = lastPxTicks;
    registers[ROUND_PRICES_COUNT] = count + 1;
  }

  return {
    hasLastPx,
    lastPxTicksOf,
    onTrade,
    hasRound,
    roundHighTicksOf,
    roundLowTicksOf,
    roundPricesCount,
    roundBookAt,
    roundPxTicksAt,
    clearRound,
    isQuiet,
    touch,
    touchedCount,
    touchedBook,
    clearTouched,
    specialsCountOf,
    addSpecial,
    removeSpecial,
    allOrNoneCountOf,
    addAllOrNone,
    looksOf,
    setLooks,
    changeReferences,
    phaseOf,
    setPhase,
    save,
    load,
  };
}
