// Random commands for the twins, drawn with knowledge of what rests, so that most of them do
// something. Each flow has a taste of its own (flow-taste.ts): some never cancel, some only amend,
// some crowd on three prices.

import type { Prng } from "../../src/base/prng.ts";
import type { AmendOrder, NewOrder } from "../../src/codec/record-for-test.ts";
import { TEST_INSTRUMENT, TIME_MICROS_AT_ZERO } from "../../src/engine/engine-for-test.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import {
  ORD_TYPE_LIMIT,
  ORD_TYPE_LIMIT_IF_TOUCHED,
  ORD_TYPE_MARKET,
  ORD_TYPE_MARKET_IF_TOUCHED,
  ORD_TYPE_MARKET_WITH_LEFTOVER,
  ORD_TYPE_STOP,
  ORD_TYPE_STOP_LIMIT,
} from "../../src/model/ord-type.ts";
import { hasLimitPrice, isTriggerType, packOrderCodes } from "../../src/model/order-codes.ts";
import { LIST_OCO } from "../../src/model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { TIF_FOK, TIF_IOC } from "../../src/model/time-in-force.ts";
import type { Feature } from "./feature-names.ts";
import { drawTaste, type FlowTaste, handfulOf, liked } from "./flow-taste.ts";
import type { Asked } from "./naive-entry.ts";
import type { TwinOrder } from "./naive-order.ts";
import type { NaiveVenue, TwinCommand } from "./naive-venue.ts";
import { RandomGuards } from "./random-guards.ts";
import { RandomMarket } from "./random-market.ts";
import { RandomOperator } from "./random-operator.ts";
import { RandomTerms } from "./random-terms.ts";
import { RandomWholes } from "./random-wholes.ts";

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

const SIDES = [SIDE_BUY, SIDE_SELL];
/** What an amend may make of an order, and one that it may not. */
const OTHER_TYPES = [
  ORD_TYPE_LIMIT,
  ORD_TYPE_MARKET,
  ORD_TYPE_STOP,
  ORD_TYPE_STOP_LIMIT,
  ORD_TYPE_MARKET_IF_TOUCHED,
  ORD_TYPE_LIMIT_IF_TOUCHED,
  ORD_TYPE_MARKET_WITH_LEFTOVER,
];
const WIDE_TICKS = [-2_147_483_648, -2_147_483_647, -1, 0, 1, 31, 32, 2_147_483_646, 2_147_483_647];
/** What flows do, and how often it is usual. */
const KINDS = [
  ["new", 16],
  ["newWithTerms", 16],
  ["newList", 4],
  ["cancel", 4],
  ["amend", 8],
  ["cancelAll", 2],
  ["clock", 1],
  ["instrument", 1],
  ["operator", 8],
  ["market", 4],
  ["guard", 4],
] as const;
type Kind = (typeof KINDS)[number][0];
const DAY_MICROS = 86_400_000_000;
/** Flows with calendars see some of a session go by. */
const LATER_MICROS = 500_000_000;
const SESSIONS = 5;

export class RandomFlow {
  /** To be listed first. */
  readonly instruments: readonly Instrument[];
  readonly #random: Prng;
  readonly #later: Prng;
  readonly #venue: NaiveVenue;
  readonly #taste: FlowTaste;
  readonly #kinds: readonly Kind[];
  readonly #terms: RandomTerms;
  readonly #operator: RandomOperator;
  readonly #guards: RandomGuards;
  readonly #market: RandomMarket;
  readonly #wholes: RandomWholes;
  /** Of each account; so several have the same ids. */
  readonly #idsMade = new Map<number, number>();
  #last: (NewOrder & Asked) | undefined;
  #timeMicros = TIME_MICROS_AT_ZERO;

  /** Of the features a flow uses as many as it has a taste for. */
  constructor(random: Prng, later: Prng, venue: NaiveVenue, features: readonly Feature[]) {
    this.#taste = drawTaste(random, later, features);
    this.#terms = new RandomTerms(random, this.#taste.features);
    this.#operator = new RandomOperator(random, venue, this.#taste.accounts);
    this.#market = new RandomMarket(random, venue, this.#taste.features);
    this.#guards = new RandomGuards(random, venue, this.#taste);
    const idOf = (accountId: number) => this.#clOrdId(accountId);
    this.#wholes = new RandomWholes(later, venue, this.#taste.accounts, idOf);
    this.#random = random;
    this.#later = later;
    this.#venue = venue;
    const listed = handfulOf(random, FLOW_INSTRUMENTS, this.#taste.instrumentsCount);
    this.instruments = listed.map((instrument) => ({
      ...instrument,
      ...this.#allocation(),
      ...this.#protection(),
      ...(this.#has("notional") ? this.#market.notional() : {}),
      ...(this.#has("accounts") ? this.#money(instrument) : {}),
    }));
    this.#kinds = KINDS.flatMap(([kind, usually]) =>
      this.#does(kind) ? liked(random, [kind], usually) : [],
    );
  }

  /** What features ask for always; of the rest some flows leave something out. */
  #does(kind: Kind): boolean {
    switch (kind) {
      case "new":
      case "newWithTerms":
        return true;
      case "operator":
        return this.#has("accounts");
      case "market":
        return this.#market.hasAny;
      case "guard":
        return this.#guards.hasAny;
      case "newList":
        return this.#has("lists");
      default:
        return this.#random.nextChance(3, 4);
    }
  }

  #has(feature: Feature): boolean {
    return this.#taste.features.includes(feature);
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
    if (!this.#has("allocation")) return {};
    return { allocation: this.#random.nextBelow(3) };
  }

  #protection(): Partial<Instrument> {
    return this.#has("protectionRests") ? { restsAtProtection: true } : {};
  }

  /** When the next command comes; later than the one before. */
  nextTimeMicros(): number {
    const random = this.#random;
    const isNextDay = this.#has("accounts") && random.nextChance(1, 200);
    const isLater = this.#has("calendars") && random.nextChance(1, this.#taste.commandsPerPause);
    const usualMicros = isLater ? random.nextBelow(LATER_MICROS) : random.nextBetween(1, 9);
    this.#timeMicros += isNextDay ? DAY_MICROS : usualMicros;
    return this.#timeMicros;
  }

  next(): TwinCommand {
    if (this.#has("transfers") && this.#later.nextChance(1, 15))
      return this.#operator.nextOfGroup();
    const isOfWholes = this.#has("wholes") && this.#later.nextChance(1, 2);
    return (isOfWholes ? this.#wholes.next() : undefined) ?? this.#any();
  }

  #any(): TwinCommand {
    switch (this.#pick(this.#kinds)) {
      case "new":
        return this.#new();
      case "newWithTerms":
        return this.#newWithTerms();
      case "newList":
        return this.#newList();
      case "cancel":
        return this.#cancel();
      case "amend":
        return this.#amend();
      case "cancelAll":
        return this.#cancelAll();
      case "clock":
        return this.#clock();
      case "instrument":
        return this.#list();
      case "operator":
        return this.#operator.next();
      case "market":
        return this.#market.next(this.#timeMicros);
      case "guard":
        return this.#guards.next(this.#timeMicros);
    }
  }

  #newWithTerms(): TwinCommand {
    const instrument = this.#instrument();
    const asker = this.#asker();
    const order = { ...asker, ...this.#special(asker.accountId, instrument) };
    return { kind: "newWithTerms", order };
  }

  #newList(): TwinCommand {
    const random = this.#random;
    const asker = this.#asker();
    const { instrumentId, ...instrument } = this.#instrument();
    const listType = random.nextChance(1, 40) ? random.nextBelow(6) : random.nextBetween(1, 3);
    const legsUsual = listType === 3 ? 3 : 2;
    const legsCount = random.nextChance(1, 40) ? random.nextBetween(2, 3) : legsUsual;
    const legs = Array.from({ length: legsCount }, () =>
      this.#special(asker.accountId, { instrumentId, ...instrument }),
    );
    const isProRata = random.nextChance(1, listType === LIST_OCO ? 40 : 2);
    return { kind: "newList", list: { ...asker, instrumentId, listType, isProRata, legs } };
  }

  #asker() {
    const accountId = this.#pick(this.#taste.accounts);
    return { accountId, sessionId: this.#random.nextBetween(1, SESSIONS) };
  }

  #special(accountId: number, instrument: Instrument) {
    return {
      instrumentId: instrument.instrumentId,
      clOrdId: this.#clOrdId(accountId),
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
    const repeats = this.#has("messages") && this.#random.nextChance(1, 3);
    const order = repeats && this.#last !== undefined ? this.#last : this.#newOrder();
    this.#last = order;
    const clOrdId = repeats ? this.#clOrdId(order.accountId) : order.clOrdId;
    return { kind: "new", order: { ...order, clOrdId } };
  }

  #newOrder() {
    const random = this.#random;
    const { accountId, sessionId } = this.#asker();
    const instrument = this.#instrument();
    const isOdd = random.nextChance(1, 40);
    const isMarket = random.nextChance(1, 8);
    const lifetimes = isOdd ? [0, 9, TIF_FOK, TIF_IOC, 6] : this.#terms.plainLifetimes();
    return {
      accountId,
      sessionId,
      instrumentId: random.nextChance(1, 60) ? 99 : instrument.instrumentId,
      clOrdId: random.nextChance(1, 80) ? "" : this.#clOrdId(accountId),
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
    const reached = this.#has("reached") ? this.#amendOfReached() : undefined;
    if (reached !== undefined) return reached;
    const random = this.#random;
    const { order, ...named } = this.#namedWithOrder();
    const instrument = this.#venue.instruments.get(order?.instrumentId ?? 1) ?? FLOW_INSTRUMENTS[0];
    const qtyLots = this.#amendedLots(order, instrument);
    const priceOf = () => this.#priceTicks(instrument);
    const amend = {
      ...named,
      ...(random.nextChance(1, 2) ? { priceTicks: this.#priceTicks(instrument) } : {}),
      ...quantityOf(qtyLots, random.nextChance(1, 3)),
      ...(random.nextChance(1, 4) ? { newClOrdId: this.#clOrdId(named.accountId) } : {}),
      ...(random.nextChance(1, 5) ? { joinsTail: true } : {}),
      ...this.#terms.amended(this.#timeMicros, order, priceOf),
    };
    const asOther = this.#has("types") && this.#later.nextChance(1, 2);
    return { kind: "amend", amend: asOther ? this.#asOtherType(amend, priceOf) : amend };
  }

  /** Another stop price for an order that is to fire yet; undefined where there is none. */
  #amendOfReached(): TwinCommand | undefined {
    const orders = this.#venue.workingOrders().filter(({ reached }) => reached !== undefined);
    if (orders.length === 0 || this.#later.nextChance(1, 4)) return undefined;
    const order = orders[this.#later.nextBelow(orders.length)];
    const { accountId, orderId, sessionId } = order;
    const instrument = this.#venue.instruments.get(order.instrumentId) ?? FLOW_INSTRUMENTS[0];
    const stopPxTicks = this.#priceTicks(instrument);
    return {
      kind: "amend",
      amend: { accountId, sessionId, instrumentId: 0, orderId, stopPxTicks },
    };
  }

  /** Mostly with the prices that the type needs, and no others. */
  #asOtherType<Amend extends AmendOrder>(amend: Amend, priceOf: () => number) {
    const { priceTicks: _price, stopPxTicks: _stop, ...rest } = amend;
    const later = this.#later;
    const usual = OTHER_TYPES[later.nextBelow(OTHER_TYPES.length)];
    const ordType = later.nextChance(1, 30) ? later.nextBelow(120) : usual;
    const codes = packOrderCodes(0, ordType, 0, 0);
    const gives = (isUseful: boolean) => later.nextChance(isUseful ? 9 : 1, 10);
    return {
      ...rest,
      ordType,
      ...(gives(hasLimitPrice(codes)) ? { priceTicks: priceOf() } : {}),
      ...(gives(isTriggerType(codes)) ? { stopPxTicks: priceOf() } : {}),
      ...(gives(false) ? { triggerSource: later.nextBelow(4) } : {}),
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
        accountId: this.#pick([...this.#taste.accounts, 55]),
        sessionId: random.nextBetween(1, SESSIONS),
        instrumentId: this.#pick(instrumentIds),
        side: this.#pick([0, 0, SIDE_BUY, SIDE_SELL, 9]),
        ...(this.#has("targets") ? this.#targets() : {}),
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
      ...(random.nextChance(1, 4) ? { targetAccountId: this.#pick(this.#taste.accounts) } : {}),
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
    const accountId =
      isForeign || order === undefined ? this.#pick(this.#taste.accounts) : order.accountId;
    const isUnknown = random.nextChance(1, 10);
    const orderId = isUnknown ? random.nextBelow(200) : (order?.orderId ?? 0);
    const clOrdId = isUnknown ? this.#clOrdId(accountId) : (order?.clOrdId ?? "none");
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
    const priceTicks = middle + random.nextBetween(-this.#taste.widthTicks, this.#taste.widthTicks);
    return Math.min(Math.max(priceTicks, priceTicksMin), priceTicksMax);
  }

  #qtyLots({ orderQtyLotsMin, orderQtyLotsMax }: Instrument): number {
    const random = this.#random;
    if (random.nextChance(1, 50)) return this.#pick([orderQtyLotsMin - 1, orderQtyLotsMax + 1]);
    // Millions of lots behind slices of a few would be all that the flow has time for.
    // A lot more than what may be shown lot by lot.
    const mostLots = this.#has("iceberg") ? 1_001 : orderQtyLotsMax;
    const largestLots = Math.min(mostLots, orderQtyLotsMax);
    if (random.nextChance(1, 10)) return this.#pick([orderQtyLotsMin, largestLots]);
    const usualMax = orderQtyLotsMin + this.#taste.sizesCount - 1;
    return random.nextBetween(orderQtyLotsMin, Math.min(orderQtyLotsMax, usualMax));
  }

  /** Mostly new, often one that the account used before; in both forms. */
  #clOrdId(accountId: number): string {
    const random = this.#random;
    const made = this.#idsMade.get(accountId) ?? 0;
    const age = random.nextChance(1, 8) ? random.nextBetween(1, this.#taste.idsCount) : 0;
    if (age === 0) this.#idsMade.set(accountId, made + 1);
    const number = Math.max(0, made - age);
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
