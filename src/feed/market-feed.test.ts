import assert from "node:assert/strict";
import { test } from "node:test";
import { writeU64 } from "../base/record-buffer.ts";
import { EVENT_TIME_MICROS_WORD, EVENT_WORDS } from "../codec/event.ts";
import type { PhaseOrder } from "../codec/market-command.ts";
import { setPhaseRecord } from "../codec/market-record-for-test.ts";
import { amendRecord, cancelRecord, type NewOrder, newRecord } from "../codec/record-for-test.ts";
import { RecordedEngine, TEST_INSTRUMENT } from "../engine/engine-for-test.ts";
import type { MarketStatus } from "../model/market-status.ts";
import { PHASE_CONTINUOUS, PHASE_OPENING_CALL, PHASE_VOLATILITY_CALL } from "../model/phase.ts";
import { REASON_PHASE_SET } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_IOC } from "../model/time-in-force.ts";
import type { DepthUpdate, PublicTrade, TopOfBook } from "../model/venue.ts";
import { CANDLES_MAX } from "./candles.ts";
import { MarketFeed } from "./market-feed.ts";
import { TRADES_MAX } from "./trade-tape.ts";

const NODES_MAX = 4096;
const MINUTE_MICROS = 60_000_000;
const START_MICROS = 30_000_000 * MINUTE_MICROS;

/** An engine, its feed, and everything that a listener heard. */
class Market {
  readonly feed = new MarketFeed(4, NODES_MAX);
  readonly heard: string[] = [];
  readonly trades: PublicTrade[] = [];
  readonly tops: TopOfBook[] = [];
  readonly depths: DepthUpdate[] = [];
  readonly statuses: MarketStatus[] = [];
  wantsBook = true;
  timeMicros = START_MICROS;
  readonly #recorded = new RecordedEngine();
  #orders = 0;

  constructor() {
    this.#recorded.list();
    this.#recorded.list({ ...TEST_INSTRUMENT, instrumentId: 2, symbol: "ABC" });
    this.feed.subscribe({
      wantsBook: () => this.wantsBook,
      wantsTrades: () => true,
      onTrade: (trade) => {
        this.heard.push("trade");
        this.trades.push(trade);
      },
      onTopOfBook: (top) => {
        this.heard.push("top");
        this.tops.push(top);
      },
      onDepth: (update) => {
        this.heard.push("depth");
        this.depths.push(update);
      },
      onStatus: (status) => {
        this.heard.push("status");
        this.statuses.push(status);
      },
    });
  }

  enter(side: number, orderQtyLots: number, priceTicks: number, more: Partial<NewOrder> = {}) {
    const clOrdId = `o${++this.#orders}`;
    this.#tell(newRecord({ clOrdId, side, orderQtyLots, priceTicks, ...more }));
    return clOrdId;
  }

  cancel(clOrdId: string, reduceByLots = 0): void {
    this.#tell(cancelRecord({ clOrdId, reduceByLots }));
  }

  setPhase(phase: number, more: Partial<PhaseOrder> = {}): void {
    const untilTold = { endTimeMicros: 0, randomMicros: 0, nextMicros: 0 };
    const order = { instrumentId: 1, phase, nextPhase: PHASE_CONTINUOUS, ...untilTold, ...more };
    this.#tell(setPhaseRecord(order));
  }

  amend(clOrdId: string, priceTicks: number): void {
    this.#tell(amendRecord({ clOrdId, priceTicks }));
  }

  #tell(record: ReturnType<typeof newRecord>): void {
    this.#recorded.apply(record);
    const { words, endWord } = this.#recorded.engine.events;
    for (let at = 0; at < endWord; at += EVENT_WORDS) {
      writeU64(words, at + EVENT_TIME_MICROS_WORD, this.timeMicros);
    }
    this.heard.length = 0;
    this.feed.onBatch(words, 0, endWord);
  }
}

test("a command's trades come first, then the new top, then the changed levels", () => {
  const market = new Market();
  market.enter(SIDE_SELL, 5, 100);
  market.enter(SIDE_SELL, 5, 101);
  market.enter(SIDE_BUY, 12, 101);
  assert.deepEqual(market.heard, ["trade", "trade", "top", "depth"]);
  const update = market.depths.at(-1)!;
  assert.deepEqual(update, {
    instrumentId: 1,
    rptSeq: 3,
    sequence: 5,
    bids: [[101, 2, 1]],
    asks: [
      [100, 0, 0],
      [101, 0, 0],
    ],
  });
  assert.deepEqual(market.tops.at(-1), {
    instrumentId: 1,
    sequence: 5,
    bid: [101, 2, 1],
    ask: undefined,
  });
});

test("a trade is public once, at the maker's price, with the aggressor's side", () => {
  const market = new Market();
  market.enter(SIDE_SELL, 5, 100);
  market.enter(SIDE_BUY, 3, 105);
  assert.deepEqual(market.trades, [
    {
      instrumentId: 1,
      sequence: 4,
      tradeId: 1,
      timeMicros: START_MICROS,
      lastPxTicks: 100,
      lastQtyLots: 3,
      aggressorSide: SIDE_BUY,
      isAuction: false,
      isBusted: false,
      isCorrected: false,
    },
  ]);
  assert.deepEqual(market.feed.recentTrades(1, 10), market.trades);
});

test("an order that never rests and never trades changes nothing public", () => {
  const market = new Market();
  market.enter(SIDE_SELL, 5, 100);
  const before = market.feed.depth(1, 10);
  market.enter(SIDE_BUY, 5, 99, { timeInForce: TIF_IOC });
  assert.deepEqual(market.heard, []);
  assert.deepEqual(market.feed.depth(1, 10), before);
});

test("a change behind the best level is a depth update and no new top", () => {
  const market = new Market();
  market.enter(SIDE_BUY, 5, 100);
  market.enter(SIDE_BUY, 5, 99);
  assert.deepEqual(market.heard, ["depth"]);
  const behind = market.enter(SIDE_BUY, 5, 98);
  market.cancel(behind);
  assert.deepEqual(market.heard, ["depth"]);
  assert.deepEqual(market.depths.at(-1)?.bids, [[98, 0, 0]]);
});

test("reducing, amending and canceling keep quantities and order counts right", () => {
  const market = new Market();
  const first = market.enter(SIDE_SELL, 5, 100);
  const second = market.enter(SIDE_SELL, 7, 100);
  assert.deepEqual(market.feed.topOfBook(1).ask, [100, 12, 2]);
  market.cancel(first, 2);
  assert.deepEqual(market.feed.topOfBook(1).ask, [100, 10, 2]);
  market.amend(second, 103);
  assert.deepEqual(market.feed.depth(1, 10).asks, [
    [100, 3, 1],
    [103, 7, 1],
  ]);
  assert.deepEqual(market.feed.depth(1, 1).asks, [[100, 3, 1]], "as many levels as asked for");
  market.cancel(first);
  market.cancel(second);
  assert.deepEqual(market.feed.depth(1, 10).asks, []);
});

test("each instrument counts its own updates", () => {
  const market = new Market();
  market.enter(SIDE_BUY, 1, 10);
  market.enter(SIDE_BUY, 1, 10, { instrumentId: 2 });
  market.enter(SIDE_BUY, 1, 11, { instrumentId: 2 });
  assert.deepEqual(
    market.depths.map(({ instrumentId, rptSeq }) => [instrumentId, rptSeq]),
    [
      [1, 1],
      [2, 1],
      [2, 2],
    ],
  );
  assert.equal(market.feed.depth(1, 10).rptSeq, 1);
});

test("updates count though nobody wants them, and no change of top is missed after", () => {
  const market = new Market();
  const first = market.enter(SIDE_BUY, 5, 100);
  market.wantsBook = false;
  const better = market.enter(SIDE_BUY, 5, 101);
  assert.deepEqual(market.heard, []);
  // Someone joins here, is given the top of 101, and must hear that it went back to 100.
  assert.deepEqual(market.feed.topOfBook(1).bid, [101, 5, 1]);
  market.wantsBook = true;
  market.cancel(better);
  assert.deepEqual(market.heard, ["top", "depth"]);
  assert.deepEqual(market.tops.at(-1)?.bid, [100, 5, 1]);
  assert.equal(market.depths.at(-1)?.rptSeq, 3);
  market.cancel(first);
  assert.equal(market.tops.at(-1)?.bid, undefined);
});

test("a listener that left hears nothing", () => {
  const market = new Market();
  const heard: string[] = [];
  const leave = market.feed.subscribe({
    wantsBook: () => true,
    wantsTrades: () => true,
    onTrade: () => heard.push("trade"),
    onTopOfBook: () => heard.push("top"),
    onDepth: () => heard.push("depth"),
    onStatus: () => heard.push("status"),
  });
  market.enter(SIDE_BUY, 5, 100);
  leave();
  market.enter(SIDE_BUY, 5, 101);
  assert.deepEqual(heard, ["top", "depth"]);
});

test("a listener hears of the trades of instruments whose trades it wants, no others", () => {
  const market = new Market();
  const heard: PublicTrade[] = [];
  market.feed.subscribe({
    wantsBook: () => false,
    wantsTrades: (instrumentId) => instrumentId === 2,
    onTrade: (trade) => heard.push(trade),
    onTopOfBook: () => {},
    onDepth: () => {},
    onStatus: () => {},
  });
  for (const instrumentId of [1, 2, 1]) {
    market.enter(SIDE_SELL, 5, 100, { instrumentId });
    market.enter(SIDE_BUY, 5, 100, { instrumentId });
  }
  assert.deepEqual(heard, market.feed.recentTrades(2, 10));
  assert.equal(heard.length, 1);
  assert.deepEqual(
    market.trades.map(({ instrumentId }) => instrumentId),
    [1, 2, 1],
  );
});

test("questions about instruments that nobody listed have empty answers and take no room", () => {
  const market = new Market();
  for (let instrumentId = 100; instrumentId < 200; instrumentId++) {
    const { feed } = market;
    assert.deepEqual(feed.depth(instrumentId, 10), {
      instrumentId,
      rptSeq: 0,
      sequence: 0,
      bids: [],
      asks: [],
    });
    const nothing = { instrumentId, sequence: 0, bid: undefined, ask: undefined };
    assert.deepEqual(feed.topOfBook(instrumentId), nothing);
    assert.deepEqual(feed.recentTrades(instrumentId, 10), []);
    assert.deepEqual(feed.candles(instrumentId, 10), []);
  }
  market.enter(SIDE_BUY, 5, 100);
  market.enter(SIDE_SELL, 5, 101, { instrumentId: 2 });
  assert.deepEqual(market.feed.topOfBook(1).bid, [100, 5, 1]);
  assert.deepEqual(market.feed.topOfBook(2).ask, [101, 5, 1]);
});

test("the newest thousand trades are kept, newest last", () => {
  const market = new Market();
  const trades = 2 * TRADES_MAX + 7;
  for (let n = 1; n <= trades; n++) {
    market.enter(SIDE_SELL, 1, 100);
    market.enter(SIDE_BUY, 1, 100);
  }
  const kept = market.feed.recentTrades(1, 10 * TRADES_MAX).map(({ tradeId }) => tradeId);
  const newest = Array.from({ length: TRADES_MAX }, (_, n) => trades - TRADES_MAX + 1 + n);
  assert.deepEqual(kept, newest);
  assert.deepEqual(
    market.feed.recentTrades(1, 2).map(({ tradeId }) => tradeId),
    [trades - 1, trades],
  );
  assert.deepEqual(market.feed.recentTrades(1, 0), []);
});

test("a candle is a minute's open, high, low, close and volume", () => {
  const market = new Market();
  const tradeAt = (priceTicks: number, qtyLots: number, atMicros: number) => {
    market.timeMicros = START_MICROS + atMicros;
    market.enter(SIDE_SELL, qtyLots, priceTicks);
    market.enter(SIDE_BUY, qtyLots, priceTicks);
  };
  tradeAt(100, 1, 0);
  tradeAt(103, 2, 1);
  tradeAt(98, 3, MINUTE_MICROS - 2);
  tradeAt(101, 4, MINUTE_MICROS - 1);
  tradeAt(77, 5, MINUTE_MICROS);
  tradeAt(78, 1, MINUTE_MICROS - 1); // A clock that went back does not reopen a minute.
  assert.deepEqual(market.feed.candles(1, 10), [
    {
      startMicros: START_MICROS,
      openTicks: 100,
      highTicks: 103,
      lowTicks: 98,
      closeTicks: 101,
      volumeLots: 10,
    },
    {
      startMicros: START_MICROS + MINUTE_MICROS,
      openTicks: 77,
      highTicks: 78,
      lowTicks: 77,
      closeTicks: 78,
      volumeLots: 6,
    },
  ]);
  assert.equal(market.feed.candles(1, 1)[0].openTicks, 77);
  assert.deepEqual(market.feed.candles(1, 0), []);
  for (let n = 2; n < CANDLES_MAX + 10; n++) tradeAt(100, 1, n * MINUTE_MICROS);
  const kept = market.feed.candles(1, 2 * CANDLES_MAX);
  assert.equal(kept.length, CANDLES_MAX);
  assert.equal(kept[0].startMicros, START_MICROS + 10 * MINUTE_MICROS);
});

test("everybody is told the phase, and what a call would trade while it lasts", () => {
  const market = new Market();
  assert.equal(market.feed.status(1).phase, PHASE_CONTINUOUS);
  market.setPhase(PHASE_OPENING_CALL);
  market.enter(SIDE_BUY, 5, 101);
  assert.deepEqual(market.heard, [], "nothing of what gathers but what would trade");
  market.enter(SIDE_SELL, 3, 99);
  assert.deepEqual(market.heard, ["status"]);
  const told = market.statuses.at(-1)!;
  assert.deepEqual(told, {
    instrumentId: 1,
    sequence: 5,
    timeMicros: START_MICROS,
    phase: PHASE_OPENING_CALL,
    reason: REASON_PHASE_SET,
    endTimeMicros: 0,
    nextPhase: PHASE_CONTINUOUS,
    extensions: 0,
    collar: undefined,
    indication: { priceTicks: 101, matchedLots: 3, surplusLots: 2, surplusSide: SIDE_BUY },
  });
  assert.deepEqual(market.feed.status(1), told);
  market.setPhase(PHASE_CONTINUOUS);
  assert.deepEqual(market.heard, ["trade", "status", "top", "depth"]);
  assert.equal(market.trades.at(-1)?.isAuction, true);
  assert.equal(market.feed.status(1).phase, PHASE_CONTINUOUS);
  assert.equal(market.feed.status(1).indication, undefined);
});

test("an indication goes when nothing would trade any more", () => {
  const market = new Market();
  market.setPhase(PHASE_VOLATILITY_CALL);
  market.enter(SIDE_BUY, 5, 101);
  const sell = market.enter(SIDE_SELL, 3, 99);
  market.cancel(sell);
  assert.equal(market.statuses.at(-1)?.phase, PHASE_VOLATILITY_CALL);
  assert.equal(market.statuses.at(-1)?.indication, undefined);
});
