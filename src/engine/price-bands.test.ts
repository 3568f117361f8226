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
  FLAG_AUCTION,
} from "../codec/event.ts";
import { writeSetBands, writeSetCascadeLimit } from "../codec/guard-command.ts";
import {
  amendRecord,
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

  /** What is due comes first. */
  passTime(): PlainEvent[] {
    this.#micros += this.#random.nextBelow(30);
    if (this.recorded.engine.nextTimerMicros > this.#micros) return [];
    return this.recorded.apply(clockRecord({ accountId: 0 }), this.#micros);
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

/** Measures each trade by the last price before its aggressor began, and by the last uncross. */
class Measure {
  #lastTicks = Number.NaN;
  #staticTicks = REFERENCE;
  tradesCount = 0;
  uncrossCount = 0;

  onBatch(events: readonly PlainEvent[]): void {
    let aggressorId = 0;
    let referenceTicks = this.#lastTicks;
    for (const { flags, kind, lastPxTicks, orderId } of events) {
      if (kind !== EVENT_TRADED || (flags & FLAG_AGGRESSOR) === 0) continue;
      if (orderId !== aggressorId) referenceTicks = this.#lastTicks;
      aggressorId = orderId;
      if ((flags & FLAG_AUCTION) === 0) this.#measure(lastPxTicks, referenceTicks);
      else this.#onUncross(lastPxTicks);
      this.#lastTicks = lastPxTicks;
    }
  }

  #measure(priceTicks: number, referenceTicks: number): void {
    this.tradesCount++;
    assert.ok(Math.abs(priceTicks - this.#staticTicks) <= STATIC_WIDTH, "within the static band");
    if (Number.isNaN(referenceTicks)) return;
    assert.ok(Math.abs(priceTicks - referenceTicks) <= DYNAMIC_WIDTH, "within the dynamic band");
  }

  #onUncross(priceTicks: number): void {
    this.uncrossCount++;
    this.#staticTicks = priceTicks;
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
    for (const events of [trading.passTime(), trading.next()]) {
      measure.onBatch(events);
      const firedCount = events.filter(({ kind }) => kind === EVENT_TRIGGERED).length;
      assert.ok(firedCount <= CASCADE_MAX, "a command fires no more than it may");
      for (const { kind, reason } of events) {
        if (kind === EVENT_PHASE_CHANGED) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
    if (n % SNAPSHOT_EVERY === 0) snapshots.push(engine.snapshot());
  }
  assert.ok(measure.uncrossCount > 100, `measured ${measure.uncrossCount} trades of calls`);
  assert.ok(measure.tradesCount > 300, `measured ${measure.tradesCount} trades`);
  for (const reason of [REASON_PRICE_BAND, REASON_CASCADE]) {
    assert.ok((reasons.get(reason) ?? 0) > 5, `expected several of reason ${reason}`);
  }
  for (const each of [...snapshots.map((bytes) => recorded.restored(bytes)), recorded.replayed()]) {
    assert.equal(each.stateHash(), engine.stateHash());
    assert.equal(each.events.historyHash, engine.events.historyHash);
  }
});
