// What somebody can send to the OUCH port that is no OUCH, and what a slow reader costs: his
// connection, and nobody else's.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { enterRequest } from "../../client/ouch-requests.ts";
import {
  loginRequest,
  SOUP_HEADER_BYTES,
  SOUP_SESSION_NOT_AVAILABLE,
  soupPacket,
} from "../../codec/soup-bin-tcp.ts";
import { systemClock } from "../../ops/clock.ts";
import { AccountCounts } from "../account-counts.ts";
import { LatencyReceipts } from "../latency-receipts.ts";
import { OUCH_SESSIONS_OF_ACCOUNT_MAX } from "../limits.ts";
import { SoupConnection, type SoupLink } from "../soup/soup-connection.ts";
import { SoupCounts } from "../soup/soup-counts.ts";
import { OuchAccounts } from "./ouch-accounts.ts";
import { OuchCounts } from "./ouch-counts.ts";
import { BUY, type OuchTestVenue, startOuchVenue } from "./ouch-for-test.ts";
import { OuchSession, type OuchSessionParts } from "./ouch-session.ts";
import { OuchSymbols } from "./ouch-symbols.ts";

/** Everything the server says until it ends the connection. */
function untilEnd(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
  });
  return new Promise((resolve) => socket.on("close", () => resolve(text)));
}

async function assertServes(venue: OuchTestVenue, userRefNum: number): Promise<void> {
  const trader = await venue.connect(2);
  trader.enter({ ...BUY, userRefNum });
  await trader.until(() => trader.story.endsWith(`A${userRefNum}`));
  trader.client.close();
}

function unsequenced(message: Uint8Array): Buffer {
  return Buffer.from(soupPacket(0x55, Buffer.from(message).toString("latin1")));
}

test("what is no login is answered by a word and a close", async (t) => {
  const venue = await startOuchVenue(t);
  const order = unsequenced(enterRequest({ ...BUY, userRefNum: 1 }));
  const { sequence } = venue.exchange.health();
  const cases = [
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    Buffer.from([0, 0]),
    Buffer.from([0xff, 0xff, 0x4c]),
    Buffer.from(soupPacket(0x4c, "too short")),
    Buffer.from(soupPacket(0x41, "")),
    order,
  ];
  for (const bytes of cases) {
    const socket = await venue.dial();
    const said = untilEnd(socket);
    socket.write(bytes);
    assert.match(await said, /^..\+expected/s, bytes.toString("hex"));
  }
  assert.equal(venue.exchange.health().sequence, sequence, "nothing was entered");
  await assertServes(venue, 1);
});

test("what is no request ends a session, and what it entered before stays", async (t) => {
  const venue = await startOuchVenue(t);
  const { username, password } = venue.loginOf(1);
  const login = loginRequest({ username, password, session: "", sequence: 0 });
  const cases = [
    unsequenced(new Uint8Array(0)),
    unsequenced(Uint8Array.of(0x5a)),
    unsequenced(enterRequest({ ...BUY, userRefNum: 2 }).subarray(0, 46)),
    Buffer.from([0, 0]),
    Buffer.from([0x7f, 0xff, 0x55]),
    Buffer.from(login),
  ];
  let userRefNum = 0;
  for (const bytes of cases) {
    const socket = await venue.dial();
    const said = untilEnd(socket);
    socket.write(login);
    socket.write(unsequenced(enterRequest({ ...BUY, userRefNum: ++userRefNum })));
    socket.write(bytes);
    assert.match(await said, /\+.*expected/s, bytes.toString("hex"));
  }
  const { json } = await venue.ask("GET", "/orders");
  assert.equal(json.orders.length, cases.length);
  await assertServes(venue, 1);
});

test("a login whose sequence is no number is rejected; zeros may pad it", async (t) => {
  const venue = await startOuchVenue(t);
  const { username, password } = venue.loginOf(1);
  const answerTo = async (sequence: string) => {
    const socket = await venue.dial();
    const login = `${username}${password}${" ".repeat(10)}${sequence.padStart(20)}`;
    const said = untilEnd(socket);
    socket.write(Buffer.concat([soupPacket(0x4c, login), soupPacket(0x4f, "")]));
    return said;
  };
  for (const none of ["minus one", "-1", "0x1", "99999999999999999999"]) {
    assert.match(await answerTo(none), /^..\+sequence: expected decimal digits..JS$/s, none);
  }
  for (const one of ["1", "00000000000000000001", "", "0"]) {
    assert.match(await answerTo(one), /^..A/s, one);
  }
});

test("what is no request is told with what was found", async (t) => {
  const venue = await startOuchVenue(t);
  const { username, password } = venue.loginOf(1);
  const login = loginRequest({ username, password, session: "", sequence: 0 });
  const order = enterRequest({ ...BUY, userRefNum: 1, options: { minQty: 5 } });
  const withTag = (tag: number) => {
    const changed = Uint8Array.from(order);
    changed[changed.length - 5] = tag;
    return changed;
  };
  const cases: [Uint8Array, string][] = [
    [Uint8Array.of(), "expected a request, found no byte of one"],
    [Uint8Array.of(0x5a), "expected a request (O U X M C D E Q), found type Z"],
    [order.subarray(0, 20), "request O: expected 47 bytes or more, found 20"],
    [order.subarray(0, 50), "request O: expected an appendage of 6 bytes, found 3 bytes of it"],
    [withTag(99), "request O: option: expected a tag of docs/protocols/ouch.md, found 99"],
    [withTag(9), "request O: option 9: expected a value of 8 bytes, found 4"],
  ];
  for (const [message, words] of cases) {
    const socket = await venue.dial();
    const said = untilEnd(socket);
    socket.write(Buffer.concat([login, unsequenced(message)]));
    const heard = await said;
    assert.ok(heard.endsWith(`+${words}`), `${heard.slice(33)} is not ${words}`);
  }
});

test("random bytes behind a login never stop the exchange", async (t) => {
  const venue = await startOuchVenue(t);
  const { username, password } = venue.loginOf(1);
  const login = loginRequest({ username, password, session: "", sequence: 0 });
  for (let round = 0; round < 60; round++) {
    const socket = await venue.dial();
    const said = untilEnd(socket);
    socket.write(login);
    const body = randomBytes(1 + (round % 60));
    if (round % 2 === 0) body[0] = "OUXMCDEQ".charCodeAt(round % 8);
    const packet = Buffer.alloc(SOUP_HEADER_BYTES + body.length);
    packet.writeUInt16BE(body.length + 1);
    packet.writeUInt8(0x55, 2);
    body.copy(packet, SOUP_HEADER_BYTES);
    socket.write(packet);
    socket.write(Buffer.from(soupPacket(0x4f, "")));
    await said;
  }
  await assertServes(venue, 1);
});

/** A socket whose other side never reads. */
class StuckSocket extends Duplex {
  setNoDelay(): void {}
  override _read(): void {}
  override _write(): void {} // Never done.
}

/** For sessions beside the port's own. */
function sessionPartsOf({ exchange, keys }: OuchTestVenue): OuchSessionParts {
  return {
    venue: exchange,
    keys,
    accounts: new OuchAccounts(exchange.ouch),
    symbols: new OuchSymbols(exchange),
    counts: new OuchCounts(),
    clock: systemClock,
    receipts: new LatencyReceipts(exchange.stages, "ouch", undefined),
    places: new AccountCounts(),
  };
}

test("a client that does not read loses its session, and others read on", async (t) => {
  const venue = await startOuchVenue(t);
  const socket = new StuckSocket();
  const counts = new SoupCounts();
  const parts = sessionPartsOf(venue);
  const soupParts = {
    handlerOf: (link: SoupLink) => new OuchSession(parts, link),
    counts,
    limits: { handedBytesMax: 4096, behindBytesMax: 4096 },
  };
  const connection = new SoupConnection(socket, soupParts, () => {});
  const { username, password } = venue.loginOf(1);
  socket.push(loginRequest({ username, password, session: "", sequence: 0 }));
  const isGone = new Promise<void>((resolve) => socket.on("close", () => resolve()));

  const reader = await venue.connect(1);
  for (let userRefNum = 1; userRefNum <= 2000; userRefNum++) reader.enter({ ...BUY, userRefNum });
  await isGone;
  assert.equal(counts.slow, 1);
  assert.ok(connection.unreadBytes < 128 * 1024, "nothing gathers for it");
  await reader.first(2001);
});

test("an account has a share of the sessions, and leaves the others theirs", async (t) => {
  const venue = await startOuchVenue(t);
  const parts = sessionPartsOf(venue);
  for (let i = 1; i < OUCH_SESSIONS_OF_ACCOUNT_MAX; i++) parts.places.add(1);
  const link = { say: () => {}, onAnswered: () => {}, onLogin: () => {}, end: () => {} };
  const logIn = (accountId: number) => {
    const session = new OuchSession(parts, link);
    const login = { ...venue.loginOf(accountId), session: "", sequence: 0 };
    return { session, start: session.onLogin(login) };
  };
  const last = logIn(1);
  assert.equal(typeof last.start, "object");
  assert.equal(logIn(1).start, SOUP_SESSION_NOT_AVAILABLE);
  assert.equal(typeof logIn(2).start, "object");
  last.session.onClose();
  assert.equal(typeof logIn(1).start, "object");
});

test("a client that says nothing is taken for gone, and hears heartbeats before", async (t) => {
  const venue = await startOuchVenue(t);
  const { username, password } = venue.loginOf(1);
  const socket = await venue.dial();
  const said = untilEnd(socket);
  socket.write(loginRequest({ username, password, session: "", sequence: 0 }));
  await new Promise((resolve) => socket.once("data", resolve));
  for (let second = 0; second < 17; second++) venue.gateway.beat();
  const beats = (await said).split("H").length - 1;
  assert.equal(beats, 14, "one a second; the first was the answer to the login");
});

test("a connection without a login is closed", async (t) => {
  const venue = await startOuchVenue(t);
  const socket = await venue.dial();
  const said = untilEnd(socket);
  while (venue.gateway.connectionCount === 0) await new Promise((resolve) => setImmediate(resolve));
  for (let second = 0; second < 12; second++) venue.gateway.beat();
  assert.match(await said, /expected a login/);
});

test("a logout ends the connection, and a stop answers what was entered", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.client.close();
  await trader.client.closed;
  const other = await venue.connect();
  const person = await venue.dial();
  const { username, password } = venue.loginOf(1);
  const said = untilEnd(person);
  person.write(loginRequest({ username, password, session: "", sequence: 0 }));
  await new Promise((resolve) => person.once("data", resolve));
  const { sequence } = venue.exchange.health();
  for (let userRefNum = 1; userRefNum <= 500; userRefNum++) other.enter({ ...BUY, userRefNum });
  await other.first(2);
  await venue.gateway.stop();
  await other.client.closed;
  assert.match(await said, /\+the exchange stops/);
  assert.equal(other.reports.length, 1 + venue.exchange.health().sequence - sequence);
});
