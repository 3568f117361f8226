// hot path
// Which events are reports on an order to its owner: what a FIX session is told, and numbers. What
// only the public sees, what repeats another event and what is about money is left out.

import * as event from "./event.ts";

export function isOrderReport(words: Int32Array, at: number): boolean {
  switch (event.eventKindOf(words, at)) {
    case event.EVENT_ACCEPTED:
    case event.EVENT_REJECTED:
    case event.EVENT_TRADED:
    case event.EVENT_CANCELED:
    case event.EVENT_CANCEL_REJECTED:
    case event.EVENT_AMENDED:
    case event.EVENT_AMEND_REJECTED:
    case event.EVENT_TRIGGERED:
    case event.EVENT_RESTATED:
    case event.EVENT_TRADE_BUSTED:
    case event.EVENT_TRADE_CORRECTED:
      return true;
    default:
      return false;
  }
}

/** Whether it tells of a past trade: which order that was of, and nothing of the order. */
export function isChangedTrade(words: Int32Array, at: number): boolean {
  const kind = event.eventKindOf(words, at);
  return kind === event.EVENT_TRADE_BUSTED || kind === event.EVENT_TRADE_CORRECTED;
}

/** Whether the event says what terms the order has that the event before it reports on. */
export function isTermsOfReport(words: Int32Array, at: number, startWord: number): boolean {
  if (event.eventKindOf(words, at) !== event.EVENT_TERMS || at === startWord) return false;
  return event.eventKindOf(words, at - event.EVENT_WORDS) === event.EVENT_ACCEPTED;
}
