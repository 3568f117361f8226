// Market data of one FIX session: snapshots, changes, and what there is to know of instruments. A
// session that asks for less than it could have is told less; one that does not read is ended by
// its outbox.

import { expectedText } from "../../codec/fix-dictionary.ts";
import type { FixMessage } from "../../codec/fix-message.ts";
import * as tag from "../../codec/fix-tags.ts";
import type { FixWriter } from "../../codec/fix-writer.ts";
import type { Instrument } from "../../model/instrument.ts";
import type {
  DepthLevel,
  DepthUpdate,
  MarketDataListener,
  PublicTrade,
  Venue,
} from "../../model/venue.ts";
import { FIX_SUBSCRIPTIONS_MAX, FIX_SYMBOLS_MAX } from "../limits.ts";
import { FixBook, type FixBookChange } from "./fix-book.ts";
import type { FixFill, FixOutbox } from "./fix-outbox.ts";

// SubscriptionRequestType (263).
const SNAPSHOT = 0;
const SUBSCRIBE = 1;

// MDEntryType (269).
const BID = "0";
const OFFER = "1";
const TRADE = "2";

// MDReqRejReason (281).
const UNKNOWN_SYMBOL = "0";
const DUPLICATE_ID = "1";
const TOO_MUCH = "2";
const UNSUPPORTED_DEPTH = "5";
const UNSUPPORTED_UPDATE = "6";
const UNSUPPORTED_ENTRY = "8";

/** MDUpdateType (265). */
const FULL_REFRESH = 0;
const INCREMENTAL = 1;

/** MarketDepth (264) 0 is all of the book, and no more than this. */
const LEVELS_MAX = 1000;
/** Instruments of one SecurityList. */
const LISTED_AT_ONCE = 500;
/** Trades of a snapshot. */
const TRADES_AT_ONCE = 10;

type Subscription = {
  readonly mdReqId: string;
  readonly levelsMax: number;
  readonly entryTypes: ReadonlySet<string>;
  readonly isIncremental: boolean;
  readonly books: ReadonlyMap<number, FixBook>;
};

/** MDReqRejReason, and what was expected and found. */
type Fault = { readonly reason: string; readonly text: string };

type Entry = {
  readonly action?: string;
  readonly type: string;
  readonly priceTicks: number;
  readonly qtyLots: number;
  readonly orderCount?: number;
};

export class FixMarketData implements MarketDataListener {
  readonly #venue: Venue;
  readonly #outbox: FixOutbox;
  readonly #subscriptions = new Map<string, Subscription>();
  #unsubscribe: () => void = () => {};

  constructor(venue: Venue, outbox: FixOutbox) {
    this.#venue = venue;
    this.#outbox = outbox;
  }

  close(): void {
    this.#unsubscribe();
    this.#subscriptions.clear();
  }

  onRequest(message: FixMessage): void {
    const mdReqId = message.text(tag.TAG_MD_REQ_ID);
    const type = message.integer(tag.TAG_SUBSCRIPTION_REQUEST_TYPE);
    if (type !== SNAPSHOT && type !== SUBSCRIBE) {
      this.#forget(mdReqId);
      return;
    }
    const subscription = this.#read(message, mdReqId);
    if ("reason" in subscription) {
      this.#reject(mdReqId, subscription);
      return;
    }
    if (type === SUBSCRIBE) {
      if (this.#subscriptions.size === 0) {
        this.#unsubscribe = this.#venue.marketData.subscribe(this);
      }
      this.#subscriptions.set(mdReqId, subscription);
    }
    for (const book of subscription.books.values()) this.#tellSnapshot(subscription, book);
  }

  /** Names, lots and currencies of every instrument. */
  onListRequest(message: FixMessage): void {
    const reqId = message.text(tag.TAG_SECURITY_REQ_ID);
    const all = this.#venue.instruments();
    for (let from = 0; from === 0 || from < all.length; from += LISTED_AT_ONCE) {
      const some = all.slice(from, from + LISTED_AT_ONCE);
      const isLast = from + some.length === all.length;
      this.#outbox.answer(tag.MSG_SECURITY_LIST, (writer) => {
        writer.text(tag.TAG_SECURITY_REQ_ID, reqId);
        writer.text(tag.TAG_SECURITY_RESPONSE_ID, `${reqId}-${from}`);
        writer.integer(tag.TAG_SECURITY_REQUEST_RESULT, 0);
        writer.integer(tag.TAG_TOT_NO_RELATED_SYM, all.length);
        writer.text(tag.TAG_LAST_FRAGMENT, isLast ? "Y" : "N");
        writer.integer(tag.TAG_NO_RELATED_SYM, some.length);
        for (const each of some) putInstrument(writer, each);
      });
    }
  }

  wantsBook(instrumentId: number): boolean {
    for (const { books } of this.#subscriptions.values()) if (books.has(instrumentId)) return true;
    return false;
  }

  wantsTrades(instrumentId: number): boolean {
    return this.wantsBook(instrumentId);
  }

  onTrade(trade: PublicTrade): void {
    for (const subscription of this.#subscriptions.values()) {
      const book = subscription.books.get(trade.instrumentId);
      if (book === undefined || !subscription.entryTypes.has(TRADE)) continue;
      const { lastPxTicks: priceTicks, lastQtyLots: qtyLots } = trade;
      this.#tellChanges(subscription, book, [{ action: "0", type: TRADE, priceTicks, qtyLots }]);
    }
  }

  onTopOfBook(): void {}

  onStatus(): void {}

  onDepth(update: DepthUpdate): void {
    for (const subscription of this.#subscriptions.values()) {
      const book = subscription.books.get(update.instrumentId);
      if (book !== undefined) this.#onDepth(subscription, book, update);
    }
  }

  #onDepth(subscription: Subscription, book: FixBook, update: DepthUpdate): void {
    const { levelsMax, entryTypes, isIncremental } = subscription;
    const changes = book.isWhole
      ? book.update(update)
      : book.compare(this.#venue.marketData.depth(update.instrumentId, levelsMax));
    const entries = changes.filter(({ type }) => entryTypes.has(type));
    if (entries.length === 0) return;
    if (isIncremental) this.#tellChanges(subscription, book, entries);
    else this.#tellSnapshot(subscription, book);
  }

  /** What the request asks for, or why it gets nothing. */
  #read(message: FixMessage, mdReqId: string): Subscription | Fault {
    if (this.#subscriptions.has(mdReqId)) {
      return fault(DUPLICATE_ID, tag.TAG_MD_REQ_ID, "one that is not in use", mdReqId);
    }
    if (this.#subscriptions.size >= FIX_SUBSCRIPTIONS_MAX) {
      return { reason: TOO_MUCH, text: `expected at most ${FIX_SUBSCRIPTIONS_MAX} requests` };
    }
    const levels = message.integer(tag.TAG_MARKET_DEPTH);
    if (!(levels >= 0 && levels <= LEVELS_MAX)) {
      return fault(UNSUPPORTED_DEPTH, tag.TAG_MARKET_DEPTH, `0 to ${LEVELS_MAX}`, levels);
    }
    const updateType = message.has(tag.TAG_MD_UPDATE_TYPE)
      ? message.integer(tag.TAG_MD_UPDATE_TYPE)
      : INCREMENTAL;
    if (updateType !== FULL_REFRESH && updateType !== INCREMENTAL) {
      return fault(UNSUPPORTED_UPDATE, tag.TAG_MD_UPDATE_TYPE, "0 or 1", updateType);
    }
    const entryTypes = new Set(valuesOf(message, tag.TAG_MD_ENTRY_TYPE));
    const unknown = [...entryTypes].find((type) => ![BID, OFFER, TRADE].includes(type));
    if (unknown !== undefined) {
      return fault(UNSUPPORTED_ENTRY, tag.TAG_MD_ENTRY_TYPE, "0, 1 or 2", unknown);
    }
    const books = this.#readBooks(valuesOf(message, tag.TAG_SYMBOL), levels === 0);
    if ("reason" in books) return books;
    return {
      ...{ mdReqId, entryTypes, books, isIncremental: updateType === INCREMENTAL },
      levelsMax: levels === 0 ? LEVELS_MAX : levels,
    };
  }

  #readBooks(symbols: readonly string[], isWhole: boolean): Map<number, FixBook> | Fault {
    if (symbols.length > FIX_SYMBOLS_MAX) {
      const expected = `at most ${FIX_SYMBOLS_MAX} symbols`;
      return fault(TOO_MUCH, tag.TAG_NO_RELATED_SYM, expected, symbols.length);
    }
    const books = new Map<number, FixBook>();
    for (const symbol of symbols) {
      const instrument = this.#venue.instrumentBySymbol(symbol);
      if (instrument === undefined) return unknownSymbol(symbol);
      books.set(instrument.instrumentId, new FixBook(instrument, isWhole));
    }
    return books.size === 0 ? unknownSymbol("") : books;
  }

  #reject(mdReqId: string, { reason, text }: Fault): void {
    this.#outbox.answer(tag.MSG_MARKET_DATA_REQUEST_REJECT, (writer) => {
      writer.text(tag.TAG_MD_REQ_ID, mdReqId);
      writer.text(tag.TAG_MD_REQ_REJ_REASON, reason);
      writer.text(tag.TAG_TEXT, text);
    });
  }

  #forget(mdReqId: string): void {
    this.#subscriptions.delete(mdReqId);
    if (this.#subscriptions.size > 0) return;
    this.#unsubscribe();
    this.#unsubscribe = () => {};
  }

  #tellSnapshot({ mdReqId, entryTypes, levelsMax }: Subscription, book: FixBook): void {
    const { instrument } = book;
    const { instrumentId } = instrument;
    const depth = this.#venue.marketData.depth(instrumentId, levelsMax);
    book.compare(depth);
    const entries: Entry[] = [];
    const add = (type: string, levels: readonly DepthLevel[]): void => {
      if (!entryTypes.has(type)) return;
      for (const [priceTicks, qtyLots, orderCount] of levels) {
        entries.push({ type, priceTicks, qtyLots, orderCount });
      }
    };
    add(BID, depth.bids);
    add(OFFER, depth.asks);
    if (entryTypes.has(TRADE)) {
      const trades = this.#venue.marketData.recentTrades(instrumentId, TRADES_AT_ONCE);
      for (const { lastPxTicks: priceTicks, lastQtyLots: qtyLots } of trades) {
        entries.push({ type: TRADE, priceTicks, qtyLots });
      }
    }
    const fill: FixFill = (writer) => {
      writer.text(tag.TAG_MD_REQ_ID, mdReqId);
      writer.text(tag.TAG_SYMBOL, instrument.symbol);
      writer.integer(tag.TAG_NO_MD_ENTRIES, entries.length);
      for (const entry of entries) putEntry(writer, entry, instrument, "");
    };
    this.#outbox.answer(tag.MSG_MARKET_DATA_SNAPSHOT, fill, entries.length);
  }

  #tellChanges(
    { mdReqId }: Subscription,
    { instrument }: FixBook,
    entries: readonly (Entry | FixBookChange)[],
  ): void {
    const fill: FixFill = (writer) => {
      writer.text(tag.TAG_MD_REQ_ID, mdReqId);
      writer.integer(tag.TAG_NO_MD_ENTRIES, entries.length);
      for (const entry of entries) putEntry(writer, entry, instrument, instrument.symbol);
    };
    this.#outbox.answer(tag.MSG_MARKET_DATA_INCREMENTAL, fill, entries.length);
  }
}

function fault(reason: string, field: number, expected: string, found: string | number): Fault {
  return { reason, text: expectedText(field, expected, String(found)) };
}

function unknownSymbol(symbol: string): Fault {
  return fault(UNKNOWN_SYMBOL, tag.TAG_SYMBOL, "the symbol of an instrument", symbol);
}

/** `symbol` "": the message has said it. */
function putEntry(writer: FixWriter, entry: Entry, instrument: Instrument, symbol: string): void {
  const { priceDecimals, tickUnits, qtyDecimals, lotUnits } = instrument;
  if (entry.action !== undefined) writer.text(tag.TAG_MD_UPDATE_ACTION, entry.action);
  writer.text(tag.TAG_MD_ENTRY_TYPE, entry.type);
  if (symbol !== "") writer.text(tag.TAG_SYMBOL, symbol);
  writer.steps(tag.TAG_MD_ENTRY_PX, entry.priceTicks, priceDecimals, tickUnits);
  writer.steps(tag.TAG_MD_ENTRY_SIZE, entry.qtyLots, qtyDecimals, lotUnits);
  if (entry.orderCount !== undefined) writer.integer(tag.TAG_NUMBER_OF_ORDERS, entry.orderCount);
}

function putInstrument(writer: FixWriter, instrument: Instrument): void {
  writer.text(tag.TAG_SYMBOL, instrument.symbol);
  writer.text(tag.TAG_CURRENCY, instrument.currency);
  writer.steps(tag.TAG_ROUND_LOT, 1, instrument.qtyDecimals, instrument.lotUnits);
}

/** Of every field of this tag. */
function valuesOf(message: FixMessage, field: number): readonly string[] {
  const values: string[] = [];
  for (let at = message.find(field); at >= 0; at = message.find(field, at + 1)) {
    values.push(message.textAt(at));
  }
  return values;
}
