/** FIX 54=Side. FIX's own digits, so the wire copies and never maps. */
export const SIDE_BUY = 1;
export const SIDE_SELL = 2;
export type Side = typeof SIDE_BUY | typeof SIDE_SELL;

/** The side an incoming order trades against: 1 <-> 2. */
export function oppositeSide(side: number): Side {
  return (3 - side) as Side;
}
