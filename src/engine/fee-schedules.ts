// hot path
// What trading costs: schedules of rates and money a lot, for maker and taker, buyer and seller,
// and which of them counts. Rates are millionths of the money traded; negative ones are rebates.
//
// A row is the eight words of the set-fees command: rates, then money a lot; in each maker before
// taker, buy before sell. Rows are given back when their fees are taken away.

import { millionthsUp } from "../base/exact-ratio.ts";
import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { SET_FEES_MAKER_BUY_RATE_WORD } from "../codec/account-command.ts";
import type { AccountTerms } from "./account-terms.ts";
import type { PositionTable } from "./position-table.ts";

/** Words of a schedule. */
export const FEE_SCHEDULE_WORDS = 8;
const ROW_WORDS = FEE_SCHEDULE_WORDS;
const TAKER = 2;
const PER_LOT = 4;
const ROWS_EXPECTED = 16;

/** What one order owes for one fill; negative: what it is paid. `money` is not negative. */
export function feeOf(rate: number, perLot: number, money: number, lots: number): number {
  return millionthsUp(money, rate) + perLot * lots;
}

export class FeeSchedules {
  readonly #terms: AccountTerms;
  readonly #positions: PositionTable;
  /** By book, plus one; 0 is none. */
  readonly #bookRows: Int32Array;
  #rows = new Int32Array(ROWS_EXPECTED * ROW_WORDS);
  #rowsCount = 0;
  #freeRow = NONE;
  /** Everybody's, everywhere. */
  #generalRow = NONE;

  constructor(terms: AccountTerms, positions: PositionTable, booksMax: number) {
    this.#terms = terms;
    this.#positions = positions;
    this.#bookRows = new Int32Array(booksMax);
  }

  /**
   * Puts the fees of the command at `words[at]` in place of those that held for this account (NONE:
   * everybody) and book (NONE: all), or takes those away. `positionRow` is that of both.
   */
  set(
    accountRow: number,
    book: number,
    positionRow: number,
    words: Int32Array,
    at: number,
    isRemoved: boolean,
  ): void {
    const known = this.#ownRowOf(accountRow, book, positionRow);
    let row = known;
    if (isRemoved) {
      if (known !== NONE) this.#release(known);
      row = NONE;
    } else {
      if (known === NONE) row = this.#acquire();
      const from = at + SET_FEES_MAKER_BUY_RATE_WORD;
      for (let i = 0; i < ROW_WORDS; i++) this.#rows[row * ROW_WORDS + i] = words[from + i];
    }
    if (accountRow !== NONE && book !== NONE) this.#positions.setFeeRow(positionRow, row);
    else if (accountRow !== NONE) this.#terms.setFeeRow(accountRow, row);
    else if (book !== NONE) this.#bookRows[book] = row + 1;
    else this.#generalRow = row;
  }

  /** The schedule that counts, or NONE: the narrowest that there is. */
  rowOf(accountRow: number, book: number, positionRow: number): number {
    if (this.#rowsCount === 0) return NONE; // There never was one.
    const own = this.#positions.feeRowOf(positionRow);
    if (own !== NONE) return own;
    const accounts = this.#terms.feeRowOf(accountRow);
    if (accounts !== NONE) return accounts;
    return this.#bookRows[book] === 0 ? this.#generalRow : this.#bookRows[book] - 1;
  }

  /** What an order of this side owes in millionths of the money; negative: what it is paid. */
  rateOf(row: number, side: number, isTaker: boolean): number {
    return row === NONE ? 0 : this.#rows[row * ROW_WORDS + (isTaker ? TAKER : 0) + side - 1];
  }

  /** The same in money a lot. */
  perLotOf(row: number, side: number, isTaker: boolean): number {
    return this.rateOf(row, side + PER_LOT, isTaker);
  }

  /** The most that a lot worth `money` may cost, whatever its fills; never less than nothing. */
  worstFeeOf(row: number, side: number, money: number): number {
    if (row === NONE) return 0;
    const rows = this.#rows;
    const maker = row * ROW_WORDS + side - 1;
    const taker = maker + TAKER;
    const rate = Math.max(rows[maker], rows[taker]);
    const perLot = Math.max(rows[maker + PER_LOT], rows[taker + PER_LOT]);
    return Math.max(0, feeOf(rate, perLot, money, 1));
  }

  /** A word of a schedule, for the state hash. */
  wordOf(row: number, index: number): number {
    return this.#rows[row * ROW_WORDS + index];
  }

  get generalRow(): number {
    return this.#generalRow;
  }

  bookRowOf(book: number): number {
    return this.#bookRows[book] - 1;
  }

  save(snapshot: SnapshotWriter, booksCount: number): void {
    for (const number of [this.#rowsCount, this.#freeRow, this.#generalRow]) {
      snapshot.number(number);
    }
    snapshot.array(this.#rows, this.#rowsCount * ROW_WORDS);
    snapshot.array(this.#bookRows, booksCount);
  }

  load(snapshot: SnapshotReader): void {
    this.#rowsCount = snapshot.number();
    this.#freeRow = snapshot.number();
    this.#generalRow = snapshot.number();
    while (this.#rowsCount * ROW_WORDS > this.#rows.length) this.#grow();
    snapshot.into(this.#rows);
    snapshot.into(this.#bookRows);
  }

  #ownRowOf(accountRow: number, book: number, positionRow: number): number {
    if (accountRow !== NONE && book !== NONE) return this.#positions.feeRowOf(positionRow);
    if (accountRow !== NONE) return this.#terms.feeRowOf(accountRow);
    return book === NONE ? this.#generalRow : this.#bookRows[book] - 1;
  }

  #acquire(): number {
    const row = this.#freeRow;
    if (row !== NONE) {
      this.#freeRow = this.#rows[row * ROW_WORDS];
      return row;
    }
    if ((this.#rowsCount + 1) * ROW_WORDS > this.#rows.length) this.#grow();
    return this.#rowsCount++;
  }

  #release(row: number): void {
    this.#rows[row * ROW_WORDS] = this.#freeRow;
    this.#freeRow = row;
  }

  #grow(): void {
    const rows = new Int32Array(this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}
