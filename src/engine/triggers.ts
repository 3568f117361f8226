// Stop and if-touched orders begin to work. What one round of trades and quotes fires is frozen
// before the first of it acts: rising triggers by ascending price, then falling ones by descending
// price, at one price by source, then by arrival.

import { NONE } from "../base/none.ts";
import {
  isTriggerKind,
  LADDER_FALLING_ASK,
  LADDER_FALLING_BID,
  LADDER_FALLING_LAST,
  LADDER_FALLING_MID,
  ladderOfKind,
  RISING,
} from "../book/ladder-kinds.ts";
import { PHASE_CONTINUOUS } from "../model/phase.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { Interruptions } from "./interruptions.ts";
import type { OrderEntry } from "./order-entry.ts";
import type { OrderLists } from "./order-lists.ts";
import { OrderSet } from "./order-set.ts";
import type { SpecialReports } from "./special-reports.ts";
import type { Trailing } from "./trailing.ts";
import { isReached, type TriggerPrices } from "./trigger-prices.ts";
import type { WorkingOrders } from "./working-orders.ts";

/** Orders that one command may fire; then the others wait on. */
export const CASCADE_MAX = 10_000;

const FROZEN_EXPECTED = 64;
const SOURCES = [
  LADDER_FALLING_LAST,
  LADDER_FALLING_ASK,
  LADDER_FALLING_BID,
  LADDER_FALLING_MID,
] as const;

export type TriggersParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly special: SpecialReports;
  readonly working: WorkingOrders;
  readonly lists: OrderLists;
  readonly entry: OrderEntry;
  readonly trailing: Trailing;
  readonly triggerPrices: TriggerPrices;
  readonly interruptions: Interruptions;
};

export class Triggers {
  readonly #parts: TriggersParts;
  readonly #tables: EngineTables;
  /** The frozen set, and the prices that fired its orders. */
  readonly #frozen: OrderSet;
  #firedBy = new Int32Array(FROZEN_EXPECTED);
  readonly #levels = new Int32Array(SOURCES.length);
  #firedCount = 0;
  /** The book of the last round, and how many of its orders the command has fired. */
  #book = NONE;
  #firedOfBook = 0;

  constructor(parts: TriggersParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
    this.#frozen = new OrderSet(parts.tables.books);
  }

  /** Before the first round of a command. */
  begin(): void {
    this.#firedCount = 0;
    this.#book = NONE;
  }

  /** One round: trailing orders follow, then what is reached fires. Says whether anything did. */
  round(book: number): boolean {
    const { trailing } = this.#parts;
    if (book !== this.#book) this.#firedOfBook = 0;
    this.#book = book;
    const hasMoved = trailing.follow(book);
    this.#frozen.clear();
    this.#freeze(book, RISING);
    this.#freeze(book, 0);
    // What begins to track in this round cannot have been reached by it.
    const hasBegun = trailing.activate(book);
    const { states } = this.#tables;
    const hadRound = states.hasRound(book);
    const highTicks = states.roundHighTicksOf(book);
    const lowTicks = states.roundLowTicksOf(book);
    states.clearRound(book);
    const firedBefore = this.#firedCount;
    for (let i = 0; i < this.#frozen.count; i++) this.#fire(i);
    // Where that stopped the trading, what was reached as well fires when it goes on.
    const isStopped = states.phaseOf(book) !== PHASE_CONTINUOUS;
    if (isStopped && hadRound) states.keepRound(book, highTicks, lowTicks);
    return hasMoved || hasBegun || this.#firedCount > firedBefore;
  }

  #fire(index: number): void {
    const { books, trailing } = this.#tables;
    const { entry, incoming, lists, special, working } = this.#parts;
    const slot = this.#frozen.slotAt(index);
    if (slot === NONE) return;
    if (!isTriggerKind(books.ladderKindOf(slot)) || this.#firedCount === CASCADE_MAX) return;
    // What fired before it may have stopped the trading: it waits on.
    const book = books.bookOf(slot);
    if (this.#tables.states.phaseOf(book) !== PHASE_CONTINUOUS) return;
    if (this.#parts.interruptions.stopsCascade(book, this.#firedOfBook)) return;
    this.#firedCount++;
    this.#firedOfBook++;
    working.lift(slot, incoming);
    special.triggered(incoming, this.#firedBy[index]);
    working.withdraw(slot);
    trailing.removeIfIn(incoming.book, incoming.termsRow);
    lists.endAlternative(incoming.termsRow);
    entry.wake(true);
  }

  /** Freezes what is reached in one direction, merged over the sources by price. */
  #freeze(book: number, rising: number): void {
    const { books } = this.#tables;
    for (let i = 0; i < SOURCES.length; i++) {
      this.#levels[i] = books.firstLevel(ladderOfKind(book, SOURCES[i] + rising));
    }
    for (;;) {
      const source = this.#nextSource(book, rising);
      if (source === NONE) return;
      const level = this.#levels[source];
      const firedBy = this.#firingTicks(book, SOURCES[source] + rising);
      for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
        this.#add(slot, firedBy);
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
    if ((kind & ~RISING) !== LADDER_FALLING_LAST) {
      return this.#parts.triggerPrices.isReachedByQuote(book, kind, stopPxTicks);
    }
    return states.hasRound(book) && isReached(kind, stopPxTicks, this.#firingTicks(book, kind));
  }

  /** The price that fires a ladder's orders; a middle between two ticks is told as the lower. */
  #firingTicks(book: number, kind: number): number {
    const { states } = this.#tables;
    if ((kind & ~RISING) !== LADDER_FALLING_LAST) {
      return Math.floor(this.#parts.triggerPrices.quoteTicks(book, kind));
    }
    const isRising = (kind & RISING) !== 0;
    return isRising ? states.roundHighTicksOf(book) : states.roundLowTicksOf(book);
  }

  #add(slot: number, firedBy: number): void {
    const at = this.#frozen.count;
    if (at === this.#firedBy.length) this.#grow();
    this.#frozen.add(slot);
    this.#firedBy[at] = firedBy;
  }

  #grow(): void {
    const firedBy = new Int32Array(this.#firedBy.length * 2);
    firedBy.set(this.#firedBy);
    this.#firedBy = firedBy;
  }
}
