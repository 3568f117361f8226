// One seed: the whole exchange, its machine, its clients and its faults, for some simulated seconds
// with faults and then without, until everything has caught up; then everything is compared.

import { createHash } from "node:crypto";
import { Prng } from "../../src/base/prng.ts";
import { levelsOf } from "../../src/book/book-view.ts";
import type { Exchange } from "../../src/exchange/exchange.ts";
import { type ApiKey, KeyRing, shortLoginOf } from "../../src/gateway/keys.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { Chronicle } from "./chronicle.ts";
import { ExchangeHost } from "./exchange-host.ts";
import { FaultDriver } from "./fault-driver.ts";
import { FixTrader } from "./fix-trader.ts";
import { ItchReceiver } from "./itch-receiver.ts";
import { Ledger } from "./ledger.ts";
import type { LineParts } from "./line.ts";
import { LogDamage } from "./log-damage.ts";
import { INSTRUMENTS } from "./market.ts";
import type { OuchLineOf } from "./ouch-line.ts";
import { OuchTrader } from "./ouch-trader.ts";
import { OuchUdpLine } from "./ouch-udp-line.ts";
import { Scheduler, START_MICROS, settle } from "./scheduler.ts";
import { SimulatedDatagrams } from "./simulated-datagrams.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { EXCHANGE_PLACE, OUCH_UDP_PLACE } from "./simulated-gateways.ts";
import { SimulatedStore } from "./simulated-history.ts";
import { SimulatedNetwork } from "./simulated-network.ts";
import { ForgottenReports } from "./simulated-past.ts";
import { ProcessDied } from "./simulated-process.ts";
import { SoupClient } from "./soup-client.ts";
import { drawSwarm, type FaultChoice, type Swarm } from "./swarm.ts";
import { Trace } from "./trace.ts";
import { Trader } from "./trader.ts";
import { depthName, type Truth } from "./truth.ts";
import { promise } from "./violation.ts";
import { Watcher } from "./watcher.ts";

export type SimulationOptions = {
  readonly seed: number;
  readonly faults?: FaultChoice;
  /** Gets every line of the trace. */
  readonly print?: (line: string) => void;
};

export type Outcome = {
  readonly seed: number;
  /** Equal for equal histories. */
  readonly traceHash: string;
  readonly commands: number;
  readonly starts: number;
  readonly toldOrders: number;
  readonly simulatedSeconds: number;
  /** What was not kept; undefined when everything was. */
  readonly violation: Error | undefined;
  readonly lastLines: readonly string[];
};

/** How OUCH reaches the exchange, and for whom. */
type OuchWay = {
  readonly prefix: string;
  readonly firstAccountId: number;
  readonly lineOf: (who: {
    readonly name: string;
    readonly username: string;
    readonly password: string;
  }) => OuchLineOf;
};

const FAULTS_MICROS = 8_000_000;
/** Silence is noticed within 15 s, a slow client is closed within 10 s more. */
const CATCH_UP_MICROS = 60_000_000;
const LEVELS_MAX = 1000;
/** Of the first trader; those over the API are from 1 on, the house's from 11. */
const OUCH_ACCOUNT_ID = 21;
const OUCH_UDP_ACCOUNT_ID = 31;
const FIX_ACCOUNT_ID = 41;
/** Where receivers of ITCH listen. */
const RECEIVER_PORT = 9300;
const KEY_ID_DIGITS = 12;
/** The part of a key's id that short logins have. */
const SHORT_NAME_DIGITS = 6;

/** Runs a seed to its end. One at a time: what nobody catches is this run's. */
export async function simulate(options: SimulationOptions): Promise<Outcome> {
  const simulation = new Simulation(options);
  let violation: Error | undefined;
  const onUncaught = (error: unknown): void => {
    if (!(error instanceof ProcessDied)) violation ??= asError(error);
  };
  process.on("uncaughtException", onUncaught);
  process.on("unhandledRejection", onUncaught);
  try {
    await simulation.run(() => violation !== undefined);
    await settle();
  } catch (error) {
    onUncaught(error);
  }
  const outcome = simulation.outcome(violation);
  try {
    simulation.close();
    await settle();
  } finally {
    process.off("uncaughtException", onUncaught);
    process.off("unhandledRejection", onUncaught);
  }
  return outcome;
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #scheduler = new Scheduler();
  readonly #trace: Trace;
  readonly #host: ExchangeHost;
  readonly #network: SimulatedNetwork;
  readonly #faults: FaultDriver;
  readonly #ledger = new Ledger();
  readonly #chronicle = new Chronicle();
  readonly #store = new SimulatedStore();
  readonly #traders: readonly Trader[];
  readonly #watchers: readonly Watcher[];
  readonly #ouchTraders: readonly OuchTrader[];
  readonly #fixTraders: readonly FixTrader[];
  readonly #forgotten = new ForgottenReports();
  readonly #itchReceivers: readonly ItchReceiver[];
  #commands = 0;

  constructor(options: SimulationOptions) {
    const { seed, faults = "some", print } = options;
    this.#options = options;
    const prng = new Prng(seed);
    const fork = (): Prng => new Prng(prng.nextUint32());
    const swarm = drawSwarm(fork(), faults);
    this.#trace = new Trace(this.#scheduler, print);
    this.#trace.add("seed", `${seed}: ${textOf(swarm)}`);
    const shared = { scheduler: this.#scheduler, trace: this.#trace };
    const disk = new SimulatedDisk(fork(), swarm.sectorBytes);
    const network = new SimulatedNetwork(fork(), this.#scheduler);
    this.#network = network;
    const datagrams = new SimulatedDatagrams(fork(), this.#scheduler, network.condition);
    const damage = new LogDamage(disk, fork());
    const keys = keysFrom(1, swarm.traders);
    const ouchKeys = keysFrom(OUCH_ACCOUNT_ID, swarm.ouchThinkMicros);
    const ouchUdpKeys = keysFrom(OUCH_UDP_ACCOUNT_ID, swarm.ouchUdpThinkMicros);
    const fixKeys = keysFrom(FIX_ACCOUNT_ID, swarm.fixThinkMicros);
    const places = Array.from({ length: swarm.itchReceivers }, (_, index) => {
      return { host: `receiver${index + 1}`, port: RECEIVER_PORT };
    });
    this.#host = new ExchangeHost({
      ...shared,
      prng: fork(),
      disk,
      network,
      datagrams,
      itchReceivers: places,
      damage,
      store: this.#store,
      chronicle: this.#chronicle,
      ledger: this.#ledger,
      keys: new KeyRing([...keys, ...ouchKeys, ...ouchUdpKeys, ...fixKeys].map(({ key }) => key)),
      forgotten: this.#forgotten,
      segmentBytes: swarm.segmentBytes,
      batchBytesMax: swarm.batchBytesMax,
      snapshots: swarm.snapshots,
      houseThinkMicros: swarm.houseThinkMicros,
    });
    const client = { ...shared, network, venue: this.#host };
    const symbols = INSTRUMENTS.map(({ symbol }) => symbol);
    this.#traders = swarm.traders.map((taste, index) => {
      const { keyText } = keys[index];
      const { protocol } = taste;
      const parts = { ...client, name: `${protocol}${index + 1}`, keyText, protocol };
      return new Trader(index + 1, parts, fork(), taste, this.#ledger, symbols);
    });
    this.#watchers = Array.from({ length: swarm.watchers }, (_, index) => {
      const { keyText } = keys[0];
      const protocol = "websocket";
      const parts = { ...client, name: `watcher${index + 1}`, keyText, protocol } as const;
      return new Watcher(symbols[index % symbols.length], parts, fork());
    });
    const overSoup = this.#ouchTradersOf(swarm.ouchThinkMicros, fork, {
      ...{ prefix: "ouch", firstAccountId: OUCH_ACCOUNT_ID },
      lineOf: (who) => (listener) => new SoupClient({ ...client, ...who }, listener),
    });
    this.#itchReceivers = places.map(({ host, port }, index) => {
      const socket = datagrams.open(this.#scheduler, host);
      socket.bind(port, host, () => {});
      return new ItchReceiver({
        name: `itch${index + 1}`,
        socket,
        server: EXCHANGE_PLACE,
        trace: this.#trace,
        published: () => this.#published(),
      });
    });
    const udp = { ...shared, datagrams, server: OUCH_UDP_PLACE };
    const overUdp = this.#ouchTradersOf(swarm.ouchUdpThinkMicros, fork, {
      ...{ prefix: "ouch-udp", firstAccountId: OUCH_UDP_ACCOUNT_ID },
      lineOf: (who) => (listener) => new OuchUdpLine({ ...udp, ...who }, listener),
    });
    this.#ouchTraders = [...overSoup, ...overUdp];
    this.#faults = new FaultDriver(
      { ...shared, prng: fork(), host: this.#host, disk, network, damage, store: this.#store },
      swarm,
    );
    this.#fixTraders = this.#fixTradersOf(swarm.fixThinkMicros, fork, client);
  }

  /** One for each of `thinkMicros`. */
  #ouchTradersOf(
    thinkMicros: readonly number[],
    fork: () => Prng,
    { prefix, firstAccountId, lineOf }: OuchWay,
  ): OuchTrader[] {
    const symbols = INSTRUMENTS.map(({ symbol }) => symbol);
    return thinkMicros.map((micros, index) => {
      const accountId = firstAccountId + index;
      const name = `${prefix}${index + 1}`;
      const parts = {
        ...{ name, scheduler: this.#scheduler, trace: this.#trace },
        lineOf: lineOf({ name, ...keyOf(accountId).login }),
      };
      return new OuchTrader(accountId, parts, fork(), micros, this.#ledger, symbols);
    });
  }

  #fixTradersOf(
    everyThinkMicros: readonly number[],
    fork: () => Prng,
    client: Omit<LineParts, "name">,
  ): FixTrader[] {
    const symbols = INSTRUMENTS.map(({ symbol }) => symbol);
    return everyThinkMicros.map((thinkMicros, index) => {
      const accountId = FIX_ACCOUNT_ID + index;
      const who = { name: `fix${index + 1}`, accountId, ...keyOf(accountId).login };
      const taste = { prng: fork(), thinkMicros, symbols };
      return new FixTrader({ ...client, ...who, ...taste, ledger: this.#ledger });
    });
  }

  async run(hasFailed: () => boolean): Promise<void> {
    const endMicros = START_MICROS + FAULTS_MICROS;
    await this.#runUntil(() => hasFailed() || this.#scheduler.nowMicros >= endMicros);
    if (hasFailed()) return;
    this.#trace.add("faults", "stop");
    this.#faults.stop();
    this.#host.isTrading = false;
    for (const trader of this.#everyTrader) trader.stopTrading();
    const lateMicros = this.#scheduler.nowMicros + CATCH_UP_MICROS;
    await this.#runUntil(
      () => hasFailed() || this.#isSettled() || this.#scheduler.nowMicros >= lateMicros,
    );
    if (hasFailed()) return;
    promise(this.#isSettled(), `everything catches up without faults: ${this.#unsettled()}`);
    this.#compare();
  }

  get #everyTrader() {
    return [...this.#traders, ...this.#ouchTraders, ...this.#fixTraders];
  }

  /** Nothing that was simulated stays in memory. */
  close(): void {
    this.#network.close();
  }

  outcome(violation: Error | undefined): Outcome {
    return {
      seed: this.#options.seed,
      traceHash: this.#trace.hash,
      commands: this.#commands,
      starts: this.#host.startCount,
      toldOrders: this.#ledger.toldCount,
      simulatedSeconds: Math.round((this.#scheduler.nowMicros - START_MICROS) / 1_000_000),
      violation,
      lastLines: this.#trace.lastLines,
    };
  }

  async #runUntil(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        if (!(await this.#scheduler.step())) return;
      } catch (error) {
        if (!(error instanceof ProcessDied)) throw error;
      }
    }
  }

  #isSettled(): boolean {
    const { running } = this.#host;
    if (running === undefined) return false;
    const { sequence, durableSequence } = running.exchange.health();
    const { ouch, itch } = running.exchange;
    const countOf = (accountId: number): number => ouch.ofAccount(accountId).nextSequence - 1;
    return (
      sequence === durableSequence &&
      this.#chronicle.lastSequence === sequence &&
      this.#store.position === sequence &&
      this.#traders.every((each) => each.isSettled(this.#chronicle.lastPlaceOf(each.accountId))) &&
      this.#watchers.every((watcher) => isUpToDate(watcher, running.exchange)) &&
      this.#ouchTraders.every((each) => each.isSettled(countOf(each.accountId))) &&
      this.#itchReceivers.every((each) => itch !== undefined && each.isSettled(itch)) &&
      this.#fixTraders.every((each) => each.isSettled(sequence))
    );
  }

  #published() {
    const { exchange } = this.#host.running ?? {};
    const itch = exchange?.itch;
    return exchange === undefined || itch === undefined
      ? undefined
      : { itch, marketData: exchange.marketData };
  }

  #unsettled(): string {
    const { running } = this.#host;
    const { sequence, durableSequence } = running?.exchange.health() ?? {};
    return [
      `sequence ${sequence}, durable ${durableSequence}, told ${this.#chronicle.lastSequence}`,
      `history ${this.#store.position}`,
      ...this.#traders.map(({ accountId, description }) => `account ${accountId}: ${description}`),
      ...this.#watchers.map(({ symbol, rptSeq }) => `${symbol}: ${rptSeq} updates`),
      ...[...this.#ouchTraders, ...this.#fixTraders].map(
        ({ accountId, description }) => `account ${accountId}: ${description}`,
      ),
      ...this.#itchReceivers.map(({ description }) => `ITCH: ${description}`),
    ].join("; ");
  }

  #compare(): void {
    for (const watcher of this.#watchers) watcher.sample();
    const seen = this.#watchers.flatMap((watcher) => watcher.seen);
    const truth = this.#host.readTruth(
      new Set(seen.map(({ symbol, rptSeq }) => depthName(symbol, rptSeq))),
    );
    this.#commands = truth.engine.sequence;
    truth.verify();
    this.#ledger.compare(truth);
    this.#chronicle.compare(truth);
    for (const { accountId, streams } of this.#traders) {
      for (const stream of streams) stream.compare(truth.placesOf(accountId));
    }
    for (const each of this.#ouchTraders) each.compare(truth.ouchMessagesOf(each.accountId));
    for (const each of this.#fixTraders) {
      each.compare(truth.fixReports.ofAccount(each.accountId), this.#forgotten);
    }
    for (const receiver of this.#itchReceivers) receiver.compare(truth.engine);
    for (const { symbol, rptSeq, text } of seen) {
      const found = truth.depthTextAt(symbol, rptSeq);
      promise(text === found, `${symbol} after ${rptSeq} updates is ${found}, seen as ${text}`);
    }
    this.#compareTrades(truth);
    this.#compareBooks(truth);
    this.#compareEngines(truth);
    const history = JSON.stringify(this.#store.batchHashes);
    promise(history === JSON.stringify(truth.batchHashes), "the history is the fold of the log");
    this.#trace.add("end", `${this.#commands} commands, state ${truth.engine.stateHash()}`);
  }

  #compareTrades(truth: Truth): void {
    for (const { symbol, trades } of this.#watchers) {
      const all = truth.tradeIds.get(symbol) ?? [];
      for (const heard of trades) {
        const from = all.indexOf(heard[0]);
        const expected = heard.length === 0 ? [] : all.slice(from, from + heard.length);
        const isAll = JSON.stringify(heard) === JSON.stringify(expected);
        promise(isAll, `trades of ${symbol} come without a gap, found ${heard}, not ${expected}`);
      }
    }
  }

  /** The public book is the engine's. */
  #compareBooks({ engine, feed }: Truth): void {
    for (const { instrumentId, symbol } of INSTRUMENTS) {
      const book = engine.tables.instruments.find(instrumentId);
      const depth = feed.depth(instrumentId, LEVELS_MAX);
      for (const [side, levels] of [
        [SIDE_BUY, depth.bids],
        [SIDE_SELL, depth.asks],
      ] as const) {
        const found = levelsOf(engine.tables.books, book, side, LEVELS_MAX).map(
          ({ priceTicks, qtyLots, orderCount }) => [priceTicks, qtyLots, orderCount],
        );
        const isSame = JSON.stringify(found) === JSON.stringify(levels);
        promise(
          isSame,
          `${symbol}: the public book is the engine's, found ${levels}, not ${found}`,
        );
      }
    }
  }

  #compareEngines(truth: Truth): void {
    const { running } = this.#host;
    promise(running !== undefined, "the exchange runs at the end");
    truth.compare(running.exchange);
  }
}

function isUpToDate({ isSettled, symbol, rptSeq }: Watcher, exchange: Exchange): boolean {
  const instrumentId = exchange.instrumentBySymbol(symbol)?.instrumentId ?? 0;
  return (
    (isSettled || rptSeq === 0) && exchange.marketData.depth(instrumentId, 0).rptSeq === rptSeq
  );
}

/** One for each of `traders`, whose accounts follow one another. */
function keysFrom(firstAccountId: number, traders: readonly unknown[]) {
  return traders.map((_, index) => keyOf(firstAccountId + index));
}

/** The key of an account: simulated secrets need not be any. */
function keyOf(accountId: number) {
  const keyId = String(accountId).padStart(SHORT_NAME_DIGITS, "0").padEnd(KEY_ID_DIGITS, "0");
  const secret = "0".repeat(64);
  const keyText = `outcry-${keyId}-${secret}`;
  const login = shortLoginOf(keyText);
  if (login === undefined) throw new Error("the simulation's keys are keys");
  const secretSha256 = sha256(secret);
  const passwordSha256 = sha256(login.password);
  const key: ApiKey = { keyId, secretSha256, passwordSha256, accountId, role: "trader" };
  return { keyText, login, key };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function textOf({ meanMillis, ...rest }: Swarm): string {
  return JSON.stringify({ faults: Object.fromEntries(meanMillis), ...rest });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
