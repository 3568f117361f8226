// Every trade of random orders against the bands, worked out anew from the events alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../base/prng.ts";
import { RecordBuffer } from "../base/record-buffer.ts";
import { COMMAND_BYTES_MAX } from "../codec/command.ts";
import {
  EVENT_PHASE_CHANGED,
  EVENT_TRADED,
  EVENT_TRIGGERED,
  FLAG_AGGRESSOR,
} from "../codec/event.ts";
import { writeSetBands, writeSetCascadeLimit } from "../codec/guard-command.ts";
import {
  amendRecord,
  cancelAllRecord,
  cancelRecord,
  clockRecord,
  newRecord,
  newWithTermsRecord,
  type PlainEvent,
} from "../codec/record-for-test.ts";
import { ORD_TYPE_MARKET, ORD_TYPE_STOP } from "../model/ord-type.ts";
import { REASON_CASCADE, REASON_PRICE_BAND } from "../model/reasons.ts";
import { SIDE_BUY } from "../model/side.ts";
import { TIF_FOK, TIF_IOC } from "../model/time-in-force.ts";
import { RecordedEngine, TEST_LIMITS, TIME_MICROS_AT_ZERO } from "./engine-for-test.ts";

const SEED = 20_261_128;
const COMMANDS = 6000;
const SNAPSHOT_EVERY = 500;
const REFERENCE = 100;
const STATIC_WIDTH = 8;
const DYNAMIC_WIDTH = 3;
const CALL_MICROS = 30;
const CASCADE_MAX = 1;
const ACCOUNT_IDS = [1, 2, 3, 4];

class BandedTrading {
  readonly recorded = new RecordedEngine({ ...TEST_LIMITS, closedIdsMax: 200 });
  readonly #random = new Prng(SEED);
  #micros = TIME_MICROS_AT_ZERO;
  #orders = 0;

  constructor() {
    this.recorded.list();
    this.#say((record) =>
      writeSetBands(record, 0, 1, {
        instrumentId: 1,
        isBasisPoints: false,
        staticReferenceTicks: REFERENCE,
        staticWidth: STATIC_WIDTH,
        dynamicWidth: DYNAMIC_WIDTH,
        callMicros: CALL_MICROS,
        callRandomMicros: CALL_MICROS,
      }),
    );
    const cascade = { instrumentId: 1, ordersMax: CASCADE_MAX };
    const times = { haltMicros: CALL_MICROS, callMicros: CALL_MICROS };
    this.#say((record) => writeSetCascadeLimit(record, 0, 1, { ...cascade, ...times }));
  }

  /** What is due comes first. Its events are nobody's here: an uncross is not measured. */
  passTime(): void {
    this.#micros += this.#random.nextBelow(30);
    while (this.recorded.engine.nextTimerMicros <= this.#micros) {
      this.recorded.apply(clockRecord({ accountId: 0 }), this.#micros);
    }
  }

  /** Whoever stands beyond the bands would breach them again and again. */
  clear(): void {
    for (const accountId of ACCOUNT_IDS) this.#apply(cancelAllRecord({ accountId }));
  }

  next(): PlainEvent[] {
    const random = this.#random;
    const asker = { accountId: ACCOUNT_IDS[random.nextBelow(ACCOUNT_IDS.length)] };
    const clOrdId = `o${Math.max(0, this.#orders - random.nextBelow(30))}`;
    const priceTicks = REFERENCE + random.nextBetween(-9, 9);
    const order = { ...this.#order(), ...asker, priceTicks };
    switch (random.nextBelow(9)) {
      case 0:
        return this.#apply(cancelRecord({ ...asker, clOrdId, instrumentId: 0 }));
      case 1:
        return this.#apply(amendRecord({ ...asker, clOrdId, instrumentId: 0, priceTicks }));
      case 2:
      case 3: {
        const stop = { ...order, ordType: ORD_TYPE_STOP, priceTicks: 0 };
        const away = (order.side === SIDE_BUY ? 1 : -1) * random.nextBetween(1, 2);
        const stopPxTicks = this.recorded.engine.tables.states.lastPxTicksOf(0) + away;
        return this.#apply(newWithTermsRecord({ ...stop, terms: { stopPxTicks } }));
      }
      case 4: {
        const timeInForce = random.nextChance(1, 2) ? TIF_IOC : TIF_FOK;
        return this.#apply(newRecord({ ...order, ordType: ORD_TYPE_MARKET, timeInForce }));
      }
      case 5:
        return this.#apply(newWithTermsRecord({ ...order, terms: {} }));
      default:
        return this.#apply(newRecord(order));
    }
  }

  #order() {
    const side = 1 + this.#random.nextBelow(2);
    return { clOrdId: `o${++this.#orders}`, side, orderQtyLots: 1 + this.#random.nextBelow(5) };
  }

  #say(write: (record: RecordBuffer) => void): void {
    const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
    write(record);
    this.#apply(record);
  }

  #apply(record: RecordBuffer): PlainEvent[] {
    return this.recorded.apply(record, this.#micros);
  }
}

/** Measures each trade by the last price before its aggressor began. */
class Measure {
  tradesCount = 0;

  onBatch(events: readonly PlainEvent[], startTicks: number): void {
    let lastTicks = startTicks;
    let aggressorId = 0;
    let referenceTicks = lastTicks;
    for (const { flags, kind, lastPxTicks, orderId } of events) {
      if (kind !== EVENT_TRADED || (flags & FLAG_AGGRESSOR) === 0) continue;
      if (orderId !== aggressorId) referenceTicks = lastTicks;
      aggressorId = orderId;
      this.tradesCount++;
      assert.ok(Math.abs(lastPxTicks - REFERENCE) <= STATIC_WIDTH, "within the static band");
      if (!Number.isNaN(referenceTicks)) {
        const distance = Math.abs(lastPxTicks - referenceTicks);
        assert.ok(distance <= DYNAMIC_WIDTH, "within the dynamic band");
      }
      lastTicks = lastPxTicks;
    }
  }
}

test("no trade is beyond the bands, no cascade beyond its limit, and all of it is replayed", () => {
  const trading = new BandedTrading();
  const { recorded } = trading;
  const { engine } = recorded;
  const measure = new Measure();
  const reasons = new Map<number, number>();
  const snapshots: Uint8Array[] = [];
  for (let n = 0; n < COMMANDS; n++) {
    trading.passTime();
    const { states } = engine.tables;
    const startTicks = states.hasLastPx(0) ? states.lastPxTicksOf(0) : Number.NaN;
    const events = trading.next();
    measure.onBatch(events, startTicks);
    const firedCount = events.filter(({ kind }) => kind === EVENT_TRIGGERED).length;
    assert.ok(firedCount <= CASCADE_MAX, "a command fires no more than it may");
    for (const { kind, reason } of events) {
      if (kind === EVENT_PHASE_CHANGED) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    if (events.some(({ kind }) => kind === EVENT_PHASE_CHANGED)) trading.clear();
    if (n % SNAPSHOT_EVERY === 0) snapshots.push(engine.snapshot());
  }
  assert.ok(measure.tradesCount > 300, `measured ${measure.tradesCount} trades`);
  for (const reason of [REASON_PRICE_BAND, REASON_CASCADE]) {
    assert.ok((reasons.get(reason) ?? 0) > 5, `expected several of reason ${reason}`);
  }
  for (const each of [...snapshots.map((bytes) => recorded.restored(bytes)), recorded.replayed()]) {
    assert.equal(each.stateHash(), engine.stateHash());
    assert.equal(each.events.historyHash, engine.events.historyHash);
  }
});
