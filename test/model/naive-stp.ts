// Who counts as one under self-trade prevention, and what an order asks for.

import { STP_DEFAULT, STP_NONE } from "../../src/model/order-terms.ts";
import type { TwinOrder } from "./naive-order.ts";
import type { TwinState } from "./naive-state.ts";

/** The order's own mode, else its account's. */
export function modeOf(state: TwinState, { accountId, terms }: TwinOrder): number {
  const asked = terms.stpMode ?? STP_DEFAULT;
  if (asked !== STP_DEFAULT) return asked;
  return state.money.accounts.get(accountId)?.terms.stpMode || STP_NONE;
}

/** One account, or one trade group. */
export function isSamePerson(state: TwinState, a: TwinOrder, b: TwinOrder): boolean {
  if (a.accountId === b.accountId) return true;
  const [group, otherGroup] = [a, b].map(
    ({ accountId }) => state.money.accounts.get(accountId)?.terms.tradeGroupId ?? 0,
  );
  return group !== 0 && group === otherGroup;
}
