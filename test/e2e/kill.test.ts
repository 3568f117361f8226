// Real processes, really killed, with snapshots taken and segments removed meanwhile: what was
// acknowledged is there after the restart, once, in the same book, and an independent replay gives
// the same history. OUTCRY_KILL_ROUNDS=200 for the long run; CI kills more often than a usual run.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { verifyLog } from "../../src/cli/log-verify.ts";
import { newKey, shortLoginOf, writeKeys } from "../../src/gateway/keys.ts";
import { KILL_ROUNDS } from "../dose.ts";
import { Acknowledged } from "./acknowledged-for-test.ts";
import { BATCH_PROTOCOLS, BatchLoad } from "./batch-load-for-test.ts";
import { FixLoad } from "./fix-load-for-test.ts";
import { GrpcFollower } from "./grpc-follower-for-test.ts";
import { OuchLoad, overSoup, overUdp } from "./ouch-load-for-test.ts";
import { removeDirectory, temporaryDirectory, VenueForTest } from "./venue-for-test.ts";

const ROUNDS = Number(process.env["OUTCRY_KILL_ROUNDS"] ?? KILL_ROUNDS);
/** Acknowledged before the kill, over all protocols: so many at least, and as many more at most. */
const ORDERS_PER_ROUND = 300;
const SNAPSHOT_EVERY = 300;
const ARGS = [
  ...["--no-simulator", "--segment-mib", "5", "--snapshot-every", String(SNAPSHOT_EVERY)],
  ...["--keep-snapshots", "3", "--keep-segments", "1"],
  ...["--ouch-port", "0", "--ouch-udp-port", "0", "--fix-port", "0", "--grpc-port", "0"],
];
/** A start of the database alone takes seconds on a busy machine. */
const MILLIS_PER_ROUND = 120_000;

const OUCH = "OUCH over SoupBinTCP";
const OUCH_UDP = "OUCH over UDP";
const FIX = "FIX";

type Order = { readonly orderId: number; readonly clOrdId: string };

const directory = temporaryDirectory();
after(() => removeDirectory(directory));

const name = `orders acknowledged over every protocol survive ${ROUNDS} kills`;
test(name, { timeout: (ROUNDS + 3) * MILLIS_PER_ROUND }, async (t) => {
  let snapshotsLoaded = 0;
  const traders = new Traders();
  let venue = await VenueForTest.start(directory, ARGS);
  await traders.connect(venue);

  for (let round = 0; round < ROUNDS; round++) {
    await traders.trade(venue, `r${round}`, ORDERS_PER_ROUND * (1 + Math.random()));
    await venue.kill(); // With requests of all connections still under way.
    await traders.ended();

    venue = await VenueForTest.start(directory, ARGS);
    if (/loaded the snapshot/.test(venue.output)) snapshotsLoaded++;
    await traders.assertAllThere(venue);
    await traders.connect(venue);
    await traders.settle();
    await traders.assertAllThere(venue);
    await assertReplays(venue);
    await traders.cancelAll(venue);
  }
  t.diagnostic(`${snapshotsLoaded} of ${ROUNDS} starts went on from a snapshot`);

  await untilSnapshot(venue);
  const before = await health(venue);
  await venue.kill(); // Nothing is under way now: the very same history must come back.
  await traders.ended();
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

/** Two accounts, and everything that enters orders for them. OUCH's numbers are an account's. */
class Traders {
  readonly #accounts: readonly Account[];
  readonly #loads: readonly { readonly port: RegExp; readonly load: OuchLoad | FixLoad }[];
  readonly #fix: FixLoad;
  readonly #follower: GrpcFollower;
  #batches: BatchLoad | undefined;

  constructor() {
    const first = new Account(1, [...BATCH_PROTOCOLS, OUCH, FIX]);
    const second = new Account(2, [OUCH_UDP]);
    this.#accounts = [first, second];
    writeKeys(
      join(directory, "keys.json"),
      this.#accounts.map(({ key }) => key),
    );
    this.#fix = new FixLoad(first.login, first.noterOf(FIX));
    this.#follower = new GrpcFollower(first.keyText);
    this.#loads = [
      {
        port: /over SoupBinTCP is open at .* port (\d+)/,
        load: new OuchLoad(overSoup, first.login, first.noterOf(OUCH)),
      },
      {
        port: /over UDP is open at .* port (\d+)/,
        load: new OuchLoad(overUdp, second.login, second.noterOf(OUCH_UDP)),
      },
      { port: /FIX 4.4 is open at .* port (\d+)/, load: this.#fix },
    ];
  }

  async connect(venue: VenueForTest): Promise<void> {
    this.#follower.connect(portOf(venue, GRPC_PORT));
    for (const { port, load } of this.#loads) await load.connect(portOf(venue, port));
  }

  /** Until `enough` orders are acknowledged, of every protocol some. */
  async trade(venue: VenueForTest, prefix: string, enough: number): Promise<void> {
    const [first, second] = this.#accounts;
    for (const { load } of this.#loads) load.begin();
    const ports = { http: venue.port, grpc: portOf(venue, GRPC_PORT) };
    this.#batches = new BatchLoad(ports, first.keyText, prefix, first.acknowledged);
    const isEnough = Promise.all([first.acknowledged.until(enough), second.acknowledged.until(1)]);
    const isOver = this.#batches.ended().then(() => assert.fail(`it goes on: ${venue.output}`));
    await Promise.race([isEnough, isOver]);
    isOver.catch(() => {}); // From now on it is meant to end.
  }

  async ended(): Promise<void> {
    const loads = this.#loads.map(({ load }) => load.ended());
    await Promise.all([...loads, this.#batches?.ended(), this.#follower.ended()]);
  }

  /** What was under way is entered now, where it was not before; who follows hears of all. */
  async settle(): Promise<void> {
    for (const { load } of this.#loads) await load.settle();
    const [{ acknowledged }] = this.#accounts;
    await this.#fix.heard.until(acknowledged.orderIds.values());
    await this.#follower.heard.until(acknowledged.orderIds.values());
  }

  async assertAllThere(venue: VenueForTest): Promise<void> {
    for (const { keyText, acknowledged } of this.#accounts) {
      const { json } = await venue.ask(keyText, "GET", "/orders?symbol=ACME");
      const orders: Order[] = json.orders;
      const found = new Map(orders.map(({ clOrdId, orderId }) => [clOrdId, orderId]));
      assert.equal(found.size, orders.length, "no order is there twice");
      for (const [clOrdId, orderId] of acknowledged.orderIds) {
        assert.equal(found.get(clOrdId), orderId);
      }
    }
  }

  /** Keeps a long run's answers small: at most 5000 orders are listed at once. */
  async cancelAll(venue: VenueForTest): Promise<void> {
    for (const { keyText, acknowledged } of this.#accounts) {
      assert.equal((await venue.ask(keyText, "DELETE", "/orders")).status, 200);
      acknowledged.clear();
    }
  }
}

class Account {
  readonly acknowledged: Acknowledged;
  readonly #made: ReturnType<typeof newKey>;

  constructor(accountId: number, protocols: readonly string[]) {
    this.acknowledged = new Acknowledged(protocols);
    this.#made = newKey({ accountId, role: "trader" });
  }

  get key() {
    return this.#made.key;
  }

  get keyText(): string {
    return this.#made.keyText;
  }

  get login() {
    const login = shortLoginOf(this.keyText);
    assert.ok(login !== undefined, "a new key has a short login");
    return login;
  }

  noterOf(protocol: string): (clOrdId: string, orderId: number) => void {
    return (clOrdId, orderId) => this.acknowledged.note(protocol, clOrdId, orderId);
  }
}

const GRPC_PORT = /gRPC is open at .* port (\d+)/;

function portOf(venue: VenueForTest, pattern: RegExp): number {
  return Number(pattern.exec(venue.output)?.[1]);
}

/** A fold of the files by this process, from the oldest state there is, beside the venue. */
async function assertReplays(venue: VenueForTest): Promise<void> {
  const { sequence, historyHash } = await health(venue);
  const report = verifyLog(join(directory, "log"), true);
  assert.notEqual(report.verdict, "damaged", JSON.stringify(report));
  assert.deepEqual([report.lastSequence, report.historyHash], [sequence, historyHash]);
  await setImmediate(); // Idle connections that the venue closed meanwhile are let go.
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
