// Where a pegged order wants to stand.

import { PEG_MARKET, PEG_MID } from "../../src/model/order-terms.ts";
import { oppositeSide, SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { isBuy, type TwinOrder } from "./naive-order.ts";
import { bestReference } from "./naive-queues.ts";
import { instrumentOf, type TwinState } from "./naive-state.ts";

/** Undefined without a reference, and for a leg whose parent has not been filled. */
export function pegTarget(state: TwinState, order: TwinOrder): number | undefined {
  const reference = referenceOf(state, order);
  if (reference === undefined || order.isInactive) return undefined;
  const wanted = reference + (order.terms.offsetTicks ?? 0);
  const worst = order.worstTicks ?? wanted;
  const allowed = isBuy(order) ? Math.min(wanted, worst) : Math.max(wanted, worst);
  const { priceTicksMin, priceTicksMax } = instrumentOf(state, order);
  return Math.min(Math.max(allowed, priceTicksMin), priceTicksMax);
}

function referenceOf(state: TwinState, order: TwinOrder): number | undefined {
  const { instrumentId, side, terms } = order;
  if (terms.pegPriceType === PEG_MID) {
    const bidTicks = bestReference(state, instrumentId, SIDE_BUY);
    const askTicks = bestReference(state, instrumentId, SIDE_SELL);
    if (bidTicks === undefined || askTicks === undefined) return undefined;
    const middle = (bidTicks + askTicks) / 2;
    return isBuy(order) ? Math.floor(middle) : Math.ceil(middle);
  }
  const isMarket = terms.pegPriceType === PEG_MARKET;
  return bestReference(state, instrumentId, isMarket ? oppositeSide(side) : side);
}
