// The order that a "new" step asks for, in our codes.

import type { OrderValues, TermValues } from "../codec/order-command.ts";
import { EXEC_INST_ALL_OR_NONE, EXEC_INST_POST_ONLY } from "../model/exec-inst.ts";
import {
  ORD_TYPE_LIMIT,
  ORD_TYPE_LIMIT_IF_TOUCHED,
  ORD_TYPE_MARKET,
  ORD_TYPE_MARKET_IF_TOUCHED,
  ORD_TYPE_MARKET_WITH_LEFTOVER,
  ORD_TYPE_STOP,
  ORD_TYPE_STOP_LIMIT,
} from "../model/ord-type.ts";
import {
  STP_CANCEL_BOTH,
  STP_CANCEL_NEWEST,
  STP_CANCEL_OLDEST,
  STP_DECREMENT,
  STP_NONE,
  STP_TRANSFER,
} from "../model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";
import type { CaseStep } from "./case-file.ts";
import type { CaseNumbers } from "./case-numbers.ts";

/** Without an id: the venue of the case gives it one. */
export type CaseOrder = Omit<OrderValues, "clOrdId">;

type Asks = Readonly<Record<string, unknown>>;

/** Every type of the case schema. A trailing one that acts as a limit order has a price. */
export const ORD_TYPES: Readonly<Record<string, number>> = {
  limit: ORD_TYPE_LIMIT,
  market: ORD_TYPE_MARKET,
  stop: ORD_TYPE_STOP,
  stop_limit: ORD_TYPE_STOP_LIMIT,
  trailing_stop: ORD_TYPE_STOP,
  trailing_stop_limit: ORD_TYPE_STOP_LIMIT,
  take_profit: ORD_TYPE_MARKET_IF_TOUCHED,
  take_profit_limit: ORD_TYPE_LIMIT_IF_TOUCHED,
  market_to_limit: ORD_TYPE_MARKET_WITH_LEFTOVER,
  fok_budget: ORD_TYPE_MARKET,
};

export const STP_MODES: Readonly<Record<string, number>> = {
  none: STP_NONE,
  expire_taker: STP_CANCEL_NEWEST,
  expire_maker: STP_CANCEL_OLDEST,
  expire_both: STP_CANCEL_BOTH,
  decrement: STP_DECREMENT,
  transfer: STP_TRANSFER,
};

const TIF_CODES: Readonly<Record<string, number>> = { GTC: TIF_GTC, IOC: TIF_IOC, FOK: TIF_FOK };
/** These wait, so they last; the market orders that they become never rest. */
const WAITING_MARKET_TYPES = ["stop", "trailing_stop", "take_profit"];
const TERM_FIELDS = ["stop_price", "trailing_bps", "stp", "display", "max_slippage", "budget"];

export function orderOfStep(
  step: CaseStep,
  numbers: CaseNumbers,
  triggerSource: number,
): CaseOrder {
  const side = step["side"] === "buy" ? SIDE_BUY : SIDE_SELL;
  const execInst =
    (step["post_only"] === true ? EXEC_INST_POST_ONLY : 0) |
    (step["all_or_none"] === true ? EXEC_INST_ALL_OR_NONE : 0);
  const ordType = ORD_TYPES[String(step["type"])];
  const isPriced = step["price"] !== undefined;
  const hasTerms = TERM_FIELDS.some((field) => isAsked(step[field]));
  return {
    side,
    ordType,
    timeInForce: lifetimeOf(step),
    execInst,
    priceTicks: isPriced ? numbers.ticks(step["price"]) : 0,
    orderQtyLots: numbers.lots(step["qty"]),
    ...(hasTerms ? { terms: termsOf(step, numbers, triggerSource) } : {}),
  };
}

/** Both legs of "new_oco": the limit leg, then the stop-limit leg. */
export function legsOfStep(
  step: CaseStep,
  numbers: CaseNumbers,
  triggerSource: number,
): [CaseOrder, CaseOrder] {
  const { side, qty, price, stop_price, stop_limit_price } = step as Asks;
  const limit: CaseStep = { do: "new", side, qty, price, type: "limit" };
  const stop: CaseStep = {
    ...{ do: "new", side, qty, stop_price, price: stop_limit_price },
    type: stop_limit_price === undefined ? "stop" : "stop_limit",
  };
  return [orderOfStep(limit, numbers, 0), orderOfStep(stop, numbers, triggerSource)];
}

function lifetimeOf(step: CaseStep): number {
  const type = String(step["type"]);
  if (type === "fok_budget") return TIF_FOK;
  if (WAITING_MARKET_TYPES.includes(type)) return TIF_GTC;
  return TIF_CODES[String(step["tif"] ?? "GTC")];
}

function termsOf(step: CaseStep, numbers: CaseNumbers, triggerSource: number): TermValues {
  const { stop_price, trailing_bps, stp, display, max_slippage, budget } = step as Asks;
  const trails = isAsked(trailing_bps);
  const hasStop = isAsked(stop_price);
  return {
    stopPxTicks: hasStop ? numbers.ticks(stop_price) : undefined,
    triggerSource: hasStop ? triggerSource : undefined,
    stpMode: isAsked(stp) ? STP_MODES[String(stp)] : undefined,
    trailing: trails,
    offsetIsBasisPoints: trails,
    displayQtyLots: isAsked(display) ? numbers.lots(display) : undefined,
    offsetTicks: trails ? Number(trailing_bps) : undefined,
    protectionTicks: isAsked(max_slippage) ? numbers.ticks(max_slippage) : undefined,
    quoteAmount: isAsked(budget) ? numbers.cost(budget) : undefined,
  };
}

/** A case may name a feature only to say that it does not use it. */
function isAsked(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}
