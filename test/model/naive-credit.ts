// Whether a working order may trade in a call at a price that is not its own.

import { RISK_CREDIT } from "../../src/model/account.ts";
import { availableOf } from "./naive-funds.ts";
import { moneyNeed, moneyNeedAt } from "./naive-holds.ts";
import type { TwinOrder } from "./naive-order.ts";
import { reducibleLots } from "./naive-reduce-only.ts";
import { instrumentOf, type TwinState } from "./naive-state.ts";

/** On credit a better price may cost more. What closes the position costs nothing. */
export function lacksCreditAt(
  state: TwinState,
  order: TwinOrder,
  priceTicks: number,
  lots: number,
): boolean {
  const account = state.money.accounts.get(order.accountId);
  if (account?.terms.riskMode !== RISK_CREDIT) return false;
  const opening = Math.max(0, lots - reducibleLots(account, order));
  const cost = moneyNeedAt(state, account, order, priceTicks) * BigInt(opening);
  const more = cost - moneyNeed(state, account, order) * BigInt(lots);
  return more > 0n && more > availableOf(state, account, instrumentOf(state, order).currency);
}
