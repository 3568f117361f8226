import assert from "node:assert/strict";
import { test } from "node:test";
import type { Level } from "./book-state.ts";
import { curveRange, depthCurve, roundUp125 } from "./depth-curve.ts";

function level(priceTicks: number, qtyLots: number): Level {
  return { priceTicks, qtyLots, orderCount: 1 };
}

test("both staircases rise away from the middle and reach the edges", () => {
  const bids = [level(99, 5), level(97, 1)];
  const asks = [level(101, 2), level(104, 3)];
  assert.deepEqual(depthCurve(bids, asks, { lowTicks: 95, highTicks: 104 }), {
    priceTicks: [95, 97, 99, 101, 104],
    bidLots: [6, 6, 5, null, null],
    askLots: [null, null, null, 2, 5],
  });
});

test("levels outside the range are left out", () => {
  const curve = depthCurve([level(99, 5), level(90, 1)], [], { lowTicks: 95, highTicks: 104 });
  assert.deepEqual(curve.priceTicks, [95, 99]);
  assert.deepEqual(curve.bidLots, [5, 5]);
});

test("the range is even around the middle and round", () => {
  const bids = [level(99, 1), level(93, 1), level(40, 1)];
  const asks = [level(101, 1), level(103, 1), level(104, 1)];
  assert.deepEqual(curveRange(bids, asks, 2), { lowTicks: 90, highTicks: 110 });
  assert.equal(curveRange([], [], 2), undefined);
  assert.deepEqual(curveRange([level(50, 1)], [], 2), { lowTicks: 49, highTicks: 51 });
});

test("an axis reach is the next 1, 2 or 5 times a power of ten", () => {
  assert.deepEqual([1, 2, 3, 5, 6, 10, 11, 201].map(roundUp125), [1, 2, 5, 5, 10, 10, 20, 500]);
});
