// Percentile bootstrap with a seed: the interval of any statistic of independent values.

import { Prng } from "../../base/prng.ts";
import { CONFIDENCE, type Estimate } from "./estimate.ts";

const RESAMPLES = 2000;

export function bootstrapEstimate(
  values: readonly number[],
  statistic: (values: readonly number[]) => number,
  seed: number,
): Estimate {
  const prng = new Prng(seed);
  const resample = (): number[] => values.map(() => values[prng.nextBelow(values.length)]);
  const results = Array.from({ length: RESAMPLES }, () => statistic(resample()));
  return { value: statistic(values), ...middlePart(results), n: values.length };
}

/** The middle 95 % of `results`; what is not a number is left out. */
export function middlePart(results: readonly number[]): { low: number; high: number } {
  const sorted = results.filter((each) => !Number.isNaN(each)).toSorted((a, b) => a - b);
  const tail = (1 - CONFIDENCE) / 2;
  const at = (fraction: number) => sorted[Math.round(fraction * (sorted.length - 1))];
  return { low: at(tail), high: at(1 - tail) };
}
