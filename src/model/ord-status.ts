// FIX 39=OrdStatus, FIX's own codes (digits as numbers).

export const ORD_STATUS_NEW = 0;
export const ORD_STATUS_PARTIALLY_FILLED = 1;
export const ORD_STATUS_FILLED = 2;
export const ORD_STATUS_CANCELED = 4;
export const ORD_STATUS_REJECTED = 8;
export type OrdStatus =
  | typeof ORD_STATUS_NEW
  | typeof ORD_STATUS_PARTIALLY_FILLED
  | typeof ORD_STATUS_FILLED
  | typeof ORD_STATUS_CANCELED
  | typeof ORD_STATUS_REJECTED;

/**
 * Status of an order that entered. `endedByCancel`: its last event took the rest of it off, which a
 * partly filled and a reduced order could not tell apart from a fill by their quantities.
 */
export function ordStatusOf(
  cumQtyLots: number,
  leavesQtyLots: number,
  endedByCancel: boolean,
): OrdStatus {
  if (leavesQtyLots > 0) return cumQtyLots > 0 ? ORD_STATUS_PARTIALLY_FILLED : ORD_STATUS_NEW;
  return endedByCancel ? ORD_STATUS_CANCELED : ORD_STATUS_FILLED;
}
