// How an incoming order that is smaller than a price level is shared among the level's orders: a
// term of the instrument.

/** Oldest first. */
export const ALLOCATION_PRICE_TIME = 0;
/** In proportion to what each shows, whole lots, what is left over oldest first. */
export const ALLOCATION_PRO_RATA = 1;
/** The order that made the best price first, whole; the rest pro rata. */
export const ALLOCATION_PRO_RATA_TOP = 2;
