// Where the time of two versions goes, from a pair of processes whose laps alternated: their stacks
// for the same orders, and which functions changed.

import type { FoldedProfile } from "../profile/cpu-profile.ts";
import type { Difference } from "../profile/differential-graph.ts";
import { FoldedStacks, type Frame, kindOf, nameOf } from "../profile/folded-stacks.ts";
import { selfWeights } from "../profile/hotspots.ts";
import { matchedStacks } from "../profile/matched-frames.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { meanOf } from "../statistics/mean.ts";
import { signedRank } from "../statistics/signed-rank.ts";

export type SampledVersion = {
  /** By the processor's clock while it was sampled: what the stacks divide up. */
  readonly nanosPerOrder: number;
  readonly samples: number;
  /** FoldedStacks.text(), in microseconds of all laps. */
  readonly folded: string;
};

export type SampledPair = { readonly before: SampledVersion; readonly after: SampledVersion };

export type FunctionChange = {
  readonly frame: Frame;
  readonly name: string;
  /** Nanoseconds an order in the function itself. */
  readonly before: number;
  readonly after: number;
  readonly change: Estimate;
};

/** version-process.ts plays laps in them, one sometimes inlined into the other. */
const IN_LAPS = /^(time|play) compare\/version-process\.[jt]s:/;
/** Stands for both; what lies around it is the comparison's own. */
const LAP: Frame = "lap_[j]";

/** The stacks of laps, from the lap on; and of garbage collection, which has no caller. */
export function playedStacks({ stacks, samples }: FoldedProfile): {
  stacks: FoldedStacks;
  samples: number;
} {
  const played = new FoldedStacks();
  for (const { frames, weight } of stacks.entries()) {
    const at = frames.findLastIndex((frame) => IN_LAPS.test(frame));
    if (at >= 0) played.add([LAP, ...frames.slice(at + 1)], weight);
    else if (kindOf(frames[frames.length - 1]) === "gc") played.add(frames, weight);
  }
  return { stacks: played, samples: Math.round((samples * played.total) / stacks.total) };
}

export function differenceOf(pairs: readonly SampledPair[]): Difference {
  const sides = sidesOf(pairs);
  const samplesOf = (side: keyof SampledPair) =>
    pairs.reduce((total, pair) => total + pair[side].samples, 0);
  return {
    before: meanStacks(sides.map(({ before }) => before)),
    after: meanStacks(sides.map(({ after }) => after)),
    samplesBefore: samplesOf("before"),
    samplesAfter: samplesOf("after"),
    unit: "ns an order",
    changed: changedFunctions(pairs),
  };
}

type SidedStacks = { readonly before: FoldedStacks; readonly after: FoldedStacks };

/**
 * The processor time of an order divided up as the samples say. All pairs have the same two times,
 * the median before and what the pairs' ratios make of it: a pair differs from the next also by
 * the machine.
 */
function sidesOf(pairs: readonly SampledPair[]): SidedStacks[] {
  const sorted = pairs.map(({ before }) => before.nanosPerOrder).toSorted((a, b) => a - b);
  const nanosBefore = sorted[Math.floor(sorted.length / 2)];
  const { shift } = signedRank(
    pairs.map(({ before, after }) => Math.log(after.nanosPerOrder / before.nanosPerOrder)),
  );
  const nanosAfter = nanosBefore * Math.exp(shift.value);
  return pairs.map(({ before, after }) => ({
    before: dividedUp(before, nanosBefore),
    after: dividedUp(after, nanosAfter),
  }));
}

function dividedUp({ folded }: SampledVersion, nanosPerOrder: number): FoldedStacks {
  const stacks = FoldedStacks.parse(folded);
  return matchedStacks(stacks, nanosPerOrder / (stacks.total || 1));
}

function meanStacks(all: readonly FoldedStacks[]): FoldedStacks {
  const mean = new FoldedStacks();
  for (const stacks of all) {
    for (const { frames, weight } of stacks.entries()) mean.add(frames, weight / all.length);
  }
  return mean;
}

/** The functions whose own time changed most come first, with intervals from the pairs. */
export function functionChanges(
  pairs: readonly SampledPair[],
  countMax = Number.POSITIVE_INFINITY,
): FunctionChange[] {
  const sides = sidesOf(pairs).map(({ before, after }) => ({
    before: selfWeights(before),
    after: selfWeights(after),
  }));
  const frames = new Set(sides.flatMap(({ before, after }) => [...before.keys(), ...after.keys()]));
  return Array.from(frames, (frame: Frame) => {
    const before = sides.map((side) => side.before.get(frame) ?? 0);
    const after = sides.map((side) => side.after.get(frame) ?? 0);
    const { shift } = signedRank(after.map((nanos, i) => nanos - before[i]));
    return {
      frame,
      name: nameOf(frame),
      before: meanOf(before),
      after: meanOf(after),
      change: shift,
    };
  })
    .toSorted(
      (a, b) => Math.abs(b.change.value) - Math.abs(a.change.value) || (a.name < b.name ? -1 : 1),
    )
    .slice(0, countMax);
}

/** What the pairs do not agree on is the chance of two compilations. */
function changedFunctions(pairs: readonly SampledPair[]): Set<Frame> {
  const changes = functionChanges(pairs);
  const told = changes.filter(({ change: { low, high } }) => low > 0 || high < 0);
  return new Set(told.map(({ frame }) => frame));
}
