// The gates V1 to V8: whether a timing may be believed, before anything is concluded from it.

import { heldBackShareOf } from "../load/load-result.ts";
import { timeText } from "../load/load-text.ts";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { checkLittle } from "../statistics/littles-law.ts";
import { VALUES_BEYOND_MIN } from "../statistics/order-interval.ts";
import { waitShareOf } from "../watch/process-usage.ts";
import type { WatchedLoad } from "../watch/watched-load.ts";
import { THRESHOLDS } from "./thresholds.ts";

export type GateId = "V1" | "V2" | "V3" | "V4" | "V5" | "V6" | "V7" | "V8";

export type Gate = {
  readonly id: GateId;
  readonly name: string;
  /** Undefined: it could not be checked here, and `found` says why. */
  readonly isPassed: boolean | undefined;
  readonly found: string;
  readonly limit: string;
};

const ANSWERS_RIGHT = "the answers were right";
const UNCHECKED = "what is in the answers is not checked";
export const GENERATOR_BOUND = "GENERATOR-BOUND";

/** The gates of one timing run; V6 is the profile's own (`observerGate`). */
export function gatesOf(watched: WatchedLoad, clockNanos: number): Gate[] {
  return [
    hostGate(watched),
    generatorGate(watched),
    littleGate(watched),
    stationaryGate(watched),
    percentileGate(watched),
    clockGate(watched, clockNanos),
    answersGate(watched),
  ];
}

export function isValid(gates: readonly Gate[]): boolean {
  return gates.every(({ isPassed }) => isPassed !== false);
}

function hostGate({ load, usage, stealShare }: WatchedLoad): Gate {
  const name = "the host left the cores to us";
  const generator = load.generator.usage;
  const limit =
    `wait <= ${percent(THRESHOLDS.waitShareMax)}, steal <= ` +
    `${percent(THRESHOLDS.stealShareMax)}`;
  if (generator === undefined) {
    return { id: "V1", name, isPassed: undefined, found: "no schedstat on this host", limit };
  }
  const generatorWait = waitShareOf(generator);
  const targetWait = usage === undefined ? 0 : waitShareOf(usage);
  const isPassed =
    Math.max(generatorWait, targetWait) <= THRESHOLDS.waitShareMax &&
    (stealShare ?? 0) <= THRESHOLDS.stealShareMax;
  const target = usage === undefined ? "not visible" : percent(targetWait);
  const found =
    `waited for a core: generator ${percent(generatorWait)}, target ${target}; ` +
    `steal ${stealShare === undefined ? "unknown" : percent(stealShare)}`;
  return { id: "V1", name, isPassed, found, limit };
}

/** A generator that is late, or keeps what the target would have taken. */
function generatorGate({ load }: WatchedLoad): Gate {
  const lag = LatencyHistogram.fromRecord(load.lag).percentile(0.99);
  const response = LatencyHistogram.fromRecord(load.response).percentile(0.99);
  const lagMax = Math.max(THRESHOLDS.lagNanosMax, THRESHOLDS.lagOfResponseMax * response);
  const sent = 1 - heldBackShareOf(load);
  const isClosed = load.options.pace.kind === "closed";
  const isLate = lag > lagMax && !isClosed;
  const isShort = sent < THRESHOLDS.achievedShareMin;
  const bound = isLate || isShort ? `${GENERATOR_BOUND}: ` : "";
  return {
    id: "V2",
    name: "the generator kept its plan",
    isPassed: bound === "",
    found: `${bound}lag p99 ${timeText(lag)}, sent ${percent(sent)} of what was due`,
    limit: `lag p99 <= ${timeText(lagMax)}, sent >= ${percent(THRESHOLDS.achievedShareMin)}`,
  };
}

/** V2 has failed. */
export function isGeneratorLate(watched: WatchedLoad): boolean {
  return generatorGate(watched).isPassed === false;
}

function littleGate({ load }: WatchedLoad): Gate {
  const meanSeconds = LatencyHistogram.fromRecord(load.response).mean / 1e9;
  const check = checkLittle(load.offeredPerSecond, meanSeconds, load.inFlightMean);
  return {
    id: "V3",
    name: "Little's law holds",
    isPassed: check.deviation <= THRESHOLDS.littleDeviationMax,
    found:
      `X R = ${check.inFlightDerived.toPrecision(4)}, integrated ` +
      `${check.inFlightMeasured.toPrecision(4)} in flight: ${percent(check.deviation)} apart`,
    limit: `<= ${percent(THRESHOLDS.littleDeviationMax)}`,
  };
}

function stationaryGate({ load, usage }: WatchedLoad): Gate {
  const deviation = deviationOf(load);
  const answered = groupSums(load.answeredBySlice, THRESHOLDS.stationaryWindows);
  const times = groupSums(load.responseNanosBySlice, THRESHOLDS.stationaryWindows);
  const means = times.map((time, i) => time / Math.max(1, answered[i]));
  const within = deviation === undefined ? "not told" : `within ${percent(deviation)}`;
  const growth = means[means.length - 1] / means[0];
  const mebibytes = usage && (usage.residentBytesAfter - usage.residentBytesBefore) / 2 ** 20;
  const memory = mebibytes === undefined ? "not visible" : `${mebibytes.toFixed(1)} MiB`;
  return {
    id: "V4",
    name: "nothing drifted",
    isPassed: isStationary(deviation, growth),
    found:
      `six parts of the answers, as they came, ${within} of plan, response time last to first ` +
      `${growth.toFixed(2)}, memory grew ${memory}`,
    limit: `<= ${percent(THRESHOLDS.stationaryDeviationMax)}, <= ${THRESHOLDS.responseGrowthMax}`,
  };
}

/**
 * Answers by when they came, against what was planned for the same part: Poisson plans differ by
 * themselves. By when they were planned all of them would come in time.
 */
function deviationOf({ arrivedBySlice, plannedBySlice }: WatchedLoad["load"]): number | undefined {
  if (arrivedBySlice === undefined) return undefined;
  const planned = groupSums(plannedBySlice, THRESHOLDS.stationaryWindows);
  const arrived = groupSums(arrivedBySlice, THRESHOLDS.stationaryWindows);
  return Math.max(...arrived.map((count, i) => Math.abs(count / planned[i] - 1)));
}

/** Undefined where a run of before does not tell when answers came. */
function isStationary(deviation: number | undefined, growth: number): boolean | undefined {
  if (growth > THRESHOLDS.responseGrowthMax) return false;
  return deviation === undefined ? undefined : deviation <= THRESHOLDS.stationaryDeviationMax;
}

function percentileGate({ load }: WatchedLoad): Gate {
  const beyond = load.answered * 0.01;
  return {
    id: "V5",
    name: "enough answers for a p99",
    isPassed: beyond >= VALUES_BEYOND_MIN,
    found: `${Math.floor(beyond)} answers beyond p99`,
    limit: `>= ${VALUES_BEYOND_MIN}`,
  };
}

/** The clock is read twice a response time, so that one reading's cost is in it. */
function clockGate({ load }: WatchedLoad, clockNanos: number): Gate {
  const median = LatencyHistogram.fromRecord(load.response).percentile(0.5);
  return {
    id: "V7",
    name: "the clock is cheap beside what it measures",
    isPassed: clockNanos <= median * 0.5,
    found: `a reading ${clockNanos.toFixed(0)} ns, p50 ${timeText(median)}`,
    limit: "<= half of p50",
  };
}

function answersGate({ load }: WatchedLoad): Gate {
  const isAnswered = load.wrong === 0 && load.failure === "" && load.unanswered === 0;
  const isPassed = isAnswered && isUnchecked(load) ? undefined : isAnswered;
  const why = [load.firstWrong, load.failure].filter((text) => text !== "").join("; ");
  return {
    id: "V8",
    name: ANSWERS_RIGHT,
    isPassed,
    found:
      `${isUnchecked(load) ? UNCHECKED : `${load.wrong} of ${load.answered} wrong`}, ` +
      `${load.unanswered} missing` +
      `${why && `: ${why}`}`,
    limit: "none",
  };
}

/** A recording's answers are counted by their bytes. */
export function isUnchecked({ options }: WatchedLoad["load"]): boolean {
  return options.drive.kind === "bytes";
}

/** What ended a campaign. */
export function wrongAnswerGate(found: string): Gate {
  return { id: "V8", name: ANSWERS_RIGHT, isPassed: false, found, limit: "none" };
}

export function observerGate(observedPerSecond: number, cleanPerSecond: number): Gate {
  const share = observedPerSecond / cleanPerSecond;
  return {
    id: "V6",
    name: "watching did not slow the target",
    isPassed: share >= THRESHOLDS.observedShareMin,
    found: `${percent(share)} of the unwatched rate`,
    limit: `>= ${percent(THRESHOLDS.observedShareMin)}`,
  };
}

/** Neighboring values added up into `groups` sums. */
export function groupSums(values: readonly number[], groups: number): number[] {
  const size = values.length / groups;
  return Array.from({ length: groups }, (_, group) =>
    values.slice(group * size, (group + 1) * size).reduce((sum, each) => sum + each, 0),
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
