// hot path
// The order that the current command is about, while it is not resting: one object, filled anew for
// each command, so that nothing is allocated.

import { NONE } from "../base/none.ts";

export class IncomingOrder {
  book = NONE;
  instrumentId = 0;
  accountId = 0;
  accountRow = NONE;
  sessionId = 0;
  orderId = 0;
  clOrdRow = NONE;
  /** Where its client order id stands: four words from `idWords[idAt]`. */
  idWords: Int32Array = new Int32Array(4);
  idAt = 0;
  orderCodes = 0;
  priceTicks = 0;
  orderQtyLots = 0;
  cumQtyLots = 0;
  leavesQtyLots = 0;
}
