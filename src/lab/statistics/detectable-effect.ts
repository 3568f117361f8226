// The smallest true difference that a paired comparison would find, from the spread that an A
// against A run showed: a comparison that finds nothing must say what it could have found.

import { meanOf } from "./mean.ts";
import { normalQuantile } from "./normal.ts";

const POWER = 0.8;
/** Wilcoxon's efficiency against the t-test on normal data, 3 / pi. */
const EFFICIENCY = 3 / Math.PI;

/** `differences` of A against A pairs; the effect has their unit. `level`: of false alarms. */
export function detectableEffect(
  differences: readonly number[],
  pairs: number,
  level: number,
): number {
  const mean = meanOf(differences);
  const squares = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (differences.length - 1));
  const quantiles = normalQuantile(1 - level / 2) + normalQuantile(POWER);
  return (quantiles * deviation) / Math.sqrt(pairs * EFFICIENCY);
}
