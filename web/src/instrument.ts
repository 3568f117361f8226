// An instrument as the page uses it: its grids, and its limits in steps.

import { type Grid, gridOf, stepsOf } from "./grid.ts";
import type { WireInstrument } from "./wire.ts";

export type Instrument = {
  readonly symbol: string;
  readonly currency: string;
  readonly price: Grid;
  readonly qty: Grid;
  readonly priceTicksMin: number;
  readonly priceTicksMax: number;
  readonly orderQtyLotsMin: number;
  readonly orderQtyLotsMax: number;
};

/** All that can be computed with exactly; `onProblem` hears of those that are left out. */
export function instrumentsOf(
  listed: readonly WireInstrument[],
  onProblem: (text: string) => void,
): Instrument[] {
  return listed.flatMap((wire) => {
    try {
      return [instrumentOf(wire)];
    } catch {
      onProblem(`${wire.symbol} is not shown: its numbers pass what this page computes exactly.`);
      return [];
    }
  });
}

/** Whether nothing of it has changed. */
export function isSameInstrument(left: Instrument, right: Instrument | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

export function instrumentOf(wire: WireInstrument): Instrument {
  const price = gridOf(wire.tickSize);
  const qty = gridOf(wire.lotSize);
  return {
    symbol: wire.symbol,
    currency: wire.currency,
    price,
    qty,
    priceTicksMin: stepsOf(wire.priceMin, price),
    priceTicksMax: stepsOf(wire.priceMax, price),
    orderQtyLotsMin: stepsOf(wire.orderQtyMin, qty),
    orderQtyLotsMax: stepsOf(wire.orderQtyMax, qty),
  };
}
