// What to do next, with what it could give at most and what it risks. A bound is what Amdahl allows
// if a part were free: never a promise.

import type { RunFile } from "../campaign/run-file.ts";
import { FoldedStacks } from "../profile/folded-stacks.ts";
import { type Hotspot, hotspotsOf, speedUp } from "../profile/hotspots.ts";
import type { Interval } from "../statistics/estimate.ts";
import type { Finding } from "./decision.ts";
import { mainLayer } from "./evidence.ts";

export type Risk = "low" | "medium" | "high";

export type Recommendation = {
  readonly what: string;
  /** End to end, times faster at most; the interval of the share that it rests on. */
  readonly gain: Interval;
  readonly effort: 1 | 2 | 3;
  readonly risk: Risk;
  readonly reason: string;
};

export type NextStep = "transport next" | "engine next" | "both" | "stop" | "not resolvable";

/** Below it a change is not worth a risk. */
const GAIN_MIN = 1.1;
const HOTSPOTS = 3;

const FOREIGN = /^\(|\bnode:/;
/** So many that are not the program's own may stand before the ones that are wanted. */
const FOREIGN_MAX = 20;

/** The largest lower bound of gain over effort first. */
export function recommend(run: RunFile, findings: readonly Finding[]): Recommendation[] {
  const recommendations = [...ofTransport(run), ...ofHotspots(run), ...ofCollector(findings)];
  return recommendations.toSorted(
    (a, b) => (b.gain.low - 1) / b.effort - (a.gain.low - 1) / a.effort,
  );
}

/** The decision that is asked for by name. */
export function nextStepOf(run: RunFile): NextStep {
  const share = mainLayer(run)?.transportShare;
  if (share === undefined) return "not resolvable";
  if (share.low > 0.5) return "transport next";
  if (share.high < 0.5) return gainOf(1 - share.high) < GAIN_MIN ? "stop" : "engine next";
  return "both";
}

function ofTransport(run: RunFile): Recommendation[] {
  const layer = mainLayer(run);
  const share = layer?.transportShare;
  if (layer === undefined || share === undefined) return [];
  return [
    {
      what: "more orders a read and a write, or a shorter way to the engine",
      gain: { low: gainOf(share.low), high: gainOf(Math.min(share.high, 0.99)) },
      effort: 2,
      risk: "medium",
      reason:
        `the null operation takes ${percent(share)} of the processor time; no rule of ` +
        `the market is touched, the order of answers is`,
    },
  ];
}

function ofHotspots(run: RunFile): Recommendation[] {
  if (run.profile === undefined) return [];
  return topHotspots(run, HOTSPOTS).map((hotspot) => ({
    what: `make ${hotspot.name} cheaper`,
    gain: { low: gainOf(hotspot.self.low), high: gainOf(hotspot.self.high) },
    effort: 2,
    risk: riskOf(hotspot),
    reason: `its own share is ${percent(hotspot.self)} of the samples; ${reasonOf(hotspot)}`,
  }));
}

function ofCollector(findings: readonly Finding[]): Recommendation[] {
  const collector = findings.find(({ name }) => name === "garbage collection");
  if (collector?.holds !== true) return [];
  const gain = { low: gainOf(0.15), high: gainOf(0.3) };
  const reason = "allocation a command is visible in the heap profile and changes no behavior";
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

function gainOf(share: number): number {
  return speedUp(share, Number.POSITIVE_INFINITY);
}

/** Blast radius, invariants touched, tests: where the function stands tells. */
function riskOf({ name, kind }: Hotspot): Risk {
  return kind === "native" || / (engine|book)\//.test(name) ? "high" : "medium";
}

function reasonOf(hotspot: Hotspot): string {
  if (hotspot.kind === "native") return "it is compiled: only its maker can change and test it";
  return riskOf(hotspot) === "high"
    ? "it decides who trades; scenarios, the slow twin and published hashes guard it"
    : "it stands at the edge: its codec's tests guard it";
}

function percent({ value, low, high }: Interval & { readonly value: number }): string {
  const text = (share: number) => (share * 100).toFixed(0);
  return `${text(value)} % [${text(low)}, ${text(high)}]`;
}
