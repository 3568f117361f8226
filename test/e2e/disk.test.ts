// Real disks that are full, read-only, forbidden or broken, under a real process: nothing that was
// acknowledged is lost, and everybody is told why.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  CANNOT_MOUNT,
  FailingMedium,
  SmallFileSystem,
  unmountBelow,
} from "./small-file-systems-for-test.ts";
import { removeDirectory, temporaryDirectory, VenueForTest } from "./venue-for-test.ts";

const ARGS = ["--no-simulator", "--segment-mib", "5"];
/** Two starts of a whole venue, on a machine that may be busy with something else. */
const PATIENT = { timeout: 400_000 };
const venues: VenueForTest[] = [];
/** One segment of the log, and only the beginning of the next. */
const DISK_MIB = 6;
/** Room for the new database, and hardly any for what it is to hold. */
const HISTORY_DISK_MIB = 90;
const BATCH = 1000;
const BATCHES_MAX = 500;

type Report = { readonly clOrdId?: string; readonly ordStatus?: string; readonly code?: string };
type Load = { readonly acknowledged: ReadonlySet<string>; readonly codes: ReadonlySet<string> };

/** At the end of the test its processes are killed, its mounts go, then the directory. */
function dataDirectory(t: TestContext): string {
  const directory = temporaryDirectory();
  t.after(async () => {
    for (const venue of venues.splice(0)) await venue.kill();
    unmountBelow(directory);
    removeDirectory(directory);
  });
  return directory;
}

async function start(directory: string): Promise<VenueForTest> {
  const venue = await VenueForTest.start(directory, ARGS);
  venues.push(venue);
  return venue;
}

/** Orders that fill the log, until the venue takes no more. Every answer is counted. */
async function fill(venue: VenueForTest, key: string): Promise<Load> {
  const acknowledged = new Set<string>();
  const codes = new Set<string>();
  for (let batch = 0; batch < BATCHES_MAX && codes.size === 0; batch++) {
    const orders = Array.from({ length: BATCH }, (_, n) => ({
      new: {
        ...{ symbol: "ACME", side: "buy", ordType: "limit", price: "50.00", orderQty: "1" },
        ...{ clOrdId: `${batch}-${n}`, timeInForce: "ioc" },
      },
    }));
    const answer = await venue.ask(key, "POST", "/orders/batch", { orders }).catch(() => undefined);
    if (answer === undefined) break; // It stopped before it read the request.
    const results: Report[] = answer.json["results"] ?? [answer.json];
    for (const { clOrdId = "", ordStatus, code } of results) {
      if (ordStatus !== undefined) acknowledged.add(clOrdId);
      else codes.add(code ?? "no code");
    }
  }
  return { acknowledged, codes };
}

/** It ends by itself, with 1, and has said the place and the cause. */
async function assertStopped(venue: VenueForTest, load: Load, cause: RegExp): Promise<void> {
  assert.equal(await venue.ended(), 1);
  assert.match(venue.output, /error the log failed: stopping code=LOG_\w+_FAILED/);
  assert.match(venue.output, cause);
  for (const code of load.codes) assert.match(code, /^(OUTCOME_UNKNOWN|STOPPED)$/);
  assert.ok(load.acknowledged.size > 0, "some orders were acknowledged before");
}

async function assertRecovered(directory: string, load: Load): Promise<void> {
  const venue = await start(directory);
  const health = await venue.ask("", "GET", "/health");
  assert.ok(Number(health.json["sequence"]) >= load.acknowledged.size);
  assert.equal((await venue.ask("", "GET", "/ready")).status, 200);
  assert.equal(await venue.stop(), 0);
}

test("a disk that fills up stops the exchange, and room made is a start", PATIENT, async (t) => {
  if (CANNOT_MOUNT !== false) return t.skip(CANNOT_MOUNT);
  const directory = dataDirectory(t);
  const disk = new SmallFileSystem(join(directory, "log"), DISK_MIB);
  const venue = await start(directory);
  const load = await fill(venue, venue.firstKey ?? "");
  await assertStopped(venue, load, /ENOSPC/);
  disk.grow(40);
  await assertRecovered(directory, load);
});

test("a history whose disk is full waits, says so, and goes on with room", PATIENT, async (t) => {
  if (CANNOT_MOUNT !== false) return t.skip(CANNOT_MOUNT);
  const directory = dataDirectory(t);
  const disk = new SmallFileSystem(join(directory, "history"), HISTORY_DISK_MIB);
  const venue = await start(directory);
  const key = venue.firstKey ?? "";
  await venue.said(/warn the history waits for room on its disk; trading goes on .*freeBytes=\d+/);
  const order = { symbol: "ACME", side: "buy", ordType: "limit", price: "50.00", orderQty: "1" };
  const { json } = await venue.ask(key, "POST", "/orders", order);
  assert.equal(json.ordStatus, "new");
  assert.deepEqual((await venue.ask(key, "GET", "/history/orders")).json.orders, []);
  assert.equal(await venue.stop(), 0);

  const again = await start(directory);
  await again.said(/the history waits for room/);
  disk.grow(4 * HISTORY_DISK_MIB);
  await again.said(/the history goes on/);
  assert.equal(await again.stop(), 0);
  assert.doesNotMatch(again.output, /the history is behind/);
});

test(
  "a medium that fails its file system stops the exchange; what it had stays",
  PATIENT,
  async (t) => {
    if (CANNOT_MOUNT !== false) return t.skip(CANNOT_MOUNT);
    const directory = dataDirectory(t);
    const medium = new FailingMedium(join(directory, "log"), DISK_MIB);
    const venue = await start(directory);
    const load = await fill(venue, venue.firstKey ?? "");
    await assertStopped(venue, load, /EIO|ENOSPC/);
    medium.mend(80);
    await assertRecovered(directory, load);
  },
);

test("a read-only disk refuses the start, and says so", async (t) => {
  if (CANNOT_MOUNT !== false) return t.skip(CANNOT_MOUNT);
  const directory = dataDirectory(t);
  new SmallFileSystem(join(directory, "log"), DISK_MIB).turnReadOnly();
  await assert.rejects(VenueForTest.start(directory, ARGS), /EROFS/);
});

test("a directory that may not be written refuses the start, and nothing is made", async (t) => {
  if (CANNOT_MOUNT !== false) return t.skip(CANNOT_MOUNT);
  const directory = dataDirectory(t);
  mkdirSync(join(directory, "log"), { mode: 0o500 });
  const rights = "-dac_override,-dac_read_search"; // Root's own way past all permissions.
  const prefix = ["setpriv", "--bounding-set", rights, "--inh-caps", rights];
  await assert.rejects(VenueForTest.start(directory, ARGS, prefix), /EACCES/);
  assert.deepEqual(readdirSync(join(directory, "log")), []);
});
