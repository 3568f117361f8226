// Whether an order is worth as much as its instrument asks for, and no more: all of it, in ticks
// x lots, at its limit, else at what fires it, else at the last price. Without any of these nobody
// can say, and nothing is refused.

import { NONE } from "../base/none.ts";
import { TERM_HAS_STOP_PX } from "../model/order-terms.ts";
import { REASON_NONE, REASON_NOTIONAL_OUT_OF_RANGE } from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { isAmountOnly } from "./term-checks.ts";

/** Of an order with this limit and, amended, this stop price; NaN is none and no other one. */
export function reasonInNotional(
  tables: EngineTables,
  incoming: IncomingOrder,
  limitTicks: number,
  stopPxTicks: number,
): number {
  const { instruments, terms } = tables;
  const { book, orderQtyLots, termsRow } = incoming;
  let notional = 0;
  if (isAmountOnly(terms, termsRow, orderQtyLots)) notional = terms.quoteAmountOf(termsRow);
  else if (!Number.isNaN(limitTicks)) notional = Math.abs(limitTicks * orderQtyLots);
  else notional = Math.abs(priceWithoutLimit(tables, incoming, stopPxTicks) * orderQtyLots);
  const notionalMax = instruments.notionalMaxOf(book);
  const isOut =
    notional < instruments.notionalMinOf(book) || (notionalMax !== 0 && notional > notionalMax);
  return isOut ? REASON_NOTIONAL_OUT_OF_RANGE : REASON_NONE;
}

/** NaN, which is in every range, where there is no price. */
function priceWithoutLimit(
  { states, terms }: EngineTables,
  { book, termsRow }: IncomingOrder,
  stopPxTicks: number,
): number {
  if (!Number.isNaN(stopPxTicks)) return stopPxTicks;
  if (termsRow !== NONE) {
    const isFired = (terms.flagsOf(termsRow) & TERM_HAS_STOP_PX) !== 0;
    if (isFired || terms.isTracking(termsRow)) return terms.stopPxTicksOf(termsRow);
  }
  return states.hasLastPx(book) ? states.lastPxTicksOf(book) : Number.NaN;
}
