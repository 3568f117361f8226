// The order in which the orders of an instrument stand before each other, wherever they stand.

import { firesRising, isBuy, isMarketOrder, type TwinOrder } from "./naive-order.ts";

/** Bids and asks in sight and in the dark; who waits for a price; who gathers; who is parked. */
export const LADDER_NAMES = [
  "bids",
  "asks",
  "dark bids",
  "dark asks",
  "falling last",
  "rising last",
  "falling bid",
  "rising bid",
  "falling ask",
  "rising ask",
  "falling middle",
  "rising middle",
  "call bids",
  "call asks",
  "parked buys",
  "parked sells",
  "market buys",
  "market sells",
] as const;

export function ladderNameOf(order: TwinOrder): (typeof LADDER_NAMES)[number] {
  const { place, terms } = order;
  const isBid = isBuy(order);
  switch (place) {
    case "displayed":
      return isBid ? "bids" : "asks";
    case "dark":
      return isBid ? "dark bids" : "dark asks";
    case "parked":
      return isBid ? "parked buys" : "parked sells";
    case "gathering":
      if (isMarketOrder(order)) return isBid ? "market buys" : "market sells";
      return isBid ? "call bids" : "call asks";
    default: {
      const quote = isBid ? "ask" : "bid";
      const source = (["last", quote, "middle"] as const)[terms.triggerSource ?? 0];
      return `${firesRising(order) ? "rising" : "falling"} ${source}`;
    }
  }
}

/** What it stands at on its ladder. */
export function ladderTicksOf({ place, priceTicks, triggerTicks }: TwinOrder): number {
  return place === "waiting" ? (triggerTicks ?? 0) : priceTicks;
}

/** Ladder by ladder; bids and what falls from the highest price on, the others from the lowest. */
export function inLadderOrder(a: TwinOrder, b: TwinOrder): number {
  const [ladder, other] = [a, b].map((order) => LADDER_NAMES.indexOf(ladderNameOf(order)));
  if (ladder !== other) return ladder - other;
  const ticks = ladderTicksOf(a) - ladderTicksOf(b);
  return (ladder % 2 === 0 ? -ticks : ticks) || a.arrival - b.arrival;
}
