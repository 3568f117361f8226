// Bugs that the comparison with the twin must find: each is one change of one line of the engine.

import type { Feature } from "./feature-names.ts";

export type PlantedBug = {
  readonly name: string;
  /** What flows need to meet it; they are fewer then. */
  readonly features: readonly Feature[];
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly line: string;
  readonly changed: string;
};

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "a top order that goes behind others stays the top order",
    features: ["allocation"],
    file: "src/book/pro-rata.ts",
    line: "if (topOrderIds[at] === orderId) topOrderIds[at] = 0;",
    changed: "",
  },
  {
    name: "a part of a shared level is measured by what is left, not by what was shared",
    features: ["allocation"],
    file: "src/book/pro-rata.ts",
    line: "serve(level, i, partOf(sharedLots, shownLots[i], levelLots))",
    changed: "serve(level, i, partOf(leavesQtyLots, shownLots[i], levelLots))",
  },
  {
    name: "fill-or-kill does not count what stands exactly at its limit",
    features: [],
    file: "src/book/books.ts",
    line: "levelWords[level * LEVEL_WORDS + LEVEL_KEY] <= limitKey) {\n      missingLots",
    changed: "levelWords[level * LEVEL_WORDS + LEVEL_KEY] < limitKey) {\n      missingLots",
  },
  {
    name: "a leg that trades leaves its alternative alone until it has traded all it can",
    features: ["lists"],
    file: "src/engine/executions.ts",
    line: "if (incoming.termsRow !== NONE) lists.endAlternative(incoming.termsRow);",
    changed: "",
  },
  {
    name: "an all-or-none order counts on more after its own alternative",
    features: ["lists", "allOrNone"],
    file: "src/engine/reach.ts",
    line: "return isTaken && !this.#isAlternative(slot, incoming);",
    changed: "return isTaken;",
  },
  {
    name: "the same quantity at the same price loses its place",
    features: [],
    file: "src/engine/amends.ts",
    line: "if (incoming.orderQtyLots > columns.orderQtyLotsOf(slot)) return false;",
    changed: "if (incoming.orderQtyLots >= columns.orderQtyLotsOf(slot)) return false;",
  },
  {
    name: "an order may be entered at the time at which it expires",
    features: ["ends"],
    file: "src/engine/order-checks.ts",
    line: "return terms.expireTimeMicrosOf(termsRow) > time.micros ?",
    changed: "return terms.expireTimeMicrosOf(termsRow) >= time.micros ?",
  },
  {
    name: "a peg to the middle rounds towards the market",
    features: ["pegs"],
    file: "src/engine/pricing.ts",
    line: "return side === SIDE_BUY ? Math.floor(middle) : Math.ceil(middle);",
    changed: "return side === SIDE_BUY ? Math.ceil(middle) : Math.floor(middle);",
  },
  {
    name: "a position may not reach its limit",
    features: ["accounts"],
    file: "src/engine/pre-trade-risk.ts",
    line: "+ addedLots > positionLotsMax;",
    changed: "+ addedLots >= positionLotsMax;",
  },
  {
    name: "what is owed to the house rounds down",
    features: ["accounts"],
    file: "src/base/exact-ratio.ts",
    line: "Math.ceil((rest * rate) / MILLION)",
    changed: "Math.floor((rest * rate) / MILLION)",
  },
  {
    name: "the account's fees count before those that it has in the instrument",
    features: ["accounts"],
    file: "src/engine/fee-schedules.ts",
    line: "if (own !== NONE) return own;\n    const accounts",
    changed: "const accounts",
  },
  {
    name: "accounts of one trade group trade with each other",
    features: ["accounts", "selfTrade"],
    file: "src/engine/account-terms.ts",
    line: "return group !== 0 && group === tradeGroupIdOf(otherRow);",
    changed: "return false;",
  },
  {
    name: "a busted trade leaves the fee where it went",
    features: ["accounts"],
    file: "src/engine/settlement.ts",
    line: "this.#charge(positionRow, currencyRow, 0 - fee, ledgerType, hasBalances);",
    changed: "this.#charge(positionRow, currencyRow, fee - fee, ledgerType, hasBalances);",
  },
  {
    name: "reduce-only orders are cut only after a maker's fill, not after a taker's",
    features: ["accounts", "selfTrade"],
    file: "src/engine/reduce-only-cuts.ts",
    line: "this.cut(incoming.accountRow, incoming.book, makerSlot);",
    changed: "",
  },
  {
    name: "yesterday's losses count today",
    features: ["accounts"],
    file: "src/engine/balance-table.ts",
    line: "return reals[at + DAY] === day ? reals[at + DAY_PNL] : 0;",
    changed: "return day > 0 ? reals[at + DAY_PNL] : 0;",
  },
];
