import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Prng } from "../base/prng.ts";
import { cancelRecord, newRecord } from "../codec/record-for-test.ts";
import { TEST_LIMITS } from "../engine/engine-for-test.ts";
import type { BlockFile, Disk } from "../log/disk.ts";
import { FaultyDisk } from "../log/faulty-disk-for-test.ts";
import {
  LOG_DAMAGED,
  LOG_READ_FAILED,
  LogFailure,
  SNAPSHOT_DAMAGED,
  SNAPSHOT_FOREIGN,
} from "../log/log-failure.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { KEEP_ALL, type RetentionLimits } from "../log/retention.ts";
import { snapshotPath, snapshotSequences } from "../log/snapshot-file.ts";
import { SNAPSHOT_HEADER_BYTES } from "../log/snapshot-header.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { systemClock } from "../ops/clock.ts";
import type { Exchange } from "./exchange.ts";
import {
  openListedExchange,
  openTestExchange,
  TestSession,
  until,
  visibleState,
} from "./exchange-for-test.ts";
import { openExchange } from "./open-exchange.ts";
import { SnapshotTaker } from "./snapshot-taker.ts";

const TIME_MICROS = 1_795_000_000_000_000;
const HOUR_MICROS = 3_600_000_000;

type TakerParts = {
  readonly disk?: Disk;
  readonly retention?: RetentionLimits;
  readonly nowMicros?: () => number;
};

function takerOf(t: TestContext, directory: string, parts: TakerParts = {}): SnapshotTaker {
  const { disk = nodeDisk, retention = KEEP_ALL, nowMicros = () => TIME_MICROS } = parts;
  const taker = new SnapshotTaker({
    ...{ directory, disk, retention },
    limits: TEST_LIMITS,
    clock: { ...systemClock, nowMicros },
  });
  t.after(() => taker.close());
  return taker;
}

/** Orders that rest, trade and go, the same for the same seed; fulfilled once they are durable. */
async function trade(exchange: Exchange, seed: number, count: number): Promise<void> {
  const prng = new Prng(seed);
  const session = new TestSession(exchange);
  for (let n = 0; n < count; n++) {
    const clOrdId = `${seed}-${n}`;
    const accountId = prng.nextBetween(1, 5);
    if (n > 3 && prng.nextBetween(0, 3) === 0) {
      session.enter(cancelRecord({ accountId, clOrdId: `${seed}-${n - 3}` }));
      continue;
    }
    const side = prng.nextBetween(0, 1) === 0 ? SIDE_BUY : SIDE_SELL;
    const [orderQtyLots, priceTicks] = [prng.nextBetween(1, 9), prng.nextBetween(90, 110)];
    session.enter(newRecord({ accountId, clOrdId, side, orderQtyLots, priceTicks }));
    if (n % 10 === 9) await until("they are durable", () => session.answers.length === n + 1);
  }
  await until("all are durable", () => session.answers.length === count);
  exchange.closeSession(session.id);
}

async function takeNow(taker: SnapshotTaker, exchange: Exchange) {
  const { durableSequence } = exchange.health();
  return taker.take(durableSequence, durableSequence);
}

test("an exchange that starts from a snapshot is the one that it was taken of", async (t) => {
  const first = await openListedExchange(t);
  const taker = takerOf(t, first.directory);
  await trade(first.exchange, 1, 200);
  const taken = await takeNow(taker, first.exchange);
  assert.equal(taken.sequence, 201);
  assert.equal(taken.stateHash, first.exchange.stateHash());
  await trade(first.exchange, 2, 50);
  await first.exchange.stop();

  const second = await openTestExchange(t, { directory: first.directory });
  assert.equal(second.snapshotSequence, 201);
  assert.equal(second.recoveredCommands, 50);
  assert.deepEqual(visibleState(second.exchange), visibleState(first.exchange));

  // And it goes on as one that never had a snapshot.
  await trade(second.exchange, 3, 100);
  const state = visibleState(second.exchange);
  await second.exchange.stop();
  nodeDisk.remove(snapshotPath(first.directory, 201));
  const third = await openTestExchange(t, { directory: first.directory });
  assert.equal(third.recoveredCommands, 351);
  assert.deepEqual(visibleState(third.exchange), state);
});

test("a snapshot where there is one already is the same snapshot again", async (t) => {
  const first = await openListedExchange(t);
  await trade(first.exchange, 1, 40);
  const { sequence } = await takeNow(takerOf(t, first.directory), first.exchange);
  const path = snapshotPath(first.directory, sequence);
  const header = readFileSync(path).subarray(0, 128);
  await takeNow(takerOf(t, first.directory), first.exchange);
  assert.deepEqual(readFileSync(path).subarray(0, 128), header, "of this log, at this block");
});

test("a snapshot with a byte changed is passed over; an older one serves", async (t) => {
  const { exchange, directory } = await openListedExchange(t);
  const taker = takerOf(t, directory);
  await trade(exchange, 1, 40);
  await takeNow(taker, exchange);
  await trade(exchange, 2, 40);
  const { sequence } = await takeNow(taker, exchange);
  const state = visibleState(exchange);
  await exchange.stop();

  const path = snapshotPath(directory, sequence);
  const whole = readFileSync(path);
  for (const at of [0, 9, 30, 100, 127, 128, 136, whole.length >> 1, whole.length - 1]) {
    const changed = Buffer.from(whole);
    changed[at] ^= 1;
    writeFileSync(path, changed);
    const opened = await openTestExchange(t, { directory });
    assert.deepEqual(
      opened.skippedSnapshots.map(({ code, place }) => [code, place?.file]),
      [[SNAPSHOT_DAMAGED, path]],
      `byte ${at}`,
    );
    assert.equal(opened.snapshotSequence, 41);
    assert.deepEqual(visibleState(opened.exchange), state);
    await opened.exchange.stop();
  }
  writeFileSync(path, whole.subarray(0, whole.length - 1));
  const cut = await openTestExchange(t, { directory });
  assert.equal(cut.skippedSnapshots[0]?.code, SNAPSHOT_DAMAGED);
});

test("a snapshot for an engine of other limits is passed over as foreign", async (t) => {
  const { exchange, directory } = await openListedExchange(t);
  await trade(exchange, 1, 20);
  const limits = { ...TEST_LIMITS, ordersMax: 2 * TEST_LIMITS.ordersMax };
  const parts = { directory, disk: nodeDisk, retention: KEEP_ALL, clock: systemClock };
  const taker = new SnapshotTaker({ ...parts, limits });
  await takeNow(taker, exchange);
  taker.close();
  const state = visibleState(exchange);
  await exchange.stop();
  const opened = await openTestExchange(t, { directory });
  assert.equal(opened.skippedSnapshots[0]?.code, SNAPSHOT_FOREIGN);
  assert.equal(opened.snapshotSequence, 0);
  assert.deepEqual(visibleState(opened.exchange), state);
});

test("a snapshot of another log stops the start: one of the two is wrong", async (t) => {
  const mine = await openListedExchange(t);
  const other = await openListedExchange(t);
  for (const { exchange } of [mine, other]) await trade(exchange, 1, 20);
  const { sequence } = await takeNow(takerOf(t, other.directory), other.exchange);
  await mine.exchange.stop();
  writeFileSync(
    snapshotPath(mine.directory, sequence),
    readFileSync(snapshotPath(other.directory, sequence)),
  );
  const opened = openTestExchange(t, { directory: mine.directory });
  await assert.rejects(opened, { code: LOG_DAMAGED, message: /log that snapshot \d+ is of/ });
});

test("a snapshot the disk has no room for is none, and the next one is whole", async (t) => {
  const { exchange, directory } = await openListedExchange(t);
  let openCount = 0;
  const create = (path: string): BlockFile => {
    const file = nodeDisk.create(path);
    const close = file.close.bind(file);
    file.close = () => {
      openCount--;
      close();
    };
    openCount++;
    return file;
  };
  const disk = new FaultyDisk({ ...nodeDisk, create });
  const taker = takerOf(t, directory, { disk });
  await trade(exchange, 1, 20);
  disk.fail("write", ".new", "ENOSPC");
  await assert.rejects(takeNow(taker, exchange), { code: "ENOSPC" });
  const left = readdirSync(directory).filter((name) => name.includes("snapshot"));
  assert.deepEqual(left, [], "nothing is left that looks like one");

  assert.equal(openCount, 0, "a file that is gone keeps no room");

  disk.mend();
  await trade(exchange, 2, 20);
  const { sequence, stateHash } = await takeNow(taker, exchange);
  assert.equal(sequence, 41);
  assert.equal(stateHash, exchange.stateHash());
});

test("a snapshot leaves the log the room for its next segments, and fails without", async (t) => {
  const { exchange, directory } = await openListedExchange(t, { log: SEGMENT_LOG });
  let freeBytes = 0;
  const disk = { ...nodeDisk, freeBytes: () => freeBytes };
  const taker = takerOf(t, directory, { disk });
  await trade(exchange, 1, 20);
  const { payloadBytes } = await takeNow(takerOf(t, directory), exchange);
  const neededBytes = SNAPSHOT_HEADER_BYTES + payloadBytes + 2 * SEGMENT_LOG.segmentBytes;
  freeBytes = neededBytes - 1;
  const message = new RegExp(`expected ${neededBytes} bytes free, .*, found ${freeBytes}$`);
  await assert.rejects(takeNow(taker, exchange), { code: "SNAPSHOT_NO_ROOM", message });
  freeBytes = neededBytes;
  await takeNow(taker, exchange);
});

test("what a crash left of a snapshot is removed at the next start", async (t) => {
  const { exchange, directory } = await openListedExchange(t);
  await exchange.stop();
  const unfinished = `${snapshotPath(directory, 7)}.new`;
  writeFileSync(unfinished, "half a");
  await openTestExchange(t, { directory });
  assert.ok(!readdirSync(directory).includes("0000000000000007.snapshot.new"));
});

const SEGMENT_LOG = { segmentBytes: 16 * 1024, batchBytesMax: 8 * 1024 };

/** A log of several segments with one snapshot near its end. */
async function longLog(t: TestContext, retention: RetentionLimits, nowMicros?: () => number) {
  const opened = await openListedExchange(t, { log: SEGMENT_LOG });
  const { directory, exchange } = opened;
  const taker = takerOf(t, directory, { retention, ...(nowMicros && { nowMicros }) });
  await trade(exchange, 1, 900);
  return { ...opened, taker };
}

function segmentsIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /^\d{8}\.log$/.test(name))
    .sort();
}

test("without a limit no segment is ever removed", async (t) => {
  const { directory, exchange, taker } = await longLog(t, KEEP_ALL);
  const before = segmentsIn(directory);
  assert.ok(before.length > 4);
  const { removed } = await takeNow(taker, exchange);
  assert.deepEqual(removed, { snapshots: 0, segments: 0 });
  assert.deepEqual(segmentsIn(directory), before);
});

const limitsThatReach: readonly [string, RetentionLimits][] = [
  ["count", { snapshotsMax: 1, segmentsMax: 3 }],
  ["size", { snapshotsMax: 1, bytesMax: 3 * SEGMENT_LOG.segmentBytes }],
];
for (const [what, limits] of limitsThatReach) {
  test(`segments beyond the ${what} go, and the exchange starts from what is left`, async (t) => {
    const { directory, exchange, taker } = await longLog(t, limits);
    await takeNow(taker, exchange);
    assert.equal(segmentsIn(directory).length, 4, "three with data and the prepared one");
    await trade(exchange, 2, 30);
    const state = visibleState(exchange);
    await exchange.stop();
    const opened = await openTestExchange(t, { directory, log: SEGMENT_LOG });
    assert.equal(opened.recoveredCommands, 30);
    assert.deepEqual(visibleState(opened.exchange), state);
  });
}

test("segments go by the age of their last command", async (t) => {
  const limits = { snapshotsMax: 1, ageMicrosMax: HOUR_MICROS };
  let nowMicros = TIME_MICROS;
  const { directory, exchange, taker } = await longLog(t, limits, () => nowMicros);
  const before = segmentsIn(directory).length;
  nowMicros = TIME_MICROS + HOUR_MICROS;
  assert.equal((await takeNow(taker, exchange)).removed.segments, 0, "an hour old is not older");
  nowMicros++;
  await trade(exchange, 2, 10);
  const { removed } = await takeNow(taker, exchange);
  assert.equal(removed.segments, before - 2, "all but the one in use and the prepared one");
});

test("no segment goes that the history, or the newest snapshot, still needs", async (t) => {
  const limits = { snapshotsMax: 1, segmentsMax: 1 };
  const { directory, exchange, taker } = await longLog(t, limits);
  const before = segmentsIn(directory);
  const { durableSequence } = exchange.health();
  await taker.take(durableSequence, 0);
  assert.deepEqual(segmentsIn(directory), before, "the history has read nothing");

  await trade(exchange, 2, 300);
  const later = exchange.health().durableSequence;
  const { removed } = await taker.take(later, durableSequence);
  assert.ok(removed.segments > 0);
  assert.deepEqual(
    snapshotSequences(nodeDisk, directory),
    [durableSequence, later],
    "the history starts from the older one, beyond the one that is kept",
  );
  await exchange.stop();
  nodeDisk.remove(snapshotPath(directory, later));
  const opened = await openTestExchange(t, { directory, log: SEGMENT_LOG });
  assert.equal(opened.snapshotSequence, durableSequence, "and all segments after it are there");
});

test("the snapshot a shortened log begins with stays while the history is silent", async (t) => {
  const limits = { snapshotsMax: 1, segmentsMax: 1 };
  const { directory, exchange, taker } = await longLog(t, limits);
  const { sequence: begin } = await takeNow(taker, exchange);
  for (const seed of [2, 3]) {
    await trade(exchange, seed, 100);
    const later = exchange.health().durableSequence;
    await taker.take(later, 0); // As after a start, until it has opened and synced its database.
    assert.deepEqual(snapshotSequences(nodeDisk, directory), [begin, later]);
  }
  await takeNow(taker, exchange);
  assert.equal(snapshotSequences(nodeDisk, directory).length, 1, "it has said where it is");
});

test("without its snapshot a shortened log is refused, for nothing starts at a hole", async (t) => {
  const { directory, exchange, taker } = await longLog(t, { snapshotsMax: 1, segmentsMax: 2 });
  const { sequence } = await takeNow(taker, exchange);
  await exchange.stop();
  const name = join(directory, segmentsIn(directory)[0] ?? "");
  nodeDisk.remove(snapshotPath(directory, sequence));
  const opened = openTestExchange(t, { directory, log: SEGMENT_LOG });
  await assert.rejects(opened, { code: LOG_DAMAGED, message: new RegExp(`${name}.*sequence 1,`) });
});

test("a start whose snapshot the disk cannot read says so: the log is not damaged", async (t) => {
  const { directory, exchange, taker } = await longLog(t, { snapshotsMax: 1, segmentsMax: 2 });
  const { sequence } = await takeNow(taker, exchange);
  await exchange.stop();
  const disk: Disk = {
    ...nodeDisk,
    openToRead(path) {
      if (!path.endsWith(".snapshot")) return nodeDisk.openToRead(path);
      throw new LogFailure(LOG_READ_FAILED, `${path}: expected bytes to read, found EIO`);
    },
  };
  const log = { ...SEGMENT_LOG, disk };
  await assert.rejects(openExchange({ directory, limits: TEST_LIMITS, log }), {
    code: LOG_READ_FAILED,
    message: /snapshot: expected bytes to read, found EIO; without this snapshot: .*sequence 1,/,
  });
  const opened = await openTestExchange(t, { directory, log: SEGMENT_LOG });
  assert.equal(opened.snapshotSequence, sequence, "nothing was wrong but the moment");
});
