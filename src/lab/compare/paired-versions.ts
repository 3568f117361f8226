// Processor time an order of two versions, in pairs. A pair is two fresh processes, because each
// start of a process lays out and compiles its code a little differently; within it their laps
// alternate, because the machine drifts. Some pairs more are played with V8's profiler on, for
// where the time goes: those times say nothing about the versions.

import { foldCpuProfile } from "../profile/cpu-profile.ts";
import type { Pair } from "./compare-metric.ts";
import {
  type InterleavedPairs,
  interleavePairs,
  type PairOptions,
  pairOf,
} from "./interleaved-pairs.ts";
import { playedStacks, type SampledPair, type SampledVersion } from "./sampled-pair.ts";
import { startVersion, type Version } from "./version.ts";

const LAP_COMMANDS = 10_000;
/** 250,000 orders, by then compiled. */
const WARM_UP_LAPS = 25;
/** Laps of each version in a pair, five to ten milliseconds each. */
const LAPS = 24;
/** Samples come each millisecond: half a thousand of them from each version. */
const SAMPLED_LAPS = 120;

export async function pairVersions(options: PairOptions): Promise<InterleavedPairs<Pair>> {
  return await interleavePairs(options, async (a, b, isTurned) => {
    const [first, second] = await startBoth(isTurned ? [b, a] : [a, b], false);
    const times = await alternate(first, second, LAPS);
    await Promise.all([first.end(), second.end()]);
    return pairOf(isTurned, times);
  });
}

/** As above with the profiler on; A against A tells nothing here. */
export async function sampleVersions(
  options: Omit<PairOptions, "floorPairs">,
): Promise<readonly SampledPair[]> {
  const { pairs } = await interleavePairs({ ...options, floorPairs: 0 }, async (a, b, isTurned) => {
    const [first, second] = await startBoth(isTurned ? [b, a] : [a, b], true);
    const times = await alternate(first, second, SAMPLED_LAPS);
    const sampled = [await sampledOf(first, times[0]), await sampledOf(second, times[1])];
    await Promise.all([first.end(), second.end()]);
    const [before, after] = isTurned ? sampled.reverse() : sampled;
    return { before, after };
  });
  return pairs;
}

async function startBoth(
  [first, second]: readonly [string, string],
  isSampled: boolean,
): Promise<[Version, Version]> {
  const start = (dist: string) =>
    startVersion({ dist, warmUpLaps: WARM_UP_LAPS, lapCommands: LAP_COMMANDS, isSampled });
  return [await start(first), await start(second)];
}

async function sampledOf(version: Version, nanosPerOrder: number): Promise<SampledVersion> {
  const { stacks, samples } = playedStacks(foldCpuProfile(await version.profile()));
  return { nanosPerOrder, samples, folded: stacks.text() };
}

/** The second's time is the first's by the median ratio of neighboring laps. */
async function alternate(first: Version, second: Version, laps: number): Promise<[number, number]> {
  const times: number[] = [];
  const ratios: number[] = [];
  for (let lap = 0; lap < laps; lap++) {
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
