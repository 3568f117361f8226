// The phases of instruments and the indications of calls, folded from events. Rare beside orders,
// so each change is an object of its own.

import { readU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_TIME_MICROS_WORD,
  reasonOf,
} from "../codec/event.ts";
import {
  extensionsOf,
  INDICATIVE_IMBALANCE_LOTS_WORD,
  INDICATIVE_PAIRED_LOTS_WORD,
  INDICATIVE_PRICE_TICKS_WORD,
  INDICATIVE_SIDE_WORD,
  nextPhaseOf,
  PHASE_CHANGED_END_TIME_MICROS_WORD,
  PHASE_CHANGED_HAS_COLLAR_WORD,
  PHASE_CHANGED_HIGH_TICKS_WORD,
  PHASE_CHANGED_LOW_TICKS_WORD,
  PHASE_CHANGED_REFERENCE_TICKS_WORD,
  phaseOf,
} from "../codec/market-event.ts";
import {
  type Collar,
  type Indication,
  type MarketStatus,
  untoldStatus,
} from "../model/market-status.ts";
import { isCall } from "../model/phase.ts";

export class MarketStatuses {
  readonly #statuses = new Map<number, MarketStatus>();

  of(instrumentId: number): MarketStatus {
    return this.#statuses.get(instrumentId) ?? untoldStatus(instrumentId);
  }

  /** A phase changed event; what was told of a call holds on in the next one. */
  onPhase(words: Int32Array, at: number): MarketStatus {
    const phase = phaseOf(words, at);
    const before = this.of(instrumentIdOf(words, at));
    return this.#set(words, at, {
      ...before,
      phase,
      reason: reasonOf(words, at),
      endTimeMicros: readU64(words, at + PHASE_CHANGED_END_TIME_MICROS_WORD),
      nextPhase: nextPhaseOf(words, at),
      extensions: extensionsOf(words, at),
      collar: collarOf(words, at),
      indication: isCall(phase) ? before.indication : undefined,
    });
  }

  onIndicative(words: Int32Array, at: number): MarketStatus {
    const before = this.of(instrumentIdOf(words, at));
    return this.#set(words, at, { ...before, indication: indicationOf(words, at) });
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.number(this.#statuses.size);
    for (const status of this.#statuses.values()) {
      const { instrumentId, sequence, timeMicros, collar, indication } = status;
      const { phase, reason, endTimeMicros, nextPhase, extensions } = status;
      const of = [phase, reason, endTimeMicros, nextPhase, extensions];
      snapshot.array(Float64Array.of(instrumentId, sequence, timeMicros, ...of));
      snapshot.array(Float64Array.from(collar === undefined ? [] : ticksOf(collar)));
      snapshot.array(Float64Array.from(indication === undefined ? [] : numbersOf(indication)));
    }
  }

  load(snapshot: SnapshotReader): void {
    const count = snapshot.number();
    for (let i = 0; i < count; i++) {
      const [instrumentId, sequence, timeMicros, ...rest] = snapshot.float64s();
      const [phase, reason, endTimeMicros, nextPhase, extensions] = rest;
      const ticks = snapshot.float64s();
      const [referenceTicks, lowTicks, highTicks] = ticks;
      const collar = ticks.length === 0 ? undefined : { referenceTicks, lowTicks, highTicks };
      const numbers = snapshot.float64s();
      const [priceTicks, matchedLots, surplusLots, surplusSide] = numbers;
      const found = { priceTicks, matchedLots, surplusLots, surplusSide };
      const indication = numbers.length === 0 ? undefined : found;
      const when = { instrumentId, sequence, timeMicros };
      const phases = { phase, reason, endTimeMicros, nextPhase, extensions };
      this.#statuses.set(instrumentId, { ...when, ...phases, collar, indication });
    }
  }

  #set(words: Int32Array, at: number, status: MarketStatus): MarketStatus {
    const sequence = readU64(words, at + EVENT_SEQUENCE_WORD);
    const timeMicros = readU64(words, at + EVENT_TIME_MICROS_WORD);
    const changed = { ...status, sequence, timeMicros };
    this.#statuses.set(status.instrumentId, changed);
    return changed;
  }
}

function instrumentIdOf(words: Int32Array, at: number): number {
  return words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0;
}

function ticksOf({ referenceTicks, lowTicks, highTicks }: Collar): number[] {
  return [referenceTicks, lowTicks, highTicks];
}

function collarOf(words: Int32Array, at: number): Collar | undefined {
  if (words[at + PHASE_CHANGED_HAS_COLLAR_WORD] === 0) return undefined;
  return {
    referenceTicks: words[at + PHASE_CHANGED_REFERENCE_TICKS_WORD],
    lowTicks: words[at + PHASE_CHANGED_LOW_TICKS_WORD],
    highTicks: words[at + PHASE_CHANGED_HIGH_TICKS_WORD],
  };
}

function numbersOf({ priceTicks, matchedLots, surplusLots, surplusSide }: Indication): number[] {
  return [priceTicks, matchedLots, surplusLots, surplusSide];
}

/** Where nothing would trade there is no price. */
function indicationOf(words: Int32Array, at: number): Indication | undefined {
  const matchedLots = readU64(words, at + INDICATIVE_PAIRED_LOTS_WORD);
  if (matchedLots === 0) return undefined;
  return {
    priceTicks: words[at + INDICATIVE_PRICE_TICKS_WORD],
    matchedLots,
    surplusLots: readU64(words, at + INDICATIVE_IMBALANCE_LOTS_WORD),
    surplusSide: words[at + INDICATIVE_SIDE_WORD],
  };
}
