// How the calls of an instrument go is the operator's to say.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import { COMMAND_ACCOUNT_ID_WORD, COMMAND_INSTRUMENT_ID_WORD } from "../codec/command.ts";
import { EVENT_CALL_SET } from "../codec/event.ts";
import {
  SET_CALL_CALL_FLAGS_WORD,
  SET_CALL_COLLAR_WIDTH_WORD,
  SET_CALL_EXTENSION_MICROS_WORD,
  SET_CALL_SURPLUS_LOTS_MAX_WORD,
} from "../codec/market-command.ts";
import {
  CALL_COLLAR_IS_BASIS_POINTS,
  CALL_EXTENSION_MICROS_MAX,
  CALL_FLAGS_MASK,
} from "../model/call-terms.ts";
import { BAND_BASIS_POINTS_MAX } from "../model/guard.ts";
import {
  REASON_CALL_TERMS,
  REASON_NONE,
  REASON_NOT_PERMITTED,
  REASON_UNKNOWN_INSTRUMENT,
} from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { reportMarketSetting } from "./setting-reports.ts";

const OPERATOR_ID = 0;

export class CallSettings {
  readonly #tables: EngineTables;
  readonly #events: EventBuffer;

  constructor(tables: EngineTables, events: EventBuffer) {
    this.#tables = tables;
    this.#events = events;
  }

  /** A command of kind 33; answers with the reason to refuse. */
  set(words: Int32Array, at: number): number {
    const { callTerms, instruments } = this.#tables;
    if (words[at + COMMAND_ACCOUNT_ID_WORD] !== OPERATOR_ID) return REASON_NOT_PERMITTED;
    const book = instruments.find(words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0);
    if (book === NONE) return REASON_UNKNOWN_INSTRUMENT;
    if (!isSound(words, at)) return REASON_CALL_TERMS;
    callTerms.set(book, words, at);
    reportMarketSetting(this.#events, EVENT_CALL_SET, words, at);
    return REASON_NONE;
  }
}

function isSound(words: Int32Array, at: number): boolean {
  const flags = words[at + SET_CALL_CALL_FLAGS_WORD] & 0xff;
  const extensionsMax = (words[at + SET_CALL_CALL_FLAGS_WORD] >>> 8) & 0xff;
  const collarWidth = words[at + SET_CALL_COLLAR_WIDTH_WORD] >>> 0;
  const extensionMicros = readU64(words, at + SET_CALL_EXTENSION_MICROS_WORD);
  const surplusLotsMax = readU64(words, at + SET_CALL_SURPLUS_LOTS_MAX_WORD);
  if ((flags & ~CALL_FLAGS_MASK) !== 0 || !Number.isSafeInteger(surplusLotsMax)) return false;
  const isRelative = (flags & CALL_COLLAR_IS_BASIS_POINTS) !== 0;
  if (isRelative && collarWidth > BAND_BASIS_POINTS_MAX) return false;
  if (extensionMicros > CALL_EXTENSION_MICROS_MAX) return false;
  return extensionsMax === 0 || extensionMicros > 0;
}
