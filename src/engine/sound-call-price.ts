// The price of a call that counts no order for more than its account could trade: on credit a
// better price may cost more than the order's own, and orders that only reduce a position may
// together be larger than it. Such orders end, or are cut, before anything trades.

import { NONE } from "../base/none.ts";
import { RISK_CREDIT } from "../model/account.ts";
import { isReduceOnly, sideOf } from "../model/order-codes.ts";
import { REASON_CREDIT_LIMIT, REASON_REDUCE_ONLY } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { AccountRisk } from "./account-risk.ts";
import type { CallPrice } from "./call-price.ts";
import type { CallSides } from "./call-sides.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { OrderLists } from "./order-lists.ts";
import { OrderSet } from "./order-set.ts";
import { WalkSums } from "./walk-sums.ts";
import type { WorkingOrders } from "./working-orders.ts";

const SIDES = [SIDE_BUY, SIDE_SELL] as const;
/** Prices that are asked about; what cannot trade then ends where it would, one by one. */
const PRICES_MAX = 64;

export type SoundCallPriceParts = {
  readonly tables: EngineTables;
  readonly lists: OrderLists;
  readonly price: CallPrice;
  readonly risk: AccountRisk;
  readonly sides: CallSides;
  readonly working: WorkingOrders;
};

export class SoundCallPrice {
  readonly #parts: SoundCallPriceParts;
  readonly #tables: EngineTables;
  /** Orders that count for too much, and by their place here the lots that they may keep. */
  readonly #unsound: OrderSet;
  readonly #keptLots = new WalkSums();
  /** By position, of those asked before: what they need, and what they would take off it. */
  readonly #needs = new WalkSums();
  readonly #closedLots = new WalkSums();
  /** Lists of which an alternative was asked. */
  readonly #lists = new WalkSums();

  constructor(parts: SoundCallPriceParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
    this.#unsound = new OrderSet(parts.tables.books);
  }

  /** What the last find() of the call's price says then. */
  find(book: number): void {
    const { price, risk } = this.#parts;
    price.find(book);
    if (!risk.isOn()) return;
    for (let prices = 0; prices < PRICES_MAX && price.pairedLots > 0; prices++) {
      this.#findUnsound(book);
      if (this.#unsound.count === 0) return;
      for (let i = 0; i < this.#unsound.count; i++) this.#cut(i);
      price.find(book);
    }
  }

  #cut(index: number): void {
    const { books } = this.#tables;
    const { working } = this.#parts;
    const slot = this.#unsound.slotAt(index);
    if (slot === NONE) return;
    const reducesOnly = isReduceOnly(books.orderCodesOf(slot));
    const reason = reducesOnly ? REASON_REDUCE_ONLY : REASON_CREDIT_LIMIT;
    const keptLots = this.#keptLots.sumOf(index);
    if (keptLots === 0) working.end(slot, reason);
    else working.reduce(slot, keptLots, reason);
  }

  /** All are asked in the order in which they would trade, each on what is left to it. */
  #findUnsound(book: number): void {
    const { price, sides } = this.#parts;
    this.#unsound.clear();
    this.#keptLots.begin();
    this.#needs.begin();
    this.#closedLots.begin();
    this.#lists.begin();
    for (const side of SIDES) {
      let leftLots = price.pairedLots;
      sides.beginOrders(book, side);
      while (leftLots > 0) {
        const slot = sides.nextOrderAt(price.priceTicks);
        if (slot === NONE) break;
        if (!this.#isDecided(slot)) leftLots -= this.#lotsOf(slot, leftLots);
      }
    }
  }

  /** Whether an alternative was asked before it, whose fill would end it. */
  #isDecided(slot: number): boolean {
    const { columns, terms } = this.#tables;
    const termsRow = columns.termsRowOf(slot);
    if (this.#parts.lists.alternativeOf(termsRow) === NONE) return false;
    const listRow = terms.listRowOf(termsRow);
    if (this.#lists.sumOf(listRow) > 0) return true;
    this.#lists.add(listRow, 1);
    return false;
  }

  /** Of so many lots at most those that it could trade; then they count for what comes after. */
  #lotsOf(slot: number, lotsMax: number): number {
    const { books, columns, risk } = this.#tables;
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    const row = columns.positionRowOf(slot);
    if (row === NONE) return Math.min(lotsMax, leavesQtyLots);
    const orderCodes = books.orderCodesOf(slot);
    const reducible = risk.positions.reducibleLotsOf(row, sideOf(orderCodes));
    const openLots = Math.max(0, reducible - this.#closedLots.sumOf(row));
    const isTooLarge = isReduceOnly(orderCodes) && leavesQtyLots > openLots;
    if (isTooLarge) this.#keep(slot, openLots);
    const lots = Math.min(lotsMax, isTooLarge ? openLots : leavesQtyLots);
    const closingLots = Math.min(lots, openLots);
    if (!this.#pays(slot, row, lots, closingLots)) {
      this.#keep(slot, 0);
      return 0;
    }
    this.#closedLots.add(row, closingLots);
    return lots;
  }

  #keep(slot: number, lots: number): void {
    this.#keptLots.add(this.#unsound.count, lots);
    this.#unsound.add(slot);
  }

  /** Whether its account has the credit, after what those before it need. */
  #pays(slot: number, positionRow: number, lots: number, closingLots: number): boolean {
    const { columns, risk: tables } = this.#tables;
    const { price, risk } = this.#parts;
    if (tables.terms.riskModeOf(columns.accountRowOf(slot)) !== RISK_CREDIT) return true;
    const more = risk.moreToTradeAt(slot, price.priceTicks, lots, closingLots);
    if (more <= 0) return true;
    if (risk.lacksCredit(slot, this.#needs.sumOf(positionRow) + more)) return false;
    this.#needs.add(positionRow, more);
    return true;
  }
}
