import assert from "node:assert/strict";
import { test } from "node:test";
import { CANDLES_MAX, type Candle, CandleState, gather, LIVE_TRADES_MAX } from "./candle-state.ts";
import type { Trade } from "./trade-state.ts";

function candle(startSeconds: number, ticks: readonly number[], volumeLots: number): Candle {
  const [openTicks, highTicks, lowTicks, closeTicks] = ticks;
  return { startSeconds, openTicks, highTicks, lowTicks, closeTicks, volumeLots };
}

let tradeId = 0;

/** A trade newer than all before it. */
function trade(seconds: number, lastPxTicks: number, lastQtyLots: number): Trade {
  tradeId++;
  const timeMicros = seconds * 1_000_000;
  return { tradeId, timeMicros, lastPxTicks, lastQtyLots, taker: "buy" };
}

test("trades of one minute make one candle, each once", () => {
  const state = new CandleState();
  assert.equal(state.addTrade(trade(61, 100, 1)), true);
  const twice = trade(70, 105, 2);
  assert.equal(state.addTrade(twice), false);
  state.addTrade(twice);
  assert.equal(state.addTrade(trade(119, 98, 3)), false);
  assert.deepEqual(state.minutes, [candle(60, [100, 105, 98, 98], 6)]);
});

test("the first trade of a minute says that a new one began", () => {
  const state = new CandleState();
  state.addTrade(trade(61, 100, 1));
  assert.equal(state.addTrade(trade(120, 101, 1)), true);
  assert.equal(state.minutes.length, 2);
});

test("a trade older than the open minute changes nothing", () => {
  const state = new CandleState();
  state.addTrade(trade(120, 100, 1));
  assert.equal(state.addTrade(trade(119, 999, 1)), false);
  assert.deepEqual(state.minutes, [candle(120, [100, 100, 100, 100], 1)]);
});

test("the exchange's candles win over ours, and trades told since they were written stay", () => {
  const state = new CandleState();
  state.merge([candle(0, [1, 1, 1, 1], 1)], tradeId);
  const inThem = trade(60, 5, 1);
  state.addTrade(inThem);
  state.addTrade(trade(61, 9, 2));
  state.addTrade(trade(120, 6, 1));
  // Written between the first trade and the second; a trade was lost to us before.
  state.merge([candle(60, [4, 7, 3, 5], 9)], inThem.tradeId);
  const minutes = [
    candle(0, [1, 1, 1, 1], 1),
    candle(60, [4, 9, 3, 9], 11),
    candle(120, [6, 6, 6, 6], 1),
  ];
  assert.deepEqual(state.minutes, minutes);
  // A later answer, written when all three were known, changes nothing.
  state.merge([candle(60, [4, 9, 3, 9], 11), candle(120, [6, 6, 6, 6], 1)], tradeId);
  assert.deepEqual(state.minutes, minutes);
  // An older answer that comes late takes nothing away.
  state.merge([candle(60, [4, 7, 3, 5], 9)], inThem.tradeId);
  assert.deepEqual(state.minutes, minutes);
});

test("a trade told before candles that hold it counts once", () => {
  const state = new CandleState();
  const told = trade(60, 5, 1);
  state.merge([candle(60, [5, 5, 5, 5], 1)], told.tradeId);
  state.addTrade(told);
  assert.deepEqual(state.minutes, [candle(60, [5, 5, 5, 5], 1)]);
});

test("no more than a day of minutes is kept, nor more live trades than it needs", () => {
  const state = new CandleState();
  for (let n = 0; n < LIVE_TRADES_MAX * 2; n++) state.addTrade(trade(n * 60, n, 1));
  assert.equal(state.minutes.length, CANDLES_MAX);
  assert.equal(state.minutes[0].startSeconds, (LIVE_TRADES_MAX * 2 - CANDLES_MAX) * 60);
});

test("minutes gather into longer candles on the clock's own bounds", () => {
  const minutes = [
    candle(240, [10, 12, 9, 11], 1),
    candle(300, [11, 15, 11, 14], 2),
    candle(360, [14, 14, 5, 6], 3),
  ];
  assert.deepEqual(gather(minutes, 300), [
    candle(0, [10, 12, 9, 11], 1),
    candle(300, [11, 15, 5, 6], 5),
  ]);
});
