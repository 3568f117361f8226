// hot path
// side, ordType, timeInForce and execInst as one 32-bit word, lowest byte first: the same word in
// commands, in events and in the resting order's row.
//
//   31        24 23        16 15         8 7          0
//   | execInst  | timeInForce |  ordType  |   side    |

import {
  EXEC_INST_ALL_OR_NONE,
  EXEC_INST_DARK,
  EXEC_INST_HAS_TERMS,
  EXEC_INST_ICEBERG,
  EXEC_INST_NO_PRICE,
  EXEC_INST_POST_ONLY,
  EXEC_INST_REDUCE_ONLY,
  EXEC_INST_SLIDE,
} from "./exec-inst.ts";
import {
  ORD_TYPE_LIMIT,
  ORD_TYPE_LIMIT_IF_TOUCHED,
  ORD_TYPE_MARKET,
  ORD_TYPE_MARKET_IF_TOUCHED,
  ORD_TYPE_PEGGED,
  ORD_TYPE_STOP,
  ORD_TYPE_STOP_LIMIT,
} from "./ord-type.ts";
import { SIDE_BUY, SIDE_SELL } from "./side.ts";
import { TIF_ATC, TIF_DAY, TIF_GTC, TIF_GTD, TIF_OPG } from "./time-in-force.ts";

const LIFETIME_MASK = 0xff << 16;
const PLAIN_BUY = SIDE_BUY | (ORD_TYPE_LIMIT << 8);
const PLAIN_SELL = SIDE_SELL | (ORD_TYPE_LIMIT << 8);

export function packOrderCodes(
  side: number,
  ordType: number,
  timeInForce: number,
  execInst: number,
): number {
  return side | (ordType << 8) | (timeInForce << 16) | (execInst << 24);
}

export function sideOf(codes: number): number {
  return codes & 0xff;
}

export function ordTypeOf(codes: number): number {
  return (codes >>> 8) & 0xff;
}

/** The same with another type. */
export function withOrdType(codes: number, ordType: number): number {
  return (codes & ~0xff00) | (ordType << 8);
}

export function timeInForceOf(codes: number): number {
  return (codes >>> 16) & 0xff;
}

export function execInstOf(codes: number): number {
  return codes >>> 24;
}

export function isPostOnly(codes: number): boolean {
  return (execInstOf(codes) & EXEC_INST_POST_ONLY) !== 0;
}

export function isAllOrNone(codes: number): boolean {
  return (execInstOf(codes) & EXEC_INST_ALL_OR_NONE) !== 0;
}

/** Whether the order may only make its account's position smaller. */
export function isReduceOnly(codes: number): boolean {
  return (execInstOf(codes) & EXEC_INST_REDUCE_ONLY) !== 0;
}

/** Whether it is a limit order without terms or modifiers, of either side and any lifetime. */
export function isPlainLimit(codes: number): boolean {
  const rest = codes & ~LIFETIME_MASK;
  return rest === PLAIN_BUY || rest === PLAIN_SELL;
}

/** Whether the order rests out of sight. */
export function isDark(codes: number): boolean {
  return (execInstOf(codes) & EXEC_INST_DARK) !== 0;
}

/** Whether the order has a row of terms. */
export function hasTerms(codes: number): boolean {
  return (execInstOf(codes) & EXEC_INST_HAS_TERMS) !== 0;
}

/** Whether the engine keeps more of the order than of a plain one. */
export function isSpecial(codes: number): boolean {
  return (execInstOf(codes) & (EXEC_INST_DARK | EXEC_INST_HAS_TERMS)) !== 0;
}

/** Whether the public sees all or nothing of the order on its ladder of bids or asks. */
export function isShownWhole(codes: number): boolean {
  return (execInstOf(codes) & (EXEC_INST_DARK | EXEC_INST_ICEBERG)) === 0;
}

/** Whether the order waits for a price before it works. */
export function isTriggerType(codes: number): boolean {
  const ordType = ordTypeOf(codes);
  return isStopType(ordType) || isTouchedType(ordType);
}

/** Fires against its side: a buy when the market rises. */
export function isStopType(ordType: number): boolean {
  return ordType === ORD_TYPE_STOP || ordType === ORD_TYPE_STOP_LIMIT;
}

/** Fires in favor of its side: a buy when the market falls. */
export function isTouchedType(ordType: number): boolean {
  return ordType === ORD_TYPE_MARKET_IF_TOUCHED || ordType === ORD_TYPE_LIMIT_IF_TOUCHED;
}

/** Whether a post-only order that would trade makes way instead. */
export function slides(codes: number): boolean {
  return (execInstOf(codes) & EXEC_INST_SLIDE) !== 0;
}

/** Whether the order, once it works, takes any price. */
export function worksAsMarket(codes: number): boolean {
  const ordType = ordTypeOf(codes);
  return (
    ordType === ORD_TYPE_MARKET ||
    ordType === ORD_TYPE_STOP ||
    ordType === ORD_TYPE_MARKET_IF_TOUCHED
  );
}

/** Whether the price that the client states is none that can be told. */
export function hasNoPrice(codes: number): boolean {
  return (execInstOf(codes) & EXEC_INST_NO_PRICE) !== 0;
}

/** Whether the client states the order's limit price. */
export function hasLimitPrice(codes: number): boolean {
  const ordType = ordTypeOf(codes);
  return (
    ordType === ORD_TYPE_LIMIT ||
    ordType === ORD_TYPE_STOP_LIMIT ||
    ordType === ORD_TYPE_LIMIT_IF_TOUCHED
  );
}

export function isPegged(codes: number): boolean {
  return ordTypeOf(codes) === ORD_TYPE_PEGGED;
}

/** Whether the lifetime outlasts the command that enters the order. */
export function isLasting(timeInForce: number): boolean {
  return timeInForce === TIF_GTC || timeInForce === TIF_DAY || timeInForce === TIF_GTD;
}

/** Whether the lifetime is one uncross: of the opening or the closing call. */
export function isForCalls(timeInForce: number): boolean {
  return timeInForce === TIF_OPG || timeInForce === TIF_ATC;
}

/** Whether what does not trade at once rests. */
export function mayRest(codes: number): boolean {
  return !worksAsMarket(codes) && isLasting(timeInForceOf(codes));
}
