import assert from "node:assert/strict";
import { test } from "node:test";
import { FaultyDisk } from "../../log/faulty-disk-for-test.ts";
import { nodeDisk } from "../../log/node-disk.ts";
import { LIMIT_BUY, startTestGateway } from "../gateway-for-test.ts";

test("an order is answered before the disk has it where its owner asked for that", async (t) => {
  const disk = new FaultyDisk(nodeDisk);
  const gateway = await startTestGateway(t, {}, disk);
  disk.hold();
  const order = { ...LIMIT_BUY, clOrdId: "quick" };
  const one = await gateway.ask("POST", "/orders?ack=accepted", order);
  assert.equal(one.status, 201, JSON.stringify(one.json));
  assert.equal(one.headers.get("outcry-ack"), "accepted");
  const orders = [{ new: { ...order, clOrdId: "batch" } }];
  const many = await gateway.ask("POST", "/orders/batch?ack=accepted", { orders });
  assert.equal(many.json["results"][0]["clOrdId"], "batch");
  const { sequence, durableSequence } = gateway.exchange.health();
  assert.ok(durableSequence < sequence, "the disk has neither of them yet");
  const depth = await gateway.ask("GET", "/instruments/BTC-USD/depth");
  assert.deepEqual(depth.json["bids"], [], "the public hears of what is durable");

  const usual = gateway.ask("POST", "/orders?ack=durable", { ...order, clOrdId: "usual" });
  disk.letGo();
  assert.equal((await usual).headers.get("outcry-ack"), "durable");
});

test("what the log cannot give is refused with the reason, and nothing is entered", async (t) => {
  const gateway = await startTestGateway(t);
  const before = gateway.exchange.health().sequence;
  for (const [ack, status, code] of [
    ["replicated", 422, "NOT_REPLICATED"],
    ["certain", 400, "INVALID_FIELD"],
  ] as const) {
    const { json, ...reply } = await gateway.ask("POST", `/orders?ack=${ack}`, LIMIT_BUY);
    assert.deepEqual([reply.status, json["code"]], [status, code]);
  }
  assert.equal(gateway.exchange.health().sequence, before);
});
