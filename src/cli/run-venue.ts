// The wiring of a venue in one process, from recovery to the last answer: what starts in which
// order, and stops in the opposite one.

import { watchFile } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listInstruments } from "../exchange/list-instruments.ts";
import { type OpenedExchange, openExchange } from "../exchange/open-exchange.ts";
import { ConnectionBudget, connectionsOf } from "../gateway/connection-budget.ts";
import { type GatewayServer, startGateway } from "../gateway/gateway-server.ts";
import { type KeyRing, openKeys, readKeys, shortLoginOf } from "../gateway/keys.ts";
import { UnreadBudget } from "../gateway/unread-budget.ts";
import { RecentExecutions } from "../gateway/websocket/recent-executions.ts";
import type { LogFailure } from "../log/log-failure.ts";
import { mayRemoveSegments, type RetentionLimits } from "../log/retention.ts";
import { SIMULATED_INSTRUMENTS } from "../market/simulated-instruments.ts";
import { SimulatorDriver } from "../market/simulator-driver.ts";
import { systemClock } from "../ops/clock.ts";
import { stderrLog } from "../ops/logging.ts";
import { Metrics } from "../ops/metrics.ts";
import { openFilesMax } from "../ops/open-files.ts";
import { makeRealTime } from "../ops/real-time.ts";
import { untilSignal } from "../ops/shutdown.ts";
import { takeTradingCore } from "../ops/trading-core.ts";
import { BackgroundThreads } from "./background-threads.ts";
import { History } from "./history.ts";
import { ThreadPreviews } from "./previews.ts";
import { Snapshots } from "./snapshots.ts";
import { LogTimeTravel } from "./time-travel.ts";
import type { TlsFiles } from "./tls-files.ts";
import { EXIT_DONE, EXIT_FAILED } from "./verb.ts";
import { readVersion } from "./version.ts";
import { startWirePorts, type WirePorts, type WireSettings } from "./wire-ports.ts";

export type VenueOptions = {
  readonly dataDirectory: string;
  readonly host: string;
  readonly port: number;
  readonly simulates: boolean;
  readonly wire: WireSettings;
  readonly log: LogSettings;
  /** Of one WebSocket connection; undefined: no limit. */
  readonly ordersPerSecondMax: number | undefined;
  readonly isRealTime: boolean;
  /** For the trading thread alone; undefined: all threads share all cores. */
  readonly tradingCore: number | undefined;
  /** Of every port over TCP; undefined: no TLS. */
  readonly tls: TlsFiles | undefined;
};

/** How the log is kept: sizes, snapshots, what may go. */
export type LogSettings = {
  readonly segmentBytes: number;
  readonly snapshotCommands: number;
  readonly retention: RetentionLimits;
  /** Signs the history; "" where nobody does. */
  readonly sealKeyPem: string;
  readonly sealMillis: number;
};

const KEYS_LOOK_MILLIS = 500;
/** A clock that is set right by less is nothing to look at. */
const CLOCK_BEHIND_MICROS_MAX = 60_000_000;

/** Both in a checkout and in an installed package: beside src or dist. */
const WEB_DIRECTORY = fileURLToPath(new URL("../../web/dist", import.meta.url));

type Parts = OpenedExchange & {
  readonly history: History;
  readonly snapshots: Snapshots;
  readonly gateway: GatewayServer;
  readonly wirePorts: WirePorts;
};

/** Runs until a signal asks for the end or the log fails; returns the exit code. */
export async function runVenue(options: VenueOptions): Promise<number> {
  const signal = untilSignal();
  const parts = await startParts(options);
  const simulator = options.simulates ? new SimulatorDriver(parts.exchange) : undefined;
  const end = await Promise.race([signal, parts.exchange.failed]);
  simulator?.stop();
  return typeof end === "string" ? stopCleanly(parts, end) : stopFailed(parts, end);
}

/** What is open so far, to be closed in the opposite order when the rest cannot start. */
type Open = (() => Promise<unknown>)[];

async function startParts(options: VenueOptions): Promise<Parts> {
  const threads = new BackgroundThreads(await takeCore(options.tradingCore));
  const recent = new RecentExecutions();
  const opened = await openExchange({
    directory: join(options.dataDirectory, "log"),
    log: { segmentBytes: options.log.segmentBytes },
    itch: options.wire.itchPort !== undefined,
    previews: new ThreadPreviews(threads),
    onRecovered: recent.onBatch,
  });
  recent.follow(opened.exchange, opened.snapshotSequence);
  printRecovery(opened);
  warnOfClock(opened.exchange);
  const open: Open = [() => opened.exchange.stop()];
  try {
    return await startAround(opened, threads, options, open, recent);
  } catch (error) {
    for (const close of open.reverse()) await close();
    throw error;
  }
}

async function startAround(
  opened: OpenedExchange,
  threads: BackgroundThreads,
  options: VenueOptions,
  open: Open,
  recent: RecentExecutions,
): Promise<Parts> {
  const { exchange } = opened;
  const logDirectory = join(options.dataDirectory, "log");
  const { snapshotCommands, retention, sealKeyPem, sealMillis } = options.log;
  const databaseDirectory = join(options.dataDirectory, "history");
  const onHistoryEnd = (error: Error): void => {
    stderrLog("error", "the history stopped; trading goes on", { message: error.message });
  };
  const removesSegments = mayRemoveSegments(retention);
  const history = new History(
    ...([threads, logDirectory, databaseDirectory] as const),
    ...([onHistoryEnd, removesSegments] as const),
  );
  open.push(() => history.stop(exchange.health().durableSequence));
  exchange.onDurable((durableSequence) => history.announce(durableSequence));
  const snapshots = new Snapshots(
    {
      ...{ threads, logDirectory },
      everyCommands: snapshotCommands,
      ...{ retention, sealKeyPem, sealMillis },
      readersSequence: () => history.syncedSequence(),
    },
    opened.snapshotSequence,
  );
  open.push(() => snapshots.stop());
  exchange.onDurable((durableSequence) => snapshots.announce(durableSequence));
  const instruments = SIMULATED_INSTRUMENTS.map(({ instrument }) => instrument);
  await listInstruments(exchange, instruments);

  const metrics = Metrics.ofProcess();
  metrics.gauge("outcry_history_lag_commands", "Durable commands not in the history yet", () => {
    return exchange.health().durableSequence - history.sequence();
  });
  metrics.gauge("outcry_snapshot_lag_commands", "Durable commands since the last snapshot", () => {
    return exchange.health().durableSequence - snapshots.sequence;
  });
  metrics.gauge("outcry_clock_behind_seconds", "Log's last time minus the machine's", () => {
    return exchange.clockBehindMicros / 1_000_000;
  });
  registerEndedIds(metrics, opened);
  const keysPath = join(options.dataDirectory, "keys.json");
  const { keys, firstKey } = openKeys(keysPath);
  if (firstKey !== "") printKey(firstKey); // No later start has it: before any port can be taken.
  followKeys(keysPath, keys);
  const connections = new ConnectionBudget(connectionsOf(openFilesMax()));
  registerConnections(metrics, connections);
  const unread = new UnreadBudget(systemClock);
  registerUnread(metrics, unread);
  const durableSequence = (): number => exchange.health().durableSequence;
  const tls = options.tls?.certificate;
  options.tls?.register(metrics, systemClock);
  options.tls?.follow(stderrLog, systemClock);
  const gateway = await startGateway({
    venue: exchange,
    history: history.queries,
    keys,
    timeTravel: new LogTimeTravel(threads, logDirectory, durableSequence),
    host: options.host,
    port: options.port,
    webDirectory: WEB_DIRECTORY,
    version: readVersion(),
    metrics,
    tls,
    ...{ connections, unread },
    ordersPerSecondMax: options.ordersPerSecondMax,
    recent,
  });
  open.push(() => gateway.stop());
  const { host, dataDirectory, ordersPerSecondMax } = options;
  const wirePorts = await startWirePorts(options.wire, {
    ...{ threads, venue: exchange, history: history.queries, keys, metrics },
    ...{ host, dataDirectory, ordersPerSecondMax, tls, connections, unread },
  });
  if (options.isRealTime) takeRealTime();
  console.log(`outcry is open at ${gateway.url} (docs at ${gateway.url}/docs)`);
  return { ...opened, history, snapshots, gateway, wirePorts };
}

/** The cores that it leaves to all else; undefined, any, where the host gives none. */
async function takeCore(tradingCore: number | undefined): Promise<readonly number[] | undefined> {
  if (tradingCore === undefined) return undefined;
  try {
    const others = await takeTradingCore(tradingCore);
    console.log(`core ${tradingCore}: the trading thread alone`);
    return others;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    stderrLog("warn", "no core for trading alone: it goes on without", { message });
    return undefined;
  }
}

/** Where the host gives none, trading goes on without. */
function takeRealTime(): void {
  try {
    makeRealTime();
    console.log("real-time priority: the trading thread and the writers of the log");
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    stderrLog("warn", "no real-time priority: trading goes on without", { message });
  }
}

/** Where both are the same, ids are forgotten before their day is over. */
function registerEndedIds(metrics: Metrics, { exchange }: OpenedExchange): void {
  metrics.gauge("outcry_ended_order_ids", "Client order ids of ended orders that are known", () => {
    return exchange.endedIdsCount;
  });
  metrics.gauge("outcry_ended_order_ids_max", "And how many of them are known at most", () => {
    return exchange.endedIdsMax;
  });
}

function registerConnections(metrics: Metrics, connections: ConnectionBudget): void {
  metrics.gauge("outcry_connections", "Connections of all ports over TCP", () => connections.count);
  metrics.gauge(
    "outcry_connections_max",
    "Connections of all ports for which there are open files (ulimit -n)",
    () => connections.connectionsMax,
  );
  metrics.counter("outcry_connections_refused_total", "Connections beyond that", [], () => [
    { labels: {}, count: connections.refusedCount },
  ]);
  const evicted = "Connections without a login that made way for newer ones";
  metrics.counter("outcry_connections_evicted_total", evicted, [], () => [
    { labels: {}, count: connections.evictedCount },
  ]);
}

function registerUnread(metrics: Metrics, unread: UnreadBudget): void {
  metrics.gauge(
    "outcry_unread_bytes",
    "Bytes kept because clients over TCP have not read them, or sent the rest of a request",
    () => unread.unreadBytes,
  );
  metrics.counter("outcry_unread_cut_total", "Clients cut as there were too many bytes", [], () => [
    { labels: {}, count: unread.cutCount },
  ]);
}

/** Keys that are added or revoked while the exchange runs count within a second. */
function followKeys(path: string, keys: KeyRing): void {
  watchFile(path, { interval: KEYS_LOOK_MILLIS, persistent: false }, () => {
    try {
      keys.replace(readKeys(path) ?? []);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      stderrLog("error", "the keys stay as they were", { message });
    }
  });
}

function printKey(firstKey: string): void {
  const { username, password } = shortLoginOf(firstKey) ?? { username: "", password: "" };
  console.log(`first API key, shown only now: ${firstKey}`);
  console.log(`its short login (OUCH, FIX): username ${username}, password ${password}`);
}

async function stopCleanly(parts: Parts, signal: string): Promise<number> {
  const { exchange, gateway, history, snapshots, wirePorts } = parts;
  console.log(`${signal}: stopping`);
  await Promise.all([gateway.stop(), wirePorts.stopEntry()]);
  await snapshots.stop();
  await exchange.stop();
  await wirePorts.stopData();
  const { sequence, durableSequence } = exchange.health();
  await stopHistory(history, durableSequence);
  console.log(`stopped at sequence ${sequence}, state ${exchange.stateHash()}`);
  return EXIT_DONE;
}

/** Nothing was acknowledged since the failure; what is durable is what the next start finds. */
async function stopFailed(parts: Parts, failure: LogFailure): Promise<number> {
  const { exchange, gateway, history, snapshots, wirePorts } = parts;
  stderrLog("error", "the log failed: stopping", { code: failure.code, message: failure.message });
  await Promise.all([gateway.stop(), wirePorts.stopEntry()]);
  await snapshots.stop();
  await exchange.stop();
  await wirePorts.stopData();
  await stopHistory(history, exchange.health().durableSequence);
  return EXIT_FAILED;
}

async function stopHistory(history: History, durableSequence: number): Promise<void> {
  if (await history.stop(durableSequence)) return;
  const expected = { durableSequence, found: history.sequence() };
  stderrLog("warn", "the history is behind: the next start writes the rest", expected);
}

/** Until the machine's time is there, exchange time stands still: calls and expiries wait. */
function warnOfClock(exchange: OpenedExchange["exchange"]): void {
  const behindMicros = exchange.clockBehindMicros;
  if (behindMicros <= CLOCK_BEHIND_MICROS_MAX) return;
  const nowMillis = systemClock.nowMicros() / 1000;
  stderrLog("warn", "the machine's time is before the log's last: exchange time stands still", {
    machine: new Date(nowMillis).toISOString(),
    log: new Date(nowMillis + behindMicros / 1000).toISOString(),
  });
}

function printRecovery(opened: OpenedExchange): void {
  const { exchange, recoveredCommands, skippedSnapshots, snapshotSequence, tornBytes } = opened;
  for (const { code, message } of skippedSnapshots) {
    stderrLog("warn", "a snapshot was passed over", { code, message });
  }
  for (const { code, message } of opened.oldDamage) {
    stderrLog("warn", "an old segment, which the start did not need", { code, message });
  }
  if (snapshotSequence > 0) console.log(`loaded the snapshot of sequence ${snapshotSequence}`);
  if (tornBytes > 0) console.log(`cut ${tornBytes} bytes of an unfinished write off the log`);
  if (recoveredCommands + snapshotSequence === 0) return;
  console.log(`recovered ${recoveredCommands} commands, state ${exchange.stateHash()}`);
}
