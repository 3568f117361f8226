import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../base/prng.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { DepthLevel } from "../model/venue.ts";
import { DepthBook } from "./depth-book.ts";

const BOOKS = 3;
const STEPS = 6_000;
const NODES_MAX = 4096;
const LEVELS_MAX = 10_000;

test("a depth book agrees with a plain list of levels, whatever is added and taken off", (t) => {
  const seed = Number(process.env["SEED"] ?? Date.now() & 0x7fff_ffff);
  t.diagnostic(`SEED=${seed}`);
  const random = new Prng(seed);
  const depth = new DepthBook(BOOKS, NODES_MAX);
  const plain = new Map<string, { priceTicks: number; qtys: number[] }>();
  const levelsOf = (book: number, side: number): DepthLevel[] =>
    [...plain]
      .filter(([key, { qtys }]) => key.startsWith(`${book} ${side} `) && qtys.length > 0)
      .map(([, { priceTicks, qtys }]): DepthLevel => {
        return [priceTicks, qtys.reduce((sum, qty) => sum + qty, 0), qtys.length];
      })
      .sort(([a], [b]) => (side === SIDE_BUY ? b - a : a - b));

  for (let n = 0; n < STEPS; n++) {
    const book = random.nextBelow(BOOKS);
    const side = random.nextChance(1, 2) ? SIDE_BUY : SIDE_SELL;
    const wide = [-2_147_483_648, -1, 0, 2_147_483_647][random.nextBelow(4)];
    const priceTicks = random.nextChance(1, 5) ? wide : random.nextBetween(-40, 40);
    const key = `${book} ${side} ${priceTicks}`;
    const level = plain.get(key) ?? { priceTicks, qtys: [] };
    plain.set(key, level);
    if (level.qtys.length > 0 && random.nextChance(1, 2)) {
      const qtyLots = level.qtys.splice(random.nextBelow(level.qtys.length), 1)[0];
      depth.change(book, side, priceTicks, -qtyLots, -1);
    } else {
      const qtyLots = random.nextBetween(1, 1000);
      level.qtys.push(qtyLots);
      depth.change(book, side, priceTicks, qtyLots, 1);
    }
    const expected = levelsOf(book, side);
    assert.deepEqual(depth.best(book, side), expected[0]);
    const at = expected.find(([ticks]) => ticks === priceTicks) ?? [priceTicks, 0, 0];
    assert.deepEqual(depth.levelAt(book, side, priceTicks), at);
    if (n % 20 !== 0) continue;
    assert.deepEqual(depth.levels(book, side, LEVELS_MAX), expected);
    assert.deepEqual(depth.levels(book, side, 3), expected.slice(0, 3));
  }
});

test("taking off more than there is is a bug of the events", () => {
  const depth = new DepthBook(1, NODES_MAX);
  depth.change(0, SIDE_BUY, 100, 5, 1);
  assert.throws(() => depth.change(0, SIDE_BUY, 100, -6, -1), /never negative/);
});

test("a level without quantity that still counts an order is a bug of the events", () => {
  const depth = new DepthBook(1, NODES_MAX);
  depth.change(0, SIDE_SELL, 100, 5, 1);
  assert.throws(() => depth.change(0, SIDE_SELL, 100, -5, 0), /no orders/);
});
