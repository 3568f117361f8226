import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NONE } from "../base/none.ts";
import { WideSums } from "../base/wide-sums.ts";
import { type FeeTerms, RISK_RESERVATION } from "../model/account.ts";
import type { Instrument } from "../model/instrument.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TEST_INSTRUMENT } from "./engine-for-test.ts";
import { type LooseFill, LooseRisk, NO_FEES } from "./risk-for-test.ts";

const COIN: Instrument = {
  ...TEST_INSTRUMENT,
  baseAsset: "BTC",
  moneyUnits: 7,
  assetUnits: 3,
};
const DEBT: Instrument = { ...TEST_INSTRUMENT, instrumentId: 2, symbol: "POWER" };

/** Rows 0 and 1 have balances, 2 is configured without, 3 is nobody's. */
function fourAccounts(): LooseRisk {
  const risk = new LooseRisk();
  risk.list(COIN);
  risk.list(DEBT);
  risk.configure({ accountId: 10, riskMode: RISK_RESERVATION });
  risk.configure({ accountId: 11 });
  risk.configure({ accountId: 12 });
  risk.accounts.findOrAdd(13);
  for (const asset of [0, 1]) {
    risk.deposit(0, asset, 1_000_000);
    risk.deposit(1, asset, 2_000_000);
  }
  return risk;
}

const rates = fc.integer({ min: -2000, max: 2000 });
const perLots = fc.integer({ min: -3, max: 3 });
const fees: fc.Arbitrary<FeeTerms> = fc.record({
  makerBuyRate: rates,
  makerSellRate: rates,
  takerBuyRate: rates,
  takerSellRate: rates,
  makerBuyPerLot: perLots,
  makerSellPerLot: perLots,
  takerBuyPerLot: perLots,
  takerSellPerLot: perLots,
});
const rows = fc.integer({ min: 0, max: 3 });
const fill: fc.Arbitrary<LooseFill> = fc.record({
  book: fc.integer({ min: 0, max: 1 }),
  makerSide: fc.constantFrom(SIDE_BUY, SIDE_SELL),
  makerRow: rows,
  takerRow: rows,
  priceTicks: fc.integer({ min: -50, max: 1000 }),
  lots: fc.integer({ min: 1, max: 100 }),
});

/** Deposits are what accounts, the house and the others have; nobody is long without a seller. */
function assertConserved(risk: LooseRisk): void {
  const { assets, balances, positions } = risk.tables;
  const sums = new WideSums(assets.count);
  for (let row = 0; row < balances.count(); row++) {
    sums.add(balances.assetOf(row), balances.balanceOf(row));
  }
  for (let asset = 0; asset < assets.count; asset++) {
    sums.addRow(asset, assets.house, asset);
    sums.addRow(asset, assets.outside, asset);
    assert.equal(sums.numberOf(asset), assets.supply.numberOf(asset));
  }
  const lots = [0, 0];
  for (let row = 0; row < positions.count(); row++) {
    lots[positions.bookOf(row)] += positions.lotsOf(row);
  }
  for (const book of [0, 1]) lots[book] += positions.outsideLots.numberOf(book);
  assert.deepEqual(lots, [0, 0]);
}

/** Realized less cost is all the money that the fills moved. */
function assertCashflow(risk: LooseRisk, fills: readonly LooseFill[]): void {
  const { money, positions, terms } = risk.tables;
  for (let row = 0; row < positions.count(); row++) {
    let cash = 0;
    for (const { book, makerSide, makerRow, takerRow, priceTicks, lots } of fills) {
      if (book !== positions.bookOf(row)) continue;
      const value = money.moneyOf(book, priceTicks, lots) * (makerSide === SIDE_BUY ? 1 : -1);
      if (makerRow === positions.accountRowOf(row)) cash -= value;
      if (takerRow === positions.accountRowOf(row)) cash += value;
    }
    assert.ok(terms.isConfigured(positions.accountRowOf(row)));
    assert.equal(positions.realizedPnlOf(row) - positions.costOf(row), cash + 0);
    if (positions.lotsOf(row) === 0) assert.equal(positions.costOf(row), 0);
  }
}

test("whatever trades with whom, nothing comes from nowhere", () => {
  const property = fc.property(fc.array(fill, { maxLength: 60 }), fees, fees, (fills, all, own) => {
    const risk = fourAccounts();
    risk.setFees(NONE, NONE, all);
    risk.setFees(1, 0, own);
    for (const each of fills) risk.trade(each);
    assertConserved(risk);
    assertCashflow(risk, fills);
  });
  fc.assert(property);
});

/** The half of a trade with oneself that is taken back first is not the one booked last. */
const fillOfTwo = fill.filter(({ makerRow, takerRow }) => makerRow !== takerRow);

test("a bust at once leaves everything as if the trade had never been", () => {
  const property = fc.property(
    fc.array(fill, { maxLength: 30 }),
    fillOfTwo,
    fees,
    (fills, last, all) => {
      const risk = fourAccounts();
      risk.setFees(NONE, NONE, all);
      for (const each of fills) risk.trade(each);
      const before = risk.state();
      const row = risk.trade(last);
      risk.settlement.reverse(row, 0, 5);
      risk.settlement.reverse(row, 1, 5);
      assert.deepEqual(risk.state(), before);
      assertConserved(risk);
    },
  );
  fc.assert(property);
});

test("when every trade is busted, in any order, nobody has won or lost", () => {
  const many = fc.array(fc.tuple(fill, fc.nat()), { minLength: 1, maxLength: 16 });
  const property = fc.property(many, fees, (fills, all) => {
    const risk = fourAccounts();
    risk.setFees(NONE, NONE, all);
    const before = risk.state();
    const traded = fills.map(([each, order]) => ({ row: risk.trade(each), order }));
    for (const { row } of traded.toSorted((a, b) => a.order - b.order)) {
      risk.settlement.reverse(row, 0, 5);
      risk.settlement.reverse(row, 1, 5);
      assertConserved(risk);
    }
    assert.deepEqual(risk.state(), before);
    assert.ok(risk.tables.assets.house.isZero(0));
  });
  fc.assert(property);
});

test("a position closes at average cost, and through zero opens at the new price", () => {
  const risk = fourAccounts();
  const { positions } = risk.tables;
  const trade = (priceTicks: number, lots: number, makerSide: number) => {
    risk.trade({ book: 1, makerSide, makerRow: 0, takerRow: 3, priceTicks, lots });
    const row = positions.find(0, 1);
    return [positions.lotsOf(row), positions.costOf(row), positions.realizedPnlOf(row)];
  };
  assert.deepEqual(trade(100, 2, SIDE_BUY), [2, 200, 0]);
  assert.deepEqual(trade(103, 1, SIDE_BUY), [3, 303, 0]);
  assert.deepEqual(trade(110, 2, SIDE_SELL), [1, 101, 18]);
  assert.deepEqual(trade(90, 3, SIDE_SELL), [-2, -180, 7]);
  assert.deepEqual(trade(80, 1, SIDE_BUY), [-1, -90, 17]);
  assert.deepEqual(trade(-10, 1, SIDE_BUY), [0, 0, 117]);
});

test("an amount owed to the house rounds up, one paid to a user rounds down", () => {
  const risk = fourAccounts();
  const { assets, balances, fees: schedules } = risk.tables;
  risk.setFees(NONE, 1, { ...NO_FEES, makerBuyRate: -2500, takerSellRate: 2500 });
  risk.trade({ book: 1, makerSide: SIDE_BUY, makerRow: 0, takerRow: 1, priceTicks: 100, lots: 5 });
  // 500 at a quarter of a percent: 1.25.
  assert.equal(balances.balanceOf(balances.find(0, 0)), 1_000_000 - 500 + 1);
  assert.equal(balances.balanceOf(balances.find(1, 0)), 2_000_000 + 500 - 2);
  assert.equal(assets.house.numberOf(0), 1);
  assert.equal(schedules.worstFeeOf(schedules.bookRowOf(1), SIDE_SELL, 100), 1, "a lot's, up");
});

test("of several schedules the narrowest counts", () => {
  const risk = fourAccounts();
  const { fees: schedules, positions } = risk.tables;
  const rate = () => {
    const row = schedules.rowOf(0, 0, positions.find(0, 0));
    return schedules.rateOf(row, SIDE_BUY, true);
  };
  const found: number[] = [rate()];
  const scopes = [
    [NONE, NONE],
    [NONE, 0],
    [0, NONE],
    [0, 0],
  ] as const;
  for (const [n, [accountRow, book]] of scopes.entries()) {
    risk.setFees(accountRow, book, { takerBuyRate: n + 1 });
    found.push(rate());
  }
  for (const [accountRow, book] of scopes.toReversed()) {
    risk.setFees(accountRow, book, undefined);
    found.push(rate());
  }
  assert.deepEqual(found, [0, 1, 2, 3, 4, 3, 2, 1, 0]);
});
