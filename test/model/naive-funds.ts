// What an account has left for new orders, and how far its sums may still move.

import { ACCOUNT_SUM_MAX, RISK_CREDIT } from "../../src/model/account.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import {
  largest,
  positionOf,
  sizeOf,
  sumOf,
  type TwinAccount,
  type TwinPosition,
} from "./naive-account.ts";
import { assetsOf } from "./naive-fees.ts";
import { atRiskOf, heldOf, openLots, riskOf } from "./naive-holds.ts";
import type { TwinState } from "./naive-state.ts";

const SUM_MAX = BigInt(ACCOUNT_SUM_MAX);

/** What is there and not held. */
export function freeOf(state: TwinState, account: TwinAccount, asset: string): bigint {
  return sumOf(account.balances, asset) - heldOf(state, account, asset);
}

/** What new orders and withdrawals may take; credit counts, and positions at cost count against. */
export function availableOf(state: TwinState, account: TwinAccount, asset: string): bigint {
  const free = freeOf(state, account, asset);
  const { riskMode, creditLimit } = account.terms;
  if (riskMode !== RISK_CREDIT) return free;
  const costs = positionsIn(state, account, asset).map(({ cost }) => cost);
  const net = costs.reduce((sum, cost) => sum + cost, 0n);
  return free + BigInt(creditLimit) + net - grossOf(costs);
}

/** Whether every sum of the account stays exact if so many more lots work. */
export function canRisk(
  state: TwinState,
  account: TwinAccount,
  instrument: Instrument,
  lots: number,
): boolean {
  const { instrumentId, currency, baseAsset = "" } = instrument;
  const { lots: held, cost, realizedPnl, fees } = positionOf(account, instrumentId);
  const [buys, sells] = [1, 2].map((side) => openLots(state, account, { instrumentId, side }));
  const lotsAtRisk = buys + sells + BigInt(lots);
  const risk = riskOf(instrument);
  if (sizeOf(held) + lotsAtRisk > SUM_MAX) return false;
  const sums = largest(sizeOf(cost), sizeOf(realizedPnl), sizeOf(fees));
  if (sums + lotsAtRisk * risk > SUM_MAX) return false;
  if (!canMove(state, account, currency, risk * BigInt(lots))) return false;
  return baseAsset === "" || canMove(state, account, baseAsset, assetsOf(instrument, lots));
}

/** Whether a balance and all that is summed beside it stay exact if it moves by so much more. */
export function canMove(
  state: TwinState,
  account: TwinAccount,
  asset: string,
  more: bigint,
): boolean {
  const gross = grossOf(positionsIn(state, account, asset).map(({ cost }) => cost));
  const pnl = account.days.get(asset)?.pnl ?? 0n;
  const sums = largest(sizeOf(sumOf(account.balances, asset)), gross, sizeOf(pnl));
  return sums + atRiskOf(state, account, asset) + more <= SUM_MAX;
}

function positionsIn(state: TwinState, account: TwinAccount, currency: string): TwinPosition[] {
  return [...account.positions]
    .filter(([instrumentId]) => state.instruments.get(instrumentId)!.currency === currency)
    .map(([, position]) => position);
}

function grossOf(costs: readonly bigint[]): bigint {
  return costs.reduce((sum, cost) => sum + sizeOf(cost), 0n);
}
