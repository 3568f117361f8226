// hot path
// The order that is at work now, while it is not resting: one object, filled anew for each command
// and for each order that begins to work, so that nothing is allocated.

import { NONE } from "../base/none.ts";
import { createRegisters } from "../base/registers.ts";

export class IncomingOrder {
  book = NONE;
  instrumentId = 0;
  accountId = 0;
  accountRow = NONE;
  /** Of a configured account: the row of the position that the order is held against. */
  positionRow = NONE;
  sessionId = 0;
  orderId = 0;
  /** Its client order id, and the hash of that and the account. */
  readonly idWords = createRegisters(4);
  idHash = 0;
  /** Where an order that was withdrawn worked before; its id leads there still. NONE for others. */
  idSlot = NONE;
  orderCodes = 0;
  /** Its own limit; 0 where it has none. */
  priceTicks = 0;
  /** Price, quantity and codes that it was sent with: the checks may have made others of them. */
  sentPxTicks = 0;
  sentQtyLots = 0;
  sentCodes = 0;
  /** The worst price it may trade at now. */
  limitTicks = 0;
  /** With leftover as limit, or protected: there was nobody whose price could be its limit's. */
  lacksLimit = false;
  orderQtyLots = 0;
  cumQtyLots = 0;
  leavesQtyLots = 0;
  /** Its row in OrderTerms, or NONE. */
  termsRow = NONE;
  /** Of an iceberg: it showed a slice before it came to be at work. */
  hasShown = false;
  /** STP_... of the order, its account's default resolved. */
  stpMode = 0;
  /** Beyond the bands: whether it may meet nobody but own orders, and has met one. */
  meetsOwnOnly = false;
  hasMetOwn = false;
  /** Why it ends though something is left: set while it trades. */
  endReason = 0;
  /** Whether it holds money and assets of its account: so much a lot, for so many lots now. */
  isTracked = false;
  heldLots = 0;
  moneyNeed = 0;
  assetNeed = 0;

  /** Four words from `words[at]`. */
  setClOrdId(words: Int32Array, at: number, idHash: number): void {
    this.idWords[0] = words[at];
    this.idWords[1] = words[at + 1];
    this.idWords[2] = words[at + 2];
    this.idWords[3] = words[at + 3];
    this.idHash = idHash;
  }
}
