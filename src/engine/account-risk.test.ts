// Random trading of accounts of every kind, with the operator in between: after every command money
// is conserved and what is held is what works (verify-risk.ts); and nobody who may not falls below
// nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../base/prng.ts";
import { RecordBuffer } from "../base/record-buffer.ts";
import {
  writeBustTrade,
  writeCorrectTrade,
  writeDeposit,
  writeSetAccount,
  writeSetFees,
  writeWithdraw,
} from "../codec/account-command.ts";
import { COMMAND_BYTES_MAX } from "../codec/command.ts";
import {
  EVENT_COMMAND_REJECTED,
  EVENT_FEE,
  EVENT_LEDGER,
  EVENT_REJECTED,
  EVENT_TRADED,
} from "../codec/event.ts";
import {
  amendRecord,
  cancelAllRecord,
  cancelRecord,
  type NewOrder,
  newListRecord,
  newRecord,
  newWithTermsRecord,
  type PlainEvent,
  type PlainTerms,
} from "../codec/record-for-test.ts";
import { RISK_CREDIT, RISK_NONE, RISK_RESERVATION } from "../model/account.ts";
import {
  EXEC_INST_ALL_OR_NONE,
  EXEC_INST_HIDDEN,
  EXEC_INST_POST_ONLY,
  EXEC_INST_REDUCE_ONLY,
  EXEC_INST_SLIDE,
} from "../model/exec-inst.ts";
import {
  ORD_TYPE_LIMIT,
  ORD_TYPE_MARKET,
  ORD_TYPE_MARKET_WITH_LEFTOVER,
  ORD_TYPE_PEGGED,
  ORD_TYPE_STOP,
  ORD_TYPE_STOP_LIMIT,
} from "../model/ord-type.ts";
import { LIST_OCO, LIST_OTO, LIST_OTOCO, STP_TRANSFER } from "../model/order-terms.ts";
import { reasonName } from "../model/reasons.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";
import { RecordedEngine, TEST_INSTRUMENT, TEST_LIMITS } from "./engine-for-test.ts";
import { NO_FEES, PLAIN_TERMS } from "./risk-for-test.ts";

const COMMANDS = 4000;
const ACCOUNTS = 6; // 1 and 2 reserve, 3 has credit, 4 has limits only, 5 and 6 are nobody's.
const ASSETS = ["USD", "BTC"];
const COIN = {
  ...TEST_INSTRUMENT,
  priceTicksMin: 1,
  priceTicksMax: 200,
  orderQtyLotsMax: 1000,
  baseAsset: "BTC",
  moneyUnits: 10,
  assetUnits: 2,
};
const POWER = {
  ...TEST_INSTRUMENT,
  instrumentId: 2,
  symbol: "POWER",
  priceTicksMin: -100,
  priceTicksMax: 200,
  orderQtyLotsMax: 1000,
};

type RandomOrder = NewOrder & { readonly terms?: PlainTerms };

function recordOf({ terms, ...order }: RandomOrder): RecordBuffer {
  return terms === undefined ? newRecord(order) : newWithTermsRecord({ ...order, terms });
}

class RandomTrading {
  readonly recorded = new RecordedEngine({ ...TEST_LIMITS, closedIdsMax: 200, tradesMax: 50 });
  readonly #random: Prng;
  #orders = 0;
  /** Fees that grew, and trades taken back, may leave an account short: then nothing is said. */
  mayBeShort = false;

  constructor(seed: number) {
    this.#random = new Prng(seed);
    this.recorded.list(COIN);
    this.recorded.list(POWER);
    for (let accountId = 1; accountId <= 4; accountId++) this.#setAccount(accountId);
    for (let accountId = 1; accountId <= 4; accountId++) {
      for (const asset of ASSETS) this.#deposit(accountId, asset, 200_000);
    }
  }

  next(withOperator: boolean): PlainEvent[] {
    const random = this.#random;
    if (withOperator && random.nextChance(1, 12)) return this.#operate();
    const accountId = 1 + random.nextBelow(ACCOUNTS);
    const clOrdId = `o${Math.max(0, this.#orders - random.nextBelow(40))}`;
    switch (random.nextBelow(12)) {
      case 0:
        return this.recorded.apply(cancelRecord({ accountId, clOrdId, instrumentId: 0 }));
      case 1: {
        const reduceByLots = random.nextBetween(1, 5);
        const cancel = { accountId, clOrdId, instrumentId: 0, reduceByLots };
        return this.recorded.apply(cancelRecord(cancel));
      }
      case 2: {
        const priceTicks = this.#price();
        return this.recorded.apply(
          amendRecord({ accountId, clOrdId, instrumentId: 0, priceTicks }),
        );
      }
      case 3: {
        const orderQtyLots = random.nextBetween(1, 30);
        return this.recorded.apply(
          amendRecord({ accountId, clOrdId, instrumentId: 0, orderQtyLots }),
        );
      }
      case 4:
        return this.recorded.apply(this.#list(accountId));
      case 5:
        if (random.nextChance(1, 8)) return this.recorded.apply(cancelAllRecord({ accountId }));
        return this.recorded.apply(recordOf(this.#order(accountId)));
      default:
        return this.recorded.apply(recordOf(this.#order(accountId)));
    }
  }

  #operate(): PlainEvent[] {
    const random = this.#random;
    const accountId = 1 + random.nextBelow(4);
    const asset = ASSETS[random.nextBelow(2)];
    const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
    switch (random.nextBelow(7)) {
      case 0:
        return this.#deposit(accountId, asset, random.nextBetween(1, 20_000));
      case 1: {
        const amount = random.nextBetween(1, 20_000);
        writeWithdraw(record, 0, 1, { accountId, asset, amount });
        return this.recorded.apply(record);
      }
      case 2:
        return this.#setFees();
      case 3:
      case 4:
        this.mayBeShort = true;
        writeBustTrade(record, 0, 1, this.#tradeId());
        return this.recorded.apply(record);
      case 5: {
        this.mayBeShort = true;
        const lastQtyLots = random.nextBetween(0, 20);
        const correction = { tradeId: this.#tradeId(), lastQtyLots, lastPxTicks: this.#price() };
        writeCorrectTrade(record, 0, 1, correction);
        return this.recorded.apply(record);
      }
      default:
        return this.#setAccount(accountId);
    }
  }

  #tradeId(): number {
    return 1 + this.#random.nextBelow(200);
  }

  #price(): number {
    return 100 + this.#random.nextBetween(-8, 8);
  }

  #deposit(accountId: number, asset: string, amount: number): PlainEvent[] {
    const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
    writeDeposit(record, 0, 1, { accountId, asset, amount });
    return this.recorded.apply(record);
  }

  #setFees(): PlainEvent[] {
    const random = this.#random;
    const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
    const scope = { accountId: random.nextBelow(5), instrumentId: random.nextBelow(3) };
    const perLot = () => (scope.instrumentId === 0 ? 0 : random.nextBetween(-3, 5));
    const rate = () => random.nextBetween(-500, 3000);
    const isRemoved = random.nextChance(1, 4);
    const fees = {
      ...NO_FEES,
      makerBuyRate: rate(),
      makerSellRate: rate(),
      takerBuyRate: rate(),
      takerSellRate: rate(),
      makerBuyPerLot: perLot(),
      takerSellPerLot: perLot(),
    };
    this.mayBeShort = true;
    writeSetFees(record, 0, 1, scope, isRemoved ? undefined : fees);
    return this.recorded.apply(record);
  }

  #setAccount(accountId: number): PlainEvent[] {
    const random = this.#random;
    const riskModes = [0, RISK_RESERVATION, RISK_RESERVATION, RISK_CREDIT, RISK_NONE];
    const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
    const hasLimits = accountId === 4 || random.nextChance(1, 4);
    const limit = (max: number) => (hasLimits ? random.nextBetween(1, max) : 0);
    writeSetAccount(record, 0, 1, {
      ...PLAIN_TERMS,
      accountId,
      riskMode: riskModes[accountId] ?? RISK_NONE,
      tradeGroupId: random.nextBelow(2),
      stpMode: random.nextBelow(STP_TRANSFER + 1),
      isEnabled: random.nextChance(9, 10),
      creditLimit: 100_000,
      orderQtyLotsMax: limit(40),
      notionalMax: limit(40_000),
      positionLotsMax: limit(100),
      dayLossMax: limit(20_000),
      openOrdersMax: limit(30),
      priceDistanceBasisPoints: limit(800),
    });
    return this.recorded.apply(record);
  }

  #order(accountId: number): RandomOrder {
    const random = this.#random;
    const ordTypes = [ORD_TYPE_MARKET, ORD_TYPE_MARKET_WITH_LEFTOVER, ORD_TYPE_STOP];
    const others = [ORD_TYPE_STOP_LIMIT, ORD_TYPE_PEGGED];
    const ordType = random.nextChance(2, 3)
      ? ORD_TYPE_LIMIT
      : [...ordTypes, ...others][random.nextBelow(5)];
    const isPlain = ordType === ORD_TYPE_LIMIT;
    const modifiers = [0, 0, 0, EXEC_INST_POST_ONLY | EXEC_INST_SLIDE, EXEC_INST_HIDDEN];
    const execInst = isPlain ? [...modifiers, EXEC_INST_ALL_OR_NONE][random.nextBelow(6)] : 0;
    const reduces = random.nextChance(1, 6) ? EXEC_INST_REDUCE_ONLY : 0;
    const lasts = execInst !== 0 || ordType > ORD_TYPE_LIMIT || random.nextChance(4, 5);
    return {
      accountId,
      instrumentId: 1 + random.nextBelow(2),
      clOrdId: `o${++this.#orders}`,
      side: 1 + random.nextBelow(2),
      orderQtyLots: random.nextBetween(1, 30),
      ordType,
      timeInForce: lasts ? TIF_GTC : [TIF_IOC, TIF_FOK][random.nextBelow(2)],
      priceTicks: ordType === ORD_TYPE_LIMIT || ordType > 3 ? this.#price() : 0,
      execInst: execInst | reduces,
      ...this.#terms(ordType, execInst),
    };
  }

  #terms(ordType: number, execInst: number): { terms?: PlainTerms } {
    const random = this.#random;
    const stpMode = random.nextBelow(STP_TRANSFER + 1);
    if (ordType === ORD_TYPE_STOP) {
      const protection = random.nextChance(1, 2) ? { protectionTicks: 3 } : {};
      return { terms: { stpMode, stopPxTicks: this.#price(), ...protection } };
    }
    if (ordType === ORD_TYPE_STOP_LIMIT) return { terms: { stpMode, stopPxTicks: this.#price() } };
    if (ordType === ORD_TYPE_PEGGED) {
      const pegPriceType = [2, 4, 5][random.nextBelow(3)];
      return { terms: { pegPriceType, offsetTicks: -1 } };
    }
    if (random.nextChance(1, 2)) return {};
    const isIceberg = ordType === ORD_TYPE_LIMIT && execInst === 0 && random.nextChance(1, 3);
    return { terms: isIceberg ? { displayQtyLots: 1 } : { stpMode: stpMode % 5 } };
  }

  #list(accountId: number): RecordBuffer {
    const random = this.#random;
    const listType = [LIST_OCO, LIST_OTO, LIST_OTOCO][random.nextBelow(3)];
    const instrumentId = 1 + random.nextBelow(2);
    const legs = Array.from({ length: listType === LIST_OTOCO ? 3 : 2 }, () => {
      return { terms: {}, ...this.#order(accountId), instrumentId };
    });
    return newListRecord({ accountId, instrumentId, listType, legs });
  }

  /** Accounts that reserve never have less than nothing of anything. */
  assertNobodyShort(): void {
    const { engine } = this.recorded;
    const { balances, terms } = engine.tables.risk;
    for (let row = 0; row < balances.count(); row++) {
      const accountRow = balances.accountRowOf(row);
      if (terms.riskModeOf(accountRow) !== RISK_RESERVATION) continue;
      assert.ok(balances.balanceOf(row) >= 0, "a reservation account is never short");
    }
  }
}

function seedOf(t: { diagnostic(message: string): void }): number {
  const seed = Number(process.env["SEED"] ?? Date.now() & 0x7fff_ffff);
  t.diagnostic(`SEED=${seed}`);
  return seed;
}

test("without the operator's hand in it no reservation account ever falls below nothing", (t) => {
  const trading = new RandomTrading(seedOf(t));
  let trades = 0;
  for (let n = 0; n < COMMANDS; n++) {
    const events = trading.next(false);
    trades += events.filter(({ kind }) => kind === EVENT_TRADED).length;
    trading.assertNobodyShort();
  }
  assert.ok(trades > 100, "the accounts traded");
});

test("whatever traders and the operator do, books and money add up and a replay agrees", (t) => {
  const trading = new RandomTrading(seedOf(t));
  const reasons = new Map<string, number>();
  let told = 0;
  for (let n = 0; n < COMMANDS; n++) {
    for (const { kind, reason } of trading.next(true)) {
      if (kind === EVENT_LEDGER || kind === EVENT_FEE) told++;
      if (kind !== EVENT_REJECTED && kind !== EVENT_COMMAND_REJECTED) continue;
      reasons.set(reasonName(reason), (reasons.get(reasonName(reason)) ?? 0) + 1);
    }
  }
  t.diagnostic([...reasons].map(([name, count]) => `${name} ${count}`).join(", "));
  assert.ok(told > 100, "balances moved");
  const { engine } = trading.recorded;
  const replayed = trading.recorded.replayed();
  assert.equal(replayed.stateHash(), engine.stateHash());
  assert.equal(replayed.events.historyHash, engine.events.historyHash);
});

test("an engine restored from a snapshot goes on with the same money", (t) => {
  const seed = seedOf(t);
  const trading = new RandomTrading(seed);
  for (let n = 0; n < 500; n++) trading.next(true);
  const bytes = trading.recorded.engine.snapshot();
  for (let n = 0; n < 500; n++) trading.next(true);
  const { engine } = trading.recorded;
  const restored = trading.recorded.restored(bytes);
  assert.equal(restored.stateHash(), engine.stateHash());
  assert.equal(restored.events.historyHash, engine.events.historyHash);
});
