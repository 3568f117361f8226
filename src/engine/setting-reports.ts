// What everybody is told of the operator's settings about an instrument's trading day: the words of
// the command.

import { COMMAND_INSTRUMENT_ID_WORD, commandKindOf } from "../codec/command.ts";
import { EVENT_INSTRUMENT_ID_WORD, EVENT_REASON_WORD } from "../codec/event.ts";
import { MARKET_SETTING_END_WORD, MARKET_SETTING_FIRST_WORD } from "../codec/market-event.ts";
import type { EventBuffer } from "./event-buffer.ts";

/** An event of `eventKind` about the command at `words[at]`. */
export function reportMarketSetting(
  events: EventBuffer,
  eventKind: number,
  words: Int32Array,
  at: number,
): void {
  const event = events.add(eventKind);
  const eventWords = events.words;
  eventWords[event + EVENT_INSTRUMENT_ID_WORD] = words[at + COMMAND_INSTRUMENT_ID_WORD];
  for (let word = MARKET_SETTING_FIRST_WORD; word < MARKET_SETTING_END_WORD; word++) {
    eventWords[event + word] = words[at + word];
  }
  eventWords[event + EVENT_REASON_WORD] = commandKindOf(words, at) << 24;
}
