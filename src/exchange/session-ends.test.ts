import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordBuffer } from "../base/record-buffer.ts";
import { COMMAND_BYTES_MAX } from "../codec/command.ts";
import { EVENT_CANCELED } from "../codec/event.ts";
import { writeArmDeadMan, writeSetDisconnect } from "../codec/guard-command.ts";
import { type NewOrder, newRecord, readEvents } from "../codec/record-for-test.ts";
import {
  REASON_BUSY,
  REASON_DEAD_MAN,
  REASON_DISCONNECTED,
  REASON_NONE,
} from "../model/reasons.ts";
import { SIDE_BUY } from "../model/side.ts";
import type { Exchange } from "./exchange.ts";
import {
  openListedExchange,
  openTestExchange,
  SMALL_LOG,
  TestSession,
  turns,
  until,
  visibleState,
} from "./exchange-for-test.ts";

const SOME_TURNS = 20;

function buy(clOrdId: string, accountId = 1): NewOrder {
  return { clOrdId, accountId, side: SIDE_BUY, orderQtyLots: 5, priceTicks: 100 };
}

function disconnectRecord(sessionId: number, isOfAccount: boolean): RecordBuffer {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  writeSetDisconnect(record, 0, { accountId: 1, sessionId }, true, isOfAccount);
  return record;
}

/** Client order ids that a reason ended, as everybody hears of them. */
function endedBy(exchange: Exchange, reason: number): string[] {
  const ended: string[] = [];
  exchange.subscribe((words, start, end) => {
    for (const event of readEvents(words, start, end)) {
      if (event.kind === EVENT_CANCELED && event.reason === reason) ended.push(event.clOrdId);
    }
  });
  return ended;
}

test("a session that asked for it takes its orders along, and a replay knows it", async (t) => {
  const { exchange, directory } = await openListedExchange(t);
  const ended = endedBy(exchange, REASON_DISCONNECTED);
  const session = new TestSession(exchange);
  const other = new TestSession(exchange);
  session.enter(disconnectRecord(session.id, false));
  session.enter(newRecord(buy("b1")));
  other.enter(newRecord(buy("b2")));
  exchange.closeSession(session.id);
  await until("the order ends", () => ended.length === 1);
  assert.deepEqual(ended, ["b1"]);
  const before = visibleState(exchange);
  await exchange.stop();
  const restarted = await openTestExchange(t, { directory });
  assert.deepEqual(visibleState(restarted.exchange), before);
});

test("a session that asked for nothing leaves no word in the log", async (t) => {
  const { exchange } = await openListedExchange(t);
  const session = new TestSession(exchange);
  session.enter(newRecord(buy("b1")));
  await until("the answer", () => session.answers.length === 1);
  const { sequence } = exchange.health();
  exchange.closeSession(session.id);
  await turns(SOME_TURNS);
  assert.equal(exchange.health().sequence, sequence);
});

test("sessions that a dead process had end when the next one starts", async (t) => {
  const { exchange, directory } = await openListedExchange(t);
  const session = new TestSession(exchange);
  session.enter(disconnectRecord(session.id, true));
  session.enter(newRecord(buy("b1")));
  session.enter(newRecord(buy("b2", 2)));
  await until("the answers", () => session.answers.length === 3);
  await exchange.stop(); // As far as the log can tell, the session was open to the end.

  const restarted = await openTestExchange(t, { directory });
  const ended = endedBy(restarted.exchange, REASON_DISCONNECTED);
  await until("the order ends", () => ended.length === 1);
  assert.deepEqual(ended, ["b1"]);
});

test("an end that the log is too busy for is entered when the disk has caught up", async (t) => {
  const { exchange, disk } = await openListedExchange(t, { log: SMALL_LOG });
  const ended = endedBy(exchange, REASON_DISCONNECTED);
  const session = new TestSession(exchange);
  session.enter(disconnectRecord(session.id, false));
  session.enter(newRecord(buy("b0")));
  await until("the answers", () => session.answers.length === 2);
  disk.hold();
  let n = 1;
  while (session.submit(newRecord(buy(`b${n}`))) === REASON_NONE) n++;
  assert.equal(session.submit(newRecord(buy("late"))), REASON_BUSY);
  exchange.closeSession(session.id);
  await turns(SOME_TURNS);
  assert.equal(ended.length, 0);
  disk.letGo();
  await until("all orders end", () => ended.length === n);
});

test("a dead-man timer runs out though nobody enters anything", async (t) => {
  let micros = 1_795_000_000_000_000;
  const { exchange } = await openListedExchange(t, { nowMicros: () => micros });
  const ended = endedBy(exchange, REASON_DEAD_MAN);
  const session = new TestSession(exchange);
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  writeArmDeadMan(record, 0, { accountId: 1, sessionId: session.id }, 1000);
  session.enter(record);
  session.enter(newRecord(buy("b1")));
  await until("the answers", () => session.answers.length === 2);
  assert.equal(ended.length, 0);
  micros += 1000;
  await until("the timer runs out", () => ended.length === 1);
});
