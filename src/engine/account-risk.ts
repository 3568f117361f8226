// hot path
// Accounts and pre-trade risk as the core of the engine meets them: asked before an order enters,
// told of everything that an order's money follows. While no account is configured nobody comes.

import { NONE } from "../base/none.ts";
import { LEDGER_TRADE, RISK_NONE } from "../model/account.ts";
import { ORD_TYPE_MARKET } from "../model/ord-type.ts";
import {
  isReduceOnly,
  ordTypeOf,
  sideOf,
  timeInForceOf,
  worksAsMarket,
} from "../model/order-codes.ts";
import { STP_DECREMENT } from "../model/order-terms.ts";
import { REASON_NONE, REASON_REDUCE_ONLY, REASON_UNSUPPORTED_ORDER } from "../model/reasons.ts";
import { SIDE_BUY } from "../model/side.ts";
import { TIF_FOK } from "../model/time-in-force.ts";
import type { EngineTables } from "./engine-tables.ts";
import { waitsForUncross } from "./gathering.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderHolds } from "./order-holds.ts";
import type { OrderReserves } from "./order-reserves.ts";
import { isAsleep } from "./order-sleep.ts";
import type { PreTradeRisk } from "./pre-trade-risk.ts";
import { MAKER, TAKER } from "./recent-trades.ts";
import type { Settlement } from "./settlement.ts";
import type { WorkingHolds } from "./working-holds.ts";

export type AccountRisk = ReturnType<typeof createAccountRisk>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createAccountRisk(
  tables: EngineTables,
  holds: OrderHolds,
  reserves: OrderReserves,
  working: WorkingHolds,
  preTrade: PreTradeRisk,
  settlement: Settlement,
) {
  const { books, columns, risk, states, time } = tables;
  const { positions, terms, trades } = risk;

  /** Whether any account is configured. */
  function isOn(): boolean {
    return terms.isUsed();
  }

  /** Whether the order's account is to be asked about it. */
  function concerns(incoming: IncomingOrder): boolean {
    return terms.isUsed() || isReduceOnly(incoming.orderCodes);
  }

  /**
   * Why the account may not enter this order; one that sleeps is asked the rest when it wakes. The
   * first leg of a list is asked whether there are places for all of them.
   */
  function reasonToReject(incoming: IncomingOrder, isSleeper: boolean, places: number): number {
    const { accountRow, orderCodes, stpMode } = incoming;
    if (!isTracked(accountRow)) {
      return isReduceOnly(orderCodes) ? REASON_REDUCE_ONLY : REASON_NONE;
    }
    // An order that names such a mode itself was refused before: it could end in parts.
    if (timeInForceOf(orderCodes) === TIF_FOK && stpMode >= STP_DECREMENT) {
      return REASON_UNSUPPORTED_ORDER;
    }
    return preTrade.reasonToReject(incoming, isSleeper, places);
  }

  /**
   * Why the second leg of an OCO may not work. Each leg is asked for itself, as if `alternative`,
   * the slot of the other one or NONE, held nothing.
   */
  function reasonToBegin(incoming: IncomingOrder, alternative: number): number {
    setAside(alternative, true);
    const reason = reasonToReject(incoming, false, 0);
    setAside(alternative, false);
    return reason;
  }

  /** The same of a leg that wakes. */
  function reasonToActivate(incoming: IncomingOrder, alternative: number): number {
    if (!isTracked(incoming.accountRow)) return REASON_NONE;
    setAside(alternative, true);
    const reason = preTrade.reasonToActivate(incoming);
    setAside(alternative, false);
    return reason;
  }

  function setAside(slot: number, isAside: boolean): void {
    if (slot === NONE) return;
    const lots = books.leavesQtyLotsOf(slot);
    release(slot, isAside ? lots : -lots);
  }

  /** `incoming` is the working order as it would be; NaN for a price that is not given. */
  function reasonToRefuseAmend(
    slot: number,
    incoming: IncomingOrder,
    changesQty: boolean,
    givenTicks: number,
    givenStopPxTicks: number,
    alternative: number,
  ): number {
    if (!isTracked(incoming.accountRow)) return REASON_NONE;
    setAside(alternative, true);
    const reason = preTrade.reasonToRefuseAmend(
      slot,
      incoming,
      changesQty,
      givenTicks,
      givenStopPxTicks,
    );
    setAside(alternative, false);
    return reason;
  }

  /** The same of a working order that would begin again as `incoming`. */
  function reasonToBeginAgain(slot: number, incoming: IncomingOrder, alternative: number): number {
    if (!isTracked(incoming.accountRow)) return REASON_NONE;
    setAside(alternative, true);
    const reason = preTrade.reasonToBeginAgain(slot, incoming);
    setAside(alternative, false);
    return reason;
  }

  /** Why an order that was fired may not make way: its new price may make it too large. */
  function reasonToMakeWay(incoming: IncomingOrder): number {
    return incoming.isTracked ? preTrade.reasonToMakeWay(incoming) : REASON_NONE;
  }

  /** Why a working order that is about to trade, at other prices than its own, may not. */
  function reasonToTake(incoming: IncomingOrder): number {
    return incoming.isTracked ? preTrade.reasonToTake(incoming) : REASON_NONE;
  }

  /** Why a working order may not trade so many lots in a call, at this price. */
  function reasonToTradeAt(slot: number, priceTicks: number, lots: number): number {
    return holdsMoney(slot) ? preTrade.reasonToTradeAt(slot, priceTicks, lots) : REASON_NONE;
  }

  /** Whether the account of a working order has not so much more credit. */
  function lacksCredit(slot: number, more: number): boolean {
    return preTrade.lacksCredit(columns.accountRowOf(slot), columns.positionRowOf(slot), more);
  }

  /** Which position an order is held against that was asked about before, and read again. */
  function findPosition(incoming: IncomingOrder): void {
    const { accountRow, book } = incoming;
    incoming.positionRow = isTracked(accountRow) ? positions.find(accountRow, book) : NONE;
  }

  /** The order at work begins to hold what it needs for all it has open. */
  function begin(incoming: IncomingOrder): void {
    incoming.isTracked = isTracked(incoming.accountRow);
    if (!incoming.isTracked) return;
    count(incoming.positionRow, incoming.orderCodes, 1);
    holdAnew(incoming, paysNow(incoming));
  }

  /** A working order was changed, and released before; `incoming` is it as it is now. */
  function onAmend(incoming: IncomingOrder): void {
    if (incoming.isTracked) holdAnew(incoming, false);
  }

  /** A fired order made way: it holds what it needs at its new price. */
  function onSlide(incoming: IncomingOrder): void {
    if (!incoming.isTracked) return;
    holdIncoming(incoming, 0);
    holdAnew(incoming, false);
  }

  /** A fired order that takes any price goes no further than what it is held by. */
  function capLimit(incoming: IncomingOrder): void {
    const { accountRow, limitTicks, orderCodes } = incoming;
    if (!incoming.isTracked || !worksAsMarket(orderCodes)) return;
    if (terms.riskModeOf(accountRow) === RISK_NONE) return;
    const worstTicks = reserves.worstOfIncoming(incoming);
    incoming.limitTicks =
      sideOf(orderCodes) === SIDE_BUY
        ? Math.min(limitTicks, worstTicks)
        : Math.max(limitTicks, worstTicks);
  }

  /** A working order is about to leave its ladder and go on as the order at work. */
  function onLift(slot: number, incoming: IncomingOrder): void {
    incoming.isTracked = holdsMoney(slot);
    incoming.heldLots = 0;
    if (!incoming.isTracked) return;
    incoming.moneyNeed = reserves.moneyNeedOf(slot);
    incoming.assetNeed = reserves.assetNeedOf(slot);
    incoming.heldLots = books.leavesQtyLotsOf(slot);
  }

  /** The order at work rests or waits: from now on its slot says what it holds. */
  function onRest(incoming: IncomingOrder): void {
    holdIncoming(incoming, incoming.leavesQtyLots);
    incoming.isTracked = false;
  }

  /** The order at work lost a part without a trade. */
  function onDecrement(incoming: IncomingOrder): void {
    holdIncoming(incoming, incoming.leavesQtyLots);
  }

  /** The order at work has ended. */
  function onClose(incoming: IncomingOrder): void {
    holdIncoming(incoming, 0);
    count(incoming.positionRow, incoming.orderCodes, -1);
    incoming.isTracked = false;
  }

  /** A working order is about to end without being filled. */
  function onEnd(slot: number): void {
    if (!holdsMoney(slot)) return;
    working.hold(slot, -books.leavesQtyLotsOf(slot));
    count(columns.positionRowOf(slot), books.orderCodesOf(slot), -1);
  }

  /** A working order holds for so many lots fewer or, where they are negative, more. */
  function release(slot: number, lots: number): void {
    if (holdsMoney(slot)) working.hold(slot, -lots);
  }

  /** A trade, told but not done yet in the book; the order at work knows of it. */
  function onFill(
    makerSlot: number,
    incoming: IncomingOrder,
    lastPxTicks: number,
    lastQtyLots: number,
    tradeId: number,
  ): void {
    const makerRow = columns.accountRowOf(makerSlot);
    const isMakerTracked = terms.isConfigured(makerRow);
    if (!isMakerTracked && !incoming.isTracked) return;
    const { book, accountRow, orderId } = incoming;
    const makerCodes = books.orderCodesOf(makerSlot);
    const makerSide = sideOf(makerCodes);
    const row = trades.add(tradeId, book, makerSide, lastPxTicks, lastQtyLots, time.day);
    const makerId = books.orderIdOf(makerSlot);
    const makerPosition = isMakerTracked ? columns.positionRowOf(makerSlot) : NONE;
    trades.setParty(row, MAKER, makerId, makerRow, makerPosition, terms.hasBalances(makerRow));
    const takerPosition = incoming.isTracked ? incoming.positionRow : NONE;
    trades.setParty(row, TAKER, orderId, accountRow, takerPosition, terms.hasBalances(accountRow));
    // Neither holds any more for what has traded when the first change of money is told.
    if (isMakerTracked) {
      working.hold(makerSlot, -lastQtyLots);
      const isLast = books.leavesQtyLotsOf(makerSlot) === lastQtyLots;
      if (isLast) count(makerPosition, makerCodes, -1);
    }
    if (incoming.isTracked) holdIncoming(incoming, incoming.leavesQtyLots);
    settlement.book(row, MAKER, LEDGER_TRADE);
    settlement.book(row, TAKER, LEDGER_TRADE);
  }

  /** Self-trade prevention lets lots change hands at the maker's price. */
  function onTransfer(
    makerSlot: number,
    incoming: IncomingOrder,
    lastPxTicks: number,
    lastQtyLots: number,
  ): void {
    const { book } = incoming;
    const makerRow = columns.accountRowOf(makerSlot);
    const makerSide = sideOf(books.orderCodesOf(makerSlot));
    const makerId = books.orderIdOf(makerSlot);
    const { accountRow, orderId } = incoming;
    // As of a trade neither holds for it when the first change of money is told; then both do
    // again, until the lots are taken off.
    holdBoth(makerSlot, incoming, -lastQtyLots);
    settlement.transfer(makerRow, book, makerSide, lastQtyLots, lastPxTicks, makerId);
    settlement.transfer(accountRow, book, 3 - makerSide, lastQtyLots, lastPxTicks, orderId);
    holdBoth(makerSlot, incoming, lastQtyLots);
  }

  /** A maker and the order at work hold for so many lots more, or (negative) fewer. */
  function holdBoth(makerSlot: number, incoming: IncomingOrder, lots: number): void {
    release(makerSlot, -lots);
    if (incoming.isTracked) holdIncoming(incoming, incoming.heldLots + lots);
  }

  /** A market order that trades now was measured by what it will pay, and holds nothing. */
  function paysNow({ book, orderCodes }: IncomingOrder): boolean {
    const isMarket = ordTypeOf(orderCodes) === ORD_TYPE_MARKET;
    return isMarket && !waitsForUncross(states.phaseOf(book), orderCodes);
  }

  function holdAnew(incoming: IncomingOrder, needsNothing: boolean): void {
    const { accountRow, book, orderCodes, leavesQtyLots, positionRow } = incoming;
    incoming.heldLots = 0;
    const reserveTicks = reserves.ofIncoming(incoming);
    const moneyNeed = holds.moneyNeedOf(accountRow, positionRow, book, orderCodes, reserveTicks);
    const assetNeed = holds.assetNeedOf(accountRow, positionRow, sideOf(orderCodes));
    incoming.moneyNeed = needsNothing ? 0 : moneyNeed;
    incoming.assetNeed = needsNothing ? 0 : assetNeed;
    holdIncoming(incoming, leavesQtyLots);
  }

  function isTracked(accountRow: number): boolean {
    return terms.isConfigured(accountRow);
  }

  /** Whether this working order holds what it needs: a leg that sleeps holds nothing. */
  function holdsMoney(slot: number): boolean {
    return columns.positionRowOf(slot) !== NONE && !isAsleep(tables, slot);
  }

  /** The order at work holds for so many lots from now on. */
  function holdIncoming(incoming: IncomingOrder, lots: number): void {
    const { positionRow, book, orderCodes, moneyNeed, assetNeed, heldLots } = incoming;
    const more = lots - heldLots;
    if (more === 0) return;
    holds.hold(positionRow, book, sideOf(orderCodes), moneyNeed, assetNeed, more);
    incoming.heldLots = lots;
  }

  function count(positionRow: number, orderCodes: number, change: number): void {
    if (isReduceOnly(orderCodes)) positions.addReduceOnly(positionRow, change);
  }

  return {
    isOn,
    concerns,
    reasonToReject,
    reasonToBegin,
    reasonToActivate,
    reasonToRefuseAmend,
    reasonToBeginAgain,
    reasonToMakeWay,
    reasonToTake,
    reasonToTradeAt,
    moreToTradeAt: preTrade.moreToTradeAt,
    lacksCredit,
    findPosition,
    begin,
    onAmend,
    onSlide,
    capLimit,
    onLift,
    onRest,
    onDecrement,
    onClose,
    onEnd,
    release,
    onFill,
    onTransfer,
  };
}
