// Sampled pairs as a file keeps them: most stacks come again in every process, so that each is
// written once and a version has pairs of its place and its weight.

import type { SampledPair, SampledVersion } from "./sampled-pair.ts";

type PackedVersion = Omit<SampledVersion, "folded"> & {
  /** Place in `stacks`, then weight, and so on. */
  readonly weights: readonly number[];
};

export type PackedSamples = {
  readonly stacks: readonly string[];
  readonly pairs: readonly { readonly before: PackedVersion; readonly after: PackedVersion }[];
};

export function packSamples(pairs: readonly SampledPair[]): PackedSamples {
  const places = new Map<string, number>();
  const placeOf = (stack: string): number => {
    const place = places.get(stack) ?? places.size;
    places.set(stack, place);
    return place;
  };
  const pack = ({ folded, ...rest }: SampledVersion): PackedVersion => {
    const lines = folded.split("\n").slice(0, -1);
    const weights = lines.flatMap((line) => {
      const space = line.lastIndexOf(" ");
      return [placeOf(line.slice(0, space)), Number(line.slice(space + 1))];
    });
    return { ...rest, weights };
  };
  const packed = pairs.map(({ before, after }) => ({ before: pack(before), after: pack(after) }));
  return { stacks: Array.from(places.keys()), pairs: packed };
}

export function unpackSamples({ stacks, pairs }: PackedSamples): SampledPair[] {
  const unpack = ({ weights, ...rest }: PackedVersion): SampledVersion => {
    let folded = "";
    for (let i = 0; i < weights.length; i += 2)
      folded += `${stacks[weights[i]]} ${weights[i + 1]}\n`;
    return { ...rest, folded };
  };
  return pairs.map(({ before, after }) => ({ before: unpack(before), after: unpack(after) }));
}
