// A load in words: the line while it runs and the lines when it is done.

import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { percentileEstimate } from "../statistics/order-interval.ts";
import type { LoadResult } from "./load-result.ts";
import type { LoadProgress } from "./run-load.ts";

const PERCENTILES = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999] as const;

export function progressText({ elapsedSeconds, totalSeconds, ...counts }: LoadProgress): string {
  const elapsed = Math.max(0, elapsedSeconds);
  const rate = elapsed > 0 ? counts.answered / elapsed : 0;
  const wrong = counts.wrong > 0 ? `, ${counts.wrong} WRONG` : "";
  return (
    `${elapsed.toFixed(1)} of ${totalSeconds} s: ${counts.answered} answered, ` +
    `${rateText(rate)}, ${counts.planned - counts.answered} in flight${wrong}`
  );
}

/** The numbers that a load is run for; a percentile without enough values is not told. */
export function loadText(result: LoadResult): string {
  const response = LatencyHistogram.fromRecord(result.response);
  const lag = LatencyHistogram.fromRecord(result.lag);
  const lines = [
    `offered ${rateText(result.offeredPerSecond)}, achieved ${rateText(result.achievedPerSecond)}`,
    `answers: ${result.answered} of ${result.planned}, ${result.wrong} wrong, ` +
      `${result.unanswered} without answer`,
    ...unansweredLines(result),
    `in flight: ${result.inFlightMean.toFixed(2)} on average`,
  ];
  for (const fraction of PERCENTILES) {
    const estimate = percentileEstimate(response, fraction);
    if (estimate === undefined) continue;
    const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((nanos) =>
      responseText(nanos, result),
    );
    lines.push(`p${fraction * 100}: ${value} [${low}, ${high}]`);
  }
  lines.push(`max: ${responseText(response.max, result)}`);
  lines.push(
    `generator's lag: p50 ${timeText(lag.percentile(0.5))}, p99 ${timeText(lag.percentile(0.99))}`,
  );
  if (result.firstWrong !== "") lines.push(`first wrong answer: ${result.firstWrong}`);
  if (result.failure !== "") lines.push(`failure: ${result.failure}`);
  return lines.join("\n");
}

/** What nobody answered is part of the percentiles, by how long it waited. */
function unansweredLines({ unanswered, waitedNanosMin }: LoadResult): string[] {
  if (unanswered === 0) return [];
  const counted =
    waitedNanosMin === undefined
      ? "none of them planned in the measured time"
      : `they count as having taken ${timeText(waitedNanosMin)} or more, what they waited`;
  return [`NOT ALL WAS ANSWERED: ${unanswered} requests got no answer; ${counted}`];
}

/** A response time, and whether it is a lower bound: ">= 3.00 s". */
export function responseText(nanos: number, { waitedNanosMin }: LoadResult): string {
  const isBound = waitedNanosMin !== undefined && nanos >= waitedNanosMin;
  return `${isBound ? ">= " : ""}${timeText(nanos)}`;
}

export function rateText(perSecond: number): string {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(2)} M/s`;
  return perSecond >= 1e4 ? `${(perSecond / 1e3).toFixed(1)} k/s` : `${perSecond.toFixed(0)}/s`;
}

export function timeText(nanos: number): string {
  if (Number.isNaN(nanos)) return "unknown";
  if (nanos >= 1e9) return `${(nanos / 1e9).toFixed(2)} s`;
  if (nanos >= 1e6) return `${(nanos / 1e6).toPrecision(3)} ms`;
  return nanos >= 1e3 ? `${(nanos / 1e3).toPrecision(3)} us` : `${nanos.toFixed(0)} ns`;
}

/** "59 s", "12 min 5 s". */
export function minutesText(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
