// Whether a load was held: what C_max and C_slo mean by it.

import type { LoadResult } from "../load/load-result.ts";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { THRESHOLDS } from "../verdict/thresholds.ts";

/** Answers that may be on their way when a window ends: chance, in a short one at a low rate. */
const ON_THEIR_WAY_MAX = 10;
/** Of the rate: what a response takes is no backlog, and in a short window much of its plan. */
const ON_THEIR_WAY_SECONDS_MAX = 0.02;

/** Every answer right, and no backlog: at the window's end nearly all was answered. */
export function isHeldAtAll(load: LoadResult): boolean {
  const isRight = load.wrong === 0 && load.failure === "" && load.unanswered === 0;
  const missing = (load.offeredPerSecond - load.achievedPerSecond) * load.options.seconds;
  const missingMax = (1 - THRESHOLDS.achievedShareMin) * load.planned;
  const onTheirWayMax = Math.max(
    ON_THEIR_WAY_MAX,
    ON_THEIR_WAY_SECONDS_MAX * load.offeredPerSecond,
  );
  return isRight && missing <= Math.max(onTheirWayMax, missingMax);
}

export function isHeldWithin(load: LoadResult, p99NanosMax: number): boolean {
  return (
    isHeldAtAll(load) && LatencyHistogram.fromRecord(load.response).percentile(0.99) <= p99NanosMax
  );
}
