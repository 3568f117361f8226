// hot path
// What working orders need of an account's balances, and how far their fills could move its sums.
// Both are so much a lot, so whatever part of an order goes gives back exactly its share.

import { NONE } from "../base/none.ts";
import { RISK_CREDIT, RISK_NONE, RISK_RESERVATION } from "../model/account.ts";
import { EXEC_INST_REDUCE_ONLY } from "../model/exec-inst.ts";
import { execInstOf, sideOf } from "../model/order-codes.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { RiskTables } from "./risk-tables.ts";

/**
 * A fill moves no sum of an account by more than so many times the most its lots are worth: price,
 * realized at another price, and fees of at most once the price each in rate and money a lot.
 */
export const RISK_FACTOR = 4;

export class OrderHolds {
  readonly #tables: RiskTables;

  constructor(tables: RiskTables) {
    this.#tables = tables;
  }

  /** Whether the account has, or can have, all rows that trading this book needs. */
  makeRows(accountRow: number, book: number): boolean {
    const { balances, money, positions } = this.#tables;
    const baseAsset = money.baseAssetOf(book);
    if (positions.findOrAdd(accountRow, book) === NONE) return false;
    if (balances.findOrAdd(accountRow, money.currencyOf(book)) === NONE) return false;
    return baseAsset === NONE || balances.findOrAdd(accountRow, baseAsset) !== NONE;
  }

  /**
   * An order of this side begins to work with `lots`, each of which needs so much money and so much
   * of the base asset, or, where they are negative, no longer does.
   */
  hold(
    accountRow: number,
    book: number,
    side: number,
    moneyNeed: number,
    assetNeed: number,
    lots: number,
  ): void {
    const { balances, money, positions } = this.#tables;
    positions.addOpenLots(positions.find(accountRow, book), side, lots);
    const currencyRow = balances.find(accountRow, money.currencyOf(book));
    const risk = RISK_FACTOR * money.highestMoneyOf(book);
    balances.hold(currencyRow, moneyNeed * lots, risk * lots);
    const baseAsset = money.baseAssetOf(book);
    if (baseAsset === NONE) return;
    const baseRow = balances.find(accountRow, baseAsset);
    balances.hold(baseRow, assetNeed * lots, money.assetUnitsOf(book) * lots);
  }

  /** Money that one lot of an order with this reserve price needs, the worst fee included. */
  moneyNeedOf(accountRow: number, book: number, orderCodes: number, reserveTicks: number): number {
    const { fees, money, positions, terms } = this.#tables;
    const riskMode = terms.riskModeOf(accountRow);
    if (riskMode === RISK_NONE) return 0;
    const isReduceOnly = (execInstOf(orderCodes) & EXEC_INST_REDUCE_ONLY) !== 0;
    if (riskMode === RISK_CREDIT && isReduceOnly) return 0;
    const side = sideOf(orderCodes);
    const paid = money.moneyOf(book, reserveTicks, 1) * (side === SIDE_BUY ? 1 : -1);
    const size = Math.abs(paid);
    const feeRow = fees.rowOf(accountRow, book, positions.find(accountRow, book));
    const worstFee = fees.worstFeeOf(feeRow, side, size);
    if (riskMode === RISK_CREDIT) return size + worstFee;
    return Math.max(0, paid + worstFee);
  }

  /** Units of the base asset that one lot of an order of this side needs. */
  assetNeedOf(accountRow: number, book: number, side: number): number {
    const { money, terms } = this.#tables;
    if (side !== SIDE_SELL || terms.riskModeOf(accountRow) !== RISK_RESERVATION) return 0;
    return money.baseAssetOf(book) === NONE ? 0 : money.assetUnitsOf(book);
  }

  /** What new orders and withdrawals may take of a currency. */
  availableMoney(accountRow: number, asset: number): number {
    const { balances, terms } = this.#tables;
    const row = balances.find(accountRow, asset);
    if (row === NONE) return 0;
    const free = balances.balanceOf(row) - balances.heldOf(row);
    if (terms.riskModeOf(accountRow) !== RISK_CREDIT) return free;
    const positionsCost = balances.netCostOf(row) - balances.grossCostOf(row);
    return free + terms.creditLimitOf(accountRow) + positionsCost;
  }

  /** Whether every sum of the account stays exact if another `lots` work in this book. */
  canRisk(accountRow: number, book: number, lots: number): boolean {
    const { balances, money, positions } = this.#tables;
    const risk = RISK_FACTOR * money.highestMoneyOf(book);
    const currencyRow = balances.find(accountRow, money.currencyOf(book));
    if (!positions.canRisk(positions.find(accountRow, book), lots, risk)) return false;
    if (!balances.canRisk(currencyRow, risk * lots)) return false;
    const baseAsset = money.baseAssetOf(book);
    if (baseAsset === NONE) return true;
    const baseRow = balances.find(accountRow, baseAsset);
    return balances.canRisk(baseRow, money.assetUnitsOf(book) * lots);
  }
}
