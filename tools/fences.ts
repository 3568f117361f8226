// The fences of `npm test` before any test runs. Each says how many files it inspected, because a
// fence that inspected none has guarded nothing: that is a failure too.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { listProjectFiles, ROOT } from "./project-files.ts";
import { formatFinding } from "./tidy/finding.ts";
import { inspect } from "./tidy/inspect.ts";

export type FenceReport = {
  readonly inspectedCount: number;
  /** What is wrong, ready to print; "" when nothing is. */
  readonly findings: string;
  /** Said even when nothing is wrong. */
  readonly note?: string;
};

export type Fence = { readonly name: string; run(): FenceReport };

export const FENCES: readonly Fence[] = [
  compilerFence("tsconfig.json"),
  compilerFence("tsconfig.pure.json"),
  compilerFence("web/tsconfig.json"),
  compilerFence("web/tsconfig.test.json"),
  { name: "biome", run: runBiome },
  { name: "tidy", run: runTidy },
  { name: "build", run: runBuild },
];

/** Runs every fence and returns the names of those that failed. */
export function runFences(fences: readonly Fence[]): string[] {
  const failed: string[] = [];
  for (const { name, run } of fences) {
    const report = run();
    const findings =
      report.findings === "" && report.inspectedCount === 0
        ? "inspected no file: a fence must find its files"
        : report.findings;
    if (findings !== "") {
      failed.push(name);
      console.log(findings);
    }
    const verdict = findings === "" ? "ok" : "FAILED";
    const note = report.note === undefined ? "" : `; ${report.note}`;
    console.log(`fence ${name}: ${verdict}, ${report.inspectedCount} files inspected${note}`);
  }
  return failed;
}

function compilerFence(project: string): Fence {
  return {
    name: `tsc -p ${project}`,
    run: () => {
      const tsc = path.join("node_modules", "typescript", "bin", "tsc");
      const { lines, failure } = runTool(tsc, ["-p", project, "--listFiles"]);
      const listed = lines.filter((line) => path.isAbsolute(line));
      const own = listed.filter((line) => !line.includes("node_modules"));
      const findings = lines.filter((line) => !path.isAbsolute(line)).join("\n");
      return { inspectedCount: own.length, findings: findings === "" ? failure : findings };
    },
  };
}

function runBiome(): FenceReport {
  const biome = path.join("node_modules", "@biomejs", "biome", "bin", "biome");
  const { lines, failure } = runTool(biome, ["check", "--error-on-warnings", "--colors=off"]);
  const checked = /^Checked (\d+) files? in/m.exec(lines.join("\n"))?.[1] ?? "0";
  return {
    inspectedCount: Number(checked),
    findings: failure === "" ? "" : [...lines, failure].join("\n"),
  };
}

function runTidy(): FenceReport {
  const files = new Map(
    listProjectFiles(ROOT).map((file) => [file, readFileSync(path.join(ROOT, file), "utf8")]),
  );
  const { findings, exceptions, inspectedCount } = inspect(files);
  return {
    inspectedCount,
    findings: findings.map(formatFinding).join("\n"),
    note: `${exceptions.length} exceptions${exceptions.map((line) => `\n  ${line}`).join("")}`,
  };
}

/** Program and page build, and are there for the tests that run them. */
function runBuild(): FenceReport {
  const { lines, failure } = runTool(path.join("tools", "launch.mjs"), ["--dev", "ready"]);
  const inspectedCount = listProjectFiles(ROOT).filter((file) => /^(src|web)\//.test(file)).length;
  return { inspectedCount, findings: failure === "" ? "" : [...lines, failure].join("\n") };
}

/** `failure` is "" when the tool ended with 0; a tool that did not start has failed. */
function runTool(script: string, args: string[]): { lines: string[]; failure: string } {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const lines = `${stdout ?? ""}\n${stderr ?? ""}`.split(/\r?\n/).filter((line) => line !== "");
  if (error !== undefined) return { lines, failure: `${script}: ${error.message}` };
  return { lines, failure: status === 0 ? "" : `${script} ended with ${status}` };
}
