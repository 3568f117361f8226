// hot path
// Price bands: no trade but an uncross's is further from the references than the instrument allows.
// An order trades up to the bands; if it would go on beyond them, a volatility call begins and what
// is left of it is that call's. Bands count for whatever trades: market orders and stops too.

import { NONE } from "../base/none.ts";
import { BAND_IS_BASIS_POINTS } from "../model/guard.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../model/ord-type.ts";
import { mayRest, ordTypeOf, sideOf } from "../model/order-codes.ts";
import { PHASE_HALT, PHASE_VOLATILITY_CALL } from "../model/phase.ts";
import { REASON_CASCADE, REASON_NONE, REASON_PRICE_BAND } from "../model/reasons.ts";
import { SIDE_BUY } from "../model/side.ts";
import type { BandTable } from "./band-table.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { Phases } from "./phases.ts";

const BASIS_POINTS = 10_000;

export class PriceBands {
  readonly #tables: EngineTables;
  readonly #bands: BandTable;
  readonly #phases: Phases;
  /** Of the last look: no trade below or above. */
  #lowTicks = 0;
  #highTicks = 0;

  constructor(tables: EngineTables, phases: Phases) {
    this.#tables = tables;
    this.#bands = tables.guards.bands;
    this.#phases = phases;
  }

  /** Whether any instrument has bands: until then nobody asks. */
  get isOn(): boolean {
    return this.#bands.isUsed;
  }

  /**
   * The worst price at which the order may trade now, its own limit counted; NaN where even the
   * first that it would meet is beyond the bands, on the other side: too good to be true.
   */
  limitOf(incoming: IncomingOrder): number {
    const { book, limitTicks, leavesQtyLots, orderCodes } = incoming;
    if (!this.#look(book)) return limitTicks;
    const { books } = this.#tables;
    const isBuy = sideOf(orderCodes) === SIDE_BUY;
    // An order by its amount has no lots yet.
    const lots = leavesQtyLots === 0 ? Number.MAX_SAFE_INTEGER : leavesQtyLots;
    const first = books.firstAgainst(book, sideOf(orderCodes), lots);
    if (first === NONE) return limitTicks;
    const bestTicks = books.priceTicksOf(first);
    if (isBuy ? bestTicks < this.#lowTicks : bestTicks > this.#highTicks) return Number.NaN;
    return isBuy ? Math.min(limitTicks, this.#highTicks) : Math.max(limitTicks, this.#lowTicks);
  }

  /**
   * After an order has traded as far as it may: if it would go on at its own limit, the bands are
   * breached. What cannot wait for the call's end ends.
   */
  afterTrade(incoming: IncomingOrder): void {
    const { book, endReason, leavesQtyLots, limitTicks, orderCodes } = incoming;
    this.#bands.haveReference(book, this.#tables.states);
    if (leavesQtyLots === 0 || endReason !== REASON_NONE) return;
    const { books } = this.#tables;
    if (!books.crosses(book, sideOf(orderCodes), limitTicks, leavesQtyLots)) return;
    const isLeftover = ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER;
    if (!mayRest(orderCodes) || isLeftover) incoming.endReason = REASON_PRICE_BAND;
    const callMicros = this.#bands.callMicrosOf(book);
    const randomMicros = callMicros === 0 ? 0 : this.#bands.callRandomMicrosOf(book);
    const reason = REASON_PRICE_BAND;
    this.#phases.interrupt(book, PHASE_VOLATILITY_CALL, reason, callMicros, 0, randomMicros);
  }

  /**
   * Whether one command has fired as many orders of this book as it may; then the instrument halts,
   * and whatever else its prices reached waits on.
   */
  stopsCascade(book: number, firedCount: number): boolean {
    const ordersMax = this.#bands.cascadeMaxOf(book);
    if (ordersMax === 0 || firedCount < ordersMax) return false;
    const haltMicros = this.#bands.cascadeHaltMicrosOf(book);
    const callMicros = this.#bands.cascadeCallMicrosOf(book);
    this.#phases.interrupt(book, PHASE_HALT, REASON_CASCADE, haltMicros, callMicros);
    return true;
  }

  /** Whether the book has bands now; they stand in lowTicks and highTicks then. */
  #look(book: number): boolean {
    const { states } = this.#tables;
    const bands = this.#bands;
    const staticWidth = bands.staticWidthOf(book);
    const dynamicWidth = bands.dynamicWidthOf(book);
    if (staticWidth === 0 && dynamicWidth === 0) return false;
    this.#lowTicks = Number.NEGATIVE_INFINITY;
    this.#highTicks = Number.POSITIVE_INFINITY;
    const lastPxTicks = states.lastPxTicksOf(book);
    if (staticWidth !== 0 && bands.hasReference(book)) {
      this.#narrow(book, bands.referenceTicksOf(book), staticWidth);
    }
    if (dynamicWidth !== 0 && states.hasLastPx(book)) {
      this.#narrow(book, lastPxTicks, dynamicWidth);
    }
    return true;
  }

  #narrow(book: number, referenceTicks: number, width: number): void {
    const isRelative = (this.#bands.flagsOf(book) & BAND_IS_BASIS_POINTS) !== 0;
    const share = Math.floor((Math.abs(referenceTicks) * width) / BASIS_POINTS);
    const ticks = isRelative ? Math.max(share, 1) : width;
    this.#lowTicks = Math.max(this.#lowTicks, referenceTicks - ticks);
    this.#highTicks = Math.min(this.#highTicks, referenceTicks + ticks);
  }
}
