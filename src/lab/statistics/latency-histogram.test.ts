import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../../base/prng.ts";
import { jitterOf } from "./jitter.ts";
import { BUCKET_WIDTH_RATIO, LatencyHistogram } from "./latency-histogram.ts";

function sampled(count: number, seed: number): { values: number[]; histogram: LatencyHistogram } {
  const prng = new Prng(seed);
  const histogram = new LatencyHistogram();
  const values = Array.from({ length: count }, () =>
    Math.floor(Math.exp((prng.nextBelow(1_000_000) / 1_000_000) * 25)),
  );
  for (const value of values) histogram.record(value);
  return { values: values.toSorted((a, b) => a - b), histogram };
}

test("every percentile is at most one bucket above the sorted values' own", () => {
  const { values, histogram } = sampled(20_000, 3);
  for (const fraction of [0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1]) {
    const exact = values[Math.max(0, Math.ceil(values.length * fraction) - 1)];
    const found = histogram.percentile(fraction);
    assert.ok(found >= exact, `${fraction}: expected at least ${exact}, found ${found}`);
    assert.ok(found <= exact * (1 + BUCKET_WIDTH_RATIO) + 1, `${fraction}: ${found} for ${exact}`);
  }
  assert.equal(histogram.min, values[0]);
  assert.equal(histogram.max, values.at(-1));
});

test("values below 512 ns are kept exactly, and longer ones than 39 hours count as that", () => {
  const histogram = new LatencyHistogram();
  for (const nanos of [511, 0, 300, -5]) histogram.record(nanos);
  assert.equal(histogram.percentile(1), 511);
  assert.equal(histogram.percentile(0.75), 300);
  assert.equal(histogram.percentile(0.5), 0);
  histogram.record(1e18);
  assert.equal(histogram.max, 2 ** 47 - 1);
});

test("merged histograms and one from a record are the histogram of all values", () => {
  const first = sampled(5000, 1);
  const second = sampled(3000, 2);
  const whole = new LatencyHistogram();
  for (const value of [...first.values, ...second.values]) whole.record(value);
  first.histogram.merge(second.histogram);
  assert.deepEqual(first.histogram.toRecord().buckets, whole.toRecord().buckets);
  assert.equal(first.histogram.mean, whole.mean);
  assert.equal(first.histogram.max, whole.max);
  const record = JSON.parse(JSON.stringify(whole.toRecord()));
  const again = LatencyHistogram.fromRecord(record);
  assert.deepEqual(again.toRecord(), whole.toRecord());
});

test("an empty histogram survives its record and has no percentile", () => {
  const empty = LatencyHistogram.fromRecord(new LatencyHistogram().toRecord());
  assert.equal(empty.percentile(0.5), Number.NaN);
  empty.record(7);
  assert.equal(empty.min, 7);
});

test("jitter is told in four ways", () => {
  const histogram = new LatencyHistogram();
  for (const nanos of [100, 100, 120, 140, 400]) histogram.record(nanos);
  const jitter = jitterOf(histogram, 90);
  assert.equal(jitter.p99MinusP50Nanos, 280);
  assert.equal(jitter.medianDeviationNanos, 20); // 0, 20, 20, 20, 280
  assert.ok(Math.abs(jitter.standardDeviationNanos - 114.961) < 0.001);
  assert.equal(jitter.meanStepNanos, 90);
});
