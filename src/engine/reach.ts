// What an incoming order could trade at once: the same makers in the same order as matching would
// meet, without touching any of them. The answers to fill-or-kill, all-or-none, minimum quantity
// and amounts, which count no more than what is certain, and to what a market order needs at most.
// O(orders met).

import { NONE } from "../base/none.ts";
import { DARK, ladderOf } from "../book/ladder-kinds.ts";
import { isAllOrNone, isReduceOnly, sideOf } from "../model/order-codes.ts";
import {
  LIST_OTO,
  STP_CANCEL_BOTH,
  STP_CANCEL_NEWEST,
  STP_CANCEL_OLDEST,
  STP_NONE,
} from "../model/order-terms.ts";
import { SIDE_BUY } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { PriceBands } from "./price-bands.ts";
import { isWithin, PriceSteps } from "./price-steps.ts";
import { ReachFills } from "./reach-fills.ts";
import { decrementsWhole, isTransfer } from "./transfers.ts";

/** Hears of what a walk meets, best first; then of what may trade instead, worst first. */
export type ReachVisitor = { onReach(priceTicks: number, lots: number): void };

export class Reach {
  /** Of the last walk: lots that would trade, and their cost in ticks x lots. */
  lots = 0;
  cost = 0;
  /** Orders that it met. */
  metCount = 0;
  /** Whether an own order ended it; the price of that one, or the limit. */
  isStopped = false;
  endTicks = 0;
  readonly #tables: EngineTables;
  readonly #bands: PriceBands;
  /** Lots that the walk still looks for; what self-trade prevention takes off is gone. */
  #openLots = 0;
  #amountLeft = 0;
  /** What the walk was handed by transfers. */
  #handedLots = 0;
  #walk = 0;
  readonly #fills: ReachFills;
  #visitor: ReachVisitor | undefined = undefined;
  /** Of the level that is looked at: what trades whatever happens, and whether one may end it. */
  #certainLots = 0;
  #mayEnd = false;
  /** Whether the walk met anybody who may not trade what it has, or trade only whole. */
  #isDoubtful = false;
  /** From then on less may be open than the walk says, so that nothing is certain any more. */
  #hasPassedOver = false;
  /** Makers that a walk for a visitor passed over, for they may go: best first. */
  readonly #possible = new PriceSteps();

  constructor(tables: EngineTables, bands: PriceBands) {
    this.#tables = tables;
    this.#bands = bands;
    this.#fills = new ReachFills(tables);
  }

  /** Whether the order would be left with nothing open. */
  fillsWhole(incoming: IncomingOrder): boolean {
    const { books, lists, risk } = this.#tables;
    const { book, orderCodes, leavesQtyLots, stpMode } = incoming;
    const side = sideOf(orderCodes);
    // A fill may cancel what else could be reached: alternatives, reduce-only orders.
    const isCertain = lists.count === 0 && risk.positions.reduceOnlyCount() === 0;
    this.metCount = 0;
    if (!this.#hasEnough(incoming, leavesQtyLots)) return false;
    if (stpMode <= STP_NONE && isCertain && books.isPlain(book, side)) return true;
    this.#run(incoming, leavesQtyLots, Number.MAX_VALUE);
    return this.#openLots === 0;
  }

  /**
   * After fillsWhole() said no: how many lots have to come within `endTicks` before it says yes, if
   * nobody of those that count goes and no own order that stopped it; 0: nobody knows.
   */
  missingLots({ book }: IncomingOrder): number {
    const knows = this.metCount > 0 && !this.#isDoubtful && !this.#bands.isOn;
    return knows && !this.#tables.books.shares(book) ? this.#openLots : 0;
  }

  /** Whether so many lots would trade at once. */
  reaches(incoming: IncomingOrder, lots: number): boolean {
    return this.#hasEnough(incoming, lots) && this.lotsWithin(incoming) >= lots;
  }

  /** Lots that would trade at once. */
  lotsWithin(incoming: IncomingOrder): number {
    this.#run(incoming, incoming.leavesQtyLots, Number.MAX_VALUE);
    return this.lots;
  }

  /** Whole lots that `amount`, in ticks x lots, pays for or that raise it, transfers among them. */
  lotsFor(incoming: IncomingOrder, amount: number): number {
    this.#run(incoming, Number.MAX_SAFE_INTEGER, amount);
    return this.lots + this.#handedLots;
  }

  /**
   * Tells of every part of up to `wantedLots` that would trade at once; where makers may go, of no
   * better prices and no fewer lots than that.
   */
  visit(incoming: IncomingOrder, wantedLots: number, visitor: ReachVisitor): void {
    this.#visitor = visitor;
    this.#possible.clear();
    this.#run(incoming, wantedLots, Number.MAX_VALUE);
    this.#takePossible();
    this.#visitor = undefined;
  }

  /** Whether so much stands against the order, whoever's it is; else no walk has to say so. */
  #hasEnough(incoming: IncomingOrder, lots: number): boolean {
    const { book, orderCodes } = incoming;
    const limitTicks = this.#limitOf(incoming);
    if (Number.isNaN(limitTicks)) return false;
    return this.#tables.books.canFill(book, sideOf(orderCodes), limitTicks, lots);
  }

  /** The order's limit, or that of the bands where it is the narrower one; NaN: it meets nobody. */
  #limitOf(incoming: IncomingOrder): number {
    return this.#bands.isOn ? this.#bands.limitOf(incoming) : incoming.limitTicks;
  }

  #run(incoming: IncomingOrder, wantedLots: number, amount: number): void {
    const { books } = this.#tables;
    const makersSide = 3 - sideOf(incoming.orderCodes);
    const opposite = ladderOf(incoming.book, makersSide);
    const limitTicks = this.#limitOf(incoming);
    this.lots = 0;
    this.cost = 0;
    this.#openLots = wantedLots;
    this.#amountLeft = amount;
    this.#handedLots = 0;
    this.#walk = (this.#walk + 1) | 0;
    this.#fills.begin();
    this.#hasPassedOver = false;
    this.metCount = 0;
    this.#isDoubtful = false;
    this.isStopped = false;
    this.endTicks = limitTicks;
    let shown = books.firstLevel(opposite);
    let dark = books.firstLevel(opposite + DARK);
    while (this.#openLots > 0 && (shown !== NONE || dark !== NONE)) {
      const isDark = shown === NONE || (dark !== NONE && this.#isBetter(dark, shown, incoming));
      const level = isDark ? dark : shown;
      if (!isWithin(makersSide, books.levelPriceTicks(level), limitTicks)) return;
      if (!this.#hasPassedOver && !isDark && this.#isUncertain(level, incoming)) {
        if (!this.#mayPassOver()) return;
        this.#hasPassedOver = true;
      }
      if (!this.#meetLevel(level, incoming)) {
        this.isStopped = true;
        this.endTicks = books.levelPriceTicks(level);
        return;
      }
      if (isDark) dark = books.nextLevel(dark);
      else shown = books.nextLevel(shown);
    }
  }

  #isBetter(level: number, otherLevel: number, incoming: IncomingOrder): boolean {
    const { books } = this.#tables;
    const difference = books.levelPriceTicks(level) - books.levelPriceTicks(otherLevel);
    return sideOf(incoming.orderCodes) === SIDE_BUY ? difference < 0 : difference > 0;
  }

  /**
   * Every slice that a level shows, then every reserve, from the first uncertain level on without
   * those that may go; false when the walk ends here.
   */
  #meetLevel(level: number, incoming: IncomingOrder): boolean {
    const { books } = this.#tables;
    let hasReserve = false;
    for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
      if (this.#hasPassedOver && this.#mayGo(slot, incoming)) {
        this.#notePossible(slot, incoming);
        continue;
      }
      const losesWhole = this.#losesWhole(slot, incoming);
      const queuedLots = losesWhole ? books.leavesQtyLotsOf(slot) : books.shownLotsOf(slot);
      const isAll = !books.isIceberg(slot) || queuedLots === books.leavesQtyLotsOf(slot);
      if (!isAll) hasReserve = true;
      if (!this.#meet(slot, queuedLots, isAll, incoming)) return false;
    }
    if (!hasReserve) return true;
    for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
      if (!books.isIceberg(slot) || this.#losesWhole(slot, incoming)) continue;
      if (this.#hasPassedOver && this.#mayGo(slot, incoming)) continue;
      const reserveLots = books.leavesQtyLotsOf(slot) - books.shownLotsOf(slot);
      if (reserveLots > 0 && !this.#meet(slot, reserveLots, true, incoming)) return false;
    }
    return true;
  }

  /**
   * Whether sharing a displayed level may get less than it shows: an own order ends it or takes its
   * part, an alternative or a reduce-only order goes when another one trades. What the walk has
   * canceled already surprises nobody.
   */
  #isUncertain(level: number, incoming: IncomingOrder): boolean {
    const { books } = this.#tables;
    let levelLots = books.levelQtyLots(level);
    if (!books.shares(incoming.book) || levelLots <= this.#openLots) return false;
    let hasUncertain = false;
    this.#certainLots = 0;
    this.#mayEnd = false;
    for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
      const shownLots = books.shownLotsOf(slot);
      const stillLots = this.#isCanceled(slot) ? 0 : this.#lotsLeft(slot, shownLots, incoming);
      levelLots -= shownLots - stillLots;
      if (stillLots === 0) continue;
      if (this.#mindsOwn(slot, incoming) || this.#isAlternative(slot, incoming))
        this.#mayEnd = true;
      if (this.#mayGo(slot, incoming)) hasUncertain = true;
      else if (!this.#isOwn(slot, incoming)) this.#certainLots += stillLots;
    }
    return hasUncertain && levelLots > this.#openLots;
  }

  /**
   * Whether the walk goes on without the makers that may go. Who asks what is certain does where
   * the others are enough and nobody ends it; else nothing of the level counts.
   */
  #mayPassOver(): boolean {
    if (this.#visitor !== undefined) return true;
    return !this.#mayEnd && this.#certainLots >= this.#openLots;
  }

  /**
   * Whether something else may happen to this maker than that it trades its part; an all-or-none
   * order trades nothing with an order that has less open than the walk says.
   */
  #mayGo(slot: number, incoming: IncomingOrder): boolean {
    const { books, columns } = this.#tables;
    const orderCodes = books.orderCodesOf(slot);
    if (isReduceOnly(orderCodes) || (this.#hasPassedOver && isAllOrNone(orderCodes))) return true;
    return this.#isEitherOr(columns.termsRowOf(slot)) || this.#mindsOwn(slot, incoming);
  }

  /** Whether meeting this maker ends the incoming order or takes a part of it off. */
  #mindsOwn(slot: number, incoming: IncomingOrder): boolean {
    return incoming.stpMode !== STP_CANCEL_OLDEST && this.#isOwn(slot, incoming);
  }

  #isOwn(slot: number, { accountRow, stpMode }: IncomingOrder): boolean {
    const { accounts, columns } = this.#tables;
    return stpMode > STP_NONE && accounts.isSamePerson(accountRow, columns.accountRowOf(slot));
  }

  /** Whether an own iceberg loses what it has in reserve with what it shows. */
  #losesWhole(slot: number, incoming: IncomingOrder): boolean {
    const { stpMode } = incoming;
    return decrementsWhole(this.#tables, slot, stpMode) && this.#isOwn(slot, incoming);
  }

  #notePossible(slot: number, incoming: IncomingOrder): void {
    if (this.#visitor === undefined || this.#isCanceled(slot)) return;
    if (this.#isOwn(slot, incoming) && !isTransfer(this.#tables, slot, incoming)) return;
    const { books } = this.#tables;
    const lots = this.#lotsLeft(slot, books.leavesQtyLotsOf(slot), incoming);
    if (isAllOrNone(books.orderCodesOf(slot)) && lots > this.#openLots) return;
    this.#possible.add(books.priceTicksOf(slot), lots);
  }

  /** What is still open may have traded with those that were passed over. */
  #takePossible(): void {
    const { prices, count } = this.#possible;
    for (let i = count; i > 0 && this.#openLots > 0; i--) {
      const lots = this.#possible.sumOf(i) - this.#possible.sumOf(i - 1);
      this.#take(prices[i - 1], Math.min(lots, this.#openLots), false);
    }
  }

  /** Of lots in the queue those that the walk has left: reduce-only orders may give no more. */
  #lotsLeft(slot: number, queuedLots: number, { accountRow }: IncomingOrder): number {
    return Math.min(queuedLots, this.#fills.lotsLeft(slot, accountRow));
  }

  /** `isLast`: the maker has no lots beyond these. */
  #meet(slot: number, queuedLots: number, isLast: boolean, incoming: IncomingOrder): boolean {
    if (this.#openLots === 0) return false;
    const { books, columns } = this.#tables;
    this.metCount++;
    if (this.#isDoubt(slot, incoming)) this.#isDoubtful = true;
    const makerLots = this.#lotsLeft(slot, queuedLots, incoming);
    if (makerLots === 0) return true;
    const isWhole = isAllOrNone(books.orderCodesOf(slot));
    if (isWhole && makerLots > this.#openLots) return true;
    const lots = Math.min(makerLots, this.#openLots);
    if (this.#isOwn(slot, incoming)) {
      return this.#prevent(slot, lots, isLast && lots === makerLots, incoming);
    }
    if (this.#isCanceled(slot)) return true;
    this.#decide(columns.termsRowOf(slot));
    this.#decide(incoming.termsRow);
    const isTaken = this.#take(books.priceTicksOf(slot), lots, isWhole);
    this.#fills.add(slot, incoming.accountRow, lots);
    return isTaken && !this.#isAlternative(slot, incoming);
  }

  /** Whether it may give less than it has: but none that is larger than the order ever meets it. */
  #isDoubt(slot: number, { leavesQtyLots }: IncomingOrder): boolean {
    const { books, columns } = this.#tables;
    const orderCodes = books.orderCodesOf(slot);
    if (isAllOrNone(orderCodes)) return books.leavesQtyLotsOf(slot) <= leavesQtyLots;
    return isReduceOnly(orderCodes) || this.#isEitherOr(columns.termsRowOf(slot));
  }

  /** What self-trade prevention makes of a match. */
  #prevent(slot: number, lots: number, isAll: boolean, incoming: IncomingOrder): boolean {
    const { stpMode } = incoming;
    if (this.#isCanceled(slot)) return true;
    if (stpMode === STP_CANCEL_NEWEST || stpMode === STP_CANCEL_BOTH) return false;
    if (isTransfer(this.#tables, slot, incoming)) {
      return this.#handOver(slot, lots, incoming);
    }
    const isWhole = isAllOrNone(this.#tables.books.orderCodesOf(slot));
    const decrements = stpMode !== STP_CANCEL_OLDEST && !isWhole;
    if (decrements) this.#openLots -= lots;
    if (decrements && !isAll) return true;
    this.#decide(this.#tables.columns.termsRowOf(slot));
    return !this.#isAlternative(slot, incoming);
  }

  /** A transfer is no trade, but is paid for, moves the position and decides lists like one. */
  #handOver(slot: number, wantedLots: number, incoming: IncomingOrder): boolean {
    const { books, columns } = this.#tables;
    const priceTicks = books.priceTicksOf(slot);
    const lots = this.#paidLots(priceTicks, wantedLots);
    this.#decide(columns.termsRowOf(slot));
    this.#decide(incoming.termsRow);
    this.#handedLots += lots;
    this.#giveUp(priceTicks, lots);
    this.#fills.add(slot, incoming.accountRow, lots);
    return lots === wantedLots;
  }

  #take(priceTicks: number, wantedLots: number, isWhole: boolean): boolean {
    const lots = this.#paidLots(priceTicks, wantedLots);
    if (isWhole && lots < wantedLots) return false;
    this.lots += lots;
    this.cost += lots * priceTicks;
    this.#giveUp(priceTicks, lots);
    return lots === wantedLots;
  }

  /** So many lots have changed hands. */
  #giveUp(priceTicks: number, lots: number): void {
    // Where there is no amount, that is too large to change.
    this.#amountLeft -= lots * priceTicks;
    this.#openLots -= lots;
    this.#visitor?.onReach(priceTicks, lots);
  }

  /** As many of the lots as what is left of the amount, where there is one, pays for. */
  #paidLots(priceTicks: number, lots: number): number {
    if (this.#amountLeft === Number.MAX_VALUE) return lots;
    return priceTicks > 0 ? Math.min(lots, Math.floor(this.#amountLeft / priceTicks)) : 0;
  }

  /** Whether the walk has met a leg whose fill or end would have canceled this one. */
  #isCanceled(slot: number): boolean {
    const { columns, lists, terms } = this.#tables;
    const termsRow = columns.termsRowOf(slot);
    if (!this.#isEitherOr(termsRow)) return false;
    return lists.metAnother(terms.listRowOf(termsRow), terms.legIndexOf(termsRow), this.#walk);
  }

  /** A fill or the end of this order would cancel its alternative. */
  #decide(termsRow: number): void {
    const { lists, terms } = this.#tables;
    if (!this.#isEitherOr(termsRow)) return;
    const listRow = terms.listRowOf(termsRow);
    const legIndex = terms.legIndexOf(termsRow);
    if (!lists.metAnother(listRow, legIndex, this.#walk)) {
      lists.noteMet(listRow, legIndex, this.#walk);
    }
  }

  /** Whether the maker's fill or end would cancel the incoming order itself. */
  #isAlternative(slot: number, { termsRow }: IncomingOrder): boolean {
    const { columns, terms } = this.#tables;
    const makerRow = columns.termsRowOf(slot);
    if (termsRow === NONE || !this.#isEitherOr(makerRow)) return false;
    return terms.listRowOf(makerRow) === terms.listRowOf(termsRow);
  }

  /** Whether a fill of the order decides a list. */
  #isEitherOr(termsRow: number): boolean {
    const { lists, terms } = this.#tables;
    if (termsRow === NONE) return false;
    const listRow = terms.listRowOf(termsRow);
    if (listRow === NONE) return false;
    return lists.typeOf(listRow) < LIST_OTO || terms.legIndexOf(termsRow) !== 0;
  }
}
