// Where very many prices cross, what a call would trade is looked at so often and then by and by.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { EVENT_INDICATIVE } from "../codec/event.ts";
import { setPhaseRecord } from "../codec/market-record-for-test.ts";
import { createInstrumentRecord, newRecord, readEvents } from "../codec/record-for-test.ts";
import { PHASE_VOLATILITY_CALL } from "../model/phase.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { Engine } from "./engine.ts";
import { stamp, TEST_INSTRUMENT, TEST_LIMITS } from "./engine-for-test.ts";
import { LOOKS_FORGIVEN, LOOKS_MAX } from "./indications.ts";

const PRICES = 3000;
const FAR_TICKS = -1000;

test("what a call would trade is told after each command until it has cost too much", () => {
  const engine = new Engine(TEST_LIMITS);
  let orders = 0;
  const tells = (record: RecordBuffer): boolean => {
    stamp(record, engine.sequence + 1);
    engine.apply(record, 0);
    const events = readEvents(engine.events.words, 0, engine.events.endWord);
    return events.some(({ kind }) => kind === EVENT_INDICATIVE);
  };
  const enter = (side: number, priceTicks: number): boolean => {
    return tells(newRecord({ clOrdId: `o${++orders}`, side, priceTicks, orderQtyLots: 1 }));
  };
  tells(createInstrumentRecord(TEST_INSTRUMENT));
  for (let n = 0; n < PRICES; n++) enter(SIDE_BUY, 100 + n);
  tells(setPhaseRecord({ phase: PHASE_VOLATILITY_CALL, instrumentId: 1 }));
  assert.ok(enter(SIDE_SELL, 1));
  assert.ok(enter(SIDE_SELL, 1));
  const { calls } = engine.tables;
  while (calls.looksOf(0) <= LOOKS_MAX + LOOKS_FORGIVEN) enter(SIDE_BUY, FAR_TICKS);
  assert.ok(!enter(SIDE_SELL, 1), "it is not its turn");
  let commands = 0;
  while (!enter(SIDE_BUY, FAR_TICKS)) commands++;
  assert.ok(commands <= PRICES / LOOKS_FORGIVEN);
});
