// Real processes, really killed, with snapshots taken and segments removed meanwhile: what was
// acknowledged is there after the restart, once, in the same book, and an independent replay gives
// the same history. OUTCRY_KILL_ROUNDS=200 for the long run.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { WebSocket } from "ws";
import { verifyLog } from "../../src/cli/log-verify.ts";
import { shortLoginOf } from "../../src/gateway/keys.ts";
import { OuchLoad } from "./ouch-load-for-test.ts";
import { removeDirectory, temporaryDirectory, VenueForTest } from "./venue-for-test.ts";

const ROUNDS = Number(process.env["OUTCRY_KILL_ROUNDS"] ?? 10);
/** Acknowledged before the kill, over all protocols: so many at least, and as many more at most. */
const ORDERS_PER_ROUND = 300;
const SNAPSHOT_EVERY = 300;
const ARGS = [
  ...["--no-simulator", "--segment-mib", "5", "--snapshot-every", String(SNAPSHOT_EVERY)],
  ...["--keep-snapshots", "3", "--keep-segments", "1", "--ouch-port", "0"],
];
/** A start of the database alone takes seconds on a busy machine. */
const MILLIS_PER_ROUND = 120_000;
const BATCH = 25;

type Report = { readonly orderId: number; readonly clOrdId: string; readonly ordStatus: string };

const directory = temporaryDirectory();
after(() => removeDirectory(directory));

const name = `orders acknowledged over REST, WebSocket and OUCH survive ${ROUNDS} kills`;
test(name, { timeout: (ROUNDS + 3) * MILLIS_PER_ROUND }, async (t) => {
  let snapshotsLoaded = 0;
  const acknowledged = new Map<string, number>();
  let venue = await VenueForTest.start(directory, ARGS);
  const key = venue.firstKey ?? "";
  const login = shortLoginOf(key);
  assert.ok(login !== undefined, "the first start prints a key");
  const ouch = new OuchLoad(login, (clOrdId, orderId) => acknowledged.set(clOrdId, orderId));
  await ouch.connect(ouchPortOf(venue));

  for (let round = 0; round < ROUNDS; round++) {
    const enough = ORDERS_PER_ROUND * (1 + Math.random());
    const load = new Load(venue, key, `r${round}`, acknowledged);
    ouch.begin();
    await load.until(() => acknowledged.size >= enough);
    assert.ok(acknowledged.size >= enough, `the load goes on: ${venue.output}`);
    await venue.kill(); // With requests of all connections still under way.
    await Promise.all([load.ended(), ouch.ended()]);

    venue = await VenueForTest.start(directory, ARGS);
    if (/loaded the snapshot/.test(venue.output)) snapshotsLoaded++;
    await assertAllThere(venue, key, acknowledged);
    await ouch.connect(ouchPortOf(venue));
    await ouch.settle(); // What was under way is entered now, where it was not before.
    await assertAllThere(venue, key, acknowledged);
    await assertReplays(venue);
    await cancelAll(venue, key);
    acknowledged.clear();
  }
  t.diagnostic(`${snapshotsLoaded} of ${ROUNDS} starts went on from a snapshot`);

  await untilSnapshot(venue);
  const before = await health(venue);
  await venue.kill(); // Nothing is under way now: the very same history must come back.
  venue = await VenueForTest.start(directory, ARGS);
  assert.match(venue.output, /loaded the snapshot/, "a start goes on from a snapshot");
  const later = await health(venue);
  assert.equal(later.sequence, before.sequence);
  assert.equal(later.historyHash, before.historyHash);

  assert.equal(await venue.stop(), 0);
  const stopped = /state ([0-9a-f]{16})/.exec(venue.output.split("stopped at")[1] ?? "")?.[1];
  venue = await VenueForTest.start(directory, ARGS);
  assert.match(venue.output, new RegExp(`state ${stopped}`), "a clean restart has the same state");
  await venue.stop();
});

function ouchPortOf(venue: VenueForTest): number {
  return Number(/OUCH 5.0 over SoupBinTCP is open at .* port (\d+)/.exec(venue.output)?.[1]);
}

/** Orders that rest. */
function batchOf(clOrdIdOf: (number: number) => string): object[] {
  return Array.from({ length: BATCH }, (_, number) => {
    const price = (50 + (number % 997) / 100).toFixed(2);
    const clOrdId = clOrdIdOf(number);
    return {
      new: { symbol: "ACME", side: "buy", ordType: "limit", price, orderQty: "1", clOrdId },
    };
  });
}

/** Orders that rest, entered over both interfaces until the venue dies. */
class Load {
  readonly #acknowledged: Map<string, number>;
  readonly #loops: Promise<void>[];
  #enough: () => boolean = () => false;
  #onEnough: () => void = () => {};
  #lastNumber = 0;
  readonly #prefix: string;

  constructor(venue: VenueForTest, key: string, prefix: string, acknowledged: Map<string, number>) {
    this.#acknowledged = acknowledged;
    this.#prefix = prefix;
    this.#loops = [this.#overRest(venue.url, key), this.#overWebSocket(venue.port, key)];
  }

  /** Fulfilled at that, or when the load cannot go on. */
  until(enough: () => boolean): Promise<void> {
    this.#enough = enough;
    return new Promise((resolve) => {
      this.#onEnough = resolve;
      void this.ended().finally(resolve);
    });
  }

  async ended(): Promise<void> {
    await Promise.all(this.#loops);
  }

  #batch(): object[] {
    return batchOf(() => `${this.#prefix}-${++this.#lastNumber}`);
  }

  #note(reports: readonly Report[]): void {
    for (const { clOrdId, orderId, ordStatus } of reports) {
      assert.equal(ordStatus, "new");
      assert.ok(!this.#acknowledged.has(clOrdId), "one acknowledgement an order");
      this.#acknowledged.set(clOrdId, orderId);
    }
    if (this.#enough()) this.#onEnough();
  }

  async #overRest(url: string, key: string): Promise<void> {
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
    for (;;) {
      const body = JSON.stringify({ orders: this.#batch() });
      try {
        const response = await fetch(`${url}/orders/batch`, { method: "POST", headers, body });
        const { results } = (await response.json()) as { results: Report[] };
        this.#note(results);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        return; // The venue was killed.
      }
    }
  }

  async #overWebSocket(port: number, key: string): Promise<void> {
    const headers = { Authorization: `Bearer ${key}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers });
    const closed = new Promise<void>((resolve) => {
      socket.on("close", () => resolve());
      socket.on("error", () => {});
    });
    const send = () => socket.send(JSON.stringify({ id: 1, op: "batch", orders: this.#batch() }));
    socket.on("open", send);
    socket.on("message", (data) => {
      const { result } = JSON.parse(String(data)) as { result: { results: Report[] } };
      this.#note(result.results);
      send();
    });
    await closed;
  }
}

async function assertAllThere(
  venue: VenueForTest,
  key: string,
  acknowledged: ReadonlyMap<string, number>,
): Promise<void> {
  const headers = { Authorization: `Bearer ${key}` };
  const response = await fetch(`${venue.url}/orders?symbol=ACME`, { headers });
  const { orders } = (await response.json()) as { orders: Report[] };
  const found = new Map(orders.map(({ clOrdId, orderId }) => [clOrdId, orderId]));
  assert.equal(found.size, orders.length, "no order is there twice");
  for (const [clOrdId, orderId] of acknowledged) assert.equal(found.get(clOrdId), orderId);
}

/** A fold of the files by this process, from the oldest state there is, beside the venue. */
async function assertReplays(venue: VenueForTest): Promise<void> {
  const { sequence, historyHash } = await health(venue);
  const report = verifyLog(join(directory, "log"), true);
  assert.notEqual(report.verdict, "damaged", JSON.stringify(report));
  assert.deepEqual([report.lastSequence, report.historyHash], [sequence, historyHash]);
  await setImmediate(); // Idle connections that the venue closed meanwhile are let go.
}

/** Keeps a long run's answers small: at most 5000 orders are listed at once. */
async function cancelAll(venue: VenueForTest, key: string): Promise<void> {
  const headers = { Authorization: `Bearer ${key}` };
  const response = await fetch(`${venue.url}/orders`, { method: "DELETE", headers });
  assert.equal(response.status, 200);
}

/** A round may end before its snapshot is written; this waits for one, however slow the disk is. */
async function untilSnapshot(venue: VenueForTest): Promise<void> {
  const lagOf = async (): Promise<number> => {
    const metrics = await (await fetch(`${venue.url}/metrics`)).text();
    return Number(/^outcry_snapshot_lag_commands (\d+)$/m.exec(metrics)?.[1]);
  };
  while ((await lagOf()) >= SNAPSHOT_EVERY) await setImmediate();
}

async function health(venue: VenueForTest): Promise<{ sequence: number; historyHash: string }> {
  const response = await fetch(`${venue.url}/health`);
  return (await response.json()) as { sequence: number; historyHash: string };
}
