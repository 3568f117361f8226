import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CHANGES_MAX,
  ENDED_MAX,
  FILLS_MAX,
  fillOf,
  hidesTerms,
  LISTED_MAX,
  OrderState,
} from "./order-state.ts";
import type { WireOrderEvent, WireReport } from "./wire.ts";

function report(fields: Partial<WireReport>): WireReport {
  return {
    sequence: 10,
    transactTime: 1,
    orderId: 1,
    clOrdId: "a",
    symbol: "BTC-USD",
    side: "buy",
    ordType: "limit",
    timeInForce: "gtc",
    postOnly: false,
    ordStatus: "new",
    price: "100.0",
    orderQty: "5",
    cumQty: "0",
    leavesQty: "5",
    reason: "",
    ...fields,
  };
}

function event(fields: Partial<WireOrderEvent>): WireOrderEvent {
  return {
    ...report({ sequence: 11, cumQty: "2", leavesQty: "3", ordStatus: "partiallyFilled" }),
    index: 0,
    transactTime: 2,
    execType: "trade",
    lastPx: "100.0",
    lastQty: "2",
    tradeId: 7,
    ...fields,
  };
}

function leavesOf(state: OrderState): string[] {
  return state.working().map((order) => `${order.orderId}:${order.leavesQty}`);
}

test("a trade leaves the rest working and counts as a fill", () => {
  const state = new OrderState();
  state.applyReport(report({}));
  state.applyEvent(event({}));
  assert.deepEqual(leavesOf(state), ["1:3"]);
  assert.deepEqual(
    state.fills.map((fill) => [fill.tradeId, fill.lastQty]),
    [[7, "2"]],
  );
});

test("a stop waits until it is fired, with the terms that later events leave out", () => {
  const state = new OrderState();
  const stop = { ordType: "stopLimit", sequence: 12, cumQty: "0", leavesQty: "5" } as const;
  const untraded = { ...stop, ordStatus: "new", lastPx: null, lastQty: null } as const;
  const of = () => state.working().map(({ waits, terms }) => [waits, terms.stopPx]);
  state.applyReport(report({ ...stop, stopPx: "101.0" }));
  assert.deepEqual(of(), [[true, "101.0"]]);
  state.applyEvent(event({ ...untraded, execType: "restated", hidden: true }));
  assert.deepEqual(of(), [[true, "101.0"]]);
  state.applyEvent(event({ ...untraded, execType: "triggered" }));
  state.applyReport(report({ ...stop, stopPx: "101.0" }));
  assert.deepEqual(of(), [[false, "101.0"]]);
});

test("an amend of a stop tells its new stop price only to who asks", () => {
  assert.ok(hidesTerms(event({ execType: "restated", ordType: "stop" })));
  assert.ok(!hidesTerms(event({ execType: "restated", ordType: "stop", reason: "REPRICED" })));
  assert.ok(!hidesTerms(event({ execType: "replaced", ordType: "limit" })));
});

test("a trade that was busted or corrected says so, whenever its fill is told", () => {
  const state = new OrderState();
  const fill = event({ tradeId: 7 });
  const corrected = { ...fill, execType: "tradeCorrected", sequence: 20, lastPx: "99.0" } as const;
  state.applyTradeChanges([corrected]);
  state.applyEvent(fill);
  const of = () => state.fills.map(({ lastPx, lastQty, change }) => [lastPx, lastQty, change]);
  assert.deepEqual(of(), [["99.0", "2", "corrected"]]);
  state.applyTradeChanges([{ ...corrected, execType: "tradeBusted", sequence: 21 }, corrected]);
  assert.deepEqual(of(), [["99.0", "2", "busted"]]);
  state.addFills([fillOf(fill)]);
  assert.deepEqual(
    of().map(([, , change]) => change),
    ["busted"],
  );
});

test("the history tells when a listed order was entered, and nothing else of it", () => {
  const state = new OrderState();
  state.applyReport(report({ transactTime: null, leavesQty: "3" }));
  state.applyReport(report({ orderId: 2, transactTime: 50 }));
  state.applyEntries([9, 2, 1].map((orderId) => ({ orderId, transactTime: 40 })));
  const told = state.working().map((order) => [order.orderId, order.timeMicros, order.leavesQty]);
  assert.deepEqual(told, [
    [2, 50, "5"],
    [1, 40, "3"],
  ]);
});

test("a list that had room for no more is not taken for all orders", () => {
  const state = new OrderState();
  const reports = Array.from({ length: LISTED_MAX }, (_, i) => report({ orderId: i + 1 }));
  state.applyList(reports, 0);
  assert.equal(state.workingCountText, `${LISTED_MAX}+`);
  state.applyList(reports.slice(1), 20);
  assert.equal(state.workingCountText, `${LISTED_MAX - 1}`);
});

test("the memory of changed trades is bounded", () => {
  const state = new OrderState();
  const bust = event({ execType: "tradeBusted" });
  const changes = Array.from({ length: CHANGES_MAX + 1 }, (_, i) => ({ ...bust, tradeId: i + 1 }));
  state.applyTradeChanges(changes);
  state.addFills([fillOf(event({ tradeId: 1 })), fillOf(event({ tradeId: 2 }))]);
  assert.deepEqual(
    state.fills.map(({ tradeId, change }) => [tradeId, change]),
    [
      [2, "busted"],
      [1, ""],
    ],
  );
});

test("a filled order is gone, and nothing told late brings it back", () => {
  const state = new OrderState();
  state.applyReport(report({}));
  state.applyEvent(event({ ordStatus: "filled", leavesQty: "0" }));
  state.applyReport(report({}));
  state.applyEvent(event({ execType: "booked", sequence: 10, ordStatus: "new" }));
  assert.deepEqual(leavesOf(state), []);
});

test("an older telling does not undo a newer one", () => {
  const state = new OrderState();
  state.applyReport(report({ sequence: 12, leavesQty: "1" }));
  state.applyEvent(event({ sequence: 11 }));
  state.applyReport(report({ sequence: 10 }));
  assert.deepEqual(leavesOf(state), ["1:1"]);
});

test("an order entered elsewhere shows as soon as the stream tells of it", () => {
  const state = new OrderState();
  state.applyEvent(event({ execType: "new", orderId: 9, leavesQty: "5", ordStatus: "new" }));
  assert.deepEqual(leavesOf(state), ["9:5"]);
  state.applyEvent(event({ execType: "replaced", sequence: 12, orderId: 9, price: "99.5" }));
  assert.equal(state.working()[0].price, "99.5");
});

test("a list knows no times, and what we know of an order's entry stays", () => {
  const state = new OrderState();
  state.applyReport(report({ orderId: 1, transactTime: 5 }));
  state.applyList(
    [report({ orderId: 1, transactTime: null }), report({ orderId: 2, transactTime: null })],
    10,
  );
  state.applyEvent(event({ orderId: 2, transactTime: 9 }));
  const times = state.working().map((order) => order.timeMicros);
  assert.deepEqual(times, [undefined, 5]);
});

test("a list ends what it leaves out, but not what was entered after asking", () => {
  const state = new OrderState();
  state.applyReport(report({ orderId: 1, sequence: 10 }));
  state.applyReport(report({ orderId: 2, sequence: 20 }));
  state.applyList([], 15);
  assert.deepEqual(leavesOf(state), ["2:5"]);
});

test("a refused cancel or amend leaves the order exactly as it was", () => {
  const state = new OrderState();
  state.applyReport(report({}));
  const refused = { leavesQty: "0", cumQty: "0", ordStatus: "canceled" } as const;
  state.applyEvent(event({ ...refused, execType: "cancelRejected" }));
  state.applyEvent(event({ ...refused, execType: "amendRejected" }));
  assert.deepEqual(leavesOf(state), ["1:5"]);
});

test("history and stream tell a fill once; both sides of a self-trade show", () => {
  const state = new OrderState();
  state.applyEvent(event({}));
  state.applyEvent(event({ orderId: 2, side: "sell" }));
  state.addFills([...state.fills]);
  assert.equal(state.fills.length, 2);
});

test("fills are bounded, newest first", () => {
  const state = new OrderState();
  for (let tradeId = 1; tradeId <= FILLS_MAX + 2; tradeId++) {
    state.applyEvent(event({ tradeId }));
  }
  assert.equal(state.fills.length, FILLS_MAX);
  assert.equal(state.fills[0].tradeId, FILLS_MAX + 2);
});

test("the memory of ended orders is bounded and forgets the oldest first", () => {
  const state = new OrderState();
  for (let orderId = 1; orderId <= ENDED_MAX + 1; orderId++) {
    state.applyReport(report({ orderId, ordStatus: "canceled" }));
  }
  state.applyReport(report({ orderId: 2 }));
  assert.deepEqual(leavesOf(state), []);
  state.applyReport(report({ orderId: 1 }));
  assert.deepEqual(leavesOf(state), ["1:5"]);
});
