// Every decoder that bytes from outside reach, with valid traffic for each.

import type { RemoteInfo } from "node:dgram";
import { join } from "node:path";
import { RecordBuffer } from "../../src/base/record-buffer.ts";
import { BackgroundThreads } from "../../src/cli/background-threads.ts";
import { LogReports } from "../../src/cli/past-reports.ts";
import * as ouch from "../../src/client/ouch-requests.ts";
import { COMMAND_BYTES_MAX } from "../../src/codec/command.ts";
import { fixTimeText } from "../../src/codec/fix-time.ts";
import { loginMessage, NO_TOKEN, ouchUdpHeader, ouchUdpPacket } from "../../src/codec/ouch-udp.ts";
import { loginRequest, soupPacket } from "../../src/codec/soup-bin-tcp.ts";
import { AccountCounts } from "../../src/gateway/account-counts.ts";
import { framed } from "../../src/gateway/fix/fix-for-test.ts";
import { startFix } from "../../src/gateway/fix/fix-gateway.ts";
import { openGateway } from "../../src/gateway/gateway-server.ts";
import { loadContract } from "../../src/gateway/grpc/contract.ts";
import { PROTO_DIRECTORY } from "../../src/gateway/grpc/grpc-for-test.ts";
import { isOrderRequest, streamRequest } from "../../src/gateway/grpc/request-fields.ts";
import { RequestScanner } from "../../src/gateway/grpc/request-scanner.ts";
import { StaticFiles } from "../../src/gateway/http/static-files.ts";
import type { DatagramSocket } from "../../src/gateway/itch/datagram-socket.ts";
import { MoldRetransmitter } from "../../src/gateway/itch/mold-retransmitter.ts";
import { LatencyReceipts } from "../../src/gateway/latency-receipts.ts";
import { OuchAccounts } from "../../src/gateway/ouch/ouch-accounts.ts";
import { OuchCounts } from "../../src/gateway/ouch/ouch-counts.ts";
import { AT_100, BUY } from "../../src/gateway/ouch/ouch-for-test.ts";
import { openOuch } from "../../src/gateway/ouch/ouch-gateway.ts";
import { OuchSymbols } from "../../src/gateway/ouch/ouch-symbols.ts";
import { OuchUdpPort } from "../../src/gateway/ouch/ouch-udp-port.ts";
import { RequestedCommands } from "../../src/gateway/requested-commands.ts";
import type { HistoryQueries } from "../../src/model/history.ts";
import { systemClock } from "../../src/ops/clock.ts";
import { Metrics } from "../../src/ops/metrics.ts";
import type { HostileVenue } from "./hostile-venue.ts";
import { SessionTarget } from "./session-target.ts";
import { comesTrue, type FeedKind, type Target } from "./target.ts";

/** A target, and what is to be closed behind it. */
export type OpenTarget = { readonly target: Target; close(): Promise<void> };

export const TARGETS: Readonly<Record<string, (venue: HostileVenue) => Promise<OpenTarget>>> = {
  http: async (venue) => openHttp(venue, httpTarget),
  websocket: async (venue) => openHttp(venue, webSocketTarget),
  soup: async (venue) => {
    const server = openOuch({ venue: venue.exchange, keys: venue.keys });
    return {
      target: ouchTarget(venue, (socket) => server.accept(socket)),
      close: () => server.stop(0),
    };
  },
  udp: async (venue) => openOuchUdp(venue),
  mold: async (venue) => openMold(venue),
  fix: async (venue) => openFix(venue),
  grpc: async (venue) => ({ target: grpcTarget(venue), close: async () => {} }),
};

/** Made once. */
const same = (bytes: Buffer) => (): Buffer => bytes;
const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));

const ORDER = { symbol: "ACME", side: "buy", ordType: "limit", price: "100.00", orderQty: "10" };
const STOP = { ...ORDER, ordType: "stopLimit", stopPx: "101.00", displayQty: "5", postOnly: false };
const LEGS = [ORDER, STOP].map((order) => ({ ...order, symbol: undefined }));
const LIST = { listType: "oco", symbol: "ACME", orders: LEGS };

/** Nothing has ended, and all of it is known. */
const NO_HISTORY: HistoryQueries = {
  orders: async () => ({ rows: [], sequence: Number.MAX_SAFE_INTEGER }),
  executions: async () => ({ rows: [], sequence: Number.MAX_SAFE_INTEGER }),
  executedOf: async () => ({ rows: [], sequence: Number.MAX_SAFE_INTEGER }),
  orderById: async () => ({ rows: [], sequence: Number.MAX_SAFE_INTEGER }),
  orderByClOrdId: async () => ({ rows: [], sequence: Number.MAX_SAFE_INTEGER }),
};

type Accept = ConstructorParameters<typeof SessionTarget>[0]["accept"];

function openHttp(
  venue: HostileVenue,
  targetOf: (venue: HostileVenue, accept: Accept) => Target,
): OpenTarget {
  const gateway = openGateway(
    {
      ...{ venue: venue.exchange, keys: venue.keys, history: NO_HISTORY, version: "0.0.0" },
      ...{ metrics: new Metrics(), log: () => {} },
    },
    new StaticFiles(),
  );
  const target = targetOf(venue, (socket) => gateway.accept(socket));
  return { target, close: () => gateway.stop(0) };
}

function httpTarget({ keyText }: HostileVenue, accept: Accept): Target {
  const request = (line: string, body: Buffer = Buffer.alloc(0)): Buffer => {
    const head =
      `${line} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${keyText}\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  };
  const batch = json({ orders: [{ new: ORDER }, { new: { ...ORDER, clOrdId: "a" } }] });
  const mixed = json({ orders: [{ new: STOP }, { cancel: { clOrdId: "a" } }, { list: LIST }] });
  return new SessionTarget({
    name: "HTTP",
    bodies: [batch, mixed, json(ORDER), json(STOP)],
    whole: [
      ...[request("POST /orders/batch", batch), request("POST /orders", json(ORDER))],
      ...[
        request("PATCH /orders/1", json({ price: "99.00" })),
        request("DELETE /orders/1?reduceBy=1"),
      ],
      ...[
        request("GET /orders?symbol=ACME"),
        request("DELETE /orders"),
        request("GET /instruments/ACME/depth?levels=5"),
      ],
      request("POST /orders/list", json(LIST)),
    ].map(same),
    accept,
    hello: () => Buffer.alloc(0),
    frame: (body) => request(body[2] === 0x6f ? "POST /orders/batch" : "POST /orders", body),
    question: () => request("GET /health"),
    answer: /^HTTP\/1\.1 200 OK/,
    farewell: /HTTP\/1\.1 \d{3} /,
  });
}

const TEXT_FRAME = 0x81;
const MASKED = 0x80;
const MASK = Buffer.from([1, 2, 3, 4]);
const LENGTH_16_BITS = 126;

function webSocketFrame(opcode: number, payload: Buffer): Buffer {
  const isShort = payload.length < LENGTH_16_BITS;
  const head = Buffer.alloc(isShort ? 2 : 4);
  head.writeUInt8(opcode, 0);
  head.writeUInt8(MASKED | (isShort ? payload.length : LENGTH_16_BITS), 1);
  if (!isShort) head.writeUInt16BE(payload.length, 2);
  const masked = payload.map((byte, i) => byte ^ MASK[i % MASK.length]);
  return Buffer.concat([head, MASK, masked]);
}

function webSocketTarget({ keyText }: HostileVenue, accept: Accept): Target {
  const messages = [
    { op: "new", order: ORDER },
    { op: "batch", orders: [{ new: STOP }, { amend: { orderId: 1, price: "99.00" } }] },
    { op: "list", list: LIST },
    { op: "cancel", clOrdId: "a", reduceBy: "1" },
    { op: "cancelAll", symbol: "ACME", side: "buy", priceMin: "1.00", priceMax: "2.00" },
    { op: "subscribe", streams: ["orders", "depth:ACME", "trades:ACME"] },
    { op: "unsubscribe", streams: ["depth:ACME"] },
    { op: "deadMan", timeoutMillis: 0 },
    { op: "status", orderId: 1 },
  ].map((message, id) => json({ id, ...message }));
  const frame = (body: Buffer): Buffer => webSocketFrame(TEXT_FRAME, body);
  return new SessionTarget({
    name: "WebSocket",
    bodies: messages,
    whole: [
      ...messages.map(frame),
      ...[0x82, 0x88, 0x89, 0x8a, 0x01, 0x80].map((opcode) =>
        webSocketFrame(opcode, Buffer.from([3, 0xe8])),
      ),
    ].map(same),
    accept,
    hello: () =>
      Buffer.from(
        "GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n" +
          `authorization: Bearer ${keyText}\r\nsec-websocket-version: 13\r\n` +
          "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
      ),
    frame,
    question: () => frame(json({ id: "here", op: "ping" })),
    answer: /"id":"here","result":\{\}/,
    farewell: /\u0088(\W|.\W.{1,124})$/s,
  });
}

function ouchRequests(): Buffer[] {
  const options = { maxFloor: 5, minQty: 1, postOnly: false };
  return [
    ouch.enterRequest({ ...BUY, userRefNum: 1 }),
    ouch.enterRequest({ ...BUY, userRefNum: 2, options }),
    ouch.replaceRequest({ origUserRefNum: 1, userRefNum: 3, quantity: 9, price: AT_100 }),
    ouch.cancelRequest(3),
    ouch.modifyRequest(3, "B", 5),
    ouch.massCancelRequest(4, "ACME", "B"),
    ouch.entrySwitchRequest(5, true),
    ouch.accountQueryRequest(),
  ].map((bytes) => Buffer.from(bytes));
}

/** Gives requests numbers that go up: one with a number that was used is not even looked at. */
class UserRefNums {
  #last = 100;

  renumber(request: Buffer): Buffer {
    const at = request[0] === REPLACE ? 5 : 1;
    if (request.length < at + 4) return request;
    const numbered = Buffer.from(request);
    numbered.writeUInt32BE(++this.#last, at);
    return numbered;
  }
}

const REPLACE = "U".charCodeAt(0);

function ouchTarget({ login, otherLogin }: HostileVenue, accept: Accept): Target {
  const numbers = new UserRefNums();
  const packet = (type: string, payload: Uint8Array): Buffer =>
    Buffer.from(soupPacket(type.charCodeAt(0), Buffer.from(payload).toString("latin1")));
  /** A number that is wrong and large uses up an account's: those are of an account apart. */
  const hello = (_connection: number, kind: FeedKind): Buffer => {
    const { username, password } = kind === "framed" ? login : otherLogin;
    return Buffer.from(loginRequest({ username, password, session: "", sequence: 0 }));
  };
  return new SessionTarget({
    name: "OUCH over SoupBinTCP",
    bodies: ouchRequests(),
    whole: [
      ...ouchRequests().map((request) => packet("U", request)),
      ...[hello(0, "raw"), packet("R", Buffer.alloc(0)), packet("+", Buffer.from("words"))],
      packet("O", Buffer.alloc(0)),
    ].map(same),
    accept,
    hello,
    frame: (body) => packet("U", numbers.renumber(body)),
    question: () => packet("U", ouch.accountQueryRequest()),
    answer: /Q.{12}/s,
    farewell: /..[+J]/s,
    isLogoutSilent: true,
  });
}

type OnDatagram = (bytes: Uint8Array, from: RemoteInfo) => void;

/** A datagram socket that only one other socket reaches. */
class FedDatagrams implements DatagramSocket {
  /** What is told to the peer of this port. */
  onHeard: (bytes: Buffer, peer: number) => void = () => {};
  #onMessage: OnDatagram = () => {};

  bind(_port: number, _host: string, onBound: () => void): void {
    setImmediate(onBound);
  }

  send(bytes: Uint8Array, peer: number, _host: string, onTaken?: () => void): void {
    this.onHeard(Buffer.from(bytes), peer);
    onTaken?.();
  }

  close(onClosed: () => void): void {
    setImmediate(onClosed);
  }

  on(event: string, listener: (bytes: Uint8Array & Error, from: RemoteInfo) => void): void {
    if (event === "message") this.#onMessage = listener as OnDatagram;
  }

  once(): void {}

  push(bytes: Uint8Array, peer: number): void {
    this.#onMessage(bytes, { address: "10.0.0.1", port: peer, family: "IPv4", size: bytes.length });
  }
}

const NAME_BYTES = 10;
const COUNT_BYTE = 18;
const FIRST_TYPE_BYTE = 22;
const ACCEPTED = "A".charCodeAt(0);
const END_OF_SESSION = 0xffff;

/** One client over UDP: when its session ends, the next one begins. */
class UdpLine {
  readonly #socket: FedDatagrams;
  readonly #peer: number;
  readonly hello: Buffer;
  #token = "";
  #next = 1;
  heardQuery = false;

  constructor(socket: FedDatagrams, peer: number, login: { username: string; password: string }) {
    const message = loginMessage({ ...login, session: "", sequence: 0 });
    this.#socket = socket;
    this.#peer = peer;
    this.hello = Buffer.from(ouchUdpPacket(NO_TOKEN, 0, [message]) ?? message);
  }

  get token(): string {
    return this.#token;
  }

  /** Reports of the account's stream are named after `session`; the rest is the gateway's own. */
  onHeard(bytes: Buffer, session: string): void {
    const name = bytes.toString("latin1", 0, NAME_BYTES);
    if (name === session) return;
    if (bytes.readUInt16BE(COUNT_BYTE) === END_OF_SESSION) this.#token = "";
    else if (bytes[FIRST_TYPE_BYTE] === ACCEPTED) {
      this.#token = name;
      this.#next = 1;
    } else if (bytes.includes("Q", FIRST_TYPE_BYTE)) this.heardQuery = true;
  }

  packet(body: Buffer): Buffer {
    this.begin();
    return Buffer.from(ouchUdpPacket(this.#token, this.#next, [body]) ?? body);
  }

  /** The same, and the next one is another. */
  nextPacket(body: Buffer): Buffer {
    const packet = this.packet(body);
    this.#next++;
    return packet;
  }

  begin(): void {
    if (this.#token === "") this.#socket.push(this.hello, this.#peer);
  }

  feed(pieces: readonly Buffer[]): void {
    this.begin();
    for (const piece of pieces) this.#socket.push(piece, this.#peer);
  }
}

async function openOuchUdp(venue: HostileVenue): Promise<OpenTarget> {
  const { exchange, keys, login, otherLogin } = venue;
  const socket = new FedDatagrams();
  const port = new OuchUdpPort(socket, {
    ...{ venue: exchange, keys, accounts: new OuchAccounts(exchange.ouch) },
    ...{ symbols: new OuchSymbols(exchange), counts: new OuchCounts(), clock: systemClock },
    receipts: new LatencyReceipts(exchange.stages, "ouch-udp", undefined),
    places: new AccountCounts(),
  });
  await port.listen("10.0.0.1", 1);
  const numbers = new UserRefNums();
  const { session } = exchange.ouch;
  const framedLine = new UdpLine(socket, 1, login);
  const rawLine = new UdpLine(socket, 2, otherLogin);
  socket.onHeard = (bytes, peer) => (peer === 1 ? framedLine : rawLine).onHeard(bytes, session);
  rawLine.begin();
  const header = (count: number) => (): Buffer =>
    Buffer.from(ouchUdpHeader(rawLine.token, 1, count));
  const target: Target = {
    name: "OUCH over UDP",
    bodies: ouchRequests(),
    whole: [
      ...ouchRequests().map((body) => () => rawLine.packet(body)),
      ...[0, 5, 0xfffe, END_OF_SESSION].map(header),
      ...[rawLine.hello, Buffer.from(ouchUdpHeader(session, 1, 5))].map(same),
    ],
    frame: (body) => framedLine.nextPacket(numbers.renumber(body)),
    feed: (pieces, kind) => {
      // A datagram comes whole or not at all.
      if (kind === "framed") framedLine.feed([Buffer.concat(pieces)]);
      else rawLine.feed(pieces);
    },
    serves: () => {
      socket.push(ouchUdpHeader(framedLine.token, 1, END_OF_SESSION), 1);
      framedLine.heardQuery = false;
      framedLine.feed([framedLine.packet(Buffer.from(ouch.accountQueryRequest()))]);
      return comesTrue(() => framedLine.heardQuery);
    },
    ...{ endedCount: 0, silentCount: 0 },
    close: () => {},
  };
  return { target, close: () => port.stop() };
}

async function openMold({ exchange }: HostileVenue): Promise<OpenTarget> {
  const { itch } = exchange;
  if (itch === undefined) throw new Error("the venue publishes ITCH");
  const socket = new FedDatagrams();
  const retransmitter = new MoldRetransmitter(itch, socket);
  await retransmitter.listen("10.0.0.1", 1);
  const request = (sequence: number, count: number): Buffer =>
    Buffer.from(ouchUdpHeader(itch.session, sequence, count));
  const target: Target = {
    name: "MoldUDP64 requests",
    bodies: [request(1, 1), request(2, 0xffff)],
    whole: [same(request(1, 100))],
    frame: (body) => body,
    feed: (pieces) => {
      for (const piece of pieces) socket.push(piece, 1);
    },
    serves: async () => {
      const before = retransmitter.answeredCount;
      socket.push(request(1, 1), 1);
      return retransmitter.answeredCount === before + 1;
    },
    ...{ endedCount: 0, silentCount: 0 },
    close: () => {},
  };
  return { target, close: () => retransmitter.stop() };
}

/** Of an account; a session that ends is released a turn later, so each begins as somebody else. */
const COMP_IDS = 60;

async function openFix({ exchange, keys, login, directory }: HostileVenue): Promise<OpenTarget> {
  const past = new LogReports(new BackgroundThreads(), join(directory, "log"), () => {
    return exchange.health().durableSequence;
  });
  const gateway = await startFix({
    ...{ venue: exchange, keys, past, history: NO_HISTORY, directory: join(directory, "fix") },
    ...{ host: "127.0.0.1", port: 0 },
  });
  const message = (type: string, msgSeqNum: number, fields: Buffer, connection: number): Buffer => {
    const now = fixTimeText(systemClock.nowMicros());
    const ids = `49=H${connection % COMP_IDS}|56=OUTCRY|52=${now}`;
    return framed(`35=${type}|34=${msgSeqNum}|${ids}|${fields.toString("latin1")}`);
  };
  const time = "60=20261127-00:00:00";
  /** The type, and the fields of the body. */
  const bodies = [
    `D|11=A|${time}|55=ACME|54=1|40=2|59=1|38=10|44=100.00|18=6|111=2`,
    `D|11=E|${time}|55=ACME|54=1|40=2|59=1|38=10|44=100.00|110=1`,
    `D|11=B|${time}|55=ACME|54=2|40=4|59=6|38=10|44=100.00|99=101|126=20991231-00:00:00|1107=2`,
    `G|41=A|11=C|${time}|55=ACME|54=1|40=2|38=7|44=99.50`,
    `F|41=C|11=D|${time}|55=ACME|54=1`,
    `q|11=Q|530=7|${time}`,
    "V|262=M|263=1|264=0|265=1|267=3|269=0|269=1|269=2|146=1|55=ACME",
    ...["H|11=A|55=ACME|54=1", "x|320=L|559=4", "e|324=E|263=1|55=ACME", "g|335=G|263=0"],
    ...["2|7=1|16=0", "1|112=T", "4|123=Y|36=9", "0|112=T", "3|45=1", "5|58=goodbye"],
  ].map((text) => Buffer.from(text));
  const ofBody = (body: Buffer, number: number, connection: number): Buffer => {
    const bar = Math.max(body.indexOf("|"), 0);
    return message(body.toString("latin1", 0, bar), number + 1, body.subarray(bar + 1), connection);
  };
  /** What could not be read used up no number: each message first says which one it has. */
  const numbered = (body: Buffer, number: number, connection: number): Buffer => {
    const reset = Buffer.from(`36=${number + 1}`);
    return Buffer.concat([message("4", 1, reset, connection), ofBody(body, number, connection)]);
  };
  const target = new SessionTarget({
    name: "FIX",
    bodies,
    whole: bodies.map(
      (body) => (connection: number, number: number) => numbered(body, number, connection),
    ),
    accept: (socket) => gateway.server.accept(socket),
    hello: (connection) => {
      const { username, password } = login;
      const fields = `98=0|108=30|141=Y|553=${username}|554=${password}`;
      return message("A", 1, Buffer.from(fields), connection);
    },
    frame: numbered,
    question: (connection) => ofBody(Buffer.from("1|112=HERE"), 1, connection),
    answer: /35=0.*112=HERE/s,
    farewell: /\W35=5\W/,
  });
  return { target, close: () => gateway.stop(0) };
}

/** The library reads HTTP/2 and frames; what a RequestBatch says is read here, in both ways. */
function grpcTarget({ exchange }: HostileVenue): Target {
  const contract = loadContract(PROTO_DIRECTORY);
  const scanner = new RequestScanner(exchange);
  const asker = { accountId: 1, sessionId: exchange.openSession(() => {}) };
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  const kind = { side: 1, ordType: 1, timeInForce: 1 };
  const order = { ...kind, symbol: "ACME", price: "100.00", orderQty: "10", clOrdId: "a" };
  const terms = { stopPx: "101.00", displayQty: "5", stp: 2 };
  const stop = { ...order, ordType: 4, terms };
  const requests = [
    [{ new: order }, { new: { ...order, clOrdId: "b", postOnly: true } }],
    [{ new: stop }, { cancel: { order: { clOrdId: "a" }, reduceBy: "1" } }],
    [{ amend: { order: { orderId: 1 }, price: "99.00", leavesQty: "4" } }, { massCancel: {} }],
    [{ list: { listType: 1, symbol: "ACME", orders: [order, stop] } }, { deadMan: {} }],
  ];
  const bodies = requests.map((each, batchId) =>
    contract.write("RequestBatch", { batchId, requests: each }),
  );
  const feedOne = (bytes: Buffer): void => {
    scanner.scan(bytes, asker);
    let batch: Readonly<Record<string, unknown>>;
    try {
      batch = contract.readRequestBatch(bytes);
    } catch {
      return; // The library's way to say that it is none.
    }
    const read = (batch["requests"] ?? []) as readonly unknown[];
    const commands = new RequestedCommands(exchange, asker);
    for (const request of read.map(streamRequest)) {
      if (!isOrderRequest(request) || request.kind === "refused") continue;
      commands.find([request], () => commands.write(request, record));
    }
  };
  return {
    name: "gRPC",
    bodies,
    whole: bodies.map(same),
    frame: (body) => body,
    feed: (pieces) => feedOne(Buffer.concat(pieces)),
    serves: async () => scanner.scan(bodies[0], asker) === 2,
    ...{ endedCount: 0, silentCount: 0 },
    close: () => {},
  };
}
