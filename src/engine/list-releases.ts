// Lists that release their children part by part, as their parent is filled: so much of a child as
// of its parent becomes an order of its own, which trades, rests and waits like any other. Of a
// bracket what one fill releases cancels each other. Where the parent ends unfilled, what was not
// released ends with it.

import { partOf, RATIO_MAX } from "../base/exact-ratio.ts";
import { NONE } from "../base/none.ts";
import { LIST_LEGS_MAX } from "../codec/command.ts";
import { writeReleasedId } from "../codec/released-id.ts";
import { EXEC_INST_ICEBERG } from "../model/exec-inst.ts";
import { LIST_OCO } from "../model/order-terms.ts";
import { REASON_LINKED, REASON_RELEASED } from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { LIST_CLOSING, LIST_DECIDED, LIST_PENDING, PARENT_LEG } from "./list-table.ts";
import type { OrderEntry } from "./order-entry.ts";
import type { OrderIds } from "./order-ids.ts";

import type { WorkingOrders } from "./working-orders.ts";

export type ListReleasesParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly ids: OrderIds;
  readonly working: WorkingOrders;
  readonly entry: OrderEntry;
};

export class ListReleases {
  readonly #parts: ListReleasesParts;
  readonly #tables: EngineTables;
  /** Of the legs of the list at work: what is due, and the terms of what is released. */
  readonly #dueLots = new Float64Array(LIST_LEGS_MAX);
  readonly #rows = new Int32Array(LIST_LEGS_MAX);
  readonly #idWords = new Int32Array(4);
  readonly #idBytes = new Uint8Array(this.#idWords.buffer);

  constructor(parts: ListReleasesParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
  }

  /** Releases what the parent's fills make due. */
  release(listRow: number): void {
    const { lists } = this.#tables;
    const state = lists.stateOf(listRow);
    if (state === LIST_DECIDED) return;
    // Once the parent has ended, the ends of its children decide nothing.
    if (state !== LIST_PENDING) lists.setState(listRow, LIST_DECIDED);
    let legsCount = 0;
    for (let leg = PARENT_LEG + 1; leg < LIST_LEGS_MAX; leg++) {
      this.#dueLots[leg] = this.#dueLotsOf(listRow, leg);
      if (this.#dueLots[leg] > 0) legsCount++;
    }
    this.#copyTerms(listRow, legsCount);
    for (let leg = PARENT_LEG + 1; leg < LIST_LEGS_MAX; leg++) {
      if (this.#dueLots[leg] > 0) this.#releaseLeg(lists.legOf(listRow, leg), leg);
    }
    if (state === LIST_CLOSING) this.#endRest(listRow);
  }

  /** As much of the child as of the parent, less what was released before. */
  #dueLotsOf(listRow: number, leg: number): number {
    const { books, lists, terms } = this.#tables;
    const termsRow = lists.legOf(listRow, leg);
    if (termsRow === NONE) return 0;
    const asleepLots = books.leavesQtyLotsOf(terms.slotOf(termsRow));
    const releasedLots = terms.releasedLotsOf(termsRow);
    const filledLots = lists.filledLotsOf(listRow);
    const totalLots = lists.totalLotsOf(listRow);
    if (filledLots === totalLots) return asleepLots;
    const allLots = releasedLots + asleepLots;
    if (Math.max(allLots, totalLots) > RATIO_MAX) return 0;
    return Math.max(partOf(allLots, filledLots, totalLots) - releasedLots, 0);
  }

  /** What is released has terms of its own, linked where it is two orders. */
  #copyTerms(listRow: number, legsCount: number): void {
    const { lists, terms } = this.#tables;
    const newListRow = legsCount > 1 ? lists.acquire(LIST_OCO, false) : NONE;
    let newLeg = 0;
    for (let leg = PARENT_LEG + 1; leg < LIST_LEGS_MAX; leg++) {
      if (this.#dueLots[leg] === 0) continue;
      const row = terms.copy(lists.legOf(listRow, leg));
      this.#rows[leg] = row;
      if (newListRow === NONE) continue;
      terms.setList(row, newListRow, newLeg);
      lists.setLeg(newListRow, newLeg++, row);
    }
  }

  #releaseLeg(childRow: number, leg: number): void {
    const { books, lists, terms } = this.#tables;
    const { entry, incoming, working } = this.#parts;
    const lots = this.#dueLots[leg];
    const row = this.#rows[leg];
    const slot = terms.slotOf(childRow);
    this.#describe(slot, row, lots);
    const keptLots = books.leavesQtyLotsOf(slot) - lots;
    terms.addReleasedLots(childRow, lots);
    if (keptLots > 0) working.reduce(slot, keptLots, REASON_RELEASED);
    else working.end(slot, REASON_RELEASED);
    entry.accept();
    entry.announce(0);
    const newListRow = terms.listRowOf(row);
    const isDecided = newListRow !== NONE && lists.stateOf(newListRow) === LIST_DECIDED;
    if (isDecided) entry.cancel(REASON_LINKED);
    else entry.wake(false);
    incoming.termsRow = NONE;
  }

  /** The incoming order is so much of the child, as an order of its own. */
  #describe(slot: number, row: number, lots: number): void {
    const { terms } = this.#tables;
    const { incoming, working } = this.#parts;
    working.lift(slot, incoming);
    incoming.termsRow = row;
    incoming.idSlot = NONE;
    incoming.orderQtyLots = lots;
    incoming.leavesQtyLots = lots;
    incoming.cumQtyLots = 0;
    incoming.isTracked = false;
    if (terms.displayQtyLotsOf(row) >= lots) {
      terms.setDisplayQtyLots(row, 0);
      incoming.orderCodes &= ~(EXEC_INST_ICEBERG << 24);
    }
    this.#giveId();
  }

  #giveId(): void {
    const { clOrdIds } = this.#tables;
    const { ids, incoming } = this.#parts;
    const words = this.#idWords;
    let marks = 0;
    let hash = 0;
    do {
      writeReleasedId(this.#idBytes, ids.lastOrderId + 1, ++marks);
      hash = clOrdIds.hashOf(incoming.accountId, words, 0);
    } while (clOrdIds.find(hash, incoming.accountId, words, 0) !== NONE);
    incoming.setClOrdId(words, 0, hash);
  }

  #endRest(listRow: number): void {
    const { lists, terms } = this.#tables;
    for (let leg = PARENT_LEG + 1; leg < LIST_LEGS_MAX; leg++) {
      const termsRow = lists.legOf(listRow, leg);
      if (termsRow !== NONE) this.#parts.working.end(terms.slotOf(termsRow), REASON_LINKED);
    }
  }
}
