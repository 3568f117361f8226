// Loads that were made to hurt, against the usual one: every run in a process of its own, the loads
// taken in turn, the median of each reported with how many times the usual cost it is.

import { fileURLToPath } from "node:url";
import { workerUrl } from "../../ops/worker-url.ts";
import { LOADS } from "./adversarial-loads.ts";
import { median } from "./machine.ts";
import { runInProcess } from "./run-in-process.ts";

export type AdversarialResult = {
  readonly load: string;
  readonly unit: string;
  readonly units: number;
  readonly nanosPerUnit: number;
  /** Against a command of the usual load. */
  readonly timesNormal: number;
  readonly stateHash: string;
};

type Run = Omit<AdversarialResult, "load" | "timesNormal">;

/** Rejects when a load did not do what it is about, or ended in different states. */
export async function benchAdversarial(runs: number, scale = 1): Promise<AdversarialResult[]> {
  const byLoad = new Map<string, Run[]>(Object.keys(LOADS).map((load) => [load, []]));
  for (let round = 0; round < runs; round++) {
    for (const [load, known] of byLoad) known.push(await runOnce(load, scale));
  }
  const medians = Array.from(byLoad, ([load, known]) => summary(load, known));
  const normal = medians[0]?.nanosPerUnit ?? Number.NaN;
  return medians.map((each) => ({ ...each, timesNormal: each.nanosPerUnit / normal }));
}

async function runOnce(load: string, scale: number): Promise<Run> {
  const script = fileURLToPath(workerUrl(import.meta.url, "adversarial-process"));
  return await runInProcess<Run>(script, [load, String(scale)]);
}

function summary(load: string, runs: readonly Run[]): Omit<AdversarialResult, "timesNormal"> {
  const hashes = new Set(runs.map(({ stateHash }) => stateHash));
  const [first] = runs;
  if (first === undefined || hashes.size !== 1) {
    throw new Error(`${load}: expected one state in ${runs.length} runs, found ${hashes.size}`);
  }
  return { load, ...first, nanosPerUnit: median(runs.map((each) => each.nanosPerUnit)) };
}
