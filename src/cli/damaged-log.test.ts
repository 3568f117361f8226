// No tool takes a damaged log for a sound one, nor a log that is being written for a damaged one.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { LogReader } from "../log/log-reader.ts";
import { blocksToEnd } from "../log/log-tail.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { snapshotPath } from "../log/snapshot-file.ts";
import { findRepairs } from "./log-repair.ts";
import { verifyLog } from "./log-verify.ts";
import { tellOrderStory } from "./order-story-of-log.ts";
import { shadowLog } from "./shadow.ts";
import {
  damage,
  depthAt,
  LAST_SEQUENCE,
  SNAPSHOT_AT,
  takerOf,
  writtenLog,
} from "./written-log-for-test.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

function segmentsOf(directory: string): string[] {
  return readdirSync(directory).filter((name) => /^\d{8}\.log$/.test(name));
}

/** Exit code and both outputs of a command line on the log in `directory`. */
async function outcry(t: TestContext, directory: string, ...args: readonly string[]) {
  const data = mkdtempSync(join(tmpdir(), "outcry-damaged-"));
  t.after(() => rmSync(data, { recursive: true }));
  symlinkSync(directory, join(data, "log"));
  const all = ["--conditions=outcry-source", MAIN, ...args, "--data", data];
  const child = spawn(process.execPath, all);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
  const [code] = await once(child, "close");
  return { code, text };
}

test("damage before the oldest snapshot of a shortened log is found by a replay too", async (t) => {
  const { directory } = await writtenLog(t);
  rmSync(join(directory, "00000001.log"));
  assert.equal(verifyLog(directory, true).verdict, "whole");
  const wholeBlocks = verifyLog(directory, false).blocks;
  assert.equal(verifyLog(directory, true).blocks, wholeBlocks, "every block is read");
  damage(directory, SNAPSHOT_AT - 10);
  const { verdict, problem } = verifyLog(directory, true);
  assert.equal(verdict, "damaged");
  assert.match(problem, /from sequence 51, found none/);
});

test("whoever reads a log to its end hears of damage in its last segment", async (t) => {
  const { directory } = await writtenLog(t);
  damage(directory, LAST_SEQUENCE - 2);
  const refusal = { code: "LOG_DAMAGED", message: /from sequence 119, found none there, but/ };
  assert.throws(() => tellOrderStory(directory, LAST_SEQUENCE, 10), refusal);
  assert.throws(() => depthAt(directory, { sequence: LAST_SEQUENCE }), refusal);
  assert.throws(() => shadowLog(directory, directory), refusal);
  assert.equal(depthAt(directory, { sequence: LAST_SEQUENCE - 4 }).sequence, LAST_SEQUENCE - 4);
});

test("a log that is written on while it is read is not damaged", async (t) => {
  const { directory } = await writtenLog(t);
  const path = join(directory, segmentsOf(directory).findLast(isUsed(directory)) ?? "");
  const whole = readFileSync(path);
  const early = Buffer.from(whole);
  early.fill(0, whole.lastIndexOf("OCBK", whole.lastIndexOf("OCBK") - 1));
  writeFileSync(path, early); // The last two blocks come later.
  const names = (each: string): string[] => {
    if (reader.end.lastSequence === LAST_SEQUENCE - 2) writeFileSync(path, whole);
    return nodeDisk.names(each);
  };
  const reader = new LogReader(directory, 1);
  const blocks = [...blocksToEnd(reader, directory, { ...nodeDisk, names })];
  assert.equal(blocks.length, LAST_SEQUENCE);
  reader.close();
});

function isUsed(directory: string): (name: string) => boolean {
  return (name) => readFileSync(join(directory, name)).includes("OCBK");
}

test("a segment that is removed while it was to be read next is no damage", async (t) => {
  const { directory } = await writtenLog(t);
  const reader = new LogReader(directory, 1);
  t.after(() => reader.close());
  const read = (): void => {
    for (const { firstSequence } of blocksToEnd(reader, directory, nodeDisk)) {
      if (firstSequence > 1) continue;
      for (const name of segmentsOf(directory).slice(0, 3)) rmSync(join(directory, name));
    }
  };
  assert.throws(read, { code: "LOG_REMOVED", message: /00000002\.log, byte 0: .*; ask again$/ });
});

test("a snapshot of before a shortened log is no reason to remove a damaged one", async (t) => {
  const { directory } = await writtenLog(t);
  const taker = takerOf(directory);
  await taker.take(LAST_SEQUENCE, LAST_SEQUENCE);
  taker.close();
  for (const name of segmentsOf(directory).slice(0, -2)) rmSync(join(directory, name));
  const path = snapshotPath(directory, LAST_SEQUENCE);
  writeFileSync(path, readFileSync(path).fill(1, 500, 510));
  const [finding] = findRepairs(directory);
  assert.deepEqual([finding?.repair, finding?.files], ["", []]);
  assert.match(finding?.advice ?? "", /restore it from a copy/);
});

test("a repair that mends nothing says so by its exit code", async (t) => {
  const { directory } = await writtenLog(t);
  damage(directory, 90);
  const { code, text } = await outcry(t, directory, "log", "repair", "--apply");
  assert.match(text, /restore the file from a copy/);
  assert.equal(code, 1);
});

test("of a shortened log the tools tell what there is, and what is gone", async (t) => {
  const { directory } = await writtenLog(t);
  const { instrument } = tellOrderStory(directory, 90, 10);
  rmSync(join(directory, "00000001.log"));
  assert.deepEqual(tellOrderStory(directory, 90, 10).instrument, instrument);
  const story = await outcry(t, directory, "why", "2");
  assert.equal(
    story.text.trim(),
    "outcry why: expected an order 2 in the log from sequence 62 on, as it can be told, found none",
  );
  assert.equal(story.code, 1);
  const events = await outcry(t, directory, "log", "export", "--what", "events", "--to", "62");
  assert.match(
    events.text,
    /^outcry log: expected events from 1 on, found none before sequence 62:/m,
  );
  assert.match(events.text, /"sequence":62/);
});

test("a snapshot of another log is not whole here, and no start passes over it", async (t) => {
  const { directory } = await writtenLog(t);
  const other = await writtenLog(t);
  cpSync(snapshotPath(other.directory, SNAPSHOT_AT), snapshotPath(directory, SNAPSHOT_AT));
  for (const replays of [true, false]) {
    const { verdict, snapshots } = verifyLog(directory, replays);
    assert.equal(verdict, "damaged");
    assert.match(
      snapshots[0]?.verdict ?? "",
      /^expected a snapshot of log \w{32}, found one of \w{32}$/,
    );
  }
  const [finding] = findRepairs(directory);
  assert.deepEqual([finding?.repair, finding?.files], ["", []]);
  assert.match(finding?.advice ?? "", /move it away/);
});
