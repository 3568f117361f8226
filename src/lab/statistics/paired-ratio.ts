// How many times as much one of two measurements is that were taken beside each other: the
// Hodges-Lehmann estimate over the pairs, of logarithms, so that A to B is the inverse of B to A.

import type { Estimate } from "./estimate.ts";
import { signedRank } from "./signed-rank.ts";

/** `a`, `b`: both above 0, as many of each. */
export function ratioEstimate(a: readonly number[], b: readonly number[]): Estimate {
  const { value, low, high, n } = signedRank(a.map((each, i) => Math.log(b[i] / each))).shift;
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high), n };
}
