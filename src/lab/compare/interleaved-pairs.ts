// Pairs of A and B with pairs of A and A among them, in an order by chance, so that the floor is
// measured on the machine as it was meanwhile. Who comes first in a pair is by chance too.

import { Prng } from "../../base/prng.ts";
import { minutesText } from "../load/load-text.ts";
import type { Pair } from "./compare-metric.ts";

export type PairOptions = {
  readonly a: string;
  readonly b: string;
  readonly pairs: number;
  /** Pairs of A against A. */
  readonly floorPairs: number;
  readonly seed: number;
  tell(line: string): void;
};

export type InterleavedPairs<Played> = {
  readonly pairs: readonly Played[];
  readonly floor: readonly Played[];
};

/** `play` is given the builds of a pair and whether the second of them comes first. */
export async function interleavePairs<Played>(
  { a, b, pairs: pairsCount, floorPairs, seed, tell }: PairOptions,
  play: (a: string, b: string, isTurned: boolean) => Promise<Played>,
): Promise<InterleavedPairs<Played>> {
  const prng = new Prng(seed);
  const pairs: Played[] = [];
  const floor: Played[] = [];
  const total = pairsCount + floorPairs;
  const started = performance.now();
  for (let left = total; left > 0; left--) {
    const isFloor = prng.nextBelow(left) < floorPairs - floor.length;
    const played = await play(a, isFloor ? a : b, prng.nextChance(1, 2));
    (isFloor ? floor : pairs).push(played);
    const done = total - left + 1;
    const perPair = (performance.now() - started) / 1000 / done;
    tell(`${done} of ${total} pairs, ${minutesText(perPair * (total - done))} left`);
  }
  return { pairs, floor };
}

/** Of what was measured first and second. */
export function pairOf(isTurned: boolean, [first, second]: readonly [number, number]): Pair {
  return isTurned ? { a: second, b: first } : { a: first, b: second };
}
