// The public matching benchmark on our book: every run in a process of its own, the flows taken in
// turn so that a drifting machine is fair to all, the median of each flow reported.

import { execFile } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { workerUrl } from "../../ops/worker-url.ts";
import { median } from "./machine.ts";

export type BookBenchOptions = {
  readonly flows: readonly string[];
  readonly runs: number;
  /** Without it the clock also sees the compiler at work. */
  readonly warmsUp: boolean;
};

export type BookBenchResult = {
  readonly flow: string;
  readonly commands: number;
  readonly seconds: number;
  readonly commandsPerSecond: number;
  readonly sha256: string;
};

type Run = { readonly commands: number; readonly seconds: number; readonly sha256: string };

const run = promisify(execFile);

/** Rejects when two runs of a flow disagree about its reports, or a run fails. */
export async function benchBook(options: BookBenchOptions): Promise<BookBenchResult[]> {
  const runs = new Map<string, Run[]>(options.flows.map((flow) => [flow, []]));
  for (let round = 0; round < options.runs; round++) {
    for (const flow of options.flows) runs.get(flow)?.push(await runOnce(flow, options.warmsUp));
  }
  return Array.from(runs, ([flow, flowRuns]) => summary(flow, flowRuns));
}

async function runOnce(flow: string, warmsUp: boolean): Promise<Run> {
  const script = fileURLToPath(workerUrl(import.meta.url, "book-run"));
  const args = [...process.execArgv, script, flow, ...(warmsUp ? [] : ["--no-warm-up"])];
  const { stdout } = await run(process.execPath, args);
  return JSON.parse(stdout) as Run;
}

function summary(flow: string, runs: readonly Run[]): BookBenchResult {
  const hashes = new Set(runs.map(({ sha256 }) => sha256));
  const commands = runs[0]?.commands ?? 0;
  const [sha256 = ""] = hashes;
  if (hashes.size !== 1) {
    throw new Error(`${flow}: expected one hash in ${runs.length} runs, found ${hashes.size}`);
  }
  const seconds = median(runs.map((each) => each.seconds));
  const commandsPerSecond = Math.round(commands / seconds);
  return { flow: basename(flow), commands, seconds, commandsPerSecond, sha256 };
}
