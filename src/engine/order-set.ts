// Orders that were found at one moment, to be acted on one after the other: acting on one may end
// another, whose slot may then be somebody else's. Grows by doubling and is used again.

import { NONE } from "../base/none.ts";
import type { Books } from "../book/books.ts";

const ORDERS_EXPECTED = 64;

export class OrderSet {
  readonly #books: Books;
  #slots = new Int32Array(ORDERS_EXPECTED);
  #orderIds = new Float64Array(ORDERS_EXPECTED);
  #count = 0;

  constructor(books: Books) {
    this.#books = books;
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  add(slot: number): void {
    if (this.#count === this.#slots.length) this.#grow();
    this.#slots[this.#count] = slot;
    this.#orderIds[this.#count++] = this.#books.orderIdOf(slot);
  }

  /** The slot of the order at `index`, from 0 as they were added; NONE once it has ended. */
  slotAt(index: number): number {
    const slot = this.#slots[index];
    return this.#books.find(this.#orderIds[index]) === slot ? slot : NONE;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const orderIds = new Float64Array(slots.length);
    slots.set(this.#slots);
    orderIds.set(this.#orderIds);
    this.#slots = slots;
    this.#orderIds = orderIds;
  }
}
