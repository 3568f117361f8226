import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeDisk } from "../../log/node-disk.ts";
import { systemClock } from "../../ops/clock.ts";
import { type Json, startTestGateway } from "../gateway-for-test.ts";

const HOUR_MICROS = 3_600_000_000;

test("every type and term of an order is entered, and told again as asked", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({ side: "buy", price: "100", orderQty: "5" }, 2);
  await gateway.enter({ side: "sell", price: "110", orderQty: "5" }, 2);
  await gateway.enter({ side: "buy", price: "110", orderQty: "1" }, 2);
  const expireTime = Date.now() * 1000 + HOUR_MICROS;
  const orders: Json[] = [
    { ordType: "stop", stopPx: "120.00", protection: "5.00" },
    { ordType: "stopLimit", stopPx: "120.00", price: "121.00", triggerBy: "quote" },
    { ordType: "marketIfTouched", stopPx: "90.00", triggerBy: "mid" },
    { ordType: "limitIfTouched", stopPx: "90.00", price: "91.00" },
    { ordType: "stop", trailOffset: "2.50", trailStep: "0.50" },
    { ordType: "stopLimit", price: "130.00", trailBasisPoints: 200 },
    { ordType: "pegged", pegPriceType: "primary", pegOffset: "-1.00", price: "105.00" },
    { ordType: "limit", price: "99.00", displayQty: "0.100", displayRandomQty: "0.050" },
    { ordType: "limit", price: "99.00", timeInForce: "gtd", expireTime },
    { ordType: "limit", price: "99.00", hidden: true, stp: "cancelOldest" },
    { ordType: "limit", price: "99.00", allOrNone: true },
    { ordType: "limit", price: "99.00", postOnly: true, slide: true },
  ];
  for (const order of orders) {
    const asked = { symbol: "BTC-USD", side: "buy", orderQty: "1.000", ...order };
    const { status, json } = await gateway.ask("POST", "/orders", asked);
    assert.equal(status, 201, JSON.stringify(json));
    const isRepriced = order["ordType"] === "pegged";
    for (const [name, value] of Object.entries(asked)) {
      if (name !== "price" || !isRepriced) assert.equal(json[name], value, name);
    }
    const state = await gateway.ask("GET", `/orders/${json["orderId"]}`);
    for (const name of Object.keys(order)) assert.equal(state.json[name], json[name], name);
  }
});

test("an order may be for an amount of money, and may ask for a minimum at once", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({ side: "sell", price: "100", orderQty: "5" }, 2);
  const market = { symbol: "BTC-USD", side: "buy", ordType: "market" };
  const { json } = await gateway.ask("POST", "/orders", { ...market, quoteAmount: "250" });
  assert.equal(json["cumQty"], "2.500");
  const ioc = { price: "100", orderQty: "9", timeInForce: "ioc", minQty: "4" };
  const left = await gateway.enter(ioc);
  assert.equal(left.json["reason"], "MIN_QTY");
  const rest = { ...market, ordType: "marketWithLeftover", orderQty: "4" };
  const leftover = await gateway.ask("POST", "/orders", rest);
  assert.equal(leftover.json["cumQty"], "2.500");
  assert.equal(leftover.json["leavesQty"], "1.500");
  assert.equal(leftover.json["price"], "100.00");
});

const OCO: Json = {
  listType: "oco",
  symbol: "BTC-USD",
  orders: [
    { side: "sell", ordType: "limit", price: "110", orderQty: "1", clOrdId: "take" },
    { side: "sell", ordType: "stop", stopPx: "90", orderQty: "1", clOrdId: "stop" },
  ],
};

test("a list is answered with a report a leg, and one leg ends with the other", async (t) => {
  const gateway = await startTestGateway(t);
  const { status, json } = await gateway.ask("POST", "/orders/list", OCO);
  assert.equal(status, 201);
  assert.deepEqual(
    json["orders"].map(({ clOrdId, ordStatus }: Json) => [clOrdId, ordStatus]),
    [
      ["take", "new"],
      ["stop", "new"],
    ],
  );
  await gateway.enter({ price: "110", orderQty: "1" }, 2);
  const { json: open } = await gateway.ask("GET", "/orders");
  assert.deepEqual(open["orders"], []);
});

test("a list with one leg that cannot be is refused whole, with its reason", async (t) => {
  const gateway = await startTestGateway(t);
  const [take, stop] = OCO["orders"];
  const orders = [take, { ...stop, orderQty: "0" }];
  const { status, json } = await gateway.ask("POST", "/orders/list", { ...OCO, orders });
  assert.equal(status, 422);
  assert.equal(json["code"], "QTY_OUT_OF_RANGE");
  assert.deepEqual(
    json["list"]["orders"].map(({ clOrdId, reason }: Json) => [clOrdId, reason]),
    [
      ["take", "LINKED"],
      ["stop", "QTY_OUT_OF_RANGE"],
    ],
  );
});

test("an amend changes a stop price, a slice, the open rest or the place", async (t) => {
  const gateway = await startTestGateway(t);
  const stop = { symbol: "BTC-USD", side: "buy", ordType: "stop", orderQty: "1", stopPx: "120" };
  await gateway.ask("POST", "/orders", { ...stop, clOrdId: "s" });
  assert.equal(
    (await gateway.ask("PATCH", "/orders/by-cl-ord-id/s", { stopPx: "125" })).status,
    200,
  );
  const { json } = await gateway.ask("GET", "/orders/by-cl-ord-id/s");
  assert.equal(json["stopPx"], "125.00");

  await gateway.enter({ clOrdId: "i", price: "99", orderQty: "3", displayQty: "1" });
  await gateway.enter({ price: "99", orderQty: "2", side: "sell" }, 2);
  const left = await gateway.ask("PATCH", "/orders/by-cl-ord-id/i", {
    leavesQty: "5",
    displayQty: "2",
  });
  assert.equal(left.json["orderQty"], "7.000");
  const tail = await gateway.ask("PATCH", "/orders/by-cl-ord-id/i", {
    price: "99",
    joinTail: true,
  });
  assert.equal(tail.status, 200);
  const cut = await gateway.ask("DELETE", "/orders/by-cl-ord-id/i?reduceTo=3");
  assert.equal(cut.json["orderQty"], "3.000");
});

test("a mass cancel takes only what fits all of its filters", async (t) => {
  const gateway = await startTestGateway(t);
  for (const price of ["90", "95", "99"]) await gateway.enter({ price });
  await gateway.enter({ side: "sell", price: "120" });
  const query = "symbol=BTC-USD&side=buy&priceMin=91&priceMax=98";
  assert.equal((await gateway.ask("DELETE", `/orders?${query}`)).json["canceled"], 1);
  assert.equal((await gateway.ask("DELETE", "/orders?priceMin=91")).json["code"], "MISSING_FIELD");
  const other = await gateway.ask("DELETE", "/orders?accountId=2");
  assert.deepEqual([other.status, other.json["code"]], [422, "NOT_PERMITTED"]);
  const nobody = await gateway.ask("DELETE", "/orders?sessionId=99");
  assert.equal(nobody.json["canceled"], 0);
  assert.equal((await gateway.ask("DELETE", "/orders")).json["canceled"], 3);
});

test("a preview says what an order would do, and does nothing", async (t) => {
  // A clock that moves when it is read, so that the copy of the state takes one millisecond.
  let nowMicros = systemClock.nowMicros();
  const clock = {
    ...systemClock,
    nowMicros: () => {
      nowMicros += 1000;
      return nowMicros;
    },
  };
  const gateway = await startTestGateway(t, {}, nodeDisk, clock);
  await gateway.enter({ side: "sell", price: "101", orderQty: "2" }, 2);
  const before = gateway.exchange.health();
  const order = { symbol: "BTC-USD", side: "buy", ordType: "limit", price: "101", orderQty: "3" };
  const { json } = await gateway.ask("POST", "/orders/preview", { new: order });
  assert.equal(json["status"], 201);
  assert.equal(json["answer"]["cumQty"], "2.000");
  assert.equal(json["answer"]["leavesQty"], "1.000");
  assert.deepEqual(gateway.exchange.health(), before);
  const next = await gateway.ask("POST", "/orders/preview", { new: order });
  assert.equal(next.json["code"], "BUSY", "previews leave nine tenths of the time to trading");
  nowMicros += 9000;
  const later = await gateway.ask("POST", "/orders/preview", { new: order });
  assert.equal(later.json["status"], 201);
});

test("why tells an order its story, to its owner alone and without what is dark", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({ price: "101", hidden: true }, 2);
  const { json: first } = await gateway.enter({ price: "100", clOrdId: "first" }, 2);
  const { json: own } = await gateway.enter({ price: "100", clOrdId: "second" });
  await gateway.enter({ side: "sell", price: "100", orderQty: "2" }, 2);
  const path = `/orders/${own["orderId"]}/why`;
  const { status, json } = await gateway.ask("GET", path);
  assert.equal(status, 200, JSON.stringify(json));
  const place = json["lines"].find(({ what }: Json) => what === "place");
  assert.deepEqual([place["ordersAhead"], place["qtyAhead"]], [1, "1.000"]);
  const passed = json["lines"].filter(({ what }: Json) => what === "passed");
  assert.deepEqual(
    passed.map(({ orderId, why }: Json) => [orderId, why]),
    [
      [null, "better price"],
      [first["orderId"], "earlier at its price"],
    ],
  );
  assert.equal((await gateway.ask("GET", path, undefined, 2)).status, 404);
});

test("lists and previews are asked for over a WebSocket too", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect();
  const list = await socket.ask({ op: "list", list: OCO });
  assert.equal(list["result"]["orders"].length, 2);
  const preview = await socket.ask({ op: "preview", cancel: { clOrdId: "take" } });
  assert.equal(preview["result"]["answer"]["ordStatus"], "canceled");
  const batch = await socket.ask({
    op: "batch",
    orders: [{ cancel: { clOrdId: "take" } }, { list: OCO }],
  });
  assert.equal(batch["result"]["results"].length, 2);
});
