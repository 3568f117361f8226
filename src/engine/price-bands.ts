// hot path
// Price bands: no trade but an uncross's is further from the references than the instrument allows.
// An order trades up to the bands (what then: interruptions.ts). They count for whatever trades:
// market orders and stops too.

import { NONE } from "../base/none.ts";
import { BAND_IS_BASIS_POINTS } from "../model/guard.ts";
import { sideOf } from "../model/order-codes.ts";
import { SIDE_BUY } from "../model/side.ts";
import type { BandTable } from "./band-table.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { widthTicks } from "./price-width.ts";

export class PriceBands {
  readonly #tables: EngineTables;
  readonly #bands: BandTable;
  /** Of the last look: no trade below or above. */
  #lowTicks = 0;
  #highTicks = 0;

  constructor(tables: EngineTables) {
    this.#tables = tables;
    this.#bands = tables.guards.bands;
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

  /** The static band is around the price of the last uncross. */
  onUncross(book: number, priceTicks: number): void {
    if (this.#bands.staticWidthOf(book) !== 0) this.#bands.setReference(book, priceTicks);
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
    const ticks = widthTicks(referenceTicks, width, isRelative);
    this.#lowTicks = Math.max(this.#lowTicks, referenceTicks - ticks);
    this.#highTicks = Math.min(this.#highTicks, referenceTicks + ticks);
  }
}
