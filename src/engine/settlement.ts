// hot path
// What a fill does to its parties: positions at average cost, money and assets from one to the
// other, fees to the house. And the way back, for trades that the operator busts or corrects.

import { NONE } from "../base/none.ts";
import { EVENT_FEE, EVENT_LEDGER } from "../codec/event.ts";
import { LEDGER_FEE, LEDGER_TRADE, LEDGER_TRANSFER } from "../model/account.ts";
import { SIDE_BUY } from "../model/side.ts";
import type { AccountReports } from "./account-reports.ts";
import type { EngineTime } from "./engine-time.ts";
import { feeOf } from "./fee-schedules.ts";
import type { InstrumentTable } from "./instrument-table.ts";
import { TAKER } from "./recent-trades.ts";
import type { RiskTables } from "./risk-tables.ts";

export class Settlement {
  readonly #tables: RiskTables;
  readonly #reports: AccountReports;
  readonly #instruments: InstrumentTable;
  readonly #time: EngineTime;
  /** Whose profit the change at work is: the day of its trade. */
  #day = 0;

  constructor(
    tables: RiskTables,
    reports: AccountReports,
    instruments: InstrumentTable,
    time: EngineTime,
  ) {
    this.#tables = tables;
    this.#reports = reports;
    this.#instruments = instruments;
    this.#time = time;
  }

  /** Books a kept trade for one of its parties, as it counts now. */
  book(tradeRow: number, party: number, ledgerType: number): void {
    const { money, positions, trades } = this.#tables;
    const positionRow = trades.positionRowOf(tradeRow, party);
    if (positionRow === NONE) return;
    const hasBalances = trades.hasBalances(tradeRow, party);
    const book = trades.bookOf(tradeRow);
    const side = trades.sideOf(tradeRow, party);
    const lots = trades.lastQtyLotsOf(tradeRow);
    const value = money.moneyOf(book, trades.lastPxTicksOf(tradeRow), lots);
    const costBefore = positions.costOf(positionRow);
    const realizedBefore = positions.realizedPnlOf(positionRow);
    this.#beginLedger(tradeRow, party, ledgerType);
    this.#move(positionRow, side, lots, value, hasBalances);
    if (ledgerType === LEDGER_TRADE) this.#noteFees(tradeRow, party, positionRow);
    const rate = trades.feeRateOf(tradeRow, party);
    const perLot = trades.feePerLotOf(tradeRow, party);
    const fee = feeOf(rate, perLot, Math.abs(value), lots);
    const costChange = positions.costOf(positionRow) - costBefore;
    const realized = positions.realizedPnlOf(positionRow) - realizedBefore;
    trades.setChange(tradeRow, party, costChange, realized, fee);
    const currencyRow = positions.currencyRowOf(positionRow);
    const feeType = ledgerType === LEDGER_TRADE ? LEDGER_FEE : ledgerType;
    this.#charge(positionRow, currencyRow, fee, feeType, hasBalances);
  }

  /** Takes back all that book() did for this party. */
  reverse(tradeRow: number, party: number, ledgerType: number): void {
    const { balances, money, positions, trades } = this.#tables;
    const positionRow = trades.positionRowOf(tradeRow, party);
    if (positionRow === NONE) return;
    const hasBalances = trades.hasBalances(tradeRow, party);
    const book = trades.bookOf(tradeRow);
    const lots = trades.lastQtyLotsOf(tradeRow);
    const value = money.moneyOf(book, trades.lastPxTicksOf(tradeRow), lots);
    const sign = trades.sideOf(tradeRow, party) === SIDE_BUY ? 1 : -1;
    const currencyRow = positions.currencyRowOf(positionRow);
    const costBefore = positions.costOf(positionRow);
    const realizedBefore = positions.realizedPnlOf(positionRow);
    positions.reverse(
      positionRow,
      sign * lots,
      trades.costOf(tradeRow, party),
      trades.realizedPnlOf(tradeRow, party),
    );
    balances.moveCost(currencyRow, costBefore, positions.costOf(positionRow));
    this.#beginLedger(tradeRow, party, ledgerType);
    this.#addDayPnl(currencyRow, positions.realizedPnlOf(positionRow) - realizedBefore);
    if (hasBalances) this.#moveBalances(positionRow, -sign * lots, sign * value);
    const fee = trades.feeOf(tradeRow, party);
    this.#charge(positionRow, currencyRow, 0 - fee, ledgerType, hasBalances);
  }

  /** Self-trade prevention hands lots over at a price, without a trade and without fees. */
  transfer(
    accountRow: number,
    book: number,
    side: number,
    lots: number,
    priceTicks: number,
    orderId: number,
  ): void {
    const { money, positions, terms } = this.#tables;
    if (!terms.isConfigured(accountRow)) return;
    const { cause } = this.#reports;
    cause.ledgerType = LEDGER_TRANSFER;
    cause.instrumentId = this.#instruments.instrumentIdOf(book);
    cause.orderId = orderId;
    cause.tradeId = 0;
    this.#day = this.#time.day;
    const value = money.moneyOf(book, priceTicks, lots);
    const positionRow = positions.find(accountRow, book);
    this.#move(positionRow, side, lots, value, terms.hasBalances(accountRow));
  }

  /** Moves one party's position and, where it has them, its balances by a fill of this value. */
  #move(
    positionRow: number,
    side: number,
    lots: number,
    value: number,
    hasBalances: boolean,
  ): void {
    const { balances, positions } = this.#tables;
    const sign = side === SIDE_BUY ? 1 : -1;
    const currencyRow = positions.currencyRowOf(positionRow);
    const costBefore = positions.costOf(positionRow);
    const realizedBefore = positions.realizedPnlOf(positionRow);
    positions.fill(positionRow, sign * lots, sign * value);
    balances.moveCost(currencyRow, costBefore, positions.costOf(positionRow));
    const realized = positions.realizedPnlOf(positionRow) - realizedBefore;
    this.#addDayPnl(currencyRow, realized);
    if (hasBalances) this.#moveBalances(positionRow, sign * lots, -sign * value);
  }

  #moveBalances(positionRow: number, lots: number, amount: number): void {
    const { money, positions } = this.#tables;
    this.#credit(positions.currencyRowOf(positionRow), amount);
    const baseRow = positions.baseRowOf(positionRow);
    if (baseRow === NONE) return;
    this.#credit(baseRow, lots * money.assetUnitsOf(positions.bookOf(positionRow)));
  }

  #credit(balanceRow: number, amount: number): void {
    if (amount === 0) return;
    const { assets, balances } = this.#tables;
    balances.addBalance(balanceRow, amount);
    assets.outside.add(balances.assetOf(balanceRow), -amount);
    this.#reports.ofBalance(EVENT_LEDGER, balanceRow, amount);
  }

  /** The account pays a fee to the house, or is paid one. */
  #charge(
    positionRow: number,
    currencyRow: number,
    fee: number,
    ledgerType: number,
    hasBalances: boolean,
  ): void {
    if (fee === 0) return;
    const { assets, balances, positions } = this.#tables;
    const currency = balances.assetOf(currencyRow);
    positions.addFee(positionRow, fee);
    this.#addDayPnl(currencyRow, -fee);
    assets.house.add(currency, fee);
    if (hasBalances) balances.addBalance(currencyRow, -fee);
    else assets.outside.add(currency, -fee);
    this.#reports.cause.ledgerType = ledgerType;
    this.#reports.ofBalance(EVENT_FEE, currencyRow, -fee);
  }

  #beginLedger(tradeRow: number, party: number, ledgerType: number): void {
    const { trades } = this.#tables;
    const { cause } = this.#reports;
    cause.ledgerType = ledgerType;
    cause.instrumentId = this.#instruments.instrumentIdOf(trades.bookOf(tradeRow));
    cause.orderId = trades.orderIdOf(tradeRow, party);
    cause.tradeId = trades.tradeIdOf(tradeRow);
    this.#day = trades.dayOf(tradeRow);
  }

  /** The fees of a trade are those that hold when it trades. */
  #noteFees(tradeRow: number, party: number, positionRow: number): void {
    const { fees, trades } = this.#tables;
    const accountRow = trades.accountRowOf(tradeRow, party);
    const feeRow = fees.rowOf(accountRow, trades.bookOf(tradeRow), positionRow);
    const side = trades.sideOf(tradeRow, party);
    const isTaker = party === TAKER;
    const rate = fees.rateOf(feeRow, side, isTaker);
    trades.setFees(tradeRow, party, rate, fees.perLotOf(feeRow, side, isTaker));
  }

  /** What is taken back or corrected of an earlier day is nothing of today's. */
  #addDayPnl(currencyRow: number, amount: number): void {
    const { day } = this.#time;
    if (this.#day === day) this.#tables.balances.addDayPnl(currencyRow, day, amount);
  }
}
