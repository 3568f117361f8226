import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../base/prng.ts";
import { DepthSide } from "./depth-fold.ts";

test("levels stand best first on either side, with their lots and orders", () => {
  for (const sign of [1, -1] as const) {
    const side = new DepthSide(sign);
    for (const priceTicks of [5, -3, 9, 5]) side.add(priceTicks, 10);
    const expected = [
      [9, 10, 1],
      [5, 20, 2],
      [-3, 10, 1],
    ];
    if (sign === -1) expected.reverse();
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => side.level(index)),
      [...expected, undefined],
    );
    assert.deepEqual([side.levelCount, side.orderCount], [3, 4]);
  }
});

test("a level goes with its last order, and a level that goes wrong is a bug", () => {
  const side = new DepthSide(1);
  side.add(7, 10);
  side.take(7, 4, false);
  assert.deepEqual(side.level(0), [7, 6, 1]);
  assert.throws(() => side.take(7, 7, false));
  const other = new DepthSide(1);
  other.add(7, 10);
  assert.throws(() => other.take(7, 9, true));
  assert.throws(() => other.take(8, 1, false));
});

test("random levels come out as a plain sort of the same orders", () => {
  const random = new Prng(5);
  const side = new DepthSide(-1);
  const orders: [number, number][] = [];
  for (let i = 0; i < 3000; i++) {
    if (orders.length > 0 && random.nextChance(2, 5)) {
      const [[priceTicks, qtyLots]] = orders.splice(random.nextBelow(orders.length), 1);
      side.take(priceTicks, qtyLots, true);
    } else {
      const order: [number, number] = [random.nextBetween(-50, 50), random.nextBetween(1, 9)];
      orders.push(order);
      side.add(...order);
    }
  }
  const prices = [...new Set(orders.map(([priceTicks]) => priceTicks))].sort((a, b) => a - b);
  const expected = prices.map((priceTicks) => {
    const own = orders.filter(([price]) => price === priceTicks);
    return [priceTicks, own.reduce((lots, [, qtyLots]) => lots + qtyLots, 0), own.length];
  });
  assert.deepEqual(
    expected.map((_, index) => side.level(index)),
    expected,
  );
});
