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
  {
    name: "one message more than the limit passes",
    features: ["messages"],
    file: "src/engine/message-limits.ts",
    line: "reals[base + MESSAGES] >= reals[base + MESSAGES_MAX]",
    changed: "reals[base + MESSAGES] > reals[base + MESSAGES_MAX]",
  },
  {
    name: "a repeated order counts from its last window on",
    features: ["messages"],
    file: "src/engine/message-limits.ts",
    line: "    reals[base + REPEATS_SINCE] = LONG_AGO_MICROS;\n",
    changed: "",
  },
  {
    name: "market-maker protection steps in at its limit, not beyond it",
    features: ["protections"],
    file: "src/engine/maker-protections.ts",
    line: "this.#reals[at] > this.#reals[maxAt]",
    changed: "this.#reals[at] >= this.#reals[maxAt]",
  },
  {
    name: "stops fire before a protection that their order tripped",
    features: ["protections", "stops"],
    file: "src/engine/engine.ts",
    line: "if (isGuarded && this.#handling.guards.hasTripped) this.#handling.protector.act();",
    changed: "",
  },
  {
    name: "a dead-man timer precedes orders that expire at its time",
    features: ["sessions", "ends"],
    file: "src/engine/lifetimes.ts",
    line: "expiries.nextMicros > this.#deadMen.nextMicros",
    changed: "expiries.nextMicros >= this.#deadMen.nextMicros",
  },
  {
    name: "a session that ends takes the orders of other accounts with it",
    features: ["sessions"],
    file: "src/engine/guard-commands.ts",
    line: "this.#ends.ofAccount(accountRow, ANY, sessionId, REASON_DISCONNECTED);",
    changed: "this.#ends.ofSession(sessionId, REASON_DISCONNECTED);",
  },
  {
    name: "buys and sells that balance at several ticks of a call trade at the highest",
    features: ["calls"],
    file: "src/engine/call-price.ts",
    line: "if (this.#lastImbalance > 0) {",
    changed: "if (this.#lastImbalance >= 0) {",
  },
  {
    name: "the buyer is the maker of every trade of a call",
    features: ["calls"],
    file: "src/engine/uncross.ts",
    line: "const isBuyOlder =",
    changed: "const isBuyOlder = true ||",
  },
  {
    name: "what would trade in a call is told again where it did not change",
    features: ["calls"],
    file: "src/engine/indications.ts",
    line: "if (calls.isTold(book, price.priceTicks, price.pairedLots, price.imbalanceLots))",
    changed: "if (calls === undefined)",
  },
  {
    name: "a call ends a microsecond too early by chance",
    features: ["calls", "phases"],
    file: "src/engine/phases.ts",
    line: "% (randomMicros + 1);",
    changed: "% randomMicros;",
  },
  {
    name: "hidden orders trade before those that gathered at their price",
    features: ["calls", "hidden"],
    file: "src/engine/call-sides.ts",
    line: "const LADDERS = [0, LADDER_CALL, DARK] as const;",
    changed: "const LADDERS = [0, DARK, LADDER_CALL] as const;",
  },
  {
    name: "an iceberg that has gathered shows its next slice under its old id",
    features: ["calls", "iceberg"],
    file: "src/engine/uncross.ts",
    line: "if (!terms.hasPublicOrderId(termsRow))",
    changed: "if (terms === undefined)",
  },
  {
    name: "the upper edge of a price band is beyond it",
    features: ["bands"],
    file: "src/engine/price-bands.ts",
    line: "referenceTicks + ticks)",
    changed: "referenceTicks + ticks - 1)",
  },
  {
    name: "the static band stays where it was after an uncross",
    features: ["bands", "calls"],
    file: "src/engine/price-bands.ts",
    line: "if (this.#bands.staticWidthOf(book) !== 0) this.#bands.setReference(book, priceTicks);",
    changed: "",
  },
  {
    name: "one order more than a cascade may have fires",
    features: ["bands", "stops"],
    file: "src/engine/interruptions.ts",
    line: "firedCount < ordersMax",
    changed: "firedCount <= ordersMax",
  },
  {
    name: "what an uncross traded while nobody waited fires whoever comes later",
    features: ["bands", "calls", "stops"],
    file: "src/engine/market-states.ts",
    line: "if (rows[at + SPECIALS] === 0) clearRound(book);",
    changed: "",
  },
  {
    name: "the calendar's trading cuts a call short that has an end of its own",
    features: ["calls", "calendars"],
    file: "src/engine/calendars.ts",
    line: "if (phase === PHASE_CONTINUOUS) return false;",
    changed: "",
  },
  {
    name: "a phase that ends as it begins is one",
    features: ["calendars"],
    file: "src/engine/session-times.ts",
    line: "|| this.#isLeftOut(index)",
    changed: "",
  },
  {
    name: "ids are free when any market closes",
    features: ["calendars"],
    file: "src/engine/calendars.ts",
    line: "if (calendars.openCount === 0) clOrdIds.forgetAll();",
    changed: "clOrdIds.forgetAll();",
  },
  {
    name: "a call is extended once more than it may be",
    features: ["calls"],
    file: "src/engine/call-extensions.ts",
    line: "phases.extensionsOf(book) >= callTerms.extensionsMaxOf(book)",
    changed: "phases.extensionsOf(book) > callTerms.extensionsMaxOf(book)",
  },
  {
    name: "the older order's mode decides on a self-trade in a call",
    features: ["calls", "selfTrade"],
    file: "src/engine/call-self-trades.ts",
    line: "this.#parts.working.lift(younger, this.#parts.incoming);",
    changed: "this.#parts.working.lift(older, this.#parts.incoming);",
  },
];
