import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelAllRecord } from "../codec/record-for-test.ts";
import { FaultyDisk } from "../log/faulty-disk-for-test.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { REASON_NONE } from "../model/reasons.ts";
import { startTestGateway } from "./gateway-for-test.ts";

test("questions about orders are refused with STOPPED once the log has failed", async (t) => {
  const disk = new FaultyDisk(nodeDisk);
  const gateway = await startTestGateway(t, {}, disk);
  const { exchange } = gateway;
  const { json } = await gateway.enter({ clOrdId: "a" });
  disk.fail("write", ".log", "EIO");
  const sessionId = exchange.openSession(() => assert.fail("the command is not durable"));
  assert.equal(exchange.submit(cancelAllRecord({ accountId: 2, sessionId }), 0), REASON_NONE);
  await exchange.failed;

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

  const socket = await gateway.connect();
  for (const fields of [{ op: "openOrders" }, { op: "status", clOrdId: "a" }]) {
    const { error } = await socket.ask(fields);
    assert.equal(error.code, "STOPPED", fields.op);
  }
  socket.webSocket.close();
  await socket.closed;
});
