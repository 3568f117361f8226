import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  ASK_SIGN,
  BID_SIGN,
  BookSide,
  BookState,
  type Depth,
  LEVELS_KEPT_MAX,
  LEVELS_KEPT_MIN,
  type Level,
  SNAPSHOT_LEVELS_MAX,
} from "./book-state.ts";

function level(priceTicks: number, qtyLots: number): Level {
  return { priceTicks, qtyLots, orderCount: qtyLots === 0 ? 0 : 1 };
}

function depth(rptSeq: number, bids: readonly Level[], asks: readonly Level[]): Depth {
  return { rptSeq, sequence: rptSeq * 10, bids, asks };
}

function pricesOf(side: BookSide): readonly number[] {
  return side.levels.map((shown) => shown.priceTicks);
}

test("the best bid is the highest and the best ask the lowest", () => {
  const book = new BookState();
  book.applySnapshot(depth(1, [level(99, 1), level(98, 2)], [level(101, 1)]));
  book.applyUpdate(depth(2, [level(100, 5)], [level(103, 1), level(102, 4)]));
  assert.deepEqual(pricesOf(book.bids), [100, 99, 98]);
  assert.deepEqual(pricesOf(book.asks), [101, 102, 103]);
});

test("a new total replaces the level and zero removes it", () => {
  const book = new BookState();
  book.applySnapshot(depth(1, [level(99, 1), level(98, 2)], []));
  book.applyUpdate(depth(2, [level(99, 7), level(98, 0), level(97, 0)], []));
  assert.deepEqual(book.bids.levels, [level(99, 7)]);
});

test("an update before the first snapshot is ignored", () => {
  const book = new BookState();
  assert.equal(book.applyUpdate(depth(1, [level(99, 1)], [])), "ignored");
  assert.deepEqual(book.bids.levels, []);
});

test("an update that the snapshot holds already is ignored", () => {
  const book = new BookState();
  book.applySnapshot(depth(5, [level(99, 1)], []));
  assert.equal(book.applyUpdate(depth(5, [level(99, 4)], [])), "ignored");
  assert.deepEqual(book.bids.levels, [level(99, 1)]);
});

test("a gap empties the book until the next snapshot", () => {
  const book = new BookState();
  book.applySnapshot(depth(5, [level(99, 1)], [level(101, 1)]));
  assert.equal(book.applyUpdate(depth(7, [level(99, 4)], [])), "gap");
  assert.equal(book.isLive, false);
  assert.deepEqual(pricesOf(book.bids), []);
  assert.equal(book.applyUpdate(depth(8, [level(99, 4)], [])), "ignored");
  book.applySnapshot(depth(9, [level(98, 3)], []));
  assert.equal(book.applyUpdate(depth(10, [level(97, 1)], [])), "applied");
  assert.deepEqual(pricesOf(book.bids), [98, 97]);
});

test("any run of updates leaves what a plain map would hold, in order", () => {
  const changes = fc.array(
    fc.record({ priceTicks: fc.integer({ min: -20, max: 20 }), qtyLots: fc.nat({ max: 3 }) }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(changes, fc.constantFrom(BID_SIGN, ASK_SIGN), (levels, sign) => {
      const side = new BookSide(sign);
      const twin = new Map<number, number>();
      for (const { priceTicks, qtyLots } of levels) {
        side.set(level(priceTicks, qtyLots));
        if (qtyLots === 0) twin.delete(priceTicks);
        else twin.set(priceTicks, qtyLots);
      }
      const expected = [...twin].sort((left, right) => sign * (left[0] - right[0]));
      assert.deepEqual(
        side.levels.map((shown) => [shown.priceTicks, shown.qtyLots]),
        expected,
      );
    }),
  );
});

test("beyond a full snapshot nothing is kept, for it would be only part of the truth", () => {
  const side = new BookSide(ASK_SIGN);
  side.replaceAll(Array.from({ length: SNAPSHOT_LEVELS_MAX }, (_, i) => level(100 + i, 1)));
  const horizonTicks = 100 + SNAPSHOT_LEVELS_MAX - 1;
  side.set(level(horizonTicks + 1, 9));
  assert.equal(side.levels.length, SNAPSHOT_LEVELS_MAX);
  assert.equal(side.isThin, false);
  for (let i = 0; i <= SNAPSHOT_LEVELS_MAX - LEVELS_KEPT_MIN; i++) side.set(level(100 + i, 0));
  assert.equal(side.isThin, true);
});

test("a short snapshot is the whole book and never thin", () => {
  const side = new BookSide(ASK_SIGN);
  side.replaceAll([level(100, 1)]);
  side.set(level(500_000, 1));
  assert.deepEqual(pricesOf(side), [100, 500_000]);
  assert.equal(side.isThin, false);
});

test("a side that grows without end is cut at its far end", () => {
  const side = new BookSide(BID_SIGN);
  for (let i = 0; i <= LEVELS_KEPT_MAX; i++) side.set(level(i, 1));
  assert.equal(side.levels.length, SNAPSHOT_LEVELS_MAX);
  assert.equal(side.levels[0].priceTicks, LEVELS_KEPT_MAX);
});
