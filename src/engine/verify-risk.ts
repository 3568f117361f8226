// Asserts what must hold of accounts, money and positions between any two commands, from the orders
// and balances themselves. Costs O(state): only tests and simulations call it.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { WideSums } from "../base/wide-sums.ts";
import { ACCOUNT_SUM_MAX } from "../model/account.ts";
import { isReduceOnly, sideOf } from "../model/order-codes.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import { createOrderHolds, RISK_FACTOR } from "./order-holds.ts";
import { createOrderReserves } from "./order-reserves.ts";
import { isAsleep } from "./order-sleep.ts";

/** What the working orders of the exchange make of each row. */
type Expected = {
  readonly held: Float64Array;
  readonly atRisk: Float64Array;
  readonly netCost: Float64Array;
  readonly grossCost: Float64Array;
  readonly openBuyLots: Float64Array;
  readonly openSellLots: Float64Array;
  readonly reduceOnly: Float64Array;
};

export function verifyRisk(tables: EngineTables): void {
  const { balances, positions, terms } = tables.risk;
  const expected: Expected = {
    held: new Float64Array(balances.count()),
    atRisk: new Float64Array(balances.count()),
    netCost: new Float64Array(balances.count()),
    grossCost: new Float64Array(balances.count()),
    openBuyLots: new Float64Array(positions.count()),
    openSellLots: new Float64Array(positions.count()),
    reduceOnly: new Float64Array(positions.count()),
  };
  for (let row = 0; row < terms.usedRows(); row++) {
    if (terms.isConfigured(row)) addOrders(tables, row, expected);
  }
  verifyPositions(tables, expected);
  verifyBalances(tables, expected);
}

function addOrders(tables: EngineTables, accountRow: number, expected: Expected): void {
  const { accounts, books, columns, risk } = tables;
  const { balances, money, positions } = risk;
  const reserves = createOrderReserves(tables, createOrderHolds(risk));
  let slot = accounts.firstOrderOf(accountRow);
  for (; slot !== NONE; slot = columns.nextOfAccount(slot)) {
    const book = books.bookOf(slot);
    const side = sideOf(books.orderCodesOf(slot));
    const lots = books.leavesQtyLotsOf(slot);
    const positionRow = positions.find(accountRow, book);
    const isKnown = columns.positionRowOf(slot) === positionRow;
    assert(isKnown, "a configured account's order knows the position that it belongs to");
    if (isAsleep(tables, slot)) continue;
    if (isReduceOnly(books.orderCodesOf(slot))) {
      expected.reduceOnly[positionRow]++;
      const reducible = positions.reducibleLotsOf(positionRow, side);
      assert(lots <= reducible, "a reduce-only order is no larger than what it may reduce");
    }
    const open = side === SIDE_BUY ? expected.openBuyLots : expected.openSellLots;
    open[positionRow] += lots;
    const currencyRow = balances.find(accountRow, money.currencyOf(book));
    expected.held[currencyRow] += reserves.moneyNeedOf(slot) * lots;
    expected.atRisk[currencyRow] += RISK_FACTOR * money.highestMoneyOf(book) * lots;
    const baseAsset = money.baseAssetOf(book);
    if (baseAsset === NONE) continue;
    const baseRow = balances.find(accountRow, baseAsset);
    expected.held[baseRow] += reserves.assetNeedOf(slot) * lots;
    expected.atRisk[baseRow] += money.assetUnitsOf(book) * lots;
  }
}

function verifyPositions(tables: EngineTables, expected: Expected): void {
  const { instruments, risk } = tables;
  const { balances, money, positions, terms } = risk;
  const lots = new WideSums(instruments.count());
  for (let row = 0; row < positions.count(); row++) {
    const accountRow = positions.accountRowOf(row);
    const book = positions.bookOf(row);
    const cost = positions.costOf(row);
    assert(positions.find(accountRow, book) === row, "a position is found by account and book");
    if (terms.isConfigured(accountRow)) {
      const openBuyLots = positions.openLotsOf(row, SIDE_BUY);
      const openSellLots = positions.openLotsOf(row, SIDE_SELL);
      assert(openBuyLots === expected.openBuyLots[row], "a position knows what works to buy");
      assert(openSellLots === expected.openSellLots[row], "a position knows what works to sell");
      const reduceOnly = positions.reduceOnlyCountOf(row);
      assert(reduceOnly === expected.reduceOnly[row], "a position counts reduce-only orders");
      const currencyRow = balances.find(accountRow, money.currencyOf(book));
      if (cost !== 0) {
        expected.netCost[currencyRow] += cost;
        expected.grossCost[currencyRow] += Math.abs(cost);
      }
    }
    assertExact(positions.lotsOf(row), "a position's lots are exact");
    assertExact(cost, "a position's cost is exact");
    assertExact(positions.realizedPnlOf(row), "a realized profit is exact");
    if (positions.lotsOf(row) === 0) assert(cost === 0, "nothing costs nothing");
    lots.add(book, positions.lotsOf(row));
  }
  for (let book = 0; book < instruments.count(); book++) {
    lots.addRow(book, positions.outsideLots, book);
    assert(lots.isZero(book), "for every lot held somebody is short of one");
  }
}

function verifyBalances(tables: EngineTables, expected: Expected): void {
  const { assets, balances, terms } = tables.risk;
  const sums = new WideSums(assets.count);
  for (let row = 0; row < balances.count(); row++) {
    const asset = balances.assetOf(row);
    const accountRow = balances.accountRowOf(row);
    assert(balances.find(accountRow, asset) === row, "a balance is found by account and asset");
    if (terms.isConfigured(accountRow)) {
      const held = balances.heldOf(row);
      assert(held === expected.held[row], "what is held is what working orders need");
      assert(balances.atRiskOf(row) === expected.atRisk[row], "risk is that of working orders");
      assert(held >= 0 && held <= expected.atRisk[row], "what is held is within the risk");
      const netCost = balances.netCostOf(row);
      assert(netCost === expected.netCost[row], "a currency sums its positions' cost");
      const grossCost = balances.grossCostOf(row);
      assert(grossCost === expected.grossCost[row], "a currency sums the size of that cost");
    }
    const balance = balances.balanceOf(row);
    assertExact(balance, "a balance is exact");
    if (!terms.hasBalances(accountRow)) assert(balance === 0, "who has no balances has nothing");
    sums.add(asset, balance);
  }
  for (let asset = 0; asset < assets.count; asset++) {
    sums.addRow(asset, assets.house, asset);
    sums.addRow(asset, assets.outside, asset);
    const supply = assets.supply.numberOf(asset);
    assert(sums.numberOf(asset) === supply, "no money or asset appears or is lost");
  }
}

function assertExact(sum: number, whatIsTrue: string): void {
  assert(Number.isInteger(sum) && Math.abs(sum) <= ACCOUNT_SUM_MAX, whatIsTrue);
}
