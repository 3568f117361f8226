// The price of a call auction, rules 1 to 5 of docs/rulebook.md, "Price of a call". Demand B falls
// and supply S rises with the price, both in steps at the orders' limits, so that every stretch of
// ticks between two steps is looked at once. O(prices across which orders could trade).

import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { CallSides } from "./call-sides.ts";
import type { EngineTables } from "./engine-tables.ts";
import { PriceSteps } from "./price-steps.ts";

/** More than the exact sums of a book can say: what is told of a call stays a safe integer. */
const LOTS_MAX = Number.MAX_SAFE_INTEGER;

export class CallPrice {
  /** Of the last find(): what would trade, 0 where nothing does, and at what price. */
  pairedLots = 0;
  priceTicks = 0;
  /** What is left over at that price: buys positive, sells negative. */
  imbalanceLots = 0;
  /** Prices, and orders in the dark, that it looked at. */
  looks = 0;
  readonly #tables: EngineTables;
  readonly #sides: CallSides;
  readonly #buys = new PriceSteps();
  readonly #sells = new PriceSteps();
  /** The best price of each side that does not matter: from there on every tick is worse. */
  #leftOutBuyTicks = 0;
  #leftOutSellTicks = 0;
  /** The ticks that are best so far, from the first to the last. */
  #firstTicks = 0;
  #lastTicks = 0;
  /** What is left over at them: so much up to the turn, so much from there on. */
  #firstImbalance = 0;
  #lastImbalance = 0;
  #turnTicks = 0;

  constructor(tables: EngineTables, sides: CallSides) {
    this.#tables = tables;
    this.#sides = sides;
  }

  find(book: number): void {
    const marketBuys = this.#sides.marketLotsOf(book, SIDE_BUY);
    const marketSells = this.#sides.marketLotsOf(book, SIDE_SELL);
    this.pairedLots = 0;
    this.priceTicks = 0;
    this.imbalanceLots = 0;
    this.#sides.looks = 0;
    this.#gather(book, marketBuys, marketSells);
    this.looks = this.#sides.looks;
    if (this.#buys.count + this.#sells.count === 0) this.#pairMarket(book, marketBuys, marketSells);
    else this.#pair(book, marketBuys, marketSells);
  }

  /**
   * The prices of both sides as far as they matter: the best one, those that reach the other side's
   * best, and those that market orders of the other side would use up.
   */
  #gather(book: number, marketBuys: number, marketSells: number): void {
    const sides = this.#sides;
    this.#buys.clear();
    this.#sells.clear();
    this.#leftOutBuyTicks = Number.NEGATIVE_INFINITY;
    this.#leftOutSellTicks = Number.POSITIVE_INFINITY;
    sides.beginWalk(book, SIDE_SELL);
    const hasSells = sides.nextPrice();
    const bestSell = hasSells ? sides.priceTicks : Number.POSITIVE_INFINITY;
    sides.beginWalk(book, SIDE_BUY);
    while (sides.nextPrice()) {
      const reaches = this.#buys.count === 0 || sides.priceTicks >= bestSell;
      if (!reaches && marketBuys + this.#buys.sumLots > marketSells) {
        this.#leftOutBuyTicks = sides.priceTicks;
        break;
      }
      this.#buys.add(sides.priceTicks, sides.lots);
    }
    const bestBuy = this.#buys.count > 0 ? this.#buys.prices[0] : Number.NEGATIVE_INFINITY;
    sides.beginWalk(book, SIDE_SELL);
    while (sides.nextPrice()) {
      const reaches = this.#sells.count === 0 || sides.priceTicks <= bestBuy;
      if (!reaches && marketSells + this.#sells.sumLots > marketBuys) {
        this.#leftOutSellTicks = sides.priceTicks;
        break;
      }
      this.#sells.add(sides.priceTicks, sides.lots);
    }
  }

  /** Rule 5: market orders alone trade at the reference price; without one there is no price. */
  #pairMarket(book: number, marketBuys: number, marketSells: number): void {
    const { states } = this.#tables;
    if (!states.hasLastPx(book)) return;
    this.pairedLots = Math.min(marketBuys, marketSells, LOTS_MAX);
    if (this.pairedLots === 0) return;
    this.priceTicks = states.lastPxTicksOf(book);
    this.imbalanceLots = told(marketBuys - marketSells);
  }

  /** Walks up the stretches of ticks in which neither demand nor supply changes. */
  #pair(book: number, marketBuys: number, marketSells: number): void {
    const buys = this.#buys;
    const sells = this.#sells;
    const endTicks = Math.min(this.#edge(book, 1), this.#leftOutSellTicks - 1);
    let firstTicks = Math.max(this.#edge(book, -1), this.#leftOutBuyTicks + 1);
    let nextBuy = buys.count - 1;
    let nextSell = 0;
    while (firstTicks <= endTicks) {
      while (nextSell < sells.count && sells.prices[nextSell] === firstTicks) nextSell++;
      let lastTicks = endTicks;
      if (nextSell < sells.count) lastTicks = Math.min(lastTicks, sells.prices[nextSell] - 1);
      if (nextBuy >= 0) lastTicks = Math.min(lastTicks, buys.prices[nextBuy]);
      const demand = marketBuys + buys.sumOf(nextBuy + 1);
      const supply = marketSells + sells.sumOf(nextSell);
      this.#judge(firstTicks, lastTicks, demand, supply);
      while (nextBuy >= 0 && buys.prices[nextBuy] === lastTicks) nextBuy--;
      firstTicks = lastTicks + 1;
    }
    if (this.pairedLots > 0) this.#choose(book);
  }

  /** Rules 1 and 2: more lots, then less left over, are better; as good joins what is best. */
  #judge(firstTicks: number, lastTicks: number, demand: number, supply: number): void {
    const pairedLots = Math.min(demand, supply, LOTS_MAX);
    const imbalance = demand - supply;
    if (pairedLots === 0 || pairedLots < this.pairedLots) return;
    const isMore = pairedLots > this.pairedLots;
    if (isMore || Math.abs(imbalance) < Math.abs(this.#lastImbalance)) {
      this.pairedLots = pairedLots;
      this.#firstTicks = firstTicks;
      this.#firstImbalance = imbalance;
      this.#turnTicks = firstTicks;
    } else if (Math.abs(imbalance) > Math.abs(this.#lastImbalance)) {
      return;
    } else if (imbalance !== this.#lastImbalance) {
      this.#turnTicks = firstTicks;
    }
    this.#lastTicks = lastTicks;
    this.#lastImbalance = imbalance;
  }

  /** Rules 3 and 4: buyers left over pay the most, sellers get the least, else the reference. */
  #choose(book: number): void {
    const { states } = this.#tables;
    if (this.#lastImbalance > 0) {
      this.priceTicks = this.#lastTicks;
    } else if (this.#firstImbalance < 0) {
      this.priceTicks = this.#firstTicks;
    } else {
      const reference = states.hasLastPx(book) ? states.lastPxTicksOf(book) : this.#middle();
      this.priceTicks = Math.min(Math.max(reference, this.#firstTicks), this.#lastTicks);
    }
    const isBeforeTurn = this.priceTicks < this.#turnTicks;
    this.imbalanceLots = told(isBeforeTurn ? this.#firstImbalance : this.#lastImbalance);
  }

  /** The end of the crossed range: the lowest (-1) or highest limit or reference price. */
  #edge(book: number, sign: number): number {
    const { states } = this.#tables;
    const buys = this.#buys;
    const sells = this.#sells;
    let edge = Number.NEGATIVE_INFINITY;
    if (buys.count > 0) edge = sign * buys.prices[sign > 0 ? 0 : buys.count - 1];
    if (sells.count > 0) edge = Math.max(edge, sign * sells.prices[sign > 0 ? sells.count - 1 : 0]);
    if (states.hasLastPx(book)) edge = Math.max(edge, sign * states.lastPxTicksOf(book));
    return sign * edge;
  }

  /** Without a reference: between the best limits, half a tick towards zero. */
  #middle(): number {
    const buys = this.#buys;
    const sells = this.#sells;
    if (buys.count === 0) return sells.prices[0];
    if (sells.count === 0) return buys.prices[0];
    return Math.trunc((buys.prices[0] + sells.prices[0]) / 2);
  }
}

/** As much of what is left over as a safe integer says. */
function told(imbalanceLots: number): number {
  return Math.min(Math.max(imbalanceLots, -LOTS_MAX), LOTS_MAX);
}
