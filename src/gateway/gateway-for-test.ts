// A real exchange on a real log in a temporary directory, with a gateway in front of it, and
// clients.

import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { WebSocket } from "ws";
import { BackgroundThreads } from "../cli/background-threads.ts";
import { LogTimeTravel } from "../cli/time-travel.ts";
import { VENUE_TEST_LIMITS } from "../engine/engine-for-test.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { VENUE_TEST_LOG } from "../exchange/exchange-for-test.ts";
import { listInstruments } from "../exchange/list-instruments.ts";
import { openExchange } from "../exchange/open-exchange.ts";
import type { Disk } from "../log/disk.ts";
import { nodeDisk } from "../log/node-disk.ts";
import type { Instrument } from "../model/instrument.ts";
import { type Clock, systemClock } from "../ops/clock.ts";
import type { Log } from "../ops/logging.ts";
import { endsWithin } from "../ops/shutdown.ts";
import { type GatewayOptions, type GatewayServer, startGateway } from "./gateway-server.ts";
import { HistoryForTest } from "./history-for-test.ts";
import { KeyRing, newKey } from "./keys.ts";

export const BTC: Instrument = {
  instrumentId: 1,
  symbol: "BTC-USD",
  currency: "USD",
  priceDecimals: 2,
  tickUnits: 50,
  qtyDecimals: 3,
  lotUnits: 1,
  priceTicksMin: 1,
  priceTicksMax: 2_000_000,
  orderQtyLotsMin: 1,
  orderQtyLotsMax: 1_000_000,
};
/** Another grid: whole euros, lots of 10. */
export const OIL: Instrument = {
  ...BTC,
  instrumentId: 2,
  symbol: "OIL",
  currency: "EUR",
  priceDecimals: 0,
  tickUnits: 1,
  qtyDecimals: 0,
  lotUnits: 10,
  priceTicksMin: -1000,
};

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire; assertions give it its form.
export type Json = { [field: string]: any };
export type Reply = { status: number; headers: Headers; json: Json };

export class TestGateway {
  readonly exchange: Exchange;
  readonly history: HistoryForTest;
  readonly server: GatewayServer;
  readonly keys: KeyRing;
  /** Keys of accounts 1 and 2. */
  readonly keyTexts: readonly string[];
  readonly #beforeStop: (() => Promise<void>)[] = [];
  /** The operator's; one that may only look at account 1. */
  readonly others: { readonly operator: string; readonly viewer: string };

  constructor(
    exchange: Exchange,
    history: HistoryForTest,
    server: GatewayServer,
    keys: KeyRing,
    keyTexts: readonly string[],
    others: { readonly operator: string; readonly viewer: string },
  ) {
    this.others = others;
    this.exchange = exchange;
    this.history = history;
    this.server = server;
    this.keys = keys;
    this.keyTexts = keyTexts;
  }

  /** Something else that serves this exchange and stops before it. */
  beforeStop(stop: () => Promise<void>): void {
    this.#beforeStop.push(stop);
  }

  async stop(): Promise<void> {
    for (const stop of this.#beforeStop) await stop();
    await this.server.stop(1000);
    await this.exchange.stop();
  }

  /** A request with the key of `accountId` (0: none). */
  async ask(method: string, path: string, body?: unknown, accountId = 1): Promise<Reply> {
    const keyText = accountId === 0 ? "" : this.keyTexts[accountId - 1];
    return this.askWith(method, path, body, bearer(keyText));
  }

  /** What the operator asks. */
  async operate(name: string, body: Json): Promise<Reply> {
    return this.askWith("POST", `/operator/${name}`, body, bearer(this.others.operator));
  }

  async askWith(
    method: string,
    path: string,
    body: unknown,
    credentials: Record<string, string>,
  ): Promise<Reply> {
    const headers: Record<string, string> = { ...credentials };
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(`${this.server.url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
    return {
      status: response.status,
      headers: response.headers,
      json: isJson ? JSON.parse(text) : { text },
    };
  }

  async enter(order: Json, accountId = 1): Promise<Reply> {
    return this.ask("POST", "/orders", { ...LIMIT_BUY, ...order }, accountId);
  }

  /** A WebSocket client, logged in as `accountId` unless 0. */
  async connect(accountId = 1): Promise<TestSocket> {
    const headers =
      accountId === 0 ? {} : { authorization: `Bearer ${this.keyTexts[accountId - 1]}` };
    const webSocket = new WebSocket(`${this.server.url.replace("http", "ws")}/ws`, { headers });
    const socket = new TestSocket(webSocket);
    await new Promise((resolve, reject) => {
      webSocket.once("open", resolve);
      webSocket.once("error", reject);
    });
    return socket;
  }

  /** A bare TCP connection. */
  async dial(): Promise<RawClient> {
    const socket = connect(this.server.port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    return new RawClient(socket);
  }
}

/** No header for no key. */
export function bearer(keyText: string): Record<string, string> {
  return keyText === "" ? {} : { authorization: `Bearer ${keyText}` };
}

export const LIMIT_BUY = {
  symbol: "BTC-USD",
  side: "buy",
  ordType: "limit",
  price: "100",
  orderQty: "1",
};

export class TestSocket {
  readonly webSocket: WebSocket;
  readonly messages: Json[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #nextId = 1;
  readonly #waiting = new Set<() => void>();

  constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    this.closed = new Promise((resolve) => {
      webSocket.on("close", (code, reason) => resolve({ code, reason: String(reason) }));
    });
    webSocket.on("error", () => {});
    webSocket.on("message", (data) => {
      this.messages.push(JSON.parse(String(data)));
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    });
  }

  /** Sends a request and waits for its answer. */
  async ask(fields: Json): Promise<Json> {
    const id = this.#nextId++;
    this.webSocket.send(JSON.stringify({ id, ...fields }));
    return this.until((message) => message["id"] === id);
  }

  /** The first message that fits, whether it has come already or comes within 10 s. */
  async until(fits: (message: Json) => boolean): Promise<Json> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      if (Date.now() > deadline)
        throw new Error(`no such message in ${JSON.stringify(this.messages)}`);
      await endsWithin(new Promise<void>((wake) => this.#waiting.add(wake)), 1000);
    }
  }

  /** Messages of a stream so far. */
  ofStream(name: string): Json[] {
    return this.messages.filter((message) => message["stream"] === name);
  }
}

export class RawClient {
  readonly socket: Socket;
  received = "";
  readonly ended: Promise<string>;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk) => {
      this.received += chunk.toString("latin1");
    });
    socket.on("error", () => {});
    this.ended = new Promise((resolve) => socket.on("close", () => resolve(this.received)));
  }

  /** Writes, and waits for the connection to end; resolves with what came. */
  async endAfter(bytes: string | Uint8Array): Promise<string> {
    this.socket.write(bytes);
    return this.ended;
  }
}

/** Starts both; they stop with the test. */
export async function startTestGateway(
  t: TestContext,
  changes: Partial<GatewayOptions> = {},
  disk: Disk = nodeDisk,
  clock: Clock = systemClock,
): Promise<TestGateway> {
  const directory = mkdtempSync(join(tmpdir(), "outcry-gateway-"));
  const { exchange } = await openExchange({
    directory: join(directory, "log"),
    limits: VENUE_TEST_LIMITS,
    log: { ...VENUE_TEST_LOG, disk },
    clock,
  });
  await listInstruments(exchange, [BTC, OIL]);
  const history = new HistoryForTest(exchange);
  const { keys, keyTexts, others } = testKeys();
  const quiet: Log = () => {};
  const server = await startGateway({
    venue: exchange,
    history,
    keys,
    timeTravel: new LogTimeTravel(new BackgroundThreads(), join(directory, "log"), () => {
      return exchange.health().durableSequence;
    }),
    host: "127.0.0.1",
    port: 0,
    webDirectory: join(directory, "no-page"),
    version: "0.0.0",
    log: quiet,
    ...changes,
  });
  const gateway = new TestGateway(exchange, history, server, keys, keyTexts, others);
  t.after(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true });
  });
  return gateway;
}

function testKeys() {
  const traders = [1, 2].map((accountId) =>
    newKey({ accountId, role: "trader", signsByHmac: true }),
  );
  const operator = newKey({ accountId: 0, role: "operator" });
  const viewer = newKey({ accountId: 1, role: "viewer" });
  return {
    keys: new KeyRing([...traders, operator, viewer].map(({ key }) => key)),
    keyTexts: traders.map(({ keyText }) => keyText),
    others: { operator: operator.keyText, viewer: viewer.keyText },
  };
}
