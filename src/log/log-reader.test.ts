import assert from "node:assert/strict";
import { test } from "node:test";
import {
  appendMany,
  commandsIn,
  commandsTo,
  commitMany,
  type LoggedCommand,
  openLog,
  temporaryDirectory,
} from "./log-for-test.ts";
import { LogReader } from "./log-reader.ts";

function readTo(reader: LogReader, limitSequence: number): LoggedCommand[] {
  const commands: LoggedCommand[] = [];
  for (;;) {
    const block = reader.next(limitSequence);
    if (block === undefined) return commands;
    commands.push(...commandsIn(block));
  }
}

test("a reader that follows the writer sees each durable command once", async (t) => {
  const directory = temporaryDirectory(t);
  const { log } = await openLog(directory);
  const eager = new LogReader(directory, 1);
  const lazy = new LogReader(directory, 1);
  const seen: LoggedCommand[] = [];
  const seenLate: LoggedCommand[] = [];
  const done = Promise.withResolvers<void>();
  log.onDurable((durableSequence) => {
    appendMany(log, 1 + (durableSequence % 7)); // Being written while the readers read.
    log.commit();
    seen.push(...readTo(eager, durableSequence));
    if (durableSequence % 5 === 0) seenLate.push(...readTo(lazy, durableSequence));
    assert.equal(seen.length, durableSequence);
    if (durableSequence > 500) done.resolve();
  });
  appendMany(log, 1);
  log.commit();
  await done.promise;
  await log.close();

  const { durableSequence } = log;
  seenLate.push(...readTo(lazy, durableSequence));
  assert.deepEqual(seen.slice(0, durableSequence), commandsTo(durableSequence));
  assert.deepEqual(seenLate, commandsTo(durableSequence));
  eager.close();
  lazy.close();
});

test("a reader may be there before the log is", async (t) => {
  const directory = temporaryDirectory(t);
  const reader = new LogReader(directory, 1);
  assert.equal(reader.next(), undefined);
  assert.equal(reader.next(0), undefined);
  const { log } = await openLog(directory);
  assert.equal(reader.next(), undefined); // Only a blank segment.
  await commitMany(log, 3);
  assert.deepEqual(readTo(reader, 3), commandsTo(3));
  await log.close();
  reader.close();
});

test("a reader starts in the middle of any block and goes on from there", async (t) => {
  const directory = temporaryDirectory(t);
  const { log } = await openLog(directory);
  for (let i = 0; i < 30; i++) await commitMany(log, 3);
  for (const fromSequence of [1, 2, 45, 46, 47, 89, 90]) {
    const reader = new LogReader(directory, fromSequence);
    assert.deepEqual(readTo(reader, 90), commandsTo(90, fromSequence));
    reader.close();
  }
  const ahead = new LogReader(directory, 95);
  assert.equal(ahead.next(), undefined);
  await commitMany(log, 10);
  assert.deepEqual(readTo(ahead, 100), commandsTo(100, 95));
  ahead.close();
  await log.close();
});

test("blocks behind the limit are left for a later call", async (t) => {
  const directory = temporaryDirectory(t);
  const { log } = await openLog(directory);
  for (let i = 0; i < 5; i++) await commitMany(log, 3);
  await log.close();
  const reader = new LogReader(directory, 1);
  assert.deepEqual(readTo(reader, 7), commandsTo(6)); // The third block ends at 9.
  assert.deepEqual(readTo(reader, 7), []);
  assert.deepEqual(readTo(reader, 15), commandsTo(15, 7));
  reader.close();
});

test("a block that should be durable and is not there is damage", async (t) => {
  const directory = temporaryDirectory(t);
  const { log } = await openLog(directory);
  await commitMany(log, 3);
  await log.close();
  const reader = new LogReader(directory, 1);
  assert.deepEqual(readTo(reader, 3), commandsTo(3));
  assert.throws(() => reader.next(4), {
    code: "LOG_DAMAGED",
    message: /expected an intact block from sequence 4, found none, though 4 is durable/,
  });
  reader.close();
});

test("a block larger than the reader's memory is read whole", async (t) => {
  const directory = temporaryDirectory(t);
  const size = { segmentBytes: 2 * 1024 * 1024, batchBytesMax: 1024 * 1024 };
  const { log } = await openLog(directory, size);
  for (const count of [2, 9000, 1, 12_000, 2]) await commitMany(log, count);
  await log.close();
  const reader = new LogReader(directory, 1);
  assert.deepEqual(readTo(reader, 21_005), commandsTo(21_005));
  reader.close();
});
