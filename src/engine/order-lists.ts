// Linked orders: one cancels the other (OCO), one activates the other (OTO), one activates two of
// which one cancels the other (OTOCO), at once or part by part. Says which legs end or wake when
// something happens to one.

import { NONE } from "../base/none.ts";
import { LIST_LEGS_MAX } from "../codec/command.ts";
import { LIST_OCO, STP_MEETS_NOBODY } from "../model/order-terms.ts";
import { REASON_LINKED } from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { LIST_ACTIVE, LIST_CLOSING, LIST_DECIDED, LIST_PENDING, PARENT_LEG } from "./list-table.ts";
import type { WorkingOrders } from "./working-orders.ts";

const WAITING_EXPECTED = 16;

export class OrderLists {
  readonly #tables: EngineTables;
  readonly #incoming: IncomingOrder;
  readonly #working: WorkingOrders;
  /** Lists whose parent was filled, or ended, by this command and whose children sleep still. */
  #waiting = new Int32Array(WAITING_EXPECTED);
  #waitingCount = 0;
  #takenCount = 0;

  constructor(tables: EngineTables, incoming: IncomingOrder, working: WorkingOrders) {
    this.#tables = tables;
    this.#incoming = incoming;
    this.#working = working;
    working.onLegEnd((termsRow) => this.#onEnd(termsRow));
  }

  /** A resting order is about to be filled by `lastQtyLots`. */
  onMakerFilled(slot: number, lastQtyLots: number): void {
    const { books, columns } = this.#tables;
    const termsRow = columns.termsRowOf(slot);
    if (termsRow === NONE) return;
    const orderQtyLots = columns.orderQtyLotsOf(slot);
    const cumQtyLots = orderQtyLots - books.leavesQtyLotsOf(slot) + lastQtyLots;
    this.onFill(termsRow, cumQtyLots, orderQtyLots);
  }

  /** The incoming order, a leg perhaps, has traded with one maker. */
  onTakerFilled(): void {
    const { cumQtyLots, orderQtyLots, termsRow } = this.#incoming;
    const listRow = this.#tables.terms.listRowOf(termsRow);
    if (listRow === NONE) return;
    if (this.#isEitherOr(termsRow)) this.#decide(termsRow);
    else this.#notePart(listRow, cumQtyLots, orderQtyLots);
  }

  /** The incoming order has traded as far as it goes now. */
  onTakerTraded(): void {
    const { cumQtyLots, orderQtyLots, termsRow } = this.#incoming;
    const listRow = this.#tables.terms.listRowOf(termsRow);
    if (listRow === NONE) return;
    if (this.#isEitherOr(termsRow)) this.#endFilledWith(termsRow);
    else if (cumQtyLots === orderQtyLots) this.#wakeAll(listRow);
  }

  /** A leg begins to work, or has traded: of two that cancel each other the other one goes. */
  endAlternative(termsRow: number): void {
    if (this.#isEitherOr(termsRow)) this.#decide(termsRow);
  }

  /**
   * A part of an order, a leg perhaps, was transferred: its alternative goes as after a fill, but
   * what waits for its fills waits on.
   */
  onTransfer(termsRow: number): void {
    if (termsRow !== NONE) this.endAlternative(termsRow);
  }

  /** The slot of the order that this one and a fill would end each other, or NONE. */
  alternativeOf(termsRow: number): number {
    if (termsRow === NONE || !this.#isEitherOr(termsRow)) return NONE;
    const { lists, terms } = this.#tables;
    const listRow = terms.listRowOf(termsRow);
    const isOco = lists.typeOf(listRow) === LIST_OCO;
    for (let leg = isOco ? PARENT_LEG : PARENT_LEG + 1; leg < LIST_LEGS_MAX; leg++) {
      const other = lists.legOf(listRow, leg);
      if (other !== NONE && leg !== terms.legIndexOf(termsRow)) return terms.slotOf(other);
    }
    return NONE;
  }

  /** A leg was filled, wholly or in part. */
  onFill(termsRow: number, cumQtyLots: number, orderQtyLots: number): void {
    const listRow = this.#tables.terms.listRowOf(termsRow);
    if (listRow === NONE) return;
    if (this.#isEitherOr(termsRow)) {
      this.#decide(termsRow);
      this.#endFilledWith(termsRow);
      return;
    }
    this.#notePart(listRow, cumQtyLots, orderQtyLots);
    if (cumQtyLots === orderQtyLots) this.#wakeAll(listRow);
  }

  /** Pro rata each fill counts with the total that its parent has at that time. */
  #notePart(listRow: number, filledLots: number, totalLots: number): void {
    const { lists } = this.#tables;
    if (!lists.isProRata(listRow) || lists.stateOf(listRow) !== LIST_PENDING) return;
    lists.noteFilled(listRow, filledLots, totalLots);
    this.#wait(listRow);
  }

  /** The parent was filled whole. */
  #wakeAll(listRow: number): void {
    const { lists } = this.#tables;
    if (lists.stateOf(listRow) !== LIST_PENDING) return;
    lists.setState(listRow, LIST_ACTIVE);
    this.#wait(listRow);
  }

  /** The next list whose children are to be activated, or NONE. */
  takeFilled(): number {
    if (this.#takenCount < this.#waitingCount) return this.#waiting[this.#takenCount++];
    this.#takenCount = 0;
    this.#waitingCount = 0;
    return NONE;
  }

  /** A leg ended and was not filled. */
  #onEnd(termsRow: number): void {
    const { lists, terms } = this.#tables;
    const listRow = terms.listRowOf(termsRow);
    if (listRow === NONE) return;
    const isSpentParent = !this.#isEitherOr(termsRow) && lists.stateOf(listRow) !== LIST_PENDING;
    if (isSpentParent) return;
    if (this.#hasReleases(termsRow, listRow)) {
      lists.setState(listRow, LIST_CLOSING);
      this.#wait(listRow);
    } else {
      this.#decide(termsRow);
    }
  }

  /** Whether the leg is a parent whose fills made something of its children due. */
  #hasReleases(termsRow: number, listRow: number): boolean {
    const { lists } = this.#tables;
    return !this.#isEitherOr(termsRow) && lists.filledLotsOf(listRow) > 0;
  }

  /** Whether a fill of this leg ends others: both of an OCO, the children of the other lists. */
  #isEitherOr(termsRow: number): boolean {
    const { lists, terms } = this.#tables;
    const listRow = terms.listRowOf(termsRow);
    if (listRow === NONE) return false;
    return lists.typeOf(listRow) === LIST_OCO || terms.legIndexOf(termsRow) !== PARENT_LEG;
  }

  /** This leg ends the others, once. A child leaves its parent alone. */
  #decide(termsRow: number): void {
    const { lists, terms } = this.#tables;
    const listRow = terms.listRowOf(termsRow);
    if (lists.stateOf(listRow) === LIST_DECIDED) return;
    lists.setState(listRow, LIST_DECIDED);
    this.#endOthers(termsRow);
  }

  /** Two that traded with each other end each other: what the first one has left goes as well. */
  #endFilledWith(termsRow: number): void {
    const { lists, terms } = this.#tables;
    if (lists.stateOf(terms.listRowOf(termsRow)) === LIST_DECIDED) this.#endOthers(termsRow);
  }

  #endOthers(termsRow: number): void {
    const { lists, terms } = this.#tables;
    const listRow = terms.listRowOf(termsRow);
    const isOco = lists.typeOf(listRow) === LIST_OCO;
    const legIndex = terms.legIndexOf(termsRow);
    const firstLeg = isOco || legIndex === PARENT_LEG ? PARENT_LEG : PARENT_LEG + 1;
    for (let leg = firstLeg; leg < LIST_LEGS_MAX; leg++) {
      const other = lists.legOf(listRow, leg);
      if (other !== NONE && leg !== legIndex) this.#end(other);
    }
  }

  /** Ends a leg on its ladder; one at work meets nobody further and ends then. */
  #end(termsRow: number): void {
    const slot = this.#tables.terms.slotOf(termsRow);
    if (slot !== NONE) {
      this.#working.end(slot, REASON_LINKED);
    } else if (this.#incoming.termsRow === termsRow) {
      this.#incoming.stpMode = STP_MEETS_NOBODY;
      this.#incoming.endReason = REASON_LINKED;
    }
  }

  #wait(listRow: number): void {
    const isLast = this.#waitingCount > this.#takenCount;
    if (isLast && this.#waiting[this.#waitingCount - 1] === listRow) return;
    if (this.#waitingCount === this.#waiting.length) {
      const waiting = new Int32Array(this.#waiting.length * 2);
      waiting.set(this.#waiting);
      this.#waiting = waiting;
    }
    this.#waiting[this.#waitingCount++] = listRow;
  }
}
