// How uneven response times are, in the four ways that are in use.

import type { LatencyHistogram } from "./latency-histogram.ts";

export type Jitter = {
  readonly standardDeviationNanos: number;
  readonly p99MinusP50Nanos: number;
  /** Mean of |R(i) - R(i-1)|. */
  readonly meanStepNanos: number;
  /** Median absolute deviation from the median. */
  readonly medianDeviationNanos: number;
};

export function jitterOf(histogram: LatencyHistogram, meanStepNanos: number): Jitter {
  const median = histogram.percentile(0.5);
  return {
    standardDeviationNanos: histogram.standardDeviation,
    p99MinusP50Nanos: histogram.percentile(0.99) - median,
    meanStepNanos,
    medianDeviationNanos: medianDeviation(histogram, median),
  };
}

function medianDeviation(histogram: LatencyHistogram, median: number): number {
  const deviations = Array.from(histogram.buckets(), ({ nanos, count }) => ({
    nanos: Math.abs(nanos - median),
    count,
  })).toSorted((a, b) => a.nanos - b.nanos);
  let seen = 0;
  for (const { nanos, count } of deviations) {
    seen += count;
    if (seen * 2 >= histogram.count) return nanos;
  }
  return 0;
}
