// The load of a run that came nearest to saturation: what a verdict on the ceiling looks at.

import type { RunFile } from "../campaign/run-file.ts";
import type { WatchedLoad } from "../watch/watched-load.ts";

/** /proc counts the kernel's share in ticks of 10 ms: of less processor time it knows nothing. */
export const RUN_NANOS_MIN = 0.3e9;

/** The one with the highest rate achieved. */
export function busiestLoad(run: RunFile): WatchedLoad | undefined {
  return run.sweep.reduce<WatchedLoad | undefined>(
    (best, each) =>
      best === undefined || each.load.achievedPerSecond > best.load.achievedPerSecond ? each : best,
    run.sustained,
  );
}
