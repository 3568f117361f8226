// What follows from a command after its own effects, until nothing follows any more: children of
// filled orders wake, all-or-none orders that can trade whole do, pegged orders follow, stops fire.
// Costs nothing where an instrument has no such order.

import { isCall, PHASE_CONTINUOUS } from "../model/phase.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { Following } from "./following.ts";
import type { Indications } from "./indications.ts";
import type { ListEntry } from "./list-entry.ts";
import type { Pegs } from "./pegs.ts";
import type { Protector } from "./protector.ts";
import type { ReachedOrders } from "./reached-orders.ts";
import type { Trailing } from "./trailing.ts";
import type { Triggers } from "./triggers.ts";
import { WholeRetries, type WholeRetriesParts } from "./whole-retries.ts";

export type AftermathParts = WholeRetriesParts & {
  readonly listEntry: ListEntry;
  readonly pegs: Pegs;
  readonly trailing: Trailing;
  readonly triggers: Triggers;
  readonly reachedOrders: ReachedOrders;
  readonly indications: Indications;
  readonly protector: Protector;
  readonly following: Following;
};

export class Aftermath {
  readonly #parts: AftermathParts;
  readonly #tables: EngineTables;
  readonly #retries: WholeRetries;

  constructor(parts: AftermathParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
    this.#retries = new WholeRetries(parts);
  }

  /** Instruments in the order in which the command first touched them. */
  run(): void {
    const { states } = this.#tables;
    this.#parts.triggers.begin();
    for (let i = 0; i < states.touchedCount(); i++) this.#settle(states.touchedBook(i));
    states.clearTouched();
    this.#parts.following.clear();
  }

  #settle(book: number): void {
    const { following, indications, pegs, reachedOrders, trailing } = this.#parts;
    this.#retries.forgive(book);
    this.#follow(book);
    // Those that waited follow now, once; whatever that leads to is the next command's.
    if (following.isOver() && pegs.catchUp(book)) this.#follow(book);
    // What stopped the trading may have reached orders: they fire when it goes on.
    if (!this.#trades(book)) reachedOrders.ask(book);
    if (following.isOver()) trailing.catchUp(book);
    if (isCall(this.#tables.states.phaseOf(book))) indications.update(book);
  }

  #follow(book: number): void {
    const { listEntry, pegs, protector, triggers } = this.#parts;
    let isMoving = true;
    while (isMoving) {
      isMoving = listEntry.activateFilled();
      while (this.#trades(book) && this.#retries.run(book)) isMoving = true;
      if (pegs.reprice(book)) isMoving = true;
      if (this.#trades(book) && triggers.round(book)) isMoving = true;
      if (protector.act()) isMoving = true;
    }
  }

  /** In other phases nothing trades, so nothing is tried; pegged orders are parked. */
  #trades(book: number): boolean {
    return this.#tables.states.phaseOf(book) === PHASE_CONTINUOUS;
  }
}
