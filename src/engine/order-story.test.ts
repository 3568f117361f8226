import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { EVENT_ACCEPTED, EVENT_TRADED } from "../codec/event.ts";
import { setPhaseRecord } from "../codec/market-record-for-test.ts";
import { newRecord, newWithTermsRecord } from "../codec/record-for-test.ts";
import { ALLOCATION_PRO_RATA, ALLOCATION_PRO_RATA_TOP } from "../model/allocation.ts";
import { EXEC_INST_ALL_OR_NONE, EXEC_INST_HIDDEN } from "../model/exec-inst.ts";
import { ORD_TYPE_STOP } from "../model/ord-type.ts";
import type { StoryLine } from "../model/order-story.ts";
import { PHASE_CONTINUOUS, PHASE_OPENING_CALL } from "../model/phase.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { RecordedEngine, TEST_INSTRUMENT } from "./engine-for-test.ts";
import { OrderStory } from "./order-story.ts";

const LINES_MAX = 100;
let idsMade = 0;

function order(side: number, orderQtyLots: number, priceTicks: number, execInst = 0): RecordBuffer {
  idsMade++;
  return newRecord({ clOrdId: `o${idsMade}`, side, orderQtyLots, priceTicks, execInst });
}

/** The story of the order with this id, while the engine is told `records`. */
function storyOf(orderId: number, records: readonly RecordBuffer[], linesMax = LINES_MAX) {
  const recorded = new RecordedEngine();
  const story = new OrderStory(recorded.engine, orderId, linesMax);
  recorded.list();
  for (const record of records) {
    recorded.apply(record);
    story.observe();
  }
  return story;
}

function shortOf(line: StoryLine): unknown[] {
  if (line.what === "event") return ["event", line.eventKind, line.leavesQtyLots];
  if (line.what === "place") return ["place", line.where, line.ordersAhead, line.lotsAhead];
  return ["passed", line.orderId, line.lastQtyLots, line.why];
}

test("an order learns who stood before it and who was served first", () => {
  const { lines } = storyOf(3, [
    order(SIDE_BUY, 5, 101),
    order(SIDE_BUY, 4, 100),
    order(SIDE_BUY, 3, 100),
    order(SIDE_SELL, 5, 100),
    order(SIDE_SELL, 4, 100),
    order(SIDE_SELL, 1, 100),
  ]);
  assert.deepEqual(lines.map(shortOf), [
    ["event", EVENT_ACCEPTED, 3],
    ["place", "displayed", 2, 9],
    ["passed", 1, 5, "better price"],
    ["passed", 2, 4, "earlier at its price"],
    ["event", EVENT_TRADED, 2],
    ["place", "displayed", 0, 0],
  ]);
});

test("a hidden order is passed over by displayed ones that came after it", () => {
  const { lines } = storyOf(1, [
    order(SIDE_SELL, 5, 100, EXEC_INST_HIDDEN),
    order(SIDE_SELL, 2, 100),
    order(SIDE_BUY, 2, 100),
  ]);
  assert.deepEqual(shortOf(lines[3] ?? lines[0]), ["passed", 2, 2, "displayed before dark"]);
});

test("among hidden orders the older one comes first", () => {
  const { lines } = storyOf(2, [
    order(SIDE_SELL, 5, 100, EXEC_INST_HIDDEN),
    order(SIDE_SELL, 5, 100, EXEC_INST_HIDDEN),
    order(SIDE_BUY, 2, 100),
  ]);
  const passed = lines.filter(({ what }) => what === "passed").map(shortOf);
  assert.deepEqual(passed, [["passed", 1, 2, "earlier at its price"]]);
});

test("the public is not told which slices are of one iceberg, nor who is hidden", () => {
  const recorded = new RecordedEngine();
  const story = new OrderStory(recorded.engine, 3, LINES_MAX, false);
  recorded.list();
  const iceberg = { clOrdId: "ice", side: SIDE_SELL, priceTicks: 99, orderQtyLots: 9 };
  const records = [
    newWithTermsRecord({ ...iceberg, terms: { displayQtyLots: 2 } }),
    order(SIDE_SELL, 1, 98, EXEC_INST_HIDDEN),
    order(SIDE_SELL, 5, 100),
    order(SIDE_SELL, 1, 100),
    order(SIDE_SELL, 1, 97),
    order(SIDE_BUY, 6, 99),
  ];
  for (const record of records) {
    recorded.apply(record);
    story.observe();
  }
  const ids = story.lines.flatMap((line) => (line.what === "passed" ? [line.orderId] : []));
  assert.equal(ids.length, 4);
  assert.equal(ids.filter((orderId) => orderId === 0).length, 3);
});

test("where a level is shared nobody is passed over for his age", () => {
  for (const allocation of [ALLOCATION_PRO_RATA, ALLOCATION_PRO_RATA_TOP]) {
    const recorded = new RecordedEngine();
    const story = new OrderStory(recorded.engine, 2, LINES_MAX);
    recorded.list({ ...TEST_INSTRUMENT, allocation });
    const records = [
      order(SIDE_BUY, 30, 100),
      order(SIDE_BUY, 1, 100),
      order(SIDE_BUY, 60, 100),
      order(SIDE_BUY, 1, 101),
      order(SIDE_SELL, 21, 100),
    ];
    for (const record of records) {
      recorded.apply(record);
      story.observe();
    }
    const passed = story.lines.filter((line) => line.what === "passed").map(shortOf);
    const shared = passed.slice(1).map((line) => line.at(-1));
    assert.deepEqual(passed[0], ["passed", 4, 1, "better price"]);
    assert.deepEqual(new Set(shared), new Set(["the level is shared pro rata"]));
  }
});

test("an all-or-none order is passed over by what is too small for it", () => {
  const { lines } = storyOf(1, [
    order(SIDE_SELL, 50, 100, EXEC_INST_ALL_OR_NONE),
    order(SIDE_SELL, 2, 100),
    order(SIDE_BUY, 2, 100),
  ]);
  assert.deepEqual(shortOf(lines[3] ?? lines[0]), ["passed", 2, 2, "trades whole or not at all"]);
});

test("a stop that waits is not served, and says what for", () => {
  const terms = { stopPxTicks: 120 };
  const stop = { clOrdId: "stop", side: SIDE_BUY, orderQtyLots: 5, ordType: ORD_TYPE_STOP, terms };
  const { lines } = storyOf(1, [
    newWithTermsRecord(stop),
    order(SIDE_BUY, 2, 100),
    order(SIDE_SELL, 2, 100),
  ]);
  assert.deepEqual(lines.map(shortOf), [
    ["event", EVENT_ACCEPTED, 5],
    ["place", "waiting for a price", 0, 0],
    ["passed", 2, 2, "waits for a price"],
  ]);
});

test("in a call an order learns of all who traded instead of it, older or younger, and why", () => {
  const passedIn = (orderId: number) =>
    storyOf(orderId, [
      order(SIDE_BUY, 5, 100),
      order(SIDE_BUY, 5, 98),
      setPhaseRecord({ phase: PHASE_OPENING_CALL }),
      order(SIDE_BUY, 2, 102),
      order(SIDE_SELL, 5, 99),
      order(SIDE_BUY, 2, 101),
      setPhaseRecord({ phase: PHASE_CONTINUOUS }),
    ])
      .lines.filter(({ what }) => what === "passed")
      .map(shortOf);
  assert.deepEqual(passedIn(1), [
    ["passed", 3, 2, "first in the call"],
    ["passed", 5, 2, "first in the call"],
  ]);
  assert.deepEqual(passedIn(2), [
    ["passed", 3, 2, "better price"],
    ["passed", 5, 2, "better price"],
    ["passed", 1, 1, "better price"],
  ]);
});

test("a long story is cut and says how much was left out", () => {
  const story = storyOf(1, [order(SIDE_BUY, 5, 100), order(SIDE_SELL, 1, 100)], 3);
  assert.equal(story.lines.length, 3);
  assert.equal(story.untoldCount, 1);
});
