// An order of the twin: plain fields, and what can be told from them alone.

import type { PlainTerms } from "../../src/codec/record-for-test.ts";
import {
  EXEC_INST_ALL_OR_NONE,
  EXEC_INST_DARK,
  EXEC_INST_HAS_TERMS,
  EXEC_INST_POST_ONLY,
  EXEC_INST_REDUCE_ONLY,
  EXEC_INST_SLIDE,
} from "../../src/model/exec-inst.ts";
import {
  ORD_TYPE_LIMIT_IF_TOUCHED,
  ORD_TYPE_MARKET,
  ORD_TYPE_MARKET_IF_TOUCHED,
  ORD_TYPE_PEGGED,
  ORD_TYPE_STOP,
  ORD_TYPE_STOP_LIMIT,
} from "../../src/model/ord-type.ts";
import { SIDE_BUY } from "../../src/model/side.ts";

export type Place =
  /** Acting, or not entered yet. */
  | "nowhere"
  | "displayed"
  | "dark"
  /** For an uncross, out of sight. */
  | "gathering"
  /** For its trigger. */
  | "waiting"
  /** A leg before its parent is filled, a peg without reference. */
  | "parked"
  | "ended";

/** Of trades: their prices in turn, the highest and the lowest of them. */
export type SeenPrices = {
  readonly prices: readonly number[];
  readonly highTicks: number;
  readonly lowTicks: number;
};

export type TwinOrder = {
  readonly orderId: number;
  readonly accountId: number;
  readonly sessionId: number;
  readonly instrumentId: number;
  readonly side: number;
  ordType: number;
  readonly timeInForce: number;
  readonly execInst: number;
  readonly listId: number;
  clOrdId: string;
  /** The limit; of a peg the present price; 0 where there is none. */
  priceTicks: number;
  orderQtyLots: number;
  cumQtyLots: number;
  leavesQtyLots: number;
  terms: PlainTerms;
  place: Place;
  /** Place in time where it stands: the lower the earlier. */
  arrival: number;
  /** Of those that follow a price when theirs is: since it came, or an amend lost its place. */
  turn: number;
  /** A leg before its parent is filled. */
  isInactive: boolean;
  isTriggered: boolean;
  /** What fires it; a trailing order that does not track yet has none. */
  triggerTicks: number | undefined;
  /** What has traded while it waits, since it was asked last. */
  seen: SeenPrices | undefined;
  /** A price has reached it, but it has not fired yet: by what, and when its turn is. */
  reached: { readonly byTicks: number; readonly turn: number } | undefined;
  /** Trailing: the best price for it since it began to track. */
  extremeTicks: number | undefined;
  /** Trailing: whether a price came to where it stood then. */
  isMet: boolean;
  /** Pegged: it goes to no price worse than this. */
  worstTicks: number | undefined;
  /** Iceberg: the slice on display, its number from 0, and the id that the public knows it by. */
  shownLots: number;
  sliceNumber: number;
  publicId: number;
  /** With leftover as limit: what its limit will be, until it has it. */
  leftoverTicks: number | undefined;
};

export function seenOnly(priceTicks: number): SeenPrices {
  return { prices: [priceTicks], highTicks: priceTicks, lowTicks: priceTicks };
}

export function isBuy({ side }: { side: number }): boolean {
  return side === SIDE_BUY;
}

export function hasTerms({ execInst }: TwinOrder): boolean {
  return (execInst & EXEC_INST_HAS_TERMS) !== 0;
}

export function isIceberg({ terms }: TwinOrder): boolean {
  return (terms.displayQtyLots ?? 0) > 0;
}

export function isDarkOrder({ execInst }: TwinOrder): boolean {
  return (execInst & EXEC_INST_DARK) !== 0;
}

export function isAllOrNone({ execInst }: TwinOrder): boolean {
  return (execInst & EXEC_INST_ALL_OR_NONE) !== 0;
}

export function isPostOnlyOrder({ execInst }: TwinOrder): boolean {
  return (execInst & EXEC_INST_POST_ONLY) !== 0;
}

export function isReduceOnly({ execInst }: TwinOrder): boolean {
  return (execInst & EXEC_INST_REDUCE_ONLY) !== 0;
}

export function slides({ execInst }: TwinOrder): boolean {
  return (execInst & EXEC_INST_SLIDE) !== 0;
}

export function isPegged({ ordType }: { ordType: number }): boolean {
  return ordType === ORD_TYPE_PEGGED;
}

export function isTrailing({ terms }: TwinOrder): boolean {
  return terms.trailing === true;
}

/** Stops and if-touched orders. */
export function hasTrigger({ ordType }: { ordType: number }): boolean {
  return isStop({ ordType }) || isTouched({ ordType });
}

export function isStop({ ordType }: { ordType: number }): boolean {
  return ordType === ORD_TYPE_STOP || ordType === ORD_TYPE_STOP_LIMIT;
}

function isTouched({ ordType }: { ordType: number }): boolean {
  return ordType === ORD_TYPE_MARKET_IF_TOUCHED || ordType === ORD_TYPE_LIMIT_IF_TOUCHED;
}

/** Trades at any price once it works, apart from protection. */
export function isMarketOrder({ ordType }: { ordType: number }): boolean {
  return (
    ordType === ORD_TYPE_MARKET ||
    ordType === ORD_TYPE_STOP ||
    ordType === ORD_TYPE_MARKET_IF_TOUCHED
  );
}

/** With a limit so far from the best price, where its type takes any. */
export function isProtected({ terms }: TwinOrder): boolean {
  return terms.protectionTicks !== undefined;
}

/** Whether it fires when the source rises to its trigger price, or when it falls to it. */
export function firesRising(order: TwinOrder): boolean {
  // A trailing order fires like a stop of its side, whichever of the types it has.
  return isStop(order) || isTrailing(order) ? isBuy(order) : !isBuy(order);
}

/** On the book as docs/protocols/journal.md means it: on display with all it has left. */
export function isOnBook(order: TwinOrder): boolean {
  return order.place === "displayed" && !isIceberg(order);
}

/** What can be traded of it before it has to queue again. */
export function reachableLots(order: TwinOrder): number {
  const isSlice = isIceberg(order) && order.place === "displayed";
  return isSlice ? order.shownLots : order.leavesQtyLots;
}

/** What the public sees of it. */
export function displayedLots(order: TwinOrder): number {
  return order.place === "displayed" ? reachableLots(order) : 0;
}

/** Whether an order with this limit (none: any price) may trade at a price. */
export function mayTradeAt(
  side: number,
  limitTicks: number | undefined,
  priceTicks: number,
): boolean {
  if (limitTicks === undefined) return true;
  return isBuy({ side }) ? priceTicks <= limitTicks : priceTicks >= limitTicks;
}

/** So many ticks worse for an order of this side: a buyer pays less, a seller asks for more. */
export function ticksBehind(side: number, priceTicks: number, ticks: number): number {
  return isBuy({ side }) ? priceTicks - ticks : priceTicks + ticks;
}
