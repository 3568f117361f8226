// Guards as accounts could meet them, folded into the state hash. What nobody ever set does not
// count.

import { BAND_REALS } from "./band-table.ts";
import type { EngineTables } from "./engine-tables.ts";
import { SESSION_ACCOUNT_SHIFT } from "./guard-tables.ts";
import { PROTECTION_REALS } from "./maker-protections.ts";
import { MESSAGE_LIMIT_REALS } from "./message-limits.ts";

type Fold = { number(value: number): void };

export function foldGuards(fold: Fold, tables: EngineTables): void {
  const { accounts, clOrdIds, guards, instruments } = tables;
  const { killedFirms, protections, sessions } = guards;
  for (let book = 0; book < instruments.count(); book++) foldBands(fold, tables, book);
  if (guards.isMarketKilled) fold.number(1);
  if (clOrdIds.saidMax() !== 0) fold.number(clOrdIds.saidMax());
  for (let row = 0; row < killedFirms.count; row++) fold.number(killedFirms.idAt(row));
  for (let row = 0; row < sessions.count; row++) {
    fold.number(sessions.idAt(row));
    const word = sessions.wordAt(row);
    const accountRow = (word >>> SESSION_ACCOUNT_SHIFT) - 1;
    fold.number(word & ((1 << SESSION_ACCOUNT_SHIFT) - 1));
    fold.number(accountRow < 0 ? 0 : accounts.accountIdOf(accountRow));
  }
  for (let row = 0; row < accounts.count(); row++) foldAccount(fold, tables, row);
  for (let row = 0; row < protections.count; row++) {
    fold.number(accounts.accountIdOf(protections.accountRowOf(row)));
    fold.number(instruments.instrumentIdOf(protections.bookOf(row)));
    for (let i = 0; i < PROTECTION_REALS; i++) fold.number(protections.realOf(row, i));
  }
}

function foldBands(fold: Fold, { guards, instruments }: EngineTables, book: number): void {
  const { bands } = guards;
  let isSet = false;
  for (let i = 0; i < BAND_REALS; i++) if (bands.realOf(book, i) !== 0) isSet = true;
  if (!isSet) return;
  fold.number(instruments.instrumentIdOf(book));
  for (let i = 0; i < BAND_REALS; i++) fold.number(bands.realOf(book, i));
}

function foldAccount(fold: Fold, { accounts, guards }: EngineTables, row: number): void {
  const { deadMen, limits } = guards;
  const flags = guards.accountFlagsOf(row);
  const isArmed = deadMen.has(row);
  if (flags === 0 && !isArmed && !limits.isLimited(row)) return;
  fold.number(accounts.accountIdOf(row));
  fold.number(flags);
  if (isArmed) fold.number(deadMen.timeMicrosOf(row));
  if (!limits.isLimited(row)) return;
  for (let i = 0; i < MESSAGE_LIMIT_REALS; i++) fold.number(limits.realOf(row, i));
}
