// Pro-rata instruments: how a displayed level serves an order that is smaller than it, and who is
// the top order of a side.

import { ALLOCATION_PRICE_TIME, ALLOCATION_PRO_RATA_TOP } from "../../src/model/allocation.ts";
import { isBuy, reachableLots, type TwinOrder } from "./naive-order.ts";
import { displayedOf } from "./naive-queues.ts";
import { instrumentOf, type TwinState, tapeOf } from "./naive-state.ts";

/** Beyond this a level is served by time, so that parts stay exact. */
const SHARED_LOTS_MAX = 2 ** 51;

/** Lets the taker meet this maker for at most so many lots; returns how many moved. */
export type Serve = (maker: TwinOrder, lotsMax: number) => number;

function allocationOf(state: TwinState, order: TwinOrder): number {
  return instrumentOf(state, order).allocation ?? ALLOCATION_PRICE_TIME;
}

/** Whether the instrument's levels are shared, where an order is smaller than one. */
export function sharesLevels(state: TwinState, order: TwinOrder): boolean {
  return allocationOf(state, order) !== ALLOCATION_PRICE_TIME;
}

/** The displayed orders at the maker's price, oldest first. */
export function levelOf(state: TwinState, maker: TwinOrder): TwinOrder[] {
  return displayedOf(state, maker.instrumentId, maker.side).filter(
    ({ priceTicks }) => priceTicks === maker.priceTicks,
  );
}

/** Whether the level of this maker, the first in turn, is shared among its orders. */
export function isShared(state: TwinState, maker: TwinOrder, taker: TwinOrder): boolean {
  if (!sharesLevels(state, maker)) return false;
  return maker.place === "displayed" && lotsOf(levelOf(state, maker)) > taker.leavesQtyLots;
}

/** One round: the level as it stands now. */
export function share(state: TwinState, first: TwinOrder, taker: TwinOrder, serve: Serve): void {
  const goesOn = () => taker.place !== "ended" && taker.leavesQtyLots > 0;
  if (isTop(state, first)) serve(first, taker.leavesQtyLots);
  if (!goesOn()) return;
  const members = levelOf(state, first).map((order) => ({ order, lots: reachableLots(order) }));
  const levelLots = lotsOf(members.map(({ order }) => order));
  const sharedLots = Math.min(taker.leavesQtyLots, levelLots);
  const stands = ({ place, priceTicks }: TwinOrder) =>
    place === "displayed" && priceTicks === first.priceTicks;
  if (levelLots <= SHARED_LOTS_MAX) {
    for (const member of members) {
      const part = Number((BigInt(sharedLots) * BigInt(member.lots)) / BigInt(levelLots));
      if (part > 0 && goesOn() && stands(member.order)) member.lots -= serve(member.order, part);
    }
  }
  // What is left over goes to the oldest first; new slices are of the next round.
  for (const { order, lots } of members) {
    const left = Math.min(lots, taker.leavesQtyLots);
    if (left > 0 && goesOn() && stands(order)) serve(order, left);
  }
}

function lotsOf(orders: readonly TwinOrder[]): number {
  return orders.reduce((sum, order) => sum + reachableLots(order), 0);
}

function isTop(state: TwinState, order: TwinOrder): boolean {
  const isKept = allocationOf(state, order) === ALLOCATION_PRO_RATA_TOP;
  return isKept && topOf(state, order) === order.orderId;
}

function topOf(state: TwinState, order: TwinOrder): number | undefined {
  const { topBuyId, topSellId } = tapeOf(state, order);
  return isBuy(order) ? topBuyId : topSellId;
}

function setTop(state: TwinState, order: TwinOrder, topId: number | undefined): void {
  Object.assign(tapeOf(state, order), isBuy(order) ? { topBuyId: topId } : { topSellId: topId });
}

/** An order takes a place in sight: alone at the best price it is the top one, else it is none. */
export function noteTop(state: TwinState, order: TwinOrder): void {
  const others = displayedOf(state, order.instrumentId, order.side).filter(
    (other) => other !== order,
  );
  const isBehind = others.some(({ priceTicks }) =>
    isBuy(order) ? priceTicks >= order.priceTicks : priceTicks <= order.priceTicks,
  );
  if (!isBehind) setTop(state, order, order.orderId);
  else if (topOf(state, order) === order.orderId) setTop(state, order, undefined);
}
