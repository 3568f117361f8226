// hot path
// The price that an order's money is held by, its reserve price: the worst it may trade at, as far
// as the order says, and else the worst that its instrument has. On credit a better price may be
// the larger exposure: there an order that does not say how far it goes is held by the largest.
// What an order needs follows from it, so it is never stored.

import { NONE } from "../base/none.ts";
import { isParkedKind, isTriggerKind } from "../book/ladder-kinds.ts";
import { RISK_CREDIT } from "../model/account.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../model/ord-type.ts";
import {
  hasLimitPrice,
  isPegged,
  isTriggerType,
  ordTypeOf,
  sideOf,
  worksAsMarket,
} from "../model/order-codes.ts";
import {
  TERM_HAS_PRICE,
  TERM_HAS_PROTECTION,
  TERM_HAS_STOP_PX,
  TERM_TRAILING,
} from "../model/order-terms.ts";
import { SIDE_BUY } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderHolds } from "./order-holds.ts";

export type OrderReserves = ReturnType<typeof createOrderReserves>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createOrderReserves(tables: EngineTables, holds: OrderHolds) {
  const { books, columns, instruments, risk, terms } = tables;

  /** The reserve price of an order at work, whose limit is set. */
  function ofIncoming(incoming: IncomingOrder): number {
    const { accountRow, book, orderCodes, termsRow } = incoming;
    return largestTicks(accountRow, book, orderCodes, termsRow, worstOfIncoming(incoming));
  }

  /** The worst price that an order at work, whose limit is set, may trade at. */
  function worstOfIncoming(incoming: IncomingOrder): number {
    const { book, lacksLimit, limitTicks, orderCodes, priceTicks, termsRow } = incoming;
    const isLeftover = ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER;
    if (!isLeftover) return worstTicks(book, orderCodes, priceTicks, termsRow);
    // With nobody against it, it ends and pays nothing.
    return lacksLimit ? 0 : limitTicks;
  }

  /**
   * The reserve price of an order as it would be after an amend that gives it this price, and this
   * price that fires it; NaN for what the amend does not give.
   */
  function ofAmended(
    incoming: IncomingOrder,
    givenTicks: number,
    givenStopPxTicks: number,
  ): number {
    const { accountRow, book, orderCodes, termsRow } = incoming;
    const movesCap = !Number.isNaN(givenStopPxTicks) && isCappedByStop(orderCodes, termsRow);
    let ticks = worstOfIncoming(incoming);
    if (isPegged(orderCodes) && !Number.isNaN(givenTicks)) ticks = givenTicks;
    else if (movesCap) ticks = beyondStop(book, orderCodes, termsRow, givenStopPxTicks);
    return largestTicks(accountRow, book, orderCodes, termsRow, ticks);
  }

  /** Money that one lot of a working order needs. */
  function moneyNeedOf(slot: number): number {
    const book = books.bookOf(slot);
    const orderCodes = books.orderCodesOf(slot);
    const termsRow = columns.termsRowOf(slot);
    const worst = worstTicks(book, orderCodes, limitTicksOf(slot), termsRow);
    const accountRow = columns.accountRowOf(slot);
    const ticks = largestTicks(accountRow, book, orderCodes, termsRow, worst);
    return holds.moneyNeedOf(accountRow, columns.positionRowOf(slot), book, orderCodes, ticks);
  }

  function assetNeedOf(slot: number): number {
    const side = sideOf(books.orderCodesOf(slot));
    return holds.assetNeedOf(columns.accountRowOf(slot), columns.positionRowOf(slot), side);
  }

  /** The worst price that a pegged order says itself, NaN where it says none. */
  function worstPegTicksOf(termsRow: number): number {
    const isCapped = (terms.flagsOf(termsRow) & TERM_HAS_PRICE) !== 0;
    return isCapped ? terms.worstPxTicksOf(termsRow) : Number.NaN;
  }

  /** What fires an order, NaN where that is not known yet. */
  function stopPxTicksOf(termsRow: number): number {
    const isKnown = termsRow !== NONE && (terms.flagsOf(termsRow) & TERM_HAS_STOP_PX) !== 0;
    return isKnown ? terms.stopPxTicksOf(termsRow) : Number.NaN;
  }

  /** The same of a working order: a trailing one's present stop price, none once it has fired. */
  function firingTicksOf(slot: number): number {
    const kind = books.ladderKindOf(slot);
    const termsRow = columns.termsRowOf(slot);
    if (isTriggerKind(kind)) return terms.stopPxTicksOf(termsRow);
    return isParkedKind(kind) ? stopPxTicksOf(termsRow) : Number.NaN;
  }

  /** The order's own limit, wherever it stands. */
  function limitTicksOf(slot: number): number {
    return isTriggerKind(books.ladderKindOf(slot))
      ? terms.limitTicksOf(columns.termsRowOf(slot))
      : books.priceTicksOf(slot);
  }

  /** On credit, of an order without a limit: the price that counts most, up to its worst one. */
  function largestTicks(
    accountRow: number,
    book: number,
    orderCodes: number,
    termsRow: number,
    worst: number,
  ): number {
    if (risk.terms.riskModeOf(accountRow) !== RISK_CREDIT) return worst;
    const isFree = worksAsMarket(orderCodes) && !isCappedByStop(orderCodes, termsRow);
    if (!isFree && !isPegged(orderCodes)) return worst;
    const best = instruments.worstPriceOf(book, 3 - sideOf(orderCodes));
    return Math.abs(best) > Math.abs(worst) ? best : worst;
  }

  function worstTicks(
    book: number,
    orderCodes: number,
    limitTicks: number,
    termsRow: number,
  ): number {
    const isLeftover = ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER;
    if (hasLimitPrice(orderCodes) || isLeftover) return limitTicks;
    const worstPegTicks = isPegged(orderCodes) ? worstPegTicksOf(termsRow) : Number.NaN;
    if (!Number.isNaN(worstPegTicks)) return worstPegTicks;
    return isCappedByStop(orderCodes, termsRow)
      ? beyondStop(book, orderCodes, termsRow, terms.stopPxTicksOf(termsRow))
      : instruments.worstPriceOf(book, sideOf(orderCodes));
  }

  /** Whether what fires the order, and its protection, say how far it may trade. */
  function isCappedByStop(orderCodes: number, termsRow: number): boolean {
    if (termsRow === NONE || !isTriggerType(orderCodes)) return false;
    const flags = terms.flagsOf(termsRow);
    return (flags & (TERM_HAS_PROTECTION | TERM_TRAILING)) === TERM_HAS_PROTECTION;
  }

  function beyondStop(
    book: number,
    orderCodes: number,
    termsRow: number,
    stopPxTicks: number,
  ): number {
    const worse = sideOf(orderCodes) === SIDE_BUY ? 1 : -1;
    return instruments.clampPrice(book, stopPxTicks + worse * terms.protectionTicksOf(termsRow));
  }

  return {
    ofIncoming,
    worstOfIncoming,
    ofAmended,
    moneyNeedOf,
    assetNeedOf,
    stopPxTicksOf,
    firingTicksOf,
    limitTicksOf,
    worstPegTicksOf,
  };
}
