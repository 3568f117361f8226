// The lap that a load's options name. The last one made is kept: a campaign drives one lap a
// hundred times.

import { lapOfFlow } from "./flow-lap.ts";
import type { Lap } from "./lap.ts";
import type { LapSource } from "./load-options.ts";
import { mixedLap, nullLap } from "./mix.ts";

let kept: { readonly name: string; readonly lap: Lap } | undefined;

export function lapOf(source: LapSource): Lap {
  const name = JSON.stringify(source);
  if (kept?.name !== name) kept = { name, lap: makeLap(source) };
  return kept.lap;
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
