import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NaiveBook, type NaiveSide } from "../../test/model/naive-book.ts";
import { NONE } from "../base/none.ts";
import { Prng } from "../base/prng.ts";
import { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { type Books, createBooks, MATCH_DONE } from "./books.ts";

const PRICE_MIN = -2_147_483_648;
const PRICE_MAX = 2_147_483_647;
const BOOKS = 2;

type Trade = { makerId: string; takerId: string; priceTicks: number; qtyLots: number };

/** The primitives put together as the rulebook says, with one naive twin a book. */
class BooksWithTwins {
  readonly #twins = Array.from({ length: BOOKS }, () => new NaiveBook());
  readonly #ordersMax: number;
  readonly #trades: Trade[] = [];
  #takerId = "";
  #books: Books;

  constructor(ordersMax: number) {
    this.#ordersMax = ordersMax;
    this.#books = this.#create();
  }

  enter(book: number, order: Order): void {
    const { id, priceTicks, ...rest } = order;
    this.#trades.length = 0;
    this.#takerId = String(id);
    const leftLots =
      order.timeInForce === "fok" && !this.#canFill(book, order)
        ? order.qtyLots
        : this.#match(book, order);
    if (order.timeInForce === "gtc" && priceTicks !== undefined && leftLots > 0) {
      this.#books.rest(book, codeOf(order.side), priceTicks, leftLots, id);
    }
    const limit = priceTicks === undefined ? {} : { priceTicks };
    const naive = this.#twins[book]!.enter({ ...rest, ...limit, id: this.#takerId });
    assert.deepEqual(this.#trades, naive.trades);
    if (naive.status === "accepted") {
      assert.equal(leftLots, naive.leavesQtyLots + naive.canceledLots);
    }
  }

  /** Any resting order of any book by a number; NONE when nothing rests. */
  pickSlot(pick: number): number {
    const ids = this.#twins.flatMap((twin) => [...twin.queue("buy"), ...twin.queue("sell")]);
    return ids.length === 0 ? NONE : this.#books.find(Number(ids[pick % ids.length]!.id));
  }

  cancel(slot: number): void {
    const id = this.#books.orderIdOf(slot);
    this.#twins[this.#books.bookOf(slot)]!.cancel(String(id));
    this.#books.remove(slot);
    assert.equal(this.#books.find(id), NONE);
  }

  reduce(slot: number, pick: number): void {
    const leavesQtyLots = this.#books.leavesQtyLotsOf(slot);
    const byLots = pick % leavesQtyLots;
    if (byLots === 0) return;
    const id = String(this.#books.orderIdOf(slot));
    this.#twins[this.#books.bookOf(slot)]!.reduce(id, byLots);
    this.#books.reduceTo(slot, leavesQtyLots - byLots);
  }

  /** Moves an order where it does not trade: requeue() never matches. */
  requeue(slot: number, priceTicks: number, qtyLots: number): void {
    const books = this.#books;
    const book = books.bookOf(slot);
    if (books.crosses(book, books.orderCodesOf(slot), priceTicks, qtyLots)) return;
    const amend = { priceTicks, leavesQtyLots: qtyLots, joinsTail: true };
    const naive = this.#twins[book]!.amend(String(books.orderIdOf(slot)), amend);
    assert.equal(naive.trades.length, 0);
    books.requeue(slot, priceTicks, qtyLots);
  }

  reload(): void {
    const snapshot = new SnapshotWriter();
    this.#books.save(snapshot);
    const reader = new SnapshotReader(snapshot.finish());
    this.#books = this.#create();
    this.#books.load(reader);
    reader.finish();
  }

  assertSame(): void {
    for (const [book, twin] of this.#twins.entries()) {
      for (const side of ["buy", "sell"] as const) {
        assert.deepEqual(queueOf(this.#books, book, side), naiveQueue(twin, side));
        assert.deepEqual(depthOf(this.#books, book, side), twin.depth(side));
      }
    }
  }

  #create(): Books {
    const limits = { booksMax: BOOKS, ordersMax: this.#ordersMax, salt: 0 };
    return createBooks(limits, (slot, priceTicks, qtyLots) => {
      assert.ok(qtyLots <= this.#books.leavesQtyLotsOf(slot), "makers stand as before the trade");
      const makerId = String(this.#books.orderIdOf(slot));
      this.#trades.push({ makerId, takerId: this.#takerId, priceTicks, qtyLots });
      return MATCH_DONE;
    });
  }

  #canFill(book: number, { side, priceTicks, qtyLots }: Order): boolean {
    const limitTicks = priceTicks ?? worstPriceOf(side);
    return this.#books.canFill(book, codeOf(side), limitTicks, qtyLots);
  }

  #match(book: number, { side, priceTicks, qtyLots }: Order): number {
    const limitTicks = priceTicks ?? worstPriceOf(side);
    return this.#books.match(book, codeOf(side), limitTicks, qtyLots);
  }
}

/** What a market order takes at worst: any price. */
function worstPriceOf(side: NaiveSide): number {
  return side === "buy" ? PRICE_MAX : PRICE_MIN;
}

function codeOf(side: NaiveSide): number {
  return side === "buy" ? SIDE_BUY : SIDE_SELL;
}

function levelsOf(books: Books, book: number, side: NaiveSide): number[] {
  const levels: number[] = [];
  let level = books.bestLevel(book, codeOf(side));
  for (; level !== NONE; level = books.nextLevel(level)) levels.push(level);
  return levels;
}

function depthOf(books: Books, book: number, side: NaiveSide): number[][] {
  return levelsOf(books, book, side).map((level) => [
    books.levelPriceTicks(level),
    books.levelQtyLots(level),
    books.levelOrderCount(level),
  ]);
}

function queueOf(books: Books, book: number, side: NaiveSide): unknown[][] {
  return levelsOf(books, book, side).flatMap((level) => {
    const orders: unknown[][] = [];
    let slot = books.firstInQueue(level);
    for (; slot !== NONE; slot = books.nextInQueue(slot)) {
      assert.equal(books.find(books.orderIdOf(slot)), slot);
      const id = String(books.orderIdOf(slot));
      orders.push([id, books.priceTicksOf(slot), books.leavesQtyLotsOf(slot)]);
    }
    return orders;
  });
}

type Order = {
  readonly id: number;
  readonly side: NaiveSide;
  readonly priceTicks: number | undefined;
  readonly qtyLots: number;
  readonly timeInForce: "gtc" | "ioc" | "fok";
};

function naiveQueue(twin: NaiveBook, side: NaiveSide): unknown[][] {
  return twin.queue(side).map((order) => [order.id, order.priceTicks, order.leavesQtyLots]);
}

/** Few prices, so that orders meet: around zero, far apart, and at both ends of the range. */
const PRICE = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(PRICE_MIN, PRICE_MIN + 1, PRICE_MAX - 1, PRICE_MAX) },
  { weight: 1, arbitrary: fc.integer({ min: -3, max: 3 }).map((step) => step * 500_000_000) },
);
const QTY = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(2 ** 31, 2 ** 40 + 1));
const STEP = fc.record({
  kind: fc.constantFrom(
    "enter",
    "enter",
    "enter",
    "enter",
    "cancel",
    "reduce",
    "requeue",
    "reload",
  ),
  book: fc.integer({ min: 0, max: BOOKS - 1 }),
  side: fc.constantFrom<NaiveSide>("buy", "sell"),
  priceTicks: fc.oneof(
    { weight: 9, arbitrary: PRICE },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  qtyLots: QTY,
  timeInForce: fc.constantFrom("gtc", "gtc", "gtc", "ioc", "fok"),
  pick: fc.nat(),
});

test("the books agree with the naive book after every command", () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 80 }), (steps) => {
      const venue = new BooksWithTwins(100);
      for (const [index, step] of steps.entries()) {
        const { kind, book, side, priceTicks, qtyLots, timeInForce, pick } = step;
        const slot = kind === "enter" ? NONE : venue.pickSlot(pick);
        if (kind === "enter") {
          const id = index % 2 === 0 ? index + 1 : 2 ** 32 * (index + 1) + 1;
          venue.enter(book, { id, side, priceTicks, qtyLots, timeInForce } as Order);
        } else if (kind === "reload") venue.reload();
        else if (slot === NONE) continue;
        else if (kind === "cancel") venue.cancel(slot);
        else if (kind === "reduce") venue.reduce(slot, pick);
        else venue.requeue(slot, priceTicks ?? 0, qtyLots);
        venue.assertSame();
      }
    }),
    { numRuns: 400 },
  );
});

test("orders at the two ends of the price range meet as all others do", () => {
  const trades: number[][] = [];
  const books = createBooks({ booksMax: 1, ordersMax: 8, salt: 0 }, (slot, ...trade) => {
    trades.push([books.orderIdOf(slot), ...trade]);
    return MATCH_DONE;
  });
  books.rest(0, SIDE_SELL, PRICE_MAX, 5, 1);
  books.rest(0, SIDE_BUY, PRICE_MIN, 5, 2);
  assert.equal(books.crosses(0, SIDE_BUY, PRICE_MAX - 1, 6), false);
  assert.equal(books.crosses(0, SIDE_BUY, PRICE_MAX, 6), true);
  assert.equal(books.crosses(0, SIDE_SELL, PRICE_MIN + 1, 6), false);
  assert.equal(books.crosses(0, SIDE_SELL, PRICE_MIN, 6), true);
  assert.equal(books.match(0, SIDE_BUY, PRICE_MAX, 6), 1);
  assert.equal(books.match(0, SIDE_SELL, PRICE_MIN, 6), 1);
  assert.deepEqual(trades, [
    [1, PRICE_MAX, 5],
    [2, PRICE_MIN, 5],
  ]);
  assert.equal(books.crosses(0, SIDE_BUY, PRICE_MAX, 6), false);
  assert.equal(books.firstAgainst(0, SIDE_SELL, 6), NONE);
});

test("one level of 100,000 orders loses orders from its middle and keeps its order", () => {
  const count = 100_000;
  const books = createBooks({ booksMax: 1, ordersMax: count, salt: 0 }, () => MATCH_DONE);
  for (let id = 1; id <= count; id++) books.rest(0, SIDE_BUY, 100, 1, id);
  assert.equal(books.isFull(), true);
  const middle = count / 2;
  for (let step = 0; step < middle - 10; step++) {
    books.remove(books.find(middle - step));
    books.remove(books.find(middle + 1 + step));
  }
  const level = books.bestLevel(0, SIDE_BUY);
  const ids: number[] = [];
  for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
    ids.push(books.orderIdOf(slot));
  }
  const kept = Array.from({ length: 10 }, (_, i) => i + 1);
  assert.deepEqual(ids, [...kept, ...kept.map((id) => id + count - 10)]);
  assert.equal(books.levelQtyLots(level), 20);
  assert.equal(books.nextLevel(level), NONE);
});

test("a million prices far apart that come and go never fill a small book", () => {
  const books = createBooks({ booksMax: 1, ordersMax: 16, salt: 0 }, () => MATCH_DONE);
  const random = new Prng(8);
  for (let id = 1; id <= 1_000_000; id++) {
    assert.equal(books.isFull(), false);
    books.remove(books.rest(0, SIDE_BUY, random.nextUint32() | 0, 1, id));
  }
  assert.equal(books.usedSlots(), 1);
});

test("prices far apart that stay fill the book before its memory bound, which is no crash", () => {
  const ordersMax = 20_000;
  const books = createBooks({ booksMax: 1, ordersMax, salt: 0 }, () => MATCH_DONE);
  const random = new Prng(9);
  let id = 0;
  while (!books.isFull()) books.rest(0, SIDE_SELL, random.nextUint32() | 0, 1, ++id);
  assert.ok(id > ordersMax / 7 && id < ordersMax, `full at ${id} orders`);
  assert.equal(books.hasLevelRoom(), false);
  const snapshot = new SnapshotWriter();
  books.save(snapshot);
  // Rows of orders and levels, nodes, the index, and the fixed tables.
  const bytesMax = id * 64 + ordersMax * 148 + ordersMax * 8 + 70_000;
  assert.ok(snapshot.finish().length < bytesMax);

  books.remove(books.find(1));
  books.remove(books.find(2));
  assert.equal(books.hasLevelRoom(), true, "room comes back with the orders that go");
});
