import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordBuffer } from "../../base/record-buffer.ts";
import {
  EVENT_ACCEPTED,
  EVENT_ACCOUNT_ID_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_WORDS,
} from "../../codec/event.ts";
import { newRecord } from "../../codec/record-for-test.ts";
import {
  openListedExchange,
  openTestExchange,
  TestSession,
  until,
} from "../../exchange/exchange-for-test.ts";
import { SIDE_BUY } from "../../model/side.ts";
import type { BatchListener, Venue } from "../../model/venue.ts";
import type { LatencyReceipts } from "../latency-receipts.ts";
import { CONFLATE_BYTES, EXECUTIONS_KEPT_MAX } from "../limits.ts";
import { AccountListener, AccountStreams, type Executions } from "./account-streams.ts";
import { RecentExecutions } from "./recent-executions.ts";

/** A client that reads when it is told to. */
class Client implements Executions {
  readonly messages: string[] = [];
  unreadBytes = 0;
  mostUnreadBytes = 0;
  isLost = false;
  #onRead: () => void = () => {};

  send(message: string): void {
    this.messages.push(message);
    this.unreadBytes += message.length;
    this.mostUnreadBytes = Math.max(this.mostUnreadBytes, this.unreadBytes);
  }

  get isBehind(): boolean {
    return this.unreadBytes > CONFLATE_BYTES;
  }

  onceRead(listener: () => void): void {
    this.#onRead = listener;
  }

  onLost(): void {
    this.isLost = true;
  }

  read(): void {
    this.unreadBytes = 0;
    const onRead = this.#onRead;
    this.#onRead = () => {};
    onRead();
  }

  get places(): string[] {
    return this.messages.map((message) => {
      const { sequence, index } = JSON.parse(message);
      return `${sequence}/${index}`;
    });
  }
}

class TestStreams {
  readonly streams: AccountStreams;
  #onBatch: BatchListener = () => {};

  constructor() {
    const venue = {
      health: () => ({ durableSequence: 0 }),
      subscribe: (listener: BatchListener) => {
        this.#onBatch = listener;
        return () => {};
      },
      instrumentById: () => undefined,
    };
    this.streams = new AccountStreams(venue as unknown as Venue, NO_RECEIPTS, undefined);
  }

  /** A command with so many events of account 1. */
  tell(sequence: number, count: number): void {
    const { words } = RecordBuffer.ofBytes((count + 1) * EVENT_WORDS * 4);
    for (let index = 0; index < count; index++) {
      const at = index * EVENT_WORDS;
      words[at] = (EVENT_ACCEPTED << 8) | (index << 16);
      words[at + EVENT_ACCOUNT_ID_WORD] = 1;
      words[at + EVENT_SEQUENCE_WORD] = sequence;
    }
    this.#onBatch(words, 0, words.length);
  }
}

function buyRecord(clOrdId: string): RecordBuffer {
  return newRecord({ clOrdId, accountId: 1, side: SIDE_BUY, orderQtyLots: 5, priceTicks: 100 });
}

const NO_RECEIPTS = { of: () => undefined } as unknown as LatencyReceipts;

function placesOf(sequence: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${sequence}/${index}`);
}

/** Without a difference of 100,000 lines. */
function assertSame(found: readonly string[], expected: readonly string[]): void {
  const at = expected.findIndex((each, index) => each !== found[index]);
  assert.equal(at, -1, `at ${at}: expected ${expected[at]}, found ${found[at]}`);
  assert.equal(found.length, expected.length);
}

function aTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function readAll(client: Client, count: number): Promise<void> {
  for (let turn = 0; turn < 10_000 && client.messages.length < count; turn++) {
    await aTurn();
    if (client.isBehind) client.read();
  }
}

test("who reads hears any burst and any past whole, in pieces as he reads them", async () => {
  const count = 100_000;
  const venue = new TestStreams();
  const { streams } = venue;
  const live = new Client();
  streams.add(1, new AccountListener(live));
  venue.tell(1, 5);
  venue.tell(2, count);
  venue.tell(3, 5);
  await readAll(live, count + 10);
  const expected = [...placesOf(1, 5), ...placesOf(2, count), ...placesOf(3, 5)];
  assertSame(live.places, expected);
  assert.ok(live.mostUnreadBytes < CONFLATE_BYTES + 1000, `${live.mostUnreadBytes}`);

  const again = new Client();
  streams.add(1, new AccountListener(again), 1);
  await aTurn();
  venue.tell(4, 3);
  await readAll(again, count + 8);
  assertSame(again.places, [...expected.slice(5), ...placesOf(4, 3)]);
  assert.ok(again.mostUnreadBytes < CONFLATE_BYTES + 1000, `${again.mostUnreadBytes}`);
});

test("who does not read is cut once what he has not read is not kept any more", async () => {
  const venue = new TestStreams();
  const { streams } = venue;
  const client = new Client();
  streams.add(1, new AccountListener(client));
  venue.tell(1, 10_000);
  await aTurn();
  venue.tell(2, EXECUTIONS_KEPT_MAX);
  await aTurn();
  assert.equal(client.isLost, false, "he may be reading");
  client.read();
  await aTurn();
  await aTurn();
  assert.equal(client.isLost, true);
});

test("who asks for the past again and again hears it from the last time on", async () => {
  const venue = new TestStreams();
  const { streams } = venue;
  const client = new Client();
  const listener = new AccountListener(client);
  venue.tell(1, 100_000);
  venue.tell(2, 10);
  for (let i = 0; i < 2000; i++) streams.add(1, listener, 0);
  streams.add(1, listener, 1);
  await readAll(client, 11);
  assertSame(client.places, placesOf(2, 10));
});

test("a stream goes on over a restart, and misses nothing of its first commands", async (t) => {
  const { exchange, directory } = await openListedExchange(t);
  const live = new Client();
  new AccountStreams(exchange, NO_RECEIPTS, undefined).add(1, new AccountListener(live));
  const session = new TestSession(exchange);
  for (const clOrdId of ["a", "b", "c"]) session.submit(buyRecord(clOrdId));
  await until("all is heard", () => live.messages.length === 3);
  await exchange.stop();

  const recent = new RecentExecutions();
  const options = { directory, onRecovered: recent.onBatch };
  const { exchange: again, snapshotSequence } = await openTestExchange(t, options);
  recent.follow(again, snapshotSequence);
  const early = new TestSession(again); // Of a port that is open before the gateway.
  early.submit(buyRecord("d"));
  await until("it is answered", () => early.answers.length === 1);
  const streams = new AccountStreams(again, NO_RECEIPTS, recent);
  assert.equal(streams.sinceSequence, 0);
  const client = new Client();
  const { sequence } = JSON.parse(live.messages[0]);
  streams.add(1, new AccountListener(client), sequence);
  await until("what came since is heard", () => client.messages.length === 3);
  assert.deepEqual(client.messages.slice(0, 2), live.messages.slice(1));
  assert.equal(JSON.parse(client.messages[2])["clOrdId"], "d");
  early.submit(buyRecord("e"));
  await until("what comes now is heard once", () => client.messages.length === 4);
});
