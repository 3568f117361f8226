// Which threads of a venue have real-time priority, read back from /proc, and what it says on a
// host that gives none.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { statFields } from "../../src/lab/watch/process-reading.ts";
import { startVenue, threadFolders, type VenueForTest } from "./venue-for-test.ts";

const CANNOT = spawnSync("chrt", ["--fifo", "1", "true"]).status !== 0;
const WHY = "needs chrt and CAP_SYS_NICE";

function start(t: TestContext, ...prefix: string[]): Promise<VenueForTest> {
  return startVenue(t, ["--realtime"], prefix);
}

/** The real-time priorities of a process's threads of that name, each once; 0: ordinary. */
function prioritiesOf(pid: number, name: string): number[] {
  const priorities = threadFolders(pid, name).map((folder) => {
    return statFields(readFileSync(`${folder}/stat`, "latin1")).realTimePriority;
  });
  return [...new Set(priorities)];
}

test("in real time the log's writers precede the trading thread, V8's follow, history has none", {
  timeout: 120_000,
}, async (t) => {
  if (CANNOT) return t.skip(WHY);
  const { pid } = await start(t);
  assert.deepEqual(prioritiesOf(pid, "libuv-worker"), [11]);
  assert.deepEqual(prioritiesOf(pid, "MainThread"), [10]);
  assert.deepEqual(prioritiesOf(pid, "V8Worker"), [5]);
  assert.deepEqual(prioritiesOf(pid, "WorkerThread"), [0]);
});

test("what the trading thread starts later is ordinary, snapshots among it", {
  timeout: 120_000,
}, async (t) => {
  if (CANNOT) return t.skip(WHY);
  const { pid } = await start(t);
  const { stdout } = spawnSync("chrt", ["--pid", String(pid)], { encoding: "utf8" });
  assert.match(stdout, /SCHED_FIFO\|SCHED_RESET_ON_FORK/);
});

for (const [what, found, ...prefix] of [
  ["forbids it", /CAP_SYS_NICE.*not permitted/, "setpriv", "--bounding-set=-sys_nice"],
  ["has no chrt", /chrt.*ENOENT/, "env", "PATH=/nowhere"],
] as [string, RegExp, ...string[]][]) {
  test(`on a host that ${what} the venue says so and trades on`, {
    timeout: 120_000,
  }, async (t) => {
    if (CANNOT) return t.skip(WHY);
    const venue = await start(t, ...prefix);
    await venue.said(/no real-time priority: trading goes on without/);
    assert.match(venue.output, found);
    assert.deepEqual(prioritiesOf(venue.pid, "MainThread"), [0]);
  });
}
