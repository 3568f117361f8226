// The table of `outcry lab VERB`: its passes, each alone, and the whole.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { calibrate, effectiveCacheBytes } from "../../lab/calibration/calibration.ts";
import { probeCapabilities } from "../../lab/capability/capabilities.ts";
import { parsePerfStat } from "../../lab/capability/perf-stat.ts";
import { readCompareRun } from "../../lab/compare/compare-run.ts";
import { timeText } from "../../lab/load/load-text.ts";
import { compareFilesOf } from "../../lab/report/compare-report.ts";
import { table } from "../../lab/report/markdown.ts";
import { defaultName, readRun, writeFiles, writeReport } from "../../lab/report/write-report.ts";
import { EXIT_DONE, onlyArgument, usageError } from "../verb.ts";
import { COMPARE_NAME, compare } from "./compare.ts";
import { runPasses } from "./run-passes.ts";
import { view } from "./view.ts";

export type LabVerb = {
  readonly name: string;
  readonly summary: string;
  run(args: string[]): Promise<number>;
};

export const LAB_VERBS: readonly LabVerb[] = [
  {
    name: "run",
    summary: "the whole campaign on a target, with its report",
    run: (args) => runPasses(args, undefined),
  },
  { name: "probe", summary: "what this host lets one see", run: probe },
  { name: "calibrate", summary: "what this machine costs", run: calibration },
  passVerb("ceiling", "the highest rates that a target holds", [
    "ceilings",
    "sustained run",
    "rate sweep",
    "scaling over connections",
  ]),
  passVerb("layers", "network or engine: the same order through each layer", [
    "calibration",
    "engine alone",
    "layers",
  ]),
  passVerb("flame", "where the time goes on the processor", ["sampling"]),
  passVerb("offcpu", "where it waits, and for its storage", ["off-CPU", "sync and write"]),
  passVerb("memory", "what an order costs as the book grows", ["cost over book size"]),
  passVerb("counters", "hardware counters, or what stands in for them", [
    "calibration",
    "engine alone",
    "counters",
  ]),
  passVerb("intervene", "what it changes to change one thing on purpose", [
    "engine alone",
    "next lower layer",
    "elasticity under a CPU quota",
    "streaming neighbor",
    "engine delayed",
    "storage on tmpfs",
  ]),
  { name: "compare", summary: "two builds of our engine, before and after", run: compare },
  { name: "report", summary: "writes the report of a run again", run: report },
  { name: "view", summary: "shows the report of a run in the browser", run: view },
];

/** A verb that runs some of the passes and reports on them. */
function passVerb(name: string, summary: string, passes: readonly string[]): LabVerb {
  return { name, summary, run: (args) => runPasses(args, ["capabilities", ...passes]) };
}

async function probe(): Promise<number> {
  const rows = (await probeCapabilities()).map(({ name, isThere, found, consequence }) => [
    name,
    isThere ? "yes" : "no",
    found,
    consequence,
  ]);
  console.log(table(["capability", "there", "found", "consequence"], rows));
  return EXIT_DONE;
}

async function calibration(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { quick: { type: "boolean", default: false } } });
  const found = await calibrate(values.quick);
  const rows = [
    ["a clock reading", timeText(found.clockNanos)],
    ["a system call", timeText(found.systemCallNanos)],
    ["two wake-ups", timeText(found.wakeUpPairNanos.value)],
    ["a timer of 1 ms is late by", timeText(found.timerLateNanos.value)],
    ["a dependent addition", `${found.addNanos.toFixed(2)} ns`],
    ["a mispredicted branch", `${found.mispredictNanos.toFixed(1)} ns`],
    ["A against A differs by", `${(found.noise.value * 100).toFixed(1)} %`],
    ...found.loads.map(({ bytes, nanos }) => [
      `a dependent load from ${bytes / 1024} KiB`,
      `${nanos.toFixed(1)} ns`,
    ]),
    ...(found.pages ?? []).map(({ pages, besideNanos, apartNanos }) => [
      `${pages} lines on pages of their own (TLB)`,
      `${(apartNanos - besideNanos).toFixed(1)} ns a load more`,
    ]),
    ["effective cache", `${effectiveCacheBytes(found.loads) / 1024} KiB`],
  ];
  console.log(table(["what", "measured"], rows));
  return EXIT_DONE;
}

/**
 * The files of a run or of a comparison again; with `--merge`, with counters that another machine
 * took; with `--before`, beside an earlier run.
 */
async function report(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: "string", default: "." },
      name: { type: "string" },
      merge: { type: "string" },
      before: { type: "string" },
    },
  });
  const path = onlyArgument("RUN", "one run.json", positionals);
  const compared = readCompareRun(path);
  if (compared !== undefined) {
    const files = compareFilesOf(compared, values.name ?? COMPARE_NAME);
    for (const file of writeFiles(files, values.out)) console.log(file);
    return EXIT_DONE;
  }
  const run = readRun(path);
  if (values.merge !== undefined) {
    run.counters = parsePerfStat(readFileSync(values.merge, "utf8"));
    run.countersFrom = values.merge;
    if (run.counters.length === 0) {
      throw usageError("--merge", "what perf stat printed", values.merge);
    }
  }
  const before = values.before === undefined ? undefined : readRun(values.before);
  const name = values.name ?? defaultName(run);
  for (const file of writeReport(run, values.out, name, before)) console.log(file);
  return EXIT_DONE;
}
