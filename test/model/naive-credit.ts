// Whether working orders may trade in a call at a price that is not their own.

import { RISK_CREDIT } from "../../src/model/account.ts";
import { largest, type TwinAccount } from "./naive-account.ts";
import { isAlternative } from "./naive-ends.ts";
import { availableOf } from "./naive-funds.ts";
import { moneyNeed, moneyNeedAt } from "./naive-holds.ts";
import { isReduceOnly, type TwinOrder } from "./naive-order.ts";
import { reducibleLots } from "./naive-reduce-only.ts";
import { instrumentOf, type TwinState } from "./naive-state.ts";

/** On credit a better price may cost more. What closes the position costs nothing. */
export function lacksCreditAt(
  state: TwinState,
  order: TwinOrder,
  priceTicks: number,
  lots: number,
): boolean {
  const account = creditOf(state, order);
  if (account === undefined) return false;
  const closing = Math.min(lots, reducibleLots(account, order));
  const more = moreAt(state, account, order, priceTicks, lots, closing);
  return more > 0n && more > availableOf(state, account, instrumentOf(state, order).currency);
}

/** An order that counts for more than it could trade; what it may keep. */
export type Unsound = { readonly order: TwinOrder; readonly keptLots: number };

/**
 * Of orders that come in this turn and may all trade at the price, up to so many lots: those whose
 * account could not pay, after what it pays for those before, and those that only reduce more than
 * those before leave of the position.
 */
export function unsoundAt(
  state: TwinState,
  inTurn: readonly (readonly TwinOrder[])[],
  priceTicks: number,
  pairedLots: number,
): Unsound[] {
  const unsound: Unsound[] = [];
  const asked: { order: TwinOrder; need: bigint; closing: number }[] = [];
  const lists = new Set<number>();
  for (const orders of inTurn) {
    let left = pairedLots;
    for (const order of orders) {
      if (left === 0) break;
      // Only one of two alternatives trades.
      if (isAlternative(state, order) && lists.has(order.listId)) continue;
      if (isAlternative(state, order)) lists.add(order.listId);
      const account = state.money.accounts.get(order.accountId);
      if (account === undefined) {
        left -= Math.min(left, order.leavesQtyLots);
        continue;
      }
      const before = asked.filter((each) => each.order.accountId === order.accountId);
      const closed = before
        .filter((each) => each.order.side === order.side)
        .reduce((sum, { closing }) => sum + closing, 0);
      const closable = reducibleLots(account, order) - closed;
      const keptLots = isReduceOnly(order)
        ? Math.min(order.leavesQtyLots, closable)
        : order.leavesQtyLots;
      if (keptLots < order.leavesQtyLots) unsound.push({ order, keptLots });
      const lots = Math.min(left, keptLots);
      const closing = Math.min(lots, closable);
      const isCredit = account.terms.riskMode === RISK_CREDIT;
      const more = isCredit ? moreAt(state, account, order, priceTicks, lots, closing) : 0n;
      const need = before.reduce((sum, each) => sum + each.need, more);
      if (more > 0n && need > availableOf(state, account, instrumentOf(state, order).currency)) {
        unsound.push({ order, keptLots: 0 });
        continue;
      }
      asked.push({ order, need: largest(0n, more), closing });
      left -= lots;
    }
  }
  return unsound;
}

function creditOf(state: TwinState, { accountId }: TwinOrder): TwinAccount | undefined {
  const account = state.money.accounts.get(accountId);
  return account?.terms.riskMode === RISK_CREDIT ? account : undefined;
}

/** Beyond what it holds for these lots. */
function moreAt(
  state: TwinState,
  account: TwinAccount,
  order: TwinOrder,
  priceTicks: number,
  lots: number,
  closing: number,
): bigint {
  const cost = moneyNeedAt(state, account, order, priceTicks) * BigInt(lots - closing);
  return cost - moneyNeed(state, account, order) * BigInt(lots);
}
