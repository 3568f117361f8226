import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NaiveBook, type NaiveSide } from "../../test/model/naive-book.ts";
import { Prng } from "../base/prng.ts";
import { REASON_BOOK_FULL, REASON_UNKNOWN_ORDER } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_FOK, TIF_GTC } from "../model/time-in-force.ts";
import { BookCore } from "./book-core.ts";
import { OrderBook } from "./order-book.ts";
import type { LimitOrder, OrderResult, Trade } from "./order-request.ts";

const PRICE_MIN = -2_147_483_648;
const PRICE_MAX = 2_147_483_647;

function buy(priceTicks: number, orderQtyLots: number, more: Partial<LimitOrder> = {}): LimitOrder {
  return { side: "buy", priceTicks, orderQtyLots, ...more };
}

function sell(priceTicks: number, orderQtyLots: number, more: Partial<LimitOrder> = {}) {
  return { ...buy(priceTicks, orderQtyLots, more), side: "sell" } as const;
}

function bookOf(...orders: LimitOrder[]): OrderBook {
  const book = new OrderBook();
  for (const order of orders) assert.notEqual(book.limit(order).ordStatus, "rejected");
  return book;
}

/** Trades as "maker x taker lots@price". */
function tradeTexts(trades: readonly Trade[]): string[] {
  return trades.map(
    (trade) =>
      `${trade.makerOrderId} x ${trade.takerOrderId} ${trade.lastQtyLots}@${trade.lastPxTicks}`,
  );
}

function outcome({ ordStatus, reason, cumQtyLots, leavesQtyLots }: OrderResult): unknown[] {
  return [ordStatus, reason, cumQtyLots, leavesQtyLots];
}

/** The order book and its naive twin under the same commands. */
class BookWithTwin {
  #book = new OrderBook({ ordersExpected: 1 });
  readonly #twin = new NaiveBook();

  enter(order: LimitOrder & { readonly orderId: number }, isMarket: boolean): void {
    const { orderId, orderQtyLots, priceTicks, side, timeInForce = "gtc", postOnly } = order;
    const lifetime = timeInForce === "fok" ? "fok" : "ioc";
    const result = isMarket
      ? this.#book.market({ side, orderQtyLots, orderId, timeInForce: lifetime })
      : this.#book.limit(order);
    const naive = this.#twin.enter({
      id: String(orderId),
      side,
      qtyLots: orderQtyLots,
      ...(isMarket ? { timeInForce: lifetime } : { priceTicks, timeInForce }),
      ...(isMarket || postOnly !== true ? {} : { postOnly }),
    });
    this.#compare(result, naive);
    if (naive.status === "accepted") {
      assert.equal(result.cumQtyLots, orderQtyLots - naive.leavesQtyLots - naive.canceledLots);
    }
  }

  amend(pick: number, priceTicks: number | undefined, orderQtyLots: number | undefined): void {
    const id = this.#pickId(pick);
    if (id === undefined || (priceTicks === undefined && orderQtyLots === undefined)) return;
    const naive = this.#twin.amend(id, {
      ...(priceTicks === undefined ? {} : { priceTicks }),
      ...(orderQtyLots === undefined ? {} : { orderQtyLots }),
    });
    this.#compare(this.#book.amend(Number(id), { priceTicks, orderQtyLots }), naive);
  }

  cancel(pick: number): void {
    const id = this.#pickId(pick);
    if (id === undefined) return;
    this.#compare(this.#book.cancel(Number(id)), this.#twin.cancel(id));
  }

  restore(): void {
    this.#book = OrderBook.restore(this.#book.snapshot(), { ordersExpected: 1 });
  }

  assertSame(): void {
    const depth = this.#book.depth(Number.POSITIVE_INFINITY);
    const sides = { buy: depth.bids, sell: depth.asks } as const;
    for (const side of ["buy", "sell"] as const) {
      const levels = sides[side].map((level) => Object.values(level));
      assert.deepEqual(levels, this.#twin.depth(side));
      const orders = this.#book.orders(side).map(({ orderId, cumQtyLots: _, ...order }) => ({
        id: String(orderId),
        ...order,
      }));
      assert.deepEqual(orders, this.#twin.queue(side));
    }
  }

  #pickId(pick: number): string | undefined {
    const orders = [...this.#twin.queue("buy"), ...this.#twin.queue("sell")];
    return orders[pick % Math.max(orders.length, 1)]?.id;
  }

  #compare(result: OrderResult, naive: ReturnType<NaiveBook["cancel"]>): void {
    assert.equal(result.ordStatus === "rejected", naive.status === "rejected");
    assert.equal(result.leavesQtyLots, naive.leavesQtyLots);
    const trades = result.trades.map((trade) => ({
      makerId: String(trade.makerOrderId),
      takerId: String(trade.takerOrderId),
      priceTicks: trade.lastPxTicks,
      qtyLots: trade.lastQtyLots,
    }));
    assert.deepEqual(trades, naive.trades);
  }
}

const PRICE = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(PRICE_MIN, PRICE_MAX) },
);
const STEP = fc.record({
  kind: fc.constantFrom("limit", "limit", "limit", "market", "amend", "amend", "cancel", "restore"),
  side: fc.constantFrom<NaiveSide>("buy", "sell"),
  priceTicks: PRICE,
  orderQtyLots: fc.integer({ min: 1, max: 10 }),
  timeInForce: fc.constantFrom("gtc", "gtc", "gtc", "ioc", "fok"),
  postOnly: fc.boolean(),
  amends: fc.constantFrom("price", "qty", "both"),
  pick: fc.nat(),
});

test("the order book agrees with the naive book, growing and restored along the way", () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 60 }), (steps) => {
      const books = new BookWithTwin();
      for (const [index, step] of steps.entries()) {
        const { kind, side, priceTicks, orderQtyLots, pick, amends } = step;
        const timeInForce = step.timeInForce as "gtc" | "ioc" | "fok";
        const postOnly = step.postOnly && timeInForce === "gtc";
        if (kind === "limit" || kind === "market") {
          const orderId = index + 1;
          const order = { side, priceTicks, orderQtyLots, timeInForce, postOnly, orderId };
          books.enter(order, kind === "market");
        } else if (kind === "amend") {
          const price = amends === "qty" ? undefined : priceTicks;
          books.amend(pick, price, amends === "price" ? undefined : orderQtyLots - 1);
        } else if (kind === "cancel") books.cancel(pick);
        else books.restore();
        books.assertSame();
      }
    }),
    { numRuns: 400 },
  );
});

test("a marketable buy takes the cheaper ask first, then rests", () => {
  const book = bookOf(sell(101, 10), sell(100, 5));
  const result = book.limit(buy(101, 18));
  assert.deepEqual(tradeTexts(result.trades), ["2 x 3 5@100", "1 x 3 10@101"]);
  assert.deepEqual(outcome(result), ["partiallyFilled", "", 15, 3]);
  assert.deepEqual(book.bestBid, { priceTicks: 101, qtyLots: 3, orderCount: 1 });
  assert.equal(book.bestAsk, undefined);
});

test("every status and reason of an order that ends where it entered", () => {
  const book = bookOf(sell(100, 5));
  assert.deepEqual(outcome(book.limit(buy(99, 1))), ["new", "", 0, 1]);
  const ioc = book.limit(buy(100, 2, { timeInForce: "ioc" }));
  assert.deepEqual(outcome(ioc), ["filled", "", 2, 0]);
  const rest = book.limit(buy(100, 5, { timeInForce: "ioc" }));
  assert.deepEqual(outcome(rest), ["canceled", "IOC_REMAINDER", 3, 0]);
  const market = book.market({ side: "sell", orderQtyLots: 4 });
  assert.deepEqual(outcome(market), ["canceled", "NO_LIQUIDITY", 1, 0]);
  const nothing = book.market({ side: "buy", orderQtyLots: 4 });
  assert.deepEqual(outcome(nothing), ["canceled", "NO_LIQUIDITY", 0, 0]);
});

test("a refusal says why and changes nothing", () => {
  const book = bookOf(sell(100, 5, { orderId: 7 }), buy(98, 5, { orderId: 8, postOnly: true }));
  const before = book.snapshot();
  const refused: [string, OrderResult][] = [
    ["DUPLICATE_CL_ORD_ID", book.limit(buy(100, 1, { orderId: 7, timeInForce: "ioc" }))],
    ["POST_ONLY_WOULD_TRADE", book.limit(buy(100, 1, { postOnly: true }))],
    ["UNSUPPORTED_ORDER", book.limit(buy(90, 1, { postOnly: true, timeInForce: "ioc" }))],
    ["FOK_UNFILLABLE", book.limit(buy(100, 6, { timeInForce: "fok" }))],
    ["FOK_UNFILLABLE", book.market({ side: "buy", orderQtyLots: 6, timeInForce: "fok" })],
    ["QTY_OUT_OF_RANGE", book.limit(buy(90, Number.MAX_SAFE_INTEGER))],
    ["POST_ONLY_WOULD_TRADE", book.amend(8, { priceTicks: 100 })],
    ["NOTHING_TO_AMEND", book.amend(7, {})],
    ["UNKNOWN_ORDER", book.amend(1, { priceTicks: 5 })],
    ["UNKNOWN_ORDER", book.cancel(1)],
    ["UNKNOWN_ORDER", book.cancel(Number.NaN)],
  ];
  for (const [reason, result] of refused) {
    assert.deepEqual(outcome(result), ["rejected", reason, 0, 0]);
    assert.deepEqual(result.trades, []);
  }
  assert.deepEqual(book.snapshot(), before);
});

test("a number that no market could mean is a RangeError that says what was expected", () => {
  const book = bookOf(sell(100, 5, { orderId: 7 }));
  const before = book.snapshot();
  const faults: [RegExp, () => unknown][] = [
    [
      /expected priceTicks, an integer -2147483648 to 2147483647; found 1.5/,
      () => book.limit(buy(1.5, 1)),
    ],
    [/expected priceTicks.*; found 2147483648/, () => book.limit(buy(PRICE_MAX + 1, 1))],
    [/expected priceTicks.*; found NaN/, () => book.amend(7, { priceTicks: Number.NaN })],
    [/expected orderQtyLots, an integer 1 to 2\^53 - 1; found 0/, () => book.limit(buy(1, 0))],
    [/expected orderQtyLots.*; found -1/, () => book.amend(7, { orderQtyLots: -1 })],
    [/expected orderQtyLots.*; found 0.5/, () => book.market({ side: "buy", orderQtyLots: 0.5 })],
    [/expected orderId.*; found 0/, () => book.limit(buy(1, 1, { orderId: 0 }))],
    [
      /expected orderId.*; found 9007199254740992/,
      () => book.limit(buy(1, 1, { orderId: 2 ** 53 })),
    ],
    [
      /expected side "buy" or "sell"; found "hold"/,
      () => book.limit(buy(1, 1, { side: "hold" as "buy" })),
    ],
    [/expected side SIDE_BUY or SIDE_SELL; found 3/, () => book.core.enterLimit(3 as 1, 1, 1, 1)],
    [
      /expected timeInForce.*; found "day"/,
      () => book.limit(buy(1, 1, { timeInForce: "day" as "gtc" })),
    ],
    [/expected timeInForce.*; found 0/, () => book.core.enterLimit(1, 1, 1, 1, 0 as 1)],
    [/expected timeInForce "ioc" or "fok"/, () => book.core.enterMarket(1, 1, 1, TIF_GTC)],
    [/expected ordersMax, an integer 1 to 8388608; found 0/, () => new OrderBook({ ordersMax: 0 })],
    [/expected ordersExpected.*; found 1.5/, () => new OrderBook({ ordersExpected: 1.5 })],
  ];
  for (const [message, call] of faults) assert.throws(call, { name: "RangeError", message });
  assert.deepEqual(book.snapshot(), before);
});

test("an amend follows the rulebook's priority, and its total counts what has executed", () => {
  const book = bookOf(buy(100, 10), buy(100, 10), buy(100, 10));
  const ids = () => book.orders("buy").map(({ orderId }) => orderId);
  book.limit(sell(100, 4));
  assert.deepEqual(outcome(book.amend(1, { orderQtyLots: 8 })), ["partiallyFilled", "", 4, 4]);
  book.amend(1, { orderQtyLots: 8, priceTicks: 100 });
  assert.deepEqual(ids(), [1, 2, 3]);
  assert.deepEqual(outcome(book.amend(1, { orderQtyLots: 9 })), ["partiallyFilled", "", 4, 5]);
  assert.deepEqual(ids(), [2, 3, 1]);
  assert.deepEqual(outcome(book.amend(3, { priceTicks: 101 })), ["new", "", 0, 10]);
  assert.deepEqual(ids(), [3, 2, 1]);
  const ended = book.amend(1, { orderQtyLots: 4, priceTicks: 200 });
  assert.deepEqual(outcome(ended), ["canceled", "BELOW_EXECUTED", 4, 0]);
  assert.deepEqual(outcome(book.amend(2, { orderQtyLots: 0 })), [
    "canceled",
    "BELOW_EXECUTED",
    0,
    0,
  ]);

  book.limit(sell(105, 3, { orderId: 50 }));
  const crossing = book.amend(3, { priceTicks: 105, orderQtyLots: 5 });
  assert.deepEqual(tradeTexts(crossing.trades), ["50 x 3 3@105"]);
  assert.deepEqual(outcome(crossing), ["partiallyFilled", "", 3, 2]);
  assert.deepEqual(book.order(3), {
    orderId: 3,
    side: "buy",
    priceTicks: 105,
    orderQtyLots: 5,
    cumQtyLots: 3,
    leavesQtyLots: 2,
    postOnly: false,
  });
  assert.deepEqual(outcome(book.cancel(3)), ["canceled", "REQUESTED", 3, 0]);
  assert.equal(book.ordersCount, 0);
});

test("ids left out go on from the largest, and an ended order leaves its id free", () => {
  const book = bookOf(buy(1, 1, { orderId: 2 ** 40 }));
  book.limit(buy(1, 1, { orderId: 5 }));
  assert.equal(book.limit(buy(1, 1)).orderId, 2 ** 40 + 1);
  assert.equal(book.limit(sell(1, 1, { postOnly: true })).orderId, 0, "refused: it never had one");
  assert.equal(book.market({ side: "sell", orderQtyLots: 1 }).orderId, 2 ** 40 + 2);
  assert.equal(book.limit(buy(1, 1, { orderId: 2 ** 40 })).ordStatus, "new");
});

test("a side never holds more lots than stay exact", () => {
  const half = 2 ** 52;
  const book = bookOf(buy(1, half), buy(2, half - 1));
  assert.equal(book.limit(buy(3, 1)).reason, "QTY_OUT_OF_RANGE");
  assert.equal(book.amend(1, { orderQtyLots: half + 1 }).reason, "QTY_OUT_OF_RANGE");
  assert.equal(book.amend(1, { priceTicks: 0 }).leavesQtyLots, half);
  assert.equal(book.limit(sell(3, Number.MAX_SAFE_INTEGER)).ordStatus, "new");
  assert.equal(book.limit(sell(4, 1)).reason, "QTY_OUT_OF_RANGE");
  book.cancel(2);
  assert.deepEqual(outcome(book.limit(buy(3, 1))), ["filled", "", 1, 0]);
  assert.deepEqual(outcome(book.limit(sell(4, 1))), ["new", "", 0, 1]);
  assert.deepEqual(outcome(book.limit(buy(2, half - 1))), ["new", "", 0, half - 1]);
});

test("a book grows to exactly ordersMax, however far apart its prices are", () => {
  const ordersMax = 3000;
  const book = new OrderBook({ ordersMax, ordersExpected: 1 });
  const random = new Prng(6);
  const prices = new Set<number>();
  while (prices.size < ordersMax) prices.add((random.nextUint32() >>> 1) + PRICE_MIN);
  for (const priceTicks of prices) {
    assert.equal(book.limit(buy(priceTicks, 1)).ordStatus, "new");
  }
  assert.equal(book.limit(buy(5, 1)).reason, "BOOK_FULL");
  assert.equal(book.core.enterLimit(SIDE_BUY, 5, 1, 9_999), -REASON_BOOK_FULL);
  for (let orderId = 1; orderId <= ordersMax; orderId++) {
    const priceTicks = (random.nextUint32() >>> 1) + PRICE_MIN;
    assert.equal(book.amend(orderId, { priceTicks }).leavesQtyLots, 1);
  }
  assert.equal(book.ordersCount, ordersMax);
  const { priceTicks } = book.bestBid!;
  assert.equal(book.limit(sell(priceTicks, 2)).reason, "BOOK_FULL", "one lot would have to rest");
  assert.equal(book.limit(sell(priceTicks, 1)).ordStatus, "filled");
  assert.equal(book.limit(buy(5, 1)).ordStatus, "new");
});

test("a snapshot goes on as the book it was taken of", () => {
  const book = bookOf(buy(99, 5), buy(99, 6, { postOnly: true }), sell(101, 7), buy(98, 1));
  book.limit(sell(99, 2));
  const copy = OrderBook.restore(book.snapshot());
  assert.deepEqual(copy.snapshot(), book.snapshot());
  for (const one of [book, copy]) {
    assert.equal(one.limit(buy(97, 1)).orderId, 6);
    one.amend(1, { orderQtyLots: 9 });
    one.market({ side: "sell", orderQtyLots: 7 });
  }
  assert.deepEqual(copy.orders("buy"), book.orders("buy"));
  assert.deepEqual(copy.snapshot(), book.snapshot());
});

test("bytes that are no snapshot, or hold more than allowed, are RangeErrors", () => {
  const bytes = bookOf(buy(1, 1), buy(2, 1)).snapshot();
  const shifted = Buffer.concat([Buffer.from("x"), bytes]).subarray(1);
  assert.equal(OrderBook.restore(shifted).ordersCount, 2);
  const otherVersion = bytes.slice();
  otherVersion[15] ^= 1; // In the first section's number.
  const cuts = [0, 16, 31, bytes.length - 16, bytes.length - 1];
  for (const found of [otherVersion, ...cuts.map((length) => bytes.subarray(0, length))]) {
    assert.throws(() => OrderBook.restore(found), {
      name: "RangeError",
      message: /expected a whole snapshot of version 2; found/,
    });
  }
  assert.throws(() => OrderBook.restore(bytes, { ordersMax: 1 }), {
    name: "RangeError",
    message: "expected at most ordersMax 1 resting orders; found 2",
  });
});

test("the listener hears each trade when the command is complete", () => {
  const heard: unknown[] = [];
  const book = new OrderBook({
    onTrade: (...trade) => heard.push([...trade, book.ordersCount, book.bestBid?.priceTicks]),
  });
  book.limit(sell(10, 1));
  book.limit(sell(11, 2));
  book.limit(buy(12, 4));
  assert.deepEqual(heard, [
    [1, 3, 10, 1, 1, 12],
    [2, 3, 11, 2, 1, 12],
  ]);
});

test("a listener that commands the book or throws leaves the book as the command made it", () => {
  let misbehave = (): void => {};
  const book = new OrderBook({ onTrade: () => misbehave() });
  book.limit(buy(10, 5));
  misbehave = () => book.core.cancel(1);
  assert.throws(
    () => book.market({ side: "sell", orderQtyLots: 1 }),
    /found a command from inside/,
  );
  misbehave = () => {
    throw new Error("mine");
  };
  assert.throws(() => book.limit(sell(10, 5)), /mine/);
  assert.deepEqual(book.depth(), {
    bids: [],
    asks: [{ priceTicks: 10, qtyLots: 1, orderCount: 1 }],
  });
  misbehave = () => {};
  assert.equal(book.cancel(3).ordStatus, "canceled");
});

test("the core answers in numbers", () => {
  const core = new BookCore();
  assert.equal(core.enterPostOnly(SIDE_SELL, 100, 5, 1), 5);
  assert.equal(core.enterLimit(SIDE_BUY, 100, 6, 2, TIF_FOK) < 0, true);
  assert.equal(core.enterLimit(SIDE_BUY, 100, 7, 2), 2);
  assert.deepEqual([core.trades.count, core.trades.makerOrderIdOf(0)], [1, 1]);
  assert.equal(core.amend(2, 101, 9), 4);
  assert.equal(core.enterMarket(SIDE_SELL, 5, 3), 1);
  assert.equal(core.cancel(2), -REASON_UNKNOWN_ORDER);
  assert.equal(core.trades.count, 0);
  assert.equal(core.lastOrderId, 3);
});

test("one order may sweep more orders than any before it", () => {
  const book = new OrderBook({ ordersExpected: 1 });
  for (let i = 1; i <= 500; i++) book.limit(sell(i % 7, i));
  const { trades, cumQtyLots } = book.market({ side: "buy", orderQtyLots: 1_000_000 });
  assert.equal(cumQtyLots, (500 * 501) / 2);
  assert.equal(trades.length, 500);
  assert.equal(new Set(trades.map(({ makerOrderId }) => makerOrderId)).size, 500);
  assert.equal(
    trades.reduce((lots, { lastQtyLots }) => lots + lastQtyLots, 0),
    cumQtyLots,
  );
  const prices = trades.map(({ lastPxTicks }) => lastPxTicks);
  assert.deepEqual(
    prices,
    [...prices].sort((a, b) => a - b),
  );
});

test("a look at the book takes no more than asked for", () => {
  const book = bookOf(buy(1, 1), buy(2, 2), buy(2, 3), buy(3, 4));
  assert.deepEqual(book.depth(2).bids.map(Object.values), [
    [3, 4, 1],
    [2, 5, 2],
  ]);
  assert.deepEqual(
    book.orders("buy", 2).map(({ orderId }) => orderId),
    [4, 2],
  );
  assert.equal(book.order(99), undefined);
});
