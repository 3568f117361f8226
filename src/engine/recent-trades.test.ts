import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NONE } from "../base/none.ts";
import { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { MAKER, RecentTrades, TAKER } from "./recent-trades.ts";

test("the last trades are found by their ids, older ones no longer", () => {
  const steps = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 40 });
  const property = fc.property(steps, fc.integer({ min: 1, max: 12 }), (gaps, tradesMax) => {
    const trades = new RecentTrades(tradesMax);
    const ids: number[] = [];
    for (const gap of gaps) {
      const tradeId = (ids.at(-1) ?? 0) + gap;
      ids.push(tradeId);
      trades.add(tradeId, 2, SIDE_BUY, -tradeId, tradeId * 2, tradeId);
    }
    const snapshot = new SnapshotWriter();
    trades.save(snapshot);
    const restored = new RecentTrades(tradesMax);
    restored.load(new SnapshotReader(snapshot.finish()));
    for (let tradeId = 1; tradeId <= (ids.at(-1) ?? 0) + 1; tradeId++) {
      const isKept = ids.slice(-tradesMax).includes(tradeId);
      for (const each of [trades, restored]) {
        const row = each.find(tradeId);
        assert.equal(row !== NONE, isKept);
        if (row === NONE) continue;
        assert.deepEqual(
          [each.lastPxTicksOf(row), each.lastQtyLotsOf(row), each.dayOf(row)],
          [-tradeId, tradeId * 2, tradeId],
        );
      }
    }
  });
  fc.assert(property);
});

test("maker and taker of a trade are kept apart, and stand on opposite sides", () => {
  const trades = new RecentTrades(1);
  const row = trades.add(7, 1, SIDE_SELL, 100, 5, 0);
  trades.setParty(row, MAKER, 71, 3, 5, false);
  trades.setParty(row, TAKER, 72, 4, NONE, true);
  trades.setFees(row, MAKER, -250, 3);
  trades.setFees(row, TAKER, 1_000_000, -2);
  trades.setChange(row, MAKER, -500, 20, 1);
  trades.setChange(row, TAKER, 500, 0, -1);
  assert.deepEqual([trades.sideOf(row, MAKER), trades.sideOf(row, TAKER)], [SIDE_SELL, SIDE_BUY]);
  assert.deepEqual([trades.orderIdOf(row, MAKER), trades.orderIdOf(row, TAKER)], [71, 72]);
  assert.deepEqual([trades.isTracked(row, MAKER), trades.isTracked(row, TAKER)], [true, false]);
  assert.equal(trades.positionRowOf(row, MAKER), 5);
  assert.deepEqual([trades.hasBalances(row, MAKER), trades.hasBalances(row, TAKER)], [false, true]);
  assert.deepEqual([trades.costOf(row, MAKER), trades.costOf(row, TAKER)], [-500, 500]);
  assert.deepEqual([trades.feeRateOf(row, MAKER), trades.feePerLotOf(row, MAKER)], [-250, 3]);
  assert.deepEqual([trades.feeRateOf(row, TAKER), trades.feePerLotOf(row, TAKER)], [1_000_000, -2]);
  trades.bust(row);
  assert.ok(trades.isBusted(row));
  assert.equal(trades.sideOf(row, MAKER), SIDE_SELL, "a busted trade is still of its sides");
  const next = trades.add(8, 1, SIDE_BUY, 1, 1, 0);
  assert.ok(!trades.isBusted(next));
  assert.ok(!trades.hasBalances(next, TAKER), "a row that is used again knows nothing of before");
});
