// A comparison of versions in words.

import type { VersionsComparison } from "./compare-versions.ts";

export function comparisonText(comparison: VersionsComparison): string {
  const { instructions, instructionsMissing, cpu } = comparison;
  const lines: string[] = [];
  if (instructions !== undefined) {
    const { instructionsPerOrderA, instructionsPerOrderB, change, verdict } = instructions;
    lines.push(
      `tier 1, instructions an order (simulated): ${instructionsPerOrderA.toFixed(1)} to ` +
        `${instructionsPerOrderB.toFixed(1)}, ${percent(change)}: ${verdict}`,
    );
  } else if (instructionsMissing !== "") {
    lines.push(`tier 1, instructions: not available: ${instructionsMissing}`);
  }
  if (cpu !== undefined) {
    const { change, pValue, verdict, detectable } = cpu;
    lines.push(
      `tier 2, ${cpu.metric} (measured, ${change.n} interleaved pairs): ` +
        `${percent(change.value)} [${percent(change.low)}, ${percent(change.high)}], ` +
        `p = ${pValue.toPrecision(2)}: ${verdict}; ` +
        `so many pairs find ${percent(detectable)} or more`,
    );
  }
  return lines.join("\n");
}

function percent(change: number): string {
  return `${change >= 0 ? "+" : ""}${(change * 100).toFixed(2)} %`;
}
