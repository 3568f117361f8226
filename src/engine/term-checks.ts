// Whether the terms of a new order make sense: with its type and modifiers, among each other, and
// in their numbers. Nothing here looks at the market.

import { NONE } from "../base/none.ts";
import {
  ORD_TYPE_LIMIT,
  ORD_TYPE_MARKET,
  ORD_TYPE_MARKET_WITH_LEFTOVER,
} from "../model/ord-type.ts";
import {
  hasLimitPrice,
  isAllOrNone,
  isDark,
  isLasting,
  isPegged,
  isPostOnly,
  isTriggerType,
  ordTypeOf,
  timeInForceOf,
  worksAsMarket,
} from "../model/order-codes.ts";
import {
  PEG_MARKET,
  PEG_MID,
  PEG_NONE,
  PEG_PRIMARY,
  STP_DECREMENT,
  STP_TRANSFER,
  TERM_HAS_PRICE,
  TERM_HAS_PROTECTION,
  TERM_HAS_STOP_PX,
  TERM_OFFSET_IS_BASIS_POINTS,
  TERM_TRAILING,
  TRIGGER_LAST,
  TRIGGER_MID,
} from "../model/order-terms.ts";
import { TIF_FOK, TIF_GTD } from "../model/time-in-force.ts";
import type { OrderTerms } from "./order-terms.ts";

const TERM_FLAGS_KNOWN =
  TERM_TRAILING |
  TERM_OFFSET_IS_BASIS_POINTS |
  TERM_HAS_STOP_PX |
  TERM_HAS_PROTECTION |
  TERM_HAS_PRICE;
const BASIS_POINTS_MAX = 9999;

/** Whether the order's type, lifetime and modifiers allow what its terms ask for. */
export function termsFitOrder(terms: OrderTerms, row: number, orderCodes: number): boolean {
  const ordType = ordTypeOf(orderCodes);
  const timeInForce = timeInForceOf(orderCodes);
  if (terms.displayQtyLotsOf(row) > 0) {
    const mayShowPart = hasLimitPrice(orderCodes) && isLasting(timeInForce) && !isDark(orderCodes);
    if (!mayShowPart) return false;
  }
  if (terms.minQtyLotsOf(row) > 0) {
    const mayHaveMinimum =
      ordType === ORD_TYPE_LIMIT ||
      ordType === ORD_TYPE_MARKET ||
      ordType === ORD_TYPE_MARKET_WITH_LEFTOVER;
    if (!mayHaveMinimum || timeInForce === TIF_FOK) return false;
    if (isAllOrNone(orderCodes) || isPostOnly(orderCodes)) return false;
  }
  const stpMode = terms.stpModeOf(row);
  return timeInForce !== TIF_FOK || (stpMode !== STP_DECREMENT && stpMode !== STP_TRANSFER);
}

/** Whether the terms agree with each other and say nothing that the type does not use. */
export function areTermsSound(
  terms: OrderTerms,
  row: number,
  orderCodes: number,
  orderQtyLots: number,
): boolean {
  const flags = terms.flagsOf(row);
  if ((flags & ~TERM_FLAGS_KNOWN) !== 0 || terms.stpModeOf(row) > STP_TRANSFER) return false;
  if (!isTriggerSound(terms, row, orderCodes)) return false;
  if (!isOffsetSound(terms, row, orderCodes)) return false;
  const hasProtection = (flags & TERM_HAS_PROTECTION) !== 0;
  if (hasProtection && !worksAsMarket(orderCodes)) return false;
  if (!hasProtection && terms.protectionTicksOf(row) !== 0) return false;
  if (terms.displayQtyLotsOf(row) === 0 && terms.displayRandomLotsOf(row) !== 0) return false;
  const isGtd = timeInForceOf(orderCodes) === TIF_GTD;
  if (!isGtd && terms.expireTimeMicrosOf(row) !== 0) return false;
  if (terms.quoteAmountOf(row) > 0) return isAmountSound(terms, row, orderCodes, orderQtyLots);
  return terms.minQtyLotsOf(row) <= orderQtyLots;
}

/** Whether the order's quantity follows from its amount. */
export function isAmountOnly(terms: OrderTerms, row: number, orderQtyLots: number): boolean {
  return row !== NONE && orderQtyLots === 0 && terms.quoteAmountOf(row) > 0;
}

function isTriggerSound(terms: OrderTerms, row: number, orderCodes: number): boolean {
  const flags = terms.flagsOf(row);
  const source = terms.triggerSourceOf(row);
  const hasStopPx = (flags & TERM_HAS_STOP_PX) !== 0;
  const isTrailing = (flags & TERM_TRAILING) !== 0;
  if (!hasStopPx && terms.stopPxTicksOf(row) !== 0) return false;
  if (!isTriggerType(orderCodes)) return !hasStopPx && !isTrailing && source === TRIGGER_LAST;
  if (isTrailing) return source === TRIGGER_LAST;
  return hasStopPx && source <= TRIGGER_MID;
}

function isOffsetSound(terms: OrderTerms, row: number, orderCodes: number): boolean {
  const flags = terms.flagsOf(row);
  const offsetTicks = terms.offsetTicksOf(row);
  const inBasisPoints = (flags & TERM_OFFSET_IS_BASIS_POINTS) !== 0;
  const pegPriceType = terms.pegPriceTypeOf(row);
  const hasPrice = (flags & TERM_HAS_PRICE) !== 0;
  if (!isPegged(orderCodes) && (pegPriceType !== PEG_NONE || hasPrice)) return false;
  if ((flags & TERM_TRAILING) !== 0) {
    return offsetTicks > 0 && (!inBasisPoints || offsetTicks <= BASIS_POINTS_MAX);
  }
  if (inBasisPoints || terms.stepTicksOf(row) !== 0) return false;
  if (!isPegged(orderCodes)) return offsetTicks === 0;
  return pegPriceType === PEG_MID || pegPriceType === PEG_MARKET || pegPriceType === PEG_PRIMARY;
}

/** An amount instead of a quantity, or the whole cost of a fill-or-kill order. */
function isAmountSound(
  terms: OrderTerms,
  row: number,
  orderCodes: number,
  orderQtyLots: number,
): boolean {
  if (terms.listRowOf(row) !== NONE) return false;
  const ordType = ordTypeOf(orderCodes);
  if (timeInForceOf(orderCodes) === TIF_FOK) {
    return orderQtyLots > 0 && (ordType === ORD_TYPE_LIMIT || ordType === ORD_TYPE_MARKET);
  }
  return ordType === ORD_TYPE_MARKET && orderQtyLots === 0 && terms.minQtyLotsOf(row) === 0;
}
