import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_ACCEPTED, EVENT_BOOKED, EVENT_END, EVENT_TRADED } from "../codec/event.ts";
import { setPhaseRecord } from "../codec/market-record-for-test.ts";
import {
  cancelAllRecord,
  newRecord,
  newWithTermsRecord,
  readEvents,
} from "../codec/record-for-test.ts";
import { PHASE_CONTINUOUS, PHASE_OPENING_CALL } from "../model/phase.ts";
import { REASON_PHASE } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_GTD, TIF_IOC } from "../model/time-in-force.ts";
import type { Engine } from "./engine.ts";
import { previewed, RecordedEngine, TIME_MICROS_AT_ZERO } from "./engine-for-test.ts";

function eventsOf({ events }: Engine) {
  return readEvents(events.words, 0, events.endWord);
}

test("a preview says what would happen, and nothing happens", () => {
  const recorded = new RecordedEngine();
  recorded.list();
  recorded.apply(newRecord({ clOrdId: "s1", side: SIDE_SELL, priceTicks: 101, orderQtyLots: 5 }));
  const { engine } = recorded;
  const before = { hash: engine.stateHash(), history: engine.events.historyHash };
  const buy = { accountId: 2, clOrdId: "b1", side: SIDE_BUY, priceTicks: 102, orderQtyLots: 8 };

  const preview = previewed(engine, newRecord(buy), TIME_MICROS_AT_ZERO + 99);
  assert.deepEqual(
    eventsOf(preview).map(({ kind, lastPxTicks, lastQtyLots }) => [kind, lastPxTicks, lastQtyLots]),
    [
      [EVENT_ACCEPTED, 0, 0],
      [EVENT_TRADED, 101, 5],
      [EVENT_TRADED, 101, 5],
      [4, 0, 0],
      [EVENT_END, 0, 4],
    ],
  );
  assert.equal(engine.stateHash(), before.hash);
  assert.equal(engine.events.historyHash, before.history);
  assert.equal(engine.sequence, 2);
});

test("a preview inside a call says what the call would trade then, and at what price", () => {
  const recorded = new RecordedEngine();
  recorded.list();
  recorded.apply(setPhaseRecord({ phase: PHASE_OPENING_CALL }));
  recorded.apply(newRecord({ clOrdId: "b1", side: SIDE_BUY, priceTicks: 101, orderQtyLots: 5 }));
  const { engine } = recorded;
  const hash = engine.stateHash();
  const sell = { clOrdId: "s1", side: SIDE_SELL, priceTicks: 99, orderQtyLots: 3 };
  const preview = previewed(engine, newRecord(sell), TIME_MICROS_AT_ZERO + 99);
  const [accepted, booked, indicative] = eventsOf(preview);
  assert.deepEqual([accepted.kind, booked.kind], [EVENT_ACCEPTED, EVENT_BOOKED]);
  assert.deepEqual(indicative.indicative, {
    priceTicks: 101,
    pairedLots: 3,
    imbalanceLots: 2,
    side: SIDE_BUY,
  });
  const immediate = newRecord({ ...sell, timeInForce: TIF_IOC });
  const [rejected] = eventsOf(previewed(engine, immediate, TIME_MICROS_AT_ZERO + 99));
  assert.equal(rejected.reason, REASON_PHASE);
  assert.equal(engine.stateHash(), hash);

  recorded.apply(newRecord(sell));
  const ends = setPhaseRecord({ phase: PHASE_CONTINUOUS });
  const uncross = eventsOf(previewed(engine, ends, TIME_MICROS_AT_ZERO + engine.sequence + 1));
  recorded.apply(ends);
  assert.deepEqual(uncross, eventsOf(engine));
});

test("a preview comes after what is due by then", () => {
  const recorded = new RecordedEngine();
  recorded.list();
  const expireTimeMicros = TIME_MICROS_AT_ZERO + 50;
  const sell = { clOrdId: "s1", side: SIDE_SELL, priceTicks: 100, orderQtyLots: 5 };
  const terms = { expireTimeMicros };
  recorded.apply(newWithTermsRecord({ ...sell, timeInForce: TIF_GTD, terms }));
  const { engine } = recorded;
  const buy = newRecord({ clOrdId: "b1", side: SIDE_BUY, priceTicks: 100, orderQtyLots: 5 });
  const kindsAt = (timeMicros: number) =>
    eventsOf(previewed(engine, buy, timeMicros)).map(({ kind }) => kind);
  assert.ok(kindsAt(expireTimeMicros - 1).includes(EVENT_TRADED));
  assert.ok(!kindsAt(expireTimeMicros).includes(EVENT_TRADED), "expiry precedes it");
});

test("what a preview says is what happens then", () => {
  const recorded = new RecordedEngine();
  recorded.list();
  for (const [n, side] of [SIDE_SELL, SIDE_BUY, SIDE_SELL].entries()) {
    const priceTicks = side === SIDE_SELL ? 101 + n : 99;
    recorded.apply(newRecord({ clOrdId: `o${n}`, side, priceTicks, orderQtyLots: 5 }));
  }
  const { engine } = recorded;
  const records = [
    newRecord({ clOrdId: "b", side: SIDE_BUY, priceTicks: 103, orderQtyLots: 7, accountId: 2 }),
    cancelAllRecord({ accountId: 1 }),
  ];
  for (const record of records) {
    const timeMicros = TIME_MICROS_AT_ZERO + engine.sequence + 1;
    const preview = previewed(engine, record, timeMicros);
    recorded.apply(record);
    assert.deepEqual(eventsOf(preview), eventsOf(engine));
    assert.equal(preview.stateHash(), engine.stateHash());
  }
});
