// The worst price at which an order may trade, where its own limit does not say it: market orders
// with and without protection, orders that take the best price only, orders that follow a
// reference, and post-only orders that make way.

import { NONE } from "../base/none.ts";
import { EXEC_INST_SLIDE } from "../model/exec-inst.ts";
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN } from "../model/instrument.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../model/ord-type.ts";
import { execInstOf, isPegged, ordTypeOf, sideOf, worksAsMarket } from "../model/order-codes.ts";
import { PEG_MARKET, PEG_MID, TERM_HAS_PRICE, TERM_HAS_PROTECTION } from "../model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";

export class Pricing {
  readonly #tables: EngineTables;

  constructor(tables: EngineTables) {
    this.#tables = tables;
  }

  /** Sets the limit of an order that is about to work. */
  setLimit(incoming: IncomingOrder): void {
    const { orderCodes } = incoming;
    if (worksAsMarket(orderCodes)) incoming.limitTicks = this.#marketLimit(incoming);
    else if (ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER) {
      const best = this.#firstAgainst(incoming);
      const { books } = this.#tables;
      incoming.limitTicks = best === NONE ? noLimit(incoming) : books.priceTicksOf(best);
    } else incoming.limitTicks = incoming.priceTicks;
  }

  /** Whether the order would meet anybody at its limit. */
  meets(incoming: IncomingOrder): boolean {
    const { book, orderCodes, limitTicks, leavesQtyLots } = incoming;
    return this.#tables.books.crosses(book, sideOf(orderCodes), limitTicks, leavesQtyLots);
  }

  /** Whether nobody stands against the order at any price. */
  isAlone(incoming: IncomingOrder): boolean {
    return this.#firstAgainst(incoming) === NONE;
  }

  /**
   * Moves a post-only order that would take out of the way, one tick behind the best opposite
   * price, if it asked for that and the instrument has such a price; says whether it did.
   */
  makesWay(incoming: IncomingOrder): boolean {
    if ((execInstOf(incoming.orderCodes) & EXEC_INST_SLIDE) === 0) return false;
    return this.stepBack(incoming);
  }

  /** The same whatever the order asked for. */
  stepBack(incoming: IncomingOrder): boolean {
    const { books, instruments } = this.#tables;
    const best = this.#firstAgainst(incoming);
    const behind = sideOf(incoming.orderCodes) === SIDE_BUY ? -1 : 1;
    const priceTicks = books.priceTicksOf(best) + behind;
    if (!instruments.takesPrice(incoming.book, priceTicks)) return false;
    incoming.priceTicks = priceTicks;
    incoming.limitTicks = priceTicks;
    return true;
  }

  /** Whether there is a price for a pegged order to follow. */
  hasPegPrice(book: number, side: number, termsRow: number): boolean {
    const pegPriceType = this.#tables.terms.pegPriceTypeOf(termsRow);
    const needsBid =
      pegPriceType === PEG_MID || this.#followedSide(side, pegPriceType) === SIDE_BUY;
    const needsAsk =
      pegPriceType === PEG_MID || this.#followedSide(side, pegPriceType) === SIDE_SELL;
    if (needsBid && this.referenceLevel(book, SIDE_BUY) === NONE) return false;
    return !needsAsk || this.referenceLevel(book, SIDE_SELL) !== NONE;
  }

  /** The price of a pegged order; ask hasPegPrice first. */
  pegPriceTicks(book: number, side: number, termsRow: number): number {
    const { instruments, terms } = this.#tables;
    let priceTicks = this.#referenceTicks(book, side, termsRow) + terms.offsetTicksOf(termsRow);
    if ((terms.flagsOf(termsRow) & TERM_HAS_PRICE) !== 0) {
      const worstPxTicks = terms.worstPxTicksOf(termsRow);
      priceTicks =
        side === SIDE_BUY ? Math.min(priceTicks, worstPxTicks) : Math.max(priceTicks, worstPxTicks);
    }
    return instruments.clampPrice(book, priceTicks);
  }

  /** Notes what there is for pegged orders to follow; says whether that changed. */
  followReferences(book: number): boolean {
    const { books, states } = this.#tables;
    const bid = this.referenceLevel(book, SIDE_BUY);
    const ask = this.referenceLevel(book, SIDE_SELL);
    const bidTicks = bid === NONE ? 0 : books.levelPriceTicks(bid);
    const askTicks = ask === NONE ? 0 : books.levelPriceTicks(ask);
    return states.changeReferences(book, bid !== NONE, bidTicks, ask !== NONE, askTicks);
  }

  /** The best displayed level of a side with an order that is not pegged itself, or NONE. */
  referenceLevel(book: number, side: number): number {
    const { books } = this.#tables;
    let level = books.bestLevel(book, side);
    for (; level !== NONE; level = books.nextLevel(level)) {
      for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
        if (!isPegged(books.orderCodesOf(slot))) return level;
      }
    }
    return NONE;
  }

  #referenceTicks(book: number, side: number, termsRow: number): number {
    const { books, terms } = this.#tables;
    const pegPriceType = terms.pegPriceTypeOf(termsRow);
    if (pegPriceType !== PEG_MID) {
      const level = this.referenceLevel(book, this.#followedSide(side, pegPriceType));
      return books.levelPriceTicks(level);
    }
    const bidTicks = books.levelPriceTicks(this.referenceLevel(book, SIDE_BUY));
    const askTicks = books.levelPriceTicks(this.referenceLevel(book, SIDE_SELL));
    const middle = (bidTicks + askTicks) / 2;
    return side === SIDE_BUY ? Math.floor(middle) : Math.ceil(middle);
  }

  #followedSide(side: number, pegPriceType: number): number {
    return pegPriceType === PEG_MARKET ? 3 - side : side;
  }

  #marketLimit(incoming: IncomingOrder): number {
    const { books, terms } = this.#tables;
    const { orderCodes, termsRow } = incoming;
    if (termsRow === NONE || (terms.flagsOf(termsRow) & TERM_HAS_PROTECTION) === 0) {
      return noLimit(incoming);
    }
    const best = this.#firstAgainst(incoming);
    if (best === NONE) return noLimit(incoming);
    const worse = sideOf(orderCodes) === SIDE_BUY ? 1 : -1;
    const limitTicks = books.priceTicksOf(best) + worse * terms.protectionTicksOf(termsRow);
    return Math.min(Math.max(limitTicks, PRICE_TICKS_MIN), PRICE_TICKS_MAX);
  }

  #firstAgainst(incoming: IncomingOrder): number {
    const { book, orderCodes, leavesQtyLots } = incoming;
    return this.#tables.books.firstAgainst(book, sideOf(orderCodes), leavesQtyLots);
  }
}

/** The worst price there is excludes nobody. */
function noLimit(incoming: IncomingOrder): number {
  return sideOf(incoming.orderCodes) === SIDE_BUY ? PRICE_TICKS_MAX : PRICE_TICKS_MIN;
}
