// hot path
// The price that an order's money is held by, its reserve price: the worst it may trade at, as far
// as the order says, and else the worst that its instrument has. What an order needs follows from
// it, so it is never stored.

import { NONE } from "../base/none.ts";
import { isParkedKind, isTriggerKind } from "../book/ladder-kinds.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../model/ord-type.ts";
import { hasLimitPrice, isPegged, isTriggerType, ordTypeOf, sideOf } from "../model/order-codes.ts";
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

export class OrderReserves {
  readonly #tables: EngineTables;
  readonly #holds: OrderHolds;

  constructor(tables: EngineTables, holds: OrderHolds) {
    this.#tables = tables;
    this.#holds = holds;
  }

  /** The reserve price of an order at work, whose limit is set. */
  ofIncoming(incoming: IncomingOrder): number {
    const { book, lacksLimit, limitTicks, orderCodes, priceTicks, termsRow } = incoming;
    const isLeftover = ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER;
    if (!isLeftover) return this.#reserveTicks(book, orderCodes, priceTicks, termsRow);
    // With nobody against it, it ends and pays nothing.
    return lacksLimit ? 0 : limitTicks;
  }

  /**
   * The reserve price of an order as it would be after an amend that gives it this price, and this
   * price that fires it; NaN for what the amend does not give.
   */
  ofAmended(incoming: IncomingOrder, givenTicks: number, givenStopPxTicks: number): number {
    const { book, orderCodes, termsRow } = incoming;
    if (isPegged(orderCodes) && !Number.isNaN(givenTicks)) return givenTicks;
    const movesCap = !Number.isNaN(givenStopPxTicks) && this.#isCappedByStop(orderCodes, termsRow);
    if (movesCap) return this.#beyondStop(book, orderCodes, termsRow, givenStopPxTicks);
    return this.ofIncoming(incoming);
  }

  /** Money that one lot of a working order needs. */
  moneyNeedOf(slot: number): number {
    const { books, columns } = this.#tables;
    const book = books.bookOf(slot);
    const orderCodes = books.orderCodesOf(slot);
    const limitTicks = this.#limitTicksOf(slot);
    const termsRow = columns.termsRowOf(slot);
    const reserveTicks = this.#reserveTicks(book, orderCodes, limitTicks, termsRow);
    return this.#holds.moneyNeedOf(columns.accountRowOf(slot), book, orderCodes, reserveTicks);
  }

  assetNeedOf(slot: number): number {
    const { books, columns } = this.#tables;
    const side = sideOf(books.orderCodesOf(slot));
    return this.#holds.assetNeedOf(columns.accountRowOf(slot), books.bookOf(slot), side);
  }

  /** What fires an order, NaN where that is not known yet. */
  stopPxTicksOf(termsRow: number): number {
    const { terms } = this.#tables;
    const isKnown = termsRow !== NONE && (terms.flagsOf(termsRow) & TERM_HAS_STOP_PX) !== 0;
    return isKnown ? terms.stopPxTicksOf(termsRow) : Number.NaN;
  }

  /** The same of a working order: a trailing one's present stop price, none once it has fired. */
  firingTicksOf(slot: number): number {
    const { books, columns, terms } = this.#tables;
    const kind = books.ladderKindOf(slot);
    const termsRow = columns.termsRowOf(slot);
    if (isTriggerKind(kind)) return terms.stopPxTicksOf(termsRow);
    return isParkedKind(kind) ? this.stopPxTicksOf(termsRow) : Number.NaN;
  }

  /** The order's own limit, wherever it stands. */
  #limitTicksOf(slot: number): number {
    const { books, columns, terms } = this.#tables;
    return isTriggerKind(books.ladderKindOf(slot))
      ? terms.limitTicksOf(columns.termsRowOf(slot))
      : books.priceTicksOf(slot);
  }

  #reserveTicks(book: number, orderCodes: number, limitTicks: number, termsRow: number): number {
    const { instruments, terms } = this.#tables;
    const isLeftover = ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER;
    if (hasLimitPrice(orderCodes) || isLeftover) return limitTicks;
    const flags = termsRow === NONE ? 0 : terms.flagsOf(termsRow);
    if (isPegged(orderCodes) && (flags & TERM_HAS_PRICE) !== 0) {
      return terms.worstPxTicksOf(termsRow);
    }
    return this.#isCappedByStop(orderCodes, termsRow)
      ? this.#beyondStop(book, orderCodes, termsRow, terms.stopPxTicksOf(termsRow))
      : instruments.worstPriceOf(book, sideOf(orderCodes));
  }

  /** Whether what fires the order, and its protection, say how far it may trade. */
  #isCappedByStop(orderCodes: number, termsRow: number): boolean {
    if (termsRow === NONE || !isTriggerType(orderCodes)) return false;
    const flags = this.#tables.terms.flagsOf(termsRow);
    return (flags & (TERM_HAS_PROTECTION | TERM_TRAILING)) === TERM_HAS_PROTECTION;
  }

  #beyondStop(book: number, orderCodes: number, termsRow: number, stopPxTicks: number): number {
    const { instruments, terms } = this.#tables;
    const worse = sideOf(orderCodes) === SIDE_BUY ? 1 : -1;
    return instruments.clampPrice(book, stopPxTicks + worse * terms.protectionTicksOf(termsRow));
  }
}
