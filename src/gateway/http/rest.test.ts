import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { type Json, LIMIT_BUY, startTestGateway } from "../gateway-for-test.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("an order that rests is answered with a report that says all of it", async (t) => {
  const gateway = await startTestGateway(t);
  const { status, headers, json } = await gateway.ask("POST", "/orders", {
    symbol: "BTC-USD",
    side: "buy",
    ordType: "limit",
    price: "64000.5",
    orderQty: "0.25",
    postOnly: true,
    clOrdId: 'my"1\\',
  });
  assert.equal(status, 201);
  assert.equal(headers.get("content-type"), "application/json; charset=utf-8");
  const { transactTime, ...rest } = json;
  assert.ok(Math.abs(transactTime / 1000 - Date.now()) < 60_000);
  assert.deepEqual(rest, {
    sequence: 3,
    orderId: 1,
    clOrdId: 'my"1\\',
    symbol: "BTC-USD",
    side: "buy",
    ordType: "limit",
    timeInForce: "gtc",
    postOnly: true,
    ordStatus: "new",
    price: "64000.50",
    orderQty: "0.250",
    cumQty: "0.000",
    leavesQty: "0.250",
    reason: "",
    fills: [],
  });
});

test("a report tells the taker's own fills at the makers' prices", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({ side: "sell", price: "100", orderQty: "0.1" }, 2);
  await gateway.enter({ side: "sell", price: "100.5", orderQty: "0.2" }, 2);
  const taker = await gateway.enter({ price: "101", orderQty: "1" });
  assert.equal(taker.json["ordStatus"], "partiallyFilled");
  assert.deepEqual(taker.json["fills"], [
    { tradeId: 1, lastPx: "100.00", lastQty: "0.100" },
    { tradeId: 2, lastPx: "100.50", lastQty: "0.200" },
  ]);
  assert.equal(taker.json["leavesQty"], "0.700");

  const market = await gateway.enter(
    { side: "sell", ordType: "market", price: undefined, orderQty: 2 },
    2,
  );
  assert.equal(market.status, 201);
  assert.deepEqual(
    [market.json["ordStatus"], market.json["reason"], market.json["price"], market.json["cumQty"]],
    ["canceled", "NO_LIQUIDITY", null, "0.700"],
  );
  assert.match(market.json["clOrdId"], UUID);
});

test("a rejected order is an error with its report, and in the log", async (t) => {
  const gateway = await startTestGateway(t);
  const tooMuch = await gateway.enter({ orderQty: "1000.001" });
  assert.equal(tooMuch.status, 422);
  assert.equal(tooMuch.json["code"], "QTY_OUT_OF_RANGE");
  assert.equal(tooMuch.json["message"], "orderQty: expected 0.001 to 1000.000, found 1000.001");
  assert.equal(tooMuch.json["report"].ordStatus, "rejected");
  assert.equal(tooMuch.json["report"].reason, "QTY_OUT_OF_RANGE");

  await gateway.enter({ clOrdId: "a" });
  const again = await gateway.enter({ clOrdId: "a" });
  assert.deepEqual([again.status, again.json["code"]], [422, "DUPLICATE_CL_ORD_ID"]);
  const fok = await gateway.enter({ timeInForce: "fok", orderQty: "5" });
  assert.deepEqual([fok.status, fok.json["code"]], [422, "FOK_UNFILLABLE"]);
});

test("an order is amended and canceled by either of its ids", async (t) => {
  const gateway = await startTestGateway(t);
  const { json: entered } = await gateway.enter({ clOrdId: "a/b", orderQty: "2" });
  const id = entered["orderId"];
  const byClOrdId = `/orders/by-cl-ord-id/${encodeURIComponent("a/b")}`;

  const amended = await gateway.ask("PATCH", byClOrdId, { price: "99.5", orderQty: 1.5 });
  assert.equal(amended.status, 200);
  assert.deepEqual([amended.json["price"], amended.json["orderQty"]], ["99.50", "1.500"]);
  const renamed = await gateway.ask("PATCH", `/orders/${id}`, { newClOrdId: "c" });
  assert.equal(renamed.json["clOrdId"], "c");

  const reduced = await gateway.ask("DELETE", `/orders/${id}?reduceBy=0.5`);
  assert.deepEqual([reduced.status, reduced.json["leavesQty"]], [200, "1.000"]);
  const canceled = await gateway.ask("DELETE", "/orders/by-cl-ord-id/c");
  assert.deepEqual(
    [canceled.status, canceled.json["ordStatus"], canceled.json["reason"]],
    [200, "canceled", "REQUESTED"],
  );
  const gone = await gateway.ask("DELETE", `/orders/${id}`);
  assert.deepEqual([gone.status, gone.json["code"]], [404, "UNKNOWN_ORDER"]);
});

test("an amend makes another type of an order", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({ clOrdId: "a", price: "99" });
  const path = "/orders/by-cl-ord-id/a";
  const stop = { ordType: "stopLimit", stopPx: "105", price: "106", triggerBy: "quote" };
  const waiting = await gateway.ask("PATCH", path, stop);
  assert.deepEqual([waiting.status, waiting.json["ordType"]], [200, "stopLimit"]);
  const { json: found } = await gateway.ask("GET", path);
  assert.deepEqual(
    [found["stopPx"], found["triggerBy"], found["price"]],
    ["105.00", "quote", "106.00"],
  );
  const alone = await gateway.ask("PATCH", path, { triggerBy: "mid" });
  assert.deepEqual([alone.status, alone.json["code"]], [400, "INVALID_FIELD"]);
  const pegged = await gateway.ask("PATCH", path, { ordType: "pegged" });
  assert.equal(pegged.json["code"], "UNSUPPORTED_ORDER");
  const limit = await gateway.ask("PATCH", path, { ordType: "limit", price: "98" });
  assert.deepEqual([limit.json["ordType"], limit.json["price"]], ["limit", "98.00"]);
});

test("nobody sees, amends or cancels another account's order", async (t) => {
  const gateway = await startTestGateway(t);
  const { json } = await gateway.enter({ clOrdId: "mine" });
  for (const path of [`/orders/${json["orderId"]}`, "/orders/by-cl-ord-id/mine"]) {
    assert.equal((await gateway.ask("GET", path, undefined, 2)).status, 404);
    assert.equal((await gateway.ask("DELETE", path, undefined, 2)).status, 404);
    assert.equal((await gateway.ask("PATCH", path, { orderQty: 2 }, 2)).status, 404);
  }
  assert.deepEqual((await gateway.ask("GET", "/orders", undefined, 2)).json, { orders: [] });
  assert.equal((await gateway.ask("GET", "/orders")).json["orders"].length, 1);
});

test("an amend speaks in the decimals of its order's instrument", async (t) => {
  const gateway = await startTestGateway(t);
  const oil = await gateway.enter({ symbol: "OIL", price: "-5", orderQty: "100" });
  const wrong = await gateway.ask("PATCH", `/orders/${oil.json["orderId"]}`, { price: "1.5" });
  assert.deepEqual(
    [wrong.status, wrong.json["message"]],
    [422, 'price: expected a multiple of 1, found "1.5"'],
  );
  const right = await gateway.ask("PATCH", `/orders/${oil.json["orderId"]}`, { orderQty: 50 });
  assert.deepEqual([right.json["price"], right.json["orderQty"]], ["-5", "50"]);
});

test("a batch is entered in order, each entry by itself", async (t) => {
  const gateway = await startTestGateway(t);
  const order = { symbol: "BTC-USD", side: "buy", ordType: "limit", price: "100", orderQty: "1" };
  const { status, json } = await gateway.ask("POST", "/orders/batch", {
    orders: [
      { new: { ...order, clOrdId: "a" } },
      { new: { ...order, clOrdId: "a" } },
      { new: { ...order, price: "100.1" } },
      { amend: { clOrdId: "a", price: "101", newClOrdId: "b" } },
      { amend: { clOrdId: "b", orderQty: "0.5" } },
      { cancel: { clOrdId: "a" } },
      { cancel: { clOrdId: "b", reduceBy: "0.1" } },
      { cancel: { clOrdId: "b" } },
      { cancel: {} },
      { new: order, cancel: {} },
      "x",
    ],
  });
  assert.equal(status, 200);
  const outcomes = json["results"].map(
    (result: Record<string, string>) => result["code"] ?? result["ordStatus"],
  );
  assert.deepEqual(outcomes, [
    "new",
    "DUPLICATE_CL_ORD_ID",
    "OFF_GRID",
    "new",
    "new",
    "UNKNOWN_ORDER",
    "new",
    "canceled",
    "MISSING_FIELD",
    "INVALID_FIELD",
    "INVALID_FIELD",
  ]);
  assert.equal(json["results"][4].price, "101.00");
  assert.equal(json["results"][6].leavesQty, "0.400");
  assert.ok(json["results"][0].sequence < json["results"][3].sequence);
});

test("a refused new order lends no decimals to the order that it repeats", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({ symbol: "OIL", price: "5", orderQty: "100", clOrdId: "a" });
  const { json } = await gateway.ask("POST", "/orders/batch", {
    orders: [
      { new: { ...LIMIT_BUY, clOrdId: "a" } },
      { amend: { clOrdId: "a", price: "6" } },
      { amend: { clOrdId: "a", price: "6.5" } },
    ],
  });
  const [duplicate, amended, offGrid] = json["results"];
  assert.equal(duplicate.code, "DUPLICATE_CL_ORD_ID");
  assert.deepEqual([amended.symbol, amended.price], ["OIL", "6"]);
  assert.equal(offGrid.code, "OFF_GRID");
});

test("a thousand orders are one request, and one more is too many", async (t) => {
  const gateway = await startTestGateway(t);
  const orders = Array.from({ length: 1000 }, (_, index) => ({
    new: {
      symbol: "BTC-USD",
      side: "buy",
      ordType: "limit",
      price: String(index + 1),
      orderQty: 1,
    },
  }));
  const { json } = await gateway.ask("POST", "/orders/batch", { orders });
  assert.equal(json["results"].length, 1000);
  assert.equal(json["results"][999].price, "1000.00");
  assert.equal((await gateway.ask("GET", "/orders")).json["orders"].length, 1000);

  const tooMany = await gateway.ask("POST", "/orders/batch", { orders: [...orders, orders[0]] });
  assert.deepEqual(
    [tooMany.status, tooMany.json["message"]],
    [400, "orders: expected 1 to 1000 entries, found 1001"],
  );
  assert.equal((await gateway.ask("POST", "/orders/batch", { orders: [] })).status, 400);
});

test("cancel-all takes what its query names and says how many", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({});
  await gateway.enter({ side: "sell", price: "200" });
  await gateway.enter({ symbol: "OIL", price: "5", orderQty: "10" });
  await gateway.enter({}, 2);
  const oil = await gateway.ask("DELETE", "/orders?symbol=OIL");
  assert.equal(oil.json["canceled"], 1);
  const sells = await gateway.ask("DELETE", "/orders?side=sell&symbol=BTC-USD");
  assert.equal(sells.json["canceled"], 1);
  assert.equal((await gateway.ask("DELETE", "/orders")).json["canceled"], 1);
  assert.equal((await gateway.ask("DELETE", "/orders")).json["canceled"], 0);
  assert.equal((await gateway.ask("GET", "/orders", undefined, 2)).json["orders"].length, 1);

  const misspelled = await gateway.ask("DELETE", "/orders?simbol=OIL", undefined, 2);
  assert.deepEqual([misspelled.status, misspelled.json["code"]], [400, "UNKNOWN_FIELD"]);
  assert.deepEqual(
    (await gateway.ask("GET", "/orders?symbol=OIL", undefined, 2)).json["orders"],
    [],
  );
  const inBody = await gateway.ask("DELETE", "/orders", { symbol: "OIL" }, 2);
  assert.equal(inBody.status, 400);
  assert.equal(
    (await gateway.ask("GET", "/orders?symbol=BTC-USD", undefined, 2)).json["orders"].length,
    1,
  );
});

test("an order that has ended is found in the history, once the history is there", async (t) => {
  const gateway = await startTestGateway(t);
  const { json } = await gateway.enter({ clOrdId: "a" });
  const path = `/orders/${json["orderId"]}`;
  const working = await gateway.ask("GET", path);
  assert.deepEqual([working.json["ordStatus"], "fills" in working.json], ["new", false]);

  gateway.history.hold();
  await gateway.ask("DELETE", path);
  const asked = gateway.ask("GET", path);
  setImmediate(() => gateway.history.release());
  const ended = await asked;
  assert.deepEqual([ended.status, ended.json["ordStatus"]], [200, "canceled"]);
  assert.equal((await gateway.ask("GET", "/orders/by-cl-ord-id/a")).json["reason"], "REQUESTED");
});

test("a history that does not catch up or does not answer is said to be so", async (t) => {
  const gateway = await startTestGateway(t);
  gateway.history.hold();
  const { json } = await gateway.enter({ timeInForce: "ioc" });
  const behind = await gateway.ask("GET", `/orders/${json["orderId"]}`);
  assert.deepEqual([behind.status, behind.json["code"]], [503, "HISTORY_BEHIND"]);
  gateway.history.failure = new Error("connection to 10.0.0.7 lost");
  for (const path of ["/orders/99", "/history/orders", "/history/executions"]) {
    const failed = await gateway.ask("GET", path);
    assert.deepEqual([failed.status, failed.json["code"]], [503, "HISTORY_UNAVAILABLE"]);
    assert.ok(!failed.json["message"].includes("10.0.0.7"), "the inside stays inside");
  }
});

test("a match that was prevented is told and can be asked for, of both orders", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(1);
  await socket.ask({ op: "subscribe", streams: ["orders"] });
  await gateway.enter({ side: "sell", price: "5", orderQty: "0.3", clOrdId: "rests" });
  await gateway.enter({ price: "6", orderQty: "0.1", clOrdId: "comes", stp: "cancelNewest" });
  const told = await socket.until(({ execType }) => execType === "prevented");
  const partOf = ({ clOrdId, lastPx, lastQty, tradeId }: Json) => [
    clOrdId,
    lastPx,
    lastQty,
    tradeId,
  ];
  assert.deepEqual(partOf(told), ["rests", "5.00", "0.100", null]);
  const { json } = await gateway.ask("GET", "/history/executions");
  const rows = json["executions"].filter(({ execType }: Json) => execType === "prevented");
  assert.deepEqual(rows.map(partOf), [
    ["comes", "5.00", "0.100", null],
    ["rests", "5.00", "0.100", null],
  ]);
  assert.deepEqual([rows[0].sequence, rows[0].index], [rows[1].sequence, rows[1].index + 1]);
});

test("an iceberg is one order to cancel-all, and its next part is no execution", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({ price: "1", orderQty: "1", displayQty: "0.3" });
  await gateway.enter({ price: "1", orderQty: "0.5" }, 2);
  await gateway.enter({ side: "sell", price: "1", orderQty: "0.3" }, 2);
  await gateway.enter({});
  assert.equal((await gateway.ask("DELETE", "/orders")).json["canceled"], 2);
  const { json } = await gateway.ask("GET", "/history/executions");
  const words = json["executions"].map(({ execType }: Json) => execType);
  assert.deepEqual(words, [...["canceled", "canceled", "new", "trade", "booked", "new"]]);
});

test("the history has an account's trades alone, however much came since", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({ price: "1", orderQty: "0.2", clOrdId: "old" });
  await gateway.enter({ side: "sell", price: "1", orderQty: "0.1" }, 2);
  for (let i = 0; i < 3; i++) await gateway.enter({ timeInForce: "ioc" });
  const path = "/history/executions?execType=trade&limit=2";
  const { json } = await gateway.ask("GET", path);
  const { clOrdId, execType, lastQty } = json["executions"][0];
  assert.deepEqual(
    [json["executions"].length, clOrdId, execType, lastQty],
    [1, "old", "trade", "0.100"],
  );
  const wrong = await gateway.ask("GET", "/history/executions?execType=new");
  assert.deepEqual([wrong.status, wrong.json["code"]], [400, "INVALID_FIELD"]);
});

test("history pages follow each other without a gap or a repeat", async (t) => {
  const gateway = await startTestGateway(t);
  for (const price of ["1", "2", "3", "4", "5"]) {
    await gateway.enter({ side: "sell", price, orderQty: "0.1" }, 2);
  }
  await gateway.enter({ price: "5", orderQty: "0.5" });

  const seen: string[] = [];
  let query = "";
  for (;;) {
    const { json } = await gateway.ask("GET", `/history/executions?limit=2${query}`);
    if (json["executions"].length === 0) break;
    for (const row of json["executions"]) seen.push(`${row.execType} ${row.lastPx}`);
    const last = json["executions"].at(-1);
    query = `&before=${last.sequence}&beforeIndex=${last.index}`;
  }
  const fills = ["5.00", "4.00", "3.00", "2.00", "1.00"].map((price) => `trade ${price}`);
  assert.deepEqual(seen, [...fills, "new null"]);

  const page = await gateway.ask("GET", "/history/orders?limit=2", undefined, 2);
  assert.deepEqual(
    page.json["orders"].map((order: { price: string }) => order.price),
    ["5.00", "4.00"],
  );
  assert.equal(page.json["sequence"], gateway.exchange.health().durableSequence);
  const before = page.json["orders"][1].sequence;
  const next = await gateway.ask("GET", `/history/orders?limit=9&before=${before}`, undefined, 2);
  assert.equal(next.json["orders"].length, 3);
  assert.equal(next.json["orders"][0].ordStatus, "filled");
});

test("market data is public and in decimals", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({ price: "100", orderQty: "1" });
  await gateway.enter({ price: "99.5", orderQty: "2" });
  await gateway.enter({ side: "sell", price: "100", orderQty: "0.25" }, 2);
  const read = async (path: string) => (await gateway.ask("GET", path, undefined, 0)).json;

  const { instruments } = await read("/instruments");
  assert.deepEqual(instruments[0], await read("/instruments/BTC-USD"));
  assert.deepEqual(instruments[0], {
    instrumentId: 1,
    symbol: "BTC-USD",
    currency: "USD",
    tickSize: "0.50",
    lotSize: "0.001",
    priceMin: "0.50",
    priceMax: "1000000.00",
    orderQtyMin: "0.001",
    orderQtyMax: "1000.000",
    notionalMin: null,
    notionalMax: null,
    restsAtProtection: false,
    itchPriceUnit: "0.001",
  });
  const depth = await read("/instruments/BTC-USD/depth?levels=1");
  assert.deepEqual([depth["bids"], depth["asks"]], [[["100.00", "0.750", 1]], []]);
  assert.deepEqual((await read("/instruments/BTC-USD/depth"))["bids"].length, 2);
  const top = await read("/instruments/BTC-USD/top");
  assert.deepEqual([top["bid"], top["ask"]], [["100.00", "0.750", 1], null]);
  const { trades } = await read("/instruments/BTC-USD/trades");
  assert.deepEqual(
    [trades[0].price, trades[0].qty, trades[0].aggressorSide],
    ["100.00", "0.250", "sell"],
  );
  const { candles, tradeId } = await read("/instruments/BTC-USD/candles");
  assert.equal(tradeId, trades[0].tradeId);
  assert.equal(candles[0].volume, "0.250");
  assert.deepEqual(await read("/instruments/BTC-USD/status"), {
    symbol: "BTC-USD",
    sequence: 0,
    transactTime: null,
    phase: "continuous",
    reason: "",
    endTime: null,
    nextPhase: null,
    extensions: 0,
    collar: null,
    indication: null,
  });
  assert.equal((await gateway.ask("GET", "/instruments/NONE/top", undefined, 0)).status, 404);
});

test("who may not, cannot or asks wrongly is told so in the terms of HTTP", async (t) => {
  const gateway = await startTestGateway(t);
  const { url } = gateway.server;
  const noKey = await gateway.ask("POST", "/orders", {}, 0);
  assert.deepEqual([noKey.status, noKey.headers.get("www-authenticate")], [401, "Bearer"]);
  const badKey = await fetch(`${url}/orders`, { headers: { authorization: "Bearer outcry-1-2" } });
  assert.equal(badKey.status, 401);

  const nowhere = await gateway.ask("GET", "/order");
  assert.deepEqual([nowhere.status, nowhere.json["code"]], [404, "NOT_FOUND"]);
  const put = await gateway.ask("PUT", "/orders/1");
  assert.deepEqual([put.status, put.headers.get("allow")], [405, "GET, PATCH, DELETE, HEAD"]);
  assert.equal((await gateway.ask("POST", "/")).status, 405);

  const headers = { authorization: `Bearer ${gateway.keyTexts[0]}`, "content-type": "text/plain" };
  const plain = await fetch(`${url}/orders`, { method: "POST", headers, body: "{}" });
  assert.equal(plain.status, 415);
  const asJson = { ...headers, "content-type": 'Application/JSON; charset="UTF-8"' };
  const packed = await fetch(`${url}/orders`, {
    method: "POST",
    headers: { ...asJson, "content-encoding": "gzip" },
    body: gzipSync("{}"),
  });
  assert.equal(packed.status, 415);
  assert.match(await packed.text(), /content-encoding: expected none, found \\"gzip/);
  const malformed = await fetch(`${url}/orders`, {
    method: "POST",
    headers: asJson,
    body: '{"a":',
  });
  assert.equal(malformed.status, 400);
  assert.match(await malformed.text(), /MALFORMED_JSON.*position 5/);
  const huge = await fetch(`${url}/orders`, {
    method: "POST",
    headers: asJson,
    body: "x".repeat(2 ** 20 + 1),
  });
  assert.equal(huge.status, 413);

  for (const query of ["limit=0", "limit=1001", "limit=x", "before=0", "limit=1&limit=2", "a=1"]) {
    assert.equal((await gateway.ask("GET", `/history/orders?${query}`)).status, 400, query);
  }
  for (const path of ["/orders/0", "/orders/x", "/orders/by-cl-ord-id/way-too-long-for-one"]) {
    assert.equal((await gateway.ask("GET", path)).status, 400, path);
  }
  assert.equal((await gateway.ask("GET", "/orders/%zz")).status, 404);
});

test("a client that goes away before its answer changes nothing for its order", async (t) => {
  const gateway = await startTestGateway(t);
  const client = await gateway.dial();
  const body = JSON.stringify({
    symbol: "BTC-USD",
    side: "buy",
    ordType: "limit",
    price: 5,
    orderQty: 1,
    clOrdId: "gone",
  });
  client.socket.write(
    `POST /orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.keyTexts[0]}\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    () => client.socket.destroy(),
  );
  await client.ended;
  await untilTrue(async () => (await gateway.ask("GET", "/orders")).json["orders"].length === 1);
});

test("health, readiness and metrics say how the exchange is", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({});
  await gateway.enter({ orderQty: "2000" });
  await gateway.enter({ orderQty: "x" });
  const health = await gateway.ask("GET", "/health", undefined, 0);
  assert.deepEqual(
    [health.status, health.json["state"], health.json["sequence"]],
    [200, "running", 4],
  );
  assert.equal((await gateway.ask("GET", "/ready", undefined, 0)).status, 200);
  const { text } = (await gateway.ask("GET", "/metrics", undefined, 0)).json;
  for (const line of [
    'outcry_commands_total{kind="new",outcome="accepted"} 1',
    'outcry_commands_total{kind="new",outcome="rejected"} 1',
    'outcry_commands_total{kind="new",outcome="refused"} 1',
    "outcry_durable_sequence 4",
    "outcry_answer_seconds_count 3",
    "outcry_websocket_connections 0",
  ]) {
    assert.ok(text.split("\n").includes(line), line);
  }
  await gateway.exchange.stop();
  assert.equal((await gateway.ask("GET", "/health", undefined, 0)).status, 200);
  assert.equal((await gateway.ask("GET", "/ready", undefined, 0)).status, 503);
  const stopped = await gateway.enter({});
  assert.deepEqual([stopped.status, stopped.json["code"]], [503, "STOPPED"]);
  assert.equal(stopped.headers.get("retry-after"), "1");
});

async function untilTrue(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await isTrue())) assert.ok(Date.now() < deadline, "the condition came true in time");
}
