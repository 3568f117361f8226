// hot path
// How an order begins: it is read, checked, accepted and set to work. Every check comes before any
// effect: a refusal leaves everything as it was.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import { ladderOfKind } from "../book/ladder-kinds.ts";
import {
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_SESSION_ID_WORD,
  commandKindOf,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
} from "../codec/command.ts";
import {
  EVENT_ACCEPTED,
  EVENT_BOOKED,
  EVENT_CANCELED,
  EVENT_REJECTED,
  FLAG_ON_BOOK,
} from "../codec/event.ts";
import { EXEC_INST_HAS_TERMS, EXEC_INST_ICEBERG } from "../model/exec-inst.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../model/ord-type.ts";
import {
  isAllOrNone,
  isPegged,
  isShownWhole,
  isTriggerType,
  mayRest,
  ordTypeOf,
  sideOf,
  worksAsMarket,
} from "../model/order-codes.ts";
import { TERM_HAS_PRICE, TERM_HAS_PROTECTION } from "../model/order-terms.ts";
import {
  REASON_IOC_REMAINDER,
  REASON_MIN_QTY,
  REASON_NO_LIQUIDITY,
  REASON_NONE,
  REASON_PROTECTION,
} from "../model/reasons.ts";
import type { AccountRisk } from "./account-risk.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderChecks } from "./order-checks.ts";
import type { OrderIds } from "./order-ids.ts";
import type { OrderLists } from "./order-lists.ts";
import type { Pricing } from "./pricing.ts";
import type { Reach } from "./reach.ts";
import type { SpecialReports } from "./special-reports.ts";
import type { Trailing } from "./trailing.ts";
import type { TriggerPrices } from "./trigger-prices.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type OrderEntryParts = {
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
  readonly lists: OrderLists;
  readonly triggerPrices: TriggerPrices;
  readonly trailing: Trailing;
};

export class OrderEntry {
  readonly #tables: EngineTables;
  readonly #incoming: IncomingOrder;
  readonly #parts: OrderEntryParts;
  readonly #reports: ExecutionReports;
  readonly #working: WorkingOrders;
  readonly #pricing: Pricing;
  readonly #checks: OrderChecks;
  readonly #risk: AccountRisk;

  constructor(parts: OrderEntryParts) {
    this.#tables = parts.tables;
    this.#incoming = parts.incoming;
    this.#parts = parts;
    this.#reports = parts.reports;
    this.#working = parts.working;
    this.#pricing = parts.pricing;
    this.#checks = parts.checks;
    this.#risk = parts.risk;
  }

  /** A new order: `words[at]` starts the command. */
  enter(words: Int32Array, at: number, hasTerms: boolean, timeMicros: number): void {
    const incoming = this.#incoming;
    this.read(words, at, at);
    if (hasTerms) incoming.termsRow = this.takeTerms(words, at);
    let reason = this.#checks.reasonInOrder(incoming, timeMicros);
    if (reason === REASON_NONE) reason = this.#reasonWithAccount();
    if (reason !== REASON_NONE) {
      this.reject(reason, commandKindOf(words, at));
      if (incoming.termsRow !== NONE) this.#tables.terms.release(incoming.termsRow);
      return;
    }
    this.accept();
    this.begin();
  }

  /** Describes the order whose words are counted from `bodyAt`, in the command at `headAt`. */
  read(words: Int32Array, headAt: number, bodyAt: number): void {
    const incoming = this.#incoming;
    const instrumentId = words[headAt + COMMAND_INSTRUMENT_ID_WORD] >>> 0;
    incoming.instrumentId = instrumentId;
    incoming.book = this.#tables.instruments.find(instrumentId);
    incoming.accountId = words[headAt + COMMAND_ACCOUNT_ID_WORD] >>> 0;
    incoming.accountRow = NONE;
    incoming.sessionId = words[headAt + COMMAND_SESSION_ID_WORD];
    incoming.orderId = 0;
    incoming.clOrdRow = NONE;
    incoming.idWords = words;
    incoming.idAt = bodyAt + NEW_CL_ORD_ID_WORD;
    incoming.orderCodes = words[bodyAt + NEW_SIDE_WORD];
    const { orderCodes } = incoming;
    const ordType = ordTypeOf(orderCodes);
    const takesAny = worksAsMarket(orderCodes) || ordType === ORD_TYPE_MARKET_WITH_LEFTOVER;
    const hasNoPrice = takesAny || isPegged(orderCodes);
    incoming.priceTicks = hasNoPrice ? 0 : words[bodyAt + NEW_PRICE_TICKS_WORD];
    incoming.sentPxTicks = incoming.priceTicks;
    incoming.limitTicks = incoming.priceTicks;
    incoming.orderQtyLots = readU64(words, bodyAt + NEW_ORDER_QTY_LOTS_WORD);
    incoming.sentQtyLots = incoming.orderQtyLots;
    incoming.cumQtyLots = 0;
    incoming.leavesQtyLots = incoming.orderQtyLots;
    incoming.termsRow = NONE;
    incoming.hasShown = false;
    incoming.stpMode = 0;
    incoming.endReason = REASON_NONE;
    incoming.isTracked = false;
  }

  /** Says what was asked for, not what the checks made of it. */
  reject(reason: number, commandKind: number): void {
    const incoming = this.#incoming;
    incoming.priceTicks = incoming.sentPxTicks;
    incoming.orderQtyLots = incoming.sentQtyLots;
    incoming.leavesQtyLots = 0;
    const report = this.#reports.ofIncoming(EVENT_REJECTED, incoming, 0, reason);
    this.#reports.setCommandKind(report, commandKind);
  }

  /** The order has an id from now on. */
  accept(): void {
    const incoming = this.#incoming;
    const { clOrdIds, terms } = this.#tables;
    incoming.orderId = ++this.#parts.ids.lastOrderId;
    incoming.clOrdRow = clOrdIds.add(incoming.accountRow, incoming.idWords, incoming.idAt);
    const { termsRow } = incoming;
    if (termsRow === NONE) return;
    const isIceberg = terms.displayQtyLotsOf(termsRow) > 0;
    incoming.orderCodes |= EXEC_INST_HAS_TERMS << 24;
    if (isIceberg) incoming.orderCodes |= EXEC_INST_ICEBERG << 24;
    terms.setPublicOrderId(termsRow, incoming.orderId);
    this.#working.openTerms(incoming);
  }

  /** An accepted order is announced and does what it does: waits, or works. */
  begin(): void {
    const incoming = this.#incoming;
    const { orderCodes, termsRow } = incoming;
    this.#tables.states.touch(incoming.book);
    if (this.#risk.isOn) this.#risk.begin(incoming);
    if (termsRow !== NONE) {
      this.#joinChain();
      if (isTriggerType(orderCodes)) {
        this.announce(0);
        this.#wait();
        return;
      }
      if (this.#parks()) {
        this.announce(0);
        this.#working.park(incoming);
        return;
      }
      if (!this.#tradesMinimum()) {
        this.announce(0);
        this.cancel(REASON_MIN_QTY);
        return;
      }
    }
    this.work(false);
  }

  /** The order is accepted: with FLAG_ON_BOOK it rests whole, in sight, at once. */
  announce(flags: number): void {
    this.#reports.ofIncoming(EVENT_ACCEPTED, this.#incoming, flags, 0);
    this.#parts.special.termsOfIncoming(this.#incoming);
  }

  /**
   * A waiting order begins to work: it was fired, or the list it is in woke it. One that is woken
   * may have to wait for a price of its own.
   */
  wake(isFired: boolean): void {
    const incoming = this.#incoming;
    this.#pricing.setLimit(incoming);
    const reason = isFired ? this.#reasonNotToFire() : this.#reasonNotToActivate();
    if (reason !== REASON_NONE) {
      this.cancel(reason);
      return;
    }
    if (!isFired) {
      this.#joinChain();
      if (this.#risk.isOn) this.#risk.begin(incoming);
    }
    if (!isFired && isTriggerType(incoming.orderCodes)) this.#wait();
    else if (this.#parks()) this.#working.park(incoming);
    else if (!this.#tradesMinimum()) this.cancel(REASON_MIN_QTY);
    else this.work(true);
  }

  /** Account and market; of an order by its amount the account is asked once that is lots. */
  #reasonWithAccount(): number {
    const incoming = this.#incoming;
    if (!this.#risk.concerns(incoming)) return this.#checks.reasonInMarket(incoming);
    const isAmount = incoming.orderQtyLots === 0;
    let reason = isAmount ? REASON_NONE : this.#risk.reasonToReject(incoming, false);
    if (reason === REASON_NONE) reason = this.#checks.reasonInMarket(incoming);
    return isAmount && reason === REASON_NONE ? this.#risk.reasonToReject(incoming, false) : reason;
  }

  #reasonNotToFire(): number {
    if (this.#risk.isOn) this.#risk.capLimit(this.#incoming);
    return this.#checks.reasonNotToTake(this.#incoming);
  }

  /** A leg that slept is asked now what it was not asked when it came. */
  #reasonNotToActivate(): number {
    const incoming = this.#incoming;
    this.#tables.terms.wake(incoming.termsRow);
    const reason = this.#risk.isOn ? this.#risk.reasonToActivate(incoming) : REASON_NONE;
    return reason === REASON_NONE ? this.#checks.reasonInMarket(incoming) : reason;
  }

  /** Trades as far as the limit goes, then rests or ends. Its limit is set. */
  work(isAnnounced: boolean): void {
    const incoming = this.#incoming;
    const { orderCodes } = incoming;
    const meets = this.wouldTrade();
    if (!isAnnounced) {
      const restsAtOnce = !meets && mayRest(orderCodes) && isShownWhole(orderCodes);
      if (restsAtOnce && ordTypeOf(orderCodes) !== ORD_TYPE_MARKET_WITH_LEFTOVER) {
        this.announce(FLAG_ON_BOOK);
        this.#working.rest(incoming);
        return;
      }
      this.announce(0);
    }
    if (meets) this.#trade();
    this.#settleRemainder(meets);
  }

  /** Whether the order would meet anybody; an all-or-none order, whether it would trade whole. */
  wouldTrade(): boolean {
    const incoming = this.#incoming;
    if (!this.#pricing.meets(incoming)) return false;
    return !isAllOrNone(incoming.orderCodes) || this.#parts.reach.fillsWhole(incoming);
  }

  /** Terms stand in their row before the checks, which read them there. */
  takeTerms(words: Int32Array, bodyAt: number): number {
    const { terms } = this.#tables;
    const termsRow = terms.acquire(words, bodyAt);
    const priceTicks = words[bodyAt + NEW_PRICE_TICKS_WORD];
    terms.setWorstPxTicks(termsRow, priceTicks);
    const isCapped = (terms.flagsOf(termsRow) & TERM_HAS_PRICE) !== 0;
    const isPeg = isPegged(words[bodyAt + NEW_SIDE_WORD]);
    if (isCapped && isPeg) this.#incoming.sentPxTicks = priceTicks;
    return termsRow;
  }

  /** An order that follows a price joins those that are looked at when it moves. */
  #joinChain(): void {
    const { book, orderCodes } = this.#incoming;
    // The first one's own trades may move what it follows.
    const isFirst = isPegged(orderCodes) && this.#tables.pegged.countOf(book) === 0;
    if (isFirst) this.#pricing.followReferences(book);
    this.#working.joinChain(this.#incoming);
  }

  #wait(): void {
    const incoming = this.#incoming;
    const { orderCodes, termsRow, book } = incoming;
    if (this.#tables.trailing.has(termsRow)) {
      this.#parts.trailing.begin(incoming);
      return;
    }
    const kind = this.#parts.triggerPrices.kindOf(orderCodes, termsRow);
    const stopPxTicks = this.#tables.terms.stopPxTicksOf(termsRow);
    this.#working.place(incoming, ladderOfKind(book, kind), stopPxTicks);
  }

  /** Whether a pegged order has nothing to follow. */
  #parks(): boolean {
    const { book, orderCodes, termsRow } = this.#incoming;
    return isPegged(orderCodes) && !this.#pricing.hasPegPrice(book, sideOf(orderCodes), termsRow);
  }

  #tradesMinimum(): boolean {
    const incoming = this.#incoming;
    if (incoming.termsRow === NONE) return true;
    const minQtyLots = this.#tables.terms.minQtyLotsOf(incoming.termsRow);
    return minQtyLots === 0 || this.#parts.reach.lotsWithin(incoming) >= minQtyLots;
  }

  /** The book matches; Executions hears of each match and keeps the order's quantities. */
  #trade(): void {
    const incoming = this.#incoming;
    const { book, orderCodes, limitTicks, leavesQtyLots } = incoming;
    const side = sideOf(orderCodes);
    const leftLots = this.#tables.books.match(book, side, limitTicks, leavesQtyLots);
    assert(leftLots === incoming.leavesQtyLots, "the reports and the book agree on what is left");
    if (incoming.termsRow !== NONE) this.#parts.lists.onTakerTraded();
  }

  /** What is left after trading rests or ends, as type and lifetime say. */
  #settleRemainder(meets: boolean): void {
    const incoming = this.#incoming;
    const { orderCodes } = incoming;
    if (incoming.leavesQtyLots === 0) {
      this.#working.closeIncoming(incoming);
      return;
    }
    const isLeftover = ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER;
    if (incoming.endReason !== REASON_NONE) {
      this.cancel(incoming.endReason);
    } else if (mayRest(orderCodes) && (meets || !isLeftover)) {
      if (isLeftover) incoming.priceTicks = incoming.limitTicks;
      const flags = isShownWhole(orderCodes) ? FLAG_ON_BOOK : 0;
      this.#reports.ofIncoming(EVENT_BOOKED, incoming, flags, 0);
      this.#working.rest(incoming);
    } else {
      this.cancel(this.#reasonNothingRests());
    }
  }

  #reasonNothingRests(): number {
    const incoming = this.#incoming;
    const { orderCodes, termsRow } = incoming;
    if (mayRest(orderCodes)) return REASON_NO_LIQUIDITY;
    if (!worksAsMarket(orderCodes)) return REASON_IOC_REMAINDER;
    const isProtected =
      termsRow !== NONE && (this.#tables.terms.flagsOf(termsRow) & TERM_HAS_PROTECTION) !== 0;
    return isProtected && !this.#pricing.isAlone(incoming)
      ? REASON_PROTECTION
      : REASON_NO_LIQUIDITY;
  }

  /** Ends the incoming order with all it has left. */
  cancel(reason: number): void {
    const incoming = this.#incoming;
    const canceledLots = incoming.leavesQtyLots;
    incoming.leavesQtyLots = 0;
    const report = this.#reports.ofIncoming(EVENT_CANCELED, incoming, 0, reason);
    this.#reports.setLastQty(report, canceledLots);
    this.#working.closeIncoming(incoming);
  }
}
