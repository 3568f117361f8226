// A comparison of versions in words.

import type { Interval } from "../statistics/estimate.ts";
import type { Comparison, CountedChange, InstructionsComparison } from "./compare-metric.ts";
import type { VersionsComparison } from "./comparison.ts";

/** What one would like to see in a change: where the machine cannot, it is said. */
const WANTED = 0.01;

export function comparisonText(comparison: VersionsComparison): string {
  const { instructions, instructionsMissing, metrics, verdict } = comparison;
  const lines: string[] = [];
  if (instructions !== undefined) lines.push(instructionsText(instructions));
  if (instructionsMissing !== "") {
    lines.push(`tier 1, instructions: not available: ${instructionsMissing}`);
  }
  return [...lines, ...metrics.map(metricText), `verdict: ${verdict}`].join("\n");
}

function instructionsText(compared: InstructionsComparison): string {
  const { asShipped, notInlined, cyclesChange, resolution, verdict } = compared;
  return (
    `instructions an order (simulated): ${countedText(asShipped)}; ` +
    `not inlined ${countedText(notInlined)}; ` +
    `cycles (modelled) ${signedPercent(cyclesChange)}: ${verdict}; ${resolvedText(resolution)}`
  );
}

function countedText({ a, b, change }: CountedChange): string {
  const before = a.perOrder.instructions.toFixed(1);
  return `${before} to ${b.perOrder.instructions.toFixed(1)}, ${signedPercent(change)}`;
}

function metricText({ metric, change, pValue, floor, verdict, detectable }: Comparison): string {
  return (
    `${metric} (measured, ${change.n} interleaved pairs): ` +
    `${signedPercent(change.value)} ${rangeText(change)}, ` +
    `p = ${pValue.toPrecision(2)}, A against A ${rangeText(floor)}: ` +
    `${verdict}; ${resolvedText(detectable)}`
  );
}

export function resolvedText(smallest: number): string {
  const resolves = `resolves ${(smallest * 100).toFixed(2)} %`;
  return smallest <= WANTED ? resolves : `cannot resolve ${WANTED * 100} % here, ${resolves}`;
}

export function signedPercent(change: number): string {
  return `${change >= 0 ? "+" : ""}${(change * 100).toFixed(2)} %`;
}

function rangeText({ low, high }: Interval): string {
  return `[${signedPercent(low)}, ${signedPercent(high)}]`;
}
