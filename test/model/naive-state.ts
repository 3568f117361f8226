// All that the twin knows, as plain arrays and maps, and how it reports.

import { EVENT_ORDER_STATUS, EVENT_TERMS } from "../../src/codec/event.ts";
import type { PhaseOrder } from "../../src/codec/market-command.ts";
import type { PlainIndicative } from "../../src/codec/market-record-for-test.ts";
import { type PlainEvent, termsWordsOf } from "../../src/codec/record-for-test.ts";
import type { EngineLimits } from "../../src/engine/engine-limits.ts";
import type { CalendarTerms, SessionTerms } from "../../src/model/calendar.ts";
import type { CallTerms } from "../../src/model/call-terms.ts";
import type { CascadeLimit, PriceBands } from "../../src/model/guard.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import { copyOfMoney, noMoney, type TwinMoney } from "./naive-account.ts";
import { noGuards, type TwinGuards } from "./naive-guards.ts";
import type { TwinSwitch } from "./naive-kill-switches.ts";
import type { TwinOrder } from "./naive-order.ts";

/** Everything but what follows from the place in the log and in the batch. */
export type TwinEvent = Omit<PlainEvent, "index" | "sequence" | "timeMicros" | "historyHash">;

/** How a phase ends; with an end of 0 when it is told to. */
export type PhasePlan = Pick<
  PhaseOrder,
  "endTimeMicros" | "randomMicros" | "nextPhase" | "nextMicros"
>;

/** Prices that an instrument remembers. */
export type Tape = {
  lastTicks: number | undefined;
  /** Best displayed prices without pegs, when pegs were last looked at. */
  pegBidTicks: number | undefined;
  pegAskTicks: number | undefined;
  /** Orders that made the best price of their side, where that gives them a right. */
  topBuyId: number | undefined;
  topSellId: number | undefined;
  /** Of trading, and how it ends. */
  phase: number;
  plan: PhasePlan;
  calendar: CalendarTerms | undefined;
  /** When the calendar may change the phase next. */
  calendarMicros: number | undefined;
  callTerms: CallTerms | undefined;
  /** How often the present call was extended. */
  extensions: number;
  bands: PriceBands | undefined;
  /** Of the static band, once there is one. */
  bandReferenceTicks: number | undefined;
  cascade: CascadeLimit | undefined;
  /** Orders that what is being done has fired so far. */
  firedCount: number;
  /** What was told last of a call. */
  told: PlainIndicative;
};

export const NOTHING_PAIRED: PlainIndicative = {
  priceTicks: 0,
  pairedLots: 0,
  imbalanceLots: 0,
  side: 0,
};

export type TwinList = {
  readonly listId: number;
  readonly listType: number;
  /** Ids of the legs that have entered, in their order. */
  readonly legIds: number[];
  /** One leg's fill, trigger or end has ended the other: nothing more follows from either. */
  isDecided: boolean;
  /** Children come part by part, as the parent is filled. */
  readonly isProRata: boolean;
  /** At the parent's last fill: what was filled of it, and of how much. */
  filledLots: number;
  totalLots: number;
  /** Of each child, by its order id. */
  readonly releasedLots: Map<number, number>;
  /** Its parent has ended, filled in part. */
  isClosing: boolean;
};

export function newList(state: TwinState, listType: number, isProRata: boolean): TwinList {
  const list = {
    ...{ listId: state.lists.length + 1, listType, legIds: [], isDecided: false },
    ...{ isProRata, filledLots: 0, totalLots: 0, releasedLots: new Map(), isClosing: false },
  };
  state.lists.push(list);
  return list;
}

export type TwinState = {
  readonly limits: EngineLimits;
  readonly instruments: Map<number, Instrument>;
  readonly tapes: Map<number, Tape>;
  /** All that ever entered an order or were configured. */
  readonly accounts: Set<number>;
  /** "instrument day" of days that are otherwise than calendars have them. */
  readonly days: Map<string, SessionTerms | "closed" | "usual">;
  readonly money: TwinMoney;
  switchesOn: readonly TwinSwitch[];
  readonly guards: TwinGuards;
  /** All orders that have entered and not ended, oldest first. */
  working: TwinOrder[];
  /** Working orders of an account: those that came to work last stand first. */
  readonly ofAccount: Map<number, TwinOrder[]>;
  /** "account clOrdId" of every known order; undefined once it has ended. */
  readonly ids: Map<string, TwinOrder | undefined>;
  readonly endedIds: string[];
  /** So many of them are known where the operator says so. */
  endedIdsSaid: number | undefined;
  readonly lists: TwinList[];
  /** Their parents have been filled or, pro rata, filled in part; nothing followed from it yet. */
  readonly listsToActivate: TwinList[];
  lastOrderId: number;
  lastTradeId: number;
  lastArrival: number;
  /** Of the command. */
  timeMicros: number;
  events: TwinEvent[];
};

export function emptyState(limits: EngineLimits): TwinState {
  return {
    limits,
    instruments: new Map(),
    tapes: new Map(),
    accounts: new Set(),
    days: new Map(),
    money: noMoney(),
    switchesOn: [],
    guards: noGuards(),
    working: [],
    ofAccount: new Map(),
    ids: new Map(),
    endedIds: [],
    endedIdsSaid: undefined,
    lists: [],
    listsToActivate: [],
    lastOrderId: 0,
    lastTradeId: 0,
    lastArrival: 0,
    timeMicros: 0,
    events: [],
  };
}

/** As much of a copy as it takes to try out what an order would do. */
export function copyForTrial(state: TwinState): TwinState {
  const copies = new Map(state.working.map((order) => [order, { ...order }]));
  const ofAccount = [...state.ofAccount].map(
    ([accountId, orders]) => [accountId, orders.map((order) => copies.get(order)!)] as const,
  );
  return {
    ...state,
    tapes: new Map([...state.tapes].map(([id, tape]) => [id, { ...tape }])),
    money: copyOfMoney(state.money),
    guards: noGuards(),
    working: [...copies.values()],
    ofAccount: new Map(ofAccount),
    ids: new Map(),
    endedIds: [],
    lists: state.lists.map((list) => ({ ...list, legIds: [...list.legIds] })),
    listsToActivate: [],
    events: [],
  };
}

export function tapeOf(state: TwinState, { instrumentId }: { instrumentId: number }): Tape {
  return state.tapes.get(instrumentId)!;
}

export function instrumentOf(
  state: TwinState,
  { instrumentId }: { instrumentId: number },
): Instrument {
  return state.instruments.get(instrumentId)!;
}

export function idOf({ accountId, clOrdId }: { accountId: number; clOrdId: string }): string {
  return `${accountId} ${clOrdId}`;
}

/** It came to work, or came to work anew. */
export function toFrontOfAccount(state: TwinState, order: TwinOrder): void {
  const orders = state.ofAccount.get(order.accountId) ?? [];
  state.ofAccount.set(order.accountId, [order, ...orders.filter((other) => other !== order)]);
}

/** Returns the event's place among the command's. */
export function report(
  state: TwinState,
  kind: number,
  order: TwinOrder,
  more: Partial<TwinEvent> = {},
): number {
  return state.events.push(eventOf(kind, { ...publicFields(order), ...more })) - 1;
}

export function reportTerms(state: TwinState, order: TwinOrder): void {
  state.events.push(termsEventOf(order));
}

export function statusEventOf(order: TwinOrder): TwinEvent {
  return eventOf(EVENT_ORDER_STATUS, publicFields(order));
}

export function termsEventOf(order: TwinOrder): TwinEvent {
  const { worstTicks, ...rest } = order;
  const termsWords = termsWordsOf({
    ...rest,
    priceTicks: worstTicks,
  } as Parameters<typeof termsWordsOf>[0]);
  // Of a trailing order the present trigger price, in its first word, once there is one.
  const { trailing = false } = order.terms;
  if (trailing && order.triggerTicks !== undefined) termsWords[0] = order.triggerTicks;
  const head = publicFields(order);
  const noTail = { orderQtyLots: 0, cumQtyLots: 0, leavesQtyLots: 0 };
  return eventOf(EVENT_TERMS, { ...head, ...noTail, termsWords });
}

/** An earlier event of the command turns out to say more. */
export function addFlags(state: TwinState, index: number, flags: number): void {
  const event = state.events[index];
  state.events[index] = { ...event, flags: event.flags | flags };
}

function publicFields(order: TwinOrder): Partial<TwinEvent> {
  const { orderId, accountId, sessionId, instrumentId, clOrdId, priceTicks } = order;
  const { side, ordType, timeInForce, execInst } = order;
  const { orderQtyLots, cumQtyLots, leavesQtyLots } = order;
  return {
    ...{ orderId, accountId, sessionId, instrumentId, clOrdId, priceTicks },
    ...{ side, ordType, timeInForce, execInst },
    ...{ orderQtyLots, cumQtyLots, leavesQtyLots },
  };
}

export function eventOf(kind: number, fields: Partial<TwinEvent>): TwinEvent {
  return {
    instrumentId: 0,
    accountId: 0,
    sessionId: 0,
    orderId: 0,
    clOrdId: "",
    priceTicks: 0,
    side: 0,
    ordType: 0,
    timeInForce: 0,
    execInst: 0,
    orderQtyLots: 0,
    cumQtyLots: 0,
    leavesQtyLots: 0,
    lastQtyLots: 0,
    lastPxTicks: 0,
    reason: 0,
    flags: 0,
    commandKind: 0,
    contraOrderId: 0,
    tradeId: 0,
    contraAccountId: 0,
    ...fields,
    kind,
  };
}
