// A configured account and all the money there is: BigInt by name, nothing else.

import type { AccountTerms } from "../../src/model/account.ts";
import type { FeeRule } from "./naive-fees.ts";
import type { TwinTrade } from "./naive-settlement.ts";

/** Lots bought less sold, what they cost on average, what closing made, what fills cost. */
export type TwinPosition = { lots: bigint; cost: bigint; realizedPnl: bigint; fees: bigint };

export type Sums = Map<string, bigint>;

export type TwinAccount = {
  readonly accountId: number;
  terms: AccountTerms;
  /** From the first deposit or withdrawal on, or from the first risk mode that asks for money. */
  hasBalances: boolean;
  readonly balances: Sums;
  /** By instrument. */
  readonly positions: Map<number, TwinPosition>;
  /** By currency: what was made, less fees, on the last day on which anything was. */
  readonly days: Map<string, { readonly day: number; readonly pnl: bigint }>;
};

export type TwinMoney = {
  readonly accounts: Map<number, TwinAccount>;
  feeRules: readonly FeeRule[];
  trades: readonly TwinTrade[];
  readonly house: Sums;
  /** What went to those who have no balances. */
  readonly outside: Sums;
  /** Deposits less withdrawals. */
  readonly supply: Sums;
};

export function noMoney(): TwinMoney {
  return {
    accounts: new Map(),
    feeRules: [],
    trades: [],
    house: new Map(),
    outside: new Map(),
    supply: new Map(),
  };
}

export function newAccount(terms: AccountTerms): TwinAccount {
  const { accountId } = terms;
  return {
    accountId,
    terms,
    hasBalances: false,
    balances: new Map(),
    positions: new Map(),
    days: new Map(),
  };
}

export function copyOfMoney(money: TwinMoney): TwinMoney {
  const accounts = [...money.accounts].map(
    ([accountId, account]) => [accountId, copyOfAccount(account)] as const,
  );
  return {
    accounts: new Map(accounts),
    feeRules: money.feeRules,
    trades: money.trades,
    house: new Map(money.house),
    outside: new Map(money.outside),
    supply: new Map(money.supply),
  };
}

function copyOfAccount(account: TwinAccount): TwinAccount {
  const positions = [...account.positions].map(
    ([instrumentId, position]) => [instrumentId, { ...position }] as const,
  );
  return {
    ...account,
    balances: new Map(account.balances),
    positions: new Map(positions),
    days: new Map(account.days),
  };
}

export function positionOf(account: TwinAccount, instrumentId: number): TwinPosition {
  const known = account.positions.get(instrumentId);
  if (known !== undefined) return known;
  const position = { lots: 0n, cost: 0n, realizedPnl: 0n, fees: 0n };
  account.positions.set(instrumentId, position);
  return position;
}

export function sumOf(sums: Sums, asset: string): bigint {
  return sums.get(asset) ?? 0n;
}

export function addTo(sums: Sums, asset: string, amount: bigint): void {
  sums.set(asset, sumOf(sums, asset) + amount);
}

export function sizeOf(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

export function largest(...amounts: readonly bigint[]): bigint {
  return amounts.reduce((a, b) => (b > a ? b : a));
}
