// Text fields of flow files as numbers: exact, or NaN when the text is not such a number.

import { PRICE_TICKS_MAX, PRICE_TICKS_MIN } from "../model/instrument.ts";

/** What an order id in a flow file may be: it becomes a client order id of 16 characters. */
export const ORDER_ID_EXPECTED = "an order id of 1 to 16 digits";
const ORDER_ID_PATTERN = /^\d{1,16}$/;

export const PRICE_EXPECTED = "a price in whole ticks, a 32-bit integer";
export const QTY_EXPECTED = "a quantity, an integer from 1 to 2^53 - 1";
export const SECONDS_EXPECTED = "seconds after midnight with at most 15 decimals";
export const NANOS_EXPECTED = "nanoseconds since 1970, at most 19 digits";

const INTEGER_PATTERN = /^-?\d{1,16}$/;
const SECONDS_PATTERN = /^(\d{1,9})(?:\.(\d{1,15}))?$/;
const NANOS_PATTERN = /^\d{1,19}$/;
const MICROS_PER_SECOND = 1_000_000;
const NANO_DIGITS_OF_MICRO = 3;

export function isOrderId(text: string): boolean {
  return ORDER_ID_PATTERN.test(text);
}

/** The integer, or NaN; exact because longer or unsafe ones are NaN too. */
export function parseInteger(text: string): number {
  const value = INTEGER_PATTERN.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

export function parsePriceTicks(text: string): number {
  const value = parseInteger(text);
  return value >= PRICE_TICKS_MIN && value <= PRICE_TICKS_MAX ? value : Number.NaN;
}

export function parseQtyLots(text: string): number {
  const value = parseInteger(text);
  return value >= 1 ? value : Number.NaN;
}

/** "34200.004241176" as whole microseconds, or NaN; digits below a microsecond are dropped. */
export function parseSecondsAsMicros(text: string): number {
  const match = SECONDS_PATTERN.exec(text);
  if (match === null) return Number.NaN;
  const fraction = (match[2] ?? "").padEnd(6, "0").slice(0, 6);
  return Number(match[1]) * MICROS_PER_SECOND + Number(fraction);
}

/** Nanoseconds since 1970 (too large for a double) as whole microseconds, or NaN. */
export function parseNanosAsMicros(text: string): number {
  if (!NANOS_PATTERN.test(text)) return Number.NaN;
  return Number(text.slice(0, -NANO_DIGITS_OF_MICRO));
}
