// What a fill does to its parties, and how the operator takes it back.

import { EVENT_FEE, EVENT_LEDGER } from "../../src/codec/event.ts";
import {
  type FeeTerms,
  LEDGER_FEE,
  LEDGER_TRADE,
  LEDGER_TRANSFER,
} from "../../src/model/account.ts";
import {
  addTo,
  positionOf,
  sizeOf,
  sumOf,
  type TwinAccount,
  type TwinPosition,
} from "./naive-account.ts";
import { assetsOf, feeOf, feesOf, moneyOf } from "./naive-fees.ts";
import { heldOf } from "./naive-holds.ts";
import { isBuy, type TwinOrder } from "./naive-order.ts";
import { eventOf, instrumentOf, type TwinState } from "./naive-state.ts";

const DAY_MICROS = 86_400_000_000;

/** What a fill changed for one party, so that it can be taken back. */
type Change = { readonly cost: bigint; readonly realizedPnl: bigint; readonly fee: bigint };

export type TwinParty = {
  readonly orderId: number;
  readonly accountId: number;
  readonly side: number;
  readonly isTaker: boolean;
  /** Its account was configured, and had balances, when it traded. */
  readonly isTracked: boolean;
  readonly hasBalances: boolean;
  /** What it pays, as it was when it traded. */
  readonly fees: FeeTerms | undefined;
  change: Change;
};

export type TwinTrade = {
  readonly tradeId: number;
  readonly instrumentId: number;
  readonly day: number;
  readonly parties: readonly [maker: TwinParty, taker: TwinParty];
  priceTicks: number;
  lots: number;
  isBusted: boolean;
};

/** What a change of money belongs to. */
type Cause = {
  readonly instrumentId: number;
  readonly orderId: number;
  readonly tradeId: number;
  readonly ledgerType: number;
  /** On which it traded; today where nothing did. */
  readonly day: number;
};

const NO_CHANGE: Change = { cost: 0n, realizedPnl: 0n, fee: 0n };

/** A trade of two orders; kept where a configured account took part. */
export function settleTrade(
  state: TwinState,
  tradeId: number,
  maker: TwinOrder,
  taker: TwinOrder,
  lots: number,
  priceTicks: number,
): void {
  const [makes, takes] = [partyOf(state, maker, false), partyOf(state, taker, true)];
  if (!makes.isTracked && !takes.isTracked) return;
  const { instrumentId } = maker;
  const parties = [makes, takes] as const;
  const day = dayOf(state);
  const trade = { tradeId, instrumentId, day, parties, priceTicks, lots, isBusted: false };
  const { money, limits } = state;
  money.trades = [...money.trades, trade].slice(-limits.tradesMax);
  for (const party of parties) book(state, trade, party, LEDGER_TRADE);
}

function partyOf(state: TwinState, order: TwinOrder, isTaker: boolean): TwinParty {
  const { instrumentId, orderId, accountId, side } = order;
  const account = state.money.accounts.get(accountId);
  const hasBalances = account?.hasBalances ?? false;
  const isTracked = account !== undefined;
  const fees = feesOf(state.money.feeRules, accountId, instrumentId);
  return { orderId, accountId, side, isTaker, isTracked, hasBalances, fees, change: NO_CHANGE };
}

/** Books a trade for one party, as it counts now. */
export function book(
  state: TwinState,
  trade: TwinTrade,
  party: TwinParty,
  ledgerType: number,
): void {
  if (!party.isTracked) return;
  const account = state.money.accounts.get(party.accountId)!;
  const { instrumentId, tradeId, day, lots, priceTicks } = trade;
  const { side, isTaker, orderId, hasBalances, fees } = party;
  const before = { ...positionOf(account, instrumentId) };
  const cause = { instrumentId, orderId, tradeId, ledgerType, day };
  fill(state, account, side, lots, priceTicks, hasBalances, cause);
  const { cost, realizedPnl } = positionOf(account, instrumentId);
  const value = moneyOf(instrumentOf(state, trade), priceTicks, lots);
  const fee = feeOf(fees, side, isTaker, sizeOf(value), lots);
  const change = {
    cost: cost - before.cost,
    realizedPnl: realizedPnl - before.realizedPnl,
    fee,
  };
  Object.assign(party, { change });
  const feeType = ledgerType === LEDGER_TRADE ? LEDGER_FEE : ledgerType;
  charge(state, account, fee, hasBalances, { ...cause, ledgerType: feeType });
}

/** Takes back all that booking did for this party, whatever happened since. */
export function reverse(
  state: TwinState,
  trade: TwinTrade,
  party: TwinParty,
  ledgerType: number,
): void {
  if (!party.isTracked) return;
  const account = state.money.accounts.get(party.accountId)!;
  const { instrumentId, tradeId, day, lots, priceTicks } = trade;
  const { orderId, change, hasBalances } = party;
  const sign = isBuy(party) ? 1n : -1n;
  const position = positionOf(account, instrumentId);
  const realizedBefore = position.realizedPnl;
  position.lots -= sign * BigInt(lots);
  position.cost -= change.cost;
  position.realizedPnl -= change.realizedPnl;
  if (position.lots === 0n) {
    position.realizedPnl -= position.cost;
    position.cost = 0n;
  }
  const instrument = instrumentOf(state, trade);
  const cause = { instrumentId, orderId, tradeId, ledgerType, day };
  addToDay(state, account, instrument.currency, position.realizedPnl - realizedBefore, cause);
  if (hasBalances) {
    const value = moneyOf(instrument, priceTicks, lots);
    credit(state, account, instrument.currency, sign * value, cause);
    creditAssets(state, account, -sign * assetsOf(instrument, lots), cause);
  }
  charge(state, account, -change.fee, hasBalances, cause);
}

/** Self-trade prevention hands lots over: no trade, no fees. */
export function transfer(
  state: TwinState,
  order: TwinOrder,
  lots: number,
  priceTicks: number,
): void {
  const { instrumentId, orderId, accountId, side } = order;
  const account = state.money.accounts.get(accountId);
  if (account === undefined) return;
  const day = dayOf(state);
  const cause = { instrumentId, orderId, tradeId: 0, ledgerType: LEDGER_TRANSFER, day };
  fill(state, account, side, lots, priceTicks, account.hasBalances, cause);
}

function fill(
  state: TwinState,
  account: TwinAccount,
  side: number,
  lots: number,
  priceTicks: number,
  hasBalances: boolean,
  cause: Cause,
): void {
  const instrument = instrumentOf(state, cause);
  const sign = isBuy({ side }) ? 1n : -1n;
  const value = moneyOf(instrument, priceTicks, lots);
  const position = positionOf(account, cause.instrumentId);
  const realizedBefore = position.realizedPnl;
  fillPosition(position, sign * BigInt(lots), sign * value);
  addToDay(state, account, instrument.currency, position.realizedPnl - realizedBefore, cause);
  if (!hasBalances) return;
  credit(state, account, instrument.currency, -sign * value, cause);
  creditAssets(state, account, sign * assetsOf(instrument, lots), cause);
}

/** What closes is realized at average cost; what opens adds to the cost. */
function fillPosition(position: TwinPosition, lots: bigint, money: bigint): void {
  const size = sizeOf(position.lots);
  const isAgainst = position.lots * lots < 0n;
  const closable = size < sizeOf(lots) ? size : sizeOf(lots);
  const closing = isAgainst ? closable : 0n;
  position.lots += lots;
  if (closing === 0n) {
    position.cost += money;
    return;
  }
  // Both parts towards zero, as BigInt divides.
  const closedCost = (position.cost * closing) / size;
  const closingMoney = (money * closing) / sizeOf(lots);
  position.realizedPnl -= closedCost + closingMoney;
  position.cost += money - closingMoney - closedCost;
}

function creditAssets(state: TwinState, account: TwinAccount, amount: bigint, cause: Cause): void {
  const { baseAsset = "" } = instrumentOf(state, cause);
  if (baseAsset !== "") credit(state, account, baseAsset, amount, cause);
}

function credit(
  state: TwinState,
  account: TwinAccount,
  asset: string,
  amount: bigint,
  cause: Cause,
): void {
  if (amount === 0n) return;
  addTo(account.balances, asset, amount);
  addTo(state.money.outside, asset, -amount);
  reportMoney(state, EVENT_LEDGER, account, asset, amount, cause);
}

/** The account pays a fee to the house, or is paid one. */
function charge(
  state: TwinState,
  account: TwinAccount,
  fee: bigint,
  hasBalances: boolean,
  cause: Cause,
): void {
  if (fee === 0n) return;
  const { currency } = instrumentOf(state, cause);
  positionOf(account, cause.instrumentId).fees += fee;
  addToDay(state, account, currency, -fee, cause);
  addTo(state.money.house, currency, fee);
  addTo(hasBalances ? account.balances : state.money.outside, currency, -fee);
  reportMoney(state, EVENT_FEE, account, currency, -fee, cause);
}

export function dayOf({ timeMicros }: TwinState): number {
  return Math.floor(timeMicros / DAY_MICROS);
}

/** What the account made, less fees, today. */
export function dayPnlOf(state: TwinState, account: TwinAccount, currency: string): bigint {
  const last = account.days.get(currency);
  return last?.day === dayOf(state) ? last.pnl : 0n;
}

/** What is changed of an earlier day is not today's. */
function addToDay(
  state: TwinState,
  account: TwinAccount,
  currency: string,
  amount: bigint,
  cause: Cause,
): void {
  if (cause.day !== dayOf(state)) return;
  const pnl = dayPnlOf(state, account, currency) + amount;
  account.days.set(currency, { day: dayOf(state), pnl });
}

export function reportMoney(
  state: TwinState,
  kind: number,
  account: TwinAccount,
  asset: string,
  amount: bigint,
  cause: Omit<Cause, "day">,
): void {
  const { instrumentId, ledgerType, orderId, tradeId } = cause;
  const { accountId } = account;
  const ledger = {
    asset,
    ledgerType,
    amount: Number(amount),
    balance: Number(sumOf(account.balances, asset)),
    held: Number(heldOf(state, account, asset)),
  };
  state.events.push(eventOf(kind, { instrumentId, orderId, tradeId, accountId, ledger }));
}
