import assert from "node:assert/strict";
import { test } from "node:test";
import { startTestGateway } from "../gateway-for-test.ts";

test("a book is shown as it was after a command, and at a time", async (t) => {
  const gateway = await startTestGateway(t);
  const entered = await gateway.enter({ clOrdId: "a", price: "100.00", orderQty: "1" });
  await gateway.ask("DELETE", "/orders/by-cl-ord-id/a");
  const { sequence, transactTime } = entered.json;
  const past = await gateway.ask("GET", `/instruments/BTC-USD/book?at=${sequence}`, undefined, 0);
  assert.equal(past.status, 200, JSON.stringify(past.json));
  assert.deepEqual(past.json["bids"], [["100.00", "1.000", 1]]);
  assert.deepEqual([past.json["atSequence"], past.json["atTime"]], [sequence, transactTime]);

  const before = `/instruments/BTC-USD/book?at=${sequence - 1}`;
  assert.deepEqual((await gateway.ask("GET", before)).json["bids"], []);
  const now = await gateway.ask("GET", "/instruments/BTC-USD/book?at=2200-01-01T00:00:00.000Z");
  assert.deepEqual(now.json["bids"], [], "the order is gone by now");
  assert.equal(now.json["atSequence"], sequence + 1);
});

test("a moment that is none is refused, and so is a second question meanwhile", async (t) => {
  const gateway = await startTestGateway(t);
  for (const [query, code] of [
    ["", "MISSING_FIELD"],
    ["?at=yesterday", "INVALID_FIELD"],
    ["?at=-1", "INVALID_FIELD"],
    ["?at=1&levels=0", "INVALID_FIELD"],
  ] as const) {
    const { json } = await gateway.ask("GET", `/instruments/BTC-USD/book${query}`);
    assert.equal(json["code"], code, query);
  }
  const path = "/instruments/BTC-USD/book?at=1";
  const answers = await Promise.all([gateway.ask("GET", path), gateway.ask("GET", path)]);
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, 503]);
  assert.equal((await gateway.ask("GET", "/instruments/NONE/book?at=1")).status, 404);
});
