// Against published tables, R's and SciPy's answers (scipy.stats 1.17: norm, binom, wilcoxon).

import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../../base/prng.ts";
import { bootstrapEstimate } from "./bootstrap.ts";
import { detectableEffect } from "./detectable-effect.ts";
import { holm } from "./holm.ts";
import { findKnees, kneedle } from "./knee.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { fitLine } from "./line-fit.ts";
import { checkLittle, isPossibleClosedLoop } from "./littles-law.ts";
import { binomialQuantile, normalCdf, normalQuantile } from "./normal.ts";
import { medianEstimate, percentileEstimate, percentileRanks } from "./order-interval.ts";
import { shareEstimate } from "./proportion.ts";
import { waitConstantService, waitKingman } from "./queueing.ts";
import { signedRank } from "./signed-rank.ts";
import { fitScaling, scalingRate } from "./universal-scaling.ts";

function near(found: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(found - expected) <= tolerance, `expected ${expected}, found ${found}`);
}

test("the normal distribution has SciPy's values", () => {
  near(normalCdf(1.96), 0.9750021048517795, 1e-14);
  near(normalCdf(-3.2), 0.0006871379379158471, 1e-15);
  near(normalQuantile(0.975), 1.959963984540054, 1e-11);
});

test("binomial quantiles have SciPy's values, the approximation too", () => {
  assert.equal(binomialQuantile(50, 0.5, 0.025), 18);
  assert.equal(binomialQuantile(50, 0.5, 0.975), 32);
  assert.equal(binomialQuantile(1000, 0.99, 0.025), 983);
  assert.equal(binomialQuantile(1000, 0.99, 0.975), 996);
  near(binomialQuantile(100_000, 0.999, 0.025), 99_880, 1);
  near(binomialQuantile(100_000, 0.999, 0.975), 99_919, 1);
});

test("the interval of a percentile covers the true one in about 95 of 100 samples", () => {
  const prng = new Prng(11);
  let covered = 0;
  for (let sample = 0; sample < 1000; sample++) {
    const values = Array.from({ length: 60 }, () => prng.nextBelow(1_000_000));
    const { low, high } = medianEstimate(values);
    if (low <= 500_000 && high >= 500_000) covered++;
  }
  near(covered, 960, 20);
});

test("a percentile with fewer than 30 values beyond it is not told", () => {
  const histogram = new LatencyHistogram();
  for (let i = 1; i <= 2999; i++) histogram.record(i);
  assert.equal(percentileEstimate(histogram, 0.99), undefined);
  histogram.record(3000);
  const p99 = percentileEstimate(histogram, 0.99);
  assert.ok(p99 !== undefined && p99.low <= 2970 && p99.high >= 2970);
  assert.equal(percentileRanks(5, 0.5, 0.95), undefined);
});

test("the signed-rank test has SciPy's exact p and R's Hodges-Lehmann interval", () => {
  const { pValue, shift } = signedRank([1.1, -0.4, 0.9, 2.3, -1.7, 0.6, 3.1, 0.2, 1.4, -0.3]);
  near(pValue, 0.16015625, 1e-12);
  near(shift.value, 0.7, 1e-12);
  near(shift.low, -0.3, 1e-12);
  near(shift.high, 1.7, 1e-12);
});

test("with ties the signed-rank test has SciPy's corrected approximation", () => {
  const { pValue } = signedRank([-1, 1, 2, 2, 3, -2, 4, 5, 5, 6, 7, -3]);
  near(pValue, 0.037119200194514125, 1e-9);
});

test("Wilson's interval has the values of Newcombe's paper, also for no hit at all", () => {
  const { low, high } = shareEstimate(81, 263); // Newcombe 1998, table I: 0.2553 to 0.3662.
  near(low, 0.2553, 5e-5);
  near(high, 0.3662, 5e-5);
  const none = shareEstimate(0, 20);
  assert.equal(none.low, 0);
  near(none.high, 0.1611, 5e-5);
});

test("Holm's correction has R's p.adjust values", () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  for (const [i, expected] of [0.03, 0.06, 0.06, 0.02].entries())
    near(adjusted[i], expected, 1e-12);
});

test("a bootstrap repeats with its seed and holds the mean", () => {
  const values = Array.from({ length: 100 }, (_, i) => i);
  const mean = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0) / all.length;
  const first = bootstrapEstimate(values, mean, 5);
  assert.deepEqual(bootstrapEstimate(values, mean, 5), first);
  near(first.value, 49.5, 1e-9);
  near(first.low, 49.5 - 1.96 * 2.89, 0.7); // sigma / sqrt(n) = 28.87 / 10
  near(first.high, 49.5 + 1.96 * 2.89, 0.7);
});

test("642,142 requests a second at 1.56 ms from 10 clients are impossible", () => {
  assert.equal(isPossibleClosedLoop(10, 642_142, 0.00156, 0.05), false);
  assert.equal(isPossibleClosedLoop(1024, 642_142, 0.00156, 0.05), true);
  const { inFlightDerived, deviation } = checkLittle(642_142, 0.00156, 10);
  near(inFlightDerived, 1001.7, 0.1);
  assert.ok(deviation > 99);
});

test("waiting in line: M/D/1 is half of M/M/1, and Kingman agrees for constant service", () => {
  near(waitConstantService(0.8, 10), 20, 1e-9);
  near(waitKingman(0.8, 10, 1, 0), 20, 1e-9);
  near(waitKingman(0.8, 10, 1, 1), 40, 1e-9);
});

test("the scaling law finds the parameters it was made of", () => {
  const law = { g: 1000, s: 0.05, k: 0.0008 };
  const points = [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64].map((n) => ({
    n,
    perSecond: scalingRate(law, n),
  }));
  const exact = fitScaling(points);
  assert.ok(exact !== undefined);
  near(exact.s.value, 0.05, 1e-6);
  near(exact.k.value, 0.0008, 1e-7);
  near(exact.peakN.value, 34.46, 0.01);
  const prng = new Prng(4);
  const noisy = points.map(({ n, perSecond }) => ({
    n,
    perSecond: perSecond * (1 + (prng.nextBelow(401) - 200) / 10_000),
  }));
  const fit = fitScaling(noisy);
  assert.ok(fit !== undefined && !fit.isSuperlinear);
  assert.ok(fit.s.low <= 0.05 && fit.s.high >= 0.05, JSON.stringify(fit.s));
  assert.ok(fit.k.low <= 0.0008 && fit.k.high >= 0.0008, JSON.stringify(fit.k));
});

test("a superlinear start is flagged, and seven points are too few", () => {
  const rates = [1794, 3986, 6092, 5436, 7714, 8896, 9260, 7219];
  const points = rates.map((perSecond, i) => ({ n: i + 1, perSecond }));
  assert.equal(fitScaling(points)?.isSuperlinear, true);
  assert.equal(fitScaling(points.slice(1)), undefined);
});

test("the knees of a queue lie where its waiting time turns, and a ramp changes once", () => {
  const points = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95].map((u) => ({
    offeredPerSecond: u * 1000,
    achievedPerSecond: u * 1000,
    meanNanos: 1e6 / (1 - u),
    p99Nanos: 4.6e6 / (1 - u),
  }));
  const knees = findKnees(points);
  assert.equal(knees.power, 500); // M/M/1: power is largest at half the capacity.
  assert.equal(knees.doubled, 600);
  assert.equal(knees.kneedle, 800);
  near(knees.disagreement, 0.6, 1e-9);
  assert.equal(kneedle([1, 2, 3], [5, 5, 5]), undefined);
});

test("the detectable effect falls with the root of the number of pairs", () => {
  const differences = [-2, -1, 0, 1, 2];
  const few = detectableEffect(differences, 10, 0.05);
  near(few, (2.8016 * Math.sqrt(2.5)) / Math.sqrt((10 * 3) / Math.PI), 1e-3);
  near(detectableEffect(differences, 40, 0.05), few / 2, 1e-12);
});

test("a line through points is found with its start and slope, and its interval holds them", () => {
  const exact = [0.1, 0.2, 0.4, 0.8, 1].map((x) => ({ x, y: 300 + 9000 * x }));
  const fit = fitLine(exact);
  assert.ok(
    Math.abs((fit?.a.value ?? 0) - 300) < 1e-6 && Math.abs((fit?.w.value ?? 0) - 9000) < 1e-6,
  );
  const noisy = fitLine(exact.map(({ x, y }, i) => ({ x, y: y + (i % 2 === 0 ? 200 : -200) })));
  assert.ok(noisy && noisy.w.low < 9000 && noisy.w.high > 9000 && noisy.w.low < noisy.w.high);
});

test("no line without five points that differ", () => {
  assert.equal(fitLine([{ x: 1, y: 1 }]), undefined);
  assert.equal(fitLine(Array.from({ length: 6 }, (_, y) => ({ x: 1, y }))), undefined);
});
