// Kinds of orders that an instrument takes only so many of.

import { isAllOrNone, isPegged, isTrailing, type TwinOrder } from "./naive-order.ts";
import { isInCall } from "./naive-phases.ts";
import type { TwinState } from "./naive-state.ts";

const SPECIALS_MAX = 1024;

/** Whether anything may follow from what trades in an instrument: till then nobody notes prices. */
export function isWatched(state: TwinState, of: { instrumentId: number }): boolean {
  const watches = (order: TwinOrder) =>
    ["waiting", "parked"].includes(order.place) ||
    (["displayed", "dark"].includes(order.place) && (isPegged(order) || isAllOrNone(order)));
  const isOf = ({ instrumentId }: TwinOrder) => instrumentId === of.instrumentId;
  return isInCall(state, of) || state.working.some((order) => isOf(order) && watches(order));
}

/** Whether there are as many of the order's kind as there may be, without itself. */
export function isFullOfSpecials(state: TwinState, order: TwinOrder): boolean {
  return [isPegged, isTrailing, isAllOrNone].some((isOfKind) => {
    const others = state.working.filter(
      (other) =>
        other !== order &&
        other.instrumentId === order.instrumentId &&
        isOfKind(other) &&
        !other.isInactive &&
        !(isTrailing(other) && other.isTriggered),
    );
    return isOfKind(order) && others.length >= SPECIALS_MAX;
  });
}
