// The slow, obvious twin of the engine: naive books, a map of client order ids, arrays of each
// account's orders. Predicts every event of a command, field by field, from docs/rulebook.md and
// docs/protocols/journal.md.

import {
  COMMAND_AMEND,
  COMMAND_CANCEL,
  COMMAND_CREATE_INSTRUMENT,
  COMMAND_NEW,
} from "../../src/codec/command.ts";
import {
  EVENT_ACCEPTED,
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_COMMAND_REJECTED,
  EVENT_INSTRUMENT_CREATED,
  EVENT_REJECTED,
  EVENT_TRADED,
  FLAG_AGGRESSOR,
  FLAG_KEPT_PLACE,
  FLAG_ON_BOOK,
} from "../../src/codec/event.ts";
import type {
  AmendOrder,
  CancelAll,
  CancelOrder,
  NewOrder,
  OrderName,
  PlainEvent,
} from "../../src/codec/record-for-test.ts";
import type { EngineLimits } from "../../src/engine/engine.ts";
import { EXEC_INST_POST_ONLY } from "../../src/model/exec-inst.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET } from "../../src/model/ord-type.ts";
import * as reasons from "../../src/model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../../src/model/time-in-force.ts";
import { NaiveBook, type NaiveSide, type NaiveTrade } from "./naive-book.ts";

/** What both engines are told. The fields that a simple order leaves out are written out here. */
export type TwinCommand =
  | { readonly kind: "new"; readonly order: Required<NewOrder> }
  | { readonly kind: "cancel"; readonly cancel: Named<CancelOrder> }
  | { readonly kind: "amend"; readonly amend: Named<AmendOrder> }
  | { readonly kind: "cancelAll"; readonly cancelAll: Required<CancelAll> }
  | { readonly kind: "list"; readonly instrument: Instrument };

type Named<Command> = Command & {
  readonly accountId: number;
  readonly sessionId: number;
  readonly instrumentId: number;
};

/** An order as its owner sees it. */
export type TwinOrder = {
  readonly orderId: number;
  readonly accountId: number;
  readonly sessionId: number;
  readonly instrumentId: number;
  readonly side: number;
  readonly ordType: number;
  readonly timeInForce: number;
  readonly execInst: number;
  clOrdId: string;
  priceTicks: number;
  orderQtyLots: number;
  cumQtyLots: number;
  leavesQtyLots: number;
};

/** Everything but what follows from the place in the log and in the batch. */
export type TwinEvent = Omit<PlainEvent, "index" | "sequence" | "timeMicros" | "historyHash">;

export class NaiveVenue {
  readonly instruments = new Map<number, Instrument>();
  readonly books = new Map<number, NaiveBook>();
  readonly #limits: EngineLimits;
  readonly #accounts = new Set<number>();
  readonly #resting = new Map<number, TwinOrder>();
  /** Resting orders of an account: those that came to rest last stand first. */
  readonly #ofAccount = new Map<number, TwinOrder[]>();
  /** "account clOrdId" of every known order; undefined once it has ended. */
  readonly #ids = new Map<string, TwinOrder | undefined>();
  readonly #endedIds: string[] = [];
  #lastOrderId = 0;
  #lastTradeId = 0;
  #events: TwinEvent[] = [];

  constructor(limits: EngineLimits) {
    this.#limits = limits;
  }

  /** The events of one command, without the end mark. */
  apply(command: TwinCommand): TwinEvent[] {
    this.#events = [];
    switch (command.kind) {
      case "new":
        this.#enter(command.order);
        break;
      case "cancel":
        this.#cancel(command.cancel);
        break;
      case "amend":
        this.#amend(command.amend);
        break;
      case "cancelAll":
        this.#cancelAll(command.cancelAll);
        break;
      case "list":
        this.#list(command.instrument);
        break;
    }
    return this.#events;
  }

  ordersOf(accountId: number): readonly TwinOrder[] {
    return this.#ofAccount.get(accountId) ?? [];
  }

  restingOrders(): TwinOrder[] {
    return [...this.#resting.values()];
  }

  #enter(entered: Required<NewOrder>): void {
    const { postOnly, ...rest } = entered;
    const isMarket = rest.ordType === ORD_TYPE_MARKET;
    const order: TwinOrder = {
      ...rest,
      orderId: 0,
      execInst: postOnly ? EXEC_INST_POST_ONLY : 0,
      priceTicks: isMarket ? 0 : rest.priceTicks,
      cumQtyLots: 0,
      leavesQtyLots: rest.orderQtyLots,
    };
    const reason = this.#reasonToReject(order);
    if (reason !== reasons.REASON_NONE) {
      this.#report(EVENT_REJECTED, order, { leavesQtyLots: 0, reason, commandKind: COMMAND_NEW });
      return;
    }
    const accepted = { ...order, orderId: this.#lastOrderId + 1 };
    const { status, trades, leavesQtyLots } = this.#bookOf(order).enter({
      id: String(accepted.orderId),
      side: sideName(order.side),
      qtyLots: order.orderQtyLots,
      timeInForce: lifetimeName(order.timeInForce),
      postOnly,
      ...(isMarket ? {} : { priceTicks: order.priceTicks }),
    });
    if (status === "rejected") {
      const why = postOnly ? reasons.REASON_POST_ONLY_WOULD_TRADE : reasons.REASON_FOK_UNFILLABLE;
      const more = { leavesQtyLots: 0, reason: why, commandKind: COMMAND_NEW };
      this.#report(EVENT_REJECTED, order, more);
      return;
    }
    this.#lastOrderId++;
    this.#ids.set(idOf(accepted), accepted);
    const restsWhole = leavesQtyLots === order.orderQtyLots;
    this.#report(EVENT_ACCEPTED, accepted, { flags: restsWhole ? FLAG_ON_BOOK : 0 });
    this.#trade(accepted, trades);
    this.#settle(accepted, leavesQtyLots, restsWhole);
  }

  #reasonToReject(order: TwinOrder): number {
    const { instrumentId, side, ordType, timeInForce, execInst, clOrdId } = order;
    const { accountId, priceTicks, orderQtyLots } = order;
    const instrument = this.instruments.get(instrumentId);
    if (instrument === undefined) return reasons.REASON_UNKNOWN_INSTRUMENT;
    const isLasting = ordType === ORD_TYPE_LIMIT && timeInForce === TIF_GTC;
    const isKnown =
      [SIDE_BUY, SIDE_SELL].some((known) => known === side) &&
      [ORD_TYPE_LIMIT, ORD_TYPE_MARKET].some((known) => known === ordType) &&
      [TIF_GTC, TIF_IOC, TIF_FOK].some((known) => known === timeInForce);
    if (!isKnown || (execInst !== 0 && !isLasting)) return reasons.REASON_UNSUPPORTED_ORDER;
    if (clOrdId === "") return reasons.REASON_CL_ORD_ID_MISSING;
    if (!takesQty(instrument, orderQtyLots)) return reasons.REASON_QTY_OUT_OF_RANGE;
    if (ordType === ORD_TYPE_LIMIT && !takesPrice(instrument, priceTicks)) {
      return reasons.REASON_PRICE_OUT_OF_RANGE;
    }
    if (!this.#accounts.has(accountId) && this.#accounts.size === this.#limits.accountsMax) {
      return reasons.REASON_ACCOUNTS_FULL;
    }
    this.#accounts.add(accountId);
    if (this.#ids.has(idOf(order))) return reasons.REASON_DUPLICATE_CL_ORD_ID;
    const isFull = this.#resting.size === this.#limits.ordersMax;
    const tradableLots = this.#tradableLots(order);
    // Post-only is told so first, though the room is missing as well.
    if (isLasting && isFull && tradableLots < orderQtyLots) {
      const wouldTrade = execInst !== 0 && tradableLots > 0;
      return wouldTrade ? reasons.REASON_POST_ONLY_WOULD_TRADE : reasons.REASON_BOOK_FULL;
    }
    return reasons.REASON_NONE;
  }

  #tradableLots({ instrumentId, side, priceTicks }: TwinOrder): number {
    const opposite = this.books.get(instrumentId)?.queue(side === SIDE_BUY ? "sell" : "buy") ?? [];
    return opposite
      .filter((maker) =>
        side === SIDE_BUY ? maker.priceTicks <= priceTicks : maker.priceTicks >= priceTicks,
      )
      .reduce((lots, maker) => lots + maker.leavesQtyLots, 0);
  }

  #cancel(cancel: Named<CancelOrder>): void {
    const order = this.#find(cancel);
    if (order === undefined) {
      this.#refuseUnknown(EVENT_CANCEL_REJECTED, COMMAND_CANCEL, cancel);
      return;
    }
    const { reduceByLots = 0 } = cancel;
    if (reduceByLots === 0 || reduceByLots >= order.leavesQtyLots) {
      this.#end(order, reasons.REASON_REQUESTED);
      return;
    }
    this.#bookOf(order).reduce(String(order.orderId), reduceByLots);
    order.leavesQtyLots -= reduceByLots;
    order.orderQtyLots -= reduceByLots;
    const reason = reasons.REASON_REQUESTED;
    const more = { flags: FLAG_ON_BOOK, lastQtyLots: reduceByLots, reason };
    this.#report(EVENT_CANCELED, order, more);
  }

  #cancelAll({ accountId, instrumentId, side }: Required<CancelAll>): void {
    for (const order of [...this.ordersOf(accountId)]) {
      const isWanted =
        (instrumentId === 0 || order.instrumentId === instrumentId) &&
        (side === 0 || order.side === side);
      if (isWanted) this.#end(order, reasons.REASON_REQUESTED);
    }
  }

  #amend(amend: Named<AmendOrder>): void {
    const order = this.#find(amend);
    if (order === undefined) {
      this.#refuseUnknown(EVENT_AMEND_REJECTED, COMMAND_AMEND, amend);
      return;
    }
    const { cumQtyLots } = order;
    const { leavesQtyLots, newClOrdId = "", joinsTail = false } = amend;
    const asked = leavesQtyLots === undefined ? amend.orderQtyLots : cumQtyLots + leavesQtyLots;
    const orderQtyLots = asked ?? order.orderQtyLots;
    const priceTicks = amend.priceTicks ?? order.priceTicks;
    if (orderQtyLots <= cumQtyLots) {
      this.#end(order, reasons.REASON_BELOW_EXECUTED);
      return;
    }
    const before = { ...order };
    const reason = this.#reasonToRefuseAmend(order, amend, priceTicks, orderQtyLots, asked);
    const keepsPlace =
      priceTicks === order.priceTicks && orderQtyLots <= order.orderQtyLots && !joinsTail;
    const { status, trades } =
      reason === reasons.REASON_NONE
        ? this.#bookOf(order).amend(String(order.orderId), { priceTicks, orderQtyLots, joinsTail })
        : { status: "rejected", trades: [] };
    if (status === "rejected") {
      const why = reason === reasons.REASON_NONE ? reasons.REASON_POST_ONLY_WOULD_TRADE : reason;
      this.#report(EVENT_AMEND_REJECTED, order, { reason: why, commandKind: COMMAND_AMEND });
      return;
    }
    if (newClOrdId !== "") this.#rename(order, newClOrdId);
    order.priceTicks = priceTicks;
    order.orderQtyLots = orderQtyLots;
    order.leavesQtyLots = orderQtyLots - cumQtyLots;
    const onBook = trades.length > 0 ? 0 : FLAG_ON_BOOK;
    this.#report(EVENT_AMENDED, order, {
      flags: onBook | (keepsPlace ? FLAG_KEPT_PLACE : 0),
      lastQtyLots: before.leavesQtyLots,
      lastPxTicks: before.priceTicks,
    });
    if (trades.length === 0) return;
    this.#unlist(order);
    this.#trade(order, trades);
    this.#settle(order, order.leavesQtyLots, false);
  }

  #reasonToRefuseAmend(
    order: TwinOrder,
    { priceTicks: askedTicks, newClOrdId = "" }: AmendOrder,
    priceTicks: number,
    orderQtyLots: number,
    askedLots: number | undefined,
  ): number {
    const instrument = this.instruments.get(order.instrumentId)!;
    if (askedTicks === undefined && askedLots === undefined && newClOrdId === "") {
      return reasons.REASON_NOTHING_TO_AMEND;
    }
    if (askedLots !== undefined && !takesQty(instrument, orderQtyLots)) {
      return reasons.REASON_QTY_OUT_OF_RANGE;
    }
    if (!takesPrice(instrument, priceTicks)) return reasons.REASON_PRICE_OUT_OF_RANGE;
    const isUsed = newClOrdId !== "" && this.#ids.has(idOf({ ...order, clOrdId: newClOrdId }));
    return isUsed ? reasons.REASON_DUPLICATE_CL_ORD_ID : reasons.REASON_NONE;
  }

  #list(instrument: Instrument): void {
    const { instrumentId, symbol } = instrument;
    const isKnown = [...this.instruments.values()].some(
      (known) => known.instrumentId === instrumentId || known.symbol === symbol,
    );
    const isFull = this.instruments.size === this.#limits.instrumentsMax;
    if (isKnown || isFull) {
      const reason = isKnown ? reasons.REASON_INSTRUMENT_EXISTS : reasons.REASON_INSTRUMENTS_FULL;
      const commandKind = COMMAND_CREATE_INSTRUMENT;
      this.#events.push(eventOf(EVENT_COMMAND_REJECTED, { instrumentId, reason, commandKind }));
      return;
    }
    this.instruments.set(instrumentId, instrument);
    this.books.set(instrumentId, new NaiveBook());
    this.#events.push(eventOf(EVENT_INSTRUMENT_CREATED, { instrumentId, clOrdId: symbol }));
  }

  /** Reports each trade, maker first, and ends the makers that it filled. */
  #trade(taker: TwinOrder, trades: readonly NaiveTrade[]): void {
    for (const { makerId, priceTicks: lastPxTicks, qtyLots: lastQtyLots } of trades) {
      const maker = this.#resting.get(Number(makerId))!;
      const trade = { lastPxTicks, lastQtyLots, tradeId: ++this.#lastTradeId };
      for (const order of [maker, taker]) {
        order.cumQtyLots += lastQtyLots;
        order.leavesQtyLots -= lastQtyLots;
        const contra = order === maker ? taker : maker;
        this.#report(EVENT_TRADED, order, {
          ...trade,
          flags: order === maker ? FLAG_ON_BOOK : FLAG_AGGRESSOR,
          contraOrderId: contra.orderId,
          contraAccountId: contra.accountId,
        });
      }
      if (maker.leavesQtyLots > 0) continue;
      this.#unlist(maker);
      this.#endId(maker);
    }
  }

  /** What is left rests or ends. */
  #settle(order: TwinOrder, restingLots: number, wasReported: boolean): void {
    if (restingLots > 0) {
      if (!wasReported) this.#report(EVENT_BOOKED, order, { flags: FLAG_ON_BOOK });
      this.#resting.set(order.orderId, order);
      this.#ofAccount.set(order.accountId, [order, ...this.ordersOf(order.accountId)]);
      return;
    }
    const lastQtyLots = order.leavesQtyLots;
    order.leavesQtyLots = 0;
    if (lastQtyLots > 0) {
      const isMarket = order.ordType === ORD_TYPE_MARKET;
      const reason = isMarket ? reasons.REASON_NO_LIQUIDITY : reasons.REASON_IOC_REMAINDER;
      this.#report(EVENT_CANCELED, order, { lastQtyLots, reason });
    }
    this.#endId(order);
  }

  #end(order: TwinOrder, reason: number): void {
    this.#bookOf(order).cancel(String(order.orderId));
    const lastQtyLots = order.leavesQtyLots;
    const more = { flags: FLAG_ON_BOOK, leavesQtyLots: 0, lastQtyLots, reason };
    this.#report(EVENT_CANCELED, order, more);
    this.#unlist(order);
    this.#endId(order);
  }

  #unlist(order: TwinOrder): void {
    this.#resting.delete(order.orderId);
    const others = this.ordersOf(order.accountId).filter((other) => other !== order);
    this.#ofAccount.set(order.accountId, others);
  }

  #endId(order: TwinOrder): void {
    this.#ids.set(idOf(order), undefined);
    this.#endedIds.push(idOf(order));
    if (this.#endedIds.length <= this.#limits.closedIdsMax) return;
    this.#ids.delete(this.#endedIds.shift()!);
  }

  #rename(order: TwinOrder, clOrdId: string): void {
    const renamed = { ...order, clOrdId };
    this.#ids.set(idOf(renamed), order);
    this.#endId(order);
    order.clOrdId = clOrdId;
  }

  #find({ accountId, instrumentId, clOrdId = "", orderId = 0 }: Named<OrderName>) {
    const order =
      clOrdId === "" ? this.#resting.get(orderId) : this.#ids.get(idOf({ accountId, clOrdId }));
    const isNamed = instrumentId === 0 || order?.instrumentId === instrumentId;
    return order?.accountId === accountId && isNamed ? order : undefined;
  }

  #refuseUnknown(kind: number, commandKind: number, command: Named<OrderName>): void {
    const { accountId, sessionId, instrumentId, orderId = 0, clOrdId = "" } = command;
    const reason = reasons.REASON_UNKNOWN_ORDER;
    const asked = { accountId, sessionId, instrumentId, orderId, clOrdId };
    this.#events.push(eventOf(kind, { ...asked, reason, commandKind }));
  }

  #report(kind: number, order: TwinOrder, more: Partial<TwinEvent>): void {
    this.#events.push(eventOf(kind, { ...order, ...more }));
  }

  #bookOf({ instrumentId }: TwinOrder): NaiveBook {
    return this.books.get(instrumentId)!;
  }
}

function eventOf(kind: number, fields: Partial<TwinEvent>): TwinEvent {
  return {
    instrumentId: 0,
    accountId: 0,
    sessionId: 0,
    orderId: 0,
    clOrdId: "",
    priceTicks: 0,
    side: 0,
    ordType: 0,
    timeInForce: 0,
    execInst: 0,
    orderQtyLots: 0,
    cumQtyLots: 0,
    leavesQtyLots: 0,
    lastQtyLots: 0,
    lastPxTicks: 0,
    reason: 0,
    flags: 0,
    commandKind: 0,
    contraOrderId: 0,
    tradeId: 0,
    contraAccountId: 0,
    ...fields,
    kind,
  };
}

function idOf({ accountId, clOrdId }: { accountId: number; clOrdId: string }): string {
  return `${accountId} ${clOrdId}`;
}

function takesQty({ orderQtyLotsMin, orderQtyLotsMax }: Instrument, qtyLots: number): boolean {
  return orderQtyLotsMin <= qtyLots && qtyLots <= orderQtyLotsMax;
}

function takesPrice({ priceTicksMin, priceTicksMax }: Instrument, priceTicks: number): boolean {
  return priceTicksMin <= priceTicks && priceTicks <= priceTicksMax;
}

function sideName(side: number): NaiveSide {
  return side === SIDE_BUY ? "buy" : "sell";
}

function lifetimeName(timeInForce: number): "gtc" | "ioc" | "fok" {
  if (timeInForce === TIF_IOC) return "ioc";
  return timeInForce === TIF_FOK ? "fok" : "gtc";
}
