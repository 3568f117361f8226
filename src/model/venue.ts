// What a gateway may ask of the exchange, whichever thread or process it runs in. Gateways see this
// interface and records; they never see the engine.

import type { RecordBuffer } from "../base/record-buffer.ts";
import type { AckLevel } from "./ack-level.ts";
import type { Instrument } from "./instrument.ts";
import type { MarketStatus } from "./market-status.ts";
import type { ItchStream, OuchStreams } from "./message-streams.ts";
import type { StageTimes } from "./stage-times.ts";

/**
 * One batch of events: records of EVENT_BYTES from `startWord` to `endWord` (exclusive), the last
 * of them the end mark. Valid only during the call: copy what you keep.
 */
export type BatchListener = (words: Int32Array, startWord: number, endWord: number) => void;

/** [priceTicks, qtyLots, orderCount]; in an increment qtyLots 0 means the level is gone. */
export type DepthLevel = readonly [number, number, number];

/** `rptSeq` counts an instrument's depth updates from 1 without a gap (FIX 83). */
export type DepthSnapshot = {
  readonly instrumentId: number;
  readonly rptSeq: number;
  readonly sequence: number;
  readonly bids: readonly DepthLevel[];
  readonly asks: readonly DepthLevel[];
};

/** The levels that one command changed, each with its new total. */
export type DepthUpdate = DepthSnapshot;

export type TopOfBook = {
  readonly instrumentId: number;
  readonly sequence: number;
  readonly bid: DepthLevel | undefined;
  readonly ask: DepthLevel | undefined;
};

export type PublicTrade = {
  readonly instrumentId: number;
  readonly sequence: number;
  readonly tradeId: number;
  readonly timeMicros: number;
  readonly lastPxTicks: number;
  readonly lastQtyLots: number;
  /** Of a call's trade, where nobody took from anybody: the younger order's. */
  readonly aggressorSide: number;
  readonly isAuction: boolean;
  /** Taken back by the operator. */
  readonly isBusted: boolean;
  /** Price and quantity are the operator's. */
  readonly isCorrected: boolean;
};

export type MarketDataListener = {
  /** Asked at each change: tops and depths are made only where some listener wants them. */
  wantsBook(instrumentId: number): boolean;
  /** Asked at each trade, which is made only where some listener wants it. */
  wantsTrades(instrumentId: number): boolean;
  onTrade(trade: PublicTrade): void;
  onTopOfBook(top: TopOfBook): void;
  onDepth(update: DepthUpdate): void;
  /** Another phase, or what would trade in a call. */
  onStatus(status: MarketStatus): void;
};

/** Order-book candle: open, high, low, close in ticks, volume in lots, from `startMicros`. */
export type Candle = {
  readonly startMicros: number;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  readonly volumeLots: number;
};

export interface MarketData {
  topOfBook(instrumentId: number): TopOfBook;
  /** The best `levelsMax` levels of each side. */
  depth(instrumentId: number, levelsMax: number): DepthSnapshot;
  /** The newest trades, newest last. */
  recentTrades(instrumentId: number, tradesMax: number): readonly PublicTrade[];
  /** One-minute candles, oldest first. */
  candles(instrumentId: number, candlesMax: number): readonly Candle[];
  /** The phase of an instrument's trading and, in a call, what would trade. */
  status(instrumentId: number): MarketStatus;
  /** Public data of every instrument, command by command, only what is durable. */
  subscribe(listener: MarketDataListener): () => void;
}

export type VenueHealth = {
  /** "running", "draining" or "failed"; commands are taken only while running. */
  readonly state: "running" | "draining" | "failed";
  readonly failure: string;
  readonly sequence: number;
  readonly durableSequence: number;
  /** Hash of every event so far, eight hexadecimal digits: equal histories, equal hashes. */
  readonly historyHash: string;
};

export interface Venue {
  readonly marketData: MarketData;
  readonly ouch: OuchStreams;
  /** Undefined where nobody asked for it when the exchange was opened. */
  readonly itch: ItchStream | undefined;
  /** When commands passed each stage, for receipts. */
  readonly stages: StageTimes;

  instruments(): readonly Instrument[];
  instrumentById(instrumentId: number): Instrument | undefined;
  instrumentBySymbol(symbol: string): Instrument | undefined;

  /**
   * Opens a session and returns its id (never 0). `onAnswer` gets the batch of each command of this
   * session, in the order of submission: exactly one batch a command, once it is as sure as `ack`
   * says (durable). Where the log fails first, the batch is one EVENT_COMMAND_REJECTED,
   * OUTCOME_UNKNOWN, and the end mark. Throws for a level that `ackLevels` does not have.
   */
  openSession(onAnswer: BatchListener, ack?: AckLevel): number;
  /** What the log's backend can give. */
  readonly ackLevels: readonly AckLevel[];
  /**
   * The client is gone. Answers still under way are dropped; the commands stay entered, but orders
   * of an account that asked for it are canceled.
   */
  closeSession(sessionId: number): void;

  /**
   * Enters the command record at `offsetBytes` (copied; its sequence and time are the exchange's to
   * set, its sessionId must be open). Returns REASON_NONE, REASON_BUSY or REASON_STOPPED; only the
   * first means that an answer will come.
   */
  submit(record: RecordBuffer, offsetBytes: number): number;

  /** Every durable batch of all sessions, in sequence order: account streams, drop copy. */
  subscribe(listener: BatchListener): () => void;

  /**
   * Reads orders at the present sequence and answers, once that sequence is durable, with one
   * EVENT_ORDER_STATUS record an order (none when there is none) and an end mark. The answer may
   * come before the call returns. Returns REASON_NONE or, when no answer will come, REASON_BUSY or
   * REASON_STOPPED. Where the log fails while a question waits, it is answered as a command is.
   */
  queryOrder(accountId: number, orderId: number, onAnswer: BatchListener): number;
  queryOrderByClOrdId(accountId: number, clOrdIdWords: Int32Array, onAnswer: BatchListener): number;
  /**
   * Which instrument a working order of the account is of, at once; 0 where it has no such order.
   * For protocols whose requests speak of an order in its instrument's prices.
   */
  instrumentIdOf(accountId: number, clOrdIdWords: Int32Array): number;
  /** The same of its side; 0 where it has no such order. */
  sideOf(accountId: number, clOrdIdWords: Int32Array): number;
  /** `instrumentId` 0 means all; at most `ordersMax` orders, newest first. */
  queryOpenOrders(
    accountId: number,
    instrumentId: number,
    ordersMax: number,
    onAnswer: BatchListener,
  ): number;

  /** What the account has, as ledger events. */
  queryBalances(accountId: number, onAnswer: BatchListener): number;
  /** The same of its positions, as position events. */
  queryPositions(accountId: number, onAnswer: BatchListener): number;

  /**
   * What the command at `offsetBytes` would do now, nothing else between: the batch that would
   * answer it. Nothing happens. Answers as the queries do. Costs a copy of the state, for which
   * there is a tenth of the time, and one is worked out at a time: beyond, REASON_BUSY.
   */
  preview(record: RecordBuffer, offsetBytes: number, onAnswer: BatchListener): number;

  health(): VenueHealth;
}
