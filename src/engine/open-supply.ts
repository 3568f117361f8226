// The most that could trade with a side of a book: all that rests there, in sight, in reserve and
// in the dark, whoever's it is. Found once for many orders that ask how much there is within their
// limits, because each of them would have to walk there itself.

import { NONE } from "../base/none.ts";
import type { Books } from "../book/books.ts";
import { DARK, ladderOf } from "../book/ladder-kinds.ts";
import { isWithin, PriceSteps } from "./price-steps.ts";

export class OpenSupply {
  readonly #books: Books;
  readonly #shown = new PriceSteps();
  readonly #dark = new PriceSteps();
  #side = 0;

  constructor(books: Books) {
    this.#books = books;
  }

  /** Of `side`, to `limitTicks`. O(levels). */
  gather(book: number, side: number, limitTicks: number): void {
    const ladder = ladderOf(book, side);
    this.#side = side;
    this.#add(this.#shown, ladder, limitTicks);
    this.#add(this.#dark, ladder + DARK, limitTicks);
  }

  /** At most so many could trade within this limit, which gather()'s includes, until more rests. */
  lotsWithin(limitTicks: number): number {
    const side = this.#side;
    return this.#shown.sumWithin(side, limitTicks) + this.#dark.sumWithin(side, limitTicks);
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
