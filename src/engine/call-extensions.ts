// Calls that go on instead of ending: because their price would be too far from the reference, or
// because too much would be left over. Only a call whose time is over is asked; the operator's word
// ends it as it is.

import { REASON_CALL_PRICE, REASON_CALL_SURPLUS, REASON_NONE } from "../model/reasons.ts";
import type { CallPrice } from "./call-price.ts";
import type { EngineTables } from "./engine-tables.ts";
import { widthTicks } from "./price-width.ts";

export class CallExtensions {
  /** Of the last look(): outside of it a price is too far from the reference. */
  lowTicks = 0;
  highTicks = 0;
  referenceTicks = 0;
  readonly #tables: EngineTables;
  readonly #price: CallPrice;

  constructor(tables: EngineTables, price: CallPrice) {
    this.#tables = tables;
    this.#price = price;
  }

  /** Why a call whose time is over goes on; REASON_NONE where it ends. */
  reasonToExtend(book: number): number {
    const { callTerms, phases } = this.#tables;
    if (phases.extensionsOf(book) >= callTerms.extensionsMaxOf(book)) return REASON_NONE;
    const price = this.#price;
    price.find(book);
    if (price.pairedLots === 0) return REASON_NONE;
    const { priceTicks } = price;
    const isInside =
      !this.look(book) || (priceTicks >= this.lowTicks && priceTicks <= this.highTicks);
    if (!isInside) return REASON_CALL_PRICE;
    const surplusMax = callTerms.surplusLotsMaxOf(book);
    const isTooMuch = surplusMax > 0 && Math.abs(price.imbalanceLots) > surplusMax;
    return isTooMuch ? REASON_CALL_SURPLUS : REASON_NONE;
  }

  /** Whether the book's calls have a collar now: a width, and a last price to be around. */
  look(book: number): boolean {
    const { callTerms, instruments, states } = this.#tables;
    const width = callTerms.collarWidthOf(book);
    if (width === 0 || !states.hasLastPx(book)) return false;
    const referenceTicks = states.lastPxTicksOf(book);
    const ticks = widthTicks(referenceTicks, width, callTerms.isBasisPoints(book));
    this.referenceTicks = referenceTicks;
    this.lowTicks = instruments.clampPrice(book, referenceTicks - ticks);
    this.highTicks = instruments.clampPrice(book, referenceTicks + ticks);
    return true;
  }
}
