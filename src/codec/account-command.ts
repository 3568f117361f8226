// hot path
// Commands about accounts, money and past trades: docs/protocols/journal.md, kinds 20 to 25. Only
// the operator's count. Constants named ..._WORD are 32-bit word indexes from the record's first
// word, ..._BYTE byte offsets from its first byte.

import { type RecordBuffer, writeU64 } from "../base/record-buffer.ts";
import {
  ACCOUNT_ENABLED,
  type AccountTerms,
  FEES_REMOVED,
  type FeeTerms,
} from "../model/account.ts";
import { writeAscii } from "./ascii.ts";
import {
  COMMAND_BUST_TRADE,
  COMMAND_CORRECT_TRADE,
  COMMAND_DEPOSIT,
  COMMAND_SET_ACCOUNT,
  COMMAND_SET_FEES,
  COMMAND_WITHDRAW,
  writeCommandHeader,
} from "./command.ts";

export const SET_ACCOUNT_TARGET_ACCOUNT_ID_WORD = 8;
export const SET_ACCOUNT_FIRM_ID_WORD = 9;
export const SET_ACCOUNT_TRADE_GROUP_ID_WORD = 10;
export const SET_ACCOUNT_ACCOUNT_FLAGS_WORD = 11; // Then stpMode, riskMode.
export const SET_ACCOUNT_ORDER_QTY_LOTS_MAX_WORD = 12;
export const SET_ACCOUNT_NOTIONAL_MAX_WORD = 14;
export const SET_ACCOUNT_POSITION_LOTS_MAX_WORD = 16;
export const SET_ACCOUNT_DAY_LOSS_MAX_WORD = 18;
export const SET_ACCOUNT_CREDIT_LIMIT_WORD = 20;
export const SET_ACCOUNT_OPEN_ORDERS_MAX_WORD = 22;
export const SET_ACCOUNT_PRICE_DISTANCE_BASIS_POINTS_WORD = 23;

/** Deposit and withdraw have one layout. */
export const DEPOSIT_TARGET_ACCOUNT_ID_WORD = 8;
export const DEPOSIT_ASSET_WORD = 10;
export const DEPOSIT_AMOUNT_WORD = 12;
export const WITHDRAW_TARGET_ACCOUNT_ID_WORD = DEPOSIT_TARGET_ACCOUNT_ID_WORD;
export const WITHDRAW_ASSET_WORD = DEPOSIT_ASSET_WORD;
export const WITHDRAW_AMOUNT_WORD = DEPOSIT_AMOUNT_WORD;

export const SET_FEES_TARGET_ACCOUNT_ID_WORD = 8;
export const SET_FEES_FEE_FLAGS_BYTE = 36;
/** Eight signed words: rates, then money a lot; maker before taker, buy before sell. */
export const SET_FEES_MAKER_BUY_RATE_WORD = 10;
export const SET_FEES_MAKER_SELL_RATE_WORD = 11;
export const SET_FEES_TAKER_BUY_RATE_WORD = 12;
export const SET_FEES_TAKER_SELL_RATE_WORD = 13;
export const SET_FEES_MAKER_BUY_PER_LOT_WORD = 14;
export const SET_FEES_MAKER_SELL_PER_LOT_WORD = 15;
export const SET_FEES_TAKER_BUY_PER_LOT_WORD = 16;
export const SET_FEES_TAKER_SELL_PER_LOT_WORD = 17;

export const BUST_TRADE_TRADE_ID_WORD = 8;

export const CORRECT_TRADE_TRADE_ID_WORD = 8;
export const CORRECT_TRADE_LAST_QTY_LOTS_WORD = 10;
export const CORRECT_TRADE_LAST_PX_TICKS_WORD = 12;

const OPERATOR_ID = 0;
const ASSET_BYTES = 8;

export function writeSetAccount(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  terms: AccountTerms,
): void {
  const at = offsetBytes / 4;
  const flags = terms.isEnabled ? ACCOUNT_ENABLED : 0;
  writeCommandHeader(words, at, COMMAND_SET_ACCOUNT, OPERATOR_ID, 0, sessionId);
  words[at + SET_ACCOUNT_TARGET_ACCOUNT_ID_WORD] = terms.accountId;
  words[at + SET_ACCOUNT_FIRM_ID_WORD] = terms.firmId ?? 0;
  words[at + SET_ACCOUNT_TRADE_GROUP_ID_WORD] = terms.tradeGroupId;
  words[at + SET_ACCOUNT_ACCOUNT_FLAGS_WORD] =
    flags | (terms.stpMode << 8) | (terms.riskMode << 16);
  writeU64(words, at + SET_ACCOUNT_ORDER_QTY_LOTS_MAX_WORD, terms.orderQtyLotsMax);
  writeU64(words, at + SET_ACCOUNT_NOTIONAL_MAX_WORD, terms.notionalMax);
  writeU64(words, at + SET_ACCOUNT_POSITION_LOTS_MAX_WORD, terms.positionLotsMax);
  writeU64(words, at + SET_ACCOUNT_DAY_LOSS_MAX_WORD, terms.dayLossMax);
  writeU64(words, at + SET_ACCOUNT_CREDIT_LIMIT_WORD, terms.creditLimit);
  words[at + SET_ACCOUNT_OPEN_ORDERS_MAX_WORD] = terms.openOrdersMax;
  words[at + SET_ACCOUNT_PRICE_DISTANCE_BASIS_POINTS_WORD] = terms.priceDistanceBasisPoints;
}

/** Account 0 is the house. */
export type MoneyMove = {
  readonly accountId: number;
  readonly asset: string;
  readonly amount: number;
};

export function writeDeposit(
  record: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  move: MoneyMove,
): void {
  writeMoneyMove(record, offsetBytes, COMMAND_DEPOSIT, sessionId, move);
}

export function writeWithdraw(
  record: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  move: MoneyMove,
): void {
  writeMoneyMove(record, offsetBytes, COMMAND_WITHDRAW, sessionId, move);
}

/** Whose fees, where: account 0 is everybody, instrument 0 every one. */
export type FeeScope = { readonly accountId: number; readonly instrumentId: number };

/** Without terms the fees of this scope go away. */
export function writeSetFees(
  { words, bytes }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  scope: FeeScope,
  fees: FeeTerms | undefined,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_SET_FEES, OPERATOR_ID, scope.instrumentId, sessionId);
  words[at + SET_FEES_TARGET_ACCOUNT_ID_WORD] = scope.accountId;
  if (fees === undefined) {
    bytes[offsetBytes + SET_FEES_FEE_FLAGS_BYTE] = FEES_REMOVED;
    return;
  }
  words[at + SET_FEES_MAKER_BUY_RATE_WORD] = fees.makerBuyRate;
  words[at + SET_FEES_MAKER_SELL_RATE_WORD] = fees.makerSellRate;
  words[at + SET_FEES_TAKER_BUY_RATE_WORD] = fees.takerBuyRate;
  words[at + SET_FEES_TAKER_SELL_RATE_WORD] = fees.takerSellRate;
  words[at + SET_FEES_MAKER_BUY_PER_LOT_WORD] = fees.makerBuyPerLot;
  words[at + SET_FEES_MAKER_SELL_PER_LOT_WORD] = fees.makerSellPerLot;
  words[at + SET_FEES_TAKER_BUY_PER_LOT_WORD] = fees.takerBuyPerLot;
  words[at + SET_FEES_TAKER_SELL_PER_LOT_WORD] = fees.takerSellPerLot;
}

export function writeBustTrade(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  tradeId: number,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_BUST_TRADE, OPERATOR_ID, 0, sessionId);
  writeU64(words, at + BUST_TRADE_TRADE_ID_WORD, tradeId);
}

export type TradeCorrection = {
  readonly tradeId: number;
  readonly lastQtyLots: number;
  readonly lastPxTicks: number;
};

export function writeCorrectTrade(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  correction: TradeCorrection,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_CORRECT_TRADE, OPERATOR_ID, 0, sessionId);
  writeU64(words, at + CORRECT_TRADE_TRADE_ID_WORD, correction.tradeId);
  writeU64(words, at + CORRECT_TRADE_LAST_QTY_LOTS_WORD, correction.lastQtyLots);
  words[at + CORRECT_TRADE_LAST_PX_TICKS_WORD] = correction.lastPxTicks;
}

function writeMoneyMove(
  { words, bytes }: RecordBuffer,
  offsetBytes: number,
  kind: number,
  sessionId: number,
  { accountId, asset, amount }: MoneyMove,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, kind, OPERATOR_ID, 0, sessionId);
  words[at + DEPOSIT_TARGET_ACCOUNT_ID_WORD] = accountId;
  writeAscii(bytes, offsetBytes + DEPOSIT_ASSET_WORD * 4, ASSET_BYTES, asset);
  writeU64(words, at + DEPOSIT_AMOUNT_WORD, amount);
}
