// hot path
// What working orders need of an account's balances, and how far their fills could move its sums.
// Both are so much a lot, so whatever part of an order goes gives back exactly its share.

import { NONE } from "../base/none.ts";
import { RISK_CREDIT, RISK_NONE, RISK_RESERVATION } from "../model/account.ts";
import { isReduceOnly, sideOf } from "../model/order-codes.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { RiskTables } from "./risk-tables.ts";

/**
 * A fill moves no sum of an account by more than so many times the most its lots are worth: price,
 * realized at another price, and fees of at most once the price each in rate and money a lot.
 */
export const RISK_FACTOR = 4;

export type OrderHolds = ReturnType<typeof createOrderHolds>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createOrderHolds(tables: RiskTables) {
  const { balances, fees, money, positions, terms } = tables;

  /**
   * The row of the account's position in this book, made now if need be with the balances that
   * trading it needs; NONE where there is no room for them.
   */
  function makeRows(accountRow: number, book: number): number {
    const known = positions.find(accountRow, book);
    if (known !== NONE || !positions.hasRoom()) return known;
    const currencyRow = balances.findOrAdd(accountRow, money.currencyOf(book));
    if (currencyRow === NONE) return NONE;
    const baseAsset = money.baseAssetOf(book);
    const baseRow = baseAsset === NONE ? NONE : balances.findOrAdd(accountRow, baseAsset);
    if (baseAsset !== NONE && baseRow === NONE) return NONE;
    return positions.add(accountRow, book, currencyRow, baseRow);
  }

  /**
   * An order of this side begins to work with `lots`, each of which needs so much money and so much
   * of the base asset, or, where they are negative, no longer does.
   */
  function hold(
    positionRow: number,
    book: number,
    side: number,
    moneyNeed: number,
    assetNeed: number,
    lots: number,
  ): void {
    positions.addOpenLots(positionRow, side, lots);
    const risk = RISK_FACTOR * money.highestMoneyOf(book);
    balances.hold(positions.currencyRowOf(positionRow), moneyNeed * lots, risk * lots);
    const baseRow = positions.baseRowOf(positionRow);
    if (baseRow === NONE) return;
    balances.hold(baseRow, assetNeed * lots, money.assetUnitsOf(book) * lots);
  }

  /** No order of this position works, nor any other that holds of its balances. */
  function clear(positionRow: number): void {
    positions.clearOpenLots(positionRow);
    balances.clearHolds(positions.currencyRowOf(positionRow));
    const baseRow = positions.baseRowOf(positionRow);
    if (baseRow !== NONE) balances.clearHolds(baseRow);
  }

  /**
   * Money that one lot of an order with this reserve price needs, the worst fee included; 0 of one
   * that there is no position for, because it is refused.
   */
  function moneyNeedOf(
    accountRow: number,
    positionRow: number,
    book: number,
    orderCodes: number,
    reserveTicks: number,
  ): number {
    const riskMode = terms.riskModeOf(accountRow);
    if (riskMode === RISK_NONE || positionRow === NONE) return 0;
    if (riskMode === RISK_CREDIT && isReduceOnly(orderCodes)) return 0;
    const side = sideOf(orderCodes);
    const paid = money.moneyOf(book, reserveTicks, 1) * (side === SIDE_BUY ? 1 : -1);
    const size = Math.abs(paid);
    const feeRow = fees.rowOf(accountRow, book, positionRow);
    const worstFee = fees.worstFeeOf(feeRow, side, size);
    if (riskMode === RISK_CREDIT) return size + worstFee;
    return Math.max(0, paid + worstFee);
  }

  /** Units of the base asset that one lot of an order of this side needs. */
  function assetNeedOf(accountRow: number, positionRow: number, side: number): number {
    if (side !== SIDE_SELL || terms.riskModeOf(accountRow) !== RISK_RESERVATION) return 0;
    if (positionRow === NONE || positions.baseRowOf(positionRow) === NONE) return 0;
    return money.assetUnitsOf(positions.bookOf(positionRow));
  }

  /** What new orders and withdrawals may take of a balance. */
  function availableMoney(accountRow: number, balanceRow: number): number {
    const free = balances.balanceOf(balanceRow) - balances.heldOf(balanceRow);
    if (terms.riskModeOf(accountRow) !== RISK_CREDIT) return free;
    const positionsCost = balances.netCostOf(balanceRow) - balances.grossCostOf(balanceRow);
    return free + terms.creditLimitOf(accountRow) + positionsCost;
  }

  /** Whether every sum of the account stays exact if another `lots` work in this position. */
  function canRisk(positionRow: number, book: number, lots: number): boolean {
    const risk = RISK_FACTOR * money.highestMoneyOf(book);
    if (!positions.canRisk(positionRow, lots, risk)) return false;
    if (!balances.canRisk(positions.currencyRowOf(positionRow), risk * lots)) return false;
    const baseRow = positions.baseRowOf(positionRow);
    return baseRow === NONE || balances.canRisk(baseRow, money.assetUnitsOf(book) * lots);
  }

  return { makeRows, hold, clear, moneyNeedOf, assetNeedOf, availableMoney, canRisk };
}
