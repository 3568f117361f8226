// hot path
// What the events of one command say of the order that it was about.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import {
  EVENT_CANCEL_REJECTED,
  EVENT_ORDER_ID_WORD,
  EVENT_REJECTED,
  EVENT_TERMS,
  EVENT_TRADED,
  EVENT_WORDS,
  eventKindOf,
  isAccountKind,
} from "../codec/event.ts";
import { ORD_STATUS_REJECTED, type OrdStatus, ordStatusOf } from "../model/ord-status.ts";

/** The last event of the order that the first event is about; the end mark is before `endWord`. */
export function lastOfOrder(words: Int32Array, startWord: number, endWord: number): number {
  const orderId = readU64(words, startWord + EVENT_ORDER_ID_WORD);
  let last = startWord;
  for (let at = startWord; at < endWord - EVENT_WORDS; at += EVENT_WORDS) {
    if (eventKindOf(words, at) === EVENT_TERMS) continue; // No state from bytes 64 on.
    if (isAccountKind(eventKindOf(words, at))) continue; // Money of the order, not its state.
    if (readU64(words, at + EVENT_ORDER_ID_WORD) === orderId) last = at;
  }
  return last;
}

/** Where the terms of that order are told; NONE where it has none. */
export function termsOfOrder(words: Int32Array, startWord: number, endWord: number): number {
  const orderId = readU64(words, startWord + EVENT_ORDER_ID_WORD);
  let termsAt = NONE;
  for (let at = startWord; at < endWord - EVENT_WORDS; at += EVENT_WORDS) {
    if (eventKindOf(words, at) !== EVENT_TERMS) continue;
    if (readU64(words, at + EVENT_ORDER_ID_WORD) === orderId) termsAt = at;
  }
  return termsAt;
}

/** The status of the order after the event at `at`, which has these quantities. */
export function ordStatusAt(
  words: Int32Array,
  at: number,
  cumQtyLots: number,
  leavesQtyLots: number,
): OrdStatus {
  const kind = eventKindOf(words, at);
  if (kind === EVENT_REJECTED || kind === EVENT_CANCEL_REJECTED) return ORD_STATUS_REJECTED;
  return ordStatusOf(cumQtyLots, leavesQtyLots, kind !== EVENT_TRADED);
}
