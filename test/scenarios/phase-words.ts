// Phases of trading in words: what the operator sets, and what everybody is told.

import type { RecordBuffer } from "../../src/base/record-buffer.ts";
import { type PlainCollar, setPhaseRecord } from "../../src/codec/market-record-for-test.ts";
import type { PlainEvent } from "../../src/codec/record-for-test.ts";
import {
  PHASE_CANCEL_ONLY,
  PHASE_CLOSED,
  PHASE_CLOSING_CALL,
  PHASE_CONTINUOUS,
  PHASE_HALT,
  PHASE_OPENING_CALL,
  PHASE_POST_ONLY,
  PHASE_PRE_OPEN,
  PHASE_VOLATILITY_CALL,
  phaseAfter,
} from "../../src/model/phase.ts";
import { reasonName } from "../../src/model/reasons.ts";
import { SIDE_BUY } from "../../src/model/side.ts";
import { type ScenarioNames, START_MICROS } from "./scenario-names.ts";

const PHASE = new RegExp(
  /^(?:(\S+): )?phase (\S+)(?: until (\S+))?(?: random (\S+))?/.source +
    /(?: then (\S+)(?: for (\S+))?)?(?: on (\S+))?$/.source,
);

const PHASES = new Map<string, number>([
  ["continuous", PHASE_CONTINUOUS],
  ["post-only", PHASE_POST_ONLY],
  ["pre-open", PHASE_PRE_OPEN],
  ["opening-call", PHASE_OPENING_CALL],
  ["volatility-call", PHASE_VOLATILITY_CALL],
  ["closing-call", PHASE_CLOSING_CALL],
  ["halt", PHASE_HALT],
  ["cancel-only", PHASE_CANCEL_ONLY],
  ["closed", PHASE_CLOSED],
]);
export const EVERY_INSTRUMENT = "all";

/** The record of a line about phases; undefined for any other. */
export function readPhase(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const match = PHASE.exec(line);
  if (match === null) return undefined;
  const [, account = "operator", word, until, random, next, duration, symbol] = match;
  const phase = codeOf(word);
  return setPhaseRecord({
    accountId: names.askerOf(account).accountId,
    instrumentId: symbol === EVERY_INSTRUMENT ? 0 : names.instrumentId(symbol),
    phase,
    nextPhase: next === undefined ? phaseAfter(phase) : codeOf(next),
    endTimeMicros: until === undefined ? 0 : names.timeOf(until),
    randomMicros: random === undefined ? 0 : names.timeOf(random) - START_MICROS,
    nextMicros: duration === undefined ? 0 : names.timeOf(duration) - START_MICROS,
  });
}

/** The line of an event about phases; undefined for any other. */
export function phaseEventLine(event: PlainEvent, names: ScenarioNames): string | undefined {
  if (event.indicative !== undefined) return indicativeLine(event, names);
  if (event.phase === undefined) return undefined;
  const { collar, endTimeMicros, extensions, nextPhase, phase, phaseBefore } = event.phase;
  const goesOn = extensions > 0 && phase === phaseBefore;
  const turn = goesOn ? `goes on (${extensions})` : `after ${wordOf(phaseBefore)}`;
  const end = `, until ${names.timeText(endTimeMicros)} then ${wordOf(nextPhase)}`;
  return [
    `${names.symbolName(event.instrumentId)} ${wordOf(phase)} ${turn}`,
    `, ${reasonName(event.reason)}`,
    endTimeMicros === 0 ? "" : end,
    collar === undefined ? "" : collarText(collar, names),
  ].join("");
}

function collarText(collar: PlainCollar, names: ScenarioNames): string {
  const ends = [collar.lowTicks, collar.highTicks].map((ticks) => names.ticks(ticks));
  const [low, high] = ends.sort((a, b) => a - b);
  return `, collar ${low}..${high} around ${names.ticks(collar.referenceTicks)}`;
}

function indicativeLine({ indicative, instrumentId }: PlainEvent, names: ScenarioNames): string {
  const symbol = names.symbolName(instrumentId);
  if (indicative === undefined || indicative.pairedLots === 0) return `${symbol} would not trade`;
  const { imbalanceLots, pairedLots, priceTicks, side } = indicative;
  const word = names.side(side) === SIDE_BUY ? "buying" : "selling";
  const left = imbalanceLots === 0 ? "" : `, ${imbalanceLots} ${word} left over`;
  return `${symbol} would trade ${pairedLots}@${names.ticks(priceTicks)}${left}`;
}

/** A phase that nobody knows is written as its number. */
function codeOf(word: string): number {
  const code = PHASES.get(word) ?? Number(word);
  if (!Number.isInteger(code)) throw new Error(`expected a phase, found "${word}"`);
  return code;
}

function wordOf(code: number): string {
  return [...PHASES].find(([, known]) => known === code)?.[0] ?? String(code);
}
