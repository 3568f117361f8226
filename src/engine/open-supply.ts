// The most that could trade with a side of a book: all that rests there, in sight, in reserve and
// in the dark, whoever's it is, but for what trades whole only and is too large. Found once for
// many orders that ask how much there is within their limits.

import { NONE } from "../base/none.ts";
import type { Books } from "../book/books.ts";
import { DARK, ladderOf } from "../book/ladder-kinds.ts";
import type { EngineTables } from "./engine-tables.ts";
import { isWithin, PriceSteps } from "./price-steps.ts";
import type { WholeOrders } from "./whole-orders.ts";

export class OpenSupply {
  readonly #books: Books;
  readonly #wholes: WholeOrders;
  readonly #shown = new PriceSteps();
  readonly #dark = new PriceSteps();
  #book = 0;
  #side = 0;

  constructor({ books, wholes }: EngineTables) {
    this.#books = books;
    this.#wholes = wholes;
  }

  /** Of `side`, to `limitTicks`. O(levels). */
  gather(book: number, side: number, limitTicks: number): void {
    const ladder = ladderOf(book, side);
    this.#book = book;
    this.#side = side;
    this.#add(this.#shown, ladder, limitTicks);
    this.#add(this.#dark, ladder + DARK, limitTicks);
  }

  /**
   * How much an order of so many lots lacks within this limit, which gather()'s includes; 0 or less
   * where there may be enough.
   */
  lotsMissing(limitTicks: number, lots: number): number {
    const side = this.#side;
    const inSight = lots - this.#shown.sumWithin(side, limitTicks);
    if (inSight <= 0) return inSight;
    const wantedLots = inSight + this.#wholes.lotsTooLarge(this.#book, side, limitTicks, lots);
    if (wantedLots > Number.MAX_SAFE_INTEGER) return 0;
    return wantedLots - this.#dark.sumWithin(side, limitTicks);
  }

  /** The same for one order alone, and now. O(levels touched). */
  lotsMissingNow(book: number, side: number, limitTicks: number, lots: number): number {
    const ladder = ladderOf(book, side);
    const inSight = this.#books.lotsMissing(ladder, limitTicks, lots);
    if (inSight <= 0) return inSight;
    const wantedLots = inSight + this.#wholes.lotsTooLarge(book, side, limitTicks, lots);
    if (wantedLots > Number.MAX_SAFE_INTEGER) return 0;
    return this.#books.lotsMissing(ladder + DARK, limitTicks, wantedLots);
  }

  #add(steps: PriceSteps, ladder: number, limitTicks: number): void {
    const books = this.#books;
    steps.clear();
    let level = books.firstLevel(ladder);
    for (; level !== NONE; level = books.nextLevel(level)) {
      const priceTicks = books.levelPriceTicks(level);
      if (!isWithin(this.#side, priceTicks, limitTicks)) return;
      steps.add(priceTicks, books.levelWholeLots(level));
    }
  }
}
