// The worst price at which an order may trade, where its own limit does not say it: market orders
// with and without protection, orders that take the best price only, orders that follow a
// reference, and post-only orders that make way.

import { NONE } from "../base/none.ts";
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN } from "../model/instrument.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../model/ord-type.ts";
import {
  isLasting,
  isPegged,
  isTriggerType,
  mayRest,
  ordTypeOf,
  sideOf,
  slides,
  timeInForceOf,
  withOrdType,
  worksAsMarket,
} from "../model/order-codes.ts";
import { PEG_MARKET, PEG_MID, TERM_HAS_PRICE, TERM_HAS_PROTECTION } from "../model/order-terms.ts";
import { PHASE_CONTINUOUS } from "../model/phase.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_DAY } from "../model/time-in-force.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";

export type Pricing = ReturnType<typeof createPricing>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createPricing(tables: EngineTables) {
  const { books, calendars, instruments, terms, states } = tables;
  /** What pegged orders follow, as findReferences() saw it last. */
  const references = { hasBid: false, bidTicks: 0, hasAsk: false, askTicks: 0 };

  /** Sets the limit of an order that is about to work. */
  function setLimit(incoming: IncomingOrder): void {
    const { orderCodes } = incoming;
    if (worksAsMarket(orderCodes)) incoming.limitTicks = marketLimit(incoming);
    else if (ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER) {
      incoming.limitTicks = clampedLimit(incoming, protectedLimit(incoming));
    } else incoming.limitTicks = incoming.priceTicks;
  }

  /**
   * Where the instrument says so, what a protected market order that lasts has left rests: it is
   * one with leftover as limit from then on, whose limit is that of its protection. An order by its
   * amount has nothing left.
   */
  function letRest(incoming: IncomingOrder): void {
    const { book, orderCodes, termsRow } = incoming;
    if (!isProtected(incoming) || !instruments.restsAtProtection(book)) return;
    if (states.phaseOf(book) !== PHASE_CONTINUOUS || isTriggerType(orderCodes)) return;
    const timeInForce = timeInForceOf(orderCodes);
    const lasts = timeInForce === TIF_DAY ? calendars.has(book) : isLasting(timeInForce);
    if (!lasts || terms.quoteAmountOf(termsRow) > 0) return;
    incoming.orderCodes = withOrdType(orderCodes, ORD_TYPE_MARKET_WITH_LEFTOVER);
  }

  /** The same of an order that was fired, whose limit is set; says whether it rests. */
  function letFiredRest(incoming: IncomingOrder): boolean {
    if (!restsAtProtection(incoming)) return false;
    incoming.orderCodes = withOrdType(incoming.orderCodes, ORD_TYPE_MARKET_WITH_LEFTOVER);
    incoming.limitTicks = clampedLimit(incoming, incoming.limitTicks);
    return true;
  }

  function restsAtProtection(incoming: IncomingOrder): boolean {
    const isMarket = worksAsMarket(incoming.orderCodes);
    return isMarket && isProtected(incoming) && instruments.restsAtProtection(incoming.book);
  }

  /** Whether an order that waits to be fired may rest then. */
  function mayRestFired(incoming: IncomingOrder): boolean {
    return mayRest(incoming.orderCodes) || restsAtProtection(incoming);
  }

  /** Whether the order would meet anybody at its limit. */
  function meets(incoming: IncomingOrder): boolean {
    const { book, orderCodes, limitTicks, leavesQtyLots } = incoming;
    return books.crosses(book, sideOf(orderCodes), limitTicks, leavesQtyLots);
  }

  /** Whether nobody stands against the order at any price. */
  function isAlone(incoming: IncomingOrder): boolean {
    return firstAgainst(incoming) === NONE;
  }

  /**
   * Moves a post-only order that would take out of the way, one tick behind the best opposite
   * price, if it asked for that and the instrument has such a price; says whether it did.
   */
  function makesWay(incoming: IncomingOrder): boolean {
    return slides(incoming.orderCodes) && stepBack(incoming);
  }

  /** The same whatever the order asked for. */
  function stepBack(incoming: IncomingOrder): boolean {
    const best = firstAgainst(incoming);
    const behind = sideOf(incoming.orderCodes) === SIDE_BUY ? -1 : 1;
    const priceTicks = books.priceTicksOf(best) + behind;
    if (!instruments.takesPrice(incoming.book, priceTicks)) return false;
    incoming.priceTicks = priceTicks;
    incoming.limitTicks = priceTicks;
    return true;
  }

  /** Whether there is a price for a pegged order to follow. */
  function hasPegPrice(book: number, side: number, termsRow: number): boolean {
    findReferences(book);
    return hasKnownPegPrice(side, termsRow);
  }

  /** The same of the references that were found last. */
  function hasKnownPegPrice(side: number, termsRow: number): boolean {
    const pegPriceType = terms.pegPriceTypeOf(termsRow);
    const needsBid = pegPriceType === PEG_MID || followedSide(side, pegPriceType) === SIDE_BUY;
    const needsAsk = pegPriceType === PEG_MID || followedSide(side, pegPriceType) === SIDE_SELL;
    return (references.hasBid || !needsBid) && (references.hasAsk || !needsAsk);
  }

  /** The price of a pegged order; ask hasPegPrice first. */
  function pegPriceTicks(book: number, side: number, termsRow: number): number {
    let priceTicks = referenceTicks(side, termsRow) + terms.offsetTicksOf(termsRow);
    if ((terms.flagsOf(termsRow) & TERM_HAS_PRICE) !== 0) {
      const worstPxTicks = terms.worstPxTicksOf(termsRow);
      priceTicks =
        side === SIDE_BUY ? Math.min(priceTicks, worstPxTicks) : Math.max(priceTicks, worstPxTicks);
    }
    return instruments.clampPrice(book, priceTicks);
  }

  /** Notes what there is for pegged orders to follow; says whether that changed. */
  function followReferences(book: number): boolean {
    findReferences(book);
    const { hasBid, bidTicks, hasAsk, askTicks } = references;
    return states.changeReferences(book, hasBid, bidTicks, hasAsk, askTicks);
  }

  /** Passes over all pegged orders that stand better than what they follow. */
  function findReferences(book: number): void {
    const bid = referenceLevel(book, SIDE_BUY);
    const ask = referenceLevel(book, SIDE_SELL);
    references.hasBid = bid !== NONE;
    references.hasAsk = ask !== NONE;
    references.bidTicks = references.hasBid ? books.levelPriceTicks(bid) : 0;
    references.askTicks = references.hasAsk ? books.levelPriceTicks(ask) : 0;
  }

  /**
   * The best displayed level of a side with an order that is not pegged itself, or NONE. While
   * trading is not continuous nobody follows anything.
   */
  function referenceLevel(book: number, side: number): number {
    if (states.phaseOf(book) !== PHASE_CONTINUOUS) return NONE;
    let level = books.bestLevel(book, side);
    for (; level !== NONE; level = books.nextLevel(level)) {
      for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
        if (!isPegged(books.orderCodesOf(slot))) return level;
      }
    }
    return NONE;
  }

  function referenceTicks(side: number, termsRow: number): number {
    const { askTicks, bidTicks } = references;
    const pegPriceType = terms.pegPriceTypeOf(termsRow);
    if (pegPriceType !== PEG_MID) {
      return followedSide(side, pegPriceType) === SIDE_BUY ? bidTicks : askTicks;
    }
    const middle = (bidTicks + askTicks) / 2;
    return side === SIDE_BUY ? Math.floor(middle) : Math.ceil(middle);
  }

  function followedSide(side: number, pegPriceType: number): number {
    return pegPriceType === PEG_MARKET ? 3 - side : side;
  }

  function marketLimit(incoming: IncomingOrder): number {
    return isProtected(incoming) ? protectedLimit(incoming) : noLimit(incoming);
  }

  /** Whether its terms say how far from the best price it may trade. */
  function isProtected({ termsRow }: IncomingOrder): boolean {
    return termsRow !== NONE && (terms.flagsOf(termsRow) & TERM_HAS_PROTECTION) !== 0;
  }

  /** So far from the best price, which is the limit itself without a protection. */
  function protectedLimit(incoming: IncomingOrder): number {
    const { orderCodes, termsRow } = incoming;
    const best = firstAgainst(incoming);
    incoming.lacksLimit = best === NONE;
    if (best === NONE) return noLimit(incoming);
    const worse = sideOf(orderCodes) === SIDE_BUY ? 1 : -1;
    const protectionTicks = termsRow === NONE ? 0 : terms.protectionTicksOf(termsRow);
    const limitTicks = books.priceTicksOf(best) + worse * protectionTicks;
    return Math.min(Math.max(limitTicks, PRICE_TICKS_MIN), PRICE_TICKS_MAX);
  }

  /** A price at which the order may rest. */
  function clampedLimit({ book, lacksLimit }: IncomingOrder, limitTicks: number): number {
    return lacksLimit ? limitTicks : instruments.clampPrice(book, limitTicks);
  }

  function firstAgainst(incoming: IncomingOrder): number {
    const { book, orderCodes, leavesQtyLots } = incoming;
    return books.firstAgainst(book, sideOf(orderCodes), leavesQtyLots);
  }

  return {
    setLimit,
    letRest,
    letFiredRest,
    mayRestFired,
    isProtected,
    meets,
    isAlone,
    makesWay,
    stepBack,
    hasPegPrice,
    hasKnownPegPrice,
    pegPriceTicks,
    followReferences,
    referenceLevel,
  };
}

/** The worst price there is excludes nobody. */
function noLimit(incoming: IncomingOrder): number {
  return sideOf(incoming.orderCodes) === SIDE_BUY ? PRICE_TICKS_MAX : PRICE_TICKS_MIN;
}
