import assert from "node:assert/strict";
import { test } from "node:test";
import { FaultyDisk } from "../../log/faulty-disk-for-test.ts";
import { nodeDisk } from "../../log/node-disk.ts";
import { LIMIT_BUY, startTestGateway, type TestGateway } from "../gateway-for-test.ts";

/** Client order ids of the account's working orders. */
async function workingIds(gateway: TestGateway, accountId: number): Promise<string[]> {
  const socket = await gateway.connect(accountId);
  const { result } = await socket.ask({ op: "openOrders" });
  socket.webSocket.close();
  return result.orders.map(({ clOrdId }: { clOrdId: string }) => clOrdId).sort();
}

test("a connection that asked for it takes its orders along when it is cut", async (t) => {
  const gateway = await startTestGateway(t);
  const watcher = await gateway.connect(1);
  await watcher.ask({ op: "subscribe", streams: ["orders"] });
  const socket = await gateway.connect(1);
  const asked = await socket.ask({ op: "cancelOnDisconnect", on: true });
  assert.deepEqual(Object.keys(asked["result"]), ["sequence"]);
  await socket.ask({ op: "new", order: { ...LIMIT_BUY, clOrdId: "mine" } });
  await watcher.ask({ op: "new", order: { ...LIMIT_BUY, clOrdId: "other" } });
  socket.webSocket.terminate();
  const canceled = await watcher.until(({ execType }) => execType === "canceled");
  assert.deepEqual([canceled["clOrdId"], canceled["reason"]], ["mine", "DISCONNECTED"]);
  assert.deepEqual(await workingIds(gateway, 1), ["other"]);
});

test("orders that wait for an answer when their connection is cut go with it too", async (t) => {
  const disk = new FaultyDisk(nodeDisk);
  const gateway = await startTestGateway(t, {}, disk);
  const watcher = await gateway.connect(1);
  await watcher.ask({ op: "subscribe", streams: ["orders"] });
  const socket = await gateway.connect(1);
  await socket.ask({ op: "cancelOnDisconnect", on: true });
  disk.hold();
  // Which instrument the amend is about is told when the order is durable; the last waits for that.
  const early = { ...LIMIT_BUY, clOrdId: "early" };
  await socket.ask({ op: "new", order: early, ack: "accepted" });
  const late = { ...LIMIT_BUY, clOrdId: "late" };
  socket.webSocket.send(JSON.stringify({ id: "a", op: "amend", clOrdId: "early", price: "101" }));
  socket.webSocket.send(JSON.stringify({ id: "b", op: "new", order: late }));
  await socket.ask({ op: "ping" });
  socket.webSocket.close();
  await socket.closed;
  disk.letGo();
  const canceled = await watcher.until(
    ({ execType, clOrdId }) => execType === "canceled" && clOrdId === "late",
  );
  assert.equal(canceled["reason"], "DISCONNECTED");
  assert.deepEqual(await workingIds(gateway, 1), []);
});

test("a connection that took it back, or never asked, leaves its orders", async (t) => {
  const gateway = await startTestGateway(t);
  for (const [clOrdId, ops] of [
    ["back", [true, false]],
    ["never", []],
  ] as const) {
    const socket = await gateway.connect(1);
    for (const on of ops) await socket.ask({ op: "cancelOnDisconnect", on });
    await socket.ask({ op: "new", order: { ...LIMIT_BUY, clOrdId } });
    socket.webSocket.close();
    await socket.closed;
  }
  assert.deepEqual(await workingIds(gateway, 1), ["back", "never"]);
});

test("an account may ask for all its connections at once", async (t) => {
  const gateway = await startTestGateway(t);
  const watcher = await gateway.connect(1);
  await watcher.ask({ op: "subscribe", streams: ["orders"] });
  await watcher.ask({ op: "cancelOnDisconnect", on: true, scope: "account" });
  const socket = await gateway.connect(1);
  await socket.ask({ op: "new", order: { ...LIMIT_BUY, clOrdId: "mine" } });
  socket.webSocket.close();
  const canceled = await watcher.until(({ execType }) => execType === "canceled");
  assert.equal(canceled["clOrdId"], "mine");
});

test("a dead-man timer that is not armed again cancels the account's orders", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(1);
  await socket.ask({ op: "subscribe", streams: ["orders"] });
  await socket.ask({ op: "new", order: { ...LIMIT_BUY, clOrdId: "mine" } });
  assert.deepEqual(
    Object.keys((await socket.ask({ op: "deadMan", timeoutMillis: 60_000 }))["result"]),
    ["sequence"],
  );
  await socket.ask({ op: "deadMan", timeoutMillis: 0 });
  await socket.ask({ op: "deadMan", timeoutMillis: 1 });
  const canceled = await socket.until(({ execType }) => execType === "canceled");
  assert.deepEqual([canceled["clOrdId"], canceled["reason"]], ["mine", "DEAD_MAN"]);
});

test("what is said of it must be whole, and by somebody", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(1);
  for (const [fields, code] of [
    [{ op: "cancelOnDisconnect" }, "MISSING_FIELD"],
    [{ op: "cancelOnDisconnect", on: "yes" }, "INVALID_FIELD"],
    [{ op: "cancelOnDisconnect", on: true, scope: "firm" }, "INVALID_FIELD"],
    [{ op: "cancelOnDisconnect", on: true, of: 1 }, "UNKNOWN_FIELD"],
    [{ op: "deadMan" }, "MISSING_FIELD"],
    [{ op: "deadMan", timeoutMillis: -1 }, "INVALID_FIELD"],
    [{ op: "deadMan", timeoutMillis: 0.5 }, "INVALID_FIELD"],
    [{ op: "deadMan", timeoutMillis: 86_400_001 }, "INVALID_FIELD"],
  ] as const) {
    assert.equal((await socket.ask(fields))["error"].code, code, JSON.stringify(fields));
  }
  const nobody = await gateway.connect(0);
  const early = await nobody.ask({ op: "deadMan", timeoutMillis: 1000 });
  assert.equal(early["error"].code, "UNAUTHORIZED");
});
