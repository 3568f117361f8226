// Where the time goes: of each function its own and its inclusive share with Wilson's interval, and
// what a change of it could give at most (Amdahl).

import type { Estimate } from "../statistics/estimate.ts";
import { shareEstimate } from "../statistics/proportion.ts";
import {
  type FoldedStacks,
  type Frame,
  type FrameKind,
  functionOf,
  kindOf,
  nameOf,
} from "./folded-stacks.ts";

export type Hotspot = {
  readonly name: string;
  readonly kind: FrameKind;
  readonly self: Estimate;
  readonly inclusive: Estimate;
};

/**
 * The functions with the largest own share; of each module what has no names is one of them.
 * `samples`: how many the weights stand for.
 */
export function hotspotsOf(stacks: FoldedStacks, samples: number, countMax: number): Hotspot[] {
  const self = new Map<string, number>();
  for (const [frame, weight] of selfWeights(stacks)) addTo(self, functionOf(frame), weight);
  const inclusive = new Map<string, number>();
  for (const { frames, weight } of stacks.entries()) {
    for (const frame of new Set(frames.map(functionOf))) addTo(inclusive, frame, weight);
  }
  const { total } = stacks;
  const share = (weight: number) => shareEstimate((weight / total) * samples, samples);
  return Array.from(self)
    .toSorted(([a, wa], [b, wb]) => wb - wa || (a < b ? -1 : 1))
    .slice(0, countMax)
    .map(([frame, weight]) => ({
      name: nameOf(frame),
      kind: kindOf(frame),
      self: share(weight),
      inclusive: share(inclusive.get(frame) ?? 0),
    }));
}

/** What each function took by itself: the weights of the stacks that end in it. */
export function selfWeights(stacks: FoldedStacks): Map<Frame, number> {
  const self = new Map<Frame, number>();
  for (const { frames, weight } of stacks.entries()) addTo(self, frames[frames.length - 1], weight);
  return self;
}

function addTo(weights: Map<Frame, number>, frame: Frame, weight: number): void {
  weights.set(frame, (weights.get(frame) ?? 0) + weight);
}

/** The share of all time spent in frames of a kind, innermost frames only. */
export function shareOfKind(stacks: FoldedStacks, kind: FrameKind): number {
  let weightOfKind = 0;
  for (const { frames, weight } of stacks.entries()) {
    if (kindOf(frames[frames.length - 1]) === kind) weightOfKind += weight;
  }
  return weightOfKind / stacks.total;
}

/** How many times faster all would be, were a part of the time `times` faster; Infinity: free. */
export function speedUp(share: number, times: number): number {
  return 1 / (1 - share + share / times);
}
