// Values of FIX's fields of one letter, as bytes: what the lab's clients send and expect.

/** ExecType (150). */
export const EXEC_TYPE_NEW = 0x30;
export const EXEC_TYPE_CANCELED = 0x34;
export const EXEC_TYPE_REJECTED = 0x38;
export const EXEC_TYPE_TRADE = 0x46;

/** OrdType (40). */
export const ORD_TYPE_LIMIT = 0x32;

/** Side (54). */
export const SIDE_BUY = 0x31;
export const SIDE_SELL = 0x32;

/** TimeInForce (59). FIX's usual one, the day, is for instruments with a calendar. */
export const TIME_IN_FORCE_GTC = 0x31;
export const TIME_IN_FORCE_IOC = 0x33;
