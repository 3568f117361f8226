// What an order is worth, of which an instrument may say how little and how much it may be.

import type { Instrument } from "../../src/model/instrument.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../../src/model/ord-type.ts";
import { sizeOf } from "./naive-account.ts";
import { isMarketOrder, isPegged, type TwinOrder } from "./naive-order.ts";
import { instrumentOf, type TwinState, tapeOf } from "./naive-state.ts";

/** Whether its instrument takes orders of its worth; of an order that nobody can price, always. */
export function takesNotional(state: TwinState, order: TwinOrder): boolean {
  const { notionalMin = 0, notionalMax = 0 }: Instrument = instrumentOf(state, order);
  const notional = notionalOf(state, order);
  if (notional === undefined) return true;
  const isTooMuch = notionalMax !== 0 && notional > BigInt(notionalMax);
  return notional >= BigInt(notionalMin) && !isTooMuch;
}

/** All of it at its limit, else at what fires it, else at the last price; of an amount, that. */
function notionalOf(state: TwinState, order: TwinOrder): bigint | undefined {
  const { orderQtyLots, terms, triggerTicks } = order;
  if (orderQtyLots === 0) return BigInt(terms.quoteAmount ?? 0);
  const firedAtTicks = triggerTicks ?? terms.stopPxTicks;
  const ticks = limitTicksOf(order) ?? firedAtTicks ?? tapeOf(state, order).lastTicks;
  return ticks === undefined ? undefined : sizeOf(BigInt(ticks) * BigInt(orderQtyLots));
}

/** Neither the market's price nor one that the market will give it. */
function limitTicksOf(order: TwinOrder): number | undefined {
  if (isMarketOrder(order) || isPegged(order)) return undefined;
  const isPricedLater = order.ordType === ORD_TYPE_MARKET_WITH_LEFTOVER;
  const isPriced = order.place === "displayed" || order.place === "gathering";
  return isPricedLater && !isPriced ? undefined : order.priceTicks;
}
