// hot path
// Parts of exact integers whose product would pass 2^53, without floating-point error.

import { assert } from "./assert.ts";

const MILLION = 1_000_000;
/** Up to here the long division below stays exact: three times it is below 2^53. */
export const RATIO_MAX = 2_251_799_813_685_248; // 2^51
const HIGHEST_BIT = RATIO_MAX;

/** `amount` x `part` / `whole`, towards zero. 0 <= part <= whole <= 2^51, |amount| <= 2^51. */
export function partOf(amount: number, part: number, whole: number): number {
  assert(part >= 0 && part <= whole && whole <= RATIO_MAX, "a part is within its whole");
  if (part === whole) return amount;
  const size = amount < 0 ? -amount : amount;
  const product = size * part;
  const quotient = Number.isSafeInteger(product)
    ? (product - (product % whole)) / whole
    : longPartOf(size, part, whole);
  return amount < 0 && quotient !== 0 ? -quotient : quotient;
}

/**
 * `amount` x `rate` / 1,000,000, up: what is owed grows, what is paid (a negative rate) shrinks.
 * 0 <= amount < 2^53, |rate| <= 1,000,000.
 */
export function millionthsUp(amount: number, rate: number): number {
  const rest = amount % MILLION;
  return ((amount - rest) / MILLION) * rate + Math.ceil((rest * rate) / MILLION) + 0; // No -0.
}

/** Whole parts first, the rest bit by bit, as on paper. */
function longPartOf(size: number, part: number, whole: number): number {
  const rest = size % whole;
  let quotient = 0;
  let remainder = 0;
  let missing = part;
  for (let bit = HIGHEST_BIT; bit >= 1; bit /= 2) {
    quotient *= 2;
    remainder *= 2;
    if (missing >= bit) {
      missing -= bit;
      remainder += rest;
    }
    while (remainder >= whole) {
      remainder -= whole;
      quotient++;
    }
  }
  return ((size - rest) / whole) * part + quotient;
}
