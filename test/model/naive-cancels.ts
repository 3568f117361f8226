// Orders that end because somebody asks for it or because their time is over.

import {
  COMMAND_CANCEL,
  COMMAND_CANCEL_ALL,
  COMMAND_CLOCK,
  COMMAND_REDUCE_TO,
} from "../../src/codec/command.ts";
import { EVENT_CANCEL_REJECTED, EVENT_COMMAND_REJECTED } from "../../src/codec/event.ts";
import type {
  CancelAll,
  CancelOrder,
  Clock,
  OrderName,
  ReduceOrder,
} from "../../src/codec/record-for-test.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../../src/model/ord-type.ts";
import {
  REASON_EXPIRED,
  REASON_MARKET_CLOSED,
  REASON_NOT_PERMITTED,
  REASON_NOTHING_TO_AMEND,
  REASON_REQUESTED,
  REASON_UNKNOWN_ORDER,
} from "../../src/model/reasons.ts";
import { settle } from "./naive-aftermath.ts";
import { follow, nextOfCalendars } from "./naive-calendars.ts";
import { end, reduceKeepingPlace } from "./naive-ends.ts";
import type { Asked } from "./naive-entry.ts";
import { findOrder } from "./naive-names.ts";
import { isMarketOrder, isPegged, type TwinOrder } from "./naive-order.ts";
import { endNext, nextEnd } from "./naive-phase-changes.ts";
import { isClosed } from "./naive-phases.ts";
import { fireDeadMan } from "./naive-sessions.ts";
import { eventOf, report, type TwinState } from "./naive-state.ts";

export function cancel(state: TwinState, asked: CancelOrder & Asked): void {
  const order = orderToCancel(state, asked, COMMAND_CANCEL);
  if (order === undefined) return;
  const { reduceByLots = 0 } = asked;
  const isWhole = reduceByLots === 0 || reduceByLots >= order.leavesQtyLots;
  if (isWhole) end(state, order, REASON_REQUESTED);
  else reduceKeepingPlace(state, order, reduceByLots, REASON_REQUESTED);
}

/** To a total, what has executed included. */
export function reduceTo(state: TwinState, asked: ReduceOrder & Asked): void {
  const commandKind = COMMAND_REDUCE_TO;
  const order = orderToCancel(state, asked, commandKind);
  if (order === undefined) return;
  const lots = order.orderQtyLots - asked.orderQtyLots;
  if (lots <= 0) {
    const reason = REASON_NOTHING_TO_AMEND;
    report(state, EVENT_CANCEL_REJECTED, order, { reason, commandKind });
  } else if (lots >= order.leavesQtyLots) end(state, order, REASON_REQUESTED);
  else reduceKeepingPlace(state, order, lots, REASON_REQUESTED);
}

/** The order that is named; undefined, with the answer given, where it stays as it is. */
function orderToCancel(
  state: TwinState,
  asked: OrderName & Asked,
  commandKind: number,
): TwinOrder | undefined {
  const order = findOrder(state, asked);
  if (order === undefined) {
    const { accountId, sessionId, instrumentId, orderId = 0, clOrdId = "" } = asked;
    const reason = REASON_UNKNOWN_ORDER;
    const fields = { accountId, sessionId, instrumentId, orderId, clOrdId, reason };
    state.events.push(eventOf(EVENT_CANCEL_REJECTED, { ...fields, commandKind }));
    return undefined;
  }
  if (!isClosed(state, order)) return order;
  report(state, EVENT_CANCEL_REJECTED, order, { reason: REASON_MARKET_CLOSED, commandKind });
  return undefined;
}

export function cancelAll(state: TwinState, asked: CancelAll & Asked): void {
  const { accountId, instrumentId, targetAccountId } = asked;
  if (targetAccountId !== undefined && accountId !== 0) {
    refuseCommand(state, { accountId, instrumentId }, COMMAND_CANCEL_ALL);
    return;
  }
  const orders = state.ofAccount.get(targetAccountId ?? accountId) ?? [];
  for (const order of [...orders]) {
    // Another one's end may have ended it.
    const isOpen = order.place !== "ended" && !isClosed(state, order);
    if (isOpen && isWanted(order, asked)) end(state, order, REASON_REQUESTED);
  }
}

function isWanted(order: TwinOrder, asked: CancelAll & Asked): boolean {
  const { instrumentId, side = 0, priceRange, targetSessionId } = asked;
  if (instrumentId !== 0 && order.instrumentId !== instrumentId) return false;
  if (side !== 0 && order.side !== side) return false;
  if (targetSessionId !== undefined && order.sessionId !== targetSessionId) return false;
  if (priceRange === undefined) return true;
  const [minTicks, maxTicks] = priceRange;
  return hasPrice(order) && minTicks <= order.priceTicks && order.priceTicks <= maxTicks;
}

/** Whether it has a limit price at present. */
function hasPrice(order: TwinOrder): boolean {
  if (isMarketOrder(order)) return false;
  const isPricedLater = isPegged(order) || order.ordType === ORD_TYPE_MARKET_WITH_LEFTOVER;
  return !(isPricedLater && order.place === "parked");
}

const NEVER = [0, Number.POSITIVE_INFINITY] as const;

/** Time passed: what is due happens, the earliest first; at one time orders before phases. */
export function clock(state: TwinState, asked: Clock): void {
  const { accountId = 0 } = asked;
  if (accountId !== 0) {
    refuseCommand(state, { accountId, instrumentId: 0 }, COMMAND_CLOCK);
    return;
  }
  const commandMicros = state.timeMicros;
  for (let moments = 0; ; moments++) {
    const dueMicros = nextTimerMicros(state);
    if (dueMicros === undefined || dueMicros > commandMicros) break;
    // As if the clock had come in time, where that is not too often.
    state.timeMicros = moments < 1024 ? dueMicros : commandMicros;
    const told = state.events.length;
    const changeMicros = Math.min(
      nextEnd(state)?.[2] ?? Number.POSITIVE_INFINITY,
      (nextOfCalendars(state) ?? NEVER)[1],
    );
    const hasEnded = expire(state, Math.min(state.timeMicros, changeMicros));
    const phaseEnd = nextEnd(state)?.[2] ?? Number.POSITIVE_INFINITY;
    const [instrumentId, calendarMicros] = nextOfCalendars(state) ?? NEVER;
    if (!hasEnded) {
      // A call that ends with its time does before the calendar looks at it.
      if (phaseEnd <= calendarMicros) endNext(state, asked.random ?? 0);
      else follow(state, instrumentId, calendarMicros);
    }
    settle(state, told);
  }
  state.timeMicros = commandMicros;
}

/**
 * What follows from one order's expiry follows when all of that time have ended. Accounts that were
 * silent for too long come after the orders of their time, by their numbers. Says whether any was
 * due.
 */
function expire(state: TwinState, untilMicros: number): boolean {
  const orders = state.working
    .map((order) => ({ order, timeMicros: expiryOf(order) }))
    .sort((a, b) => a.timeMicros - b.timeMicros || a.order.orderId - b.order.orderId);
  const silent = [...state.guards.deadMen]
    .map(([accountId, timeMicros]) => ({ accountId, timeMicros }))
    .sort((a, b) => a.timeMicros - b.timeMicros || a.accountId - b.accountId);
  const due = [...orders, ...silent].sort((a, b) => a.timeMicros - b.timeMicros);
  const endings = due.filter(({ timeMicros }) => timeMicros <= untilMicros);
  for (const ending of endings) {
    if ("accountId" in ending) fireDeadMan(state, ending.accountId);
    else if (ending.order.place !== "ended") end(state, ending.order, REASON_EXPIRED);
  }
  return endings.length > 0;
}

/** When something is due next; undefined if nothing is. */
export function nextTimerMicros(state: TwinState): number | undefined {
  const phaseEnd = nextEnd(state)?.[2] ?? Number.POSITIVE_INFINITY;
  const [, calendarMicros] = nextOfCalendars(state) ?? NEVER;
  const { deadMen } = state.guards;
  const next = Math.min(
    phaseEnd,
    calendarMicros,
    ...deadMen.values(),
    ...state.working.map(expiryOf),
  );
  return Number.isFinite(next) ? next : undefined;
}

function expiryOf({ terms }: TwinOrder): number {
  return terms.expireTimeMicros || Number.POSITIVE_INFINITY;
}

function refuseCommand(
  state: TwinState,
  asked: Omit<Asked, "sessionId">,
  commandKind: number,
): void {
  const reason = REASON_NOT_PERMITTED;
  state.events.push(eventOf(EVENT_COMMAND_REJECTED, { ...asked, reason, commandKind }));
}
