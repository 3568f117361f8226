// What working orders need of their account, added up anew whenever somebody asks.

import { RISK_CREDIT, RISK_NONE, RISK_RESERVATION } from "../../src/model/account.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import { ORD_TYPE_MARKET } from "../../src/model/ord-type.ts";
import { largest, sizeOf, type TwinAccount } from "./naive-account.ts";
import { assetsOf, feesOf, highestMoneyOf, moneyOf, worstFeeOf } from "./naive-fees.ts";
import {
  hasTrigger,
  isBuy,
  isMarketOrder,
  isPegged,
  isProtected,
  isReduceOnly,
  isTrailing,
  type TwinOrder,
  ticksBehind,
} from "./naive-order.ts";
import { instrumentOf, type TwinState } from "./naive-state.ts";

/** A fill moves no sum of an account by more than so many times the most its lots are worth. */
const RISK_FACTOR = 4n;

/** The account's orders that work, without those that sleep; of one side, of one instrument. */
export function holding(state: TwinState, account: TwinAccount): TwinOrder[] {
  return state.working.filter(
    ({ accountId, isInactive }) => accountId === account.accountId && !isInactive,
  );
}

/** Lots of the account's working orders of this side. */
export function openLots(
  state: TwinState,
  account: TwinAccount,
  { instrumentId, side }: { instrumentId: number; side: number },
): bigint {
  return holding(state, account)
    .filter((order) => order.instrumentId === instrumentId && order.side === side)
    .reduce((sum, { leavesQtyLots }) => sum + BigInt(leavesQtyLots), 0n);
}

/** What working orders need of a currency or a base asset. */
export function heldOf(state: TwinState, account: TwinAccount, asset: string): bigint {
  return holding(state, account).reduce((sum, order) => {
    const { currency, baseAsset = "" } = instrumentOf(state, order);
    const lots = BigInt(order.leavesQtyLots);
    const money = currency === asset ? moneyNeed(state, account, order) * lots : 0n;
    return sum + money + (baseAsset === asset ? assetNeed(state, account, order) * lots : 0n);
  }, 0n);
}

/** The most by which fills of working orders could move a currency or a base asset. */
export function atRiskOf(state: TwinState, account: TwinAccount, asset: string): bigint {
  return holding(state, account).reduce((sum, order) => {
    const instrument = instrumentOf(state, order);
    const lots = BigInt(order.leavesQtyLots);
    const money = instrument.currency === asset ? riskOf(instrument) * lots : 0n;
    return sum + money + (instrument.baseAsset === asset ? assetsOf(instrument, 1) * lots : 0n);
  }, 0n);
}

/** The most by which one lot could move the account's money. */
export function riskOf(instrument: Instrument): bigint {
  return RISK_FACTOR * highestMoneyOf(instrument);
}

/** A market order was measured by what it pays at once, unless it waits for an uncross. */
function isPaidAtOnce({ ordType, place }: TwinOrder): boolean {
  return ordType === ORD_TYPE_MARKET && place === "nowhere";
}

/** Money that one lot of it needs. */
export function moneyNeed(state: TwinState, account: TwinAccount, order: TwinOrder): bigint {
  if (isPaidAtOnce(order)) return 0n;
  return moneyNeedAt(state, account, order, heldTicks(state, account, order));
}

/** By what it holds: on credit, where it does not say how far it goes, by whatever costs most. */
export function heldTicks(state: TwinState, account: TwinAccount, order: TwinOrder): number {
  const worst = reserveTicks(state, order);
  const isLimited = isMarketOrder(order) ? isCappedByStop(order) : !isPegged(order);
  if (account.terms.riskMode !== RISK_CREDIT || isLimited) return worst;
  const { priceTicksMin, priceTicksMax } = instrumentOf(state, order);
  const [from, to] = isBuy(order) ? [priceTicksMin, worst] : [worst, priceTicksMax];
  return Math.abs(from) > Math.abs(to) ? from : to;
}

/** Its price and the worst fee. */
export function moneyNeedAt(
  state: TwinState,
  account: TwinAccount,
  order: TwinOrder,
  priceTicks: number,
): bigint {
  const { riskMode } = account.terms;
  if (riskMode === RISK_NONE) return 0n;
  if (riskMode === RISK_CREDIT && isReduceOnly(order)) return 0n;
  const { accountId, instrumentId, side } = order;
  const value = moneyOf(instrumentOf(state, order), priceTicks, 1);
  const paid = isBuy(order) ? value : -value;
  const fees = feesOf(state.money.feeRules, accountId, instrumentId);
  const worstFee = worstFeeOf(fees, side, sizeOf(paid));
  return riskMode === RISK_CREDIT ? sizeOf(paid) + worstFee : largest(0n, paid + worstFee);
}

/** Units of the base asset that one lot of it needs. */
export function assetNeed(state: TwinState, account: TwinAccount, order: TwinOrder): bigint {
  if (isPaidAtOnce(order)) return 0n;
  return assetNeedOfLot(state, account, order);
}

export function assetNeedOfLot(state: TwinState, account: TwinAccount, order: TwinOrder): bigint {
  const instrument = instrumentOf(state, order);
  if (isBuy(order) || account.terms.riskMode !== RISK_RESERVATION) return 0n;
  return (instrument.baseAsset ?? "") === "" ? 0n : assetsOf(instrument, 1);
}

/** The worst price that it may trade at, as far as it says; else the worst there is. */
export function reserveTicks(state: TwinState, order: TwinOrder): number {
  const { priceTicks, side, terms, worstTicks } = order;
  const { priceTicksMin, priceTicksMax } = instrumentOf(state, order);
  const worst = isBuy(order) ? priceTicksMax : priceTicksMin;
  if (isPegged(order)) return worstTicks ?? worst;
  if (!isMarketOrder(order)) return order.leftoverTicks ?? priceTicks;
  const { protectionTicks, stopPxTicks } = terms;
  if (!isCappedByStop(order)) return worst;
  const beyond = ticksBehind(side, stopPxTicks!, -protectionTicks!);
  return Math.min(Math.max(beyond, priceTicksMin), priceTicksMax);
}

/** Its stop price and protection say how far it goes. */
function isCappedByStop(order: TwinOrder): boolean {
  return hasTrigger(order) && !isTrailing(order) && isProtected(order);
}
