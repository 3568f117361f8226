// hot path
// Counts of durations in nanoseconds, log-linear as HdrHistogram: below 512 ns every value has a
// bucket of its own; above, each doubling has 256 buckets, so a bucket is at most 1/256 (0.39 %) of
// its value wide. Everything is allocated in the constructor; record() touches two arrays. Minimum
// and maximum are exact, the sum while it is below 2^53. Histograms are merged, percentiles never
// averaged.

import { assert } from "../../base/assert.ts";

const LINEAR_BITS = 9;
const HALF = 1 << (LINEAR_BITS - 1);
/** 2^47 ns are 39 hours; longer is counted as that. */
const EXPONENT_MAX = 47;
const VALUE_MAX = 2 ** EXPONENT_MAX - 1;
const BUCKETS = (EXPONENT_MAX - LINEAR_BITS + 2) * HALF;
const TWO_POW_31 = 2_147_483_648;

/** Places in the moments. */
const COUNT = 0;
const SUM = 1;
const SUM_OF_SQUARES = 2;
const MIN = 3;
const MAX = 4;

/** The largest part of a value by which a percentile may be above the true one. */
export const BUCKET_WIDTH_RATIO = 1 / HALF;

export type HistogramRecord = {
  /** Index and count of each bucket that is not empty, in turn. */
  readonly buckets: readonly number[];
  readonly moments: readonly number[];
};

export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  readonly #moments = new Float64Array(5);

  constructor() {
    this.clear();
  }

  static fromRecord(record: HistogramRecord): LatencyHistogram {
    const histogram = new LatencyHistogram();
    const { buckets, moments } = record;
    for (let i = 0; i + 1 < buckets.length; i += 2) histogram.#counts[buckets[i]] = buckets[i + 1];
    histogram.#moments.set(moments);
    if (moments[COUNT] === 0) histogram.clear();
    return histogram;
  }

  /** A value below 0 (two clocks that disagree) counts as 0. */
  record(nanos: number): void {
    const value = Math.floor(Math.min(VALUE_MAX, Math.max(0, nanos)));
    this.#counts[bucketOf(value)]++;
    const moments = this.#moments;
    moments[COUNT]++;
    moments[SUM] += value;
    moments[SUM_OF_SQUARES] += value * value;
    if (value < moments[MIN]) moments[MIN] = value;
    if (value > moments[MAX]) moments[MAX] = value;
  }

  merge(other: LatencyHistogram): void {
    for (let i = 0; i < BUCKETS; i++) this.#counts[i] += other.#counts[i];
    for (const place of [COUNT, SUM, SUM_OF_SQUARES]) this.#moments[place] += other.#moments[place];
    this.#moments[MIN] = Math.min(this.#moments[MIN], other.#moments[MIN]);
    this.#moments[MAX] = Math.max(this.#moments[MAX], other.#moments[MAX]);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#moments.fill(0);
    this.#moments[MIN] = Number.POSITIVE_INFINITY;
  }

  get count(): number {
    return this.#moments[COUNT];
  }

  /** NaN while empty, as every statistic of nothing. */
  get min(): number {
    return this.count === 0 ? Number.NaN : this.#moments[MIN];
  }

  get max(): number {
    return this.count === 0 ? Number.NaN : this.#moments[MAX];
  }

  get mean(): number {
    return this.#moments[SUM] / this.count;
  }

  /** Of the population. */
  get standardDeviation(): number {
    const variance = this.#moments[SUM_OF_SQUARES] / this.count - this.mean ** 2;
    return Math.sqrt(Math.max(0, variance));
  }

  /**
   * The largest value that shares a bucket with the value at `rank` (from 1, ascending): at most
   * BUCKET_WIDTH_RATIO above it, never above the maximum.
   */
  valueAtRank(rank: number): number {
    assert(rank >= 1 && rank <= this.count, "a rank is one of the counted values");
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket];
      if (seen >= rank) return Math.min(upperEdgeOf(bucket) - 1, this.max);
    }
    return this.max;
  }

  /** `fraction` from 0 to 1: 0.99 is the 99th percentile, the nearest rank above. */
  percentile(fraction: number): number {
    if (this.count === 0) return Number.NaN;
    return this.valueAtRank(Math.min(this.count, Math.max(1, Math.ceil(this.count * fraction))));
  }

  /** How many values were at most `nanos`, to a bucket. */
  countAtMost(nanos: number): number {
    const last = bucketOf(Math.min(VALUE_MAX, Math.max(0, Math.floor(nanos))));
    let seen = 0;
    for (let bucket = 0; bucket <= last; bucket++) seen += this.#counts[bucket];
    return seen;
  }

  /** Middle and count of every bucket that is not empty, ascending. */
  *buckets(): Generator<{ readonly nanos: number; readonly count: number }> {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.#counts[bucket];
      if (count > 0) yield { nanos: (lowerEdgeOf(bucket) + upperEdgeOf(bucket) - 1) / 2, count };
    }
  }

  toRecord(): HistogramRecord {
    const buckets: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      if (this.#counts[bucket] > 0) buckets.push(bucket, this.#counts[bucket]);
    }
    const moments = Array.from(this.#moments, (each) => (Number.isFinite(each) ? each : 0));
    return { buckets, moments };
  }
}

/** `value` is an integer from 0 to VALUE_MAX. */
function bucketOf(value: number): number {
  if (value < 2 * HALF) return value;
  const exponent =
    value < TWO_POW_31 ? 31 - Math.clz32(value) : 62 - Math.clz32(Math.floor(value / TWO_POW_31));
  const shift = exponent - LINEAR_BITS + 1;
  return shift * HALF + Math.floor(value / 2 ** shift);
}

function lowerEdgeOf(bucket: number): number {
  if (bucket < 2 * HALF) return bucket;
  const shift = Math.floor(bucket / HALF) - 1;
  return (bucket - shift * HALF) * 2 ** shift;
}

function upperEdgeOf(bucket: number): number {
  return lowerEdgeOf(bucket + 1);
}
