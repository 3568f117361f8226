// The reports of the accounts that somebody follows: gathered from the moment that somebody does,
// and what was before from the log.

import { EVENT_ACCOUNT_ID_WORD, EVENT_WORDS } from "../../codec/event.ts";
import { isChangedTrade, isOrderReport, isTermsOfReport } from "../../codec/order-report.ts";
import type { HistoryExecuted } from "../../model/history.ts";
import {
  EVERY_ACCOUNT,
  PAST_GONE,
  type PastReports,
  type PastReportsPage,
  type ReportPlace,
} from "../../model/past-reports.ts";
import type { Venue } from "../../model/venue.ts";
import { ExecutedOrders } from "./executed-orders.ts";
import { ReportRing, RING_EVENTS_MAX, type RingReader } from "./report-ring.ts";
import type { TradeOrders } from "./trade-orders.ts";

/** Rings that are kept though nobody reads them: their readers may come back soon. */
const IDLE_RINGS_MAX = 64;
/** Behind every event of its command. */
export const INDEX_MAX = Number.MAX_SAFE_INTEGER;

/** The reports of one account, to whoever follows it. */
export class ReportStream {
  readonly accountId: number;
  readonly ring: ReportRing;
  #listeners: readonly (() => void)[] = [];

  constructor(accountId: number, after: ReportPlace, eventsMax: number) {
    this.accountId = accountId;
    this.ring = new ReportRing(after, eventsMax);
  }

  get isFollowed(): boolean {
    return this.#listeners.length > 0;
  }

  listen(onGrown: () => void): () => void {
    this.#listeners = [...this.#listeners, onGrown];
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== onGrown);
    };
  }

  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export class AccountReports {
  readonly #venue: Venue;
  readonly #past: PastReports;
  readonly #tradeOrders: TradeOrders;
  readonly #eventsMax: number;
  readonly #streams = new Map<number, ReportStream>();
  readonly #grown = new Set<ReportStream>();
  readonly #unsubscribe: () => void;

  /** `eventsMax` of an account are kept. */
  constructor(
    venue: Venue,
    past: PastReports,
    tradeOrders: TradeOrders,
    eventsMax: number = RING_EVENTS_MAX,
  ) {
    this.#venue = venue;
    this.#past = past;
    this.#tradeOrders = tradeOrders;
    this.#eventsMax = eventsMax;
    this.#unsubscribe = venue.subscribe((words, start, end) => this.#onBatch(words, start, end));
  }

  /** Behind everything that anybody could have been told. */
  now(): ReportPlace {
    return { sequence: this.#venue.health().durableSequence, index: INDEX_MAX };
  }

  /** Of EVERY_ACCOUNT too. */
  of(accountId: number): ReportStream {
    let stream = this.#streams.get(accountId);
    if (stream === undefined) {
      this.#forgetIdle();
      stream = new ReportStream(accountId, this.now(), this.#eventsMax);
      this.#streams.set(accountId, stream);
    }
    return stream;
  }

  /** The page of the log that goes on behind `place`, or why there is none. */
  askAfter(
    accountId: number,
    place: ReportPlace,
    onPage: (page: ReportPage | typeof PAST_GONE | Error) => void,
  ): void {
    const fromSequence = Math.max(place.sequence, 1);
    this.#past.ask({ accountId, fromSequence }, (answer) => {
      const isPage = answer !== PAST_GONE && !(answer instanceof Error);
      onPage(isPage ? pageOf(answer, fromSequence) : answer);
    });
  }

  /** What is to be known of the report's order is put into the report. */
  askOrder(report: RingReader, onAsked: () => void): void {
    if (isChangedTrade(report.words, report.at)) {
      this.#tradeOrders.find(report, (orderThen, executed) => {
        report.orderThen = orderThen;
        report.executed = executed;
        onAsked();
      });
      return;
    }
    this.#tradeOrders.findExecuted(report, (executed) => {
      report.executed = executed;
      onAsked();
    });
  }

  /** Whether it is worth asking: the history has not just failed to answer. */
  get isAnswered(): boolean {
    return this.#tradeOrders.isAnswered;
  }

  close(): void {
    this.#unsubscribe();
    this.#streams.clear();
  }

  #forgetIdle(): void {
    const idle = [...this.#streams.values()].filter((stream) => !stream.isFollowed);
    if (idle.length <= IDLE_RINGS_MAX) return;
    this.#streams.delete(idle[0].accountId); // The one that is there for longest.
  }

  #onBatch(words: Int32Array, start: number, end: number): void {
    if (this.#streams.size === 0) return;
    for (let at = start; at < end - EVENT_WORDS; at += EVENT_WORDS) {
      if (!isOrderReport(words, at) && !isTermsOfReport(words, at, start)) continue;
      const index = (at - start) / EVENT_WORDS;
      this.#push(words[at + EVENT_ACCOUNT_ID_WORD] >>> 0, words, at, index);
      this.#push(EVERY_ACCOUNT, words, at, index);
    }
  }

  #push(accountId: number, words: Int32Array, at: number, index: number): void {
    const stream = this.#streams.get(accountId);
    if (stream === undefined) return;
    stream.ring.push(words, at, index);
    if (this.#grown.size === 0) queueMicrotask(() => this.#tell());
    this.#grown.add(stream);
  }

  /** Once for all that one durable write told. */
  #tell(): void {
    const grown = [...this.#grown];
    this.#grown.clear();
    for (const stream of grown) stream.tell();
  }
}

/** A part of the past: nothing is missing up to `end`. */
type ReportPage = { readonly ring: ReportRing; readonly end: ReportPlace };

function pageOf(page: PastReportsPage, fromSequence: number): ReportPage {
  const ring = new ReportRing({ sequence: fromSequence - 1, index: INDEX_MAX }, INDEX_MAX);
  for (let i = 0; i < page.indexes.length; i++) {
    ring.push(page.words, i * EVENT_WORDS, page.indexes[i]);
  }
  return { ring, end: { sequence: page.throughSequence, index: INDEX_MAX } };
}

/** Reads an account's reports from a place on, wherever they lie. */
export class ReportReader {
  readonly #reports: AccountReports;
  readonly #stream: ReportStream;
  readonly #onFetched: () => void;
  readonly #executed = new ExecutedOrders();
  #reader: RingReader | undefined;
  #isFetching = false;
  /** A report that has been asked about, and comes next. */
  #asked: RingReader | undefined;
  /** Where the page ends that is being read. */
  #pageEnd: ReportPlace | undefined;
  /** The log no longer has what comes next. */
  isLost = false;
  /** What comes next could not be read; another reader may be able to. */
  hasFailed = false;
  /** Everything up to here was read. */
  place: ReportPlace;

  /** `onFetched`: next() may find something now. */
  constructor(
    reports: AccountReports,
    stream: ReportStream,
    place: ReportPlace,
    onFetched: () => void,
  ) {
    this.#reports = reports;
    this.#stream = stream;
    this.place = place;
    this.#onFetched = onFetched;
  }

  /** Whether it was reading what is new, and more has come than is kept. */
  get isOverrun(): boolean {
    return this.#reader?.ring === this.#stream.ring && this.#reader.ring.hasPassed(this.place);
  }

  /** Whether what comes next is being read from the log. */
  get isFetching(): boolean {
    return this.#isFetching;
  }

  /** The next report; undefined: there is none, or it has to be fetched first. */
  next(): RingReader | undefined {
    if (this.#isFetching || this.isLost || this.hasFailed || this.isOverrun) return undefined;
    const reader = this.#reader;
    if (this.#asked !== undefined) return this.#pass(this.#asked);
    if (reader?.next() === true) return this.#offer(reader);
    if (reader?.ring === this.#stream.ring) return undefined;
    return this.#nextElsewhere();
  }

  /** What a working order has executed, if that is known of it with so many lots. */
  executedOf(orderId: number, cumQtyLots: number): HistoryExecuted | undefined {
    return this.#executed.find(orderId, cumQtyLots);
  }

  /** Goes on with the oldest report that is in memory, whatever lies between. */
  skipLost(): void {
    this.isLost = false;
    this.place = this.#stream.ring.after;
  }

  /** Behind the end of a page, or at the beginning: what is new, or the next page. */
  #nextElsewhere(): RingReader | undefined {
    if (this.#pageEnd !== undefined) this.place = this.#pageEnd;
    this.#pageEnd = undefined;
    this.#reader = this.#stream.ring.readerAfter(this.place);
    if (this.#reader === undefined) this.#fetch();
    return this.#reader?.next() === true ? this.#offer(this.#reader) : undefined;
  }

  /** A changed trade's report, or one of an order that traded before, waits until that is known. */
  #offer(reader: RingReader): RingReader | undefined {
    if (!isChangedTrade(reader.words, reader.at)) {
      reader.executed = this.#executed.pass(reader);
      const isKnown = reader.executed !== undefined;
      if (isKnown || !this.#reports.isAnswered) return this.#pass(reader);
    }
    this.#isFetching = true;
    this.#reports.askOrder(reader, () => {
      this.#executed.learn(reader);
      this.#isFetching = false;
      this.#asked = reader;
      this.#onFetched();
    });
    return undefined;
  }

  #pass(reader: RingReader): RingReader {
    this.#asked = undefined;
    this.place = { sequence: reader.sequence, index: reader.index };
    return reader;
  }

  #fetch(): void {
    this.#isFetching = true;
    this.#reports.askAfter(this.#stream.accountId, this.place, (page) => {
      this.#isFetching = false;
      if (page instanceof Error) this.hasFailed = true;
      else if (page === PAST_GONE) this.isLost = true;
      else {
        this.#reader = page.ring.readerAfter(this.place);
        this.#pageEnd = page.end;
      }
      this.#onFetched();
    });
  }
}
