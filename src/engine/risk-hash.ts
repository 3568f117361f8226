// Accounts, money and positions as their owners could see them, folded into the state hash. Rows
// that were made and never used do not count.

import { NONE } from "../base/none.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { ACCOUNT_TERMS_HASHED_FROM, ACCOUNT_TERMS_WORDS } from "./account-terms.ts";
import type { EngineTables } from "./engine-tables.ts";
import { FEE_SCHEDULE_WORDS } from "./fee-schedules.ts";

type Fold = { number(value: number): void };

export function foldRisk(fold: Fold, tables: EngineTables): void {
  foldAccounts(fold, tables);
  foldFees(fold, tables, tables.risk.fees.generalRow);
  for (let book = 0; book < tables.instruments.count(); book++) {
    foldFees(fold, tables, tables.risk.fees.bookRowOf(book));
  }
  foldBalances(fold, tables);
  foldPositions(fold, tables);
}

function foldAccounts(fold: Fold, tables: EngineTables): void {
  const { accounts, risk } = tables;
  for (let row = 0; row < risk.terms.usedRows(); row++) {
    if (!risk.terms.isConfigured(row)) continue;
    fold.number(accounts.accountIdOf(row));
    for (let i = ACCOUNT_TERMS_HASHED_FROM; i < ACCOUNT_TERMS_WORDS; i++) {
      fold.number(risk.terms.wordOf(row, i));
    }
    foldFees(fold, tables, risk.terms.feeRowOf(row));
  }
}

function foldFees(fold: Fold, tables: EngineTables, feeRow: number): void {
  if (feeRow === NONE) return;
  for (let i = 0; i < FEE_SCHEDULE_WORDS; i++) fold.number(tables.risk.fees.wordOf(feeRow, i));
}

function foldBalances(fold: Fold, tables: EngineTables): void {
  const { accounts, risk } = tables;
  const { assets, balances } = risk;
  for (let asset = 0; asset < assets.count; asset++) {
    fold.number(assets.supply.numberOf(asset));
    fold.number(assets.house.numberOf(asset));
  }
  for (let row = 0; row < balances.count(); row++) {
    const balance = balances.balanceOf(row);
    const held = balances.heldOf(row);
    if (balance === 0 && held === 0) continue;
    fold.number(accounts.accountIdOf(balances.accountRowOf(row)));
    fold.number(balances.assetOf(row));
    fold.number(balance);
    fold.number(held);
  }
}

function foldPositions(fold: Fold, tables: EngineTables): void {
  const { accounts, instruments, risk } = tables;
  const { positions } = risk;
  for (let row = 0; row < positions.count(); row++) {
    fold.number(accounts.accountIdOf(positions.accountRowOf(row)));
    fold.number(instruments.instrumentIdOf(positions.bookOf(row)));
    fold.number(positions.lotsOf(row));
    fold.number(positions.costOf(row));
    fold.number(positions.realizedPnlOf(row));
    fold.number(positions.feesOf(row));
    fold.number(positions.openLotsOf(row, SIDE_BUY));
    fold.number(positions.openLotsOf(row, SIDE_SELL));
    foldFees(fold, tables, positions.feeRowOf(row));
  }
}
