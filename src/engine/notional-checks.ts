// Whether an order is worth as much as its instrument asks for, and no more: all of it, in ticks
// x lots, at its limit, else at what fires it, else at the last price. Without any of these nobody
// can say, and nothing is refused.

import { NONE } from "../base/none.ts";
import { hasLimitPrice } from "../model/order-codes.ts";
import { TERM_HAS_STOP_PX } from "../model/order-terms.ts";
import { REASON_NONE, REASON_NOTIONAL_OUT_OF_RANGE } from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { isAmountOnly } from "./term-checks.ts";

/** Of an order as it is or, amended to `limitTicks`, would be. */
export function reasonInNotional(
  tables: EngineTables,
  incoming: IncomingOrder,
  limitTicks: number,
): number {
  const { instruments } = tables;
  const { book } = incoming;
  const notional = notionalOf(tables, incoming, limitTicks);
  const notionalMax = instruments.notionalMaxOf(book);
  const isOut =
    notional < instruments.notionalMinOf(book) || (notionalMax !== 0 && notional > notionalMax);
  return isOut ? REASON_NOTIONAL_OUT_OF_RANGE : REASON_NONE;
}

/** NaN, which is in every range, where there is no price. */
function notionalOf(tables: EngineTables, incoming: IncomingOrder, limitTicks: number): number {
  const { states, terms } = tables;
  const { book, orderCodes, orderQtyLots, termsRow } = incoming;
  if (isAmountOnly(terms, termsRow, orderQtyLots)) return terms.quoteAmountOf(termsRow);
  if (hasLimitPrice(orderCodes)) return Math.abs(limitTicks * orderQtyLots);
  const isFired = termsRow !== NONE && (terms.flagsOf(termsRow) & TERM_HAS_STOP_PX) !== 0;
  if (isFired) return Math.abs(terms.stopPxTicksOf(termsRow) * orderQtyLots);
  if (!states.hasLastPx(book)) return Number.NaN;
  return Math.abs(states.lastPxTicksOf(book) * orderQtyLots);
}
