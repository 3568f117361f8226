// Before and after. Tier 1 counts the instructions of both versions under callgrind, with Node told
// to repeat itself; tier 2 takes processor time an order in interleaved pairs; tier 3 drives both
// behind a socket. Versions that answer differently are not compared.

import { readEnvironment } from "../campaign/environment.ts";
import { minutesText } from "../load/load-text.ts";
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
/** A change must be larger than A against A: of the pairs, so many more are needed to know that. */
const FLOOR_SHARE = 0.5;
const SERVED_PAIRS = 10;
/** Tier 1 counts four versions, two at a time. */
const COUNT_SECONDS = 120;
/** Two fresh processes and their laps; with the profiler on, more of them; behind sockets. */
const PAIR_SECONDS = 1.8;
const SAMPLED_PAIR_SECONDS = 4;
const SERVED_PAIR_SECONDS = 9;
const NOT_INLINED = ["--no-turbo-inlining", "--no-maglev-inlining"];
/** The cache of a core and what a guest gets of the last one: of the size that matters here. */
const CACHES = ["--I1=32768,8,64", "--D1=32768,8,64", "--LL=8388608,16,64"];

export async function compareVersions(options: VersionsOptions): Promise<CompareRun> {
  const { a, b, seed, tiers, pairs, sampledPairs, command, tell } = options;
  await checkAnswers(a, b);
  const telling = (what: string) => (line: string) => tell(`${what}: ${line}`);
  const both = { a, b, seed };
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
      timed: await pairVersions({
        ...both,
        pairs,
        floorPairs: floorOf(pairs),
        tell: telling("processor time"),
      }),
    }),
    ...(tiers.includes(3) && {
      served: await serveVersions({
        ...both,
        pairs: SERVED_PAIRS,
        floorPairs: SERVED_PAIRS,
        tell: telling("served"),
      }),
    }),
    sampled: await sampleVersions({ ...both, pairs: sampledPairs, tell: telling("sampled") }),
  };
}

function floorOf(pairs: number): number {
  return Math.ceil(pairs * FLOOR_SHARE);
}

/** Reckoned: what a user waits for, before it begins. */
export function comparisonPlan({
  tiers,
  pairs,
  sampledPairs,
}: Pick<VersionsOptions, "tiers" | "pairs" | "sampledPairs">): string {
  const secondsOf: Readonly<Record<Tier, number>> = {
    1: COUNT_SECONDS,
    2: (pairs + floorOf(pairs)) * PAIR_SECONDS,
    3: (2 * SERVED_PAIRS + 1) * SERVED_PAIR_SECONDS,
  };
  const parts = tiers.map((tier) => ({ what: `tier ${tier}`, seconds: secondsOf[tier] }));
  const sampled = { what: "where the time goes", seconds: sampledPairs * SAMPLED_PAIR_SECONDS };
  const all = sampledPairs > 0 ? [...parts, sampled] : parts;
  const seconds = all.reduce((sum, part) => sum + part.seconds, 0);
  const each = all.map((part) => `${part.what} ${minutesText(part.seconds)}`);
  return `planned: ${minutesText(seconds)}: ${each.join(", ")}`;
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
