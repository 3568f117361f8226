// What the operator may say of accounts, money, fees and past trades. Every method answers with the
// reason to refuse, and every check comes before any effect.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import {
  BUST_TRADE_TRADE_ID_WORD,
  CORRECT_TRADE_LAST_PX_TICKS_WORD,
  CORRECT_TRADE_LAST_QTY_LOTS_WORD,
  CORRECT_TRADE_TRADE_ID_WORD,
  DEPOSIT_AMOUNT_WORD,
  DEPOSIT_ASSET_WORD,
  DEPOSIT_TARGET_ACCOUNT_ID_WORD,
  SET_ACCOUNT_ACCOUNT_FLAGS_WORD,
  SET_ACCOUNT_CREDIT_LIMIT_WORD,
  SET_ACCOUNT_DAY_LOSS_MAX_WORD,
  SET_ACCOUNT_NOTIONAL_MAX_WORD,
  SET_ACCOUNT_ORDER_QTY_LOTS_MAX_WORD,
  SET_ACCOUNT_POSITION_LOTS_MAX_WORD,
  SET_ACCOUNT_PRICE_DISTANCE_BASIS_POINTS_WORD,
  SET_ACCOUNT_TARGET_ACCOUNT_ID_WORD,
  SET_FEES_FEE_FLAGS_BYTE,
  SET_FEES_MAKER_BUY_PER_LOT_WORD,
  SET_FEES_MAKER_BUY_RATE_WORD,
  SET_FEES_TARGET_ACCOUNT_ID_WORD,
} from "../codec/account-command.ts";
import {
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_BUST_TRADE,
  COMMAND_CORRECT_TRADE,
  COMMAND_DEPOSIT,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_SET_ACCOUNT,
  COMMAND_SET_FEES,
  COMMAND_WITHDRAW,
  commandKindOf,
} from "../codec/command.ts";
import { EVENT_LEDGER, EVENT_TRADE_BUSTED, EVENT_TRADE_CORRECTED } from "../codec/event.ts";
import {
  ACCOUNT_ENABLED,
  ACCOUNT_SUM_MAX,
  FEE_RATE_MAX,
  FEES_REMOVED,
  LEDGER_BUST,
  LEDGER_CORRECTION,
  LEDGER_DEPOSIT,
  LEDGER_WITHDRAWAL,
  PRICE_DISTANCE_BASIS_POINTS_MAX,
  RISK_CREDIT,
} from "../model/account.ts";
import { STP_TRANSFER } from "../model/order-terms.ts";
import {
  REASON_ACCOUNT_TERMS,
  REASON_ACCOUNTS_FULL,
  REASON_AMOUNT,
  REASON_BALANCE_RANGE,
  REASON_BALANCES_FULL,
  REASON_FEE_TERMS,
  REASON_INSUFFICIENT_FUNDS,
  REASON_NONE,
  REASON_NOT_PERMITTED,
  REASON_PRICE_OUT_OF_RANGE,
  REASON_QTY_OUT_OF_RANGE,
  REASON_TRADE_BUSTED,
  REASON_UNKNOWN_ACCOUNT,
  REASON_UNKNOWN_ASSET,
  REASON_UNKNOWN_INSTRUMENT,
  REASON_UNKNOWN_TRADE,
} from "../model/reasons.ts";
import type { AccountReports } from "./account-reports.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { OrderHolds } from "./order-holds.ts";
import { MAKER, TAKER } from "./recent-trades.ts";
import type { ReduceOnlyCuts } from "./reduce-only-cuts.ts";
import type { Settlement } from "./settlement.ts";
import type { WorkingHolds } from "./working-holds.ts";

const OPERATOR_ID = 0;
/** The house, as a target of deposits and withdrawals. */
const HOUSE_ID = 0;
const FEE_WORDS = 4;
const LIMIT_WORDS = [
  SET_ACCOUNT_ORDER_QTY_LOTS_MAX_WORD,
  SET_ACCOUNT_NOTIONAL_MAX_WORD,
  SET_ACCOUNT_POSITION_LOTS_MAX_WORD,
  SET_ACCOUNT_DAY_LOSS_MAX_WORD,
  SET_ACCOUNT_CREDIT_LIMIT_WORD,
];

export type AccountCommandsParts = {
  readonly tables: EngineTables;
  readonly reports: AccountReports;
  readonly holds: OrderHolds;
  readonly working: WorkingHolds;
  readonly settlement: Settlement;
  readonly cuts: ReduceOnlyCuts;
};

export class AccountCommands {
  readonly #tables: EngineTables;
  readonly #reports: AccountReports;
  readonly #holds: OrderHolds;
  readonly #working: WorkingHolds;
  readonly #settlement: Settlement;
  readonly #cuts: ReduceOnlyCuts;

  constructor(parts: AccountCommandsParts) {
    this.#tables = parts.tables;
    this.#reports = parts.reports;
    this.#holds = parts.holds;
    this.#working = parts.working;
    this.#settlement = parts.settlement;
    this.#cuts = parts.cuts;
  }

  /** Applies a command of kinds 20 to 25. */
  apply(words: Int32Array, at: number): number {
    if (words[at + COMMAND_ACCOUNT_ID_WORD] !== OPERATOR_ID) return REASON_NOT_PERMITTED;
    switch (commandKindOf(words, at)) {
      case COMMAND_SET_ACCOUNT:
        return this.#setAccount(words, at);
      case COMMAND_DEPOSIT:
        return this.#moveMoney(words, at, 1, LEDGER_DEPOSIT);
      case COMMAND_WITHDRAW:
        return this.#moveMoney(words, at, -1, LEDGER_WITHDRAWAL);
      case COMMAND_SET_FEES:
        return this.#setFees(words, at);
      case COMMAND_BUST_TRADE:
        return this.#bustTrade(words, at);
      case COMMAND_CORRECT_TRADE:
        return this.#correctTrade(words, at);
      default:
        return REASON_NONE;
    }
  }

  #setAccount(words: Int32Array, at: number): number {
    const { accounts, risk, wholes } = this.#tables;
    const accountId = words[at + SET_ACCOUNT_TARGET_ACCOUNT_ID_WORD] >>> 0;
    if (!hasSoundAccountTerms(words, at)) return REASON_ACCOUNT_TERMS;
    const row = accounts.findOrAdd(accountId);
    if (row === NONE) return REASON_ACCOUNTS_FULL;
    if (!risk.terms.isConfigured(row)) {
      const reason = this.#reasonNotToTrack(row);
      if (reason !== REASON_NONE) this.#working.forgetRows(row);
      if (reason !== REASON_NONE) return reason;
    }
    this.#working.holdAll(row, -1);
    risk.terms.set(row, words, at);
    wholes.wakeAll();
    this.#working.holdAll(row, 1);
    this.#reports.ofAccount(words, at, accountId);
    return REASON_NONE;
  }

  /** Lets the account's working orders hold what they need; why not, where that cannot be. */
  #reasonNotToTrack(accountRow: number): number {
    if (!this.#working.makeRows(accountRow)) return REASON_BALANCES_FULL;
    this.#working.holdAll(accountRow, 1);
    if (this.#working.areExact(accountRow)) return REASON_NONE;
    this.#working.holdAll(accountRow, -1);
    return REASON_BALANCE_RANGE;
  }

  #moveMoney(words: Int32Array, at: number, sign: number, ledgerType: number): number {
    const { accounts, risk } = this.#tables;
    const { assets, terms } = risk;
    const accountId = words[at + DEPOSIT_TARGET_ACCOUNT_ID_WORD] >>> 0;
    const isHouse = accountId === HOUSE_ID;
    const row = accounts.find(accountId);
    if (!isHouse && (row === NONE || !terms.isConfigured(row))) return REASON_UNKNOWN_ACCOUNT;
    const asset = assets.find(words, at + DEPOSIT_ASSET_WORD);
    if (asset === NONE) return REASON_UNKNOWN_ASSET;
    const amount = readU64(words, at + DEPOSIT_AMOUNT_WORD);
    if (amount === 0 || amount > ACCOUNT_SUM_MAX) return REASON_AMOUNT;
    const { cause } = this.#reports;
    cause.ledgerType = ledgerType;
    cause.instrumentId = 0;
    cause.orderId = 0;
    cause.tradeId = 0;
    return isHouse
      ? this.#moveHouse(asset, sign * amount)
      : this.#moveBalance(row, asset, sign * amount);
  }

  #moveHouse(asset: number, amount: number): number {
    const { house, supply } = this.#tables.risk.assets;
    if (amount < 0 && house.numberOf(asset) < -amount) return REASON_INSUFFICIENT_FUNDS;
    house.add(asset, amount);
    supply.add(asset, amount);
    this.#reports.ofHouse(asset, amount);
    return REASON_NONE;
  }

  #moveBalance(accountRow: number, asset: number, amount: number): number {
    const { assets, balances, terms } = this.#tables.risk;
    const row = balances.findOrAdd(accountRow, asset);
    if (row === NONE) return REASON_BALANCES_FULL;
    if (amount > 0 && !balances.canRisk(row, amount)) return REASON_BALANCE_RANGE;
    if (amount < 0) {
      const available = this.#holds.availableMoney(accountRow, row);
      if (Math.min(available, balances.balanceOf(row)) < -amount) return REASON_INSUFFICIENT_FUNDS;
    }
    terms.startBalances(accountRow);
    balances.addBalance(row, amount);
    assets.supply.add(asset, amount);
    this.#reports.ofBalance(EVENT_LEDGER, row, amount);
    return REASON_NONE;
  }

  #setFees(words: Int32Array, at: number): number {
    const { accounts, instruments, risk } = this.#tables;
    const instrumentId = words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0;
    const book = instrumentId === 0 ? NONE : instruments.find(instrumentId);
    if (instrumentId !== 0 && book === NONE) return REASON_UNKNOWN_INSTRUMENT;
    const accountId = words[at + SET_FEES_TARGET_ACCOUNT_ID_WORD] >>> 0;
    const row = accountId === 0 ? NONE : accounts.find(accountId);
    if (accountId !== 0 && (row === NONE || !risk.terms.isConfigured(row))) {
      return REASON_UNKNOWN_ACCOUNT;
    }
    const highest = book === NONE ? 0 : risk.money.highestMoneyOf(book);
    if (!hasSoundFees(words, at, highest)) return REASON_FEE_TERMS;
    const isPair = row !== NONE && book !== NONE;
    const positionRow = isPair ? this.#holds.makeRows(row, book) : NONE;
    if (isPair && positionRow === NONE) return REASON_BALANCES_FULL;
    const isRemoved = (feeFlagsOf(words, at) & FEES_REMOVED) !== 0;
    this.#holdConfigured(row, -1);
    risk.fees.set(row, book, positionRow, words, at, isRemoved);
    this.#holdConfigured(row, 1);
    this.#reports.ofAccount(words, at, accountId);
    return REASON_NONE;
  }

  /** Holds of this account's orders or, for NONE, of every configured account's. */
  #holdConfigured(accountRow: number, sign: number): void {
    const { terms } = this.#tables.risk;
    if (accountRow !== NONE) {
      this.#working.holdAll(accountRow, sign);
      return;
    }
    for (let row = 0; row < terms.usedRows(); row++) {
      if (terms.isConfigured(row)) this.#working.holdAll(row, sign);
    }
  }

  #bustTrade(words: Int32Array, at: number): number {
    const { trades } = this.#tables.risk;
    const row = trades.find(readU64(words, at + BUST_TRADE_TRADE_ID_WORD));
    if (row === NONE) return REASON_UNKNOWN_TRADE;
    if (trades.isBusted(row)) return REASON_TRADE_BUSTED;
    if (!this.#isExact(row, trades.lastQtyLotsOf(row))) return REASON_BALANCE_RANGE;
    trades.bust(row);
    this.#reports.ofTrade(EVENT_TRADE_BUSTED, row);
    this.#takeBack(row, LEDGER_BUST);
    this.#cutParties(row);
    return REASON_NONE;
  }

  #correctTrade(words: Int32Array, at: number): number {
    const { instruments, risk } = this.#tables;
    const { trades } = risk;
    const row = trades.find(readU64(words, at + CORRECT_TRADE_TRADE_ID_WORD));
    if (row === NONE) return REASON_UNKNOWN_TRADE;
    if (trades.isBusted(row)) return REASON_TRADE_BUSTED;
    const lots = readU64(words, at + CORRECT_TRADE_LAST_QTY_LOTS_WORD);
    const priceTicks = words[at + CORRECT_TRADE_LAST_PX_TICKS_WORD];
    const book = trades.bookOf(row);
    if (lots === 0 || lots > instruments.orderQtyLotsMaxOf(book)) return REASON_QTY_OUT_OF_RANGE;
    if (!instruments.takesPrice(book, priceTicks)) return REASON_PRICE_OUT_OF_RANGE;
    if (!this.#isExact(row, trades.lastQtyLotsOf(row) + lots)) return REASON_BALANCE_RANGE;
    // The new numbers are told first; what is taken back is still the old ones.
    const lotsBefore = trades.lastQtyLotsOf(row);
    const priceBefore = trades.lastPxTicksOf(row);
    trades.correct(row, priceTicks, lots);
    this.#reports.ofTrade(EVENT_TRADE_CORRECTED, row);
    trades.correct(row, priceBefore, lotsBefore);
    this.#takeBack(row, LEDGER_CORRECTION);
    trades.correct(row, priceTicks, lots);
    this.#settlement.book(row, MAKER, LEDGER_CORRECTION);
    this.#settlement.book(row, TAKER, LEDGER_CORRECTION);
    this.#cutParties(row);
    return REASON_NONE;
  }

  /** The last party booked first: both may be one account, whose position went there and back. */
  #takeBack(tradeRow: number, ledgerType: number): void {
    this.#settlement.reverse(tradeRow, TAKER, ledgerType);
    this.#settlement.reverse(tradeRow, MAKER, ledgerType);
  }

  /** Whether all sums of both parties stay exact while so many lots move. */
  #isExact(tradeRow: number, lots: number): boolean {
    const { trades } = this.#tables.risk;
    const book = trades.bookOf(tradeRow);
    for (let party = MAKER; party <= TAKER; party++) {
      const positionRow = trades.positionRowOf(tradeRow, party);
      if (positionRow === NONE) continue;
      if (!this.#holds.canRisk(positionRow, book, lots)) return false;
    }
    return true;
  }

  #cutParties(tradeRow: number): void {
    const { trades } = this.#tables.risk;
    const book = trades.bookOf(tradeRow);
    for (let party = MAKER; party <= TAKER; party++) {
      if (trades.isTracked(tradeRow, party)) {
        this.#cuts.cut(trades.accountRowOf(tradeRow, party), book);
      }
    }
  }
}

function hasSoundAccountTerms(words: Int32Array, at: number): boolean {
  const flags = words[at + SET_ACCOUNT_ACCOUNT_FLAGS_WORD];
  for (const word of LIMIT_WORDS) {
    if (readU64(words, at + word) > ACCOUNT_SUM_MAX) return false;
  }
  const basisPoints = words[at + SET_ACCOUNT_PRICE_DISTANCE_BASIS_POINTS_WORD] >>> 0;
  return (
    words[at + SET_ACCOUNT_TARGET_ACCOUNT_ID_WORD] !== OPERATOR_ID &&
    (flags & 0xff & ~ACCOUNT_ENABLED) === 0 &&
    ((flags >>> 8) & 0xff) <= STP_TRANSFER &&
    ((flags >>> 16) & 0xff) <= RISK_CREDIT &&
    flags >>> 24 === 0 &&
    basisPoints <= PRICE_DISTANCE_BASIS_POINTS_MAX
  );
}

/** Money a lot only where an instrument is named, and at most its `highestMoney`. */
function hasSoundFees(words: Int32Array, at: number, highestMoney: number): boolean {
  if ((feeFlagsOf(words, at) & ~FEES_REMOVED) !== 0) return false;
  for (let i = 0; i < FEE_WORDS; i++) {
    const rate = words[at + SET_FEES_MAKER_BUY_RATE_WORD + i];
    const perLot = words[at + SET_FEES_MAKER_BUY_PER_LOT_WORD + i];
    if (Math.abs(rate) > FEE_RATE_MAX || Math.abs(perLot) > highestMoney) return false;
  }
  return true;
}

function feeFlagsOf(words: Int32Array, at: number): number {
  return words[at + SET_FEES_FEE_FLAGS_BYTE / 4] & 0xff;
}
