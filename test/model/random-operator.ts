// Random commands of the operator: accounts, money, fees, past trades. Mostly so generous that
// orders still enter, mostly about what is there.

import type { Prng } from "../../src/base/prng.ts";
import { RISK_CREDIT, RISK_NONE, RISK_RESERVATION } from "../../src/model/account.ts";
import { STP_TRANSFER } from "../../src/model/order-terms.ts";
import type { OperatorCommand } from "./naive-operator.ts";
import type { NaiveVenue } from "./naive-venue.ts";

const ASSETS = ["USD", "USD", "EUR", "COIN", "COIN", "WID"];
const KINDS = [
  "setAccount",
  "deposit",
  "deposit",
  "withdraw",
  "setFees",
  "bust",
  "correct",
] as const;
const OFTEN_USD = 200_000;
const BEYOND_SUMS = 2 ** 51 + 1;

export class RandomOperator {
  readonly #random: Prng;
  readonly #venue: NaiveVenue;
  readonly #accounts: readonly number[];

  constructor(random: Prng, venue: NaiveVenue, accounts: readonly number[]) {
    this.#random = random;
    this.#venue = venue;
    this.#accounts = accounts.filter((accountId) => accountId !== 0);
  }

  next(): OperatorCommand {
    const askedBy = this.#random.nextChance(1, 40) ? 7 : 0;
    return { askedBy, ...this.#asked() } as OperatorCommand;
  }

  /** An account that hands over within a group what it would trade there. */
  nextOfGroup(): OperatorCommand {
    const open = { isEnabled: true, orderQtyLotsMax: 0, notionalMax: 0, openOrdersMax: 0 };
    const terms = { ...this.#terms(), ...open, tradeGroupId: 5, stpMode: STP_TRANSFER };
    return { askedBy: 0, kind: "setAccount", terms };
  }

  #asked() {
    const random = this.#random;
    switch (this.#pick(KINDS)) {
      case "setAccount":
        return { kind: "setAccount", terms: this.#terms() };
      case "deposit":
        return { kind: "deposit", move: this.#move() };
      case "withdraw":
        return { kind: "withdraw", move: this.#move() };
      case "setFees":
        return this.#fees();
      case "bust":
        return { kind: "bust", tradeId: this.#tradeId() };
      case "correct": {
        const lastQtyLots = random.nextBelow(random.nextChance(1, 20) ? 100_000_000 : 30);
        const lastPxTicks = this.#pick([-3, 0, 2, 95, 100, 105, 31, 200]);
        return {
          kind: "correct",
          correction: { tradeId: this.#tradeId(), lastQtyLots, lastPxTicks },
        };
      }
    }
  }

  #terms() {
    const random = this.#random;
    const limit = (usualMax: number) => (random.nextChance(1, 3) ? random.nextBelow(usualMax) : 0);
    const isOdd = random.nextChance(1, 25);
    return {
      accountId: isOdd ? 0 : this.#accountId(),
      tradeGroupId: this.#pick([0, 0, 5, 6]),
      firmId: this.#pick([0, 1, 2]),
      isEnabled: !random.nextChance(1, 10),
      stpMode: random.nextChance(1, 3) ? random.nextBelow(isOdd ? 9 : 7) : 0,
      riskMode: this.#pick([RISK_NONE, RISK_RESERVATION, RISK_CREDIT, isOdd ? 3 : RISK_CREDIT]),
      orderQtyLotsMax: limit(100),
      notionalMax: limit(9_000),
      positionLotsMax: limit(150),
      dayLossMax: limit(500),
      creditLimit: isOdd ? BEYOND_SUMS : random.nextBelow(OFTEN_USD),
      openOrdersMax: limit(12),
      priceDistanceBasisPoints: limit(900),
    };
  }

  #move() {
    const random = this.#random;
    const isOdd = random.nextChance(1, 25);
    const usual = random.nextBelow(random.nextChance(1, 2) ? OFTEN_USD : 300);
    return {
      accountId: isOdd ? 55 : this.#pick([...this.#accounts, 0]),
      asset: random.nextChance(1, 30) ? "NONE" : this.#pick(ASSETS),
      amount: isOdd ? this.#pick([0, BEYOND_SUMS, 2 ** 50, 2 ** 51]) : usual,
    };
  }

  #fees() {
    const random = this.#random;
    const instrumentId = this.#pick([0, 99, ...this.#venue.instruments.keys()]);
    const scope = { accountId: this.#pick([0, 0, ...this.#accounts]), instrumentId };
    if (random.nextChance(1, 4)) return { kind: "setFees", scope, fees: undefined };
    const rate = () => random.nextBetween(-300, random.nextChance(1, 40) ? 1_500_000 : 4_000);
    const hasPerLot = instrumentId !== 0 && random.nextChance(1, 2);
    const perLot = () => (hasPerLot ? random.nextBetween(-2, 5) : 0);
    const fees = {
      makerBuyRate: rate(),
      makerSellRate: rate(),
      takerBuyRate: rate(),
      takerSellRate: rate(),
      makerBuyPerLot: perLot(),
      makerSellPerLot: perLot(),
      takerBuyPerLot: perLot(),
      takerSellPerLot: perLot(),
    };
    return { kind: "setFees", scope, fees };
  }

  /** Mostly one of the last. */
  #tradeId(): number {
    return Math.max(0, this.#venue.lastTradeId - this.#random.nextBelow(12));
  }

  #accountId(): number {
    return this.#random.nextChance(1, 15) ? 55 : this.#pick(this.#accounts);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#random.nextBelow(choices.length)];
  }
}
