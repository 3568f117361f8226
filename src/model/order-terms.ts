// The codes of what an order may ask for beyond side, type, lifetime and execution instructions:
// docs/protocols/journal.md, kind 6.

/** Which price fires a stop or an if-touched order. */
export const TRIGGER_LAST = 0;
/** A buyer's: the best offer; a seller's: the best bid. */
export const TRIGGER_QUOTE = 1;
/** The middle of best bid and offer, compared exactly. */
export const TRIGGER_MID = 2;

/** FIX 1094=PegPriceType. */
export const PEG_NONE = 0;
export const PEG_MID = 2;
/** The best price of the other side. */
export const PEG_MARKET = 4;
/** The best price of the own side. */
export const PEG_PRIMARY = 5;

/** What happens when an order would meet one of the same account or trade group. */
export const STP_DEFAULT = 0; // The account's.
export const STP_NONE = 1;
export const STP_CANCEL_NEWEST = 2;
export const STP_CANCEL_OLDEST = 3;
export const STP_CANCEL_BOTH = 4;
export const STP_DECREMENT = 5;
export const STP_TRANSFER = 6;
/** Inside the engine: the order at work meets nobody further. */
export const STP_MEETS_NOBODY = 7;

/** Term flags. */
export const TERM_TRAILING = 1 << 0;
export const TERM_OFFSET_IS_BASIS_POINTS = 1 << 1;
export const TERM_HAS_STOP_PX = 1 << 2;
export const TERM_HAS_PROTECTION = 1 << 3;
export const TERM_HAS_PRICE = 1 << 4;

/** One cancels the other: two working orders. */
export const LIST_OCO = 1;
/** One triggers the other: the second waits until the first is filled. */
export const LIST_OTO = 2;
/** The first, once filled, activates the other two, of which one cancels the other. */
export const LIST_OTOCO = 3;

/** List flags: children of a first order come part by part, as much of them as of it is filled. */
export const LIST_PRO_RATA = 1 << 0;
