// Public market data: top of book, depth, trades, candles and phase of every instrument, folded
// from the events of each command. Nothing here is state of the exchange; it can be rebuilt from
// the log.

import { assert } from "../base/assert.ts";
import { readU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  EVENT_ACCEPTED,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCELED,
  EVENT_CONTRA_ORDER_ID_WORD,
  EVENT_DISPLAYED,
  EVENT_INDICATIVE,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_PHASE_CHANGED,
  EVENT_PRICE_TICKS_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_SIDE_WORD,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADE_BUSTED,
  EVENT_TRADE_CORRECTED,
  EVENT_TRADED,
  EVENT_WORDS,
  eventFlagsOf,
  eventKindOf,
  FLAG_AGGRESSOR,
  FLAG_ON_BOOK,
} from "../codec/event.ts";
import type { MarketStatus } from "../model/market-status.ts";
import { sideOf } from "../model/order-codes.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type {
  Candle,
  DepthLevel,
  DepthSnapshot,
  MarketData,
  MarketDataListener,
  PublicTrade,
  TopOfBook,
} from "../model/venue.ts";
import { Candles } from "./candles.ts";
import { DepthBook } from "./depth-book.ts";
import { MarketStatuses } from "./market-statuses.ts";
import { TradeTape } from "./trade-tape.ts";

/** Of the layout of the saved state. One more with each change of what save writes. */
export const FEED_SNAPSHOT_VERSION = 4;
/** Instruments are numbered from 1. */
const NO_INSTRUMENT_ID = 0;

class InstrumentFeed {
  readonly instrumentId: number;
  readonly book: number;
  readonly candles = new Candles();
  readonly trades: TradeTape;
  rptSeq = 0;
  sequence = 0;
  /** As the listeners last heard it; undefined when they did not hear the last change. */
  toldTop: TopOfBook | undefined;
  /**
   * Side and price of each level that the present command changed, in order: the first
   * `touchedCount` of these numbers. An array that is emptied gives its memory back each time.
   */
  readonly touched: number[] = [];
  touchedCount = 0;

  constructor(instrumentId: number, book: number) {
    this.instrumentId = instrumentId;
    this.book = book;
    this.trades = new TradeTape(instrumentId);
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.array(Float64Array.of(this.instrumentId, this.rptSeq, this.sequence));
    this.trades.save(snapshot);
    this.candles.save(snapshot);
  }

  static load(snapshot: SnapshotReader, book: number): InstrumentFeed {
    const [instrumentId, rptSeq, sequence] = snapshot.float64s();
    const feed = new InstrumentFeed(instrumentId, book);
    feed.rptSeq = rptSeq;
    feed.sequence = sequence;
    feed.trades.load(snapshot);
    feed.candles.load(snapshot);
    return feed;
  }
}

export class MarketFeed implements MarketData {
  readonly #depth: DepthBook;
  readonly #feeds = new Map<number, InstrumentFeed>();
  readonly #statuses = new MarketStatuses();
  #listeners: readonly MarketDataListener[] = [];
  /** Feeds that the present command changed: the first `#changedCount` of these. */
  readonly #changed: InstrumentFeed[] = [];
  #changedCount = 0;
  /** The feed of the last event: the next is mostly of the same instrument. */
  #lastFeed = new InstrumentFeed(NO_INSTRUMENT_ID, 0);

  /** `nodesMax`: of the trees that hold all levels; as many as the engine's ladders have. */
  constructor(booksMax: number, nodesMax: number) {
    this.#depth = new DepthBook(booksMax, nodesMax);
  }

  /** Folds one command's batch and tells the listeners, trades and phases first, then the books. */
  onBatch(words: Int32Array, startWord: number, endWord: number): void {
    for (let at = startWord; at < endWord; at += EVENT_WORDS) {
      const onBook = (eventFlagsOf(words, at) & FLAG_ON_BOOK) !== 0;
      switch (eventKindOf(words, at)) {
        case EVENT_ACCEPTED:
        case EVENT_BOOKED:
          if (onBook) this.#add(words, at);
          break;
        case EVENT_TRADED:
          if (onBook) this.#takeOff(words, at);
          if ((eventFlagsOf(words, at) & FLAG_AGGRESSOR) !== 0) this.#trade(words, at);
          break;
        case EVENT_CANCELED:
          if (onBook) this.#takeOff(words, at);
          break;
        case EVENT_AMENDED:
          this.#leaveOldLevel(words, at);
          if (onBook) this.#add(words, at);
          break;
        case EVENT_DISPLAYED:
          this.#showOther(words, at);
          break;
        case EVENT_TRADE_BUSTED:
        case EVENT_TRADE_CORRECTED:
          this.#feed(words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0).trades.change(words, at);
          break;
        case EVENT_PHASE_CHANGED:
          this.#tellStatus(this.#statuses.onPhase(words, at));
          break;
        case EVENT_INDICATIVE:
          this.#tellStatus(this.#statuses.onIndicative(words, at));
          break;
        default:
      }
    }
    if (this.#changedCount === 0) return;
    const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
    for (let i = 0; i < this.#changedCount; i++) this.#publish(this.#changed[i], sequence);
    this.#changedCount = 0;
  }

  topOfBook(instrumentId: number): TopOfBook {
    const feed = this.#feeds.get(instrumentId);
    if (feed === undefined) return { instrumentId, sequence: 0, bid: undefined, ask: undefined };
    const bid = this.#depth.best(feed.book, SIDE_BUY);
    const ask = this.#depth.best(feed.book, SIDE_SELL);
    return { instrumentId, sequence: feed.sequence, bid, ask };
  }

  depth(instrumentId: number, levelsMax: number): DepthSnapshot {
    const feed = this.#feeds.get(instrumentId);
    if (feed === undefined) return { instrumentId, rptSeq: 0, sequence: 0, bids: [], asks: [] };
    return {
      instrumentId,
      rptSeq: feed.rptSeq,
      sequence: feed.sequence,
      bids: this.#depth.levels(feed.book, SIDE_BUY, levelsMax),
      asks: this.#depth.levels(feed.book, SIDE_SELL, levelsMax),
    };
  }

  recentTrades(instrumentId: number, tradesMax: number): readonly PublicTrade[] {
    return this.#feeds.get(instrumentId)?.trades.newest(tradesMax) ?? [];
  }

  candles(instrumentId: number, candlesMax: number): readonly Candle[] {
    return this.#feeds.get(instrumentId)?.candles.newest(candlesMax) ?? [];
  }

  status(instrumentId: number): MarketStatus {
    return this.#statuses.of(instrumentId);
  }

  subscribe(listener: MarketDataListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== listener);
    };
  }

  /** All that later events and questions build on; listeners are none of it. */
  save(snapshot: SnapshotWriter): void {
    this.#depth.save(snapshot);
    snapshot.number(this.#feeds.size);
    for (const feed of this.#feeds.values()) feed.save(snapshot);
    this.#statuses.save(snapshot);
  }

  /** The inverse of save, into a new feed of as many books. */
  load(snapshot: SnapshotReader): void {
    assert(this.#feeds.size === 0, "a snapshot is loaded into a new feed");
    this.#depth.load(snapshot);
    const count = snapshot.number();
    for (let book = 0; book < count; book++) {
      const feed = InstrumentFeed.load(snapshot, book);
      this.#feeds.set(feed.instrumentId, feed);
    }
    this.#statuses.load(snapshot);
  }

  /** Made at the instrument's first event, never by a question about one that nobody listed. */
  #feed(instrumentId: number): InstrumentFeed {
    if (this.#lastFeed.instrumentId === instrumentId) return this.#lastFeed;
    let feed = this.#feeds.get(instrumentId);
    if (feed === undefined) {
      feed = new InstrumentFeed(instrumentId, this.#feeds.size);
      this.#feeds.set(instrumentId, feed);
    }
    this.#lastFeed = feed;
    return feed;
  }

  #add(words: Int32Array, at: number): void {
    const leavesQtyLots = readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD);
    this.#change(words, at, words[at + EVENT_PRICE_TICKS_WORD], leavesQtyLots, 1);
  }

  #takeOff(words: Int32Array, at: number): void {
    const lastQtyLots = readU64(words, at + EVENT_LAST_QTY_LOTS_WORD);
    const ends = readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD) === 0;
    this.#change(words, at, words[at + EVENT_PRICE_TICKS_WORD], -lastQtyLots, ends ? -1 : 0);
  }

  #leaveOldLevel(words: Int32Array, at: number): void {
    const lastQtyLots = readU64(words, at + EVENT_LAST_QTY_LOTS_WORD);
    this.#change(words, at, words[at + EVENT_LAST_PX_TICKS_WORD], -lastQtyLots, -1);
  }

  /** Of an iceberg: the slice shown before gives way to the one shown now; either may be none. */
  #showOther(words: Int32Array, at: number): void {
    const shownLots = readU64(words, at + EVENT_CONTRA_ORDER_ID_WORD);
    if (readU64(words, at + EVENT_LAST_QTY_LOTS_WORD) > 0) this.#leaveOldLevel(words, at);
    if (shownLots > 0) this.#change(words, at, words[at + EVENT_PRICE_TICKS_WORD], shownLots, 1);
  }

  #change(
    words: Int32Array,
    at: number,
    priceTicks: number,
    qtyLots: number,
    orders: number,
  ): void {
    const feed = this.#feed(words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0);
    const side = sideOf(words[at + EVENT_SIDE_WORD]);
    this.#depth.change(feed.book, side, priceTicks, qtyLots, orders);
    if (feed.touchedCount === 0) this.#changed[this.#changedCount++] = feed;
    feed.touched[feed.touchedCount++] = side;
    feed.touched[feed.touchedCount++] = priceTicks;
  }

  #trade(words: Int32Array, at: number): void {
    const feed = this.#feed(words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0);
    const timeMicros = readU64(words, at + EVENT_TIME_MICROS_WORD);
    const lastQtyLots = readU64(words, at + EVENT_LAST_QTY_LOTS_WORD);
    feed.candles.add(timeMicros, words[at + EVENT_LAST_PX_TICKS_WORD], lastQtyLots);
    feed.trades.add(words, at);
    let trade: PublicTrade | undefined;
    for (const listener of this.#listeners) {
      if (!listener.wantsTrades(feed.instrumentId)) continue;
      trade ??= feed.trades.newest(1)[0];
      listener.onTrade(trade);
    }
  }

  #tellStatus(status: MarketStatus): void {
    for (const listener of this.#listeners) listener.onStatus(status);
  }

  #publish(feed: InstrumentFeed, sequence: number): void {
    feed.rptSeq++;
    feed.sequence = sequence;
    if (this.#isWanted(feed.instrumentId)) this.#tell(feed);
    else feed.toldTop = undefined;
    feed.touchedCount = 0;
  }

  #isWanted(instrumentId: number): boolean {
    for (const listener of this.#listeners) if (listener.wantsBook(instrumentId)) return true;
    return false;
  }

  #tell(feed: InstrumentFeed): void {
    const top = this.topOfBook(feed.instrumentId);
    const topChanged = feed.toldTop === undefined || !sameTop(top, feed.toldTop);
    feed.toldTop = top;
    const update: DepthSnapshot = {
      instrumentId: feed.instrumentId,
      rptSeq: feed.rptSeq,
      sequence: feed.sequence,
      bids: this.#touchedLevels(feed, SIDE_BUY),
      asks: this.#touchedLevels(feed, SIDE_SELL),
    };
    for (const listener of this.#listeners) {
      if (topChanged) listener.onTopOfBook(top);
      listener.onDepth(update);
    }
  }

  #touchedLevels(feed: InstrumentFeed, side: number): DepthLevel[] {
    const prices = new Set<number>();
    for (let i = 0; i < feed.touchedCount; i += 2) {
      if (feed.touched[i] === side) prices.add(feed.touched[i + 1]);
    }
    return Array.from(prices, (price) => this.#depth.levelAt(feed.book, side, price));
  }
}

function sameTop(first: TopOfBook, second: TopOfBook): boolean {
  return sameLevel(first.bid, second.bid) && sameLevel(first.ask, second.ask);
}

function sameLevel(first: DepthLevel | undefined, second: DepthLevel | undefined): boolean {
  return first?.[0] === second?.[0] && first?.[1] === second?.[1] && first?.[2] === second?.[2];
}
