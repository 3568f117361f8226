// Why a new order is refused before it enters: codes, terms and ranges, which ask nothing of the
// market.

import type { NewOrder, PlainTerms } from "../../src/codec/record-for-test.ts";
import {
  EXEC_INST_ALL_OR_NONE,
  EXEC_INST_HIDDEN,
  EXEC_INST_POST_ONLY,
  EXEC_INST_REDUCE_ONLY,
  EXEC_INST_SLIDE,
} from "../../src/model/exec-inst.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import {
  ORD_TYPE_LIMIT,
  ORD_TYPE_LIMIT_IF_TOUCHED,
  ORD_TYPE_MARKET,
  ORD_TYPE_MARKET_WITH_LEFTOVER,
  ORD_TYPE_PEGGED,
  ORD_TYPE_STOP_LIMIT,
} from "../../src/model/ord-type.ts";
import {
  PEG_MARKET,
  PEG_MID,
  PEG_PRIMARY,
  STP_DECREMENT,
  STP_TRANSFER,
  TERM_HAS_PRICE,
  TRIGGER_MID,
} from "../../src/model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import {
  TIF_ATC,
  TIF_DAY,
  TIF_FOK,
  TIF_GTC,
  TIF_GTD,
  TIF_IOC,
  TIF_OPG,
} from "../../src/model/time-in-force.ts";
import { hasTrigger, isMarketOrder } from "./naive-order.ts";

/** As sent, with kind 1 as an order that asks for nothing more. */
export type Entered = Required<Omit<NewOrder, "postOnly" | "priceTicks">> & {
  readonly priceTicks: number | undefined;
  readonly terms: PlainTerms;
  readonly hasTerms: boolean;
};

const LASTING = [TIF_DAY, TIF_GTC, TIF_GTD];

/** Lifetimes that each type may have. */
const LIFETIMES: ReadonlyMap<number, readonly number[]> = new Map([
  [ORD_TYPE_LIMIT, [...LASTING, TIF_IOC, TIF_FOK, TIF_OPG, TIF_ATC]],
  [ORD_TYPE_MARKET, [TIF_DAY, TIF_GTC, TIF_IOC, TIF_FOK, TIF_OPG, TIF_ATC]],
  [3, LASTING],
  [ORD_TYPE_STOP_LIMIT, [...LASTING, TIF_IOC, TIF_FOK]],
  [74, LASTING],
  [ORD_TYPE_LIMIT_IF_TOUCHED, [...LASTING, TIF_IOC, TIF_FOK]],
  [ORD_TYPE_MARKET_WITH_LEFTOVER, LASTING],
  [ORD_TYPE_PEGGED, LASTING],
]);

/** Whether codes and modifiers are known and go together. */
export function isSupported(order: Entered): boolean {
  const { side, ordType, timeInForce, terms } = order;
  const lifetimes = LIFETIMES.get(ordType) ?? [];
  if (side !== SIDE_BUY && side !== SIDE_SELL) return false;
  if (!lifetimes.includes(timeInForce)) return false;
  const needsTerms = hasTrigger(order) || ordType === ORD_TYPE_PEGGED || timeInForce === TIF_GTD;
  if (needsTerms && !order.hasTerms) return false;
  const decrements = [STP_DECREMENT, STP_TRANSFER].includes(terms.stpMode ?? 0);
  if (timeInForce === TIF_FOK && decrements) return false;
  return modifiersCombine(order);
}

/** Reduce-only goes with everything. */
function modifiersCombine(order: Entered): boolean {
  const { ordType, timeInForce, terms } = order;
  const execInst = order.execInst & ~EXEC_INST_REDUCE_ONLY;
  const has = (bit: number) => (execInst & bit) !== 0;
  const showsPart = (terms.displayQtyLots ?? 0) > 0;
  const known = EXEC_INST_POST_ONLY | EXEC_INST_SLIDE | EXEC_INST_HIDDEN | EXEC_INST_ALL_OR_NONE;
  if ((execInst & ~known) !== 0) return false;
  const isLasting = LASTING.includes(timeInForce);
  const isPlain = execInst === 0 && !showsPart;
  const limitTypes = [ORD_TYPE_LIMIT, ORD_TYPE_STOP_LIMIT, ORD_TYPE_LIMIT_IF_TOUCHED];
  if (!isPlain && !isLasting) return false;
  if (!isPlain && !limitTypes.includes(ordType) && ordType !== ORD_TYPE_PEGGED) return false;
  if (ordType === ORD_TYPE_PEGGED && (showsPart || has(EXEC_INST_SLIDE))) return false;
  if (has(EXEC_INST_SLIDE) && !has(EXEC_INST_POST_ONLY)) return false;
  if (has(EXEC_INST_HIDDEN) && showsPart) return false;
  if ((terms.minQtyLots ?? 0) > 0 && !mayHaveMinimum(order)) return false;
  // All or none goes with nothing else.
  if (!has(EXEC_INST_ALL_OR_NONE)) return true;
  return ordType === ORD_TYPE_LIMIT && execInst === EXEC_INST_ALL_OR_NONE && !showsPart;
}

/** Whether the terms, bytes 64 to 127, say nothing against each other or the order. */
export function termsAgree(order: Entered): boolean {
  const { ordType, timeInForce, terms } = order;
  const has = (value: number | undefined) => (value ?? 0) !== 0;
  if ((terms.stpMode ?? 0) > STP_TRANSFER || (terms.triggerSource ?? 0) > TRIGGER_MID) return false;
  const allowedFlags = ordType === ORD_TYPE_PEGGED ? TERM_HAS_PRICE : 0;
  if (((terms.extraFlags ?? 0) & ~allowedFlags) !== 0) return false;
  if (!triggerAgrees(order) || !pegAgrees(order)) return false;
  if (terms.protectionTicks !== undefined && !isMarketOrder(order)) return false;
  if (has(terms.displayRandomLots) && !has(terms.displayQtyLots)) return false;
  if (has(terms.expireTimeMicros) && timeInForce !== TIF_GTD) return false;
  return (terms.minQtyLots ?? 0) <= order.orderQtyLots && amountAgrees(order);
}

function triggerAgrees({ ordType, terms }: Entered): boolean {
  const { trailing = false, offsetIsBasisPoints = false, stopPxTicks, triggerSource = 0 } = terms;
  const { offsetTicks = 0, stepTicks = 0 } = terms;
  if (!trailing) {
    if (offsetIsBasisPoints || stepTicks !== 0) return false;
    if (offsetTicks !== 0 && ordType !== ORD_TYPE_PEGGED) return false;
  }
  if (!hasTrigger({ ordType })) {
    return !trailing && stopPxTicks === undefined && triggerSource === 0;
  }
  if (!trailing) return stopPxTicks !== undefined;
  return triggerSource === 0 && offsetTicks > 0 && (!offsetIsBasisPoints || offsetTicks <= 9_999);
}

function pegAgrees({ ordType, terms }: Entered): boolean {
  const { pegPriceType = 0 } = terms;
  if (ordType !== ORD_TYPE_PEGGED) return pegPriceType === 0;
  return [PEG_MID, PEG_MARKET, PEG_PRIMARY].includes(pegPriceType);
}

function mayHaveMinimum({ ordType, timeInForce, execInst }: Entered): boolean {
  const types = [ORD_TYPE_LIMIT, ORD_TYPE_MARKET, ORD_TYPE_MARKET_WITH_LEFTOVER];
  const excluded = EXEC_INST_ALL_OR_NONE | EXEC_INST_POST_ONLY;
  return types.includes(ordType) && timeInForce !== TIF_FOK && (execInst & excluded) === 0;
}

function amountAgrees({ ordType, timeInForce, orderQtyLots, terms }: Entered): boolean {
  if ((terms.quoteAmount ?? 0) === 0) return true;
  if (timeInForce !== TIF_FOK) return ordType === ORD_TYPE_MARKET && orderQtyLots === 0;
  return [ORD_TYPE_LIMIT, ORD_TYPE_MARKET].includes(ordType) && orderQtyLots > 0;
}

/** A market order that says what to spend instead of how much to buy. */
export function isByAmount({ ordType, orderQtyLots, terms }: Entered): boolean {
  return ordType === ORD_TYPE_MARKET && orderQtyLots === 0 && (terms.quoteAmount ?? 0) > 0;
}

/** Whether the order's price field is a limit; of a peg its worst price, if it gives one. */
export function hasLimit({ ordType, priceTicks }: Entered): boolean {
  if (ordType === ORD_TYPE_PEGGED) return priceTicks !== undefined;
  return !isMarketOrder({ ordType }) && ordType !== ORD_TYPE_MARKET_WITH_LEFTOVER;
}

export function takesQty(instrument: Instrument, qtyLots: number): boolean {
  return instrument.orderQtyLotsMin <= qtyLots && qtyLots <= instrument.orderQtyLotsMax;
}

export function takesPrice(instrument: Instrument, priceTicks: number): boolean {
  return instrument.priceTicksMin <= priceTicks && priceTicks <= instrument.priceTicksMax;
}
