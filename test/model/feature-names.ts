// What random flows may use beyond plain orders. Each flow draws some of them.

/** Of the orders themselves, and of what is asked of them. */
export const ORDER_FEATURES = [
  "iceberg",
  "hidden",
  "allOrNone",
  "minQty",
  "leftover",
  "protection",
  "amount",
  "slide",
  "selfTrade",
  "stops",
  "trailing",
  "pegs",
  "ends",
  "lists",
  "targets",
  "odd",
] as const;

/** And of what is around them. */
export const EARLIER_FEATURES = [
  ...ORDER_FEATURES,
  "allocation",
  "notional",
  "accounts",
  "phases",
  "calls",
  "calendars",
  "kills",
  "sessions",
  "messages",
  "protections",
  "bands",
] as const;
/** Drawn apart from the earlier ones, so that flows of known seeds stay what they were. */
export const LATER_FEATURES = [
  "protectionRests",
  "types",
  "endedIds",
  "reached",
  "wholes",
  "transfers",
] as const;

export const FEATURES = [...EARLIER_FEATURES, ...LATER_FEATURES] as const;
export type Feature = (typeof FEATURES)[number];
