// How many messages an account may send, and how many of the same.

import type { MessageLimits } from "../../src/model/guard.ts";
import * as reasons from "../../src/model/reasons.ts";
import { killedReason } from "./naive-kill-switches.ts";
import type { TwinState } from "./naive-state.ts";

/** What is counted of an account since its limits were set. */
export type MessageCounts = {
  readonly limits: MessageLimits;
  readonly messages: Counted;
  /** Messages of a window, and the fills in it. */
  readonly unfilled: Counted & { fills: number };
  /** Of the last new order. */
  readonly repeats: Counted & { order: string };
};

/** A window opens with the first that is counted after the last one is over. */
type Counted = { count: number; sinceMicros: number };

export function noMessages(limits: MessageLimits): MessageCounts {
  const nothing = { count: 0, sinceMicros: Number.NEGATIVE_INFINITY };
  return {
    limits,
    messages: { ...nothing },
    unfilled: { ...nothing, fills: 0 },
    repeats: { ...nothing, order: "" },
  };
}

/** What a message is: the text of a new order, nothing of a list or an amend. */
export type Message = {
  readonly accountId: number;
  readonly sessionId: number;
  readonly order?: string;
};

/** Why nothing of this message may enter. What a kill switch stops counts for no limit. */
export function reasonOfMessage(state: TwinState, message: Message | undefined): number {
  if (message === undefined) return reasons.REASON_NONE;
  const killed = killedReason(state, message);
  return killed === reasons.REASON_NONE ? take(state, message) : killed;
}

/** The limit that a message would pass, or REASON_NONE: then it counts. */
function take(state: TwinState, { accountId, order }: Message): number {
  const counts = state.guards.messages.get(accountId);
  if (counts === undefined) return reasons.REASON_NONE;
  const { limits, messages, unfilled, repeats } = counts;
  const { messagesMax, messagesWindowMicros, unfilledMax, unfilledPerFill } = limits;
  const { unfilledWindowMicros, repeatsMax, repeatsWindowMicros } = limits;
  if (isOpen(state, messages, messagesWindowMicros) && messages.count >= messagesMax) {
    return reasons.REASON_RATE_LIMIT;
  }
  const earned = unfilledMax + unfilledPerFill * unfilled.fills;
  if (isOpen(state, unfilled, unfilledWindowMicros) && unfilled.count >= earned) {
    return reasons.REASON_ORDER_TO_TRADE;
  }
  const isRepeat = order === repeats.order;
  const isFull = isOpen(state, repeats, repeatsWindowMicros) && repeats.count >= repeatsMax;
  if (isRepeat && isFull) return reasons.REASON_DUPLICATE_ORDER;
  count(state, messages, messagesWindowMicros);
  openUnfilled(state, counts);
  unfilled.count++;
  if (order === undefined) return reasons.REASON_NONE;
  if (!isRepeat) Object.assign(repeats, { order, sinceMicros: Number.NEGATIVE_INFINITY });
  count(state, repeats, repeatsWindowMicros);
  return reasons.REASON_NONE;
}

/** One side of a trade was the account's. */
export function countFillOfMessages(state: TwinState, accountId: number): void {
  const counts = state.guards.messages.get(accountId);
  if (counts === undefined) return;
  openUnfilled(state, counts);
  counts.unfilled.fills++;
}

function openUnfilled(state: TwinState, { limits, unfilled }: MessageCounts): void {
  if (isOpen(state, unfilled, limits.unfilledWindowMicros)) return;
  Object.assign(unfilled, { count: 0, fills: 0, sinceMicros: state.timeMicros });
}

function count(state: TwinState, counted: Counted, windowMicros: number): void {
  if (!isOpen(state, counted, windowMicros)) {
    Object.assign(counted, { count: 0, sinceMicros: state.timeMicros });
  }
  counted.count++;
}

function isOpen({ timeMicros }: TwinState, counted: Counted, windowMicros: number): boolean {
  return timeMicros < counted.sinceMicros + windowMicros;
}
