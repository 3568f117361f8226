import assert from "node:assert/strict";
import { test } from "node:test";
import { ASK_SIGN, BID_SIGN, type Level } from "./book-state.ts";
import { groupPriceTicks, ladderRows, sweep } from "./ladder-rows.ts";

function level(priceTicks: number, qtyLots: number): Level {
  return { priceTicks, qtyLots, orderCount: 2 };
}

test("totals run from the best price", () => {
  const rows = ladderRows([level(99, 5), level(98, 1), level(95, 4)], BID_SIGN, 1, 10);
  assert.deepEqual(
    rows.map((row) => [row.priceTicks, row.qtyLots, row.totalLots]),
    [
      [99, 5, 5],
      [98, 1, 6],
      [95, 4, 10],
    ],
  );
});

test("a group holds every level as good as its price, away from the market", () => {
  const bids = ladderRows(
    [level(99, 5), level(98, 1), level(95, 4), level(94, 1)],
    BID_SIGN,
    5,
    10,
  );
  assert.deepEqual(
    bids.map((row) => [row.priceTicks, row.qtyLots, row.totalLots, row.orderCount]),
    [
      [95, 10, 10, 6],
      [90, 1, 11, 2],
    ],
  );
  const asks = ladderRows([level(101, 5), level(105, 1), level(106, 4)], ASK_SIGN, 5, 10);
  assert.deepEqual(
    asks.map((row) => [row.priceTicks, row.totalLots]),
    [
      [105, 6],
      [110, 10],
    ],
  );
});

test("negative prices group away from the market too", () => {
  assert.equal(groupPriceTicks(-3, BID_SIGN, 5), -5);
  assert.equal(groupPriceTicks(-3, ASK_SIGN, 5), 0);
  assert.equal(Object.is(groupPriceTicks(-3, ASK_SIGN, 5), -0), false);
});

test("the last row is whole even where the levels go on", () => {
  const rows = ladderRows([level(99, 5), level(98, 1), level(96, 4)], BID_SIGN, 2, 1);
  assert.deepEqual(rows, [{ priceTicks: 98, qtyLots: 6, totalLots: 6, orderCount: 4 }]);
});

test("a market order takes the levels in turn and says where it would end", () => {
  const asks = [level(101, 5), level(102, 10)];
  assert.deepEqual(sweep(asks, 7), {
    filledLots: 7,
    ticksTimesLots: 101n * 5n + 102n * 2n,
    worstPxTicks: 102,
  });
  assert.equal(sweep(asks, 20).filledLots, 15);
  assert.equal(sweep([], 1).worstPxTicks, undefined);
});
