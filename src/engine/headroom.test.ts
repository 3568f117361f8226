// Each limit of an account at its last number and at the first beyond it, for both sides. The quick
// look at an order may say yes to nothing that the full one refuses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordBuffer } from "../base/record-buffer.ts";
import { writeSetAccount } from "../codec/account-command.ts";
import { COMMAND_BYTES_MAX } from "../codec/command.ts";
import { EVENT_ACCEPTED, EVENT_REJECTED } from "../codec/event.ts";
import { newRecord } from "../codec/record-for-test.ts";
import { type AccountTerms, RISK_CREDIT } from "../model/account.ts";
import { REASON_NONE, reasonName } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { RecordedEngine } from "./engine-for-test.ts";
import { PLAIN_TERMS } from "./risk-for-test.ts";

const JUDGED = 7;
const LAST_PX_TICKS = 1000;

type Limit = {
  readonly terms: Partial<AccountTerms>;
  /** Of the last order that is within the limit, and of the first that is not. */
  readonly lots: readonly [number, number];
  /** Ticks beyond the last price, the same two. */
  readonly beyondTicks: readonly [number, number];
  readonly reason: string;
};

const LIMITS: Readonly<Record<string, Limit>> = {
  "its size": {
    terms: { orderQtyLotsMax: 10 },
    lots: [10, 11],
    beyondTicks: [0, 0],
    reason: "ORDER_EXCEEDS_LIMIT",
  },
  "what it is worth": {
    terms: { notionalMax: 10 * LAST_PX_TICKS },
    lots: [10, 11],
    beyondTicks: [0, 0],
    reason: "ORDER_EXCEEDS_LIMIT",
  },
  "its distance from the last price": {
    terms: { priceDistanceBasisPoints: 101 },
    lots: [1, 1],
    beyondTicks: [11, 12],
    reason: "PRICE_DISTANCE",
  },
  "the position that it could make": {
    terms: { positionLotsMax: 10 },
    lots: [10, 11],
    beyondTicks: [0, 0],
    reason: "POSITION_LIMIT",
  },
  "the account's credit": {
    terms: { riskMode: RISK_CREDIT, creditLimit: 10 * LAST_PX_TICKS },
    lots: [10, 11],
    beyondTicks: [0, 0],
    reason: "CREDIT_LIMIT",
  },
};

for (const [name, { terms, lots, beyondTicks, reason }] of Object.entries(LIMITS)) {
  for (const side of [SIDE_BUY, SIDE_SELL]) {
    const word = side === SIDE_BUY ? "buy" : "sell";
    test(`a ${word} is accepted up to a limit on ${name}, and refused beyond it`, () => {
      const behind = side === SIDE_BUY ? 1 : -1;
      const reasons = [0, 1].map((step) => {
        const priceTicks = LAST_PX_TICKS + behind * (beyondTicks[step] ?? 0);
        return reasonOf(marketOf(terms), side, priceTicks, lots[step] ?? 0);
      });
      assert.deepEqual(reasons, [reasonName(REASON_NONE), reason]);
    });
  }
}

test("an account enters orders up to its limit on working ones, and no further", () => {
  const market = marketOf({ openOrdersMax: 2 });
  const reasons = [1, 2, 3].map(() => reasonOf(market, SIDE_BUY, LAST_PX_TICKS - 1, 1));
  assert.deepEqual(reasons, [
    reasonName(REASON_NONE),
    reasonName(REASON_NONE),
    "OPEN_ORDERS_LIMIT",
  ]);
});

test("an account that is disabled enters nothing", () => {
  const market = marketOf({ isEnabled: false });
  assert.equal(reasonOf(market, SIDE_SELL, LAST_PX_TICKS + 1, 1), "ACCOUNT_DISABLED");
});

/** An instrument that has traded, and one account with these terms and no orders. */
function marketOf(terms: Partial<AccountTerms>): RecordedEngine {
  const market = new RecordedEngine();
  market.list();
  for (const [accountId, side] of [SIDE_SELL, SIDE_BUY].entries()) {
    const other = { accountId: accountId + 1, clOrdId: "other", side, orderQtyLots: 1 };
    market.apply(newRecord({ ...other, priceTicks: LAST_PX_TICKS }));
  }
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  writeSetAccount(record, 0, 1, { ...PLAIN_TERMS, ...terms, accountId: JUDGED });
  market.apply(record);
  return market;
}

function reasonOf(market: RecordedEngine, side: number, priceTicks: number, lots: number): string {
  const clOrdId = `o${market.engine.sequence}`;
  const order = { accountId: JUDGED, clOrdId, side, orderQtyLots: lots, priceTicks };
  const [answer] = market.apply(newRecord(order));
  assert.ok(answer?.kind === EVENT_ACCEPTED || answer?.kind === EVENT_REJECTED);
  return reasonName(answer.reason);
}
