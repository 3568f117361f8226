// Who stands before whom, sorted anew whenever somebody asks.

import { oppositeSide, SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import {
  displayedLots,
  isAllOrNone,
  isBuy,
  isPegged,
  mayTradeAt,
  type TwinOrder,
} from "./naive-order.ts";
import { isContinuous } from "./naive-phases.ts";
import type { TwinState } from "./naive-state.ts";

/** [priceTicks, lots, orders] */
export type NaiveLevel = [number, number, number];

/** Resting orders of a side, displayed and dark, in the order in which they would trade. */
export function queueOf(state: TwinState, instrumentId: number, side: number): TwinOrder[] {
  return state.working
    .filter((order) => order.instrumentId === instrumentId && order.side === side)
    .filter(({ place }) => place === "displayed" || place === "dark")
    .sort(byPriority);
}

/** Best price first, at one price displayed orders first, then the oldest. */
function byPriority(a: TwinOrder, b: TwinOrder): number {
  if (a.priceTicks !== b.priceTicks) {
    return isBuy(a) ? b.priceTicks - a.priceTicks : a.priceTicks - b.priceTicks;
  }
  if (a.place !== b.place) return a.place === "displayed" ? -1 : 1;
  return a.arrival - b.arrival;
}

/**
 * The order that this one would meet first, at any price if there is no limit. All-or-none orders
 * that want more than it has are passed over.
 */
export function firstMaker(
  state: TwinState,
  taker: Pick<TwinOrder, "instrumentId" | "side" | "leavesQtyLots">,
  limitTicks: number | undefined,
): TwinOrder | undefined {
  return queueOf(state, taker.instrumentId, oppositeSide(taker.side))
    .filter((maker) => mayTradeAt(taker.side, limitTicks, maker.priceTicks))
    .find((maker) => !isAllOrNone(maker) || maker.leavesQtyLots <= taker.leavesQtyLots);
}

/** Best displayed price of a side. */
export function bestDisplayed(
  state: TwinState,
  instrumentId: number,
  side: number,
): number | undefined {
  return displayedOf(state, instrumentId, side)[0]?.priceTicks;
}

/** Without pegged orders: these follow it, while trading is continuous. */
export function bestReference(
  state: TwinState,
  instrumentId: number,
  side: number,
): number | undefined {
  if (!isContinuous(state, { instrumentId })) return undefined;
  return displayedOf(state, instrumentId, side).find((order) => !isPegged(order))?.priceTicks;
}

export function bidAndAsk(state: TwinState, instrumentId: number) {
  return {
    bidTicks: bestDisplayed(state, instrumentId, SIDE_BUY),
    askTicks: bestDisplayed(state, instrumentId, SIDE_SELL),
  };
}

export function displayedOf(state: TwinState, instrumentId: number, side: number): TwinOrder[] {
  return queueOf(state, instrumentId, side).filter(({ place }) => place === "displayed");
}

/** What the public sees, best first. */
export function depthOf(state: TwinState, instrumentId: number, side: number): NaiveLevel[] {
  const levels: NaiveLevel[] = [];
  for (const order of displayedOf(state, instrumentId, side)) {
    const level = levels.find(([priceTicks]) => priceTicks === order.priceTicks);
    if (level === undefined) {
      levels.push([order.priceTicks, displayedLots(order), 1]);
    } else {
      level[1] += displayedLots(order);
      level[2]++;
    }
  }
  return levels;
}
