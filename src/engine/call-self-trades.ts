// Self-trade prevention in calls, where the instrument asks for it. Of two orders that would trade
// the one that was entered later is the incoming one, and its mode decides.

import { NONE } from "../base/none.ts";
import { FLAG_TRANSFER } from "../codec/event.ts";
import {
  STP_CANCEL_BOTH,
  STP_CANCEL_NEWEST,
  STP_CANCEL_OLDEST,
  STP_NONE,
} from "../model/order-terms.ts";
import { REASON_LINKED, REASON_SELF_TRADE } from "../model/reasons.ts";
import type { AccountRisk } from "./account-risk.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { LIST_DECIDED } from "./list-table.ts";
import type { OrderLists } from "./order-lists.ts";
import type { ReduceOnlyCuts } from "./reduce-only-cuts.ts";
import type { SpecialReports } from "./special-reports.ts";
import { isTransfer } from "./transfers.ts";
import type { WorkingOrders } from "./working-orders.ts";

/** Lots of an order that ends: more than any has. */
const ALL = Number.MAX_SAFE_INTEGER;

export type CallSelfTradesParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly special: SpecialReports;
  readonly working: WorkingOrders;
  readonly lists: OrderLists;
  readonly risk: AccountRisk;
  readonly cuts: ReduceOnlyCuts;
};

export class CallSelfTrades {
  readonly #parts: CallSelfTradesParts;
  readonly #tables: EngineTables;

  constructor(parts: CallSelfTradesParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
  }

  /** Whether the two may not trade; then the younger one is the incoming order. */
  prevents(older: number, younger: number): boolean {
    const { accounts, books, callTerms, columns } = this.#tables;
    if (!callTerms.preventsSelfTrades(books.bookOf(older))) return false;
    const [olderRow, youngerRow] = [columns.accountRowOf(older), columns.accountRowOf(younger)];
    if (!accounts.isSamePerson(olderRow, youngerRow)) return false;
    this.#parts.working.lift(younger, this.#parts.incoming);
    return this.#parts.incoming.stpMode > STP_NONE;
  }

  /** What comes of a match that is prevented; ask prevents() first. */
  prevent(older: number, younger: number, priceTicks: number): void {
    const { books, columns } = this.#tables;
    const { cuts, incoming, risk, special } = this.#parts;
    const { stpMode } = incoming;
    const [olderRow, youngerRow] = [columns.accountRowOf(older), incoming.accountRow];
    const [olderId, youngerId] = [books.orderIdOf(older), incoming.orderId];
    const { book } = incoming;
    const lots = Math.min(books.leavesQtyLotsOf(older), books.leavesQtyLotsOf(younger));
    const transfers = isTransfer(this.#tables, older, incoming);
    special.prevented(incoming, older, priceTicks, lots, transfers ? FLAG_TRANSFER : 0);
    if (transfers) risk.onTransfer(older, incoming, priceTicks, lots);
    const endsOlder = stpMode === STP_CANCEL_OLDEST || stpMode === STP_CANCEL_BOTH;
    const endsYounger = stpMode === STP_CANCEL_NEWEST || stpMode === STP_CANCEL_BOTH;
    const decrements = !endsOlder && !endsYounger;
    const listRow = this.#oneListOf(older);
    const listState = listRow === NONE ? NONE : this.#tables.lists.stateOf(listRow);
    if (listRow !== NONE) this.#tables.lists.setState(listRow, LIST_DECIDED);
    if (endsOlder || decrements) this.#takeOff(olderId, decrements ? lots : ALL, transfers);
    if (endsYounger || decrements) this.#takeOff(youngerId, decrements ? lots : ALL, transfers);
    if (listRow !== NONE) this.#decide(listRow, listState, olderId, youngerId);
    if (!transfers) return;
    cuts.cut(olderRow, book);
    cuts.cut(youngerRow, book);
  }

  /** The list that both are legs of, or NONE: what is prevented is taken off both first. */
  #oneListOf(older: number): number {
    const { columns, terms } = this.#tables;
    const [olderTerms, youngerTerms] = [columns.termsRowOf(older), this.#parts.incoming.termsRow];
    if (olderTerms === NONE || youngerTerms === NONE) return NONE;
    const listRow = terms.listRowOf(olderTerms);
    return listRow === terms.listRowOf(youngerTerms) ? listRow : NONE;
  }

  /** The list is as it was; where one of its two legs has ended, the other one does. */
  #decide(listRow: number, listState: number, olderId: number, youngerId: number): void {
    const { books, lists } = this.#tables;
    const [older, younger] = [books.find(olderId), books.find(youngerId)];
    if (older === NONE && younger === NONE) return;
    lists.setState(listRow, listState);
    if (older === NONE) this.#parts.working.end(younger, REASON_LINKED);
    else if (younger === NONE) this.#parts.working.end(older, REASON_LINKED);
  }

  /** The end of one of the two may have ended the other, where a list links them. */
  #takeOff(orderId: number, lots: number, transfers: boolean): void {
    const { books, columns } = this.#tables;
    const { lists, working } = this.#parts;
    const slot = books.find(orderId);
    if (slot === NONE) return;
    const keptLots = books.leavesQtyLotsOf(slot) - lots;
    if (keptLots <= 0) {
      working.end(slot, REASON_SELF_TRADE);
      return;
    }
    working.reduce(slot, keptLots, REASON_SELF_TRADE);
    if (transfers) lists.onTransfer(columns.termsRowOf(slot));
  }
}
