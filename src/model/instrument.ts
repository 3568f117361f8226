// What a trader must know of an instrument before the first order, as journaled data.

import { assert } from "../base/assert.ts";
import { ALLOCATION_PRICE_TIME, ALLOCATION_PRO_RATA_TOP } from "./allocation.ts";

/**
 * Prices are whole ticks, quantities whole lots. One tick is `tickUnits` x 10^-`priceDecimals` of
 * the currency (a quarter point: 25 units at 2 decimals); one lot is `lotUnits` x
 * 10^-`qtyDecimals`.
 */
export type Instrument = {
  readonly instrumentId: number;
  /** 1 to 16 of A-Z 0-9 . _ - */
  readonly symbol: string;
  /** 1 to 8 of A-Z 0-9 */
  readonly currency: string;
  readonly priceDecimals: number;
  readonly tickUnits: number;
  readonly qtyDecimals: number;
  readonly lotUnits: number;
  readonly priceTicksMin: number;
  readonly priceTicksMax: number;
  readonly orderQtyLotsMin: number;
  readonly orderQtyLotsMax: number;
  /** ALLOCATION_... (allocation.ts); price-time where it is left out. */
  readonly allocation?: number;
  /** What a lot is of, where accounts keep balances; "" where there is no such asset. */
  readonly baseAsset?: string;
  /** One tick x lot is so many of the currency's smallest units, 1 where left out. */
  readonly moneyUnits?: number;
  /** One lot is so many of the base asset's smallest units, 1 where left out. */
  readonly assetUnits?: number;
  /** What a protected market order has left rests at its limit; left out: it is canceled. */
  readonly restsAtProtection?: boolean;
  /** An order is worth at least and at most so much, ticks x lots; 0 or left out: anything. */
  readonly notionalMin?: number;
  readonly notionalMax?: number;
};

/** What the operator may change of a listed instrument. */
export type InstrumentChange = {
  readonly orderQtyLotsMin: number;
  readonly orderQtyLotsMax: number;
  readonly notionalMin: number;
  readonly notionalMax: number;
};

export const SYMBOL_PATTERN = /^[A-Z0-9._-]{1,16}$/;
export const CURRENCY_PATTERN = /^[A-Z0-9]{1,8}$/;

/** Whether the base asset is named as currencies are, or left out, and is not the currency. */
export function hasSoundAsset({ baseAsset = "", currency }: Instrument): boolean {
  return baseAsset === "" || (CURRENCY_PATTERN.test(baseAsset) && baseAsset !== currency);
}

/** OUCH and ITCH write prices with so many decimals at least. */
export const WIRE_PRICE_DECIMALS = 4;
/** Decimals beyond this would need more than 2^53 units for everyday prices. */
export const DECIMALS_MAX = 9;

export const PRICE_TICKS_MIN = -2_147_483_648;
export const PRICE_TICKS_MAX = 2_147_483_647;

/**
 * Whether the numeric terms agree: `maxPrice x maxQuantity` stays an exact integer, in ticks x lots
 * and in money, prices and quantities stay exact in the units of their texts, ranges are not empty,
 * grids are positive. Names are checked by their patterns.
 */
export function hasSoundTerms(terms: Omit<Instrument, "symbol" | "currency">): boolean {
  const { moneyUnits = 1, assetUnits = 1, notionalMin = 0, notionalMax = 0 } = terms;
  const priceTicksAbsMax = Math.max(Math.abs(terms.priceTicksMin), Math.abs(terms.priceTicksMax));
  return (
    terms.instrumentId >= 1 &&
    (terms.allocation ?? ALLOCATION_PRICE_TIME) <= ALLOCATION_PRO_RATA_TOP &&
    terms.priceDecimals <= DECIMALS_MAX &&
    terms.qtyDecimals <= DECIMALS_MAX &&
    terms.tickUnits >= 1 &&
    terms.lotUnits >= 1 &&
    terms.priceTicksMin <= terms.priceTicksMax &&
    terms.orderQtyLotsMin >= 1 &&
    terms.orderQtyLotsMin <= terms.orderQtyLotsMax &&
    Number.isSafeInteger(notionalMin) &&
    Number.isSafeInteger(notionalMax) &&
    (notionalMax === 0 || notionalMin <= notionalMax) &&
    Number.isSafeInteger(Math.max(priceTicksAbsMax, 1) * moneyUnits * terms.orderQtyLotsMax) &&
    Number.isSafeInteger(assetUnits * terms.orderQtyLotsMax) &&
    hasExactUnits(terms, priceTicksAbsMax)
  );
}

/** Whether every price, quantity and grid that the terms allow is an exact number of units. */
function hasExactUnits(
  terms: Omit<Instrument, "symbol" | "currency">,
  priceTicksAbsMax: number,
): boolean {
  const { lotUnits, orderQtyLotsMax, priceDecimals, tickUnits } = terms;
  let wireTickUnits = tickUnits;
  for (let i = priceDecimals; i < WIRE_PRICE_DECIMALS; i++) wireTickUnits *= 10;
  return (
    Number.isSafeInteger(priceTicksAbsMax * wireTickUnits) &&
    Number.isSafeInteger(orderQtyLotsMax * lotUnits) &&
    Number.isSafeInteger(tickUnits * lotUnits)
  );
}

/** Why a decimal is not a whole number of steps. */
export type GridFault = "not a decimal number" | "off the grid" | "too large";

const DECIMAL_PATTERN = /^-?\d+(?:\.\d+)?$/;

/**
 * Reads a decimal text as whole steps of `stepUnits` x 10^-`decimals`: "101.25" at 2 decimals and
 * 25 units is 405. Never rounds: a value between two steps is "off the grid".
 */
export function parseSteps(text: string, decimals: number, stepUnits: number): number | GridFault {
  const match = /^(-?)(\d{1,16})(?:\.(\d{1,18}))?$/.exec(text);
  if (match === null) return DECIMAL_PATTERN.test(text) ? "too large" : "not a decimal number";
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  if (fraction.length > decimals) return "off the grid";
  const units = Number(match[2] + fraction.padEnd(decimals, "0"));
  if (!Number.isSafeInteger(units)) return "too large";
  if (units % stepUnits !== 0) return "off the grid";
  const steps = units / stepUnits;
  return match[1] === "-" && steps !== 0 ? -steps : steps;
}

/** The decimal text of whole steps; the inverse of parseSteps, always with all its decimals. */
export function formatSteps(steps: number, decimals: number, stepUnits: number): string {
  assert(Number.isSafeInteger(steps), "steps are a whole number");
  const units = steps * stepUnits;
  // A level's sum may pass 2^53 units though every order in it is far below.
  const exactUnits = Number.isSafeInteger(units) ? units : BigInt(steps) * BigInt(stepUnits);
  if (decimals === 0) return String(exactUnits);
  const digits = String(exactUnits)
    .replace("-", "")
    .padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  return `${steps < 0 ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}
