// The resting orders of the simulated makers on one side of one instrument, and what to do next
// so that a dozen and more levels stand at the fair price, no order on its wrong side and none
// far away.

import { assert } from "../base/assert.ts";
import type { Prng } from "../base/prng.ts";
import type { Side } from "../model/side.ts";
import { SIDE_BUY } from "../model/side.ts";

export type MakerOrder = {
  readonly clOrdId: string;
  readonly accountId: number;
  readonly priceTicks: number;
  /** A cancel is under way. */
  isLeaving: boolean;
};

export const MAKER_LEVELS = 16; // A ladder on a page shows about as many.
const LEVELS_FAR = 24; // Beyond this an order no longer belongs to the market and is taken away.
/** Resting orders of the simulator on one side of one instrument, whatever happens. */
export const MAKER_ORDERS_MAX = 2 * MAKER_LEVELS;

export class MakerSide {
  readonly side: Side;
  readonly #levelTicks: number;
  readonly #orders = new Map<string, MakerOrder>();

  constructor(side: Side, levelTicks: number) {
    assert(levelTicks >= 1, "levels are at least a tick apart");
    this.side = side;
    this.#levelTicks = levelTicks;
  }

  get orderCount(): number {
    return this.#orders.size;
  }

  get(clOrdId: string): MakerOrder | undefined {
    return this.#orders.get(clOrdId);
  }

  add(order: MakerOrder): void {
    this.#orders.set(order.clOrdId, order);
  }

  remove(clOrdId: string): void {
    this.#orders.delete(clOrdId);
  }

  /** An order that should go: at or through the fair price, far from it, or one too many. */
  misplaced(fairTicks: number): MakerOrder | undefined {
    let farthest: MakerOrder | undefined;
    for (const order of this.#orders.values()) {
      if (order.isLeaving) continue;
      const level = this.#levelOf(order.priceTicks, fairTicks);
      if (level < 0 || level >= LEVELS_FAR) return order;
      if (farthest === undefined || level > this.#levelOf(farthest.priceTicks, fairTicks)) {
        farthest = order;
      }
    }
    return this.#orders.size > MAKER_ORDERS_MAX ? farthest : undefined;
  }

  /** The price of the nearest level that has no order; undefined when the ladder is complete. */
  vacantPrice(fairTicks: number, random: Prng): number | undefined {
    if (this.#orders.size >= MAKER_ORDERS_MAX) return undefined;
    const taken = new Set<number>();
    for (const { priceTicks } of this.#orders.values()) {
      taken.add(this.#levelOf(priceTicks, fairTicks));
    }
    for (let level = 0; level < MAKER_LEVELS; level++) {
      if (taken.has(level)) continue;
      const distanceTicks = 1 + level * this.#levelTicks + random.nextBelow(this.#levelTicks);
      return this.side === SIDE_BUY ? fairTicks - distanceTicks : fairTicks + distanceTicks;
    }
    return undefined;
  }

  /** Any order that is not leaving already. */
  any(random: Prng): MakerOrder | undefined {
    const orders = [...this.#orders.values()].filter(({ isLeaving }) => !isLeaving);
    return orders.length === 0 ? undefined : orders[random.nextBelow(orders.length)];
  }

  /** Level from the fair price outwards, from 0; negative at or through it. */
  #levelOf(priceTicks: number, fairTicks: number): number {
    const awayTicks = this.side === SIDE_BUY ? fairTicks - priceTicks : priceTicks - fairTicks;
    return Math.floor((awayTicks - 1) / this.#levelTicks);
  }
}
