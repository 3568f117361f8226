// A level's quantity is a sum in a double, exact to 2^53. Orders up to 2^32 lots, 2^20 of them at
// most, cannot pass 2^52; a larger one may stand only where its level stays within the other 2^52.
// Where orders only wait (parked, or for a trigger) nobody asks what a level sums.

import { NONE } from "../base/none.ts";
import type { Books } from "../book/books.ts";

export const LARGE_QTY_LOTS = 4_294_967_296;
const LARGE_LEVEL_QTY_LOTS_MAX = 4_503_599_627_370_496;

/** Whether so much, `leavingLots` of which stand there now, is too much for its level. */
export function overflowsLevel(
  books: Books,
  ladder: number,
  priceTicks: number,
  openLots: number,
  leavingLots: number,
): boolean {
  if (openLots <= LARGE_QTY_LOTS) return false;
  const level = books.levelAt(ladder, priceTicks);
  const otherLots = level === NONE ? 0 : books.levelWholeLots(level) - leavingLots;
  return otherLots + openLots > LARGE_LEVEL_QTY_LOTS_MAX;
}
