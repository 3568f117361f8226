// The public matching benchmark, on the book alone or on the whole engine: every run in a process
// of its own, the flows taken in turn so that a drifting machine is fair to all, the median of each
// flow reported.

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { workerUrl } from "../../ops/worker-url.ts";
import { median } from "./machine.ts";
import { checkPublished } from "./published-hashes.ts";
import { runInProcess } from "./run-in-process.ts";

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
};

type Run = { readonly commands: number; readonly seconds: number; readonly sha256: string };

/** Rejects when the reports of a flow are not the published ones or differ, or a run fails. */
export async function benchFlows(options: FlowBenchOptions): Promise<FlowBenchResult[]> {
  const runs = new Map<string, Run[]>(options.flows.map((flow) => [flow, []]));
  for (let round = 0; round < options.runs; round++) {
    for (const flow of options.flows) runs.get(flow)?.push(await runOnce(flow, options));
  }
  return Array.from(runs, ([flow, flowRuns]) => summary(flow, flowRuns));
}

async function runOnce(flow: string, { target, warmsUp }: FlowBenchOptions): Promise<Run> {
  const script = fileURLToPath(workerUrl(import.meta.url, "flow-process"));
  return await runInProcess<Run>(script, [target, flow, ...(warmsUp ? [] : ["--no-warm-up"])]);
}

function summary(flow: string, runs: readonly Run[]): FlowBenchResult {
  const hashes = new Set(runs.map(({ sha256 }) => sha256));
  const commands = runs[0]?.commands ?? 0;
  const [sha256 = ""] = hashes;
  if (hashes.size !== 1) {
    throw new Error(`${flow}: expected one hash in ${runs.length} runs, found ${hashes.size}`);
  }
  const seconds = median(runs.map((each) => each.seconds));
  const commandsPerSecond = Math.round(commands / seconds);
  const name = basename(flow);
  const isPublished = checkPublished(name, sha256);
  return { flow: name, commands, seconds, commandsPerSecond, sha256, isPublished };
}
