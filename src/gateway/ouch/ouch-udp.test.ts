import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { type TestContext, test } from "node:test";
import { Prng } from "../../base/prng.ts";
import {
  accountQueryRequest,
  cancelRequest,
  enterRequest,
  entrySwitchRequest,
  massCancelRequest,
} from "../../client/ouch-requests.ts";
import { MOLD_HEADER_BYTES, readMoldHeader } from "../../codec/mold-udp64.ts";
import {
  LOGIN_ANSWER_SEQUENCE,
  loginMessage,
  ouchUdpHeader,
  ouchUdpPacket,
} from "../../codec/ouch-udp.ts";
import { until } from "../../exchange/exchange-for-test.ts";
import { systemClock } from "../../ops/clock.ts";
import { AccountCounts } from "../account-counts.ts";
import { LatencyReceipts } from "../latency-receipts.ts";
import { OUCH_UDP_SESSIONS_OF_ACCOUNT_MAX } from "../limits.ts";
import { OuchAccounts } from "./ouch-accounts.ts";
import { OuchCounts } from "./ouch-counts.ts";
import { BUY, type OuchTestVenue, SELL, startOuchVenue } from "./ouch-for-test.ts";
import { OuchSymbols } from "./ouch-symbols.ts";
import { type LinkFaults, LossyLink, UdpTrader } from "./ouch-udp-for-test.ts";
import { startOuchUdp } from "./ouch-udp-gateway.ts";
import { OuchUdpPort } from "./ouch-udp-port.ts";

const SOUND: LinkFaults = { lost: 0, doubled: 0, late: 0 };
const BAD: LinkFaults = { lost: 20, doubled: 15, late: 30 };

async function portOn(t: TestContext, link: LossyLink): Promise<[OuchTestVenue, OuchUdpPort]> {
  const venue = await startOuchVenue(t);
  const { exchange, keys } = venue;
  const port = new OuchUdpPort(link.server, {
    venue: exchange,
    keys,
    accounts: new OuchAccounts(exchange.ouch),
    symbols: new OuchSymbols(exchange),
    counts: new OuchCounts(),
    clock: systemClock,
    receipts: new LatencyReceipts(exchange.stages, "ouch-udp", undefined),
    places: new AccountCounts(),
  });
  await port.listen("10.0.0.1", 1);
  venue.beforeStop(() => port.stop());
  return [venue, port];
}

function traderOn(link: LossyLink, venue: OuchTestVenue, accountId = 1): UdpTrader {
  return new UdpTrader({ socket: link.client(), port: 0, ...venue.loginOf(accountId) });
}

test("orders over UDP are accepted, executed and canceled in order", async (t) => {
  const link = new LossyLink(1, SOUND);
  const [venue] = await portOn(t, link);
  const trader = traderOn(link, venue);
  trader.client.send(enterRequest({ ...BUY, userRefNum: 1 }));
  trader.client.send(enterRequest({ ...SELL, userRefNum: 2, quantity: 4 }));
  trader.client.send(cancelRequest(1));
  trader.client.send(accountQueryRequest());
  trader.client.send(massCancelRequest(3));
  await trader.until(() => trader.answers.length === 2 && trader.story.endsWith("C1"));
  assert.equal(trader.story, "S A1 A2 E1 E2 C1");
  assert.deepEqual(
    trader.answers.map(({ type, userRefNum }) => `${type}${userRefNum}`),
    ["Q3", "X3"],
  );
  trader.client.close();
});

test("order entry is disabled and enabled over UDP, each answer is its request's", async (t) => {
  const link = new LossyLink(10, SOUND);
  const [venue] = await portOn(t, link);
  const trader = traderOn(link, venue);
  trader.client.send(enterRequest({ ...BUY, userRefNum: 1 }));
  trader.client.send(entrySwitchRequest(2, false));
  trader.client.send(enterRequest({ ...BUY, userRefNum: 3 }));
  trader.client.send(massCancelRequest(4));
  trader.client.send(entrySwitchRequest(5, true));
  trader.client.send(enterRequest({ ...BUY, userRefNum: 6 }));
  await trader.until(() => trader.answers.length === 3 && trader.story.endsWith("A6"));
  assert.equal(trader.story, "S A1 J3 C1 A6");
  assert.deepEqual(
    trader.answers.map(({ type, userRefNum }) => `${type}${userRefNum}`),
    ["G2", "X4", "K5"],
  );
  trader.client.close();
});

for (const seed of [1, 2, 3]) {
  const name = "over a link that loses, repeats and reorders, nothing is lost or done twice";
  test(`${name}: seed ${seed}`, async (t) => {
    const link = new LossyLink(seed, BAD);
    const [venue] = await portOn(t, link);
    const prng = new Prng(seed);
    const trader = traderOn(link, venue);
    const orders = 400;
    for (let userRefNum = 1; userRefNum <= orders; userRefNum++) {
      const side = prng.nextChance(1, 2) ? BUY : SELL;
      trader.client.send(enterRequest({ ...side, userRefNum, quantity: 1 + prng.nextBelow(5) }));
      if (prng.nextChance(1, 4)) trader.client.send(cancelRequest(userRefNum));
      if (prng.nextChance(1, 40)) trader.client.send(accountQueryRequest());
      if (prng.nextChance(1, 8)) await new Promise((resolve) => setImmediate(resolve));
    }
    const last = orders + 1;
    trader.client.send(massCancelRequest(last));
    await trader.until(() => trader.answers.some(({ type }) => type === "X"));
    await trader.until(() => trader.client.unconfirmedCount === 0);
    const sound = await venue.connect(1, { sequence: 1 });
    await sound.until(() => sound.client.nextSequence > trader.reports.length);
    await trader.until(() => trader.reports.length === sound.reports.length);
    assert.deepEqual(trader.reports, sound.reports);
    const accepted = trader.reports.filter(({ type }) => type === "A");
    assert.deepEqual(
      accepted.map(({ userRefNum }) => userRefNum),
      Array.from({ length: orders }, (_, i) => i + 1),
    );
    assert.ok(link.lostCount > 20, `the link lost only ${link.lostCount}`);
    sound.client.close();
    trader.client.close();
  });
}

test("receipts are told over UDP, also of what was lost and comes again", async (t) => {
  const link = new LossyLink(4, BAD);
  const [venue] = await portOn(t, link);
  const trader = traderOn(link, venue);
  const quiet = traderOn(link, venue);
  trader.client.send(accountQueryRequest(true));
  trader.client.send(enterRequest({ ...BUY, userRefNum: 1 }));
  trader.client.send(enterRequest({ ...SELL, userRefNum: 2, quantity: 4 }));
  trader.client.send(cancelRequest(1));
  trader.client.send(cancelRequest(1));
  trader.client.send(enterRequest({ ...BUY, userRefNum: 3, symbol: "NONE" }));
  for (let userRefNum = 4; userRefNum <= 400; userRefNum++) {
    trader.client.send(enterRequest({ ...BUY, userRefNum }));
  }
  await trader.until(() => trader.story.endsWith("A400"));
  trader.client.send(accountQueryRequest(false));
  trader.client.send(enterRequest({ ...BUY, userRefNum: 401 }));
  await trader.until(() => trader.story.endsWith("A401"));
  await quiet.until(() => quiet.story.endsWith("A401"));
  assert.match(trader.story, /^S A1 A2 E1 E2 C1 I1 J3 A4 /);
  assert.deepEqual(
    quiet.reports,
    trader.reports.map(({ receipt: _, ...report }) => report),
  );
  assert.equal(trader.reports.at(-1)?.receipt, undefined, "it does not ask any more");
  for (const { receipt } of trader.reports.slice(0, -1)) {
    assert.ok(receipt !== undefined, "each was told while the client asked for it");
    assert.ok(receipt.ingress <= receipt.sequenced && receipt.durable <= receipt.egress);
  }
  assert.ok(link.lostCount > 20, `the link lost only ${link.lostCount}`);
  for (const each of [trader, quiet]) each.client.close();
});

test("a client that comes again, from another address, reads on where it was", async (t) => {
  const link = new LossyLink(5, BAD);
  const [venue] = await portOn(t, link);
  const first = traderOn(link, venue);
  for (let i = 1; i <= 20; i++) first.client.send(enterRequest({ ...BUY, userRefNum: i }));
  await first.until(() => first.reports.length === 21);
  const { session } = first.client;
  first.client.close();
  const place = { socket: link.client(), port: 0, ...venue.loginOf(1), session, sequence: 12 };
  const again = new UdpTrader(place);
  for (let i = 15; i <= 22; i++) again.client.send(enterRequest({ ...BUY, userRefNum: i }));
  await again.until(() => again.story.endsWith("A22"));
  const numbers = Array.from({ length: 12 }, (_, i) => `A${i + 11}`).join(" ");
  assert.equal(again.story, numbers, "used numbers change nothing");
  again.client.close();
});

test("an account has a share of the sessions, and leaves the others theirs", async (t) => {
  const link = new LossyLink(7, SOUND);
  const [venue, port] = await portOn(t, link);
  const traders: UdpTrader[] = [];
  for (let i = 0; i < OUCH_UDP_SESSIONS_OF_ACCOUNT_MAX; i++) traders.push(traderOn(link, venue));
  await until("all are there", () => port.sessionCount === OUCH_UDP_SESSIONS_OF_ACCOUNT_MAX);
  const surplus = traderOn(link, venue);
  await surplus.until(() => surplus.endedFor !== "");
  assert.equal(surplus.endedFor, "login rejected");
  const other = traderOn(link, venue, 2);
  other.client.send(enterRequest({ ...BUY, userRefNum: 1 }));
  await other.until(() => other.story.endsWith("A1"));
  traders[0]?.client.close();
  await until("one has gone", () => port.sessionCount === OUCH_UDP_SESSIONS_OF_ACCOUNT_MAX);
  const again = traderOn(link, venue);
  await until("there is room", () => port.sessionCount > OUCH_UDP_SESSIONS_OF_ACCOUNT_MAX);
  for (const each of [...traders.slice(1), again, other]) each.client.close();
});

test("without the right login, token or address nothing is entered or told", async (t) => {
  const link = new LossyLink(6, SOUND);
  const [venue, port] = await portOn(t, link);
  const { username } = venue.loginOf(1);
  const wrong = new UdpTrader({ socket: link.client(), port: 0, username, password: "guess" });
  await wrong.until(() => wrong.endedFor !== "");
  assert.equal(wrong.endedFor, "login rejected");
  const order = ouchUdpPacket("ABCDEFGHIJ", 1, [enterRequest({ ...BUY, userRefNum: 1 })]);
  const heard: Uint8Array[] = [];
  const stranger = link.client();
  stranger.on("message", (bytes) => heard.push(bytes));
  stranger.send(order ?? new Uint8Array(0), 0, "");
  const trader = traderOn(link, venue);
  trader.client.send(enterRequest({ ...BUY, userRefNum: 1 }));
  await trader.until(() => trader.story === "S A1");
  assert.deepEqual([heard.length, port.sessionCount, port.ignoredCount], [0, 1, 1]);
  trader.client.close();
});

test("a login whose sequence is no number is rejected over UDP too", async (t) => {
  const link = new LossyLink(12, SOUND);
  const [venue] = await portOn(t, link);
  const stranger = link.client();
  const heard: string[] = [];
  stranger.on("message", (bytes) => heard.push(Buffer.from(bytes).toString("latin1")));
  const login = loginMessage({ ...venue.loginOf(1), session: "", sequence: -1 });
  stranger.send(ouchUdpPacket("", 1, [login]) ?? new Uint8Array(0), 0, "");
  await until("it is answered", () => heard.length > 0);
  assert.match(heard[0], /JS$/);
});

test("a login from no port, which nobody can answer, is passed over", async (t) => {
  const link = new LossyLink(11, SOUND);
  const [venue, port] = await portOn(t, link);
  const login = loginMessage({ ...venue.loginOf(1), session: "", sequence: 0 });
  link.sendFromNoPort(ouchUdpPacket("", 1, [login]) ?? new Uint8Array(0));
  assert.deepEqual([port.sessionCount, port.ignoredCount], [0, 1]);
});

test("a login that comes again or late changes nothing, a later one does", async (t) => {
  const link = new LossyLink(8, SOUND);
  const [venue, port] = await portOn(t, link);
  const login = loginMessage({ ...venue.loginOf(1), session: "", sequence: 0 });
  const socket = link.client();
  const tokens: string[] = [];
  const heard = (count: number) => until("the logins are answered", () => tokens.length >= count);
  socket.on("message", (bytes) => {
    const header = readMoldHeader(bytes);
    const isAnswer = header?.sequence === LOGIN_ANSWER_SEQUENCE && header.count === 1;
    if (isAnswer) tokens.push(header.session);
  });
  const logIn = (number: number) =>
    socket.send(ouchUdpPacket("", number, [login]) ?? new Uint8Array(0), 0, "");
  logIn(7);
  await heard(1);
  const [first = ""] = tokens;
  const order = ouchUdpPacket(first, 1, [enterRequest({ ...BUY, userRefNum: 1 })]);
  socket.send(order ?? new Uint8Array(0), 0, "");
  logIn(7);
  await heard(2);
  assert.deepEqual([tokens[1], port.sessionCount], [first, 1]);
  logIn(6);
  logIn(8);
  await heard(3);
  assert.notEqual(tokens[2], first);
  assert.deepEqual([tokens.length, port.sessionCount, port.ignoredCount], [3, 1, 1]);
});

test("a client at the address of one that is gone has a session of its own", async (t) => {
  const link = new LossyLink(9, SOUND);
  const [venue, port] = await portOn(t, link);
  const place = { socket: link.client(), port: 0, ...venue.loginOf(1) };
  const gone = new UdpTrader({ ...place, loginNumber: 7 });
  gone.client.send(enterRequest({ ...BUY, userRefNum: 1 }));
  await gone.until(() => gone.story === "S A1");
  const next = new UdpTrader({ ...place, loginNumber: 8 });
  next.client.send(enterRequest({ ...BUY, userRefNum: 2 }));
  await next.until(() => next.story === "A2");
  assert.equal(port.sessionCount, 1);
  next.client.close();
});

test("any datagram, whole, cut or changed, ends at most the session that it names", async (t) => {
  const link = new LossyLink(7, SOUND);
  const [venue, port] = await portOn(t, link);
  const prng = new Prng(7);
  const login = loginMessage({ ...venue.loginOf(1), session: "", sequence: 0 });
  const known = [
    ouchUdpPacket("", 0, [login]),
    ouchUdpPacket("ABCDEFGHIJ", 1, [enterRequest({ ...BUY, userRefNum: 1 })]),
    ouchUdpHeader("ABCDEFGHIJ", 1, 5),
  ];
  const stranger = link.client();
  let token = "";
  stranger.on("message", (bytes) => {
    token = Buffer.from(bytes.subarray(0, 10)).toString("latin1");
  });
  for (let i = 0; i < 20_000; i++) {
    const bytes = Uint8Array.from(known[i % known.length] ?? new Uint8Array(0));
    if (token.trim() !== "" && i % 3 > 0) bytes.set(Buffer.from(token, "latin1"));
    const cut = prng.nextChance(1, 3) ? prng.nextBelow(bytes.length + 1) : bytes.length;
    const at = prng.nextBelow(Math.max(cut, 1));
    if (prng.nextChance(1, 2) && at >= MOLD_HEADER_BYTES - 2) bytes[at] = prng.nextBelow(256);
    stranger.send(bytes.subarray(0, cut), 0, "");
    if (i % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const trader = traderOn(link, venue, 2);
  trader.client.send(enterRequest({ ...BUY, userRefNum: 1 }));
  await trader.until(() => trader.story === "S A1");
  assert.ok(port.sessionCount <= 2);
  trader.client.close();
});

test("over sockets of the system, with many messages a datagram", async (t) => {
  const venue = await startOuchVenue(t);
  const { exchange, keys } = venue;
  const options = { venue: exchange, keys, host: "127.0.0.1", port: 0 };
  const gateway = await startOuchUdp(options);
  const socket = createSocket("udp4").unref();
  const trader = new UdpTrader({ socket, port: gateway.port, ...venue.loginOf(1) });
  for (let i = 1; i <= 3000; i++) trader.client.send(enterRequest({ ...BUY, userRefNum: i }));
  await trader.until(() => trader.reports.length === 3001);
  assert.deepEqual(
    trader.reports.slice(1).map(({ userRefNum }) => userRefNum),
    Array.from({ length: 3000 }, (_, i) => i + 1),
  );
  await assert.rejects(startOuchUdp({ ...options, port: gateway.port }), { code: "LISTEN_FAILED" });
  await gateway.stop();
  await trader.until(() => trader.endedFor !== "");
  assert.equal(trader.endedFor, "the exchange ended the session");
});
