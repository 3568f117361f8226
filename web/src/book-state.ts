// The book of one instrument as the depth stream tells it: a snapshot, then updates counted by
// rptSeq. A gap empties the book; the owner then asks for a new snapshot. Prices are ticks,
// quantities lots; the best level comes first on both sides.

export type Level = {
  readonly priceTicks: number;
  readonly qtyLots: number;
  readonly orderCount: number;
};

export type Depth = {
  readonly rptSeq: number;
  readonly sequence: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
};

/** "ignored": older than the book, or no snapshot has come yet. */
export type Applied = "applied" | "ignored" | "gap";

/** A snapshot holds at most this many levels a side (docs/protocols/json.md). */
export const SNAPSHOT_LEVELS_MAX = 1000;
/** Room for a book that grows inside the horizon before the far end is cut off again. */
export const LEVELS_KEPT_MAX = 4000;
/** A cut side with fewer levels than this may soon show its missing end: ask for a snapshot. */
export const LEVELS_KEPT_MIN = 250;

/** Bids rank from the highest price, asks from the lowest: the sign makes both ascend. */
export type RankSign = -1 | 1;
export const BID_SIGN: RankSign = -1;
export const ASK_SIGN: RankSign = 1;

export class BookSide {
  readonly sign: RankSign;
  readonly #levels: Level[] = [];
  /** Beyond this rank the exchange told us only part of the book, so nothing there is kept. */
  #horizonRank = Number.POSITIVE_INFINITY;

  constructor(sign: RankSign) {
    this.sign = sign;
  }

  get levels(): readonly Level[] {
    return this.#levels;
  }

  /** True when levels were cut off and so few are left that the end could come into sight. */
  get isThin(): boolean {
    return Number.isFinite(this.#horizonRank) && this.#levels.length < LEVELS_KEPT_MIN;
  }

  replaceAll(levels: readonly Level[]): void {
    this.#levels.length = 0;
    this.#horizonRank = Number.POSITIVE_INFINITY;
    for (const level of levels) this.set(level);
    if (levels.length >= SNAPSHOT_LEVELS_MAX) this.#cutAt(this.#levels.length);
  }

  /** Sets one level's new total; 0 removes it. O(log levels) to find, O(levels) to move. */
  set(level: Level): void {
    const rank = level.priceTicks * this.sign;
    if (rank > this.#horizonRank) return;
    const index = this.#indexOf(rank);
    const isKnown = this.#levels[index]?.priceTicks === level.priceTicks;
    if (level.qtyLots === 0) {
      if (isKnown) this.#levels.splice(index, 1);
    } else {
      this.#levels.splice(index, isKnown ? 1 : 0, level);
      if (this.#levels.length > LEVELS_KEPT_MAX) this.#cutAt(SNAPSHOT_LEVELS_MAX);
    }
  }

  #cutAt(levelCount: number): void {
    this.#levels.length = levelCount;
    this.#horizonRank = this.#levels[levelCount - 1].priceTicks * this.sign;
  }

  /** First place whose rank is not better than `rank`. */
  #indexOf(rank: number): number {
    let low = 0;
    let high = this.#levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#levels[middle].priceTicks * this.sign < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export class BookState {
  readonly bids = new BookSide(BID_SIGN);
  readonly asks = new BookSide(ASK_SIGN);
  /** 0 until a snapshot came. */
  #rptSeq = 0;
  #isLive = false;

  get isLive(): boolean {
    return this.#isLive;
  }

  get rptSeq(): number {
    return this.#rptSeq;
  }

  /** A horizon came near: a new snapshot would show more than we hold. */
  get isThin(): boolean {
    return this.bids.isThin || this.asks.isThin;
  }

  clear(): void {
    this.bids.replaceAll([]);
    this.asks.replaceAll([]);
    this.#rptSeq = 0;
    this.#isLive = false;
  }

  applySnapshot(depth: Depth): void {
    this.bids.replaceAll(depth.bids);
    this.asks.replaceAll(depth.asks);
    this.#rptSeq = depth.rptSeq;
    this.#isLive = true;
  }

  /** On "gap" the book is empty and waits for a snapshot: better no book than a wrong one. */
  applyUpdate(depth: Depth): Applied {
    if (!this.#isLive || depth.rptSeq <= this.#rptSeq) return "ignored";
    if (depth.rptSeq !== this.#rptSeq + 1) {
      this.clear();
      return "gap";
    }
    for (const level of depth.bids) this.bids.set(level);
    for (const level of depth.asks) this.asks.set(level);
    this.#rptSeq = depth.rptSeq;
    return "applied";
  }
}
