// What a rate says that `--rate-max` held: that the target takes it, and nothing of what bounds it.

import type { RunFile } from "../campaign/run-file.ts";
import { isHeldAtAll } from "../ceiling/held-rate.ts";
import { utilizationOf } from "../watch/process-usage.ts";
import type { WatchedLoad } from "../watch/watched-load.ts";
import { THRESHOLDS } from "./thresholds.ts";

/** Above so much of the limit it was the limit that held a rate. */
const CAPPED_SHARE = 0.9;

export function isCapped(run: RunFile, perSecond: number): boolean {
  const { limitPerSecond } = run;
  if (limitPerSecond === undefined) return false;
  return isLimitHeld(run) || perSecond >= CAPPED_SHARE * limitPerSecond;
}

/** The search for a ceiling ended at its limit: nothing was measured near saturation. */
export function isLimitHeld({ ceilingMax }: RunFile): boolean {
  return ceilingMax?.failedPerSecond === Number.POSITIVE_INFINITY;
}

/** A backlog, or a thread without time to spare: what was achieved is what the target can. */
export function isSaturated({ load, usage }: WatchedLoad): boolean {
  const isFull = usage !== undefined && utilizationOf(usage) >= THRESHOLDS.utilizationMin;
  return isFull || !isHeldAtAll(load);
}
