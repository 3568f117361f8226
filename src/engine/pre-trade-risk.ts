// hot path
// Why a configured account may not enter or amend an order: its limits first, then what it has.
// Every check comes before any effect; docs/rulebook.md has the order of the reasons.

import { NONE } from "../base/none.ts";
import { RISK_CREDIT, RISK_RESERVATION } from "../model/account.ts";
import { ORD_TYPE_MARKET } from "../model/ord-type.ts";
import {
  hasLimitPrice,
  isReduceOnly,
  isTriggerType,
  mayRest,
  ordTypeOf,
  sideOf,
} from "../model/order-codes.ts";
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
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderHolds } from "./order-holds.ts";
import type { OrderReserves } from "./order-reserves.ts";
import type { Pricing } from "./pricing.ts";
import type { RiskWalk } from "./risk-walk.ts";

const BASIS_POINTS = 10_000;

/** The order that is being judged: what it adds to what its account has working already. */
class JudgedOrder {
  accountRow = NONE;
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
  /** The worst price that it may trade at, as far as it says. */
  priceTicks = 0;
  hasPrice = false;
  /** Money, either way, that it is worth at that price. */
  notional = 0;
  /** What it needs of currency and base asset beyond what it holds already. */
  moneyNeed = 0;
  assetNeed = 0;
}

export class PreTradeRisk {
  readonly #tables: EngineTables;
  readonly #holds: OrderHolds;
  readonly #reserves: OrderReserves;
  readonly #walk: RiskWalk;
  readonly #pricing: Pricing;
  readonly #order = new JudgedOrder();
  #day = 0;

  constructor(
    tables: EngineTables,
    holds: OrderHolds,
    reserves: OrderReserves,
    walk: RiskWalk,
    pricing: Pricing,
  ) {
    this.#tables = tables;
    this.#holds = holds;
    this.#reserves = reserves;
    this.#walk = walk;
    this.#pricing = pricing;
  }

  /** The day that losses count for. */
  setDay(day: number): void {
    this.#day = day;
  }

  /**
   * A new order whose account is configured. One that is asleep (a leg that waits for its parent)
   * is asked for the account's limits now and for the rest when it wakes.
   */
  reasonToReject(incoming: IncomingOrder, isAsleep: boolean): number {
    const { terms } = this.#tables.risk;
    const { accountRow, book } = incoming;
    // What the order needs depends on fees, which stand in these rows.
    const hasRows = this.#holds.makeRows(accountRow, book);
    this.#judge(incoming);
    if (!terms.isEnabled(accountRow)) return REASON_ACCOUNT_DISABLED;
    const limitReason = this.#reasonOfLimits();
    if (limitReason !== REASON_NONE) return limitReason;
    if (this.#exceedsOpenOrders()) return REASON_OPEN_ORDERS_LIMIT;
    if (!hasRows) return REASON_BALANCES_FULL;
    return isAsleep ? REASON_NONE : this.#reasonOfAccount();
  }

  /** A leg that begins to work: what was not asked while it slept. */
  reasonToActivate(incoming: IncomingOrder): number {
    this.#judge(incoming);
    return this.#reasonOfAccount();
  }

  /**
   * An amend of a working order to what `incoming` says; NaN for a price that it does not give. Of
   * one that is asleep the account is asked when it wakes.
   */
  reasonToRefuseAmend(
    slot: number,
    incoming: IncomingOrder,
    changesQty: boolean,
    givenTicks: number,
    givenStopPxTicks: number,
  ): number {
    const { terms } = this.#tables.risk;
    const order = this.#judgeAmend(slot, incoming, givenTicks, givenStopPxTicks);
    const changesPrice = !Number.isNaN(givenTicks);
    const mayGrow = order.addedLots > 0 || changesPrice;
    if (mayGrow && !terms.isEnabled(order.accountRow)) return REASON_ACCOUNT_DISABLED;
    if (changesQty || changesPrice) {
      if (this.#exceedsSize()) return REASON_ORDER_EXCEEDS_LIMIT;
      if (changesPrice && this.#isTooFar()) return REASON_PRICE_DISTANCE;
    }
    return incoming.isTracked ? this.#reasonOfAccount() : REASON_NONE;
  }

  #judge(incoming: IncomingOrder): JudgedOrder {
    const { accountRow, book, orderCodes, orderQtyLots, leavesQtyLots } = incoming;
    const order = this.#describe(incoming);
    order.addedLots = leavesQtyLots;
    order.assetNeed = this.#holds.assetNeedOf(accountRow, book, order.side) * leavesQtyLots;
    this.#pricing.setLimit(incoming);
    const waits = waitsForUncross(this.#tables.states.phaseOf(book), orderCodes);
    if (ordTypeOf(orderCodes) === ORD_TYPE_MARKET && !waits) {
      this.#walk.measure(incoming);
      order.hasPrice = this.#walk.lots > 0;
      order.priceTicks = this.#walk.worstPxTicks;
      order.notional = this.#walk.notional;
      order.moneyNeed = this.#walk.moneyNeed;
      return order;
    }
    const reserveTicks = this.#reserves.ofIncoming(incoming);
    const need = this.#holds.moneyNeedOf(accountRow, book, orderCodes, reserveTicks);
    order.notional = this.#notionalOf(orderQtyLots);
    order.moneyNeed = need * leavesQtyLots;
    return order;
  }

  #describe(incoming: IncomingOrder): JudgedOrder {
    const { orderCodes } = incoming;
    const order = this.#order;
    order.accountRow = incoming.accountRow;
    order.book = incoming.book;
    order.orderCodes = orderCodes;
    order.side = sideOf(orderCodes);
    order.stopPxTicks = isTriggerType(orderCodes)
      ? this.#reserves.stopPxTicksOf(incoming.termsRow)
      : Number.NaN;
    order.orderQtyLots = incoming.orderQtyLots;
    order.openLots = incoming.leavesQtyLots;
    order.hasPrice = hasLimitPrice(orderCodes);
    order.priceTicks = incoming.priceTicks;
    return order;
  }

  #judgeAmend(
    slot: number,
    incoming: IncomingOrder,
    givenTicks: number,
    givenStopPxTicks: number,
  ): JudgedOrder {
    const { accountRow, book, leavesQtyLots, orderCodes } = incoming;
    const order = this.#describe(incoming);
    const openBefore = this.#tables.books.leavesQtyLotsOf(slot);
    const reserveTicks = this.#reserves.ofAmended(incoming, givenTicks, givenStopPxTicks);
    const need = this.#holds.moneyNeedOf(accountRow, book, orderCodes, reserveTicks);
    const needBefore = this.#reserves.moneyNeedOf(slot);
    const assetNeed = this.#holds.assetNeedOf(accountRow, book, order.side);
    const isStopGiven = !Number.isNaN(givenStopPxTicks);
    order.stopPxTicks = isStopGiven ? givenStopPxTicks : this.#reserves.firingTicksOf(slot);
    order.addedLots = leavesQtyLots - openBefore;
    order.notional = this.#notionalOf(incoming.orderQtyLots);
    order.moneyNeed = need * leavesQtyLots - needBefore * openBefore;
    order.assetNeed = assetNeed * order.addedLots;
    return order;
  }

  /** At the limit, else where it would be fired, else at the market; 0 where no price is known. */
  #notionalOf(lots: number): number {
    const { book, hasPrice, priceTicks } = this.#order;
    const atTicks = hasPrice ? priceTicks : this.#referenceTicks();
    return Number.isNaN(atTicks)
      ? 0
      : Math.abs(this.#tables.risk.money.moneyOf(book, atTicks, lots));
  }

  #reasonOfLimits(): number {
    if (this.#exceedsSize()) return REASON_ORDER_EXCEEDS_LIMIT;
    return this.#isTooFar() ? REASON_PRICE_DISTANCE : REASON_NONE;
  }

  #exceedsSize(): boolean {
    const { terms } = this.#tables.risk;
    const { accountRow, orderQtyLots, notional } = this.#order;
    const qtyLotsMax = terms.orderQtyLotsMaxOf(accountRow);
    const notionalMax = terms.notionalMaxOf(accountRow);
    return (
      (qtyLotsMax !== 0 && orderQtyLots > qtyLotsMax) ||
      (notionalMax !== 0 && notional > notionalMax)
    );
  }

  /** Whether the order reaches further beyond the reference price than the account may. */
  #isTooFar(): boolean {
    const { accountRow, hasPrice, priceTicks, side } = this.#order;
    const basisPoints = this.#tables.risk.terms.priceDistanceBasisPointsOf(accountRow);
    if (basisPoints === 0 || !hasPrice) return false;
    const reference = this.#referenceTicks();
    if (Number.isNaN(reference)) return false;
    const distance = Math.max(1, Math.ceil((Math.abs(reference) * basisPoints) / BASIS_POINTS));
    return (priceTicks - reference) * (side === SIDE_BUY ? 1 : -1) > distance;
  }

  /** The last price, else the best against the order; of one that waits its own trigger. */
  #referenceTicks(): number {
    const { books, states } = this.#tables;
    const { book, side, stopPxTicks } = this.#order;
    if (!Number.isNaN(stopPxTicks)) return stopPxTicks;
    if (states.hasLastPx(book)) return states.lastPxTicksOf(book);
    const level = books.bestLevel(book, 3 - side);
    return level === NONE ? Number.NaN : books.levelPriceTicks(level);
  }

  #exceedsOpenOrders(): boolean {
    const { accounts, risk, states } = this.#tables;
    const { accountRow, book, orderCodes } = this.#order;
    const openOrdersMax = risk.terms.openOrdersMaxOf(accountRow);
    if (openOrdersMax === 0) return false;
    const waits = waitsForUncross(states.phaseOf(book), orderCodes);
    if (!mayRest(orderCodes) && !isTriggerType(orderCodes) && !waits) return false;
    return accounts.ordersCountOf(accountRow) >= openOrdersMax;
  }

  /** What the account's position, day and balances say; its rows are there. */
  #reasonOfAccount(): number {
    const { accountRow, addedLots, book, openLots, orderCodes, side } = this.#order;
    const { balances, money, positions, terms } = this.#tables.risk;
    const positionRow = positions.find(accountRow, book);
    const reducesOnly = isReduceOnly(orderCodes);
    if (reducesOnly && openLots > positions.reducibleLotsOf(positionRow, side)) {
      return REASON_REDUCE_ONLY;
    }
    if (addedLots > 0) {
      const dayLossMax = terms.dayLossMaxOf(accountRow);
      const currencyRow = balances.find(accountRow, money.currencyOf(book));
      const hasLost = dayLossMax !== 0 && balances.dayPnlOf(currencyRow, this.#day) <= -dayLossMax;
      if (hasLost && !reducesOnly) return REASON_LOSS_LIMIT;
      if (this.#exceedsPosition(positionRow)) return REASON_POSITION_LIMIT;
      if (!this.#holds.canRisk(accountRow, book, addedLots)) return REASON_BALANCE_RANGE;
    }
    return this.#reasonOfFunds(positionRow);
  }

  #exceedsPosition(positionRow: number): boolean {
    const { positions, terms } = this.#tables.risk;
    const { accountRow, addedLots, side } = this.#order;
    const positionLotsMax = terms.positionLotsMaxOf(accountRow);
    if (positionLotsMax === 0) return false;
    const lots = positions.lotsOf(positionRow) * (side === SIDE_BUY ? 1 : -1);
    return lots + positions.openLotsOf(positionRow, side) + addedLots > positionLotsMax;
  }

  #reasonOfFunds(positionRow: number): number {
    const { balances, money, positions, terms } = this.#tables.risk;
    const { accountRow, addedLots, assetNeed, book, moneyNeed, side } = this.#order;
    const riskMode = terms.riskModeOf(accountRow);
    if (riskMode === RISK_RESERVATION && side === SIDE_SELL && addedLots > 0) {
      const baseAsset = money.baseAssetOf(book);
      if (baseAsset === NONE) {
        const sellingLots = positions.openLotsOf(positionRow, SIDE_SELL) + addedLots;
        if (sellingLots > positions.lotsOf(positionRow)) return REASON_INSUFFICIENT_ASSETS;
      } else {
        const row = balances.find(accountRow, baseAsset);
        const free = balances.balanceOf(row) - balances.heldOf(row);
        if (assetNeed > free) return REASON_INSUFFICIENT_ASSETS;
      }
    }
    if (moneyNeed <= 0) return REASON_NONE;
    if (moneyNeed <= this.#holds.availableMoney(accountRow, money.currencyOf(book))) {
      return REASON_NONE;
    }
    return riskMode === RISK_CREDIT ? REASON_CREDIT_LIMIT : REASON_INSUFFICIENT_FUNDS;
  }
}
