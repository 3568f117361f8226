// hot path
// The words of an order in JSON and their FIX codes, and prices and quantities on an instrument's
// grid.

import type { GridFault, Instrument } from "../../model/instrument.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET } from "../../model/ord-type.ts";
import { REASON_PRICE_OUT_OF_RANGE, REASON_QTY_OUT_OF_RANGE } from "../../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../../model/side.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../../model/time-in-force.ts";
import { INVALID_FIELD, OFF_GRID, type Refusal, refuse, refuseForReason } from "../error-codes.ts";
import { stepsOfText, textOfNumber, textOfSteps } from "./decimal.ts";
import { foundText, unexpected } from "./fields.ts";

/** Codes of FIX; 0 for a value that is none of the words. */
export function sideCode(value: unknown): number {
  if (value === "buy") return SIDE_BUY;
  return value === "sell" ? SIDE_SELL : 0;
}

export function ordTypeCode(value: unknown): number {
  if (value === "limit") return ORD_TYPE_LIMIT;
  return value === "market" ? ORD_TYPE_MARKET : 0;
}

export function timeInForceCode(value: unknown): number {
  if (value === "gtc") return TIF_GTC;
  if (value === "ioc") return TIF_IOC;
  return value === "fok" ? TIF_FOK : 0;
}

/** The inverses; a code of no word, as in a refused binary order, is "unknown". */
export function sideWord(code: number): string {
  if (code === SIDE_BUY) return "buy";
  return code === SIDE_SELL ? "sell" : "unknown";
}

export function ordTypeWord(code: number): string {
  if (code === ORD_TYPE_LIMIT) return "limit";
  return code === ORD_TYPE_MARKET ? "market" : "unknown";
}

export function timeInForceWord(code: number): string {
  if (code === TIF_GTC) return "gtc";
  if (code === TIF_IOC) return "ioc";
  return code === TIF_FOK ? "fok" : "unknown";
}

export function priceText(priceTicks: number, instrument: Instrument): string {
  return textOfSteps(priceTicks, instrument.priceDecimals, instrument.tickUnits);
}

export function qtyText(qtyLots: number, instrument: Instrument): string {
  return textOfSteps(qtyLots, instrument.qtyDecimals, instrument.lotUnits);
}

/** Ticks of a price field, or why not. Only what a record cannot hold is refused for its range. */
export function readPriceTicks(value: unknown, instrument: Instrument): number | Refusal {
  const { priceDecimals, tickUnits } = instrument;
  if (typeof value !== "string" && typeof value !== "number") {
    return unexpected("price", "a decimal string", value);
  }
  const text = typeof value === "string" ? value : textOfNumber(value);
  const ticks = stepsOfText(text, priceDecimals, tickUnits);
  if (typeof ticks === "string") {
    return refuseSteps("price", ticks, value, priceText(1, instrument));
  }
  return ticks === (ticks | 0) ? ticks : refusePriceRange(text, instrument);
}

/** Lots of a quantity field, or why not; a negative one has no place in a record. */
export function readQtyLots(
  field: string,
  value: unknown,
  instrument: Instrument,
): number | Refusal {
  const { qtyDecimals, lotUnits } = instrument;
  if (typeof value !== "string" && typeof value !== "number") {
    return unexpected(field, "a decimal string", value);
  }
  const text = typeof value === "string" ? value : textOfNumber(value);
  const lots = stepsOfText(text, qtyDecimals, lotUnits);
  if (typeof lots === "string") return refuseSteps(field, lots, value, qtyText(1, instrument));
  return lots >= 0 ? lots : refuseQtyRange(field, text, instrument);
}

export function refusePriceRange(found: string, instrument: Instrument): Refusal {
  const min = priceText(instrument.priceTicksMin, instrument);
  const max = priceText(instrument.priceTicksMax, instrument);
  const message = `price: expected ${min} to ${max}, found ${found}`;
  return refuseForReason(REASON_PRICE_OUT_OF_RANGE, message);
}

export function refuseQtyRange(field: string, found: string, instrument: Instrument): Refusal {
  const min = qtyText(instrument.orderQtyLotsMin, instrument);
  const max = qtyText(instrument.orderQtyLotsMax, instrument);
  const message = `${field}: expected ${min} to ${max}, found ${found}`;
  return refuseForReason(REASON_QTY_OUT_OF_RANGE, message);
}

function refuseSteps(field: string, fault: GridFault, value: unknown, step: string): Refusal {
  const code = fault === "off the grid" ? OFF_GRID : INVALID_FIELD;
  const expected = fault === "off the grid" ? `a multiple of ${step}` : "a decimal string";
  const size = fault === "too large" ? " that stays exact" : "";
  return refuse(code, `${field}: expected ${expected}${size}, found ${foundText(value)}`);
}
