// An all-or-none order that nearly trades is tried in vain so often and no more; it trades once its
// turn comes, on an engine that was restored as well.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { createInstrumentRecord, newRecord } from "../codec/record-for-test.ts";
import { EXEC_INST_ALL_OR_NONE } from "../model/exec-inst.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { Engine } from "./engine.ts";
import { stamp, TEST_INSTRUMENT, TEST_LIMITS } from "./engine-for-test.ts";
import { verify } from "./verify.ts";
import { LOOKS_FORGIVEN, LOOKS_MAX } from "./whole-retries.ts";

const ASKS = 3000;
const MISSING_LOTS = 20;
const FAR_TICKS = 5;
/** More than a try in vain costs at most, by what each command makes up for. */
const COMMANDS_MAX = 1 + ASKS / LOOKS_FORGIVEN;

class Venue {
  engine = new Engine(TEST_LIMITS);
  #orders = 0;

  apply(record: RecordBuffer): void {
    stamp(record, this.engine.sequence + 1);
    this.engine.apply(record, 0);
  }

  enter(side: number, priceTicks: number, orderQtyLots: number, execInst = 0): void {
    const clOrdId = `o${++this.#orders}`;
    const accountId = side === SIDE_BUY ? 1 : 2;
    this.apply(newRecord({ clOrdId, accountId, side, priceTicks, orderQtyLots, execInst }));
  }

  get looks(): number {
    return this.engine.tables.states.looksOf(0);
  }

  get wholesCount(): number {
    return this.engine.tables.states.allOrNoneCountOf(0);
  }
}

test("an all-or-none order is tried in vain so often, and then by and by", () => {
  const venue = new Venue();
  venue.apply(createInstrumentRecord(TEST_INSTRUMENT));
  for (let n = 0; n < ASKS; n++) venue.enter(SIDE_SELL, 100 + (n % 7), 1);
  // Too large for the end of the other one, small enough for its beginning.
  venue.enter(SIDE_SELL, 200, 2 * MISSING_LOTS, EXEC_INST_ALL_OR_NONE);
  venue.enter(SIDE_BUY, 200, ASKS + MISSING_LOTS, EXEC_INST_ALL_OR_NONE);
  let commands = 0;
  for (; venue.looks <= LOOKS_MAX + LOOKS_FORGIVEN; commands++) venue.enter(SIDE_BUY, FAR_TICKS, 1);
  assert.ok(commands > LOOKS_MAX / ASKS);
  venue.enter(SIDE_SELL, 150, MISSING_LOTS);
  assert.equal(venue.wholesCount, 2, "what it lacked has come, and it is not its turn");

  const restored = new Engine(TEST_LIMITS);
  restored.restore(venue.engine.snapshot());
  const original = venue.engine;
  commands = 0;
  for (; venue.wholesCount === 2 && commands <= COMMANDS_MAX; commands++) {
    venue.enter(SIDE_BUY, FAR_TICKS, 1);
  }
  assert.ok(commands <= COMMANDS_MAX);
  verify(original.tables);
  venue.engine = restored;
  for (let n = 0; n < commands; n++) venue.enter(SIDE_BUY, FAR_TICKS, 1);
  assert.equal(venue.wholesCount, 1);
  assert.equal(restored.tables.states.lastPxTicksOf(0), original.tables.states.lastPxTicksOf(0));
});
