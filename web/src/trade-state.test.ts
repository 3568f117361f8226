import assert from "node:assert/strict";
import { test } from "node:test";
import { TRADES_MAX, type Trade, TradeState } from "./trade-state.ts";

function trade(tradeId: number): Trade {
  return { tradeId, timeMicros: tradeId, lastPxTicks: 1, lastQtyLots: 1, taker: "buy" };
}

function idsOf(state: TradeState): number[] {
  return state.newestFirst.map((shown) => shown.tradeId);
}

test("the newest trade comes first", () => {
  const state = new TradeState();
  state.add(trade(1));
  state.add(trade(2));
  assert.deepEqual(idsOf(state), [2, 1]);
});

test("a trade told twice shows once", () => {
  const state = new TradeState();
  assert.equal(state.add(trade(2)), true);
  assert.equal(state.add(trade(2)), false);
  state.merge([trade(1), trade(2)]);
  assert.deepEqual(idsOf(state), [2, 1]);
});

test("what came live while the history loaded stays on top of it", () => {
  const state = new TradeState();
  state.add(trade(8));
  state.merge([trade(5), trade(6), trade(7)]);
  assert.deepEqual(idsOf(state), [8, 7, 6, 5]);
});

test("old trades drop out", () => {
  const state = new TradeState();
  for (let tradeId = 1; tradeId <= TRADES_MAX + 3; tradeId++) state.add(trade(tradeId));
  assert.equal(state.newestFirst.length, TRADES_MAX);
  assert.equal(state.newestFirst.at(-1)?.tradeId, 4);
});
