// hot path
// Whether a plain limit order is within everything that its account may do: asked first, because it
// nearly always is, and this is the shortest way to know it. Only a yes is certain: after a no the
// order is asked in full (pre-trade-risk.ts), which alone says why.

import { NONE } from "../base/none.ts";
import { RISK_CREDIT, RISK_RESERVATION } from "../model/account.ts";
import { ORD_TYPE_LIMIT } from "../model/ord-type.ts";
import { isReduceOnly, ordTypeOf, sideOf } from "../model/order-codes.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderHolds } from "./order-holds.ts";

const BASIS_POINTS = 10_000;

export type Headroom = ReturnType<typeof createHeadroom>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createHeadroom(tables: EngineTables, holds: OrderHolds) {
  const { accounts, books, risk, states, time } = tables;
  const { balances, money, positions, terms } = risk;

  /** Whether the account may certainly enter this new order; the row of its position is known. */
  function covers(incoming: IncomingOrder): boolean {
    const { accountRow, book, orderCodes, orderQtyLots, positionRow, priceTicks } = incoming;
    if (incoming.termsRow !== NONE || positionRow === NONE) return false;
    if (ordTypeOf(orderCodes) !== ORD_TYPE_LIMIT || isReduceOnly(orderCodes)) return false;
    const side = sideOf(orderCodes);
    // The first that it would meet may be worth more: nobody is beyond that and its limit.
    const best = books.firstAgainst(book, side, orderQtyLots);
    const bestTicks = best === NONE ? priceTicks : books.priceTicksOf(best);
    const notionalMax = terms.notionalMaxOf(accountRow);
    if (notionalMax !== 0 && largestWorth(book, bestTicks, orderQtyLots) > notionalMax) {
      return false;
    }
    let need = holds.moneyNeedOf(accountRow, positionRow, book, orderCodes, priceTicks);
    if (terms.riskModeOf(accountRow) === RISK_CREDIT) {
      const bestNeed = holds.moneyNeedOf(accountRow, positionRow, book, orderCodes, bestTicks);
      need = Math.max(need, bestNeed);
    }
    return coversPlain(accountRow, positionRow, book, side, priceTicks, orderQtyLots, need);
  }

  /** The most that the lots are worth where the market is: no better price is worth more. */
  function largestWorth(book: number, bestTicks: number, lots: number): number {
    const lastTicks = states.hasLastPx(book) ? states.lastPxTicksOf(book) : 0;
    const ticks = Math.max(Math.abs(bestTicks), Math.abs(lastTicks));
    return money.moneyOf(book, ticks, lots);
  }

  /** The same of a limit order without terms that needs so much money a lot. */
  function coversPlain(
    accountRow: number,
    positionRow: number,
    book: number,
    side: number,
    priceTicks: number,
    lots: number,
    moneyNeed: number,
  ): boolean {
    return (
      isWithinLimits(accountRow, book, priceTicks, lots) &&
      isNear(accountRow, book, side, priceTicks) &&
      isAffordable(accountRow, positionRow, book, side, lots, moneyNeed)
    );
  }

  function isWithinLimits(
    accountRow: number,
    book: number,
    priceTicks: number,
    lots: number,
  ): boolean {
    const qtyLotsMax = terms.orderQtyLotsMaxOf(accountRow);
    const notionalMax = terms.notionalMaxOf(accountRow);
    const openOrdersMax = terms.openOrdersMaxOf(accountRow);
    return (
      terms.isEnabled(accountRow) &&
      (qtyLotsMax === 0 || lots <= qtyLotsMax) &&
      (notionalMax === 0 || Math.abs(money.moneyOf(book, priceTicks, lots)) <= notionalMax) &&
      (openOrdersMax === 0 || accounts.ordersCountOf(accountRow) < openOrdersMax)
    );
  }

  /** Of the price alone: most orders are on the near side of the last one. */
  function isNear(accountRow: number, book: number, side: number, priceTicks: number): boolean {
    const basisPoints = terms.priceDistanceBasisPointsOf(accountRow);
    if (basisPoints === 0) return true;
    if (!states.hasLastPx(book)) return false;
    const lastPxTicks = states.lastPxTicksOf(book);
    const beyondTicks = side === SIDE_BUY ? priceTicks - lastPxTicks : lastPxTicks - priceTicks;
    return beyondTicks <= 0 || beyondTicks * BASIS_POINTS <= Math.abs(lastPxTicks) * basisPoints;
  }

  function isAffordable(
    accountRow: number,
    positionRow: number,
    book: number,
    side: number,
    lots: number,
    moneyNeed: number,
  ): boolean {
    if (side === SIDE_SELL && terms.riskModeOf(accountRow) === RISK_RESERVATION) return false;
    const currencyRow = positions.currencyRowOf(positionRow);
    const dayLossMax = terms.dayLossMaxOf(accountRow);
    if (dayLossMax !== 0 && balances.dayPnlOf(currencyRow, time.day) <= -dayLossMax) return false;
    const positionLotsMax = terms.positionLotsMaxOf(accountRow);
    const lotsAfter = positions.lotsIfFilled(positionRow, side) + lots;
    if (positionLotsMax !== 0 && lotsAfter > positionLotsMax) return false;
    if (!holds.canRisk(positionRow, book, lots)) return false;
    return moneyNeed === 0 || moneyNeed * lots <= holds.availableMoney(accountRow, currencyRow);
  }

  return { covers, coversPlain };
}
