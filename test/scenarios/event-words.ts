// What the exchange answers, an event or a pair of events a line.

import {
  EVENT_ACCEPTED,
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_COMMAND_REJECTED,
  EVENT_DISPLAYED,
  EVENT_INSTRUMENT_CHANGED,
  EVENT_INSTRUMENT_CREATED,
  EVENT_PREVENTED,
  EVENT_REJECTED,
  EVENT_RESTATED,
  EVENT_TERMS,
  EVENT_TRADED,
  EVENT_TRIGGERED,
  FLAG_AUCTION,
  FLAG_KEPT_PLACE,
  FLAG_ON_BOOK,
  FLAG_TRANSFER,
} from "../../src/codec/event.ts";
import type { PlainEvent } from "../../src/codec/record-for-test.ts";
import { reasonName } from "../../src/model/reasons.ts";
import { accountEventLine, isAccountPair } from "./account-event-words.ts";
import { calendarEventLine } from "./calendar-words.ts";
import { callTermsEventLine } from "./call-words.ts";
import { guardEventLine } from "./guard-event-words.ts";
import { isPegged, orderText, priceText } from "./order-words.ts";
import { phaseEventLine } from "./phase-words.ts";
import type { ScenarioNames } from "./scenario-names.ts";

const NO_ID = "-";

/** The events of a command as lines; two events that belong together are one line. */
export function eventLines(events: readonly PlainEvent[], names: ScenarioNames): string[] {
  const lines: string[] = [];
  for (let i = 0; i < events.length; i++) {
    const next = events.at(i + 1);
    const isTold = next !== undefined && belongsTo(events[i], next);
    lines.push(eventLine(events[i], next, names));
    if (isTold) i++;
  }
  return lines.length === 0 ? ["nothing"] : lines;
}

/** An order's terms are told with it, a trade and a prevented one with both of their sides. */
function belongsTo(event: PlainEvent, next: PlainEvent): boolean {
  if (event.kind === EVENT_ACCEPTED) return next.kind === EVENT_TERMS;
  if (isAccountPair(event)) return true;
  return event.kind === EVENT_TRADED || event.kind === EVENT_PREVENTED;
}

function eventLine(event: PlainEvent, next: PlainEvent | undefined, names: ScenarioNames): string {
  const order = orderName(event, names);
  const why = reasonName(event.reason);
  switch (event.kind) {
    case EVENT_ACCEPTED:
      return `${order} accepted: ${acceptedText(event, next, names)}`;
    case EVENT_REJECTED:
      return `${order} rejected: ${why}`;
    case EVENT_TRADED:
      return `${tradeWord(event)} ${meetingText(event, next, names, sideOfTrade)}`;
    case EVENT_PREVENTED:
      return `prevented ${meetingText(event, next, names, orderName)}${transferText(event)}`;
    case EVENT_BOOKED:
      return `${order} booked: ${quantityText(event, names)}${onBookText(event)}`;
    case EVENT_CANCELED:
      return `${order} ${canceledText(event)}`;
    case EVENT_CANCEL_REJECTED:
      return `${order} cancel rejected: ${why}`;
    case EVENT_AMENDED:
      return `${order} amended: ${amendedText(event, next, names)}${reasonText(event)}`;
    case EVENT_RESTATED:
      return `${order} restated: ${restatedText(event, names)}${reasonText(event)}`;
    case EVENT_AMEND_REJECTED:
      return `${order} amend rejected: ${why}`;
    case EVENT_TRIGGERED:
      return `${order} triggered at ${names.ticks(event.lastPxTicks)}`;
    case EVENT_DISPLAYED:
      return `${order} shows ${displayedText(event, names)}`;
    case EVENT_INSTRUMENT_CREATED:
      return `${names.symbolName(event.instrumentId)} listed`;
    case EVENT_INSTRUMENT_CHANGED:
      return `${names.symbolName(event.instrumentId)} changed`;
    case EVENT_COMMAND_REJECTED:
      return `rejected: ${why}`;
    default:
      return (
        accountEventLine(event, names) ??
        guardEventLine(event, names) ??
        phaseEventLine(event, names) ??
        calendarEventLine(event, names) ??
        callTermsEventLine(event, names) ??
        unknownLine(event)
      );
  }
}

function unknownLine({ kind }: PlainEvent): string {
  throw new Error(`expected an event with words, found kind ${kind}`);
}

function acceptedText(
  event: PlainEvent,
  next: PlainEvent | undefined,
  names: ScenarioNames,
): string {
  const priced = event.priceTicks === 0 ? "parked" : `at ${names.ticks(event.priceTicks)}`;
  return [
    orderText(event, next?.termsWords, names),
    ...(isPegged(event) ? [priced] : []),
    ...(isOnBook(event) ? ["on the book"] : []),
  ].join(", ");
}

/** Both sides of a trade or of one that was prevented: maker first. */
function meetingText(
  maker: PlainEvent,
  taker: PlainEvent | undefined,
  names: ScenarioNames,
  sideText: (event: PlainEvent, names: ScenarioNames) => string,
): string {
  if (taker?.kind !== maker.kind) throw new Error("expected a second event, found none");
  const sides = [maker, taker].map((side) => sideText(side, names));
  return `${maker.lastQtyLots}@${names.ticks(maker.lastPxTicks)}: ${sides.join(" with ")}`;
}

function sideOfTrade(event: PlainEvent, names: ScenarioNames): string {
  const { cumQtyLots, leavesQtyLots } = event;
  return `${orderName(event, names)} (${cumQtyLots} done, ${leavesQtyLots} left)`;
}

function quantityText(event: PlainEvent, names: ScenarioNames): string {
  return `${event.leavesQtyLots}@${priceText(event, names)} of ${event.orderQtyLots}`;
}

function canceledText(event: PlainEvent): string {
  const { lastQtyLots, leavesQtyLots, orderQtyLots } = event;
  const why = reasonName(event.reason);
  return leavesQtyLots === 0
    ? `canceled: ${lastQtyLots} of ${orderQtyLots}, ${why}`
    : `reduced by ${lastQtyLots}: ${leavesQtyLots} stay of ${orderQtyLots}, ${why}`;
}

function amendedText(
  event: PlainEvent,
  next: PlainEvent | undefined,
  names: ScenarioNames,
): string {
  const { lastQtyLots, leavesQtyLots, orderQtyLots } = event;
  const from = `${lastQtyLots}@${names.ticks(event.lastPxTicks)}`;
  const to = `${leavesQtyLots}@${priceText(event, names)}`;
  const total = leavesQtyLots === orderQtyLots ? "" : ` of ${orderQtyLots}`;
  if (isOnBook(event)) return `${from} to ${to}${total}, ${placeText(event)}`;
  // A pegged order without a reference leaves the book, and nothing more is told.
  const trades = next?.kind === EVENT_TRADED || next?.kind === EVENT_PREVENTED;
  if (trades) return `${from} to ${to}${total}, trades`;
  return isPegged(event) ? `${from} leaves the book` : `${from} to ${to}${total}, leaves the book`;
}

function restatedText(event: PlainEvent, names: ScenarioNames): string {
  const { lastQtyLots, leavesQtyLots, orderQtyLots } = event;
  const total = leavesQtyLots === orderQtyLots ? "" : ` of ${orderQtyLots}`;
  const stop = event.lastPxTicks === 0 ? "" : `, stop ${names.ticks(event.lastPxTicks)}`;
  const to = `${leavesQtyLots}@${priceText(event, names)}${total}`;
  return `${lastQtyLots} to ${to}${stop}, ${placeText(event)}`;
}

function displayedText(event: PlainEvent, names: ScenarioNames): string {
  const { lastQtyLots, contraOrderId: shownLots } = event;
  const before = `${lastQtyLots}@${names.ticks(event.lastPxTicks)}`;
  const now = shownLots === 0 ? "nothing" : `${shownLots}@${names.ticks(event.priceTicks)}`;
  const change = lastQtyLots === 0 ? now : `${now} for ${before}`;
  return `${change}, as order ${event.tradeId}`;
}

function placeText({ flags }: PlainEvent): string {
  return (flags & FLAG_KEPT_PLACE) === 0 ? "joins the tail" : "keeps its place";
}

function isOnBook({ flags }: PlainEvent): boolean {
  return (flags & FLAG_ON_BOOK) !== 0;
}

function onBookText(event: PlainEvent): string {
  return isOnBook(event) ? "" : ", not on the book";
}

function tradeWord({ flags }: PlainEvent): string {
  return (flags & FLAG_AUCTION) === 0 ? "trade" : "auction";
}

function transferText({ flags }: PlainEvent): string {
  return (flags & FLAG_TRANSFER) === 0 ? "" : ", transferred";
}

function reasonText({ reason }: PlainEvent): string {
  return reason === 0 ? "" : `, ${reasonName(reason)}`;
}

function orderName({ accountId, clOrdId, orderId }: PlainEvent, names: ScenarioNames): string {
  const unnamed = orderId === 0 ? NO_ID : `order ${orderId}`;
  return `${names.accountName(accountId)} ${clOrdId === "" ? unnamed : clOrdId}`;
}
