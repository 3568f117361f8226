import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { systemClock } from "../../ops/clock.ts";
import {
  LIMIT_BUY,
  startTestGateway,
  type TestGateway,
  type TestSocket,
} from "../gateway-for-test.ts";
import { WEBSOCKETS_OF_ACCOUNT_MAX, WEBSOCKETS_PUBLIC_MAX } from "../limits.ts";
import { SocketPlaces } from "./socket-places.ts";

test("a connection logs in and enters, amends, queries and cancels by either id", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(0);
  const early = await socket.ask({ op: "new", order: LIMIT_BUY });
  assert.equal(early["error"].code, "UNAUTHORIZED");
  const wrong = await socket.ask({ op: "login", key: "outcry-1-2" });
  assert.equal(wrong["error"].code, "UNAUTHORIZED");
  const login = await socket.ask({ op: "login", key: gateway.keyTexts[0] });
  assert.deepEqual(login["result"], { accountId: 1 });
  const other = await socket.ask({ op: "login", key: gateway.keyTexts[1] });
  assert.equal(other["error"].code, "ALREADY_LOGGED_IN");

  const entered = await socket.ask({ op: "new", order: { ...LIMIT_BUY, clOrdId: "a" } });
  const { orderId } = entered["result"];
  assert.equal(entered["result"].ordStatus, "new");
  const amended = await socket.ask({ op: "amend", clOrdId: "a", price: "99" });
  assert.equal(amended["result"].price, "99.00");
  assert.equal((await socket.ask({ op: "status", orderId }))["result"].price, "99.00");
  assert.equal((await socket.ask({ op: "openOrders" }))["result"].orders.length, 1);
  assert.equal((await socket.ask({ op: "openOrders", symbol: "OIL" }))["result"].orders.length, 0);
  const reduced = await socket.ask({ op: "cancel", orderId, reduceBy: "0.4" });
  assert.equal(reduced["result"].leavesQty, "0.600");
  assert.equal((await socket.ask({ op: "cancel", orderId }))["result"].ordStatus, "canceled");
  const gone = await socket.ask({ op: "cancel", orderId });
  assert.deepEqual(Object.keys(gone), ["id", "error"]);
  assert.equal(gone["error"].code, "UNKNOWN_ORDER");
});

test("a batch and a cancel of all are one request each", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(1);
  const orders = [{ new: LIMIT_BUY }, { new: { ...LIMIT_BUY, side: "up" } }, { new: LIMIT_BUY }];
  const { result } = await socket.ask({ op: "batch", orders });
  assert.deepEqual(
    result.results.map(
      (entry: { code?: string; ordStatus: string }) => entry.code ?? entry.ordStatus,
    ),
    ["new", "INVALID_FIELD", "new"],
  );
  assert.equal((await socket.ask({ op: "cancelAll", side: "buy" }))["result"].canceled, 2);
  const misspelled = await socket.ask({ op: "cancelAll", sied: "buy" });
  assert.equal(misspelled["error"].code, "UNKNOWN_FIELD");
});

test("an order is answered alike whether its message is the usual one or not", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect();
  const send = (message: string) => socket.webSocket.send(message);
  const order = (clOrdId: string) => JSON.stringify({ ...LIMIT_BUY, clOrdId });
  send(`{"id":1,"op":"new","order":${order("a")}}`);
  send(`{"op":"new","id":2,"order":${order("b")}}`);
  send(`{"id":3,"op":"new","order":${order("a")}}`);
  send(`{"op":"new","id":4,"order":${order("b")}}`);
  send(`{"id":5,"op":"batch","orders":[{"new":${order("c")}},{"new":${order("a")}}]}`);
  send(`{"op":"batch","id":6,"orders":[{"new":${order("d")}},{"new":${order("b")}}]}`);
  await socket.until(({ id }) => id === 6);
  const answers = socket.messages.map((message) =>
    JSON.stringify(message)
      .replace(/"(id|orderId|sequence|timestamp)":"?[^,}"]*"?/g, '"$1":0')
      .replace(/"clOrdId":"[abcd]"/g, '"clOrdId":""'),
  );
  assert.deepEqual([answers[0], answers[2], answers[4]], [answers[1], answers[3], answers[5]]);
  assert.deepEqual(
    socket.messages.map(({ id }) => id),
    [1, 2, 3, 4, 5, 6],
  );
  assert.equal(socket.messages[2]["error"].code, "DUPLICATE_CL_ORD_ID");
});

test("requests sent without waiting are entered in the order of sending", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(1);
  const sent = [
    { op: "new", order: { ...LIMIT_BUY, clOrdId: "a" } },
    { op: "amend", clOrdId: "a", price: "98", newClOrdId: "b" },
    { op: "cancel", clOrdId: "b", reduceBy: "0.25" },
    { op: "new", order: { ...LIMIT_BUY, clOrdId: "c" } },
    { op: "cancel", clOrdId: "b" },
    { op: "amend", clOrdId: "b", price: "97" },
  ];
  const answers = await Promise.all(sent.map((fields) => socket.ask(fields)));
  const outcomes = answers.map(({ result, error }) =>
    error === undefined ? `${result.ordStatus} ${result.leavesQty}` : error.code,
  );
  assert.deepEqual(outcomes, [
    "new 1.000",
    "new 1.000",
    "new 0.750",
    "new 1.000",
    "canceled 0.000",
    "UNKNOWN_ORDER",
  ]);
  const sequences = answers.slice(0, 5).map(({ result }) => result.sequence);
  assert.deepEqual(
    sequences,
    sequences.toSorted((a, b) => a - b),
  );
});

test("depth begins with a snapshot and counts on without a gap, to the same book", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({ price: "100", orderQty: "1" });
  const socket = await gateway.connect(0);
  const { result } = await socket.ask({ op: "subscribe", streams: ["depth:BTC-USD"] });
  assert.deepEqual(result["streams"], ["depth:BTC-USD"]);
  await gateway.enter({ price: "99", orderQty: "2" });
  await gateway.enter({ side: "sell", price: "100", orderQty: "1.5" }, 2);
  await gateway.ask("DELETE", "/orders");
  const last = await gateway.enter({ side: "sell", price: "101", orderQty: "3" }, 2);
  await socket.until(
    (message) => message["stream"] !== undefined && message["sequence"] === last.json["sequence"],
  );

  const messages = socket.ofStream("depth:BTC-USD");
  assert.deepEqual(
    messages.map(({ type }) => type),
    ["snapshot", "update", "update", "update", "update"],
  );
  const [first] = messages;
  for (const [index, { rptSeq }] of messages.entries()) {
    assert.equal(rptSeq, first["rptSeq"] + index);
  }
  assert.deepEqual(messages[2]["bids"], [["100.00", "0", 0]]);

  const books = { bids: new Map<string, unknown>(), asks: new Map<string, unknown>() };
  for (const message of messages) {
    for (const side of ["bids", "asks"] as const) {
      for (const level of message[side]) {
        if (level[1] === "0") books[side].delete(level[0]);
        else books[side].set(level[0], level);
      }
    }
  }
  const depth = (await gateway.ask("GET", "/instruments/BTC-USD/depth", undefined, 0)).json;
  for (const side of ["bids", "asks"] as const) {
    const byPrice = (a: string[], b: string[]): number => Number(a[0]) - Number(b[0]);
    const folded = [...books[side].values()] as string[][];
    assert.deepEqual(folded.sort(byPrice), depth[side].sort(byPrice));
  }
  assert.equal(messages.at(-1)?.["rptSeq"], depth["rptSeq"]);
});

test("trades and top of book come as they change, and stop when unsubscribed", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(0);
  await socket.ask({ op: "subscribe", streams: ["trades:BTC-USD", "top:BTC-USD"] });
  await gateway.enter({ side: "sell", price: "100", orderQty: "1" });
  await gateway.enter({ price: "100", orderQty: "0.5" }, 2);
  const trade = await socket.until(({ stream }) => stream === "trades:BTC-USD");
  assert.deepEqual(
    [trade["price"], trade["qty"], trade["aggressorSide"]],
    ["100.00", "0.500", "buy"],
  );
  await socket.until(({ ask }) => ask?.[1] === "0.500");
  assert.deepEqual(
    socket.ofStream("top:BTC-USD").map(({ ask }) => ask),
    [null, ["100.00", "1.000", 1], ["100.00", "0.500", 1]],
  );
  const { result } = await socket.ask({
    op: "unsubscribe",
    streams: ["trades:BTC-USD", "top:BTC-USD"],
  });
  assert.deepEqual(result, { streams: [] });
  const countBefore = socket.messages.length;
  await gateway.enter({ price: "100", orderQty: "0.1" }, 2);
  await socket.ask({ op: "ping" });
  assert.equal(socket.messages.length, countBefore + 1);
});

test("the orders stream tells an account's events whichever interface caused them", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(1);
  const stranger = await gateway.connect(2);
  await socket.ask({ op: "subscribe", streams: ["orders"] });
  await stranger.ask({ op: "subscribe", streams: ["orders"] });
  const { json } = await gateway.enter({ side: "sell", price: "100", orderQty: "1", clOrdId: "m" });
  await gateway.enter({ price: "100", orderQty: "0.4" }, 2);
  await gateway.ask("PATCH", `/orders/${json["orderId"]}`, { price: "105" });
  await gateway.ask("DELETE", `/orders/${json["orderId"]}`);
  await gateway.enter({ orderQty: "5000" });
  await gateway.ask("DELETE", "/orders/777");
  await socket.until(({ execType }) => execType === "cancelRejected");

  const events = socket.ofStream("orders");
  assert.deepEqual(
    events.map(({ execType, ordStatus, leavesQty }) => `${execType} ${ordStatus} ${leavesQty}`),
    [
      "new new 1.000",
      "trade partiallyFilled 0.600",
      "replaced partiallyFilled 0.600",
      "canceled canceled 0.000",
      "rejected rejected 0.000",
      "cancelRejected rejected 0",
    ],
  );
  const [, trade, replaced] = events;
  assert.deepEqual([trade["lastPx"], trade["lastQty"], trade["tradeId"]], ["100.00", "0.400", 1]);
  assert.deepEqual(
    [replaced["price"], replaced["lastPx"], replaced["tradeId"]],
    ["105.00", null, null],
  );
  assert.deepEqual(
    stranger.ofStream("orders").map(({ execType, clOrdId }) => [execType, clOrdId === "m"]),
    [
      ["new", false],
      ["trade", false],
    ],
  );
});

test("the orders stream is for those who have logged in", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(0);
  const refused = await socket.ask({ op: "subscribe", streams: ["top:BTC-USD", "orders"] });
  assert.equal(refused["error"].code, "UNAUTHORIZED");
  const { result } = await socket.ask({ op: "subscribe", streams: [] });
  assert.deepEqual(result["streams"], [], "all or none of a request's streams");
});

test("whatever is wrong with a message is answered, and the connection goes on", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(1);
  const cases: [string, unknown, string][] = [
    ["", null, "MALFORMED_JSON"],
    ["{", null, "MALFORMED_JSON"],
    ["[]", null, "INVALID_FIELD"],
    ["{}", null, "MISSING_FIELD"],
    ['{"id":{},"op":"ping"}', null, "INVALID_FIELD"],
    ['{"id":1e999,"op":"ping"}', null, "INVALID_FIELD"],
    ['{"id":1764000000123456789,"op":"ping"}', null, "INVALID_FIELD"],
    [`{"id":"${"x".repeat(65)}","op":"ping"}`, null, "INVALID_FIELD"],
    ['{"id":"a"}', "a", "MISSING_FIELD"],
    ['{"id":"b","op":"fly"}', "b", "UNKNOWN_OP"],
    ['{"id":"c","op":"constructor"}', "c", "UNKNOWN_OP"],
    ['{"id":"d","op":"ping","x":1}', "d", "UNKNOWN_FIELD"],
    ['{"id":"e","op":"new"}', "e", "MISSING_FIELD"],
    ['{"id":"f","op":"cancel"}', "f", "MISSING_FIELD"],
    ['{"id":"g","op":"cancel","orderId":1,"price":1}', "g", "UNKNOWN_FIELD"],
    ['{"id":"h","op":"batch","orders":{}}', "h", "INVALID_FIELD"],
    ['{"id":"i","op":"subscribe"}', "i", "MISSING_FIELD"],
    ['{"id":"j","op":"subscribe","streams":["top:NONE"]}', "j", "UNKNOWN_STREAM"],
    ['{"id":"k","op":"subscribe","streams":["trades:"]}', "k", "UNKNOWN_STREAM"],
    ['{"id":"l","op":"openOrders","symbol":5}', "l", "INVALID_FIELD"],
    ['{"id":"m","op":"status","orderId":"1"}', "m", "INVALID_FIELD"],
  ];
  for (const [text] of cases) socket.webSocket.send(text);
  assert.deepEqual((await socket.ask({ op: "ping" }))["result"], {});
  await socket.until(() => socket.messages.length === cases.length + 1);
  const errors = socket.messages.filter(({ error }) => error !== undefined);
  const byText = cases.filter(([, , code]) => code !== "UNKNOWN_ORDER");
  for (const [, id, code] of byText) {
    assert.ok(
      errors.some((message) => message["id"] === id && message["error"].code === code),
      `${id} ${code}`,
    );
  }
  assert.equal(errors.length, cases.length);
});

test("a connection may have 64 streams and not one more", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(1);
  const tooMany = await socket.ask({ op: "subscribe", streams: Array(65).fill("top:OIL") });
  assert.equal(tooMany["error"].code, "INVALID_FIELD");
  const same = await socket.ask({ op: "subscribe", streams: Array(64).fill("top:OIL") });
  assert.deepEqual(same["result"]["streams"], ["top:OIL"]);
});

test("a client that does not read is disconnected and told why", async (t) => {
  const gateway = await startTestGateway(t);
  const orders = Array.from({ length: 1000 }, () => ({ new: LIMIT_BUY }));
  await gateway.ask("POST", "/orders/batch", { orders });
  const socket = await gateway.connect(1);
  socket.webSocket.pause();
  // Each round asks for 3 MB more: when nothing more is written for it, the connection is closed.
  let unreadBytes = 0;
  for (let sameRounds = 0; sameRounds < 5; ) {
    for (let id = 0; id < 10; id++) socket.webSocket.send(`{"id":${id},"op":"openOrders"}`);
    const unreadBefore = unreadBytes;
    unreadBytes = await unreadOf(gateway);
    const isClosed = unreadBytes > 4 * 1024 * 1024 && unreadBytes === unreadBefore;
    sameRounds = isClosed ? sameRounds + 1 : 0;
    assert.ok(unreadBytes < 64 * 1024 * 1024, "what waits for a client is bounded");
  }
  socket.webSocket.resume();
  const { code, reason } = await socket.closed;
  assert.equal(code, 1008);
  assert.match(reason, /^slow consumer: \d+ bytes unread$/);
  assert.equal((await gateway.enter({})).status, 201);
});

test("what a client left entered stays entered when its connection goes", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(1);
  await socket.ask({ op: "new", order: LIMIT_BUY });
  socket.webSocket.terminate();
  const again = await gateway.connect(1);
  assert.equal((await again.ask({ op: "openOrders" }))["result"].orders.length, 1);
});

async function unreadOf(gateway: TestGateway): Promise<number> {
  const { text } = (await gateway.ask("GET", "/metrics", undefined, 0)).json;
  return Number(/^outcry_websocket_unread_bytes (\d+)$/m.exec(text)?.[1]);
}

test("an account has a share of the connections, and so has who is nobody yet", async (t) => {
  const gateway = await startTestGateway(t);
  const sockets: TestSocket[] = [];
  while (sockets.length < WEBSOCKETS_OF_ACCOUNT_MAX) {
    const some = Array.from({ length: 100 }, () => gateway.connect(1));
    sockets.push(...(await Promise.all(some)));
  }
  await assert.rejects(gateway.connect(1), /503/);
  const other = await gateway.connect(2);
  assert.deepEqual((await other.ask({ op: "ping" }))["result"], {});
  const nobody = await gateway.connect(0);
  const login = { op: "login", key: gateway.keyTexts[0] };
  assert.equal((await nobody.ask(login))["error"]["code"], "TOO_MANY_CONNECTIONS");
  sockets[0]?.webSocket.terminate();
  await sockets[0]?.closed;
  await nobody.ask({ op: "ping" });
  assert.deepEqual((await nobody.ask(login))["result"], { accountId: 1 });
  for (const { webSocket } of sockets) webSocket.terminate();
});

test("of those who are nobody the oldest of the largest crowd makes way beyond their share", () => {
  const places = new SocketPlaces(systemClock);
  const cut: string[] = [];
  const add = (name: string, remoteAddress: string) => {
    const connection = { cut: () => cut.push(name) };
    places.add(connection, Object.assign(new PassThrough(), { remoteAddress }));
    return connection;
  };
  add("the honest one", "10.0.0.1");
  const trader = add("the trader", "10.0.0.2");
  for (let i = 2; i < WEBSOCKETS_PUBLIC_MAX; i++) add(`flood ${i}`, "10.0.0.2");
  assert.deepEqual(cut, []);
  places.logIn(trader, 1);
  add("flood", "10.0.0.2");
  add("flood", "10.0.0.2");
  add("another", "10.0.0.3");
  assert.deepEqual(cut, ["flood 2", "flood 3"]);
});
