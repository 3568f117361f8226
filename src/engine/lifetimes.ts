// Orders whose time is over end when a clock command says so, the earliest first, at one time the
// older one first. Nothing here looks at a clock: time is what the log says.

import { REASON_EXPIRED } from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { WorkingOrders } from "./working-orders.ts";

export class Lifetimes {
  readonly #tables: EngineTables;
  readonly #working: WorkingOrders;

  constructor(tables: EngineTables, working: WorkingOrders) {
    this.#tables = tables;
    this.#working = working;
  }

  /** When the next order's time is over; NEVER_MICROS (timer-heap.ts) when none has an end. */
  get nextMicros(): number {
    return this.#tables.expiries.nextMicros;
  }

  /** Ends every order whose time is over then. */
  expire(timeMicros: number): void {
    const { expiries, terms } = this.#tables;
    while (expiries.nextMicros <= timeMicros) {
      const slot = terms.slotOf(expiries.nextRef);
      this.#working.end(slot, REASON_EXPIRED);
    }
  }
}
