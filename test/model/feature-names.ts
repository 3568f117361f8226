// What random flows may use beyond plain orders. Each flow draws some of them.

export const FEATURES = [
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
  "allocation",
  "accounts",
  "odd",
] as const;
export type Feature = (typeof FEATURES)[number];
