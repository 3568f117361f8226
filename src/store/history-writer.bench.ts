// Events a second that HistoryWriter commits to PGlite on disk, from gathering to commit, with all
// indexes and the upkeep. Prints one line of JSON.
//
//   node src/store/history-writer.bench.ts [--events 300000] [--events-per-flush 5000] [--seed 1]

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EVENT_WORDS } from "../codec/event.ts";
import type { Database } from "./database.ts";
import { EMPTY_DATABASE_FILE } from "./empty-database-for-test.ts";
import { RandomMarket } from "./event-batches-for-test.ts";
import { HistoryWriter } from "./history-writer.ts";
import { PgliteDatabase } from "./pglite-database.ts";
import { tableDigest } from "./table-digest-for-test.ts";

export type WriterSize = {
  readonly events: number;
  /** A flush follows when so many events are gathered. */
  readonly eventsPerFlush: number;
  readonly seed: number;
};

export type WriterMeasurement = {
  readonly commands: number;
  readonly events: number;
  readonly flushes: number;
  readonly eventsPerSecond: number;
  /** By the thread's own processor time: what a core to itself would give. */
  readonly eventsPerCpuSecond: number;
  readonly flushMillisMax: number;
  readonly tableSha256: string;
};

/** Writes a random market's events into the empty `database`; making them is not timed. */
export async function benchmarkWriter(
  database: Database,
  size: WriterSize,
): Promise<WriterMeasurement> {
  const market = new RandomMarket(size.seed);
  const writer = await HistoryWriter.open(database);
  let commands = 0;
  let events = 0;
  let flushes = 0;
  let nanos = 0;
  let cpuMicros = 0;
  let flushNanosMax = 0;
  while (events < size.events) {
    const { batches, gatheredEvents } = nextFlush(market, size.eventsPerFlush);
    const startedNanos = process.hrtime.bigint();
    const startedCpu = process.threadCpuUsage();
    for (const words of batches) writer.add(words, 0, words.length);
    await writer.flush();
    const flushNanos = Number(process.hrtime.bigint() - startedNanos);
    const usedCpu = process.threadCpuUsage(startedCpu);
    nanos += flushNanos;
    cpuMicros += usedCpu.user + usedCpu.system;
    flushNanosMax = Math.max(flushNanosMax, flushNanos);
    commands += batches.length;
    events += gatheredEvents;
    flushes++;
  }
  return {
    commands,
    events,
    flushes,
    eventsPerSecond: Math.round((events / nanos) * 1e9),
    eventsPerCpuSecond: Math.round((events / cpuMicros) * 1e6),
    flushMillisMax: Math.round(flushNanosMax / 1e6),
    tableSha256: await tableDigest(database),
  };
}

function nextFlush(market: RandomMarket, eventsPerFlush: number) {
  const batches: Int32Array[] = [];
  let gatheredEvents = 0;
  while (gatheredEvents < eventsPerFlush) {
    const words = market.nextBatch();
    batches.push(words);
    gatheredEvents += words.length / EVENT_WORDS - 1;
  }
  return { batches, gatheredEvents };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      events: { type: "string", default: "300000" },
      "events-per-flush": { type: "string", default: "5000" },
      seed: { type: "string", default: "1" },
    },
  });
  const size = {
    events: Number(values.events),
    eventsPerFlush: Number(values["events-per-flush"]),
    seed: Number(values.seed),
  };
  const directory = await mkdtemp(join(tmpdir(), "outcry-history-bench-"));
  const database = await PgliteDatabase.open(join(directory, "pglite"), EMPTY_DATABASE_FILE);
  const measurement = await benchmarkWriter(database, size);
  await database.close();
  await rm(directory, { recursive: true });
  console.log(JSON.stringify({ benchmark: "history-writer", ...size, ...measurement }));
}

if (import.meta.main) await main();
