// A real exchange on a real log with the OUCH gateway in front of it, and clients that remember
// what they read.

import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { RecordBuffer } from "../../base/record-buffer.ts";
import { OuchClient, type OuchClientOptions } from "../../client/ouch-client.ts";
import type { OuchReport } from "../../client/ouch-report-reader.ts";
import { enterRequest, type OuchEnter } from "../../client/ouch-requests.ts";
import { writeSetAccount } from "../../codec/account-command.ts";
import { COMMAND_BYTES_MAX } from "../../codec/command.ts";
import { VENUE_TEST_LIMITS } from "../../engine/engine-for-test.ts";
import type { Exchange } from "../../exchange/exchange.ts";
import { VENUE_TEST_LOG } from "../../exchange/exchange-for-test.ts";
import { listInstruments } from "../../exchange/list-instruments.ts";
import { openExchange } from "../../exchange/open-exchange.ts";
import type { Disk } from "../../log/disk.ts";
import { nodeDisk } from "../../log/node-disk.ts";
import type { AccountTerms } from "../../model/account.ts";
import type { Instrument } from "../../model/instrument.ts";
import type { Log } from "../../ops/logging.ts";
import { Metrics } from "../../ops/metrics.ts";
import { endsWithin } from "../../ops/shutdown.ts";
import type { ConnectionBudget } from "../connection-budget.ts";
import { type GatewayServer, startGateway } from "../gateway-server.ts";
import { HistoryForTest } from "../history-for-test.ts";
import { KeyRing, openKeys, shortLoginOf } from "../keys.ts";
import type { SoupServer } from "../soup/soup-server.ts";
import type { TlsCertificate } from "../tls-certificate.ts";
import { startOuch } from "./ouch-gateway.ts";

/** Cents, whole shares. */
export const ACME: Instrument = {
  instrumentId: 1,
  symbol: "ACME",
  currency: "USD",
  priceDecimals: 2,
  tickUnits: 1,
  qtyDecimals: 0,
  lotUnits: 1,
  priceTicksMin: -100,
  priceTicksMax: 1_000_000,
  orderQtyLotsMin: 1,
  orderQtyLotsMax: 1_000_000,
};

/** 100.00 in OUCH's 10^-4. */
export const AT_100 = 1_000_000;
export const A_CENT = 100;

export const BUY: Omit<OuchEnter, "userRefNum"> = {
  side: "B",
  quantity: 10,
  symbol: "ACME",
  price: AT_100,
};
export const SELL: Omit<OuchEnter, "userRefNum"> = { ...BUY, side: "S" };

const WAIT_MILLIS = 10_000;

export const NO_LIMITS: AccountTerms = {
  accountId: 0,
  isEnabled: true,
  tradeGroupId: 0,
  stpMode: 0,
  riskMode: 0,
  orderQtyLotsMax: 0,
  notionalMax: 0,
  positionLotsMax: 0,
  dayLossMax: 0,
  creditLimit: 0,
  openOrdersMax: 0,
  priceDistanceBasisPoints: 0,
};

/** An OUCH client that keeps its reports. */
export class OuchTrader {
  readonly reports: OuchReport[] = [];
  readonly answers: OuchReport[] = [];
  readonly #waiting = new Set<() => void>();
  #client: OuchClient | undefined;

  get client(): OuchClient {
    if (this.#client === undefined) throw new Error("expected a client that is connected");
    return this.#client;
  }

  async connect(options: Omit<OuchClientOptions, "onReport">): Promise<OuchTrader> {
    this.#client = await OuchClient.connect({
      ...options,
      onReport: (report, isSequenced) => {
        (isSequenced ? this.reports : this.answers).push(report);
        for (const wake of this.#waiting) wake();
        this.#waiting.clear();
      },
    });
    return this;
  }

  enter(order: OuchEnter): void {
    this.client.send(enterRequest(order));
  }

  /** The first `count` reports, whether they have come or come within 10 s. */
  async first(count: number): Promise<readonly OuchReport[]> {
    await this.until(() => this.reports.length >= count);
    return this.reports.slice(0, count);
  }

  async until(isThere: () => boolean): Promise<void> {
    const deadline = Date.now() + WAIT_MILLIS;
    while (!isThere()) {
      if (Date.now() > deadline) throw new Error(`it does not come; there is ${this.story}`);
      await endsWithin(new Promise<void>((wake) => this.#waiting.add(wake)), 1000);
    }
  }

  /** Type and UserRefNum of every report so far: "A1 E1 C1". */
  get story(): string {
    return this.reports.map(({ type, userRefNum = "" }) => `${type}${userRefNum}`).join(" ");
  }
}

export type OuchTestOptions = {
  readonly directory?: string;
  /** Of the log; the real one. */
  readonly disk?: Disk;
  /** Of the venue that had the directory before. */
  readonly keyTexts?: readonly string[];
  readonly instruments?: readonly Instrument[];
  /** Whether market data is published order by order; false. */
  readonly itch?: boolean;
  /** Of every port. */
  readonly tls?: TlsCertificate;
  /** Of each session; left out: as many as come. */
  readonly ordersPerSecondMax?: number;
  /** Of all ports together. */
  readonly connections?: ConnectionBudget;
};

type OuchTestParts = Pick<
  OuchTestVenue,
  "directory" | "exchange" | "gateway" | "server" | "keys" | "keyTexts" | "tls" | "metrics"
>;

export class OuchTestVenue {
  readonly directory: string;
  readonly exchange: Exchange;
  readonly gateway: SoupServer;
  readonly server: GatewayServer;
  readonly keys: KeyRing;
  /** Keys of accounts 1 and 2. */
  readonly keyTexts: readonly string[];
  readonly tls: TlsCertificate | undefined;
  /** Of all its ports; /metrics tells them. */
  readonly metrics: Metrics;
  readonly #beforeStop: (() => Promise<void>)[] = [];
  #isStopped = false;

  constructor(parts: OuchTestParts) {
    this.directory = parts.directory;
    this.exchange = parts.exchange;
    this.gateway = parts.gateway;
    this.server = parts.server;
    this.keys = parts.keys;
    this.keyTexts = parts.keyTexts;
    this.tls = parts.tls;
    this.metrics = parts.metrics;
  }

  loginOf(accountId: number): { username: string; password: string } {
    const login = shortLoginOf(this.keyTexts[accountId - 1]);
    if (login === undefined) throw new Error("the test's keys are keys");
    return login;
  }

  /** A client of the account; `from` where another one left off. */
  connect(accountId = 1, from: { session?: string; sequence?: number } = {}): Promise<OuchTrader> {
    const { port } = this.gateway;
    const tls = this.tls === undefined ? {} : { tls: { ca: this.tls.cert } };
    const place = { host: "127.0.0.1", port, redialMillis: 0, ...tls };
    return new OuchTrader().connect({ ...place, ...this.loginOf(accountId), ...from });
  }

  async dial(): Promise<Socket> {
    const socket = connect(this.gateway.port, "127.0.0.1");
    socket.on("error", () => {});
    await new Promise((resolve) => socket.once("connect", resolve));
    return socket;
  }

  /** A REST request with the key of the account. */
  async ask(
    method: string,
    path: string,
    body?: object,
    accountId = 1,
    // biome-ignore lint/suspicious/noExplicitAny: what came over the wire.
  ): Promise<{ status: number; json: any }> {
    const headers: Record<string, string> = {
      authorization: `Bearer ${this.keyTexts[accountId - 1]}`,
      "content-type": "application/json",
    };
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.server.url}${path}`, { method, headers, ...init });
    return { status: response.status, json: await response.json() };
  }

  /** Configures an account that is asked nothing but its mode of self-trade prevention. */
  preventSelfTrades(accountId: number, stpMode: number): Promise<void> {
    const terms = { ...NO_LIMITS, accountId, stpMode };
    return this.enterAsOperator((record, sessionId) =>
      writeSetAccount(record, 0, sessionId, terms),
    );
  }

  /** Enters the command that `write` writes, and waits for its answer. */
  async enterAsOperator(write: (record: RecordBuffer, sessionId: number) => void): Promise<void> {
    const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
    await new Promise<void>((resolve) => {
      const sessionId = this.exchange.openSession(() => resolve());
      write(record, sessionId);
      this.exchange.submit(record, 0);
    });
  }

  /** Something else that serves this exchange and stops before it. */
  beforeStop(stop: () => Promise<void>): void {
    this.#beforeStop.push(stop);
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    for (const stop of this.#beforeStop) await stop();
    await this.gateway.stop(1000);
    await this.server.stop(1000);
    await this.exchange.stop();
  }
}

/** Stops with the test. */
export async function startOuchVenue(
  t: TestContext,
  options: OuchTestOptions = {},
): Promise<OuchTestVenue> {
  const { instruments = [ACME], disk = nodeDisk } = options;
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "outcry-ouch-"));
  const { exchange } = await openExchange({
    directory: join(directory, "log"),
    limits: VENUE_TEST_LIMITS,
    log: { ...VENUE_TEST_LOG, disk },
    itch: options.itch === true,
  });
  await listInstruments(exchange, instruments);
  const { keys, keyTexts } = twoKeys(directory, options.keyTexts);
  const { tls, ordersPerSecondMax, connections } = options;
  const metrics = new Metrics();
  const shared = { tls, ordersPerSecondMax, metrics, connections };
  const place = { venue: exchange, keys, host: "127.0.0.1", port: 0, ...shared };
  const gateway = await startOuch(place);
  const quiet: Log = () => {};
  const server = await startGateway({
    ...place,
    history: new HistoryForTest(exchange),
    webDirectory: join(directory, "no-page"),
    version: "0.0.0",
    log: quiet,
  });
  const venue = new OuchTestVenue({
    directory,
    exchange,
    gateway,
    server,
    keys,
    keyTexts,
    tls,
    metrics,
  });
  t.after(async () => {
    await venue.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return venue;
}

function twoKeys(
  directory: string,
  known: readonly string[] | undefined,
): { keys: KeyRing; keyTexts: readonly string[] } {
  const opened = [1, 2].map((accountId) => openKeys(join(directory, `keys-${accountId}.json`)));
  const keyTexts = known ?? opened.map(({ firstKey }) => firstKey);
  const entries = opened.map(({ keys }, index) => {
    const key = keys.find(keyTexts[index]);
    if (key === undefined) throw new Error("the first key is known");
    return { ...key, accountId: index + 1 };
  });
  return { keys: new KeyRing(entries), keyTexts };
}
