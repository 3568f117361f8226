// What a client can send that is not a request: there is always an answer or a close, and the next
// client is served.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { systemClock } from "../ops/clock.ts";
import { LIMIT_BUY, startTestGateway, type TestGateway } from "./gateway-for-test.ts";
import { MESSAGE_BYTES_MAX, PUBLIC_REQUESTS_A_SECOND_MAX } from "./limits.ts";

async function assertServes(gateway: TestGateway): Promise<void> {
  assert.equal((await gateway.enter({})).status, 201);
  const socket = await gateway.connect(1);
  assert.deepEqual((await socket.ask({ op: "ping" }))["result"], {});
  socket.webSocket.terminate();
}

/** What this process has that is not garbage. */
function usedBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
}

test("what is not HTTP is answered with 400 and a close", async (t) => {
  const gateway = await startTestGateway(t);
  const cases = [
    "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
    "POST /orders HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
    "POST /orders HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
    `POST /orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.keyTexts[0]}\r\n` +
      "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET /health HTTP/1.1\r\nhost: x\r\nHOST: y\r\n\r\n",
    "GET /health HTTP/1.0\r\nhost: x\r\nhost: x\r\n\r\n",
  ];
  for (const bytes of cases) {
    const client = await gateway.dial();
    const answer = await client.endAfter(bytes);
    assert.equal(statusOf(answer), 400, JSON.stringify(bytes));
    assert.match(answer, /\r\n\r\n\{"code":"MALFORMED_REQUEST","message":"[^"]{10,}"\}$/);
  }
  const long = await gateway.dial();
  const answer = await long.endAfter(
    `GET / HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(20_000)}\r\n\r\n`,
  );
  assert.equal(statusOf(answer), 431);
  await assertServes(gateway);
});

test("an address is taken with its scheme and host too", async (t) => {
  const gateway = await startTestGateway(t);
  const ask = async (url: string): Promise<string> => {
    const client = await gateway.dial();
    return client.endAfter(`GET ${url} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  };
  assert.equal(statusOf(await ask("http://127.0.0.1:8000/health")), 200);
  const trades = await ask("HTTPS://x/instruments/BTC-USD/trades?limit=0");
  assert.match(trades, /"code":"INVALID_FIELD","message":"limit/);
  assert.equal(statusOf(await ask("http://x?limit=1")), 200, "the page");
  assert.equal(statusOf(await ask("http:///health")), 404);
});

test("headers and bodies that never end are answered with 408 and a close", async (t) => {
  const gateway = await startTestGateway(t, { headersMillisMax: 200, requestMillisMax: 400 });
  const cases = [
    "GET /health HTTP/1.1\r\nhost: x\r\nx-slow: ",
    "G",
    `POST /orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.keyTexts[0]}\r\n` +
      'content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"symbol',
  ];
  const answers = cases.map(async (bytes) => (await gateway.dial()).endAfter(bytes));
  for (const answer of await Promise.all(answers)) assert.equal(statusOf(answer), 408);
  await assertServes(gateway);
});

test("a body over the limit is answered with 413 while it is still arriving", async (t) => {
  const gateway = await startTestGateway(t);
  const head =
    `POST /orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.keyTexts[0]}\r\n` +
    "content-type: application/json\r\n";
  const chunk = `100000\r\n${"x".repeat(0x100000)}\r\n`;
  for (const start of [
    `${head}content-length: 10000000000\r\n\r\n`,
    `${head}transfer-encoding: chunked\r\n\r\n`,
  ]) {
    const client = await gateway.dial();
    client.socket.write(start);
    while (!client.socket.destroyed) {
      await new Promise((resolve) => client.socket.write(chunk, resolve));
    }
    assert.equal(statusOf(await client.ended), 413);
  }
  await assertServes(gateway);
});

test("a body that says it is over the limit is answered before any of it has come", async (t) => {
  const gateway = await startTestGateway(t, { headersMillisMax: 200, requestMillisMax: 400 });
  const client = await gateway.dial();
  const answer = await client.endAfter(
    `POST /orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.keyTexts[0]}\r\n` +
      `content-type: application/json\r\ncontent-length: ${MESSAGE_BYTES_MAX + 1}\r\n\r\n`,
  );
  assert.equal(statusOf(answer), 413);
  assert.equal(answer.split("HTTP/1.1 ").length, 2, "one request, one answer");
  assert.match(answer, /"BODY_TOO_LARGE","message":"[^"]*found 1048577"/);
});

test("a body in chunks of a byte is one body, and costs no more than its bytes", async (t) => {
  const gateway = await startTestGateway(t);
  const client = await gateway.dial();
  client.socket.write(
    `POST /orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.keyTexts[0]}\r\n` +
      "content-type: application/json\r\nconnection: close\r\n" +
      "transfer-encoding: chunked\r\n\r\n",
  );
  await gateway.ask("GET", "/health");
  const before = usedBytes();
  const chunks = [...JSON.stringify(LIMIT_BUY)].map((byte) => `1\r\n${byte}\r\n`).join("");
  const spaces = "1\r\n \r\n".repeat(150_000);
  await new Promise((resolve) => client.socket.write(spaces, resolve));
  await gateway.ask("GET", "/health");
  const found = usedBytes() - before;
  assert.ok(found < 5_000_000, `${found} bytes`);
  assert.equal(statusOf(await client.endAfter(`${chunks}0\r\n\r\n`)), 201);
});

/** As many GETs at once as fit into what Node reads at once, of an answer that nobody reads. */
const FLOOD = "GET /asyncapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(1500);

test("who asks for more than he reads has few answers waiting, and is cut", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.ask("GET", "/asyncapi.json");
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 5; i++) {
    const client = await gateway.dial();
    client.socket.pause();
    client.socket.write(FLOOD);
    client.socket.once("error", () => client.socket.destroy());
    client.socket.once("close", () => client.socket.destroy());
  }
  await gateway.ask("GET", "/health");
  await gateway.ask("GET", "/health");
  const found = process.memoryUsage().rss - before;
  assert.ok(found < 60_000_000, `${found} bytes`);
  await assertServes(gateway);
});

test("requests that come at once are answered in order, as many as may wait", async (t) => {
  const gateway = await startTestGateway(t);
  const body = JSON.stringify(LIMIT_BUY);
  const key = `host: x\r\nauthorization: Bearer ${gateway.keyTexts[0]}\r\n`;
  const order =
    `POST /orders HTTP/1.1\r\n${key}content-type: application/json\r\n` +
    `content-length: ${body.length}\r\n\r\n${body}`;
  const orders = `GET /orders HTTP/1.1\r\n${key}\r\n`;
  const last = `GET /health HTTP/1.1\r\nconnection: close\r\n${key}\r\n`;
  const client = await gateway.dial();
  const answers = await client.endAfter(`${order.repeat(30)}${orders.repeat(33)}${last}`);
  const statuses = [...answers.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => Number(status));
  const expected = [...Array(30).fill(201), ...Array(34).fill(200)];
  assert.deepEqual(statuses, expected);
  assert.equal((answers.match(/"orderId":30,/g) ?? []).length, 34, "in the order of requests");

  const greedy = await gateway.dial();
  const more = await greedy.endAfter(orders.repeat(66));
  const found = [...more.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => Number(status));
  assert.deepEqual(found, [...Array(64).fill(200), 429], "then a close");
  assert.match(more, /"TOO_FAST","message":"requests: expected at most 64 without/);
  await assertServes(gateway);
});

test("who goes while his requests wait leaves none behind", async (t) => {
  const warnings: string[] = [];
  const gateway = await startTestGateway(t, { log: (_, message) => warnings.push(message) });
  t.after(() => assert.deepEqual(warnings, [], "the stop waited for nobody"));
  const client = await gateway.dial();
  client.socket.pause();
  const large = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n\r\n";
  client.socket.write(large.repeat(60));
  await gateway.ask("GET", "/health");
  client.socket.resetAndDestroy();
  await gateway.ask("GET", "/health");
});

test("who asks whether to send a body is told to, unless it is over the limit", async (t) => {
  const gateway = await startTestGateway(t, { headersMillisMax: 200, requestMillisMax: 400 });
  const head = (bytes: number, more = ""): string =>
    `POST /orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.keyTexts[0]}\r\n` +
    `content-type: application/json\r\nexpect: 100-continue\r\n${more}` +
    `content-length: ${bytes}\r\n\r\n`;
  const small = await (await gateway.dial()).endAfter(`${head(2, "connection: close\r\n")}{}`);
  assert.match(small, /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 400 .*"MISSING_FIELD"/s);
  const huge = await (await gateway.dial()).endAfter(head(MESSAGE_BYTES_MAX + 1));
  assert.equal(statusOf(huge), 413);
  assert.match(huge, /connection: close/i, "what follows is not taken for the body");
});

test("random bytes on the port never stop it", async (t) => {
  const gateway = await startTestGateway(t);
  const request =
    "POST /orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n" +
    "content-length: 2\r\n\r\n{}";
  const broken = fc
    .tuple(fc.nat(request.length), fc.uint8Array({ maxLength: 20 }))
    .map(([at, bytes]) =>
      Buffer.concat([Buffer.from(request.slice(0, at)), bytes, Buffer.from(request.slice(at))]),
    );
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 500 }), broken), async (bytes) => {
      const client = await gateway.dial();
      client.socket.end(bytes);
      const answer = await client.ended;
      assert.ok(answer === "" || statusOf(answer) >= 400 || answer.startsWith("HTTP/1.1 "), answer);
    }),
    { numRuns: 150 },
  );
  await assertServes(gateway);
});

test("any JSON on any order request is answered, and never with a crash", async (t) => {
  const gateway = await startTestGateway(t);
  const field = fc.constantFrom(...Object.keys(LIMIT_BUY), "timeInForce", "clOrdId", "new", "x");
  const almostOrder = fc
    .tuple(
      field,
      fc.oneof(fc.jsonValue(), fc.constantFrom("", "-0", "1e3", "0.0000000001", 2 ** 60)),
    )
    .map(([name, value]) => ({ ...LIMIT_BUY, [name]: value }));
  const body = fc.oneof(
    almostOrder,
    fc.jsonValue(),
    almostOrder.map((order) => ({ orders: [{ new: order }] })),
  );
  const target = fc.constantFrom(
    "POST /orders",
    "POST /orders/batch",
    "PATCH /orders/1",
    "PATCH /orders/by-cl-ord-id/a",
  );
  await fc.assert(
    fc.asyncProperty(target, body, async (requestLine, json) => {
      const [method, path] = requestLine.split(" ");
      const { status, json: answer } = await gateway.ask(method, path, json);
      assert.ok([200, 201, 400, 404, 422].includes(status), `${status}`);
      if (status >= 400) assert.ok(answer["message"].length > 10, answer["message"]);
    }),
    { numRuns: 300 },
  );
  await assertServes(gateway);
});

test("any JSON as a WebSocket message is answered by its id, or with none", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(1);
  const op = fc.constantFrom(
    "login",
    "new",
    "amend",
    "cancel",
    "cancelAll",
    "batch",
    "status",
    "openOrders",
    "subscribe",
    "unsubscribe",
    "ping",
  );
  const name = fc.constantFrom(
    "key",
    "order",
    "orders",
    "orderId",
    "clOrdId",
    "price",
    "orderQty",
    "reduceBy",
    "streams",
    "symbol",
  );
  const message = fc
    .tuple(op, fc.dictionary(name, fc.jsonValue(), { maxKeys: 3 }))
    .map(([opName, fields]) => ({ op: opName, ...fields }));
  await fc.assert(
    fc.asyncProperty(message, async (fields) => {
      const answer = await socket.ask(fields);
      assert.ok("result" in answer !== "error" in answer);
    }),
    { numRuns: 300 },
  );
  await assertServes(gateway);
});

test("a WebSocket that breaks the protocol is closed with the code for it", async (t) => {
  const gateway = await startTestGateway(t);
  const cases: [string | Buffer, boolean, number][] = [
    [Buffer.from("binary"), true, 1003],
    ["x".repeat(1024 * 1024 + 1), false, 1009],
    [Buffer.from([0xff, 0xfe]), false, 1007],
  ];
  for (const [data, binary, code] of cases) {
    const socket = await gateway.connect(1);
    socket.webSocket.send(data, { binary });
    assert.equal((await socket.closed).code, code);
  }
  await assertServes(gateway);
});

test("garbage after the upgrade closes that connection and no other", async (t) => {
  const gateway = await startTestGateway(t);
  const other = await gateway.connect(1);
  const upgrade =
    "GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n" +
    `sec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString("base64")}\r\n\r\n`;
  for (let round = 0; round < 20; round++) {
    const client = await gateway.dial();
    const answer = await client.endAfter(
      Buffer.concat([Buffer.from(upgrade), Buffer.from([0xff, 0xff]), randomBytes(64)]),
    );
    assert.equal(statusOf(answer), 101);
  }
  assert.deepEqual((await other.ask({ op: "ping" }))["result"], {});
});

test("a request that offers another protocol is answered as any other", async (t) => {
  const gateway = await startTestGateway(t);
  const offer = "host: x\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\n";
  const body = JSON.stringify(LIMIT_BUY);
  const key = `authorization: Bearer ${gateway.keyTexts[0]}\r\ncontent-type: application/json\r\n`;
  const order = `${offer}${key}content-length: ${body.length}\r\n\r\n${body}`;
  for (const [bytes, status] of [
    [`GET /health HTTP/1.1\r\n${offer}\r\n`, 200],
    [`POST /orders HTTP/1.1\r\n${order}`, 201],
  ] as const) {
    const client = await gateway.dial();
    assert.equal(statusOf(await client.endAfter(bytes)), status);
  }
});

test("upgrades elsewhere, without a version or with a wrong key are refused", async (t) => {
  const gateway = await startTestGateway(t);
  const upgrade = (path: string, more: string): string =>
    `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n${more}\r\n`;
  const secret = randomBytes(16).toString("base64");
  const version = `sec-websocket-version: 13\r\nsec-websocket-key: ${secret}\r\n`;
  const cases: [string, number][] = [
    [upgrade("/orders", version), 404],
    [upgrade("/ws", ""), 400],
    [upgrade("/ws", `${version}authorization: Bearer nobody\r\n`), 401],
  ];
  for (const [bytes, status] of cases) {
    const client = await gateway.dial();
    assert.equal(statusOf(await client.endAfter(bytes)), status);
  }
  await assertServes(gateway);
});

test("who asks without end and without a key is told once, and who has one goes on", async (t) => {
  const now = systemClock.nowMicros();
  const gateway = await startTestGateway(t, { clock: { ...systemClock, nowMicros: () => now } });
  const socket = await gateway.connect(0);
  const asked = "GET /health HTTP/1.1\r\nhost: x\r\n\r\n".repeat(50);
  const flood = async (): Promise<string> => {
    const client = await gateway.dial();
    client.socket.write(asked);
    const isAnswered = () => client.received.split("HTTP/1.1 ").length > 50;
    while (!isAnswered() && !client.socket.destroyed) await once(client.socket, "data");
    client.socket.destroy();
    return client.received;
  };
  for (let i = 0; i < PUBLIC_REQUESTS_A_SECOND_MAX / 50; i++) {
    assert.doesNotMatch(await flood(), /TOO_FAST/);
  }
  const refused = await gateway.dial();
  refused.socket.write(asked);
  await once(refused.socket, "close");
  assert.equal(refused.received.split("TOO_FAST").length, 2);
  assert.equal((await gateway.ask("POST", "/orders", LIMIT_BUY)).status, 201);
  assert.deepEqual((await socket.ask({ op: "ping" }))["result"], {});
});
