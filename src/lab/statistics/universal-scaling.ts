// Gunther's Universal Scalability Law, X(N) = g N / (1 + s (N - 1) + k N (N - 1)): g the rate of
// one, s contention, k coherency. Fitted by Gauss-Newton on X from the linear form's solution, with
// s and k not below 0; intervals by a wild bootstrap (residuals with random signs), widened as the
// residuals of few points need.

import { Prng } from "../../base/prng.ts";
import { middlePart } from "./bootstrap.ts";
import type { Estimate, Interval } from "./estimate.ts";

export type ScalingPoint = { readonly n: number; readonly perSecond: number };
export type ScalingLaw = { readonly g: number; readonly s: number; readonly k: number };

export type ScalingFit = {
  readonly g: Estimate;
  readonly s: Estimate;
  readonly k: Estimate;
  /** The N with the highest rate, sqrt((1 - s) / k); infinite where nothing takes it back. */
  readonly peakN: Estimate;
  /** Rates of more than N times the first one: the law cannot say that. */
  readonly isSuperlinear: boolean;
};

export const SCALING_POINTS_MIN = 8;
const RESAMPLES = 400;
const SEED = 1;
const ITERATIONS_MAX = 100;

/** Undefined with fewer than SCALING_POINTS_MIN points. */
export function fitScaling(points: readonly ScalingPoint[]): ScalingFit | undefined {
  if (points.length < SCALING_POINTS_MIN) return undefined;
  const sorted = points.toSorted((a, b) => a.n - b.n);
  const perOne = sorted[0].perSecond / sorted[0].n;
  const isSuperlinear = sorted.some(({ n, perSecond }) => perSecond > 1.05 * n * perOne);
  const law = fitLaw(sorted);
  const laws = resampledLaws(sorted, law);
  const estimate = (value: number, of: (law: ScalingLaw) => number): Estimate => {
    const interval: Interval = middlePart(laws.map(of));
    return { value, ...interval, n: points.length };
  };
  return {
    g: estimate(law.g, ({ g }) => g),
    s: estimate(law.s, ({ s }) => s),
    k: estimate(law.k, ({ k }) => k),
    peakN: estimate(peakOf(law), peakOf),
    isSuperlinear,
  };
}

export function scalingRate({ g, s, k }: ScalingLaw, n: number): number {
  return (g * n) / (1 + s * (n - 1) + k * n * (n - 1));
}

function peakOf({ s, k }: ScalingLaw): number {
  return k <= 0 ? Number.POSITIVE_INFINITY : Math.sqrt(Math.max(0, 1 - s) / k);
}

function resampledLaws(points: readonly ScalingPoint[], law: ScalingLaw): ScalingLaw[] {
  const prng = new Prng(SEED);
  const widening = Math.sqrt(points.length / (points.length - 3));
  return Array.from({ length: RESAMPLES }, () =>
    fitLaw(
      points.map(({ n, perSecond }) => {
        const fitted = scalingRate(law, n);
        const sign = prng.nextChance(1, 2) ? widening : -widening;
        return { n, perSecond: Math.max(fitted * 0.01, fitted + sign * (perSecond - fitted)) };
      }),
    ),
  );
}

function fitLaw(points: readonly ScalingPoint[]): ScalingLaw {
  let law = linearStart(points);
  let error = errorOf(points, law);
  let damping = 1e-3;
  for (let i = 0; i < ITERATIONS_MAX && damping < 1e10; i++) {
    const next = step(points, law, damping);
    const nextError = errorOf(points, next);
    if (nextError < error) {
      if (error - nextError < 1e-12 * error) return next;
      law = next;
      error = nextError;
      damping /= 3;
    } else damping *= 4;
  }
  return law;
}

function errorOf(points: readonly ScalingPoint[], law: ScalingLaw): number {
  return points.reduce((sum, { n, perSecond }) => sum + (perSecond - scalingRate(law, n)) ** 2, 0);
}

/** N / X = a + b (N - 1) + c N (N - 1) by least squares; g = 1/a, s = b/a, k = c/a. */
function linearStart(points: readonly ScalingPoint[]): ScalingLaw {
  const rows = points.map(({ n }) => [1, n - 1, n * (n - 1)]);
  const [a, b, c] = leastSquares(
    rows,
    points.map(({ n, perSecond }) => n / perSecond),
    0,
  );
  const { n, perSecond } = points[0];
  if (!(a > 0)) return { g: perSecond / n, s: 0.01, k: 1e-4 };
  return bounded(1 / a, b / a, c / a);
}

/** One step of Levenberg and Marquardt, scaled by g so that the three are alike in size. */
function step(points: readonly ScalingPoint[], law: ScalingLaw, damping: number): ScalingLaw {
  const rows = points.map(({ n }) => {
    const below = 1 + law.s * (n - 1) + law.k * n * (n - 1);
    const rate = scalingRate(law, n);
    return [rate, (-rate * (n - 1)) / below, (-rate * n * (n - 1)) / below];
  });
  const residuals = points.map(({ n, perSecond }) => perSecond - scalingRate(law, n));
  const [relativeG, s, k] = leastSquares(rows, residuals, damping);
  return bounded(law.g * Math.max(0.1, 1 + relativeG), law.s + s, law.k + k);
}

function bounded(g: number, s: number, k: number): ScalingLaw {
  return { g, s: Math.max(0, s), k: Math.max(0, k) };
}

/** The three unknowns of rows x = values, damped on the diagonal; normal equations, Gauss. */
function leastSquares(
  rows: readonly (readonly number[])[],
  values: readonly number[],
  damping: number,
): number[] {
  const matrix = [0, 1, 2].map((i) => {
    const line = [0, 1, 2].map((j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0));
    line[i] *= 1 + damping;
    return [...line, rows.reduce((sum, row, at) => sum + row[i] * values[at], 0)];
  });
  for (let i = 0; i < 3; i++) {
    const pivot = matrix[i][i] === 0 ? 1e-30 : matrix[i][i];
    for (let j = 0; j < 3; j++) {
      if (j === i) continue;
      const factor = matrix[j][i] / pivot;
      for (let column = i; column < 4; column++) matrix[j][column] -= factor * matrix[i][column];
    }
  }
  return matrix.map((line, i) => line[3] / (line[i] === 0 ? 1e-30 : line[i]));
}
