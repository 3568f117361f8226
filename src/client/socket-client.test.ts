import assert from "node:assert/strict";
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
