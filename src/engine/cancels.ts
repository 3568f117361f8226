// hot path
// Orders are taken back: one, a part of one, or all that match.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import { isParkedKind } from "../book/ladder-kinds.ts";
import {
  CANCEL_ALL_BY_PRICE,
  CANCEL_ALL_BY_SESSION,
  CANCEL_ALL_OF_ACCOUNT,
  CANCEL_ALL_PRICE_TICKS_MAX_WORD,
  CANCEL_ALL_PRICE_TICKS_MIN_WORD,
  CANCEL_ALL_SIDE_WORD,
  CANCEL_ALL_TARGET_ACCOUNT_ID_WORD,
  CANCEL_ALL_TARGET_SESSION_ID_WORD,
  CANCEL_ORDER_ID_WORD,
  CANCEL_REDUCE_BY_LOTS_WORD,
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_INSTRUMENT_ID_WORD,
  commandKindOf,
  REDUCE_TO_ORDER_QTY_LOTS_WORD,
} from "../codec/command.ts";
import { EVENT_CANCEL_REJECTED } from "../codec/event.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../model/ord-type.ts";
import { isPegged, ordTypeOf, sideOf, worksAsMarket } from "../model/order-codes.ts";
import { takesCancels } from "../model/phase.ts";
import {
  REASON_NONE,
  REASON_NOTHING_TO_AMEND,
  REASON_REQUESTED,
  REASON_UNKNOWN_ORDER,
} from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderEntry } from "./order-entry.ts";
import type { OrderNames } from "./order-names.ts";
import { OrderSet } from "./order-set.ts";
import { phaseReasonNotToCancel } from "./phase-checks.ts";
import type { SpecialReports } from "./special-reports.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type CancelsParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly names: OrderNames;
  readonly reports: ExecutionReports;
  readonly special: SpecialReports;
  readonly working: WorkingOrders;
  readonly entry: OrderEntry;
};

export type Cancels = ReturnType<typeof createCancels>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createCancels(parts: CancelsParts) {
  const { tables, incoming, names, reports, working, entry } = parts;
  const { accounts, books, columns, instruments, states } = tables;
  const found = new OrderSet(books);

  function cancel(words: Int32Array, at: number): void {
    const slot = findToCancel(words, at);
    if (slot === NONE) return;
    const reduceByLots = readU64(words, at + CANCEL_REDUCE_BY_LOTS_WORD);
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    if (reduceByLots === 0 || reduceByLots >= leavesQtyLots) {
      working.end(slot, REASON_REQUESTED);
    } else {
      working.reduce(slot, leavesQtyLots - reduceByLots, REASON_REQUESTED);
    }
  }

  /** A cancel that says what is to stay: a total, what has executed included. */
  function reduceTo(words: Int32Array, at: number): void {
    const slot = findToCancel(words, at);
    if (slot === NONE) return;
    const openLots = books.leavesQtyLotsOf(slot);
    const executedLots = columns.orderQtyLotsOf(slot) - openLots;
    const leavesQtyLots = readU64(words, at + REDUCE_TO_ORDER_QTY_LOTS_WORD) - executedLots;
    if (leavesQtyLots <= 0) working.end(slot, REASON_REQUESTED);
    else if (leavesQtyLots < openLots) working.reduce(slot, leavesQtyLots, REASON_REQUESTED);
    else refuse(slot, REASON_NOTHING_TO_AMEND, words, at);
  }

  /** The order that a cancel names, in either form; NONE, with the answer given, when it stays. */
  function findToCancel(words: Int32Array, at: number): number {
    const slot = names.find(CANCEL_ORDER_ID_WORD);
    if (slot === NONE) {
      refuseUnknown(EVENT_CANCEL_REJECTED, words, at, CANCEL_ORDER_ID_WORD);
      return NONE;
    }
    const reason = phaseReasonNotToCancel(states.phaseOf(books.bookOf(slot)));
    if (reason === REASON_NONE) return slot;
    refuse(slot, reason, words, at);
    return NONE;
  }

  /** Every working order of the account that matches, newest first. Returns how many. */
  function cancelAll(words: Int32Array, at: number): number {
    const isOfOther = (flagsOf(words, at) & CANCEL_ALL_OF_ACCOUNT) !== 0;
    const accountWord = isOfOther ? CANCEL_ALL_TARGET_ACCOUNT_ID_WORD : COMMAND_ACCOUNT_ID_WORD;
    const accountRow = accounts.find(words[at + accountWord]);
    if (accountRow === NONE) return 0;
    const instrumentId = words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0;
    if (instrumentId !== 0 && instruments.find(instrumentId) === NONE) return 0;

    // An end may end linked orders too, so the walk is done before the first end.
    collect(accounts.firstOrderOf(accountRow), words, at);
    let canceledCount = 0;
    for (let i = 0; i < found.count; i++) {
      const slot = found.slotAt(i);
      if (slot === NONE) continue;
      working.end(slot, REASON_REQUESTED);
      canceledCount++;
    }
    return canceledCount;
  }

  /** Whether the command may name another account's orders. */
  function isOfOtherAccount(words: Int32Array, at: number): boolean {
    return (flagsOf(words, at) & CANCEL_ALL_OF_ACCOUNT) !== 0;
  }

  /** The answer to a command that names no working order of the account; returns its first word. */
  function refuseUnknown(kind: number, words: Int32Array, at: number, orderIdWord: number): number {
    entry.read(words, at, at);
    incoming.orderId = readU64(words, at + orderIdWord);
    incoming.orderCodes = 0;
    incoming.priceTicks = 0;
    incoming.orderQtyLots = 0;
    incoming.leavesQtyLots = 0;
    const report = reports.ofIncoming(kind, incoming, 0, REASON_UNKNOWN_ORDER);
    reports.setCommandKind(report, commandKindOf(words, at));
    return report;
  }

  /** The answer to a cancel of a working order that stays as it is. */
  function refuse(slot: number, reason: number, words: Int32Array, at: number): void {
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    const report = reports.ofResting(EVENT_CANCEL_REJECTED, slot, leavesQtyLots, 0, reason);
    reports.setCommandKind(report, commandKindOf(words, at));
  }

  function collect(firstSlot: number, words: Int32Array, at: number): void {
    found.clear();
    for (let slot = firstSlot; slot !== NONE; slot = columns.nextOfAccount(slot)) {
      if (isWanted(slot, words, at)) found.add(slot);
    }
  }

  function isWanted(slot: number, words: Int32Array, at: number): boolean {
    const instrumentId = words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0;
    if (instrumentId !== 0 && columns.instrumentIdOf(slot) !== instrumentId) {
      return false;
    }
    // Where the market is closed nothing changes.
    if (!takesCancels(states.phaseOf(books.bookOf(slot)))) return false;
    const side = words[at + CANCEL_ALL_SIDE_WORD] & 0xff;
    if (side !== 0 && sideOf(books.orderCodesOf(slot)) !== side) return false;
    const flags = flagsOf(words, at);
    if ((flags & CANCEL_ALL_BY_SESSION) !== 0) {
      const sessionId = words[at + CANCEL_ALL_TARGET_SESSION_ID_WORD];
      if (columns.sessionIdOf(slot) !== sessionId) return false;
    }
    return (flags & CANCEL_ALL_BY_PRICE) === 0 || isInRange(slot, words, at);
  }

  /** Orders without a limit, and those that the market has given no price yet, are in no range. */
  function isInRange(slot: number, words: Int32Array, at: number): boolean {
    const orderCodes = books.orderCodesOf(slot);
    const isLeftover = ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER;
    const isPricedLater = isPegged(orderCodes) || isLeftover;
    if (worksAsMarket(orderCodes)) return false;
    if (isPricedLater && isParkedKind(books.ladderKindOf(slot))) return false;
    const priceTicks = working.limitTicksOf(slot);
    return (
      words[at + CANCEL_ALL_PRICE_TICKS_MIN_WORD] <= priceTicks &&
      priceTicks <= words[at + CANCEL_ALL_PRICE_TICKS_MAX_WORD]
    );
  }

  return { cancel, cancelAll, isOfOtherAccount, reduceTo, refuseUnknown };
}

function flagsOf(words: Int32Array, at: number): number {
  return (words[at + CANCEL_ALL_SIDE_WORD] >>> 8) & 0xff;
}
