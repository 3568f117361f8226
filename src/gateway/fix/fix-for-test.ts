// A real exchange on a real log with the FIX gateway in front of it, and clients that remember what
// they read.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { BackgroundThreads } from "../../cli/background-threads.ts";
import { LogReports } from "../../cli/past-reports.ts";
import type { FixMessage } from "../../codec/fix-message.ts";
import { checksumOf, FixReader } from "../../codec/fix-reader.ts";
import { fixTimeText } from "../../codec/fix-time.ts";
import { VENUE_TEST_LIMITS } from "../../engine/engine-for-test.ts";
import type { Exchange } from "../../exchange/exchange.ts";
import { VENUE_TEST_LOG } from "../../exchange/exchange-for-test.ts";
import { listInstruments } from "../../exchange/list-instruments.ts";
import { openExchange } from "../../exchange/open-exchange.ts";
import type { Instrument } from "../../model/instrument.ts";
import type {
  PastReports,
  PastReportsAnswer,
  PastReportsQuestion,
} from "../../model/past-reports.ts";
import { systemClock } from "../../ops/clock.ts";
import type { Log } from "../../ops/logging.ts";
import { endsWithin } from "../../ops/shutdown.ts";
import { type GatewayServer, startGateway } from "../gateway-server.ts";
import { HistoryForTest } from "../history-for-test.ts";
import { KeyRing, type KeyTerms, newKey, OPERATOR_ACCOUNT_ID, shortLoginOf } from "../keys.ts";
import { ACME } from "../ouch/ouch-for-test.ts";
import { type FixGateway, startFix } from "./fix-gateway.ts";

export const OPERATOR = 4;
export const VIEWER = 5;

const WAIT_MILLIS = 20_000;

/** Fields of a message by tag; of a tag that stands more than once the first. */
export type FixFields = Readonly<Record<number, string>>;

/** What a client says in its header; the fields of the body are a text like "11=A 54=1". */
export type SentHeader = { readonly msgSeqNum?: number; readonly possDup?: boolean };

export const BUY = "55=ACME 54=1 40=2 59=1 38=10 44=100.00";
export const SELL = "55=ACME 54=2 40=2 59=1 38=10 44=100.00";

/** A message from the fields between body length and checksum, parted by "|". */
export function framed(fields: string): Buffer {
  const body = Buffer.from(`${fields.replaceAll("|", "\u0001")}\u0001`, "latin1");
  const head = Buffer.from(`8=FIX.4.4\u00019=${body.length}\u0001`);
  const bytes = Buffer.concat([head, body]);
  const sum = String(checksumOf(bytes, 0, bytes.length)).padStart(3, "0");
  return Buffer.concat([bytes, Buffer.from(`10=${sum}\u0001`)]);
}

export function fieldsOf(message: FixMessage): Record<number, string> {
  const fields: Record<number, string> = {};
  for (let i = 0; i < message.count; i++) fields[message.tags[i]] ??= message.textAt(i);
  return fields;
}

/** What a client reads as a text with "|" between the fields. */
export function textOf(message: FixMessage): string {
  const fields: string[] = [];
  for (let i = 0; i < message.count; i++) fields.push(`${message.tags[i]}=${message.textAt(i)}`);
  return fields.join("|");
}

/** Who knows the short logins of accounts. */
export type LoginBook = {
  loginOf(accountId: number): { readonly username: string; readonly password: string };
};

/** A client of the port that numbers what it sends and keeps what it reads. */
export class FixTrader {
  readonly messages: FixFields[] = [];
  readonly texts: string[] = [];
  /** Everything that was sent, and that came. */
  readonly sent: Buffer[] = [];
  readonly received: Buffer[] = [];
  readonly ended: Promise<void>;
  readonly socket: Socket;
  readonly compId: string;
  readonly targetCompId: string;
  nextOut = 1;
  isEnded = false;
  readonly #login: { readonly username: string; readonly password: string };
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket, venue: LoginBook, options: ConnectOptions) {
    this.socket = socket;
    this.compId = options.compId ?? "TRADER";
    this.targetCompId = options.targetCompId ?? "OUTCRY";
    this.#login = venue.loginOf(options.accountId ?? 1);
    const reader = new FixReader(1_000_000, (message) => {
      this.messages.push(fieldsOf(message));
      this.texts.push(textOf(message));
      this.#wake();
    });
    socket.on("data", (bytes) => {
      this.received.push(bytes);
      reader.read(bytes);
    });
    socket.on("error", () => {});
    this.ended = new Promise((resolve) =>
      socket.on("close", () => {
        this.isEnded = true;
        this.#wake();
        resolve();
      }),
    );
  }

  /** The next number that the exchange will use, as far as this client knows. */
  get nextIn(): number {
    const last = this.messages.findLast((each) => each[43] !== "Y");
    return last === undefined ? 1 : Number(last[34]) + 1;
  }

  logOn(fields = "", header: SentHeader = {}): this {
    const { username, password } = this.#login;
    return this.send("A", `98=0 108=30 553=${username} 554=${password} ${fields}`, header);
  }

  send(msgType: string, fields = "", header: SentHeader = {}): this {
    const bytes = this.bytesOf(msgType, fields, header);
    this.sent.push(bytes);
    this.socket.write(bytes);
    return this;
  }

  bytesOf(msgType: string, fields = "", header: SentHeader = {}): Buffer {
    const { msgSeqNum = this.nextOut++ } = header;
    const now = fixTimeText(systemClock.nowMicros());
    const dup = header.possDup === true ? `|43=Y|122=${now}` : "";
    const body = fields.trim() === "" ? "" : `|${fields.trim().replaceAll(/ (?=\d+=)/g, "|")}`;
    const ids = `49=${this.compId}|56=${this.targetCompId}`;
    return framed(`35=${msgType}|34=${msgSeqNum}|${ids}|52=${now}${dup}${body}`);
  }

  /** A new order of this ClOrdID. */
  enter(clOrdId: string, fields: string, header: SentHeader = {}): this {
    return this.send(
      "D",
      `11=${clOrdId} 60=${fixTimeText(systemClock.nowMicros())} ${fields}`,
      header,
    );
  }

  /** The first message from the `from`th on that fits, whether it has come or comes within 20 s. */
  async until(fits: (fields: FixFields) => boolean, from = 0): Promise<FixFields> {
    const deadline = Date.now() + WAIT_MILLIS;
    for (let seen = from; ; ) {
      for (; seen < this.messages.length; seen++) {
        if (fits(this.messages[seen])) return this.messages[seen];
      }
      if (this.isEnded) throw new Error(`the connection ended; there is\n${this.story}`);
      if (Date.now() > deadline) throw new Error(`it does not come:\n${this.story}`);
      await this.turn();
    }
  }

  /** The newest messages. */
  get story(): string {
    return this.texts.slice(-10).join("\n");
  }

  /** The first `count` messages of these types. */
  async first(count: number, types = "89"): Promise<readonly FixFields[]> {
    const found: FixFields[] = [];
    for (let seen = 0; ; seen++) {
      await this.until((each) => each === this.messages[seen], seen);
      if (types.includes(this.messages[seen][35])) found.push(this.messages[seen]);
      if (found.length === count) return found;
    }
  }

  /** Long enough for both sides to handle what is on its way. */
  async pause(): Promise<void> {
    for (let turns = 0; turns < 20; turns++) await new Promise((wake) => setImmediate(wake));
  }

  /** Until something comes or ends, a second at most. */
  async turn(): Promise<void> {
    await endsWithin(new Promise<void>((wake) => this.#waiting.add(wake)), 1000);
  }

  /** Everything that was sent is done: a question behind it is answered when all is durable. */
  async settle(): Promise<void> {
    const clOrdId = `SETTLE-${this.nextOut}`;
    this.send("H", `11=${clOrdId} 55=ACME 54=1`);
    await this.until((each) => each[11] === clOrdId);
  }

  async cut(): Promise<void> {
    this.socket.destroy();
    await this.ended;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** A connection that has said nothing. */
export async function dialFix(
  port: number,
  logins: LoginBook,
  options: ConnectOptions = {},
): Promise<FixTrader> {
  const socket = connect(port, "127.0.0.1");
  const trader = new FixTrader(socket, logins, options);
  await new Promise((resolve) => socket.once("connect", resolve));
  return trader;
}

/** Logs on and waits for the answer. */
export async function logOnTo(trader: FixTrader): Promise<FixTrader> {
  trader.logOn();
  await trader.until((fields) => fields[35] === "A");
  return trader;
}

export type ConnectOptions = {
  readonly accountId?: number;
  readonly compId?: string;
  readonly targetCompId?: string;
};

export type FixTestOptions = {
  readonly directory?: string;
  /** Of the venue that had the directory before. */
  readonly keyTexts?: readonly string[];
  readonly instruments?: readonly Instrument[];
  /** Events of an account that are in memory. */
  readonly keptEventsMax?: number;
  readonly handedBytesMax?: number;
  readonly ordersPerSecondMax?: number;
  /** Whether there is REST too; false. */
  readonly rest?: boolean;
};

/** The log's past, and how often it was asked for. */
class CountedPast implements PastReports {
  questions = 0;
  readonly #past: PastReports;

  constructor(past: PastReports) {
    this.#past = past;
  }

  ask(question: PastReportsQuestion, onAnswer: (answer: PastReportsAnswer) => void): void {
    this.questions++;
    this.#past.ask(question, onAnswer);
  }
}

type FixTestParts = Pick<
  FixTestVenue,
  "directory" | "exchange" | "history" | "gateway" | "server" | "keys" | "keyTexts" | "past"
>;

export class FixTestVenue {
  readonly directory: string;
  readonly exchange: Exchange;
  readonly history: HistoryForTest;
  readonly gateway: FixGateway;
  /** REST, where it was asked for. */
  readonly server: GatewayServer | undefined;
  readonly keys: KeyRing;
  readonly past: CountedPast;
  /** KEY_TERMS says whose they are. */
  readonly keyTexts: readonly string[];
  #isStopped = false;

  constructor(parts: FixTestParts) {
    this.directory = parts.directory;
    this.exchange = parts.exchange;
    this.history = parts.history;
    this.gateway = parts.gateway;
    this.server = parts.server;
    this.keys = parts.keys;
    this.past = parts.past;
    this.keyTexts = parts.keyTexts;
  }

  /** Of an account's trader, the operator (OPERATOR) or who only looks (VIEWER). */
  loginOf(place: number): { username: string; password: string } {
    const login = shortLoginOf(this.keyTexts[place - 1]);
    if (login === undefined) throw new Error("the test's keys are keys");
    return login;
  }

  /** A connection that has said nothing. */
  dial(options: ConnectOptions = {}): Promise<FixTrader> {
    return dialFix(this.gateway.port, this, options);
  }

  /** A client that is logged on. */
  async connect(options: ConnectOptions = {}): Promise<FixTrader> {
    return logOnTo(await this.dial(options));
  }

  /** A REST request with the key of account 1. */
  async ask(method: string, path: string, body?: object): Promise<number> {
    const headers = {
      authorization: `Bearer ${this.keyTexts[0]}`,
      "content-type": "application/json",
    };
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.server?.url}${path}`, { method, headers, ...init });
    await response.text();
    return response.status;
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await this.gateway.stop(1000);
    await this.server?.stop(1000);
    await this.exchange.stop();
  }

  /** As after a kill: another process finds what is on the disk by now, and this one goes. */
  async killed(t: TestContext): Promise<FixTestVenue> {
    const directory = this.#copy();
    await this.stop();
    return startFixVenue(t, { directory, keyTexts: this.keyTexts });
  }

  /** The next start after a stop. */
  async restarted(t: TestContext): Promise<FixTestVenue> {
    await this.stop();
    return startFixVenue(t, { directory: this.#copy(), keyTexts: this.keyTexts });
  }

  /** All that is on the disk but who has it open. */
  #copy(): string {
    const directory = mkdtempSync(join(tmpdir(), "outcry-fix-again-"));
    const filter = (path: string): boolean => !/\/lock\.\d+$/.test(path);
    cpSync(this.directory, directory, { recursive: true, filter });
    return directory;
  }
}

/** Stops with the test. */
export async function startFixVenue(
  t: TestContext,
  options: FixTestOptions = {},
): Promise<FixTestVenue> {
  const { instruments = [ACME] } = options;
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "outcry-fix-"));
  const { exchange } = await openExchange({
    directory: join(directory, "log"),
    limits: VENUE_TEST_LIMITS,
    log: VENUE_TEST_LOG,
  });
  await listInstruments(exchange, instruments);
  const { keys, keyTexts } = keysForTest(options.keyTexts);
  const place = { venue: exchange, keys, host: "127.0.0.1", port: 0 };
  const past = new LogReports(new BackgroundThreads(), join(directory, "log"), () => {
    return exchange.health().durableSequence;
  });
  const { keptEventsMax, handedBytesMax } = options;
  const counted = new CountedPast(past);
  const history = new HistoryForTest(exchange);
  const gateway = await startFix({
    ...{ ...place, past: counted, history, log: quiet, directory: join(directory, "fix") },
    ...(keptEventsMax === undefined ? {} : { keptEventsMax }),
    ...(handedBytesMax === undefined ? {} : { handedBytesMax }),
    ordersPerSecondMax: options.ordersPerSecondMax,
  });
  const server =
    options.rest === true ? await startRest(exchange, history, keys, directory) : undefined;
  const venue = new FixTestVenue({
    ...{ directory, exchange, history, gateway, server, keys, keyTexts },
    past: counted,
  });
  t.after(async () => {
    await venue.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return venue;
}

const quiet: Log = () => {};

function startRest(
  exchange: Exchange,
  history: HistoryForTest,
  keys: KeyRing,
  directory: string,
): Promise<GatewayServer> {
  return startGateway({
    ...{ venue: exchange, history, keys, host: "127.0.0.1", port: 0, log: quiet },
    webDirectory: join(directory, "no-page"),
    version: "0.0.0",
  });
}

/** A key is the same whenever it is made from the same text: its digests follow from it. */
const KNOWN = new Map<string, ReturnType<typeof newKey>>();

/** Traders of accounts 1 to 3, then an operator and somebody who looks at account 2. */
const KEY_TERMS: readonly KeyTerms[] = [
  { accountId: 1, role: "trader" },
  { accountId: 2, role: "trader" },
  { accountId: 3, role: "trader" },
  { accountId: OPERATOR_ACCOUNT_ID, role: "operator" },
  { accountId: 2, role: "viewer" },
];

function keysForTest(known: readonly string[] | undefined): { keys: KeyRing; keyTexts: string[] } {
  const made = KEY_TERMS.map((terms, index) => {
    const key = KNOWN.get(known?.[index] ?? "") ?? newKey(terms);
    KNOWN.set(key.keyText, key);
    return key;
  });
  return {
    keys: new KeyRing(made.map(({ key }) => key)),
    keyTexts: made.map(({ keyText }) => keyText),
  };
}
