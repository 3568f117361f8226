// The hot path allocates nothing per command: measured, not hoped for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../base/prng.ts";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { amendRecord, cancelAllRecord, cancelRecord, newRecord } from "../codec/record-for-test.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";
import { Engine } from "./engine.ts";
import { RecordedEngine, stamp, TEST_LIMITS } from "./engine-for-test.ts";

const WARM_UP_COMMANDS = 200_000;
/** Commands of one window, and windows: what the compiler still makes for itself is not in all. */
const COMMANDS = 400_000;
const WINDOWS = 4;
/** A boxed number a command would be 12 bytes and more. */
const BYTES_PER_COMMAND_MAX = 1;
/** Different records; each is told again and again under another client order id. */
const RECORDS = 1000;

function mixedRecords(): RecordBuffer[] {
  const random = new Prng(7);
  return Array.from({ length: RECORDS }, (_, n) => {
    const accountId = 1 + random.nextBelow(20);
    const priceTicks = 1000 + random.nextBetween(-20, 20);
    const side = 1 + random.nextBelow(2);
    const clOrdId = `order-${random.nextBelow(RECORDS)}`;
    const orderQtyLots = random.nextBetween(1, 100);
    if (n % 200 === 0) return cancelAllRecord({ accountId });
    switch (random.nextBelow(10)) {
      case 0:
      case 1:
        return cancelRecord({ accountId, clOrdId });
      case 2:
        return cancelRecord({ accountId, clOrdId, reduceByLots: 3 });
      case 3:
      case 4:
        return amendRecord({ accountId, clOrdId, priceTicks, orderQtyLots });
      default: {
        const timeInForce = [TIF_GTC, TIF_GTC, TIF_GTC, TIF_IOC, TIF_FOK][random.nextBelow(5)];
        return newRecord({ accountId, clOrdId, side, priceTicks, orderQtyLots, timeInForce });
      }
    }
  });
}

function applyMany(engine: Engine, records: readonly RecordBuffer[], count: number): void {
  for (let n = 0; n < count; n++) {
    const record = records[n % RECORDS];
    stamp(record, engine.sequence + 1);
    engine.apply(record, 0);
  }
}

/** Bytes of the heap that a command of one window makes; nothing is collected meanwhile. */
function bytesPerCommand(engine: Engine, records: readonly RecordBuffer[]): number {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  applyMany(engine, records, COMMANDS);
  return (process.memoryUsage().heapUsed - before) / COMMANDS;
}

test("mixed commands leave the heap as it was", (t) => {
  if (globalThis.gc === undefined) {
    t.skip("needs node --expose-gc, as npm test has it");
    return;
  }
  // Few closed ids, so that the same ids are new orders again and again.
  const limits = { ...TEST_LIMITS, closedIdsMax: 100 };
  const listed = new RecordedEngine(limits);
  listed.list();
  const engine = new Engine(limits);
  engine.restore(listed.engine.snapshot());
  const records = mixedRecords();
  applyMany(engine, records, WARM_UP_COMMANDS);
  const tradesBefore = engine.events.historyHash;

  const tablesBytes = process.memoryUsage().arrayBuffers;
  const windows = Array.from({ length: WINDOWS }, () => bytesPerCommand(engine, records));
  t.diagnostic(`${windows.map((bytes) => bytes.toFixed(3)).join(", ")} bytes a command`);
  assert.notEqual(engine.events.historyHash, tradesBefore);
  assert.ok(Math.min(...windows) <= BYTES_PER_COMMAND_MAX, `expected <= 1 byte, found ${windows}`);
  const grownBytes = process.memoryUsage().arrayBuffers - tablesBytes;
  assert.ok(grownBytes <= 0, `no table grew once all was warm: ${grownBytes} bytes`);
});
