// An order's state in the words of the case schema.

import type { FoldedOrder } from "../market/order-fold.ts";
import { REASON_FOK_UNFILLABLE, REASON_NONE, REASON_QUOTE_AMOUNT } from "../model/reasons.ts";
import type { CaseOutcome } from "./case-venue.ts";

/** State of an order as it stands, whenever it got there. */
export function orderStatus(order: FoldedOrder): string {
  if (order.isCanceled) return "cancelled";
  if (order.leavesQtyLots === 0) return "filled";
  if (order.isWaiting) return "pending_trigger";
  return order.cumQtyLots === 0 ? "resting" : "partially_filled";
}

/** Whether the step left its order in the expected state: what it traded before does not count. */
export function hasStatus(
  expected: string,
  outcome: CaseOutcome,
  order: FoldedOrder | undefined,
): boolean {
  const found = stepStatus(outcome, order);
  return found === expected || (isKilled(outcome) && expected === "cancelled");
}

/**
 * Nothing of a fill-or-kill order came to life: some venues call that canceled, ours rejected.
 */
export function isKilled({ rejectReason }: CaseOutcome): boolean {
  return rejectReason === REASON_FOK_UNFILLABLE || rejectReason === REASON_QUOTE_AMOUNT;
}

/** State of the step's order right after the step. */
export function stepStatus(outcome: CaseOutcome, order: FoldedOrder | undefined): string {
  if (outcome.rejectReason !== REASON_NONE || order === undefined) return "rejected";
  const hasTraded = tradedLotsOf(outcome, order) > 0;
  if (order.isCanceled) return hasTraded ? "partially_filled_then_cancelled" : "cancelled";
  if (order.leavesQtyLots === 0) return "filled";
  if (order.isWaiting) return "pending_trigger";
  return hasTraded ? "partially_filled" : "resting";
}

/** Lots that the order traded in the step, on either side of a trade. */
export function tradedLotsOf(outcome: CaseOutcome, order: FoldedOrder): number {
  return outcome.trades
    .filter(({ maker, taker }) => maker === order || taker === order)
    .reduce((lots, trade) => lots + trade.qtyLots, 0);
}
