// The report of a comparison in Markdown, and its pictures: functions of compare-run.json.

import {
  ALARM_LEVEL,
  type Comparison,
  type CountedChange,
  type InstructionsComparison,
} from "../compare/compare-metric.ts";
import type { CompareRun } from "../compare/compare-run.ts";
import { resolvedText, signedPercent } from "../compare/compare-text.ts";
import { comparisonOf, metricsOf } from "../compare/comparison.ts";
import { differenceOf, functionChanges } from "../compare/sampled-pair.ts";
import { rateText } from "../load/load-text.ts";
import { differentialGraphSvg, goneFunctions } from "../profile/differential-graph.ts";
import { THRESHOLDS } from "../verdict/thresholds.ts";
import { table } from "./markdown.ts";
import { pairedPlotSvg } from "./paired-plot.ts";

const CHANGES_TOLD = 10;
const GONE_TOLD = 10;

/** Every text file of a comparison by its name; without compare-run.json. */
export function compareFilesOf(run: CompareRun, name: string): Record<string, string> {
  const files: Record<string, string> = { [`${name}-report.md`]: compareMarkdown(run, name) };
  const metrics = metricsOf(run);
  if (metrics.length > 0) {
    const title = "Paired differences, B against A";
    files[`${name}-pairs.svg`] = pairedPlotSvg(title, metrics, comparisonOf(run).metrics);
  }
  if (run.sampled.length > 0) {
    const difference = differenceOf(run.sampled);
    const title = "Where the time of an order goes: after, against before";
    files[`${name}-flamegraph.svg`] = differentialGraphSvg(title, difference);
    files[`${name}-before.folded`] = difference.before.text(PICOS);
    files[`${name}-after.folded`] = difference.after.text(PICOS);
  }
  return files;
}

/** Folded text has whole numbers: nanoseconds would lose small frames. */
const PICOS = 1000;

function compareMarkdown(run: CompareRun, name: string): string {
  return `${[
    "# Before and after",
    `A, before: \`${run.a}\`. B, after: \`${run.b}\`.`,
    verdictSection(run, name),
    timeSection(run, name),
    environmentSection(run),
    reproduceSection(run, name),
  ]
    .filter((text) => text !== "")
    .join("\n\n")}\n`;
}

function verdictSection(run: CompareRun, name: string): string {
  const { instructions, instructionsMissing, metrics, verdict } = comparisonOf(run);
  const rows = [
    ...(instructions === undefined ? [] : instructionRows(instructions)),
    ...(instructionsMissing === "" ? [] : [missingRow(instructionsMissing)]),
    ...metrics.map(metricRow),
  ];
  const heads = ["metric", "kind", "B against A", "A against A", "p", "resolves", "verdict"];
  const parts = [
    `## Verdict: ${verdict}`,
    table(heads, rows),
    "Changes with their 95 % interval. An alarm takes " +
      `p <= ${ALARM_LEVEL} after Holm's correction and more than A against itself showed; inside ` +
      `${signedPercent(-THRESHOLDS.equivalence)} to ${signedPercent(THRESHOLDS.equivalence)} ` +
      "two versions are EQUIVALENT.",
  ];
  if (run.served !== undefined) {
    parts.push(`p99 was taken at ${rateText(run.served.offeredPerSecond)} offered to both.`);
  }
  if (metrics.length > 0) parts.push(`![Paired differences](${name}-pairs.svg)`);
  return parts.join("\n\n");
}

function instructionRows(compared: InstructionsComparison): string[][] {
  const { asShipped, notInlined, cyclesChange, verdict } = compared;
  const row = (what: string, kind: string, change: string, resolves = "") => [
    what,
    kind,
    change,
    "",
    "",
    resolves,
    verdict,
  ];
  const counted = (what: string, each: CountedChange) =>
    row(what, "simulated", countsText(each), resolvedText(each.resolution));
  return [
    counted("instructions an order", asShipped),
    counted("the same, nothing inlined", notInlined),
    row("cycles, from misses too", "modelled", signedPercent(cyclesChange)),
  ];
}

function countsText({ a, b, change }: CountedChange): string {
  const [before, after] = [a, b].map(({ perOrder }) => perOrder.instructions.toFixed(1));
  return `${before} to ${after}: ${signedPercent(change)}`;
}

function missingRow(why: string): string[] {
  return ["instructions an order", "not available", why, "", "", "", ""];
}

function metricRow({ metric, change, floor, pValue, detectable, verdict }: Comparison): string[] {
  const text = ({ value, low, high, n }: Comparison["change"]) =>
    `${signedPercent(value)} [${signedPercent(low)}, ${signedPercent(high)}], n = ${n}`;
  return [
    metric,
    "measured",
    text(change),
    text(floor),
    pValue.toPrecision(2),
    resolvedText(detectable),
    verdict,
  ];
}

function timeSection({ sampled }: CompareRun, name: string): string {
  if (sampled.length === 0) return "";
  const difference = differenceOf(sampled);
  const rows = functionChanges(sampled, CHANGES_TOLD).map(({ name: frame, ...each }) => [
    `\`${frame}\``,
    nanosText(each.before),
    nanosText(each.after),
    `${signed(each.change.value)} [${signed(each.change.low)}, ${signed(each.change.high)}]`,
  ]);
  const gone = goneFunctions(difference)
    .slice(0, GONE_TOLD)
    .map((each) => `\`${each.name}\` ${nanosText(each.weight)}`);
  return [
    "## Where the time goes",
    `${sampled.length} pairs of processes of their own, laps in turn, V8's profiler on ` +
      `(n = ${difference.samplesBefore} and ${difference.samplesAfter} samples): the sampled ` +
      "shares divide up the processor time of an order. What the profiler costs is in it: no " +
      "verdict rests on these times.",
    table(["function", "before, by itself", "after", "change, ns an order"], rows),
    gone.length === 0 ? "No function was only before." : `Only before: ${gone.join(", ")}.`,
    `![Differential flame graph](${name}-flamegraph.svg)`,
  ].join("\n\n");
}

function environmentSection({ environment }: CompareRun): string {
  const { cpu, cores, memoryBytes, kernel, node, nodeFlags, loadAverage, governor } = environment;
  const memory = `${(memoryBytes / 2 ** 30).toFixed(0)} GiB`;
  const rows = [
    ["processor", `${cores} x ${cpu}`],
    ["memory", memory],
    ["kernel", kernel],
    ["Node", `${node} ${nodeFlags}`.trim()],
    ["load average at the start", loadAverage.toFixed(2)],
    ["governor", governor],
  ];
  return `## Environment\n\n${table(["what", "found"], rows)}`;
}

function reproduceSection({ command, seed, startedAt }: CompareRun, name: string): string {
  return (
    `## How to reproduce\n\n\`\`\`sh\n${command}\n\`\`\`\n\nSeed ${seed}, ${startedAt}. Every ` +
    `raw number is in \`${name}-run.json\`; \`outcry lab report ${name}-run.json\` writes this ` +
    "page and its pictures again, to the byte."
  );
}

function nanosText(nanos: number): string {
  return `${nanos.toFixed(1)} ns`;
}

function signed(change: number): string {
  return `${change >= 0 ? "+" : ""}${change.toFixed(1)}`;
}
