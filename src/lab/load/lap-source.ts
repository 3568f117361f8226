// The lap that a load's options name.

import { lapOfFlow } from "./flow-lap.ts";
import type { Lap } from "./lap.ts";
import type { LapSource } from "./load-options.ts";
import { mixedLap, nullLap } from "./mix.ts";

export function lapOf(source: LapSource): Lap {
  switch (source.kind) {
    case "mix":
      return mixedLap(source.mix);
    case "flow":
      return lapOfFlow(source.path, source.commandsMax);
    case "null":
      return nullLap(source.commands);
  }
}
