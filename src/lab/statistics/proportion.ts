// A share of samples, with Wilson's interval (Wilson 1927): right also for shares near 0 and 1.

import { CONFIDENCE, type Estimate } from "./estimate.ts";
import { normalQuantile } from "./normal.ts";

export function shareEstimate(hits: number, n: number): Estimate {
  if (n === 0) return { value: Number.NaN, low: 0, high: 1, n };
  const z = normalQuantile(1 - (1 - CONFIDENCE) / 2);
  const share = hits / n;
  const scale = 1 / (1 + (z * z) / n);
  const middle = scale * (share + (z * z) / (2 * n));
  const half = scale * z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const low = Math.max(0, middle - half);
  return { value: share, low, high: Math.min(1, middle + half), n };
}
