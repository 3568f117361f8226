// Acts on market-maker protections that tripped: the account's orders in the instrument end.

import { REASON_MAKER_PROTECTION } from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { GuardReports } from "./guard-reports.ts";
import { ANY, type OrderEnds } from "./order-ends.ts";

export class Protector {
  readonly #tables: EngineTables;
  readonly #reports: GuardReports;
  readonly #ends: OrderEnds;

  constructor(tables: EngineTables, reports: GuardReports, ends: OrderEnds) {
    this.#tables = tables;
    this.#reports = reports;
    this.#ends = ends;
  }

  /** In the order in which they tripped; says whether any had. Ends trade nothing: none trips. */
  act(): boolean {
    const { accounts, guards, instruments } = this.#tables;
    const { protections } = guards;
    const { trippedCount } = protections;
    for (let i = 0; i < trippedCount; i++) {
      const row = protections.trippedAt(i);
      const accountRow = protections.accountRowOf(row);
      const accountId = accounts.accountIdOf(accountRow);
      const instrumentId = instruments.instrumentIdOf(protections.bookOf(row));
      this.#reports.ofTrip(accountId, instrumentId, REASON_MAKER_PROTECTION);
      this.#ends.ofAccount(accountRow, instrumentId, ANY, REASON_MAKER_PROTECTION);
    }
    protections.clearTripped();
    return trippedCount > 0;
  }
}
