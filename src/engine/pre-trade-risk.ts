// hot path
// Why a configured account may not enter or amend an order: its limits first, then what it has.
// Every check comes before any effect; docs/rulebook.md has the order of the reasons.

import { NONE } from "../base/none.ts";
import { isParkedKind, isTriggerKind } from "../book/ladder-kinds.ts";
import { RISK_CREDIT, RISK_RESERVATION } from "../model/account.ts";
import { ORD_TYPE_MARKET } from "../model/ord-type.ts";
import {
  hasLimitPrice,
  isAllOrNone,
  isPegged,
  isPostOnly,
  isReduceOnly,
  isTriggerType,
  mayRest,
  ordTypeOf,
  sideOf,
  worksAsMarket,
} from "../model/order-codes.ts";
import { PHASE_CONTINUOUS } from "../model/phase.ts";
import {
  REASON_ACCOUNT_DISABLED,
  REASON_BALANCE_RANGE,
  REASON_BALANCES_FULL,
  REASON_CREDIT_LIMIT,
  REASON_INSUFFICIENT_ASSETS,
  REASON_INSUFFICIENT_FUNDS,
  REASON_LOSS_LIMIT,
  REASON_NONE,
  REASON_OPEN_ORDERS_LIMIT,
  REASON_ORDER_EXCEEDS_LIMIT,
  REASON_POSITION_LIMIT,
  REASON_PRICE_DISTANCE,
  REASON_REDUCE_ONLY,
} from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import { waitsForUncross } from "./gathering.ts";
import type { Headroom } from "./headroom.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderHolds } from "./order-holds.ts";
import type { OrderReserves } from "./order-reserves.ts";
import type { Pricing } from "./pricing.ts";
import type { Reach } from "./reach.ts";
import type { RiskWalk } from "./risk-walk.ts";

const BASIS_POINTS = 10_000;

/** The order that is being judged: what it adds to what its account has working already. */
class JudgedOrder {
  accountRow = NONE;
  positionRow = NONE;
  book = NONE;
  orderCodes = 0;
  side = 0;
  /** What fires it; NaN where nothing does, or it is not known yet. */
  stopPxTicks = Number.NaN;
  /** Its whole quantity, and the part of it that is not working yet. */
  orderQtyLots = 0;
  addedLots = 0;
  /** Open quantity that it would have. */
  openLots = 0;
  /** Whether it is a new order or, amended, one that may trade where it did not before. */
  isAnew = false;
  /** The worst price that it may trade at, as far as it or the market says; else NaN. */
  priceTicks = Number.NaN;
  /** Money, either way, that it is worth at that price. */
  notional = 0;
  /** What it needs of currency and base asset beyond what it holds already. */
  moneyNeed = 0;
  assetNeed = 0;
}

export type PreTradeRisk = ReturnType<typeof createPreTradeRisk>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createPreTradeRisk(
  tables: EngineTables,
  holds: OrderHolds,
  reserves: OrderReserves,
  walk: RiskWalk,
  pricing: Pricing,
  headroom: Headroom,
  reach: Reach,
) {
  const { accounts, books, columns, risk, states, time } = tables;
  const { balances, money, positions, terms } = risk;
  const order = new JudgedOrder();

  /**
   * A new order whose account is configured. One that is asleep (a leg that waits for its parent)
   * is asked for the account's limits now and for the rest when it wakes.
   */
  function reasonToReject(incoming: IncomingOrder, isAsleep: boolean, places: number): number {
    const { accountRow, book } = incoming;
    // What the order needs depends on fees, which stand in this row.
    const positionRow = holds.makeRows(accountRow, book);
    incoming.positionRow = positionRow;
    if (headroom.covers(incoming)) return REASON_NONE;
    judge(incoming);
    if (!terms.isEnabled(accountRow)) return REASON_ACCOUNT_DISABLED;
    const limitReason = reasonOfLimits();
    if (limitReason !== REASON_NONE) return limitReason;
    if (exceedsOpenOrders(places)) return REASON_OPEN_ORDERS_LIMIT;
    if (positionRow === NONE) return REASON_BALANCES_FULL;
    return isAsleep ? REASON_NONE : reasonOfAccount();
  }

  /** A leg that begins to work: by now it may be larger, and reach further, than it did. */
  function reasonToActivate(incoming: IncomingOrder): number {
    judge(incoming);
    const limitReason = reasonOfLimits();
    if (limitReason !== REASON_NONE) return limitReason;
    // What is released of a child is one order more.
    return exceedsOpenOrders(1) ? REASON_OPEN_ORDERS_LIMIT : reasonOfAccount();
  }

  /**
   * An amend of a working order to what `incoming` says; NaN for a price that it does not give. Of
   * one that is asleep the account is asked when it wakes.
   */
  function reasonToRefuseAmend(
    slot: number,
    incoming: IncomingOrder,
    changesQty: boolean,
    givenTicks: number,
    givenStopPxTicks: number,
  ): number {
    judgeAmend(slot, incoming, givenTicks, givenStopPxTicks);
    const changesPrice = !Number.isNaN(givenTicks) || !Number.isNaN(givenStopPxTicks);
    const mayGrow = order.addedLots > 0 || changesPrice;
    if (mayGrow && !terms.isEnabled(order.accountRow)) return REASON_ACCOUNT_DISABLED;
    if (changesQty || changesPrice) {
      if (exceedsSize()) return REASON_ORDER_EXCEEDS_LIMIT;
      if (changesPrice && isTooFar()) return REASON_PRICE_DISTANCE;
    }
    return incoming.isTracked ? reasonOfAccount() : REASON_NONE;
  }

  /** A working order that begins again as `incoming` gives back what it holds, if it is awake. */
  function reasonToBeginAgain(slot: number, incoming: IncomingOrder): number {
    judge(incoming);
    const openBefore = books.leavesQtyLotsOf(slot);
    order.addedLots -= openBefore;
    order.moneyNeed -= reserves.moneyNeedOf(slot) * openBefore;
    order.assetNeed -= reserves.assetNeedOf(slot) * openBefore;
    if (!terms.isEnabled(order.accountRow)) return REASON_ACCOUNT_DISABLED;
    const limitReason = reasonOfLimits();
    if (limitReason !== REASON_NONE || !incoming.isTracked) return limitReason;
    return reasonOfAccount();
  }

  function reasonToMakeWay(incoming: IncomingOrder): number {
    describe(incoming, incoming.priceTicks);
    order.notional = notionalOf(incoming.orderQtyLots);
    return exceedsSize() ? REASON_ORDER_EXCEEDS_LIMIT : REASON_NONE;
  }

  /** A working order was fired or finds whom it waited for: on credit better prices are more. */
  function reasonToTake(incoming: IncomingOrder): number {
    const { accountRow, heldLots, moneyNeed, orderCodes, positionRow } = incoming;
    if (terms.riskModeOf(accountRow) !== RISK_CREDIT) return REASON_NONE;
    const isMarket = worksAsMarket(orderCodes);
    const reserveTicks = reserves.ofIncoming(incoming);
    const need = isMarket ? needOfMarket(incoming) : needInAll(incoming, reserveTicks, true);
    const more = need - moneyNeed * heldLots;
    return lacksCredit(accountRow, positionRow, more) ? REASON_CREDIT_LIMIT : REASON_NONE;
  }

  /**
   * A working order that would trade in a call, at a price that may be more than its own. What it
   * takes off the position needs nothing.
   */
  function reasonToTradeAt(slot: number, priceTicks: number, lots: number): number {
    const accountRow = columns.accountRowOf(slot);
    if (terms.riskModeOf(accountRow) !== RISK_CREDIT) return REASON_NONE;
    const positionRow = columns.positionRowOf(slot);
    const reducible = positions.reducibleLotsOf(positionRow, sideOf(books.orderCodesOf(slot)));
    const more = moreToTradeAt(slot, priceTicks, lots, Math.min(lots, reducible));
    return lacksCredit(accountRow, positionRow, more) ? REASON_CREDIT_LIMIT : REASON_NONE;
  }

  /** Money beyond what it holds for these lots; those that close a position need nothing. */
  function moreToTradeAt(
    slot: number,
    priceTicks: number,
    lots: number,
    closingLots: number,
  ): number {
    const accountRow = columns.accountRowOf(slot);
    const positionRow = columns.positionRowOf(slot);
    const book = books.bookOf(slot);
    const orderCodes = books.orderCodesOf(slot);
    const need = holds.moneyNeedOf(accountRow, positionRow, book, orderCodes, priceTicks);
    return need * (lots - closingLots) - reserves.moneyNeedOf(slot) * lots;
  }

  function lacksCredit(accountRow: number, positionRow: number, more: number): boolean {
    if (more <= 0) return false;
    return more > holds.availableMoney(accountRow, positions.currencyRowOf(positionRow));
  }

  function judge(incoming: IncomingOrder): void {
    const { accountRow, book, orderCodes, leavesQtyLots, positionRow } = incoming;
    pricing.setLimit(incoming);
    describe(incoming, priceOf(incoming));
    order.addedLots = leavesQtyLots;
    order.isAnew = true;
    order.assetNeed = holds.assetNeedOf(accountRow, positionRow, order.side) * leavesQtyLots;
    const waits = waitsForUncross(states.phaseOf(book), orderCodes);
    if (ordTypeOf(orderCodes) === ORD_TYPE_MARKET && !waits) {
      order.moneyNeed = needOfMarket(incoming);
      order.priceTicks = walk.lots > 0 ? walk.worstPxTicks : Number.NaN;
      order.notional = walk.notional;
      return;
    }
    const mayTake = !isTriggerType(orderCodes) && !waits;
    order.notional = worthOf(incoming, mayTake);
    order.moneyNeed = needInAll(incoming, reserves.ofIncoming(incoming), mayTake);
  }

  /**
   * Money that all it has open needs by this reserve price. On credit what it would trade now needs
   * what it would trade at, which may be more.
   */
  function needInAll(incoming: IncomingOrder, reserveTicks: number, mayTake: boolean): number {
    const { leavesQtyLots } = incoming;
    const need = needAt(incoming, reserveTicks);
    if (!mayTake || !takesOnCredit(incoming)) return need * leavesQtyLots;
    if (isSharedOnCredit(incoming)) return needAtMost(incoming, reserveTicks) * leavesQtyLots;
    walk.measure(incoming);
    return walk.moneyNeed + need * (leavesQtyLots - walk.lots);
  }

  /** Money that an order needs which takes any price, by the walk that this begins with. */
  function needOfMarket(incoming: IncomingOrder): number {
    walk.measure(incoming);
    if (!isSharedOnCredit(incoming)) return walk.moneyNeed;
    return needAtMost(incoming, walk.worstPxTicks) * walk.lots;
  }

  function needAt(incoming: IncomingOrder, priceTicks: number): number {
    const { accountRow, book, orderCodes, positionRow } = incoming;
    return holds.moneyNeedOf(accountRow, positionRow, book, orderCodes, priceTicks);
  }

  function takesOnCredit(incoming: IncomingOrder): boolean {
    return terms.riskModeOf(incoming.accountRow) === RISK_CREDIT && takes(incoming);
  }

  /** Whether an order with a limit of its own, which is set, would trade now. */
  function takes(incoming: IncomingOrder): boolean {
    const { orderCodes } = incoming;
    if (worksAsMarket(orderCodes)) return false;
    if (isPegged(orderCodes) || isPostOnly(orderCodes) || !pricing.meets(incoming)) return false;
    return !isAllOrNone(orderCodes) || reach.fillsWhole(incoming);
  }

  /** Of a shared level nobody can say who will be met: the best price counts for all. */
  function isSharedOnCredit({ accountRow, book }: IncomingOrder): boolean {
    return books.shares(book) && terms.riskModeOf(accountRow) === RISK_CREDIT;
  }

  /** The most that a lot may need between the first price that it meets and this one. */
  function needAtMost(incoming: IncomingOrder, worstTicks: number): number {
    const { book, leavesQtyLots, orderCodes } = incoming;
    const best = books.firstAgainst(book, sideOf(orderCodes), leavesQtyLots);
    const need = needAt(incoming, worstTicks);
    return best === NONE ? need : Math.max(need, needAt(incoming, books.priceTicksOf(best)));
  }

  /** Money, either way, that it is worth: by its price, or by better ones where these are more. */
  function worthOf(incoming: IncomingOrder, mayTake: boolean): number {
    const { accountRow, orderQtyLots } = incoming;
    const said = notionalOf(orderQtyLots);
    if (terms.notionalMaxOf(accountRow) === 0 || Number.isNaN(order.priceTicks)) return said;
    const isNow = mayTake && takes(incoming);
    return Math.max(said, isNow ? worthTaking(incoming) : worthWaiting(incoming, mayTake));
  }

  /** By what it would trade at now, and by its limit for the rest. */
  function worthTaking(incoming: IncomingOrder): number {
    const { book, leavesQtyLots, orderCodes, orderQtyLots } = incoming;
    if (books.shares(book)) {
      const best = books.firstAgainst(book, sideOf(orderCodes), leavesQtyLots);
      const ticks = books.priceTicksOf(best);
      const taken = Math.abs(money.moneyOf(book, ticks, leavesQtyLots));
      return taken + notionalOf(orderQtyLots - leavesQtyLots);
    }
    walk.measure(incoming);
    return walk.notional + notionalOf(orderQtyLots - walk.lots);
  }

  /** By where the market is, or the order would be fired or stand, where that is better for it. */
  function worthWaiting(incoming: IncomingOrder, mayTake: boolean): number {
    const { book, orderCodes, orderQtyLots } = incoming;
    if (mayTake && !isAllOrNone(orderCodes) && !isPegged(orderCodes)) return 0;
    const ticks = isPegged(orderCodes) ? standingTicksOf(incoming) : referenceTicks();
    const isBetter = order.side === SIDE_BUY ? ticks < order.priceTicks : ticks > order.priceTicks;
    return isBetter ? Math.abs(money.moneyOf(book, ticks, orderQtyLots)) : 0;
  }

  /** Its limit, which is set; of a pegged order its worst price, else where it would stand now. */
  function priceOf(incoming: IncomingOrder): number {
    const { lacksLimit, limitTicks, orderCodes, termsRow } = incoming;
    if (worksAsMarket(orderCodes) || lacksLimit) return Number.NaN;
    if (!isPegged(orderCodes)) return limitTicks;
    const worstTicks = reserves.worstPegTicksOf(termsRow);
    return Number.isNaN(worstTicks) ? standingTicksOf(incoming) : worstTicks;
  }

  /** Where a pegged order would stand now; NaN where that is nowhere. */
  function standingTicksOf({ book, orderCodes, termsRow }: IncomingOrder): number {
    const side = sideOf(orderCodes);
    return pricing.hasPegPrice(book, side, termsRow)
      ? pricing.pegPriceTicks(book, side, termsRow)
      : Number.NaN;
  }

  /** The same of a working order as it would be: with leftover as limit it has one at rest. */
  function amendedPriceOf(incoming: IncomingOrder, givenTicks: number, isInBook: boolean): number {
    const { orderCodes, priceTicks, termsRow } = incoming;
    if (hasLimitPrice(orderCodes)) return priceTicks;
    if (worksAsMarket(orderCodes)) return Number.NaN;
    if (!isPegged(orderCodes)) return isInBook ? priceTicks : Number.NaN;
    if (!Number.isNaN(givenTicks)) return givenTicks;
    const worstTicks = reserves.worstPegTicksOf(termsRow);
    return Number.isNaN(worstTicks) && isInBook ? priceTicks : worstTicks;
  }

  function describe(incoming: IncomingOrder, priceTicks: number): void {
    const { orderCodes } = incoming;
    order.accountRow = incoming.accountRow;
    order.positionRow = incoming.positionRow;
    order.book = incoming.book;
    order.orderCodes = orderCodes;
    order.side = sideOf(orderCodes);
    order.stopPxTicks = isTriggerType(orderCodes)
      ? reserves.stopPxTicksOf(incoming.termsRow)
      : Number.NaN;
    order.orderQtyLots = incoming.orderQtyLots;
    order.openLots = incoming.leavesQtyLots;
    order.priceTicks = priceTicks;
  }

  function judgeAmend(
    slot: number,
    incoming: IncomingOrder,
    givenTicks: number,
    givenStopPxTicks: number,
  ): void {
    const { accountRow, book, leavesQtyLots, orderCodes, positionRow } = incoming;
    const kind = books.ladderKindOf(slot);
    const isInBook = !isTriggerKind(kind) && !isParkedKind(kind);
    describe(incoming, amendedPriceOf(incoming, givenTicks, isInBook));
    const openBefore = books.leavesQtyLotsOf(slot);
    const reserveTicks = reserves.ofAmended(incoming, givenTicks, givenStopPxTicks);
    const needBefore = reserves.moneyNeedOf(slot);
    const assetNeed = holds.assetNeedOf(accountRow, positionRow, order.side);
    const isTrading = states.phaseOf(book) === PHASE_CONTINUOUS;
    // All or none is tried later, and asked then.
    const mayTake = isInBook && isTrading && !isAllOrNone(orderCodes);
    const keepsStop = Number.isNaN(givenStopPxTicks);
    order.stopPxTicks = keepsStop ? reserves.firingTicksOf(slot) : givenStopPxTicks;
    order.addedLots = leavesQtyLots - openBefore;
    order.isAnew = isMoreAggressive(slot, incoming, givenTicks, givenStopPxTicks);
    order.notional = worthOf(incoming, mayTake);
    order.moneyNeed = needInAll(incoming, reserveTicks, mayTake) - needBefore * openBefore;
    order.assetNeed = assetNeed * order.addedLots;
  }

  /** Whether the amend gives a better price to trade with, or another one that fires it. */
  function isMoreAggressive(
    slot: number,
    incoming: IncomingOrder,
    givenTicks: number,
    givenStopPxTicks: number,
  ): boolean {
    const { orderCodes, priceTicks, termsRow } = incoming;
    const movesStop = !Number.isNaN(givenStopPxTicks);
    if (movesStop && givenStopPxTicks !== reserves.firingTicksOf(slot)) return true;
    if (Number.isNaN(givenTicks)) return false;
    const worse = order.side === SIDE_BUY ? 1 : -1;
    return isPegged(orderCodes)
      ? (givenTicks - reserves.worstPegTicksOf(termsRow)) * worse > 0
      : (priceTicks - reserves.limitTicksOf(slot)) * worse > 0;
  }

  /** At the limit, else where it would be fired, else at the market; 0 where no price is known. */
  function notionalOf(lots: number): number {
    const { book, priceTicks } = order;
    const atTicks = Number.isNaN(priceTicks) ? referenceTicks() : priceTicks;
    return Number.isNaN(atTicks) ? 0 : Math.abs(money.moneyOf(book, atTicks, lots));
  }

  function reasonOfLimits(): number {
    if (exceedsSize()) return REASON_ORDER_EXCEEDS_LIMIT;
    return isTooFar() ? REASON_PRICE_DISTANCE : REASON_NONE;
  }

  function exceedsSize(): boolean {
    const { accountRow, orderQtyLots, notional } = order;
    const qtyLotsMax = terms.orderQtyLotsMaxOf(accountRow);
    const notionalMax = terms.notionalMaxOf(accountRow);
    return (
      (qtyLotsMax !== 0 && orderQtyLots > qtyLotsMax) ||
      (notionalMax !== 0 && notional > notionalMax)
    );
  }

  /** Whether the order reaches further beyond the reference price than the account may. */
  function isTooFar(): boolean {
    const { accountRow, priceTicks, side } = order;
    const basisPoints = terms.priceDistanceBasisPointsOf(accountRow);
    if (basisPoints === 0 || Number.isNaN(priceTicks)) return false;
    const reference = referenceTicks();
    if (Number.isNaN(reference)) return false;
    const distance = Math.max(1, Math.ceil((Math.abs(reference) * basisPoints) / BASIS_POINTS));
    return (priceTicks - reference) * (side === SIDE_BUY ? 1 : -1) > distance;
  }

  /** The last price, else the best against the order; of one that waits its own trigger. */
  function referenceTicks(): number {
    const { book, side, stopPxTicks } = order;
    if (!Number.isNaN(stopPxTicks)) return stopPxTicks;
    if (states.hasLastPx(book)) return states.lastPxTicksOf(book);
    const level = books.bestLevel(book, 3 - side);
    return level === NONE ? Number.NaN : books.levelPriceTicks(level);
  }

  /** Whether the account has too many orders with so many more; one that never rests is none. */
  function exceedsOpenOrders(places: number): boolean {
    const { accountRow, book, orderCodes } = order;
    const openOrdersMax = risk.terms.openOrdersMaxOf(accountRow);
    if (openOrdersMax === 0 || places === 0) return false;
    const waits = waitsForUncross(states.phaseOf(book), orderCodes);
    const isBrief = !mayRest(orderCodes) && !isTriggerType(orderCodes) && !waits;
    if (places === 1 && isBrief) return false;
    return accounts.ordersCountOf(accountRow) + places > openOrdersMax;
  }

  /** What the account's position, day and balances say; its rows are there. */
  function reasonOfAccount(): number {
    const { addedLots, book, openLots, orderCodes, positionRow, side } = order;
    const reducesOnly = isReduceOnly(orderCodes);
    if (reducesOnly && openLots > positions.reducibleLotsOf(positionRow, side)) {
      return REASON_REDUCE_ONLY;
    }
    const mayLose = (addedLots > 0 || order.isAnew) && !reducesOnly;
    if (mayLose && hasLost()) return REASON_LOSS_LIMIT;
    if (addedLots > 0) {
      if (exceedsPosition()) return REASON_POSITION_LIMIT;
      if (!holds.canRisk(positionRow, book, addedLots)) return REASON_BALANCE_RANGE;
    }
    return reasonOfFunds();
  }

  function hasLost(): boolean {
    const dayLossMax = terms.dayLossMaxOf(order.accountRow);
    if (dayLossMax === 0) return false;
    return balances.dayPnlOf(positions.currencyRowOf(order.positionRow), time.day) <= -dayLossMax;
  }

  function exceedsPosition(): boolean {
    const { accountRow, addedLots, positionRow, side } = order;
    const positionLotsMax = terms.positionLotsMaxOf(accountRow);
    if (positionLotsMax === 0) return false;
    return positions.lotsIfFilled(positionRow, side) + addedLots > positionLotsMax;
  }

  function reasonOfFunds(): number {
    const { accountRow, addedLots, assetNeed, moneyNeed, positionRow, side } = order;
    const riskMode = terms.riskModeOf(accountRow);
    if (riskMode === RISK_RESERVATION && side === SIDE_SELL && addedLots > 0) {
      const baseRow = positions.baseRowOf(positionRow);
      if (baseRow === NONE) {
        const sellingLots = positions.openLotsOf(positionRow, SIDE_SELL) + addedLots;
        if (sellingLots > positions.lotsOf(positionRow)) return REASON_INSUFFICIENT_ASSETS;
      } else {
        const free = balances.balanceOf(baseRow) - balances.heldOf(baseRow);
        if (assetNeed > free) return REASON_INSUFFICIENT_ASSETS;
      }
    }
    if (moneyNeed <= 0) return REASON_NONE;
    const available = holds.availableMoney(accountRow, positions.currencyRowOf(positionRow));
    if (moneyNeed <= available) return REASON_NONE;
    return riskMode === RISK_CREDIT ? REASON_CREDIT_LIMIT : REASON_INSUFFICIENT_FUNDS;
  }

  return {
    reasonToReject,
    reasonToActivate,
    reasonToRefuseAmend,
    reasonToBeginAgain,
    reasonToMakeWay,
    reasonToTake,
    reasonToTradeAt,
    moreToTradeAt,
    lacksCredit,
  };
}
