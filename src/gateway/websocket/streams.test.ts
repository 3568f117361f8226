import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { Prng } from "../../base/prng.ts";
import { RecordBuffer } from "../../base/record-buffer.ts";
import { EVENT_ACCOUNT_ID_WORD, EVENT_SEQUENCE_WORD, EVENT_WORDS } from "../../codec/event.ts";
import { type Json, startTestGateway } from "../gateway-for-test.ts";
import { ExecutionRing } from "./execution-ring.ts";
import { RecentExecutions } from "./recent-executions.ts";

test("an account stream goes on from a sequence as if it had never been away", async (t) => {
  const gateway = await startTestGateway(t);
  const whole = await gateway.connect();
  await whole.ask({ op: "subscribe", streams: ["orders"] });
  const { json: first } = await gateway.enter({ clOrdId: "a", displayQty: "0.5" });
  await gateway.enter({ side: "sell", orderQty: "0.25" }, 2);
  await gateway.enter({ clOrdId: "b", price: "90", hidden: true, expireTime: undefined });
  const again = await gateway.connect();
  await again.ask({ op: "subscribe", streams: ["orders"], after: first["sequence"] });
  await gateway.ask("DELETE", "/orders");
  await again.until(({ execType, clOrdId }) => execType === "canceled" && clOrdId === "a");
  await whole.until(({ execType, clOrdId }) => execType === "canceled" && clOrdId === "a");
  const later = whole.ofStream("orders").filter(({ sequence }) => sequence > first["sequence"]);
  assert.ok(later.length >= 5);
  assert.deepEqual(again.ofStream("orders"), later);

  const all = await gateway.connect();
  await all.ask({ op: "subscribe", streams: ["orders"], after: first["sequence"] - 1 });
  const oldest = await all.until(({ stream }) => stream === "orders");
  assert.equal(oldest["displayQty"], "0.500", "terms come again too");
  const refused = await all.ask({ op: "subscribe", streams: ["orders"], after: 0 });
  assert.equal(refused["error"]["code"], "STREAM_GAP", "before this exchange was opened");
  assert.match(refused["error"]["message"], /^after: expected 2 or later \(.*\), found 0$/);
  const { sequence } = gateway.exchange.health();
  const beyond = await all.ask({ op: "subscribe", streams: ["orders"], after: sequence + 1 });
  assert.equal(beyond["error"]["code"], "STREAM_GAP");
  const begun = await all.ask({ op: "subscribe", streams: ["orders"], after: sequence });
  assert.equal(begun["result"]["sequence"], sequence);
});

test("an account stream of a new exchange goes back to its first command", async (t) => {
  const gateway = await startTestGateway(t, { recent: new RecentExecutions() });
  await gateway.enter({ clOrdId: "first" });
  const socket = await gateway.connect();
  await socket.ask({ op: "subscribe", streams: ["orders"], after: 0 });
  await socket.until(({ stream }) => stream === "orders");
  assert.deepEqual(
    socket.ofStream("orders").map(({ clOrdId, execType }) => [clOrdId, execType]),
    [["first", "new"]],
  );
});

test("a ring of executions knows how far it goes back", () => {
  const ring = new ExecutionRing(3, 10);
  assert.equal(ring.sinceSequence, 10);
  const { words } = RecordBuffer.ofBytes(2 * EVENT_WORDS * 4);
  for (let sequence = 11; sequence <= 15; sequence++) {
    words[EVENT_ACCOUNT_ID_WORD] = 1 + (sequence % 2);
    words[EVENT_SEQUENCE_WORD] = sequence;
    ring.keep(words, 0, 2 * EVENT_WORDS);
  }
  assert.equal(ring.sinceSequence, 12);
  const found: number[] = [];
  const visit = (event: Int32Array): boolean => found.push(event[EVENT_SEQUENCE_WORD]) < 9;
  assert.equal(ring.scan(2, ring.placeAfter(12), ring.end, visit), ring.end);
  assert.deepEqual(found, [13, 15]);
  assert.deepEqual([ring.begin, ring.end, ring.placeAfter(13), ring.placeAfter(15)], [2, 5, 3, 5]);
  assert.equal(
    ring.scan(2, ring.begin, ring.end, () => false),
    3,
    "as far as was looked",
  );
});

/** The book as a client of the depth stream has it. */
class ClientBook {
  readonly #sides = { bids: new Map<string, string>(), asks: new Map<string, string>() };

  apply(message: Json): void {
    for (const side of ["bids", "asks"] as const) {
      if (message["type"] === "snapshot") this.#sides[side].clear();
      for (const [price, qty] of message[side]) {
        if (qty === "0") this.#sides[side].delete(price);
        else this.#sides[side].set(price, qty);
      }
    }
  }

  get checksum(): number {
    return crc32(`${this.#text("bids", -1)}|${this.#text("asks", 1)}`);
  }

  #text(side: "bids" | "asks", sign: number): string {
    return [...this.#sides[side]]
      .sort(([a], [b]) => sign * (Number(a) - Number(b)))
      .slice(0, 10)
      .map(([price, qty]) => `${price}:${qty}`)
      .join(",");
  }
}

test("a book built from the depth stream has the exchange's checksum each time", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect();
  await socket.ask({ op: "subscribe", streams: ["depth:BTC-USD"] });
  const random = new Prng(7);
  const orders = Array.from({ length: 200 }, () => {
    const side = random.nextChance(1, 2) ? "buy" : "sell";
    const price = String(random.nextBetween(90, 110));
    return { new: { symbol: "BTC-USD", side, ordType: "limit", price, orderQty: "0.100" } };
  });
  await gateway.ask("POST", "/orders/batch", { orders });
  await gateway.enter({ price: "1", orderQty: "1" });
  await socket.until(({ bids }) => bids?.some(([price]: string[]) => price === "1.00"));
  const book = new ClientBook();
  const messages = socket.ofStream("depth:BTC-USD");
  assert.ok(messages.length > 150);
  for (const message of messages) {
    book.apply(message);
    assert.equal(book.checksum, message["checksum"], `rptSeq ${message["rptSeq"]}`);
  }
});

const LIMIT = 256 * 1024;

test("a client that reads too slowly gets the newest book instead of every change", async (t) => {
  const gateway = await startTestGateway(t);
  const orders = Array.from({ length: 900 }, (_, i) => ({
    new: { symbol: "BTC-USD", side: "buy", ordType: "limit", price: String(1 + i), orderQty: "1" },
  }));
  await gateway.ask("POST", "/orders/batch", { orders });
  const socket = await gateway.connect();
  const subscribe = { op: "subscribe", streams: ["depth:BTC-USD", "trades:BTC-USD"] };
  await socket.ask(subscribe);
  socket.webSocket.pause();
  const unreadBytes = async (): Promise<number> => {
    const { json } = await gateway.ask("GET", "/metrics");
    return Number(/^outcry_websocket_unread_bytes (\d+)$/m.exec(json["text"])?.[1]);
  };
  // Snapshots of 25 KB each, until the system takes no more of them.
  const isStuck = async () => (await unreadBytes()) > LIMIT && (await unreadBytes()) > LIMIT;
  for (let id = 1000; !(await isStuck()); ) {
    for (const end = id + 20; id < end; id++) {
      socket.webSocket.send(JSON.stringify({ id, ...subscribe }));
    }
  }
  for (let price = 950; price < 960; price++) await gateway.enter({ price: String(price) });
  socket.webSocket.resume();
  const isFresh = ({ type, bids }: Json) => type === "snapshot" && bids[0]?.[0] === "959.00";
  const fresh = await socket.until(isFresh);
  const updates = socket.messages.filter(({ type }) => type === "update");
  assert.deepEqual(updates, [], "changes were left out");
  await gateway.enter({ price: "960" });
  const next = await socket.until(({ type }) => type === "update");
  assert.equal(next["rptSeq"], fresh["rptSeq"] + 1, "and then none again");
});

test("clients are told of a stop before it comes", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect();
  await gateway.server.stop(1000);
  assert.equal((await socket.closed).code, 1001);
  assert.deepEqual(socket.ofStream("service"), [{ stream: "service", type: "stopping" }]);
});
