// Pass 3: clean timing. Nothing but /proc is read while it runs.

import {
  bracketOf,
  type Ceiling,
  CONFIRMATIONS,
  searchCeiling,
  type Trial,
  type TrialKind,
} from "../../ceiling/ceiling-search.ts";
import { isHeldAtAll, isHeldWithin } from "../../ceiling/held-rate.ts";
import type { LoadOptions } from "../../load/load-options.ts";
import type { LoadResult } from "../../load/load-result.ts";
import { rateText } from "../../load/load-text.ts";
import { refuseWrong } from "../../load/wrong-answer.ts";
import { LatencyHistogram } from "../../statistics/latency-histogram.ts";
import { runWatchedLoad, type WatchedLoad } from "../../watch/watched-load.ts";
import { watchedLoadOnBench } from "../bench-load.ts";
import type { Bench } from "../bench-of-target.ts";
import type { Plan } from "../plan.ts";
import type { TrialRecord } from "../run-file.ts";

/** Where the search for a ceiling begins: low, because a live server may be behind it. */
export const START_PER_SECOND = 1000;
const LIMIT_PER_SECOND = 50_000_000;
const GROWTH = 2;
/** With a p99 budget: the first rate beyond it is not far beyond. */
const GROWTH_CAREFUL = 1.25;
/** Long runs of a ceiling at most, of which CONFIRMATIONS must hold. */
export const CONFIRMING_RUNS_MAX = 6;
/** Of a trial: below so many their 99th percentile is the slowest one. */
const SLO_ANSWERS_MIN = 100;
/** A request that waits for longer will find no ceiling, only a longer queue. */
const BEHIND_SECONDS_MAX = 2;

export function openLoad(bench: Bench, perSecond: number, seconds: number): LoadOptions {
  return {
    ...bench.load,
    pace: { kind: "open", shape: "poisson", perSecond, burstSize: 1 },
    capPerSecond: undefined, // The plan has no more than its rate.
    warmUpSeconds: bench.plan.warmUpSeconds,
    seconds,
  };
}

/**
 * The highest rate without a backlog, and the highest with p99 within the service level: the first
 * search's trials say where to look for the second. Each load is noted in `trials` as it ends; the
 * first wrong answer ends the search.
 */
export async function findCeilings(
  bench: Bench,
  trials: TrialRecord[],
): Promise<{ max: Ceiling; slo: Ceiling }> {
  const isWithin = (load: LoadResult): boolean => isHeldWithin(load, bench.sloNanos);
  const seen: Trial[] = [];
  const searchedMax = { bench, trials, name: "C_max" } as const;
  const max = await findCeiling(searchedMax, bracketOf(seen), 1, (load, perSecond) => {
    seen.push({ perSecond, isHeld: isWithin(load) });
    return isHeldAtAll(load);
  });
  const sloFloor = SLO_ANSWERS_MIN / bench.plan.trialSeconds;
  const searchedSlo = { bench, trials, name: "C_slo" } as const;
  const slo = await findCeiling(searchedSlo, bracketOf(seen), sloFloor, isWithin);
  return { max, slo };
}

type Search = {
  readonly bench: Bench;
  readonly name: TrialRecord["ceiling"];
  readonly trials: TrialRecord[];
};

async function findCeiling(
  { bench, name, trials }: Search,
  bracket: ReturnType<typeof bracketOf>,
  floorPerSecond: number,
  isHeld: (load: LoadResult, perSecond: number) => boolean,
): Promise<Ceiling> {
  const { plan } = bench;
  const isCareful = bench.load.p99NanosMax !== undefined;
  const { limitPerSecond = LIMIT_PER_SECOND } = bench;
  const options = {
    startPerSecond: Math.min(limitPerSecond, Math.max(START_PER_SECOND, bracket.heldPerSecond)),
    ...bracket,
    limitPerSecond,
    floorPerSecond,
    resolution: plan.resolution,
    growth: isCareful ? GROWTH_CAREFUL : GROWTH,
    isCareful,
    confirmations: CONFIRMATIONS,
    confirmingRunsMax: CONFIRMING_RUNS_MAX,
  };
  return await searchCeiling(options, async (perSecond, kind) => {
    bench.signal.throwIfAborted();
    const { warmUpSeconds, seconds } = trialTimes(plan, kind);
    bench.tell(`${name}: ${kind}, ${rateText(perSecond)} for ${seconds} s`);
    const options = openLoad(bench, perSecond, seconds);
    const { load } = await runWatchedLoad(
      { ...options, warmUpSeconds, behindSecondsMax: BEHIND_SECONDS_MAX },
      bench.target.pid,
      { signal: bench.signal },
    );
    bench.signal.throwIfAborted();
    const held = isHeld(load, perSecond);
    trials.push({ ceiling: name, kind, perSecond, isHeld: held, ...factsOf(load) });
    refuseWrong(load);
    return held;
  });
}

function factsOf(load: LoadResult): Omit<TrialRecord, "ceiling" | "kind" | "perSecond" | "isHeld"> {
  const { planned, answered, unanswered, wrong, firstWrong, failure, achievedPerSecond } = load;
  const response = LatencyHistogram.fromRecord(load.response);
  const p99Nanos = response.count === 0 ? undefined : response.percentile(0.99);
  const { seconds } = load.options;
  const counts = { planned, answered, unanswered, wrong, firstWrong };
  return { seconds, ...counts, failure, achievedPerSecond, p99Nanos };
}

/** The climb only finds where to look. */
export function trialTimes(
  { warmUpSeconds, climbSeconds, trialSeconds, confirmSeconds }: Plan,
  kind: TrialKind,
): Pick<LoadOptions, "warmUpSeconds" | "seconds"> {
  switch (kind) {
    case "climbing":
      return { warmUpSeconds: Math.min(warmUpSeconds, climbSeconds / 2), seconds: climbSeconds };
    case "narrowing":
      return { warmUpSeconds, seconds: trialSeconds };
    case "confirming":
      return { warmUpSeconds, seconds: confirmSeconds };
  }
}

/** One rate for long: what the validity of the campaign rests on. */
export async function sustain(bench: Bench, perSecond: number): Promise<WatchedLoad> {
  const { sustainedSeconds } = bench.plan;
  bench.tell(`sustained: ${rateText(perSecond)} for ${sustainedSeconds} s`);
  const options = openLoad(bench, perSecond, sustainedSeconds);
  return await runWatchedLoad(options, bench.target.pid, { signal: bench.signal });
}

/** Each of the points is there as soon as it is measured. */
export async function sweepRates(
  bench: Bench,
  ceiling: number,
  points: WatchedLoad[],
): Promise<void> {
  const isCareful = bench.load.p99NanosMax !== undefined;
  for (const percent of bench.plan.sweepPercents) {
    if (isCareful && percent > 100) continue;
    bench.signal.throwIfAborted();
    const perSecond = Math.max(1, Math.round((ceiling * percent) / 100));
    if (perSecond > (bench.limitPerSecond ?? Number.POSITIVE_INFINITY)) continue;
    bench.tell(`sweep: ${rateText(perSecond)}`);
    const options = openLoad(bench, perSecond, bench.plan.sweepSeconds);
    const watched = await watchedLoadOnBench(bench, options, bench.target.pid);
    points.push(withoutHeat(watched));
  }
}

/** Closed loop, one order in flight on each of N connections. */
export async function scale(
  bench: Bench,
  points: { n: number; perSecond: number }[],
): Promise<void> {
  for (const connections of bench.plan.scalingConnections) {
    bench.signal.throwIfAborted();
    bench.tell(`scaling: ${connections} connections`);
    const options: LoadOptions = {
      ...bench.load,
      pace: { kind: "closed", inFlight: 1 },
      connections,
      warmUpSeconds: bench.plan.warmUpSeconds / 2,
      seconds: bench.plan.scalingSeconds,
    };
    const { load } = await watchedLoadOnBench(bench, options, bench.target.pid);
    points.push({ n: connections, perSecond: load.achievedPerSecond });
  }
}

/** The heat map of one long run is enough. */
function withoutHeat(watched: WatchedLoad): WatchedLoad {
  return { ...watched, load: { ...watched.load, heat: [] } };
}
