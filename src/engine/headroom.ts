// hot path
// Whether a plain limit order is within everything that its account may do: asked first, because it
// nearly always is, and this is the shortest way to know it. Only a yes is certain: after a no the
// order is asked in full (pre-trade-risk.ts), which alone says why.

import { NONE } from "../base/none.ts";
import { RISK_RESERVATION } from "../model/account.ts";
import { ORD_TYPE_LIMIT } from "../model/ord-type.ts";
import { isReduceOnly, ordTypeOf, sideOf } from "../model/order-codes.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderHolds } from "./order-holds.ts";

const BASIS_POINTS = 10_000;

export type Headroom = ReturnType<typeof createHeadroom>;

export function createHeadroom(tables: EngineTables, holds: OrderHolds) {
  const { accounts, risk, states, time } = tables;
  const { balances, money, positions, terms } = risk;

  /** Whether the account may certainly enter this new order; the row of its position is known. */
  function covers(incoming: IncomingOrder): boolean {
    const { orderCodes, positionRow, termsRow } = incoming;
    if (termsRow !== NONE || positionRow === NONE) return false;
    if (ordTypeOf(orderCodes) !== ORD_TYPE_LIMIT || isReduceOnly(orderCodes)) return false;
    return isWithinLimits(incoming) && isNear(incoming) && isAffordable(incoming);
  }

  function isWithinLimits(incoming: IncomingOrder): boolean {
    const { accountRow, book, orderQtyLots, priceTicks } = incoming;
    const qtyLotsMax = terms.orderQtyLotsMaxOf(accountRow);
    const notionalMax = terms.notionalMaxOf(accountRow);
    const openOrdersMax = terms.openOrdersMaxOf(accountRow);
    return (
      terms.isEnabled(accountRow) &&
      (qtyLotsMax === 0 || orderQtyLots <= qtyLotsMax) &&
      (notionalMax === 0 ||
        Math.abs(money.moneyOf(book, priceTicks, orderQtyLots)) <= notionalMax) &&
      (openOrdersMax === 0 || accounts.ordersCountOf(accountRow) < openOrdersMax)
    );
  }

  /** Of the price alone: most orders are on the near side of the last one. */
  function isNear({ accountRow, book, orderCodes, priceTicks }: IncomingOrder): boolean {
    const basisPoints = terms.priceDistanceBasisPointsOf(accountRow);
    if (basisPoints === 0) return true;
    if (!states.hasLastPx(book)) return false;
    const lastPxTicks = states.lastPxTicksOf(book);
    const isBuy = sideOf(orderCodes) === SIDE_BUY;
    const beyondTicks = isBuy ? priceTicks - lastPxTicks : lastPxTicks - priceTicks;
    return beyondTicks <= 0 || beyondTicks * BASIS_POINTS <= Math.abs(lastPxTicks) * basisPoints;
  }

  function isAffordable(incoming: IncomingOrder): boolean {
    const { accountRow, book, leavesQtyLots, orderCodes, positionRow, priceTicks } = incoming;
    const side = sideOf(orderCodes);
    if (side === SIDE_SELL && terms.riskModeOf(accountRow) === RISK_RESERVATION) return false;
    const currencyRow = positions.currencyRowOf(positionRow);
    const dayLossMax = terms.dayLossMaxOf(accountRow);
    if (dayLossMax !== 0 && balances.dayPnlOf(currencyRow, time.day) <= -dayLossMax) return false;
    const positionLotsMax = terms.positionLotsMaxOf(accountRow);
    const lotsAfter = positions.lotsIfFilled(positionRow, side) + leavesQtyLots;
    if (positionLotsMax !== 0 && lotsAfter > positionLotsMax) return false;
    if (!holds.canRisk(positionRow, book, leavesQtyLots)) return false;
    const need = holds.moneyNeedOf(accountRow, positionRow, book, orderCodes, priceTicks);
    return need === 0 || need * leavesQtyLots <= holds.availableMoney(accountRow, currencyRow);
  }

  return { covers };
}
