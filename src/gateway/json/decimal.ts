// hot path
// Decimal texts of prices and quantities to whole ticks and lots, and back. The same answers as
// parseSteps and formatSteps of model/instrument.ts (a property test compares) at a tenth of their
// cost: an order reads two of them and its report writes four.

import { formatSteps, type GridFault, parseSteps } from "../../model/instrument.ts";

/** Digits that stay exact without looking: 10^15 < 2^53. */
const DIGITS_MAX = 15;
const POWERS_OF_TEN = Array.from({ length: 19 }, (_, exponent) => Number(`1e${exponent}`));

const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;

/** Whole steps of a decimal text; what cannot be read quickly goes to parseSteps. */
export function stepsOfText(text: string, decimals: number, stepUnits: number): number | GridFault {
  const isNegative = text.charCodeAt(0) === MINUS;
  const first = isNegative ? 1 : 0;
  let units = 0;
  let pointAt = -1;
  for (let i = first; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit >= 0 && digit <= 9) units = units * 10 + digit;
    else if (digit === POINT - ZERO && pointAt === -1 && i > first) pointAt = i;
    else return parseSteps(text, decimals, stepUnits);
  }
  const fractionDigits = pointAt === -1 ? 0 : text.length - pointAt - 1;
  const missingDigits = decimals - fractionDigits;
  const isPlain =
    missingDigits >= 0 &&
    pointAt !== text.length - 1 &&
    text.length > first &&
    text.length + missingDigits <= DIGITS_MAX;
  if (!isPlain) return parseSteps(text, decimals, stepUnits);
  units *= POWERS_OF_TEN[missingDigits];
  if (units % stepUnits !== 0) return "off the grid";
  const steps = units / stepUnits;
  return isNegative && steps !== 0 ? -steps : steps;
}

/** Of a text that is no plain decimal without a sign, or not on the grid. */
export const NO_STEPS = -1;

/** Whole steps of the plain decimal from `start` to `end`; NO_STEPS for every other text. */
export function stepsOfBytes(
  bytes: Uint8Array,
  start: number,
  end: number,
  decimals: number,
  stepUnits: number,
): number {
  let units = 0;
  let pointAt = -1;
  if (start === end) return NO_STEPS;
  for (let i = start; i < end; i++) {
    const character = bytes[i];
    const digit = character - ZERO;
    if (digit >= 0 && digit <= 9) units = units * 10 + digit;
    else if (character === POINT && pointAt < 0 && i > start && i < end - 1) pointAt = i;
    else return NO_STEPS;
  }
  let missingDigits = decimals - (pointAt < 0 ? 0 : end - pointAt - 1);
  if (missingDigits < 0 || end - start + missingDigits > DIGITS_MAX) return NO_STEPS;
  while (missingDigits-- > 0) units *= 10;
  return units % stepUnits === 0 ? units / stepUnits : NO_STEPS;
}

/** The decimal text of whole steps, with all its decimals. Never fails: huge units go to BigInt. */
export function textOfSteps(steps: number, decimals: number, stepUnits: number): string {
  const units = steps * stepUnits;
  if (!Number.isSafeInteger(units))
    return textOfHugeUnits(BigInt(steps) * BigInt(stepUnits), decimals);
  if (units < 0) return formatSteps(steps, decimals, stepUnits);
  if (decimals === 0) return `${units}`;
  const scale = POWERS_OF_TEN[decimals];
  const whole = Math.floor(units / scale);
  const fraction = units - whole * scale;
  // A leading 1 keeps the zeros: 5 of 100 is 105, cut to "05".
  return `${whole}.${`${scale + fraction}`.slice(1)}`;
}

/** Out of any instrument's range, yet a log may hold it: a refused order repeats what it asked. */
function textOfHugeUnits(units: bigint, decimals: number): string {
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const pointAt = digits.length - decimals;
  return `${sign}${digits.slice(0, pointAt)}${decimals === 0 ? "" : "."}${digits.slice(pointAt)}`;
}

/**
 * The decimal text of a JSON number: 1e-7 is "0.0000001". Large exponents stay, and are refused.
 */
export function textOfNumber(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (match === null) return text;
  return `${match[1]}0.${"0".repeat(Number(match[4]) - 1)}${match[2]}${match[3] ?? ""}`;
}
