// The lines of an order's story as people read them.

import {
  EVENT_ACCEPTED,
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_DISPLAYED,
  EVENT_PREVENTED,
  EVENT_RESTATED,
  EVENT_TRADED,
  EVENT_TRIGGERED,
} from "../codec/event.ts";
import type { StoryEvent, StoryLine, StoryPassed } from "../model/order-story.ts";
import { reasonName } from "../model/reasons.ts";

/** Prices and quantities in the instrument's decimals. */
export type StoryWords = {
  price(ticks: number): string;
  quantity(lots: number): string;
};

const EVENT_NAMES = new Map([
  [EVENT_ACCEPTED, "accepted"],
  [EVENT_TRADED, "traded"],
  [EVENT_BOOKED, "rests"],
  [EVENT_CANCELED, "canceled"],
  [EVENT_CANCEL_REJECTED, "cancel rejected"],
  [EVENT_AMENDED, "amended"],
  [EVENT_AMEND_REJECTED, "amend rejected"],
  [EVENT_TRIGGERED, "triggered"],
  [EVENT_DISPLAYED, "shows another part"],
  [EVENT_PREVENTED, "self-trade prevented"],
  [EVENT_RESTATED, "changed"],
]);

/** A longer run of others that were served before, for one and the same reason, is one line. */
const PASSED_LINES_MAX = 3;

/** The whole story, a line a text. */
export function storyTexts(lines: readonly StoryLine[], words: StoryWords): string[] {
  const texts: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const run = passedRun(lines, at);
    if (run.length > PASSED_LINES_MAX) {
      texts.push(runText(run, words));
      at += run.length;
    } else {
      texts.push(storyText(lines[at], words));
      at++;
    }
  }
  return texts;
}

/** Those from `first` on that were served for the first one's reason. */
function passedRun(lines: readonly StoryLine[], first: number): StoryPassed[] {
  const run: StoryPassed[] = [];
  for (let at = first; at < lines.length; at++) {
    const line = lines[at];
    if (line.what !== "passed" || line.why !== (run[0] ?? line).why) break;
    run.push(line);
  }
  return run;
}

function runText(run: readonly StoryPassed[], words: StoryWords): string {
  let [low, high, lots] = [run[0].lastPxTicks, run[0].lastPxTicks, 0];
  for (const { lastPxTicks, lastQtyLots } of run) {
    low = Math.min(low, lastPxTicks);
    high = Math.max(high, lastPxTicks);
    lots += lastQtyLots;
  }
  const prices = low === high ? words.price(low) : `${words.price(low)} to ${words.price(high)}`;
  const times = `${run.length} times until ${run[run.length - 1].sequence}`;
  const at = String(run[0].sequence).padStart(10);
  return `${at}    passed over ${times}: ${words.quantity(lots)} at ${prices}, ${run[0].why}`;
}

export function storyText(line: StoryLine, words: StoryWords): string {
  const at = String(line.sequence).padStart(10);
  if (line.what === "event") return `${at}  ${eventText(line, words)}`;
  if (line.what === "place") {
    const { ordersAhead, lotsAhead, priceTicks, where } = line;
    const place = `${where} at ${words.price(priceTicks)}`;
    if (where !== "displayed" && where !== "dark") return `${at}    ${place}`;
    return `${at}    ${place}, behind ${words.quantity(lotsAhead)} in ${ordersAhead} orders`;
  }
  const trade = `${words.quantity(line.lastQtyLots)} at ${words.price(line.lastPxTicks)}`;
  return `${at}    passed over: order ${line.orderId} traded ${trade}, ${line.why}`;
}

function eventText(event: StoryEvent, words: StoryWords): string {
  const { cumQtyLots, eventKind, lastPxTicks, lastQtyLots, leavesQtyLots, reason } = event;
  const name = EVENT_NAMES.get(eventKind) ?? `event ${eventKind}`;
  const why = reason === 0 ? "" : ` (${reasonName(reason)})`;
  const trade =
    eventKind === EVENT_TRADED
      ? ` ${words.quantity(lastQtyLots)} at ${words.price(lastPxTicks)}`
      : "";
  const state = `${words.quantity(cumQtyLots)} done, ${words.quantity(leavesQtyLots)} open`;
  return `${name}${trade}${why}: ${state}`;
}
