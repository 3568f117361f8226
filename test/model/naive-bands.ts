// Price bands: how far from a reference an order may trade.

import type { PriceBands } from "../../src/model/guard.ts";
import { isBuy, type TwinOrder } from "./naive-order.ts";
import { firstMaker } from "./naive-queues.ts";
import { type TwinState, tapeOf } from "./naive-state.ts";

const BASIS_POINTS = 10_000n;

/** The worst price an order may trade at, undefined where any will do. */
export type Reached = { readonly meetsNobody: boolean; readonly limitTicks: number | undefined };

/** How far the order may trade now if it would go as far as this. */
export function withinBands(
  state: TwinState,
  order: TwinOrder,
  limitTicks: number | undefined,
): Reached {
  const [lowTicks, highTicks] = bandOf(state, order);
  const first = firstMaker(state, order, undefined)?.priceTicks;
  if (first === undefined) return { meetsNobody: false, limitTicks };
  // A price that is too good to be true is beyond the band as well.
  const meetsNobody = isBuy(order) ? first < lowTicks : first > highTicks;
  const furthest = isBuy(order)
    ? Math.min(limitTicks ?? highTicks, highTicks)
    : Math.max(limitTicks ?? lowTicks, lowTicks);
  return { meetsNobody, limitTicks: Number.isFinite(furthest) ? furthest : undefined };
}

/** The edges, which are within. */
function bandOf(state: TwinState, of: { instrumentId: number }): readonly [number, number] {
  const { bands, bandReferenceTicks, lastTicks } = tapeOf(state, of);
  if (bands === undefined) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const around = [
    [bandReferenceTicks, bands.staticWidth],
    [lastTicks, bands.dynamicWidth],
  ] as const;
  const edges = around.flatMap(([reference, width]) => {
    if (reference === undefined || width === 0) return [];
    const ticks = widthTicks(bands, reference, width);
    return [[reference - ticks, reference + ticks] as const];
  });
  const lows = edges.map(([low]) => low);
  const highs = edges.map(([, high]) => high);
  return [
    Math.max(Number.NEGATIVE_INFINITY, ...lows),
    Math.min(Number.POSITIVE_INFINITY, ...highs),
  ];
}

/** Basis points are rounded down, to a tick at least. */
export function widthTicks(
  { isBasisPoints }: Pick<PriceBands, "isBasisPoints">,
  reference: number,
  width: number,
): number {
  if (!isBasisPoints) return width;
  const share = (BigInt(Math.abs(reference)) * BigInt(width)) / BASIS_POINTS;
  return Math.max(1, Number(share));
}

/** A static band without a reference takes the last price, as soon as there is one. */
export function takeReference(state: TwinState, of: { instrumentId: number }): void {
  const tape = tapeOf(state, of);
  if ((tape.bands?.staticWidth ?? 0) === 0) return;
  tape.bandReferenceTicks ??= tape.lastTicks;
}

/** The static band is around the price of the last uncross. */
export function noteUncross(
  state: TwinState,
  of: { instrumentId: number },
  priceTicks: number,
): void {
  const tape = tapeOf(state, of);
  if ((tape.bands?.staticWidth ?? 0) !== 0) tape.bandReferenceTicks = priceTicks;
}
