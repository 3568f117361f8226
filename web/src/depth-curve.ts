// The two staircases of the depth chart: at each price, how many lots rest from the best price to
// there. In ticks and lots; columns in the form uPlot takes.

import type { Level } from "./book-state.ts";

export type DepthCurve = {
  readonly priceTicks: number[];
  readonly bidLots: (number | null)[];
  readonly askLots: (number | null)[];
};

export type TickRange = { readonly lowTicks: number; readonly highTicks: number };

/**
 * Prices rise from left to right; both curves end at the edges of `range`, so that the staircase
 * fills the picture. Levels outside are left out.
 */
export function depthCurve(
  bids: readonly Level[],
  asks: readonly Level[],
  range: TickRange,
): DepthCurve {
  const bidSteps = staircase(bids, (priceTicks) => priceTicks >= range.lowTicks, range.lowTicks);
  const askSteps = staircase(asks, (priceTicks) => priceTicks <= range.highTicks, range.highTicks);
  bidSteps.reverse();
  return {
    priceTicks: [...bidSteps, ...askSteps].map((step) => step.priceTicks),
    bidLots: [...bidSteps.map((step) => step.totalLots), ...askSteps.map(() => null)],
    askLots: [...bidSteps.map(() => null), ...askSteps.map((step) => step.totalLots)],
  };
}

/**
 * The range that shows `levelsShown` levels on each side, as far from the middle on one as on the
 * other, rounded up to 1, 2 or 5 x 10^n ticks so that the picture does not breathe with every
 * order.
 */
export function curveRange(
  bids: readonly Level[],
  asks: readonly Level[],
  levelsShown: number,
): TickRange | undefined {
  const bestTicks = bids[0]?.priceTicks ?? asks[0]?.priceTicks;
  if (bestTicks === undefined) return undefined;
  const middleTicks = Math.round((bestTicks + (asks[0]?.priceTicks ?? bestTicks)) / 2);
  const farBid = bids[Math.min(levelsShown, bids.length) - 1]?.priceTicks ?? middleTicks;
  const farAsk = asks[Math.min(levelsShown, asks.length) - 1]?.priceTicks ?? middleTicks;
  const reachTicks = roundUp125(Math.max(middleTicks - farBid, farAsk - middleTicks, 1));
  return { lowTicks: middleTicks - reachTicks, highTicks: middleTicks + reachTicks };
}

/** The smallest 1, 2 or 5 x 10^n that is not below `count`. */
export function roundUp125(count: number): number {
  let power = 1;
  while (power * 10 < count) power *= 10;
  for (const factor of [1, 2, 5]) if (factor * power >= count) return factor * power;
  return 10 * power;
}

type Step = { priceTicks: number; totalLots: number };

function staircase(
  levels: readonly Level[],
  isInside: (priceTicks: number) => boolean,
  edgeTicks: number,
): Step[] {
  const steps: Step[] = [];
  let totalLots = 0;
  for (const { priceTicks, qtyLots } of levels) {
    if (!isInside(priceTicks)) break;
    totalLots += qtyLots;
    steps.push({ priceTicks, totalLots });
  }
  const last = steps.at(-1);
  if (last !== undefined && last.priceTicks !== edgeTicks) {
    steps.push({ priceTicks: edgeTicks, totalLots });
  }
  return steps;
}
