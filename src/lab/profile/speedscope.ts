// Folded stacks as a speedscope file (https://www.speedscope.app/file-format-schema.json).

import { type FoldedStacks, nameOf } from "./folded-stacks.ts";

export function speedscopeJson(stacks: FoldedStacks, name: string, unit: string): string {
  const places = new Map<string, number>();
  const frames: { name: string }[] = [];
  const placeOf = (frame: string): number => {
    const known = places.get(frame);
    if (known !== undefined) return known;
    places.set(frame, frames.length);
    return frames.push({ name: nameOf(frame) }) - 1;
  };
  const entries = stacks.entries();
  const samples = entries.map((entry) => entry.frames.map(placeOf));
  const weights = entries.map(({ weight }) => weight);
  return JSON.stringify({
    $schema: "https://www.speedscope.app/file-format-schema.json",
    shared: { frames },
    profiles: [
      { type: "sampled", name, unit, startValue: 0, endValue: stacks.total, samples, weights },
    ],
    name,
    exporter: "outcry lab",
  });
}
