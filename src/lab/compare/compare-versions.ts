// Before and after. Tier 1 counts the instructions of both versions under callgrind, with Node told
// to repeat itself; tier 2 takes processor time an order in interleaved pairs; tier 3 drives both
// behind a socket. Versions that answer differently are not compared.

import { holm } from "../statistics/holm.ts";
import {
  type Comparison,
  type ComparisonVerdict,
  type CountedChange,
  compareInstructions,
  compareMetric,
  countedChange,
  type InstructionsComparison,
  verdictOf,
  verdictOfAll,
} from "./compare-metric.ts";
import { pairVersions } from "./paired-versions.ts";
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
  tell(line: string): void;
};

export type VersionsComparison = {
  readonly instructions: InstructionsComparison | undefined;
  /** Why not, where tier 1 was asked for and is not there. */
  readonly instructionsMissing: string;
  /** Tiers 2 and 3. */
  readonly metrics: readonly Comparison[];
  readonly verdict: ComparisonVerdict;
};

/** The signed-rank test finds little in fewer pairs. */
export const PAIRS_MIN = 20;
/** As many as it takes to know the spread of A against A. */
const FLOOR_PAIRS = 10;
const SERVED_PAIRS = 10;
const NOT_INLINED = ["--no-turbo-inlining", "--no-maglev-inlining"];
/** The cache of a core and what a guest gets of the last one: of the size that matters here. */
const CACHES = ["--I1=32768,8,64", "--D1=32768,8,64", "--LL=8388608,16,64"];

export async function compareVersions(options: VersionsOptions): Promise<VersionsComparison> {
  const { a, b, tiers, tell } = options;
  await checkAnswers(a, b);
  let instructions: InstructionsComparison | undefined;
  let instructionsMissing = "";
  if (tiers.includes(1)) {
    try {
      tell("counting the instructions of both under callgrind");
      const asShipped = await countBoth(a, b, CACHES, []);
      tell("counting them without inlining");
      instructions = compareInstructions(asShipped, await countBoth(a, b, [], NOT_INLINED));
    } catch (error) {
      instructionsMissing = error instanceof Error ? error.message : String(error);
    }
  }
  const metrics = correct([
    ...(tiers.includes(2) ? [await compareTimes(options)] : []),
    ...(tiers.includes(3) ? await compareServed(options) : []),
  ]);
  const verdicts = metrics.map(({ verdict }) => verdict);
  if (instructions !== undefined) verdicts.push(instructions.verdict);
  return { instructions, instructionsMissing, metrics, verdict: verdictOfAll(verdicts) };
}

async function countBoth(
  a: string,
  b: string,
  caches: readonly string[],
  nodeFlags: readonly string[],
): Promise<CountedChange> {
  const counts = [a, b].map((dist) => simulateVersion(dist, caches, nodeFlags));
  const [ofA, ofB] = await Promise.all(counts);
  return countedChange(ofA, ofB);
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

async function compareTimes(options: VersionsOptions): Promise<Comparison> {
  const paired = await pairVersions(options, FLOOR_PAIRS);
  return compareMetric("processor time an order", paired.pairs, paired.floor, true);
}

async function compareServed({ a, b, tell }: VersionsOptions): Promise<Comparison[]> {
  const { rates, p99s, floor } = await serveVersions(a, b, SERVED_PAIRS, tell);
  return [
    compareMetric("rate with 512 in flight", rates, floor.rates, false),
    compareMetric("p99 at half of A's rate", p99s, floor.p99s, true),
  ];
}

/** Several metrics, one chance of a false alarm. */
function correct(metrics: readonly Comparison[]): Comparison[] {
  const pValues = holm(metrics.map(({ pValue }) => pValue));
  return metrics.map((metric, i) => ({
    ...metric,
    pValue: pValues[i],
    verdict: verdictOf(metric.change, pValues[i], metric.lessIsBetter),
  }));
}
