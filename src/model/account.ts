// What the operator says of an account, as journaled data, and the codes of its records.

/** What is asked before an order may work. */
export const RISK_NONE = 0;
/** Cash and assets must be there, and are held while the order works. */
export const RISK_RESERVATION = 1;
/** Open orders and positions stay within a credit limit. */
export const RISK_CREDIT = 2;

export const ACCOUNT_ENABLED = 1 << 0;

/** Why a balance changed; 0 in the answer to a query. */
export const LEDGER_STATUS = 0;
export const LEDGER_DEPOSIT = 1;
export const LEDGER_WITHDRAWAL = 2;
export const LEDGER_TRADE = 3;
export const LEDGER_FEE = 4;
export const LEDGER_BUST = 5;
export const LEDGER_CORRECTION = 6;
export const LEDGER_TRANSFER = 7;

/** The fees of the fee command go away again. */
export const FEES_REMOVED = 1 << 0;

/** No sum of an account passes this: 2^51, so that a handful of them added up stays exact. */
export const ACCOUNT_SUM_MAX = 2_251_799_813_685_248;
/** Fee rates are millionths: 1/100 of a basis point. */
export const FEE_RATE_MAX = 1_000_000;
export const PRICE_DISTANCE_BASIS_POINTS_MAX = 1_000_000;

/** A limit of 0 is no limit. */
export type AccountTerms = {
  readonly accountId: number;
  /** Whose account it is; one kill switch stops all accounts of a firm. 0, the usual, is none. */
  readonly firmId?: number;
  /** Accounts of one group, not 0, count as one for self-trade prevention. */
  readonly tradeGroupId: number;
  readonly isEnabled: boolean;
  /** For orders that name none (model/order-terms.ts). */
  readonly stpMode: number;
  readonly riskMode: number;
  readonly orderQtyLotsMax: number;
  /** Of one order: ticks x lots x the instrument's moneyUnits. */
  readonly notionalMax: number;
  /** Long or short, with all that works on that side. */
  readonly positionLotsMax: number;
  /** Realized losses and fees of a day, in each currency. */
  readonly dayLossMax: number;
  readonly creditLimit: number;
  readonly openOrdersMax: number;
  /** How far beyond the reference price an order may reach; 10,000 is all of it. */
  readonly priceDistanceBasisPoints: number;
};

/** Rates in millionths of the money traded, and money a lot; negative ones are rebates. */
export type FeeTerms = {
  readonly makerBuyRate: number;
  readonly makerSellRate: number;
  readonly takerBuyRate: number;
  readonly takerSellRate: number;
  readonly makerBuyPerLot: number;
  readonly makerSellPerLot: number;
  readonly takerBuyPerLot: number;
  readonly takerSellPerLot: number;
};
