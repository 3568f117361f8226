// The lap that a load's options name. Those made last are kept: a campaign drives each a
// hundred times.

import { lapOfFlow } from "./flow-lap.ts";
import type { Lap } from "./lap.ts";
import type { LapSource } from "./load-options.ts";
import { mixedLap, nullLap } from "./mix.ts";

/** Orders, null operations, and those of a filled book. */
const KEPT_MAX = 4;
const kept = new Map<string, Lap>();

export function lapOf(source: LapSource): Lap {
  const name = JSON.stringify(source);
  const known = kept.get(name);
  if (known !== undefined) return known;
  const lap = makeLap(source);
  const [oldest] = kept.keys();
  if (kept.size === KEPT_MAX && oldest !== undefined) kept.delete(oldest);
  kept.set(name, lap);
  return lap;
}

function makeLap(source: LapSource): Lap {
  switch (source.kind) {
    case "mix":
      return mixedLap(source.mix);
    case "flow":
      return lapOfFlow(source.path, source.commandsMax);
    case "null":
      return nullLap(source.commands);
  }
}
