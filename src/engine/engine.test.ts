import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordBuffer } from "../base/record-buffer.ts";
import {
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_AMEND,
  COMMAND_CANCEL,
  COMMAND_NEW,
} from "../codec/command.ts";
import {
  EVENT_ACCEPTED,
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_CANCELED,
  EVENT_COMMAND_REJECTED,
  EVENT_END,
  EVENT_INSTRUMENT_CREATED,
  EVENT_ORDER_STATUS,
} from "../codec/event.ts";
import {
  amendRecord,
  cancelAllRecord,
  cancelRecord,
  commandRecord,
  createInstrumentRecord,
  type NewOrder,
  newRecord,
  type PlainEvent,
  readEvents,
} from "../codec/record-for-test.ts";
import { EXEC_INST_POST_ONLY, EXEC_INST_SLIDE } from "../model/exec-inst.ts";
import type { Instrument } from "../model/instrument.ts";
import { ORD_TYPE_MARKET } from "../model/ord-type.ts";
import {
  REASON_BOOK_FULL,
  REASON_DUPLICATE_CL_ORD_ID,
  REASON_INSTRUMENT_TERMS,
  REASON_NONE,
  REASON_NOT_PERMITTED,
  REASON_UNKNOWN_COMMAND,
} from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_IOC } from "../model/time-in-force.ts";
import { Engine } from "./engine.ts";
import { RecordedEngine, stamp, TEST_INSTRUMENT, TEST_LIMITS } from "./engine-for-test.ts";
import { verify } from "./verify.ts";

const INT32_MIN = -2_147_483_648;
const INT32_MAX = 2_147_483_647;

function engineOf(terms: Partial<Instrument> = {}): RecordedEngine {
  const recorded = new RecordedEngine();
  recorded.list({ ...TEST_INSTRUMENT, ...terms });
  return recorded;
}

function buy(clOrdId: string, orderQtyLots: number, priceTicks: number): NewOrder {
  return { clOrdId, side: SIDE_BUY, orderQtyLots, priceTicks };
}

function sell(clOrdId: string, orderQtyLots: number, priceTicks: number): NewOrder {
  return { clOrdId, side: SIDE_SELL, orderQtyLots, priceTicks };
}

function queryOf(engine: Engine): PlainEvent[] {
  return readEvents(engine.events.words, 0, engine.events.endWord);
}

test("a command that leaves a place in the sequence out is a bug of the caller", () => {
  const engine = new Engine(TEST_LIMITS);
  const record = newRecord(buy("a", 1, 1));
  stamp(record, 2);
  assert.throws(() => engine.apply(record, 0), /in sequence/);
});

test("the end mark repeats whose command it was, and counts the events", () => {
  const { engine } = engineOf();
  const record = newRecord({ ...buy("a", 1, 1), accountId: 9, sessionId: 77 });
  stamp(record, 2);
  engine.apply(record, 0);
  const end = queryOf(engine).at(-1)!;
  const { kind, accountId, sessionId, instrumentId, commandKind, lastQtyLots } = end;
  assert.deepEqual(
    { kind, accountId, sessionId, instrumentId, commandKind, lastQtyLots },
    {
      kind: EVENT_END,
      accountId: 9,
      sessionId: 77,
      instrumentId: 1,
      commandKind: COMMAND_NEW,
      lastQtyLots: 1,
    },
  );
});

test("an event carries its command's sequence and time", () => {
  const recorded = engineOf();
  const [first] = recorded.apply(newRecord(buy("a", 1, 1)));
  const [second] = recorded.apply(newRecord(buy("b", 1, 1)));
  assert.deepEqual([first.sequence, second.sequence], [2, 3]);
  assert.equal(second.timeMicros - first.timeMicros, 1);
});

test("a refusal says which kind of command it refuses", () => {
  const recorded = engineOf();
  recorded.apply(newRecord(buy("a", 1, 1)));
  const refused = [
    newRecord(buy("a", 1, 1)),
    cancelRecord({ clOrdId: "x" }),
    amendRecord({ clOrdId: "a" }),
    amendRecord({ clOrdId: "x" }),
  ].map((record) => recorded.apply(record)[0].commandKind);
  assert.deepEqual(refused, [COMMAND_NEW, COMMAND_CANCEL, COMMAND_AMEND, COMMAND_AMEND]);
});

test("a market order's price is ignored and reported as 0", () => {
  const recorded = engineOf();
  const order = { ...buy("a", 1, 123), ordType: ORD_TYPE_MARKET, timeInForce: TIF_IOC };
  assert.deepEqual(
    recorded.apply(newRecord(order)).map(({ priceTicks }) => priceTicks),
    [0, 0],
  );
});

test("a command of a kind that nobody knows is refused, and the next one is applied", () => {
  const recorded = engineOf();
  const record = commandRecord();
  record.bytes.set([1, 200, 1]);
  const [event] = recorded.apply(record);
  assert.deepEqual([event.kind, event.reason], [EVENT_COMMAND_REJECTED, REASON_UNKNOWN_COMMAND]);
  assert.equal(event.commandKind, 200);
  assert.equal(recorded.apply(newRecord(buy("a", 1, 1)))[0].kind, EVENT_ACCEPTED);
});

test("queries answer with the account's own resting orders and leave no trace", () => {
  const recorded = engineOf();
  const { engine } = recorded;
  for (const [accountId, clOrdId] of [
    [1, "a"],
    [2, "b"],
    [1, "c"],
  ] as const) {
    recorded.apply(newRecord({ ...buy(clOrdId, 5, 10), accountId }));
  }
  recorded.apply(newRecord({ ...sell("s", 2, 10), accountId: 3 }));
  const hashes = [engine.stateHash(), engine.events.historyHash];

  engine.reportOpenOrders(1, 0, 10);
  const orders = queryOf(engine);
  assert.deepEqual(
    orders.map(({ kind, clOrdId, cumQtyLots, leavesQtyLots }) => {
      return [kind, clOrdId, cumQtyLots, leavesQtyLots];
    }),
    [
      [EVENT_ORDER_STATUS, "c", 0, 5],
      [EVENT_ORDER_STATUS, "a", 2, 3],
      [EVENT_END, "", 0, 0],
    ],
  );
  const counts = (query: () => void) => {
    query();
    return queryOf(engine).length - 1;
  };
  const idWords = new Int32Array(newRecord(buy("a", 1, 1)).words.slice(8, 12));
  assert.equal(
    counts(() => engine.reportOpenOrders(1, 0, 1)),
    1,
  );
  assert.equal(
    counts(() => engine.reportOpenOrders(1, 99, 10)),
    0,
  );
  assert.equal(
    counts(() => engine.reportOpenOrders(9, 0, 10)),
    0,
  );
  assert.equal(
    counts(() => engine.reportOrder(1, 1)),
    1,
  );
  assert.equal(
    counts(() => engine.reportOrder(2, 1)),
    0,
    "somebody else's order",
  );
  assert.equal(
    counts(() => engine.reportOrder(1, 4)),
    0,
    "an ended order",
  );
  assert.equal(
    counts(() => engine.reportOrderByClOrdId(1, idWords)),
    1,
  );
  assert.equal(
    counts(() => engine.reportOrderByClOrdId(2, idWords)),
    0,
  );
  assert.equal(
    counts(() => engine.reportOrderByClOrdId(8, idWords)),
    0,
  );
  assert.deepEqual([engine.stateHash(), engine.events.historyHash], hashes);
});

test("an instrument whose terms contradict each other is refused", () => {
  const unsound: Partial<Instrument>[] = [
    { instrumentId: 0 },
    { priceTicksMin: 2, priceTicksMax: 1 },
    { orderQtyLotsMin: 0 },
    { orderQtyLotsMin: 11, orderQtyLotsMax: 10 },
    { tickUnits: 0 },
    { lotUnits: 0 },
    { priceDecimals: 10 },
    { qtyDecimals: 10 },
    { priceTicksMin: INT32_MIN, orderQtyLotsMax: 4_194_304 },
    { symbol: "xyz" },
    { symbol: "" },
    { currency: "US$" },
  ];
  for (const terms of unsound) {
    const [event] = new RecordedEngine().list({ ...TEST_INSTRUMENT, ...terms });
    assert.equal(event.reason, REASON_INSTRUMENT_TERMS, JSON.stringify(terms));
  }
  const widest = { priceTicksMin: INT32_MIN, orderQtyLotsMax: 4_194_303 };
  const [event] = new RecordedEngine().list({ ...TEST_INSTRUMENT, ...widest });
  assert.equal(event.kind, EVENT_INSTRUMENT_CREATED);
});

test("only the operator lists instruments", () => {
  const recorded = new RecordedEngine();
  const record = createInstrumentRecord(TEST_INSTRUMENT);
  record.words[COMMAND_ACCOUNT_ID_WORD] = 1;
  const [refused] = recorded.apply(record);
  assert.deepEqual([refused.kind, refused.reason], [EVENT_COMMAND_REJECTED, REASON_NOT_PERMITTED]);
  assert.deepEqual([refused.accountId, refused.instrumentId], [1, 1]);
  const [listed] = recorded.list();
  assert.equal(listed.kind, EVENT_INSTRUMENT_CREATED);
});

test("an engine knows the time of its last command, restored too", () => {
  const recorded = engineOf();
  recorded.apply(newRecord(buy("a", 1, 5)));
  const [{ timeMicros }] = recorded.answer();
  recorded.engine.reportOpenOrders(1, 0, 10);
  assert.equal(recorded.engine.timeMicros, timeMicros);
  const restored = new Engine(TEST_LIMITS);
  assert.equal(restored.timeMicros, 0);
  restored.restore(recorded.engine.snapshot());
  assert.equal(restored.timeMicros, timeMicros);
});

test("a book without room for one more price refuses new orders and amends that need one", () => {
  const recorded = new RecordedEngine(); // Its ladders have 4096 nodes for all prices together.
  recorded.list({ ...TEST_INSTRUMENT, priceTicksMin: INT32_MIN, priceTicksMax: INT32_MAX });
  const priceOf = (n: number) => INT32_MIN + n * 1_000_000;
  let resting = 0;
  let reason = REASON_NONE;
  while (reason === REASON_NONE) {
    const [event] = recorded.apply(newRecord(buy(`o${resting}`, 2, priceOf(resting))));
    reason = event.reason;
    if (reason === REASON_NONE) resting++;
  }
  assert.equal(reason, REASON_BOOK_FULL);
  const [moved] = recorded.apply(amendRecord({ clOrdId: "o0", priceTicks: priceOf(0) + 500_000 }));
  assert.deepEqual([moved.kind, moved.reason], [EVENT_AMEND_REJECTED, REASON_BOOK_FULL]);
  const [larger] = recorded.apply(amendRecord({ clOrdId: "o0", orderQtyLots: 3 }));
  assert.equal(larger.kind, EVENT_AMENDED, "the tail of its own level needs no room");
  const [best] = recorded.apply(newRecord({ ...sell("s", 2, priceOf(resting - 1)), accountId: 2 }));
  assert.equal(best.kind, EVENT_ACCEPTED, "an order that trades whole needs no room");
});

test("a level never sums up to a quantity that a double cannot hold exactly", () => {
  const orderQtyLotsMax = Number.MAX_SAFE_INTEGER;
  const recorded = engineOf({ priceTicksMin: 0, priceTicksMax: 1, orderQtyLotsMax });
  const enter = (clOrdId: string, orderQtyLots: number, priceTicks = 1) =>
    recorded.apply(newRecord(buy(clOrdId, orderQtyLots, priceTicks)))[0].reason;
  const half = 4_503_599_627_370_496;
  assert.equal(enter("largest", orderQtyLotsMax), REASON_BOOK_FULL);
  assert.equal(enter("a", half - 3), REASON_NONE);
  assert.equal(enter("b", half), REASON_BOOK_FULL);
  assert.equal(enter("small", 3), REASON_NONE);
  assert.equal(enter("c", half, 0), REASON_NONE);
  const [amended] = recorded.apply(amendRecord({ clOrdId: "small", orderQtyLots: half }));
  assert.equal(amended.reason, REASON_BOOK_FULL);
  const [same] = recorded.apply(amendRecord({ clOrdId: "c", orderQtyLots: half, joinsTail: true }));
  assert.equal(same.kind, EVENT_AMENDED, "its own lots do not stand in its way");
});

test("an order reduced below the minimum can still be moved", () => {
  const recorded = engineOf({ orderQtyLotsMin: 10 });
  recorded.apply(newRecord(buy("a", 20, 5)));
  recorded.apply(cancelRecord({ clOrdId: "a", reduceByLots: 15 }));
  const [event] = recorded.apply(amendRecord({ clOrdId: "a", priceTicks: 6 }));
  assert.deepEqual([event.kind, event.leavesQtyLots], [EVENT_AMENDED, 5]);
});

test("the ids of the last 65,536 ended orders are still known, older ones are forgotten", () => {
  const limits = { ...TEST_LIMITS, closedIdsMax: 65_536 };
  const { engine } = new RecordedEngine(limits);
  const outcomeOf = (record: RecordBuffer) => {
    stamp(record, engine.sequence + 1);
    engine.apply(record, 0);
    return readEvents(engine.events.words, 0, 128 / 4)[0].reason;
  };
  const recorded = new RecordedEngine(limits);
  recorded.list();
  engine.restore(recorded.engine.snapshot());
  const ioc = (clOrdId: string) => newRecord({ ...buy(clOrdId, 1, 1), timeInForce: TIF_IOC });
  for (let n = 0; n < 65_536; n++) assert.equal(outcomeOf(ioc(`n${n}`)), REASON_NONE);
  assert.equal(outcomeOf(ioc("n0")), REASON_DUPLICATE_CL_ORD_ID);
  assert.equal(outcomeOf(ioc("one-more")), REASON_NONE);
  assert.equal(outcomeOf(ioc("n0")), REASON_NONE, "the oldest made room");
  assert.equal(outcomeOf(ioc("n2")), REASON_DUPLICATE_CL_ORD_ID);
  verify(engine.tables);
});

test("a batch larger than the event buffer is written whole", () => {
  const recorded = engineOf();
  for (let n = 0; n < 1500; n++) recorded.apply(newRecord(buy(`o${n}`, 1, 5)));
  const events = recorded.apply(cancelAllRecord({}));
  assert.equal(events.length, 1500);
  assert.deepEqual(
    events.map(({ kind, index }, n) => [kind, index === n]),
    Array.from({ length: 1500 }, () => [EVENT_CANCELED, true]),
  );
});

test("every 4096th end mark carries the hash of all events so far, and no other does", () => {
  const recorded = engineOf();
  const { engine } = recorded;
  for (let sequence = 2; sequence <= 4097; sequence++) {
    const record = newRecord(buy(`o${sequence}`, 1, 5));
    stamp(record, sequence);
    engine.apply(record, 0);
    const end = queryOf(engine).at(-1)!;
    const expected = sequence === 4096 ? engine.events.historyHash >>> 0 : 0;
    assert.equal(end.historyHash, expected);
  }
});

test("an end mark says nothing of what stood in its place before, nor does an answer's", () => {
  const recorded = engineOf();
  const { engine } = recorded;
  const batchOf = (order: NewOrder) => {
    recorded.apply(newRecord(order));
    return queryOf(engine);
  };
  const made: PlainEvent[][] = [
    batchOf(sell("a", 5, 100)),
    batchOf({ ...buy("b", 5, 100), accountId: 2 }),
    batchOf(sell("c", 5, 100)),
    batchOf({ ...buy("d", 7, 100), accountId: 2 }),
    batchOf(sell("e", 5, 200)),
    batchOf(sell("f", 5, 200)),
  ];
  engine.reportOpenOrders(1, 0, 10);
  made.push(queryOf(engine), batchOf(sell("g", 5, 200)));

  const told = made.map((events) => {
    const mark = Object.entries(events.at(-1)!).filter(([, value]) => value !== 0 && value !== "");
    return [events.length, mark.map(([name]) => name).join(" ")];
  });
  const common = "index instrumentId sequence timeMicros accountId";
  const command = `kind ${common} sessionId lastQtyLots commandKind`;
  assert.deepEqual(told, [
    [2, command],
    [4, command],
    [2, command],
    [5, command],
    [2, command],
    [2, command],
    [3, "kind index sequence lastQtyLots"],
    [2, command],
  ]);
});

test("a refused order is told with the price that it was sent with, not the one it slid to", () => {
  const recorded = new RecordedEngine({ ...TEST_LIMITS, ordersMax: 1 });
  recorded.list();
  recorded.apply(newRecord(sell("a", 5, 100)));
  const execInst = EXEC_INST_POST_ONLY | EXEC_INST_SLIDE;
  const [rejected] = recorded.apply(newRecord({ ...buy("b", 5, 102), execInst }));
  assert.equal(rejected.reason, REASON_BOOK_FULL);
  assert.equal(rejected.priceTicks, 102);
});
