// Accounts, money and positions without an exchange around them: tables filled through the records
// that fill them in the engine.

import { NONE } from "../base/none.ts";
import { RecordBuffer } from "../base/record-buffer.ts";
import { writeSetAccount, writeSetFees } from "../codec/account-command.ts";
import { COMMAND_BYTES_MAX, writeCreateInstrument } from "../codec/command.ts";
import { type AccountTerms, type FeeTerms, RISK_NONE } from "../model/account.ts";
import type { Instrument } from "../model/instrument.ts";
import { AccountReports } from "./account-reports.ts";
import { type AccountTable, createAccountTable } from "./account-table.ts";
import { EngineTime } from "./engine-time.ts";
import { createEventBuffer } from "./event-buffer.ts";
import { createInstrumentTable, type InstrumentTable } from "./instrument-table.ts";
import { createOrderHolds, type OrderHolds } from "./order-holds.ts";
import { RiskTables } from "./risk-tables.ts";
import { Settlement } from "./settlement.ts";

/** None rests: settlement and holds alone are looked at. */
const ORDERS_MAX = 1;

export const RISK_TEST_LIMITS = {
  instrumentsMax: 4,
  accountsMax: 8,
  balancesMax: 64,
  positionsMax: 64,
  tradesMax: 16,
};

/** Nothing asked, nothing limited. */
export const PLAIN_TERMS: AccountTerms = {
  accountId: 1,
  tradeGroupId: 0,
  isEnabled: true,
  stpMode: 0,
  riskMode: RISK_NONE,
  orderQtyLotsMax: 0,
  notionalMax: 0,
  positionLotsMax: 0,
  dayLossMax: 0,
  creditLimit: 0,
  openOrdersMax: 0,
  priceDistanceBasisPoints: 0,
};

export const NO_FEES: FeeTerms = {
  makerBuyRate: 0,
  makerSellRate: 0,
  takerBuyRate: 0,
  takerSellRate: 0,
  makerBuyPerLot: 0,
  makerSellPerLot: 0,
  takerBuyPerLot: 0,
  takerSellPerLot: 0,
};

export class LooseRisk {
  readonly tables: RiskTables;
  readonly accounts: AccountTable;
  readonly instruments: InstrumentTable;
  readonly events = createEventBuffer(ORDERS_MAX);
  readonly reports: AccountReports;
  readonly settlement: Settlement;
  readonly holds: OrderHolds;
  readonly time = new EngineTime();
  #lastTradeId = 0;

  constructor(limits = RISK_TEST_LIMITS) {
    this.tables = new RiskTables(limits);
    this.accounts = createAccountTable(limits.accountsMax, 1, this.tables.terms);
    this.instruments = createInstrumentTable(limits.instrumentsMax);
    this.reports = new AccountReports(this.events, this.accounts, this.instruments, this.tables);
    this.settlement = new Settlement(this.tables, this.reports, this.instruments, this.time);
    this.holds = createOrderHolds(this.tables);
  }

  /** Lists an instrument and returns its book. */
  list(instrument: Instrument): number {
    const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
    writeCreateInstrument(record, 0, 1, instrument);
    const book = this.instruments.add(record.words, 0);
    this.tables.money.add(book, record.words, 0);
    return book;
  }

  /** Configures an account and returns its row, with the rows that trading needs. */
  configure(terms: Partial<AccountTerms> & { readonly accountId: number }): number {
    const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
    writeSetAccount(record, 0, 1, { ...PLAIN_TERMS, ...terms });
    const row = this.accounts.findOrAdd(terms.accountId);
    this.tables.terms.set(row, record.words, 0);
    for (let book = 0; book < this.instruments.count(); book++) this.holds.makeRows(row, book);
    return row;
  }

  /** Fees of an account's row (NONE: everybody) in a book (NONE: all); none takes them away. */
  setFees(accountRow: number, book: number, fees: Partial<FeeTerms> | undefined): void {
    const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
    const scope = { accountId: 0, instrumentId: 0 };
    writeSetFees(record, 0, 1, scope, fees === undefined ? undefined : { ...NO_FEES, ...fees });
    const isPair = accountRow !== NONE && book !== NONE;
    const positionRow = isPair ? this.positionOf(accountRow, book) : NONE;
    this.tables.fees.set(accountRow, book, positionRow, record.words, 0, fees === undefined);
  }

  positionOf(accountRow: number, book: number): number {
    return this.tables.positions.find(accountRow, book);
  }

  deposit(accountRow: number, asset: number, amount: number): void {
    const { assets, balances, terms } = this.tables;
    terms.startBalances(accountRow);
    balances.addBalance(balances.findOrAdd(accountRow, asset), amount);
    assets.supply.add(asset, amount);
  }

  /** A trade between two accounts' rows: kept and booked. Returns its row. */
  trade(fill: LooseFill): number {
    const { terms, trades } = this.tables;
    const tradeId = ++this.#lastTradeId;
    const { book, makerSide, priceTicks, lots } = fill;
    const row = trades.add(tradeId, book, makerSide, priceTicks, lots, this.time.day);
    for (const [party, accountRow] of [fill.makerRow, fill.takerRow].entries()) {
      const positionRow = terms.isConfigured(accountRow) ? this.positionOf(accountRow, book) : NONE;
      const hasBalances = terms.hasBalances(accountRow);
      trades.setParty(row, party, tradeId * 2 + party, accountRow, positionRow, hasBalances);
    }
    this.settlement.book(row, 0, 3);
    this.settlement.book(row, 1, 3);
    return row;
  }

  /** What belongs to accounts, in words that compare. */
  state(): unknown {
    const { balances, positions } = this.tables;
    const money = Array.from({ length: balances.count() }, (_, row) => [
      balances.balanceOf(row),
      balances.heldOf(row),
      balances.netCostOf(row),
      balances.grossCostOf(row),
      balances.dayPnlOf(row, this.time.day),
    ]);
    const held = Array.from({ length: positions.count() }, (_, row) => [
      positions.lotsOf(row),
      positions.costOf(row),
      positions.realizedPnlOf(row),
      positions.feesOf(row),
    ]);
    return { money, held };
  }
}

export type LooseFill = {
  readonly book: number;
  readonly makerSide: number;
  readonly makerRow: number;
  readonly takerRow: number;
  readonly priceTicks: number;
  readonly lots: number;
};
