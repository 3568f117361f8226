// Clients that break the rules, or nothing at all: each loses at most its own session.

import assert from "node:assert/strict";
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { Prng } from "../../base/prng.ts";
import { FIX_ENTRIES_WAITING_MAX, FIX_MESSAGE_BYTES_MAX, FIX_UNREAD_BYTES_MAX } from "../limits.ts";
import { BUY, type FixTestVenue, startFixVenue } from "./fix-for-test.ts";

/** The exchange takes an order over FIX as if nothing had been. */
async function assertServes(venue: FixTestVenue): Promise<void> {
  const trader = await venue.connect({ accountId: 3, compId: "WITNESS" });
  trader.enter(`W${Date.now() % 1e9}`, BUY);
  await trader.first(1);
  trader.send("5");
  await trader.ended;
}

test("mutated messages of a session never stop the exchange, and others go on", async (t) => {
  const venue = await startFixVenue(t);
  const random = new Prng(20_261_127);
  const below = (limit: number): number => random.nextBelow(limit);
  let trader = await venue.connect();
  for (let round = 0; round < 400; round++) {
    if (trader.isEnded) {
      trader = await venue.dial({ compId: `M${round % 60}` });
      trader.logOn("141=Y");
    }
    const bytes = trader.bytesOf("D", `11=A${round} 60=20261127-00:00:00 ${BUY} 18=6 99=1 111=2`);
    for (let edits = 1 + below(3); edits > 0; edits--) bytes[below(bytes.length)] = below(256);
    trader.socket.write(bytes.subarray(0, 1 + below(bytes.length)));
    trader.socket.write(bytes.subarray(bytes.length - below(20)));
    if (round % 20 === 0) await trader.pause();
  }
  await assertServes(venue);
});

test("messages whose sums are right and whose fields are not never stop it either", async (t) => {
  const venue = await startFixVenue(t);
  const random = new Prng(7);
  const below = (limit: number): number => random.nextBelow(limit);
  const types = ["D", "F", "G", "H", "q", "V", "e", "g", "x", "2", "4", "1", "A", "3", "AF", "E"];
  const values = [
    "",
    "1",
    "0",
    "-1",
    "Y",
    "ACME",
    "100.00",
    "99999999999999999999",
    "20261127",
    "x",
  ];
  const tags = [
    ...[1, 7, 11, 14, 16, 18, 36, 37, 38, 40, 41, 44, 54, 55, 59, 60, 99, 110, 111, 123, 126, 141],
    ...[146, 152, 211, 262, 263, 264, 265, 267, 269, 320, 324, 335, 432, 530, 559, 836, 1084, 1094],
    ...[1107, 1138, 2964],
  ];
  let trader = await venue.connect();
  for (let round = 0; round < 2000; round++) {
    if (trader.isEnded) {
      trader = await venue.dial({ compId: `M${round % 60}` });
      trader.logOn("141=Y");
    }
    const fields = Array.from({ length: below(12) }, () => {
      return `${tags[below(tags.length)]}=${values[below(values.length)]}`;
    });
    trader.send(types[below(types.length)], fields.join(" "));
    if (round % 100 === 0) await trader.pause();
  }
  await assertServes(venue);
});

test("a session that only sends what is garbled is ended", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.socket.write("8=FIX.4.4\u00019=x\u0001".repeat(1100));
  await trader.ended;
  await assertServes(venue);
});

test("a connection without a logon is closed", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.dial();
  const { server } = venue.gateway;
  while (server.connectionCount === 0) await new Promise((resolve) => setImmediate(resolve));
  for (let second = 0; second < 12; second++) server.beat();
  await trader.ended;
});

/** A socket whose other side never reads. */
class StuckSocket extends Duplex {
  setNoDelay(): void {}
  override _read(): void {}
  override _write(): void {} // Never done.
}

test("a client that does not read loses its session, and others read on", async (t) => {
  const venue = await startFixVenue(t, { keptEventsMax: 1024, handedBytesMax: 4096 });
  const { server, counts } = venue.gateway;
  const socket = new StuckSocket();
  const isGone = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  server.accept(socket);
  const stuck = await venue.dial({ compId: "STUCK" });
  socket.push(stuck.logOn().bytesOf("A", logonFields(venue), { msgSeqNum: 1 }));
  const reader = await venue.connect();
  for (let n = 0; n < 3000; n++) {
    reader.enter(`N${n}`, "55=ACME 54=1 40=2 59=3 38=0 44=100");
    if (n % 500 === 0) await reader.first(n + 1);
  }
  await isGone;
  assert.equal(counts.slow, 1);
  await reader.first(3000);
});

test("a client that asks, does not read the answers and asks on loses its session", async (t) => {
  const venue = await startFixVenue(t);
  const { server, counts } = venue.gateway;
  const socket = new StuckSocket();
  const isGone = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  server.accept(socket);
  const asking = await venue.dial({ compId: "ASKING" });
  socket.push(asking.bytesOf("A", logonFields(venue)));
  const question = `112=${"X".repeat(8000)}`;
  const unreadMax = FIX_UNREAD_BYTES_MAX + 2 * FIX_MESSAGE_BYTES_MAX;
  for (let asked = 0; !socket.destroyed && asked <= unreadMax; asked += question.length) {
    socket.push(asking.bytesOf("1", question));
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(server.unreadBytes <= unreadMax);
  }
  await isGone;
  assert.equal(counts.slow, 1);
});

test("snapshots that nobody reads are bounded by what is in them", async (t) => {
  const venue = await startFixVenue(t, { handedBytesMax: 4096 });
  const { server, counts } = venue.gateway;
  const other = await venue.connect();
  for (let n = 0; n < 500; n++) other.enter(`N${n}`, `55=ACME 54=1 40=2 59=1 38=1 44=${n + 1}`);
  await other.first(500);
  const socket = new StuckSocket();
  const isGone = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  server.accept(socket);
  const asking = await venue.dial({ compId: "ASKING" });
  socket.push(asking.bytesOf("A", logonFields(venue)));
  const asked = FIX_ENTRIES_WAITING_MAX / 500 + 100;
  for (let n = 0; n < asked; n++) {
    socket.push(asking.bytesOf("V", `262=${n} 263=0 264=0 267=1 269=0 146=1 55=ACME`));
  }
  await isGone;
  assert.equal(counts.slow, 1);
});

/** A socket whose other side reads, and never ends. */
class StayingSocket extends Duplex {
  setNoDelay(): void {}
  override _read(): void {}
  override _write(_bytes: Uint8Array, _encoding: string, onDone: () => void): void {
    onDone();
  }
}

test("who hears goodbye and stays is cut, and leaves his session to the next", async (t) => {
  const venue = await startFixVenue(t);
  const { server, counts } = venue.gateway;
  const staying = await venue.dial({ compId: "STAYING" });
  const sockets = [new StayingSocket(), new StayingSocket()];
  const areGone = sockets.map((socket) => new Promise((resolve) => socket.on("close", resolve)));
  for (const socket of sockets) server.accept(socket);
  const [refused, logged] = sockets;
  refused?.push(staying.bytesOf("A", "98=0 108=30", { msgSeqNum: 1 }));
  logged?.push(staying.bytesOf("A", `${logonFields(venue)} 141=Y`));
  logged?.push(staying.bytesOf("5"));
  await staying.pause();
  for (let second = 0; second < 8; second++) server.beat();
  await Promise.all(areGone);
  assert.equal(counts.refusedLogons, 1);
  const again = await venue.dial({ compId: "STAYING" });
  again.nextOut = 3;
  again.logOn();
  await again.until((each) => each[35] === "A");
});

function logonFields(venue: FixTestVenue): string {
  const { username, password } = venue.loginOf(1);
  return `98=0 108=30 553=${username} 554=${password}`;
}

test("a session is not logged on twice at a time", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  const second = await venue.dial();
  second.logOn("", { msgSeqNum: 2 });
  await second.ended;
  assert.match(second.texts[0], /35=5.*58=the session is logged on already/);
  await trader.settle();
});

test("an account has no more comp ids than there is room for", async (t) => {
  const venue = await startFixVenue(t);
  for (let n = 0; n < 64; n++) await (await venue.connect({ compId: `C${n}` })).cut();
  const late = await venue.dial({ compId: "LATE" });
  late.logOn();
  await late.ended;
  assert.match(late.texts[0], /58=too many comp ids/);
  await venue.connect({ compId: "C7" }).catch(() => {}); // A known one still has its numbers.
});

test("a stop answers what was entered before it says goodbye", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.send("g", "335=SESSION 263=1");
  await trader.until((each) => each[340] === "2");
  for (let n = 0; n < 500; n++) trader.enter(`A${n}`, BUY);
  await trader.first(2);
  const { sequence } = venue.exchange.health();
  await venue.gateway.stop();
  await trader.ended;
  const last = trader.messages[trader.messages.length - 1];
  assert.deepEqual([last[35], last[58]], ["5", "the exchange stops"]);
  assert.ok(trader.messages.some((each) => each[335] === "SESSION" && each[340] === "3"));
  assert.ok(trader.messages.filter((each) => each[35] === "8").length >= sequence - 1);
});

test("a session whose numbers cannot be kept is refused, and the exchange goes on", async (t) => {
  const venue = await startFixVenue(t);
  await assertServes(venue);
  // As a full disk: what is to be the file's draft is in the way.
  mkdirSync(join(venue.directory, "fix", "1.OUTCRY.TRADER.jsonl.new"));
  const trader = await venue.dial();
  trader.logOn();
  await trader.ended;
  assert.match(trader.texts[0], /58=the session's numbers cannot be kept/);
  rmdirSync(join(venue.directory, "fix", "1.OUTCRY.TRADER.jsonl.new"));
  const again = await venue.connect();
  again.enter("A", BUY);
  await again.first(1);
});

test("a message that is too long ends its session, which says so", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  const long = trader.bytesOf("1", `112=${"x".repeat(FIX_MESSAGE_BYTES_MAX)}`);
  const text = `expected a message of at most 8192 bytes, found ${long.length}`;
  trader.socket.write(long.subarray(0, 5000));
  const goodbye = await trader.until((each) => each[35] === "5");
  assert.equal(goodbye[58], text);
  trader.socket.write(long.subarray(5000));
  await trader.ended;
  const stranger = await venue.dial();
  stranger.socket.write(long);
  await stranger.ended;
  assert.equal(stranger.messages.length, 0);
  const again = await venue.dial();
  again.nextOut = trader.nextOut - 1;
  again.logOn();
  await again.until((each) => each[35] === "A");
});
