// How an instrument's calls go, in words.

import type { RecordBuffer } from "../../src/base/record-buffer.ts";
import { EVENT_CALL_SET } from "../../src/codec/event.ts";
import { setCallRecord } from "../../src/codec/market-record-for-test.ts";
import type { PlainEvent } from "../../src/codec/record-for-test.ts";
import { type ScenarioNames, START_MICROS } from "./scenario-names.ts";

const CALLS = new RegExp(
  /^(?:(\S+): )?calls (\S+)(?: collar (\d+)(bps)?)?(?: surplus (\d+))?/.source +
    /(?: extended (\d+) by (\S+)(?: random (\S+))?)?( without self-trades)?$/.source,
);

/** The record of a line about calls; undefined for any other. */
export function readCallTerms(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const match = CALLS.exec(line);
  if (match === null) return undefined;
  const [, account = "operator", symbol, collar, unit, surplus, extensions, by, random, no] = match;
  const microsOf = (word = "0s") => names.timeOf(word) - START_MICROS;
  const { accountId } = names.askerOf(account);
  return setCallRecord(
    { accountId, instrumentId: names.instrumentId(symbol) },
    {
      extensionsMax: Number(extensions ?? 0),
      extensionMicros: microsOf(by),
      randomMicros: microsOf(random),
      collarWidth: Number(collar ?? 0),
      isBasisPoints: unit !== undefined,
      surplusLotsMax: Number(surplus ?? 0),
      preventsSelfTrades: no !== undefined,
    },
  );
}

/** The line of an event about how calls go; undefined for any other. */
export function callTermsEventLine(event: PlainEvent, names: ScenarioNames): string | undefined {
  if (event.kind !== EVENT_CALL_SET) return undefined;
  return `${names.symbolName(event.instrumentId)} calls set`;
}
