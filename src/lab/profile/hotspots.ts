// Where the time goes: of each function its own and its inclusive share with Wilson's interval, and
// what a change of it could give at most (Amdahl).

import type { Estimate } from "../statistics/estimate.ts";
import { shareEstimate } from "../statistics/proportion.ts";
import { type FoldedStacks, type FrameKind, kindOf, nameOf } from "./folded-stacks.ts";

export type Hotspot = {
  readonly name: string;
  readonly kind: FrameKind;
  readonly self: Estimate;
  readonly inclusive: Estimate;
};

/** The functions with the largest own share. `samples`: how many the weights stand for. */
export function hotspotsOf(stacks: FoldedStacks, samples: number, countMax: number): Hotspot[] {
  const self = new Map<string, number>();
  const inclusive = new Map<string, number>();
  const add = (to: Map<string, number>, frame: string, weight: number): void => {
    to.set(frame, (to.get(frame) ?? 0) + weight);
  };
  for (const { frames, weight } of stacks.entries()) {
    add(self, frames[frames.length - 1], weight);
    for (const frame of new Set(frames)) add(inclusive, frame, weight);
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
