// What would trade if a call ended now: told after each command that changed it.

import type { CallPrice } from "./call-price.ts";
import type { CallReports } from "./call-reports.ts";
import type { EngineTables } from "./engine-tables.ts";

export class Indications {
  readonly #tables: EngineTables;
  readonly #price: CallPrice;
  readonly #reports: CallReports;

  constructor(tables: EngineTables, price: CallPrice, reports: CallReports) {
    this.#tables = tables;
    this.#price = price;
    this.#reports = reports;
  }

  /** Tells what changed since the last time; nothing where nothing did. */
  update(book: number): void {
    const { calls } = this.#tables;
    const price = this.#price;
    price.find(book);
    if (calls.isTold(book, price.priceTicks, price.pairedLots, price.imbalanceLots)) return;
    calls.tell(book, price.priceTicks, price.pairedLots, price.imbalanceLots);
    this.#reports.indicative(book, price);
  }
}
