// Stop and if-touched orders begin to work. What has been reached when a round begins is its set:
// nothing joins it before the last of it has acted. Where it has to stop, the others stay reached.

import { NONE } from "../base/none.ts";
import { PHASE_CONTINUOUS } from "../model/phase.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { Interruptions } from "./interruptions.ts";
import type { OrderEntry } from "./order-entry.ts";
import type { OrderLists } from "./order-lists.ts";
import type { ReachedOrders } from "./reached-orders.ts";
import type { SpecialReports } from "./special-reports.ts";
import type { WorkingOrders } from "./working-orders.ts";

/** Orders that one command may fire; then the others wait for the next one. */
export const CASCADE_MAX = 10_000;

export type TriggersParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly special: SpecialReports;
  readonly working: WorkingOrders;
  readonly lists: OrderLists;
  readonly entry: OrderEntry;
  readonly reachedOrders: ReachedOrders;
  readonly interruptions: Interruptions;
};

export class Triggers {
  readonly #parts: TriggersParts;
  readonly #tables: EngineTables;
  #firedCount = 0;
  /** The book of the last round, and how many of its orders the command has fired. */
  #book = NONE;
  #firedOfBook = 0;

  constructor(parts: TriggersParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
  }

  /** Before the first round of a command. */
  begin(): void {
    this.#firedCount = 0;
    this.#book = NONE;
  }

  /**
   * One round: trailing orders follow, then what is reached fires. Says whether anything did, or
   * the trading stopped, after which pegged orders have nothing to follow.
   */
  round(book: number): boolean {
    const { reached } = this.#tables;
    if (book !== this.#book) this.#firedOfBook = 0;
    this.#book = book;
    const hasMoved = this.#parts.reachedOrders.ask(book);
    const firedBefore = this.#firedCount;
    for (;;) {
      const termsRow = reached.firstOf(book);
      if (termsRow === NONE || !this.#mayFire(book)) break;
      this.#fire(book, termsRow);
    }
    const hasStopped = this.#tables.states.phaseOf(book) !== PHASE_CONTINUOUS;
    return hasMoved || hasStopped || this.#firedCount > firedBefore;
  }

  /** What fired before may have stopped the trading, or too many have fired by now. */
  #mayFire(book: number): boolean {
    if (this.#firedCount === CASCADE_MAX) return false;
    if (this.#tables.states.phaseOf(book) !== PHASE_CONTINUOUS) return false;
    return !this.#parts.interruptions.stopsCascade(book, this.#firedOfBook);
  }

  #fire(book: number, termsRow: number): void {
    const { reached, terms } = this.#tables;
    const { entry, incoming, lists, special, working } = this.#parts;
    const slot = terms.slotOf(termsRow);
    this.#firedCount++;
    this.#firedOfBook++;
    working.lift(slot, incoming);
    special.triggered(incoming, terms.reachedByTicksOf(termsRow));
    working.withdraw(slot);
    reached.removeIfIn(book, termsRow);
    lists.endAlternative(termsRow);
    entry.wake(true);
  }
}
