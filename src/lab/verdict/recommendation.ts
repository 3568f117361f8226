// What to do next, with what it could give at most and what it risks. A bound is what Amdahl allows
// if a part were free: never a promise.

import { ECHO } from "../campaign/null-kinds.ts";
import type { RunFile } from "../campaign/run-file.ts";
import { FoldedStacks } from "../profile/folded-stacks.ts";
import { type Hotspot, hotspotsOf, shareOfKind } from "../profile/hotspots.ts";
import { SENTENCE_CHARACTERS, shortenName } from "../profile/short-name.ts";
import type { Interval } from "../statistics/estimate.ts";
import { shareEstimate } from "../statistics/proportion.ts";
import { changeRiskOf, type Risk } from "./change-risk.ts";
import { criticalPathOf } from "./critical-path.ts";
import type { Finding } from "./decision.ts";
import { mainLayer } from "./evidence.ts";
import { endToEndGain } from "./potential.ts";

export type Recommendation = {
  readonly what: string;
  /** End to end, times faster at most: of the interval of the share that it rests on. */
  readonly gain: Interval;
  readonly effort: 1 | 2 | 3;
  readonly risk: Risk;
  readonly reason: string;
};

export type NextStep = "transport next" | "engine next" | "both" | "stop" | "not resolvable";

/** Below it a change is not worth a risk. */
const GAIN_MIN = 1.1;
const HOTSPOTS = 3;
/** Of fewer samples nothing is recommended, and the report says of what. */
const SAMPLES_MIN = 100;
/** A step that may give no more than this is none. */
const STEP_MIN = 1.01;

const FOREIGN = /^\(|\bnode:/;
/** So many that are not the program's own may stand before the ones that are wanted. */
const FOREIGN_MAX = 20;

/** The largest lower bound of gain over effort first; what may give nothing is left out. */
export function recommend(run: RunFile, findings: readonly Finding[]): Recommendation[] {
  const recommendations = [...ofTransport(run), ...ofHotspots(run), ...ofCollector(run, findings)];
  return recommendations
    .filter(({ gain }) => gain.low > STEP_MIN)
    .toSorted((a, b) => (b.gain.low - 1) / b.effort - (a.gain.low - 1) / a.effort);
}

/** The largest consumer where there are too few samples to recommend it. */
export function unresolvedStepOf(run: RunFile): string | undefined {
  const samples = run.profile?.samples ?? SAMPLES_MIN;
  const [largest] = topHotspots(run, 1);
  if (samples >= SAMPLES_MIN || largest === undefined) return undefined;
  const name = shortenName(largest.name, SENTENCE_CHARACTERS);
  return (
    `not resolvable: too few samples (${samples}, ${SAMPLES_MIN} at least), the largest part in ` +
    `${name} (${percent(largest.self)}): sample for longer (--sample-seconds)`
  );
}

/**
 * The decision that is asked for by name; from a run whose timing is not valid there is none. An
 * engine that a delay showed beside the critical path has nothing to give.
 */
export function nextStepOf(run: RunFile, isTimingValid: boolean): NextStep {
  const layer = mainLayer(run);
  const share = layer?.transportShare;
  if (share === undefined || !isTimingValid) return "not resolvable";
  // Of an upper bound only that it is small says something.
  if (layer?.nullKind === ECHO && share.high >= 0.5) return "not resolvable";
  const isBeside = run.cause && criticalPathOf(run.cause) === "beside the critical path";
  if (share.low > 0.5) return "transport next";
  const engine = { low: 1 - share.high, high: 1 - share.low };
  const isWorthIt = !isBeside && ifFree(engine, run).low >= GAIN_MIN;
  if (share.high < 0.5) return isWorthIt ? "engine next" : "stop";
  return isBeside ? "transport next" : "both";
}

function ofTransport(run: RunFile): Recommendation[] {
  const layer = mainLayer(run);
  const share = layer?.transportShare;
  // An interval that reaches a whole tells no bound at all, nor does what the lab's own way takes.
  if (layer === undefined || share === undefined || share.high >= 1) return [];
  if (layer.nullKind === ECHO) return [];
  return [
    {
      what: "more orders a read and a write, or a shorter way to the engine",
      gain: ifFree(share, run),
      effort: 2,
      risk: "medium",
      reason:
        `the null operation takes ${percent(share)} of the processor time; every order passes; ` +
        "no rule of the market rests on it, but the order of answers; the next start takes it back",
    },
  ];
}

function ofHotspots(run: RunFile): Recommendation[] {
  if (run.profile === undefined || run.profile.samples < SAMPLES_MIN) return [];
  return topHotspots(run, HOTSPOTS).map((hotspot) => {
    const { level, reason } = changeRiskOf(hotspot, run.isOurEngine);
    return {
      what: `make ${shortenName(hotspot.name, SENTENCE_CHARACTERS)} cheaper`,
      gain: ifFree(hotspot.self, run),
      effort: 2,
      risk: level,
      reason: `its own share is ${percent(hotspot.self)} of the samples; ${reason}`,
    };
  });
}

function ofCollector(run: RunFile, findings: readonly Finding[]): Recommendation[] {
  const collector = findings.find(({ name }) => name === "CPU-bound: garbage collection");
  if (collector?.holds !== true || run.profile === undefined) return [];
  const { folded, samples } = run.profile;
  const collected = shareOfKind(FoldedStacks.parse(folded), "gc") * samples;
  const share = shareEstimate(collected, samples);
  const gain = ifFree(share, run);
  const reason =
    `collection is ${percent(share)} of the samples; allocation an order is visible in the heap ` +
    "profile and changes no behavior";
  return [{ what: "allocate less an order", gain, effort: 1, risk: "low", reason }];
}

/** The program's own functions: what nobody can name, or Node brings, is not theirs to change. */
export function topHotspots(run: RunFile, count: number): Hotspot[] {
  const { profile } = run;
  if (profile === undefined) return [];
  const stacks = FoldedStacks.parse(profile.folded);
  return hotspotsOf(stacks, profile.samples, count + FOREIGN_MAX)
    .filter(({ name, kind }) => kind !== "gc" && kind !== "kernel" && !FOREIGN.test(name))
    .slice(0, count);
}

function ifFree(share: Interval, run: RunFile): Interval {
  return endToEndGain(share, run, Number.POSITIVE_INFINITY);
}

function percent({ value, low, high }: Interval & { readonly value: number }): string {
  const text = (share: number) => (share * 100).toFixed(0);
  return `${text(value)} % [${text(low)}, ${text(high)}]`;
}
