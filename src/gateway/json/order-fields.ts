// hot path
// Prices and quantities of JSON on an instrument's grid.

import type { GridFault, Instrument } from "../../model/instrument.ts";
import { REASON_PRICE_OUT_OF_RANGE, REASON_QTY_OUT_OF_RANGE } from "../../model/reasons.ts";
import { INVALID_FIELD, OFF_GRID, type Refusal, refuse, refuseForReason } from "../error-codes.ts";
import { stepsOfText, textOfNumber, textOfSteps } from "./decimal.ts";
import { foundText, unexpected } from "./fields.ts";

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
