// hot path
// Widths around a reference price, as the operator says them.

const BASIS_POINTS = 10_000;

/** Ticks; of basis points rounded down, a tick at least. */
export function widthTicks(referenceTicks: number, width: number, isBasisPoints: boolean): number {
  if (!isBasisPoints) return width;
  return Math.max(Math.floor((Math.abs(referenceTicks) * width) / BASIS_POINTS), 1);
}
