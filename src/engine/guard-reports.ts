// Events of market integrity, field by field as docs/protocols/journal.md lists them.

import { ACCOUNT_CHANGED_END_WORD, ACCOUNT_CHANGED_FIRST_WORD } from "../codec/account-event.ts";
import {
  BLOCK_WORDS,
  COMMAND_INSTRUMENT_ID_WORD,
  commandBlocksOf,
  commandKindOf,
} from "../codec/command.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_GUARD_SET,
  EVENT_GUARD_TRIPPED,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_REASON_WORD,
} from "../codec/event.ts";
import type { EventBuffer } from "./event-buffer.ts";

export class GuardReports {
  readonly #events: EventBuffer;

  constructor(events: EventBuffer) {
    this.#events = events;
  }

  /** The command at `words[at]` set a guard of this account; 0: of nobody in particular. */
  ofSetting(words: Int32Array, at: number, accountId: number): void {
    const event = this.#events.add(EVENT_GUARD_SET);
    const eventWords = this.#events.words;
    const recordWords = commandBlocksOf(words, at) * BLOCK_WORDS;
    const endWord = Math.min(ACCOUNT_CHANGED_END_WORD, recordWords);
    for (let i = ACCOUNT_CHANGED_FIRST_WORD; i < endWord; i++) {
      eventWords[event + i] = words[at + i];
    }
    eventWords[event + EVENT_INSTRUMENT_ID_WORD] = words[at + COMMAND_INSTRUMENT_ID_WORD];
    eventWords[event + EVENT_ACCOUNT_ID_WORD] = accountId;
    eventWords[event + EVENT_REASON_WORD] = commandKindOf(words, at) << 24;
  }

  /** A guard of this account steps in; instrument 0: everywhere. */
  ofTrip(accountId: number, instrumentId: number, reason: number): void {
    const event = this.#events.add(EVENT_GUARD_TRIPPED);
    const { words } = this.#events;
    words[event + EVENT_INSTRUMENT_ID_WORD] = instrumentId;
    words[event + EVENT_ACCOUNT_ID_WORD] = accountId;
    words[event + EVENT_REASON_WORD] = reason;
  }
}
