// Real processes, really killed: whatever statement the writer dies at, the tables stay one with
// their position and end as if nothing had happened.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ofToday, STEPS_PER_DEATH } from "../../test/dose.ts";
import { emptiedDatabase } from "./database-for-test.ts";
import { writeFrom } from "./history-crash-for-test.ts";
import { HistoryWriter } from "./history-writer.ts";
import { tableDigest } from "./table-digest-for-test.ts";

const CHILD = fileURLToPath(new URL("./history-crash-for-test.ts", import.meta.url));
const COMMANDS = 1200;
/** Opening the tables takes four steps, each flush six: any of the six may be died at. */
const DEATHS_AT = ofToday([10, 11, 12, 13, 14, 15], STEPS_PER_DEATH);
/** Deaths at no chosen step: anywhere, also within a statement. */
const KILLS = 1;

test("killed at any step of a flush, the writer loses and repeats nothing", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "outcry-history-crash-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const data = join(directory, "pglite");

  const positions: number[] = [];
  for (const statements of DEATHS_AT) {
    const { output, signal } = await runChild(data, statements);
    assert.equal(signal, "SIGKILL", output);
    positions.push(positionIn(output));
  }
  for (let kill = 0; kill < KILLS; kill++) positions.push(positionIn(await killChild(data)));
  const { output, signal } = await runChild(data, Number.POSITIVE_INFINITY);

  assert.equal(signal, null);
  positions.push(positionIn(output));
  assert.deepEqual(
    positions,
    positions.toSorted((a, b) => a - b),
  );
  assert.ok(
    positions[1] !== undefined && positions[1] > 0,
    `some flushes got through: ${positions}`,
  );
  assert.equal(/digest (\w+)/.exec(output)?.[1], await uninterruptedDigest());
});

async function runChild(data: string, statements: number) {
  const child = startChild(data, statements);
  const [output, [, signal]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return { output, signal: signal as string | null };
}

/** Kills the child from outside once it has begun to write. */
async function killChild(data: string): Promise<string> {
  const child = startChild(data, Number.POSITIVE_INFINITY);
  const [chunk] = await once(child.stdout.setEncoding("utf8"), "data");
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  return String(chunk);
}

function startChild(data: string, statements: number) {
  const flags = process.execArgv;
  const parameters = [...flags, CHILD, data, String(COMMANDS), String(statements)];
  return spawn(process.execPath, parameters, { stdio: ["ignore", "pipe", "inherit"] });
}

function positionIn(output: string): number {
  const position = /position (\d+)/.exec(output)?.[1];
  assert.ok(position !== undefined, `the child reached its tables, and said: ${output}`);
  return Number(position);
}

async function uninterruptedDigest(): Promise<string> {
  const database = await emptiedDatabase();
  await writeFrom(await HistoryWriter.open(database), COMMANDS);
  return await tableDigest(database);
}
