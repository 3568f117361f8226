// What a resting order costs: bytes of memory, and how much slower commands are among many of them.
// Every run in a process of its own, the sizes taken in turn, medians reported.

import { fileURLToPath } from "node:url";
import { workerUrl } from "../../ops/worker-url.ts";
import { median } from "./machine.ts";
import { runInProcess } from "./run-in-process.ts";

export type MemoryBenchOptions = {
  /** The few and the many, in this order. */
  readonly sizes: readonly [number, number];
  readonly commands: number;
  readonly runs: number;
};

export type MemoryBenchResult = {
  readonly orders: number;
  /** What the whole process grew by, an order; of few mostly what the engine is by itself. */
  readonly bytesPerOrder: number;
  /** Of the processor's time, which other work on the machine moves less than the clock. */
  readonly nanosPerCommand: number;
  /** Against a command among the few. */
  readonly timesFew: number;
  readonly stateHash: string;
};

type Run = Omit<MemoryBenchResult, "timesFew">;

/** Rejects when orders were lost or runs of one size ended in different states. */
export async function benchMemory(options: MemoryBenchOptions): Promise<MemoryBenchResult[]> {
  const bySize = new Map<number, Run[]>(options.sizes.map((size) => [size, []]));
  for (let round = 0; round < options.runs; round++) {
    for (const [size, runs] of bySize) runs.push(await runOnce(size, options.commands));
  }
  const medians = Array.from(bySize.values(), summary);
  const few = medians[0]?.nanosPerCommand ?? Number.NaN;
  return medians.map((each) => ({ ...each, timesFew: each.nanosPerCommand / few }));
}

async function runOnce(orders: number, commands: number): Promise<Run> {
  const script = fileURLToPath(workerUrl(import.meta.url, "memory-process"));
  return await runInProcess<Run>(script, [String(orders), String(commands)]);
}

function summary(runs: readonly Run[]): Run {
  const hashes = new Set(runs.map(({ stateHash }) => stateHash));
  const [first] = runs;
  if (first === undefined || hashes.size !== 1) {
    throw new Error(`expected one state in ${runs.length} runs, found ${hashes.size}`);
  }
  return {
    ...first,
    bytesPerOrder: median(runs.map((each) => each.bytesPerOrder)),
    nanosPerCommand: median(runs.map((each) => each.nanosPerCommand)),
  };
}
