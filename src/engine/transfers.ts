// hot path
// Self-trade prevention that takes lots off both orders: whether they are handed over outside the
// tape instead of a trade, and how many an iceberg loses.

import { NONE } from "../base/none.ts";
import { isAllOrNone } from "../model/order-codes.ts";
import { STP_CANCEL_BOTH, STP_DEFAULT, STP_TRANSFER } from "../model/order-terms.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";

/** Of two orders of one person: both ask for it, are not one account's, and may give a part. */
export function isTransfer(
  tables: EngineTables,
  makerSlot: number,
  { accountRow, stpMode }: IncomingOrder,
): boolean {
  const { accounts, books, columns, terms } = tables;
  const makerRow = columns.accountRowOf(makerSlot);
  if (stpMode !== STP_TRANSFER || makerRow === accountRow) return false;
  if (isAllOrNone(books.orderCodesOf(makerSlot))) return false;
  const termsRow = columns.termsRowOf(makerSlot);
  const asked = termsRow === NONE ? STP_DEFAULT : terms.stpModeOf(termsRow);
  return accounts.stpModeOf(makerRow, asked) === STP_TRANSFER;
}

/**
 * Whether the incoming order and this maker lose as many lots as the smaller of them has, an
 * iceberg's reserve counting; where levels are shared each has its part of what is shown.
 */
export function decrementsWhole(tables: EngineTables, makerSlot: number, stpMode: number): boolean {
  const { books } = tables;
  if (stpMode <= STP_CANCEL_BOTH || !books.isIceberg(makerSlot)) return false;
  return !books.shares(books.bookOf(makerSlot));
}
