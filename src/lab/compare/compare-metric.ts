// Two versions compared by one metric: an estimate with its interval, a verdict, and what the
// comparison could have found at all.

import { detectableEffect } from "../statistics/detectable-effect.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { holm } from "../statistics/holm.ts";
import { signedRank } from "../statistics/signed-rank.ts";
import { THRESHOLDS } from "../verdict/thresholds.ts";
import type { SimulatedVersion } from "./simulated-version.ts";

export type ComparisonVerdict = "IMPROVED" | "REGRESSED" | "EQUIVALENT" | "INCONCLUSIVE";

/** A measurement of A and of B, taken next to each other. */
export type Pair = { readonly a: number; readonly b: number };

export type Comparison = {
  readonly metric: string;
  /** A cost; otherwise a rate. */
  readonly lessIsBetter: boolean;
  /** B against A: 0.05 is 5 % more. */
  readonly change: Estimate;
  readonly pValue: number;
  /** A against A, measured among the pairs: what is no larger than its ends is no change. */
  readonly floor: Estimate;
  readonly verdict: ComparisonVerdict;
  /**
   * From A against A: the smallest change that so many pairs find in four of five tries, and not
   * below what A against itself showed.
   */
  readonly detectable: number;
};

/** A false alarm in a hundred comparisons of the same with the same. */
export const ALARM_LEVEL = 0.01;

/** `floor`: pairs of A against A. */
export function compareMetric(
  metric: string,
  pairs: readonly Pair[],
  floor: readonly Pair[],
  lessIsBetter: boolean,
): Comparison {
  const { pValue, shift } = signedRank(logRatios(pairs));
  const compared = {
    metric,
    lessIsBetter,
    change: changeOf(shift),
    pValue,
    floor: changeOf(signedRank(logRatios(floor)).shift),
  };
  const effect = detectableEffect(logRatios(floor), pairs.length, ALARM_LEVEL);
  const detectable = Math.expm1(Math.max(effect, floorOf(compared.floor)));
  return { ...compared, verdict: verdictOf(compared), detectable };
}

function logRatios(pairs: readonly Pair[]): number[] {
  return pairs.map(({ a, b }) => Math.log(b / a));
}

function changeOf({ value, low, high, n }: Estimate): Estimate {
  return { value: Math.expm1(value), low: Math.expm1(low), high: Math.expm1(high), n };
}

export function verdictOf({
  change,
  pValue,
  floor,
  lessIsBetter,
}: Omit<Comparison, "metric" | "verdict" | "detectable">): ComparisonVerdict {
  const { equivalence } = THRESHOLDS;
  if (change.low >= -equivalence && change.high <= equivalence) return "EQUIVALENT";
  if (pValue > ALARM_LEVEL || isWithin(change, floor)) return "INCONCLUSIVE";
  return change.value < 0 === lessIsBetter ? "IMPROVED" : "REGRESSED";
}

/** Whether A against itself showed as much, in either direction. */
function isWithin(change: Estimate, floor: Estimate): boolean {
  return Math.abs(Math.log1p(change.value)) <= floorOf(floor);
}

/** The farther end of A against A, as a logarithm. */
function floorOf({ low, high }: Estimate): number {
  return Math.max(Math.abs(Math.log1p(low)), Math.abs(Math.log1p(high)));
}

/** Several metrics, one chance of a false alarm. */
export function correctTogether(metrics: readonly Comparison[]): Comparison[] {
  const pValues = holm(metrics.map(({ pValue }) => pValue));
  return metrics.map((metric, i) => {
    const corrected = { ...metric, pValue: pValues[i] };
    return { ...corrected, verdict: verdictOf(corrected) };
  });
}

/** Both versions counted in the same way. */
export type CountedChange = {
  readonly a: SimulatedVersion;
  readonly b: SimulatedVersion;
  /** Of instructions an order, B against A. */
  readonly change: number;
  /** A smaller change is not told from the laps' own differences. */
  readonly resolution: number;
};

export type InstructionsComparison = {
  readonly asShipped: CountedChange;
  /**
   * The compiler inlines what fits its budget, so that a small change may move it by several
   * hundredths in either direction. Compiled without that, what is counted is the work itself.
   */
  readonly notInlined: CountedChange;
  /** Of callgrind's estimate, as shipped: what misses and mispredictions add. */
  readonly cyclesChange: number;
  readonly resolution: number;
  readonly verdict: ComparisonVerdict;
};

export function countedChange(a: SimulatedVersion, b: SimulatedVersion): CountedChange {
  const change = b.perOrder.instructions / a.perOrder.instructions - 1;
  const resolution = Math.max(THRESHOLDS.instructionsChange, a.spread + b.spread);
  return { a, b, change, resolution };
}

/** Instructions repeat, so that a change is one; where the counts contradict each other, none. */
export function compareInstructions(
  asShipped: CountedChange,
  notInlined: CountedChange,
): InstructionsComparison {
  const cyclesChange = cyclesOf(asShipped.b) / cyclesOf(asShipped.a) - 1;
  const resolution = Math.max(asShipped.resolution, notInlined.resolution);
  const directions = [asShipped, notInlined].map((counted) =>
    directionOf(counted.change, counted.resolution),
  );
  directions.push(directionOf(cyclesChange, THRESHOLDS.cyclesChange));
  const verdict = verdictOfDirections(directions, resolution <= THRESHOLDS.instructionsChange);
  return { asShipped, notInlined, cyclesChange, resolution, verdict };
}

function directionOf(change: number, resolution: number): number {
  return Math.abs(change) <= resolution ? 0 : Math.sign(change);
}

function verdictOfDirections(directions: readonly number[], isExact: boolean): ComparisonVerdict {
  const isUp = directions.includes(1);
  const isDown = directions.includes(-1);
  if (isUp && isDown) return "INCONCLUSIVE";
  if (isUp) return "REGRESSED";
  if (isDown) return "IMPROVED";
  return isExact ? "EQUIVALENT" : "INCONCLUSIVE";
}

/** As callgrind_annotate estimates them: 10 for a miss of the first level, 100 of the last. */
function cyclesOf({ perOrder }: SimulatedVersion): number {
  const { instructions, firstLevelMisses, lastLevelMisses, mispredicts } = perOrder;
  return instructions + 10 * firstLevelMisses + 100 * lastLevelMisses + 10 * mispredicts;
}

/** What all tiers say together: one alarm is one, two that contradict each other are none. */
export function verdictOfAll(verdicts: readonly ComparisonVerdict[]): ComparisonVerdict {
  const isThere = (verdict: ComparisonVerdict) => verdicts.includes(verdict);
  if (isThere("IMPROVED") && isThere("REGRESSED")) return "INCONCLUSIVE";
  if (isThere("REGRESSED")) return "REGRESSED";
  if (isThere("IMPROVED")) return "IMPROVED";
  return isThere("EQUIVALENT") ? "EQUIVALENT" : "INCONCLUSIVE";
}
