// A run and everything that is made of it, written into one folder. All but run.json is a function
// of run.json, so it may be written again at any time.

import { join } from "node:path";
import type { RunFile } from "../campaign/run-file.ts";
import { RUN_VERSION, RUN_VERSION_MIN } from "../campaign/run-file.ts";
import { differentialGraphSvg } from "../profile/differential-graph.ts";
import { flameGraphSvg } from "../profile/flame-graph.ts";
import { FoldedStacks } from "../profile/folded-stacks.ts";
import { pprofProfile } from "../profile/pprof.ts";
import { speedscopeJson } from "../profile/speedscope.ts";
import { LabFileFailure, readJson, writeTo } from "./lab-files.ts";
import { plotsOf } from "./plots.ts";
import { reportMarkdown } from "./report.ts";
import { differenceOfRuns } from "./report-before.ts";

/** `cpp-engine` for native targets, `engine` for ours: what the files are called by default. */
export function defaultName(run: RunFile): string {
  return run.kind === "native" ? "cpp-engine" : "engine";
}

/** Returns the paths of the files, the report first. `before`: a run to compare with. */
export function writeReport(
  run: RunFile,
  folder: string,
  name: string,
  before?: RunFile,
): string[] {
  const files: Record<string, string | Uint8Array> = filesOf(run, name, before);
  if (run.profile !== undefined) {
    const { folded, unit } = run.profile;
    const pprofUnit = unit === "us" ? "microseconds" : "count";
    files[`${name}.pb.gz`] = pprofProfile(FoldedStacks.parse(folded), pprofUnit);
  }
  return writeFiles(files, folder);
}

/** Returns the paths of the files. */
export function writeFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  folder: string,
): string[] {
  return Object.entries(files).map(([file, text]) => {
    const path = join(folder, file);
    writeTo(path, text);
    return path;
  });
}

/** Every text file of a report by its name; without run.json. */
export function filesOf(run: RunFile, name: string, before?: RunFile): Record<string, string> {
  const files: Record<string, string> = {};
  files[`${name}-profile-report.md`] = reportMarkdown(run, name, before);
  const difference = before && differenceOfRuns(before, run);
  if (difference !== undefined) {
    const title = `${run.target}: on-CPU, after against before`;
    files[`${name}-differential.svg`] = differentialGraphSvg(title, difference);
  }
  for (const plot of plotsOf(run)) files[`${name}-${plot.name}.svg`] = plot.svg;
  if (run.profile !== undefined) {
    const stacks = FoldedStacks.parse(run.profile.folded);
    const title = `${run.target}: on-CPU`;
    const { unit } = run.profile;
    files[`${name}-flamegraph.svg`] = flameGraphSvg(stacks, { title, unit });
    files[`${name}.folded`] = stacks.text();
    const speedscopeUnit = unit === "us" ? "microseconds" : "none";
    files[`${name}.speedscope.json`] = speedscopeJson(stacks, title, speedscopeUnit);
  }
  if (run.offCpu !== undefined) {
    const stacks = FoldedStacks.parse(run.offCpu.folded);
    const title = `${run.target}: off-CPU, where it left the processor`;
    const unit = run.offCpu.timed === undefined ? "switches" : "us";
    files[`${name}-offcpu.svg`] = flameGraphSvg(stacks, { title, unit });
  }
  return files;
}

export function writeRun(run: RunFile, folder: string, name: string): string {
  const path = join(folder, `${name}-run.json`);
  writeTo(path, `${JSON.stringify(run)}\n`);
  return path;
}

/** Throws for a file of another version. */
export function readRun(path: string): RunFile {
  const run = readJson(path, reviveInfinity) as unknown as RunFile;
  if (!(run.version >= RUN_VERSION_MIN && run.version <= RUN_VERSION)) {
    const versions = `${RUN_VERSION_MIN} to ${RUN_VERSION}`;
    throw new LabFileFailure(
      `${path}: expected a run of version ${versions}, found ${run.version}`,
    );
  }
  return run;
}

/** JSON has no Infinity: a ceiling that never failed is written as null. */
function reviveInfinity(key: string, value: unknown): unknown {
  return key === "failedPerSecond" && value === null ? Number.POSITIVE_INFINITY : value;
}
