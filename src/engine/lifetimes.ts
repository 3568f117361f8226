// Orders whose time is over end when a clock command says so, and dead-man timers run out: the
// earliest first, at one time orders first, the older one first, then the timers. Nothing here
// looks at a clock: time is what the log says.

import { REASON_EXPIRED } from "../model/reasons.ts";
import type { DeadMen } from "./dead-men.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { WorkingOrders } from "./working-orders.ts";

export class Lifetimes {
  readonly #tables: EngineTables;
  readonly #working: WorkingOrders;
  readonly #deadMen: DeadMen;

  constructor(tables: EngineTables, working: WorkingOrders, deadMen: DeadMen) {
    this.#tables = tables;
    this.#working = working;
    this.#deadMen = deadMen;
  }

  /** When the next of them is due; NEVER_MICROS (timer-heap.ts) when nothing is. */
  get nextMicros(): number {
    return Math.min(this.#tables.expiries.nextMicros, this.#deadMen.nextMicros);
  }

  /** Ends every order whose time is over then, and all orders of whoever was silent too long. */
  expire(timeMicros: number): void {
    const { expiries, terms } = this.#tables;
    while (this.nextMicros <= timeMicros) {
      if (expiries.nextMicros > this.#deadMen.nextMicros) this.#deadMen.fireNext();
      else this.#working.end(terms.slotOf(expiries.nextRef), REASON_EXPIRED);
    }
  }
}
