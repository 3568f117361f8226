// Everything the engine keeps about accounts, money and positions, made, stored and loaded
// together.

import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { type AccountTerms, createAccountTerms } from "./account-terms.ts";
import { AssetTable } from "./asset-table.ts";
import { type BalanceTable, createBalanceTable } from "./balance-table.ts";
import { FeeSchedules } from "./fee-schedules.ts";
import { createInstrumentMoney, type InstrumentMoney } from "./instrument-money.ts";
import { createPositionTable, type PositionTable } from "./position-table.ts";
import { RecentTrades } from "./recent-trades.ts";

export type RiskLimits = {
  readonly instrumentsMax: number;
  readonly accountsMax: number;
  /** Balances, and positions, of all accounts together. */
  readonly balancesMax: number;
  readonly positionsMax: number;
  /** Trades that can still be busted or corrected. */
  readonly tradesMax: number;
};

export class RiskTables {
  readonly terms: AccountTerms;
  readonly assets: AssetTable;
  readonly money: InstrumentMoney;
  readonly balances: BalanceTable;
  readonly positions: PositionTable;
  readonly fees: FeeSchedules;
  readonly trades: RecentTrades;

  constructor(limits: RiskLimits) {
    const { instrumentsMax, accountsMax, balancesMax, positionsMax, tradesMax } = limits;
    this.terms = createAccountTerms(accountsMax);
    this.assets = new AssetTable(instrumentsMax * 2);
    this.money = createInstrumentMoney(this.assets, instrumentsMax);
    this.balances = createBalanceTable(balancesMax);
    this.positions = createPositionTable(positionsMax, instrumentsMax);
    this.fees = new FeeSchedules(this.terms, this.positions, instrumentsMax);
    this.trades = new RecentTrades(tradesMax);
  }

  save(snapshot: SnapshotWriter, booksCount: number): void {
    this.terms.save(snapshot);
    this.assets.save(snapshot);
    this.money.save(snapshot, booksCount);
    this.balances.save(snapshot);
    this.positions.save(snapshot, booksCount);
    this.fees.save(snapshot, booksCount);
    this.trades.save(snapshot);
  }

  load(snapshot: SnapshotReader): void {
    this.terms.load(snapshot);
    this.assets.load(snapshot);
    this.money.load(snapshot);
    this.balances.load(snapshot);
    this.positions.load(snapshot);
    this.fees.load(snapshot);
    this.trades.load(snapshot);
  }
}
