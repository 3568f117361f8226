// What events about an instrument's trading day say beyond the fields of every event, as plain
// values; and the operator's commands about it.

import { RecordBuffer, readU64 } from "../base/record-buffer.ts";
import type { CalendarTerms, SessionTerms } from "../model/calendar.ts";
import type { CallTerms } from "../model/call-terms.ts";
import type { InstrumentChange } from "../model/instrument.ts";
import { COMMAND_ACCOUNT_ID_WORD, COMMAND_BYTES_MAX } from "./command.ts";
import { EVENT_INDICATIVE, EVENT_PHASE_CHANGED, eventKindOf } from "./event.ts";
import {
  type CalendarDay,
  type PhaseOrder,
  writeChangeInstrument,
  writeSetCalendar,
  writeSetCall,
  writeSetDay,
  writeSetPhase,
} from "./market-command.ts";
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
  phaseBeforeOf,
  phaseOf,
} from "./market-event.ts";

const SESSION_ID = 1;

/** The operator's where no account is named. */
type MarketAsker = { readonly instrumentId: number; readonly accountId?: number };

/** What a call is held by: the reference, and how far from it a price may be. */
export type PlainCollar = {
  readonly referenceTicks: number;
  readonly lowTicks: number;
  readonly highTicks: number;
};

export type PlainPhase = {
  readonly phase: number;
  readonly phaseBefore: number;
  readonly nextPhase: number;
  readonly endTimeMicros: number;
  readonly extensions: number;
  readonly collar: PlainCollar | undefined;
};

export type PlainIndicative = {
  readonly priceTicks: number;
  readonly pairedLots: number;
  readonly imbalanceLots: number;
  /** Whose surplus it is; 0 nobody's. */
  readonly side: number;
};

/** Only of the kinds that have them. */
export type PlainMarketFields = {
  readonly phase?: PlainPhase;
  readonly indicative?: PlainIndicative;
};

export function readMarketFields(words: Int32Array, at: number): PlainMarketFields {
  if (eventKindOf(words, at) === EVENT_INDICATIVE) return { indicative: indicativeOf(words, at) };
  if (eventKindOf(words, at) !== EVENT_PHASE_CHANGED) return {};
  return {
    phase: {
      phase: phaseOf(words, at),
      phaseBefore: phaseBeforeOf(words, at),
      nextPhase: nextPhaseOf(words, at),
      endTimeMicros: readU64(words, at + PHASE_CHANGED_END_TIME_MICROS_WORD),
      extensions: extensionsOf(words, at),
      collar: collarOf(words, at),
    },
  };
}

function collarOf(words: Int32Array, at: number): PlainCollar | undefined {
  if (words[at + PHASE_CHANGED_HAS_COLLAR_WORD] === 0) return undefined;
  return {
    referenceTicks: words[at + PHASE_CHANGED_REFERENCE_TICKS_WORD],
    lowTicks: words[at + PHASE_CHANGED_LOW_TICKS_WORD],
    highTicks: words[at + PHASE_CHANGED_HIGH_TICKS_WORD],
  };
}

function indicativeOf(words: Int32Array, at: number): PlainIndicative {
  return {
    priceTicks: words[at + INDICATIVE_PRICE_TICKS_WORD],
    pairedLots: readU64(words, at + INDICATIVE_PAIRED_LOTS_WORD),
    imbalanceLots: readU64(words, at + INDICATIVE_IMBALANCE_LOTS_WORD),
    side: words[at + INDICATIVE_SIDE_WORD] & 0xff,
  };
}

/** What is left out is nothing; instrument 1 where none is named, the operator where nobody is. */
export function setPhaseRecord(
  order: Partial<PhaseOrder> & { readonly phase: number; readonly accountId?: number },
): RecordBuffer {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  const usual = { instrumentId: 1, nextPhase: 0, endTimeMicros: 0, randomMicros: 0, nextMicros: 0 };
  writeSetPhase(record, 0, SESSION_ID, { ...usual, ...order });
  record.words[COMMAND_ACCOUNT_ID_WORD] = order.accountId ?? 0;
  return record;
}

/** Without terms the calendar goes away. */
export function setCalendarRecord(
  { accountId = 0, instrumentId }: MarketAsker,
  calendar: CalendarTerms | undefined,
): RecordBuffer {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  writeSetCalendar(record, 0, SESSION_ID, instrumentId, calendar);
  record.words[COMMAND_ACCOUNT_ID_WORD] = accountId;
  return record;
}

/** What is left out is nothing. */
export function setCallRecord(
  { accountId = 0, instrumentId }: MarketAsker,
  terms: Partial<CallTerms>,
): RecordBuffer {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  writeSetCall(record, 0, SESSION_ID, instrumentId, {
    extensionsMax: 0,
    extensionMicros: 0,
    randomMicros: 0,
    collarWidth: 0,
    isBasisPoints: false,
    surplusLotsMax: 0,
    preventsSelfTrades: false,
    ...terms,
  });
  record.words[COMMAND_ACCOUNT_ID_WORD] = accountId;
  return record;
}

export function changeInstrumentRecord(
  { accountId = 0, instrumentId }: MarketAsker,
  change: InstrumentChange,
): RecordBuffer {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  writeChangeInstrument(record, 0, SESSION_ID, instrumentId, change);
  record.words[COMMAND_ACCOUNT_ID_WORD] = accountId;
  return record;
}

export function setDayRecord(
  { accountId = 0, ...day }: MarketAsker & CalendarDay,
  session: SessionTerms | "closed" | "usual",
): RecordBuffer {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  writeSetDay(record, 0, SESSION_ID, day, session);
  record.words[COMMAND_ACCOUNT_ID_WORD] = accountId;
  return record;
}
