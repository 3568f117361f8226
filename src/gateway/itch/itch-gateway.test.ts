// Receivers of market data over TCP and UDP, against a real exchange: each has the same book in the
// end, whatever was lost on the way.

import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { Prng } from "../../base/prng.ts";
import { ItchBook } from "../../client/itch-book.ts";
import { cancelRequest } from "../../client/ouch-requests.ts";
import * as mold from "../../codec/mold-udp64.ts";
import * as soup from "../../codec/soup-bin-tcp.ts";
import type { ItchStream } from "../../model/message-streams.ts";
import { endsWithin } from "../../ops/shutdown.ts";
import {
  A_CENT,
  AT_100,
  BUY,
  type OuchTestVenue,
  SELL,
  startOuchVenue,
} from "../ouch/ouch-for-test.ts";
import { type DatagramSocket, NO_PORT } from "./datagram-socket.ts";
import { type ItchGateway, startItch } from "./itch-gateway.ts";
import { MoldRetransmitter } from "./mold-retransmitter.ts";
import type { MoldReceiver } from "./mold-sender.ts";

const WAIT_MILLIS = 10_000;

async function until(isThere: () => boolean): Promise<void> {
  const deadline = Date.now() + WAIT_MILLIS;
  while (!isThere()) {
    assert.ok(Date.now() < deadline, "it does not come");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function itchOf(venue: OuchTestVenue): ItchStream {
  const { itch } = venue.exchange;
  assert.ok(itch !== undefined, "the test's exchange publishes ITCH");
  return itch;
}

async function startItchOf(
  venue: OuchTestVenue,
  receivers: readonly MoldReceiver[] = [],
): Promise<ItchGateway> {
  const gateway = await startItch({ itch: itchOf(venue), host: "127.0.0.1", port: 0, receivers });
  venue.beforeStop(() => gateway.stop(1000));
  return gateway;
}

/** Orders that rest, trade, shrink and go. */
async function trade(venue: OuchTestVenue): Promise<void> {
  const first = await venue.connect(1);
  const second = await venue.connect(2);
  for (let userRefNum = 1; userRefNum <= 40; userRefNum++) {
    first.enter({ ...BUY, userRefNum, price: AT_100 - (userRefNum % 7) * A_CENT });
  }
  first.client.send(cancelRequest(3));
  first.client.send(cancelRequest(4, 2));
  first.enter({
    ...SELL,
    userRefNum: 41,
    quantity: 50,
    options: { maxFloor: 10 },
    price: AT_100 + A_CENT,
  });
  await first.until(() => first.story.includes("A41"));
  second.enter({ ...SELL, userRefNum: 1, quantity: 55 });
  second.enter({ ...BUY, userRefNum: 2, quantity: 25, price: AT_100 + A_CENT });
  await second.until(() => second.story.includes("E2"));
}

/** Shown quantity by price, from a book of ITCH. */
function depthOf(book: ItchBook, side: string): [number, number][] {
  const levels = new Map<number, number>();
  for (const { price, shares } of book.orders(1, side)) {
    levels.set(price, (levels.get(price) ?? 0) + shares);
  }
  return [...levels];
}

function assertSame(venue: OuchTestVenue, book: ItchBook): void {
  const { bids, asks } = venue.exchange.marketData.depth(1, 1000);
  const wire = (levels: typeof bids) => levels.map(([ticks, lots]) => [ticks * A_CENT, lots]);
  assert.deepEqual(depthOf(book, "B"), wire(bids));
  assert.deepEqual(depthOf(book, "S"), wire(asks));
}

class TcpReceiver {
  readonly book = new ItchBook();
  readonly types: string[] = [];
  session = "";
  sequence = 0;
  rejected = "";
  isOver = false;
  /** What an end of snapshot said. */
  continuesAt = 0;
  readonly #socket;

  constructor(port: number, sequence: number, session = "") {
    this.#socket = connect(port, "127.0.0.1");
    const reader = new soup.SoupReader(65_537, (bytes, at, length) =>
      this.#onPacket(bytes, at, length),
    );
    this.#socket.on("data", (bytes) => reader.read(bytes));
    this.#socket.write(soup.loginRequest({ username: "any", password: "any", session, sequence }));
  }

  get closed(): Promise<unknown> {
    return once(this.#socket, "close");
  }

  close(): void {
    this.#socket.destroy();
  }

  #onPacket(bytes: Uint8Array, at: number, length: number): void {
    const type = bytes[at + 2];
    const from = at + soup.SOUP_HEADER_BYTES;
    if (type === soup.SOUP_LOGIN_ACCEPTED) {
      Object.assign(this, soup.readLoginAccepted(bytes, at));
    } else if (type === soup.SOUP_LOGIN_REJECTED) {
      this.rejected = String.fromCharCode(bytes[from]);
    } else if (type === soup.SOUP_END_OF_SESSION) {
      this.isOver = true;
    } else if (type === soup.SOUP_SEQUENCED_DATA) {
      const letter = String.fromCharCode(bytes[from]);
      this.types.push(letter);
      if (letter === "G")
        this.continuesAt = Number(Buffer.from(bytes.subarray(from + 1, from + 21)));
      assert.ok(this.book.onMessage(bytes, from, length - soup.SOUP_HEADER_BYTES), letter);
    }
  }
}

test("a receiver from the first message on, and one with a snapshot, have the book", async (t) => {
  const venue = await startOuchVenue(t, { itch: true });
  const { port } = await startItchOf(venue);
  const early = new TcpReceiver(port, 1);
  await trade(venue);
  const late = new TcpReceiver(port, 0);
  await until(() => late.continuesAt > 0);
  const count = itchOf(venue).stream.nextSequence - 1;
  await until(() => early.types.length === count);
  assert.equal(early.session, itchOf(venue).session);
  assert.equal(late.continuesAt, count + 1);
  assertSame(venue, early.book);
  assertSame(venue, late.book);
  assert.equal(early.book.symbols.get(1), "ACME");

  const trader = await venue.connect(1);
  trader.enter({ ...BUY, userRefNum: 100 });
  await until(() => early.types.length === count + 1 && late.types.at(-1) === "A");
  assertSame(venue, late.book);
  const resumed = new TcpReceiver(port, late.continuesAt, early.session);
  await until(() => resumed.types.length === 1);
  assert.deepEqual(resumed.types, ["A"]);
});

test("receivers share a snapshot until much has followed it", async (t) => {
  const venue = await startOuchVenue(t, { itch: true });
  const { port } = await startItchOf(venue);
  const trader = await venue.connect(1);
  for (let n = 1; n <= 20; n++) trader.enter({ ...BUY, userRefNum: n });
  await trader.until(() => trader.story.includes("A20"));
  const feed = itchOf(venue);
  const first = new TcpReceiver(port, 0);
  await until(() => first.continuesAt > 0);
  trader.enter({ ...BUY, userRefNum: 21 });
  await trader.until(() => trader.story.includes("A21"));
  const shared = new TcpReceiver(port, 0);
  await until(() => shared.continuesAt > 0 && shared.types.at(-1) === "A");
  assert.equal(shared.continuesAt, first.continuesAt);
  assert.equal(shared.types.filter((each) => each === "A").length, 21);
  assertSame(venue, shared.book);

  for (let n = 22; n <= 50; n++) trader.enter({ ...BUY, userRefNum: n });
  await trader.until(() => trader.story.includes("A50"));
  const fresh = new TcpReceiver(port, 0);
  await until(() => fresh.continuesAt > 0);
  assert.equal(fresh.continuesAt, feed.stream.nextSequence);
  assertSame(venue, fresh.book);
});

test("another session, and messages that are yet to come, are not available", async (t) => {
  const venue = await startOuchVenue(t, { itch: true });
  const { port } = await startItchOf(venue);
  for (const [sequence, session] of [
    [1, "ELSEWHERE"],
    [1_000_000, ""],
  ] as const) {
    const receiver = new TcpReceiver(port, sequence, session);
    await receiver.closed;
    assert.equal(receiver.rejected, "S");
  }
});

test("a stop tells receivers that the session is over", async (t) => {
  const venue = await startOuchVenue(t, { itch: true });
  const gateway = await startItchOf(venue);
  const receiver = new TcpReceiver(gateway.port, 1);
  await until(() => receiver.types.length > 0);
  const { closed } = receiver;
  await venue.stop();
  await closed;
  assert.ok(receiver.isOver);
});

test("a stop tells receivers over UDP that the session is over, behind all of it", async (t) => {
  const venue = await startOuchVenue(t, { itch: true });
  const receiver = new UdpReceiver(() => false);
  const place = await receiver.bind();
  t.after(() => receiver.socket.close());
  const gateway = await startItch({
    ...{ itch: itchOf(venue), host: "127.0.0.1", port: 0 },
    receivers: [place],
  });
  const trader = await venue.connect(1);
  trader.enter({ ...BUY, userRefNum: 1 });
  await trader.until(() => trader.story.includes("A1"));
  await gateway.stop();
  await until(() => receiver.isOver);
  assert.equal(receiver.nextSequence, itchOf(venue).stream.nextSequence);
});

/** A receiver of MoldUDP64 that loses packets and asks for what it misses. */
class UdpReceiver {
  readonly book = new ItchBook();
  readonly socket: Socket = createSocket("udp4");
  nextSequence = 1;
  gaps = 0;
  isOver = false;
  readonly #loses: () => boolean;
  #retransmissionPort = 0;

  constructor(loses: () => boolean) {
    this.#loses = loses;
    this.socket.on("message", (bytes) => this.#onPacket(bytes));
  }

  async bind(): Promise<MoldReceiver> {
    this.socket.bind(0, "127.0.0.1");
    await once(this.socket, "listening");
    return { host: "127.0.0.1", port: this.socket.address().port };
  }

  askAt(port: number): void {
    this.#retransmissionPort = port;
  }

  #onPacket(bytes: Uint8Array): void {
    if (this.#loses()) return;
    const header = mold.readMoldHeader(bytes);
    assert.ok(header !== undefined);
    const { session, sequence, count } = header;
    if (count === mold.MOLD_END_OF_SESSION_COUNT) this.isOver = true;
    if (sequence > this.nextSequence) {
      this.gaps++;
      const request = new Uint8Array(mold.MOLD_HEADER_BYTES);
      const missing = Math.min(sequence - this.nextSequence, 0xfffe);
      mold.putMoldHeader(request, session, this.nextSequence, missing);
      this.socket.send(request, this.#retransmissionPort, "127.0.0.1");
      return;
    }
    if (count === mold.MOLD_END_OF_SESSION_COUNT) return;
    let at = sequence;
    const isWhole = mold.readMoldMessages(bytes, count, (message, from, length) => {
      if (at++ !== this.nextSequence) return; // Had it before.
      assert.ok(this.book.onMessage(message, from, length));
      this.nextSequence++;
    });
    assert.ok(isWhole);
  }
}

test("packets that are lost, also those that bring them again, cost only time", async (t) => {
  const venue = await startOuchVenue(t, { itch: true });
  const random = new Prng(7);
  const receiver = new UdpReceiver(() => random.nextChance(1, 3));
  const place = await receiver.bind();
  t.after(() => receiver.socket.close());
  const { port, sender } = await startItchOf(venue, [place]);
  receiver.askAt(port);
  for (let round = 0; round < 3; round++) {
    const trader = await venue.connect(1);
    for (let n = 1; n <= 200; n++) trader.enter({ ...BUY, userRefNum: round * 1000 + n });
    await trader.until(() => trader.story.includes(`A${round * 1000 + 200}`));
    trader.client.close();
  }
  await trade2(venue);
  const { stream } = itchOf(venue);
  const asks = setInterval(() => sender.beat(), 5); // Heartbeats tell of what was lost last.
  try {
    await until(() => receiver.nextSequence === stream.nextSequence);
  } finally {
    clearInterval(asks);
  }
  assert.ok(receiver.gaps > 0);
  assertSame(venue, receiver.book);
});

async function trade2(venue: OuchTestVenue): Promise<void> {
  const second = await venue.connect(2);
  second.enter({ ...SELL, userRefNum: 1, quantity: 4321 });
  await second.until(() => second.story.includes("E1"));
}

test("what is no request of this session gets nothing, and the server serves on", async (t) => {
  const venue = await startOuchVenue(t, { itch: true });
  const { port, retransmitter } = await startItchOf(venue);
  const socket = createSocket("udp4");
  t.after(() => socket.close());
  const answers: Uint8Array[] = [];
  socket.on("message", (bytes) => answers.push(bytes));
  const { session } = itchOf(venue);
  const request = (name: string, sequence: number, count: number): Uint8Array => {
    const bytes = new Uint8Array(mold.MOLD_HEADER_BYTES);
    mold.putMoldHeader(bytes, name, sequence, count);
    return bytes;
  };
  const bad = [
    new Uint8Array(0),
    new Uint8Array(19),
    new Uint8Array(21),
    new Uint8Array(1400).fill(0xff),
    request("ELSEWHERE", 1, 1),
    request(session, 0, 1),
    request(session, 2 ** 52, 1),
    request(session, 1, 0),
  ];
  for (const bytes of bad) socket.send(bytes, port, "127.0.0.1");
  await until(() => retransmitter.ignoredCount === bad.length);
  socket.send(request(session, 1, 1), port, "127.0.0.1");
  await until(() => answers.length > 0);
  await endsWithin(new Promise(() => {}), 20);
  assert.equal(answers.length, 1);
  assert.deepEqual(mold.readMoldHeader(answers[0]), { session, sequence: 1, count: 1 });
});

/** A socket of nobody's: what it is given to send is counted. */
class StillDatagrams extends EventEmitter implements DatagramSocket {
  sentCount = 0;

  bind(_port: number, _host: string, onBound: () => void): void {
    onBound();
  }

  send(_bytes: Uint8Array, port: number): void {
    if (port === NO_PORT) throw new RangeError("expected a port, found 0");
    this.sentCount++;
  }

  close(onClosed: () => void): void {
    onClosed();
  }
}

test("a request that nobody can answer, or whose answer cannot go, is its own end", async (t) => {
  const venue = await startOuchVenue(t, { itch: true });
  const trader = await venue.connect(1);
  trader.enter({ ...BUY, userRefNum: 1 });
  await trader.until(() => trader.story.includes("A1"));
  const socket = new StillDatagrams();
  const retransmitter = new MoldRetransmitter(itchOf(venue), socket);
  await retransmitter.listen("10.0.0.1", 1);
  const request = new Uint8Array(mold.MOLD_HEADER_BYTES);
  mold.putMoldHeader(request, itchOf(venue).session, 1, 1);
  socket.emit("message", request, { address: "10.0.0.2", port: NO_PORT });
  for (let n = 0; n < 2; n++) socket.emit("error", new Error("no way to there"));
  socket.emit("message", request, { address: "10.0.0.2", port: 7 });
  assert.deepEqual([retransmitter.ignoredCount, socket.sentCount], [1, 1]);
});
