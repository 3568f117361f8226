// The normal distribution and the exact binomial, as far as intervals need them.

/** P(Z <= z). Marsaglia's series: to the last digits of a double within 8 standard deviations. */
export function normalCdf(z: number): number {
  if (z < -8) return 0;
  if (z > 8) return 1;
  let sum = z;
  let term = z;
  for (let i = 3; Math.abs(term) > 1e-17; i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** z with P(Z <= z) = `probability`: bisection on the distribution, to 1e-12. */
export function normalQuantile(probability: number): number {
  let low = -8;
  let high = 8;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Beyond so many trials the sum takes longer than the normal approximation errs. */
const EXACT_TRIALS_MAX = 2000;

/** The smallest k with P(Binomial(trials, p) <= k) >= `probability`. */
export function binomialQuantile(trials: number, p: number, probability: number): number {
  if (trials > EXACT_TRIALS_MAX) {
    const deviation = Math.sqrt(trials * p * (1 - p));
    const k = Math.ceil(trials * p + normalQuantile(probability) * deviation - 0.5);
    return Math.min(trials, Math.max(0, k));
  }
  let logTerm = trials * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  let k = 0;
  while (sum < probability && k < trials) {
    k++;
    logTerm += Math.log((trials - k + 1) / k) + Math.log(p / (1 - p));
    sum += Math.exp(logTerm);
  }
  return k;
}
