// Which waiting orders a price has reached. Each is asked by what has traded while it waits, once
// by each price, and by the quotes while trading is continuous. What is reached joins the chain of
// its book in the order in which it fires: rising triggers by ascending price, then falling ones by
// descending price, at one price by source, then by arrival. There it stays until it fires, however
// long trading is interrupted.

import { NONE } from "../base/none.ts";
import {
  LADDER_FALLING_ASK,
  LADDER_FALLING_BID,
  LADDER_FALLING_LAST,
  LADDER_FALLING_MID,
  ladderOfKind,
  RISING,
} from "../book/ladder-kinds.ts";
import { PHASE_CONTINUOUS } from "../model/phase.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { Trailing } from "./trailing.ts";
import { isReached, type TriggerPrices } from "./trigger-prices.ts";

const SOURCES = [
  LADDER_FALLING_LAST,
  LADDER_FALLING_ASK,
  LADDER_FALLING_BID,
  LADDER_FALLING_MID,
] as const;

export class ReachedOrders {
  readonly #tables: EngineTables;
  readonly #trailing: Trailing;
  readonly #triggerPrices: TriggerPrices;
  /** The level of each source that is looked at next. */
  readonly #levels = new Int32Array(SOURCES.length);

  constructor(tables: EngineTables, trailing: Trailing, triggerPrices: TriggerPrices) {
    this.#tables = tables;
    this.#trailing = trailing;
    this.#triggerPrices = triggerPrices;
  }

  /**
   * Asks what waits in a book; trailing orders follow what has traded first. Says whether any of
   * these moved.
   */
  ask(book: number): boolean {
    const hasMoved = this.#trailing.follow(book);
    this.#find(book, RISING);
    this.#find(book, 0);
    // What begins to track now cannot have been reached by what let it begin.
    const hasBegun = this.#trailing.activate(book);
    this.#tables.states.clearRound(book);
    return hasMoved || hasBegun;
  }

  /** What is due before an order begins to wait: what has traded is older than it. */
  askBeforeNext(book: number): void {
    if (this.#tables.states.hasRound(book)) this.ask(book);
  }

  /** Finds what is reached in one direction, merged over the sources by price. */
  #find(book: number, rising: number): void {
    const { books } = this.#tables;
    for (let i = 0; i < SOURCES.length; i++) {
      this.#levels[i] = books.firstLevel(ladderOfKind(book, SOURCES[i] + rising));
    }
    for (;;) {
      const source = this.#nextSource(book, rising);
      if (source === NONE) return;
      const level = this.#levels[source];
      const reachedByTicks = this.#reachingTicks(book, SOURCES[source] + rising);
      for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
        this.#add(book, slot, reachedByTicks);
      }
      this.#levels[source] = books.nextLevel(level);
    }
  }

  /** The source whose next level comes first and is reached, or NONE. */
  #nextSource(book: number, rising: number): number {
    const { books } = this.#tables;
    const sign = rising === RISING ? 1 : -1;
    let found = NONE;
    let foundTicks = 0;
    for (let i = 0; i < SOURCES.length; i++) {
      if (this.#levels[i] === NONE) continue;
      const priceTicks = books.levelPriceTicks(this.#levels[i]);
      if (!this.#isReached(book, SOURCES[i] + rising, priceTicks)) continue;
      if (found !== NONE && (priceTicks - foundTicks) * sign >= 0) continue;
      found = i;
      foundTicks = priceTicks;
    }
    return found;
  }

  #isReached(book: number, kind: number, stopPxTicks: number): boolean {
    const { states } = this.#tables;
    if ((kind & ~RISING) === LADDER_FALLING_LAST) {
      return states.hasRound(book) && isReached(kind, stopPxTicks, this.#reachingTicks(book, kind));
    }
    const isTrading = states.phaseOf(book) === PHASE_CONTINUOUS;
    return isTrading && this.#triggerPrices.isReachedByQuote(book, kind, stopPxTicks);
  }

  /** The price that reaches a ladder's orders; a middle between two ticks is told as the lower. */
  #reachingTicks(book: number, kind: number): number {
    const { states } = this.#tables;
    if ((kind & ~RISING) !== LADDER_FALLING_LAST) {
      return Math.floor(this.#triggerPrices.quoteTicks(book, kind));
    }
    const isRising = (kind & RISING) !== 0;
    return isRising ? states.roundHighTicksOf(book) : states.roundLowTicksOf(book);
  }

  /** What is reached follows the market no more. */
  #add(book: number, slot: number, reachedByTicks: number): void {
    const { columns, reached, terms, trailing } = this.#tables;
    const termsRow = columns.termsRowOf(slot);
    if (reached.has(termsRow)) return;
    trailing.removeIfIn(book, termsRow);
    terms.reach(termsRow, reachedByTicks);
    reached.add(book, termsRow);
  }
}
