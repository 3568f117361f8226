import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkingOrder } from "./order-state.ts";
import { orderTypeText } from "./order-type.ts";

const limit: WorkingOrder = {
  orderId: 1,
  sequence: 1,
  timeMicros: undefined,
  symbol: "ACME",
  side: "buy",
  ordType: "limit",
  terms: {},
  waits: false,
  price: "100.00",
  orderQty: "5",
  cumQty: "0",
  leavesQty: "5",
  postOnly: false,
};

test("an order is told by its type, what fires it and how it shows", () => {
  const texts = [
    limit,
    { ...limit, postOnly: true, terms: { displayQty: "2" } },
    { ...limit, ordType: "stop", waits: true, terms: { stopPx: "90.00" } },
    { ...limit, ordType: "stopLimit", waits: false, terms: { stopPx: "90.00" } },
    { ...limit, ordType: "stop", waits: true, terms: { stopPx: "90.00", trailOffset: "5.00" } },
    { ...limit, ordType: "stop", waits: true, terms: { trailBasisPoints: 250 } },
    { ...limit, ordType: "limitIfTouched", waits: true, terms: { stopPx: "110.00" } },
    { ...limit, ordType: "pegged", terms: { hidden: true } },
  ] as const satisfies readonly WorkingOrder[];
  assert.deepEqual(texts.map(orderTypeText), [
    "Limit",
    "Limit, post-only, shows 2",
    "Stop 90.00",
    "Stop limit, fired",
    "Trailing stop 5.00",
    "Trailing stop 2.5%",
    "Limit if touched 110.00",
    "Pegged, hidden",
  ]);
});
