import assert from "node:assert/strict";
import { test } from "node:test";
import { FaultyDisk } from "../../log/faulty-disk-for-test.ts";
import { nodeDisk } from "../../log/node-disk.ts";
import { LIMIT_BUY, startTestGateway } from "../gateway-for-test.ts";

test("an order is answered before the disk has it where its owner asked for that", async (t) => {
  const disk = new FaultyDisk(nodeDisk);
  const gateway = await startTestGateway(t, {}, disk);
  const socket = await gateway.connect();
  disk.hold();
  const order = { ...LIMIT_BUY, clOrdId: "quick" };
  const one = await socket.ask({ op: "new", order, ack: "accepted" });
  assert.deepEqual([one["ack"], one["result"]["clOrdId"]], ["accepted", "quick"]);
  const orders = [{ new: { ...order, clOrdId: "batch" } }];
  const many = await socket.ask({ op: "batch", orders, ack: "accepted" });
  assert.deepEqual([many["ack"], many["result"]["results"].length], ["accepted", 1]);
  const again = await socket.ask({ op: "new", order, ack: "accepted" });
  assert.deepEqual([again["ack"], again["error"]["code"]], ["accepted", "DUPLICATE_CL_ORD_ID"]);
  const { sequence, durableSequence } = gateway.exchange.health();
  assert.ok(durableSequence < sequence, "the disk has none of them yet");

  const sure = socket.ask({ op: "new", order: { ...order, clOrdId: "sure" }, ack: "durable" });
  const usual = socket.ask({ op: "new", order: { ...order, clOrdId: "usual" } });
  disk.letGo();
  assert.equal((await sure)["ack"], "durable");
  assert.deepEqual(Object.keys(await usual), ["id", "result"]);
});

test("what the log cannot give is refused with the reason, and nothing is entered", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect();
  const before = gateway.exchange.health().sequence;
  for (const [ack, code] of [
    ["replicated", "NOT_REPLICATED"],
    ["certain", "INVALID_FIELD"],
    [1, "INVALID_FIELD"],
  ] as const) {
    const { error } = await socket.ask({ op: "new", order: LIMIT_BUY, ack });
    assert.equal(error.code, code);
  }
  assert.equal(gateway.exchange.health().sequence, before);
});

for (const [when, ops] of [
  ["before", [{ op: "cancelOnDisconnect", on: true }, quick("mine")]],
  ["after", [quick("other"), { op: "cancelOnDisconnect", on: true }, quick("mine")]],
] as const) {
  test(`cancel on disconnect asked for ${when} them takes quick orders along`, async (t) => {
    const gateway = await startTestGateway(t);
    const watcher = await gateway.connect();
    await watcher.ask({ op: "subscribe", streams: ["orders"] });
    const socket = await gateway.connect();
    for (const op of ops) assert.ok((await socket.ask(op))["result"]);
    socket.webSocket.terminate();
    const canceled = await watcher.until(
      ({ execType, clOrdId }) => execType === "canceled" && clOrdId === "mine",
    );
    assert.equal(canceled["reason"], "DISCONNECTED");
  });
}

function quick(clOrdId: string) {
  return { op: "new", order: { ...LIMIT_BUY, clOrdId }, ack: "accepted" };
}
