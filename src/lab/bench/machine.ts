// The machine a number was measured on: one line, printed beside every benchmark.

import { cpus, loadavg, release, totalmem } from "node:os";

const GIB = 1024 ** 3;

export function machineLine(): string {
  const processors = cpus();
  const load = loadavg()[0] ?? 0;
  return [
    `machine: ${processors.length} x ${processors[0]?.model.trim() ?? "unknown CPU"}`,
    `${Math.round(totalmem() / GIB)} GiB`,
    `${process.platform} ${release()}`,
    `Node ${process.version} (V8 ${process.versions.v8}) ${process.execArgv.join(" ")}`.trim(),
    `load ${load.toFixed(2)}`,
  ].join(", ");
}

/** The middle of the values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The result whose value is nearest to the median of all. */
export function middleOf<Result>(
  results: readonly Result[],
  numberOf: (result: Result) => number,
): Result {
  const middle = median(results.map(numberOf));
  const [nearest] = results.toSorted(
    (a, b) => Math.abs(numberOf(a) - middle) - Math.abs(numberOf(b) - middle),
  );
  if (nearest === undefined) throw new Error("expected at least one run");
  return nearest;
}
