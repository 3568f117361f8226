// What a delayed engine says: whether each nanosecond of it is one of the time between two answers.

import type { CauseRecord } from "../campaign/run-file.ts";
import { THRESHOLDS } from "./thresholds.ts";

export type CriticalPath =
  | "on the critical path"
  | "partly on the critical path"
  | "beside the critical path"
  | "not resolvable";

export function criticalPathOf({ slope, cpuSlope }: CauseRecord): CriticalPath {
  const { causeSlopeMin, causeSlopeMax, delayDeviationMax } = THRESHOLDS;
  const isAsTold = cpuSlope === undefined || Math.abs(cpuSlope.value - 1) <= delayDeviationMax;
  if (!isAsTold) return "not resolvable";
  if (slope.low >= causeSlopeMin) return "on the critical path";
  if (slope.high <= causeSlopeMax) return "beside the critical path";
  const isBetween = slope.low > causeSlopeMax && slope.high < causeSlopeMin;
  return isBetween ? "partly on the critical path" : "not resolvable";
}
