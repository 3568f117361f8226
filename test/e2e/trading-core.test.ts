// Where the threads of a venue with a trading core run, read back from /proc, and what it says on a
// host that cannot give one.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { coresOf } from "../../src/ops/trading-core.ts";
import {
  removeDirectory,
  startVenue,
  temporaryDirectory,
  threadFolders,
  type VenueForTest,
} from "./venue-for-test.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const CORES = coresOf("self");
const TRADING_CORE = CORES[1] ?? 0;
const OTHERS = CORES.filter((core) => core !== TRADING_CORE);
const hasPrograms = ["taskset", "chrt"].every((name) => spawnSync(name, ["-V"]).status === 0);
const SKIP = CORES.length < 2 || !hasPrograms ? "needs two cores, taskset and chrt" : false;
/** sched(7): what /proc tells as policy. */
const ORDINARY = 0;
const IDLE = 5;
/** Of a thread's `stat`, counted behind its name. */
const POLICY_FIELD = 38;

function start(t: TestContext, ...prefix: string[]): Promise<VenueForTest> {
  return startVenue(t, ["--trading-core", String(TRADING_CORE)], prefix);
}

/** Cores and policy of a process's threads of that name, each once. */
function placesOf(pid: number, name: string): string[] {
  const places = threadFolders(pid, name).map((folder) => {
    const fields = readFileSync(`${folder}/stat`, "latin1").split(") ").at(-1)?.split(" ") ?? [];
    return placeText(coresOf(folder.slice("/proc/".length)), Number(fields[POLICY_FIELD]));
  });
  return [...new Set(places)];
}

function placeText(cores: readonly number[], policy: number): string {
  return `cores ${cores.join(",")} policy ${policy}`;
}

test("the trading thread has the core alone; elsewhere what computes gives way to the log", {
  skip: SKIP,
  timeout: 120_000,
}, async (t) => {
  const venue = await start(t);
  const { status } = await venue.ask(venue.firstKey ?? "", "GET", "/history/orders");
  assert.equal(status, 200, "the history's thread runs");
  const beside = placeText(OTHERS, ORDINARY);
  assert.deepEqual(placesOf(venue.pid, "MainThread"), [placeText([TRADING_CORE], ORDINARY)]);
  assert.deepEqual(placesOf(venue.pid, "libuv-worker"), [beside]);
  // The trading thread waits for what these have begun.
  assert.deepEqual(placesOf(venue.pid, "V8Worker"), [beside]);
  assert.deepEqual(placesOf(venue.pid, "WorkerThread"), [placeText(OTHERS, IDLE)]);
  assert.match(venue.output, new RegExp(`core ${TRADING_CORE}: the trading thread`));
});

for (const [what, expected, ...options] of [
  ["that is none of its own", /expected one of several cores.*found 4095/, "4095"],
  ["beside real-time priority", /expected no --realtime beside it/, "0", "--realtime"],
] as [string, RegExp, ...string[]][]) {
  test(`a trading core ${what} is refused before anything starts`, () => {
    const data = join(tmpdir(), `outcry-never-made-${process.pid}`);
    const args = [MAIN, "start", "--data", data, "--trading-core", ...options];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    assert.equal(status, 2);
    assert.match(stderr, expected);
    assert.equal(existsSync(data), false);
  });
}

for (const has of [[], ["taskset"]]) {
  const what = has.length === 0 ? "neither program" : "taskset alone";
  test(`on a host that has ${what} the venue says so and uses all cores`, {
    skip: SKIP,
    timeout: 120_000,
  }, async (t) => {
    const programs = temporaryDirectory();
    t.after(() => removeDirectory(programs));
    for (const name of has) symlinkSync(`/usr/bin/${name}`, join(programs, name));
    const venue = await start(t, "env", `PATH=${programs}`);
    await venue.said(/no core for trading alone: it goes on without/);
    assert.match(venue.output, /expected taskset and chrt \(util-linux\), found/);
    const anywhere = [placeText(CORES, ORDINARY)];
    for (const name of ["MainThread", "libuv-worker", "V8Worker"]) {
      assert.deepEqual(placesOf(venue.pid, name), anywhere, name);
    }
  });
}
