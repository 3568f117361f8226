// The history's thread: follows the log from disk, folds it through an engine of its own and writes
// what happened into the database; answers queries beside it. It has no queue that could overflow:
// it reads no further than it writes, and when it lags, it lags in the log.

import { existsSync, renameSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { Follower } from "../exchange/follower.ts";
import { restoreEngine, startAfter } from "../exchange/restore-fold.ts";
import { LogReader } from "../log/log-reader.ts";
import { nodeDisk } from "../log/node-disk.ts";
import type { BatchListener } from "../model/venue.ts";
import { stderrLog } from "../ops/logging.ts";
import { HISTORY_GAP, HistoryFailure } from "../store/history-failure.ts";
import { HistoryReader } from "../store/history-reader.ts";
import { serveHistory } from "../store/history-rpc.ts";
import { GATHERED_ROWS_MAX, HistoryWriter } from "../store/history-writer.ts";
import { freeBytesAt, PgliteDatabase } from "../store/pglite-database.ts";
import { readMark } from "../store/schema.ts";
import { whyNotOfLog } from "./history-origin.ts";
import { HistoryPace } from "./history-pace.ts";
import {
  DURABLE_SEQUENCE,
  HISTORY_SEQUENCE,
  type HistoryTask,
  NOT_STOPPING,
  STOP_AT_SEQUENCE,
  STOP_WITHIN_MILLIS,
  SYNCED_SEQUENCE,
} from "./history-task.ts";
import { firstSequenceIn, oldestBegin } from "./log-extent.ts";

/** Rows wait this long for company before they are written, so that a quiet market is cheap. */
const GATHER_MILLIS = 20;
/** A sleeping thread looks again this often, should a wake-up be missed. */
const WAIT_MILLIS = 250;

/** Of PostgreSQL's log one file more, and what a transaction adds to tables and indexes. */
const ROOM_BYTES = 64 << 20;
const ROOM_LOOK_MILLIS = 1000;

/** From one sync to the next: it costs the disk what the system would write later. */
const SYNC_MILLIS = 60_000;

const task = workerData as HistoryTask;
const sequences = new BigInt64Array(task.sequences);

async function run(): Promise<void> {
  const { database, writer } = await openHistory();
  await beginWhereLogDoes(writer);
  Atomics.store(sequences, HISTORY_SEQUENCE, BigInt(writer.position()));
  serveHistory(task.port, new HistoryReader(database));
  await follow(writer, () => syncNowAndThen(database, writer));
  task.port.close();
  if (!hasRoom()) process.exit(); // What is committed outlives the thread.
  await database.close();
}

/** The history that is there, or a new one where that is not of this log. */
async function openHistory(): Promise<{ database: PgliteDatabase; writer: HistoryWriter }> {
  const { logDirectory, databaseDirectory, emptyDatabaseFile } = task;
  const durable = Number(Atomics.load(sequences, DURABLE_SEQUENCE));
  const database = await PgliteDatabase.open(databaseDirectory, emptyDatabaseFile);
  const writer = await HistoryWriter.open(database);
  const why = whyNotOfLog(logDirectory, durable, await readMark(database));
  if (why === "") return { database, writer };
  await database.close();
  const aside = setAside(databaseDirectory);
  stderrLog("warn", "the history is written again: it was not of this log", { why, aside });
  return openHistory();
}

/** It may be all that is left of what the log lacks. */
function setAside(databaseDirectory: string): string {
  for (let n = 1; ; n++) {
    const aside = `${databaseDirectory}.aside-${n}`;
    if (existsSync(aside)) continue;
    renameSync(databaseDirectory, aside);
    return aside;
  }
}

/** Older segments may be gone: a new history begins at the oldest state that there is. */
async function beginWhereLogDoes(writer: HistoryWriter): Promise<void> {
  if (writer.position() > 0) return;
  const begin = oldestBegin(task.logDirectory);
  if (begin === undefined) {
    const found = `a log from ${firstSequenceIn(task.logDirectory)} on and no such snapshot`;
    const expected = "expected a log from command 1 on, or a whole snapshot at its beginning";
    throw new HistoryFailure(HISTORY_GAP, `history: ${expected}, found ${found}`);
  }
  if (begin === 0) return;
  await writer.beginAfter(begin);
  stderrLog("warn", "the history begins late: older segments of the log are gone", {
    firstSequence: begin + 1,
  });
}

/** A replay that is to go on behind `position` begins with `fromSequence`. */
function refuseGap(fromSequence: number, position: number): void {
  const firstSequence = firstSequenceIn(task.logDirectory);
  if (fromSequence >= firstSequence) return;
  const expected = `a log, or a whole snapshot before it, that goes on behind command ${position}`;
  const advice = "restore what is missing, or move the history away: the next begins where it can";
  const message = `history: expected ${expected}, found one from ${firstSequence} on; ${advice}`;
  throw new HistoryFailure(HISTORY_GAP, message);
}

let nextSyncMillis = 0;

async function syncNowAndThen(database: PgliteDatabase, writer: HistoryWriter): Promise<void> {
  if (!task.isSynced || performance.now() < nextSyncMillis) return;
  const position = BigInt(writer.position());
  if (position === Atomics.load(sequences, SYNCED_SEQUENCE)) return;
  await database.sync();
  Atomics.store(sequences, SYNCED_SEQUENCE, position);
  nextSyncMillis = performance.now() + SYNC_MILLIS;
}

async function follow(writer: HistoryWriter, onRound: () => Promise<void>): Promise<void> {
  const { logDirectory } = task;
  const restored = restoreEngine(logDirectory, nodeDisk, ENGINE_LIMITS, writer.position());
  const { engine, header } = restored;
  const { fromSequence, after } = startAfter(header);
  refuseGap(fromSequence, writer.position());
  const reader = new LogReader(logDirectory, fromSequence, nodeDisk, after);
  const follower = new Follower(engine, reader);
  const pace = new HistoryPace();
  while (!isOutOfTime()) {
    if (!(await findsRoom())) break;
    await onRound();
    const startedMillis = performance.now();
    const durable = Atomics.load(sequences, DURABLE_SEQUENCE);
    gather(follower, writer, Number(durable));
    if (writer.gatheredRows > 0 || writer.position() < engine.sequence) {
      const before = writer.position();
      const instanceId = reader.end.header?.instanceId ?? [];
      writer.followsLog(Buffer.from(instanceId).toString("hex"));
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

function hasRoom(): boolean {
  return freeBytesAt(task.databaseDirectory) >= ROOM_BYTES;
}

/**
 * Waits until there is room: on a full disk PostgreSQL computes for ever, or the history ends with
 * it. False where it is to stop before.
 */
async function findsRoom(): Promise<boolean> {
  if (hasRoom()) return true;
  const directory = task.databaseDirectory;
  stderrLog("warn", "the history waits for room on its disk; trading goes on", {
    ...{ directory, expectedBytes: ROOM_BYTES, freeBytes: freeBytesAt(directory) },
  });
  while (Atomics.load(sequences, STOP_AT_SEQUENCE) === NOT_STOPPING) {
    await stopOr(ROOM_LOOK_MILLIS);
    if (!hasRoom()) continue;
    stderrLog("info", "the history goes on: there is room on its disk", { directory });
    return true;
  }
  return false;
}

/** Until it is to stop, or so long. */
async function stopOr(millis: number): Promise<void> {
  const waiting = Atomics.waitAsync(sequences, STOP_AT_SEQUENCE, NOT_STOPPING, millis);
  if (waiting.async) await waiting.value;
}

let stopMillis: number | undefined;

/** Whether it was to stop so long ago that it ends with a lag. */
function isOutOfTime(): boolean {
  if (Atomics.load(sequences, STOP_AT_SEQUENCE) === NOT_STOPPING) return false;
  stopMillis ??= performance.now();
  const withinMillis = Number(Atomics.load(sequences, STOP_WITHIN_MILLIS));
  return performance.now() - stopMillis >= withinMillis;
}

/** Applies commands up to `limitSequence` until enough rows for one transaction are gathered. */
function gather(follower: Follower, writer: HistoryWriter, limitSequence: number): void {
  const add: BatchListener = (words, start, end) => writer.add(words, start, end);
  while (writer.gatheredRows < GATHERED_ROWS_MAX / 2 && !isOutOfTime()) {
    if (!follower.tryNext(limitSequence, add)) return;
  }
}

/** Leaves the processor to trading, and answers queries; a stop ends it at once. */
async function rest(restMillis: number, pace: HistoryPace): Promise<void> {
  let nextMillis = restMillis;
  while (nextMillis > 0 && Atomics.load(sequences, STOP_AT_SEQUENCE) === NOT_STOPPING) {
    const durable = Atomics.load(sequences, DURABLE_SEQUENCE);
    await stopOr(nextMillis);
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
