// Order lists enter: all legs or none. Children of a first leg that was filled are activated.

import { NONE } from "../base/none.ts";
import {
  COMMAND_NEW_LIST,
  LIST_LEG_WORDS,
  LIST_LEG1_WORD,
  LIST_LEGS_MAX,
  LIST_LIST_TYPE_WORD,
  NEW_CL_ORD_ID_WORD,
} from "../codec/command.ts";
import { isPegged } from "../model/order-codes.ts";
import { LIST_OCO, LIST_OTO, LIST_OTOCO, LIST_PRO_RATA } from "../model/order-terms.ts";
import {
  REASON_BOOK_FULL,
  REASON_DUPLICATE_CL_ORD_ID,
  REASON_LINKED,
  REASON_NONE,
} from "../model/reasons.ts";
import type { AccountRisk } from "./account-risk.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { ListReleases } from "./list-releases.ts";
import { LIST_ACTIVE, LIST_DECIDED, PARENT_LEG } from "./list-table.ts";
import type { OrderChecks } from "./order-checks.ts";
import type { OrderEntry } from "./order-entry.ts";
import type { OrderIds } from "./order-ids.ts";
import type { OrderLists } from "./order-lists.ts";
import type { Pricing } from "./pricing.ts";
import type { SpecialReports } from "./special-reports.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type ListEntryParts = {
  readonly tables: EngineTables;
  readonly pricing: Pricing;
  readonly incoming: IncomingOrder;
  readonly ids: OrderIds;
  readonly special: SpecialReports;
  readonly working: WorkingOrders;
  readonly lists: OrderLists;
  readonly checks: OrderChecks;
  readonly risk: AccountRisk;
  readonly entry: OrderEntry;
};

export class ListEntry {
  readonly #parts: ListEntryParts;
  readonly #tables: EngineTables;
  readonly #releases: ListReleases;
  /** Rows of the legs' terms while their list enters. */
  readonly #legs = new Int32Array(LIST_LEGS_MAX);

  constructor(parts: ListEntryParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
    this.#releases = new ListReleases(parts);
  }

  /** Whether the command names a kind of list and as many legs as it has. */
  isKnown(words: Int32Array, at: number): boolean {
    const listType = listTypeOf(words, at);
    const legsCount = legsCountOf(words, at);
    const flags = listFlagsOf(words, at);
    if (flags !== 0 && (flags !== LIST_PRO_RATA || listType === LIST_OCO)) return false;
    if (listType === LIST_OTOCO) return legsCount === LIST_LEGS_MAX;
    return (listType === LIST_OCO || listType === LIST_OTO) && legsCount === LIST_LEGS_MAX - 1;
  }

  /** The list whose command starts at `words[at]`; ask isKnown first. */
  enter(words: Int32Array, at: number): void {
    const { lists, terms } = this.#tables;
    const listType = listTypeOf(words, at);
    const legsCount = legsCountOf(words, at);
    const listRow = lists.acquire(listType, listFlagsOf(words, at) === LIST_PRO_RATA);
    for (let leg = 0; leg < legsCount; leg++) {
      const termsRow = this.#parts.entry.takeTerms(words, bodyOf(at, leg));
      terms.setList(termsRow, listRow, leg);
      lists.setLeg(listRow, leg, termsRow);
      this.#legs[leg] = termsRow;
    }
    const refused = this.#refusedLeg(words, at);
    if (refused !== NONE) this.#reject(words, at, refused, listRow);
    else for (let leg = 0; leg < legsCount; leg++) this.#begin(words, at, leg);
  }

  /** Activates what waits for a parent that was filled; says whether anything did. */
  activateFilled(): boolean {
    let hasActivated = false;
    for (;;) {
      const listRow = this.#parts.lists.takeFilled();
      if (listRow === NONE) return hasActivated;
      hasActivated = true;
      if (this.#tables.lists.isProRata(listRow)) {
        this.#releases.release(listRow);
        continue;
      }
      for (let leg = PARENT_LEG + 1; leg < LIST_LEGS_MAX; leg++) this.#activate(listRow, leg);
    }
  }

  #activate(listRow: number, leg: number): void {
    const { lists, states, terms } = this.#tables;
    const { entry, incoming, special, working } = this.#parts;
    if (lists.stateOf(listRow) !== LIST_ACTIVE) return;
    const termsRow = lists.legOf(listRow, leg);
    if (termsRow === NONE) return;
    working.lift(terms.slotOf(termsRow), incoming);
    special.triggered(incoming, states.lastPxTicksOf(incoming.book));
    working.withdraw(terms.slotOf(termsRow));
    entry.wake(false);
  }

  /** The first leg that is refused, or NONE. */
  #refusedLeg(words: Int32Array, at: number): number {
    const legsCount = legsCountOf(words, at);
    for (let leg = 0; leg < legsCount; leg++) {
      if (this.#reasonToRefuse(words, at, leg) !== REASON_NONE) return leg;
    }
    return NONE;
  }

  #reasonToRefuse(words: Int32Array, at: number, leg: number): number {
    const { checks, incoming, pricing, risk } = this.#parts;
    this.#read(words, at, leg);
    const sleeps = this.#sleeps(words, at, leg);
    let reason = checks.reasonInOrder(incoming);
    if (reason !== REASON_NONE) return reason;
    if (hasEarlierId(words, at, leg)) return REASON_DUPLICATE_CL_ORD_ID;
    if (!sleeps) pricing.letRest(incoming);
    if (!sleeps) reason = checks.reasonAfterMakingWay(incoming);
    if (reason !== REASON_NONE) return reason;
    const places = leg === PARENT_LEG ? legsCountOf(words, at) : 0;
    if (risk.concerns(incoming)) reason = risk.reasonToReject(incoming, sleeps, places);
    if (reason !== REASON_NONE) return reason;
    if (!sleeps) {
      const marketReason = checks.reasonInMarket(incoming);
      if (marketReason !== REASON_NONE) return marketReason;
    }
    const hasRoom = leg > 0 || this.#tables.books.hasRoomFor(legsCountOf(words, at));
    return hasRoom ? REASON_NONE : REASON_BOOK_FULL;
  }

  #reject(words: Int32Array, at: number, refused: number, listRow: number): void {
    const { lists, terms } = this.#tables;
    for (let leg = 0; leg < legsCountOf(words, at); leg++) {
      const isRefused = leg === refused;
      const reason = isRefused ? this.#reasonToRefuse(words, at, leg) : REASON_LINKED;
      if (!isRefused) this.#read(words, at, leg);
      this.#parts.entry.reject(reason, COMMAND_NEW_LIST);
    }
    for (let leg = 0; leg < legsCountOf(words, at); leg++) {
      lists.setLeg(listRow, leg, NONE);
      terms.release(this.#legs[leg]);
    }
    lists.releaseIfEmpty(listRow);
  }

  /** A leg is accepted, and works, waits, sleeps or ends as the legs before it decided. */
  #begin(words: Int32Array, at: number, leg: number): void {
    const { accounts, lists, terms } = this.#tables;
    const { entry, incoming, pricing, risk, working } = this.#parts;
    this.#read(words, at, leg);
    incoming.accountRow = accounts.find(incoming.accountId);
    risk.findPosition(incoming);
    const { termsRow } = incoming;
    incoming.stpMode = accounts.stpModeOf(incoming.accountRow, terms.stpModeOf(termsRow));
    entry.accept();
    if (lists.stateOf(terms.listRowOf(termsRow)) === LIST_DECIDED) {
      entry.announce(0);
      entry.cancel(REASON_LINKED);
    } else if (this.#sleeps(words, at, leg)) {
      if (isPegged(incoming.orderCodes)) incoming.priceTicks = 0;
      entry.announce(0);
      working.park(incoming);
    } else {
      pricing.letRest(incoming);
      const reason = this.#reasonNotToBegin();
      if (reason === REASON_NONE) {
        entry.begin();
      } else {
        entry.announce(0);
        entry.cancel(reason);
      }
    }
  }

  /** The leg before it may have changed what this one meets: account and market are asked again. */
  #reasonNotToBegin(): number {
    const { checks, incoming, lists, risk } = this.#parts;
    let reason = checks.reasonAfterMakingWay(incoming);
    if (reason === REASON_NONE && risk.concerns(incoming)) {
      reason = risk.reasonToBegin(incoming, lists.alternativeOf(incoming.termsRow));
    }
    return reason === REASON_NONE ? checks.reasonInMarket(incoming) : reason;
  }

  #read(words: Int32Array, at: number, leg: number): void {
    this.#parts.entry.read(words, at, bodyOf(at, leg));
    this.#parts.entry.giveTerms(this.#legs[leg]);
  }

  /** Whether the leg waits for the first one to be filled. */
  #sleeps(words: Int32Array, at: number, leg: number): boolean {
    return leg !== PARENT_LEG && listTypeOf(words, at) !== LIST_OCO;
  }
}

function listTypeOf(words: Int32Array, at: number): number {
  return words[at + LIST_LIST_TYPE_WORD] & 0xff;
}

function legsCountOf(words: Int32Array, at: number): number {
  return (words[at + LIST_LIST_TYPE_WORD] >>> 8) & 0xff;
}

function listFlagsOf(words: Int32Array, at: number): number {
  return (words[at + LIST_LIST_TYPE_WORD] >>> 16) & 0xff;
}

/** From where a leg's words are counted as those of a record of its own are. */
function bodyOf(at: number, leg: number): number {
  return at + LIST_LEG1_WORD - NEW_CL_ORD_ID_WORD + leg * LIST_LEG_WORDS;
}

/** Whether a leg has the client order id of one before it. */
function hasEarlierId(words: Int32Array, at: number, leg: number): boolean {
  const idAt = bodyOf(at, leg) + NEW_CL_ORD_ID_WORD;
  for (let earlier = 0; earlier < leg; earlier++) {
    const otherAt = bodyOf(at, earlier) + NEW_CL_ORD_ID_WORD;
    let isSame = true;
    for (let i = 0; i < 4; i++) if (words[idAt + i] !== words[otherAt + i]) isSame = false;
    if (isSame) return true;
  }
  return false;
}
