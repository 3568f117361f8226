// Which waiting orders a price has reached. Each is asked by what has traded while it waits, once
// by each price, and by the quotes while trading is continuous. What is reached joins the chain of
// its book in the order in which it fires: rising triggers by ascending price, then falling ones by
// descending price, at one price by arrival, whatever their sources. There it stays until it fires,
// however long trading is interrupted.

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
  /** The reached order of each source that comes next, or NONE. */
  readonly #slots = new Int32Array(SOURCES.length);

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

  /** Finds what is reached in one direction, merged over the sources by price, then arrival. */
  #find(book: number, rising: number): void {
    const { books } = this.#tables;
    for (let i = 0; i < SOURCES.length; i++) {
      const kind = SOURCES[i] + rising;
      this.#slots[i] = this.#firstReached(book, kind, books.firstLevel(ladderOfKind(book, kind)));
    }
    for (;;) {
      const source = this.#nextSource(rising);
      if (source === NONE) return;
      const kind = SOURCES[source] + rising;
      const slot = this.#slots[source];
      this.#slots[source] = this.#reachedAfter(book, kind, slot);
      this.#add(book, slot, this.#reachingTicks(book, kind));
    }
  }

  /** The first order that is reached from a level on, or NONE. */
  #firstReached(book: number, kind: number, firstLevel: number): number {
    const { books } = this.#tables;
    for (let level = firstLevel; level !== NONE; level = books.nextLevel(level)) {
      if (!this.#isReached(book, kind, books.levelPriceTicks(level))) return NONE;
      const slot = this.#firstToFire(books.firstInQueue(level));
      if (slot !== NONE) return slot;
    }
    return NONE;
  }

  /** The next one of the same source, or NONE. */
  #reachedAfter(book: number, kind: number, slot: number): number {
    const { books } = this.#tables;
    const next = this.#firstToFire(books.nextInQueue(slot));
    if (next !== NONE) return next;
    return this.#firstReached(book, kind, books.nextLevel(books.levelOf(slot)));
  }

  /**
   * The first from `firstSlot` on in the queue of a level that is reached. A trailing order may
   * have come there after the price that reaches the level: what it has met says whether it fires.
   */
  #firstToFire(firstSlot: number): number {
    const { books, columns, terms, trailing } = this.#tables;
    for (let slot = firstSlot; slot !== NONE; slot = books.nextInQueue(slot)) {
      const row = columns.termsRowOf(slot);
      if (!trailing.has(row) || terms.isDue(row)) return slot;
    }
    return NONE;
  }

  /** The source whose next reached order comes first, or NONE. */
  #nextSource(rising: number): number {
    let found = NONE;
    for (let i = 0; i < SOURCES.length; i++) {
      if (this.#slots[i] === NONE) continue;
      if (found === NONE || this.#isBefore(this.#slots[i], this.#slots[found], rising)) found = i;
    }
    return found;
  }

  #isBefore(slot: number, other: number, rising: number): boolean {
    const { books } = this.#tables;
    const higherTicks = books.priceTicksOf(slot) - books.priceTicksOf(other);
    if (higherTicks !== 0) return rising === RISING ? higherTicks < 0 : higherTicks > 0;
    return this.#arrivalOf(slot) < this.#arrivalOf(other);
  }

  #arrivalOf(slot: number): number {
    const { columns, terms } = this.#tables;
    return terms.arrivalOf(columns.termsRowOf(slot));
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
