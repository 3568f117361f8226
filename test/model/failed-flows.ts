// Flows in which the engine and its twin once differed, shrunk, each with what it found. They are
// kept as commands, not as seeds: what a seed draws changes with the random flows.

import { readFileSync } from "node:fs";
import type { TwinStep } from "./twin-run.ts";

const FILE = new URL("failed-flows.jsonl", import.meta.url);

export type FailedFlow = {
  readonly found: string;
  /** Gives the run its limits and the moment of its snapshot. */
  readonly seed: number;
  readonly steps: readonly TwinStep[];
};

export function failedFlows(): FailedFlow[] {
  const lines = readFileSync(FILE, "utf8").trim().split("\n");
  return lines.map((line): FailedFlow => JSON.parse(line));
}
