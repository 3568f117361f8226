import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { type TestContext, test } from "node:test";
import { cancelRequest, enterRequest } from "../client/ouch-requests.ts";
import { REASON_RATE_LIMIT } from "../model/reasons.ts";
import { startEveryPort } from "./every-port-for-test.ts";
import { startTestGateway } from "./gateway-for-test.ts";
import { BUY } from "./ouch/ouch-for-test.ts";
import { UdpTrader } from "./ouch/ouch-udp-for-test.ts";
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

test("an account that is too fast over REST is told so, and its cancels pass", async (t) => {
  const gateway = await startTestGateway(t, { ordersPerSecondMax: 3 });
  const order = { symbol: "BTC-USD", side: "buy", ordType: "limit", price: "1", orderQty: "1" };
  const orders = ["a", "b", "c", "d"].map((clOrdId) => ({ new: { ...order, clOrdId } }));
  const { json } = await gateway.ask("POST", "/orders/batch", { orders });
  const codes = json["results"].map(({ code }: { code?: string }) => code);
  assert.deepEqual(codes, [undefined, undefined, undefined, "TOO_FAST"]);
  assert.equal((await gateway.ask("POST", "/orders", order, 2)).status, 201);
  assert.equal((await gateway.ask("DELETE", "/orders/by-cl-ord-id/a")).status, 200);
  assert.equal((await gateway.ask("DELETE", "/orders")).json["canceled"], 2);
});

for (const carrier of ["TCP", "UDP"]) {
  test(`who is too fast in OUCH over ${carrier} is told so, and his cancels pass`, async (t) => {
    const { venue, ouchUdp } = await startEveryPort(t, { ordersPerSecondMax: 3 });
    const trader =
      carrier === "TCP" ? await venue.connect() : udpTrader(t, ouchUdp.port, venue.loginOf(1));
    for (let userRefNum = 1; userRefNum <= 4; userRefNum++) {
      trader.client.send(enterRequest({ ...BUY, userRefNum }));
    }
    for (let userRefNum = 1; userRefNum <= 3; userRefNum++) {
      trader.client.send(cancelRequest(userRefNum));
    }
    await trader.until(() => trader.story.endsWith("C1 C2 C3"));
    await trader.until(() => trader.answers.length === 1);
    const { type, userRefNum, reason } = trader.answers[0];
    assert.deepEqual([type, userRefNum, reason], ["J", 4, REASON_RATE_LIMIT]);
  });
}

function udpTrader(
  t: TestContext,
  port: number,
  login: { readonly username: string; readonly password: string },
): UdpTrader {
  const trader = new UdpTrader({ socket: createSocket("udp4"), port, ...login });
  t.after(() => trader.client.close());
  return trader;
}
