/** FIX 40=OrdType, FIX's own codes (digits as numbers). */
export const ORD_TYPE_MARKET = 1;
export const ORD_TYPE_LIMIT = 2;
export type OrdType = typeof ORD_TYPE_MARKET | typeof ORD_TYPE_LIMIT;
