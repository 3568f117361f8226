// How an instrument's calls go: what extends them, and whether an account may trade with itself.

import { COMMAND_SET_CALL } from "../../src/codec/command.ts";
import { EVENT_CALL_SET } from "../../src/codec/event.ts";
import { CALL_EXTENSION_MICROS_MAX, type CallTerms } from "../../src/model/call-terms.ts";
import { BAND_BASIS_POINTS_MAX } from "../../src/model/guard.ts";
import * as reasons from "../../src/model/reasons.ts";
import { widthTicks } from "./naive-bands.ts";
import { eventOf, instrumentOf, type TwinState, tapeOf } from "./naive-state.ts";
import { outcomeOf } from "./naive-uncross.ts";

/** Returns the reason to refuse. */
export function setCall(state: TwinState, instrumentId: number, terms: CallTerms): number {
  if (!state.instruments.has(instrumentId)) return reasons.REASON_UNKNOWN_INSTRUMENT;
  const { extensionsMax, extensionMicros, isBasisPoints, collarWidth } = terms;
  const isTooWide = isBasisPoints && collarWidth > BAND_BASIS_POINTS_MAX;
  const hasNoLength = extensionsMax > 0 && extensionMicros === 0;
  if (isTooWide || hasNoLength || extensionMicros > CALL_EXTENSION_MICROS_MAX) {
    return reasons.REASON_CALL_TERMS;
  }
  tapeOf(state, { instrumentId }).callTerms = terms;
  state.events.push(eventOf(EVENT_CALL_SET, { instrumentId, commandKind: COMMAND_SET_CALL }));
  return reasons.REASON_NONE;
}

/** What the price of a call is to be within, where there is such a thing. */
export function collarOf(state: TwinState, of: { instrumentId: number }) {
  const { callTerms, lastTicks } = tapeOf(state, of);
  if (callTerms === undefined || callTerms.collarWidth === 0 || lastTicks === undefined) {
    return undefined;
  }
  const ticks = widthTicks(callTerms, lastTicks, callTerms.collarWidth);
  const { priceTicksMin, priceTicksMax } = instrumentOf(state, of);
  const clamped = (each: number) => Math.min(Math.max(each, priceTicksMin), priceTicksMax);
  return {
    referenceTicks: lastTicks,
    lowTicks: clamped(lastTicks - ticks),
    highTicks: clamped(lastTicks + ticks),
  };
}

/** Why a call whose time is over goes on instead of trading; REASON_NONE where it ends. */
export function reasonToExtend(state: TwinState, of: { instrumentId: number }): number {
  const { callTerms, extensions } = tapeOf(state, of);
  if (callTerms === undefined || extensions >= callTerms.extensionsMax) return reasons.REASON_NONE;
  const { priceTicks, imbalanceLots } = outcomeOf(state, of.instrumentId);
  if (priceTicks === undefined) return reasons.REASON_NONE;
  const { lowTicks, highTicks } = collarOf(state, of) ?? {
    lowTicks: priceTicks,
    highTicks: priceTicks,
  };
  if (priceTicks < lowTicks || priceTicks > highTicks) return reasons.REASON_CALL_PRICE;
  const { surplusLotsMax } = callTerms;
  const isTooMuch = surplusLotsMax > 0 && Math.abs(imbalanceLots) > surplusLotsMax;
  return isTooMuch ? reasons.REASON_CALL_SURPLUS : reasons.REASON_NONE;
}
