// What the exchange has said of the orders of one account in one round: each of them once, however
// it was entered.

import assert from "node:assert/strict";

export class Acknowledged {
  /** Order ids by client order id. */
  readonly orderIds = new Map<string, number>();
  readonly #protocols: readonly string[];
  readonly #heard = new Set<string>();
  #enough = Number.POSITIVE_INFINITY;
  #onEnough: () => void = () => {};

  constructor(protocols: readonly string[]) {
    this.#protocols = protocols;
  }

  note(protocol: string, clOrdId: string, orderId: number): void {
    assert.ok(!this.orderIds.has(clOrdId), `one acknowledgement an order, found two of ${clOrdId}`);
    this.orderIds.set(clOrdId, orderId);
    this.#heard.add(protocol);
    if (this.#isEnough) this.#onEnough();
  }

  /** Once so many orders are acknowledged in all, and some over each protocol. */
  async until(enough: number): Promise<void> {
    this.#enough = enough;
    if (this.#isEnough) return;
    await new Promise<void>((resolve) => {
      this.#onEnough = resolve;
    });
  }

  clear(): void {
    this.orderIds.clear();
    this.#heard.clear();
    this.#enough = Number.POSITIVE_INFINITY;
  }

  get #isEnough(): boolean {
    return this.orderIds.size >= this.#enough && this.#heard.size === this.#protocols.length;
  }
}
