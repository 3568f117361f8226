// Expected executions of one command: which resting orders it traded with, at what price, how much.

import { type RecordBuffer, readU64 } from "../base/record-buffer.ts";
import { decodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  EVENT_CL_ORD_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_TRADED,
  EVENT_WORDS,
  eventFlagsOf,
  eventKindOf,
  FLAG_AGGRESSOR,
} from "../codec/event.ts";
import type { CommandOutcome, Difference, ExpectedLine } from "./expected-line.ts";

/** [maker's order id as text, price in ticks, lots]. */
export type Fill = readonly [string, number, number];

const FILLS_EXPECTED =
  '{"n": command number, "fills": [[makerId, price, qty], ...], "unordered"?: true or false}';
const KEYS = new Set(["n", "fills", "unordered"]);

/** The line, or what it should have been. */
export function readFillsLine(value: Readonly<Record<string, unknown>>): ExpectedLine | string {
  const { n, fills, unordered } = value;
  const isWhole =
    Number.isSafeInteger(n) &&
    Array.isArray(fills) &&
    fills.every(isFill) &&
    (unordered === undefined || typeof unordered === "boolean") &&
    Object.keys(value).every((key) => KEYS.has(key));
  if (!isWhole) return FILLS_EXPECTED;
  const expected = (fills as [unknown, number, number][]).map(
    ([makerId, priceTicks, qtyLots]): Fill => [String(makerId), priceTicks, qtyLots],
  );
  return {
    commandNumber: n as number,
    factCount: expected.length,
    compare: (outcome) => compareFills(expected, unordered === true, outcome),
  };
}

/** Compares the fills of a command in the order they happened, or as a set. */
export function compareFills(
  expected: readonly Fill[],
  unordered: boolean,
  outcome: CommandOutcome,
): Difference {
  const found = fillsOf(outcome.events, outcome.startWord, outcome.endWord);
  const expectedTexts = expected.map(fillText);
  const foundTexts = found.map(fillText);
  const sameAs = (a: string[], b: string[]) =>
    a.length === b.length && a.every((t, i) => t === b[i]);
  const isSame = unordered
    ? sameAs(expectedTexts.toSorted(), foundTexts.toSorted())
    : sameAs(expectedTexts, foundTexts);
  if (isSame) return undefined;
  return { expected: fillsText(expectedTexts), found: fillsText(foundTexts) };
}

/** The makers' halves of the trades from `startWord` to `endWord`, in order. */
export function fillsOf(events: RecordBuffer, startWord: number, endWord: number): Fill[] {
  const { words, bytes } = events;
  const fills: Fill[] = [];
  for (let at = startWord; at < endWord; at += EVENT_WORDS) {
    if (eventKindOf(words, at) !== EVENT_TRADED) continue;
    if ((eventFlagsOf(words, at) & FLAG_AGGRESSOR) !== 0) continue;
    const makerId = decodeClOrdId(bytes, (at + EVENT_CL_ORD_ID_WORD) * 4);
    const lastQtyLots = readU64(words, at + EVENT_LAST_QTY_LOTS_WORD);
    fills.push([makerId, words[at + EVENT_LAST_PX_TICKS_WORD], lastQtyLots]);
  }
  return fills;
}

function isFill(fill: unknown): boolean {
  if (!Array.isArray(fill) || fill.length !== 3) return false;
  const [makerId, priceTicks, qtyLots] = fill;
  const isId = Number.isSafeInteger(makerId) || /^\d+$/.test(String(makerId));
  return isId && Number.isSafeInteger(priceTicks) && Number.isSafeInteger(qtyLots);
}

function fillText([makerId, priceTicks, qtyLots]: Fill): string {
  return `[${makerId}, ${priceTicks}, ${qtyLots}]`;
}

function fillsText(texts: readonly string[]): string {
  return texts.length === 0 ? "no fills" : `fills [${texts.join(", ")}]`;
}
