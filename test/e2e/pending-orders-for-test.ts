// The orders of one load that wait for their report: so many at a time, until the venue dies.

/** Orders under way at a time. */
const WINDOW = 25;

export class PendingOrders<Id, Request> {
  readonly #requests = new Map<Id, Request>();
  readonly #enterNext: (pending: Map<Id, Request>) => void;
  #isLoading = false;
  #onSettled: () => void = () => {};

  /** `enterNext` enters one more order, and notes it among those that wait. */
  constructor(enterNext: (pending: Map<Id, Request>) => void) {
    this.#enterNext = enterNext;
  }

  /** New orders, until stop(). */
  begin(): void {
    this.#isLoading = true;
    this.#enter();
  }

  stop(): void {
    this.#isLoading = false;
  }

  /** Requests that may have been lost, in the order of entry. */
  requests(): Iterable<Request> {
    return this.#requests.values();
  }

  /** Whether the order waited; the next one is entered in its place. */
  report(id: Id): boolean {
    const hasWaited = this.#requests.delete(id);
    this.#enter();
    if (this.#requests.size === 0) this.#onSettled();
    return hasWaited;
  }

  /** Once every order has its report. */
  async settle(): Promise<void> {
    if (this.#requests.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onSettled = resolve;
    });
  }

  #enter(): void {
    while (this.#isLoading && this.#requests.size < WINDOW) this.#enterNext(this.#requests);
  }
}
