// Reduce-only orders are never larger than the position that they reduce.

import { REASON_REDUCE_ONLY } from "../../src/model/reasons.ts";
import { positionOf, type TwinAccount } from "./naive-account.ts";
import { end, reduceKeepingPlace } from "./naive-ends.ts";
import { isBuy, isReduceOnly, type TwinOrder } from "./naive-order.ts";
import type { TwinState } from "./naive-state.ts";

/** Lots that an order of this side could take off the position. */
export function reducibleLots(
  account: TwinAccount,
  order: { instrumentId: number; side: number },
): number {
  const { lots } = positionOf(account, order.instrumentId);
  return Math.max(0, Number(isBuy(order) ? -lots : lots));
}

/**
 * The account's position has changed: its orders are cut to it, the newest first. `matched` is a
 * maker that gives what it reduces, and stays as it is.
 */
export function cutReduceOnly(
  state: TwinState,
  accountId: number,
  instrumentId: number,
  matched?: TwinOrder,
): void {
  const account = state.money.accounts.get(accountId);
  if (account === undefined) return;
  for (;;) {
    const tooLarge = (state.ofAccount.get(accountId) ?? []).find(
      (order) =>
        order !== matched &&
        order.instrumentId === instrumentId &&
        order.place !== "nowhere" &&
        !order.isInactive &&
        isReduceOnly(order) &&
        order.leavesQtyLots > reducibleLots(account, order),
    );
    if (tooLarge === undefined) return;
    const keptLots = reducibleLots(account, tooLarge);
    const lots = tooLarge.leavesQtyLots - keptLots;
    if (keptLots === 0) end(state, tooLarge, REASON_REDUCE_ONLY);
    else reduceKeepingPlace(state, tooLarge, lots, REASON_REDUCE_ONLY);
  }
}
