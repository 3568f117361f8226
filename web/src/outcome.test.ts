import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomeText } from "./outcome.ts";
import type { WireReport } from "./wire.ts";

const REPORT: WireReport = {
  sequence: 1,
  transactTime: 1,
  orderId: 17,
  clOrdId: "a",
  symbol: "BTC-USD",
  side: "buy",
  ordType: "limit",
  timeInForce: "gtc",
  postOnly: false,
  ordStatus: "new",
  price: "64000.5",
  orderQty: "0.250",
  cumQty: "0.000",
  leavesQty: "0.250",
  reason: "",
};

test("a resting order says that it works and where", () => {
  assert.equal(outcomeText(REPORT), "Order 17 working: buy 0.250 BTC-USD at 64000.5");
});

test("an order that ended says why and what it got", () => {
  const ended = {
    ...REPORT,
    ordStatus: "canceled",
    reason: "IOC_REMAINDER",
    cumQty: "0.100",
  } as const;
  assert.equal(
    outcomeText(ended),
    "Order 17 ended (ioc remainder), filled 0.100: buy 0.250 BTC-USD at 64000.5",
  );
});

test("a market order has no price to name", () => {
  const filled = { ...REPORT, ordType: "market", ordStatus: "filled" } as const;
  assert.equal(outcomeText(filled), "Order 17 filled: buy 0.250 BTC-USD");
});

test("an order that traded says what was paid, and its limit beside it", () => {
  const fills = [{ lastPx: "63990.0" }, { lastPx: "64000.0" }];
  const filled = { ...REPORT, ordStatus: "filled", cumQty: "0.250", fills } as const;
  assert.equal(
    outcomeText(filled),
    "Order 17 filled at 63990.0 to 64000.0: buy 0.250 BTC-USD, limit 64000.5",
  );
  const one = { ...filled, ordType: "market", fills: fills.slice(0, 1) } as const;
  assert.equal(outcomeText(one), "Order 17 filled at 63990.0: buy 0.250 BTC-USD");
});
