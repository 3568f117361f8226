// hot path
// The orders of every day, on the shortest way: a limit order without terms or modifiers that meets
// nobody, and the cancel or amend of one that rests, where nobody waits for a price. Most commands
// are no more than that, and are not asked here what only others can be. Whatever is the least bit
// different, and every refusal, is left as it is to the rooms that know all rules, who would have
// done the same (plain-orders.test.ts).

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import { LADDER_ASKS } from "../book/ladder-kinds.ts";
import { hasClOrdId } from "../codec/cl-ord-id.ts";
import {
  AMEND_AMEND_FLAGS_WORD,
  AMEND_HAS_PRICE,
  AMEND_HAS_QTY,
  AMEND_JOINS_TAIL,
  AMEND_NEW_CL_ORD_ID_WORD,
  AMEND_ORDER_ID_WORD,
  AMEND_ORDER_QTY_LOTS_WORD,
  AMEND_PRICE_TICKS_WORD,
  AMEND_QTY_IS_LEAVES,
  CANCEL_ORDER_ID_WORD,
  CANCEL_REDUCE_BY_LOTS_WORD,
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_INSTRUMENT_ID_WORD,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
} from "../codec/command.ts";
import { EVENT_AMENDED, EVENT_CANCELED, FLAG_KEPT_PLACE, FLAG_ON_BOOK } from "../codec/event.ts";
import { isPlainLimit, sideOf, timeInForceOf } from "../model/order-codes.ts";
import { REASON_NONE, REASON_REQUESTED } from "../model/reasons.ts";
import { TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { ASKS } from "./guard-tables.ts";
import type { Guards } from "./guards.ts";
import type { Headroom } from "./headroom.ts";
import { LARGE_QTY_LOTS } from "./level-sums.ts";
import type { OrderHolds } from "./order-holds.ts";
import type { OrderIds } from "./order-ids.ts";
import type { OrderNames } from "./order-names.ts";
import { createPlainReports } from "./plain-reports.ts";

/** What an amend may ask for here. */
const PLAIN_CHANGES = AMEND_HAS_PRICE | AMEND_HAS_QTY | AMEND_QTY_IS_LEAVES | AMEND_JOINS_TAIL;

export type PlainOrdersParts = {
  readonly tables: EngineTables;
  readonly ids: OrderIds;
  readonly names: OrderNames;
  readonly events: EventBuffer;
  readonly guards: Guards;
  readonly holds: OrderHolds;
  readonly headroom: Headroom;
};

export type PlainOrders = ReturnType<typeof createPlainOrders>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createPlainOrders(parts: PlainOrdersParts) {
  const { tables, ids, names, events, guards, holds, headroom } = parts;
  const { accounts, books, clOrdIds, columns, frame, instruments, risk, states } = tables;
  const { words: command } = frame;
  const { positions, terms } = risk;
  const { switches } = tables.guards;
  const { coversPlain: covers } = headroom;
  const reports = createPlainReports(events, tables);

  /** Enters the order of the new command at work; false: not one of these. */
  function enter(): boolean {
    const orderCodes = command[NEW_SIDE_WORD];
    const priceTicks = command[NEW_PRICE_TICKS_WORD];
    const lots = readU64(command, NEW_ORDER_QTY_LOTS_WORD);
    const book = bookToEnter(orderCodes, priceTicks, lots);
    const accountId = command[COMMAND_ACCOUNT_ID_WORD] >>> 0;
    const accountRow = accounts.find(accountId);
    if (book === NONE || accountRow === NONE) return false;
    if (isHeldBack(accountRow, book)) return false;
    const idHash = clOrdIds.hashOf(accountId, command, NEW_CL_ORD_ID_WORD);
    if (!hasClOrdId(command, NEW_CL_ORD_ID_WORD)) return false;
    if (clOrdIds.find(idHash, accountId, command, NEW_CL_ORD_ID_WORD) !== NONE) return false;

    const side = sideOf(orderCodes);
    const isAsked = terms.isUsed() && terms.isConfigured(accountRow);
    const positionRow = isAsked ? positions.find(accountRow, book) : NONE;
    const need = holds.moneyNeedOf(accountRow, positionRow, book, orderCodes, priceTicks);
    if (isAsked && positionRow === NONE) return false;
    if (isAsked && !covers(accountRow, positionRow, book, side, priceTicks, lots, need)) {
      return false;
    }
    const orderId = ++ids.lastOrderId;
    if (timeInForceOf(orderCodes) === TIF_IOC) {
      endAtOnce(orderId, lots);
      clOrdIds.closeNew(accountId, command, NEW_CL_ORD_ID_WORD, idHash);
      return true;
    }
    reports.accepted(orderId, lots, FLAG_ON_BOOK);
    const slot = books.rest(book, orderCodes, priceTicks, lots, orderId);
    columns.linkCommand(slot, idHash, accountRow, positionRow, lots);
    clOrdIds.insert(slot, idHash);
    if (isAsked) holds.hold(positionRow, book, side, need, 0, lots);
    return true;
  }

  /** The book where the order is one of these, as far as it and the market say; else NONE. */
  function bookToEnter(orderCodes: number, priceTicks: number, lots: number): number {
    const timeInForce = timeInForceOf(orderCodes);
    const rests = timeInForce === TIF_GTC;
    if (!isPlainLimit(orderCodes) || !(rests || timeInForce === TIF_IOC)) return NONE;
    const book = instruments.find(command[COMMAND_INSTRUMENT_ID_WORD] >>> 0);
    if (book === NONE || !states.isQuiet(book) || instruments.limitsNotional()) return NONE;
    if (!instruments.takesQty(book, lots) || lots > LARGE_QTY_LOTS) return NONE;
    if (!instruments.takesPrice(book, priceTicks) || (rests && books.isFull())) return NONE;
    return books.crosses(book, sideOf(orderCodes), priceTicks, lots) ? NONE : book;
  }

  /** Immediate or cancel: there is nobody to trade with. */
  function endAtOnce(orderId: number, lots: number): void {
    reports.accepted(orderId, lots, 0);
    reports.endedAtOnce(lots);
  }

  /** Cancels the order that the command at work names; false: not one of these. */
  function cancel(): boolean {
    const reduceBy = CANCEL_REDUCE_BY_LOTS_WORD;
    if ((command[reduceBy] | command[reduceBy + 1]) !== 0) return false;
    const slot = names.find(CANCEL_ORDER_ID_WORD);
    if (slot === NONE || !restsPlainly(slot)) return false;
    const lots = books.shownLotsOf(slot);
    hold(slot, -lots);
    reports.resting(EVENT_CANCELED, slot, 0, lots, 0, FLAG_ON_BOOK, REASON_REQUESTED);
    columns.unlink(slot);
    clOrdIds.close(slot);
    books.remove(slot);
    return true;
  }

  /** Gives the order that the command names another price or quantity; false: not one of these. */
  function amend(): boolean {
    const flags = command[AMEND_AMEND_FLAGS_WORD] & 0xff;
    if ((flags & ~PLAIN_CHANGES) !== 0 || (flags & (AMEND_HAS_PRICE | AMEND_HAS_QTY)) === 0) {
      return false;
    }
    if (hasClOrdId(command, AMEND_NEW_CL_ORD_ID_WORD)) return false;
    const slot = names.find(AMEND_ORDER_ID_WORD);
    if (slot === NONE || !restsPlainly(slot)) return false;
    const openBeforeLots = books.shownLotsOf(slot);
    const priceBeforeTicks = books.priceTicksOf(slot);
    const lotsBefore = columns.orderQtyLotsOf(slot);
    const executedLots = lotsBefore - openBeforeLots;
    const priceTicks =
      (flags & AMEND_HAS_PRICE) !== 0 ? command[AMEND_PRICE_TICKS_WORD] : priceBeforeTicks;
    const lots = (flags & AMEND_HAS_QTY) === 0 ? lotsBefore : totalOf(executedLots);
    if (lots <= executedLots || !mayBecome(slot, priceTicks, lots)) return false;

    hold(slot, -openBeforeLots);
    const openLots = lots - executedLots;
    const joinsTail = (flags & AMEND_JOINS_TAIL) !== 0;
    const keepsPlace = !joinsTail && lots <= lotsBefore && priceTicks === priceBeforeTicks;
    columns.setOrderQtyLots(slot, lots);
    if (keepsPlace) books.reduceTo(slot, openLots);
    else books.requeue(slot, priceTicks, openLots);
    hold(slot, openLots);
    const reportFlags = keepsPlace ? FLAG_ON_BOOK | FLAG_KEPT_PLACE : FLAG_ON_BOOK;
    reports.resting(
      EVENT_AMENDED,
      slot,
      openLots,
      openBeforeLots,
      priceBeforeTicks,
      reportFlags,
      0,
    );
    return true;
  }

  /** Whether a guard refuses what the account enters or amends here. */
  function isHeldBack(accountRow: number, book: number): boolean {
    return switches[ASKS] !== 0 && guards.reasonToRefuse(accountRow, book) !== REASON_NONE;
  }

  /** The new total of an amend that gives a quantity. */
  function totalOf(executedLots: number): number {
    const lots = readU64(command, AMEND_ORDER_QTY_LOTS_WORD);
    const isLeaves = (command[AMEND_AMEND_FLAGS_WORD] & AMEND_QTY_IS_LEAVES) !== 0;
    return isLeaves ? executedLots + lots : lots;
  }

  /** Whether an order is one of these and rests in sight. */
  function restsPlainly(slot: number): boolean {
    const ladder = books.ladderKindOf(slot);
    if (!isPlainLimit(books.orderCodesOf(slot)) || ladder > LADDER_ASKS) return false;
    return states.isQuiet(books.bookOf(slot));
  }

  /** Whether the order may certainly have this limit and total, and meets nobody there. */
  function mayBecome(slot: number, priceTicks: number, lots: number): boolean {
    const book = books.bookOf(slot);
    const orderCodes = books.orderCodesOf(slot);
    const side = sideOf(orderCodes);
    const accountRow = columns.accountRowOf(slot);
    const positionRow = columns.positionRowOf(slot);
    if (instruments.limitsNotional() || lots > LARGE_QTY_LOTS) return false;
    if (!instruments.takesQty(book, lots) || !instruments.takesPrice(book, priceTicks))
      return false;
    if (isHeldBack(accountRow, book)) return false;
    if (!books.hasLevelRoom() || books.crosses(book, side, priceTicks, lots)) return false;
    if (positionRow === NONE) return true;
    // As if it were one order more: what it holds already is counted twice.
    const need = holds.moneyNeedOf(accountRow, positionRow, book, orderCodes, priceTicks);
    return covers(accountRow, positionRow, book, side, priceTicks, lots, need);
  }

  /** The resting order's account holds for so many lots more, or (negative) fewer. */
  function hold(slot: number, lots: number): void {
    const positionRow = columns.positionRowOf(slot);
    if (positionRow === NONE) return;
    const accountRow = columns.accountRowOf(slot);
    const book = books.bookOf(slot);
    const orderCodes = books.orderCodesOf(slot);
    const side = sideOf(orderCodes);
    const priceTicks = books.priceTicksOf(slot);
    const moneyNeed = holds.moneyNeedOf(accountRow, positionRow, book, orderCodes, priceTicks);
    const assetNeed = holds.assetNeedOf(accountRow, positionRow, side);
    holds.hold(positionRow, book, side, moneyNeed, assetNeed, lots);
  }

  return { enter, cancel, amend };
}
