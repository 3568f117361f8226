// What a run says of itself, and of a failure all that is needed to see it again.

import type { Outcome } from "./simulation.ts";
import type { FaultChoice } from "./swarm.ts";

export function commandOf(seed: number, faults: FaultChoice): string {
  const choice = typeof faults === "string" ? faults : `"${faults.join(",")}"`;
  return `npm run sim -- --seed ${seed} --faults ${choice} --trace`;
}

export function reportOf(outcome: Outcome, faults: FaultChoice): string {
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
    `again: ${commandOf(seed, faults)}`,
  ].join("\n");
}
