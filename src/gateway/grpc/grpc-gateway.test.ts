import assert from "node:assert/strict";
import { test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { service as healthService } from "grpc-health-check";
import { until } from "../../exchange/exchange-for-test.ts";
import { listInstruments } from "../../exchange/list-instruments.ts";
import { FaultyDisk } from "../../log/faulty-disk-for-test.ts";
import { nodeDisk } from "../../log/node-disk.ts";
import { BTC, type Json, LIMIT_BUY } from "../gateway-for-test.ts";
import {
  type GrpcTestVenue,
  PROTO_DIRECTORY,
  StreamReader,
  startTestGrpc,
} from "./grpc-for-test.ts";
import { startGrpc } from "./grpc-gateway.ts";

const BUY = {
  symbol: "BTC-USD",
  side: "SIDE_BUY",
  ordType: "ORD_TYPE_LIMIT",
  price: "100.00",
  orderQty: "1.000",
};
const SELL = { ...BUY, side: "SIDE_SELL" };

test("an order that is entered, amended and canceled is reported as REST reports it", async (t) => {
  const venue = await startTestGrpc(t);
  const entered = await venue.ask("NewOrder", { ...BUY, clOrdId: "mine" });
  assert.equal(entered["answer"], "report");
  const { transactTime, orderId, ...report } = entered["report"];
  assert.ok(transactTime > 0);
  assert.deepEqual(report, {
    sequence: 3,
    clOrdId: "mine",
    symbol: "BTC-USD",
    side: "SIDE_BUY",
    ordType: "ORD_TYPE_LIMIT",
    timeInForce: "TIME_IN_FORCE_GTC",
    postOnly: false,
    ordStatus: "ORD_STATUS_NEW",
    price: "100.00",
    orderQty: "1.000",
    cumQty: "0.000",
    leavesQty: "1.000",
    reason: 0,
    fills: [],
    terms: null,
    ...{ slide: false, hidden: false, allOrNone: false, reduceOnly: false },
  });
  const amend = { order: { clOrdId: "mine" }, price: "99.50", newClOrdId: "later" };
  const amended = await venue.ask("AmendOrder", amend);
  assert.deepEqual(
    [amended["report"].price, amended["report"].clOrdId, amended["report"].orderId],
    ["99.50", "later", orderId],
  );
  const found = await venue.ask("GetOrder", { orderId });
  assert.deepEqual(found["report"].leavesQty, "1.000");
  const { orders } = await venue.ask("ListOpenOrders", {});
  assert.deepEqual(
    orders.map(({ clOrdId }: Json) => clOrdId),
    ["later"],
  );
  const canceled = await venue.ask("CancelOrder", { order: { orderId } });
  assert.deepEqual(
    [canceled["report"].ordStatus, canceled["report"].reason],
    ["ORD_STATUS_CANCELED", 1006],
  );
  const ended = await venue.ask("GetOrder", { clOrdId: "later" });
  assert.deepEqual(ended["report"], { ...canceled["report"], fills: [] });
});

test("an amend makes another type of an order", async (t) => {
  const venue = await startTestGrpc(t);
  await venue.ask("NewOrder", { ...BUY, clOrdId: "mine" });
  const amend = { order: { clOrdId: "mine" }, ordType: "ORD_TYPE_STOP", stopPx: "105.00" };
  const { report } = await venue.ask("AmendOrder", { ...amend, triggerBy: "TRIGGER_BY_MID" });
  assert.equal(report.ordType, "ORD_TYPE_STOP");
  const { report: found } = await venue.ask("GetOrder", { clOrdId: "mine" });
  assert.deepEqual([found.terms.stopPx, found.terms.triggerBy], ["105.00", "TRIGGER_BY_MID"]);
});

test("a trade stands in the report of who came later, with its fills", async (t) => {
  const venue = await startTestGrpc(t);
  await venue.ask("NewOrder", { ...SELL, orderQty: "0.400" }, 2);
  await venue.ask("NewOrder", { ...SELL, price: "100.50" }, 2);
  const { report } = await venue.ask("NewOrder", { ...BUY, price: "101.00" });
  assert.deepEqual(
    report.fills.map(({ lastPx, lastQty }: Json) => `${lastQty}@${lastPx}`),
    ["0.400@100.00", "0.600@100.50"],
  );
  assert.equal(report.ordStatus, "ORD_STATUS_FILLED");
});

test("orders of every kind, with terms and in lists, come back as they were asked", async (t) => {
  const venue = await startTestGrpc(t);
  const iceberg = { displayQty: "0.100", displayRandomQty: "0.010", stp: "STP_CANCEL_BOTH" };
  const shown = await venue.ask("NewOrder", { ...BUY, terms: iceberg, clOrdId: "ice" });
  assert.deepEqual(said(shown["report"].terms), iceberg);
  const stop = { stopPx: "150.00", triggerBy: "TRIGGER_BY_QUOTE", protection: "2.50" };
  const { price, ...unpriced } = BUY;
  const waiting = { ...unpriced, ordType: "ORD_TYPE_STOP", terms: stop, reduceOnly: false };
  const parked = await venue.ask("NewOrder", waiting);
  assert.deepEqual(said(parked["report"].terms), stop);
  const { orders } = await venue.ask("ListOpenOrders", {});
  assert.deepEqual(
    orders.map(({ terms }: Json) => said(terms)),
    [stop, iceberg],
  );

  const leg = (side: string, at: string) => ({ ...BUY, symbol: "", side, price: at });
  const list = {
    listType: "LIST_TYPE_OCO",
    symbol: "BTC-USD",
    orders: [
      leg("SIDE_SELL", "130.00"),
      { ...leg("SIDE_SELL", ""), ordType: "ORD_TYPE_STOP", terms: { stopPx: "80.00" } },
    ],
  };
  const { answer, list: entered } = await venue.ask("NewList", list);
  assert.equal(answer, "list");
  assert.deepEqual(
    entered.orders.map(({ ordType, ordStatus }: Json) => `${ordType} ${ordStatus}`),
    ["ORD_TYPE_LIMIT ORD_STATUS_NEW", "ORD_TYPE_STOP ORD_STATUS_NEW"],
  );
  const rejected = await venue.ask("NewList", {
    ...list,
    orders: [leg("SIDE_SELL", "130.00"), leg("SIDE_SELL", "130.00")],
    listType: "LIST_TYPE_OTO",
    symbol: "BTC-USD",
  });
  assert.equal(rejected["list"].orders.length, 2);
  const range = { symbol: "BTC-USD", side: "SIDE_BUY", priceMin: "90", priceMax: "110" };
  const { massCanceled } = await venue.ask("MassCancel", range);
  assert.ok(massCanceled.canceled > 0);
  const { report } = await venue.ask("GetOrder", { clOrdId: "ice" });
  assert.equal(report.ordStatus, "ORD_STATUS_CANCELED");
});

/** The terms that are not at their defaults. */
function said(terms: Json): Json {
  return Object.fromEntries(
    Object.entries(terms).filter(
      ([, value]) => value !== "" && value !== 0 && !/UNSPECIFIED$/.test(value),
    ),
  );
}

test("what cannot be is refused with the name, the number and what was expected", async (t) => {
  const venue = await startTestGrpc(t);
  const refusalOf = async (method: string, request: object) => {
    const { answer, refusal, report } = await venue.ask(method, request);
    return answer === "refusal" ? [refusal.code, refusal.reason] : [answer, report.reason];
  };
  assert.deepEqual(await refusalOf("NewOrder", { ...BUY, price: "100.25" }), ["OFF_GRID", 1034]);
  assert.deepEqual(await refusalOf("NewOrder", { ...BUY, side: 9 }), ["INVALID_FIELD", 0]);
  assert.deepEqual(await refusalOf("NewOrder", { symbol: "BTC-USD" }), ["MISSING_FIELD", 0]);
  assert.deepEqual(await refusalOf("NewOrder", { ...BUY, symbol: "NONE" }), [
    "UNKNOWN_INSTRUMENT",
    1,
  ]);
  assert.deepEqual(await refusalOf("NewOrder", { ...BUY, orderQty: "5000" }), ["report", 13]);
  assert.deepEqual(await refusalOf("CancelOrder", {}), ["MISSING_FIELD", 0]);
  assert.deepEqual(await refusalOf("CancelOrder", { order: { orderId: 77 } }), [
    "UNKNOWN_ORDER",
    1000,
  ]);
  assert.deepEqual(await refusalOf("GetOrder", { clOrdId: "none" }), ["UNKNOWN_ORDER", 1000]);
  const wordsOf = async (request: object) => {
    const { refusal } = await venue.ask("NewOrder", request);
    return refusal.message;
  };
  assert.equal(
    await wordsOf({ ...BUY, orderQty: "0.0001" }),
    'order_qty: expected a multiple of 0.001, found "0.0001"',
  );
  assert.equal(
    await wordsOf({ ...BUY, side: "SIDE_UNSPECIFIED" }),
    "side: expected SIDE_BUY or SIDE_SELL, found nothing",
  );
  assert.match(await wordsOf({ ...BUY, ordType: 99 }), /^ord_type: expected ORD_TYPE_LIMIT, /);
});

test("nobody enters anything without a key, and everybody may look at the market", async (t) => {
  const venue = await startTestGrpc(t);
  await assert.rejects(venue.ask("NewOrder", BUY, 0), { code: grpc.status.UNAUTHENTICATED });
  const trade = new StreamReader(venue.client("OrderEntry").Trade(venue.metadata(0)));
  assert.equal((await trade.ended).code, grpc.status.UNAUTHENTICATED);
  const viewer = venue.metadataOf(venue.gateway.others.viewer);
  const entering = new StreamReader(venue.client("OrderEntry").Trade(viewer));
  assert.equal((await entering.ended).code, grpc.status.PERMISSION_DENIED);
  const listed = await listOf(venue);
  assert.deepEqual(
    listed.map(({ symbol, tickSize }: Json) => `${symbol} ${tickSize}`),
    ["BTC-USD 0.50", "OIL 1"],
  );
});

/** Of everybody: it needs no key. */
function listOf(venue: GrpcTestVenue): Promise<readonly Json[]> {
  return new Promise((resolve, reject) => {
    venue.client("MarketData").ListInstruments({}, (error: Error | null, answer: Json) => {
      if (error === null) resolve(answer["instruments"]);
      else reject(error);
    });
  });
}

test("an instrument is listed with its limits and the way of its protected orders", async (t) => {
  const venue = await startTestGrpc(t);
  const limited = { ...BTC, instrumentId: 3, symbol: "LIMITED", restsAtProtection: true };
  await listInstruments(venue.gateway.exchange, [
    { ...limited, notionalMin: 10, notionalMax: 1_000_000 },
  ]);
  const [plain, , listed] = await listOf(venue);
  const facts = ({ notionalMin, notionalMax, ...listed }: Json): unknown[] => [
    ...[notionalMin, notionalMax, listed["restsAtProtection"], listed["itchPriceUnit"]],
  ];
  assert.deepEqual(facts(plain), ["", "", false, "0.001"]);
  // Ticks of 0.50 and lots of 0.001.
  assert.deepEqual(facts(listed), ["0.00500", "500.00000", true, "0.001"]);
});

test("an order that takes any price once it is fired has none, working or ended", async (t) => {
  const venue = await startTestGrpc(t);
  for (const ordType of ["ORD_TYPE_STOP", "ORD_TYPE_MARKET_IF_TOUCHED"]) {
    const waiting = { ...BUY, price: "", ordType, terms: { stopPx: "150.00" } };
    const { report } = await venue.ask("NewOrder", waiting);
    const order = { orderId: report.orderId };
    const working = await venue.ask("GetOrder", order);
    const canceled = await venue.ask("CancelOrder", { order });
    const ended = await venue.ask("GetOrder", order);
    assert.deepEqual(
      [{ report }, working, canceled, ended].map((answer) => [
        answer["report"].ordType === ordType || ordType,
        answer["report"].price,
      ]),
      Array.from({ length: 4 }, () => [true, ""]),
    );
  }
});

test("batches of every kind of request are answered each by one batch, in order", async (t) => {
  const venue = await startTestGrpc(t);
  const call = venue.client("OrderEntry").Trade(venue.metadata());
  const reader = new StreamReader(call);
  call.write({
    batchId: 7,
    requests: [{ new: { ...BUY, clOrdId: "a" } }, { new: { ...BUY, clOrdId: "b" } }],
  });
  call.write({
    batchId: 8,
    requests: [
      { cancel: { order: { clOrdId: "a" } } },
      { new: { ...BUY, price: "1.23" } },
      { amend: { order: { clOrdId: "b" }, orderQty: "3" } },
      { cancelOnDisconnect: { on: true } },
      { massCancel: {} },
      {},
    ],
  });
  call.write({ batchId: 9, requests: [{ new: { ...SELL, clOrdId: "c" } }] });
  call.end();
  assert.equal((await reader.ended).code, grpc.status.OK);
  assert.deepEqual(
    reader.messages.map(({ batchId, answers }) => [batchId, answers.map(textOf).join(" ")]),
    [
      [7, "ORD_STATUS_NEW:1.000 ORD_STATUS_NEW:1.000"],
      [8, "ORD_STATUS_CANCELED:0.000 OFF_GRID ORD_STATUS_NEW:3.000 done 1 canceled MISSING_FIELD"],
      [9, "ORD_STATUS_NEW:1.000"],
    ],
  );
});

function textOf({ answer, report, refusal, massCanceled }: Json): string {
  if (answer === "report") return `${report.ordStatus}:${report.leavesQty}`;
  if (answer === "refusal") return refusal.code;
  return answer === "massCanceled" ? `${massCanceled.canceled} canceled` : answer;
}

test("a stream that asked for it takes its orders along when it is cut", async (t) => {
  const venue = await startTestGrpc(t);
  const watcher = new StreamReader(
    venue.client("OrderEntry").StreamExecutions({}, venue.metadata()),
  );
  const call = venue.client("OrderEntry").Trade(venue.metadata());
  const reader = new StreamReader(call);
  call.write({ requests: [{ cancelOnDisconnect: { on: true } }, { new: BUY }] });
  await reader.entries("answers", 2);
  call.cancel();
  const executions = await watcher.entries("executions", 2);
  assert.deepEqual(
    executions.map(({ execType, reason }) => `${execType} ${reason}`),
    ["EXEC_TYPE_NEW 0", "EXEC_TYPE_CANCELED 1104"],
  );
});

test("a batch that is none ends its stream behind the answers to those before it", async (t) => {
  const disk = new FaultyDisk(nodeDisk);
  const venue = await startTestGrpc(t, {}, disk);
  const call = venue.client("OrderEntry").Trade(venue.metadata());
  const reader = new StreamReader(call);
  disk.hold();
  call.write({ batchId: 1, requests: [{ new: { ...BUY, clOrdId: "one" } }] });
  call.write({ batchId: 2, requests: [] });
  call.write({ batchId: 3, requests: [{ new: { ...BUY, clOrdId: "three" } }] });
  await until("it is entered", () => venue.gateway.exchange.health().sequence === 3);
  disk.letGo();
  const { code, details } = await reader.ended;
  assert.deepEqual(
    [code, details],
    [grpc.status.INVALID_ARGUMENT, "requests: expected 1 to 1000, found 0"],
  );
  assert.deepEqual(
    reader.messages.map(({ batchId, answers }) => [batchId, answers[0].report.clOrdId]),
    [[1, "one"]],
  );
  const { orders } = await venue.ask("ListOpenOrders", {});
  assert.equal(orders.length, 1);
});

test("orders that wait for an answer when their stream is cut go with it too", async (t) => {
  const disk = new FaultyDisk(nodeDisk);
  const venue = await startTestGrpc(t, {}, disk);
  const { exchange } = venue.gateway;
  const asked = t.mock.method(exchange, "queryOrderByClOrdId");
  const call = venue.client("OrderEntry").Trade(venue.metadata());
  const reader = new StreamReader(call);
  call.write({ requests: [{ cancelOnDisconnect: { on: true } }] });
  await reader.entries("answers", 1);
  disk.hold();
  const early = { ...BUY, clOrdId: "early" };
  await venue.gateway.ask("POST", "/orders?ack=accepted", { ...LIMIT_BUY, clOrdId: "other" });
  // Which instrument the amend is about is told when the order before it is durable.
  call.write({
    requests: [{ new: early }, { amend: { order: { clOrdId: "early" }, price: "101" } }],
  });
  await until("the exchange is asked", () => asked.mock.callCount() === 1);
  call.cancel();
  await until("the stream is over", () => venue.grpc.streamCount === 0);
  const { sequence } = exchange.health();
  disk.letGo();
  await until("both are entered", () => exchange.health().sequence >= sequence + 2);
  const { orders } = await venue.ask("ListOpenOrders", {});
  assert.deepEqual(
    orders.map(({ clOrdId }: Json) => clOrdId),
    ["other"],
  );
});

test("the private stream goes on where a client left off, without gap or repetition", async (t) => {
  const venue = await startTestGrpc(t);
  const live = new StreamReader(venue.client("OrderEntry").StreamExecutions({}, venue.metadata()));
  for (let i = 0; i < 5; i++) await venue.ask("NewOrder", { ...BUY, clOrdId: `before-${i}` });
  await venue.gateway.enter({ side: "sell", orderQty: "2.5" }, 2);
  await venue.ask("NewOrder", { ...BUY, clOrdId: "last" });
  const told = await live.entries("executions", 9);
  const { sequence } = told[3] ?? {};

  venue.gateway.history.hold();
  const request = { afterSequence: sequence };
  const again = new StreamReader(
    venue.client("OrderEntry").StreamExecutions(request, venue.metadata()),
  );
  await venue.ask("NewOrder", { ...BUY, clOrdId: "meanwhile" });
  venue.gateway.history.release();
  const all = await live.entries("executions", 10);
  const missed = all.filter((each) => each["sequence"] > sequence);
  assert.deepEqual(await again.entries("executions", missed.length), missed);
  assert.deepEqual(
    [...new Set(all.map(({ execType }) => execType))],
    ["EXEC_TYPE_NEW", "EXEC_TYPE_TRADE"],
  );
});

test("what becomes of a past trade is told as it happens and later", async (t) => {
  const venue = await startTestGrpc(t);
  await venue.gateway.operate("setAccount", { accountId: 1 });
  const watch = (request: object) =>
    new StreamReader(venue.client("OrderEntry").StreamExecutions(request, venue.metadata()));
  const live = watch({});
  const { report } = await venue.ask("NewOrder", BUY);
  await venue.gateway.enter({ side: "sell" }, 2);
  const [, { sequence, tradeId }] = await live.entries("executions", 2);
  const correction = { tradeId, lastQtyLots: 250, lastPxTicks: 180 };
  await venue.gateway.operate("correctTrade", correction);
  await venue.gateway.operate("bustTrade", { tradeId });
  const told = (await live.entries("executions", 4)).slice(2);
  assert.deepEqual(
    told.map(({ execType }) => execType),
    ["EXEC_TYPE_TRADE_CORRECTED", "EXEC_TYPE_TRADE_BUSTED"],
  );
  for (const { orderId, side, lastPx, lastQty, cumQty, leavesQty, ...rest } of told) {
    assert.deepEqual([orderId, side, rest["tradeId"]], [report.orderId, "SIDE_BUY", tradeId]);
    assert.deepEqual([lastPx, lastQty, cumQty, leavesQty], ["90.00", "0.250", "", ""]);
  }
  const again = watch({ afterSequence: sequence });
  assert.deepEqual(await again.entries("executions", 2), told);
});

test("a book rebuilt from the depth stream is the book; trades and tops are told", async (t) => {
  const venue = await startTestGrpc(t);
  await venue.ask("NewOrder", BUY);
  const request = { symbols: ["BTC-USD", "BTC-USD"] };
  const open = (method: string) => new StreamReader(venue.client("MarketData")[method](request));
  const [depth, top, trades, status] = [
    open("StreamDepth"),
    open("StreamTop"),
    open("StreamTrades"),
    open("StreamStatus"),
  ];
  await depth.entries("depths", 1);
  await top.entries("tops", 1);
  assert.equal((await status.entries("statuses", 1))[0]?.["phase"], "PHASE_CONTINUOUS");
  await venue.ask("NewOrder", { ...SELL, orderQty: "0.400" }, 2);
  await venue.ask("NewOrder", { ...SELL, price: "101.50" }, 2);
  const [trade] = await trades.entries("trades", 1);
  assert.deepEqual(
    [trade?.["price"], trade?.["qty"], trade?.["aggressorSide"]],
    ["100.00", "0.400", "SIDE_SELL"],
  );
  const tops = await top.entries("tops", 3);
  assert.deepEqual(tops[2]?.["ask"], { price: "101.50", qty: "1.000", orders: 1 });
  const depths = await depth.entries("depths", 3);
  assert.deepEqual(
    depths.map(({ isSnapshot }) => isSnapshot),
    [true, false, false],
  );
  assert.equal(depths[2]?.["rptSeq"], depths[0]?.["rptSeq"] + 2);
  assert.deepEqual(bookOf(depths), { "bid 100.00": "0.600", "ask 101.50": "1.000" });
});

function bookOf(depths: readonly Json[]): Record<string, string> {
  const book: Record<string, string> = {};
  for (const { bids, asks } of depths) {
    for (const [side, levels] of [
      ["bid", bids],
      ["ask", asks],
    ] as const) {
      for (const { price, qty } of levels) {
        if (qty === "0") delete book[`${side} ${price}`];
        else book[`${side} ${price}`] = qty;
      }
    }
  }
  return book;
}

test("a symbol that nobody lists, or none, ends a stream of market data", async (t) => {
  const venue = await startTestGrpc(t);
  const endOf = async (symbols: string[]) => {
    const reader = new StreamReader(venue.client("MarketData").StreamTop({ symbols }));
    return (await reader.ended).code;
  };
  assert.equal(await endOf(["NONE"]), grpc.status.NOT_FOUND);
  assert.equal(await endOf([]), grpc.status.INVALID_ARGUMENT);
});

test("health says that the exchange serves, and that it stops", async (t) => {
  const venue = await startTestGrpc(t);
  const client = venue.dial(grpc.makeGenericClientConstructor(healthService, "Health"));
  const check = () =>
    new Promise<Json>((resolve, reject) => {
      const request = { service: "outcry.v1.OrderEntry" };
      client.Check(request, (error: Error | null, answer: Json) => {
        if (error === null) resolve(answer);
        else reject(error);
      });
    });
  assert.equal((await check())["status"], "SERVING");
  const watch = new StreamReader(client.Watch({ service: "" }));
  const trade = new StreamReader(venue.client("OrderEntry").Trade(venue.metadata()));
  const executions = new StreamReader(
    venue.client("OrderEntry").StreamExecutions({}, venue.metadata()),
  );
  await watch.until(() => watch.messages.length > 0);
  await venue.untilStreams(2);
  await venue.grpc.stop(300);
  assert.deepEqual(
    watch.messages.map(({ status }) => status),
    ["SERVING", "NOT_SERVING"],
  );
  assert.equal((await trade.ended).code, grpc.status.UNAVAILABLE);
  assert.equal((await executions.ended).code, grpc.status.UNAVAILABLE);
});

test("a port that is taken is named", async (t) => {
  const venue = await startTestGrpc(t);
  const { exchange, history, keys } = venue.gateway;
  const { port } = venue.grpc;
  const again = startGrpc({
    ...{ venue: exchange, history, keys, host: "127.0.0.1", port },
    protoDirectory: PROTO_DIRECTORY,
  });
  await assert.rejects(again, { code: "PORT_IN_USE", message: new RegExp(`^gRPC port ${port} `) });
});
