// How the calls of an instrument go: when they are extended, and whether an account may trade with
// itself in them. What was never set is nothing: calls end when their time is over, and everybody
// trades with everybody.

export type CallTerms = {
  /** How often one call may be extended; 0 never. */
  readonly extensionsMax: number;
  readonly extensionMicros: number;
  /** An extension ends up to so much later, as chance has it. */
  readonly randomMicros: number;
  /** So far from the reference a price needs no extension: ticks or basis points; 0 any. */
  readonly collarWidth: number;
  readonly isBasisPoints: boolean;
  /** So much may be left over without an extension; 0 any. */
  readonly surplusLotsMax: number;
  readonly preventsSelfTrades: boolean;
};

export const CALL_COLLAR_IS_BASIS_POINTS = 1 << 0;
export const CALL_PREVENTS_SELF_TRADES = 1 << 1;
export const CALL_FLAGS_MASK = CALL_COLLAR_IS_BASIS_POINTS | CALL_PREVENTS_SELF_TRADES;

/** A day. */
export const CALL_EXTENSION_MICROS_MAX = 86_400_000_000;
