import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../exchange/exchange-for-test.ts";
import { FaultyDisk } from "../log/faulty-disk-for-test.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { LIMIT_BUY, startTestGateway } from "./gateway-for-test.ts";

test("who waits when the log fails hears so at once, and who comes later is refused", async (t) => {
  const disk = new FaultyDisk(nodeDisk);
  const gateway = await startTestGateway(t, {}, disk);
  const { exchange } = gateway;
  const { json } = await gateway.enter({ clOrdId: "a" });
  const before = exchange.health().sequence;
  disk.fail("write", ".log", "EIO");
  const socket = await gateway.connect();
  const waiting: readonly [string, string, object?][] = [
    ["POST", "/orders", { ...LIMIT_BUY, clOrdId: "b" }],
    ["POST", "/orders/batch", { orders: [{ new: { ...LIMIT_BUY, clOrdId: "c" } }] }],
    ["DELETE", "/orders"],
    ["GET", `/orders/${json["orderId"]}`],
    ["GET", "/orders"],
    ["PATCH", "/orders/by-cl-ord-id/a", { price: "99" }],
  ];
  disk.hold();
  const answers = waiting.map(([method, path, body]) => gateway.ask(method, path, body));
  const overSocket = socket.ask({ op: "new", order: { ...LIMIT_BUY, clOrdId: "d" } });
  await until("all are entered", () => exchange.health().sequence >= before + 4);
  disk.letGo();
  await exchange.failed;
  for (const [index, answer] of (await Promise.all(answers)).entries()) {
    const [method, path] = waiting[index] ?? [];
    const { status, json: found } = answer;
    const code = (found["results"]?.[0] ?? found)["code"];
    // A question that came a moment later was not taken any more.
    const isQuestion = method === "GET" || method === "PATCH";
    const expected = isQuestion && code === "STOPPED" ? "STOPPED" : "OUTCOME_UNKNOWN";
    assert.equal(code, expected, `${method} ${path}`);
    assert.equal(status, path === "/orders/batch" ? 200 : 503, `${method} ${path}`);
  }
  assert.equal((await overSocket)["error"].code, "OUTCOME_UNKNOWN");

  const ready = await gateway.ask("GET", "/ready");
  assert.equal(ready.status, 503);
  assert.equal(ready.json["state"], "failed");
  assert.match(String(ready.json["failure"]), /00000001\.log, byte \d+: .*EIO/);

  for (const [method, path, body] of [
    ["GET", "/orders"],
    ["GET", `/orders/${json["orderId"]}`],
    ["GET", "/orders/by-cl-ord-id/a"],
    ["PATCH", "/orders/by-cl-ord-id/a", { price: "99" }],
    ["DELETE", `/orders/${json["orderId"]}?reduceBy=0.5`],
  ] as const) {
    const refused = await gateway.ask(method, path, body);
    assert.deepEqual([refused.status, refused.json["code"]], [503, "STOPPED"], `${method} ${path}`);
  }

  for (const fields of [{ op: "openOrders" }, { op: "status", clOrdId: "a" }]) {
    const { error } = await socket.ask(fields);
    assert.equal(error.code, "STOPPED", fields.op);
  }
  socket.webSocket.close();
  await socket.closed;
});
