// hot path
// What a market order would pay now, or at most where makers may go: each part of what it could
// trade counts as a limit order at that part's price would.

import { sideOf } from "../model/order-codes.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderHolds } from "./order-holds.ts";
import { isWithin } from "./price-steps.ts";
import type { Reach } from "./reach.ts";
import type { RiskTables } from "./risk-tables.ts";

export class RiskWalk {
  /** Of the last walk: lots that would trade, the worst price of them, money either way. */
  lots = 0;
  worstPxTicks = 0;
  notional = 0;
  moneyNeed = 0;
  readonly #tables: RiskTables;
  readonly #holds: OrderHolds;
  readonly #reach: Reach;
  #incoming: IncomingOrder;

  constructor(tables: RiskTables, holds: OrderHolds, reach: Reach, incoming: IncomingOrder) {
    this.#tables = tables;
    this.#holds = holds;
    this.#reach = reach;
    this.#incoming = incoming;
  }

  /** Walks for all that the order has open; its limit is set. */
  measure(incoming: IncomingOrder): void {
    this.lots = 0;
    this.worstPxTicks = 0;
    this.notional = 0;
    this.moneyNeed = 0;
    this.#incoming = incoming;
    this.#reach.visit(incoming, incoming.leavesQtyLots, this);
  }

  /** The walk meets `lots` at this price. */
  onReach(priceTicks: number, lots: number): void {
    const { accountRow, book, orderCodes, positionRow } = this.#incoming;
    const need = this.#holds.moneyNeedOf(accountRow, positionRow, book, orderCodes, priceTicks);
    const makersSide = 3 - sideOf(orderCodes);
    if (this.lots === 0 || isWithin(makersSide, this.worstPxTicks, priceTicks)) {
      this.worstPxTicks = priceTicks;
    }
    this.lots += lots;
    this.notional += Math.abs(this.#tables.money.moneyOf(book, priceTicks, lots));
    this.moneyNeed += need * lots;
  }
}
