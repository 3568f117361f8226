// A FIX client that comes again misses nothing and can ask for all of it: after its connection
// broke, after a stop, after a crash, however long ago the reports were.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { BUY, type FixFields, type FixTrader, SELL, startFixVenue } from "./fix-for-test.ts";
import { FixNumbers } from "./fix-numbers.ts";

/** Fields that are the same however often a report is said. */
function lasting(reports: readonly FixFields[]): unknown[] {
  return reports.map(
    ({ 9: _, 10: __, 43: ___, 52: ____, 97: _____, 122: ______, ...rest }) => rest,
  );
}

function executions(trader: FixTrader): readonly FixFields[] {
  return trader.messages.filter((each) => each[35] === "8");
}

test("what comes while a client is away waits for it, under the next numbers", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.enter("A", BUY);
  await trader.first(1);
  await trader.cut();
  const other = await venue.connect({ accountId: 2 });
  other.enter("B", SELL);
  await other.first(2);
  const again = await venue.dial();
  again.nextOut = trader.nextOut;
  again.logOn();
  const [traded] = await again.first(1);
  assert.deepEqual([traded[34], traded[11], traded[150], traded[43]], ["4", "A", "F", undefined]);
});

test("an answer waits for the reports that are read from the log", async (t) => {
  const first = await startFixVenue(t);
  const trader = await first.connect();
  trader.enter("A", "55=ACME 54=1 40=2 59=1 38=20 44=100.00");
  await trader.first(1);
  await trader.cut();
  const other = await first.connect({ accountId: 2 });
  other.enter("B", SELL);
  await other.first(2);
  const venue = await first.restarted(t);
  const again = await venue.dial();
  again.nextOut = trader.nextOut;
  again.logOn().send("H", "11=A 55=ACME 54=1");
  const told = await again.first(2);
  assert.deepEqual(
    told.map((each) => each[150]),
    ["F", "I"],
  );
});

test("a client that reads only a part asks for the rest and gets every report once", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  for (let n = 1; n <= 1000; n++) trader.enter(`A${n}`, BUY);
  const all = await trader.first(1000);
  await trader.cut();
  const again = await venue.dial();
  again.nextOut = trader.nextOut;
  again.logOn().send("2", "7=400 16=0");
  await again.until((each) => each[34] === "1001" && each[43] === "Y");
  assert.deepEqual(lasting(executions(again)), lasting(all.slice(398)));
});

test("reports of before a stop are made again from the log", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  const other = await venue.connect({ accountId: 2 });
  for (let n = 1; n <= 50; n++) trader.enter(`A${n}`, BUY);
  await trader.first(50);
  trader.send("F", "41=A50 11=C50 55=ACME 54=1 60=20261127-00:00:00");
  await trader.first(51);
  await trader.cut();
  other.enter("B", SELL.replace("38=10", "38=35"));
  await other.first(5);
  const restarted = await venue.restarted(t);
  const again = await restarted.dial();
  again.nextOut = trader.nextOut;
  again.logOn();
  const missed = await again.first(4);
  assert.deepEqual(
    missed.map((each) => [each[11], each[150], each[32], each[97]]),
    [1, 2, 3, 4].map((n) => [`A${n}`, "F", n === 4 ? "5" : "10", undefined]),
  );
  const first = Number(missed[0][34]);
  again.send("2", "7=1 16=0");
  await again.until((each) => Number(each[34]) === first + 3 && each[43] === "Y");
  const resent = again.messages.filter((each) => each[35] === "8" && each[43] === "Y");
  assert.deepEqual(lasting(resent.slice(0, 51)), lasting(executions(trader)));
  assert.deepEqual(lasting(resent.slice(51)), lasting(missed));
});

test("after a crash that forgot what was said, it comes as perhaps said before", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.enter("A1", BUY).enter("A2", BUY);
  await trader.first(2);
  await trader.settle();
  const store = join(venue.directory, "fix", "1.OUTCRY.TRADER.jsonl");
  const lines = readFileSync(store, "utf8").split("\n");
  // The machine stopped: the first lines were on the disk, and a half of another one.
  const kept = lines.slice(
    0,
    lines.findIndex((line) => line.includes("sent")),
  );
  writeFileSync(store, `${kept.join("\n")}\n{"sent":[2,1`);
  const again = await venue.killed(t);
  const client = await again.dial();
  client.nextOut = trader.nextOut;
  client.logOn();
  const [first, second] = await client.first(2);
  assert.deepEqual(
    [first, second].map((each) => [each[34], each[11], each[97]]),
    [
      ["10003", "A1", "Y"],
      ["10004", "A2", "Y"],
    ],
  );
  // Of the client's messages those are asked for again that are not known to be durable.
  const asked = await client.until((each) => each[35] === "2");
  assert.equal(asked[7], "2");
  // Its orders come again, and are not entered twice.
  client.enter("A1", BUY, { msgSeqNum: 2, possDup: true });
  client.enter("A2", BUY, { msgSeqNum: 3, possDup: true });
  client.enter("A3", BUY, { msgSeqNum: 4, possDup: true });
  const [, , status1, status2, fresh] = await client.first(5);
  assert.deepEqual(
    [status1, status2, fresh].map((each) => [each[11], each[150]]),
    [
      ["A1", "I"],
      ["A2", "I"],
      ["A3", "0"],
    ],
  );
  // Whoever missed their new numbers too is told that they may have been said under other ones.
  client.send("2", "7=10003 16=10003");
  const resent = await client.until((each) => each[34] === "10003" && each[43] === "Y");
  assert.deepEqual([resent[11], resent[97]], ["A1", "Y"]);
});

test("more reports than memory keeps come from the log, in their order", async (t) => {
  const venue = await startFixVenue(t, { keptEventsMax: 1024 });
  const trader = await venue.connect();
  trader.enter("FIRST", BUY);
  await trader.first(1);
  await trader.cut();
  // The account is busy elsewhere.
  const other = await venue.connect({ compId: "OTHER" });
  const orders = 5000;
  for (let n = 0; n < orders; n++) {
    other.enter(`N${n}`, "55=ACME 54=1 40=2 59=3 38=0 44=100");
    if (n % 500 === 0) await other.first(n + 1);
  }
  await other.first(orders);
  const again = await venue.dial();
  again.nextOut = trader.nextOut;
  again.logOn();
  const reports = await again.first(orders);
  assert.equal(venue.past.questions, 1, "the log is read once");
  assert.equal(
    reports.every((each, n) => each[11] === `N${n}` && each[34] === String(n + 4)),
    true,
  );
  again.send("2", "7=1 16=0");
  await again.until((each) => each[43] === "Y" && each[34] === String(orders + 3));
  const resent = again.messages.filter((each) => each[35] === "8" && each[43] === "Y");
  assert.equal(venue.past.questions, 2, "and once more, for all runs of reports");
  assert.deepEqual(lasting(resent.slice(1)), lasting(reports));
});

test("a command with more reports than memory keeps is told whole, then answered", async (t) => {
  const venue = await startFixVenue(t, { keptEventsMax: 1024 });
  const trader = await venue.connect();
  const orders = 3000;
  for (let n = 1; n <= orders; n++) {
    trader.enter(`A${n}`, "55=ACME 54=1 40=2 59=1 38=1 44=100");
    if (n % 500 === 0) await trader.first(n);
  }
  trader.send("q", "11=ALL 530=7 60=20261127-00:00:00");
  const answer = await trader.until((each) => each[35] === "r");
  assert.equal(answer[533], String(orders));
  const canceled = executions(trader).filter((each) => each[150] === "4");
  assert.equal(canceled.length, orders, "all of it comes before the answer");
  assert.equal(answer[34], String(Number(canceled.at(-1)?.[34]) + 1));
});

test("a store that is cut anywhere is read as far as it is whole", () => {
  const directory = mkdtempSync(join(tmpdir(), "outcry-fix-numbers-"));
  const path = join(directory, "numbers");
  try {
    const now = { sequence: 5, index: 0 };
    const numbers = new FixNumbers(path, now);
    numbers.open();
    numbers.claim(); // A logon.
    for (let n = 0; n < 3; n++) numbers.noteReport(numbers.claim(), { sequence: 10 + n, index: n });
    numbers.nextIn = 7;
    numbers.save(7);
    numbers.noteCancel(12, "C1", 3);
    numbers.close(7);
    const text = readFileSync(path);
    const whole = new FixNumbers(path, { sequence: 99, index: 0 });
    assert.deepEqual([whole.nextOut, whole.nextIn, whole.cancelOf(12)], [5, 7, "C1"]);
    assert.equal(whole.canceledBy("C1"), 3);
    assert.deepEqual(whole.runFrom(3), { first: 2, count: 3, place: { sequence: 10, index: 0 } });
    assert.deepEqual([whole.upTo, whole.suspectSequence], [{ sequence: 12, index: 2 }, 0]);
    for (let length = text.length - 1; length > 0; length--) {
      truncateSync(path, length);
      const cut = new FixNumbers(path, { sequence: 99, index: 0 });
      assert.ok(cut.nextOut === 1 || cut.nextOut === 10_001, `cut at ${length}`);
      assert.equal(cut.suspectSequence, 99);
      assert.ok(cut.nextIn <= 7);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
