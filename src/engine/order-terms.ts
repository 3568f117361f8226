// hot path
// The terms of working orders that have any (docs/protocols/journal.md, kind 6), and what the
// exchange keeps of such an order beside them: 128 bytes a row. A plain order has no row.
//
//   words 0-15  the terms as they came (codec/command.ts, TERMS_..., from its first word)
//   16 slot of the order, NONE while it is not on a ladder   17 limitTicks, while it waits
//   18 extremeTicks (trailing); once it is reached, by what price
//   19 states: of its chain the number, or 0, in the lowest eight bits; TRACKING, AWAKE, DUE; in
//      the upper half its slices (iceberg)
//   20 refillCount (iceberg)          21 next, 22 previous of its chain (order-chains.ts)
//   23 listRow, 24 legIndex           25 worstPxTicks (pegged)
//   26-27 publicOrderId (f64)         28-29 arrival where it waits to fire (f64)
//   30-31 releasedLots (leg, f64)
//
// A free row's slot is FREED, and its next threads the free rows.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { readU64, writeU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  TERMS_DISPLAY_QTY_LOTS_WORD,
  TERMS_DISPLAY_RANDOM_LOTS_WORD,
  TERMS_EXPIRE_TIME_MICROS_WORD,
  TERMS_MIN_QTY_LOTS_WORD,
  TERMS_OFFSET_TICKS_WORD,
  TERMS_PROTECTION_TICKS_WORD,
  TERMS_QUOTE_AMOUNT_WORD,
  TERMS_STEP_TICKS_WORD,
  TERMS_STOP_PX_TICKS_WORD,
  TERMS_TRIGGER_SOURCE_WORD,
  TERMS_WORDS,
} from "../codec/command.ts";
import {
  TERM_HAS_PRICE,
  TERM_HAS_PROTECTION,
  TERM_HAS_STOP_PX,
  TERM_OFFSET_IS_BASIS_POINTS,
  TERM_TRAILING,
  TRIGGER_LAST,
} from "../model/order-terms.ts";

const ROW_WORDS = 32;
const FIRST = TERMS_STOP_PX_TICKS_WORD;
const SLOT = 16;
const LIMIT = 17;
const EXTREME = 18;
const STATES = 19;
const REFILLS = 20;
const NEXT = 21;
const PREV = 22;
const LIST_ROW = 23;
const LEG_INDEX = 24;
const WORST_PX = 25;
const ROW_REALS = 16;
const PUBLIC_ORDER_ID = 13;
const ARRIVAL = 14;
const RELEASED = 15;

const CHAIN_MASK = 0xff;
/** Of a trailing order: it follows the market. */
const TRACKING = 1 << 8;
/** Of a leg: its parent was filled, so that it works. */
const AWAKE = 1 << 9;
/** Of a trailing order: one of the prices that it has followed fires it. */
const DUE = 1 << 10;

const SLICES_SHIFT = 16;
const BELOW_SLICES = (1 << SLICES_SHIFT) - 1;

const FREED = -7_777_777;

/** Ids count from 1. */
const NO_ORDER_ID = 0;

export class OrderTerms {
  words: Int32Array;
  #reals: Float64Array;
  #capacity: number;
  #usedRows = 0;
  #freeRow = NONE;
  #count = 0;
  readonly #slicesMax: number;
  #slicesCount = 0;

  constructor(rowsExpected: number, slicesMax: number) {
    this.#slicesMax = slicesMax;
    this.#capacity = rowsExpected;
    this.words = new Int32Array(rowsExpected * ROW_WORDS);
    this.#reals = new Float64Array(this.words.buffer);
  }

  /** Rows in use. */
  get count(): number {
    return this.#count;
  }

  /** Of all rows together. */
  get slicesCount(): number {
    return this.#slicesCount;
  }

  /** Whether there are as many slices as there may be, or more. */
  isFullOfSlices(): boolean {
    return this.#slicesCount >= this.#slicesMax;
  }

  /** A row with the terms of the command part whose words are counted from `bodyAt`. */
  acquire(words: Int32Array, bodyAt: number): number {
    const row = this.#freeRow === NONE ? this.#newRow() : this.#freeRow;
    const at = row * ROW_WORDS;
    if (row === this.#freeRow) this.#freeRow = this.words[at + NEXT];
    this.#count++;
    for (let i = 0; i < TERMS_WORDS; i++) this.words[at + i] = words[bodyAt + FIRST + i];
    this.words.fill(0, at + TERMS_WORDS, at + ROW_WORDS);
    this.words[at + SLOT] = NONE;
    this.words[at + NEXT] = NONE;
    this.words[at + PREV] = NONE;
    this.words[at + LIST_ROW] = NONE;
    return row;
  }

  /** A row with the same terms, of an order that has come nowhere yet. */
  copy(row: number): number {
    const copy = this.acquire(this.words, row * ROW_WORDS - FIRST);
    this.setWorstPxTicks(copy, this.worstPxTicksOf(row));
    return copy;
  }

  /** The order asks for what another row asks for, and follows the market anew if it does. */
  rewrite(row: number, from: number): void {
    const fromAt = from * ROW_WORDS;
    this.words.copyWithin(row * ROW_WORDS, fromAt, fromAt + TERMS_WORDS);
    this.words[row * ROW_WORDS + STATES] &= ~TRACKING;
  }

  /** Gives a row back: its order has ended. */
  release(row: number): void {
    const at = row * ROW_WORDS;
    assert(this.words[at + SLOT] !== FREED, "only a row in use is released");
    this.setSlices(row, 0);
    this.words[at + SLOT] = FREED;
    this.words[at + NEXT] = this.#freeRow;
    this.#freeRow = row;
    this.#count--;
  }

  isLive(row: number): boolean {
    return row >= 0 && row < this.#usedRows && this.words[row * ROW_WORDS + SLOT] !== FREED;
  }

  /** Where in `words` the row's terms begin. */
  firstWordOf(row: number): number {
    return row * ROW_WORDS;
  }

  /** What fires the order now; of a trailing one it moves. */
  stopPxTicksOf(row: number): number {
    return this.#term(row, TERMS_STOP_PX_TICKS_WORD);
  }

  setStopPxTicks(row: number, stopPxTicks: number): void {
    this.words[row * ROW_WORDS + TERMS_STOP_PX_TICKS_WORD - FIRST] = stopPxTicks;
  }

  /** The order is fired by this price, which it did not have, or had otherwise. */
  giveStopPx(row: number, stopPxTicks: number): void {
    this.setStopPxTicks(row, stopPxTicks);
    this.setFlag(row, TERM_HAS_STOP_PX);
  }

  /** Nothing fires the order any more. */
  removeTrigger(row: number): void {
    this.setStopPxTicks(row, 0);
    this.setTriggerSource(row, TRIGGER_LAST);
    this.#removeFlag(row, TERM_HAS_STOP_PX);
  }

  /** The order follows no price any more, neither as a peg nor trailing. */
  removeReference(row: number): void {
    const at = row * ROW_WORDS - FIRST;
    this.words[at + TERMS_TRIGGER_SOURCE_WORD] &= ~(0xff << 8);
    this.words[at + TERMS_OFFSET_TICKS_WORD] = 0;
    this.words[at + TERMS_STEP_TICKS_WORD] = 0;
    this.#removeFlag(row, TERM_TRAILING | TERM_OFFSET_IS_BASIS_POINTS | TERM_HAS_PRICE);
  }

  removeMinQty(row: number): void {
    writeU64(this.words, row * ROW_WORDS + TERMS_MIN_QTY_LOTS_WORD - FIRST, 0);
  }

  /** The order shows all of itself, or nothing. */
  removeDisplayQty(row: number): void {
    this.setDisplayQtyLots(row, 0);
    this.words[row * ROW_WORDS + TERMS_DISPLAY_RANDOM_LOTS_WORD - FIRST] = 0;
  }

  removeProtection(row: number): void {
    this.words[row * ROW_WORDS + TERMS_PROTECTION_TICKS_WORD - FIRST] = 0;
    this.#removeFlag(row, TERM_HAS_PROTECTION);
  }

  setTriggerSource(row: number, triggerSource: number): void {
    const at = row * ROW_WORDS + TERMS_TRIGGER_SOURCE_WORD - FIRST;
    this.words[at] = (this.words[at] & ~0xff) | triggerSource;
  }

  triggerSourceOf(row: number): number {
    return this.#term(row, TERMS_TRIGGER_SOURCE_WORD) & 0xff;
  }

  pegPriceTypeOf(row: number): number {
    return (this.#term(row, TERMS_TRIGGER_SOURCE_WORD) >>> 8) & 0xff;
  }

  stpModeOf(row: number): number {
    return (this.#term(row, TERMS_TRIGGER_SOURCE_WORD) >>> 16) & 0xff;
  }

  flagsOf(row: number): number {
    return this.#term(row, TERMS_TRIGGER_SOURCE_WORD) >>> 24;
  }

  setFlag(row: number, flag: number): void {
    this.words[row * ROW_WORDS + TERMS_TRIGGER_SOURCE_WORD - FIRST] |= flag << 24;
  }

  #removeFlag(row: number, flag: number): void {
    this.words[row * ROW_WORDS + TERMS_TRIGGER_SOURCE_WORD - FIRST] &= ~(flag << 24);
  }

  displayQtyLotsOf(row: number): number {
    return this.#termU64(row, TERMS_DISPLAY_QTY_LOTS_WORD);
  }

  setDisplayQtyLots(row: number, displayQtyLots: number): void {
    writeU64(this.words, row * ROW_WORDS + TERMS_DISPLAY_QTY_LOTS_WORD - FIRST, displayQtyLots);
  }

  displayRandomLotsOf(row: number): number {
    return this.#term(row, TERMS_DISPLAY_RANDOM_LOTS_WORD) >>> 0;
  }

  minQtyLotsOf(row: number): number {
    return this.#termU64(row, TERMS_MIN_QTY_LOTS_WORD);
  }

  expireTimeMicrosOf(row: number): number {
    return this.#termU64(row, TERMS_EXPIRE_TIME_MICROS_WORD);
  }

  setExpireTimeMicros(row: number, expireTimeMicros: number): void {
    writeU64(this.words, row * ROW_WORDS + TERMS_EXPIRE_TIME_MICROS_WORD - FIRST, expireTimeMicros);
  }

  offsetTicksOf(row: number): number {
    return this.#term(row, TERMS_OFFSET_TICKS_WORD);
  }

  stepTicksOf(row: number): number {
    return this.#term(row, TERMS_STEP_TICKS_WORD) >>> 0;
  }

  protectionTicksOf(row: number): number {
    return this.#term(row, TERMS_PROTECTION_TICKS_WORD) >>> 0;
  }

  quoteAmountOf(row: number): number {
    return this.#termU64(row, TERMS_QUOTE_AMOUNT_WORD);
  }

  /** The order's slot, or NONE while it is not on a ladder. */
  slotOf(row: number): number {
    return this.words[row * ROW_WORDS + SLOT];
  }

  setSlot(row: number, slot: number): void {
    this.words[row * ROW_WORDS + SLOT] = slot;
  }

  /** The price that a pegged order never goes beyond, where it has TERM_HAS_PRICE. */
  worstPxTicksOf(row: number): number {
    return this.words[row * ROW_WORDS + WORST_PX];
  }

  setWorstPxTicks(row: number, worstPxTicks: number): void {
    this.words[row * ROW_WORDS + WORST_PX] = worstPxTicks;
  }

  /** The limit price of an order that stands on its trigger's ladder. */
  limitTicksOf(row: number): number {
    return this.words[row * ROW_WORDS + LIMIT];
  }

  setLimitTicks(row: number, limitTicks: number): void {
    this.words[row * ROW_WORDS + LIMIT] = limitTicks;
  }

  extremeTicksOf(row: number): number {
    return this.words[row * ROW_WORDS + EXTREME];
  }

  isTracking(row: number): boolean {
    return (this.words[row * ROW_WORDS + STATES] & TRACKING) !== 0;
  }

  /** A trailing order follows the market from this price on. */
  track(row: number, extremeTicks: number): void {
    this.words[row * ROW_WORDS + EXTREME] = extremeTicks;
    this.words[row * ROW_WORDS + STATES] |= TRACKING;
  }

  /** Whether a trailing order is to fire: a price came to where it stood then. */
  isDue(row: number): boolean {
    return (this.words[row * ROW_WORDS + STATES] & DUE) !== 0;
  }

  setDue(row: number): void {
    this.words[row * ROW_WORDS + STATES] |= DUE;
  }

  /** This price has reached the order, which follows the market no more. */
  reach(row: number, reachedByTicks: number): void {
    this.words[row * ROW_WORDS + EXTREME] = reachedByTicks;
    this.words[row * ROW_WORDS + STATES] &= ~DUE;
  }

  reachedByTicksOf(row: number): number {
    return this.words[row * ROW_WORDS + EXTREME];
  }

  /** When the order came to where it waits to fire: who came earlier fires earlier. */
  arrivalOf(row: number): number {
    return this.#reals[row * ROW_REALS + ARRIVAL];
  }

  setArrival(row: number, arrival: number): void {
    this.#reals[row * ROW_REALS + ARRIVAL] = arrival;
  }

  refillCountOf(row: number): number {
    return this.words[row * ROW_WORDS + REFILLS];
  }

  /** How many slices the order has, by its total. */
  slicesOf(row: number): number {
    return this.words[row * ROW_WORDS + STATES] >>> SLICES_SHIFT;
  }

  setSlices(row: number, count: number): void {
    const at = row * ROW_WORDS + STATES;
    this.#slicesCount += count - this.slicesOf(row);
    this.words[at] = (this.words[at] & BELOW_SLICES) | (count << SLICES_SHIFT);
  }

  publicOrderIdOf(row: number): number {
    return this.#reals[row * ROW_REALS + PUBLIC_ORDER_ID];
  }

  setPublicOrderId(row: number, publicOrderId: number): void {
    this.#reals[row * ROW_REALS + PUBLIC_ORDER_ID] = publicOrderId;
  }

  /** An iceberg that has shown a slice gathers out of sight: the next one it shows is a new one. */
  forgetPublicOrderId(row: number): void {
    this.setPublicOrderId(row, NO_ORDER_ID);
  }

  hasPublicOrderId(row: number): boolean {
    return this.publicOrderIdOf(row) !== NO_ORDER_ID;
  }

  /** An iceberg shows its next slice, under a public order id of its own. */
  refill(row: number, publicOrderId: number): void {
    this.words[row * ROW_WORDS + REFILLS]++;
    this.#reals[row * ROW_REALS + PUBLIC_ORDER_ID] = publicOrderId;
  }

  /** The number of the chain that the order stands in, or 0. */
  chainOf(row: number): number {
    return this.words[row * ROW_WORDS + STATES] & CHAIN_MASK;
  }

  setChain(row: number, chain: number): void {
    const at = row * ROW_WORDS + STATES;
    this.words[at] = (this.words[at] & ~CHAIN_MASK) | chain;
  }

  nextOf(row: number): number {
    return this.words[row * ROW_WORDS + NEXT];
  }

  setNext(row: number, next: number): void {
    this.words[row * ROW_WORDS + NEXT] = next;
  }

  prevOf(row: number): number {
    return this.words[row * ROW_WORDS + PREV];
  }

  setPrev(row: number, prev: number): void {
    this.words[row * ROW_WORDS + PREV] = prev;
  }

  /** Whether the parent of this leg was filled, so that it works. */
  isAwake(row: number): boolean {
    return (this.words[row * ROW_WORDS + STATES] & AWAKE) !== 0;
  }

  wake(row: number): void {
    this.words[row * ROW_WORDS + STATES] |= AWAKE;
  }

  /** How much of a leg that sleeps works as orders of their own. */
  releasedLotsOf(row: number): number {
    return this.#reals[row * ROW_REALS + RELEASED];
  }

  addReleasedLots(row: number, lots: number): void {
    this.#reals[row * ROW_REALS + RELEASED] += lots;
  }

  /** The order list it is a leg of, or NONE. */
  listRowOf(row: number): number {
    return this.words[row * ROW_WORDS + LIST_ROW];
  }

  legIndexOf(row: number): number {
    return this.words[row * ROW_WORDS + LEG_INDEX];
  }

  setList(row: number, listRow: number, legIndex: number): void {
    this.words[row * ROW_WORDS + LIST_ROW] = listRow;
    this.words[row * ROW_WORDS + LEG_INDEX] = legIndex;
  }

  save(snapshot: SnapshotWriter): void {
    for (const number of [this.#usedRows, this.#freeRow, this.#count]) snapshot.number(number);
    snapshot.array(this.words, this.#usedRows * ROW_WORDS);
  }

  load(snapshot: SnapshotReader): void {
    this.#usedRows = snapshot.number();
    this.#freeRow = snapshot.number();
    this.#count = snapshot.number();
    while (this.#capacity < this.#usedRows) this.#grow();
    snapshot.into(this.words);
    this.#slicesCount = 0;
    for (let row = 0; row < this.#usedRows; row++) this.#slicesCount += this.slicesOf(row);
  }

  #term(row: number, word: number): number {
    return this.words[row * ROW_WORDS + word - FIRST];
  }

  #termU64(row: number, word: number): number {
    return readU64(this.words, row * ROW_WORDS + word - FIRST);
  }

  #newRow(): number {
    if (this.#usedRows === this.#capacity) this.#grow();
    return this.#usedRows++;
  }

  #grow(): void {
    this.#capacity *= 2;
    const words = new Int32Array(this.#capacity * ROW_WORDS);
    words.set(this.words);
    this.words = words;
    this.#reals = new Float64Array(words.buffer);
  }
}
