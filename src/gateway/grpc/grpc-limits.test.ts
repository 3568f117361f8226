// What a client can do wrong or too much of, and that it hurts nobody else.

import assert from "node:assert/strict";
import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
} from "node:http2";
import { createRequire } from "node:module";
import { connect as dial } from "node:net";
import { test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { EVENT_ACCEPTED } from "../../codec/event.ts";
import type {
  HistoryExecution,
  HistoryExecutionsQuery,
  HistoryQueries,
} from "../../model/history.ts";
import { type Clock, systemClock } from "../../ops/clock.ts";
import { Metrics } from "../../ops/metrics.ts";
import type { Json } from "../gateway-for-test.ts";
import {
  GRPC_ANSWERS_UNREAD_BYTES_MAX,
  GRPC_FIRST_WORDS_MILLIS_MAX,
  GRPC_PUBLIC_STREAMS_MAX,
  GRPC_REQUEST_BYTES_MAX,
  GRPC_RESUMES_OF_ACCOUNT_MAX,
  GRPC_STALLED_MILLIS_MAX,
  GRPC_STREAMS_OF_ACCOUNT_MAX,
} from "../limits.ts";
import { UnreadBudget } from "../unread-budget.ts";
import { DEFINITIONS, type GrpcTestVenue, StreamReader, startTestGrpc } from "./grpc-for-test.ts";

const { RESOURCE_EXHAUSTED, UNAUTHENTICATED } = grpc.status;
const { resolve } = createRequire(import.meta.url);
const REFLECTION = "@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto";

const BUY = { symbol: "BTC-USD", side: "SIDE_BUY", ordType: "ORD_TYPE_LIMIT", orderQty: "1" };

/** A batch of orders that all rest. */
function batchOf(batchId: number, count: number): object {
  return {
    batchId,
    requests: Array.from({ length: count }, () => ({ new: { ...BUY, price: "9" } })),
  };
}

function codeOf(request: Promise<unknown>): Promise<number> {
  return request.then(
    () => grpc.status.OK,
    (error: grpc.ServiceError) => error.code,
  );
}

/** A question behind everything else: it is answered by whoever still serves. */
async function assertServes(venue: GrpcTestVenue): Promise<void> {
  const { report } = await venue.ask("NewOrder", { ...BUY, price: "9" }, 2);
  assert.equal(report.ordStatus, "ORD_STATUS_NEW");
}

test("reflection names the services and gives their files, to whoever has no key", async (t) => {
  const venue = await startTestGrpc(t);
  // biome-ignore lint/suspicious/noExplicitAny: what the library makes of the proto file.
  const loaded: any = grpc.loadPackageDefinition(loadSync(resolve(REFLECTION)));
  const client = venue.dial(loaded.grpc.reflection.v1.ServerReflection);
  const call = client.ServerReflectionInfo();
  const reader = new StreamReader(call);
  call.write({ listServices: "" });
  await reader.until(() => reader.messages.length === 1);
  const services = reader.messages[0]["listServicesResponse"].service;
  const names = services.map(({ name }: { name: string }) => name);
  for (const name of ["outcry.v1.OrderEntry", "outcry.v1.MarketData", "grpc.health.v1.Health"]) {
    assert.ok(names.includes(name), name);
  }
  call.write({ fileContainingSymbol: "outcry.v1.NewOrder" });
  await reader.until(() => reader.messages.length === 2);
  const files: Buffer[] = reader.messages[1]["fileDescriptorResponse"].fileDescriptorProto;
  assert.ok(files.some((file) => file.includes("AmendOrder")));
  call.write({ fileContainingSymbol: "grpc.health.v1.Health" });
  await reader.until(() => reader.messages.length === 3);
  const [health]: Buffer[] = reader.messages[2]["fileDescriptorResponse"].fileDescriptorProto;
  assert.ok(health.includes("HealthCheckRequest"));
  call.write({ fileContainingSymbol: "outcry.v1.Nothing" });
  await reader.until(() => reader.messages.length === 4);
  assert.equal(reader.messages[3]["errorResponse"].errorCode, grpc.status.NOT_FOUND);
  call.end();
});

test("a message that is too large ends its call, and no other", async (t) => {
  const venue = await startTestGrpc(t);
  const clOrdId = "x".repeat(GRPC_REQUEST_BYTES_MAX);
  assert.equal(await codeOf(venue.ask("NewOrder", { ...BUY, clOrdId })), RESOURCE_EXHAUSTED);
  const client = venue.client("OrderEntry");
  const other = client.Trade(venue.metadata(2));
  const answers = new StreamReader(other);
  const call = client.Trade(venue.metadata());
  const reader = new StreamReader(call);
  call.write({ batchId: 1, requests: [{ new: { ...BUY, clOrdId } }] });
  assert.equal((await reader.ended).code, RESOURCE_EXHAUSTED);
  other.write(batchOf(1, 1));
  assert.equal((await answers.entries("answers", 1)).length, 1);
  other.end();
  await assertServes(venue);
});

test("beyond the streams of market data the oldest makes way, who has a key stays", async (t) => {
  const venue = await startTestGrpc(t);
  const readers: StreamReader[] = [];
  /** Each client has a connection of its own, which has so many calls at most. */
  const callsOfClient = GRPC_PUBLIC_STREAMS_MAX / 4;
  let client = venue.client("MarketData");
  const open = (): StreamReader => {
    const reader = new StreamReader(client.StreamTop({ symbols: ["BTC-USD"] }));
    readers.push(reader);
    return reader;
  };
  while (readers.length < GRPC_PUBLIC_STREAMS_MAX) {
    if (readers.length % callsOfClient === 0) client = venue.client("MarketData", true);
    open();
  }
  await venue.untilStreams(GRPC_PUBLIC_STREAMS_MAX);
  client = venue.client("MarketData", true);
  const newest = open();
  const gone = await readers[0].ended;
  assert.deepEqual([gone.code, /streams/.test(gone.details)], [RESOURCE_EXHAUSTED, true]);
  await newest.until(() => newest.messages.length > 0);
  await assertServes(venue);
  const trade = venue.client("OrderEntry", true).Trade(venue.metadata());
  trade.write(batchOf(1, 1));
  assert.equal((await new StreamReader(trade).entries("answers", 1)).length, 1, "who has a key");
  trade.end();
});

test("an account has a share of the streams, and leaves the others theirs", async (t) => {
  const venue = await startTestGrpc(t);
  const client = venue.client("OrderEntry", true);
  const open = (accountId: number): StreamReader =>
    new StreamReader(client.StreamExecutions({}, venue.metadata(accountId)));
  for (let i = 0; i < GRPC_STREAMS_OF_ACCOUNT_MAX; i++) open(1);
  await venue.untilStreams(GRPC_STREAMS_OF_ACCOUNT_MAX);
  const refused = await open(1).ended;
  assert.deepEqual([refused.code, /streams/.test(refused.details)], [RESOURCE_EXHAUSTED, true]);
  const trade = venue.client("OrderEntry", true).Trade(venue.metadata(2));
  trade.write(batchOf(1, 1));
  assert.equal((await new StreamReader(trade).entries("answers", 1)).length, 1);
  trade.end();
});

/** A past without end, which is told a page at a time when it is let go. */
class EndlessHistory implements HistoryQueries {
  askedCount = 0;
  readonly #gate = Promise.withResolvers<void>();

  letGo(): void {
    this.#gate.resolve();
  }

  async executions({ rowsMax }: HistoryExecutionsQuery) {
    this.askedCount++;
    await this.#gate.promise;
    await new Promise((resolve) => setImmediate(resolve));
    const rows = Array.from({ length: rowsMax }, () => EXECUTION);
    return { rows, sequence: Number.MAX_SAFE_INTEGER };
  }

  orders = () => Promise.reject(new Error("nobody asks"));
  executedOf = () => Promise.reject(new Error("nobody asks"));
  orderById = () => Promise.reject(new Error("nobody asks"));
  orderByClOrdId = () => Promise.reject(new Error("nobody asks"));
}

const EXECUTION: HistoryExecution = {
  ...{ sequence: 1, index: 0, timeMicros: 1, eventKind: EVENT_ACCEPTED, instrumentId: 1 },
  ...{ orderId: 1, clOrdId: "x", side: 1, lastPxTicks: 0, lastQtyLots: 0, cumQtyLots: 0 },
  ...{ leavesQtyLots: 1, tradeId: 0, reason: 0 },
};
const LONG_AGO = { afterSequence: 0 };

test("who goes while he hears the past is told no more of it", async (t) => {
  const history = new EndlessHistory();
  const venue = await startTestGrpc(t, { history });
  const call = venue.client("OrderEntry").StreamExecutions(LONG_AGO, venue.metadata());
  const reader = new StreamReader(call);
  await venue.untilStreams(1);
  call.cancel();
  await reader.ended;
  while (venue.grpc.streamCount > 0) await new Promise((resolve) => setImmediate(resolve));
  history.letGo();
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(history.askedCount <= 2, `asked ${history.askedCount} times`);
});

test("an account hears the past on few streams at a time", async (t) => {
  const history = new EndlessHistory();
  const venue = await startTestGrpc(t, { history });
  const client = venue.client("OrderEntry");
  const open = (accountId: number): StreamReader =>
    new StreamReader(client.StreamExecutions(LONG_AGO, venue.metadata(accountId)));
  for (let i = 0; i < GRPC_RESUMES_OF_ACCOUNT_MAX; i++) open(1);
  await venue.untilStreams(GRPC_RESUMES_OF_ACCOUNT_MAX);
  const refused = await open(1).ended;
  assert.deepEqual(
    [refused.code, /after_sequence/.test(refused.details)],
    [RESOURCE_EXHAUSTED, true],
  );
  open(2);
  await venue.untilStreams(GRPC_RESUMES_OF_ACCOUNT_MAX + 1);
});

/** The system's clock, but for the time that a client may take over a message. */
class StallClock implements Clock {
  /** Messages that their clients have not taken. */
  readonly untaken = new Set<() => void>();

  nowMicros(): number {
    return systemClock.nowMicros();
  }

  nowNanos(): number {
    return systemClock.nowNanos();
  }

  after(millis: number, callback: () => void): () => void {
    if (millis !== GRPC_STALLED_MILLIS_MAX) return systemClock.after(millis, callback);
    this.untaken.add(callback);
    return () => this.untaken.delete(callback);
  }
}

/** The system's clock, but ten seconds are a tenth of one. */
const HASTY: Clock = {
  nowMicros: () => systemClock.nowMicros(),
  nowNanos: () => systemClock.nowNanos(),
  after: (millis, callback) =>
    systemClock.after(millis === GRPC_FIRST_WORDS_MILLIS_MAX ? millis / 100 : millis, callback),
};

test("who does not begin to speak HTTP/2 in time is cut, and who does stays", async (t) => {
  const venue = await startTestGrpc(t, { clock: HASTY });
  const stream = new StreamReader(
    venue.client("OrderEntry").StreamExecutions({}, venue.metadata()),
  );
  await venue.untilStreams(1);
  const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  const ends = ["", "P", preface.slice(0, -1), preface].map(async (words) => {
    const socket = dial(Number(venue.address.split(":")[1]), "127.0.0.1");
    socket.on("error", () => {});
    socket.resume();
    socket.write(words);
    await once(socket, "close");
  });
  await Promise.all(ends);
  await assertServes(venue);
  await venue.ask("NewOrder", { ...BUY, price: "9" });
  assert.equal((await stream.entries("executions", 1)).length, 1);
});

/** Until so much is on its way that nothing moves any more. */
async function untilStill(venue: GrpcTestVenue): Promise<void> {
  const { exchange } = venue.gateway;
  for (let still = 0, last = 0; still < 300; still++) {
    await new Promise((wake) => setImmediate(wake));
    const { sequence, durableSequence } = exchange.health();
    if (sequence !== last || durableSequence !== last) still = 0;
    last = sequence;
  }
}

const FRAME_BYTES = 5;

/** A call over bare HTTP/2, which reads nothing before it is told to; the library reads ahead. */
class UnreadCall {
  readonly #session: ClientHttp2Session;
  readonly #stream: ClientHttp2Stream;
  readonly #method: grpc.MethodDefinition<object, Json>;

  constructor(venue: GrpcTestVenue, method: "Trade" | "StreamExecutions") {
    const service = DEFINITIONS["outcry.v1.OrderEntry"] as unknown as grpc.ServiceDefinition;
    this.#method = service[method];
    this.#session = connect(`http://${venue.address}`);
    this.#stream = this.#session.request({
      ":method": "POST",
      ":path": this.#method.path,
      "content-type": "application/grpc",
      authorization: `Bearer ${venue.gateway.keyTexts[0]}`,
      te: "trailers",
    });
    this.#session.on("error", () => {});
    this.#stream.on("error", () => {});
  }

  send(message: object): void {
    const body = this.#method.requestSerialize(message);
    const frame = Buffer.alloc(FRAME_BYTES);
    frame.writeUInt32BE(body.length, 1);
    this.#stream.write(Buffer.concat([frame, body]));
  }

  /** Nothing more is asked. */
  end(): void {
    this.#stream.end();
  }

  /** Reads everything: the messages, and the status that the call ended with. */
  async readAll(
    messagesMax: number,
  ): Promise<{ messages: Json[]; status: string; details: string }> {
    const messages: Json[] = [];
    let trailers: IncomingHttpHeaders = {};
    this.#stream.on("trailers", (headers) => {
      trailers = headers;
    });
    let rest = Buffer.alloc(0);
    for await (const bytes of this.#stream) {
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= FRAME_BYTES) {
        const end = FRAME_BYTES + rest.readUInt32BE(1);
        if (rest.length < end) break;
        messages.push(this.#method.responseDeserialize(rest.subarray(FRAME_BYTES, end)));
        rest = rest.subarray(end);
      }
      if (messages.length === messagesMax) break;
    }
    this.#session.destroy();
    const [status, details] = [trailers["grpc-status"], trailers["grpc-message"]];
    return { messages, status: String(status), details: decodeURIComponent(String(details)) };
  }
}

test("who does not read a stream for too long loses it, and nobody else anything", async (t) => {
  const clock = new StallClock();
  const metrics = new Metrics();
  const venue = await startTestGrpc(t, { clock, metrics });
  const unread = new UnreadCall(venue, "StreamExecutions");
  unread.send({});
  unread.end();
  const client = venue.client("OrderEntry");
  const read = new StreamReader(client.StreamExecutions({}, venue.metadata()));
  await venue.untilStreams(2);
  const trade = client.Trade(venue.metadata());
  const answers = new StreamReader(trade);
  for (let batchId = 1; batchId <= 6; batchId++) trade.write(batchOf(batchId, 1000));
  await answers.until(() => answers.messages.length === 6);
  await read.until(() => read.messages.at(-1)?.["executions"].at(-1).sequence === 6002);
  assert.equal(clock.untaken.size, 1, "the others have taken everything");
  for (const isOverdue of clock.untaken) isOverdue();
  const { messages, status, details } = await unread.readAll(Number.POSITIVE_INFINITY);
  assert.ok(messages.length < 6000);
  assert.deepEqual([Number(status), /slow consumer/.test(details)], [RESOURCE_EXHAUSTED, true]);
  assert.match(await metrics.render(), /^outcry_grpc_slow_total 1$/m);
  trade.end();
  await assertServes(venue);
});

test("who does not read his answers is not read from, until he reads", async (t) => {
  const metrics = new Metrics();
  const venue = await startTestGrpc(t, { metrics, clock: new StallClock() });
  const trade = new UnreadCall(venue, "Trade");
  const batches = 40;
  for (let batchId = 1; batchId <= batches; batchId++) trade.send(batchOf(batchId, 1000));
  await venue.untilStreams(1);
  await untilStill(venue);
  const { sequence } = venue.gateway.exchange.health();
  assert.ok(sequence < batches * 1000, `not all is entered, found ${sequence}`);
  await assertServes(venue);
  assert.equal(venue.gateway.exchange.health().sequence, sequence + 1);
  const found = /^outcry_grpc_unread_bytes (\d+)$/m.exec(await metrics.render())?.[1];
  const bytesMax = 4 * GRPC_ANSWERS_UNREAD_BYTES_MAX; // With those to what was entered by then.
  assert.ok(Number(found) < bytesMax, `expected less than ${bytesMax} bytes, found ${found}`);
  const { messages } = await trade.readAll(batches);
  assert.deepEqual(
    messages.map((each) => each["answers"].length),
    Array.from({ length: batches }, () => 1000),
  );
});

test("what is no key, in whatever form, is nobody's", async (t) => {
  const venue = await startTestGrpc(t);
  const [good] = venue.gateway.keyTexts;
  const bad = [
    ...["", "Bearer", "Bearer ", `Basic ${good}`, good, `Bearer ${good}0`, `Bearer ${good} x`],
    ...[
      `Bearer ${good.slice(0, -1)}`,
      `Bearer ${good.toUpperCase()}`,
      `Bearer ${"x".repeat(4000)}`,
    ],
    `Bearer outcry-${"0".repeat(12)}-${"0".repeat(64)}`,
  ];
  const client = venue.client("OrderEntry");
  for (const authorization of bad) {
    const metadata = new grpc.Metadata();
    metadata.set("authorization", authorization);
    const trade = await new StreamReader(client.Trade(metadata)).ended;
    const executions = await new StreamReader(client.StreamExecutions({}, metadata)).ended;
    const single = await codeOf(
      new Promise((done, fail) =>
        client.NewOrder(BUY, metadata, (error: Error | null) =>
          error === null ? done(0) : fail(error),
        ),
      ),
    );
    assert.deepEqual(
      [trade.code, executions.code, single],
      [UNAUTHENTICATED, UNAUTHENTICATED, UNAUTHENTICATED],
      authorization,
    );
  }
  assert.equal(venue.grpc.streamCount, 0);
});

test("who is too fast is told so, and his cancels pass", async (t) => {
  const venue = await startTestGrpc(t, { ordersPerSecondMax: 3 });
  const trade = venue.client("OrderEntry").Trade(venue.metadata());
  const answers = new StreamReader(trade);
  const orders = ["a", "b", "c", "d"].map((clOrdId) => ({ new: { ...BUY, price: "9", clOrdId } }));
  trade.write({ batchId: 1, requests: orders });
  const cancel = { order: { clOrdId: "a" } };
  trade.write({ batchId: 2, requests: [{ cancel }, { massCancel: {} }, { new: orders[0]?.new }] });
  const said = (await answers.entries("answers", 7)).map(({ answer, refusal }) =>
    answer === "refusal" ? refusal.code : answer,
  );
  const [first, second] = [said.slice(0, 4), said.slice(4)];
  assert.deepEqual(first, ["report", "report", "report", "TOO_FAST"]);
  assert.deepEqual(second, ["report", "massCanceled", "TOO_FAST"]);
  trade.end();

  const single = async (): Promise<string> => {
    const { answer, refusal } = await venue.ask("NewOrder", { ...BUY, price: "9" });
    return answer === "refusal" ? refusal.code : answer;
  };
  const singles = [await single(), await single(), await single(), await single()];
  assert.equal(singles.filter((each) => each === "report").length >= 3, true);
  assert.equal((await venue.ask("MassCancel", {}))["answer"], "massCanceled");
});

test("requests whose rest does not come have a bound together, others are served", async (t) => {
  const unread = new UnreadBudget(systemClock, 10 * GRPC_REQUEST_BYTES_MAX);
  const venue = await startTestGrpc(t, { unread });
  const part = Buffer.alloc(GRPC_REQUEST_BYTES_MAX - 100);
  part.writeUInt32BE(GRPC_REQUEST_BYTES_MAX - 10, 1);
  const sessions = Array.from({ length: 4 }, () => connect(`http://${venue.address}`));
  t.after(() => {
    for (const session of sessions) session.destroy();
  });
  const gone = sessions.map((session) => new Promise((resolve) => session.once("close", resolve)));
  for (const session of sessions) {
    session.on("error", () => {});
    for (let i = 0; i < 8; i++) {
      const stream = session.request({
        ":method": "POST",
        ":path": "/outcry.v1.MarketData/ListInstruments",
        "content-type": "application/grpc",
      });
      stream.on("error", () => {});
      stream.write(part);
    }
  }
  await Promise.race(gone);
  while (unread.unreadBytes > 10 * GRPC_REQUEST_BYTES_MAX) await assertServes(venue);
  assert.ok(unread.cutCount >= 1 && unread.cutCount < 4, `${unread.cutCount} are cut`);
  await assertServes(venue);
});
