import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { cancelRecord, newRecord } from "../codec/record-for-test.ts";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { openListedExchange, TestSession, until } from "../exchange/exchange-for-test.ts";
import { SnapshotTaker } from "../exchange/snapshot-taker.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { KEEP_ALL } from "../log/retention.ts";
import { SIDE_BUY } from "../model/side.ts";
import { systemClock } from "../ops/clock.ts";
import { BackgroundThread, BackgroundThreads } from "./background-threads.ts";
import { History } from "./history.ts";
import { whyNotOfLog } from "./history-origin.ts";
import { instanceIdIn } from "./log-extent.ts";

const ACCOUNT_ID = 7;
const TIME_MICROS = 1_795_000_000_000_000;
const SEGMENTS = { segmentBytes: 4 * 1024, batchBytesMax: 2 * 1024 };
const ALL = { accountId: ACCOUNT_ID, instrumentId: 0, orderId: 0, rowsMax: 1000 };
const NEWEST = { beforeSequence: Number.MAX_SAFE_INTEGER, beforeIndex: Number.MAX_SAFE_INTEGER };

/** A log of `orders` resting orders behind the listing, one a millisecond; the first one ends. */
async function writtenLog(t: TestContext, orders: number, startMicros = TIME_MICROS) {
  let nowMicros = startMicros;
  const tick = () => {
    nowMicros += 1000;
    return nowMicros;
  };
  const opened = await openListedExchange(t, { log: SEGMENTS, nowMicros: tick });
  const { exchange, directory } = opened;
  const session = new TestSession(exchange);
  for (let n = 1; n <= orders; n++) {
    session.enter(
      newRecord({ clOrdId: `o${n}`, accountId: ACCOUNT_ID, side: SIDE_BUY, orderQtyLots: n }),
    );
    await until("it is durable", () => session.answers.length === n);
  }
  session.enter(cancelRecord({ clOrdId: "o1", accountId: ACCOUNT_ID }));
  await until("it is durable", () => session.answers.length === orders + 1);
  const sequence = exchange.health().durableSequence;
  await exchange.stop();
  return { directory, sequence };
}

/** The history of a log as a run of the venue leaves it: how many orders, up to which command. */
async function runHistory(directory: string, sequence: number, syncedAtOpen = 0) {
  const failures: Error[] = [];
  const database = join(directory, "history");
  const onFailure = (failure: Error) => void failures.push(failure);
  const history = new History(
    new BackgroundThreads(),
    directory,
    database,
    onFailure,
    syncedAtOpen > 0,
  );
  history.announce(sequence);
  await until("it has caught up", () => failures.length > 0 || history.sequence() === sequence);
  if (failures[0] !== undefined) throw failures[0];
  const orders = await history.queries.orders({ ...ALL, ...NEWEST });
  const executions = await history.queries.executions({ ...ALL, ...NEWEST });
  await until("its position is synced", () => history.syncedSequence() === syncedAtOpen);
  await history.stop(sequence);
  return { orders: orders.rows.length, executions: executions.rows.length };
}

function replaceLog(directory: string, other: string): void {
  for (const name of readdirSync(directory).filter((each) => each.endsWith(".log"))) {
    rmSync(join(directory, name));
  }
  for (const name of readdirSync(other).filter((each) => each.endsWith(".log"))) {
    cpSync(join(other, name), join(directory, name));
  }
}

test("a history of another log, or beyond the log, is set aside and written again", async (t) => {
  const { directory, sequence } = await writtenLog(t, 12);
  assert.deepEqual(await runHistory(directory, sequence), { orders: 12, executions: 13 });
  const again = await runHistory(directory, sequence, sequence); // Its position was synced.
  assert.deepEqual(again, { orders: 12, executions: 13 });
  assert.equal(existsSync(join(directory, "history.aside-1")), false);

  const shorter = await writtenLog(t, 5);
  replaceLog(directory, shorter.directory);
  assert.deepEqual(await runHistory(directory, shorter.sequence), { orders: 5, executions: 6 });
  assert.equal(existsSync(join(directory, "history.aside-1")), true);

  const longer = await writtenLog(t, 15);
  replaceLog(directory, longer.directory);
  assert.deepEqual(await runHistory(directory, longer.sequence), { orders: 15, executions: 16 });
  assert.equal(existsSync(join(directory, "history.aside-2")), true);
});

test("a history beside the log says what it proves", async (t) => {
  const { directory, sequence } = await writtenLog(t, 5);
  const timeMicros = TIME_MICROS + sequence * 1000;
  const mark = { sequence, beginSequence: 0, timeMicros, instanceId: instanceIdIn(directory) };
  const why = (changed: Partial<typeof mark>) =>
    whyNotOfLog(directory, sequence, { ...mark, ...changed });
  assert.equal(why({ timeMicros: 0, instanceId: "" }), "");
  assert.match(why({ instanceId: "ab".repeat(16) }), /found one of log abab.* up to 7$/);
  assert.match(why({ sequence: 9 }), /commands 8 to 9 were acknowledged and are missing$/);
  assert.match(why({ sequence: 9, instanceId: "" }), /missing, or the history is of another log$/);
  const changed = why({ timeMicros: timeMicros + 5 });
  assert.match(changed, /expected command 7 of .*, found one of .*: commands up to it were ack/);
});

test("where older segments are gone a new history begins at the oldest snapshot", async (t) => {
  const { directory, sequence } = await writtenLog(t, 150);
  const taker = new SnapshotTaker({
    ...{ directory, disk: nodeDisk, limits: ENGINE_LIMITS, retention: KEEP_ALL },
    clock: systemClock,
  });
  const snapshot = await taker.take(100, 100);
  taker.close();
  rmSync(join(directory, "00000001.log"));
  const rest = sequence - snapshot.sequence;
  const found = await runHistory(directory, sequence);
  assert.deepEqual(found, { orders: rest - 1, executions: rest });
  assert.deepEqual(await runHistory(directory, sequence), found);
});

test("a history that the log does not go on from says so, and what to do", async (t) => {
  const { directory, sequence } = await writtenLog(t, 150);
  await runHistory(directory, 20);
  rmSync(join(directory, "00000001.log"));
  await assert.rejects(runHistory(directory, sequence), {
    message: /goes on behind command 20, found one from \d+ on; restore what is missing, or move/,
  });
});

test("a history that is to stop at once ends behind, and the next goes on there", async (t) => {
  const { directory, sequence } = await writtenLog(t, 40);
  const database = join(directory, "history");
  const history = new History(new BackgroundThreads(), directory, database, (failure) => {
    throw failure;
  });
  history.announce(sequence);
  await history.stop(sequence, 0);
  assert.ok(history.sequence() < sequence);
  assert.deepEqual(await runHistory(directory, sequence), { orders: 40, executions: 41 });
});

test("a history that does not end in time is ended, and its questions are over", async () => {
  const thread: BackgroundThread = new BackgroundThread((what) => {
    if (what === "end") thread.emit("exit");
  });
  const threads = { start: () => thread } as unknown as BackgroundThreads;
  const history = new History(threads, "", "", () => {}, false);
  const asked = history.queries.orderById(1, 1);
  asked.catch(() => {});
  assert.equal(await history.stop(5, 5, 5), false);
  await assert.rejects(asked, { code: "HISTORY_CLOSED" });
});

test("one that ends by itself is not", async () => {
  let endCount = 0;
  const thread = new BackgroundThread(() => endCount++);
  const threads = { start: () => thread } as unknown as BackgroundThreads;
  const history = new History(threads, "", "", () => {}, false);
  const stopped = history.stop(5);
  thread.emit("exit");
  await stopped;
  assert.equal(endCount, 0);
});
