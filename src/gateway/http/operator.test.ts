import assert from "node:assert/strict";
import { test } from "node:test";
import { bearer, startTestGateway } from "../gateway-for-test.ts";
import { OPERATOR_COMMANDS } from "../operator-commands.ts";

test("the operator lists an instrument, funds an account, and its orders hold money", async (t) => {
  const gateway = await startTestGateway(t);
  const listed = await gateway.operate("createInstrument", {
    ...{ instrumentId: 9, symbol: "ETH-USD", currency: "USD", baseAsset: "ETH" },
    ...{ priceDecimals: 2, tickUnits: 1, qtyDecimals: 3, lotUnits: 1, allocation: "proRata" },
    ...{ priceTicksMin: 1, priceTicksMax: 1_000_000, orderQtyLotsMin: 1, orderQtyLotsMax: 1000 },
  });
  assert.equal(listed.status, 200, JSON.stringify(listed.json));
  await gateway.operate("setAccount", { accountId: 1, riskMode: "reservation" });
  await gateway.operate("deposit", { accountId: 1, asset: "USD", amount: 1000 });
  const order = { symbol: "ETH-USD", side: "buy", ordType: "limit", price: "1", orderQty: "0.005" };
  assert.equal((await gateway.ask("POST", "/orders", order)).status, 201);
  const { json } = await gateway.ask("GET", "/balances");
  assert.deepEqual(json["balances"], [{ asset: "USD", balance: 1000, held: 500 }]);
  const more = await gateway.ask("POST", "/orders", { ...order, orderQty: "0.006" });
  assert.equal(more.json["code"], "INSUFFICIENT_FUNDS");

  await gateway.operate("setAccount", { accountId: 2 });
  await gateway.ask("POST", "/orders", { ...order, side: "sell", orderQty: "0.002" }, 2);
  const { json: position } = await gateway.ask("GET", "/positions");
  const [{ symbol, lots, cost, openBuyLots }] = position["positions"];
  assert.deepEqual([symbol, lots, cost, openBuyLots], ["ETH-USD", 2, 200, 3]);
  const path = "/balances?accountId=1";
  const asOperator = await gateway.askWith("GET", path, undefined, bearer(gateway.others.operator));
  assert.equal(asOperator.json["balances"][0]["asset"], "USD");
  for (const other of [path, "/positions?accountId=1"]) {
    const { status, json } = await gateway.ask("GET", other, undefined, 2);
    assert.deepEqual([status, json["code"]], [422, "NOT_PERMITTED"], "an account sees its own");
  }
  const asOwner = await gateway.ask("GET", path);
  assert.deepEqual(asOwner.json, asOperator.json);
});

test("a trade that is corrected and busted is told its parties, and marked", async (t) => {
  const gateway = await startTestGateway(t);
  for (const accountId of [1, 2]) await gateway.operate("setAccount", { accountId });
  const socket = await gateway.connect();
  const { result } = await socket.ask({ op: "subscribe", streams: ["orders"] });
  assert.deepEqual(result["streams"], ["orders"]);
  const { json: order } = await gateway.enter({});
  const { json: taker } = await gateway.enter({ side: "sell" }, 2);
  const [{ tradeId }] = taker["fills"];
  const trades = async () => (await gateway.ask("GET", "/instruments/BTC-USD/trades")).json;
  const newest = async () => (await trades())["trades"].at(-1);
  await gateway.operate("correctTrade", { tradeId, lastQtyLots: 250, lastPxTicks: 180 });
  const { price, qty, corrected } = await newest();
  assert.deepEqual([price, qty, corrected], ["90.00", "0.250", true]);
  const { json: done } = await gateway.operate("bustTrade", { tradeId });
  assert.deepEqual((await newest())["busted"], true);

  const busted = await socket.until(({ execType }) => execType === "tradeBusted");
  const transactTime = busted["transactTime"];
  const at = { orderId: order["orderId"], symbol: "BTC-USD", side: "buy", tradeId };
  const counted = { lastPx: "90.00", lastQty: "0.250" };
  const told = { ...at, ...counted, transactTime };
  const place = { sequence: done["sequence"], index: busted["index"] };
  const kind = { execType: "tradeBusted" };
  const head = { stream: "orders", type: "tradeChange" };
  assert.deepEqual(busted, { ...head, ...kind, ...place, ...told });
  const again = await gateway.connect();
  await again.ask({ op: "subscribe", streams: ["orders"], after: done["sequence"] - 2 });
  await again.until(({ execType }) => execType === "tradeBusted");
  assert.deepEqual(
    again.ofStream("orders").map(({ execType }) => execType),
    ["tradeCorrected", "tradeBusted"],
  );
  const path = `/history/executions?orderId=${order["orderId"]}`;
  const { json: page } = await gateway.ask("GET", path);
  const none = { clOrdId: "", cumQty: null, leavesQty: null, reason: "" };
  const [last, before, trade] = page["executions"];
  assert.deepEqual(last, { ...kind, ...place, ...told, ...none });
  assert.deepEqual([before.execType, before.lastPx], ["tradeCorrected", "90.00"]);
  assert.deepEqual([trade.execType, trade.lastPx, trade.lastQty], ["trade", "100.00", "1.000"]);
  const { json: state } = await gateway.ask("GET", `/orders/${order["orderId"]}`);
  assert.deepEqual([state["ordStatus"], state["cumQty"]], ["filled", "1.000"]);
});

test("a kill switch stops orders and never a cancel", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({ clOrdId: "a" });
  await gateway.operate("setKillSwitch", { level: "account", targetId: 1, isOn: true });
  assert.equal((await gateway.enter({})).json["code"], "KILLED_ACCOUNT");
  assert.equal((await gateway.ask("DELETE", "/orders/by-cl-ord-id/a")).status, 200);
  await gateway.operate("setKillSwitch", { level: "market", isOn: true, cancels: true });
  assert.equal((await gateway.enter({}, 2)).json["code"], "KILLED_MARKET");
});

test("an instrument that cannot be is refused by the field that is wrong", async (t) => {
  const gateway = await startTestGateway(t);
  const sound = {
    ...{ instrumentId: 9, symbol: "ETH-USD", currency: "USD" },
    ...{ priceDecimals: 2, tickUnits: 1, qtyDecimals: 3, lotUnits: 1 },
    ...{ priceTicksMin: 1, priceTicksMax: 1_000_000, orderQtyLotsMin: 1, orderQtyLotsMax: 1000 },
  };
  const wrongs: [object, string][] = [
    [{ symbol: "lower" }, 'symbol: expected 1 to 16 of A-Z 0-9 . _ -, found "lower"'],
    [{ symbol: "A B" }, 'symbol: expected 1 to 16 of A-Z 0-9 . _ -, found "A B"'],
    [{ currency: "" }, 'currency: expected 1 to 8 of A-Z 0-9, found ""'],
    [
      { baseAsset: "USD" },
      'baseAsset: expected none or 1 to 8 of A-Z 0-9, another than the currency, found "USD"',
    ],
    [{ qtyDecimals: 10 }, "qtyDecimals: expected 0 to 9, found 10"],
    [{ tickUnits: 0 }, "tickUnits: expected 1 or more, found 0"],
    [{ priceTicksMax: 0 }, "priceTicksMin: expected at most priceTicksMax, 0, found 1"],
    [
      { orderQtyLotsMin: 1001 },
      "orderQtyLotsMin: expected at most orderQtyLotsMax, 1000, found 1001",
    ],
    [
      { orderQtyLotsMax: 9_007_199_255 },
      "orderQtyLotsMax: expected at most 9007199254: what such an order is worth at the highest " +
        "price stays below 2^53 units, found 9007199255",
    ],
  ];
  for (const [wrong, message] of wrongs) {
    const { status, json } = await gateway.operate("createInstrument", { ...sound, ...wrong });
    assert.deepEqual([status, json["message"]], [400, message]);
  }
  const widest = await gateway.operate("createInstrument", {
    ...{ ...sound, orderQtyLotsMax: 9_007_199_254 },
  });
  assert.equal(widest.status, 200);
});

test("a text that does not fit its field of the journal is refused by name", async (t) => {
  const gateway = await startTestGateway(t);
  const terms = {
    ...{ instrumentId: 9, symbol: "ETH-USD", currency: "USD", priceDecimals: 2, tickUnits: 1 },
    ...{ qtyDecimals: 0, lotUnits: 1, priceTicksMin: 1, priceTicksMax: 1000 },
    ...{ orderQtyLotsMin: 1, orderQtyLotsMax: 1000 },
  };
  const bodies = [
    { name: "createInstrument", body: terms },
    { name: "deposit", body: { accountId: 1, asset: "USD", amount: 1 } },
    { name: "withdraw", body: { accountId: 1, asset: "USD", amount: 1 } },
  ];
  let checked = 0;
  for (const { name, fields } of OPERATOR_COMMANDS) {
    for (const field of fields) {
      if (typeof field.form !== "object" || !("pattern" in field.form)) continue;
      const body = bodies.find((known) => known.name === name)?.body;
      // Too long; not its letters; a letter beyond a byte that would be read as a "U"; a zero.
      for (const text of ["X".repeat(17), "usd", "\u0155SD", "US\u0000D"]) {
        const { status, json } = await gateway.operate(name, { ...body, [field.name]: text });
        const found = JSON.stringify(text);
        const message: string = `${field.name}: expected ${field.form.expected}, found ${found}`;
        assert.deepEqual([status, json], [400, { code: "INVALID_FIELD", message }], name);
        checked++;
      }
    }
  }
  assert.equal(checked, 5 * 4);
  const { json } = await gateway.operate("createInstrument", { ...terms, baseAsset: "ABCDEFGHI" });
  assert.equal(json["message"], 'baseAsset: expected at most 8 of A-Z 0-9, found "ABCDEFGHI"');
  assert.equal((await gateway.operate("createInstrument", terms)).status, 200, "it goes on");
});

test("a kill switch for somebody says whom, and one for the market nobody", async (t) => {
  const gateway = await startTestGateway(t);
  const missing = await gateway.operate("setKillSwitch", { level: "account", isOn: true });
  assert.deepEqual(
    [missing.status, missing.json],
    [
      400,
      {
        code: "MISSING_FIELD",
        message:
          "targetId: expected a whole number from 1 to 4294967295 for level account, found nothing",
      },
    ],
  );
  const wrongs = [
    { level: "firm", targetId: 0, isOn: true },
    { level: "session", targetId: 0, isOn: false },
    { level: "market", targetId: 1, isOn: true },
  ];
  for (const wrong of wrongs) {
    const { status, json } = await gateway.operate("setKillSwitch", wrong);
    assert.deepEqual([status, json["code"]], [400, "INVALID_FIELD"]);
    assert.match(json["message"], new RegExp(`for level ${wrong.level}, found ${wrong.targetId}$`));
  }
});

test("limits of messages slow orders down and never a cancel", async (t) => {
  const gateway = await startTestGateway(t);
  const window = 60_000_000;
  await gateway.operate("setMessageLimits", {
    ...{ accountId: 1, messagesMax: 2, messagesWindowMicros: window },
  });
  await gateway.enter({ clOrdId: "a" });
  await gateway.enter({ clOrdId: "b" });
  const third = await gateway.enter({});
  assert.deepEqual([third.status, third.json["code"]], [429, "RATE_LIMIT"]);
  for (const id of ["a", "b"]) {
    assert.equal((await gateway.ask("DELETE", `/orders/by-cl-ord-id/${id}`)).status, 200);
  }
});

test("phases, bands and past trades are the operator's to set", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.operate("setPhase", { symbol: "BTC-USD", phase: "halt" });
  assert.equal((await gateway.enter({})).json["code"], "MARKET_HALTED");
  await gateway.operate("setPhase", { phase: "continuous" });
  await gateway.enter({ side: "sell" }, 2);
  const { json } = await gateway.enter({});
  const [{ tradeId }] = json["fills"];
  await gateway.operate("setAccount", { accountId: 1 });
  const early = await gateway.operate("bustTrade", { tradeId });
  assert.equal(early.json["code"], "UNKNOWN_TRADE", "nobody was configured when it traded");
  await gateway.operate("setBands", { symbol: "BTC-USD", staticWidth: 10, dynamicWidth: 5 });
  const wrong = await gateway.operate("setBands", { symbol: "BTC-USD", staticWidth: -1 });
  assert.deepEqual([wrong.status, wrong.json["code"]], [400, "INVALID_FIELD"]);
});

test("an instrument's ranges and calls are the operator's to change", async (t) => {
  const gateway = await startTestGateway(t);
  const ranges = { symbol: "BTC-USD", orderQtyLotsMin: 1, orderQtyLotsMax: 1_000_000 };
  const order = { symbol: "BTC-USD", side: "buy", ordType: "limit", price: "1", orderQty: "1" };
  assert.equal((await gateway.ask("POST", "/orders", order)).status, 201);
  const changed = await gateway.operate("changeInstrument", { ...ranges, notionalMax: 1 });
  assert.equal(changed.status, 200, JSON.stringify(changed.json));
  const refused = await gateway.ask("POST", "/orders", order);
  assert.equal(refused.json["code"], "NOTIONAL_OUT_OF_RANGE");
  const call = { symbol: "BTC-USD", extensionsMax: 2, extensionMicros: 1000, surplusLotsMax: 1 };
  assert.equal((await gateway.operate("setCall", call)).status, 200);
  const senseless = await gateway.operate("setCall", { ...call, extensionMicros: 0 });
  assert.equal(senseless.json["code"], "CALL_TERMS");
});

test("a role does what is its own and no more", async (t) => {
  const gateway = await startTestGateway(t);
  await gateway.enter({});
  const { operator, viewer } = gateway.others;
  const asViewer = (method: string, path: string, body?: object) =>
    gateway.askWith(method, path, body, bearer(viewer));
  assert.equal((await asViewer("GET", "/orders")).json["orders"].length, 1);
  const order = { symbol: "BTC-USD", side: "buy", ordType: "limit", price: "1", orderQty: "1" };
  const refused = await asViewer("POST", "/orders", order);
  assert.deepEqual([refused.status, refused.json["code"]], [403, "FORBIDDEN"]);
  assert.equal((await asViewer("DELETE", "/orders")).status, 403);
  for (const { name } of OPERATOR_COMMANDS) {
    assert.equal((await gateway.ask("POST", `/operator/${name}`, {})).status, 403, name);
  }
  const byOperator = await gateway.askWith("POST", "/orders", order, bearer(operator));
  assert.equal(byOperator.status, 403);
  const nobodys = await gateway.askWith("DELETE", "/orders", undefined, bearer(operator));
  assert.deepEqual([nobodys.status, nobodys.json["code"]], [400, "MISSING_FIELD"]);
  assert.match(nobodys.json["message"], /^accountId: expected whose orders/);
  const cleared = await gateway.askWith(
    ...(["DELETE", "/orders?accountId=1", undefined, bearer(operator)] as const),
  );
  assert.equal(cleared.json["canceled"], 1);

  const socket = await gateway.connect(0);
  const login = await socket.ask({ op: "login", key: operator });
  assert.equal(login["error"]["code"], "FORBIDDEN");
  await socket.ask({ op: "login", key: viewer });
  const entered = await socket.ask({ op: "new", order });
  assert.equal(entered["error"]["code"], "FORBIDDEN");
  assert.ok((await socket.ask({ op: "openOrders" }))["result"]);
});
