// An amend gives a working order another type, or another source that fires it: it leaves where it
// stands and begins again as the order it is now, with its id and what it has done. What the new
// type has no use for is gone: the limit, what fires it, what it followed, the protection, how it
// would have rested. A leg that sleeps sleeps on, and is asked the rest when it wakes.

import { NONE } from "../base/none.ts";
import {
  isParkedKind,
  isTriggerKind,
  ladderOfKind,
  restingLadderOf,
} from "../book/ladder-kinds.ts";
import { TERMS_STOP_PX_TICKS_WORD, TERMS_WORDS } from "../codec/command.ts";
import { EVENT_AMENDED, EVENT_RESTATED } from "../codec/event.ts";
import {
  EXEC_INST_HAS_TERMS,
  EXEC_INST_HIDDEN,
  EXEC_INST_ICEBERG,
  EXEC_INST_KNOWN,
} from "../model/exec-inst.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../model/ord-type.ts";
import {
  hasLimitPrice,
  isPegged,
  isTriggerType,
  mayRest,
  ordTypeOf,
  withOrdType,
  worksAsMarket,
} from "../model/order-codes.ts";
import { TERM_HAS_PRICE, TERM_TRAILING } from "../model/order-terms.ts";
import {
  REASON_BOOK_FULL,
  REASON_NONE,
  REASON_TERMS,
  REASON_UNSUPPORTED_ORDER,
  REASON_WOULD_TRIGGER,
} from "../model/reasons.ts";
import type { AmendsParts } from "./amends.ts";
import { waitsForUncross } from "./gathering.ts";
import { overflowsLevel } from "./level-sums.ts";
import { isKnownCombination } from "./order-combinations.ts";
import { isAsleep } from "./order-sleep.ts";
import type { OrderTerms } from "./order-terms.ts";
import { areTermsSound, termsFitOrder } from "./term-checks.ts";

const NO_TERMS = new Int32Array(TERMS_STOP_PX_TICKS_WORD + TERMS_WORDS);
/** Of an order's codes what its client sent. */
const SENT_CODES = 0xff_ffff | (EXEC_INST_KNOWN << 24);
/** How an order with a limit may rest. */
const RESTING_CODES = (EXEC_INST_HIDDEN | EXEC_INST_ICEBERG) << 24;

export class TypeChanges {
  readonly #parts: AmendsParts;
  /** The terms that the order would have, while the checks read them; NONE where it has none. */
  #draft = NONE;

  constructor(parts: AmendsParts) {
    this.#parts = parts;
  }

  /**
   * Whether it asks for another type than the order has, another source (NaN: for none), or a stop
   * price that stays instead of one that trails.
   */
  isAsked(slot: number, ordType: number, triggerSource: number, hasStopPx: boolean): boolean {
    const { books, columns, terms } = this.#parts.tables;
    if (ordTypeOf(books.orderCodesOf(slot)) !== ordType) return true;
    if (!this.#isToFire(slot)) return false;
    const row = columns.termsRowOf(slot);
    if (hasStopPx && isTrailing(terms, row)) return true;
    return !Number.isNaN(triggerSource) && terms.triggerSourceOf(row) !== triggerSource;
  }

  /**
   * Why the lifted order cannot become one of this type. Else it is described as one, its terms are
   * drafted, and adopt() or forget() follows. A source or a stop price that is not given is NaN.
   */
  reasonToRefuse(
    slot: number,
    ordType: number,
    triggerSource: number,
    hasPrice: boolean,
    stopPxTicks: number,
  ): number {
    const { incoming, tables } = this.#parts;
    const isLimited = hasLimitPrice(withOrdType(incoming.orderCodes, ordType));
    const lacksLimit = isLimited && !hasPrice && !this.#findLimit(slot);
    incoming.orderCodes = withOrdType(incoming.orderCodes, ordType);
    if (!isLimited) incoming.orderCodes &= ~RESTING_CODES;
    const { orderCodes } = incoming;
    const waits = isTriggerType(orderCodes);
    const givesTrigger = !Number.isNaN(stopPxTicks) || !Number.isNaN(triggerSource);
    if ((hasPrice && !isLimited) || (givesTrigger && !waits)) return REASON_UNSUPPORTED_ORDER;
    this.#draftTerms(slot, triggerSource, stopPxTicks);
    const row = this.#draft;
    if (!isKnownCombination(orderCodes & SENT_CODES, row !== NONE)) return REASON_UNSUPPORTED_ORDER;
    if (isPegged(orderCodes) || ordType === ORD_TYPE_MARKET_WITH_LEFTOVER) {
      return REASON_UNSUPPORTED_ORDER;
    }
    if (row !== NONE && !termsFitOrder(tables.terms, row, orderCodes)) {
      return REASON_UNSUPPORTED_ORDER;
    }
    if (lacksLimit) return REASON_TERMS;
    const { orderQtyLots } = incoming;
    const isSound = row === NONE || areTermsSound(tables.terms, row, orderCodes, orderQtyLots);
    if (!isSound) return REASON_TERMS;
    if (!isLimited) incoming.priceTicks = 0;
    incoming.limitTicks = incoming.priceTicks;
    return REASON_NONE;
  }

  /** What the market and its account say to the order as it would begin again. */
  reasonToBegin(slot: number): number {
    const { checks, incoming, lists, risk, tables } = this.#parts;
    const { orderCodes } = incoming;
    const reason = isAsleep(tables, slot) ? REASON_NONE : this.#reasonInMarket();
    if (reason !== REASON_NONE) return reason;
    const alternative = lists.alternativeOf(tables.columns.termsRowOf(slot));
    const accountReason = risk.isOn()
      ? risk.reasonToBeginAgain(slot, incoming, alternative)
      : REASON_NONE;
    if (accountReason !== REASON_NONE) return accountReason;
    const isTooLarge = isTriggerType(orderCodes)
      ? checks.isTooLargeToWait(incoming)
      : mayRest(orderCodes) && this.#overflowsLevel(slot);
    return isTooLarge || !tables.books.hasLevelRoom() ? REASON_BOOK_FULL : REASON_NONE;
  }

  /** What it has where it stands goes there anew. */
  #overflowsLevel(slot: number): boolean {
    const { incoming, tables } = this.#parts;
    const { books } = tables;
    const { book, leavesQtyLots, limitTicks, orderCodes } = incoming;
    const ladder = restingLadderOf(book, orderCodes);
    const isThere =
      ladder === ladderOfKind(book, books.ladderKindOf(slot)) &&
      limitTicks === books.priceTicksOf(slot);
    const leavingLots = isThere ? books.leavesQtyLotsOf(slot) : 0;
    return overflowsLevel(books, ladder, limitTicks, leavesQtyLots, leavingLots);
  }

  /** The amend is refused. */
  forget(): void {
    if (this.#draft !== NONE) this.#parts.tables.terms.release(this.#draft);
    this.#draft = NONE;
  }

  /** What was drafted becomes the order's terms; it holds nothing until it begins again. */
  adopt(slot: number): void {
    const { incoming, risk, tables } = this.#parts;
    const { columns, terms } = tables;
    if (risk.isOn()) risk.onEnd(slot);
    const row = columns.termsRowOf(slot);
    incoming.termsRow = row === NONE ? this.#draft : row;
    if (this.#draft === NONE) return;
    if (row === NONE) {
      incoming.orderCodes |= EXEC_INST_HAS_TERMS << 24;
      terms.setPublicOrderId(this.#draft, incoming.orderId);
      this.#draft = NONE;
    } else {
      terms.rewrite(row, this.#draft);
      this.forget();
    }
  }

  /** The order leaves where it stands, which is told, and sleeps on, waits or works. */
  begin(slot: number, idBefore: Int32Array): void {
    const { entry, incoming, risk, tables, working } = this.#parts;
    const { book, hasShown, termsRow } = incoming;
    const sleeps = isAsleep(tables, slot);
    this.#report(slot, idBefore);
    if (hasShown) this.#hide(slot);
    if (termsRow !== NONE) working.leaveChains(termsRow, book);
    working.withdraw(slot);
    if (sleeps) {
      working.park(incoming);
      return;
    }
    if (risk.isOn()) risk.begin(incoming);
    if (isTriggerType(incoming.orderCodes)) entry.wait();
    else entry.work(true);
  }

  /** Whether the order is still to be fired: it waits for that, or sleeps. */
  #isToFire(slot: number): boolean {
    const { tables } = this.#parts;
    const { books } = tables;
    if (isTriggerKind(books.ladderKindOf(slot))) return true;
    return isParkedKind(books.ladderKindOf(slot)) && isTriggerType(books.orderCodesOf(slot));
  }

  /** Whether the order has a limit of its own, which the lifted one gets: a peg's is its worst. */
  #findLimit(slot: number): boolean {
    const { incoming, tables } = this.#parts;
    const { orderCodes, termsRow } = incoming;
    if (ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER) return !isAsleep(tables, slot);
    if (!isPegged(orderCodes)) return hasLimitPrice(orderCodes);
    if ((tables.terms.flagsOf(termsRow) & TERM_HAS_PRICE) === 0) return false;
    incoming.priceTicks = tables.terms.worstPxTicksOf(termsRow);
    return true;
  }

  #draftTerms(slot: number, triggerSource: number, stopPxTicks: number): void {
    const { incoming, tables } = this.#parts;
    const { terms } = tables;
    const { orderCodes, termsRow } = incoming;
    const waits = isTriggerType(orderCodes);
    if (termsRow === NONE && !waits) return;
    const draft = termsRow === NONE ? terms.acquire(NO_TERMS, 0) : terms.copy(termsRow);
    const keepsTrigger = waits && this.#isToFire(slot) && !isTrailing(terms, draft);
    if (!keepsTrigger) terms.removeTrigger(draft);
    terms.removeReference(draft);
    // It was met when the order came.
    if (!isAsleep(tables, slot)) terms.removeMinQty(draft);
    if (!hasLimitPrice(orderCodes)) terms.removeDisplayQty(draft);
    if (!Number.isNaN(stopPxTicks)) terms.giveStopPx(draft, stopPxTicks);
    if (!Number.isNaN(triggerSource)) terms.setTriggerSource(draft, triggerSource);
    if (!worksAsMarket(orderCodes)) terms.removeProtection(draft);
    this.#draft = draft;
    incoming.termsRow = draft;
  }

  #reasonInMarket(): number {
    const { checks, incoming, pricing, tables, triggerPrices } = this.#parts;
    const { book, orderCodes, termsRow } = incoming;
    const reason = checks.reasonInPhase(incoming);
    if (reason !== REASON_NONE) return reason;
    if (isTriggerType(orderCodes)) {
      const isThrough = triggerPrices.isThrough(book, orderCodes, termsRow);
      return isThrough ? REASON_WOULD_TRIGGER : REASON_NONE;
    }
    if (waitsForUncross(tables.states.phaseOf(book), orderCodes)) return REASON_NONE;
    pricing.letRest(incoming);
    pricing.setLimit(incoming);
    return checks.reasonNotToTake(incoming);
  }

  /** An iceberg leaves its place in sight; a slice that it shows later has an id of its own. */
  #hide(slot: number): void {
    const { incoming, special, tables } = this.#parts;
    const { books, terms } = tables;
    special.hidden(incoming, books.shownLotsOf(slot), books.priceTicksOf(slot));
    terms.forgetPublicOrderId(incoming.termsRow);
  }

  /** An order in sight leaves it first, then says what fires it. */
  #report(slot: number, idBefore: Int32Array): void {
    const { incoming, reports, tables, working } = this.#parts;
    const { books, terms } = tables;
    const waits = isTriggerType(incoming.orderCodes);
    const stopPxTicks = waits ? terms.stopPxTicksOf(incoming.termsRow) : 0;
    const wasSeen = working.onBookFlag(slot) !== 0;
    const kind = wasSeen ? EVENT_AMENDED : EVENT_RESTATED;
    const report = reports.ofIncoming(kind, incoming, 0, 0);
    reports.setLastQty(report, books.leavesQtyLotsOf(slot));
    reports.setLastPx(report, wasSeen ? books.priceTicksOf(slot) : stopPxTicks);
    reports.setOtherClOrdId(report, idBefore, 0);
    if (!wasSeen || !waits) return;
    const more = reports.ofIncoming(EVENT_RESTATED, incoming, 0, 0);
    reports.setLastQty(more, incoming.leavesQtyLots);
    reports.setLastPx(more, stopPxTicks);
  }
}

function isTrailing(terms: OrderTerms, row: number): boolean {
  return (terms.flagsOf(row) & TERM_TRAILING) !== 0;
}
