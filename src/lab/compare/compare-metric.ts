// Two versions compared by one metric over interleaved pairs: an estimate with its interval, a
// verdict, and what the comparison could have found at all.

import { detectableEffect } from "../statistics/detectable-effect.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { signedRank } from "../statistics/signed-rank.ts";
import { THRESHOLDS } from "../verdict/thresholds.ts";

export type ComparisonVerdict = "IMPROVED" | "REGRESSED" | "EQUIVALENT" | "INCONCLUSIVE";

/** A measurement of A and of B, taken next to each other. */
export type Pair = { readonly a: number; readonly b: number };

export type Comparison = {
  readonly metric: string;
  /** B against A: 0.05 is 5 % more. */
  readonly change: Estimate;
  readonly pValue: number;
  readonly verdict: ComparisonVerdict;
  /** From A against A: the smallest change that so many pairs find in four of five tries. */
  readonly detectable: number;
};

const LEVEL = 0.05;

/** `lessIsBetter`: a cost; otherwise a rate. `floor`: pairs of A against A. */
export function compareMetric(
  metric: string,
  pairs: readonly Pair[],
  floor: readonly Pair[],
  lessIsBetter: boolean,
): Comparison {
  const logs = pairs.map(({ a, b }) => Math.log(b / a));
  const { pValue, shift } = signedRank(logs);
  const change = {
    value: Math.expm1(shift.value),
    low: Math.expm1(shift.low),
    high: Math.expm1(shift.high),
    n: shift.n,
  };
  const noise = floor.map(({ a, b }) => Math.log(b / a));
  const detectable = Math.expm1(detectableEffect(noise, pairs.length));
  return { metric, change, pValue, verdict: verdictOf(change, pValue, lessIsBetter), detectable };
}

export function verdictOf(
  change: Estimate,
  pValue: number,
  lessIsBetter: boolean,
): ComparisonVerdict {
  const { equivalence } = THRESHOLDS;
  if (change.low >= -equivalence && change.high <= equivalence) return "EQUIVALENT";
  if (pValue > LEVEL) return "INCONCLUSIVE";
  return change.value < 0 === lessIsBetter ? "IMPROVED" : "REGRESSED";
}

/** Instructions repeat: a change beyond the threshold is one. */
export function compareInstructions(a: number, b: number): ComparisonVerdict {
  const change = b / a - 1;
  if (Math.abs(change) <= THRESHOLDS.instructionsChange) return "EQUIVALENT";
  return change < 0 ? "IMPROVED" : "REGRESSED";
}
