// Random commands about all-or-none orders, drawn with knowledge of what stands against them: some
// wait for a last part, some behind an own order that they may not meet, so that what lets one
// trade lets others trade after it.

import type { Prng } from "../../src/base/prng.ts";
import { EXEC_INST_ALL_OR_NONE } from "../../src/model/exec-inst.ts";
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN } from "../../src/model/instrument.ts";
import { ORD_TYPE_LIMIT } from "../../src/model/ord-type.ts";
import { STP_CANCEL_BOTH, STP_CANCEL_NEWEST } from "../../src/model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { TIF_GTC } from "../../src/model/time-in-force.ts";
import { isAllOrNone, isOnBook, type TwinOrder } from "./naive-order.ts";
import type { NaiveVenue, TwinCommand } from "./naive-venue.ts";

const SESSION = 1;

export class RandomWholes {
  readonly #random: Prng;
  readonly #venue: NaiveVenue;
  readonly #accounts: readonly number[];
  readonly #clOrdId: (accountId: number) => string;

  constructor(
    random: Prng,
    venue: NaiveVenue,
    accounts: readonly number[],
    clOrdId: (accountId: number) => string,
  ) {
    this.#random = random;
    this.#venue = venue;
    this.#accounts = accounts;
    this.#clOrdId = clOrdId;
  }

  /** Undefined where nothing stands that it could be about. */
  next(): TwinCommand | undefined {
    const waiting = this.#venue.workingOrders().filter(isWaitingWhole);
    const order = this.#pickOne(waiting);
    if (order === undefined || this.#random.nextChance(1, 3)) return this.#newWhole();
    return this.#random.nextChance(1, 2) ? this.#lessOf(order) : this.#moreFor(order);
  }

  /** One that waits behind an own order, or for a little more than the best order has. */
  #newWhole(): TwinCommand | undefined {
    const random = this.#random;
    const instrumentId = this.#pickOne([...this.#venue.instruments.keys()]);
    const side = this.#pickOne([SIDE_BUY, SIDE_SELL])!;
    const against = this.#against(instrumentId ?? 0, side);
    if (against.length === 0) return undefined;
    const [best] = against;
    const others = against.filter(({ accountId }) => accountId !== best.accountId);
    const waitsBehind = others.length > 0 && random.nextChance(1, 2);
    const accountId = waitsBehind ? best.accountId : this.#pickOne(this.#accounts)!;
    const terms = waitsBehind
      ? { stpMode: this.#pickOne([STP_CANCEL_NEWEST, STP_CANCEL_BOTH])! }
      : {};
    return this.#order(best, {
      accountId,
      side,
      execInst: EXEC_INST_ALL_OR_NONE,
      priceTicks: (waitsBehind ? against[against.length - 1] : best).priceTicks,
      orderQtyLots: waitsBehind ? lotsOf(others) : best.leavesQtyLots + random.nextBetween(1, 2),
      terms,
    });
  }

  /** It wants no more than all, or the best, of what stands against it has. */
  #lessOf(order: TwinOrder): TwinCommand | undefined {
    const { accountId, cumQtyLots, instrumentId, orderId } = order;
    const against = this.#within(order);
    if (against.length === 0) return undefined;
    const lots = this.#random.nextChance(1, 2) ? against[0].leavesQtyLots : lotsOf(against);
    const amend = { accountId, sessionId: SESSION, instrumentId, orderId };
    return { kind: "amend", amend: { ...amend, orderQtyLots: cumQtyLots + lots } };
  }

  /** What it lacks, or a little, comes to stand against it: now and then its own. */
  #moreFor(order: TwinOrder): TwinCommand {
    const random = this.#random;
    const missingLots = order.leavesQtyLots - lotsOf(this.#within(order));
    const isLast = missingLots > 0 && random.nextChance(1, 2);
    const isOwn = random.nextChance(1, 3);
    const priceTicks = order.priceTicks + random.nextBelow(2) * (order.side === SIDE_BUY ? -1 : 1);
    return this.#order(order, {
      accountId: isOwn ? order.accountId : this.#pickOne(this.#accounts)!,
      side: SIDE_BUY + SIDE_SELL - order.side,
      execInst: 0,
      priceTicks: Math.min(Math.max(priceTicks, PRICE_TICKS_MIN), PRICE_TICKS_MAX),
      orderQtyLots: isLast ? missingLots : random.nextBetween(1, 3),
      terms: {},
    });
  }

  #order(
    { instrumentId }: TwinOrder,
    order: Pick<TwinOrder, "accountId" | "side" | "execInst" | "priceTicks" | "terms"> & {
      readonly orderQtyLots: number;
    },
  ): TwinCommand {
    const { accountId } = order;
    const names = { instrumentId, sessionId: SESSION, clOrdId: this.#clOrdId(accountId) };
    return {
      kind: "newWithTerms",
      order: { ...names, ...order, ordType: ORD_TYPE_LIMIT, timeInForce: TIF_GTC },
    };
  }

  /** What stands against an order within its limit, the best first. */
  #within({ instrumentId, side, priceTicks }: TwinOrder): TwinOrder[] {
    const sign = side === SIDE_BUY ? 1 : -1;
    const against = this.#against(instrumentId, side);
    return against.filter((other) => (priceTicks - other.priceTicks) * sign >= 0);
  }

  #against(instrumentId: number, side: number): TwinOrder[] {
    const sign = side === SIDE_BUY ? 1 : -1;
    return this.#venue
      .workingOrders()
      .filter((other) => other.instrumentId === instrumentId && other.side !== side)
      .filter((other) => isOnBook(other) && !isAllOrNone(other))
      .sort((a, b) => (a.priceTicks - b.priceTicks) * sign);
  }

  #pickOne<T>(choices: readonly T[]): T | undefined {
    return choices[this.#random.nextBelow(Math.max(choices.length, 1))];
  }
}

function isWaitingWhole(order: TwinOrder): boolean {
  return isAllOrNone(order) && order.place === "dark";
}

function lotsOf(orders: readonly TwinOrder[]): number {
  return orders.reduce((sum, { leavesQtyLots }) => sum + leavesQtyLots, 0);
}
