// What the log costs: one durable order at a time beside a bare write and fdatasync of the same
// size, in turns; and commands at a fixed rate for as long as asked, with the memory that took.

import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, write, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { RecordBuffer } from "../../base/record-buffer.ts";
import { BLOCK_BYTES, COMMAND_NEW, writeCommandHeader } from "../../codec/command.ts";
import type { CommandLog } from "../../log/command-log.ts";
import { recoverLog } from "../../log/recovery.ts";
import { median } from "./machine.ts";

const MIB = 1024 * 1024;
/** A block: its header and one record. */
const ONE_ORDER_BYTES = 2 * BLOCK_BYTES;
const FILE_BYTES = 64 * MIB;
/** The rate is kept in steps of this. */
const STEP_MILLIS = 5;

export type IdleResult = {
  readonly benchmark: "one durable order at a time";
  readonly commits: number;
  readonly bareMicrosP50: number;
  readonly logMicrosP50: number;
  /** Of the medians: what group commit costs when nobody else is there. */
  readonly ratio: number;
};

export type SustainedResult = {
  readonly benchmark: "commands at a fixed rate";
  readonly ratePerSecond: number;
  readonly seconds: number;
  /** Durable ones; the rate was kept where it is the one asked for. */
  readonly durablePerSecond: number;
  /** Commands that found no room and were offered again. */
  readonly busyCount: number;
  readonly commits: number;
  readonly rssMibAtStart: number;
  readonly rssMibMax: number;
};

export async function benchIdle(commits: number): Promise<IdleResult> {
  return await inDirectory(async (directory) => {
    const bare = zeroFilled(join(directory, "bare"));
    const { log } = await recoverLog(join(directory, "log"), {}, () => {});
    const bytes = new Uint8Array(ONE_ORDER_BYTES).fill(7);
    const record = newOrder();
    let onDurable = (): void => {};
    log.onDurable(() => onDurable());
    const onNext = (listener: () => void): void => {
      onDurable = listener;
    };
    const [bareMicros, logMicros]: [number[], number[]] = [[], []];
    for (let i = 0; i < commits; i++) {
      bareMicros.push(await microsOf(writeDurably(bare, bytes, i * ONE_ORDER_BYTES)));
      logMicros.push(await microsOf(commitOne(log, record, onNext)));
    }
    await log.close();
    closeSync(bare);
    const [bareMicrosP50, logMicrosP50] = [median(bareMicros), median(logMicros)];
    const ratio = logMicrosP50 / bareMicrosP50;
    return {
      benchmark: "one durable order at a time",
      ...{ commits, bareMicrosP50, logMicrosP50, ratio },
    };
  });
}

export async function benchSustained(
  ratePerSecond: number,
  seconds: number,
): Promise<SustainedResult> {
  return await inDirectory(async (directory) => {
    const { log } = await recoverLog(join(directory, "log"), {}, () => {});
    const record = newOrder();
    let [commits, busyCount] = [0, 0];
    log.onDurable(() => commits++);
    log.onFailure((failure) => {
      throw failure;
    });
    const rssMib = (): number => process.memoryUsage.rss() / MIB;
    const rssMibAtStart = rssMib();
    let rssMibMax = rssMibAtStart;
    const startedMillis = performance.now();
    const elapsed = (): number => (performance.now() - startedMillis) / 1000;
    while (elapsed() < seconds) {
      const due = Math.floor(elapsed() * ratePerSecond);
      while (log.appendedSequence < due) {
        if (log.tryAppend(record, 0, log.appendedSequence + 1, 0) >= 0) continue;
        busyCount++;
        break;
      }
      log.commit();
      rssMibMax = Math.max(rssMibMax, rssMib());
      await setTimeout(STEP_MILLIS);
    }
    const durablePerSecond = Math.round(log.durableSequence / elapsed());
    await log.close();
    return {
      benchmark: "commands at a fixed rate",
      ...{ ratePerSecond, seconds, durablePerSecond, busyCount, commits, rssMibAtStart, rssMibMax },
    };
  });
}

async function inDirectory<Result>(run: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "outcry-log-bench-"));
  try {
    return await run(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function newOrder(): RecordBuffer {
  const record = RecordBuffer.ofBytes(BLOCK_BYTES);
  writeCommandHeader(record.words, 0, COMMAND_NEW, 1, 1, 1);
  return record;
}

async function microsOf(work: Promise<void>): Promise<number> {
  const started = process.hrtime.bigint();
  await work;
  return Number(process.hrtime.bigint() - started) / 1000;
}

/** Appends one command and waits for it: `onNextDurable` says when. */
function commitOne(
  log: CommandLog,
  record: RecordBuffer,
  onNextDurable: (listener: () => void) => void,
): Promise<void> {
  return new Promise((resolve) => {
    onNextDurable(resolve);
    log.tryAppend(record, 0, log.appendedSequence + 1, 0);
    log.commit();
  });
}

function writeDurably(file: number, bytes: Uint8Array, offsetBytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    write(file, bytes, 0, bytes.length, offsetBytes, (error) => {
      if (error !== null) reject(error);
      else fdatasync(file, (failed) => (failed === null ? resolve() : reject(failed)));
    });
  });
}

/** As the log's segments are: no write changes its size. */
function zeroFilled(path: string): number {
  writeFileSync(path, new Uint8Array(FILE_BYTES), { flush: true });
  return openSync(path, "r+");
}
