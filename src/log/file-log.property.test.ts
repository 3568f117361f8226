import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  appendNext,
  commandsIn,
  commandsTo,
  type LoggedCommand,
  openLog,
  temporaryDirectory,
  untilDurable,
} from "./log-for-test.ts";
import { LogReader } from "./log-reader.ts";

const BLOCK_BYTES = 64;

/** Sizes in 64-byte blocks: a batch of 6 to 30, and a segment that just holds it or more. */
const sizes = fc
  .record({ batch: fc.integer({ min: 6, max: 30 }), more: fc.integer({ min: 0, max: 60 }) })
  .map(({ batch, more }) => ({
    batchBytesMax: batch * BLOCK_BYTES,
    segmentBytes: (2 + batch + more) * BLOCK_BYTES,
  }));

/** What one process does with the log: appends so many, commits; waits; or reads so far. */
const step = fc.oneof(
  fc.record({ verb: fc.constant("append" as const), count: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ verb: fc.constant("wait" as const), count: fc.constant(0) }),
  fc.record({ verb: fc.constant("read" as const), count: fc.constant(0) }),
);
const lives = fc.array(fc.record({ sizes, steps: fc.array(step, { maxLength: 20 }) }), {
  minLength: 1,
  maxLength: 4,
});

test("whatever the sizes and the rhythm, every command is there once and in order", async (t) => {
  const property = fc.asyncProperty(lives, async (openings) => {
    const directory = temporaryDirectory(t);
    const reader = new LogReader(directory, 1);
    const read: LoggedCommand[] = [];
    let appended = 0;
    for (const { sizes: options, steps } of openings) {
      const { log, commands, tornBytes } = await openLog(directory, options);
      assert.deepEqual(commands, commandsTo(appended));
      assert.equal(tornBytes, 0);
      for (const { verb, count } of steps) {
        if (verb === "wait") await untilDurable(log);
        if (verb === "read") readMore(reader, log.durableSequence, read);
        for (let i = 0; i < count && appendNext(log) >= 0; i++);
        log.commit();
      }
      await log.close();
      appended = log.appendedSequence;
      assert.equal(log.durableSequence, appended);
    }
    readMore(reader, appended, read);
    reader.close();
    assert.deepEqual(read, commandsTo(appended));
  });
  await fc.assert(property, { numRuns: 60 });
});

function readMore(reader: LogReader, limitSequence: number, read: LoggedCommand[]): void {
  for (;;) {
    const block = reader.next(limitSequence);
    if (block === undefined) return;
    read.push(...commandsIn(block));
  }
}
