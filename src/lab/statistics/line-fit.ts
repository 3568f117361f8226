// A straight line through points, y = a + w x, by least squares; intervals by drawing points again.

import { bootstrapEstimate } from "./bootstrap.ts";
import type { Estimate } from "./estimate.ts";
import { meanOf } from "./mean.ts";

export type LinePoint = { readonly x: number; readonly y: number };
export type LineFit = { readonly a: Estimate; readonly w: Estimate };

export const LINE_POINTS_MIN = 5;
const SEED = 1;

/** Undefined with fewer than LINE_POINTS_MIN points, or where all have one x. */
export function fitLine(points: readonly LinePoint[]): LineFit | undefined {
  if (points.length < LINE_POINTS_MIN || Number.isNaN(slopeOf(points))) return undefined;
  const indexes = points.map((_, i) => i);
  const estimate = (of: (points: readonly LinePoint[]) => number): Estimate =>
    bootstrapEstimate(indexes, (chosen) => of(chosen.map((i) => points[i])), SEED);
  return { a: estimate(startOf), w: estimate(slopeOf) };
}

/** NaN where all points have one x: resampled so, they say nothing. */
export function slopeOf(points: readonly LinePoint[]): number {
  const x = meanOf(points.map((point) => point.x));
  const y = meanOf(points.map((point) => point.y));
  const sum = (of: (point: LinePoint) => number) => points.reduce((to, each) => to + of(each), 0);
  return sum((each) => (each.x - x) * (each.y - y)) / sum((each) => (each.x - x) ** 2);
}

function startOf(points: readonly LinePoint[]): number {
  return meanOf(points.map(({ y }) => y)) - slopeOf(points) * meanOf(points.map(({ x }) => x));
}
