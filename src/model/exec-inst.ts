// FIX 18=ExecInst as bits of one byte, because an order may carry several.

/** Participate don't initiate (FIX ExecInst 6): refused if it would take liquidity. */
export const EXEC_INST_POST_ONLY = 1 << 0;
/** With post-only: instead of being refused it moves to one tick behind the best opposite price. */
export const EXEC_INST_SLIDE = 1 << 1;
/** Never displayed; ranks after every displayed order at its price. */
export const EXEC_INST_HIDDEN = 1 << 2;
/** All or none (FIX ExecInst G): trades whole or waits, out of sight. */
export const EXEC_INST_ALL_OR_NONE = 1 << 3;
/** Only ever makes the account's position smaller (FIX ExecInst E, do not increase). */
export const EXEC_INST_REDUCE_ONLY = 1 << 4;
/** Set by the exchange: the order shows only a part of what it has left. */
export const EXEC_INST_ICEBERG = 1 << 5;
/** Set by the exchange: the order came with terms (docs/protocols/journal.md, kind 6). */
export const EXEC_INST_HAS_TERMS = 1 << 6;

/**
 * Set by a gateway: the price that was asked for is none in whole ticks. priceTicks is 0 where it
 * is between two of them, else it is beyond what a record holds. The exchange refuses the order.
 */
export const EXEC_INST_NO_PRICE = 1 << 7;

/** What a client may send. */
export const EXEC_INST_KNOWN =
  EXEC_INST_POST_ONLY |
  EXEC_INST_SLIDE |
  EXEC_INST_HIDDEN |
  EXEC_INST_ALL_OR_NONE |
  EXEC_INST_REDUCE_ONLY;
/** Rests out of the public's sight. */
export const EXEC_INST_DARK = EXEC_INST_HIDDEN | EXEC_INST_ALL_OR_NONE;
