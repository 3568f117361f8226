// One run of node:test over test files, each in its own process, and what came of it.

import path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { ROOT } from "./project-files.ts";

/** Two: the machines that run this have two cores, and a test of real processes uses several. */
const FILES_AT_ONCE = 2;

/** Every file is a process of its own, and most of them load the same modules. */
const COMPILED = path.join(ROOT, "node_modules", ".cache", "outcry-tests");

/** A test that hangs must not hang the run, nor a file that ends its tests but not its process. */
const TEST_MILLIS_MAX = 120_000;
const RUN_MILLIS_MAX = 1_800_000;

export type SkippedTest = { readonly file: string; readonly name: string; readonly reason: string };

export type TestOutcome = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly SkippedTest[];
  readonly filesWithoutTest: readonly string[];
  /** Seconds of each file from its start to its end, the longest first. */
  readonly secondsByFile: readonly (readonly [file: string, seconds: number])[];
};

/** Runs `files` (relative to the root), prints the report as it comes, and adds up. */
export async function runTestFiles(files: readonly string[]): Promise<TestOutcome> {
  const skipped: SkippedTest[] = [];
  const withTest = new Set<string>();
  const seconds = new Map<string, number>();
  let passed = 0;
  let failed = 0;

  process.env["NODE_COMPILE_CACHE"] ??= COMPILED;
  const events = run({
    cwd: ROOT,
    files: files.map((file) => path.join(ROOT, file)),
    concurrency: FILES_AT_ONCE,
    timeout: TEST_MILLIS_MAX,
    signal: AbortSignal.timeout(RUN_MILLIS_MAX),
    // Tests of allocation collect first; `outcry/book` means the source, not the build.
    execArgv: ["--expose-gc", "--conditions=outcry-source"],
  });
  events.on("test:pass", ({ name, file, skip, todo }) => {
    if (skip === undefined && todo === undefined) return;
    const reason = [skip, todo].find((text) => typeof text === "string") ?? "no reason given";
    skipped.push({ file: path.relative(ROOT, file ?? ""), name, reason: String(reason) });
  });
  // A file that breaks before its first test has no summary either, but that is a failure already.
  events.on("test:fail", ({ file }) => withTest.add(file ?? ""));
  events.on("test:summary", ({ file, counts, duration_ms }) => {
    if (file !== undefined) {
      withTest.add(file);
      seconds.set(path.relative(ROOT, file), duration_ms / 1000);
      return;
    }
    passed = counts.passed;
    failed = counts.tests - counts.passed - counts.skipped - counts.todo;
  });
  for await (const text of events.compose(new spec())) {
    process.stdout.write(String(text));
  }
  const filesWithoutTest = files.filter((file) => !withTest.has(path.join(ROOT, file)));
  const secondsByFile = [...seconds].sort(([, a], [, b]) => b - a);
  return { passed, failed, skipped, filesWithoutTest, secondsByFile };
}
