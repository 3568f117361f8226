// What the operator says of accounts, money, fees and past trades.

import type { MoneyMove, TradeCorrection } from "../../src/codec/account-command.ts";
import {
  COMMAND_BUST_TRADE,
  COMMAND_CORRECT_TRADE,
  COMMAND_DEPOSIT,
  COMMAND_SET_ACCOUNT,
  COMMAND_SET_FEES,
  COMMAND_WITHDRAW,
} from "../../src/codec/command.ts";
import {
  EVENT_ACCOUNT_CHANGED,
  EVENT_LEDGER,
  EVENT_TRADE_BUSTED,
  EVENT_TRADE_CORRECTED,
  FLAG_AGGRESSOR,
} from "../../src/codec/event.ts";
import {
  ACCOUNT_SUM_MAX,
  type AccountTerms,
  FEE_RATE_MAX,
  type FeeTerms,
  LEDGER_BUST,
  LEDGER_CORRECTION,
  LEDGER_DEPOSIT,
  LEDGER_WITHDRAWAL,
  PRICE_DISTANCE_BASIS_POINTS_MAX,
  RISK_CREDIT,
  RISK_NONE,
} from "../../src/model/account.ts";
import { STP_TRANSFER } from "../../src/model/order-terms.ts";
import * as reasons from "../../src/model/reasons.ts";
import { addTo, newAccount, sumOf } from "./naive-account.ts";
import { takesPrice } from "./naive-checks.ts";
import { highestMoneyOf } from "./naive-fees.ts";
import { availableOf, canMove, canRisk } from "./naive-funds.ts";
import { cutReduceOnly } from "./naive-reduce-only.ts";
import { book, reportMoney, reverse, type TwinTrade } from "./naive-settlement.ts";
import { eventOf, instrumentOf, type TwinState } from "./naive-state.ts";

/** `askedBy` is the operator, 0, or somebody who may not. */
export type OperatorCommand = { readonly askedBy: number } & (
  | { readonly kind: "setAccount"; readonly terms: AccountTerms }
  | { readonly kind: "deposit"; readonly move: MoneyMove }
  | { readonly kind: "withdraw"; readonly move: MoneyMove }
  | { readonly kind: "setFees"; readonly scope: FeeScope; readonly fees: FeeTerms | undefined }
  | { readonly kind: "bust"; readonly tradeId: number }
  | { readonly kind: "correct"; readonly correction: TradeCorrection }
);

type FeeScope = { readonly accountId: number; readonly instrumentId: number };

export const OPERATOR_KINDS = {
  setAccount: COMMAND_SET_ACCOUNT,
  deposit: COMMAND_DEPOSIT,
  withdraw: COMMAND_WITHDRAW,
  setFees: COMMAND_SET_FEES,
  bust: COMMAND_BUST_TRADE,
  correct: COMMAND_CORRECT_TRADE,
} as const;

/** Returns the reason to refuse. */
export function operate(state: TwinState, command: OperatorCommand): number {
  if (command.askedBy !== 0) return reasons.REASON_NOT_PERMITTED;
  switch (command.kind) {
    case "setAccount":
      return setAccount(state, command.terms);
    case "deposit":
      return move(state, command.move, 1n);
    case "withdraw":
      return move(state, command.move, -1n);
    case "setFees":
      return setFees(state, command.scope, command.fees);
    case "bust":
      return bust(state, command.tradeId);
    case "correct":
      return correct(state, command.correction);
  }
}

function setAccount(state: TwinState, terms: AccountTerms): number {
  const { accountId } = terms;
  const { accounts: known, limits, money } = state;
  if (!areSound(terms)) return reasons.REASON_ACCOUNT_TERMS;
  if (!known.has(accountId) && known.size === limits.accountsMax) {
    return reasons.REASON_ACCOUNTS_FULL;
  }
  known.add(accountId);
  const account = money.accounts.get(accountId) ?? newAccount(terms);
  if (!money.accounts.has(accountId)) {
    const traded = state.working.filter((order) => order.accountId === accountId);
    const isExact = traded.every((order) => canRisk(state, account, instrumentOf(state, order), 0));
    if (!isExact) return reasons.REASON_BALANCE_RANGE;
  }
  money.accounts.set(accountId, account);
  account.terms = terms;
  if (terms.riskMode !== RISK_NONE) account.hasBalances = true;
  const commandKind = COMMAND_SET_ACCOUNT;
  state.events.push(eventOf(EVENT_ACCOUNT_CHANGED, { accountId, commandKind }));
  return reasons.REASON_NONE;
}

function areSound(terms: AccountTerms): boolean {
  const { orderQtyLotsMax, notionalMax, positionLotsMax, dayLossMax, creditLimit } = terms;
  const limits = [orderQtyLotsMax, notionalMax, positionLotsMax, dayLossMax, creditLimit];
  return (
    terms.accountId !== 0 &&
    limits.every((limit) => limit <= ACCOUNT_SUM_MAX) &&
    terms.stpMode <= STP_TRANSFER &&
    terms.riskMode <= RISK_CREDIT &&
    terms.priceDistanceBasisPoints <= PRICE_DISTANCE_BASIS_POINTS_MAX
  );
}

/** A deposit (`sign` 1) or a withdrawal (-1). */
function move(state: TwinState, { accountId, asset, amount }: MoneyMove, sign: bigint): number {
  const { accounts, house, supply } = state.money;
  const account = accounts.get(accountId);
  if (accountId !== 0 && account === undefined) return reasons.REASON_UNKNOWN_ACCOUNT;
  const assets = [...state.instruments.values()].flatMap(({ currency, baseAsset = "" }) => [
    currency,
    baseAsset,
  ]);
  if (asset === "" || !assets.includes(asset)) return reasons.REASON_UNKNOWN_ASSET;
  if (amount === 0 || amount > ACCOUNT_SUM_MAX) return reasons.REASON_AMOUNT;
  const moved = BigInt(amount) * sign;
  const ledgerType = sign > 0n ? LEDGER_DEPOSIT : LEDGER_WITHDRAWAL;
  const cause = { instrumentId: 0, orderId: 0, tradeId: 0, ledgerType };
  if (account === undefined) {
    if (sumOf(house, asset) + moved < 0n && sign < 0n) return reasons.REASON_INSUFFICIENT_FUNDS;
    addTo(house, asset, moved);
    addTo(supply, asset, moved);
    const balance = Number(sumOf(house, asset));
    const ledger = { asset, ledgerType, amount: Number(moved), balance, held: 0 };
    state.events.push(eventOf(EVENT_LEDGER, { ledger }));
    return reasons.REASON_NONE;
  }
  if (sign > 0n && !canMove(state, account, asset, moved)) return reasons.REASON_BALANCE_RANGE;
  const isThere =
    availableOf(state, account, asset) + moved >= 0n &&
    sumOf(account.balances, asset) + moved >= 0n;
  if (sign < 0n && !isThere) return reasons.REASON_INSUFFICIENT_FUNDS;
  account.hasBalances = true;
  addTo(account.balances, asset, moved);
  addTo(supply, asset, moved);
  reportMoney(state, EVENT_LEDGER, account, asset, moved, cause);
  return reasons.REASON_NONE;
}

function setFees(state: TwinState, scope: FeeScope, fees: FeeTerms | undefined): number {
  const { accountId, instrumentId } = scope;
  const { money, instruments } = state;
  const instrument = instruments.get(instrumentId);
  if (instrumentId !== 0 && instrument === undefined) return reasons.REASON_UNKNOWN_INSTRUMENT;
  if (accountId !== 0 && !money.accounts.has(accountId)) return reasons.REASON_UNKNOWN_ACCOUNT;
  const perLotMax = instrument === undefined ? 0 : Number(highestMoneyOf(instrument));
  if (fees !== undefined && !areSoundFees(fees, perLotMax)) return reasons.REASON_FEE_TERMS;
  const others = money.feeRules.filter(
    (rule) => rule.accountId !== accountId || rule.instrumentId !== instrumentId,
  );
  money.feeRules = fees === undefined ? others : [...others, { ...scope, fees }];
  const commandKind = COMMAND_SET_FEES;
  state.events.push(eventOf(EVENT_ACCOUNT_CHANGED, { accountId, instrumentId, commandKind }));
  return reasons.REASON_NONE;
}

function areSoundFees(fees: FeeTerms, perLotMax: number): boolean {
  const rates = [fees.makerBuyRate, fees.makerSellRate, fees.takerBuyRate, fees.takerSellRate];
  const perLot = [
    fees.makerBuyPerLot,
    fees.makerSellPerLot,
    fees.takerBuyPerLot,
    fees.takerSellPerLot,
  ];
  const areRatesSound = rates.every((rate) => Math.abs(rate) <= FEE_RATE_MAX);
  return areRatesSound && perLot.every((money) => Math.abs(money) <= perLotMax);
}

function bust(state: TwinState, tradeId: number): number {
  const trade = state.money.trades.find((known) => known.tradeId === tradeId);
  if (trade === undefined) return reasons.REASON_UNKNOWN_TRADE;
  if (trade.isBusted) return reasons.REASON_TRADE_BUSTED;
  if (!isExact(state, trade, trade.lots)) return reasons.REASON_BALANCE_RANGE;
  trade.isBusted = true;
  reportTrade(state, EVENT_TRADE_BUSTED, trade);
  takeBack(state, trade, LEDGER_BUST);
  cutParties(state, trade);
  return reasons.REASON_NONE;
}

function correct(state: TwinState, { tradeId, lastQtyLots, lastPxTicks }: TradeCorrection): number {
  const trade = state.money.trades.find((known) => known.tradeId === tradeId);
  if (trade === undefined) return reasons.REASON_UNKNOWN_TRADE;
  if (trade.isBusted) return reasons.REASON_TRADE_BUSTED;
  const instrument = instrumentOf(state, trade);
  if (lastQtyLots === 0 || lastQtyLots > instrument.orderQtyLotsMax) {
    return reasons.REASON_QTY_OUT_OF_RANGE;
  }
  if (!takesPrice(instrument, lastPxTicks)) return reasons.REASON_PRICE_OUT_OF_RANGE;
  if (!isExact(state, trade, trade.lots + lastQtyLots)) return reasons.REASON_BALANCE_RANGE;
  const after = { lots: lastQtyLots, priceTicks: lastPxTicks };
  reportTrade(state, EVENT_TRADE_CORRECTED, { ...trade, ...after });
  takeBack(state, trade, LEDGER_CORRECTION);
  Object.assign(trade, after);
  for (const party of trade.parties) book(state, trade, party, LEDGER_CORRECTION);
  cutParties(state, trade);
  return reasons.REASON_NONE;
}

/** Undone in the opposite order, so that at once everything is as it was before the trade. */
function takeBack(state: TwinState, trade: TwinTrade, ledgerType: number): void {
  for (const party of [...trade.parties].reverse()) reverse(state, trade, party, ledgerType);
}

/** Whether all sums of both parties stay exact while so many lots move. */
function isExact(state: TwinState, trade: TwinTrade, lots: number): boolean {
  return trade.parties.every(({ accountId, isTracked }) => {
    const account = state.money.accounts.get(accountId);
    if (!isTracked || account === undefined) return true;
    return canRisk(state, account, instrumentOf(state, trade), lots);
  });
}

function reportTrade(state: TwinState, kind: number, trade: TwinTrade): void {
  const { instrumentId, tradeId, lots, priceTicks, parties } = trade;
  for (const [i, { accountId, orderId, side, isTaker }] of parties.entries()) {
    const contra = parties[1 - i];
    const event = eventOf(kind, {
      ...{ instrumentId, accountId, orderId, side, tradeId },
      lastQtyLots: lots,
      lastPxTicks: priceTicks,
      flags: isTaker ? FLAG_AGGRESSOR : 0,
      contraOrderId: contra.orderId,
      contraAccountId: contra.accountId,
    });
    state.events.push(event);
  }
}

function cutParties(state: TwinState, { instrumentId, parties }: TwinTrade): void {
  for (const { accountId, isTracked } of parties) {
    if (isTracked) cutReduceOnly(state, accountId, instrumentId);
  }
}
