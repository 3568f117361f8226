// A client that comes again goes on where it was: after its connection broke, after a restart of
// the exchange, and whichever protocol changed its orders meanwhile.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { SnapshotReader } from "../../base/snapshot.ts";
import { OuchClient } from "../../client/ouch-client.ts";
import {
  accountQueryRequest,
  cancelRequest,
  enterRequest,
  replaceRequest,
} from "../../client/ouch-requests.ts";
import { ENGINE_LIMITS } from "../../engine/engine-limits.ts";
import { ExchangeFold } from "../../exchange/exchange-fold.ts";
import { LOG_BEGINNING, readLog } from "../../log/recovery.ts";
import { AT_100, BUY, OuchTrader, SELL, startOuchVenue } from "./ouch-for-test.ts";

test("a session goes on from any message, and each comes once", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  for (let userRefNum = 1; userRefNum <= 300; userRefNum++) trader.enter({ ...BUY, userRefNum });
  const all = await trader.first(301);
  const { session } = trader.client;
  for (const sequence of [1, 2, 17, 150, 301, 302]) {
    const again = await venue.connect(1, { session, sequence });
    assert.deepEqual(await again.first(302 - sequence), all.slice(sequence - 1));
  }
  const late = await venue.connect();
  late.enter({ ...BUY, userRefNum: 301 });
  assert.deepEqual(
    (await late.first(1)).map(({ userRefNum }) => userRefNum),
    [301],
  );
});

test("what comes while a client is away waits for it", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.enter({ ...BUY, userRefNum: 1 });
  await trader.first(2);
  const { session, nextSequence: sequence } = trader.client;
  trader.client.cut();
  const other = await venue.connect(2);
  other.enter({ ...SELL, userRefNum: 1 });
  await other.first(3);
  const again = await venue.connect(1, { session, sequence });
  const [executed] = await again.first(1);
  assert.deepEqual([executed.type, executed.userRefNum, executed.quantity], ["E", 1, 10]);
});

test("a client that redials by itself misses nothing and gets nothing twice", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = new OuchTrader();
  const place = { host: "127.0.0.1", port: venue.gateway.port, redialMillis: 1 };
  await trader.connect({ ...place, ...venue.loginOf(1) });
  const other = await venue.connect(1);
  for (let userRefNum = 1; userRefNum <= 200; userRefNum++) {
    other.enter({ ...BUY, userRefNum });
    if (userRefNum % 40 === 0) {
      await trader.until(() => trader.reports.length > userRefNum - 40);
      trader.client.cut();
    }
  }
  await trader.first(201);
  assert.deepEqual(trader.reports, await other.first(201));
  trader.client.close();
  await trader.client.closed;
});

test("a client that keeps sending while its connection breaks is logged in again", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = new OuchTrader();
  const place = { host: "127.0.0.1", port: venue.gateway.port, redialMillis: 1 };
  await trader.connect({ ...place, ...venue.loginOf(1) });
  const { client } = trader;
  t.after(() => client.close()); // Else it dials for ever where this test fails.
  for (let userRefNum = 1; userRefNum <= 5; userRefNum++) {
    client.cut();
    assert.equal(client.isLoggedIn, false);
    const deadlineMillis = Date.now() + 10_000;
    let unsentCount = 0;
    while (!client.send(enterRequest({ ...BUY, userRefNum }))) {
      unsentCount++;
      assert.ok(Date.now() < deadlineMillis, "expected a login within 10 s");
      await setImmediate();
    }
    assert.ok(unsentCount > 0);
    await trader.until(() => trader.reports.at(-1)?.userRefNum === userRefNum);
  }
  assert.equal(trader.story, "S A1 A2 A3 A4 A5");
  client.close();
  await client.closed;
  assert.equal(client.send(accountQueryRequest()), false);
});

test("the stream is the same after a restart, and so are the numbers that are used", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  const other = await venue.connect(2);
  trader.enter({ ...BUY, userRefNum: 5, clOrdId: "A" });
  trader.enter({ ...BUY, userRefNum: 6, quantity: 20 });
  trader.client.send(
    replaceRequest({ origUserRefNum: 6, userRefNum: 9, quantity: 15, price: AT_100 }),
  );
  await trader.first(4);
  other.enter({ ...SELL, userRefNum: 1, quantity: 12 });
  const before = await trader.first(6);
  const { session } = trader.client;

  // As after a kill: another process finds only what is on the disk.
  const directory = mkdtempSync(join(tmpdir(), "outcry-ouch-again-"));
  await venue.stop();
  cpSync(venue.directory, directory, { recursive: true });
  const restarted = await startOuchVenue(t, { directory, keyTexts: venue.keyTexts });
  const again = await restarted.connect(1, { session, sequence: 1 });
  assert.deepEqual(await again.first(6), before);
  again.client.send(accountQueryRequest());
  again.enter({ ...BUY, userRefNum: 9 }); // Used before the restart.
  again.client.send(cancelRequest(9)); // And its order still works.
  const [, , , , , , canceled] = await again.first(7);
  assert.deepEqual([canceled.type, canceled.userRefNum, canceled.quantity], ["C", 9, 13]);
  assert.deepEqual(
    again.answers.map(({ userRefNum }) => userRefNum),
    [10],
  );
});

test("the stream comes back from a snapshot without the log before it", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.enter({ ...BUY, userRefNum: 3, clOrdId: "A" });
  trader.enter({ ...SELL, userRefNum: 4 });
  await trader.first(5);
  const fold = new ExchangeFold({ ...ENGINE_LIMITS, salt: 1 });
  readLog(join(venue.directory, "log"), LOG_BEGINNING, (block) => fold.applyBlock(block));
  const { parts } = fold.save({ instanceId: new Uint8Array(16), blockChecksum: 0 });
  const restored = new ExchangeFold({ ...ENGINE_LIMITS, salt: 2 });
  restored.load(new SnapshotReader(Buffer.concat(parts)));
  const [before, after] = [fold, restored].map(({ ouch }) => ouch.ofAccount(1));
  assert.equal(after.nextSequence, 6);
  assert.equal(after.lastUserRefNum, 4);
  assert.deepEqual(after.cursorFrom(1)?.next(), before.cursorFrom(1)?.next());
});

test("another exchange's session and messages yet to come are not available", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  const { session } = trader.client;
  const attempts = [
    { session: "ELSEWHERE1", sequence: 1 },
    { session, sequence: 2 },
    { session, sequence: 999_999_999_999_999 },
  ];
  for (const attempt of attempts) {
    await assert.rejects(venue.connect(1, attempt), /reason S/);
  }
});

test("a login that is nobody's is not authorized", async (t) => {
  const venue = await startOuchVenue(t);
  const { username, password } = venue.loginOf(1);
  const wrong = [
    { username, password: venue.loginOf(2).password },
    { username, password: "" },
    { username: "", password },
    { username: "zzzzzz", password },
  ];
  for (const login of wrong) {
    const options = { host: "127.0.0.1", port: venue.gateway.port, onReport: () => {}, ...login };
    await assert.rejects(OuchClient.connect(options), /reason A/);
  }
});

test("one order, two protocols: what REST does to an OUCH order is told over OUCH", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.enter({ ...BUY, userRefNum: 1, clOrdId: "MINE" });
  const [, { orderReferenceNumber }] = await trader.first(2);
  const { json: found } = await venue.ask("GET", "/orders/by-cl-ord-id/ouch:1");
  assert.deepEqual([found.orderId, found.clOrdId], [orderReferenceNumber, "ouch:1:MINE"]);

  await venue.ask("PATCH", `/orders/${orderReferenceNumber}`, { orderQty: "7" });
  await venue.ask("PATCH", "/orders/by-cl-ord-id/ouch:1", { price: "99.00" });
  const byRest = { newClOrdId: "ouch:2:RENAMED" };
  await venue.ask("PATCH", "/orders/by-cl-ord-id/ouch:1:MINE", byRest);
  await venue.ask("DELETE", "/orders/by-cl-ord-id/ouch:2?reduceBy=2");
  const { status } = await venue.ask("DELETE", "/orders/by-cl-ord-id/ouch:2");
  assert.equal(status, 200);
  for (const clOrdId of ["ouch:2", "ouch:2:RENAMED"]) {
    const { json: ended } = await venue.ask("GET", `/orders/by-cl-ord-id/${clOrdId}`);
    assert.deepEqual([ended.clOrdId, ended.ordStatus], ["ouch:2:RENAMED", "canceled"]);
  }
  await trader.first(7);
  assert.equal(trader.story, "S A1 M1 T1 U2 C2 C2");
  assert.deepEqual(
    trader.reports.slice(2).map(({ price, quantity }) => [price, quantity]),
    [
      [undefined, 7],
      [AT_100 - 10_000, undefined],
      [AT_100 - 10_000, 7],
      [undefined, 2],
      [undefined, 5],
    ],
  );
});

test("one order, two protocols: an order of REST with a number is OUCH's to change", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  const order = { symbol: "ACME", side: "sell", ordType: "limit", price: "101", orderQty: "5" };
  await venue.ask("POST", "/orders", { ...order, clOrdId: "ouch:10:REST" });
  await venue.ask("POST", "/orders", { ...order, clOrdId: "plain" });
  trader.client.send(cancelRequest(10, 2));
  trader.client.send(cancelRequest(10));
  await trader.first(4);
  assert.equal(trader.story, "S A10 C10 C10");
  const { json } = await venue.ask("GET", "/orders");
  assert.deepEqual(
    json.orders.map(({ clOrdId }: { clOrdId: string }) => clOrdId),
    ["plain"],
  );
  // Out of OUCH's sight: it goes on under a name that OUCH does not know.
  trader.enter({ ...BUY, userRefNum: 11 });
  await trader.first(5);
  await venue.ask("PATCH", "/orders/by-cl-ord-id/ouch:11", { newClOrdId: "mine-now" });
  const [, , , , , gone] = await trader.first(6);
  assert.deepEqual([gone.type, gone.userRefNum, gone.quantity, gone.reason], ["C", 11, 10, "S"]);
});
