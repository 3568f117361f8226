import assert from "node:assert/strict";
import { test } from "node:test";
import { NaiveBook } from "./naive-book.ts";

function bookOf(...orders: [string, "buy" | "sell", number, number][]): NaiveBook {
  const book = new NaiveBook();
  for (const [id, side, qtyLots, priceTicks] of orders)
    book.enter({ id, side, qtyLots, priceTicks });
  return book;
}

test("a taker takes the better price first, then the older order, at their prices", () => {
  const book = bookOf(["1", "sell", 10, 101], ["2", "sell", 5, 100], ["3", "sell", 5, 101]);
  const { trades, leavesQtyLots } = book.enter({
    id: "t",
    side: "buy",
    qtyLots: 18,
    priceTicks: 101,
  });
  assert.deepEqual(
    trades.map(({ makerId, priceTicks, qtyLots }) => [makerId, priceTicks, qtyLots]),
    [
      ["2", 100, 5],
      ["1", 101, 10],
      ["3", 101, 3],
    ],
  );
  assert.equal(leavesQtyLots, 0);
  assert.deepEqual(book.depth("sell"), [[101, 2, 1]]);
});

test("fill-or-kill fills whole or is rejected whole, immediate-or-cancel drops its rest", () => {
  const book = bookOf(["1", "buy", 10, 100]);
  const fok = { id: "f", side: "sell", qtyLots: 11, priceTicks: 100, timeInForce: "fok" } as const;
  assert.equal(book.enter(fok).status, "rejected");
  assert.deepEqual(book.depth("buy"), [[100, 10, 1]]);
  const ioc = book.enter({ ...fok, id: "i", timeInForce: "ioc" });
  assert.deepEqual([ioc.canceledLots, ioc.leavesQtyLots], [1, 0]);
  assert.deepEqual(book.depth("sell"), []);
});

test("less at the same price keeps the place, everything else loses it", () => {
  const ids = (book: NaiveBook) => book.queue("buy").map(({ id }) => id);
  const book = bookOf(["1", "buy", 10, 100], ["2", "buy", 10, 100], ["3", "buy", 10, 100]);
  book.amend("1", { orderQtyLots: 5 });
  assert.deepEqual(ids(book), ["1", "2", "3"]);
  book.amend("1", { orderQtyLots: 6 });
  assert.deepEqual(ids(book), ["2", "3", "1"]);
  book.amend("2", { leavesQtyLots: 10, joinsTail: true });
  assert.deepEqual(ids(book), ["3", "1", "2"]);
  book.amend("2", { priceTicks: 101 });
  assert.deepEqual(ids(book), ["2", "3", "1"]);
});

test("a new total at or below what has executed ends the order", () => {
  const book = bookOf(["1", "buy", 10, 100], ["2", "sell", 4, 100]);
  assert.equal(book.find("1")?.leavesQtyLots, 6);
  assert.equal(book.amend("1", { orderQtyLots: 4 }).canceledLots, 6);
  assert.equal(book.find("1"), undefined);
});

test("post-only that would trade, a used id and an unknown order are refused", () => {
  const book = bookOf(["1", "buy", 10, 100]);
  const order = { id: "p", side: "sell", qtyLots: 1, priceTicks: 100, postOnly: true } as const;
  assert.equal(book.enter(order).status, "rejected");
  assert.equal(book.enter({ ...order, priceTicks: 101 }).status, "accepted");
  assert.equal(book.amend("p", { priceTicks: 100 }).status, "rejected");
  assert.equal(book.enter({ id: "1", side: "buy", qtyLots: 1, priceTicks: 1 }).status, "rejected");
  assert.equal(book.cancel("x").status, "rejected");
  assert.equal(book.reduce("1", 0).status, "rejected");
});
