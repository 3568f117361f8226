import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EVENT_ACCEPTED,
  EVENT_CANCELED,
  EVENT_COMMAND_REJECTED,
  EVENT_END,
  EVENT_ORDER_STATUS,
} from "../codec/event.ts";
import {
  cancelAllRecord,
  cancelRecord,
  createInstrumentRecord,
  type NewOrder,
  newRecord,
  newWithTermsRecord,
  type PlainEvent,
  readEvents,
} from "../codec/record-for-test.ts";
import { TEST_INSTRUMENT } from "../engine/engine-for-test.ts";
import { ACK_ACCEPTED, ACK_REPLICATED } from "../model/ack-level.ts";
import {
  REASON_BUSY,
  REASON_EXPIRED,
  REASON_NONE,
  REASON_OUTCOME_UNKNOWN,
  REASON_STOPPED,
} from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_GTD } from "../model/time-in-force.ts";
import type { BatchListener } from "../model/venue.ts";
import { COMMANDS_A_WRITE } from "./exchange.ts";
import {
  openListedExchange,
  openTestExchange,
  SMALL_LOG,
  TestSession,
  turns,
  until,
  visibleState,
} from "./exchange-for-test.ts";

/** Turns in which something wrong would have happened. */
const SOME_TURNS = 20;

function buy(clOrdId: string, orderQtyLots = 5, priceTicks = 100): NewOrder {
  return { clOrdId, side: SIDE_BUY, orderQtyLots, priceTicks };
}

function sell(clOrdId: string, orderQtyLots = 5, priceTicks = 100): NewOrder {
  return { clOrdId, side: SIDE_SELL, orderQtyLots, priceTicks };
}

const GOOD_TILL_DATE = {
  clOrdId: "gtd",
  side: SIDE_BUY,
  orderQtyLots: 5,
  priceTicks: 100,
  timeInForce: TIF_GTD,
};

test("nobody hears of a command before the disk has it", async (t) => {
  const { exchange, disk } = await openListedExchange(t);
  const session = new TestSession(exchange);
  const heard: string[] = [];
  exchange.subscribe(() => heard.push("subscriber"));
  exchange.marketData.subscribe({
    wantsBook: () => true,
    wantsTrades: () => true,
    onTrade: () => heard.push("trade"),
    onTopOfBook: () => heard.push("top"),
    onDepth: () => heard.push("depth"),
    onStatus: () => heard.push("status"),
  });
  const operationsBefore = disk.operations.length;
  const isSilent = () => heard.length === 0 && session.answers.length === 0;

  disk.hold();
  session.enter(newRecord(buy("b1")));
  session.enter(newRecord(sell("s1", 2)));
  await until("the write has begun", () => disk.operations.length === operationsBefore + 1);
  await turns(SOME_TURNS);
  assert.ok(isSilent(), "while it is being written");
  assert.deepEqual(exchange.marketData.depth(1, 10).bids, []);
  assert.equal(exchange.health().sequence, 3);
  assert.equal(exchange.health().durableSequence, 1);

  disk.letGo();
  disk.hold(); // The write goes on, the sync after it is held.
  await until("it is written", () => disk.operations.at(-1) === "sync");
  await turns(SOME_TURNS);
  assert.ok(isSilent(), "written, but not durable yet");
  assert.equal(exchange.health().durableSequence, 1);

  disk.letGo();
  await until("both answers", () => session.answers.length === 2);
  assert.deepEqual(heard, ["top", "depth", "subscriber", "trade", "top", "depth", "subscriber"]);
  assert.deepEqual(exchange.marketData.depth(1, 10).bids, [[100, 3, 1]]);
  assert.equal(exchange.health().durableSequence, 3);
});

test("the disk works while a long turn of the event loop is read", async (t) => {
  const log = { segmentBytes: 1024 * 1024, batchBytesMax: 256 * 1024 };
  const { exchange, disk } = await openListedExchange(t, { log });
  const session = new TestSession(exchange);
  disk.operations.length = 0;
  for (let n = 0; n < COMMANDS_A_WRITE; n++) session.enter(cancelRecord({ clOrdId: `c${n}` }));
  assert.deepEqual(disk.operations, ["write"], "in the same turn");
  await until("all answers", () => session.answers.length === COMMANDS_A_WRITE);
});

test("what arrives in one turn of the event loop is one write and has one time", async (t) => {
  let timeMicros = 1000;
  const { exchange, disk } = await openListedExchange(t, { nowMicros: () => timeMicros });
  const session = new TestSession(exchange);
  disk.operations.length = 0;
  for (let n = 0; n < 10; n++) {
    timeMicros++;
    session.enter(newRecord(buy(`b${n}`)));
  }
  await until("all answers", () => session.answers.length === 10);
  assert.deepEqual(disk.operations, ["write", "sync"]);
  const times = session.answers.map(([event]) => event.timeMicros);
  assert.deepEqual(new Set(times), new Set([1001]));
});

test("arrivals gather while a write is under way, and the next write takes all", async (t) => {
  const { exchange, disk } = await openListedExchange(t);
  const session = new TestSession(exchange);
  disk.operations.length = 0;
  disk.hold();
  for (let n = 0; n < 10; n++) {
    session.enter(newRecord(buy(`b${n}`)));
    await turns(2);
  }
  disk.letGo();
  await until("all answers", () => session.answers.length === 10);
  assert.deepEqual(disk.operations, ["write", "sync", "write", "sync"]);
});

test("time never goes back, though the clock does", async (t) => {
  let timeMicros = 5000;
  const { exchange } = await openListedExchange(t, { nowMicros: () => timeMicros });
  const session = new TestSession(exchange);
  for (const clockMicros of [6000, 5500, 6001]) {
    timeMicros = clockMicros;
    session.enter(newRecord(buy(`b${clockMicros}`)));
    await turns(2);
  }
  await until("all answers", () => session.answers.length === 3);
  const times = session.answers.map(([event]) => event.timeMicros);
  assert.deepEqual(times, [6000, 6000, 6001]);
});

test("time does not go back across a restart either", async (t) => {
  const { exchange, directory } = await openListedExchange(t, { nowMicros: () => 7000 });
  const session = new TestSession(exchange);
  session.enter(newRecord(buy("b1")));
  await until("the answer", () => session.answers.length === 1);
  await exchange.stop();

  let timeMicros = 5000;
  const restarted = await openTestExchange(t, { directory, nowMicros: () => timeMicros });
  const next = new TestSession(restarted.exchange);
  next.enter(newRecord(buy("b2")));
  await turns(2);
  timeMicros = 7001;
  next.enter(newRecord(buy("b3")));
  await until("both answers", () => next.answers.length === 2);
  const times = next.answers.map(([event]) => event.timeMicros);
  assert.deepEqual(times, [7000, 7001]);
});

test("an order whose time is over has ended before the first command stamped then", async (t) => {
  let nowMicros = 1_795_000_000_000_000;
  const { exchange } = await openListedExchange(t, { nowMicros: () => nowMicros });
  const session = new TestSession(exchange);
  const expireTimeMicros = nowMicros + 1_000_000_000;
  session.enter(newWithTermsRecord({ ...GOOD_TILL_DATE, terms: { expireTimeMicros } }));
  await until("it rests", () => session.answers.length === 1);
  const ended: PlainEvent[] = [];
  exchange.subscribe((words, start, end) => ended.push(...readEvents(words, start, end)));
  nowMicros = expireTimeMicros;
  const seller = { clOrdId: "s", side: SIDE_SELL, orderQtyLots: 5, priceTicks: 100 };
  session.enter(newRecord({ ...seller, accountId: 2 }));
  await until("the seller hears", () => session.answers.length === 2);
  assert.deepEqual(
    ended.map(({ kind, reason }) => [kind, reason]),
    [
      [EVENT_CANCELED, REASON_EXPIRED],
      [EVENT_END, 0],
      [EVENT_ACCEPTED, 0],
      [EVENT_END, 0],
    ],
  );
});

test("where nobody enters anything the exchange looks at the clock by itself", async (t) => {
  const startMillis = performance.now();
  const nowMicros = () => 1_795_000_000_000_000 + (performance.now() - startMillis) * 1000;
  const { exchange } = await openListedExchange(t, { nowMicros: () => Math.floor(nowMicros()) });
  const session = new TestSession(exchange);
  const ended: PlainEvent[] = [];
  exchange.subscribe((words, start, end) => ended.push(...readEvents(words, start, end)));
  const expireTimeMicros = Math.floor(nowMicros()) + 50_000;
  session.enter(newWithTermsRecord({ ...GOOD_TILL_DATE, terms: { expireTimeMicros } }));
  await until("it has ended", () => ended.some(({ reason }) => reason === REASON_EXPIRED));
});

test("each session gets one answer a command, in its own order; subscribers get all", async (t) => {
  const { exchange } = await openListedExchange(t);
  const sessions = [1, 2, 3].map(() => new TestSession(exchange));
  const sequences: number[] = [];
  const unsubscribe = exchange.subscribe((words, startWord, endWord) => {
    sequences.push(readEvents(words, startWord, endWord)[0].sequence);
  });
  const orders = 90;
  for (let n = 0; n < orders; n++) {
    sessions[n % 3].enter(newRecord({ ...buy(`b${n}`, 1, n), accountId: 1 + (n % 2) }));
    if (n % 20 === 0) await turns(1);
  }
  await until("all answers", () => sequences.length === orders);
  for (const [i, { id, answers }] of sessions.entries()) {
    assert.deepEqual(
      answers.map(([event]) => event.clOrdId),
      Array.from({ length: orders / 3 }, (_, n) => `b${n * 3 + i}`),
    );
    assert.ok(answers.every((events) => events.at(-1)?.kind === EVENT_END));
    assert.ok(answers.every((events) => events.at(-1)?.sessionId === id));
  }
  assert.deepEqual(
    sequences,
    Array.from({ length: orders }, (_, n) => 2 + n),
  );
  unsubscribe();
  sessions[0].enter(newRecord(buy("after")));
  await until("one more answer", () => sessions[0].answers.length === orders / 3 + 1);
  assert.equal(sequences.length, orders);
});

test("a command without effect is answered too", async (t) => {
  const { exchange } = await openListedExchange(t);
  const session = new TestSession(exchange);
  session.enter(cancelAllRecord({}));
  await until("the answer", () => session.answers.length === 1);
  assert.deepEqual(
    session.answers[0].map(({ kind }) => kind),
    [EVENT_END],
  );
});

test("a closed session hears no more, and its commands stay entered", async (t) => {
  const { exchange } = await openListedExchange(t);
  const session = new TestSession(exchange);
  const other = new TestSession(exchange);
  session.enter(newRecord(buy("b1")));
  exchange.closeSession(session.id);
  other.enter(newRecord({ ...sell("s1"), accountId: 2 }));
  await until("the other's answer", () => other.answers.length === 1);
  assert.equal(session.answers.length, 0);
  assert.equal(other.answers[0].length, 4, "accepted, the trade's two sides, end");
});

test("a full batch is BUSY: nothing is taken, and what was taken before is not lost", async (t) => {
  const opened = await openListedExchange(t, { log: SMALL_LOG });
  const { exchange, disk, directory } = opened;
  const session = new TestSession(exchange);
  disk.hold();
  const reasons: number[] = [];
  for (let n = 0; n < 100; n++) {
    reasons.push(session.submit(newRecord(buy(`b${n}`, 1, n))));
    if (n === 9) await turns(2); // The first ten are being written: one batch more can gather.
  }
  const taken = reasons.filter((reason) => reason === REASON_NONE).length;
  assert.equal(taken, 10 + 32);
  assert.deepEqual(reasons, [
    ...Array.from({ length: taken }, () => REASON_NONE),
    ...Array.from({ length: 100 - taken }, () => REASON_BUSY),
  ]);
  assert.equal(exchange.health().state, "running");
  disk.letGo();
  await until("all answers", () => session.answers.length === taken);
  session.enter(newRecord(buy("b99", 1, 99)));
  await until("the next answer", () => session.answers.length === taken + 1);
  assert.ok(session.answers.every(([event]) => event.kind === EVENT_ACCEPTED));

  const before = visibleState(exchange);
  await exchange.stop();
  const second = await openTestExchange(t, { directory });
  assert.deepEqual(visibleState(second.exchange), before);
  assert.equal(second.exchange.marketData.depth(1, 100).bids.length, taken + 1);
});

test("64 MiB of answers that wait for the disk are BUSY", async (t) => {
  const mebibyte = 1024 * 1024;
  const log = { segmentBytes: 64 * mebibyte, batchBytesMax: 24 * mebibyte };
  const { exchange, disk } = await openListedExchange(t, { log });
  let answers = 0;
  const sessionId = exchange.openSession(() => answers++);
  const record = cancelRecord({ clOrdId: "unknown", sessionId });
  const answerBytes = 256; // The refusal and the end mark.
  disk.hold();
  let taken = 0;
  while (exchange.submit(record, 0) === REASON_NONE) taken++;
  assert.equal(taken, (64 * mebibyte) / answerBytes + 1);
  assert.equal(exchange.submit(record, 0), REASON_BUSY);
  disk.letGo();
  await until("all answers", () => answers === taken);
  assert.equal(exchange.submit(record, 0), REASON_NONE);
});

test("a disk that fails stops the exchange; nothing of the lost write was told", async (t) => {
  const { exchange, disk, directory } = await openListedExchange(t);
  const session = new TestSession(exchange);
  session.enter(newRecord(buy("b1")));
  await until("the first answer", () => session.answers.length === 1);
  const durable = visibleState(exchange);

  disk.fail("write", ".log", "ENOSPC");
  session.enter(newRecord(buy("b2")));
  const answers: PlainEvent[][] = [];
  const note: BatchListener = (words, start, end) => answers.push(readEvents(words, start, end));
  assert.equal(exchange.queryOpenOrders(1, 0, 10, note), REASON_NONE);
  const heard: number[] = [];
  exchange.subscribe((_words, start) => heard.push(start));
  await until("the failure is known", () => exchange.health().state === "failed");
  assert.equal(heard.length, 0, "the public hears nothing of what is not durable");
  for (const [name, answer] of [
    ["the order", session.answers[1]],
    ["the question", answers[0]],
  ] as const) {
    assert.deepEqual(
      answer?.map(({ kind, reason }) => [kind, reason]),
      [
        [EVENT_COMMAND_REJECTED, REASON_OUTCOME_UNKNOWN],
        [EVENT_END, 0],
      ],
      `${name} is answered at once: nobody knows`,
    );
  }
  await turns(SOME_TURNS);
  assert.equal(session.answers.length, 2, "once");
  assert.match(exchange.health().failure, /ENOSPC/);
  assert.equal(exchange.health().durableSequence, 2);
  assert.equal(session.submit(newRecord(buy("b3"))), REASON_STOPPED);
  assert.equal(exchange.queryOrder(1, 1, note), REASON_STOPPED, "no answer would come");
  assert.equal(answers.length, 1);
  await exchange.stop();

  const again = await openTestExchange(t, { directory });
  assert.deepEqual(visibleState(again.exchange), durable);
});

test("a session may ask to be answered before the disk has it, and hears that once", async (t) => {
  const { exchange, disk } = await openListedExchange(t);
  const early = new TestSession(exchange, ACK_ACCEPTED);
  const usual = new TestSession(exchange);
  const heard: number[] = [];
  exchange.subscribe((_words, start) => heard.push(start));
  disk.hold();
  early.enter(newRecord(buy("e1")));
  usual.enter(newRecord(buy("u1")));
  early.enter(newRecord(buy("e2")));
  assert.equal(early.answers.length, 0, "never inside submit: a reader may enter the next command");
  await until("both early answers", () => early.answers.length === 2);
  assert.deepEqual(
    early.answers.map((batch) => [batch[0]?.kind, batch[0]?.clOrdId]),
    [
      [EVENT_ACCEPTED, "e1"],
      [EVENT_ACCEPTED, "e2"],
    ],
  );
  assert.deepEqual([usual.answers.length, heard.length], [0, 0], "the others wait for the disk");
  disk.letGo();
  await until("the usual answer", () => usual.answers.length === 1 && heard.length === 3);
  await turns(SOME_TURNS);
  assert.equal(early.answers.length, 2);
});

test("an answer that the log's backend cannot give is not promised", async (t) => {
  const { exchange } = await openListedExchange(t);
  assert.ok(!exchange.ackLevels.includes(ACK_REPLICATED));
  assert.throws(() => new TestSession(exchange, ACK_REPLICATED));
});

test("a restart goes on with the same state, hashes and market data", async (t) => {
  let timeMicros = 1_795_000_000_000_000;
  const nowMicros = () => timeMicros;
  const { exchange, directory } = await openListedExchange(t, { nowMicros });
  const session = new TestSession(exchange);
  for (let n = 0; n < 200; n++) {
    timeMicros += 7_000_000; // Over several minutes, so that there are several candles.
    const order = n % 2 === 0 ? buy(`o${n}`, 3, 100 + (n % 7)) : sell(`o${n}`, 2, 101 + (n % 5));
    session.enter(newRecord({ ...order, accountId: 1 + (n % 3) }));
    if (n % 10 === 0) session.enter(cancelRecord({ clOrdId: `o${n - 9}`, accountId: n % 3 }));
    await turns(2);
  }
  await until("all is durable", () => session.answers.length === 220);
  const before = visibleState(exchange);
  assert.ok(before.candles.length > 5 && before.trades.length > 50);
  await exchange.stop();

  const restarted = await openTestExchange(t, { directory, nowMicros });
  assert.equal(restarted.recoveredCommands, 221);
  assert.equal(restarted.tornBytes, 0);
  assert.deepEqual(visibleState(restarted.exchange), before);
  assert.deepEqual(restarted.exchange.instrumentBySymbol("XYZ"), TEST_INSTRUMENT);
  assert.deepEqual(restarted.exchange.instrumentById(1), TEST_INSTRUMENT);

  const next = new TestSession(restarted.exchange);
  next.enter(newRecord(buy("next")));
  await until("the next answer", () => next.answers.length === 1);
  assert.equal(next.answers[0][0].sequence, before.sequence + 1);
});

test("a session id that commands carry is never given out again", async (t) => {
  const { exchange, directory } = await openListedExchange(t);
  const sessions = [1, 2, 3].map(() => new TestSession(exchange));
  sessions[2].enter(newRecord(buy("b1")));
  await until("the answer", () => sessions[2].answers.length === 1);
  const ids = sessions.map(({ id }) => id);
  assert.equal(new Set(ids).size, 3);
  await exchange.stop();

  const restarted = await openTestExchange(t, { directory });
  const next = new TestSession(restarted.exchange);
  assert.ok(next.id > Math.max(...ids), `expected above ${ids.join(", ")}, found ${next.id}`);
  const maker = restarted.exchange;
  const answers: number[] = [];
  maker.queryOpenOrders(1, 0, 10, (words, start, end) => {
    answers.push(readEvents(words, start, end)[0].sessionId);
  });
  assert.deepEqual(answers, [ids[2]], "an order remembers the session that entered it");
});

test("a query answers from the present state, once that is durable", async (t) => {
  const { exchange, disk } = await openListedExchange(t);
  const session = new TestSession(exchange);
  const answers: number[][] = [];
  const onAnswer = (words: Int32Array, startWord: number, endWord: number) => {
    answers.push(readEvents(words, startWord, endWord).map(({ kind }) => kind));
  };
  assert.equal(exchange.queryOrder(1, 1, onAnswer), REASON_NONE);
  assert.deepEqual(answers, [[EVENT_END]], "nothing is under way: the answer comes at once");

  disk.hold();
  const record = newRecord(buy("b1"));
  session.enter(record);
  exchange.queryOrder(1, 1, onAnswer);
  exchange.queryOrderByClOrdId(1, record.words.slice(8, 12), onAnswer);
  exchange.queryOpenOrders(1, 0, 10, onAnswer);
  await turns(SOME_TURNS);
  assert.equal(answers.length, 1, "the order might still be lost");
  disk.letGo();
  await until("all answers", () => answers.length === 4);
  const one = [EVENT_ORDER_STATUS, EVENT_END];
  assert.deepEqual(answers.slice(1), [one, one, one]);
  assert.equal(session.answers.length, 1, "and the command's own answer came as well");
});

test("more than 10,000 queries that wait are BUSY", async (t) => {
  const { exchange, disk } = await openListedExchange(t);
  const session = new TestSession(exchange);
  disk.hold();
  session.enter(newRecord(buy("b1")));
  let answers = 0;
  const ask = () => exchange.queryOrder(1, 1, () => answers++);
  for (let n = 0; n < 10_000; n++) assert.equal(ask(), REASON_NONE);
  assert.equal(ask(), REASON_BUSY);
  disk.letGo();
  await until("all answers", () => answers === 10_000);
  assert.equal(ask(), REASON_NONE);
});

test("stopping answers everything entered before and refuses what comes after", async (t) => {
  const { exchange, directory } = await openListedExchange(t);
  const session = new TestSession(exchange);
  for (let n = 0; n < 20; n++) session.enter(newRecord(buy(`b${n}`)));
  const stopped = exchange.stop();
  assert.equal(exchange.health().state, "draining");
  assert.equal(session.submit(newRecord(buy("late"))), REASON_STOPPED);
  await stopped;
  assert.equal(session.answers.length, 20);
  const again = await openTestExchange(t, { directory });
  assert.equal(again.recoveredCommands, 21);
});

test("an instrument is known to gateways once its listing is durable", async (t) => {
  const { exchange, disk } = await openTestExchange(t);
  const session = new TestSession(exchange);
  disk.hold();
  session.enter(createInstrumentRecord(TEST_INSTRUMENT));
  session.enter(createInstrumentRecord({ ...TEST_INSTRUMENT, instrumentId: 2 }));
  await turns(SOME_TURNS);
  assert.deepEqual(exchange.instruments(), []);
  disk.letGo();
  await until("both answers", () => session.answers.length === 2);
  assert.deepEqual(exchange.instruments(), [TEST_INSTRUMENT], "the second has a taken symbol");
});

test("a reader of answers may enter the next command, the others still read whole", async (t) => {
  const { exchange } = await openListedExchange(t);
  const clOrdIds: string[] = [];
  let entered = 0;
  const chain = exchange.openSession(() => {
    // Submits while the batch is being read: as a market maker's gateway does.
    for (let n = 0; n < 3 && entered < 200; n++) {
      const record = newRecord({ ...buy(`c${entered}`), sessionId: chain });
      if (exchange.submit(record, 0) === REASON_NONE) entered++;
    }
  });
  exchange.subscribe((words, startWord, endWord) => {
    clOrdIds.push(readEvents(words, startWord, endWord)[0].clOrdId);
  });
  const first = new TestSession(exchange);
  exchange.submit(newRecord({ ...buy("first"), sessionId: chain }), 0);
  await until("all were heard", () => clOrdIds.length === 201);
  assert.deepEqual(clOrdIds, ["first", ...Array.from({ length: 200 }, (_, n) => `c${n}`)]);
  assert.equal(first.answers.length, 0);
});

test("a clock that was set back is told by how much", async (t) => {
  const { exchange, directory } = await openListedExchange(t, { nowMicros: () => 7000 });
  assert.equal(exchange.clockBehindMicros, 0);
  await exchange.stop();
  const restarted = await openTestExchange(t, { directory, nowMicros: () => 2000 });
  assert.equal(restarted.exchange.clockBehindMicros, 5000);
});
