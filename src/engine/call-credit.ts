// Who could not pay what a call would trade of his orders: on credit a better price may cost more
// than the order's own. Such orders end before anything trades, so that no price counts them.

import { NONE } from "../base/none.ts";
import { RISK_CREDIT } from "../model/account.ts";
import { sideOf } from "../model/order-codes.ts";
import { REASON_CREDIT_LIMIT } from "../model/reasons.ts";
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
/** Prices that are asked about; what cannot be paid then ends where it would trade, one by one. */
const PRICES_MAX = 64;

export type CallCreditParts = {
  readonly tables: EngineTables;
  readonly lists: OrderLists;
  readonly price: CallPrice;
  readonly risk: AccountRisk;
  readonly sides: CallSides;
  readonly working: WorkingOrders;
};

export class CallCredit {
  readonly #parts: CallCreditParts;
  readonly #tables: EngineTables;
  readonly #unpaid: OrderSet;
  /** By position, of those asked before: what they need, and what they would take off it. */
  readonly #needs = new WalkSums();
  readonly #closedLots = new WalkSums();
  /** Lists of which an alternative was asked. */
  readonly #lists = new WalkSums();

  constructor(parts: CallCreditParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
    this.#unpaid = new OrderSet(parts.tables.books);
  }

  /** The price at which everybody could pay for what would trade. */
  findPrice(book: number): void {
    const { price, risk, working } = this.#parts;
    price.find(book);
    if (!risk.isOn()) return;
    for (let prices = 0; prices < PRICES_MAX && price.pairedLots > 0; prices++) {
      this.#findUnpaid(book);
      if (this.#unpaid.count === 0) return;
      for (let i = 0; i < this.#unpaid.count; i++) {
        const slot = this.#unpaid.slotAt(i);
        if (slot !== NONE) working.end(slot, REASON_CREDIT_LIMIT);
      }
      price.find(book);
    }
  }

  /** All are asked in the order in which they would trade, each on what is left to it. */
  #findUnpaid(book: number): void {
    const { books } = this.#tables;
    const { price, sides } = this.#parts;
    this.#unpaid.clear();
    this.#needs.begin();
    this.#closedLots.begin();
    this.#lists.begin();
    for (const side of SIDES) {
      let leftLots = price.pairedLots;
      sides.beginOrders(book, side);
      while (leftLots > 0) {
        const slot = sides.nextOrderAt(price.priceTicks);
        if (slot === NONE) break;
        if (this.#isDecided(slot)) continue;
        const lots = Math.min(leftLots, books.leavesQtyLotsOf(slot));
        if (this.#pays(slot, lots)) leftLots -= lots;
        else this.#unpaid.add(slot);
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

  /** Whether its account has the credit for so many lots; then they count for what comes after. */
  #pays(slot: number, lots: number): boolean {
    const { books, columns } = this.#tables;
    const { positions, terms } = this.#tables.risk;
    const { price, risk } = this.#parts;
    if (terms.riskModeOf(columns.accountRowOf(slot)) !== RISK_CREDIT) return true;
    const row = columns.positionRowOf(slot);
    const reducibleLots = positions.reducibleLotsOf(row, sideOf(books.orderCodesOf(slot)));
    const closingLots = Math.min(lots, Math.max(0, reducibleLots - this.#closedLots.sumOf(row)));
    const needBefore = this.#needs.sumOf(row);
    const more = risk.moreToTradeAt(slot, price.priceTicks, lots, closingLots);
    if (more > 0 && risk.lacksCredit(slot, needBefore + more)) return false;
    this.#closedLots.add(row, closingLots);
    this.#needs.add(row, Math.max(0, more));
    return true;
  }
}
