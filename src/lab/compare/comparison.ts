// What a comparison found: a function of what it measured.

import {
  type Comparison,
  type ComparisonVerdict,
  compareInstructions,
  compareMetric,
  correctTogether,
  countedChange,
  type InstructionsComparison,
  type Pair,
  verdictOfAll,
} from "./compare-metric.ts";
import type { CompareRun } from "./compare-run.ts";

export type VersionsComparison = {
  readonly instructions: InstructionsComparison | undefined;
  readonly instructionsMissing: string;
  /** Tiers 2 and 3. */
  readonly metrics: readonly Comparison[];
  readonly verdict: ComparisonVerdict;
};

/** A metric's pairs, with those of A against A. */
export type MeasuredMetric = {
  readonly metric: string;
  readonly lessIsBetter: boolean;
  readonly pairs: readonly Pair[];
  readonly floor: readonly Pair[];
};

export function metricsOf({ timed, served }: CompareRun): MeasuredMetric[] {
  const metrics: MeasuredMetric[] = [];
  if (timed !== undefined) {
    metrics.push({ metric: "processor time an order", lessIsBetter: true, ...timed });
  }
  if (served !== undefined) {
    metrics.push({
      metric: "ceiling: rate with 512 in flight",
      lessIsBetter: false,
      pairs: served.pairs.map(({ rate }) => rate),
      floor: served.floor.map(({ rate }) => rate),
    });
    metrics.push({
      metric: "p99 at half of A's rate",
      lessIsBetter: true,
      pairs: served.pairs.map(({ p99Nanos }) => p99Nanos),
      floor: served.floor.map(({ p99Nanos }) => p99Nanos),
    });
  }
  return metrics;
}

export function comparisonOf(run: CompareRun): VersionsComparison {
  const { counted, countedMissing } = run;
  const change = (versions: keyof NonNullable<typeof counted>) =>
    counted && countedChange(counted[versions].a, counted[versions].b);
  const asShipped = change("asShipped");
  const notInlined = change("notInlined");
  const instructions = asShipped && notInlined && compareInstructions(asShipped, notInlined);
  const metrics = correctTogether(
    metricsOf(run).map(({ metric, pairs, floor, lessIsBetter }) =>
      compareMetric(metric, pairs, floor, lessIsBetter),
    ),
  );
  const verdicts = metrics.map(({ verdict }) => verdict);
  if (instructions !== undefined) verdicts.push(instructions.verdict);
  return {
    instructions,
    instructionsMissing: countedMissing,
    metrics,
    verdict: verdictOfAll(verdicts),
  };
}
