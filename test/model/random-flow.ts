// Random commands for the twins, drawn with knowledge of what rests, so that most of them do
// something. Each flow has weights and tastes of its own (swarm): some never cancel, some only
// amend, some crowd on three prices.

import type { Prng } from "../../src/base/prng.ts";
import type { NewOrder } from "../../src/codec/record-for-test.ts";
import { TEST_INSTRUMENT, TIME_MICROS_AT_ZERO } from "../../src/engine/engine-for-test.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET } from "../../src/model/ord-type.ts";
import { LIST_OCO } from "../../src/model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { TIF_FOK, TIF_IOC } from "../../src/model/time-in-force.ts";
import type { Feature } from "./feature-names.ts";
import type { Asked } from "./naive-entry.ts";
import type { TwinOrder } from "./naive-order.ts";
import type { NaiveVenue, TwinCommand } from "./naive-venue.ts";
import { RandomGuards } from "./random-guards.ts";
import { RandomMarket } from "./random-market.ts";
import { RandomOperator } from "./random-operator.ts";
import { RandomTerms } from "./random-terms.ts";

/** A usual one; one below zero with a minimum; one at the limits of the numbers. */
const FLOW_INSTRUMENTS: readonly Instrument[] = [
  { ...TEST_INSTRUMENT, priceTicksMin: 90, priceTicksMax: 110, orderQtyLotsMax: 60 },
  {
    ...TEST_INSTRUMENT,
    instrumentId: 4_294_967_295,
    symbol: "SPREAD",
    priceTicksMin: -6,
    priceTicksMax: 5,
    orderQtyLotsMin: 3,
    orderQtyLotsMax: 20,
  },
  {
    ...TEST_INSTRUMENT,
    instrumentId: 3,
    symbol: "WIDE",
    priceTicksMin: -2_147_483_648,
    priceTicksMax: 2_147_483_647,
    orderQtyLotsMax: 4_194_303,
  },
];

const ACCOUNTS = [1, 2, 3, 7, 4_294_967_295, 0];
const SIDES = [SIDE_BUY, SIDE_SELL];
const WIDE_TICKS = [-2_147_483_648, -2_147_483_647, -1, 0, 1, 31, 32, 2_147_483_646, 2_147_483_647];
const KINDS = [
  "new",
  "new",
  "new",
  "new",
  "cancel",
  "amend",
  "amend",
  "cancelAll",
  "newWithTerms",
  "newWithTerms",
  "newWithTerms",
  "newWithTerms",
  "newList",
  "clock",
  "instrument",
  "operator",
  "operator",
  "market",
  "guard",
] as const;
/** Kinds of commands that only flows with a feature have. */
const NEEDED: Readonly<Record<string, Feature>> = {
  newList: "lists",
  clock: "ends",
  operator: "accounts",
};
const DAY_MICROS = 86_400_000_000;
/** Flows with calendars see some of a session go by. */
const LATER_MICROS = 1_200_000_000;
const SESSIONS = 5;

export class RandomFlow {
  /** To be listed first. */
  readonly instruments: readonly Instrument[];
  readonly #random: Prng;
  readonly #venue: NaiveVenue;
  readonly #kinds: readonly (typeof KINDS)[number][];
  readonly #idsCount: number;
  readonly #widthTicks: number;
  readonly #terms: RandomTerms;
  readonly #features: readonly Feature[];
  readonly #operator: RandomOperator;
  readonly #guards: RandomGuards;
  readonly #market: RandomMarket;
  #idsMade = 0;
  #last: (NewOrder & Asked) | undefined;
  #timeMicros = TIME_MICROS_AT_ZERO;

  /** Each flow uses only some of the features. */
  constructor(random: Prng, venue: NaiveVenue, features: readonly Feature[]) {
    this.#features = features.filter(() => random.nextChance(1, 2));
    this.#terms = new RandomTerms(random, this.#features);
    this.#operator = new RandomOperator(random, venue);
    this.#market = new RandomMarket(random, venue, this.#features);
    this.#guards = new RandomGuards(random, venue, this.#features);
    this.#random = random;
    this.#venue = venue;
    this.instruments = FLOW_INSTRUMENTS.map((instrument) => ({
      ...instrument,
      ...this.#allocation(),
      ...(this.#features.includes("notional") ? this.#market.notional() : {}),
      ...(this.#features.includes("accounts") ? this.#money(instrument) : {}),
    }));
    const isOn = KINDS.map((kind) => {
      const feature = NEEDED[kind];
      if (kind === "guard") return this.#guards.hasAny;
      if (kind === "market") return this.#market.hasAny;
      if (feature !== undefined && !this.#features.includes(feature)) return false;
      return kind === "new" || kind === "operator" || random.nextChance(3, 4);
    });
    this.#kinds = KINDS.filter((_, i) => isOn[i]);
    this.#idsCount = random.nextBetween(5, 100);
    this.#widthTicks = random.nextBetween(1, 12);
  }

  #money({ symbol, currency }: Instrument): Partial<Instrument> {
    const random = this.#random;
    const isWide = symbol === "WIDE";
    return {
      currency: isWide ? "EUR" : currency,
      baseAsset: this.#pick(["", isWide ? "WID" : "COIN"]),
      moneyUnits: isWide ? 1 : random.nextBetween(1, 3),
      assetUnits: random.nextBetween(1, 2),
    };
  }

  #allocation(): Partial<Instrument> {
    if (!this.#features.includes("allocation")) return {};
    return { allocation: this.#random.nextBelow(3) };
  }

  /** When the next command comes; later than the one before. */
  nextTimeMicros(): number {
    const random = this.#random;
    const isNextDay = this.#features.includes("accounts") && random.nextChance(1, 200);
    const isLater = this.#features.includes("calendars") && random.nextChance(1, 15);
    const usualMicros = isLater ? random.nextBelow(LATER_MICROS) : random.nextBetween(1, 9);
    this.#timeMicros += isNextDay ? DAY_MICROS : usualMicros;
    return this.#timeMicros;
  }

  next(): TwinCommand {
    const random = this.#random;
    switch (this.#pick(this.#kinds)) {
      case "new":
        return this.#new();
      case "cancel":
        return this.#cancel();
      case "amend":
        return this.#amend();
      case "cancelAll":
        return random.nextChance(1, 4) ? this.#cancelAll() : this.#new();
      case "newWithTerms":
        return this.#newWithTerms();
      case "newList":
        return random.nextChance(1, 2) ? this.#newList() : this.#newWithTerms();
      case "clock":
        return random.nextChance(1, 10) ? this.#clock() : this.#newWithTerms();
      case "instrument":
        return random.nextChance(1, 20) ? this.#list() : this.#new();
      case "operator":
        return this.#operator.next();
      case "market":
        return random.nextChance(1, 3) ? this.#market.next(this.#timeMicros) : this.#new();
      case "guard":
        return random.nextChance(1, 3) ? this.#guards.next(this.#timeMicros) : this.#new();
    }
  }

  #newWithTerms(): TwinCommand {
    const instrument = this.#instrument();
    return { kind: "newWithTerms", order: { ...this.#asker(), ...this.#special(instrument) } };
  }

  #newList(): TwinCommand {
    const random = this.#random;
    const { instrumentId, ...instrument } = this.#instrument();
    const listType = random.nextChance(1, 40) ? random.nextBelow(6) : random.nextBetween(1, 3);
    const legsUsual = listType === 3 ? 3 : 2;
    const legsCount = random.nextChance(1, 40) ? random.nextBetween(2, 3) : legsUsual;
    const legs = Array.from({ length: legsCount }, () =>
      this.#special({ instrumentId, ...instrument }),
    );
    const isProRata = random.nextChance(1, listType === LIST_OCO ? 40 : 2);
    return { kind: "newList", list: { ...this.#asker(), instrumentId, listType, isProRata, legs } };
  }

  #asker() {
    const accountId = this.#pick(ACCOUNTS);
    return { accountId, sessionId: this.#random.nextBetween(1, SESSIONS) };
  }

  #special(instrument: Instrument) {
    return {
      instrumentId: instrument.instrumentId,
      clOrdId: this.#clOrdId(),
      ...this.#terms.draw(this.#timeMicros, this.#qtyLots(instrument), () =>
        this.#priceTicks(instrument),
      ),
    };
  }

  #clock(): TwinCommand {
    const accountId = this.#random.nextChance(1, 5) ? 7 : 0;
    return { kind: "clock", clock: { accountId, random: this.#random.nextUint32() } };
  }

  /** Now and then the same as the last one, by the same account. */
  #new(): TwinCommand {
    const repeats = this.#features.includes("messages") && this.#random.nextChance(1, 3);
    const order = repeats && this.#last !== undefined ? this.#last : this.#newOrder();
    this.#last = order;
    return { kind: "new", order: repeats ? { ...order, clOrdId: this.#clOrdId() } : order };
  }

  #newOrder() {
    const random = this.#random;
    const instrument = this.#instrument();
    const isOdd = random.nextChance(1, 40);
    const isMarket = random.nextChance(1, 8);
    const lifetimes = isOdd ? [0, 9, TIF_FOK, TIF_IOC, 6] : this.#terms.plainLifetimes();
    return {
      accountId: this.#pick(ACCOUNTS),
      sessionId: random.nextBetween(1, SESSIONS),
      instrumentId: random.nextChance(1, 60) ? 99 : instrument.instrumentId,
      clOrdId: random.nextChance(1, 80) ? "" : this.#clOrdId(),
      side: isOdd ? random.nextBelow(4) : this.#pick(SIDES),
      ordType: isMarket ? ORD_TYPE_MARKET : this.#pick([ORD_TYPE_LIMIT, isOdd ? 7 : 2]),
      timeInForce: this.#pick(lifetimes),
      postOnly: random.nextChance(1, 8),
      priceTicks: this.#priceTicks(instrument),
      orderQtyLots: this.#qtyLots(instrument),
    };
  }

  #cancel(): TwinCommand {
    if (this.#random.nextChance(1, 3)) return this.#reduceTo();
    const named = this.#named();
    const reduceByLots = this.#random.nextChance(1, 2) ? this.#random.nextBelow(30) : 0;
    return { kind: "cancel", cancel: { ...named, reduceByLots } };
  }

  #reduceTo(): TwinCommand {
    const { order, ...named } = this.#namedWithOrder();
    const instrument = this.#venue.instruments.get(order?.instrumentId ?? 1) ?? FLOW_INSTRUMENTS[0];
    const orderQtyLots = this.#amendedLots(order, instrument) ?? this.#random.nextBelow(10);
    return { kind: "reduceTo", reduceTo: { ...named, orderQtyLots } };
  }

  #amend(): TwinCommand {
    const random = this.#random;
    const { order, ...named } = this.#namedWithOrder();
    const instrument = this.#venue.instruments.get(order?.instrumentId ?? 1) ?? FLOW_INSTRUMENTS[0];
    const qtyLots = this.#amendedLots(order, instrument);
    const priceOf = () => this.#priceTicks(instrument);
    return {
      kind: "amend",
      amend: {
        ...named,
        ...(random.nextChance(1, 2) ? { priceTicks: this.#priceTicks(instrument) } : {}),
        ...quantityOf(qtyLots, random.nextChance(1, 3)),
        ...(random.nextChance(1, 4) ? { newClOrdId: this.#clOrdId() } : {}),
        ...(random.nextChance(1, 5) ? { joinsTail: true } : {}),
        ...this.#terms.amended(this.#timeMicros, order, priceOf),
      },
    };
  }

  /** Near what the order has, so that up, down, same, executed and zero all happen. */
  #amendedLots(order: TwinOrder | undefined, instrument: Instrument): number | undefined {
    const random = this.#random;
    if (random.nextChance(1, 3)) return undefined;
    if (order === undefined || random.nextChance(1, 5)) return this.#qtyLots(instrument);
    const near = this.#pick([order.orderQtyLots, order.leavesQtyLots, order.cumQtyLots]);
    return Math.max(0, near + random.nextBetween(-2, 2));
  }

  #cancelAll(): TwinCommand {
    const random = this.#random;
    const instrumentIds = [0, 0, 99, ...this.#venue.instruments.keys()];
    return {
      kind: "cancelAll",
      cancelAll: {
        accountId: this.#pick([...ACCOUNTS, 55]),
        sessionId: random.nextBetween(1, SESSIONS),
        instrumentId: this.#pick(instrumentIds),
        side: this.#pick([0, 0, SIDE_BUY, SIDE_SELL, 9]),
        ...(this.#features.includes("targets") ? this.#targets() : {}),
      },
    };
  }

  #targets() {
    const random = this.#random;
    const ticks = this.#priceTicks(this.#instrument());
    const priceRange = [ticks, Math.min(ticks + random.nextBelow(3), 2_147_483_647)] as const;
    return {
      ...(random.nextChance(1, 2) ? { priceRange } : {}),
      ...(random.nextChance(1, 4) ? { targetSessionId: random.nextBetween(1, SESSIONS) } : {}),
      ...(random.nextChance(1, 4) ? { targetAccountId: this.#pick(ACCOUNTS) } : {}),
    };
  }

  /** Mostly one that exists already; now and then one that fills the last place. */
  #list(): TwinCommand {
    const known = this.#pick(this.instruments);
    if (this.#random.nextChance(1, 2)) return { kind: "instrument", instrument: known };
    const symbol = `N${this.#random.nextBelow(3)}`;
    const instrumentId = 10 + this.#random.nextBelow(3);
    return { kind: "instrument", instrument: { ...known, symbol, instrumentId } };
  }

  #named() {
    const { order: _, ...named } = this.#namedWithOrder();
    return named;
  }

  /**
   * Mostly a resting order by its owner; else somebody else's, an ended or an unknown one, or one
   * of another instrument than the command names.
   */
  #namedWithOrder() {
    const random = this.#random;
    const resting = this.#venue.workingOrders();
    const order = resting.length === 0 ? undefined : this.#pick(resting);
    const isForeign = random.nextChance(1, 10);
    const accountId = isForeign || order === undefined ? this.#pick(ACCOUNTS) : order.accountId;
    const isUnknown = random.nextChance(1, 10);
    const orderId = isUnknown ? random.nextBelow(200) : (order?.orderId ?? 0);
    const clOrdId = isUnknown ? this.#clOrdId() : (order?.clOrdId ?? "none");
    const ownId = order?.instrumentId ?? 0;
    const instrumentId = this.#pick([0, 0, 0, ownId, ownId, random.nextChance(1, 4) ? 3 : ownId]);
    const asker = { accountId, sessionId: random.nextBetween(1, SESSIONS), instrumentId };
    const byOrderId = random.nextChance(1, 2);
    return byOrderId ? { ...asker, orderId, order } : { ...asker, clOrdId, order };
  }

  #instrument(): Instrument {
    return this.#pick([...this.#venue.instruments.values()]);
  }

  #priceTicks({ priceTicksMin, priceTicksMax }: Instrument): number {
    const random = this.#random;
    if (priceTicksMin === -2_147_483_648) return this.#pick(WIDE_TICKS);
    if (random.nextChance(1, 50)) return this.#pick([priceTicksMin - 1, priceTicksMax + 1]);
    const middle = Math.floor((priceTicksMin + priceTicksMax) / 2);
    const priceTicks = middle + random.nextBetween(-this.#widthTicks, this.#widthTicks);
    return Math.min(Math.max(priceTicks, priceTicksMin), priceTicksMax);
  }

  #qtyLots({ orderQtyLotsMin, orderQtyLotsMax }: Instrument): number {
    const random = this.#random;
    if (random.nextChance(1, 50)) return this.#pick([orderQtyLotsMin - 1, orderQtyLotsMax + 1]);
    // Millions of lots behind slices of a few would be all that the flow has time for.
    const mostLots = this.#features.includes("iceberg") ? 1_000 : orderQtyLotsMax;
    const largestLots = Math.min(mostLots, orderQtyLotsMax);
    if (random.nextChance(1, 10)) return this.#pick([orderQtyLotsMin, largestLots]);
    return random.nextBetween(orderQtyLotsMin, Math.min(orderQtyLotsMax, orderQtyLotsMin + 19));
  }

  /** Mostly new, often used before; in both forms. */
  #clOrdId(): string {
    const age = this.#random.nextChance(1, 6) ? this.#random.nextBetween(1, this.#idsCount) : 0;
    const number = age === 0 ? this.#idsMade++ : Math.max(0, this.#idsMade - age);
    if (number % 3 !== 0) return `order-${number}`;
    return `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#random.nextBelow(choices.length)];
  }
}

function quantityOf(qtyLots: number | undefined, isLeaves: boolean) {
  if (qtyLots === undefined) return {};
  return isLeaves ? { leavesQtyLots: qtyLots } : { orderQtyLots: qtyLots };
}
