import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_TRIGGERED, EVENT_WORDS, eventKindOf } from "../codec/event.ts";
import { newRecord, newWithTermsRecord } from "../codec/record-for-test.ts";
import { ORD_TYPE_STOP } from "../model/ord-type.ts";
import { TRIGGER_QUOTE } from "../model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { Engine } from "./engine.ts";
import { RecordedEngine, stamp, TEST_LIMITS } from "./engine-for-test.ts";
import { ENGINE_LIMITS } from "./engine-limits.ts";
import { CASCADE_MAX } from "./triggers.ts";
import { verify } from "./verify.ts";

const WAITING = 3;

test("one command fires so many orders at most; the others wait for the next one", () => {
  const listed = new RecordedEngine(TEST_LIMITS);
  listed.list();
  const engine = new Engine({ ...TEST_LIMITS, ordersMax: ENGINE_LIMITS.ordersMax });
  engine.restore(listed.engine.snapshot());
  const triggeredBy = (record: ReturnType<typeof newRecord>): number => {
    stamp(record, engine.sequence + 1);
    engine.apply(record, 0);
    const { words, endWord } = engine.events;
    let count = 0;
    for (let at = 0; at < endWord; at += EVENT_WORDS) {
      if (eventKindOf(words, at) === EVENT_TRIGGERED) count++;
    }
    return count;
  };
  const terms = { stopPxTicks: 110, triggerSource: TRIGGER_QUOTE };
  for (let n = 0; n < CASCADE_MAX + WAITING; n++) {
    const stop = { clOrdId: `s${n}`, side: SIDE_BUY, orderQtyLots: 1, ordType: ORD_TYPE_STOP };
    triggeredBy(newWithTermsRecord({ ...stop, terms }));
  }
  const ask = { side: SIDE_SELL, priceTicks: 120, orderQtyLots: 1_000_000, accountId: 2 };
  assert.equal(triggeredBy(newRecord({ ...ask, clOrdId: "a1" })), CASCADE_MAX);
  assert.equal(engine.tables.states.specialsCountOf(0), WAITING);
  verify(engine.tables);
  assert.equal(triggeredBy(newRecord({ ...ask, clOrdId: "a2" })), WAITING);
  assert.equal(engine.tables.states.specialsCountOf(0), 0);
  verify(engine.tables);
});
