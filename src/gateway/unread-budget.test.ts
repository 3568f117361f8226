import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { systemClock } from "../ops/clock.ts";
import { Metrics } from "../ops/metrics.ts";
import {
  LIMIT_BUY,
  type RawClient,
  startTestGateway,
  type TestGateway,
} from "./gateway-for-test.ts";
import { type Reader, UnreadBudget } from "./unread-budget.ts";

test("beyond the bound the slowest are cut, those without a key first", () => {
  const budget = new UnreadBudget(systemClock, 100);
  const cut: string[] = [];
  const readers = new Map<string, Reader>();
  const add = (name: string, unreadBytes: number, hasKey: boolean): void => {
    const onCut = (): void => {
      cut.push(name);
      readers.delete(name);
    };
    readers.set(name, { unreadBytes, unsentBytes: 0, hasKey, cut: onCut });
  };
  const stop = budget.watch(() => readers.values());
  add("key, 50", 50, true);
  add("none, 10", 10, false);
  add("none, 40", 40, false);
  budget.look();
  assert.deepEqual([cut, budget.unreadBytes], [[], 100], "as much as they may");
  add("key, 30", 30, true);
  budget.look();
  assert.deepEqual([cut, budget.unreadBytes], [["none, 40"], 90]);
  add("key, 60", 60, true);
  budget.look();
  assert.deepEqual(cut, ["none, 40", "none, 10", "key, 60"]);
  assert.deepEqual([budget.unreadBytes, budget.cutCount], [80, 3]);
  stop();
  assert.equal(budget.unreadBytes, 0);
});

/** Of six clients that have 256 KiB each. */
const BYTES_MAX = 700_000;

function frameOf(request: object): Buffer {
  const text = JSON.stringify(request);
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

async function openWebSocket(gateway: TestGateway, keyText = ""): Promise<RawClient> {
  const client = await gateway.dial();
  const key = keyText === "" ? "" : `authorization: Bearer ${keyText}\r\n`;
  client.socket.write(
    `GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n${key}` +
      "sec-websocket-version: 13\r\n" +
      `sec-websocket-key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
  );
  await new Promise((resolve) => client.socket.once("data", resolve));
  return client;
}

/** A WebSocket that asks for the same snapshot again and again and does not read. */
async function openUnread(gateway: TestGateway, keyText = ""): Promise<RawClient> {
  const client = await openWebSocket(gateway, keyText);
  client.socket.pause();
  const frame = frameOf({ id: 1, op: "subscribe", streams: ["depth:BTC-USD"] });
  for (let i = 0; i < 800; i++) client.socket.write(frame);
  return client;
}

test("clients that do not read have a bound together, and who has a key stays", async (t) => {
  const metrics = new Metrics();
  const unread = new UnreadBudget(systemClock, BYTES_MAX);
  const gateway = await startTestGateway(t, { metrics, unread });
  const orders = Array.from({ length: 400 }, (_, at) => ({
    new: { ...LIMIT_BUY, price: String(100 + at) },
  }));
  await gateway.ask("POST", "/orders/batch", { orders });
  const keyed = await openUnread(gateway, gateway.keyTexts[0]);
  for (let i = 0; i < 5; i++) await openUnread(gateway);
  while (unread.cutCount === 0 || unread.unreadBytes > BYTES_MAX)
    await gateway.ask("GET", "/health");
  const left = async (): Promise<number> => {
    const page = await metrics.render();
    return Number(/^outcry_websocket_connections (\d+)$/m.exec(page)?.[1]);
  };
  let leftCount = await left();
  while (leftCount + unread.cutCount > 6) leftCount = await left();
  assert.equal(leftCount + unread.cutCount, 6);

  keyed.socket.resume();
  keyed.socket.write(frameOf({ id: "still there", op: "ping" }));
  while (!keyed.received.includes('"id":"still there"')) await gateway.ask("GET", "/health");
});

/** Of six clients that have sent 256 KiB each of a request. */
const PART_BYTES = 256 * 1024;

test("so have requests whose rest does not come, over WebSocket and REST", async (t) => {
  const unread = new UnreadBudget(systemClock, BYTES_MAX);
  const gateway = await startTestGateway(t, { unread });
  const part = Buffer.alloc(PART_BYTES, " ");
  const head = Buffer.from([0x81, 0x80 | 127, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0]);
  const clients = [];
  for (let i = 0; i < 3; i++) {
    const socket = await openWebSocket(gateway);
    socket.socket.write(Buffer.concat([head, part]));
    const rest = await gateway.dial();
    rest.socket.write(
      `POST /orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.keyTexts[0]}\r\n` +
        `content-type: application/json\r\ncontent-length: ${2 * PART_BYTES}\r\n\r\n`,
    );
    rest.socket.write(part);
    clients.push(socket, rest);
  }
  while (unread.cutCount < 3 || unread.unreadBytes > BYTES_MAX) await gateway.ask("GET", "/health");
  const order = await gateway.ask("POST", "/orders", LIMIT_BUY);
  assert.equal(order.status, 201);
  for (const { socket } of clients) socket.destroy();
});
