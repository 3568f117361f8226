// hot path
// Which side, type, lifetime and modifiers make sense together, whatever the market and the terms
// say: one question a line of docs/rulebook.md.

import {
  EXEC_INST_ALL_OR_NONE,
  EXEC_INST_HIDDEN,
  EXEC_INST_KNOWN,
  EXEC_INST_POST_ONLY,
  EXEC_INST_REDUCE_ONLY,
  EXEC_INST_SLIDE,
} from "../model/exec-inst.ts";
import {
  ORD_TYPE_LIMIT,
  ORD_TYPE_LIMIT_IF_TOUCHED,
  ORD_TYPE_MARKET,
  ORD_TYPE_MARKET_IF_TOUCHED,
  ORD_TYPE_MARKET_WITH_LEFTOVER,
  ORD_TYPE_PEGGED,
  ORD_TYPE_STOP,
  ORD_TYPE_STOP_LIMIT,
} from "../model/ord-type.ts";
import {
  execInstOf,
  isForCalls,
  isLasting,
  ordTypeOf,
  sideOf,
  timeInForceOf,
} from "../model/order-codes.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_DAY, TIF_FOK, TIF_GTC, TIF_GTD, TIF_IOC } from "../model/time-in-force.ts";

/** `withTerms`: the order came with terms, which some types and lifetimes need. */
export function isKnownCombination(orderCodes: number, withTerms: boolean): boolean {
  const side = sideOf(orderCodes);
  const execInst = execInstOf(orderCodes) & ~EXEC_INST_REDUCE_ONLY; // Goes with everything.
  if (side !== SIDE_BUY && side !== SIDE_SELL) return false;
  if ((execInst & ~EXEC_INST_KNOWN) !== 0) return false;
  const timeInForce = timeInForceOf(orderCodes);
  if (!isKnownLifetime(timeInForce) || (timeInForce === TIF_GTD && !withTerms)) return false;
  const ordType = ordTypeOf(orderCodes);
  switch (ordType) {
    case ORD_TYPE_LIMIT:
      return mayModify(execInst, timeInForce, true);
    case ORD_TYPE_MARKET:
      return execInst === 0 && timeInForce !== TIF_GTD;
    case ORD_TYPE_MARKET_WITH_LEFTOVER:
      return execInst === 0 && isLasting(timeInForce);
    case ORD_TYPE_STOP:
    case ORD_TYPE_MARKET_IF_TOUCHED:
      return withTerms && execInst === 0 && isLasting(timeInForce);
    case ORD_TYPE_STOP_LIMIT:
    case ORD_TYPE_LIMIT_IF_TOUCHED:
      return withTerms && !isForCalls(timeInForce) && mayModify(execInst, timeInForce, false);
    case ORD_TYPE_PEGGED:
      return (
        withTerms &&
        isLasting(timeInForce) &&
        (execInst & EXEC_INST_SLIDE) === 0 &&
        mayModify(execInst, timeInForce, false)
      );
    default:
      return false;
  }
}

function isKnownLifetime(timeInForce: number): boolean {
  return (
    timeInForce === TIF_GTC ||
    timeInForce === TIF_IOC ||
    timeInForce === TIF_FOK ||
    timeInForce === TIF_DAY ||
    timeInForce === TIF_GTD ||
    isForCalls(timeInForce)
  );
}

/** Whether an order with a limit of its own may carry these modifiers. */
function mayModify(execInst: number, timeInForce: number, mayBeWhole: boolean): boolean {
  if (execInst === 0) return true;
  if (!isLasting(timeInForce)) return false;
  const isPostOnly = (execInst & EXEC_INST_POST_ONLY) !== 0;
  const isHidden = (execInst & EXEC_INST_HIDDEN) !== 0;
  const isWhole = (execInst & EXEC_INST_ALL_OR_NONE) !== 0;
  if ((execInst & EXEC_INST_SLIDE) !== 0 && !isPostOnly) return false;
  return !isWhole || (mayBeWhole && !isPostOnly && !isHidden);
}
