// What would trade if a call ended now: told after each command that changed it, unless so many
// prices cross that looking at them after each command would be dear for everybody.

import type { CallPrice } from "./call-price.ts";
import type { CallReports } from "./call-reports.ts";
import type { EngineTables } from "./engine-tables.ts";

/** Prices that may be looked at, and how many of them each command makes up for. */
export const LOOKS_MAX = 65_536;
export const LOOKS_FORGIVEN = 128;

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
    const looks = Math.max(0, calls.looksOf(book) - LOOKS_FORGIVEN);
    calls.setLooks(book, looks);
    if (looks > LOOKS_MAX) return;
    price.find(book);
    calls.setLooks(book, looks + price.looks);
    if (calls.isTold(book, price.priceTicks, price.pairedLots, price.imbalanceLots)) return;
    calls.tell(book, price.priceTicks, price.pairedLots, price.imbalanceLots);
    this.#reports.indicative(book, price);
  }
}
