// The public matching benchmark, on the book alone or on the whole engine: every run in a process
// of its own, the flows taken in turn so that a drifting machine is fair to all, the median of each
// flow reported.

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { workerUrl } from "../../ops/worker-url.ts";
import { loadFlow } from "./flow-file.ts";
import { median } from "./machine.ts";
import { checkPublished } from "./published-hashes.ts";
import { runInProcess } from "./run-in-process.ts";
import type { ServiceNanos } from "./service-times.ts";

export type FlowBenchTarget = "book" | "engine";

export type FlowBenchOptions = {
  readonly target: FlowBenchTarget;
  readonly flows: readonly string[];
  readonly runs: number;
  /** Without it the clock also sees the compiler at work. */
  readonly warmsUp: boolean;
};

export type FlowBenchResult = {
  readonly flow: string;
  readonly commands: number;
  readonly seconds: number;
  readonly commandsPerSecond: number;
  readonly sha256: string;
  /** Whether the hash is the benchmark's published one; false only where none is known. */
  readonly isPublished: boolean;
  /** Of the engine: from a run of its own, whose rate counts for nothing. */
  readonly serviceNanos?: ServiceNanos | undefined;
};

type Run = {
  readonly commands: number;
  readonly seconds: number;
  readonly sha256: string;
  readonly serviceNanos?: ServiceNanos;
};

/** Rejects when the reports of a flow are not the published ones or differ, or a run fails. */
export async function benchFlows(options: FlowBenchOptions): Promise<FlowBenchResult[]> {
  // A wrong file is told here, before anything is measured, and not by a process that dies of it.
  for (const flow of options.flows) loadFlow(flow);
  const runs = new Map<string, Run[]>(options.flows.map((flow) => [flow, []]));
  for (let round = 0; round < options.runs; round++) {
    for (const flow of options.flows) runs.get(flow)?.push(await runOnce(flow, options));
  }
  const results: FlowBenchResult[] = [];
  for (const [flow, flowRuns] of runs) {
    const timed = options.target === "engine" ? await runOnce(flow, options, "service") : undefined;
    results.push(summary(flow, flowRuns, timed));
  }
  return results;
}

async function runOnce(
  flow: string,
  { target, warmsUp }: FlowBenchOptions,
  way: FlowBenchTarget | "service" = target,
): Promise<Run> {
  const script = fileURLToPath(workerUrl(import.meta.url, "flow-process"));
  return await runInProcess<Run>(script, [way, flow, ...(warmsUp ? [] : ["--no-warm-up"])]);
}

function summary(flow: string, runs: readonly Run[], timed: Run | undefined): FlowBenchResult {
  const checked = timed === undefined ? runs : [...runs, timed];
  const hashes = new Set(checked.map(({ sha256 }) => sha256));
  const commands = runs[0]?.commands ?? 0;
  const [sha256 = ""] = hashes;
  if (hashes.size !== 1) {
    throw new Error(`${flow}: expected one hash in ${checked.length} runs, found ${hashes.size}`);
  }
  const seconds = median(runs.map((each) => each.seconds));
  const commandsPerSecond = Math.round(commands / seconds);
  const name = basename(flow);
  const isPublished = checkPublished(name, sha256);
  const serviceNanos = timed?.serviceNanos;
  return { flow: name, commands, seconds, commandsPerSecond, sha256, isPublished, serviceNanos };
}
