// The new orders that a stream of an account's reports has told of, and who waits for some.

export class HeardOrders {
  readonly #orderIds = new Set<number>();
  #wanted: number[] = [];
  #onHeard: () => void = () => {};

  add(orderId: number): void {
    this.#orderIds.add(orderId);
    if (this.#isComplete()) this.#onHeard();
  }

  /** Once all of these are told of. */
  async until(orderIds: Iterable<number>): Promise<void> {
    this.#wanted = [...orderIds];
    if (this.#isComplete()) return;
    await new Promise<void>((resolve) => {
      this.#onHeard = resolve;
    });
  }

  #isComplete(): boolean {
    this.#wanted = this.#wanted.filter((orderId) => !this.#orderIds.has(orderId));
    return this.#wanted.length === 0;
  }
}
