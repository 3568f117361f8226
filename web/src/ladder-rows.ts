// What the ladder shows of one side: the best rows, prices gathered into groups of ticks, with
// running totals. Also what a market order would meet. All in ticks and lots.

import type { Level, RankSign } from "./book-state.ts";

export type LadderRow = {
  /** The group's price: the one farthest from the market, so that every order in it is as good. */
  readonly priceTicks: number;
  readonly qtyLots: number;
  /** Lots from the best price to this row. */
  readonly totalLots: number;
  readonly orderCount: number;
};

/** Bids round down and asks round up to a multiple of `groupTicks`. */
export function groupPriceTicks(priceTicks: number, sign: RankSign, groupTicks: number): number {
  const grouped = sign * Math.ceil((sign * priceTicks) / groupTicks) * groupTicks;
  return grouped === 0 ? 0 : grouped; // Not -0.
}

/** At most `rowsMax` rows, best first. O(levels in those rows). */
export function ladderRows(
  levels: readonly Level[],
  sign: RankSign,
  groupTicks: number,
  rowsMax: number,
): LadderRow[] {
  const rows: LadderRow[] = [];
  let totalLots = 0;
  for (const level of levels) {
    const priceTicks = groupPriceTicks(level.priceTicks, sign, groupTicks);
    const last = rows.at(-1);
    totalLots += level.qtyLots;
    if (last !== undefined && last.priceTicks === priceTicks) {
      const qtyLots = last.qtyLots + level.qtyLots;
      const orderCount = last.orderCount + level.orderCount;
      rows[rows.length - 1] = { priceTicks, qtyLots, totalLots, orderCount };
    } else {
      if (rows.length === rowsMax) break;
      rows.push({ priceTicks, qtyLots: level.qtyLots, totalLots, orderCount: level.orderCount });
    }
  }
  return rows;
}

export type Sweep = {
  readonly filledLots: number;
  /** Sum of price ticks x lots: may pass 2^53, so it is a bigint. */
  readonly ticksTimesLots: bigint;
  readonly worstPxTicks: number | undefined;
};

/** What an order for `orderQtyLots` would take from the opposite side as it stands. */
export function sweep(levels: readonly Level[], orderQtyLots: number): Sweep {
  let leavesQtyLots = orderQtyLots;
  let ticksTimesLots = 0n;
  let worstPxTicks: number | undefined;
  for (const level of levels) {
    if (leavesQtyLots === 0) break;
    const lastQtyLots = Math.min(leavesQtyLots, level.qtyLots);
    leavesQtyLots -= lastQtyLots;
    ticksTimesLots += BigInt(level.priceTicks) * BigInt(lastQtyLots);
    worstPxTicks = level.priceTicks;
  }
  return { filledLots: orderQtyLots - leavesQtyLots, ticksTimesLots, worstPxTicks };
}
