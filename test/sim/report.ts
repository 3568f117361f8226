// What a run says of itself, and of a failure all that is needed to see it again.

import type { Outcome } from "./simulation.ts";

export function commandOf(seed: number, hasAllFaults: boolean): string {
  return `npm run sim -- --seed ${seed}${hasAllFaults ? " --all-faults" : ""} --trace`;
}

export function reportOf(outcome: Outcome, hasAllFaults: boolean): string {
  const { seed, traceHash, commands, starts, toldOrders, simulatedSeconds } = outcome;
  const summary =
    `seed ${seed}: ${commands} commands, ${toldOrders} orders told, ${starts} starts, ` +
    `${simulatedSeconds} simulated seconds, trace ${traceHash}`;
  const { violation, lastLines } = outcome;
  if (violation === undefined) return `${summary}: every promise kept`;
  return [
    ...lastLines,
    `${summary}:`,
    violation.name === "Violation" ? violation.message : (violation.stack ?? violation.message),
    ...(violation.cause instanceof Error ? [String(violation.cause.stack)] : []),
    `again: ${commandOf(seed, hasAllFaults)}`,
  ].join("\n");
}
