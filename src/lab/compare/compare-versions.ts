// Before and after. Tier 1 counts the instructions of both versions under callgrind, with Node told
// to repeat itself; tier 2 takes processor time an order in interleaved pairs; tier 3 drives both
// behind a socket. Versions that answer differently are not compared.

import { readEnvironment } from "../campaign/environment.ts";
import { COMPARE_RUN_VERSION, type CompareRun, type CountedVersions } from "./compare-run.ts";
import { pairVersions, sampleVersions } from "./paired-versions.ts";
import { serveVersions } from "./served-versions.ts";
import { simulateVersion } from "./simulated-version.ts";
import { startVersion } from "./version.ts";

export type Tier = 1 | 2 | 3;

export type VersionsOptions = {
  /** Folders of builds: `dist` of this checkout and of another. */
  readonly a: string;
  readonly b: string;
  readonly pairs: number;
  /** Of the order of pairs, and of who comes first in each. */
  readonly seed: number;
  readonly tiers: readonly Tier[];
  /** Pairs that are played again with V8's profiler on, for where the time goes. */
  readonly sampledPairs: number;
  /** As it was typed, for the report. */
  readonly command: string;
  tell(line: string): void;
};

/** The signed-rank test finds little in fewer pairs. */
export const PAIRS_MIN = 20;
/** As many as it takes to know the spread of A against A. */
const FLOOR_PAIRS = 10;
const SERVED_PAIRS = 10;
const NOT_INLINED = ["--no-turbo-inlining", "--no-maglev-inlining"];
/** The cache of a core and what a guest gets of the last one: of the size that matters here. */
const CACHES = ["--I1=32768,8,64", "--D1=32768,8,64", "--LL=8388608,16,64"];

export async function compareVersions(options: VersionsOptions): Promise<CompareRun> {
  const { a, b, seed, tiers, pairs, sampledPairs, command, tell } = options;
  await checkAnswers(a, b);
  const telling = (what: string) => (line: string) => tell(`${what}: ${line}`);
  const both = { a, b, seed, floorPairs: FLOOR_PAIRS };
  return {
    kind: "compare",
    version: COMPARE_RUN_VERSION,
    a,
    b,
    startedAt: new Date().toISOString(),
    command,
    seed,
    environment: readEnvironment(""),
    ...(tiers.includes(1) ? await countVersions(options) : { countedMissing: "" }),
    ...(tiers.includes(2) && {
      timed: await pairVersions({ ...both, pairs, tell: telling("processor time") }),
    }),
    ...(tiers.includes(3) && {
      served: await serveVersions({ ...both, pairs: SERVED_PAIRS, tell: telling("served") }),
    }),
    sampled: await sampleVersions({ ...both, pairs: sampledPairs, tell: telling("sampled") }),
  };
}

async function countVersions({
  a,
  b,
  tell,
}: VersionsOptions): Promise<Pick<CompareRun, "counted" | "countedMissing">> {
  try {
    tell("counting the instructions of both under callgrind");
    const asShipped = await countBoth(a, b, CACHES, []);
    tell("counting them without inlining");
    const notInlined = await countBoth(a, b, [], NOT_INLINED);
    return { counted: { asShipped, notInlined }, countedMissing: "" };
  } catch (error) {
    return { countedMissing: error instanceof Error ? error.message : String(error) };
  }
}

async function countBoth(
  a: string,
  b: string,
  caches: readonly string[],
  nodeFlags: readonly string[],
): Promise<CountedVersions> {
  const counts = [a, b].map((dist) => simulateVersion(dist, caches, nodeFlags));
  const [ofA, ofB] = await Promise.all(counts);
  return { a: ofA, b: ofB };
}

async function checkAnswers(a: string, b: string): Promise<void> {
  const versions = await Promise.all(
    [a, b].map((dist) => startVersion({ dist, warmUpLaps: 2, lapCommands: 20_000 })),
  );
  await Promise.all(versions.map((version) => version.end()));
  const [ofA, ofB] = versions;
  if (ofA.sha256 !== ofB.sha256) {
    throw new Error("the two versions answer differently: nothing to compare");
  }
}
