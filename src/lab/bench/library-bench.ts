// The book as a library beside another one from npm, over the same traffic: every run in a process
// of its own, the libraries taken in turn. All must have traded the same and left the same book.

import { fileURLToPath } from "node:url";
import { workerUrl } from "../../ops/worker-url.ts";
import { median } from "./machine.ts";
import { runInProcess } from "./run-in-process.ts";

export type LibraryResult = {
  readonly library: string;
  readonly commands: number;
  readonly nanosPerCommand: number;
  readonly tradedLots: number;
  readonly sha256: string;
};

const LIBRARIES = ["outcry", "outcry-core", "nodejs-order-book"];

/** Rejects when two libraries disagree, or one is not installed (it comes with npm ci). */
export async function benchLibraries(commands: number, runs: number): Promise<LibraryResult[]> {
  const results: LibraryResult[] = [];
  for (let round = 0; round < runs; round++) {
    for (const library of LIBRARIES) results.push(await runOnce(library, commands));
  }
  const answers = new Set(results.map(({ tradedLots, sha256 }) => `${tradedLots} ${sha256}`));
  if (answers.size !== 1) {
    throw new Error(`expected one answer of ${LIBRARIES.join(", ")}, found ${[...answers]}`);
  }
  return LIBRARIES.map((library) => summary(results.filter((run) => run.library === library)));
}

async function runOnce(library: string, commands: number): Promise<LibraryResult> {
  const script = fileURLToPath(workerUrl(import.meta.url, "library-process"));
  const run = await runInProcess<Omit<LibraryResult, "library">>(script, [
    library,
    String(commands),
  ]);
  return { library, ...run };
}

function summary(runs: readonly LibraryResult[]): LibraryResult {
  const [first] = runs;
  if (first === undefined) throw new Error("expected at least one run");
  return { ...first, nanosPerCommand: median(runs.map((run) => run.nanosPerCommand)) };
}
