import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMIT_BUY, startTestGateway } from "./gateway-for-test.ts";

const STAGES = ["ingress", "sequenced", "matched", "durable", "egress"];

function assertInOrder(receipt: Readonly<Record<string, number>>): void {
  assert.deepEqual(Object.keys(receipt), STAGES);
  const times = STAGES.map((stage) => receipt[stage]);
  assert.deepEqual(
    times.toSorted((a, b) => a - b),
    times,
    "no stage is before the one before it",
  );
}

test("who asks for a receipt is told when its request passed each stage", async (t) => {
  const gateway = await startTestGateway(t);
  const entered = await gateway.ask("POST", "/orders?receipt=true", { ...LIMIT_BUY, clOrdId: "a" });
  assertInOrder(entered.json["receipt"]);
  const path = "/orders/by-cl-ord-id/a?receipt=true";
  assertInOrder((await gateway.ask("PATCH", path, { price: "99" })).json["receipt"]);
  assertInOrder((await gateway.ask("DELETE", path)).json["receipt"]);
  assert.equal((await gateway.enter({})).json["receipt"], undefined);

  const socket = await gateway.connect();
  const order = { op: "new", order: LIMIT_BUY };
  assert.equal((await socket.ask(order))["result"]["receipt"], undefined);
  await socket.ask({ op: "receipts", on: true });
  assertInOrder((await socket.ask(order))["result"]["receipt"]);
  const batch = await socket.ask({ op: "batch", orders: [{ new: LIMIT_BUY }, { new: LIMIT_BUY }] });
  for (const { receipt } of batch["result"]["results"]) assertInOrder(receipt);

  const { json } = await gateway.ask("GET", "/metrics");
  const counted = (protocol: string) =>
    new RegExp(
      `^outcry_stage_seconds_count\\{protocol="${protocol}",stage="durable"\\} (\\d+)$`,
      "m",
    ).exec(json["text"])?.[1];
  assert.deepEqual([counted("rest"), counted("websocket")], ["3", "3"]);
});
