// Before and after. Tier 1 counts the instructions of both versions under cachegrind, with Node
// told to repeat itself; tier 2 takes processor time an order in interleaved pairs, A against A
// first for the floor. Versions that answer differently are not compared.

import { fileURLToPath } from "node:url";
import { workerUrl } from "../../ops/worker-url.ts";
import { runInProcess } from "../bench/run-in-process.ts";
import { holm } from "../statistics/holm.ts";
import {
  type Comparison,
  type ComparisonVerdict,
  compareInstructions,
  compareMetric,
  type Pair,
} from "./compare-metric.ts";
import { simulateVersion } from "./simulated-version.ts";

export type VersionsOptions = {
  /** Folders of builds: `dist` of this checkout and of another. */
  readonly a: string;
  readonly b: string;
  readonly pairs: number;
  readonly tiers: readonly (1 | 2)[];
  tell(line: string): void;
};

export type InstructionsComparison = {
  readonly instructionsPerOrderA: number;
  readonly instructionsPerOrderB: number;
  readonly change: number;
  readonly verdict: ComparisonVerdict;
};

export type VersionsComparison = {
  readonly instructions: InstructionsComparison | undefined;
  /** Why not, where tier 1 was asked for and is not there. */
  readonly instructionsMissing: string;
  readonly cpu: Comparison | undefined;
  readonly pairs: readonly Pair[];
};

type Run = { readonly orders: number; readonly nanosPerOrder: number; readonly sha256: string };

/** The signed-rank test finds little in fewer pairs. */
export const PAIRS_MIN = 20;
const LAPS = 12;
const WARM_UP_LAPS = 6;
/** Floor pairs: as many as it takes to know the spread. */
const FLOOR_PAIRS = 10;

export async function compareVersions(options: VersionsOptions): Promise<VersionsComparison> {
  const { a, b, tiers, tell } = options;
  const [first, second] = [await play(a), await play(b)];
  if (first.sha256 !== second.sha256) {
    throw new Error("the two versions answer differently: nothing to compare");
  }
  let instructions: InstructionsComparison | undefined;
  let instructionsMissing = "";
  if (tiers.includes(1)) {
    try {
      instructions = await countBoth(a, b, tell);
    } catch (error) {
      instructionsMissing = error instanceof Error ? error.message : String(error);
    }
  }
  if (!tiers.includes(2)) return { instructions, instructionsMissing, cpu: undefined, pairs: [] };
  const floor = await pairUp(a, a, FLOOR_PAIRS, (done) => tell(`A against A: ${done}`));
  const pairs = await pairUp(a, b, options.pairs, (done) => tell(`A against B: ${done}`));
  const compared = compareMetric("processor time an order", pairs, floor, true);
  const [pValue] = holm([compared.pValue]);
  return { instructions, instructionsMissing, cpu: { ...compared, pValue }, pairs };
}

/** ABBA: the order within a pair turns, so that a drifting machine is fair to both. */
async function pairUp(
  a: string,
  b: string,
  count: number,
  tell: (done: string) => void,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let i = 0; i < count; i++) {
    const isTurned = i % 2 === 1;
    const first = await play(isTurned ? b : a);
    const second = await play(isTurned ? a : b);
    const [ofA, ofB] = isTurned ? [second, first] : [first, second];
    pairs.push({ a: ofA.nanosPerOrder, b: ofB.nanosPerOrder });
    tell(`${i + 1} of ${count} pairs`);
  }
  return pairs;
}

function script(): string {
  return fileURLToPath(workerUrl(import.meta.url, "version-process"));
}

function play(dist: string): Promise<Run> {
  return runInProcess<Run>(script(), [dist, String(LAPS), String(WARM_UP_LAPS)]);
}

async function countBoth(
  a: string,
  b: string,
  tell: (line: string) => void,
): Promise<InstructionsComparison> {
  tell("counting the instructions of A under cachegrind");
  const ofA = (await simulateVersion(a, [])).perOrder.instructions;
  tell("counting the instructions of B under cachegrind");
  const ofB = (await simulateVersion(b, [])).perOrder.instructions;
  return {
    instructionsPerOrderA: ofA,
    instructionsPerOrderB: ofB,
    change: ofB / ofA - 1,
    verdict: compareInstructions(ofA, ofB),
  };
}
