// The report's section "Before and after": two recorded runs side by side. They came one after the
// other, so that differences are told and no verdict is given; `outcry lab compare` proves.

import type { RunFile } from "../campaign/run-file.ts";
import { rateText, timeText } from "../load/load-text.ts";
import { type Difference, goneFunctions } from "../profile/differential-graph.ts";
import { FoldedStacks, nameOf } from "../profile/folded-stacks.ts";
import { selfWeights } from "../profile/hotspots.ts";
import { matchedStacks } from "../profile/matched-frames.ts";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { mainLayer } from "../verdict/evidence.ts";
import { THRESHOLDS } from "../verdict/thresholds.ts";
import { gatesOf, isValid } from "../verdict/validity.ts";
import { cpuNanosPerOperation } from "../watch/watched-load.ts";
import { table } from "./markdown.ts";

const CHANGES_TOLD = 10;
const GONE_TOLD = 10;
const NO_PROOF =
  "No proof: two runs one after the other differ also by what the machine did meanwhile. On a " +
  "host that drifts, 30 to 40 % of unchanged engines look changed when compared so. Differences " +
  "are told, no verdict is given: `outcry lab compare A B` compares two builds of our engine in " +
  "pairs.";

export function beforeSection(run: RunFile, before: RunFile | undefined, name: string): string {
  const heading = "## Before and after";
  if (before === undefined) {
    return (
      `${heading}\n\nNo run before was named: \`outcry lab report ${name}-run.json --before ` +
      "OTHER-run.json`."
    );
  }
  const parts = [
    heading,
    `Before: ${before.target}, ${before.startedAt}. After: ${run.target}, ${run.startedAt}.`,
    NO_PROOF,
    ...circumstances(before, run),
    ...invalidity(before, "before"),
    ...invalidity(run, "after"),
  ];
  const rows = numbersOf(before, run);
  if (rows.length > 0) parts.push(table(["what", "before", "after", "after / before"], rows));
  const difference = differenceOfRuns(before, run);
  if (difference === undefined) parts.push("No profile in both: no differential flame graph.");
  else parts.push(...profileParts(difference, name, ratesApart(before, run)));
  return parts.join("\n\n");
}

/** Undefined where one of them has no profile. */
export function differenceOfRuns(before: RunFile, after: RunFile): Difference | undefined {
  if (before.profile === undefined || after.profile === undefined) return undefined;
  const nanos = comparableNanos(before, after);
  return {
    before: scaled(before.profile.folded, nanos?.before ?? 100),
    after: scaled(after.profile.folded, nanos?.after ?? 100),
    samplesBefore: before.profile.samples,
    samplesAfter: after.profile.samples,
    unit: nanos === undefined ? "% of the samples" : "ns an order",
  };
}

/**
 * An order's processor time of both, measured alike: with as many in flight as the profile has, or
 * at one rate. An order costs more the fewer come together, so that two rates have two costs.
 */
function comparableNanos(before: RunFile, after: RunFile) {
  const pairOf = (of: (run: RunFile) => number | undefined) => {
    const [was, is] = [of(before), of(after)];
    return was === undefined || is === undefined ? undefined : { before: was, after: is };
  };
  const saturated = pairOf(saturatedNanosOf);
  return saturated ?? (ratesApart(before, after) === "" ? pairOf(cpuNanosOf) : undefined);
}

/** "" where both sustained runs had the same rate, or one of them there is none. */
function ratesApart(before: RunFile, after: RunFile): string {
  const [was, is] = [before, after].map(({ sustained }) => sustained?.load.offeredPerSecond);
  if (was === undefined || is === undefined) return "";
  if (Math.abs(is / was - 1) <= THRESHOLDS.sameRateMax) return "";
  return `not comparable: sustained at ${rateText(was)} and ${rateText(is)}`;
}

function scaled(folded: string, total: number): FoldedStacks {
  const stacks = FoldedStacks.parse(folded);
  return matchedStacks(stacks, total / (stacks.total || 1));
}

/** Of the target, in the pass of its layers: near saturation. */
function saturatedNanosOf(run: RunFile): number | undefined {
  return mainLayer(run)?.cpuNanos?.value;
}

/** Of the target, in its sustained run. */
function cpuNanosOf({ sustained }: RunFile): number | undefined {
  return sustained && cpuNanosPerOperation(sustained);
}

/** What else differs, so that nobody takes it for the engine. */
function circumstances(before: RunFile, after: RunFile): string[] {
  const told = ({ environment: { cpu, cores, kernel, node, nodeFlags }, seed, command }: RunFile) =>
    Object.entries({ cpu, cores, kernel, node, nodeFlags, seed, command });
  const others = told(after);
  const differing = told(before).flatMap(([what, value], i) =>
    value === others[i][1] ? [] : [`${what} (\`${value}\`, then \`${others[i][1]}\`)`],
  );
  return differing.length === 0 ? [] : [`The runs differ also in: ${differing.join(", ")}.`];
}

/** As the report hedges its own rates. */
function invalidity(run: RunFile, which: string): string[] {
  const { sustained, calibration, wrongAnswer } = run;
  if (wrongAnswer !== undefined) {
    return [`The run ${which} ended at a wrong answer: ${wrongAnswer.what}.`];
  }
  if (sustained === undefined) return [`The run ${which} has no sustained part to judge it by.`];
  if (isValid(gatesOf(sustained, calibration?.clockNanos ?? 0))) return [];
  return [`A gate failed in the run ${which}: read its rates as "at least".`];
}

type Reading = {
  readonly what: string;
  of(run: RunFile): number | undefined;
  text(value: number): string;
  /** Of the sustained run: two rates have two answers. */
  readonly isAtRate?: true;
};

const READINGS: readonly Reading[] = [
  { what: "C_max held", of: ({ ceilingMax }) => ceilingMax?.heldPerSecond, text: rateText },
  { what: "C_slo held", of: ({ ceilingSlo }) => ceilingSlo?.heldPerSecond, text: rateText },
  {
    what: "sustained run, offered",
    of: ({ sustained }) => sustained?.load.offeredPerSecond,
    text: rateText,
  },
  {
    what: "sustained run, achieved",
    of: ({ sustained }) => sustained?.load.achievedPerSecond,
    text: rateText,
  },
  { what: "p50 of it", of: (run) => percentileOf(run, 0.5), text: timeText, isAtRate: true },
  { what: "p99 of it", of: (run) => percentileOf(run, 0.99), text: timeText, isAtRate: true },
  { what: "processor time an order in it", of: cpuNanosOf, text: timeText, isAtRate: true },
  { what: "the same with 512 in flight (layers)", of: saturatedNanosOf, text: timeText },
  {
    what: "the engine alone, an order",
    of: ({ engineAlone }) => engineAlone?.value,
    text: timeText,
  },
];

function percentileOf({ sustained }: RunFile, fraction: number): number | undefined {
  return sustained && LatencyHistogram.fromRecord(sustained.load.response).percentile(fraction);
}

function numbersOf(before: RunFile, after: RunFile): string[][] {
  const apart = ratesApart(before, after);
  return READINGS.flatMap(({ what, of, text, isAtRate }) => {
    const [was, is] = [of(before), of(after)];
    if (was === undefined || is === undefined || was === 0) return [];
    const ratio = isAtRate && apart !== "" ? apart : (is / was).toFixed(3);
    return [[what, text(was), text(is), ratio]];
  });
}

function profileParts(difference: Difference, name: string, apart: string): string[] {
  const { before, after, unit, samplesBefore, samplesAfter } = difference;
  const [was, is] = [selfWeights(before), selfWeights(after)];
  const rows = Array.from(new Set([...was.keys(), ...is.keys()]))
    .map((frame) => ({ frame, was: was.get(frame) ?? 0, is: is.get(frame) ?? 0 }))
    .filter((each) => each.was !== each.is)
    .toSorted(
      (a, b) => Math.abs(b.is - b.was) - Math.abs(a.is - a.was) || (a.frame < b.frame ? -1 : 1),
    )
    .slice(0, CHANGES_TOLD)
    .map((each) => [
      `\`${nameOf(each.frame)}\``,
      each.was.toFixed(1),
      each.is.toFixed(1),
      `${each.is >= each.was ? "+" : ""}${(each.is - each.was).toFixed(1)}`,
    ]);
  const isShare = unit.startsWith("%");
  const why = isShare && apart !== "" ? `; an order's times are ${apart}` : "";
  const gone = goneFunctions(difference)
    .slice(0, GONE_TOLD)
    .map((each) => `\`${each.name}\` ${each.weight.toFixed(1)}`);
  return [
    `Where the time goes, in ${unit} (n = ${samplesBefore} and ${samplesAfter} samples)${why}:`,
    rows.length === 0
      ? "No function's own time differs."
      : table(["function", "before, by itself", "after", "change"], rows),
    gone.length === 0 ? "No function was only before." : `Only before: ${gone.join(", ")}.`,
    `![Differential flame graph](${name}-differential.svg)`,
  ];
}
