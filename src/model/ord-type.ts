/** FIX 40=OrdType: FIX's digits as numbers, its letters as their ASCII codes. */
export const ORD_TYPE_MARKET = 1;
export const ORD_TYPE_LIMIT = 2;
/** A market order once the market has moved against its side to the stop price. */
export const ORD_TYPE_STOP = 3;
export const ORD_TYPE_STOP_LIMIT = 4;
/** A market order once the market has moved in favor of its side to the trigger price. */
export const ORD_TYPE_MARKET_IF_TOUCHED = 74; // J
/** FIX has no code for it: the small letter of its market twin. */
export const ORD_TYPE_LIMIT_IF_TOUCHED = 106; // j
/** Takes the best price only; what is left becomes a limit order at that price. */
export const ORD_TYPE_MARKET_WITH_LEFTOVER = 75; // K
/** Follows a reference price of the book. */
export const ORD_TYPE_PEGGED = 80; // P

export type OrdType =
  | typeof ORD_TYPE_MARKET
  | typeof ORD_TYPE_LIMIT
  | typeof ORD_TYPE_STOP
  | typeof ORD_TYPE_STOP_LIMIT
  | typeof ORD_TYPE_MARKET_IF_TOUCHED
  | typeof ORD_TYPE_LIMIT_IF_TOUCHED
  | typeof ORD_TYPE_MARKET_WITH_LEFTOVER
  | typeof ORD_TYPE_PEGGED;
