// An engine with everything it was told, so that a test can replay it from zero, verified after
// every command.

import { assert } from "../base/assert.ts";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { writeU64 } from "../base/record-buffer.ts";
import { COMMAND_SEQUENCE_WORD, COMMAND_TIME_MICROS_WORD } from "../codec/command.ts";
import { EVENT_END } from "../codec/event.ts";
import { createInstrumentRecord, type PlainEvent, readEvents } from "../codec/record-for-test.ts";
import type { Instrument } from "../model/instrument.ts";
import { Engine } from "./engine.ts";
import { ENGINE_LIMITS, type EngineLimits } from "./engine-limits.ts";
import { engineAfter } from "./preview.ts";
import { verify } from "./verify.ts";

export const TIME_MICROS_AT_ZERO = 1_795_000_000_000_000;

/** Small tables: tests make many engines. */
export const TEST_LIMITS: EngineLimits = {
  ...ENGINE_LIMITS,
  instrumentsMax: 4,
  accountsMax: 64,
  ordersMax: 4096,
  closedIdsMax: ENGINE_LIMITS.recentIdsMax,
  balancesMax: 4096,
  positionsMax: 4096,
  tradesMax: 4096,
  salt: 1,
};

/** Of an exchange behind its gateways: a client who does not stop fills no table. */
export const VENUE_TEST_LIMITS: EngineLimits = { ...TEST_LIMITS, ordersMax: 131_072 };

export const TEST_INSTRUMENT: Instrument = {
  instrumentId: 1,
  symbol: "XYZ",
  currency: "USD",
  priceDecimals: 2,
  tickUnits: 1,
  qtyDecimals: 0,
  lotUnits: 1,
  priceTicksMin: -1_000_000,
  priceTicksMax: 1_000_000,
  orderQtyLotsMin: 1,
  orderQtyLotsMax: 1_000_000,
};

export class RecordedEngine {
  readonly engine: Engine;
  readonly limits: EngineLimits;
  readonly #records: RecordBuffer[] = [];

  constructor(limits: EngineLimits = TEST_LIMITS) {
    this.limits = limits;
    this.engine = new Engine(limits);
  }

  list(instrument: Instrument = TEST_INSTRUMENT): PlainEvent[] {
    return this.apply(createInstrumentRecord(instrument));
  }

  /**
   * Stamps, applies and verifies; returns the events without the end mark. Keeps the record. Where
   * the time is left out, a microsecond passes with each command.
   */
  apply(record: RecordBuffer, timeMicros?: number): PlainEvent[] {
    this.#records.push(record);
    stamp(record, this.engine.sequence + 1, timeMicros);
    this.engine.apply(record, 0);
    verify(this.engine.tables);
    const events = this.answer();
    const end = events.pop();
    assert(end?.kind === EVENT_END, "a batch ends with its end mark");
    assert(end.lastQtyLots === events.length, "an end mark counts the events before it");
    return events;
  }

  /** The last batch or answer to a query, end mark included. */
  answer(): PlainEvent[] {
    return readEvents(this.engine.events.words, 0, this.engine.events.endWord);
  }

  /** A new engine that starts from a snapshot and was told what came after it. */
  restored(snapshot: Uint8Array): Engine {
    const engine = new Engine(this.limits);
    engine.restore(snapshot);
    for (const record of this.#records.slice(engine.sequence)) engine.apply(record, 0);
    return engine;
  }

  /** A new engine, other salt, that was told the same from the beginning. */
  replayed(): Engine {
    const engine = new Engine({ ...this.limits, salt: this.limits.salt + 1 });
    for (const record of this.#records) engine.apply(record, 0);
    return engine;
  }
}

/** What the sequencer writes into a command. */
export function stamp(
  { words }: RecordBuffer,
  sequence: number,
  timeMicros = TIME_MICROS_AT_ZERO + sequence,
): void {
  writeU64(words, COMMAND_SEQUENCE_WORD, sequence);
  writeU64(words, COMMAND_TIME_MICROS_WORD, timeMicros);
}

/** The engine as it would be after the command; the one that is asked does not change. */
export function previewed(engine: Engine, { bytes }: RecordBuffer, timeMicros: number): Engine {
  const { limits } = engine;
  return engineAfter({ limits, state: engine.snapshot(), record: bytes, timeMicros });
}
