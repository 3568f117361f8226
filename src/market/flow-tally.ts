// What happened in a replay, counted from events.

import { readU64 } from "../base/record-buffer.ts";
import { COMMAND_CREATE_INSTRUMENT } from "../codec/command.ts";
import {
  commandKindOfEvent,
  EVENT_ACCEPTED,
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_COMMAND_REJECTED,
  EVENT_END,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_REJECTED,
  EVENT_TRADED,
  EVENT_WORDS,
  eventFlagsOf,
  eventKindOf,
  FLAG_AGGRESSOR,
  reasonOf,
} from "../codec/event.ts";
import { reasonName } from "../model/reasons.ts";

export class FlowTally {
  /** Commands of the flow; creating its instrument is not one of them. */
  commands = 0;
  accepted = 0;
  amended = 0;
  trades = 0;
  tradedLots = 0;
  /** Cancels and reductions asked for, and remainders that could not rest. */
  canceled = 0;
  rejected = 0;
  readonly #rejectsByReason = new Map<number, number>();

  /** Counts the events from `startWord` to `endWord`, whole batches. */
  add(words: Int32Array, startWord: number, endWord: number): void {
    for (let at = startWord; at < endWord; at += EVENT_WORDS) this.#addEvent(words, at);
  }

  /** How often each reason was given, most frequent first. */
  rejectsByReason(): Record<string, number> {
    const counts = [...this.#rejectsByReason].sort(([, a], [, b]) => b - a);
    return Object.fromEntries(counts.map(([reason, count]) => [reasonName(reason), count]));
  }

  #addEvent(words: Int32Array, at: number): void {
    switch (eventKindOf(words, at)) {
      case EVENT_ACCEPTED:
        this.accepted++;
        return;
      case EVENT_AMENDED:
        this.amended++;
        return;
      case EVENT_CANCELED:
        this.canceled++;
        return;
      case EVENT_TRADED:
        if ((eventFlagsOf(words, at) & FLAG_AGGRESSOR) === 0) return; // A trade is two events.
        this.trades++;
        this.tradedLots += readU64(words, at + EVENT_LAST_QTY_LOTS_WORD);
        return;
      case EVENT_REJECTED:
      case EVENT_CANCEL_REJECTED:
      case EVENT_AMEND_REJECTED:
      case EVENT_COMMAND_REJECTED:
        this.#addReject(reasonOf(words, at));
        return;
      case EVENT_END:
        if (commandKindOfEvent(words, at) !== COMMAND_CREATE_INSTRUMENT) this.commands++;
        return;
      default:
        return;
    }
  }

  #addReject(reason: number): void {
    this.rejected++;
    this.#rejectsByReason.set(reason, (this.#rejectsByReason.get(reason) ?? 0) + 1);
  }
}
