import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NONE } from "../base/none.ts";
import { RISK_CREDIT, RISK_NONE, RISK_RESERVATION } from "../model/account.ts";
import { EXEC_INST_REDUCE_ONLY } from "../model/exec-inst.ts";
import { ORD_TYPE_LIMIT } from "../model/ord-type.ts";
import { packOrderCodes } from "../model/order-codes.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_GTC } from "../model/time-in-force.ts";
import { TEST_INSTRUMENT } from "./engine-for-test.ts";
import { feeOf } from "./fee-schedules.ts";
import { LooseRisk, NO_FEES } from "./risk-for-test.ts";

const MONEY_UNITS = 3;
const LIMITS = { orderQtyLotsMax: 1_000_000, priceTicksMin: -1000, priceTicksMax: 1000 };
const COIN = { ...TEST_INSTRUMENT, ...LIMITS, baseAsset: "BTC", moneyUnits: MONEY_UNITS };

function codesOf(side: number, execInst = 0): number {
  return packOrderCodes(side, ORD_TYPE_LIMIT, TIF_GTC, execInst);
}

const rates = fc.integer({ min: -1_000_000, max: 1_000_000 });
const perLots = fc.integer({ min: -40, max: 40 });
const prices = fc.integer({ min: -1000, max: 1000 });
/** Parts of an order: how many lots, how far from its limit, as maker or as taker. */
const parts = fc.array(
  fc.record({
    lots: fc.integer({ min: 1, max: 50 }),
    better: fc.integer({ min: 0, max: 2000 }),
    isTaker: fc.boolean(),
  }),
  { minLength: 1, maxLength: 20 },
);

test("however an order is split into fills, it never pays more than it held", () => {
  const sides = fc.constantFrom(SIDE_BUY, SIDE_SELL);
  const fees = fc.tuple(rates, rates, perLots, perLots);
  const property = fc.property(sides, prices, parts, fees, (side, limit, fills, terms) => {
    const risk = new LooseRisk();
    const book = risk.list(COIN);
    const row = risk.configure({ accountId: 5, riskMode: RISK_RESERVATION });
    const [maker, taker, makerLot, takerLot] = terms;
    const rate = { makerBuyRate: maker, makerSellRate: maker };
    const perLot = { makerBuyPerLot: makerLot, makerSellPerLot: makerLot };
    risk.setFees(NONE, book, {
      ...rate,
      ...perLot,
      takerBuyRate: taker,
      takerSellRate: taker,
      takerBuyPerLot: takerLot,
      takerSellPerLot: takerLot,
    });
    const need = risk.holds.moneyNeedOf(
      row,
      risk.positionOf(row, book),
      book,
      codesOf(side),
      limit,
    );
    const { fees: schedules, money } = risk.tables;
    const sign = side === SIDE_BUY ? 1 : -1;
    for (const { lots, better, isTaker } of fills) {
      const priceTicks = Math.min(Math.max(limit - sign * better, -1000), 1000);
      const value = money.moneyOf(book, priceTicks, lots);
      const feeRow = schedules.bookRowOf(book);
      const rate = schedules.rateOf(feeRow, side, isTaker);
      const perLot = schedules.perLotOf(feeRow, side, isTaker);
      const fee = feeOf(rate, perLot, Math.abs(value), lots);
      assert.ok(sign * value + fee <= need * lots, "each part pays out of its own lots");
    }
  });
  fc.assert(property, { numRuns: 2000 });
});

test("a buy at a price needs the money that a sell at minus that price does", () => {
  const risk = new LooseRisk();
  const book = risk.list(COIN);
  const row = risk.configure({ accountId: 5, riskMode: RISK_RESERVATION });
  risk.setFees(NONE, NONE, { makerBuyRate: 700, takerBuyRate: 900, makerSellRate: 900 });
  const property = fc.property(prices, (priceTicks) => {
    const buy = risk.holds.moneyNeedOf(
      row,
      risk.positionOf(row, book),
      book,
      codesOf(SIDE_BUY),
      priceTicks,
    );
    const sell = risk.holds.moneyNeedOf(
      row,
      risk.positionOf(row, book),
      book,
      codesOf(SIDE_SELL),
      0 - priceTicks,
    );
    assert.equal(buy, sell);
  });
  fc.assert(property);
});

test("the mode decides what is needed", () => {
  const needs = (riskMode: number, side: number, priceTicks: number, execInst = 0) => {
    const risk = new LooseRisk();
    const book = risk.list(COIN);
    const row = risk.configure({ accountId: 5, riskMode });
    risk.setFees(NONE, NONE, { ...NO_FEES, takerBuyRate: 10_000, takerSellRate: 10_000 });
    const codes = codesOf(side, execInst);
    const money = risk.holds.moneyNeedOf(row, risk.positionOf(row, book), book, codes, priceTicks);
    return [money, risk.holds.assetNeedOf(row, risk.positionOf(row, book), side)];
  };
  assert.deepEqual(needs(RISK_NONE, SIDE_BUY, 100), [0, 0]);
  assert.deepEqual(needs(RISK_RESERVATION, SIDE_BUY, 100), [303, 0]);
  assert.deepEqual(needs(RISK_RESERVATION, SIDE_SELL, 100), [0, 1]);
  assert.deepEqual(needs(RISK_RESERVATION, SIDE_SELL, -100), [303, 1]);
  assert.deepEqual(needs(RISK_RESERVATION, SIDE_BUY, -100), [0, 0]);
  assert.deepEqual(needs(RISK_CREDIT, SIDE_BUY, 100), [303, 0]);
  assert.deepEqual(needs(RISK_CREDIT, SIDE_SELL, 100), [303, 0]);
  assert.deepEqual(needs(RISK_CREDIT, SIDE_SELL, 100, EXEC_INST_REDUCE_ONLY), [0, 0]);
});

test("what is held and given back in any order leaves nothing held", () => {
  const holds = fc.array(
    fc.record({
      side: fc.constantFrom(SIDE_BUY, SIDE_SELL),
      priceTicks: prices,
      lots: fc.integer({ min: 1, max: 1000 }),
      order: fc.nat(),
    }),
    { maxLength: 20 },
  );
  const property = fc.property(holds, (orders) => {
    const risk = new LooseRisk();
    const book = risk.list(COIN);
    const row = risk.configure({ accountId: 5, riskMode: RISK_RESERVATION });
    const before = risk.state();
    const hold = ({ side, priceTicks }: (typeof orders)[0], lots: number) => {
      const position = risk.positionOf(row, book);
      const money = risk.holds.moneyNeedOf(row, position, book, codesOf(side), priceTicks);
      const asset = risk.holds.assetNeedOf(row, position, side);
      risk.holds.hold(position, book, side, money, asset, lots);
    };
    for (const order of orders) hold(order, order.lots);
    for (const order of orders.toSorted((a, b) => a.order - b.order)) {
      hold(order, -1);
      hold(order, 1 - order.lots);
    }
    assert.deepEqual(risk.state(), before);
    assert.ok(risk.holds.canRisk(risk.positionOf(row, book), book, 0));
  });
  fc.assert(property);
});

test("an account whose sums could pass 2^51 may not enter more", () => {
  const risk = new LooseRisk();
  const book = risk.list({ ...COIN, priceTicksMin: 0, priceTicksMax: 1, moneyUnits: 1 });
  const row = risk.configure({ accountId: 5 });
  const lotsMax = 2 ** 51 / 4; // A lot may move a sum by four times what it is worth.
  assert.ok(risk.holds.canRisk(risk.positionOf(row, book), book, lotsMax));
  assert.ok(!risk.holds.canRisk(risk.positionOf(row, book), book, lotsMax + 1));
  risk.holds.hold(risk.positionOf(row, book), book, SIDE_BUY, 0, 0, lotsMax - 5);
  assert.ok(risk.holds.canRisk(risk.positionOf(row, book), book, 5));
  assert.ok(!risk.holds.canRisk(risk.positionOf(row, book), book, 6));
});
