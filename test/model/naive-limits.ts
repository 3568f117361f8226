// What a configured account is asked before an order of its enters, wakes or is amended.

import { RISK_CREDIT, RISK_RESERVATION } from "../../src/model/account.ts";
import { ORD_TYPE_MARKET, ORD_TYPE_MARKET_WITH_LEFTOVER } from "../../src/model/ord-type.ts";
import { STP_DECREMENT } from "../../src/model/order-terms.ts";
import * as reasons from "../../src/model/reasons.ts";
import { oppositeSide } from "../../src/model/side.ts";
import { TIF_FOK, TIF_IOC } from "../../src/model/time-in-force.ts";
import { largest, positionOf, sizeOf, type TwinAccount } from "./naive-account.ts";
import { fillsWhole, limitOf, mustWait } from "./naive-acting.ts";
import { sharesLevels } from "./naive-allocation.ts";
import { moneyOf } from "./naive-fees.ts";
import { availableOf, canRisk, freeOf } from "./naive-funds.ts";
import { waitsForUncross } from "./naive-gathering.ts";
import {
  assetNeed,
  assetNeedOfLot,
  heldTicks,
  moneyNeed,
  moneyNeedAt,
  openLots,
} from "./naive-holds.ts";
import { type Fill, tryOut } from "./naive-matching.ts";
import {
  hasTrigger,
  isAllOrNone,
  isBuy,
  isMarketOrder,
  isPegged,
  isPostOnlyOrder,
  isReduceOnly,
  type TwinOrder,
} from "./naive-order.ts";
import { pegTarget } from "./naive-peg-prices.ts";
import { isContinuous } from "./naive-phases.ts";
import { bestDisplayed, firstMaker } from "./naive-queues.ts";
import { reducibleLots } from "./naive-reduce-only.ts";
import { dayPnlOf } from "./naive-settlement.ts";
import { instrumentOf, type TwinState, tapeOf } from "./naive-state.ts";
import { modeOf } from "./naive-stp.ts";

const BASIS_POINTS = 10_000n;

/** What an order comes to, beyond what works of it already. */
type Judged = {
  readonly order: TwinOrder;
  /** The worst price that it may trade at, as far as it says. */
  readonly priceTicks: number | undefined;
  readonly notional: bigint;
  readonly addedLots: number;
  /** Whether it may trade where it did not before. */
  readonly isAnew: boolean;
  readonly moneyNeed: bigint;
  readonly assetNeed: bigint;
};

/**
 * Of a new order. A leg that sleeps is asked for the rest when it wakes; the first one is asked for
 * as many places as its list has legs, the others for none.
 */
export function reasonToReject(
  state: TwinState,
  order: TwinOrder,
  sleeps: boolean,
  places: number,
): number {
  const account = state.money.accounts.get(order.accountId);
  if (account === undefined) {
    return isReduceOnly(order) ? reasons.REASON_REDUCE_ONLY : reasons.REASON_NONE;
  }
  const { isEnabled } = account.terms;
  if (order.timeInForce === TIF_FOK && modeOf(state, order) >= STP_DECREMENT) {
    return reasons.REASON_UNSUPPORTED_ORDER;
  }
  if (!isEnabled) return reasons.REASON_ACCOUNT_DISABLED;
  const judged = judge(state, account, order);
  if (exceedsSize(account, judged)) return reasons.REASON_ORDER_EXCEEDS_LIMIT;
  if (isTooFar(state, account, judged)) return reasons.REASON_PRICE_DISTANCE;
  if (hasTooMany(state, account, order, places)) return reasons.REASON_OPEN_ORDERS_LIMIT;
  return sleeps ? reasons.REASON_NONE : reasonOfAccount(state, account, judged);
}

/** Of a leg that begins to work. */
export function reasonNotToWake(state: TwinState, order: TwinOrder): number {
  const account = state.money.accounts.get(order.accountId);
  if (account === undefined) return reasons.REASON_NONE;
  const judged = judge(state, account, { ...order, isInactive: false });
  if (exceedsSize(account, judged)) return reasons.REASON_ORDER_EXCEEDS_LIMIT;
  if (isTooFar(state, account, judged)) return reasons.REASON_PRICE_DISTANCE;
  if (hasTooMany(state, account, order, 1)) return reasons.REASON_OPEN_ORDERS_LIMIT;
  return reasonOfAccount(state, account, judged);
}

/** Of a working order that would become `wanted`. */
export function reasonNotToAmend(
  state: TwinState,
  order: TwinOrder,
  wanted: TwinOrder,
  gives: { readonly price: boolean; readonly qty: boolean },
): number {
  const account = state.money.accounts.get(order.accountId);
  if (account === undefined) return reasons.REASON_NONE;
  const judged = judgeAmend(state, account, order, wanted);
  const mayGrow = judged.addedLots > 0 || gives.price;
  if (mayGrow && !account.terms.isEnabled) return reasons.REASON_ACCOUNT_DISABLED;
  if ((gives.price || gives.qty) && exceedsSize(account, judged)) {
    return reasons.REASON_ORDER_EXCEEDS_LIMIT;
  }
  if (gives.price && isTooFar(state, account, judged)) return reasons.REASON_PRICE_DISTANCE;
  return order.isInactive ? reasons.REASON_NONE : reasonOfAccount(state, account, judged);
}

/** Of a working order that would begin again as `other`: it gives back what it holds. */
export function reasonNotToBeginAgain(
  state: TwinState,
  order: TwinOrder,
  other: TwinOrder,
): number {
  const account = state.money.accounts.get(order.accountId);
  if (account === undefined) return reasons.REASON_NONE;
  if (!account.terms.isEnabled) return reasons.REASON_ACCOUNT_DISABLED;
  const asNew = judge(state, account, other);
  const lots = BigInt(order.leavesQtyLots);
  const judged = {
    ...asNew,
    addedLots: asNew.addedLots - order.leavesQtyLots,
    moneyNeed: asNew.moneyNeed - moneyNeed(state, account, order) * lots,
    assetNeed: asNew.assetNeed - assetNeed(state, account, order) * lots,
  };
  if (exceedsSize(account, judged)) return reasons.REASON_ORDER_EXCEEDS_LIMIT;
  if (isTooFar(state, account, judged)) return reasons.REASON_PRICE_DISTANCE;
  return order.isInactive ? reasons.REASON_NONE : reasonOfAccount(state, account, judged);
}

function judge(state: TwinState, account: TwinAccount, asked: TwinOrder): Judged {
  const order = withLeftoverLimit(state, asked);
  const waits = waitsForUncross(state, order);
  const { leavesQtyLots } = order;
  const lots = BigInt(leavesQtyLots);
  const common = { order, addedLots: leavesQtyLots, isAnew: true };
  const assets = assetNeedOfLot(state, account, order) * lots;
  if (order.ordType !== ORD_TYPE_MARKET || waits) {
    const priceTicks = isLeftover(order) ? limitOf(state, order) : priceOf(state, order);
    const notional = worthOf(state, account, order, priceTicks, !waits && !mustWait(order));
    const need = waits || mustWait(order) ? heldNeed : needToTrade;
    const moneyNeeded = need(state, account, order);
    return { ...common, priceTicks, notional, moneyNeed: moneyNeeded, assetNeed: assets };
  }
  // A market order is as large, and needs as much, as what it would trade now at most.
  const { fills } = tryOut(state, order, limitOf(state, order), "possible");
  const instrument = instrumentOf(state, order);
  let notional = 0n;
  for (const { priceTicks, lots: filled } of fills) {
    notional += sizeOf(moneyOf(instrument, priceTicks, filled));
  }
  const need = needOfFills(state, account, order, fills);
  const worst = isBuy(order) ? Math.max : Math.min;
  const prices = fills.map((fill) => fill.priceTicks);
  const priceTicks = prices.length === 0 ? undefined : worst(...prices);
  return { ...common, priceTicks, notional, moneyNeed: need, assetNeed: assets };
}

/** Of what works or waits. */
function heldNeed(state: TwinState, account: TwinAccount, order: TwinOrder): bigint {
  const lots = BigInt(order.leavesQtyLots);
  return moneyNeedAt(state, account, order, heldTicks(state, account, order)) * lots;
}

function needOfFills(
  state: TwinState,
  account: TwinAccount,
  order: TwinOrder,
  fills: readonly Fill[],
): bigint {
  const first = firstMaker(state, order, undefined);
  const isAnybodys = sharesLevels(state, order) && account.terms.riskMode === RISK_CREDIT;
  const needAt = (ticks: number) => moneyNeedAt(state, account, order, ticks);
  // Who gets what of a shared level is not certain: no lot costs more than the worst or the best.
  const ticks = fills.map(({ priceTicks }) => priceTicks);
  const each = isAnybodys
    ? largest(0n, ...[...ticks, first?.priceTicks ?? 0].map(needAt))
    : undefined;
  return fills.reduce((sum, { priceTicks, lots }) => {
    return sum + (each ?? needAt(priceTicks)) * BigInt(lots);
  }, 0n);
}

/** On credit a better price may cost more than the limit: what trades now counts as it trades. */
function needToTrade(state: TwinState, account: TwinAccount, order: TwinOrder): bigint {
  const limitTicks = limitOf(state, order);
  const first = firstMaker(state, order, limitTicks);
  const isQuiet = first === undefined || isPegged(order) || isPostOnlyOrder(order);
  const isCredit = account.terms.riskMode === RISK_CREDIT;
  if (!isCredit || isQuiet) return heldNeed(state, account, order);
  if (isAllOrNone(order) && !fillsWhole(state, order)) return heldNeed(state, account, order);
  const restNeed = moneyNeedAt(state, account, order, heldTicks(state, account, order));
  const lots = BigInt(order.leavesQtyLots);
  if (sharesLevels(state, order)) {
    return largest(restNeed, moneyNeedAt(state, account, order, first.priceTicks)) * lots;
  }
  const { fills, filledLots } = tryOut(state, order, limitTicks, "possible");
  return needOfFills(state, account, order, fills) + restNeed * (lots - BigInt(filledLots));
}

/** Of an order that was fired and has made way. */
export function isTooLarge(state: TwinState, order: TwinOrder): boolean {
  const account = state.money.accounts.get(order.accountId);
  return account !== undefined && exceedsSize(account, judge(state, account, order));
}

/** Of an order that held as `waited` did and is about to trade as `order`. */
export function lacksCreditToTrade(state: TwinState, waited: TwinOrder, order: TwinOrder): boolean {
  const account = state.money.accounts.get(order.accountId);
  if (account?.terms.riskMode !== RISK_CREDIT) return false;
  const trial = () => tryOut(state, order, limitOf(state, order), "possible");
  const need = isMarketOrder(order)
    ? needOfFills(state, account, order, trial().fills)
    : needToTrade(state, account, order);
  if (need <= heldNeed(state, account, waited)) return false;
  // The order itself is among what is held.
  const available = availableOf(state, account, instrumentOf(state, order).currency);
  return need > available + heldNeed(state, account, order);
}

function judgeAmend(
  state: TwinState,
  account: TwinAccount,
  order: TwinOrder,
  wanted: TwinOrder,
): Judged {
  const [before, after] = [order, wanted].map(({ leavesQtyLots }) => BigInt(leavesQtyLots));
  const isTried = isContinuous(state, order) && isResting(order) && !isAllOrNone(order);
  const needAfter = isTried
    ? needToTrade(state, account, wanted)
    : moneyNeed(state, account, wanted) * after;
  const need = needAfter - moneyNeed(state, account, order) * before;
  const priceTicks = priceOf(state, wanted);
  return {
    order: wanted,
    priceTicks,
    notional: worthOf(state, account, wanted, priceTicks, isTried),
    addedLots: wanted.leavesQtyLots - order.leavesQtyLots,
    isAnew: isMoreAggressive(order, wanted),
    moneyNeed: need,
    assetNeed: assetNeed(state, account, wanted) * (after - before),
  };
}

/** It may pay more, or is fired by another price. */
function isMoreAggressive(order: TwinOrder, wanted: TwinOrder): boolean {
  if (order.terms.stopPxTicks !== wanted.terms.stopPxTicks) return true;
  const [before, after] = isPegged(order)
    ? [order.worstTicks, wanted.worstTicks]
    : [order.priceTicks, wanted.priceTicks];
  if (before === undefined || after === undefined) return false;
  return isBuy(order) ? after > before : after < before;
}

function isResting({ place }: TwinOrder): boolean {
  return place === "displayed" || place === "dark";
}

/** With leftover as limit: it would take the best price. */
export function withLeftoverLimit(state: TwinState, order: TwinOrder): TwinOrder {
  if (!isLeftover(order)) return order;
  return { ...order, leftoverTicks: limitOf(state, order) ?? 0 };
}

/** The limit that it says itself or, pegged, its worst one; else what the market has given it. */
function priceOf(state: TwinState, order: TwinOrder): number | undefined {
  if (isMarketOrder(order)) return undefined;
  const { place, priceTicks, worstTicks } = order;
  const stands = place === "displayed" || place === "dark" || place === "gathering";
  if (isLeftover(order)) return stands ? priceTicks : undefined;
  if (!isPegged(order)) return priceTicks;
  if (worstTicks !== undefined) return worstTicks;
  if (stands) return priceTicks;
  return place === "nowhere" ? pegTarget(state, order) : undefined;
}

function isLeftover({ ordType }: TwinOrder): boolean {
  return ordType === ORD_TYPE_MARKET_WITH_LEFTOVER;
}

/** A price that is better for the order than its own may be worth more. */
function worthOf(
  state: TwinState,
  { terms }: TwinAccount,
  order: TwinOrder,
  priceTicks: number | undefined,
  mayTrade: boolean,
): bigint {
  const { leavesQtyLots, orderQtyLots } = order;
  const said = notionalOf(state, order, priceTicks, orderQtyLots);
  if (priceTicks === undefined || terms.notionalMax === 0) return said;
  const worth = (ticks: number, lots: number) =>
    sizeOf(moneyOf(instrumentOf(state, order), ticks, lots));
  const limitTicks = limitOf(state, order);
  const first = firstMaker(state, order, limitTicks);
  const isQuiet = isPegged(order) || isPostOnlyOrder(order);
  const isWhole = !isAllOrNone(order) || fillsWhole(state, order);
  if (mayTrade && first !== undefined && !isQuiet && isWhole) {
    if (sharesLevels(state, order)) {
      const rest = worth(priceTicks, orderQtyLots - leavesQtyLots);
      return largest(said, worth(first.priceTicks, leavesQtyLots) + rest);
    }
    const { fills, filledLots } = tryOut(state, order, limitTicks, "possible");
    const taken = fills.reduce((sum, fill) => sum + worth(fill.priceTicks, fill.lots), 0n);
    return largest(said, taken + worth(priceTicks, orderQtyLots - filledLots));
  }
  // What rests trades at its own price; what waits where the market is when it is over.
  if (mayTrade && !isAllOrNone(order) && !isPegged(order)) return said;
  const ticks = isPegged(order) ? pegTarget(state, order) : referenceOf(state, order);
  const isBetter = ticks !== undefined && (isBuy(order) ? ticks < priceTicks : ticks > priceTicks);
  return isBetter ? largest(said, worth(ticks, orderQtyLots)) : said;
}

function notionalOf(
  state: TwinState,
  order: TwinOrder,
  priceTicks: number | undefined,
  lots: number,
): bigint {
  const atTicks = priceTicks ?? referenceOf(state, order);
  return atTicks === undefined ? 0n : sizeOf(moneyOf(instrumentOf(state, order), atTicks, lots));
}

/** Of one that waits its own trigger; else the last trade; before it the best against the order. */
function referenceOf(state: TwinState, order: TwinOrder): number | undefined {
  const { instrumentId, side, terms, triggerTicks } = order;
  if (hasTrigger(order) && !order.isTriggered) {
    const ownTicks = triggerTicks ?? terms.stopPxTicks;
    if (ownTicks !== undefined) return ownTicks;
  }
  return tapeOf(state, order).lastTicks ?? bestDisplayed(state, instrumentId, oppositeSide(side));
}

function exceedsSize({ terms }: TwinAccount, { order, notional }: Judged): boolean {
  const { orderQtyLotsMax, notionalMax } = terms;
  if (orderQtyLotsMax !== 0 && order.orderQtyLots > orderQtyLotsMax) return true;
  return notionalMax !== 0 && notional > BigInt(notionalMax);
}

/** Further beyond the reference than so many basis points of it, of at least one tick. */
function isTooFar(
  state: TwinState,
  { terms }: TwinAccount,
  { order, priceTicks }: Judged,
): boolean {
  const reference = referenceOf(state, order);
  const { priceDistanceBasisPoints } = terms;
  if (priceDistanceBasisPoints === 0 || priceTicks === undefined || reference === undefined) {
    return false;
  }
  const product = BigInt(Math.abs(reference)) * BigInt(priceDistanceBasisPoints);
  const distance = Math.max(1, Number((product + BASIS_POINTS - 1n) / BASIS_POINTS));
  return (isBuy(order) ? priceTicks - reference : reference - priceTicks) > distance;
}

/** With so many more than its others; an order that never comes to stand anywhere is none. */
function hasTooMany(
  state: TwinState,
  { terms, accountId }: TwinAccount,
  order: TwinOrder,
  places: number,
): boolean {
  const isMarket = order.ordType === ORD_TYPE_MARKET && !waitsForUncross(state, order);
  const isBrief = isMarket || [TIF_IOC, TIF_FOK].includes(order.timeInForce);
  if (terms.openOrdersMax === 0 || places === 0) return false;
  if (places === 1 && isBrief && !hasTrigger(order)) return false;
  const others = (state.ofAccount.get(accountId) ?? []).filter((other) => other !== order);
  return others.length + places > terms.openOrdersMax;
}

function reasonOfAccount(state: TwinState, account: TwinAccount, judged: Judged): number {
  const { order, addedLots, isAnew } = judged;
  const { terms } = account;
  const instrument = instrumentOf(state, order);
  const reducesOnly = isReduceOnly(order);
  if (reducesOnly && order.leavesQtyLots > reducibleLots(account, order)) {
    return reasons.REASON_REDUCE_ONLY;
  }
  const { dayLossMax } = terms;
  const lostToday = -dayPnlOf(state, account, instrument.currency);
  const hasLost = dayLossMax !== 0 && lostToday >= BigInt(dayLossMax);
  if (hasLost && !reducesOnly && (isAnew || addedLots > 0)) return reasons.REASON_LOSS_LIMIT;
  if (addedLots > 0) {
    if (exceedsPosition(state, account, judged)) return reasons.REASON_POSITION_LIMIT;
    if (!canRisk(state, account, instrument, addedLots)) return reasons.REASON_BALANCE_RANGE;
  }
  if (lacksAssets(state, account, judged)) return reasons.REASON_INSUFFICIENT_ASSETS;
  const available = availableOf(state, account, instrument.currency);
  if (judged.moneyNeed <= 0n || judged.moneyNeed <= available) return reasons.REASON_NONE;
  return terms.riskMode === RISK_CREDIT
    ? reasons.REASON_CREDIT_LIMIT
    : reasons.REASON_INSUFFICIENT_FUNDS;
}

/** As if all that works on the order's side were filled. */
function exceedsPosition(
  state: TwinState,
  account: TwinAccount,
  { order, addedLots }: Judged,
): boolean {
  const { positionLotsMax } = account.terms;
  if (positionLotsMax === 0) return false;
  const { lots } = positionOf(account, order.instrumentId);
  const open = openLots(state, account, order);
  const filled = (isBuy(order) ? lots : -lots) + open + BigInt(addedLots);
  return filled > BigInt(positionLotsMax);
}

/** Of a sale: the assets or, where the instrument names none, the position. */
function lacksAssets(state: TwinState, account: TwinAccount, judged: Judged): boolean {
  const { order, addedLots } = judged;
  const { baseAsset = "" } = instrumentOf(state, order);
  if (account.terms.riskMode !== RISK_RESERVATION || isBuy(order) || addedLots <= 0) return false;
  if (baseAsset !== "") return judged.assetNeed > freeOf(state, account, baseAsset);
  const { lots } = positionOf(account, order.instrumentId);
  return openLots(state, account, order) + BigInt(addedLots) > lots;
}
