// The operator changes the ranges of a listed instrument: how large its orders are, and what they
// are worth. Working orders stay as they are.

import { NONE } from "../base/none.ts";
import { COMMAND_ACCOUNT_ID_WORD, COMMAND_INSTRUMENT_ID_WORD } from "../codec/command.ts";
import { EVENT_INSTRUMENT_CHANGED } from "../codec/event.ts";
import { readChangeInstrument } from "../codec/market-command.ts";
import { hasSoundTerms } from "../model/instrument.ts";
import {
  REASON_INSTRUMENT_TERMS,
  REASON_NONE,
  REASON_NOT_PERMITTED,
  REASON_UNKNOWN_INSTRUMENT,
} from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { reportMarketSetting } from "./setting-reports.ts";

const OPERATOR_ID = 0;

/** A command of kind 34; answers with the reason to refuse. */
export function changeInstrument(
  { instruments }: EngineTables,
  events: EventBuffer,
  words: Int32Array,
  at: number,
): number {
  if (words[at + COMMAND_ACCOUNT_ID_WORD] !== OPERATOR_ID) return REASON_NOT_PERMITTED;
  const book = instruments.find(words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0);
  if (book === NONE) return REASON_UNKNOWN_INSTRUMENT;
  const change = readChangeInstrument(words, at);
  if (!hasSoundTerms({ ...instruments.termsOf(book), ...change })) return REASON_INSTRUMENT_TERMS;
  instruments.change(book, change);
  reportMarketSetting(events, EVENT_INSTRUMENT_CHANGED, words, at);
  return REASON_NONE;
}
