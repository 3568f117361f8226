// The live data of the chosen instrument: book, trades, candles. Messages only change state here,
// whatever their rate; views read the newest state at their own pace, so a slow screen skips
// pictures and never holds the feed back.

import { BookState, type Depth, type Level } from "./book-state.ts";
import { type Candle, CandleState } from "./candle-state.ts";
import type { Connection, RequestError } from "./connection.ts";
import { fetchCandles, fetchTrades } from "./exchange-http.ts";
import { stepsOf } from "./grid.ts";
import type { Instrument } from "./instrument.ts";
import { TRADES_MAX, type Trade, TradeState } from "./trade-state.ts";
import type {
  WireCandle,
  WireDepth,
  WireLevel,
  WireStatus,
  WireStreamMessage,
  WireTrade,
} from "./wire.ts";

/** The most that one answer holds (docs/protocols/json.md); later minutes come live. */
const CANDLES_ASKED = 1000;
/** After a turn of the minute: the one that ended, the new one, and one to spare. */
const CANDLES_MENDED = 3;

export class Market {
  readonly book = new BookState();
  readonly trades = new TradeState();
  readonly candles = new CandleState();
  readonly #connection: Connection;
  readonly #onChange: () => void;
  readonly #onProblem: (text: string) => void;
  #instrument: Instrument | undefined;
  #status: WireStatus | undefined;
  #isResyncing = false;
  #gapCount = 0;

  constructor(connection: Connection, onChange: () => void, onProblem: (text: string) => void) {
    this.#connection = connection;
    this.#onChange = onChange;
    this.#onProblem = onProblem;
  }

  get instrument(): Instrument | undefined {
    return this.#instrument;
  }

  /** Phase and indication, once the exchange has told them. */
  get status(): WireStatus | undefined {
    return this.#status;
  }

  /** Gaps in the depth stream since the page opened. */
  get gapCount(): number {
    return this.#gapCount;
  }

  /** Turns to another instrument on the same connection. */
  select(instrument: Instrument): void {
    const before = this.#instrument;
    if (before !== undefined) this.#tell("unsubscribe", streamsOf(before.symbol));
    this.start(instrument);
  }

  /** Forgets what an earlier connection told: better nothing than an old book. */
  clear(): void {
    this.#status = undefined;
    this.book.clear();
    this.trades.clear();
    this.candles.clear();
    this.#isResyncing = false;
    this.#onChange();
  }

  /** Starts from nothing: a new connection has no subscriptions. */
  start(instrument: Instrument): void {
    this.#instrument = instrument;
    this.clear();
    this.#tell("subscribe", streamsOf(instrument.symbol));
    void this.#loadTrades(instrument);
    void this.#loadCandles(instrument, CANDLES_ASKED);
  }

  onStream(message: WireStreamMessage): void {
    const instrument = this.#instrument;
    if (instrument === undefined) return;
    if (message.stream === `depth:${instrument.symbol}`) this.#onDepth(message, instrument);
    if (message.stream === `trades:${instrument.symbol}`) this.#onTrade(message, instrument);
    if (message.stream === `status:${instrument.symbol}`) this.#onStatus(message);
    this.#onChange();
  }

  #onDepth(message: WireStreamMessage, instrument: Instrument): void {
    if (message.type === "snapshot") {
      this.book.applySnapshot(depthOf(message, instrument));
      this.#isResyncing = false;
    } else if (message.type === "update") {
      const applied = this.book.applyUpdate(depthOf(message, instrument));
      if (applied === "gap") this.#gapCount++;
      if (applied === "gap" || this.book.isThin) this.#askSnapshot(instrument);
    }
  }

  #onTrade(message: WireStreamMessage, instrument: Instrument): void {
    if (message.type !== "trade") return;
    const trade = tradeOf(message, instrument);
    this.trades.add(trade);
    if (this.candles.addTrade(trade)) void this.#loadCandles(instrument, CANDLES_MENDED);
  }

  #onStatus(message: WireStreamMessage): void {
    if (message.type === "status") this.#status = message;
  }

  /** Subscribing again begins again with a snapshot. One at a time: the snapshot ends it. */
  #askSnapshot(instrument: Instrument): void {
    if (this.#isResyncing) return;
    this.#isResyncing = true;
    this.#tell("subscribe", [`depth:${instrument.symbol}`]);
  }

  async #loadTrades(instrument: Instrument): Promise<void> {
    try {
      const trades = await fetchTrades(instrument.symbol, TRADES_MAX);
      if (this.#instrument !== instrument) return;
      this.trades.merge(trades.map((trade) => tradeOf(trade, instrument)));
      this.#onChange();
    } catch (error) {
      this.#onProblem(`Past trades are missing. ${(error as Error).message}`);
    }
  }

  async #loadCandles(instrument: Instrument, limit: number): Promise<void> {
    try {
      const { candles, tradeId } = await fetchCandles(instrument.symbol, limit);
      if (this.#instrument !== instrument) return;
      const merged = candles.map((candle) => candleOf(candle, instrument));
      this.candles.merge(merged, tradeId);
      this.#onChange();
    } catch (error) {
      this.#onProblem(`Candles are missing. ${(error as Error).message}`);
    }
  }

  #tell(op: "subscribe" | "unsubscribe", streams: readonly string[]): void {
    this.#connection.request({ op, streams }).catch((error: RequestError) => {
      // A lost connection needs no word here: the next one calls `start`.
      if (error.code !== "DISCONNECTED") this.#onProblem(`${streams.join(", ")}: ${error.message}`);
    });
  }
}

function streamsOf(symbol: string): readonly string[] {
  return [`depth:${symbol}`, `trades:${symbol}`, `status:${symbol}`];
}

function depthOf(wire: WireDepth, instrument: Instrument): Depth {
  const levelOf = ([price, qty, orderCount]: WireLevel): Level => ({
    priceTicks: stepsOf(price, instrument.price),
    qtyLots: stepsOf(qty, instrument.qty),
    orderCount,
  });
  const { rptSeq, sequence } = wire;
  return { rptSeq, sequence, bids: wire.bids.map(levelOf), asks: wire.asks.map(levelOf) };
}

function tradeOf(wire: WireTrade, instrument: Instrument): Trade {
  return {
    tradeId: wire.tradeId,
    timeMicros: wire.transactTime,
    lastPxTicks: stepsOf(wire.price, instrument.price),
    lastQtyLots: stepsOf(wire.qty, instrument.qty),
    taker: wire.auction ? "call" : wire.aggressorSide,
  };
}

function candleOf(wire: WireCandle, instrument: Instrument): Candle {
  return {
    startSeconds: Math.floor(wire.start / 1_000_000),
    openTicks: stepsOf(wire.open, instrument.price),
    highTicks: stepsOf(wire.high, instrument.price),
    lowTicks: stepsOf(wire.low, instrument.price),
    closeTicks: stepsOf(wire.close, instrument.price),
    volumeLots: stepsOf(wire.volume, instrument.qty),
  };
}
