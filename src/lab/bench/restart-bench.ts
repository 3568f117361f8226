// How long a restart takes, from a snapshot alone and with commands after it, and how long trading
// stands still while a snapshot is written beside it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { RecordBuffer } from "../../base/record-buffer.ts";
import { BackgroundThreads } from "../../cli/background-threads.ts";
import { Snapshots } from "../../cli/snapshots.ts";
import { ENGINE_LIMITS } from "../../engine/engine-limits.ts";
import type { Exchange } from "../../exchange/exchange.ts";
import { openExchange } from "../../exchange/open-exchange.ts";
import { SnapshotTaker } from "../../exchange/snapshot-taker.ts";
import type { CommandLog } from "../../log/command-log.ts";
import { nodeDisk } from "../../log/node-disk.ts";
import { recoverLog } from "../../log/recovery.ts";
import { KEEP_ALL } from "../../log/retention.ts";
import { REASON_NONE } from "../../model/reasons.ts";
import { systemClock } from "../../ops/clock.ts";
import type { LogFields } from "../../ops/logging.ts";
import { workerUrl } from "../../ops/worker-url.ts";
import { RestartFlow } from "./restart-flow.ts";
import { runInProcess } from "./run-in-process.ts";

/** Commands that are made, appended and waited for together. */
const CHUNK = 40_000;
/** Commands that wait for the disk: beyond, the trading loop turns without them. */
const WAITING_MAX = 10_000;

export type RestartBenchOptions = {
  readonly restingOrders: number;
  /** After the snapshot. */
  readonly commands: number;
  readonly runs: number;
  /** How long trading is watched without a snapshot, after half as long to warm up. */
  readonly watchMillis: number;
};

export type RestartResult = {
  readonly benchmark: string;
  readonly restingOrders: number;
  readonly commands: number;
  readonly seconds: number;
  /** Of the whole process, on however many cores: what an idle machine needs at most, about. */
  readonly cpuSeconds: number;
  readonly stateHash: string;
};

export type PauseResult = {
  readonly benchmark: "snapshot beside trading";
  readonly restingOrders: number;
  readonly snapshotBytes: number;
  readonly snapshotSeconds: number;
  /** Longest turn of the trading loop in as much time without a snapshot, and with it. */
  readonly turnMillisMaxBefore: number;
  readonly turnMillisMaxBeside: number;
};

type Restarted = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly snapshotSequence: number;
  readonly recoveredCommands: number;
  readonly stateHash: string;
};

/** Rejects when a restart did not recover what the log holds. */
export async function benchRestart(
  options: RestartBenchOptions,
  say: (result: RestartResult | PauseResult) => void,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "outcry-restart-"));
  const { restingOrders, commands, runs, watchMillis } = options;
  try {
    const flow = new RestartFlow();
    await extendLog(directory, async (log) => {
      flow.list((records, at) => append(log, records, at));
      await inChunks(log, restingOrders, (count) =>
        flow.rest(count, (records, at) => append(log, records, at)),
      );
    });
    say(await snapshotBesideTrading(directory, restingOrders, watchMillis, flow));
    await snapshotNow(directory, flow.sequence);
    for (let run = 0; run < runs; run++) {
      say(await restart(directory, "restart from a snapshot alone", options, 0, flow.sequence));
    }

    await extendLog(directory, (log) =>
      inChunks(log, commands, (count) =>
        flow.trade(count / 4, (records, at) => append(log, records, at)),
      ),
    );
    for (let run = 0; run < runs; run++) {
      const name = "restart with commands since the snapshot";
      say(await restart(directory, name, options, commands, flow.sequence - commands));
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function restart(
  directory: string,
  benchmark: string,
  { restingOrders }: RestartBenchOptions,
  commands: number,
  snapshotSequence: number,
): Promise<RestartResult> {
  const script = fileURLToPath(workerUrl(import.meta.url, "restart-process"));
  const found = await runInProcess<Restarted>(script, [directory]);
  if (found.recoveredCommands !== commands || found.snapshotSequence !== snapshotSequence) {
    const expected = `snapshot ${snapshotSequence} and ${commands} commands`;
    throw new Error(`expected ${expected}, found ${JSON.stringify(found)}`);
  }
  const { seconds, cpuSeconds, stateHash } = found;
  return { benchmark, restingOrders, commands, seconds, cpuSeconds, stateHash };
}

async function extendLog(
  directory: string,
  extend: (log: CommandLog) => Promise<void>,
): Promise<void> {
  const { log } = await recoverLog(directory, {}, () => {});
  await extend(log);
  await log.close();
}

function append(log: CommandLog, records: RecordBuffer, at: number): void {
  const sequence = log.appendedSequence + 1;
  if (log.tryAppend(records, at, sequence, systemClock.nowMicros()) < 0) {
    throw new Error(`expected room for command ${sequence} in the open batch, found none`);
  }
}

async function inChunks(
  log: CommandLog,
  count: number,
  make: (count: number) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let left = count;
  const next = (): void => {
    const chunk = Math.min(left, CHUNK);
    left -= chunk;
    if (chunk === 0) resolve();
    else make(chunk);
    log.commit();
  };
  log.onDurable((durable) => {
    if (durable === log.appendedSequence) next();
  });
  log.onFailure(reject);
  next();
  await promise;
}

/** A live exchange that trades in every turn of its loop, without and with a snapshot's thread. */
async function snapshotBesideTrading(
  directory: string,
  restingOrders: number,
  watchMillis: number,
  flow: RestartFlow,
): Promise<PauseResult> {
  const { exchange } = await openExchange({ directory });
  const taken = Promise.withResolvers<number>();
  const log = (level: string, message: string, fields: LogFields = {}): void => {
    if (level === "error") taken.reject(new Error(`${message} ${JSON.stringify(fields)}`));
    else taken.resolve(Number(fields["payloadBytes"]));
  };
  const threads = new BackgroundThreads();
  const settings = { threads, logDirectory: directory, everyCommands: 1, retention: KEEP_ALL, log };
  const snapshots = new Snapshots({ ...settings, readersSequence: () => 0 }, 0);

  await longestTurn(exchange, flow, setTimeout(watchMillis / 2));
  const turnMillisMaxBefore = await longestTurn(exchange, flow, setTimeout(watchMillis));
  const started = performance.now();
  snapshots.announce(exchange.health().durableSequence);
  const turnMillisMaxBeside = await longestTurn(exchange, flow, taken.promise);
  const snapshotSeconds = (performance.now() - started) / 1000;
  await exchange.stop();
  await snapshots.stop();
  return {
    benchmark: "snapshot beside trading",
    restingOrders,
    snapshotBytes: await taken.promise,
    snapshotSeconds,
    turnMillisMaxBefore,
    turnMillisMaxBeside,
  };
}

/** Trades in every turn of the event loop until `end`; the longest time between two turns. */
async function longestTurn(
  exchange: Exchange,
  flow: RestartFlow,
  end: Promise<unknown>,
): Promise<number> {
  let isOver = false;
  void end.finally(() => {
    isOver = true;
  });
  let longestMillis = 0;
  let lastMillis = performance.now();
  while (!isOver) {
    const { sequence, durableSequence } = exchange.health();
    const hasRoom = sequence - durableSequence < WAITING_MAX;
    if (hasRoom) flow.trade(1, (records, at) => submit(exchange, records, at));
    await setImmediate();
    const nowMillis = performance.now();
    longestMillis = Math.max(longestMillis, nowMillis - lastMillis);
    lastMillis = nowMillis;
  }
  await end;
  return longestMillis;
}

function submit(exchange: Exchange, records: RecordBuffer, at: number): void {
  const reason = exchange.submit(records, at);
  if (reason !== REASON_NONE) throw new Error(`expected a command to be taken, found ${reason}`);
}

/** A snapshot of all that the log holds, which nobody has open. */
async function snapshotNow(directory: string, sequence: number): Promise<void> {
  const parts = { directory, disk: nodeDisk, limits: ENGINE_LIMITS, retention: KEEP_ALL };
  const taker = new SnapshotTaker({ ...parts, clock: systemClock });
  await taker.take(sequence, sequence);
  taker.close();
}
