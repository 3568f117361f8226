// hot path
// What the engine knows of each instrument's market beyond its books: the last price, what traded
// since stops were looked at, and how many of its orders need looking after when something changes.
// One 64-byte row a book.

import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";

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
const HAS_BID = 1;
const HAS_ASK = 2;

export class MarketStates {
  readonly #rows: Int32Array;
  /** Books with special orders that the present command touched, in that order. */
  readonly #touched: Int32Array;
  touchedCount = 0;

  constructor(booksMax: number) {
    this.#rows = new Int32Array(booksMax * ROW_WORDS);
    this.#touched = new Int32Array(booksMax);
  }

  hasLastPx(book: number): boolean {
    return this.#rows[book * ROW_WORDS + HAS_LAST] !== 0;
  }

  /** Meaningful once hasLastPx. */
  lastPxTicksOf(book: number): number {
    return this.#rows[book * ROW_WORDS + LAST_PX];
  }

  /** A trade: notes its price, and the range of prices where orders wait for one. */
  onTrade(book: number, lastPxTicks: number): void {
    const at = book * ROW_WORDS;
    const rows = this.#rows;
    rows[at + LAST_PX] = lastPxTicks;
    rows[at + HAS_LAST] = 1;
    if (rows[at + SPECIALS] !== 0) this.#widenRound(at, lastPxTicks);
  }

  /** Whether anything traded since clearRound. */
  hasRound(book: number): boolean {
    return this.#rows[book * ROW_WORDS + HAS_ROUND] !== 0;
  }

  roundHighTicksOf(book: number): number {
    return this.#rows[book * ROW_WORDS + ROUND_HIGH];
  }

  roundLowTicksOf(book: number): number {
    return this.#rows[book * ROW_WORDS + ROUND_LOW];
  }

  clearRound(book: number): void {
    this.#rows[book * ROW_WORDS + HAS_ROUND] = 0;
  }

  /** Something of this book changed: its special orders are to be looked at. */
  touch(book: number): void {
    const at = book * ROW_WORDS;
    if (this.#rows[at + SPECIALS] === 0 || this.#rows[at + IS_TOUCHED] !== 0) return;
    this.#rows[at + IS_TOUCHED] = 1;
    this.#touched[this.touchedCount++] = book;
  }

  touchedBook(index: number): number {
    return this.#touched[index];
  }

  clearTouched(): void {
    for (let i = 0; i < this.touchedCount; i++) {
      this.#rows[this.#touched[i] * ROW_WORDS + IS_TOUCHED] = 0;
    }
    this.touchedCount = 0;
  }

  specialsCountOf(book: number): number {
    return this.#rows[book * ROW_WORDS + SPECIALS];
  }

  addSpecial(book: number): void {
    this.#rows[book * ROW_WORDS + SPECIALS]++;
    this.touch(book);
  }

  removeSpecial(book: number): void {
    this.#rows[book * ROW_WORDS + SPECIALS]--;
  }

  allOrNoneCountOf(book: number): number {
    return this.#rows[book * ROW_WORDS + ALL_OR_NONE];
  }

  addAllOrNone(book: number, count: number): void {
    this.#rows[book * ROW_WORDS + ALL_OR_NONE] += count;
  }

  /** Notes the references of pegged orders; says whether they are other ones than before. */
  changeReferences(
    book: number,
    hasBid: boolean,
    bidTicks: number,
    hasAsk: boolean,
    askTicks: number,
  ): boolean {
    const at = book * ROW_WORDS;
    const rows = this.#rows;
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

  save(snapshot: SnapshotWriter): void {
    snapshot.array(this.#rows);
  }

  load(snapshot: SnapshotReader): void {
    snapshot.into(this.#rows);
  }

  #widenRound(at: number, lastPxTicks: number): void {
    const rows = this.#rows;
    const isFirst = rows[at + HAS_ROUND] === 0;
    if (isFirst || lastPxTicks > rows[at + ROUND_HIGH]) rows[at + ROUND_HIGH] = lastPxTicks;
    if (isFirst || lastPxTicks < rows[at + ROUND_LOW]) rows[at + ROUND_LOW] = lastPxTicks;
    rows[at + HAS_ROUND] = 1;
  }
}
