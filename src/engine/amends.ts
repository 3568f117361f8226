// hot path
// Orders are changed: price, quantity, trigger price, what they show, lifetime, client order id.
// Every check comes before any effect: a refused amend leaves the order exactly as it was.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import { isParkedKind, isTriggerKind, LADDER_ASKS, ladderOfKind } from "../book/ladder-kinds.ts";
import { hasClOrdId } from "../codec/cl-ord-id.ts";
import {
  AMEND_AMEND_FLAGS_WORD,
  AMEND_CL_ORD_ID_WORD,
  AMEND_DISPLAY_QTY_LOTS_WORD,
  AMEND_EXPIRE_TIME_MICROS_WORD,
  AMEND_HAS_DISPLAY_QTY,
  AMEND_HAS_EXPIRE_TIME,
  AMEND_HAS_PRICE,
  AMEND_HAS_QTY,
  AMEND_HAS_STOP_PX,
  AMEND_JOINS_TAIL,
  AMEND_NEW_CL_ORD_ID_WORD,
  AMEND_ORDER_ID_WORD,
  AMEND_ORDER_QTY_LOTS_WORD,
  AMEND_PRICE_TICKS_WORD,
  AMEND_QTY_IS_LEAVES,
  AMEND_STOP_PX_TICKS_WORD,
  COMMAND_AMEND,
} from "../codec/command.ts";
import {
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_RESTATED,
  FLAG_KEPT_PLACE,
  FLAG_ON_BOOK,
} from "../codec/event.ts";
import {
  isAllOrNone,
  isPegged,
  isPostOnly,
  timeInForceOf,
  worksAsMarket,
} from "../model/order-codes.ts";
import { TERM_HAS_PRICE, TERM_TRAILING } from "../model/order-terms.ts";
import {
  REASON_BELOW_EXECUTED,
  REASON_BOOK_FULL,
  REASON_DISPLAY_QTY,
  REASON_DUPLICATE_CL_ORD_ID,
  REASON_EXPIRE_TIME,
  REASON_NONE,
  REASON_NOTHING_TO_AMEND,
  REASON_POST_ONLY_WOULD_TRADE,
  REASON_PRICE_OUT_OF_RANGE,
  REASON_QTY_OUT_OF_RANGE,
  REASON_UNSUPPORTED_ORDER,
  REASON_WOULD_TRIGGER,
} from "../model/reasons.ts";
import { TIF_GTD } from "../model/time-in-force.ts";
import type { AccountRisk } from "./account-risk.ts";
import type { Cancels } from "./cancels.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import { sliceLots } from "./iceberg-slice.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderChecks } from "./order-checks.ts";
import type { OrderEntry } from "./order-entry.ts";
import type { OrderIds } from "./order-ids.ts";
import { findNamedOrder } from "./order-names.ts";
import type { Pegs } from "./pegs.ts";
import type { Pricing } from "./pricing.ts";
import type { Reach } from "./reach.ts";
import type { SpecialReports } from "./special-reports.ts";
import type { TriggerPrices } from "./trigger-prices.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type AmendsParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly ids: OrderIds;
  readonly reports: ExecutionReports;
  readonly special: SpecialReports;
  readonly working: WorkingOrders;
  readonly pricing: Pricing;
  readonly reach: Reach;
  readonly checks: OrderChecks;
  readonly risk: AccountRisk;
  readonly entry: OrderEntry;
  readonly cancels: Cancels;
  readonly pegs: Pegs;
  readonly triggerPrices: TriggerPrices;
};

const CHANGES =
  AMEND_HAS_PRICE |
  AMEND_HAS_QTY |
  AMEND_HAS_STOP_PX |
  AMEND_HAS_DISPLAY_QTY |
  AMEND_HAS_EXPIRE_TIME;

export class Amends {
  readonly #parts: AmendsParts;
  readonly #tables: EngineTables;
  /** The command at work. */
  #words: Int32Array = new Int32Array(0);
  #at = 0;
  #flags = 0;

  constructor(parts: AmendsParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
  }

  /** The amend whose command starts at `words[at]`. */
  amend(words: Int32Array, at: number, timeMicros: number): void {
    const names = AMEND_CL_ORD_ID_WORD;
    const slot = findNamedOrder(this.#tables, words, at, names, AMEND_ORDER_ID_WORD);
    if (slot === NONE) {
      this.#parts.cancels.refuseUnknown(EVENT_AMEND_REJECTED, words, at, AMEND_ORDER_ID_WORD);
      return;
    }
    this.#words = words;
    this.#at = at;
    this.#flags = words[at + AMEND_AMEND_FLAGS_WORD] & 0xff;
    const { books, columns } = this.#tables;
    const executedLots = columns.orderQtyLotsOf(slot) - books.leavesQtyLotsOf(slot);
    const orderQtyLots = this.#amendedTotal(slot, executedLots);
    if (orderQtyLots <= executedLots) {
      this.#parts.working.end(slot, REASON_BELOW_EXECUTED);
      return;
    }
    const incoming = this.#describe(slot, orderQtyLots, executedLots);
    const reason = this.#reasonToRefuse(slot, timeMicros);
    if (reason !== REASON_NONE) {
      const { reports } = this.#parts;
      const leavesQtyLots = books.leavesQtyLotsOf(slot);
      const report = reports.ofResting(EVENT_AMEND_REJECTED, slot, leavesQtyLots, 0, reason);
      reports.setCommandKind(report, COMMAND_AMEND);
      return;
    }
    this.#tables.states.touch(incoming.book);
    this.#rename(slot);
    const { risk } = this.#parts;
    if (risk.isOn) risk.release(slot, books.leavesQtyLotsOf(slot));
    this.#changeTerms(slot);
    if (risk.isOn) risk.onAmend(incoming);
    this.#apply(slot);
  }

  /** The order as it would be after the amend; the order itself stays for now. */
  #describe(slot: number, orderQtyLots: number, executedLots: number): IncomingOrder {
    const { incoming, working } = this.#parts;
    working.lift(slot, incoming);
    if (this.#has(AMEND_HAS_PRICE) && !isPegged(incoming.orderCodes)) {
      incoming.priceTicks = this.#words[this.#at + AMEND_PRICE_TICKS_WORD];
      incoming.limitTicks = incoming.priceTicks;
    }
    incoming.orderQtyLots = orderQtyLots;
    incoming.leavesQtyLots = orderQtyLots - executedLots;
    return incoming;
  }

  #has(flag: number): boolean {
    return (this.#flags & flag) !== 0;
  }

  /** The new total that the amend asks for. */
  #amendedTotal(slot: number, executedLots: number): number {
    if (!this.#has(AMEND_HAS_QTY)) return this.#tables.columns.orderQtyLotsOf(slot);
    const qtyLots = readU64(this.#words, this.#at + AMEND_ORDER_QTY_LOTS_WORD);
    return this.#has(AMEND_QTY_IS_LEAVES) ? executedLots + qtyLots : qtyLots;
  }

  #reasonToRefuse(slot: number, timeMicros: number): number {
    const { clOrdIds, instruments } = this.#tables;
    const { incoming } = this.#parts;
    const { book, orderCodes, orderQtyLots, accountRow } = incoming;
    const newIdAt = this.#at + AMEND_NEW_CL_ORD_ID_WORD;
    const renames = hasClOrdId(this.#words, newIdAt);
    if ((this.#flags & CHANGES) === 0 && !renames) return REASON_NOTHING_TO_AMEND;
    if (!this.#applies(slot)) return REASON_UNSUPPORTED_ORDER;
    // A reduced order may be below the minimum, so only a quantity that is given is looked at.
    const changesQty = this.#has(AMEND_HAS_QTY);
    if (changesQty && !instruments.takesQty(book, orderQtyLots)) return REASON_QTY_OUT_OF_RANGE;
    const priceTicks = this.#words[this.#at + AMEND_PRICE_TICKS_WORD];
    if (this.#has(AMEND_HAS_PRICE) && !instruments.takesPrice(book, priceTicks)) {
      return REASON_PRICE_OUT_OF_RANGE;
    }
    const stopPxTicks = this.#words[this.#at + AMEND_STOP_PX_TICKS_WORD];
    const movesStop = this.#has(AMEND_HAS_STOP_PX);
    if (movesStop && !instruments.takesPrice(book, stopPxTicks)) return REASON_PRICE_OUT_OF_RANGE;
    if (this.#has(AMEND_HAS_DISPLAY_QTY) && !this.#showsPart()) return REASON_DISPLAY_QTY;
    if (renames && clOrdIds.find(accountRow, this.#words, newIdAt) !== NONE) {
      return REASON_DUPLICATE_CL_ORD_ID;
    }
    if (this.#has(AMEND_HAS_EXPIRE_TIME) && this.#expireTimeMicros() <= timeMicros) {
      return REASON_EXPIRE_TIME;
    }
    const { triggerPrices } = this.#parts;
    if (movesStop && triggerPrices.isThroughAt(book, orderCodes, incoming.termsRow, stopPxTicks)) {
      return REASON_WOULD_TRIGGER;
    }
    return this.#reasonToKeepOut(slot);
  }

  /** Whether the order has what the amend wants to change. */
  #applies(slot: number): boolean {
    const { books, terms } = this.#tables;
    const { orderCodes, termsRow } = this.#parts.incoming;
    const isWaiting = isTriggerKind(books.ladderKindOf(slot));
    if (this.#has(AMEND_HAS_PRICE) && worksAsMarket(orderCodes)) return false;
    if (this.#has(AMEND_HAS_DISPLAY_QTY) && !books.isIceberg(slot)) return false;
    if (this.#has(AMEND_HAS_EXPIRE_TIME) && timeInForceOf(orderCodes) !== TIF_GTD) return false;
    if (!this.#has(AMEND_HAS_STOP_PX)) return true;
    return isWaiting && (terms.flagsOf(termsRow) & TERM_TRAILING) === 0;
  }

  /** Post-only and room, of an order that rests and loses its place; its account, of any. */
  #reasonToKeepOut(slot: number): number {
    const { books } = this.#tables;
    const { checks, incoming, pricing, reach } = this.#parts;
    const kind = books.ladderKindOf(slot);
    const isWaiting = isTriggerKind(kind) || isParkedKind(kind);
    if (isWaiting) return this.#reasonOfAccount(slot);
    if (!this.#keepsPlace(slot) && isPostOnly(incoming.orderCodes) && pricing.meets(incoming)) {
      if (!pricing.makesWay(incoming)) return REASON_POST_ONLY_WOULD_TRADE;
    }
    const reason = this.#reasonOfAccount(slot);
    if (reason !== REASON_NONE) return reason;
    const { book, limitTicks, leavesQtyLots, orderCodes } = incoming;
    const movesPrice = limitTicks !== books.priceTicksOf(slot);
    const leavingLots = movesPrice ? 0 : books.shownLotsOf(slot);
    const ladder = ladderOfKind(book, kind);
    if (checks.overflowsLevel(ladder, limitTicks, leavesQtyLots, leavingLots)) {
      return REASON_BOOK_FULL;
    }
    if (!movesPrice || books.hasLevelRoom()) return REASON_NONE;
    const isGone = !isAllOrNone(orderCodes) && reach.fillsWhole(incoming);
    return isGone ? REASON_NONE : REASON_BOOK_FULL;
  }

  #reasonOfAccount(slot: number): number {
    const { incoming, risk } = this.#parts;
    if (!risk.isOn) return REASON_NONE;
    return risk.reasonToRefuseAmend(
      slot,
      incoming,
      this.#has(AMEND_HAS_QTY),
      this.#given(AMEND_HAS_PRICE, AMEND_PRICE_TICKS_WORD),
      this.#given(AMEND_HAS_STOP_PX, AMEND_STOP_PX_TICKS_WORD),
    );
  }

  #given(flag: number, word: number): number {
    return this.#has(flag) ? this.#words[this.#at + word] : Number.NaN;
  }

  #showsPart(): boolean {
    const displayQtyLots = readU64(this.#words, this.#at + AMEND_DISPLAY_QTY_LOTS_WORD);
    return displayQtyLots > 0 && displayQtyLots < this.#parts.incoming.orderQtyLots;
  }

  #expireTimeMicros(): number {
    return readU64(this.#words, this.#at + AMEND_EXPIRE_TIME_MICROS_WORD);
  }

  /** Less at the same price, and no wish for the tail. */
  #keepsPlace(slot: number): boolean {
    const { books, columns } = this.#tables;
    const { incoming } = this.#parts;
    if (this.#has(AMEND_JOINS_TAIL)) return false;
    if (incoming.orderQtyLots > columns.orderQtyLotsOf(slot)) return false;
    if (isTriggerKind(books.ladderKindOf(slot))) {
      const stopPxTicks = this.#words[this.#at + AMEND_STOP_PX_TICKS_WORD];
      return !this.#has(AMEND_HAS_STOP_PX) || stopPxTicks === books.priceTicksOf(slot);
    }
    return isPegged(incoming.orderCodes) || incoming.priceTicks === books.priceTicksOf(slot);
  }

  #rename(slot: number): void {
    const newIdAt = this.#at + AMEND_NEW_CL_ORD_ID_WORD;
    if (!hasClOrdId(this.#words, newIdAt)) return;
    const { clOrdIds, columns } = this.#tables;
    const { incoming } = this.#parts;
    const oldRow = columns.clOrdRowOf(slot);
    const newRow = clOrdIds.add(columns.accountRowOf(slot), this.#words, newIdAt);
    clOrdIds.setSlot(newRow, slot);
    columns.setClOrdRow(slot, newRow);
    clOrdIds.close(oldRow);
    incoming.clOrdRow = newRow;
    incoming.idWords = clOrdIds.rows;
    incoming.idAt = clOrdIds.idWordOf(newRow);
  }

  /** Display quantity, lifetime, trigger price and a peg's worst price: they act later. */
  #changeTerms(slot: number): void {
    const { expiries, terms } = this.#tables;
    const { incoming } = this.#parts;
    const { orderCodes, orderId, termsRow } = incoming;
    if (termsRow === NONE) return;
    if (this.#has(AMEND_HAS_DISPLAY_QTY)) {
      const displayQtyLots = readU64(this.#words, this.#at + AMEND_DISPLAY_QTY_LOTS_WORD);
      terms.setDisplayQtyLots(termsRow, displayQtyLots);
    }
    if (this.#has(AMEND_HAS_EXPIRE_TIME)) {
      terms.setExpireTimeMicros(termsRow, this.#expireTimeMicros());
      expiries.set(termsRow, this.#expireTimeMicros(), orderId);
    }
    if (this.#has(AMEND_HAS_STOP_PX)) {
      terms.setStopPxTicks(termsRow, this.#words[this.#at + AMEND_STOP_PX_TICKS_WORD]);
    }
    if (this.#has(AMEND_HAS_PRICE) && isPegged(orderCodes)) {
      terms.setWorstPxTicks(termsRow, this.#words[this.#at + AMEND_PRICE_TICKS_WORD]);
      terms.setFlag(termsRow, TERM_HAS_PRICE);
    }
    const movesLimit = isTriggerKind(this.#tables.books.ladderKindOf(slot));
    if (movesLimit) terms.setLimitTicks(termsRow, incoming.priceTicks);
  }

  #apply(slot: number): void {
    const { books } = this.#tables;
    const kind = books.ladderKindOf(slot);
    const { incoming, pegs } = this.#parts;
    const { book, orderCodes, termsRow } = incoming;
    if (isTriggerKind(kind)) this.#amendWaiting(slot);
    else if (isParkedKind(kind)) this.#amendParked(slot);
    else if (this.#keepsPlace(slot)) this.#amendInPlace(slot);
    else this.#reenter(slot);
    const isCapped = isPegged(orderCodes) && this.#has(AMEND_HAS_PRICE);
    // A leg that sleeps follows nothing yet.
    if (isCapped && this.#tables.pegged.has(termsRow)) pegs.followNow(book, termsRow);
  }

  #amendWaiting(slot: number): void {
    const { books, columns, terms } = this.#tables;
    const { incoming, working } = this.#parts;
    const { book, leavesQtyLots, orderQtyLots, priceTicks, termsRow } = incoming;
    const openBeforeLots = books.leavesQtyLotsOf(slot);
    const keepsPlace = this.#keepsPlace(slot);
    columns.setOrderQtyLots(slot, orderQtyLots);
    if (keepsPlace) {
      books.resize(slot, leavesQtyLots);
    } else {
      const ladder = ladderOfKind(book, books.ladderKindOf(slot));
      working.move(slot, ladder, terms.stopPxTicksOf(termsRow), leavesQtyLots);
      terms.setLimitTicks(termsRow, priceTicks);
    }
    this.#restate(slot, openBeforeLots, keepsPlace ? FLAG_KEPT_PLACE : 0);
  }

  /** Nothing stands in a queue here, so nothing loses its place. */
  #amendParked(slot: number): void {
    const { books, columns } = this.#tables;
    const { incoming, working } = this.#parts;
    const { book, leavesQtyLots, orderQtyLots, priceTicks } = incoming;
    const openBeforeLots = books.leavesQtyLotsOf(slot);
    columns.setOrderQtyLots(slot, orderQtyLots);
    if (priceTicks === books.priceTicksOf(slot)) books.resize(slot, leavesQtyLots);
    else
      working.move(slot, ladderOfKind(book, books.ladderKindOf(slot)), priceTicks, leavesQtyLots);
    this.#restate(slot, openBeforeLots, FLAG_KEPT_PLACE);
  }

  #amendInPlace(slot: number): void {
    const { books, columns } = this.#tables;
    const { incoming, reports, special, working } = this.#parts;
    const { cumQtyLots, leavesQtyLots, orderQtyLots } = incoming;
    const openBeforeLots = books.leavesQtyLotsOf(slot);
    const shownBefore = books.shownLotsOf(slot);
    columns.setOrderQtyLots(slot, orderQtyLots);
    books.reduceTo(slot, leavesQtyLots);
    if (working.onBookFlag(slot) === 0) {
      this.#restate(slot, openBeforeLots, FLAG_KEPT_PLACE);
      const shownNow = books.shownLotsOf(slot);
      if (!books.isIceberg(slot) || shownNow === shownBefore) return;
      const priceTicks = books.priceTicksOf(slot);
      special.displayed(slot, leavesQtyLots, cumQtyLots, shownBefore, priceTicks, shownNow);
      return;
    }
    const flags = FLAG_ON_BOOK | FLAG_KEPT_PLACE;
    const report = reports.ofResting(EVENT_AMENDED, slot, leavesQtyLots, flags, 0);
    reports.setLastQty(report, openBeforeLots);
    reports.setLastPx(report, books.priceTicksOf(slot));
  }

  /** An amend that loses its place: at the tail of its new level, or trading at once. */
  #reenter(slot: number): void {
    const { books, columns } = this.#tables;
    const { entry, incoming, reports, special, working } = this.#parts;
    // All or none is retried in the aftermath, where its turn is that of its new place.
    const meets = !isAllOrNone(incoming.orderCodes) && entry.wouldTrade();
    const wasSeen = working.onBookFlag(slot) !== 0;
    const kind = wasSeen ? EVENT_AMENDED : EVENT_RESTATED;
    const flags = wasSeen && !meets ? FLAG_ON_BOOK : 0;
    const report = reports.ofIncoming(kind, incoming, flags, 0);
    reports.setLastQty(report, books.leavesQtyLotsOf(slot));
    if (wasSeen) reports.setLastPx(report, books.priceTicksOf(slot));
    if (meets) {
      if (books.isIceberg(slot)) {
        special.hidden(incoming, books.shownLotsOf(slot), books.priceTicksOf(slot));
      }
      working.withdraw(slot);
      entry.work(true);
      return;
    }
    columns.setOrderQtyLots(slot, incoming.orderQtyLots);
    if (books.isIceberg(slot)) this.#showFreshSlice(slot);
    else this.#moveTo(slot, incoming.leavesQtyLots);
  }

  #moveTo(slot: number, shownLots: number): void {
    const { books } = this.#tables;
    const { incoming, working } = this.#parts;
    const ladder = ladderOfKind(incoming.book, books.ladderKindOf(slot));
    working.move(slot, ladder, incoming.priceTicks, shownLots);
  }

  #showFreshSlice(slot: number): void {
    const { books, terms } = this.#tables;
    const { ids, incoming, special } = this.#parts;
    const { cumQtyLots, leavesQtyLots, orderId, termsRow } = incoming;
    const shownBefore = books.shownLotsOf(slot);
    const priceBeforeTicks = books.priceTicksOf(slot);
    terms.refill(termsRow, ++ids.lastOrderId);
    const shownNow = Math.min(leavesQtyLots, sliceLots(terms, termsRow, orderId));
    this.#moveTo(slot, shownNow);
    books.setReserveLots(slot, leavesQtyLots - shownNow);
    special.displayed(slot, leavesQtyLots, cumQtyLots, shownBefore, priceBeforeTicks, shownNow);
  }

  /** Says what changed of an order that the public does not see whole. */
  #restate(slot: number, openBeforeLots: number, flags: number): void {
    const { books } = this.#tables;
    const { reports } = this.#parts;
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    const report = reports.ofResting(EVENT_RESTATED, slot, leavesQtyLots, flags, 0);
    reports.setLastQty(report, openBeforeLots);
    reports.setLastPx(report, this.#triggerTicks(slot));
  }

  /** What fires a waiting order; 0 for an order that nothing fires now. */
  #triggerTicks(slot: number): number {
    const { books, terms } = this.#tables;
    const { termsRow } = this.#parts.incoming;
    const kind = books.ladderKindOf(slot);
    if (kind <= LADDER_ASKS || termsRow === NONE) return 0;
    const isTrailing = (terms.flagsOf(termsRow) & TERM_TRAILING) !== 0;
    if (isTriggerKind(kind)) return terms.stopPxTicksOf(termsRow);
    return isParkedKind(kind) && !isTrailing ? terms.stopPxTicksOf(termsRow) : 0;
  }
}
