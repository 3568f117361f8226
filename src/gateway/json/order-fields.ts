// hot path
// Prices and quantities of JSON on an instrument's grid.

import type { GridFault, Instrument } from "../../model/instrument.ts";
import {
  REASON_OFF_GRID,
  REASON_PRICE_OUT_OF_RANGE,
  REASON_QTY_OUT_OF_RANGE,
} from "../../model/reasons.ts";
import { INVALID_FIELD, type Refusal, refuse, refuseForReason } from "../error-codes.ts";
import { stepsOfText, textOfNumber, textOfSteps } from "./decimal.ts";
import { foundText, unexpected } from "./fields.ts";

const TOO_LARGE = " of at most 16 digits before the point and 18 behind it, that stays exact";

export function priceText(priceTicks: number, instrument: Instrument): string {
  return textOfSteps(priceTicks, instrument.priceDecimals, instrument.tickUnits);
}

export function qtyText(qtyLots: number, instrument: Instrument): string {
  return textOfSteps(qtyLots, instrument.qtyDecimals, instrument.lotUnits);
}

/** Ticks of a price field, or why not. Only what a record cannot hold is refused for its range. */
export function readPriceTicks(
  field: string,
  value: unknown,
  instrument: Instrument,
): number | Refusal {
  const { priceDecimals, tickUnits } = instrument;
  const ticks = readSteps(field, value, priceDecimals, tickUnits);
  if (typeof ticks !== "number") return ticks;
  return ticks === (ticks | 0) ? ticks : refusePriceRange(field, textOf(value), instrument);
}

/** Ticks between two prices: never negative. */
export function readDistanceTicks(
  field: string,
  value: unknown,
  instrument: Instrument,
): number | Refusal {
  const ticks = readPriceTicks(field, value, instrument);
  if (typeof ticks !== "number" || ticks >= 0) return ticks;
  return unexpected(field, "a decimal string from 0", value);
}

/** Lots of a quantity field, or why not; a negative one has no place in a record. */
export function readQtyLots(
  field: string,
  value: unknown,
  instrument: Instrument,
): number | Refusal {
  const { qtyDecimals, lotUnits } = instrument;
  const lots = readSteps(field, value, qtyDecimals, lotUnits);
  if (typeof lots !== "number" || lots >= 0) return lots;
  return refuseQtyRange(field, textOf(value), instrument);
}

/** Money in ticks x lots, or why not. */
export function readAmount(
  field: string,
  value: unknown,
  { priceDecimals, qtyDecimals, tickUnits, lotUnits }: Instrument,
): number | Refusal {
  const amount = readSteps(field, value, priceDecimals + qtyDecimals, tickUnits * lotUnits);
  if (typeof amount !== "number" || amount >= 0) return amount;
  return unexpected(field, "a decimal string from 0", value);
}

function readSteps(
  field: string,
  value: unknown,
  decimals: number,
  stepUnits: number,
): number | Refusal {
  if (typeof value !== "string" && typeof value !== "number") {
    return unexpected(field, "a decimal string", value);
  }
  const steps = stepsOfText(textOf(value), decimals, stepUnits);
  if (typeof steps === "number") return steps;
  return refuseSteps(field, steps, value, textOfSteps(1, decimals, stepUnits));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : textOfNumber(Number(value));
}

export function refusePriceRange(field: string, found: string, instrument: Instrument): Refusal {
  const min = priceText(instrument.priceTicksMin, instrument);
  const max = priceText(instrument.priceTicksMax, instrument);
  const message = `${field}: expected ${min} to ${max}, found ${found}`;
  return refuseForReason(REASON_PRICE_OUT_OF_RANGE, message);
}

export function refuseQtyRange(field: string, found: string, instrument: Instrument): Refusal {
  const min = qtyText(instrument.orderQtyLotsMin, instrument);
  const max = qtyText(instrument.orderQtyLotsMax, instrument);
  const message = `${field}: expected ${min} to ${max}, found ${found}`;
  return refuseForReason(REASON_QTY_OUT_OF_RANGE, message);
}

function refuseSteps(field: string, fault: GridFault, value: unknown, step: string): Refusal {
  const found = foundText(value);
  if (fault === "off the grid") {
    const message = `${field}: expected a multiple of ${step}, found ${found}`;
    return refuseForReason(REASON_OFF_GRID, message);
  }
  const size = fault === "too large" ? TOO_LARGE : "";
  return refuse(INVALID_FIELD, `${field}: expected a decimal string${size}, found ${found}`);
}
