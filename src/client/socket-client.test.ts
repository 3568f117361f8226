import assert from "node:assert/strict";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { startTestGateway } from "../gateway/gateway-for-test.ts";
import { ConnectionLost, Refused, RestClient, SocketClient, type WireFields } from "./index.ts";

const ORDER = { symbol: "BTC-USD", side: "buy", ordType: "limit", price: "100", orderQty: "1" };

test("a client whose connection breaks misses no execution and reads none twice", async (t) => {
  const gateway = await startTestGateway(t);
  const options = { url: gateway.server.url, key: gateway.keyTexts[0] };
  const rest = new RestClient(options);
  const executions: WireFields[] = [];
  const waiting = new Set<() => void>();
  const client = await SocketClient.connect({
    ...options,
    redialMillis: 1,
    onStream: (message) => {
      executions.push(message);
      for (const wake of waiting) wake();
    },
  });
  t.after(() => client.close());
  await client.subscribe("orders");
  const entered = await client.ask("new", { order: { ...ORDER, clOrdId: "a" } });
  assert.equal(entered["ordStatus"], "new");

  const pending = client.ask("new", { order: { ...ORDER, clOrdId: "b" } });
  client.cut();
  await assert.rejects(pending, ConnectionLost);
  await rest.enter({ ...ORDER, clOrdId: "c" });
  await rest.amend({ clOrdId: "c" }, { price: "99" });
  await rest.cancel({ clOrdId: "c" });
  const seen = () => executions.filter(({ clOrdId }) => clOrdId === "c");
  while (seen().length < 3) await new Promise<void>((wake) => waiting.add(wake));
  assert.deepEqual(
    seen().map(({ execType }) => execType),
    ["new", "replaced", "canceled"],
  );
  const places = executions.map(({ sequence, index }) => `${sequence}.${index}`);
  assert.equal(new Set(places).size, places.length, "none twice");
});

test("what comes while a connection is cut before its first execution is not missed", async (t) => {
  const gateway = await startTestGateway(t);
  const options = { url: gateway.server.url, key: gateway.keyTexts[0] };
  const rest = new RestClient(options);
  await rest.enter({ ...ORDER, clOrdId: "before" });
  const heard = Promise.withResolvers<WireFields>();
  const client = await SocketClient.connect({
    ...{ ...options, redialMillis: 50 },
    onStream: heard.resolve,
    onGap: () => heard.reject(new Error("there is no gap")),
  });
  t.after(() => client.close());
  await client.subscribe("orders");
  client.cut();
  await rest.enter({ ...ORDER, clOrdId: "meanwhile" });
  assert.equal((await heard.promise)["clOrdId"], "meanwhile");
});

test("who is connected again can ask anew that his orders end with the connection", async (t) => {
  const gateway = await startTestGateway(t);
  const options = { url: gateway.server.url, key: gateway.keyTexts[0] };
  const again = Promise.withResolvers<void>();
  const client = await SocketClient.connect({
    ...{ ...options, redialMillis: 1 },
    onReconnected: () => {
      client.ask("cancelOnDisconnect", { on: true }).then(() => again.resolve(), again.reject);
    },
  });
  client.cut();
  await again.promise;
  await client.ask("new", { order: { ...ORDER, clOrdId: "a" } });
  const rest = new RestClient(options);
  const { orders } = await rest.openOrders();
  assert.equal(orders.length, 1);
  client.close();
  for (let left = 1; left > 0; ) left = (await rest.openOrders()).orders.length;
});

test("a client that comes to another log hears it from its beginning", async (t) => {
  const first = await startTestGateway(t);
  const rest = new RestClient({ url: first.server.url, key: first.keyTexts[0] });
  for (const clOrdId of ["a", "b", "c"]) await rest.enter({ ...ORDER, clOrdId });
  const gap = Promise.withResolvers<number>();
  const heard = Promise.withResolvers<WireFields>();
  const ofFirst = { url: first.server.url, key: first.keyTexts[0] };
  const options = { ...ofFirst, redialMillis: 1, onStream: heard.resolve, onGap: gap.resolve };
  const client = await SocketClient.connect(options);
  t.after(() => client.close());
  await client.subscribe("orders");
  const second = await startTestGateway(t);
  Object.assign(options, { url: second.server.url, key: second.keyTexts[0] });
  client.cut();
  assert.equal(await gap.promise, first.exchange.health().durableSequence);
  await client.subscribe("orders");
  await client.ask("new", { order: { ...ORDER, clOrdId: "another" } });
  assert.equal((await heard.promise)["clOrdId"], "another");
});

test("a connection that says nothing is given up, and made again", async (t) => {
  const gateway = await startTestGateway(t);
  const sockets = new Set<Socket>();
  const dialed = Promise.withResolvers<void>();
  let isSilent = false;
  const between = createServer((socket) => {
    const { port } = new URL(gateway.server.url);
    const exchange = connect(Number(port), "127.0.0.1");
    for (const each of [socket, exchange]) sockets.add(each.on("error", () => {}));
    socket.pipe(exchange);
    exchange.on("data", (bytes) => {
      if (!isSilent) socket.write(bytes);
    });
    if (sockets.size > 2) dialed.resolve();
  });
  await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const each of sockets) each.destroy();
    between.close();
  });
  const { port } = between.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const options = { url, key: gateway.keyTexts[0], redialMillis: 1, silentMillisMax: 500 };
  const client = await SocketClient.connect(options);
  t.after(() => client.close());
  isSilent = true;
  const pending = client.ask("ping");
  await assert.rejects(pending, ConnectionLost);
  isSilent = false;
  await dialed.promise;
});

test("what the exchange refuses is thrown with its code and its report", async (t) => {
  const gateway = await startTestGateway(t);
  const rest = new RestClient({ url: gateway.server.url, key: gateway.keyTexts[0] });
  await assert.rejects(rest.enter({ ...ORDER, orderQty: "0" }), (error: unknown) => {
    assert.ok(error instanceof Refused);
    assert.deepEqual([error.code, error.status], ["QTY_OUT_OF_RANGE", 422]);
    assert.equal((error.answer["report"] as WireFields)["ordStatus"], "rejected");
    return true;
  });
  const { results } = await rest.enterBatch([{ new: ORDER }, { cancel: { orderId: 99 } }]);
  assert.deepEqual(
    results.map((result) => result["ordStatus"] ?? result["code"]),
    ["new", "UNKNOWN_ORDER"],
  );
  assert.equal((await rest.openOrders()).orders.length, 1);
  assert.equal((await rest.cancelAll({ side: "buy" })).canceled, 1);
  const anonymous = new RestClient({ url: gateway.server.url });
  await assert.rejects(anonymous.openOrders(), { code: "UNAUTHORIZED" });
});
