import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../base/prng.ts";
import { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { setPhaseRecord } from "../codec/market-record-for-test.ts";
import { cancelRecord, createInstrumentRecord, newRecord } from "../codec/record-for-test.ts";
import { RecordedEngine, TEST_INSTRUMENT } from "../engine/engine-for-test.ts";
import { PHASE_CONTINUOUS, PHASE_OPENING_CALL } from "../model/phase.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { MarketFeed } from "./market-feed.ts";

const NODES_MAX = 4096;
const BOOKS_MAX = 4;
const MINUTE_MICROS = 60_000_000;
const ID = TEST_INSTRUMENT.instrumentId;
const IN_CALL = { ...TEST_INSTRUMENT, instrumentId: 2, symbol: "ABC" };

function visible(feed: MarketFeed) {
  return {
    depth: feed.depth(ID, 1000),
    top: feed.topOfBook(ID),
    trades: feed.recentTrades(ID, 1000),
    candles: feed.candles(ID, 2000),
    statuses: [ID, IN_CALL.instrumentId].map((id) => feed.status(id)),
  };
}

/** A second instrument whose call would trade 3 lots. */
function inCall(recorded: RecordedEngine, feeds: readonly MarketFeed[]): void {
  const order = { instrumentId: IN_CALL.instrumentId, priceTicks: 100 };
  const untilTold = { endTimeMicros: 0, randomMicros: 0, nextMicros: 0 };
  const { instrumentId } = IN_CALL;
  const [phase, nextPhase] = [PHASE_OPENING_CALL, PHASE_CONTINUOUS];
  const records = [
    createInstrumentRecord(IN_CALL),
    setPhaseRecord({ instrumentId, phase, nextPhase, ...untilTold }),
    newRecord({ ...order, clOrdId: "call-1", side: SIDE_BUY, orderQtyLots: 5 }),
    newRecord({ ...order, clOrdId: "call-2", side: SIDE_SELL, orderQtyLots: 3 }),
  ];
  for (const record of records) {
    recorded.apply(record);
    const { words, endWord } = recorded.engine.events;
    for (const each of feeds) each.onBatch(words, 0, endWord);
  }
}

test("a feed loaded from a snapshot shows the same, and goes on the same", () => {
  const prng = new Prng(7);
  const recorded = new RecordedEngine();
  recorded.list();
  let feed = new MarketFeed(BOOKS_MAX, NODES_MAX);
  const twin = new MarketFeed(BOOKS_MAX, NODES_MAX);
  inCall(recorded, [feed, twin]);
  for (let n = 0; n < 3000; n++) {
    const side = prng.nextBetween(0, 1) === 0 ? SIDE_BUY : SIDE_SELL;
    const [orderQtyLots, priceTicks] = [prng.nextBetween(1, 9), prng.nextBetween(90, 110)];
    const clOrdId = `o${n}`;
    const cancels = n > 5 && prng.nextBetween(0, 4) === 0;
    const record = cancels
      ? cancelRecord({ clOrdId: `o${n - 5}` })
      : newRecord({ clOrdId, side, orderQtyLots, priceTicks });
    recorded.apply(record, n * (MINUTE_MICROS / 20));
    const { words, endWord } = recorded.engine.events;
    for (const each of [feed, twin]) each.onBatch(words, 0, endWord);
    if (n % 500 !== 499) continue;
    const writer = new SnapshotWriter();
    feed.save(writer);
    feed = new MarketFeed(BOOKS_MAX, NODES_MAX);
    const reader = new SnapshotReader(writer.finish());
    feed.load(reader);
    reader.finish();
    assert.deepEqual(visible(feed), visible(twin));
    assert.equal(feed.status(IN_CALL.instrumentId).indication?.matchedLots, 3);
  }
  assert.deepEqual(visible(feed), visible(twin));
  assert.equal(feed.recentTrades(ID, 1000).length, 1000, "old trades were cut as without it");
});
