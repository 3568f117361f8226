// The history's thread: follows the log from disk, folds it through an engine of its own and writes
// what happened into the database; answers queries beside it. It has no queue that could overflow:
// it reads no further than it writes, and when it lags, it lags in the log.

import { workerData } from "node:worker_threads";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { Follower } from "../exchange/follower.ts";
import { restoreEngine, startAfter } from "../exchange/restore-fold.ts";
import { LogReader } from "../log/log-reader.ts";
import { nodeDisk } from "../log/node-disk.ts";
import type { BatchListener } from "../model/venue.ts";
import { HistoryReader } from "../store/history-reader.ts";
import { serveHistory } from "../store/history-rpc.ts";
import { GATHERED_ROWS_MAX, HistoryWriter } from "../store/history-writer.ts";
import { PgliteDatabase } from "../store/pglite-database.ts";
import { HistoryPace } from "./history-pace.ts";
import {
  DURABLE_SEQUENCE,
  HISTORY_SEQUENCE,
  type HistoryTask,
  NOT_STOPPING,
  STOP_AT_SEQUENCE,
} from "./history-task.ts";

/** Rows wait this long for company before they are written, so that a quiet market is cheap. */
const GATHER_MILLIS = 20;
/** A sleeping thread looks again this often, should a wake-up be missed. */
const WAIT_MILLIS = 250;

const task = workerData as HistoryTask;
const sequences = new BigInt64Array(task.sequences);

async function run(): Promise<void> {
  const database = await PgliteDatabase.open(task.databaseDirectory, task.emptyDatabaseFile);
  const writer = await HistoryWriter.open(database);
  Atomics.store(sequences, HISTORY_SEQUENCE, BigInt(writer.position()));
  serveHistory(task.port, new HistoryReader(database));
  await follow(writer);
  task.port.close();
  await database.close();
}

async function follow(writer: HistoryWriter): Promise<void> {
  const { logDirectory } = task;
  const restored = restoreEngine(logDirectory, nodeDisk, ENGINE_LIMITS, writer.position());
  const { engine, header } = restored;
  const { fromSequence, after } = startAfter(header);
  const reader = new LogReader(logDirectory, fromSequence, nodeDisk, after);
  const follower = new Follower(engine, reader);
  const pace = new HistoryPace();
  for (;;) {
    const startedMillis = performance.now();
    const durable = Atomics.load(sequences, DURABLE_SEQUENCE);
    gather(follower, writer, Number(durable));
    if (writer.gatheredRows > 0 || writer.position() < engine.sequence) {
      const before = writer.position();
      await writer.flush();
      Atomics.store(sequences, HISTORY_SEQUENCE, BigInt(writer.position()));
      const nowDurable = Number(Atomics.load(sequences, DURABLE_SEQUENCE));
      const restMillis = pace.restMillis({
        workMillis: performance.now() - startedMillis,
        writtenCommands: writer.position() - before,
        arrivedCommands: nowDurable - Number(durable),
        lagCommands: nowDurable - writer.position(),
      });
      await rest(restMillis, pace);
      continue;
    }
    const stopAt = Atomics.load(sequences, STOP_AT_SEQUENCE);
    if (stopAt >= 0n && stopAt <= BigInt(engine.sequence)) break;
    await moreThan(durable);
  }
  reader.close();
}

/** Applies commands up to `limitSequence` until enough rows for one transaction are gathered. */
function gather(follower: Follower, writer: HistoryWriter, limitSequence: number): void {
  const add: BatchListener = (words, start, end) => writer.add(words, start, end);
  while (writer.gatheredRows < GATHERED_ROWS_MAX / 2) {
    if (!follower.tryNext(limitSequence, add)) return;
  }
}

/** Leaves the processor to trading, and answers queries; a stop ends it at once. */
async function rest(restMillis: number, pace: HistoryPace): Promise<void> {
  let nextMillis = restMillis;
  while (nextMillis > 0 && Atomics.load(sequences, STOP_AT_SEQUENCE) === NOT_STOPPING) {
    const durable = Atomics.load(sequences, DURABLE_SEQUENCE);
    const waiting = Atomics.waitAsync(sequences, STOP_AT_SEQUENCE, NOT_STOPPING, nextMillis);
    if (waiting.async) await waiting.value;
    const arrived = Number(Atomics.load(sequences, DURABLE_SEQUENCE) - durable);
    nextMillis = pace.onRested(nextMillis, arrived);
  }
}

/** Sleeps until there is something new in the log, then a little longer. */
async function moreThan(durable: bigint): Promise<void> {
  const waiting = Atomics.waitAsync(sequences, DURABLE_SEQUENCE, durable, WAIT_MILLIS);
  if (waiting.async) await waiting.value;
  await new Promise((resolve) => setTimeout(resolve, GATHER_MILLIS));
}

await run();
