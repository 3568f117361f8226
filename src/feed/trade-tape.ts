// hot path
// The newest trades of one instrument, as numbers: an object a trade was three quarters of all
// garbage that the trading thread made. Whoever asks for trades gets objects.

import { readU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_SIDE_WORD,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADE_BUSTED,
  EVENT_TRADE_ID_WORD,
  eventFlagsOf,
  eventKindOf,
  FLAG_AUCTION,
} from "../codec/event.ts";
import { sideOf } from "../model/order-codes.ts";
import type { PublicTrade } from "../model/venue.ts";

/** Trades kept an instrument, for those who join. */
export const TRADES_MAX = 1000;
/** Rows, a power of two: of an instrument that never traded, and of one that does. */
const ROWS_FIRST = 1;
const ROWS_MAX = 1024;

/** Of a row, and of a trade in a snapshot. */
const TRADE_REALS = 7;
const SEQUENCE = 0;
const TRADE_ID = 1;
const TIME_MICROS = 2;
const LAST_PX_TICKS = 3;
const LAST_QTY_LOTS = 4;
const AGGRESSOR_SIDE = 5;
const STATE = 6;

/** Bits of a trade's state. */
const AUCTION = 1 << 0;
const BUSTED = 1 << 1;
const CORRECTED = 1 << 2;

export class TradeTape {
  readonly #instrumentId: number;
  /** A trade's row is its number modulo the rows. */
  #reals = new Float64Array(ROWS_FIRST * TRADE_REALS);
  #rows = ROWS_FIRST;
  /** Trades there ever were. */
  #count = 0;

  constructor(instrumentId: number) {
    this.#instrumentId = instrumentId;
  }

  /** The trade that the aggressor's report at `words[at]` tells. */
  add(words: Int32Array, at: number): void {
    if (this.#count === this.#rows && this.#rows < ROWS_MAX) this.#grow();
    const row = (this.#count++ & (this.#rows - 1)) * TRADE_REALS;
    const reals = this.#reals;
    reals[row + SEQUENCE] = readU64(words, at + EVENT_SEQUENCE_WORD);
    reals[row + TRADE_ID] = readU64(words, at + EVENT_TRADE_ID_WORD);
    reals[row + TIME_MICROS] = readU64(words, at + EVENT_TIME_MICROS_WORD);
    reals[row + LAST_PX_TICKS] = words[at + EVENT_LAST_PX_TICKS_WORD];
    reals[row + LAST_QTY_LOTS] = readU64(words, at + EVENT_LAST_QTY_LOTS_WORD);
    reals[row + AGGRESSOR_SIDE] = sideOf(words[at + EVENT_SIDE_WORD]);
    reals[row + STATE] = (eventFlagsOf(words, at) & FLAG_AUCTION) === 0 ? 0 : AUCTION;
  }

  /** What became of a past trade, if it is still kept; both of its parties are told the same. */
  change(words: Int32Array, at: number): void {
    const tradeId = readU64(words, at + EVENT_TRADE_ID_WORD);
    const reals = this.#reals;
    const oldest = Math.max(0, this.#count - TRADES_MAX);
    for (let number = this.#count - 1; number >= oldest; number--) {
      const row = this.#rowOf(number);
      if (reals[row + TRADE_ID] !== tradeId) continue;
      const isBusted = eventKindOf(words, at) === EVENT_TRADE_BUSTED;
      reals[row + STATE] |= isBusted ? BUSTED : CORRECTED;
      reals[row + LAST_PX_TICKS] = words[at + EVENT_LAST_PX_TICKS_WORD];
      reals[row + LAST_QTY_LOTS] = readU64(words, at + EVENT_LAST_QTY_LOTS_WORD);
      return;
    }
  }

  /** Newest last, at most TRADES_MAX. */
  newest(tradesMax: number): PublicTrade[] {
    const length = Math.min(tradesMax, TRADES_MAX, this.#count);
    return Array.from({ length }, (_, i) => this.#tradeAt(this.#count - length + i));
  }

  save(snapshot: SnapshotWriter): void {
    const length = Math.min(TRADES_MAX, this.#count);
    const reals = new Float64Array(length * TRADE_REALS);
    for (let i = 0; i < length; i++) {
      const row = this.#rowOf(this.#count - length + i);
      reals.set(this.#reals.subarray(row, row + TRADE_REALS), i * TRADE_REALS);
    }
    snapshot.array(reals);
  }

  /** The inverse of save, into a new tape. */
  load(snapshot: SnapshotReader): void {
    const reals = snapshot.float64s();
    this.#count = reals.length / TRADE_REALS;
    while (this.#rows < this.#count) this.#grow();
    this.#reals.set(reals);
  }

  #grow(): void {
    const grown = new Float64Array(2 * this.#reals.length);
    grown.set(this.#reals);
    this.#reals = grown;
    this.#rows *= 2;
  }

  #tradeAt(number: number): PublicTrade {
    const row = this.#rowOf(number);
    const reals = this.#reals;
    return {
      instrumentId: this.#instrumentId,
      sequence: reals[row + SEQUENCE],
      tradeId: reals[row + TRADE_ID],
      timeMicros: reals[row + TIME_MICROS],
      lastPxTicks: reals[row + LAST_PX_TICKS],
      lastQtyLots: reals[row + LAST_QTY_LOTS],
      aggressorSide: reals[row + AGGRESSOR_SIDE],
      isAuction: (reals[row + STATE] & AUCTION) !== 0,
      isBusted: (reals[row + STATE] & BUSTED) !== 0,
      isCorrected: (reals[row + STATE] & CORRECTED) !== 0,
    };
  }

  #rowOf(number: number): number {
    return (number & (this.#rows - 1)) * TRADE_REALS;
  }
}
