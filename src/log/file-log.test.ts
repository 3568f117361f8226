import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { RecordBuffer, readU64 } from "../base/record-buffer.ts";
import {
  COMMAND_NEW,
  COMMAND_SEQUENCE_WORD,
  COMMAND_TIME_MICROS_WORD,
  commandKindOf,
  writeCommandHeader,
} from "../codec/command.ts";
import { FaultyDisk } from "./faulty-disk-for-test.ts";
import {
  appendMany,
  appendNext,
  commandAt,
  commandsIn,
  commandsTo,
  commitMany,
  openLog,
  reopened,
  temporaryDirectory,
  untilDurable,
} from "./log-for-test.ts";
import { LogReader } from "./log-reader.ts";
import { nodeDisk } from "./node-disk.ts";

/** The compiler is waited for: a busy machine starves its threads while garbage is measured. */
setFlagsFromString("--no-concurrent-recompilation");

/** How many commands each block of the log holds. */
function blockSizes(directory: string): number[] {
  const reader = new LogReader(directory, 1);
  const sizes: number[] = [];
  for (let block = reader.next(); block !== undefined; block = reader.next()) {
    sizes.push(block.lastSequence - block.firstSequence + 1);
  }
  reader.close();
  return sizes;
}

test("commands come back in order with the sequence and time they were given", async (t) => {
  const directory = temporaryDirectory(t);
  const { log, lastSequence, commands, epoch, tornBytes } = await openLog(directory);
  assert.deepEqual(
    { lastSequence, commands, epoch, tornBytes },
    {
      lastSequence: 0,
      commands: [],
      epoch: 1,
      tornBytes: 0,
    },
  );
  for (let round = 1; round <= 40; round++) await commitMany(log, 1 + (round % 5));
  await log.close();

  const again = await reopened(directory);
  assert.deepEqual(again.commands, commandsTo(log.appendedSequence));
  assert.equal(again.lastSequence, log.appendedSequence);
  assert.equal(again.tornBytes, 0);
});

test("the engine reads the stamped copy in the open batch; the source stays", async (t) => {
  const { log } = await openLog(temporaryDirectory(t));
  const source = RecordBuffer.ofBytes(128);
  writeCommandHeader(source.words, 16, COMMAND_NEW, 7, 3, 9);
  const before = source.bytes.slice();
  const offsetBytes = log.tryAppend(source, 64, 1, 1_795_000_000_000_123);

  const { words } = log.gathering;
  const at = offsetBytes / 4;
  assert.equal(commandKindOf(words, at), COMMAND_NEW);
  assert.equal(readU64(words, at + COMMAND_SEQUENCE_WORD), 1);
  assert.equal(readU64(words, at + COMMAND_TIME_MICROS_WORD), 1_795_000_000_000_123);
  assert.deepEqual(source.bytes, before);
  await log.close();
});

test("a full batch refuses a command, takes it after the commit, loses nothing", async (t) => {
  const directory = temporaryDirectory(t);
  const { log } = await openLog(directory, { batchBytesMax: 384 });
  while (appendNext(log) >= 0); // 128 + 64 + 64 + 128 bytes.
  assert.equal(log.appendedSequence, 4);
  assert.equal(appendNext(log), -1);
  assert.equal(log.appendedSequence, 4);
  log.commit();
  assert.notEqual(appendNext(log), -1);
  await log.close();
  assert.deepEqual((await reopened(directory)).commands, commandsTo(5));
});

test("what arrives during a write goes into one next block, by itself", async (t) => {
  const directory = temporaryDirectory(t);
  const disk = new FaultyDisk(nodeDisk);
  const { log } = await openLog(directory, { disk });
  disk.hold();
  appendMany(log, 1);
  log.commit();
  for (let turn = 0; turn < 4; turn++) {
    appendMany(log, 2);
    log.commit();
  }
  assert.equal(log.durableSequence, 0);
  disk.letGo();
  await untilDurable(log, 9);
  await log.close();
  assert.deepEqual(blockSizes(directory), [1, 8]);
});

test("durable sequences are told in order, each batch once, to every listener", async (t) => {
  const { log } = await openLog(temporaryDirectory(t));
  const first: number[] = [];
  const second: number[] = [];
  log.onDurable((durableSequence) => {
    assert.equal(log.durableSequence, durableSequence);
    first.push(durableSequence);
  });
  log.onDurable((durableSequence) => second.push(durableSequence));
  for (let i = 0; i < 5; i++) await commitMany(log, 3);
  await log.close();
  assert.deepEqual(first, [3, 6, 9, 12, 15]);
  assert.deepEqual(second, first);
});

test("a listener that appends and commits starts the next write", async (t) => {
  const directory = temporaryDirectory(t);
  const { log } = await openLog(directory);
  log.onDurable((durableSequence) => {
    if (durableSequence >= 20) return;
    appendNext(log);
    log.commit();
  });
  appendNext(log);
  log.commit();
  await untilDurable(log, 20);
  await log.close();
  assert.deepEqual((await reopened(directory)).commands, commandsTo(20));
});

test("blocks roll into the next segment, which was ready before, and never span two", async (t) => {
  const directory = temporaryDirectory(t);
  const { log } = await openLog(directory);
  for (let i = 0; i < 60; i++) await commitMany(log, 4);
  await log.close();
  const segments = readdirSync(directory).filter((name) => name.endsWith(".log"));
  assert.ok(segments.length > 5, `60 blocks of 320 to 448 bytes, found in ${segments}`);
  const again = await reopened(directory);
  assert.deepEqual(again.commands, commandsTo(240));
  assert.ok(again.segments >= segments.length - 1, "all but the blank one hold data");
});

test("close makes durable what nobody committed, and refuses more", async (t) => {
  const directory = temporaryDirectory(t);
  const { log } = await openLog(directory);
  appendMany(log, 3);
  const closed = log.close();
  assert.equal(appendNext(log), -1);
  await closed;
  await log.close();
  assert.equal(log.durableSequence, 3);
  assert.deepEqual((await reopened(directory)).commands, commandsTo(3));
});

test("close gives every file back", async (t) => {
  if (process.platform !== "linux") return t.skip("needs /proc, so Linux");
  const directory = temporaryDirectory(t);
  const before = readdirSync("/proc/self/fd").length;
  for (let i = 0; i < 3; i++) {
    const { log } = await openLog(directory);
    for (let commits = 0; commits < 30; commits++) await commitMany(log, 4);
    await log.close();
  }
  assert.equal(readdirSync("/proc/self/fd").length, before);
});

test("each opening has the next epoch, the same instance and the same chain", async (t) => {
  const directory = temporaryDirectory(t);
  const instanceIds = new Set<string>();
  for (let epoch = 1; epoch <= 4; epoch++) {
    const opened = await openLog(directory);
    instanceIds.add(opened.instanceId);
    assert.equal(opened.epoch, epoch);
    assert.deepEqual(opened.commands, commandsTo(12 * (epoch - 1)));
    for (let i = 0; i < 4; i++) await commitMany(opened.log, 3);
    await opened.log.close();
  }
  assert.equal(instanceIds.size, 1);
});

test("appending allocates nothing per command", async (t) => {
  const { log } = await openLog(temporaryDirectory(t), {
    segmentBytes: 64 * 1024 * 1024,
    batchBytesMax: 32 * 1024 * 1024,
  });
  const record = RecordBuffer.ofBytes(64);
  writeCommandHeader(record.words, 0, COMMAND_NEW, 1, 1, 1);
  const timeMicros = 1_795_000_000_000_000; // The exchange reads its clock once a turn.
  const append = (count: number): void => {
    for (let i = 0; i < count; i++) {
      log.tryAppend(record, 0, log.appendedSequence + 1, timeMicros);
    }
  };
  append(200_000);
  if (globalThis.gc === undefined) return t.skip("needs node --expose-gc, as npm test has it");
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  append(200_000);
  const grownBytes = process.memoryUsage().heapUsed - before;
  // One object or boxed number a command would be 12 bytes or more.
  assert.ok(
    grownBytes < 200_000,
    `expected less than 1 byte a command, found ${grownBytes} in all`,
  );
  await log.close();
});

for (const operation of ["write", "sync"] as const) {
  test(`a failed ${operation} is final, is told once and is never acknowledged`, async (t) => {
    const directory = temporaryDirectory(t);
    const disk = new FaultyDisk(nodeDisk);
    const { log } = await openLog(directory, { disk });
    await commitMany(log, 5);
    const durable: number[] = [];
    log.onDurable((durableSequence) => durable.push(durableSequence));
    const failed = Promise.withResolvers<string>();
    let failures = 0;
    log.onFailure((failure) => {
      failures++;
      failed.resolve(failure.code);
    });

    disk.fail(operation, ".log", "EIO");
    appendMany(log, 2);
    log.commit();
    appendMany(log, 3); // Gathers behind the write that fails.
    assert.equal(await failed.promise, "LOG_WRITE_FAILED");
    const attempts = disk.operations.length;

    assert.match(log.failure?.message ?? "", /00000001\.log.*sequences 6 to 7.*EIO/);
    assert.match(String(log.failure?.cause), /EIO/);
    assert.equal(appendNext(log), -1);
    log.commit();
    await log.close();
    assert.equal(disk.operations.length, attempts, "nothing was tried again");
    assert.deepEqual([log.durableSequence, durable, failures], [5, [], 1]);
    let late: unknown;
    log.onFailure((failure) => {
      late = failure;
    });
    assert.equal(late, log.failure, "who comes late is told at once");
    const { commands } = await reopened(directory); // What was acknowledged, perhaps more.
    assert.deepEqual(commands.slice(0, 5), commandsTo(5));
  });
}

for (const operation of ["create", "write"] as const) {
  test(`no space for the next segment (${operation}) stops the log early`, async (t) => {
    const directory = temporaryDirectory(t);
    const disk = new FaultyDisk(nodeDisk);
    const { log } = await openLog(directory, { disk });
    const failed = Promise.withResolvers<string>();
    log.onFailure((failure) => failed.resolve(failure.code));
    await commitMany(log, 5);
    disk.fail(operation, ".new", "ENOSPC");
    // The second segment may be ready already: then the third one fails.
    const rolled = (async () => {
      while (log.failure === undefined) await commitMany(log, 10);
    })();
    await assert.rejects(rolled, { code: "LOG_SEGMENT_FAILED" });
    assert.equal(await failed.promise, "LOG_SEGMENT_FAILED");
    assert.match(log.failure?.message ?? "", /ENOSPC/);
    const { durableSequence } = log;
    assert.equal(appendNext(log), -1);
    await log.close();
    assert.equal(log.durableSequence, durableSequence);
    const { commands } = await reopened(directory);
    assert.ok(commands.length >= durableSequence);
    assert.deepEqual(commands, commandsTo(commands.length));
  });
}

test("no space for the first segment refuses to open and leaves the directory free", async (t) => {
  const directory = temporaryDirectory(t);
  const disk = new FaultyDisk(nodeDisk);
  disk.fail("write", ".new", "ENOSPC");
  await assert.rejects(openLog(directory, { disk }), { code: "ENOSPC" });
  assert.deepEqual((await reopened(directory)).commands, []);
});

test("the commands in the open batch are the ones the reader gives back", async (t) => {
  const directory = temporaryDirectory(t);
  const { log } = await openLog(directory);
  const offsets = [appendNext(log), appendNext(log), appendNext(log)];
  const startBytes = offsets[0];
  const seen = commandsIn({
    records: log.gathering,
    startBytes,
    endBytes: offsets[2] + 64,
    firstSequence: 1,
    lastSequence: 3,
  });
  assert.deepEqual(seen, [commandAt(1), commandAt(2), commandAt(3)]);
  await log.close();
});
