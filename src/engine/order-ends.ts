// Many orders end at once because somebody other than their owner says so, with the reason why. Of
// an account the newest first; accounts in the order in which the exchange got to know them.

import { NONE } from "../base/none.ts";
import type { EngineTables } from "./engine-tables.ts";
import { OrderSet } from "./order-set.ts";
import type { WorkingOrders } from "./working-orders.ts";

/** Of orders in every book, or entered by every session. */
export const ANY = 0;

export class OrderEnds {
  readonly #tables: EngineTables;
  readonly #working: WorkingOrders;
  readonly #found: OrderSet;

  constructor(tables: EngineTables, working: WorkingOrders) {
    this.#tables = tables;
    this.#working = working;
    this.#found = new OrderSet(tables.books);
  }

  /** The account's orders in this instrument that this session entered; ANY for either. */
  ofAccount(accountRow: number, instrumentId: number, sessionId: number, reason: number): void {
    const { accounts, columns } = this.#tables;
    // An end may end linked orders too, so the walk is done before the first end.
    this.#found.clear();
    let slot = accounts.firstOrderOf(accountRow);
    for (; slot !== NONE; slot = columns.nextOfAccount(slot)) {
      if (instrumentId !== ANY && columns.instrumentIdOf(slot) !== instrumentId) continue;
      if (sessionId !== ANY && columns.sessionIdOf(slot) !== sessionId) continue;
      this.#found.add(slot);
    }
    for (let i = 0; i < this.#found.count; i++) {
      const found = this.#found.slotAt(i);
      if (found !== NONE) this.#working.end(found, reason);
    }
  }

  /** Orders of all accounts that this session entered; ANY for every session. */
  ofSession(sessionId: number, reason: number): void {
    for (let row = 0; row < this.#tables.accounts.count(); row++) {
      this.ofAccount(row, ANY, sessionId, reason);
    }
  }

  ofFirm(firmId: number, reason: number): void {
    const { accounts, risk } = this.#tables;
    for (let row = 0; row < accounts.count(); row++) {
      if (risk.terms.firmIdOf(row) === firmId) this.ofAccount(row, ANY, ANY, reason);
    }
  }
}
