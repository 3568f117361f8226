// hot path
// Self-trade prevention by transfer: whether two orders that would trade hand their lots over
// outside the tape instead.

import { NONE } from "../base/none.ts";
import { isAllOrNone } from "../model/order-codes.ts";
import { STP_DEFAULT, STP_TRANSFER } from "../model/order-terms.ts";
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
