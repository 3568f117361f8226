// Kinds of orders that an instrument takes only so many of.

import { isAllOrNone, isPegged, isTrailing, type TwinOrder } from "./naive-order.ts";
import type { TwinState } from "./naive-state.ts";

const SPECIALS_MAX = 1024;

/** Whether there are as many of the order's kind as there may be, without itself. */
export function isFullOfSpecials(state: TwinState, order: TwinOrder): boolean {
  return [isPegged, isTrailing, isAllOrNone].some((isOfKind) => {
    const others = state.working.filter(
      (other) =>
        other !== order &&
        other.instrumentId === order.instrumentId &&
        isOfKind(other) &&
        !other.isInactive &&
        !(isTrailing(other) && (other.isTriggered || other.reached !== undefined)),
    );
    return isOfKind(order) && others.length >= SPECIALS_MAX;
  });
}
