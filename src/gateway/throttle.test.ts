import assert from "node:assert/strict";
import { test } from "node:test";
import { startTestGateway } from "./gateway-for-test.ts";
import { Throttle } from "./throttle.ts";

test("a throttle lets through what a second has, and saves no more than that", () => {
  let nowMicros = 1_000_000;
  const throttle = new Throttle(10, {
    nowMicros: () => nowMicros,
    nowNanos: () => nowMicros * 1000,
    after: () => () => {},
  });
  assert.equal(throttle.tryTake(10), true);
  assert.equal(throttle.tryTake(1), false);
  nowMicros += 100_000;
  assert.equal(throttle.tryTake(1), true);
  assert.equal(throttle.tryTake(1), false);
  nowMicros += 3_600_000_000;
  assert.equal(throttle.tryTake(11), false);
  assert.equal(throttle.tryTake(10), true);
});

test("a connection that is too fast is told so, and its cancels pass", async (t) => {
  const gateway = await startTestGateway(t, { ordersPerSecondMax: 3 });
  const socket = await gateway.connect();
  const order = { symbol: "BTC-USD", side: "buy", ordType: "limit", price: "1", orderQty: "1" };
  const ids = ["a", "b", "c", "d"];
  const answers = await Promise.all(
    ids.map((clOrdId) => socket.ask({ op: "new", order: { ...order, clOrdId } })),
  );
  assert.deepEqual(
    answers.map(({ error }) => error?.code),
    [undefined, undefined, undefined, "TOO_FAST"],
  );
  const entries = [{ cancel: { clOrdId: "a" } }, { cancel: { clOrdId: "b" } }];
  const batch = await socket.ask({ op: "batch", orders: entries });
  assert.deepEqual(
    batch["result"]["results"].map(({ ordStatus }: { ordStatus: string }) => ordStatus),
    ["canceled", "canceled"],
  );
  assert.equal((await socket.ask({ op: "cancelAll" }))["result"]["canceled"], 1);
});
