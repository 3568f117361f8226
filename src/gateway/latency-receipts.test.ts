import assert from "node:assert/strict";
import { test } from "node:test";
import { SocketClient, type WireFields } from "../client/index.ts";
import { accountQueryRequest, cancelRequest } from "../client/ouch-requests.ts";
import { startEveryPort } from "./every-port-for-test.ts";
import { dialFix } from "./fix/fix-for-test.ts";
import { LIMIT_BUY, startTestGateway } from "./gateway-for-test.ts";
import { StreamReader } from "./grpc/grpc-for-test.ts";
import { BUY, SELL } from "./ouch/ouch-for-test.ts";

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

  const orders = [{ new: LIMIT_BUY }];
  const rest = await gateway.ask("POST", "/orders/batch?receipt=true", { orders });
  assertInOrder(rest.json["results"][0].receipt);

  const { json } = await gateway.ask("GET", "/metrics");
  const counted = (protocol: string) => countOf(json["text"], protocol);
  assert.deepEqual([counted("rest"), counted("websocket")], [4, 3]);
});

test("an answer that does not wait for the disk has no time of the disk", async (t) => {
  const gateway = await startTestGateway(t);
  const { json } = await gateway.ask("POST", "/orders?ack=accepted&receipt=true", LIMIT_BUY);
  const { durable, ...times } = json["receipt"];
  assert.equal(durable, null);
  assert.deepEqual(Object.keys(times), ["ingress", "sequenced", "matched", "egress"]);
});

test("OUCH tells in an option of its reports, as an account query asked", async (t) => {
  const { venue } = await startEveryPort(t);
  const trader = await venue.connect();
  const quiet = await venue.connect();
  trader.enter({ ...BUY, userRefNum: 1 });
  await trader.first(2);
  trader.client.send(accountQueryRequest(true));
  trader.enter({ ...BUY, userRefNum: 2, options: { maxFloor: 5 } });
  const other = await venue.connect(2);
  other.enter({ ...SELL, userRefNum: 1 });
  await trader.first(5);
  trader.client.send(cancelRequest(2));
  trader.enter({ ...BUY, userRefNum: 3, symbol: "NOBODY" });
  await trader.first(7);
  trader.client.send(accountQueryRequest(false));
  trader.enter({ ...BUY, userRefNum: 4 });
  const reports = await trader.first(8);
  assert.equal(trader.story, "S A1 A2 R2 E1 C2 J3 A4");
  for (const { receipt } of reports.slice(2, 7)) {
    assert.ok(receipt !== undefined);
    assertInOrder(receipt);
  }
  const bare = reports.map(({ receipt: _, ...report }) => report);
  assert.deepEqual(await quiet.first(8), bare, "who did not ask is told the rest");
  assert.deepEqual(
    reports.map(({ receipt }) => receipt !== undefined),
    [false, false, true, true, true, true, true, false],
  );
  assert.equal(countOf(await venue.metrics.render(), "ouch"), 5);
  // What is told again is of the past.
  const again = await venue.connect(1, { session: trader.client.session, sequence: 1 });
  again.client.send(accountQueryRequest(true));
  assert.deepEqual(await again.first(8), bare);
});

test("both sides of a trade are told in every protocol when it passed each stage", async (t) => {
  const every = await startEveryPort(t);
  const { venue, grpcDialer } = every;
  const fix = await dialFix(every.fix.port, venue);
  t.after(() => fix.cut());
  fix.logOn("20100=Y");
  assert.equal((await fix.until((each) => each[35] === "A"))[20100], "Y");
  const told: WireFields[] = [];
  const socket = await SocketClient.connect({
    ...{ url: venue.server.url, key: venue.keyTexts[0] },
    onStream: (message) => told.push(message),
  });
  t.after(() => socket.close());
  await socket.subscribe("orders");
  await socket.ask("receipts", { on: true });
  const metadata = grpcDialer.metadata();
  metadata.set("outcry-receipt", "true");
  const client = grpcDialer.client("OrderEntry");
  const stream = new StreamReader(client.StreamExecutions({}, metadata));
  await stream.until(() => every.grpc.streamCount === 1);

  // The other side asks for nothing, and is told nothing.
  fix.enter("MAKER", "55=ACME 54=2 40=2 59=1 38=10 44=100.00");
  await fix.until((each) => each[11] === "MAKER");
  const taker = await venue.connect(2);
  taker.enter({ ...BUY, userRefNum: 1 });
  const fill = await fix.until((each) => each[150] === "F");
  const nanos = (tag: number): number => Number(fill[tag]);
  const times = { ingress: nanos(20101), sequenced: nanos(20102), matched: nanos(20103) };
  assertInOrder({ ...times, durable: nanos(20104), egress: nanos(20105) });
  await socket.ask("ping"); // Behind the executions.
  for (const execution of told) assertInOrder(receiptOf(execution));
  assert.deepEqual(
    told.map(({ execType }) => execType),
    ["new", "trade"],
  );
  const executions = await stream.entries("executions", 2);
  for (const { receipt } of executions) assertInOrder(receipt);
  const { sequenced, matched } = executions[1]["receipt"];
  assert.deepEqual({ sequenced, matched }, { sequenced: nanos(20102), matched: nanos(20103) });

  const order = { symbol: "ACME", side: "SIDE_BUY", ordType: "ORD_TYPE_LIMIT", price: "90" };
  const trade = client.Trade(metadata);
  const answers = new StreamReader(trade);
  trade.write({ batchId: 1, requests: [{ new: { ...order, orderQty: "1" } }, { cancel: {} }] });
  const [entered, refused] = await answers.entries("answers", 2);
  assertInOrder(entered["receipt"]);
  assert.equal(refused["receipt"], null);
  trade.end();
  fix.send("q", `11=ALL 530=7 ${"60=20260101-00:00:00"}`);
  assert.ok((await fix.until((each) => each[35] === "r"))[20105] !== undefined);

  const metrics = await venue.metrics.render();
  assert.deepEqual([countOf(metrics, "fix"), countOf(metrics, "grpc")], [5, 5]);
});

/** How many receipts of the protocol are in the histograms. */
function countOf(metrics: string, protocol: string): number {
  const line = `^outcry_stage_seconds_count\\{protocol="${protocol}",stage="durable"\\} (\\d+)$`;
  return Number(new RegExp(line, "m").exec(metrics)?.[1]);
}

function receiptOf({ receipt }: WireFields): Readonly<Record<string, number>> {
  return receipt as Readonly<Record<string, number>>;
}
