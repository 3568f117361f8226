// Random orders that use what lies beyond plain limit and market orders. Prices are those of the
// flow, so that everything is crowded and meets.

import type { Prng } from "../../src/base/prng.ts";
import type { PlainTerms } from "../../src/codec/record-for-test.ts";
import {
  EXEC_INST_ALL_OR_NONE,
  EXEC_INST_HIDDEN,
  EXEC_INST_POST_ONLY,
  EXEC_INST_REDUCE_ONLY,
  EXEC_INST_SLIDE,
} from "../../src/model/exec-inst.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import {
  TIF_ATC,
  TIF_DAY,
  TIF_FOK,
  TIF_GTC,
  TIF_GTD,
  TIF_IOC,
  TIF_OPG,
} from "../../src/model/time-in-force.ts";
import type { Feature } from "./feature-names.ts";
import { isIceberg, type TwinOrder } from "./naive-order.ts";
import { ROUND_MICROS } from "./random-guards.ts";

/** Those that do not decide what kind of order it is. */
const OF_EVERY_TYPE: readonly Feature[] = [
  "selfTrade",
  "ends",
  "lists",
  "targets",
  "allocation",
  "notional",
  "accounts",
  "phases",
  "calls",
  "calendars",
  "kills",
  "sessions",
  "messages",
  "protections",
  "bands",
  "odd",
];

export class RandomTerms {
  readonly #random: Prng;
  readonly #features: readonly Feature[];

  constructor(random: Prng, features: readonly Feature[]) {
    this.#random = random;
    this.#features = features;
  }

  /** An order without its names. */
  draw(timeMicros: number, orderQtyLots: number, priceOf: () => number) {
    const random = this.#random;
    const order = this.#typed(orderQtyLots, priceOf);
    const stpMode = this.#has("selfTrade") ? random.nextBelow(this.#isOdd() ? 9 : 7) : 0;
    const ends = this.#has("ends") && order.timeInForce === TIF_GTC && random.nextChance(1, 3);
    const past = this.#isOdd() ? -30 : 1;
    const anyMicros = timeMicros + past * random.nextBetween(1, 400);
    const roundMicros = anyMicros - (anyMicros % ROUND_MICROS) + ROUND_MICROS;
    const expireTimeMicros = random.nextChance(1, 2) ? anyMicros : roundMicros;
    const terms: PlainTerms = {
      ...order.terms,
      ...(stpMode === 0 ? {} : { stpMode }),
      ...(ends ? { expireTimeMicros } : {}),
      ...(this.#isOdd() ? this.#oddTerms() : {}),
    };
    // Orders that ask for nothing else may still only reduce.
    const reduces = this.#has("accounts") && random.nextChance(1, 6) ? EXEC_INST_REDUCE_ONLY : 0;
    return {
      ...order,
      side: this.#pick([SIDE_BUY, SIDE_SELL]),
      timeInForce: ends ? TIF_GTD : this.#lifetime(order.timeInForce),
      execInst: this.#oddly(order.execInst | reduces, [4, 8, 12, 16, 160, 3]),
      terms,
    };
  }

  /** What lasts often lasts for the day, where there are days. */
  #lifetime(usual: number): number {
    const isOfDay = this.#has("calendars") && usual === TIF_GTC && this.#random.nextChance(1, 3);
    return isOfDay ? TIF_DAY : this.#oddly(usual, [TIF_DAY, TIF_OPG, TIF_FOK]);
  }

  /** Of orders that ask for nothing else. */
  plainLifetimes(): readonly number[] {
    const usual = [TIF_GTC, TIF_GTC, TIF_IOC, TIF_FOK];
    const ofDays = this.#has("calendars") ? [TIF_DAY, TIF_DAY, TIF_ATC] : [];
    return [...usual, ...ofDays, ...(this.#has("calls") ? [TIF_GTC, TIF_OPG, TIF_ATC] : [])];
  }

  /** What an amend may change besides price and quantity. */
  amended(timeMicros: number, order: TwinOrder | undefined, priceOf: () => number) {
    const random = this.#random;
    const often = (isFitting: boolean) => random.nextChance(1, isFitting ? 3 : 60);
    const isGtd = order?.timeInForce === TIF_GTD;
    return {
      ...(often(order?.place === "waiting") ? { stopPxTicks: priceOf() } : {}),
      ...(often(order !== undefined && isIceberg(order))
        ? { displayQtyLots: random.nextBelow(12) }
        : {}),
      ...(often(isGtd) ? { expireTimeMicros: timeMicros + random.nextBetween(-100, 200) } : {}),
    };
  }

  #typed(orderQtyLots: number, priceOf: () => number) {
    const plain = { ordType: 2, orderQtyLots, priceTicks: priceOf(), execInst: 0, terms: {} };
    const limit = { ...plain, timeInForce: TIF_GTC as number };
    const kinds = [
      "plain",
      ...this.#features.filter((feature) => !OF_EVERY_TYPE.includes(feature)),
    ];
    switch (this.#pick(kinds)) {
      case "iceberg":
        return { ...limit, ...this.#lasting(orderQtyLots, true) };
      case "hidden":
        return { ...limit, execInst: EXEC_INST_HIDDEN };
      case "allOrNone":
        return { ...limit, execInst: EXEC_INST_ALL_OR_NONE };
      case "slide":
        return { ...limit, execInst: EXEC_INST_POST_ONLY | EXEC_INST_SLIDE };
      case "minQty":
        return this.#minQty(limit);
      case "leftover":
        return { ...limit, ordType: 75 };
      case "protection":
        return this.#market(limit, { protectionTicks: this.#random.nextBelow(4) });
      case "amount":
        return this.#amount(limit);
      case "stops":
        return this.#stop(limit, { stopPxTicks: priceOf(), ...this.#source() });
      case "trailing":
        return this.#stop(limit, this.#trail(priceOf));
      case "pegs":
        return this.#peg(limit, priceOf);
      default:
        return { ...limit, timeInForce: this.#pick(this.plainLifetimes()) };
    }
  }

  #lasting(orderQtyLots: number, showsPart: boolean) {
    const random = this.#random;
    if (!showsPart) {
      const execInst = this.#pick([
        0,
        0,
        EXEC_INST_POST_ONLY,
        EXEC_INST_HIDDEN,
        3,
        EXEC_INST_REDUCE_ONLY,
      ]);
      return { execInst, terms: {} };
    }
    const usualMax = Math.max(1, Math.ceil(orderQtyLots / 3));
    const displayQtyLots = random.nextBetween(1, orderQtyLots > 900 ? 2 : usualMax);
    const isRandom = random.nextChance(1, 2);
    const displayRandomLots = random.nextBetween(1, 4);
    const terms: PlainTerms = isRandom ? { displayQtyLots, displayRandomLots } : { displayQtyLots };
    return { execInst: this.#pick([0, 0, 0, EXEC_INST_POST_ONLY, 3]), terms };
  }

  #minQty<Order extends { orderQtyLots: number }>(limit: Order) {
    const random = this.#random;
    const minQtyLots = random.nextBetween(1, Math.max(1, limit.orderQtyLots));
    const ordType = this.#pick([2, 2, 1, 75]);
    const timeInForce = this.#pick([TIF_GTC, ordType === 75 ? TIF_GTC : TIF_IOC]);
    return { ...limit, ordType, timeInForce, terms: { minQtyLots } as PlainTerms };
  }

  #market<Order>(limit: Order, terms: PlainTerms) {
    const timeInForce = this.#pick([TIF_GTC, TIF_IOC, TIF_FOK, TIF_DAY]);
    return { ...limit, ordType: 1, timeInForce, terms };
  }

  #amount<Order extends { orderQtyLots: number; priceTicks: number }>(limit: Order) {
    const random = this.#random;
    const quoteAmount = random.nextBetween(1, random.nextChance(1, 2) ? 300 : 6_000);
    if (random.nextChance(1, 2)) {
      return { ...this.#market(limit, { quoteAmount }), orderQtyLots: 0 };
    }
    const ordType = this.#pick([1, 2]);
    return { ...limit, ordType, timeInForce: TIF_FOK, terms: { quoteAmount } };
  }

  #stop<Order extends { orderQtyLots: number }>(limit: Order, trigger: PlainTerms) {
    const random = this.#random;
    const ordType = this.#pick([3, 4, 74, 106]);
    const timeInForce: number = TIF_GTC;
    if (ordType === 3 || ordType === 74) {
      const protection = random.nextChance(1, 4) ? { protectionTicks: random.nextBelow(4) } : {};
      return { ...limit, ordType, timeInForce, terms: { ...trigger, ...protection } };
    }
    const brief = this.#pick([TIF_GTC, TIF_IOC, TIF_FOK]);
    if (brief !== TIF_GTC) return { ...limit, ordType, timeInForce: brief, terms: trigger };
    const showsPart = this.#has("iceberg") && random.nextChance(1, 3);
    const { execInst, terms } = this.#lasting(limit.orderQtyLots, showsPart);
    return { ...limit, ordType, timeInForce, execInst, terms: { ...terms, ...trigger } };
  }

  #source(): PlainTerms {
    const triggerSource = this.#pick([0, 0, 1, 2]);
    return triggerSource === 0 ? {} : { triggerSource };
  }

  #trail(priceOf: () => number): PlainTerms {
    const random = this.#random;
    const isBasisPoints = random.nextChance(1, 3);
    return {
      trailing: true,
      ...(isBasisPoints ? { offsetIsBasisPoints: true } : {}),
      offsetTicks: isBasisPoints ? random.nextBetween(1, 500) : random.nextBetween(1, 4),
      ...(random.nextChance(1, 2) ? { stepTicks: random.nextBetween(1, 3) } : {}),
      ...(random.nextChance(1, 3) ? { stopPxTicks: priceOf() } : {}),
    };
  }

  #peg<Order extends { priceTicks: number }>(
    { priceTicks, ...limit }: Order,
    priceOf: () => number,
  ) {
    const random = this.#random;
    const offsetTicks = random.nextBetween(-2, 2);
    const terms: PlainTerms = {
      pegPriceType: this.#pick([2, 4, 5]),
      ...(offsetTicks === 0 ? {} : { offsetTicks }),
    };
    const execInst = this.#pick([0, 0, EXEC_INST_POST_ONLY, EXEC_INST_HIDDEN]);
    const worst = random.nextChance(1, 2) ? { priceTicks: priceOf() } : {};
    return { ...limit, ...worst, ordType: 80, execInst, terms };
  }

  /** Something that does not belong there, most of the time. */
  #oddTerms(): PlainTerms {
    return this.#pick<PlainTerms>([
      { triggerSource: 3 },
      { pegPriceType: 1 },
      { displayQtyLots: 10_000_000 },
      { displayRandomLots: 2 },
      { minQtyLots: 5 },
      { expireTimeMicros: 5 },
      { offsetTicks: -3 },
      { stepTicks: 3 },
      { protectionTicks: 2 },
      { quoteAmount: 5 },
      { stopPxTicks: 1_000_000_000 },
      { extraFlags: 128 },
      { extraFlags: 16 },
    ]);
  }

  #isOdd(): boolean {
    return this.#has("odd") && this.#random.nextChance(1, 12);
  }

  #oddly(usual: number, odd: readonly number[]): number {
    return this.#isOdd() ? this.#pick(odd) : usual;
  }

  #has(feature: Feature): boolean {
    return this.#features.includes(feature);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#random.nextBelow(choices.length)];
  }
}
