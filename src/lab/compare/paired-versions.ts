// Processor time an order of two versions, in pairs. A pair is two fresh processes, because each
// start of a process lays out and compiles its code a little differently; within it their laps
// alternate, because the machine drifts. Pairs and the processes within them come in an order by
// chance, A against A among A against B.

import { Prng } from "../../base/prng.ts";
import type { Pair } from "./compare-metric.ts";
import { startVersion, type Version } from "./version.ts";

export type PairedVersions = {
  readonly pairs: readonly Pair[];
  /** A against A. */
  readonly floor: readonly Pair[];
};

const LAP_COMMANDS = 10_000;
/** 250,000 orders, by then compiled. */
const WARM_UP_LAPS = 25;
/** Laps of each version in a pair, some ten milliseconds each. */
const LAPS = 24;

export type PairOptions = {
  readonly a: string;
  readonly b: string;
  readonly pairs: number;
  readonly seed: number;
  tell(line: string): void;
};

/** `floorCount`: pairs of A against A. */
export async function pairVersions(
  { a, b, pairs: pairsCount, seed, tell }: PairOptions,
  floorCount: number,
): Promise<PairedVersions> {
  const prng = new Prng(seed);
  const pairs: Pair[] = [];
  const floor: Pair[] = [];
  const total = pairsCount + floorCount;
  for (let left = total; left > 0; left--) {
    const isFloor = prng.nextBelow(left) < floorCount - floor.length;
    const pair = await playPair(a, isFloor ? a : b, prng);
    (isFloor ? floor : pairs).push(pair);
    tell(`processor time: ${total - left + 1} of ${total} pairs`);
  }
  return { pairs, floor };
}

async function playPair(a: string, b: string, prng: Prng): Promise<Pair> {
  const start = (dist: string) =>
    startVersion({ dist, warmUpLaps: WARM_UP_LAPS, lapCommands: LAP_COMMANDS });
  const isTurned = prng.nextChance(1, 2);
  const first = await start(isTurned ? b : a);
  const second = await start(isTurned ? a : b);
  const [ofFirst, ofSecond] = await alternate(first, second);
  await Promise.all([first.end(), second.end()]);
  return isTurned ? { a: ofSecond, b: ofFirst } : { a: ofFirst, b: ofSecond };
}

/** The second's time is the first's by the median ratio of neighboring laps. */
async function alternate(first: Version, second: Version): Promise<[number, number]> {
  const times: number[] = [];
  const ratios: number[] = [];
  for (let lap = 0; lap < LAPS; lap++) {
    const isTurned = lap % 2 === 1;
    const early = await (isTurned ? second : first).time(1);
    const late = await (isTurned ? first : second).time(1);
    times.push(isTurned ? late : early);
    ratios.push(isTurned ? early / late : late / early);
  }
  const time = medianOf(times);
  return [time, time * medianOf(ratios)];
}

/** Of the two in the middle the geometric mean, so that A to B is the inverse of B to A. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  const half = (sorted.length - 1) / 2;
  return Math.sqrt(sorted[Math.floor(half)] * sorted[Math.ceil(half)]);
}
