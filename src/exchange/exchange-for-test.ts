// An exchange on a real log in a directory of its own, and sessions that remember their answers.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { COMMAND_SESSION_ID_WORD } from "../codec/command.ts";
import { createInstrumentRecord, type PlainEvent, readEvents } from "../codec/record-for-test.ts";
import { TEST_INSTRUMENT, TEST_LIMITS } from "../engine/engine-for-test.ts";
import { HEADER_BYTES } from "../log/block-layout.ts";
import { FaultyDisk } from "../log/faulty-disk-for-test.ts";
import { BATCH_BYTES_MAX_DEFAULT } from "../log/file-log.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { ACK_DURABLE, type AckLevel } from "../model/ack-level.ts";
import { REASON_NONE } from "../model/reasons.ts";
import type { BatchListener, Venue } from "../model/venue.ts";
import { type Clock, systemClock } from "../ops/clock.ts";
import type { Exchange } from "./exchange.ts";
import { type OpenedExchange, openExchange } from "./open-exchange.ts";
import { type Previews, previewsInPlace } from "./previews.ts";

const DEADLINE_MILLIS = 30_000;
const TURNING_MILLIS = 1;
/** Room for 32 commands in a batch: small enough to fill. */
export const SMALL_LOG = { segmentBytes: 64 * 1024, batchBytesMax: 32 * 64 };
/** Of an exchange behind its gateways: each makes a log, and zeros its first segment. */
export const VENUE_TEST_LOG = { segmentBytes: 2 * HEADER_BYTES + BATCH_BYTES_MAX_DEFAULT };
const USUAL_LOG = { segmentBytes: 256 * 1024, batchBytesMax: 64 * 1024 };
const TIME_MICROS = 1_795_000_000_000_000;

export type TestExchangeOptions = {
  readonly directory?: string;
  /** Of a clock whose timers are the system's. */
  readonly nowMicros?: () => number;
  readonly clock?: Clock;
  readonly log?: { readonly segmentBytes: number; readonly batchBytesMax: number };
  readonly previews?: Previews;
  readonly onRecovered?: BatchListener;
};

export type TestExchange = OpenedExchange & {
  readonly disk: FaultyDisk;
  readonly directory: string;
};

/** What each test opened, to be stopped in turn, the last first, before its directory goes. */
const cleanUps = new WeakMap<TestContext, (() => void | Promise<void>)[]>();

function atEnd(t: TestContext, cleanUp: () => void | Promise<void>): void {
  const known = cleanUps.get(t);
  const list = known ?? [];
  list.push(cleanUp);
  if (known !== undefined) return;
  cleanUps.set(t, list);
  t.after(async () => {
    for (const next of list.reverse()) await next();
  });
}

function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "outcry-exchange-"));
  atEnd(t, () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Opens it; at the end of the test it is stopped, failed or not. */
export async function openTestExchange(
  t: TestContext,
  options: TestExchangeOptions = {},
): Promise<TestExchange> {
  const { directory = temporaryDirectory(t), log = USUAL_LOG } = options;
  const { nowMicros = () => TIME_MICROS } = options;
  const { clock = { ...systemClock, nowMicros }, previews = previewsInPlace } = options;
  const disk = new FaultyDisk(nodeDisk);
  const opened = await openExchange({
    directory,
    clock,
    limits: TEST_LIMITS,
    log: { ...log, disk },
    previews,
    ...(options.onRecovered === undefined ? {} : { onRecovered: options.onRecovered }),
  });
  atEnd(t, () => {
    disk.letGo();
    return opened.exchange.stop();
  });
  return { ...opened, disk, directory };
}

/** The same with one instrument listed, durably. */
export async function openListedExchange(
  t: TestContext,
  options: TestExchangeOptions = {},
): Promise<TestExchange> {
  const opened = await openTestExchange(t, options);
  const session = new TestSession(opened.exchange);
  session.enter(createInstrumentRecord(TEST_INSTRUMENT));
  await until("the instrument is listed", () => session.answers.length === 1);
  return opened;
}

/** A gateway session: one batch of plain events for each command. */
export class TestSession {
  readonly id: number;
  readonly answers: PlainEvent[][] = [];
  readonly #venue: Venue;

  constructor(venue: Venue, ack: AckLevel = ACK_DURABLE) {
    this.#venue = venue;
    this.id = venue.openSession((words, startWord, endWord) => {
      this.answers.push(readEvents(words, startWord, endWord));
    }, ack);
  }

  /** What submit said. */
  submit(record: RecordBuffer): number {
    record.words[COMMAND_SESSION_ID_WORD] = this.id;
    return this.#venue.submit(record, 0);
  }

  /** Submits what must be taken. */
  enter(record: RecordBuffer): void {
    const reason = this.submit(record);
    if (reason !== REASON_NONE) throw new Error(`expected the command to be taken, got ${reason}`);
  }
}

/**
 * Turns of the event loop until the condition holds. What takes longer than most writes is another
 * thread's work, or the disk's, which wants the core that turns without end would keep.
 */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const startMillis = performance.now();
  while (!condition()) {
    const waitedMillis = performance.now() - startMillis;
    if (waitedMillis > DEADLINE_MILLIS) throw new Error(`expected in time: ${what}`);
    await (waitedMillis < TURNING_MILLIS ? turns(1) : setTimeout(1));
  }
}

export async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** All that the public and the owner of an account can see. */
export function visibleState(exchange: Exchange) {
  const { historyHash, sequence } = exchange.health();
  return {
    sequence,
    historyHash,
    stateHash: exchange.stateHash(),
    instruments: exchange.instruments(),
    depth: exchange.marketData.depth(TEST_INSTRUMENT.instrumentId, 1000),
    top: exchange.marketData.topOfBook(TEST_INSTRUMENT.instrumentId),
    trades: exchange.marketData.recentTrades(TEST_INSTRUMENT.instrumentId, 1000),
    candles: exchange.marketData.candles(TEST_INSTRUMENT.instrumentId, 1000),
    status: exchange.marketData.status(TEST_INSTRUMENT.instrumentId),
  };
}
