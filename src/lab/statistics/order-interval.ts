// Intervals of percentiles from order statistics: no assumption about the distribution. The ranks
// are those of the binomial distribution (Hahn and Meeker, Statistical Intervals, 5.2).

import { CONFIDENCE, type Estimate } from "./estimate.ts";
import type { LatencyHistogram } from "./latency-histogram.ts";
import { binomialQuantile } from "./normal.ts";

export type Ranks = { readonly low: number; readonly high: number };

/**
 * Ranks (from 1) of two of `n` sorted values between which the percentile lies with `confidence`;
 * undefined where `n` is too small for any two to promise that.
 */
export function percentileRanks(
  n: number,
  fraction: number,
  confidence: number,
): Ranks | undefined {
  const tail = (1 - confidence) / 2;
  const low = binomialQuantile(n, fraction, tail);
  const high = binomialQuantile(n, fraction, 1 - tail) + 1;
  return low < 1 || high > n ? undefined : { low, high };
}

/** A percentile of a histogram is reportable when so many values lie beyond it (gate V5). */
export const VALUES_BEYOND_MIN = 30;

/** Undefined where fewer than VALUES_BEYOND_MIN values lie beyond the percentile. */
export function percentileEstimate(
  histogram: LatencyHistogram,
  fraction: number,
): Estimate | undefined {
  const n = histogram.count;
  if (n * (1 - fraction) < VALUES_BEYOND_MIN) return undefined;
  const ranks = percentileRanks(n, fraction, CONFIDENCE);
  if (ranks === undefined) return undefined;
  const low = histogram.valueAtRank(ranks.low);
  const high = histogram.valueAtRank(ranks.high);
  return { value: histogram.percentile(fraction), low, high, n };
}

/** The median with its exact interval; below six values the interval is the whole range. */
export function medianEstimate(values: readonly number[]): Estimate {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  const ranks = percentileRanks(n, 0.5, CONFIDENCE) ?? { low: 1, high: n };
  const value = (sorted[Math.floor((n - 1) / 2)] + sorted[Math.ceil((n - 1) / 2)]) / 2;
  return { value, low: sorted[ranks.low - 1], high: sorted[ranks.high - 1], n };
}
