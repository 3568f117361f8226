// Prices of one side, the best first, with what stands at each and all better ones: what the better
// ones have is exact, however much the worse ones add to it. Grows by doubling and is used again.

import { SIDE_BUY } from "../model/side.ts";

const STEPS_EXPECTED = 256;

export class PriceSteps {
  prices = new Int32Array(STEPS_EXPECTED);
  sums = new Float64Array(STEPS_EXPECTED);
  count = 0;
  sumLots = 0;

  add(priceTicks: number, lots: number): void {
    if (this.count === this.prices.length) this.#grow();
    this.prices[this.count] = priceTicks;
    this.sumLots += lots;
    this.sums[this.count++] = this.sumLots;
  }

  /** What stands at the first `count` prices. */
  sumOf(count: number): number {
    return count === 0 ? 0 : this.sums[count - 1];
  }

  /** What stands within the limit of an order that meets this `side`. O(log prices). */
  sumWithin(side: number, limitTicks: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isWithin(side, this.prices[middle], limitTicks)) low = middle + 1;
      else high = middle;
    }
    return this.sumOf(low);
  }

  clear(): void {
    this.count = 0;
    this.sumLots = 0;
  }

  #grow(): void {
    const prices = new Int32Array(this.count * 2);
    const sums = new Float64Array(this.count * 2);
    prices.set(this.prices);
    sums.set(this.sums);
    this.prices = prices;
    this.sums = sums;
  }
}

/** Whether an order of the other side with this limit meets `side` at this price. */
export function isWithin(side: number, priceTicks: number, limitTicks: number): boolean {
  return side === SIDE_BUY ? priceTicks >= limitTicks : priceTicks <= limitTicks;
}
