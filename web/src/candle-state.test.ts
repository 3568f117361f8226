import assert from "node:assert/strict";
import { test } from "node:test";
import { CANDLES_MAX, type Candle, CandleState, gather } from "./candle-state.ts";

const SECOND = 1_000_000;

function candle(startSeconds: number, ticks: readonly number[], volumeLots: number): Candle {
  const [openTicks, highTicks, lowTicks, closeTicks] = ticks;
  return { startSeconds, openTicks, highTicks, lowTicks, closeTicks, volumeLots };
}

test("trades of one minute make one candle", () => {
  const state = new CandleState();
  assert.equal(state.addTrade(61 * SECOND, 100, 1), true);
  assert.equal(state.addTrade(70 * SECOND, 105, 2), false);
  assert.equal(state.addTrade(119 * SECOND, 98, 3), false);
  assert.deepEqual(state.minutes, [candle(60, [100, 105, 98, 98], 6)]);
});

test("the first trade of a minute says that a new one began", () => {
  const state = new CandleState();
  state.addTrade(61 * SECOND, 100, 1);
  assert.equal(state.addTrade(120 * SECOND, 101, 1), true);
  assert.equal(state.minutes.length, 2);
});

test("a trade older than the open minute changes nothing", () => {
  const state = new CandleState();
  state.addTrade(120 * SECOND, 100, 1);
  assert.equal(state.addTrade(119 * SECOND, 999, 1), false);
  assert.deepEqual(state.minutes, [candle(120, [100, 100, 100, 100], 1)]);
});

test("the exchange's candles win over ours and later minutes stay", () => {
  const state = new CandleState();
  state.merge([candle(0, [1, 1, 1, 1], 1)]);
  state.addTrade(60 * SECOND, 5, 1);
  state.addTrade(120 * SECOND, 6, 1);
  state.merge([candle(60, [4, 7, 3, 5], 9)]);
  assert.deepEqual(state.minutes, [
    candle(0, [1, 1, 1, 1], 1),
    candle(60, [4, 7, 3, 5], 9),
    candle(120, [6, 6, 6, 6], 1),
  ]);
});

test("no more than a day of minutes is kept", () => {
  const state = new CandleState();
  for (let minute = 0; minute < CANDLES_MAX + 5; minute++) {
    state.addTrade(minute * 60 * SECOND, minute, 1);
  }
  assert.equal(state.minutes.length, CANDLES_MAX);
  assert.equal(state.minutes[0].startSeconds, 5 * 60);
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
