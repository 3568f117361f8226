// The dead-man timer: an account that does not arm it again in time is taken for gone, and all its
// orders are canceled. Nothing here looks at a clock: time is what the log says.

import { REASON_DEAD_MAN } from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { GuardReports } from "./guard-reports.ts";
import { ANY, type OrderEnds } from "./order-ends.ts";

export class DeadMen {
  readonly #tables: EngineTables;
  readonly #reports: GuardReports;
  readonly #ends: OrderEnds;

  constructor(tables: EngineTables, reports: GuardReports, ends: OrderEnds) {
    this.#tables = tables;
    this.#reports = reports;
    this.#ends = ends;
  }

  /** When the next timer runs out; NEVER_MICROS (timer-heap.ts) when none runs. */
  get nextMicros(): number {
    return this.#tables.guards.deadMen.nextMicros;
  }

  /** The timer that runs out first does. */
  fireNext(): void {
    const { accounts, guards } = this.#tables;
    const accountRow = guards.deadMen.nextRef;
    guards.deadMen.remove(accountRow);
    this.#reports.ofTrip(accounts.accountIdOf(accountRow), ANY, REASON_DEAD_MAN);
    this.#ends.ofAccount(accountRow, ANY, ANY, REASON_DEAD_MAN);
  }
}
