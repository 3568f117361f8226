// hot path
// The last trades in which a configured account took part, as the operator may still bust or
// correct them: a ring of 128-byte rows in order of their trade ids.
//
//   words 0 lastPxTicks  1 book  2 state (bit 0 busted, bit 1 the maker sold, bits 2 and 3 whether
//         maker and taker have balances)  3 the day
//   reals 2 tradeId  3 lastQtyLots
//   then for the maker and for the taker:
//   reals +0 orderId  +3 cost  +4 realized P&L  +5 fee   (what the fill changed)
//   words  2 accountRow  3 positionRow, NONE where it does not count
//          4 fee rate  5 fee a lot   (as they were when it traded)

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";

const ROW_REALS = 16;
const ROW_WORDS = 32;
const LAST_PX = 0;
const BOOK = 1;
const STATE = 2;
const DAY = 3;
const TRADE_ID = 2;
const LAST_QTY = 3;
const SIDES = 4;
const SIDE_REALS = 6;
const ORDER_ID = 0;
const ACCOUNT_ROW = 2;
const POSITION_ROW = 3;
const FEE_RATE = 4;
const FEE_PER_LOT = 5;
const COST = 3;
const REALIZED = 4;
const FEE = 5;

const BUSTED = 1 << 0;
const MAKER_SOLD = 1 << 1;
/** Of the maker; the next bit is the taker's. */
const HAS_BALANCES = 1 << 2;

/** The two parties of a trade. */
export const MAKER = 0;
export const TAKER = 1;

export class RecentTrades {
  readonly #tradesMax: number;
  readonly #words: Int32Array;
  readonly #reals: Float64Array;
  /** Trades ever kept; the newest is in row (kept - 1) modulo tradesMax. */
  #kept = 0;

  constructor(tradesMax: number) {
    this.#tradesMax = tradesMax;
    this.#reals = new Float64Array(tradesMax * ROW_REALS);
    this.#words = new Int32Array(this.#reals.buffer);
  }

  /** A new row, in place of the oldest once all are used. Its parties are to be set. */
  add(
    tradeId: number,
    book: number,
    makerSide: number,
    lastPxTicks: number,
    lastQtyLots: number,
    day: number,
  ): number {
    const row = this.#kept++ % this.#tradesMax;
    this.#words[row * ROW_WORDS + BOOK] = book;
    this.#words[row * ROW_WORDS + STATE] = makerSide === SIDE_SELL ? MAKER_SOLD : 0;
    this.#words[row * ROW_WORDS + DAY] = day;
    this.#reals[row * ROW_REALS + TRADE_ID] = tradeId;
    this.correct(row, lastPxTicks, lastQtyLots);
    return row;
  }

  /** The row of a trade that is still kept, or NONE. */
  find(tradeId: number): number {
    let first = Math.max(0, this.#kept - this.#tradesMax);
    let end = this.#kept;
    while (first < end) {
      const middle = Math.floor((first + end) / 2);
      const row = middle % this.#tradesMax;
      const found = this.#reals[row * ROW_REALS + TRADE_ID];
      if (found === tradeId) return row;
      if (found < tradeId) first = middle + 1;
      else end = middle;
    }
    return NONE;
  }

  /** What the trade counts as from now on. */
  correct(row: number, lastPxTicks: number, lastQtyLots: number): void {
    assert(lastQtyLots > 0, "a trade is of some quantity");
    this.#words[row * ROW_WORDS + LAST_PX] = lastPxTicks;
    this.#reals[row * ROW_REALS + LAST_QTY] = lastQtyLots;
  }

  bust(row: number): void {
    this.#words[row * ROW_WORDS + STATE] |= BUSTED;
  }

  isBusted(row: number): boolean {
    return (this.#words[row * ROW_WORDS + STATE] & BUSTED) !== 0;
  }

  tradeIdOf(row: number): number {
    return this.#reals[row * ROW_REALS + TRADE_ID];
  }

  bookOf(row: number): number {
    return this.#words[row * ROW_WORDS + BOOK];
  }

  /** The day on which it traded. */
  dayOf(row: number): number {
    return this.#words[row * ROW_WORDS + DAY];
  }

  lastPxTicksOf(row: number): number {
    return this.#words[row * ROW_WORDS + LAST_PX];
  }

  lastQtyLotsOf(row: number): number {
    return this.#reals[row * ROW_REALS + LAST_QTY];
  }

  sideOf(row: number, party: number): number {
    const makerSold = (this.#words[row * ROW_WORDS + STATE] & MAKER_SOLD) !== 0;
    return makerSold === (party === MAKER) ? SIDE_SELL : SIDE_BUY;
  }

  /** Who it was, which position counts (NONE: none does), and whether its balances do. */
  setParty(
    row: number,
    party: number,
    orderId: number,
    accountRow: number,
    positionRow: number,
    hasBalances: boolean,
  ): void {
    const at = this.#partyAt(row, party);
    this.#reals[at + ORDER_ID] = orderId;
    this.#words[at * 2 + ACCOUNT_ROW] = accountRow;
    this.#words[at * 2 + POSITION_ROW] = positionRow;
    if (hasBalances) this.#words[row * ROW_WORDS + STATE] |= HAS_BALANCES << party;
    this.setFees(row, party, 0, 0);
    this.setChange(row, party, 0, 0, 0);
  }

  /** What the party pays, in millionths of the money and a lot, also once it is corrected. */
  setFees(row: number, party: number, rate: number, perLot: number): void {
    const at = this.#partyAt(row, party) * 2;
    this.#words[at + FEE_RATE] = rate;
    this.#words[at + FEE_PER_LOT] = perLot;
  }

  /** What the fill changed in the party's position, and what it paid. */
  setChange(row: number, party: number, cost: number, realizedPnl: number, fee: number): void {
    const at = this.#partyAt(row, party);
    this.#reals[at + COST] = cost;
    this.#reals[at + REALIZED] = realizedPnl;
    this.#reals[at + FEE] = fee;
  }

  orderIdOf(row: number, party: number): number {
    return this.#reals[this.#partyAt(row, party) + ORDER_ID];
  }

  accountRowOf(row: number, party: number): number {
    return this.#words[this.#partyAt(row, party) * 2 + ACCOUNT_ROW];
  }

  /** The position that the trade changed, NONE where it does not count. */
  positionRowOf(row: number, party: number): number {
    return this.#words[this.#partyAt(row, party) * 2 + POSITION_ROW];
  }

  isTracked(row: number, party: number): boolean {
    return this.positionRowOf(row, party) !== NONE;
  }

  hasBalances(row: number, party: number): boolean {
    return (this.#words[row * ROW_WORDS + STATE] & (HAS_BALANCES << party)) !== 0;
  }

  feeRateOf(row: number, party: number): number {
    return this.#words[this.#partyAt(row, party) * 2 + FEE_RATE];
  }

  feePerLotOf(row: number, party: number): number {
    return this.#words[this.#partyAt(row, party) * 2 + FEE_PER_LOT];
  }

  costOf(row: number, party: number): number {
    return this.#reals[this.#partyAt(row, party) + COST];
  }

  realizedPnlOf(row: number, party: number): number {
    return this.#reals[this.#partyAt(row, party) + REALIZED];
  }

  feeOf(row: number, party: number): number {
    return this.#reals[this.#partyAt(row, party) + FEE];
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.number(this.#kept);
    snapshot.array(this.#reals, Math.min(this.#kept, this.#tradesMax) * ROW_REALS);
  }

  load(snapshot: SnapshotReader): void {
    this.#kept = snapshot.number();
    snapshot.into(this.#reals);
  }

  #partyAt(row: number, party: number): number {
    return row * ROW_REALS + SIDES + party * SIDE_REALS;
  }
}
