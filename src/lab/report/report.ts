// The report of a campaign in Markdown: a function of run.json, nothing else. Every number says its
// kind; what is missing says why.

import type { PageLoads } from "../calibration/calibration.ts";
import type { RunFile } from "../campaign/run-file.ts";
import { rateText, timeText } from "../load/load-text.ts";
import { SENTENCE_CHARACTERS, shortenName } from "../profile/short-name.ts";
import { isLimitHeld } from "../verdict/capped-rate.ts";
import { bottlenecksOf, decide, type Finding } from "../verdict/decision.ts";
import { evidenceOf } from "../verdict/evidence.ts";
import {
  nextStepOf,
  type Recommendation,
  recommend,
  topHotspots,
  unresolvedStepOf,
} from "../verdict/recommendation.ts";
import { THRESHOLDS } from "../verdict/thresholds.ts";
import { type Gate, gatesOf, isValid, observerGate, wrongAnswerGate } from "../verdict/validity.ts";
import { ceilingText, gainText, shareText, table } from "./markdown.ts";
import { plotsOf } from "./plots.ts";
import { beforeSection } from "./report-before.ts";
import { booksEndText, costSections } from "./report-costs.ts";
import { interventionsSection } from "./report-interventions.ts";
import { timingSections } from "./report-timing.ts";

/** The system that this one grew out of. */
export const BASELINE_PER_SECOND = 946;
const ASKED_PER_SECOND = 100_000;

/** What every section draws from. */
export type ReportParts = {
  readonly run: RunFile;
  readonly gates: readonly Gate[];
  readonly findings: readonly Finding[];
  readonly recommendations: readonly Recommendation[];
  readonly isTimingValid: boolean;
  /** "at least " where a gate failed. */
  readonly hedge: string;
  /** Markdown of a plot, or "". */
  plot(name: string): string;
};

/** `before`: another run, of which the report tells the differences. */
export function reportMarkdown(run: RunFile, name: string, before?: RunFile): string {
  const parts = partsOf(run, name);
  return `${[
    `# Performance of ${run.target}`,
    verdictBox(parts),
    answersSection(parts),
    validitySection(parts),
    environmentSection(run),
    ...timingSections(parts),
    ...costSections(parts, name),
    interventionsSection(run),
    decisionSection(parts),
    recommendationSection(parts),
    beforeSection(run, before, name),
    missingSection(run),
    reproduceSection(run, name),
  ].join("\n\n")}\n`;
}

function partsOf(run: RunFile, name: string): ReportParts {
  const clock = run.calibration?.clockNanos ?? 0;
  const timing = run.sustained ? gatesOf(run.sustained, clock) : [];
  const judged = withWrongAnswer(timing, run);
  const isTimingValid = timing.length > 0 && isValid(judged);
  const { profile } = run;
  const observed = profile ? [observerGate(profile.observedPerSecond, profile.cleanPerSecond)] : [];
  const gates = [...judged, ...observed].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const findings = decide(evidenceOf(run));
  const plots = new Map(plotsOf(run).map((plot) => [plot.name, plot]));
  return {
    run,
    gates,
    findings,
    recommendations: recommend(run, findings),
    isTimingValid,
    hedge: isTimingValid ? "" : "at least ",
    plot(plotName) {
      const plot = plots.get(plotName);
      return plot === undefined ? "" : `![${plot.title}](${name}-${plotName}.svg)`;
    },
  };
}

/** One wrong answer in any pass is the campaign's. */
function withWrongAnswer(gates: readonly Gate[], { wrongAnswer }: RunFile): readonly Gate[] {
  if (wrongAnswer === undefined) return gates;
  const { pass, what } = wrongAnswer;
  return [...gates.filter(({ id }) => id !== "V8"), wrongAnswerGate(`${pass}: ${what}`)];
}

function verdictBox(parts: ReportParts): string {
  const { run, gates, findings, recommendations, hedge, isTimingValid } = parts;
  const failed = gates.filter(({ isPassed }) => isPassed === false);
  const isJudged = run.sustained !== undefined;
  const validity =
    failed.length > 0
      ? `INVALID: ${failed.map(({ id, name }) => `${id} (not: ${name})`).join(", ")}`
      : wordOf(isJudged || undefined, "valid", "", "not measured: no sustained run");
  const max = run.ceilingMax;
  const evidence = evidenceOf(run);
  return table(
    ["verdict", ""],
    [
      ["validity", validity],
      ["bottleneck", bottlenecksOf(findings)],
      ["ceiling C_max", max ? `${ceilingText(max, hedge)} (measured)` : "not available"],
      ["transport's share of processor time", `${shareText(evidence.transportShare)} (derived)`],
      ["decision", nextStepOf(run, isTimingValid)],
      ["best next step", stepText(run, recommendations)],
    ],
  );
}

/** What the samples are too few for may be more than what is left. */
function stepText(run: RunFile, [best]: readonly Recommendation[]): string {
  const unresolved = unresolvedStepOf(run);
  const step =
    best && `${best.what}: at most ${gainText(best.gain)} times end to end, risk ${best.risk}`;
  if (unresolved === undefined) return step ?? "none";
  return step === undefined ? unresolved : `${unresolved}; beside it: ${step}`;
}

function answersSection({ run, hedge, isTimingValid }: ReportParts): string {
  const held = run.ceilingMax?.heldPerSecond ?? 0;
  const least = isLimitHeld(run) ? "at least " : hedge;
  const evidence = evidenceOf(run);
  const growth = evidence.bookGrowth;
  const consumers = topHotspots(run, 3).map(({ name, self }) => {
    return `\`${shortenName(name, SENTENCE_CHARACTERS)}\` ${shareText(self)}`;
  });
  const rows = [
    [
      "over 100,000 orders a second?",
      held === 0 ? "not available" : overAsked(held, isTimingValid, isLimitHeld(run)),
    ],
    [
      "against the 946 orders/s baseline",
      held === 0 ? "not available" : `${least}${timesText(held / BASELINE_PER_SECOND)} times`,
    ],
    ["memory or CPU?", memoryOrCpu(run)],
    ["the three largest consumers", consumers.join(", ") || "not available"],
    [
      "how it scales with the book",
      [
        growth === undefined
          ? "not available"
          : `largest book to smallest: ${growth.toFixed(2)} times an order`,
        run.books.length > 0 ? booksEndText(run) : "",
      ]
        .filter((text) => text !== "")
        .join(". "),
    ],
    ["what next", nextStepOf(run, isTimingValid)],
  ];
  return `## Answers by name\n\n${table(["question", "answer"], rows)}`;
}

/** A rate below the baseline is not once the baseline. */
function timesText(times: number): string {
  return times.toFixed(times < 10 ? 1 : 0);
}

/** A lower bound can say yes and never no. */
function overAsked(held: number, isTimingValid: boolean, isLimit: boolean): string {
  if (held > ASKED_PER_SECOND) return `yes: ${rateText(held)} held`;
  if (isLimit)
    return `not resolvable: ${rateText(held)} held, the limit of the search (--rate-max)`;
  if (!isTimingValid) return `not resolvable: at least ${rateText(held)}, and the run is INVALID`;
  return `no: ${rateText(held)}`;
}

function memoryOrCpu(run: RunFile): string {
  const findings = decide(evidenceOf(run));
  const of = (name: Finding["name"]) => findings.find((each) => each.name === name)?.holds;
  const word = (holds: boolean | undefined) => wordOf(holds, "yes", "no", "not resolvable");
  return `CPU-bound: ${word(of("CPU-bound"))}; memory-bound: ${word(of("memory-bound"))}`;
}

function wordOf(is: boolean | undefined, yes: string, no: string, unknown: string): string {
  if (is === undefined) return unknown;
  return is ? yes : no;
}

function validitySection({ run, gates }: ReportParts): string {
  if (gates.length === 0) return "## Validity\n\nNo sustained run: nothing to judge.";
  const rows = gates.map(({ id, name, isPassed, found, limit }) => [
    id,
    name,
    wordOf(isPassed, "passed", "**FAILED**", "not checked"),
    found,
    limit,
  ]);
  const invalid = gates.some(({ isPassed }) => isPassed === false);
  const note = invalid
    ? '\n\nA gate failed: read rates as "at least", and small differences as not resolvable.'
    : "";
  const clock = run.calibration ? timeText(run.calibration.clockNanos) : "unknown";
  return `## Validity\n\nOf the sustained run. A clock reading costs ${clock}.\n\n${table(
    ["gate", "what must hold", "", "found", "limit"],
    rows,
  )}${note}`;
}

function environmentSection(run: RunFile): string {
  const { environment, capabilities, calibration, watched } = run;
  const { cpu, cores, memoryBytes, kernel, node, nodeFlags, loadAverage, governor } = environment;
  const machine = table(
    ["what", "found"],
    [
      ["processor", `${cores} x ${cpu}`],
      ["memory", `${(memoryBytes / 2 ** 30).toFixed(0)} GiB`],
      ["kernel", kernel],
      ["Node (generator)", `${node} ${nodeFlags}`],
      ["load average at the start", loadAverage.toFixed(2)],
      ["governor", governor],
      ["target's program", environment.targetProgram || "not visible"],
      ...(watched === undefined ? [] : [["target's process", watched]]),
    ],
  );
  const rows = capabilities.map(({ name, command, isThere, found, consequence }) => [
    name,
    `\`${command}\``,
    isThere ? "yes" : "no",
    found,
    consequence,
  ]);
  const probes = table(["capability", "probe", "there", "found", "consequence"], rows);
  const costs =
    calibration === undefined
      ? ""
      : `\n\nCalibration (measured): system call ${timeText(calibration.systemCallNanos)}, ` +
        `two wake-ups ` +
        `${timeText(calibration.wakeUpPairNanos.value)}, timer late by ` +
        `${timeText(calibration.timerLateNanos.value)}, ` +
        `dependent addition ${calibration.addNanos.toFixed(2)} ns, mispredicted branch ` +
        `${calibration.mispredictNanos.toFixed(1)} ns, A against A differs by ` +
        `${(calibration.noise.value * 100).toFixed(1)} %. A dependent load: ${calibration.loads
          .map(({ bytes, nanos }) => `${bytes / 1024} KiB ${nanos.toFixed(1)} ns`)
          .join(", ")}.${pagesText(calibration.pages)}`;
  return `## Environment and capabilities\n\n${machine}\n\n${probes}${costs}`;
}

function pagesText(pages: readonly PageLoads[] = []): string {
  if (pages.length === 0) return "";
  const added = pages.map(
    (each) => `${each.pages} lines ${(each.apartNanos - each.besideNanos).toFixed(1)} ns`,
  );
  return ` What it adds that each line is on a page of its own (TLB): ${added.join(", ")}.`;
}

function decisionSection({ findings }: ReportParts): string {
  const rows = findings.map(({ name, holds, confidence, inputs }) => [
    name,
    wordOf(holds, `**yes** (${confidence})`, "no", "unknown"),
    inputs.join("; "),
  ]);
  return `## Decision\n\n${table(["bottleneck", "holds", "inputs"], rows)}`;
}

function recommendationSection({ run, recommendations, isTimingValid }: ReportParts): string {
  const rows = recommendations.map(({ what, gain, effort, risk, reason }) => [
    what,
    `${gainText(gain)} times`,
    String(effort),
    risk,
    reason,
  ]);
  const unresolved = unresolvedStepOf(run);
  const none =
    run.profile === undefined && run.layers.length === 0
      ? "None: neither layers nor a profile are there to rest one on."
      : "None whose gain is surely more than 1 %.";
  const list =
    rows.length === 0
      ? none
      : table(["what", "gain end to end at most (if free)", "effort", "risk", "because"], rows);
  const told = unresolved === undefined ? list : `${list}\n\nThe largest consumer: ${unresolved}.`;
  return `## Recommendations\n\nDecision: **${nextStepOf(run, isTimingValid)}**.\n\n${told}`;
}

function missingSection(run: RunFile): string {
  const { missing, capabilities, targetEnded, ceilingMax } = run;
  const items = missing.map(({ what, why }) => `- ${what}: ${why}`);
  if (ceilingMax !== undefined && isLimitHeld(run)) {
    const limit = rateText(ceilingMax.heldPerSecond);
    items.unshift(`- what bounds the target: no load was above ${limit}, which it held`);
  }
  if (targetEnded !== undefined) items.unshift(`- the target did not last: ${targetEnded}`);
  if (!capabilities.some(({ name, isThere }) => name === "hardware counters" && isThere)) {
    items.push(
      "- hardware counters: not available on this host. On a machine that has them: `perf stat " +
        "-e cycles,instructions,branches,branch-misses,LLC-load-misses -p PID -- sleep 10 " +
        "2> counters.txt`, " +
        "then `outcry lab report run.json --merge counters.txt`",
    );
  }
  return `## What could not be measured\n\n${items.join("\n")}`;
}

function reproduceSection({ command, seed, passes, startedAt }: RunFile, name: string): string {
  const times = passes.map((pass) => `${pass.name} ${pass.seconds.toFixed(0)} s`).join(", ");
  const limits = Object.entries(THRESHOLDS).map(([limit, value]) => `${limit} ${value}`);
  return (
    `## How to reproduce\n\n\`\`\`sh\n${command}\n\`\`\`\n\nSeed ${seed}, ${startedAt}. ` +
    `Passes: ${times}.\n` +
    `All raw numbers are in \`${name}-run.json\`; \`outcry lab report ${name}-run.json\` ` +
    `writes this page again, ` +
    `to the byte.\n\nThresholds: ${limits.join(", ")}.`
  );
}
