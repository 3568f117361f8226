// compare-run.json: everything that a comparison measured. Its verdicts, report and pictures are
// functions of it and nothing else.

import { join } from "node:path";
import type { Environment } from "../campaign/environment.ts";
import { LabFileFailure, readJson, writeTo } from "../report/lab-files.ts";
import type { Pair } from "./compare-metric.ts";
import type { InterleavedPairs } from "./interleaved-pairs.ts";
import { type PackedSamples, packSamples, unpackSamples } from "./packed-samples.ts";
import type { SampledPair } from "./sampled-pair.ts";
import type { ServedVersions } from "./served-versions.ts";
import type { SimulatedVersion } from "./simulated-version.ts";

export const COMPARE_RUN_VERSION = 1;

export type CountedVersions = { readonly a: SimulatedVersion; readonly b: SimulatedVersion };

export type CompareRun = {
  readonly kind: "compare";
  readonly version: typeof COMPARE_RUN_VERSION;
  /** Folders of the builds, as they were named. */
  readonly a: string;
  readonly b: string;
  readonly startedAt: string;
  readonly command: string;
  readonly seed: number;
  readonly environment: Environment;
  /** Tier 1. */
  readonly counted?: { readonly asShipped: CountedVersions; readonly notInlined: CountedVersions };
  /** Why not, where tier 1 was asked for and is not there. */
  readonly countedMissing: string;
  /** Tier 2: nanoseconds of processor time an order. */
  readonly timed?: InterleavedPairs<Pair>;
  /** Tier 3. */
  readonly served?: ServedVersions;
  /** None: nobody asked where the time goes. */
  readonly sampled: readonly SampledPair[];
};

type CompareFile = Omit<CompareRun, "sampled"> & { readonly sampled: PackedSamples };

export function writeCompareRun(run: CompareRun, folder: string, name: string): string {
  const path = join(folder, `${name}-run.json`);
  const file: CompareFile = { ...run, sampled: packSamples(run.sampled) };
  writeTo(path, `${JSON.stringify(file)}\n`);
  return path;
}

/** Undefined: a file of another kind. Throws for another version. */
export function readCompareRun(path: string): CompareRun | undefined {
  const run = readJson(path) as unknown as CompareFile;
  if (run.kind !== "compare") return undefined;
  if (run.version !== COMPARE_RUN_VERSION) {
    throw new LabFileFailure(
      `${path}: expected version ${COMPARE_RUN_VERSION}, found ${run.version}`,
    );
  }
  return { ...run, sampled: unpackSamples(run.sampled) };
}
